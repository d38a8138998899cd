// A run of normal forms, followed by the model itself: ballots or terms that were renumbered get
// ever higher numbers again, as far as the model can count.
#pragma once

#include <string>
#include <vector>

#include "checker/report/trace.hpp"

namespace synod {

struct Unrolled {
  std::vector<std::string> stem;                 ///< steps of the model up to the loop
  std::vector<std::vector<std::string>> rounds;  ///< and those of each time round it
  /// Why the model does not do what the run says; empty: it does, for one round at least.
  std::string fault;
  UnrolledRun run;  ///< all of it
};

/// Follows a run without end of normal forms, `rounds` times round its loop if there is room for
/// that. In every state what its formula speaks of has to be the same, and in a round the model has
/// to be as fair as the run says.
Unrolled unroll(const System& system, const Parameters& parameters, const Trace& trace,
                std::size_t rounds);

/// Why the run that a trace keeps is none of the model whose states have the normal forms of the
/// trace; empty: it is one.
std::string why_not_unrolled(const System& system, const Trace& trace);

}  // namespace synod
