// Small models about what happens in the long run, each with what must be found and why. Most go
// back to something that a model checker once got wrong.
#pragma once

#include <string>
#include <vector>

#include "checker/vocabulary/system.hpp"

namespace synod::test {

struct LivenessCase {
  System system;
  Assignments parameters = {};
  std::string formula = {};  ///< empty: the claims of the system
  std::vector<std::string> fairness = {};
  std::vector<std::string> unfair = {};
  std::string because;  ///< why this is what must be found

  Verdict verdict = Verdict::holds;
  std::uint64_t cut = 0;
  /// The behaviour that is shown: "A(0) B(0) | C(0)" goes round by C(0), "A(0) |" stays; "..." for
  /// steps that are many. Empty: none.
  std::string behaviour = {};
};

const std::vector<LivenessCase>& liveness_cases();

/// Of two letters that are sent, the network has room for one: a step that a bound cuts off in
/// part.
const System& outbox_system();

/// Their systems, for reading traces.
std::vector<System> liveness_systems();

}  // namespace synod::test
