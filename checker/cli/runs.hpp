// What the verbs that run a model have in common: from arguments to a request, from a report to
// text.
#pragma once

#include <atomic>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "checker/cli/commands.hpp"
#include "checker/input/input.hpp"
#include "checker/run/run.hpp"

namespace synod {

using Json = nlohmann::ordered_json;

/// From now on Ctrl-C ends a run with what it has; returns the flag that it sets.
const std::atomic<bool>* catch_interrupts();

/// Throws InputError.
SearchOptions search_options(const CheckArguments& arguments);
/// The one run that the arguments describe; throws InputError.
RunRequest single_request(const CheckArguments& arguments, const System& system);

/// The system, the parameters that are not its defaults, and what was changed.
std::string request_title(const RunRequest& request);
/// The bounds of the run, and what they cut off; empty where there are none.
std::string bounds_text(const RunReport& report);
Json parameters_json(const RunRequest& request);
Json drops_json(const std::vector<Drop>& drops);
/// What a trace shows, its length and its steps, and where it was written.
Json trace_json(const Trace& trace, const std::string& file);
Json report_json(const RunReport& report, const std::string& trace_file);
void print_json(const Json& json);
/// The report's trace, which there has to be.
void print_trace(const RunReport& report, const std::string& trace_file);
int exit_code(const RunReport& report);

/// Writes a trace, if there are a name and a trace; says why where it cannot, for the caller to
/// throw once the report of the run is printed.
std::optional<InputError> write_trace(const std::string& file, const Trace* trace,
                                      const RunReport& report);

}  // namespace synod
