#include "checker/cli/valence_text.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "checker/cli/terminal.hpp"
#include "checker/cli/trace_text.hpp"
#include "checker/report/text.hpp"

namespace synod {
namespace {

using Json = nlohmann::ordered_json;

std::string plural(std::uint64_t count, const std::string& what) {
  return fmt::format("{} {}{}", grouped(count), what, count == 1 ? "" : "s");
}

/// The lines in which the initial configurations differ: what tells them apart.
std::vector<std::string> distinguishing(const ValenceReport& report, const Observer& observer,
                                        const Cells& state) {
  std::vector<std::string> lines;
  for (const std::string& line : state_lines(observer.variables(), state)) {
    const bool everywhere =
        std::all_of(report.initial.begin(), report.initial.end(), [&](const auto& configuration) {
          const auto all = state_lines(observer.variables(), configuration.state);
          return std::find(all.begin(), all.end(), line) != all.end();
        });
    if (!everywhere) lines.push_back(line);
  }
  return lines;
}

std::string initial_text(const ValenceReport& report, const Observer& observer) {
  if (report.initial.size() == 1)
    return fmt::format("  The initial configuration is {}.\n",
                       valence_text(report.initial[0].valence, report.values));
  std::string text = fmt::format("  {}\n", styled("Initial configurations", Style::bold));
  std::vector<std::vector<Cell>> rows;
  for (const auto& [state, valence] : report.initial)
    rows.push_back(
        {{fmt::format("    {}", fmt::join(distinguishing(report, observer, state), "; "))},
         {valence_text(valence, report.values)}});
  return text + table(rows);
}

std::string counts_text(const ValenceReport& report) {
  std::string text;
  for (const auto& [valence, count] : report.counts)
    text += fmt::format("{}{} {}", text.empty() ? "  Of all configurations " : ", ", grouped(count),
                        valence_text(valence, report.values));
  return text + ".\n";
}

/// Where a run begins, if there are several ways to begin.
std::string from_text(const ValenceReport& report, const Observer& observer, const Trace& trace) {
  const auto lines = distinguishing(report, observer, trace.states[0]);
  return lines.empty() ? "" : fmt::format(", from {}", fmt::join(lines, "; "));
}

std::string critical_text(const ValenceReport& report, const Observer& observer) {
  if (!report.to_critical) return "  No configuration is critical.\n";
  std::string text = fmt::format(
      "  {} critical: bivalent, and no step leaves {} so. The nearest is {} away{}:\n",
      report.critical == 1 ? "1 configuration is"
                           : grouped(report.critical) + " configurations are",
      report.critical == 1 ? "it" : "them", plural(report.to_critical->actions.size(), "step"),
      from_text(report, observer, *report.to_critical));
  text += wrapped(fmt::format("{}", fmt::join(report.to_critical->actions, ", ")), 4);
  std::vector<std::vector<Cell>> rows;
  for (const auto& [step, valence] : report.critical_steps)
    rows.push_back({{"    then " + step}, {valence_text(valence, report.values)}});
  return text + table(rows);
}

/// Why a run that ends is admissible, though it looks as if nobody tried.
std::string staying_text(const Trace& run, Observer& observer) {
  if (run.loop_action) return "";
  std::vector<std::string> actions;
  for (const Observer::Successor& next : observer.successors(run.states.back(), nullptr)) {
    if (next.state == run.states.back()) continue;
    for (const ActionInfo& action : observer.actions())
      if (action.has(next.label) &&
          std::find(actions.begin(), actions.end(), action.name) == actions.end())
        actions.push_back(action.name);
  }
  if (actions.empty()) return "    it stays where it ends: nothing can happen there\n";
  return wrapped(
      fmt::format("it may stay where it ends: no assumption makes {} happen (see --fair)",
                  fmt::join(actions, ", ")),
      4);
}

std::string undecided_text(const ValenceReport& report, Observer& observer) {
  switch (report.search) {
    case ValenceReport::Search::not_searched: return "";
    case ValenceReport::Search::not_finished:
      return wrapped("The search for an admissible run in which nobody decides was stopped.", 2);
    case ValenceReport::Search::none:
      return wrapped(
          report.undecided_cut == 0
              ? "In every admissible run somebody decides."
              : fmt::format("In every admissible run that no bound cuts short somebody decides; "
                            "those cut short, in {}, are left open.",
                            plural(report.undecided_cut, "configuration")),
          2);
    case ValenceReport::Search::found: break;
  }
  const bool for_ever = is_bivalent(report.undecided_valence);
  return fmt::format(
      "  {}, {}:\n{}{}\n{}", styled("An admissible run in which nobody ever decides", Style::bold),
      for_ever ? "bivalent for ever"
               : "in the end " + valence_text(report.undecided_valence, report.values),
      wrapped(fmt::format("admissible: {}", fmt::join(report.undecided->fairness, ", ")), 4),
      staying_text(*report.undecided, observer), trace_text(*report.undecided, observer, false));
}

std::string alike_text(const ValenceReport& report, const Observer& observer) {
  if (!report.alike) return "";
  const auto& alike = *report.alike;
  std::string text = fmt::format("\n  {}: to {} these two runs look the same.\n",
                                 styled("Crashed or slow", Style::bold), alike.process);
  text += fmt::format("    {} crashes{}:\n", alike.crashed,
                      from_text(report, observer, alike.with_crash));
  text += wrapped(fmt::format("{}", fmt::join(alike.with_crash.actions, ", ")), 6);
  text +=
      fmt::format("    {} is slow{}:\n", alike.crashed, from_text(report, observer, alike.without));
  text += wrapped(alike.without.actions.empty()
                      ? "nothing has happened yet"
                      : fmt::format("{}", fmt::join(alike.without.actions, ", ")),
                  6);
  return text;
}

Json steps_json(const std::optional<Trace>& trace) {
  return trace ? Json(trace->actions) : Json(nullptr);
}

std::string search_name(ValenceReport::Search search) {
  switch (search) {
    case ValenceReport::Search::not_searched: return "not searched";
    case ValenceReport::Search::not_finished: return "not finished";
    case ValenceReport::Search::none: return "none";
    case ValenceReport::Search::found: return "found";
  }
  return "";
}

/// The place among the initial configurations of the one that a run begins in.
std::size_t initial_number(const ValenceReport& report, const Trace& trace) {
  const auto found = std::find_if(report.initial.begin(), report.initial.end(),
                                  [&](const ValenceReport::Configuration& configuration) {
                                    return configuration.state == trace.states[0];
                                  });
  return static_cast<std::size_t>(found - report.initial.begin());
}

Json undecided_json(const ValenceReport& report) {
  if (!report.undecided) return nullptr;
  const Trace& run = *report.undecided;
  return {{"valence", valence_text(report.undecided_valence, report.values)},
          {"from", initial_number(report, run)},
          {"actions", run.actions},
          {"loop", *run.loop},
          {"loop_action", run.loop_action ? Json(*run.loop_action) : Json(nullptr)}};
}

}  // namespace

std::string valence_text(const ValenceReport& report, Observer& observer) {
  std::string text = fmt::format(
      "{}: which decisions can still be reached (computed for this instance and within its bounds; "
      "the theorem about all protocols is cited)\n",
      styled("Valence", Style::bold));
  text += initial_text(report, observer) + counts_text(report) + critical_text(report, observer);
  return text + undecided_text(report, observer) + alike_text(report, observer);
}

Json valence_json(const ValenceReport& report, const Observer& observer) {
  Json initial = Json::array();
  for (const auto& [state, valence] : report.initial)
    initial.push_back({{"state", state_lines(observer.variables(), state)},
                       {"valence", valence_text(valence, report.values)}});
  Json bounds = Json::array();
  for (const Cut& cut : report.cuts)
    bounds.push_back({{"name", cut.bound}, {"steps_cut", cut.steps}});
  Json counts = Json::object();
  for (const auto& [valence, count] : report.counts)
    counts[valence_text(valence, report.values)] = count;
  Json steps = Json::array();
  for (const auto& [step, valence] : report.critical_steps)
    steps.push_back({{"action", step}, {"valence", valence_text(valence, report.values)}});
  Json alike = nullptr;
  if (report.alike)
    alike = {{"process", report.alike->process},
             {"crashed", report.alike->crashed},
             {"with_crash_from", initial_number(report, report.alike->with_crash)},
             {"with_crash", report.alike->with_crash.actions},
             {"without_from", initial_number(report, report.alike->without)},
             {"without", report.alike->without.actions}};
  return {{"values", report.values},
          {"admissible", report.admissible},
          {"bounds", bounds},
          {"initial", initial},
          {"counts", counts},
          {"critical", report.critical},
          {"to_critical_from",
           report.to_critical ? Json(initial_number(report, *report.to_critical)) : Json(nullptr)},
          {"to_critical", steps_json(report.to_critical)},
          {"critical_steps", steps},
          {"undecided_search", search_name(report.search)},
          {"undecided_states_cut", report.undecided_cut},
          {"undecided", undecided_json(report)},
          {"alike", alike}};
}

}  // namespace synod
