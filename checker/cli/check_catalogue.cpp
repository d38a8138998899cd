#include "checker/cli/check_catalogue.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <chrono>

#include "checker/cli/play.hpp"
#include "checker/cli/progress.hpp"
#include "checker/cli/run_json.hpp"
#include "checker/cli/run_report.hpp"
#include "checker/cli/run_text.hpp"
#include "checker/cli/search_options.hpp"
#include "checker/cli/terminal.hpp"
#include "checker/input/input.hpp"
#include "checker/report/text.hpp"
#include "checker/run/scenario.hpp"
#include "model/catalogue.hpp"

namespace synod {
namespace {

struct NamedRequest {
  std::string name;
  RunRequest request;
};

/// Whether what a mutant violates is decided on the graph of states and steps.
bool mutant_needs_graph(const System& system, const Mutant& mutant) {
  const RunRequest request = mutant_request(system, mutant);
  const auto infos = system.instantiate(request.parameters, request.drops)->properties();
  return needs_graph(infos[find_property(infos, mutant.violates)].kind);
}

/// Every instance of the tier and, with the quick ones, every mutant; but for those mutants, which
/// are listed, that a way to keep states cannot judge.
std::vector<NamedRequest> catalogue_requests(const CheckArguments& arguments,
                                             const SearchOptions& options,
                                             std::vector<std::string>& left_out) {
  const bool thorough = arguments.tier == "thorough";
  std::vector<NamedRequest> requests;
  for (const System& system : catalogue()) {
    if (arguments.protocol && system.name != *arguments.protocol) continue;
    validate(system);
    for (const Instance& instance : system.instances) {
      if (instance.tier == Tier::thorough && !thorough) continue;
      RunRequest request;
      request.system = &system;
      request.parameters = resolve_parameters(system, instance.parameters);
      requests.push_back({instance.name(), std::move(request)});
    }
    for (const Mutant& mutant : system.mutants) {
      if (!keeps_states(options.visited) && mutant_needs_graph(system, mutant))
        left_out.push_back(system.name + " " + mutant.name);
      else
        requests.push_back({"mutant " + mutant.name, mutant_request(system, mutant)});
    }
  }
  return requests;
}

std::vector<Cell> table_row(const RunReport& report, const std::string& instance) {
  const RunRequest& request = report.request;
  std::string verdict = verdict_name(report.verdict);
  if (report.verdict == Verdict::violated && report.trace)
    verdict = fmt::format("{} violated in {} states", report.trace->property,
                          report.trace->states.size());
  if (const auto open = left_open(report); !open.empty())
    verdict = fmt::format("incomplete: {} open", fmt::join(open, ", "));
  return {{request.system->name},
          {instance},
          {verdict, report.as_expected ? Style::good : style_of(report.verdict)},
          {grouped(report.result.distinct)},
          {std::to_string(report.result.depth)},
          {fmt::format("{:.2f}", report.result.seconds)},
          {scope_text(report)},
          {report.as_expected ? "as expected" : report.unexpected,
           report.as_expected ? Style::plain : Style::bad}};
}

}  // namespace

int check_catalogue(const CheckArguments& arguments, const SearchOptions& options) {
  const auto began = std::chrono::steady_clock::now();
  if (arguments.protocol) find_system(catalogue(), *arguments.protocol);
  const ProgressForm form = progress_form(arguments.progress);
  std::vector<std::string> left_out;
  const std::vector<NamedRequest> requests = catalogue_requests(arguments, options, left_out);
  std::vector<std::vector<Cell>> rows{{{"system", Style::bold},
                                       {"instance", Style::bold},
                                       {"verdict", Style::bold},
                                       {"distinct", Style::bold},
                                       {"depth", Style::bold},
                                       {"seconds", Style::bold},
                                       {"scope", Style::bold},
                                       {"", Style::bold}}};
  std::vector<std::vector<Cell>> scenario_rows;
  int worst = exit_as_expected;
  std::size_t expected = 0;
  for (std::size_t i = 0; i < requests.size(); ++i) {
    RunRequest request = requests[i].request;
    request.search = options;
    request.search.progress = progress_teller(
        form, fmt::format("[{}/{}] {}", i + 1, requests.size(), request_title(request)));
    const RunReport report = run_check(request);
    clear_progress_line();
    if (arguments.json) print_json(report_json(report, ""));
    rows.push_back(table_row(report, requests[i].name));
    const int code = report.as_expected ? exit_as_expected : exit_code(report);
    expected += report.as_expected ? 1 : 0;
    if (worst != exit_not_as_expected && code != exit_as_expected) worst = code;
    if (is_interrupted()) break;
  }
  if (is_interrupted() && worst == exit_as_expected) worst = exit_incomplete;
  for (const System& system : catalogue()) {
    if (is_interrupted()) break;
    if (arguments.protocol && system.name != *arguments.protocol) continue;
    for (const Scenario& scenario : system.scenarios) {
      const Performance performance = play(system, scenario, {}, {});
      const bool good = performance.unexpected.empty();
      if (arguments.json) print_json(performance_json(performance, ""));
      scenario_rows.push_back(
          {{system.name},
           {"scenario " + scenario.name},
           {performance_text(performance), good ? Style::good : Style::bad},
           {""},
           {""},
           {""},
           {""},
           {good ? "as expected" : performance.unexpected, good ? Style::plain : Style::bad}});
      expected += good ? 1 : 0;
      if (!good) worst = exit_not_as_expected;
    }
  }
  if (arguments.json) return worst;
  const double seconds = Stopwatch::since(began);
  const std::size_t searches = rows.size() - 1;
  const std::size_t runs = searches + scenario_rows.size();
  rows.insert(rows.end(), scenario_rows.begin(), scenario_rows.end());
  fmt::print("{}", table(rows, {false, false, false, true, true, true, false, false}));
  fmt::print("\n{} of {} runs as expected, {:.1f} s.\n", expected, runs, seconds);
  if (searches < requests.size())
    fmt::print("Interrupted: {} more were not run.\n", requests.size() - searches);
  if (!left_out.empty())
    fmt::print("{}",
               wrapped(fmt::format("Not run with --visited {}, which keeps no states: mutants {}.",
                                   *arguments.visited, fmt::join(left_out, ", ")),
                       0));
  return worst;
}

}  // namespace synod
