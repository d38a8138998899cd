#include "model/byzantine_om/full_information.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <utility>

namespace synod::byzantine_om {
namespace {

const char* word(int order) { return order == 0 ? "retreat" : "attack"; }

}  // namespace

FullInformation::FullInformation(const Setting& setting) : setting_(setting) {}

int FullInformation::number(const View& view) {
  std::vector<int> key{view.general, view.before, view.order};
  key.insert(key.end(), view.told.begin(), view.told.end());
  const auto [at, is_new] = numbers_.emplace(std::move(key), static_cast<int>(views_.size()));
  if (is_new) views_.push_back(view);
  return at->second;
}

int FullInformation::initial(int general, int order) {
  return number({.general = general, .order = general == 0 ? order : -1});
}

int FullInformation::extended(int view, const std::vector<int>& told) {
  return number(
      {.general = views_[static_cast<std::size_t>(view)].general, .before = view, .told = told});
}

bool FullInformation::speaks(int general, int round) const {
  return general == 0 ? round == 0 || setting_.repeats : round > 0;
}

const std::vector<int>& FullInformation::possible(int general, int round) {
  const auto generals = static_cast<std::size_t>(setting_.generals);
  if (possible_.empty()) {
    possible_.resize(generals * static_cast<std::size_t>(setting_.rounds + 1));
    for (int g = 0; g < setting_.generals; ++g)
      possible_[static_cast<std::size_t>(g)] =
          g == 0 ? std::vector{initial(0, 0), initial(0, 1)} : std::vector{initial(g, 0)};
  }
  const auto at = static_cast<std::size_t>(round) * generals + static_cast<std::size_t>(general);
  if (!possible_[at].empty()) return possible_[at];
  // Every view before, with everything that each of the others might have said.
  using Partial = std::pair<int, std::vector<int>>;
  std::vector<Partial> partial;
  for (const int before : possible(general, round - 1))
    partial.emplace_back(before, std::vector<int>{});
  for (int from = 0; from < setting_.generals; ++from) {
    const bool silent = from == general || !speaks(from, round - 1);
    const std::vector<int> said = silent ? std::vector{-1} : possible(from, round - 1);
    std::vector<Partial> longer;
    for (const Partial& one : partial) {
      for (const int view : said) {
        longer.push_back(one);
        longer.back().second.push_back(view);
      }
    }
    partial = std::move(longer);
  }
  for (const Partial& one : partial) possible_[at].push_back(extended(one.first, one.second));
  return possible_[at];
}

std::vector<int> FullInformation::run(const Execution& execution) {
  std::vector<int> views;
  for (int g = 0; g < setting_.generals; ++g)
    views.push_back(execution.is_traitor(g) ? -1 : initial(g, execution.order));
  for (int round = 0; round < setting_.rounds; ++round) {
    std::vector<int> next = views;
    for (int to = 0; to < setting_.generals; ++to) {
      if (execution.is_traitor(to)) continue;
      std::vector<int> told;
      for (int from = 0; from < setting_.generals; ++from) {
        if (from == to || !speaks(from, round))
          told.push_back(-1);
        else
          told.push_back(execution.is_traitor(from) ? execution.said[setting_.at(round, from, to)]
                                                    : views[static_cast<std::size_t>(from)]);
      }
      next[static_cast<std::size_t>(to)] = extended(views[static_cast<std::size_t>(to)], told);
    }
    views = std::move(next);
  }
  return views;
}

void FullInformation::each_choice(Execution execution,
                                  const std::function<void(const Execution&)>& visit) {
  struct Choice {
    std::size_t at;
    std::vector<int> views;
    std::size_t taken = 0;
  };
  std::vector<Choice> choices;
  for (int round = 0; round < setting_.rounds; ++round) {
    for (int from = 0; from < setting_.generals; ++from) {
      if (!execution.is_traitor(from) || !speaks(from, round)) continue;
      for (int to = 0; to < setting_.generals; ++to) {
        // The commander decides nothing: what he hears in the last round is of no account.
        const bool heard = !execution.is_traitor(to) && (to != 0 || round + 1 < setting_.rounds);
        const std::size_t at = setting_.at(round, from, to);
        if (heard) choices.push_back({at, possible(from, round)});
        // All generals hear something.
        if (!heard && !execution.is_traitor(to)) execution.said[at] = possible(from, round).front();
      }
    }
  }
  for (const Choice& choice : choices) execution.said[choice.at] = choice.views.front();
  while (true) {
    visit(execution);
    std::size_t i = 0;
    for (; i < choices.size(); ++i) {
      Choice& choice = choices[i];
      choice.taken = (choice.taken + 1) % choice.views.size();
      execution.said[choice.at] = choice.views[choice.taken];
      if (choice.taken != 0) break;
    }
    if (i == choices.size()) return;
  }
}

void FullInformation::each_execution(int traitors,
                                     const std::function<void(const Execution&)>& visit) {
  const std::vector<int> nothing_said(setting_.at(setting_.rounds, 0, 0), -1);
  for (int count = 0; count <= traitors; ++count) {
    for (std::uint64_t set = 0; set < std::uint64_t{1} << setting_.generals; ++set) {
      if (std::popcount(set) != count) continue;
      if ((set & 1) != 0) {
        each_choice({.traitors = set, .said = nothing_said}, visit);
      } else {
        for (const int order : {0, 1})
          each_choice({.traitors = set, .order = order, .said = nothing_said}, visit);
      }
    }
  }
}

/// The orders in a view, and who told them, round by round: "attack", "0: attack; 2: told retreat".
std::string FullInformation::knowledge(int view) const {
  const View& known = views_[static_cast<std::size_t>(view)];
  if (known.before < 0) return known.general == 0 ? word(known.order) : "";
  std::string text = knowledge(known.before);
  const char* separator = text.empty() ? "" : "; ";
  for (int from = 0; from < setting_.generals; ++from) {
    const int told = known.told[static_cast<std::size_t>(from)];
    if (told < 0) continue;
    text += fmt::format("{}{}: {}", separator, from, report(told));
    separator = ", ";
  }
  return text;
}

/// A view as somebody passes it on: the commander's "attack", "told attack" by a lieutenant, "(0:
/// attack; 2: told retreat)".
std::string FullInformation::report(int view) const {
  const std::vector<int> all = orders(view);
  if (all.size() != 1) return "(" + knowledge(view) + ")";
  const bool first_hand = views_[static_cast<std::size_t>(view)].general == 0;
  return (first_hand ? "" : "told ") + std::string(word(all[0]));
}

std::string FullInformation::text(int view) const {
  return fmt::format("{} hears {}", views_[static_cast<std::size_t>(view)].general,
                     knowledge(view));
}

std::string FullInformation::short_text(int view) const {
  return fmt::format("{} hears view {}", views_[static_cast<std::size_t>(view)].general, view);
}

std::string FullInformation::text(const Execution& execution) const {
  std::string text = execution.order >= 0 ? fmt::format("0 orders {}", word(execution.order)) : "";
  if (execution.traitors == 0) return text + "; no traitor";
  for (int from = 0; from < setting_.generals; ++from) {
    if (!execution.is_traitor(from)) continue;
    text += fmt::format("{}traitor {}", text.empty() ? "" : "; ", from);
    const char* separator = " tells ";
    for (int round = 0; round < setting_.rounds; ++round) {
      for (int to = 0; to < setting_.generals; ++to) {
        const int said = execution.said[setting_.at(round, from, to)];
        if (said < 0 || (to == 0 && round + 1 == setting_.rounds)) continue;
        text += fmt::format("{}{}: {}", separator, to, report(said));
        separator = ", ";
      }
      if (separator[0] == ',') separator = ", then ";
    }
  }
  return text;
}

std::vector<int> FullInformation::orders(int view) const {
  const View& known = views_[static_cast<std::size_t>(view)];
  if (known.before < 0) return known.general == 0 ? std::vector{known.order} : std::vector<int>{};
  std::vector<int> all = orders(known.before);
  for (const int told : known.told) {
    if (told < 0) continue;
    const std::vector<int> more = orders(told);
    all.insert(all.end(), more.begin(), more.end());
  }
  return all;
}

std::vector<Execution> ring_executions(FullInformation& views) {
  const Setting& setting = views.setting();
  const int n = setting.generals;
  const auto camp = [n](int general) { return general * 3 / n; };
  constexpr int places = 6;
  // Who plays a general for those at this place of the ring: somebody beside them.
  const auto place_of = [&](int general, int place) {
    for (const int at : {place, (place + 1) % places, (place + places - 1) % places})
      if (at % 3 == camp(general)) return at;
    return place;
  };
  const auto node = [n](int place, int general) {
    const int number = place * n + general;
    return static_cast<std::size_t>(number);
  };
  std::vector<Execution> executions(3);
  for (int first = 0; first < 3; ++first) {
    Execution& execution = executions[static_cast<std::size_t>(first)];
    execution.said.assign(setting.at(setting.rounds, 0, 0), -1);
    execution.order = first == 1 ? -1 : first / 2;
    for (int g = 0; g < n; ++g)
      if (camp(g) == (first + 2) % 3) execution.traitors |= std::uint64_t{1} << g;
  }
  std::vector<int> known(node(places, 0), -1);
  for (int place = 0; place < places; ++place)
    for (int g = 0; g < n; ++g)
      if (camp(g) == place % 3) known[node(place, g)] = views.initial(g, place / 3);
  for (int round = 0; round < setting.rounds; ++round) {
    std::vector<int> next = known;
    for (int place = 0; place < places; ++place) {
      for (int to = 0; to < n; ++to) {
        if (camp(to) != place % 3) continue;
        std::vector<int> told(static_cast<std::size_t>(n), -1);
        for (int from = 0; from < n; ++from) {
          if (from == to || !views.speaks(from, round)) continue;
          const int said = known[node(place_of(from, place), from)];
          told[static_cast<std::size_t>(from)] = said;
          // The executions in which `to` is loyal at this place, and `from` a traitor.
          for (int first = 0; first < 3; ++first) {
            Execution& execution = executions[static_cast<std::size_t>(first)];
            if ((place == first || place == first + 1) && execution.is_traitor(from))
              execution.said[setting.at(round, from, to)] = said;
          }
        }
        next[node(place, to)] = views.extended(known[node(place, to)], told);
      }
    }
    known = std::move(next);
  }
  return executions;
}

}  // namespace synod::byzantine_om
