#include "checker/cli/run_report.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

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

std::string file_of(const std::string& file, const Trace& trace, const RunReport& report) {
  if (file.empty() || !report.request.go_on || trace.property.empty()) return file;
  std::string name = trace.property;
  name.erase(0, name.find_first_not_of('-'));  // of --ltl
  // A condition is its own name, and no file's; two may come out alike.
  std::replace_if(
      name.begin(), name.end(),
      [](char c) { return std::isalnum(static_cast<unsigned char>(c)) == 0; }, '_');
  if (name != trace.property && trace.property != Trace::ad_hoc) {
    const auto& all = report.properties;
    const auto at = std::find_if(all.begin(), all.end(), [&](const PropertyInfo& info) {
      return info.name == trace.property;
    });
    constexpr std::size_t longest = 40;
    name = fmt::format("{}_{}", name.substr(0, longest), at - all.begin());
  }
  const std::size_t folder = file.rfind('/') + 1;  // 0 where there is none
  const std::size_t ending = file.find('.', folder + 1);
  if (ending == std::string::npos) return file + "." + name;
  return file.substr(0, ending) + "." + name + file.substr(ending);
}

std::optional<InputError> write_traces(const std::string& file, const RunReport& report) {
  std::vector<const Trace*> traces;
  if (const Trace* const first = trace_to_write(report)) traces.push_back(first);
  for (const Trace& further : report.further) traces.push_back(&further);
  if (file.empty()) return std::nullopt;
  try {
    const auto observer = observer_of(report);
    for (const Trace* const trace : traces)
      write_file(file_of(file, *trace, report), write_itf(*trace, observer->variables()));
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
