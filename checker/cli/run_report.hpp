// What a report means for whoever asked: what to keep of the run, and how the process ends.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "checker/input/input.hpp"
#include "checker/run/run.hpp"

namespace synod {

/// The model that the run was about.
std::unique_ptr<Observer> observer_of(const RunReport& report);

/// The undecided run of valence when a run that shows a property does not come first.
const Trace* undecided_run(const RunReport& report);
const Trace* trace_to_write(const RunReport& report);

/// A checkpoint has served when there is nothing left that another run could find.
bool has_served(const RunReport& report);
/// The checkpoint from which another run can go on; empty: none.
std::string kept_checkpoint(const RunReport& report);

double states_per_second(const RunReport& report);
double bytes_per_state(const RunReport& report);

/// Where a trace of the report goes that was asked for in `file`; empty: nowhere. Where each claim
/// may have one, their names are put before the file's ending: run.Agreement.itf.json.
std::string file_of(const std::string& file, const Trace& trace, const RunReport& report);

/// Writes the traces of a report, if there are a name and a trace; says why where it cannot, for
/// the caller to throw once the report is printed.
std::optional<InputError> write_traces(const std::string& file, const RunReport& report);

int exit_code(const RunReport& report);

}  // namespace synod
