#include "checker/replay/replay.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <deque>
#include <set>

#include "checker/input/input.hpp"
#include "checker/liveness/fairness.hpp"
#include "checker/liveness/temporal.hpp"
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

/// What the initial state that is most like this one has instead.
std::string difference_to_nearest(const Observer& observer, const Cells& state,
                                  const std::vector<Cells>& initial) {
  std::vector<std::string> fewest;
  for (const Cells& other : initial) {
    WorkLimits::heed();
    std::vector<std::string> lines = change_lines(observer.variables(), state, other);
    if (fewest.empty() || lines.size() < fewest.size()) fewest = std::move(lines);
  }
  return fmt::format("{}", fmt::join(fewest, "; "));
}

/// Whether the goal of an always_possible property is out of reach from a state.
Replay judge_stuck(Observer& observer, const Cells& from, std::size_t property, std::size_t step) {
  constexpr std::size_t most = 200'000;
  std::set<Cells> seen{from};
  std::deque<Cells> queue{from};
  while (!queue.empty()) {
    const Cells state = queue.front();
    queue.pop_front();
    WorkLimits::heed();
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

/// Whether the run is fair, judging every action instance in every state of the loop.
Replay judge_fairness(Observer& observer, const Trace& trace) {
  const Fairness fairness(trace.fairness, observer);
  std::uint32_t labels = 0;
  for (const ActionInfo& action : observer.actions()) labels += action.labels;
  StepGroups always_enabled = ~StepGroups{0};
  StepGroups once_enabled = 0;
  StepGroups taken = 0;
  const std::size_t last = trace.states.size() - 1;
  for (std::size_t i = *trace.loop; i <= last; ++i) {
    const Cells& state = trace.states[i];
    StepGroups enabled = 0;
    for (std::uint32_t label = 0; label < labels; ++label) {
      const Observer::Attempt attempt = observer.attempt(state, label);
      const Part* const failed = attempt.failed();
      const bool cut = failed != nullptr && failed->kind == Part::Kind::bound;
      if (cut || (attempt.enabled && attempt.after != state)) enabled |= fairness.of(state, label);
    }
    always_enabled &= enabled;
    once_enabled |= enabled;
    const std::string* const action = i < last            ? &trace.actions[i]
                                      : trace.loop_action ? &*trace.loop_action
                                                          : nullptr;
    const Cells& next = trace.states[i < last ? i + 1 : *trace.loop];
    if (action != nullptr && next != state)
      taken |= fairness.of(state, parse_step(observer, state, *action));
  }
  const StepGroups unfair =
      (((fairness.weak() & always_enabled) | (fairness.strong() & once_enabled)) & ~taken) |
      (fairness.finite() & taken);
  if (unfair == 0) return {};
  for (std::size_t g = 0;; ++g)
    if ((unfair >> g & 1) != 0)
      return invalid(*trace.loop, fmt::format("the loop is not fair: {} does not hold of it",
                                              fairness.groups()[g].text));
}

/// What the claim assumes and the trace does not: without that it is refuted, not as it stands.
std::string not_assumed(const Observer& observer, const Trace& trace) {
  const PropertyInfo& info =
      observer.properties()[find_property(observer.properties(), trace.property)];
  std::vector<std::string> missing;
  for (const std::string& assumption : assumed_by(info, observer))
    if (std::none_of(trace.fairness.begin(), trace.fairness.end(),
                     [&](const auto& made) { return same_assumption(made, assumption); }))
      missing.push_back(assumption);
  return missing.empty()
             ? ""
             : fmt::format("not assumed, though the claim does: {}", fmt::join(missing, ", "));
}

/// Whether a run without end satisfies a formula.
bool holds_of_run(Observer& observer, const Trace& trace, const Formula& formula) {
  const std::vector<std::string> names = atoms(formula);
  std::vector<std::uint64_t> positions;
  for (const Cells& state : trace.states) {
    std::uint64_t letter = 0;
    for (std::size_t i = 0; i < names.size(); ++i)
      if (observer.judge(state, find_property(observer.properties(), names[i])).holds)
        letter |= std::uint64_t{1} << i;
    positions.push_back(letter);
  }
  return holds_on_lasso(formula, names, positions, *trace.loop);
}

/// A claim fails, if the judgement is such.
Replay fails(const Observer::Judgement& judgement, std::size_t last, const std::string& holds) {
  if (judgement.holds) return invalid(last, holds);
  Replay result;
  result.members = judgement.failed_member;
  return result;
}

/// Whether a run without end is fair and violates its formula.
Replay judge_run(Observer& observer, const Trace& trace) {
  const std::size_t last = trace.states.size() - 1;
  if (trace.witness)
    return invalid(last, trace.property + " can only be violated, not reached, by a run");
  const auto parts = parse_claim(trace.formula, observer, nullptr);
  const auto violated = std::find_if(parts.begin(), parts.end(), [&](const FormulaOfMembers& part) {
    return !holds_of_run(observer, trace, part.formula);
  });
  if (violated == parts.end()) return invalid(last, "the run satisfies " + trace.formula);
  if (!trace.has_no_name()) {
    const PropertyInfo& info =
        observer.properties()[find_property(observer.properties(), trace.property)];
    if (info.kind != PropertyKind::temporal || info.formula != trace.formula)
      return invalid(last, fmt::format("{} is not {}", trace.property, trace.formula));
  }
  Replay result = judge_fairness(observer, trace);
  result.members = violated->members;
  if (result.valid && !trace.has_no_name()) result.limitation = not_assumed(observer, trace);
  return result;
}

/// Whether the trace ends in what it claims.
Replay judge_end(Observer& observer, const Trace& trace) {
  if (trace.loop) return judge_run(observer, trace);
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
      return fails(observer.judge(state, property), last,
                   trace.property + " holds in the last state");
    case PropertyKind::reachable:
      if (!observer.judge(state, property).holds)
        return invalid(last, trace.property + " does not hold in the last state");
      return {};
    case PropertyKind::step:
      if (last == 0) return invalid(0, trace.property + " is about a step, and there is none");
      return fails(observer.judge_step(trace.states[last - 1], state, property), last,
                   trace.property + " holds of the last step");
    case PropertyKind::always_possible: {
      const std::string& from = observer.properties()[property].from;
      if (!from.empty() && !observer.judge(state, find_property(observer.properties(), from)).holds)
        return invalid(last, trace.property + " is claimed only from where " + from + " holds");
      return judge_stuck(observer, state, property, last);
    }
    case PropertyKind::deadlock_free: {
      Observer::Unfollowed left_out;
      if (!observer.successors(state, &left_out).empty())
        return invalid(last, "the last state has successors: no deadlock");
      if (left_out.range_errors != 0)
        return invalid(last, "a step of the last state leaves the declared ranges: no deadlock");
      if (left_out.cut)
        return invalid(last, "a bound cut off steps of the last state: it may be no deadlock");
      if (observer.judge(state, property).holds)
        return invalid(last, "the last state is a proper end: no deadlock");
      return {};
    }
    case PropertyKind::type_ok: {
      if (!trace.refused_action) return invalid(last, "no action is named that leaves the ranges");
      const std::uint32_t label = parse_step(observer, state, *trace.refused_action);
      if (!observer.attempt(state, label).out_of_range)
        return invalid(last, *trace.refused_action + " stays in the declared ranges");
      return {};
    }
    case PropertyKind::initially:
      if (last != 0) return invalid(last, trace.property + " is about initial states only");
      return fails(observer.judge(state, property), last,
                   trace.property + " holds in the initial state");
    case PropertyKind::named:
    case PropertyKind::constraint:
    case PropertyKind::temporal:
      return invalid(last, trace.property + " is not decided by a run that ends");
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
  if (std::find(initial.begin(), initial.end(), trace.states[0]) == initial.end())
    return invalid(0, "not an initial state; the model starts with " +
                          difference_to_nearest(observer, trace.states[0], initial));
  if (trace.loop && *trace.loop >= trace.states.size())
    return invalid(trace.states.size() - 1, "the loop goes back to no state of the run");
  const bool goes_round = trace.loop_action.has_value();
  for (std::size_t i = 1; i < trace.states.size() + (goes_round ? 1 : 0); ++i) {
    const bool back = i == trace.states.size();
    const std::string& action = back ? *trace.loop_action : trace.actions[i - 1];
    const Cells& next = trace.states[back ? *trace.loop : i];
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
    if (attempt.after != next)
      return invalid(
          i, fmt::format("{} leads to another state; the model differs by {}", action,
                         fmt::join(change_lines(observer.variables(), next, attempt.after), "; ")));
  }
  if (trace.refused_step) return judge_refusal(observer, trace);
  return trace.property.empty() ? Replay{} : judge_end(observer, trace);
}

}  // namespace synod
