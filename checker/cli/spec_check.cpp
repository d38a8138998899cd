// Runs TLC, the TLA+ model checker, on the TLA+ module of a system and on the same instances as
// Synod, and compares the counts.
#include <fmt/format.h>

#include <filesystem>
#include <nlohmann/json.hpp>
#include <optional>
#include <system_error>

#include "checker/cli/commands.hpp"
#include "checker/cli/run_json.hpp"
#include "checker/cli/spec_record.hpp"
#include "checker/cli/terminal.hpp"
#include "checker/cli/tlc_configuration.hpp"
#include "checker/input/input.hpp"
#include "checker/programs/program.hpp"
#include "checker/report/text.hpp"
#include "checker/run/run.hpp"
#include "model/catalogue.hpp"

namespace synod {
namespace {

namespace fs = std::filesystem;

/// Runs Java with its output in a file; returns its exit status, or -1.
int run_java(const std::vector<std::string>& command, const fs::path& output) {
  try {
    return run_program(command, output);
  } catch (const std::system_error& error) {
    throw InputError(fmt::format("{}: {}; give the Java program with --java", command[0],
                                 error.code().message()));
  }
}

fs::path default_specs() {
  std::error_code error;
  const fs::path self = fs::read_symlink("/proc/self/exe", error);
  fs::path installed = self.parent_path() / ".." / "share" / "synod" / "spec";
  if (!error && fs::is_directory(installed)) return installed;
  return fs::path(SYNOD_SOURCE_DIR) / "spec";
}

/// TLC's summary lines for one instance.
struct TlcRun {
  TlcSummary summary;
  bool constrained = false;  ///< it counts steps that are cut off
};

/// The module is read where it is, and so are those that it EXTENDs; nothing is written there.
TlcRun run_tlc(const SpecCheckArguments& arguments, const System& system,
               const Parameters& parameters, const fs::path& specs) {
  const TemporaryFolder folder;
  const fs::path module = specs / system.name / (system.name + ".tla");
  const std::string shipped = read_file((specs / system.name / (system.name + ".cfg")).string());
  const fs::path configuration = folder.path() / (system.name + ".cfg");
  write_file(configuration.string(), with_constants(shipped, system.tla_constants(parameters)));
  const fs::path output = folder.path() / "tlc.out";
  // One worker: with more, TLC's depth is an estimate.
  const int status =
      run_java({arguments.java, "-XX:+UseParallelGC", "-cp", arguments.tlc, "tlc2.TLC", "-workers",
                "1", "-noGenerateSpecTE", "-metadir", (folder.path() / "meta").string(), "-config",
                configuration.string(), module.string()},
               output);
  const std::string text = read_file(output.string());
  const TlcSummary summary = tlc_summary(text);
  if (status != 0 || !summary.complete()) {
    const std::size_t tail = text.size() > 1500 ? text.size() - 1500 : 0;
    fmt::print(stderr, "{}\n", text.substr(tail));
    throw InputError(fmt::format(
        "TLC did not finish {} {} (exit status {}); its last lines are above", system.name,
        join_assignments(write_parameters(system, parameters, false)), status));
  }
  return {summary, is_constrained(shipped)};
}

/// What TLC and Synod count of one instance.
struct Counts {
  TlcSummary tlc;
  std::uint64_t distinct = 0;
  std::uint64_t generated = 0;         ///< those cut off included, if TLC counts them
  std::optional<std::uint64_t> steps;  ///< that were cut off; none: TLC does not count them
  std::uint64_t depth = 0;
  Verdict verdict = Verdict::incomplete;
  bool as_expected = false;  ///< the verdict; bounds may leave temporal claims open

  bool agree() const {
    return as_expected && tlc.no_error() && tlc.distinct() == distinct &&
           tlc.generated() == generated && tlc.depth() == depth;
  }
};

Counts count(const SpecCheckArguments& arguments, const System& system,
             const Parameters& parameters, const fs::path& specs) {
  const TlcRun run = run_tlc(arguments, system, parameters, specs);
  RunRequest request;
  request.system = &system;
  request.parameters = parameters;
  const RunReport report = run_check(request);
  Counts counts{.tlc = run.summary,
                .distinct = report.result.distinct,
                .generated = report.result.generated,
                .steps = {},
                .depth = report.result.depth,
                .verdict = report.verdict,
                .as_expected = report.as_expected};
  if (run.constrained) {
    counts.steps = 0;
    for (const Cut& cut : report.result.cuts) *counts.steps += cut.steps;
    counts.generated += *counts.steps;
  }
  return counts;
}

Json counts_json(std::uint64_t distinct, std::uint64_t generated, std::uint64_t depth) {
  return {{"distinct", distinct}, {"generated", generated}, {"depth", depth}};
}

Json comparison_json(const System& system, const Instance& instance, const Counts& counts) {
  const TlcSummary& tlc = counts.tlc;
  Json json = json_of("spec check");
  json.update(Json{{"protocol", system.name},
                   {"instance", instance.name()},
                   {"parameters", parameters_json(system, instance.parameters)},
                   {"tlc", counts_json(tlc.distinct(), tlc.generated(), tlc.depth())},
                   {"synod", counts_json(counts.distinct, counts.generated, counts.depth)},
                   {"steps_cut", counts.steps ? Json(*counts.steps) : Json(nullptr)},
                   {"tlc_no_error", tlc.no_error()},
                   {"verdict", verdict_name(counts.verdict)},
                   {"agree", counts.agree()}});
  return json;
}

void add_rows(std::vector<std::vector<Cell>>& rows, const System& system, const Instance& instance,
              const Counts& counts) {
  std::string said = counts.agree() ? "agree" : "differ";
  if (!counts.as_expected) said += fmt::format(", Synod says {}", verdict_name(counts.verdict));
  if (!counts.tlc.no_error()) said += ", TLC found an error";
  if (counts.steps) said += fmt::format(", {} generated steps are cut off", grouped(*counts.steps));
  rows.push_back({{system.name},
                  {instance.name()},
                  {"TLC"},
                  {grouped(counts.tlc.distinct())},
                  {grouped(counts.tlc.generated())},
                  {std::to_string(counts.tlc.depth())},
                  {}});
  rows.push_back({{""},
                  {""},
                  {"Synod"},
                  {grouped(counts.distinct)},
                  {grouped(counts.generated)},
                  {std::to_string(counts.depth)},
                  {said, counts.agree() ? Style::good : Style::bad}});
}

}  // namespace

int spec_check(const SpecCheckArguments& arguments) {
  std::error_code unreadable;
  if (!fs::is_regular_file(arguments.tlc, unreadable))
    throw InputError(fmt::format("--tlc: {} is no file; expected the TLA+ tools, tla2tools.jar",
                                 quote(arguments.tlc)));
  if (arguments.protocol) find_system(catalogue(), *arguments.protocol);
  const fs::path specs = arguments.specs.empty() ? default_specs() : fs::path(arguments.specs);
  std::vector<std::vector<Cell>> rows{{{"system", Style::bold},
                                       {"instance", Style::bold},
                                       {"", Style::bold},
                                       {"distinct", Style::bold},
                                       {"generated", Style::bold},
                                       {"depth", Style::bold},
                                       {"", Style::bold}}};
  bool agree = true;
  const auto record_of = [&](const System& system) {
    return (specs / system.name / "tlc.txt").string();
  };
  const auto asked_for = [&](const System& system) {
    return !arguments.protocol || system.name == *arguments.protocol;
  };
  for (const System& system : catalogue())
    if (asked_for(system) && !system.tla_constants)
      throw ModelError(system.name + ": it has no tla_constants, which say what the CONSTANTS are");
  for (const System& system : catalogue())
    if (arguments.record && asked_for(system)) require_writable(record_of(system));
  for (const System& system : catalogue()) {
    if (!asked_for(system)) continue;
    SpecRecord record;
    for (const Instance& instance : system.instances) {
      if (instance.tier == Tier::thorough && arguments.tier != "thorough") continue;
      const Parameters parameters = resolve_parameters(system, instance.parameters);
      const Counts counts = count(arguments, system, parameters, specs);
      record.entries.push_back({instance.name(), counts.tlc});
      agree = agree && counts.agree();
      if (arguments.json) {
        print_json(comparison_json(system, instance, counts));
        std::fflush(stdout);
      } else {
        add_rows(rows, system, instance, counts);
      }
    }
    if (arguments.record) write_file(record_of(system), record.text());
  }
  if (!arguments.json)
    fmt::print("{}", table(rows, {false, false, false, true, true, true, false}));
  return agree ? exit_as_expected : exit_not_as_expected;
}

}  // namespace synod
