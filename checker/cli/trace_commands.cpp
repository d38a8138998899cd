#include <fmt/format.h>

#include <algorithm>

#include "checker/cli/commands.hpp"
#include "checker/cli/run_json.hpp"
#include "checker/cli/terminal.hpp"
#include "checker/cli/trace_text.hpp"
#include "checker/input/input.hpp"
#include "checker/replay/replay.hpp"
#include "checker/report/text.hpp"
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
  const std::vector<Drop> own = trace.mutant.empty()
                                    ? std::vector<Drop>{}  // a mutant's go without saying
                                    : find_mutant(*loaded.system, trace.mutant).drops;
  for (const Drop& drop : trace.drops)
    if (std::find(own.begin(), own.end(), drop) == own.end()) text += ", without " + drop.text();
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

/// What a trace is of and shows, and whether it is what it says.
Json replay_json(const LoadedTrace& loaded, const Replay& replayed) {
  const Trace& trace = loaded.trace;
  Json json = json_of("trace");
  json.update(Json{
      {"protocol", trace.protocol},
      {"parameters", parameters_json(*loaded.system, trace.parameters)},
      {"mutant", text_or_null(trace.mutant)},
      {"scenario", text_or_null(trace.scenario)},
      {"dropped", drops_json(trace.drops)},
      {"verdict", replayed.valid ? "valid" : "not valid"},
      {"invalid", replayed.valid ? Json(nullptr)
                                 : Json{{"state", replayed.step}, {"reason", replayed.reason}}},
      {"limitation", text_or_null(replayed.limitation)},
      {"property", text_or_null(trace.property)},
      {"shows",
       trace.property.empty() ? Json(nullptr) : Json(trace.witness ? "reached" : "violated")},
      {"formula", text_or_null(trace.formula)},
      {"fairness", trace.fairness},
      {"normalised", trace.normalised},
      {"states", trace.states.size()},
      {"actions", trace.actions},
      {"loop", trace.loop ? Json(*trace.loop) : Json(nullptr)},
      {"loop_action", trace.loop_action ? Json(*trace.loop_action) : Json(nullptr)}});
  return json;
}

/// Of each state, all its lines, or of all but the first those that differ from the one before.
Json lines_json(const Trace& trace, const std::vector<VariableInfo>& variables, bool full) {
  Json lines = Json::array();
  for (std::size_t i = 0; i < trace.states.size(); ++i)
    lines.push_back(full || i == 0 ? state_lines(variables, trace.states[i])
                                   : change_lines(variables, trace.states[i - 1], trace.states[i]));
  return lines;
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
  const int code = replayed.valid ? exit_as_expected : exit_not_as_expected;
  if (arguments.json) {
    Json json = replay_json(loaded, replayed);
    json["lines"] = lines_json(trace, observer->variables(), arguments.full);
    json["explanation"] = text_or_null(explanation);
    print_json(json);
    return code;
  }
  fmt::print("{}\n", styled(title(loaded), Style::bold));
  if (replayed.valid)
    fmt::print("{} ({})\n",
               styled(shown_text(trace),
                      trace.property.empty() || trace.witness ? Style::good : Style::bad),
               counted(trace.states.size(), "state"));
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
  return code;
}

int trace_replay(const TraceArguments& arguments) {
  const std::string& file = arguments.file;
  const LoadedTrace loaded = load(file);
  const auto observer = loaded.model->observer();
  const Replay result = replay_all(loaded, *observer);
  if (arguments.json) {
    print_json(replay_json(loaded, result));
    return result.valid ? exit_as_expected : exit_not_as_expected;
  }
  if (!result.valid) {
    fmt::print("{}: {} at state {}: {}\n", file, styled("not valid", Style::bad), result.step,
               result.reason);
    return exit_not_as_expected;
  }
  fmt::print("{}: {}: {} of {}; {}{}\n", file, styled("valid", Style::good),
             counted(loaded.trace.states.size(), "state"), title(loaded), shown_text(loaded.trace),
             loaded.trace.property.empty() || loaded.trace.loop ? "" : " at the end");
  if (!result.limitation.empty()) fmt::print("{}\n", result.limitation);
  return exit_as_expected;
}

}  // namespace synod
