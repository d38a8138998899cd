#include "checker/cli/trace_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <set>
#include <vector>

#include "checker/cli/terminal.hpp"
#include "checker/input/input.hpp"
#include "checker/report/text.hpp"
#include "checker/run/unroll.hpp"

namespace synod {
namespace {

/// The steps are numbered by the state that they lead to; the initial state is 0.
std::string heading(std::size_t number, std::size_t last, const std::string& action) {
  const auto width = static_cast<int>(std::to_string(last).size());
  return fmt::format("  {:>{}}  {}\n", number, width, styled(action, Style::bold));
}

std::string indented(const std::vector<std::string>& lines, std::size_t last) {
  const std::string margin(6 + std::to_string(last).size(), ' ');
  std::string text;
  for (const std::string& line : lines) text += margin + line + "\n";
  return text;
}

std::string explain_instance(Observer& observer, const Cells& state, std::uint32_t label) {
  const std::string name = step_text(observer, state, label);
  if (name.find("(no message") != std::string::npos) return "";
  const Observer::Attempt attempt = observer.attempt(state, label);
  if (const Part* const part = attempt.failed())
    return fmt::format("  {}: {}, {} {} is false: {}\n{}", styled(name, Style::bold),
                       styled("disabled", Style::bad), guard_word(part->kind),
                       styled(part->name, Style::bold), part->text,
                       indented(read_lines(observer.variables(), part->footprint, state), 0));
  if (!attempt.enabled) return fmt::format("  {}: disabled, it has no effect\n", name);
  std::string text =
      fmt::format("  {}: {}\n", styled(name, Style::bold), styled("enabled", Style::good));
  for (const Part& part : attempt.parts)
    text += fmt::format("      {} {}: {}\n", part_word(part.kind), part.name, part.text);
  if (attempt.out_of_range)
    return text + fmt::format("      it writes outside the declared range of {}\n",
                              observer.variables()[attempt.out_of_range->variable].name);
  return text + indented(change_lines(observer.variables(), state, attempt.after), 0);
}

}  // namespace

std::string trace_text(const Trace& trace, Observer& observer, bool full) {
  const auto& variables = observer.variables();
  const std::size_t last = trace.states.size() - 1;
  const auto loop_mark = [&](std::size_t i) {
    return trace.loop == i && trace.loop_action
               ? fmt::format("  {}\n", styled("-- the loop begins --", Style::warning))
               : std::string();
  };
  std::string text = heading(0, last, "Init");
  text += indented(state_lines(variables, trace.states[0]), last) + loop_mark(0);
  for (std::size_t i = 1; i <= last; ++i) {
    text += heading(i, last, trace.actions[i - 1]);
    auto lines = full ? state_lines(variables, trace.states[i])
                      : change_lines(variables, trace.states[i - 1], trace.states[i]);
    if (lines.empty()) lines = {"nothing changes"};
    text += indented(lines, last) + loop_mark(i);
  }
  if (trace.loop_action) {
    text += heading(*trace.loop, last, *trace.loop_action);
    text += indented(change_lines(variables, trace.states[last], trace.states[*trace.loop]), last);
    text += fmt::format("  {}\n",
                        styled(fmt::format("-- and so on for ever, from state {} --", *trace.loop),
                               Style::warning));
  } else if (trace.loop) {
    text += fmt::format("  {}\n", styled("-- and stays there for ever --", Style::warning));
  }
  if (trace.refused_step)
    text += heading(last + 1, last, *trace.refused_step) + indented({"is refused"}, last);
  if (trace.refused_action)
    text += fmt::format("  then {} writes outside a declared range\n", *trace.refused_action);
  return text;
}

std::string claim_text(const std::string& name, const std::string& formula,
                       const std::vector<std::string>& fairness) {
  return fmt::format("{}: {}, {}", name, formula,
                     fairness.empty() ? "with no fairness assumed"
                                      : fmt::format("assuming {}", fmt::join(fairness, ", ")));
}

std::string normal_form_text(const System& system) {
  return wrapped("States are normal forms: " + system.normal_form.forgets, 0);
}

std::string unrolled_text(const System& system, const Trace& trace) {
  if (!trace.normalised || !trace.loop_action) return "";
  const Unrolled run = unroll(system, resolve_parameters(system, trace.parameters), trace, 3);
  std::string text = fmt::format(
      "\nThe same run with each {} under its own number; at the end of each round its normal "
      "form is the same:\n",
      system.normal_form.renumbers);
  text += wrapped(fmt::format("to the loop: {}", fmt::join(run.stem, ", ")), 2);
  for (std::size_t i = 0; i < run.rounds.size(); ++i)
    text += wrapped(fmt::format("round {}: {}", i + 1, fmt::join(run.rounds[i], ", ")), 2);
  return text;
}

namespace {

/// Searches ahead of states for one where a property holds. What was found to lead nowhere is not
/// searched again.
class Ahead {
 public:
  Ahead(Observer& observer, std::size_t goal) : observer_(observer), goal_(goal) {}

  /// The steps to the nearest such state; nothing where there is none, or none was found.
  std::optional<std::vector<std::string>> way_from(const Cells& from) {
    struct Visit {
      Cells state;
      std::size_t before;
      std::uint32_t label;
    };
    std::vector<Visit> visits{{from, 0, 0}};
    std::set<Cells> seen{from};
    for (std::size_t i = 0; i < visits.size(); ++i) {
      const Cells state = visits[i].state;
      if (observer_.judge(state, goal_).holds) {
        std::vector<std::string> steps;
        for (std::size_t at = i; at != 0; at = visits[at].before)
          steps.push_back(step_text(observer_, visits[visits[at].before].state, visits[at].label));
        std::reverse(steps.begin(), steps.end());
        return steps;
      }
      for (Observer::Successor& next : observer_.successors(state, nullptr))
        if (!hopeless_.contains(next.state) && seen.insert(next.state).second)
          visits.push_back({std::move(next.state), i, next.label});
      if (hopeless_.size() + seen.size() > most) {
        cut_ = true;
        return std::nullopt;
      }
    }
    hopeless_.merge(seen);
    return std::nullopt;
  }

  bool is_cut() const { return cut_; }
  /// All states from which it cannot be reached, of those that were searched.
  const std::set<Cells>& hopeless() const { return hopeless_; }

  static constexpr std::size_t most = 200'000;

 private:
  Observer& observer_;
  std::size_t goal_;
  std::set<Cells> hopeless_;
  bool cut_ = false;
};

/// Of an always_possible property: that it can no longer be reached, and which step closed the way.
std::string explain_stuck(const Trace& trace, Observer& observer, std::size_t property) {
  const std::string& goal = observer.properties()[property].name;
  const std::size_t last = trace.states.size() - 1;
  Ahead ahead(observer, property);
  if (const auto way = ahead.way_from(trace.states[last]))
    return wrapped(
        fmt::format(
            "From state {} a state where {} holds can still be reached{}", last, goal,
            way->empty() ? ": it holds here" : fmt::format(", by {}", fmt::join(*way, ", "))),
        2);
  if (ahead.is_cut())
    return wrapped(fmt::format("From state {} no state where {} holds was found among {} ahead; "
                               "not all were looked at",
                               last, goal, grouped(Ahead::most)),
                   2);
  const std::set<Cells> stuck = ahead.hopeless();
  std::string text = wrapped(
      fmt::format("From state {} no state where {} holds can be reached: {}", last, goal,
                  stuck.size() == 1
                      ? "no step leads on from it"
                      : fmt::format("it holds in none of the {} states that can", stuck.size())),
      2);
  // Which of its conjuncts fails there, where that is one and the same.
  const std::string& conjunct = observer.judge(trace.states[last], property).failed_conjunct;
  const bool everywhere =
      !conjunct.empty() && std::all_of(stuck.begin(), stuck.end(), [&](const Cells& state) {
        return observer.judge(state, property).failed_conjunct == conjunct;
      });
  if (everywhere)
    text += wrapped(fmt::format("In each of them its conjunct \"{}\" is false", conjunct), 2);
  for (std::size_t i = last; i-- > 0;) {
    const auto way = ahead.way_from(trace.states[i]);
    if (ahead.is_cut()) return text;
    if (!way) continue;
    text += fmt::format("  Step {} closed the way: {}\n", i + 1, trace.actions[i]);
    text += indented(change_lines(observer.variables(), trace.states[i], trace.states[i + 1]), 0);
    const std::string open = way->empty()
                                 ? fmt::format("In state {} it held", i)
                                 : fmt::format("From state {} it could still be reached, by {}", i,
                                               fmt::join(*way, ", "));
    return text + wrapped(open, 2);
  }
  return text + "  It cannot be reached from the initial state either\n";
}

/// Why no instance of an action is enabled, by the conjunct or bound that is false.
std::string explain_disabled(Observer& observer, const Cells& state, const ActionInfo& action) {
  struct Reason {
    std::string part;
    std::string example;
    std::string values;
    std::size_t instances = 0;
  };
  std::vector<Reason> reasons;
  for (std::uint32_t i = 0; i < action.labels; ++i) {
    const std::string name = step_text(observer, state, action.first_label + i);
    if (name.find("(no message") != std::string::npos) continue;
    const Observer::Attempt attempt = observer.attempt(state, action.first_label + i);
    const Part* const part = attempt.failed();
    const std::string what =
        part != nullptr
            ? fmt::format("{} {} is false: {}", guard_word(part->kind), part->name, part->text)
        : attempt.enabled ? "enabled"
                          : "it has no effect";
    auto reason = std::find_if(reasons.begin(), reasons.end(),
                               [&](const Reason& known) { return known.part == what; });
    if (reason == reasons.end()) {
      std::string values;
      if (part != nullptr)
        values = indented(read_lines(observer.variables(), part->footprint, state), 1);
      reason = reasons.insert(reasons.end(), {what, name, std::move(values)});
    }
    ++reason->instances;
  }
  if (reasons.empty())
    return fmt::format("  {}: no message for it is on its way\n", styled(action.name, Style::bold));
  std::string text;
  for (const Reason& reason : reasons)
    text += fmt::format("  {}{}: {}\n{}", styled(reason.example, Style::bold),
                        reason.instances == 1
                            ? ""
                            : fmt::format(" and {} more instance{}", reason.instances - 1,
                                          reason.instances == 2 ? "" : "s"),
                        reason.part, reason.values);
  return text;
}

std::string explain_deadlock(const Trace& trace, Observer& observer, std::size_t property) {
  const Cells& state = trace.states.back();
  const Observer::Judgement end = observer.judge(state, property);
  std::string text = fmt::format("  State {} is {}; decided by\n", trace.states.size() - 1,
                                 end.holds ? "a proper end" : "no proper end");
  text += indented(read_lines(observer.variables(), end.footprint, state), 0);
  text += "  and why no step leads on from it:\n";
  for (const ActionInfo& action : observer.actions())
    if (action.labels != 0) text += explain_disabled(observer, state, action);
  return text;
}

/// Why the step that a scenario would take next is refused.
std::string explain_refusal(const Trace& trace, Observer& observer) {
  const Cells& state = trace.states.back();
  const std::string text = fmt::format("  After state {} comes {}, which is refused\n",
                                       trace.states.size() - 1, *trace.refused_step);
  try {
    return text +
           explain_instance(observer, state, parse_step(observer, state, *trace.refused_step));
  } catch (const InputError& error) {
    return text + wrapped(error.what(), 2);  // there is no such step here
  }
}

/// Of a property of states or steps, by which values it is decided.
std::string explain_judgement(const Trace& trace, Observer& observer, std::size_t property) {
  const Cells& state = trace.states.back();
  const bool is_step =
      observer.properties()[property].kind == PropertyKind::step && trace.states.size() > 1;
  const Observer::Judgement judgement =
      is_step ? observer.judge_step(trace.states[trace.states.size() - 2], state, property)
              : observer.judge(state, property);
  // A condition on what is not there, as on a sequence's element beyond its end, reads nothing.
  const auto& reads = judgement.footprint.reads;
  const bool by_nothing =
      std::all_of(reads.begin(), reads.end(), [](std::uint64_t bits) { return bits == 0; });
  const std::string text = fmt::format(
      "  In state {} it {}{}{}; {}\n", trace.states.size() - 1,
      judgement.holds ? "holds" : "is false",
      judgement.failed_member.empty() ? "" : " for " + judgement.failed_member,
      judgement.failed_conjunct.empty()
          ? ""
          : fmt::format(": conjunct \"{}\"", judgement.failed_conjunct),
      by_nothing ? "it reads no variable: what it speaks of is not there" : "decided by");
  if (!is_step)
    return text + indented(read_lines(observer.variables(), judgement.footprint, state), 0);
  // Of a step, what was read and changed, and what was read and did not.
  const Cells& before = trace.states[trace.states.size() - 2];
  Cells read = before;
  Footprint unchanged = judgement.footprint;
  for (std::size_t i = 0; i < read.size(); ++i) {
    if (unchanged.reads[i] != 0) read[i] = state[i];
    if (before[i] != state[i]) unchanged.reads[i] = 0;
  }
  return text + indented(change_lines(observer.variables(), before, read), 0) +
         indented(read_lines(observer.variables(), unchanged, state), 0);
}

}  // namespace

std::string explain_property(const Trace& trace, Observer& observer) {
  if (trace.refused_step) return explain_refusal(trace, observer);
  if (trace.property.empty()) throw InputError("this trace is about no property");
  if (trace.has_no_name())
    return wrapped(claim_text(trace.property, trace.formula, trace.fairness), 2);
  const std::size_t property = find_property(observer.properties(), trace.property);
  const PropertyInfo& info = observer.properties()[property];
  const std::string text = wrapped(fmt::format("{}: {}", info.name, info.because), 2);
  switch (info.kind) {
    case PropertyKind::always:
    case PropertyKind::initially:
    case PropertyKind::reachable:
    case PropertyKind::step: return text + explain_judgement(trace, observer, property);
    case PropertyKind::always_possible: return text + explain_stuck(trace, observer, property);
    case PropertyKind::deadlock_free: return text + explain_deadlock(trace, observer, property);
    case PropertyKind::type_ok:
      if (!trace.refused_action) return text;
      return text +
             explain_instance(observer, trace.states.back(),
                              parse_step(observer, trace.states.back(), *trace.refused_action));
    case PropertyKind::named:
    case PropertyKind::constraint:
    case PropertyKind::temporal: break;
  }
  return text;
}

std::string explain_action(const Trace& trace, Observer& observer, const std::string& action,
                           std::size_t at) {
  const Cells& state = trace.states[at];
  std::string text = fmt::format("In state {}:\n", at);
  if (action.find('(') != std::string::npos)
    return text + explain_instance(observer, state, parse_step(observer, state, action));
  for (const ActionInfo& info : observer.actions()) {
    if (info.name != action || info.labels == 0) continue;
    for (std::uint32_t i = 0; i < info.labels; ++i)
      text += explain_instance(observer, state, info.first_label + i);
    if (text.back() == '\n' && text.find('\n') == text.size() - 1)
      text += fmt::format("  {}: disabled, no message for it is on its way\n", action);
    return text;
  }
  parse_step(observer, state, action);  // says which actions there are
  return text;
}

}  // namespace synod
