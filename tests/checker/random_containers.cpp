#include "tests/checker/random_containers.hpp"

#include <algorithm>
#include <numeric>
#include <random>

#include "checker/vocabulary/define.hpp"

namespace synod::test {
namespace {

constexpr int most_ballot = 2;

struct Vote {
  int from;
  int ballot;
  bool operator==(const Vote&) const = default;
};

template <class Mode>
struct Containers : Machine<Mode> {
  using Machine<Mode>::Machine;

  const RandomProgram program{this->parameter("seed")};
  const Domain Process = interchangeable("process", "p", this->parameter("processes"));
  const Domain Ballot = integers("ballot", 0, most_ballot);
  const Domain Rule = integers("rule", 0, RandomProgram::rules - 1);

  Set<Mode> up{*this, "up", Process};
  Sets<Mode> heard{*this, "heard", Process, Process};
  Map<Mode> link{*this, "link", pairs(Process), integers("times", 0, 1)};
  Map<Mode, Vote> vote{*this, "vote", Process, {{"from", optional(Process)}, {"ballot", Ballot}}};
  Message<Mode> Report{*this, "msgs", "Report", {{"from", Process}, {"seen", subsets(Process)}}};

  void Init() { vote.fill({none, 0}); }

  void Alone(int p, int rule) {
    const RandomProgram::Rule& what = program.alone[static_cast<std::size_t>(rule)];
    WHEN(guard, may_alone(what.guard, p));
    THEN(effect, do_alone(what.effect, p));
  }
  void Between(int p, int q, int rule) {
    const RandomProgram::Rule& what = program.between[static_cast<std::size_t>(rule)];
    WHEN(guard, may_between(what.guard, p, q));
    THEN(effect, do_between(what.effect, p, q));
  }
  void Given(int p, MemberSet S, int rule) {
    const RandomProgram::Rule& what = program.given[static_cast<std::size_t>(rule)];
    WHEN(guard, may_given(what.guard, p, S));
    THEN(effect, do_given(what.effect, p, S));
  }

  void Next() {
    ACTION(Alone, Process, Rule);
    ACTION(Between, pairs(Process), Rule);
    ACTION(Given, Process, subsets(Process), Rule);
  }

  bool may_alone(int guard, int p) const {
    switch (guard) {
      case 0: return !up.contains(p);
      case 1: return heard[p].size() < 2;
      case 2: return heard[p] <= up;
      case 3: return vote[p].ballot < most_ballot;
      case 4: return vote[p].from == none;
      case 5: return Process.all([&](int q) { return p == q || link(p, q) == 0; });
      case 6: return (heard[p] & up).empty();
      default: return heard[p].any([&](int q) { return vote[q].ballot > vote[p].ballot; });
    }
  }
  void do_alone(int effect, int p) {
    switch (effect) {
      case 0: return up.insert(p);
      case 1: return up.remove(p);
      case 2: heard[p] = heard[p] | up; return;
      case 3: heard[p] = up - heard[p]; return;
      case 4: vote[p] = {p, std::min(vote[p].ballot + 1, most_ballot)}; return;
      case 5: return heard[p].clear();
      case 6: vote[p] = {none, 0}; return;
      default:
        for (const int q : heard[p].without(p)) heard[q].insert(p);
    }
  }

  bool may_between(int guard, int p, int q) const {
    switch (guard) {
      case 0: return heard[p].contains(q);
      case 1: return link(p, q) == 0;
      case 2: return vote[p] != vote[q];
      case 3: return heard[p] == heard[q];
      case 4: return vote[q].from == p;
      case 5: return link[q][p] == 1;
      case 6: return heard[p].count([&](int r) { return r != q; }) == 1;
      default: return !up.full();
    }
  }
  void do_between(int effect, int p, int q) {
    switch (effect) {
      case 0: link(p, q) = 1 - link(p, q); return;
      case 1: return heard[p].insert(q);
      case 2: heard[p] = heard[p] & heard[q]; return;
      case 3: vote[p] = {q, vote[q].ballot}; return;
      case 4: link[q][p] = link[p][q]; return;
      case 5: return Report.send(p, heard[q]);
      case 6: up = heard[p].with(q); return;
      default: vote[p] = vote[q];
    }
  }

  bool may_given(int guard, int p, MemberSet S) const {
    switch (guard) {
      case 0: return S == heard[p];
      case 1: return S <= up && !S.empty();
      case 2: return S.size() == 1 && S.contains(p);
      case 3: return S == set_of(Process, [&](int q) { return q != p; });
      case 4: return Report.sent(p, S);
      case 5: return S == up && S != heard[p];
      case 6: return S.full();
      default: return S.all([&](int q) { return vote[q].from == p; });
    }
  }
  void do_given(int effect, int p, MemberSet S) {
    switch (effect) {
      case 0: heard[p] = S; return;
      case 1: up = S; return;
      case 2: heard[p] = heard[p] - S; return;
      case 3: up = up | S; return;
      case 4: vote[p] = {S.contains(p) ? p : none, std::min(S.size(), most_ballot)}; return;
      case 5: return Report.send(p, S);
      case 6: up = set_of(Process) - S; return;
      default:
        for (const int q : S) heard[q].remove(p);
    }
  }
};

System make_containers_system() {
  System system;
  system.name = "containers";
  system.parameters = {integer("seed", "", 0, 1 << 30, 0), integer("processes", "", 1, 4, 3)};
  return define<Containers>(std::move(system),
                            claims(always("Apart", "",
                                          [](const auto& s) {
                                            return !s.Process.any([&](int p) {
                                              return s.vote[p].from == p && !s.heard[p].empty();
                                            });
                                          }),
                                   reachable("AllUp", "", [](const auto& s) {
                                     return s.up.full() && s.heard[0].contains(0);
                                   })));
}

/// A state over the containers of the standard library. Processes are 0, 1, ...
struct Plain {
  std::set<int> up;
  std::map<int, std::set<int>> heard;
  std::map<std::pair<int, int>, int> link;
  std::map<int, std::pair<int, int>> vote;
  std::set<std::pair<int, std::set<int>>> reports;
  auto operator<=>(const Plain&) const = default;
};

std::set<int> meet(const std::set<int>& a, const std::set<int>& b) {
  std::set<int> result;
  std::set_intersection(a.begin(), a.end(), b.begin(), b.end(),
                        std::inserter(result, result.end()));
  return result;
}
std::set<int> join(std::set<int> a, const std::set<int>& b) {
  a.insert(b.begin(), b.end());
  return a;
}
std::set<int> without(std::set<int> a, const std::set<int>& b) {
  for (const int member : b) a.erase(member);
  return a;
}
bool within(const std::set<int>& a, const std::set<int>& b) {
  return std::includes(b.begin(), b.end(), a.begin(), a.end());
}

/// The same programs once more.
class Reference {
 public:
  Reference(int seed, int processes) : program_(seed) {
    for (int p = 0; p < processes; ++p) everybody_.insert(p);
  }

  Plain initial() const {
    Plain state;
    for (const int p : everybody_) {
      state.heard[p] = {};
      state.vote[p] = {-1, 0};
      for (const int q : everybody_)
        if (p != q) state.link[{p, q}] = 0;
    }
    return state;
  }

  std::vector<Plain> successors(const Plain& state) const {
    std::vector<Plain> result;
    const auto add = [&](const auto& rules, const auto& may, const auto& apply) {
      for (const RandomProgram::Rule& rule : rules) {
        if (!may(rule.guard)) continue;
        Plain next = state;
        apply(rule.effect, next);
        result.push_back(std::move(next));
      }
    };
    for (const int p : everybody_) {
      add(
          program_.alone, [&](int guard) { return may_alone(state, guard, p); },
          [&](int effect, Plain& next) { do_alone(next, effect, p); });
      for (const int q : everybody_)
        if (p != q)
          add(
              program_.between, [&](int guard) { return may_between(state, guard, p, q); },
              [&](int effect, Plain& next) { do_between(next, effect, p, q); });
      for (const std::set<int>& given : all_sets())
        add(
            program_.given, [&](int guard) { return may_given(state, guard, p, given); },
            [&](int effect, Plain& next) { do_given(next, effect, p, given); });
    }
    return result;
  }

  bool apart(const Plain& state) const {
    return std::none_of(everybody_.begin(), everybody_.end(), [&](int p) {
      return state.vote.at(p).first == p && !state.heard.at(p).empty();
    });
  }
  bool all_up(const Plain& state) const {
    return state.up == everybody_ && state.heard.at(0).contains(0);
  }

  /// The least of all that renaming makes of it.
  Plain least(const Plain& state) const {
    std::vector<int> to(everybody_.size());
    std::iota(to.begin(), to.end(), 0);
    Plain best = state;
    do best = std::min(best, renamed(state, to));
    while (std::next_permutation(to.begin(), to.end()));
    return best;
  }

 private:
  static Plain renamed(const Plain& state, const std::vector<int>& to) {
    const auto of = [&](int p) { return p < 0 ? p : to[static_cast<std::size_t>(p)]; };
    const auto all = [&](const std::set<int>& set) {
      std::set<int> result;
      for (const int p : set) result.insert(of(p));
      return result;
    };
    Plain result;
    result.up = all(state.up);
    for (const auto& [p, set] : state.heard) result.heard[of(p)] = all(set);
    for (const auto& [pair, times] : state.link)
      result.link[{of(pair.first), of(pair.second)}] = times;
    for (const auto& [p, vote] : state.vote) result.vote[of(p)] = {of(vote.first), vote.second};
    for (const auto& [p, set] : state.reports) result.reports.insert({of(p), all(set)});
    return result;
  }

  std::vector<std::set<int>> all_sets() const {
    std::vector<std::set<int>> result{{}};
    for (const int p : everybody_) {
      const std::size_t size = result.size();
      for (std::size_t i = 0; i < size; ++i) result.push_back(join(result[i], {p}));
    }
    return result;
  }

  bool may_alone(const Plain& s, int guard, int p) const {
    const std::set<int>& heard = s.heard.at(p);
    switch (guard) {
      case 0: return !s.up.contains(p);
      case 1: return heard.size() < 2;
      case 2: return within(heard, s.up);
      case 3: return s.vote.at(p).second < most_ballot;
      case 4: return s.vote.at(p).first == -1;
      case 5:
        return std::none_of(s.link.begin(), s.link.end(), [&](const auto& entry) {
          return entry.first.first == p && entry.second != 0;
        });
      case 6: return meet(heard, s.up).empty();
      default:
        return std::any_of(heard.begin(), heard.end(),
                           [&](int q) { return s.vote.at(q).second > s.vote.at(p).second; });
    }
  }
  static void do_alone(Plain& s, int effect, int p) {
    std::set<int>& heard = s.heard[p];
    switch (effect) {
      case 0: s.up.insert(p); break;
      case 1: s.up.erase(p); break;
      case 2: heard = join(heard, s.up); break;
      case 3: heard = without(s.up, heard); break;
      case 4: s.vote[p] = {p, std::min(s.vote[p].second + 1, most_ballot)}; break;
      case 5: heard.clear(); break;
      case 6: s.vote[p] = {-1, 0}; break;
      default:
        for (const int q : std::set<int>(heard))
          if (q != p) s.heard[q].insert(p);
    }
  }

  bool may_between(const Plain& s, int guard, int p, int q) const {
    switch (guard) {
      case 0: return s.heard.at(p).contains(q);
      case 1: return s.link.at({p, q}) == 0;
      case 2: return s.vote.at(p) != s.vote.at(q);
      case 3: return s.heard.at(p) == s.heard.at(q);
      case 4: return s.vote.at(q).first == p;
      case 5: return s.link.at({q, p}) == 1;
      case 6: return without(s.heard.at(p), {q}).size() == 1;
      default: return s.up != everybody_;
    }
  }
  static void do_between(Plain& s, int effect, int p, int q) {
    switch (effect) {
      case 0: s.link[{p, q}] = 1 - s.link[{p, q}]; break;
      case 1: s.heard[p].insert(q); break;
      case 2: s.heard[p] = meet(s.heard[p], s.heard[q]); break;
      case 3: s.vote[p] = {q, s.vote[q].second}; break;
      case 4: s.link[{q, p}] = s.link[{p, q}]; break;
      case 5: s.reports.insert({p, s.heard[q]}); break;
      case 6: s.up = join(s.heard[p], {q}); break;
      default: s.vote[p] = s.vote[q];
    }
  }

  bool may_given(const Plain& s, int guard, int p, const std::set<int>& given) const {
    switch (guard) {
      case 0: return given == s.heard.at(p);
      case 1: return within(given, s.up) && !given.empty();
      case 2: return given == std::set<int>{p};
      case 3: return given == without(everybody_, {p});
      case 4: return s.reports.contains({p, given});
      case 5: return given == s.up && given != s.heard.at(p);
      case 6: return given == everybody_;
      default:
        return std::all_of(given.begin(), given.end(),
                           [&](int q) { return s.vote.at(q).first == p; });
    }
  }
  void do_given(Plain& s, int effect, int p, const std::set<int>& given) const {
    switch (effect) {
      case 0: s.heard[p] = given; break;
      case 1: s.up = given; break;
      case 2: s.heard[p] = without(s.heard[p], given); break;
      case 3: s.up = join(s.up, given); break;
      case 4:
        s.vote[p] = {given.contains(p) ? p : -1,
                     std::min(static_cast<int>(given.size()), most_ballot)};
        break;
      case 5: s.reports.insert({p, given}); break;
      case 6: s.up = without(everybody_, given); break;
      default:
        for (const int q : given) s.heard[q].erase(p);
    }
  }

  RandomProgram program_;
  std::set<int> everybody_;
};

}  // namespace

RandomProgram::RandomProgram(int seed) {
  std::mt19937_64 random(static_cast<std::uint64_t>(seed));
  for (Rules* rules_of_action : {&alone, &between, &given})
    for (Rule& rule : *rules_of_action)
      rule = {static_cast<int>(random() % kinds), static_cast<int>(random() % kinds)};
}

const System& containers_system() {
  static const System system = make_containers_system();
  return system;
}

Parameters containers_parameters(int seed, int processes) {
  Parameters parameters;
  parameters.set("seed", seed);
  parameters.set("processes", processes);
  return parameters;
}

ContainersTruth containers_truth(int seed, int processes, std::size_t most) {
  const Reference reference(seed, processes);
  ContainersTruth truth;
  std::set<Plain> seen{reference.initial()};
  std::set<Plain> orbits;
  std::vector<Plain> level{reference.initial()};
  truth.generated = 1;
  while (!level.empty()) {
    truth.levels.push_back(level.size());
    std::vector<Plain> next;
    for (const Plain& state : level) {
      if (truth.apart == 0 && !reference.apart(state)) truth.apart = truth.levels.size();
      if (truth.all_up == 0 && reference.all_up(state)) truth.all_up = truth.levels.size();
      orbits.insert(reference.least(state));
      for (Plain& successor : reference.successors(state)) {
        ++truth.generated;
        if (seen.insert(successor).second) next.push_back(std::move(successor));
      }
      if (seen.size() > most) {
        truth.too_large = true;
        return truth;
      }
    }
    level = std::move(next);
  }
  truth.distinct = seen.size();
  truth.orbits = orbits.size();
  return truth;
}

}  // namespace synod::test
