#include "checker/cli/play.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "checker/cli/run_json.hpp"
#include "checker/cli/search_options.hpp"
#include "checker/cli/terminal.hpp"
#include "checker/cli/trace_text.hpp"
#include "checker/input/input.hpp"
#include "checker/report/text.hpp"
#include "model/catalogue.hpp"

namespace synod {

std::string performance_text(const Performance& performance) {
  if (performance.refusal) {
    const Refusal& refusal = *performance.refusal;
    return fmt::format("step {} refused{}", performance.trace.actions.size() + 1,
                       refusal.conjunct.empty() ? "" : " by " + refusal.conjunct);
  }
  const std::string allowed = "allowed, " + counted(performance.trace.states.size(), "state");
  if (performance.trace.property.empty()) return allowed;
  return fmt::format("{}; {}", allowed, shown_text(performance.trace));
}

Json performance_json(const System& system, const Performance& performance,
                      const std::string& trace_file) {
  Json refusal = nullptr;
  if (performance.refusal)
    refusal = {{"step", performance.refusal->step},
               {"conjunct", text_or_null(performance.refusal->conjunct)},
               {"because", performance.refusal->because}};
  const Trace& trace = performance.trace;
  const bool refused = performance.refusal.has_value();
  Json json = json_of("scenario");
  json.update(Json{{"protocol", system.name},
                   {"parameters", parameters_json(system, trace.parameters)},
                   {"mutant", nullptr},
                   {"scenario", trace.scenario},
                   {"dropped", drops_json(trace.drops)},
                   {"verdict", refused ? "refused" : "allowed"},
                   {"expected", performance.expects_refusal ? "refused" : "allowed"},
                   {"as_expected", performance.unexpected.empty()},
                   {"unexpected", performance.unexpected},
                   {"states", trace.states.size()},
                   {"actions", trace.actions},
                   {"refusal", refusal},
                   {"property", text_or_null(trace.property)},
                   {"shows", trace.property.empty() ? Json(nullptr)
                                                    : Json(trace.witness ? "reached" : "violated")},
                   {"file", text_or_null(trace_file)}});
  return json;
}

int play_scenario(const CheckArguments& arguments) {
  const System& system = find_system(catalogue(), *arguments.protocol);
  validate(system);
  const Scenario& scenario = find_scenario(system, *arguments.scenario);
  validate(system, scenario);
  const Assignments assignments = parse_assignments(arguments.parameters);
  const std::vector<Drop> drops =
      parse_drops(system, scenario_parameters(system, scenario, assignments), arguments.drops);
  for (const Drop& drop : drops)
    if (std::find(scenario.change.drops.begin(), scenario.change.drops.end(), drop) !=
        scenario.change.drops.end())
      throw InputError(
          fmt::format("--drop {}: scenario {} leaves it out itself", drop.text(), scenario.name));
  if (arguments.trace_file) require_writable(*arguments.trace_file);
  const Performance performance = play(system, scenario, assignments, drops);
  const Trace& trace = performance.trace;
  const auto observer =
      system.instantiate(resolve_parameters(system, trace.parameters), trace.drops)->observer();
  const std::string file = arguments.trace_file.value_or("");
  if (arguments.trace_file) write_file(file, write_itf(trace, observer->variables()));
  const int code = performance.unexpected.empty() ? exit_as_expected : exit_not_as_expected;
  if (arguments.json) {
    print_json(performance_json(system, performance, file));
    return code;
  }
  std::string title =
      fmt::format("{} {}", system.name,
                  join_assignments(write_parameters(
                      system, resolve_parameters(system, trace.parameters), false)));
  for (const Drop& drop : trace.drops) title += ", without " + drop.text();
  fmt::print("{}, scenario {}\n{}\n", styled(title, Style::bold), scenario.name,
             wrapped(scenario.story, 2));
  fmt::print("{}\n", trace_text(trace, *observer, false));
  const bool refused = performance.refusal.has_value();
  fmt::print("{}.\n", styled(performance_text(performance), refused ? Style::bad : Style::good));
  if (refused)
    fmt::print("{} is refused: {}\n", performance.refusal->step, performance.refusal->because);
  if (!file.empty()) fmt::print("The trace is in {}.\n", file);
  if (!performance.unexpected.empty())
    fmt::print("{}: {}.\n", styled("not as expected", Style::bad), performance.unexpected);
  return code;
}

}  // namespace synod
