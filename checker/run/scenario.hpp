// Playing a scenario: a run given step by step, which the protocol allows or refuses.
#pragma once

#include <optional>
#include <string>

#include "checker/report/trace.hpp"
#include "checker/vocabulary/system.hpp"

namespace synod {

/// A step that could not be taken.
struct Refusal {
  std::string step;      ///< the action instance, as far as it is known
  std::string conjunct;  ///< ACTION.CONJUNCT or ACTION.BOUND that is false; empty: no such step
  std::string because;   ///< with the values that make it so
};

struct Performance {
  Trace trace;  ///< the steps taken
  std::optional<Refusal> refusal;
  bool expects_refusal = false;
  std::string unexpected;  ///< how this differs from what the scenario says; empty: it does not
};

/// The parameters of a scenario, those given changed. Throws InputError.
Parameters scenario_parameters(const System& system, const Scenario& scenario,
                               const Assignments& assignments);

/// Plays a scenario. Under other parameters or drops than its own, what is expected is that it is
/// allowed. Throws InputError.
Performance play(const System& system, const Scenario& scenario, const Assignments& assignments,
                 const std::vector<Drop>& drops);

}  // namespace synod
