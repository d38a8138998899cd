#include "checker/cli/check_catalogue.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <chrono>
#include <cstdio>
#include <iterator>
#include <optional>

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

namespace synod {
namespace {

/// A run of the table: a search or, with a scenario, a play; or why it cannot be made.
struct Planned {
  const System* system;
  std::string name;
  std::optional<RunRequest> request = {};
  const Scenario* scenario = nullptr;
  const Mutant* mutant = nullptr;
  std::string fault = {};
};

const std::vector<bool> right = {false, false, false, true, true, true, false, false};

/// Whether what a mutant violates is decided on the graph of states and steps.
bool mutant_needs_graph(const System& system, const Mutant& mutant) {
  const RunRequest request = mutant_request(system, mutant);
  const auto infos = system.instantiate(request.parameters, request.drops)->properties();
  return needs_graph(infos[find_property(infos, mutant.violates)].kind);
}

/// Plans with make(); a model that contradicts itself, or what its catalogue entry says of it, is
/// no reason not to run the others.
template <class Make>
void plan(std::vector<Planned>& plans, Planned planned, Make&& make) {
  try {
    make(planned);
  } catch (const ModelError& error) {
    planned.fault = error.what();
  }
  plans.push_back(std::move(planned));
}

/// Every instance of the tier and every mutant; but for those mutants, which are listed, that a way
/// to keep states cannot judge.
void plan_searches(const System& system, bool thorough, const SearchOptions& options,
                   std::vector<Planned>& plans, std::vector<std::string>& left_out) {
  for (const Instance& instance : system.instances) {
    if (instance.tier == Tier::thorough && !thorough) continue;
    RunRequest request;
    request.system = &system;
    request.parameters = resolve_parameters(system, instance.parameters);
    plans.push_back({&system, instance.name(), std::move(request)});
  }
  for (const Mutant& mutant : system.mutants) {
    bool judged = true;
    const std::string name = "mutant " + mutant.name;
    plan(plans, {.system = &system, .name = name, .mutant = &mutant}, [&](Planned& planned) {
      validate(system, mutant);
      judged = keeps_states(options.visited) || !mutant_needs_graph(system, mutant);
      if (judged) planned.request = mutant_request(system, mutant);
    });
    if (judged) continue;
    plans.pop_back();
    left_out.push_back(system.name + " " + mutant.name);
  }
}

std::vector<Planned> plan_all(const std::vector<System>& systems, const CheckArguments& arguments,
                              const SearchOptions& options, std::vector<std::string>& left_out) {
  const bool thorough = arguments.tier == "thorough";
  std::vector<Planned> plans;
  std::vector<Planned> plays;
  for (const System& system : systems) {
    if (arguments.protocol && system.name != *arguments.protocol) continue;
    try {
      validate(system);
    } catch (const ModelError& error) {
      plans.push_back({.system = &system, .name = "the model", .fault = error.what()});
      continue;
    }
    plan_searches(system, thorough, options, plans, left_out);
    for (const Scenario& scenario : system.scenarios)
      plan(plays, {.system = &system, .name = "scenario " + scenario.name, .scenario = &scenario},
           [&](Planned&) { validate(system, scenario); });
  }
  plans.insert(plans.end(), std::make_move_iterator(plays.begin()),
               std::make_move_iterator(plays.end()));
  return plans;
}

std::string violated_text(const std::string& property, std::uint64_t states) {
  return fmt::format("{} violated in {}", property, counted(states, "state"));
}

std::vector<Cell> row_of(const Planned& planned, Cell verdict, bool as_expected,
                         const std::string& unexpected) {
  return {{planned.system->name},
          {planned.name},
          std::move(verdict),
          {""},
          {""},
          {""},
          {""},
          {as_expected ? "as expected" : unexpected, as_expected ? Style::plain : Style::bad}};
}

std::vector<Cell> row_of(const Planned& planned, const RunReport& report) {
  std::string verdict = verdict_name(report.verdict);
  if (report.verdict == Verdict::violated && report.trace)
    verdict = violated_text(report.trace->property, report.trace->states.size());
  if (const auto open = left_open(report); !open.empty())
    verdict = fmt::format("incomplete: {} open", fmt::join(open, ", "));
  std::vector<Cell> row =
      row_of(planned, {verdict, report.as_expected ? Style::good : style_of(report.verdict)},
             report.as_expected, report.unexpected);
  row[3] = {grouped(report.result.distinct)};
  row[4] = {std::to_string(report.result.depth)};
  row[5] = {fmt::format("{:.2f}", report.result.seconds)};
  row[6] = {scope_text(report)};
  return row;
}

/// A row as it will be where all is as expected.
std::vector<Cell> likely_row(const Planned& planned) {
  std::vector<Cell> row = row_of(planned, {"incomplete"}, true, "");
  if (planned.scenario != nullptr) {
    const Scenario& scenario = *planned.scenario;
    const std::size_t steps =
        scenario.steps(resolve_parameters(*planned.system, scenario.change.parameters)).size();
    row[2].text = scenario.refuser.empty()
                      ? fmt::format("allowed, {}{}", counted(steps + 1, "state"),
                                    scenario.property.empty()
                                        ? ""
                                        : fmt::format("; {} is violated", scenario.property))
                      : fmt::format("step {} refused by {}", steps, scenario.refuser);
  } else if (planned.mutant != nullptr) {
    row[2].text = violated_text(planned.mutant->violates, planned.mutant->length);
  } else if (planned.request) {
    RunReport report;
    report.request = *planned.request;
    report.verdict = Verdict::holds;
    row[6].text = scope_text(report);
    const auto infos =
        planned.system->instantiate(report.request.parameters, report.request.drops)->properties();
    row[3].text = grouped(expectation(report.request, infos).distinct);
  }
  return row;
}

/// The runs that come to an end are rows, each when it does.
class CatalogueTable {
 public:
  CatalogueTable(const std::vector<Planned>& plans, bool json) : json_(json) {
    std::vector<std::vector<Cell>> rows{{{"system", Style::bold},
                                         {"instance", Style::bold},
                                         {"verdict", Style::bold},
                                         {"distinct", Style::bold},
                                         {"depth", Style::bold},
                                         {"seconds", Style::bold},
                                         {"scope", Style::bold},
                                         {"", Style::bold}}};
    for (const Planned& planned : plans) rows.push_back(likely_row(planned));
    widths_ = widths_of(rows);
    if (!json_) print(rows[0]);
  }

  void add(const Planned& planned, const RunReport& report) {
    const int code = report.as_expected ? exit_as_expected : exit_code(report);
    add(row_of(planned, report), [&] { return report_json(report, ""); }, code);
  }
  void add(const Planned& planned, const Performance& performance) {
    const bool good = performance.unexpected.empty();
    add(
        row_of(planned, {performance_text(performance), good ? Style::good : Style::bad}, good,
               performance.unexpected),
        [&] { return performance_json(*planned.system, performance, ""); },
        good ? exit_as_expected : exit_not_as_expected);
  }
  void add_fault(const Planned& planned, const std::string& fault) {
    add(
        row_of(planned, {"model error", Style::bad}, false, fault),
        [&] {
          Json json = json_of("model error");
          json.update(Json{
              {"protocol", planned.system->name},
              {"mutant", planned.mutant == nullptr ? Json(nullptr) : Json(planned.mutant->name)},
              {"scenario",
               planned.scenario == nullptr ? Json(nullptr) : Json(planned.scenario->name)},
              {"verdict", "model error"},
              {"as_expected", false},
              {"unexpected", fault}});
          return json;
        },
        exit_not_as_expected);
  }

  std::size_t runs() const { return runs_; }
  std::size_t expected() const { return expected_; }
  int worst() const { return worst_; }

 private:
  template <class MakeJson>
  void add(const std::vector<Cell>& row, MakeJson&& make_json, int code) {
    if (json_)
      print_json(make_json());
    else
      print(row);
    ++runs_;
    expected_ += code == exit_as_expected ? 1 : 0;
    if (worst_ != exit_not_as_expected && code != exit_as_expected) worst_ = code;
  }
  void print(const std::vector<Cell>& row) const {
    fmt::print("{}", row_text(row, widths_, right));
    std::fflush(stdout);
  }

  bool json_;
  std::vector<std::size_t> widths_;
  std::size_t runs_ = 0;
  std::size_t expected_ = 0;
  int worst_ = exit_as_expected;
};

}  // namespace

int check_catalogue(const CheckArguments& arguments, const SearchOptions& options,
                    const std::vector<System>& systems) {
  const auto began = std::chrono::steady_clock::now();
  if (arguments.protocol) find_system(systems, *arguments.protocol);
  const ProgressForm form = progress_form(arguments.progress);
  std::vector<std::string> left_out;
  const std::vector<Planned> plans = plan_all(systems, arguments, options, left_out);
  CatalogueTable rows(plans, arguments.json);
  for (const Planned& planned : plans) {
    if (is_interrupted()) break;
    try {
      if (!planned.fault.empty()) {
        rows.add_fault(planned, planned.fault);
      } else if (planned.scenario != nullptr) {
        rows.add(planned, play(*planned.system, *planned.scenario, {}, {}));
      } else {
        RunRequest request = *planned.request;
        request.search = options;
        request.search.progress = progress_teller(
            form, fmt::format("[{}/{}] {}", rows.runs() + 1, plans.size(), request_title(request)));
        const RunReport report = run_check(request);
        clear_progress_line();
        rows.add(planned, report);
      }
    } catch (const ModelError& error) {
      clear_progress_line();
      rows.add_fault(planned, error.what());
    }
  }
  const int worst =
      is_interrupted() && rows.worst() == exit_as_expected ? exit_incomplete : rows.worst();
  if (arguments.json) return worst;
  fmt::print("\n{} of {} as expected, {:.1f} s.\n", rows.expected(), counted(rows.runs(), "run"),
             Stopwatch::since(began));
  if (rows.runs() < plans.size())
    fmt::print("Interrupted: {} more were not run.\n", plans.size() - rows.runs());
  if (!left_out.empty())
    fmt::print("{}",
               wrapped(fmt::format("Not run with --visited {}, which keeps no states: mutants {}.",
                                   *arguments.visited, fmt::join(left_out, ", ")),
                       0));
  return worst;
}

}  // namespace synod
