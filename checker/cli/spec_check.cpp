// Runs TLC, the TLA+ model checker, on the TLA+ module of a system and on the same instances as
// Synod, and compares the counts.
#include <fmt/format.h>

#include <filesystem>
#include <sstream>
#include <system_error>

#include "checker/cli/commands.hpp"
#include "checker/cli/spec_record.hpp"
#include "checker/cli/terminal.hpp"
#include "checker/input/input.hpp"
#include "checker/programs/program.hpp"
#include "checker/report/text.hpp"
#include "checker/run/run.hpp"
#include "model/catalogue.hpp"

namespace synod {
namespace {

namespace fs = std::filesystem;

/// The configuration with its CONSTANTS replaced by those of an instance.
std::string configuration(const std::string& shipped, const Assignments& constants) {
  std::istringstream lines(shipped);
  std::string text;
  bool in_constants = false;
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("CONSTANT")) {
      in_constants = true;
      text += "CONSTANTS\n";
      for (const auto& [name, value] : constants) text += fmt::format("  {} = {}\n", name, value);
    } else if (in_constants && (line.empty() || line[0] == ' ')) {
      continue;
    } else {
      in_constants = false;
      text += line + "\n";
    }
  }
  return text;
}

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
TlcSummary run_tlc(const SpecCheckArguments& arguments, const System& system,
                   const Parameters& parameters, const fs::path& specs) {
  const TemporaryFolder folder;
  const fs::path module = specs / system.name / (system.name + ".tla");
  const fs::path shipped = specs / system.name / (system.name + ".cfg");
  write_file((folder.path() / module.filename()).string(), read_file(module.string()));
  write_file((folder.path() / shipped.filename()).string(),
             configuration(read_file(shipped.string()), system.tla_constants(parameters)));
  const fs::path output = folder.path() / "tlc.out";
  // One worker: with more, TLC's depth is an estimate.
  const int status = run_java(
      {arguments.java, "-XX:+UseParallelGC", "-cp", arguments.tlc, "tlc2.TLC", "-workers", "1",
       "-noGenerateSpecTE", "-metadir", (folder.path() / "meta").string(), "-config",
       (folder.path() / shipped.filename()).string(), (folder.path() / module.filename()).string()},
      output);
  const std::string text = read_file(output.string());
  TlcSummary summary = tlc_summary(text);
  if (status != 0 || !summary.complete()) {
    const std::size_t tail = text.size() > 1500 ? text.size() - 1500 : 0;
    fmt::print(stderr, "{}\n", text.substr(tail));
    throw InputError(fmt::format(
        "TLC did not finish {} {} (exit status {}); its last lines are above", system.name,
        join_assignments(write_parameters(system, parameters, false)), status));
  }
  return summary;
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
  for (const System& system : catalogue()) {
    if (arguments.protocol && system.name != *arguments.protocol) continue;
    SpecRecord record;
    for (const Instance& instance : system.instances) {
      if (instance.tier == Tier::thorough && arguments.tier != "thorough") continue;
      const Parameters parameters = resolve_parameters(system, instance.parameters);
      const TlcSummary tlc = run_tlc(arguments, system, parameters, specs);
      record.entries.push_back({instance.name(), tlc});
      RunRequest request;
      request.system = &system;
      request.parameters = parameters;
      const RunReport report = run_check(request);
      const SearchResult& ours = report.result;
      const bool same = report.verdict == Verdict::holds && tlc.no_error() &&
                        tlc.distinct() == ours.distinct && tlc.generated() == ours.generated &&
                        tlc.depth() == ours.depth;
      agree = agree && same;
      rows.push_back({{system.name},
                      {instance.name()},
                      {"TLC"},
                      {grouped(tlc.distinct())},
                      {grouped(tlc.generated())},
                      {std::to_string(tlc.depth())},
                      {}});
      rows.push_back({{""},
                      {""},
                      {"Synod"},
                      {grouped(ours.distinct)},
                      {grouped(ours.generated)},
                      {std::to_string(ours.depth)},
                      {same ? "agree" : "differ", same ? Style::good : Style::bad}});
    }
    if (arguments.record) write_file((specs / system.name / "tlc.txt").string(), record.text());
  }
  fmt::print("{}", table(rows, {false, false, false, true, true, true, false}));
  return agree ? exit_as_expected : exit_not_as_expected;
}

}  // namespace synod
