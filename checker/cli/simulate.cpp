// Random walks, and what they covered.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <limits>

#include "checker/cli/progress.hpp"
#include "checker/cli/run_json.hpp"
#include "checker/cli/run_report.hpp"
#include "checker/cli/run_text.hpp"
#include "checker/cli/search_options.hpp"
#include "checker/cli/terminal.hpp"
#include "checker/input/input.hpp"
#include "checker/report/text.hpp"
#include "model/catalogue.hpp"

namespace synod {
namespace {

WalkOptions walk_options(const SimulateArguments& arguments) {
  constexpr auto any = std::numeric_limits<std::int64_t>::max();
  const auto read = [](const Option& text, std::int64_t low, std::int64_t high, const char* what,
                       std::uint64_t& value) {
    if (text) value = static_cast<std::uint64_t>(parse_integer(*text, low, high, what));
  };
  WalkOptions options;
  // Who gives the time wants it used.
  if (arguments.run.seconds) options.walks = std::numeric_limits<std::uint64_t>::max();
  read(arguments.walks, 1, any, "--walks", options.walks);
  if (arguments.depth)
    options.steps = static_cast<std::uint64_t>(
                        parse_integer(*arguments.depth, 2, WalkOptions::most_steps, "--depth")) -
                    1;
  read(arguments.seed, 0, any, "--seed", options.seed);
  return options;
}

/// What the verdict rests on.
std::string walks_text(const RunReport& report) {
  const WalkCoverage& coverage = *report.coverage;
  if (report.result.stop == Stop::violation)
    return fmt::format("in walk {} of seed {}, in {}", grouped(coverage.violating_walk),
                       coverage.options.seed, counted(coverage.violating_step + 1, "state"));
  const char* const stopped = report.result.stop == Stop::time          ? "stopped by --time; "
                              : report.result.stop == Stop::interrupted ? "interrupted; "
                                                                        : "";
  return fmt::format("{}no violation in {} of at most {}; this is no proof", stopped,
                     counted(coverage.walks, "walk"), counted(coverage.options.steps + 1, "state"));
}

/// The claims that walks say nothing about, with their kinds; not those known to be false.
std::vector<std::string> not_judged(const RunReport& report) {
  std::vector<std::string> names;
  for (const PropertyInfo& info : report.properties)
    if (info.applies && !info.refuted &&
        (info.kind == PropertyKind::temporal || info.kind == PropertyKind::always_possible))
      names.push_back(fmt::format("{} ({})", info.name, kind_name(info.kind)));
  return names;
}

void print_properties(const RunReport& report) {
  std::vector<std::vector<Cell>> rows;
  for (std::size_t i = 0; i < report.properties.size(); ++i) {
    const PropertyInfo& info = report.properties[i];
    const PropertyResult& result = report.result.properties[i];
    if (result.verdict == PropertyVerdict::not_checked || !is_searched(info.kind)) continue;
    std::string note;
    if (const auto& reached = report.coverage->reached[i])
      note = fmt::format("in walk {}, in {}", grouped(reached->walk),
                         counted(reached->steps + 1, "state"));
    else if (info.kind == PropertyKind::reachable && info.applies)
      note = "not reached";
    else if (result.depth)
      note = "in " + counted(*result.depth, "state");
    rows.push_back({{"  " + info.name},
                    {kind_name(info.kind)},
                    {verdict_name(result.verdict), style_of(result.verdict)},
                    {note, Style::dim}});
  }
  fmt::print("{}", table(rows));
}

void print_actions(const RunReport& report) {
  std::vector<std::vector<Cell>> rows{
      {{"  action", Style::bold}, {"taken", Style::bold}, {"enabled", Style::bold}, {""}}};
  for (std::size_t i = 0; i < report.actions.size(); ++i) {
    if (!report.actions[i].applies) continue;
    const std::uint64_t enabled = report.result.actions[i].fired;
    const std::uint64_t taken = report.coverage->taken[i];
    rows.push_back({{"  " + report.actions[i].name},
                    {grouped(taken)},
                    {grouped(enabled)},
                    {enabled == 0 ? "never"
                     : taken == 0 ? "never taken"
                                  : "",
                     Style::warning}});
  }
  fmt::print("\n{}", table(rows, {false, true, true, false}));
}

void print_simulation(const RunReport& report, const std::string& trace_file) {
  const SearchResult& result = report.result;
  const WalkCoverage& coverage = *report.coverage;
  fmt::print("{}\n\n", styled(request_title(report.request), Style::bold));
  print_properties(report);
  fmt::print("\n{}: {}.\n", styled(verdict_name(report.verdict), style_of(report.verdict)),
             walks_text(report));
  fmt::print(
      "{}",
      wrapped(fmt::format("Seed {}: {}, {}; about {} (HyperLogLog, standard error {}%). The "
                          "longest walk has {}; {} ended where nothing changes any more.",
                          coverage.options.seed, counted(coverage.walks, "walk"),
                          counted(coverage.steps, "step"),
                          counted(result.distinct, "distinct state"), 100 * WalkCoverage::error,
                          counted(coverage.longest + 1, "state"), grouped(coverage.ended)),
              0));
  if (const std::string bounds = bounds_text(report); !bounds.empty())
    fmt::print("{}", wrapped("Within " + bounds + ".", 0));
  if (!looks_for_deadlock(report.properties)) fmt::print("{}", no_deadlock_text);
  if (const std::vector<std::string> names = not_judged(report); !names.empty())
    fmt::print("{}", wrapped(fmt::format("Not judged, as a walk does not show all that may follow: "
                                         "{}.",
                                         fmt::join(names, ", ")),
                             0));
  fmt::print("{:.2f} s with {}, {}/s.\n", result.seconds, counted(result.threads, "thread"),
             counted(static_cast<std::uint64_t>(static_cast<double>(coverage.steps) /
                                                std::max(result.seconds, 1e-6)),
                     "step"));
  print_actions(report);
  if (report.trace)
    print_trace(report, *report.trace, trace_file);
  else if (!trace_file.empty())
    fmt::print("\nThere is no trace to write to {}.\n", trace_file);
  print_expected(report);
}

Json simulation_json(const RunReport& report, const std::string& trace_file) {
  const WalkCoverage& coverage = *report.coverage;
  Json json = report_json(report, trace_file);
  // What only a search knows.
  for (const char* const key : {"engine",
                                "distinct",
                                "generated",
                                "depth",
                                "levels",
                                "states_per_second",
                                "bytes_per_state",
                                "visited",
                                "profile",
                                "valence",
                                "no_valence",
                                "normalised",
                                "not_on_normal_forms",
                                "on_normal_forms",
                                "symmetry",
                                "partial_order",
                                "audited",
                                "untried",
                                "checkpoint",
                                "further_traces"})
    json.erase(key);
  json["kind"] = "simulation";
  json["coverage"] = walks_text(report);
  for (std::size_t i = 0; i < report.actions.size(); ++i)
    json["actions"][i]["taken"] = coverage.taken[i];
  Json reached = Json::object();
  for (std::size_t i = 0; i < report.properties.size(); ++i)
    if (const auto& first = coverage.reached[i])
      reached[report.properties[i].name] = {{"walk", first->walk}, {"states", first->steps + 1}};
  json["simulation"] = {
      {"seed", coverage.options.seed},
      {"states_at_most", coverage.options.steps + 1},
      {"walks", coverage.walks},
      {"steps", coverage.steps},
      {"longest", coverage.longest + 1},
      {"ended", coverage.ended},
      {"enabled", report.result.generated},
      {"distinct_estimate", report.result.distinct},
      {"distinct_standard_error", WalkCoverage::error},
      {"reached", reached},
      {"not_judged", not_judged(report)},
      {"violating_walk",
       report.result.stop == Stop::violation ? Json(coverage.violating_walk) : Json(nullptr)}};
  return json;
}

}  // namespace

int simulate(const SimulateArguments& arguments) {
  const System& system = find_system(catalogue(), *arguments.run.protocol);
  RunRequest request = single_request(arguments.run, system);
  if (request.expected == Verdict::holds || request.expected == Verdict::vacuous)
    throw InputError("--expect: " + quote(*arguments.run.expect) +
                     " is nothing that walks can show; there are violated, incomplete");
  request.search = search_options(arguments.run);
  request.walks = walk_options(arguments);
  request.valence = false;
  if (arguments.run.trace_file) require_writable(*arguments.run.trace_file);
  request.walks->progress =
      walk_teller(progress_form(arguments.run.progress), request_title(request));
  catch_interrupts();
  const RunReport report = run_simulation(request);
  clear_progress_line();
  const std::string trace_file = arguments.run.trace_file.value_or("");
  const auto unwritten = write_traces(trace_file, report);
  const std::string told = unwritten ? "" : trace_file;
  if (arguments.run.json)
    print_json(simulation_json(report, told));
  else
    print_simulation(report, told);
  if (unwritten) throw InputError(*unwritten);
  return exit_code(report);
}

}  // namespace synod
