#include "checker/cli/trace_text.hpp"

#include <fmt/format.h>

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
  if (attempt.out_of_range) return text + "      it writes outside a declared range\n";
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

std::string explain_property(const Trace& trace, Observer& observer) {
  if (trace.property.empty()) throw InputError("this trace is about no property");
  if (trace.property == Trace::ad_hoc)
    return wrapped(claim_text(trace.property, trace.formula, trace.fairness), 2);
  const std::size_t property = find_property(observer.properties(), trace.property);
  const PropertyInfo& info = observer.properties()[property];
  const Cells& state = trace.states.back();
  const bool is_step = info.kind == PropertyKind::step && trace.states.size() > 1;
  std::string text = wrapped(fmt::format("{}: {}", info.name, info.because), 2);
  if (info.kind == PropertyKind::type_ok || info.kind == PropertyKind::deadlock_free ||
      info.kind == PropertyKind::temporal)
    return text;
  const Observer::Judgement judgement =
      is_step ? observer.judge_step(trace.states[trace.states.size() - 2], state, property)
              : observer.judge(state, property);
  text += fmt::format("  In state {} it {}{}; decided by\n", trace.states.size() - 1,
                      judgement.holds ? "holds" : "is false",
                      judgement.failed_conjunct.empty()
                          ? ""
                          : fmt::format(": conjunct \"{}\"", judgement.failed_conjunct));
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
  text += indented(change_lines(observer.variables(), before, read), 0);
  return text + indented(read_lines(observer.variables(), unchanged, state), 0);
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
