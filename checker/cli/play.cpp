#include "checker/cli/play.hpp"

#include <fmt/format.h>

#include "checker/cli/run_json.hpp"
#include "checker/cli/terminal.hpp"
#include "checker/cli/trace_text.hpp"
#include "checker/input/input.hpp"
#include "model/catalogue.hpp"

namespace synod {

std::string performance_text(const Performance& performance) {
  if (performance.refusal) {
    const Refusal& refusal = *performance.refusal;
    return fmt::format("step {} refused{}", performance.trace.actions.size() + 1,
                       refusal.conjunct.empty() ? "" : " by " + refusal.conjunct);
  }
  const std::string allowed = fmt::format("allowed, {} steps", performance.trace.actions.size());
  if (performance.trace.property.empty()) return allowed;
  return fmt::format("{}; {}", allowed, shown_text(performance.trace));
}

Json performance_json(const Performance& performance, const std::string& trace_file) {
  Json refusal = nullptr;
  if (performance.refusal)
    refusal = {{"step", performance.refusal->step},
               {"conjunct", performance.refusal->conjunct},
               {"because", performance.refusal->because}};
  const Trace& trace = performance.trace;
  Json parameters = Json::object();
  for (const auto& [name, value] : trace.parameters) parameters[name] = value;
  return {{"protocol", trace.protocol},
          {"parameters", parameters},
          {"scenario", trace.scenario},
          {"dropped", drops_json(trace.drops)},
          {"allowed", !performance.refusal.has_value()},
          {"as_expected", performance.unexpected.empty()},
          {"unexpected", performance.unexpected},
          {"actions", trace.actions},
          {"refusal", refusal},
          {"property", trace.property.empty() ? Json(nullptr) : Json(trace.property)},
          {"file", trace_file.empty() ? Json(nullptr) : Json(trace_file)}};
}

int play_scenario(const CheckArguments& arguments) {
  const System& system = find_system(catalogue(), *arguments.protocol);
  validate(system);
  const Scenario& scenario = find_scenario(system, *arguments.scenario);
  const Assignments assignments = parse_assignments(arguments.parameters);
  const std::vector<Drop> drops =
      parse_drops(system, scenario_parameters(system, scenario, assignments), arguments.drops);
  if (arguments.trace_file) require_writable(*arguments.trace_file);
  const Performance performance = play(system, scenario, assignments, drops);
  const Trace& trace = performance.trace;
  const auto observer =
      system.instantiate(resolve_parameters(system, trace.parameters), trace.drops)->observer();
  const std::string file = arguments.trace_file.value_or("");
  if (arguments.trace_file) write_file(file, write_itf(trace, observer->variables()));
  const int code = performance.unexpected.empty() ? exit_as_expected : exit_not_as_expected;
  if (arguments.json) {
    print_json(performance_json(performance, file));
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
