// The report of a run for people.
#pragma once

#include <string>

#include "checker/run/run.hpp"

namespace synod {

/// The system, the parameters that are not its defaults, and what was changed.
std::string request_title(const RunRequest& request);
/// The bounds of the run, and what they cut off; empty where there are none.
std::string bounds_text(const RunReport& report);
/// The constraints of the run, which cut off steps as bounds do.
std::vector<std::string> constraints(const RunReport& report);
/// Whether some proper_end says which states are no deadlock; without one none is looked for.
bool looks_for_deadlock(const std::vector<PropertyInfo>& properties);
inline constexpr const char* no_deadlock_text =
    "No deadlock is looked for: no proper_end says which states may have no successor.\n";
/// What was covered, and what stopped the search.
std::string coverage_text(const RunReport& report);
/// Why there is no valence though it was asked for.
std::string no_valence_text(const RunReport& report);
/// How visited states were remembered.
std::string visited_text(const RunReport& report);
/// What the run looked at: all behaviours, or those within some bounds.
std::string scope_text(const RunReport& report);

void print_report(const RunReport& report, const std::string& trace_file);
/// A trace of the report, and the file that it is in; empty: none.
void print_trace(const RunReport& report, const Trace& trace, const std::string& trace_file);
/// Whether what was found is what was expected, unless that is what everybody expects.
void print_expected(const RunReport& report);

}  // namespace synod
