// A run on normal forms, told again on the model as it is.
#pragma once

#include <string>
#include <vector>

#include "checker/report/trace.hpp"

namespace synod {

/// Steps of the model without normal forms: up to the loop, then each time round.
struct Unrolled {
  std::vector<std::string> stem;
  std::vector<std::vector<std::string>> rounds;
};

/// The concrete run of which each state has the normal form of the trace's, under the largest bound
/// that the parameter `window` of the system's normal form allows; as many rounds as that bound has
/// room for, at most `rounds`. Throws ModelError when some step has no concrete counterpart.
Unrolled unroll(const System& system, const Parameters& parameters, const Trace& trace,
                std::size_t rounds);

}  // namespace synod
