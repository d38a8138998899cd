#include "checker/cli/run_report.hpp"

#include <algorithm>

#include "checker/cli/commands.hpp"
#include "checker/report/trace.hpp"

namespace synod {

std::unique_ptr<Observer> observer_of(const RunReport& report) {
  return report.request.system->instantiate(report.request.parameters, report.request.drops)
      ->observer();
}

const Trace* undecided_run(const RunReport& report) {
  return !report.trace && report.valence && report.valence->undecided ? &*report.valence->undecided
                                                                      : nullptr;
}
const Trace* trace_to_write(const RunReport& report) {
  return report.trace ? &*report.trace : undecided_run(report);
}

bool has_served(const RunReport& report) {
  const bool ended = report.verdict != Verdict::incomplete || report.result.stop == Stop::partial ||
                     (report.result.explored && !report.untried.empty());
  return ended && !report.result.level_cut && !report.result.untraced;
}

/// The checkpoint from which another run can go on; empty: none.
std::string kept_checkpoint(const RunReport& report) {
  const CheckpointOptions& options = report.request.search.checkpoint;
  if (has_served(report)) return "";
  return report.result.checkpointed ? options.file : options.resume;
}

double states_per_second(const RunReport& report) {
  const double seconds = std::max(report.result.seconds, 1e-6);
  return static_cast<double>(report.result.distinct) / seconds;
}

double bytes_per_state(const RunReport& report) {
  if (report.result.distinct == 0) return 0;
  return static_cast<double>(report.peak_bytes) / static_cast<double>(report.result.distinct);
}

std::optional<InputError> write_trace(const std::string& file, const Trace* trace,
                                      const RunReport& report) {
  if (file.empty() || trace == nullptr) return std::nullopt;
  try {
    write_file(file, write_itf(*trace, observer_of(report)->variables()));
    return std::nullopt;
  } catch (const InputError& error) {
    return error;
  }
}

int exit_code(const RunReport& report) {
  // What a bound left open is no success, whether or not that is known of an instance.
  if (report.verdict == Verdict::incomplete && report.request.expected != Verdict::incomplete)
    return exit_incomplete;
  return report.as_expected ? exit_as_expected : exit_not_as_expected;
}

}  // namespace synod
