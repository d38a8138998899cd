#include <fmt/format.h>

#include <limits>

#include "checker/cli/commands.hpp"
#include "checker/cli/terminal.hpp"
#include "checker/cli/trace_text.hpp"
#include "checker/input/input.hpp"
#include "checker/replay/replay.hpp"
#include "checker/run/unroll.hpp"
#include "model/catalogue.hpp"

namespace synod {
namespace {

LoadedTrace load(const std::string& file) { return read_itf(read_file(file), file, catalogue()); }

std::string title(const LoadedTrace& loaded) {
  const Trace& trace = loaded.trace;
  const Parameters parameters = resolve_parameters(*loaded.system, trace.parameters);
  std::string text =
      fmt::format("{} {}", trace.protocol,
                  join_assignments(write_parameters(*loaded.system, parameters, false)));
  if (!trace.mutant.empty()) text += fmt::format(", mutant {}", trace.mutant);
  if (!trace.scenario.empty()) text += fmt::format(", scenario {}", trace.scenario);
  for (const Drop& drop : trace.drops) text += ", without " + drop.text();
  return text;
}

/// Executes a trace again; of normal forms, the run of the model that it keeps as well.
Replay replay_all(const LoadedTrace& loaded, Observer& observer) {
  Replay result = replay(observer, loaded.trace);
  if (!result.valid || !loaded.trace.unrolled) return result;
  const std::string why = why_not_unrolled(*loaded.system, loaded.trace);
  if (!why.empty())
    result = {false, loaded.trace.states.size() - 1, "the run of the model itself, " + why, {}};
  return result;
}

}  // namespace

int trace_show(const TraceArguments& arguments) {
  const LoadedTrace loaded = load(arguments.file);
  const auto observer = loaded.model->observer();
  const Trace& trace = loaded.trace;
  const std::size_t last = trace.states.size() - 1;
  const std::size_t at = !arguments.at
                             ? last
                             : static_cast<std::size_t>(parse_integer(
                                   *arguments.at, 0, static_cast<std::int64_t>(last), "--at"));
  std::string explanation;
  if (arguments.explain && *arguments.explain == "true")
    explanation = explain_property(trace, *observer);
  else if (arguments.explain)
    explanation = explain_action(trace, *observer, *arguments.explain, at);

  // Nothing is called a violation that does not replay.
  const Replay replayed = replay_all(loaded, *observer);
  fmt::print("{}\n", styled(title(loaded), Style::bold));
  if (replayed.valid)
    fmt::print("{} ({} states)\n",
               styled(shown_text(trace),
                      trace.property.empty() || trace.witness ? Style::good : Style::bad),
               trace.states.size());
  else
    fmt::print("{} at state {}: {}\n", styled("not valid", Style::bad), replayed.step,
               replayed.reason);
  if (trace.loop)
    fmt::print("{}", wrapped(claim_text(trace.property, trace.formula, trace.fairness), 0));
  if (trace.normalised) fmt::print("{}", normal_form_text(*loaded.system));
  fmt::print("\n{}", trace_text(trace, *observer, arguments.full));
  if (replayed.valid) fmt::print("{}", unrolled_text(*loaded.system, trace));
  if (!replayed.limitation.empty()) fmt::print("\n{}.\n", replayed.limitation);
  if (!explanation.empty()) fmt::print("\n{}", explanation);
  return replayed.valid ? exit_as_expected : exit_not_as_expected;
}

int trace_replay(const std::string& file) {
  const LoadedTrace loaded = load(file);
  const auto observer = loaded.model->observer();
  const Replay result = replay_all(loaded, *observer);
  if (!result.valid) {
    fmt::print("{}: {} at state {}: {}\n", file, styled("not valid", Style::bad), result.step,
               result.reason);
    return exit_not_as_expected;
  }
  fmt::print("{}: {}: {} states of {}; {}{}\n", file, styled("valid", Style::good),
             loaded.trace.states.size(), title(loaded), shown_text(loaded.trace),
             loaded.trace.property.empty() || loaded.trace.loop ? "" : " at the end");
  if (!result.limitation.empty()) fmt::print("{}\n", result.limitation);
  return exit_as_expected;
}

}  // namespace synod
