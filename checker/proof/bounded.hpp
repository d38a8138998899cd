// Bounded checking and k-induction of a model's claims about states, on the proof's relations in
// place of the model, for given parameters: every individual is there, so that no quantifier is
// left. [SSS00] M. Sheeran, S. Singh, G. Stalmarck, Checking Safety Properties Using Induction and
// a SAT-Solver, FMCAD 2000.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "checker/proof/structure.hpp"
#include "checker/report/trace.hpp"

namespace synod::proof {

struct BoundedOptions {
  double seconds = 60;              ///< for all of it
  std::uint64_t most_states = 100;  ///< of a counterexample
};

struct BoundedResult {
  Verdict verdict = Verdict::incomplete;  ///< holds, violated or incomplete
  std::uint64_t k = 0;     ///< of holds: so many good states in a row are followed by a good one
  std::size_t lemmas = 0;  ///< conjuncts of the proof's invariant that were found to be inductive
  std::optional<Trace> trace;  ///< of violated: a shortest one, which the model has replayed
  std::string reason;          ///< of incomplete
};

/// Judges a claim about states that model and proof have under the same name. Throws ModelError
/// where the proof does not cover the parameters, lacks the claim, an action or a part that is
/// dropped, and where a counterexample is none of the model's.
BoundedResult check_bounded(const Modelled& modelled, const System& system,
                            const Parameters& parameters, const std::vector<Drop>& drops,
                            const std::string& property, const BoundedOptions& options = {});

}  // namespace synod::proof
