#include "tests/checker/random_model.hpp"

#include <algorithm>

#include "checker/vocabulary/define.hpp"

namespace synod::test {
namespace {

template <class Mode>
struct RandomModel : Machine<Mode> {
  using Machine<Mode>::Machine;

  const RandomTable table{this->parameter("seed"), this->parameter("positions"),
                          this->parameter("choices")};
  const Domain Position = integers("position", 0, this->parameter("positions") - 1);
  const Domain Choice = integers("choice", 0, this->parameter("choices") - 1);

  Scalar<Mode> position{*this, "position", Position};
  Scalar<Mode, bool> flag{*this, "flag", boolean()};

  void Init() { position = table.initial; }

  void Go(int k) {
    WHEN(open, table.is_open[table.at(position, k)]);
    WHEN(free, table.is_free[table.at(position, k)]);
    THEN(move, position = table.to[table.at(position, k)]);
    THEN(flip, if (table.flips[static_cast<std::size_t>(k)]) flag = !flag);
  }
  void Jump() {
    WHEN(able, table.jump[static_cast<std::size_t>(position)] != -1);
    // Without its conjunct it stays where it is.
    THEN(land, if (table.jump[static_cast<std::size_t>(position)] != -1) position =
                   table.jump[static_cast<std::size_t>(position)]);
  }

  void Next() {
    ACTION(Go, Choice);
    ACTION(Jump);
  }

  std::size_t state() const { return RandomTable::state(position, flag); }
};

auto random_claims() {
  return claims(always("Good", "", [](const auto& s) { return !s.table.bad[s.state()]; }),
                always("Better", "", [](const auto& s) { return !s.table.worse[s.state()]; }),
                step("Allowed", "",
                     [](const auto& before, const auto& after) {
                       return !before.table.forbids(before.state(), after.state());
                     }),
                reachable("Target", "", [](const auto& s) { return s.table.target[s.state()]; }),
                always_possible("Goal", "", [](const auto& s) { return s.table.goal[s.state()]; }),
                proper_end("", [](const auto& s) { return s.table.end[s.state()]; }));
}

System make_random_system() {
  System system;
  system.name = "random";
  system.parameters = {integer("seed", "", 0, 1 << 30, 0), integer("positions", "", 1, 1 << 20, 8),
                       integer("choices", "", 0, 16, 2)};
  return define<RandomModel>(std::move(system), random_claims());
}

bool has(const std::vector<Drop>& drops, const char* action, const char* part) {
  return std::find(drops.begin(), drops.end(), Drop{action, part}) != drops.end();
}

/// The explicit graph of a table; `drops` change it as they change the model.
struct Graph {
  struct Step {
    std::size_t to;
    std::size_t action;
  };
  std::vector<std::vector<Step>> steps;
  std::vector<bool> leaves_range;

  Graph(const RandomTable& table, const std::vector<Drop>& drops)
      : steps(static_cast<std::size_t>(table.positions) * 2), leaves_range(steps.size()) {
    for (int position = 0; position < table.positions; ++position)
      for (const bool flag : {false, true}) add_steps(table, drops, position, flag);
  }

  void add_steps(const RandomTable& table, const std::vector<Drop>& drops, int position,
                 bool flag) {
    const std::size_t from = RandomTable::state(position, flag);
    for (int k = 0; k < table.choices; ++k) {
      const std::size_t entry = table.at(position, k);
      if (!table.is_open[entry] && !has(drops, "Go", "open")) continue;
      if (!table.is_free[entry] && !has(drops, "Go", "free")) continue;
      const int to = has(drops, "Go", "move") ? position : table.to[entry];
      const bool flips = table.flips[static_cast<std::size_t>(k)] && !has(drops, "Go", "flip");
      steps[from].push_back({RandomTable::state(to, flag != flips), 0});
    }
    const int jump = table.jump[static_cast<std::size_t>(position)];
    if (jump == -1 && !has(drops, "Jump", "able")) return;
    const int to = jump == -1 || has(drops, "Jump", "land") ? position : jump;
    if (to < table.positions)
      steps[from].push_back({RandomTable::state(to, flag), 1});
    else
      leaves_range[from] = true;
  }

  /// Depth of each state, 1 for the initial one and 0 where it is out of reach: relaxed until
  /// nothing changes, as Bellman and Ford do.
  std::vector<std::uint64_t> depths(std::size_t initial) const {
    std::vector<std::uint64_t> depth(steps.size(), 0);
    depth[initial] = 1;
    for (bool changed = true; changed;) {
      changed = false;
      for (std::size_t from = 0; from < steps.size(); ++from) {
        if (depth[from] == 0) continue;
        for (const Step& step : steps[from]) {
          if (depth[step.to] != 0 && depth[step.to] <= depth[from] + 1) continue;
          depth[step.to] = depth[from] + 1;
          changed = true;
        }
      }
    }
    return depth;
  }

  /// The states from which one of `goal` can be reached: a walk over the steps turned round.
  std::vector<bool> can_reach(const std::vector<bool>& goal) const {
    std::vector<std::vector<std::size_t>> back(steps.size());
    for (std::size_t from = 0; from < steps.size(); ++from)
      for (const Step& step : steps[from]) back[step.to].push_back(from);
    std::vector<bool> can = goal;
    std::vector<std::size_t> stack;
    for (std::size_t i = 0; i < can.size(); ++i)
      if (can[i]) stack.push_back(i);
    while (!stack.empty()) {
      const std::size_t to = stack.back();
      stack.pop_back();
      for (const std::size_t from : back[to]) {
        if (can[from]) continue;
        can[from] = true;
        stack.push_back(from);
      }
    }
    return can;
  }
};

enum Property : std::uint8_t { good, better, allowed, target, goal, no_deadlock, type_ok };

}  // namespace

const std::vector<Drop> random_model_parts = {{"Go", "open"}, {"Go", "free"},   {"Go", "move"},
                                              {"Go", "flip"}, {"Jump", "able"}, {"Jump", "land"}};

RandomTable::RandomTable(int seed, int positions, int choices)
    : positions(positions), choices(choices) {
  std::mt19937_64 random(static_cast<std::uint64_t>(seed));
  // Not std::uniform_int_distribution: its numbers differ between standard libraries.
  const auto below = [&](int bound) {
    return static_cast<int>(random() % static_cast<std::uint64_t>(bound));
  };
  const auto one_in = [&](int odds) { return odds != 0 && below(odds) == 0; };
  // What is rare differs from seed to seed, so that every verdict turns up. 0 is never.
  const auto pick_odds = [&](int often) { return one_in(2) ? 0 : often + below(4 * positions); };
  const int closed_odds = 2 + below(6);
  const int out_odds = one_in(4) ? 2 + below(2 * positions) : 0;
  const int bad_odds = pick_odds(4);
  const int worse_odds = pick_odds(4);
  const int goal_odds = 1 + below(positions + 4);
  const int end_odds = 1 + below(3);
  step_period = one_in(3) ? static_cast<std::size_t>(2 + below(20 * positions)) : 0;
  initial = below(positions);
  for (int position = 0; position < positions; ++position) {
    for (int k = 0; k < choices; ++k) {
      to.push_back(below(positions));
      is_open.push_back(!one_in(closed_odds));
      is_free.push_back(!one_in(closed_odds));
    }
    jump.push_back(-1);
    if (one_in(3)) jump.back() = one_in(out_odds) ? positions : below(positions);
  }
  for (int k = 0; k < choices; ++k) flips.push_back(one_in(2));
  for (int state = 0; state < 2 * positions; ++state) {
    bad.push_back(one_in(bad_odds));
    worse.push_back(one_in(worse_odds));
    target.push_back(one_in(positions));
    goal.push_back(one_in(goal_odds));
    end.push_back(one_in(end_odds));
  }
}

const System& random_system() {
  static const System system = make_random_system();
  return system;
}

Parameters random_parameters(int seed, int positions, int choices) {
  Parameters parameters;
  parameters.set("seed", seed);
  parameters.set("positions", positions);
  parameters.set("choices", choices);
  return parameters;
}

RandomTruth random_truth(const RandomTable& table, const std::vector<Drop>& drops) {
  const Graph graph(table, drops);
  const auto depth = graph.depths(RandomTable::state(table.initial, false));
  const std::size_t count = depth.size();
  RandomTruth truth;
  truth.depths.resize(7);
  const auto note = [&](Property property, std::uint64_t at) {
    auto& first = truth.depths[property];
    first = std::min(first.value_or(at), at);
  };
  std::vector<std::uint64_t> last_depths;  // where the search ends if it must
  const auto violated = [&](Property property, std::uint64_t expanded, std::uint64_t at) {
    note(property, at);
    last_depths.push_back(expanded);
  };
  for (std::size_t i = 0; i < count; ++i) {
    if (depth[i] == 0) continue;
    if (table.bad[i]) violated(good, depth[i], depth[i]);
    if (table.worse[i]) violated(better, depth[i], depth[i]);
    for (const Graph::Step& step : graph.steps[i])
      if (step.to != i && table.forbids(i, step.to)) violated(allowed, depth[i], depth[i] + 1);
    if (graph.leaves_range[i]) violated(type_ok, depth[i], depth[i]);
    if (graph.steps[i].empty() && !graph.leaves_range[i] && !table.end[i])
      violated(no_deadlock, depth[i], depth[i]);
    if (table.target[i]) note(target, depth[i]);
  }
  truth.exhausted = last_depths.empty();
  const std::uint64_t last = truth.exhausted
                                 ? ~std::uint64_t{0}
                                 : *std::min_element(last_depths.begin(), last_depths.end());
  for (std::size_t property = 0; property < truth.depths.size(); ++property) {
    auto& first = truth.depths[property];
    if (first && *first > last + (property == allowed ? 1 : 0)) first.reset();
  }

  truth.generated = 1;
  truth.fired.resize(2);
  for (std::size_t i = 0; i < count; ++i) {
    if (depth[i] == 0 || depth[i] > last) continue;
    if (truth.levels.size() < depth[i]) truth.levels.resize(depth[i]);
    ++truth.levels[depth[i] - 1];
    ++truth.distinct;
    if (depth[i] == last) continue;
    for (const Graph::Step& step : graph.steps[i]) {
      ++truth.generated;
      ++truth.fired[step.action];
    }
  }
  if (truth.exhausted) {
    const std::vector<bool> can = graph.can_reach(table.goal);
    for (std::size_t i = 0; i < count; ++i)
      if (depth[i] != 0 && !can[i]) note(goal, depth[i]);
  }
  return truth;
}

}  // namespace synod::test
