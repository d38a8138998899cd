// Executes a trace again, step by step, without packing, hashing or search: a second opinion on
// every counterexample before it is shown.
#pragma once

#include <string>

#include "checker/report/trace.hpp"

namespace synod {

struct Replay {
  bool valid = true;
  std::size_t step = 0;    ///< the state at which it is not valid
  std::string reason;      ///< why not
  std::string limitation;  ///< what a valid replay did not check, if anything
  std::string members;     ///< those for whom the claim fails, where it is about every one
};

Replay replay(Observer& observer, const Trace& trace);

}  // namespace synod
