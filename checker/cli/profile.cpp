#include "checker/cli/profile.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <numeric>

#include "checker/cli/terminal.hpp"
#include "checker/report/text.hpp"

namespace synod {
namespace {

struct Row {
  std::string name;
  double seconds;
  std::string note;
};

double sum(const std::vector<double>& seconds) {
  return std::accumulate(seconds.begin(), seconds.end(), 0.0);
}

double total(const Profile& profile) {
  return sum(profile.actions) + sum(profile.properties) + profile.announcing + profile.inserting +
         profile.graph + profile.growing + profile.waiting;
}

/// The costliest first.
void append_sorted(std::vector<Row>& rows, std::vector<Row> members) {
  std::stable_sort(members.begin(), members.end(),
                   [](const Row& a, const Row& b) { return a.seconds > b.seconds; });
  rows.insert(rows.end(), members.begin(), members.end());
}

std::vector<Row> rows_of(const RunReport& report, const Profile& profile) {
  std::vector<Row> rows{{"actions", sum(profile.actions), ""}};
  std::vector<Row> members;
  for (std::size_t i = 0; i < report.actions.size(); ++i) {
    const std::uint64_t fired = report.result.actions[i].fired;
    if (!report.actions[i].applies) continue;
    members.push_back({"  " + report.actions[i].name, profile.actions[i],
                       fmt::format("{} successors", grouped(fired))});
  }
  append_sorted(rows, std::move(members));
  rows.push_back({"properties", sum(profile.properties), ""});
  members.clear();
  for (std::size_t i = 0; i < report.properties.size(); ++i)
    if (profile.properties[i] > 0)
      members.push_back({"  " + report.properties[i].name, profile.properties[i], ""});
  append_sorted(rows, std::move(members));
  rows.push_back({"hashing, and what is between actions", profile.announcing, ""});
  rows.push_back({"looking up and inserting states", profile.inserting, ""});
  if (profile.graph > 0) rows.push_back({"making the graph", profile.graph, ""});
  rows.push_back({"growing the table", profile.growing, ""});
  rows.push_back({"waiting for other threads, and the rest", profile.waiting, ""});
  return rows;
}

/// A bar for each depth, or for some depths together where they are many.
std::string levels_text(const std::vector<std::uint64_t>& levels) {
  constexpr std::size_t most_rows = 32;
  constexpr std::size_t width = 50;
  const std::size_t together = (levels.size() + most_rows - 1) / most_rows;
  std::vector<std::pair<std::string, std::uint64_t>> bars;
  for (std::size_t first = 0; first < levels.size(); first += together) {
    const std::size_t end = std::min(first + together, levels.size());
    std::uint64_t states = 0;
    for (std::size_t i = first; i < end; ++i) states += levels[i];
    bars.emplace_back(
        end - first == 1 ? fmt::format("{}", end) : fmt::format("{}-{}", first + 1, end), states);
  }
  std::uint64_t most = 1;
  for (const auto& [depth, states] : bars) most = std::max(most, states);
  std::vector<std::vector<Cell>> rows;
  for (const auto& [depth, states] : bars)
    rows.push_back({{depth}, {grouped(states)}, {std::string(states * width / most, '#')}});
  return table(rows, {true, true, false});
}

}  // namespace

std::string profile_text(const RunReport& report) {
  const Profile& profile = *report.result.profile;
  const double all = std::max(total(profile), 1e-9);
  std::vector<std::vector<Cell>> rows;
  for (const Row& row : rows_of(report, profile))
    rows.push_back({{"  " + row.name},
                    {fmt::format("{:.2f} s", row.seconds)},
                    {fmt::format("{:.0f}%", 100 * row.seconds / all)},
                    {row.note, Style::dim}});
  return fmt::format(
      "Where the time of {} went, {:.2f} s together; what actions and properties took is\n"
      "measured in one batch of states of eight:\n\n{}\nStates at each depth:\n\n{}",
      counted(report.result.threads, "thread"), all, table(rows, {false, true, true, false}),
      levels_text(report.result.levels));
}

nlohmann::ordered_json profile_json(const RunReport& report) {
  using Json = nlohmann::ordered_json;
  const Profile& profile = *report.result.profile;
  Json actions = Json::object();
  for (std::size_t i = 0; i < report.actions.size(); ++i)
    if (report.actions[i].applies) actions[report.actions[i].name] = profile.actions[i];
  Json properties = Json::object();
  for (std::size_t i = 0; i < report.properties.size(); ++i)
    if (profile.properties[i] > 0) properties[report.properties[i].name] = profile.properties[i];
  return {{"thread_seconds", total(profile)}, {"actions", actions},
          {"properties", properties},         {"hashing", profile.announcing},
          {"inserting", profile.inserting},   {"graph", profile.graph},
          {"growing", profile.growing},       {"waiting", profile.waiting}};
}

}  // namespace synod
