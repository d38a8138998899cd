#include <fmt/format.h>

#include <cstdio>

#include "checker/cli/check_catalogue.hpp"
#include "checker/cli/commands.hpp"
#include "checker/cli/play.hpp"
#include "checker/cli/progress.hpp"
#include "checker/cli/run_json.hpp"
#include "checker/cli/run_report.hpp"
#include "checker/cli/run_text.hpp"
#include "checker/cli/search_options.hpp"
#include "checker/input/input.hpp"
#include "checker/report/trace.hpp"
#include "checker/search/checkpoint.hpp"
#include "checker/search/sorted_run.hpp"
#include "model/catalogue.hpp"

namespace synod {
namespace {

int check_one(const CheckArguments& arguments, const SearchOptions& options) {
  RunRequest request = single_request(arguments, find_system(catalogue(), *arguments.protocol));
  request.search = options;
  request.search.checkpoint = checkpoint_options(arguments);
  const ProgressForm form = progress_form(arguments.progress);
  request.search.progress = progress_teller(form, request_title(request));
  if (arguments.trace_file) require_writable(*arguments.trace_file);
  if (arguments.checkpoint) remove_leftovers(request.search.checkpoint.file);
  const RunReport report = run_check(request);
  clear_progress_line();
  const std::string trace_file = arguments.trace_file.value_or("");
  const Trace* const trace = trace_to_write(report);
  const auto unwritten = write_trace(trace_file, trace, report);
  const std::string told = unwritten ? "" : trace_file;
  if (arguments.json)
    print_json(report_json(report, told));
  else
    print_report(report, told);
  const bool printed = std::fflush(stdout) == 0 && std::ferror(stdout) == 0;
  const CheckpointOptions& checkpoint = request.search.checkpoint;
  if (printed && has_served(report) && (report.result.checkpointed || checkpoint.replaces))
    remove_checkpoint(checkpoint.file);
  if (unwritten) throw InputError(*unwritten);
  return exit_code(report);
}

}  // namespace

int check(const CheckArguments& arguments) {
  if (arguments.engine && *arguments.engine != "explicit") {
    if (*arguments.engine == "z3") return check_by_solver(arguments);
    throw InputError("--engine: " + quote(*arguments.engine) + " is neither explicit nor z3");
  }
  SearchOptions options = search_options(arguments);
  options.disk = disk_folder(arguments, options.visited);
  catch_interrupts();
  if (arguments.scenario) {
    if (!arguments.protocol) throw InputError("--scenario needs a protocol");
    if (arguments.mutant || arguments.expect || arguments.tier || !arguments.properties.empty() ||
        !arguments.invariants.empty() || !arguments.reach.empty() || arguments.ltl ||
        !arguments.fairness.empty() || !arguments.unfair.empty() || arguments.no_normal_form)
      throw InputError(
          "--mutant, --expect, --tier, --property, --invariant, --reach, --ltl, --fair, "
          "--unfair and --no-normal-form cannot go with --scenario");
    if (arguments.max_states || arguments.max_depth || arguments.memory || arguments.disk ||
        arguments.seconds || arguments.visited || arguments.progress || arguments.profile ||
        arguments.symmetry || arguments.partial_order || arguments.checkpoint ||
        arguments.checkpoint_every || arguments.resume)
      throw InputError(
          "a scenario is no search: limits, --symmetry, --partial-order, --visited, --progress, "
          "--profile, --checkpoint and --resume cannot go with --scenario");
    return play_scenario(arguments);
  }
  const bool single = arguments.protocol && !arguments.tier;
  if (single) return check_one(arguments, options);
  if (arguments.mutant || !arguments.drops.empty() || !arguments.properties.empty() ||
      !arguments.parameters.empty() || !arguments.invariants.empty() || !arguments.reach.empty() ||
      arguments.expect || arguments.trace_file || arguments.ltl || !arguments.fairness.empty() ||
      !arguments.unfair.empty() || arguments.no_normal_form || arguments.valence ||
      arguments.symmetry || arguments.partial_order || arguments.profile || arguments.checkpoint ||
      arguments.checkpoint_every || arguments.resume)
    throw InputError(fmt::format(
        "parameters, --mutant, --drop, --property, --invariant, --reach, --ltl, --fair, --unfair, "
        "--no-normal-form, "
        "--valence, "
        "--symmetry, --partial-order, --expect, --trace, --checkpoint, --resume and --profile {}",
        !arguments.protocol ? "need a protocol" : "cannot go with --tier"));
  return check_catalogue(arguments, options);
}

}  // namespace synod
