#include "checker/run/scenario.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "checker/input/input.hpp"
#include "checker/replay/replay.hpp"
#include "checker/report/text.hpp"

namespace synod {
namespace {

Refusal refusal(const Observer& observer, const Observer::Attempt& attempt, const Cells& state,
                const std::string& step) {
  const std::string action = step.substr(0, step.find('('));
  if (const Part* const part = attempt.failed())
    return {step, action + "." + part->name,
            fmt::format("{} ({}): {}", part->name, part->text,
                        fmt::join(read_lines(observer.variables(), part->footprint, state), "; "))};
  return {step, "", "it has no effect"};
}

/// The initial state that has this line; nothing where there is none.
std::optional<Cells> initial_state(Observer& observer, const std::string& line) {
  for (const Cells& state : observer.initial()) {
    const std::vector<std::string> lines = state_lines(observer.variables(), state);
    if (line.empty() || std::find(lines.begin(), lines.end(), line) != lines.end()) return state;
  }
  return std::nullopt;
}

/// Takes the steps until one is refused.
std::optional<Refusal> take_steps(Observer& observer, const Scenario& scenario, const Steps& steps,
                                  Trace& trace) {
  const std::optional<Cells> start = initial_state(observer, scenario.start);
  trace.states = {start.value_or(observer.initial().front())};
  if (!start) return Refusal{"Init", "", "no initial state has " + scenario.start};
  for (const std::string& step : steps) {
    const Cells state = trace.states.back();
    std::uint32_t label = 0;
    try {
      label = parse_step(observer, state, step);
    } catch (const InputError& error) {
      return Refusal{step, "", error.what()};
    }
    const std::string whole = step_text(observer, state, label);
    const Observer::Attempt attempt = observer.attempt(state, label);
    if (attempt.out_of_range) return Refusal{whole, "", "it writes outside a declared range"};
    if (!attempt.enabled) return refusal(observer, attempt, state, whole);
    trace.actions.push_back(whole);
    trace.states.push_back(attempt.after);
  }
  return std::nullopt;
}

std::string difference(const Scenario& scenario, std::size_t steps,
                       const Performance& performance) {
  const bool refused = performance.refusal.has_value();
  const std::string conjunct = refused ? performance.refusal->conjunct : "";
  const std::size_t taken = performance.trace.actions.size();
  if (scenario.refuser.empty())
    return refused ? fmt::format("expected to be allowed; step {} is refused", taken + 1) : "";
  if (!refused) return "expected to be refused by " + scenario.refuser;
  if (taken + 1 != steps || conjunct != scenario.refuser)
    return fmt::format("expected step {} to be refused by {}; step {} is refused{}", steps,
                       scenario.refuser, taken + 1, conjunct.empty() ? "" : " by " + conjunct);
  return "";
}

/// The parameters that a scenario is written for; those that it scales with can be any.
std::string written_for(const System& system, const Scenario& scenario) {
  const Parameters own = resolve_parameters(system, scenario.change.parameters);
  Assignments fixed = write_parameters(system, own, false);
  std::erase_if(fixed, [&](const auto& assignment) {
    return std::find(scenario.scales_with.begin(), scenario.scales_with.end(), assignment.first) !=
           scenario.scales_with.end();
  });
  std::string text = join_assignments(fixed);
  if (!scenario.scales_with.empty())
    text += fmt::format("{}any {}", text.empty() ? "" : " and ",
                        fmt::join(scenario.scales_with, " and "));
  return text;
}

}  // namespace

Parameters scenario_parameters(const System& system, const Scenario& scenario,
                               const Assignments& assignments) {
  Assignments all = scenario.change.parameters;
  for (const auto& [name, value] : assignments) {
    std::erase_if(all, [&, &own = name](const auto& other) { return other.first == own; });
    all.emplace_back(name, value);
  }
  return resolve_parameters(system, all);
}

Performance play(const System& system, const Scenario& scenario, const Assignments& assignments,
                 const std::vector<Drop>& drops) {
  const Parameters parameters = scenario_parameters(system, scenario, assignments);
  Performance performance;
  Trace& trace = performance.trace;
  trace.protocol = system.name;
  trace.parameters = write_parameters(system, parameters, true);
  trace.scenario = scenario.name;
  trace.drops = scenario.change.drops;
  trace.drops.insert(trace.drops.end(), drops.begin(), drops.end());

  const auto observer = system.instantiate(parameters, trace.drops)->observer();
  const Steps steps = scenario.steps(parameters);
  performance.refusal = take_steps(*observer, scenario, steps, trace);
  const bool as_written = assignments.empty() && drops.empty();
  performance.expects_refusal = as_written && !scenario.refuser.empty();
  if (performance.refusal) trace.refused_step = performance.refusal->step;
  if (as_written)
    performance.unexpected = difference(scenario, steps.size(), performance);
  else if (performance.refusal)
    performance.unexpected = fmt::format("step {} is refused; the scenario is written for {}",
                                         trace.states.size(), written_for(system, scenario));
  if (scenario.property.empty() || performance.refusal) return performance;

  // What it ends in, judged as a replay judges any trace.
  const std::size_t property = find_property(observer->properties(), scenario.property);
  trace.property = scenario.property;
  trace.witness = observer->properties()[property].kind == PropertyKind::reachable;
  const Replay ending = replay(*observer, trace);
  if (ending.valid) return performance;
  trace.property.clear();
  trace.witness = false;
  if (as_written) performance.unexpected = ending.reason;
  return performance;
}

}  // namespace synod
