#include "model/replica_group/crash_rounds.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace synod::replica_group {

int CrashRounds::number(const View& view) {
  std::vector<int> key{view.process, view.input, view.before};
  key.insert(key.end(), view.told.begin(), view.told.end());
  const auto [at, is_new] = numbers_.emplace(std::move(key), static_cast<int>(views_.size()));
  if (!is_new) return at->second;
  views_.push_back(view);
  int least = view.input;
  for (const int told : view.told)
    if (told >= 0) least = std::min(least, least_[static_cast<std::size_t>(told)]);
  if (view.before >= 0) least = std::min(least, least_[static_cast<std::size_t>(view.before)]);
  least_.push_back(least);
  return at->second;
}

std::vector<int> CrashRounds::run(const Execution& execution) {
  std::vector<int> views;
  for (int p = 0; p < processes_; ++p)
    views.push_back(number({.process = p, .input = static_cast<int>(execution.inputs >> p & 1U)}));
  for (int round = 1; round <= rounds_; ++round) {
    // Whom each tells in this round: everybody, or, if it has crashed, some or nobody.
    std::vector<unsigned> tells(static_cast<std::size_t>(processes_), ~0U);
    for (const Crash& crash : execution.crashes)
      if (crash.round <= round)
        tells[static_cast<std::size_t>(crash.process)] = crash.round == round ? crash.reached : 0;
    std::vector<int> next = views;
    for (int to = 0; to < processes_; ++to) {
      const int before = views[static_cast<std::size_t>(to)];
      std::vector<int> told;
      for (int from = 0; from < processes_; ++from) {
        const bool heard = from != to && (tells[static_cast<std::size_t>(from)] >> to & 1U) != 0;
        told.push_back(heard ? views[static_cast<std::size_t>(from)] : -1);
      }
      next[static_cast<std::size_t>(to)] =
          number({.process = to,
                  .input = views_[static_cast<std::size_t>(before)].input,
                  .before = before,
                  .told = told});
    }
    views = std::move(next);
  }
  for (const Crash& crash : execution.crashes) views[static_cast<std::size_t>(crash.process)] = -1;
  return views;
}

void CrashRounds::each_execution(int crashes,
                                 const std::function<void(const Execution&)>& visit) const {
  const std::function<void(Execution, int, int)> add = [&](const Execution& execution, int first,
                                                           int left) {
    if (left == 0) {
      visit(execution);
      return;
    }
    for (int process = first; process < processes_; ++process) {
      for (int round = 1; round <= rounds_; ++round) {
        for (unsigned reached = 0; reached < 1U << processes_; ++reached) {
          if ((reached >> process & 1U) != 0) continue;
          Execution more = execution;
          more.crashes.push_back({process, round, reached});
          add(more, process + 1, left - 1);
        }
      }
    }
  };
  for (int count = 0; count <= crashes; ++count)
    for (unsigned inputs = 0; inputs < 1U << processes_; ++inputs)
      add({.inputs = inputs, .crashes = {}}, 0, count);
}

std::string CrashRounds::knowledge(int view) const {
  const View& known = views_[static_cast<std::size_t>(view)];
  if (known.before < 0) return fmt::format("{}", known.input);
  std::string text = knowledge(known.before);
  const char* separator = "; ";
  for (int from = 0; from < processes_; ++from) {
    if (from == known.process) continue;
    const int told = known.told[static_cast<std::size_t>(from)];
    const bool first = told >= 0 && views_[static_cast<std::size_t>(told)].before < 0;
    const std::string what =
        told < 0 ? "-" : (first ? knowledge(told) : "(" + knowledge(told) + ")");
    text += fmt::format("{}{}: {}", separator, from, what);
    separator = ", ";
  }
  return text;
}

std::string CrashRounds::text(int view) const {
  return fmt::format("{} knows {}", views_[static_cast<std::size_t>(view)].process,
                     knowledge(view));
}

std::string CrashRounds::short_text(int view) const {
  return fmt::format("{} knows view {}", views_[static_cast<std::size_t>(view)].process, view);
}

std::string CrashRounds::text(const Execution& execution) const {
  std::string text = "inputs";
  for (int p = 0; p < processes_; ++p) text += fmt::format(" {}", execution.inputs >> p & 1U);
  for (const Crash& crash : execution.crashes) {
    std::string reached;
    for (int p = 0; p < processes_; ++p)
      if ((crash.reached >> p & 1U) != 0)
        reached += fmt::format("{}{}", reached.empty() ? "" : ",", p);
    text += fmt::format("; {} crashes in round {}, tells {}", crash.process, crash.round,
                        reached.empty() ? "nobody" : reached);
  }
  return text;
}

int CrashRounds::least(int view) const { return least_[static_cast<std::size_t>(view)]; }

}  // namespace synod::replica_group
