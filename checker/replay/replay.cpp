#include "checker/replay/replay.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <deque>
#include <set>

#include "checker/input/input.hpp"
#include "checker/report/text.hpp"

namespace synod {
namespace {

Replay invalid(std::size_t step, std::string reason) {
  return {false, step, std::move(reason), {}};
}

std::string why_disabled(const Observer& observer, const Observer::Attempt& attempt,
                         const Cells& state) {
  if (const Part* const part = attempt.failed())
    return fmt::format("its {} {} ({}) is false: {}", guard_word(part->kind), part->name,
                       part->text,
                       fmt::join(read_lines(observer.variables(), part->footprint, state), "; "));
  return "it has no effect";
}

/// Whether the goal of an always_possible property is out of reach from a state.
Replay judge_stuck(Observer& observer, const Cells& from, std::size_t property, std::size_t step) {
  constexpr std::size_t most = 200'000;
  std::set<Cells> seen{from};
  std::deque<Cells> queue{from};
  while (!queue.empty()) {
    const Cells state = queue.front();
    queue.pop_front();
    if (observer.judge(state, property).holds)
      return invalid(step, "from here a state where the property holds can be reached");
    for (Observer::Successor& next : observer.successors(state, nullptr))
      if (seen.insert(next.state).second) queue.push_back(std::move(next.state));
    if (seen.size() > most) {
      Replay result;
      result.limitation = fmt::format(
          "the path was replayed; that no state ahead of it satisfies the property was replayed "
          "for {} states only",
          grouped(most));
      return result;
    }
  }
  return {};
}

/// Whether the trace ends in what it claims.
Replay judge_end(Observer& observer, const Trace& trace) {
  const std::size_t property = find_property(observer.properties(), trace.property);
  const std::size_t last = trace.states.size() - 1;
  const Cells& state = trace.states[last];
  const bool is_witness = observer.properties()[property].kind == PropertyKind::reachable;
  if (trace.witness != is_witness)
    return invalid(last,
                   fmt::format("{} can only be {}", trace.property,
                               is_witness ? "reached, not violated" : "violated, not reached"));
  switch (observer.properties()[property].kind) {
    case PropertyKind::always:
      if (observer.judge(state, property).holds)
        return invalid(last, trace.property + " holds in the last state");
      return {};
    case PropertyKind::reachable:
      if (!observer.judge(state, property).holds)
        return invalid(last, trace.property + " does not hold in the last state");
      return {};
    case PropertyKind::step:
      if (last == 0) return invalid(0, trace.property + " is about a step, and there is none");
      if (observer.judge_step(trace.states[last - 1], state, property).holds)
        return invalid(last, trace.property + " holds of the last step");
      return {};
    case PropertyKind::always_possible: {
      const std::string& from = observer.properties()[property].from;
      if (!from.empty() && !observer.judge(state, find_property(observer.properties(), from)).holds)
        return invalid(last, trace.property + " is claimed only from where " + from + " holds");
      return judge_stuck(observer, state, property, last);
    }
    case PropertyKind::deadlock_free:
      if (!observer.successors(state, nullptr).empty())
        return invalid(last, "the last state has successors: no deadlock");
      if (observer.judge(state, property).holds)
        return invalid(last, "the last state is a proper end: no deadlock");
      return {};
    case PropertyKind::type_ok: {
      if (!trace.refused_action) return invalid(last, "no action is named that leaves the ranges");
      const std::uint32_t label = parse_step(observer, state, *trace.refused_action);
      if (!observer.attempt(state, label).out_of_range)
        return invalid(last, *trace.refused_action + " stays in the declared ranges");
      return {};
    }
  }
  return {};
}

/// Whether the protocol refuses the step that a scenario would take next.
Replay judge_refusal(Observer& observer, const Trace& trace) {
  const Cells& last = trace.states.back();
  try {
    const std::uint32_t label = parse_step(observer, last, *trace.refused_step);
    if (observer.attempt(last, label).enabled)
      return invalid(trace.states.size() - 1, *trace.refused_step + " is not refused");
  } catch (const InputError&) {
    // There is no such step here.
  }
  return {};
}

}  // namespace

Replay replay(Observer& observer, const Trace& trace) {
  const std::vector<Cells> initial = observer.initial();
  if (trace.states.empty()) return invalid(0, "there is no state");
  if (std::find(initial.begin(), initial.end(), trace.states[0]) == initial.end()) {
    const auto lines = change_lines(observer.variables(), trace.states[0], initial[0]);
    return invalid(
        0, fmt::format("not an initial state; the model starts with {}", fmt::join(lines, "; ")));
  }
  for (std::size_t i = 1; i < trace.states.size(); ++i) {
    const std::string& action = trace.actions[i - 1];
    std::uint32_t label = 0;
    try {
      label = parse_step(observer, trace.states[i - 1], action);
    } catch (const InputError& error) {
      return invalid(i, error.what());
    }
    const Observer::Attempt attempt = observer.attempt(trace.states[i - 1], label);
    if (attempt.out_of_range) return invalid(i, action + " writes outside a declared range");
    if (!attempt.enabled)
      return invalid(i, fmt::format("{} is disabled: {}", action,
                                    why_disabled(observer, attempt, trace.states[i - 1])));
    if (attempt.after != trace.states[i])
      return invalid(
          i,
          fmt::format(
              "{} leads to another state; the model differs by {}", action,
              fmt::join(change_lines(observer.variables(), trace.states[i], attempt.after), "; ")));
  }
  if (trace.refused_step) return judge_refusal(observer, trace);
  return trace.property.empty() ? Replay{} : judge_end(observer, trace);
}

}  // namespace synod
