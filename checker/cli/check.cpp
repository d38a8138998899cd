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
  const auto unwritten = write_traces(trace_file, report);
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
  if (arguments.scenario) return play_scenario(arguments);
  const bool single = arguments.protocol && !arguments.tier;
  if (single) return check_one(arguments, options);
  return check_catalogue(arguments, options, catalogue());
}

}  // namespace synod
