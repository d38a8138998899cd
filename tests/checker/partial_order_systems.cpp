#include "tests/checker/partial_order_systems.hpp"

#include <random>

#include "checker/vocabulary/define.hpp"

namespace synod::test {
namespace {

constexpr int values = 3;

/// What the loose model does: a pure function of its seed.
struct LooseTable {
  LooseTable(int seed, int variables, int instances, bool leaves)
      : variables(variables), random(static_cast<std::uint64_t>(seed)) {
    for (int i = 0; i < variables; ++i) initial.push_back(below(values));
    for (int i = 0; i < instances; ++i) {
      first.push_back(condition(2));
      second.push_back(condition(3));
      limit.push_back(condition(6));
      source.push_back(below(variables));
      target.push_back(one_in(3) ? below(variables) : first.back().variable);
      also.push_back(one_in(4) ? below(variables) : -1);
      for (int value = 0; value < values * values; ++value)
        result.push_back(leaves && one_in(40) ? values : below(values));
    }
    for (std::vector<Pair>* const claim : {&bad, &worse, &wanted, &distant}) {
      claim->push_back(pair());
      if (one_in(2)) claim->push_back(pair());
    }
    end = pair();
    forbidden = {below(variables), below(values), below(values)};
    odd_step = one_in(2);
  }

  /// A value that a variable has, or with odds against it any.
  struct Condition {
    int variable;
    int mask;
    bool holds(int value) const { return (mask >> value & 1) != 0; }
  };
  /// Two variables that have two values.
  struct Pair {
    int a, b, value_a, value_b;
  };
  struct Change {
    int variable, from, to;
  };

  Condition condition(int odds) {
    const int variable = below(variables);
    const int mask = one_in(odds) ? 7 : 1 + below(6);
    return {variable, mask};
  }
  Pair pair() { return {below(variables), below(variables), below(values), below(values)}; }
  // Not std::uniform_int_distribution: its numbers differ between standard libraries.
  int below(int bound) { return static_cast<int>(random() % static_cast<std::uint64_t>(bound)); }
  bool one_in(int odds) { return below(odds) == 0; }

  int variables;
  std::mt19937_64 random;
  std::vector<int> initial;
  // By instance:
  std::vector<Condition> first;
  std::vector<Condition> second;
  std::vector<Condition> limit;
  std::vector<int> source;
  std::vector<int> target;
  std::vector<int> also;    ///< another variable that it writes, or -1
  std::vector<int> result;  ///< by instance, value of the source and of the target
  // Of the claims, which need one of these:
  std::vector<Pair> bad;
  std::vector<Pair> worse;
  std::vector<Pair> wanted;
  std::vector<Pair> distant;
  Pair end{};
  Change forbidden{};
  bool odd_step = false;
};

template <class Mode>
struct Loose : Machine<Mode> {
  using Machine<Mode>::Machine;

  const int instances = this->parameter("instances");
  const LooseTable table{this->parameter("seed"), this->parameter("variables"), 3 * instances,
                         this->parameter("leaves") != 0};
  const int bound = this->parameter("bound");
  const Domain Index = integers("index", 0, table.variables - 1);
  const Domain Instance = integers("instance", 0, instances - 1);

  Map<Mode> x{*this, "x", Index, integers("value", 0, values - 1)};

  void Init() {
    for (const int i : Index) x[i] = table.initial[static_cast<std::size_t>(i)];
  }

  void Go(int k) {
    const auto at = static_cast<std::size_t>(k);
    WHEN(first, table.first[at].holds(x[table.first[at].variable]));
    WHEN(second, table.second[at].holds(x[table.second[at].variable]));
    THEN(move, Move(at));
  }
  void Bounded(int k) {
    const auto at = static_cast<std::size_t>(instances + k);
    WHEN(first, table.first[at].holds(x[table.first[at].variable]));
    WITHIN(bound, bound == 1 || table.limit[at].holds(x[table.limit[at].variable]));
    THEN(move, Move(at));
  }
  /// Looks before its conjunct, and once more after it.
  void Peek(int k) {
    const auto at = static_cast<std::size_t>(2 * instances + k);
    if (!table.first[at].holds(x[table.first[at].variable])) return;
    WHEN(second, table.second[at].holds(x[table.second[at].variable]));
    if (!table.limit[at].holds(x[table.limit[at].variable])) return;
    THEN(move, Move(at));
  }
  void Next() {
    ACTION(Go, Instance);
    ACTION(Bounded, Instance);
    ACTION(Peek, Instance);
  }

  void Move(std::size_t at) {
    const int source = x[table.source[at]];
    const int target = x[table.target[at]];
    const auto entry = at * values * values + static_cast<std::size_t>(source * values + target);
    x[table.target[at]] = table.result[entry];
    if (table.also[at] >= 0) x[table.also[at]] = source;
  }
  bool Has(const LooseTable::Pair& pair) const {
    return x[pair.a] == pair.value_a && x[pair.b] == pair.value_b;
  }
  /// Not all is read each time.
  bool HasOne(const std::vector<LooseTable::Pair>& pairs) const {
    return std::any_of(pairs.begin(), pairs.end(),
                       [&](const LooseTable::Pair& pair) { return Has(pair); });
  }
};

System make_loose_system() {
  System system;
  system.name = "loose";
  system.parameters = {integer("seed", "", 0, 1 << 30, 0), integer("variables", "", 1, 12, 4),
                       integer("instances", "", 1, 8, 2),  bound("bound", "", 0, 1, 0),
                       integer("leaves", "", 0, 1, 0),     integer("constrained", "", 0, 1, 0)};
  return define<Loose>(
      std::move(system),
      claims(always("Good", "", [](const auto& s) { return !s.HasOne(s.table.bad); }),
             always("Better", "", [](const auto& s) { return !s.HasOne(s.table.worse); }),
             step("Allowed", "",
                  [](const auto& before, const auto& after) {
                    const auto& no = before.table.forbidden;
                    return !before.table.odd_step || no.from == no.to ||
                           before.x[no.variable] != no.from || after.x[no.variable] != no.to;
                  }),
             reachable("Wanted", "", [](const auto& s) { return s.HasOne(s.table.wanted); }),
             reachable("Distant", "", [](const auto& s) { return s.HasOne(s.table.distant); }),
             proper_end("", [](const auto& s) { return s.Has(s.table.end); }),
             constraint("Tame", "", [](const auto& s) {
               const int first = s.table.initial.front() + s.table.initial.back();
               return s.x[0] + s.x[s.table.variables - 1] <= std::max(first, values - 1);
             }).if_parameters([](const Parameters& p) { return p["constrained"] != 0; })));
}

template <class Mode>
struct Independent : Machine<Mode> {
  using Machine<Mode>::Machine;

  const int last = this->parameter("steps");
  const Domain Process = integers("process", 1, this->parameter("processes"));
  Map<Mode> steps{*this, "steps", Process, integers("count", 0, last)};

  void Init() {}
  void Step(int p) {
    WHEN(may, steps[p] < last);
    THEN(step, steps[p] = steps[p] + 1);
  }
  void Next() { ACTION(Step, Process); }
};

System make_independent_system() {
  System system;
  system.name = "independent";
  system.parameters = {integer("processes", "", 2, 20, 3), integer("steps", "", 1, 3, 1)};
  return define<Independent>(
      std::move(system),
      claims(always("NotBoth", "",
                    [](const auto& s) { return s.steps[1] < s.last || s.steps[2] < s.last; }),
             reachable("FirstEnds", "", [](const auto& s) { return s.steps[1] == s.last; }),
             step("FirstByOne", "",
                  [](const auto& before, const auto& after) {
                    return after.steps[1] <= before.steps[1] + 1;
                  }),
             proper_end("", [](const auto& s) { return s.steps.all(s.last); })));
}

template <class Mode>
struct Restless : Machine<Mode> {
  using Machine<Mode>::Machine;

  Scalar<Mode, bool> lamp{*this, "lamp", boolean()};

  void Init() {}
  void Switch() { THEN(change, lamp = !lamp); }
  void Next() { ACTION(Switch); }
};

System make_restless_system() {
  System system;
  system.name = "restless";
  return define<Restless>(
      std::move(system), claims(step("AlwaysOnward", "", [](const auto& before, const auto& after) {
        return before.lamp != after.lamp;
      })));
}

}  // namespace

const System& restless_system() {
  static const System system = make_restless_system();
  return system;
}

const System& loose_system() {
  static const System system = make_loose_system();
  return system;
}

const System& independent_system() {
  static const System system = make_independent_system();
  return system;
}

}  // namespace synod::test
