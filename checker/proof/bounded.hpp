// Bounded checking and k-induction of a model's claims about states, on the proof's relations in
// place of the model, for given parameters: every individual is there, so that no quantifier is
// left. [SSS00] M. Sheeran, S. Singh, G. Stalmarck, Checking Safety Properties Using Induction and
// a SAT-Solver, FMCAD 2000.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "checker/proof/solve.hpp"
#include "checker/proof/structure.hpp"
#include "checker/report/trace.hpp"

namespace synod::proof {

struct BoundedOptions {
  double seconds = 60;              ///< for all of it
  std::uint64_t most_states = 100;  ///< of a counterexample
  Interruption interrupted = nullptr;
};

struct BoundedResult {
  Verdict verdict = Verdict::incomplete;  ///< holds, violated or incomplete
  std::uint64_t k = 0;  ///< of holds: so many good states in a row are followed by a good one
  std::optional<Trace> trace;  ///< of violated: a shortest one, which the model has replayed
  std::string reason;          ///< of incomplete
  double seconds = 0;
};

class BoundedCheck {
 public:
  /// Throws InputError where the relations are not about these parameters, though all that the
  /// proof assumes is true; ModelError where it lacks an action or a part that is dropped.
  BoundedCheck(const Modelled& modelled, const System& system, const Parameters& parameters,
               const std::vector<Drop>& drops, const BoundedOptions& options = {});
  ~BoundedCheck();

  /// The claims about states that model and proof have under the same name, and that apply.
  const std::vector<std::string>& claims() const { return claims_; }
  /// How many conjuncts of the proof's invariant are inductive here: all claims rest on them.
  std::size_t lemmas() const { return lemmas_.size(); }

  /// Why no claim is said to hold, however the proof is read: it is not about these parameters.
  /// What the model replays is violated all the same. Empty: it is about them.
  const std::string& limitation() const { return limitation_; }

  /// Judges some of the claims, which share the time. Throws ModelError where a counterexample is
  /// none of the model's, or where the model says that the claim holds at its end: proof and model
  /// differ. Where the proof is not about the parameters they may, and the claim is undecided.
  std::vector<BoundedResult> check(const std::vector<std::string>& claims) const;

 private:
  class Ground;
  class Clock;
  class Deepening;
  struct Asked;

  void find_lemmas();
  Trace followed(const std::string& claim, const z3::model& found,
                 const std::vector<Variables>& states, const std::vector<Variables>& taken) const;

  std::unique_ptr<Ground> ground_;
  std::unique_ptr<Clock> clock_;
  std::uint64_t most_states_;
  Trace trace_;  ///< without states
  std::vector<std::string> claims_;
  Variables lemmas_;
  std::string limitation_;
};

}  // namespace synod::proof
