#include "tests/checker/tiny_systems.hpp"

#include "checker/vocabulary/define.hpp"

namespace synod::test {
namespace {

System named(std::string name, std::vector<ParameterSpec> parameters = {}) {
  System system;
  system.name = std::move(name);
  system.parameters = std::move(parameters);
  return system;
}

// Counts from 0 to `limit`; its variable has room for 0..3.
template <class Mode>
struct Counter : Machine<Mode> {
  using Machine<Mode>::Machine;

  const int limit = this->parameter("limit");
  const bool may_reset = this->parameter("reset") != 0;
  Scalar<Mode> n{*this, "n", integers("count", 0, 3)};

  void Init() { n = 0; }
  void Up() {
    WHEN(below, n < limit);
    THEN(add, n = n + 1);
  }
  void Reset() {
    WHEN(full, n == limit);
    THEN(back, n = 0);
  }
  void Next() {
    ACTION(Up);
    ACTION_IF(may_reset, Reset);
  }
};

template <class... Claims>
System counter(std::string name, Claims... all) {
  return define<Counter>(
      named(std::move(name), {integer("limit", "", 0, 4, 3), choice("reset", "", {"no", "yes"})}),
      claims(std::move(all)...));
}

auto may_reset() {
  return [](const Parameters& p) { return p["reset"] != 0; };
}

void add_counters(std::vector<TinyCase>& cases) {
  const auto at_three = [](const auto& s) { return s.n == 3; };
  cases.push_back({.system = counter("deadlock", proper_end("", [](const auto&) { return false; })),
                   .because = "At 3 no action is enabled, and no state may end.",
                   .verdict = Verdict::violated,
                   .stop = Stop::violation,
                   .distinct = 4,
                   .generated = 4,
                   .depth = 4,
                   .unusual = {{"NoDeadlock", PropertyVerdict::violated},
                               {"TypeOK", PropertyVerdict::incomplete}},
                   .shown = "NoDeadlock",
                   .actions = {"Up", "Up", "Up"},
                   .last = "n = 3"});
  cases.push_back({.system = counter("proper_end", proper_end("", at_three)),
                   .because = "The same, but 3 is declared to be a proper end.",
                   .distinct = 4,
                   .generated = 4,
                   .depth = 4});
  cases.push_back({.system = counter("out_of_range", proper_end("", at_three)),
                   .parameters = {{"limit", "4"}},
                   .because = "At 3 the guard lets Up write 4. That is no deadlock besides.",
                   .verdict = Verdict::violated,
                   .stop = Stop::violation,
                   .distinct = 4,
                   .generated = 4,
                   .depth = 4,
                   .unusual = {{"NoDeadlock", PropertyVerdict::incomplete},
                               {"TypeOK", PropertyVerdict::violated}},
                   .shown = "TypeOK",
                   .actions = {"Up", "Up", "Up"},
                   .last = "n = 3",
                   .refused_action = "Up"});
  cases.push_back(
      {.system = counter("unreachable_witness",
                         always("Small", "", [](const auto& s) { return s.n <= 3; })
                             .witness("Three")
                             .witness("Two"),
                         reachable("Three", "", at_three),
                         reachable("Two", "", [](const auto& s) { return s.n == 2; }),
                         reachable("One", "", [](const auto& s) { return s.n == 1; })),
       .parameters = {{"limit", "2"}},
       .because = "The counter stops at 2, so Three is unreachable and Small is vacuous.",
       .verdict = Verdict::vacuous,
       .distinct = 3,
       .generated = 3,
       .depth = 3,
       .unusual = {{"Small", PropertyVerdict::vacuous}, {"Three", PropertyVerdict::violated}}});
}

void add_steps_of_counters(std::vector<TinyCase>& cases) {
  cases.push_back(
      {.system = counter("dead_action", proper_end("", [](const auto&) { return true; })),
       .parameters = {{"limit", "0"}, {"reset", "yes"}},
       .because = "At 0 of 0 only Reset is enabled; Up never fires.",
       .verdict = Verdict::vacuous,
       .distinct = 1,
       .generated = 2,
       .depth = 1,
       .dead_actions = {"Up"}});
  cases.push_back(
      {.system = counter("step_into_old_state", step("Grows", "",
                                                     [](const auto& before, const auto& after) {
                                                       return after.n > before.n;
                                                     })),
       .parameters = {{"limit", "2"}, {"reset", "yes"}},
       .because = "Reset breaks Grows on its way back to the initial state, which is not new.",
       .verdict = Verdict::violated,
       .stop = Stop::violation,
       .distinct = 3,
       .generated = 3,
       .depth = 3,
       .unusual = {{"Grows", PropertyVerdict::violated}, {"TypeOK", PropertyVerdict::incomplete}},
       .shown = "Grows",
       .actions = {"Up", "Up", "Reset"},
       .last = "n = 0"});
  cases.push_back(
      {.system = counter("self_loop_is_no_step", step("Changes", "",
                                                      [](const auto& before, const auto& after) {
                                                        return after.n != before.n;
                                                      })),
       .parameters = {{"limit", "0"}, {"reset", "yes"}},
       .because = "Reset at 0 changes nothing, and a step property is about changes.",
       .verdict = Verdict::vacuous,
       .distinct = 1,
       .generated = 2,
       .depth = 1,
       .dead_actions = {"Up"}});
}

void add_switches_of_counters(std::vector<TinyCase>& cases) {
  const auto at_three = [](const auto& s) { return s.n == 3; };
  cases.push_back(
      {.system = counter("violated_at_once",
                         always("NotZero", "", [](const auto& s) { return s.n != 0; }),
                         reachable("Zero", "", [](const auto& s) { return s.n == 0; }),
                         reachable("One", "", [](const auto& s) { return s.n == 1; })),
       .because = "The initial state violates NotZero, and is as deep as the search goes.",
       .verdict = Verdict::violated,
       .stop = Stop::violation,
       .distinct = 1,
       .generated = 1,
       .depth = 1,
       .unusual = {{"NotZero", PropertyVerdict::violated},
                   {"One", PropertyVerdict::incomplete},
                   {"TypeOK", PropertyVerdict::incomplete}},
       .shown = "NotZero",
       .last = "n = 0"});
  const auto switched = [&](const char* name) {
    return counter(
        name,
        always("Resets", "", [](const auto&) { return true; })
            .if_parameters(may_reset())
            .witness("Back"),
        always("Counts", "", [](const auto&) { return true; }).witness("Back"),
        reachable("Back", "", [](const auto& s) { return s.n == 0; }).if_parameters(may_reset()),
        reachable("Three", "", at_three),
        reachable("Two", "", [](const auto& s) { return s.n == 2; }));
  };
  cases.push_back({.system = switched("switched_off"),
                   .because =
                       "Without reset, its action, its property and the witness do not apply; "
                       "a witness that does not apply makes nothing vacuous.",
                   .distinct = 4,
                   .generated = 4,
                   .depth = 4,
                   .unusual = {{"Resets", PropertyVerdict::not_applicable},
                               {"Back", PropertyVerdict::not_applicable}}});
  cases.push_back({.system = switched("switched_on"),
                   .parameters = {{"reset", "yes"}},
                   .because = "With reset all apply; going back finds nothing new.",
                   .distinct = 4,
                   .generated = 5,
                   .depth = 4});
  cases.push_back({.system = counter("witness_shown",
                                     reachable("Two", "", [](const auto& s) { return s.n == 2; })),
                   .asked_for = {"Two"},
                   .because = "Nothing is violated and the witness was asked for by name: the way "
                              "to it is shown.",
                   .distinct = 4,
                   .generated = 4,
                   .depth = 4,
                   .shown = "Two",
                   .actions = {"Up", "Up"},
                   .last = "n = 2"});
}

// 0 goes to 1 or 2, these to 3 or 4; First and Second lead the same way.
template <class Mode>
struct Fork : Machine<Mode> {
  using Machine<Mode>::Machine;

  Scalar<Mode> n{*this, "n", integers("place", 0, 4)};

  void Init() { n = 0; }
  void Choose(int k) {
    WHEN(at_start, n == 0);
    THEN(go, n = k);
  }
  void First() {
    WHEN(chosen, n == 1 || n == 2);
    THEN(meet, n = 3);
  }
  void Second() {
    WHEN(chosen, n == 1 || n == 2);
    THEN(meet, n = 3);
  }
  void Last() {
    WHEN(met, n == 3);
    THEN(end, n = 4);
  }
  void Next() {
    ACTION(Choose, integers("choice", 1, 2));
    ACTION(First);
    ACTION(Second);
    ACTION(Last);
  }
};

template <class... Claims>
System fork(std::string name, Claims... all) {
  return define<Fork>(named(std::move(name)), claims(std::move(all)...));
}

/// n is not the given place.
template <int place>
auto avoids(std::string name) {
  return always(std::move(name), "", [](const auto& s) { return s.n != place; });
}

void add_forks(std::vector<TinyCase>& cases) {
  cases.push_back(
      {.system =
           fork("several_in_one_level", avoids<4>("NotFour"), avoids<2>("NotTwo"),
                avoids<1>("NotOne"), reachable("Two", "", [](const auto& s) { return s.n == 2; }),
                reachable("Three", "", [](const auto& s) { return s.n == 3; })),
       .because = "NotTwo and NotOne fail at depth 2; NotTwo is declared first, though 1 is found "
                  "first. NotFour would fail deeper, which stays unknown.",
       .verdict = Verdict::violated,
       .stop = Stop::violation,
       .distinct = 3,
       .generated = 3,
       .depth = 2,
       .unusual = {{"NotFour", PropertyVerdict::incomplete},
                   {"NotTwo", PropertyVerdict::violated},
                   {"NotOne", PropertyVerdict::violated},
                   {"Three", PropertyVerdict::incomplete},
                   {"TypeOK", PropertyVerdict::incomplete}},
       .shown = "NotTwo",
       .actions = {"Choose(2)"},
       .last = "n = 2"});
  cases.push_back({.system = fork("smallest_is_shown",
                                  always("NeverChosen", "",
                                         [](const auto& s) { return s.n != 1 && s.n != 2; })),
                   .because = "1 and 2 both violate it at depth 2; the smaller is shown.",
                   .verdict = Verdict::violated,
                   .stop = Stop::violation,
                   .distinct = 3,
                   .generated = 3,
                   .depth = 2,
                   .unusual = {{"NeverChosen", PropertyVerdict::violated},
                               {"TypeOK", PropertyVerdict::incomplete}},
                   .shown = "NeverChosen",
                   .actions = {"Choose(1)"},
                   .last = "n = 1"});
  cases.push_back({.system = fork("smallest_predecessor", avoids<3>("NotThree")),
                   .because = "3 has two predecessors and two actions lead from each: the path "
                              "takes the smaller state and the action declared first.",
                   .verdict = Verdict::violated,
                   .stop = Stop::violation,
                   .distinct = 4,
                   .generated = 7,
                   .depth = 3,
                   .unusual = {{"NotThree", PropertyVerdict::violated},
                               {"TypeOK", PropertyVerdict::incomplete}},
                   .shown = "NotThree",
                   .actions = {"Choose(1)", "First"},
                   .last = "n = 3"});
}

// Round 0, 1, 2 and back; a wrong turn at 1 leads to 3, where there is only waiting.
template <class Mode>
struct Trap : Machine<Mode> {
  using Machine<Mode>::Machine;

  Scalar<Mode> n{*this, "n", integers("place", 0, 3)};

  void Init() { n = 0; }
  void Walk() {
    WHEN(free, n < 3);
    THEN(walk, n = (n + 1) % 3);
  }
  void Fall() {
    WHEN(at_edge, n == 1);
    THEN(fall, n = 3);
  }
  void Wait() {
    WHEN(trapped, n == 3);
    THEN(wait, n = 3);
  }
  void Next() {
    ACTION(Walk);
    ACTION(Fall);
    ACTION(Wait);
  }
};

void add_traps(std::vector<TinyCase>& cases) {
  const auto at = [](auto place) { return [place](const auto& s) { return s.n == place; }; };
  cases.push_back(
      {.system = define<Trap>(
           named("trap"),
           claims(always_possible("Fallen", "", at(3)), always_possible("Home", "", at(0)),
                  always_possible("Two", "", at(2)),
                  always("Stays", "", [](const auto& s) { return s.n <= 3; }),
                  proper_end("", [](const auto&) { return false; }))),
       .because = "From 3 there is no way home. Every other property is decided all the same, "
                  "because the whole space was searched.",
       .verdict = Verdict::violated,
       .distinct = 4,
       .generated = 6,
       .depth = 3,
       .unusual = {{"Home", PropertyVerdict::violated}, {"Two", PropertyVerdict::violated}},
       .shown = "Home",
       .actions = {"Walk", "Fall"},
       .last = "n = 3"});
  cases.push_back(
      {.system = define<Trap>(named("stuck_at_once"), claims(always_possible("Four", "", at(4)))),
       .because = "4 is nowhere: the initial state is already stuck.",
       .verdict = Verdict::violated,
       .distinct = 4,
       .generated = 6,
       .depth = 3,
       .unusual = {{"Four", PropertyVerdict::violated}},
       .shown = "Four",
       .last = "n = 0"});
  cases.push_back(
      {.system = define<Trap>(named("trap_from"),
                              claims(reachable("Free", "", [](const auto& s) { return s.n < 3; }),
                                     reachable("Two", "", at(2)), reachable("Four", "", at(4)),
                                     always_possible("Home", "", at(0)).from("Free"),
                                     always_possible("AtFour", "", at(4)).from("Two"),
                                     always_possible("Back", "", at(1)).from("Four"))),
       .because = "There is a way home from wherever the walk is free. 4 is nowhere; that is "
                  "claimed first of 2. Nothing is claimed of 4.",
       .verdict = Verdict::violated,
       .distinct = 4,
       .generated = 6,
       .depth = 3,
       .unusual = {{"Four", PropertyVerdict::violated},
                   {"AtFour", PropertyVerdict::violated},
                   {"Back", PropertyVerdict::vacuous}},
       .shown = "AtFour",
       .actions = {"Walk", "Walk"},
       .last = "n = 2"});
}

// One state and no action at all.
template <class Mode>
struct Still : Machine<Mode> {
  using Machine<Mode>::Machine;

  Scalar<Mode> n{*this, "n", integers("only", 7, 7)};

  void Init() { n = 7; }
  void Stay() { THEN(stay, n = 7); }
  void Next() { ACTION_IF(this->parameter("moves") != 0, Stay); }
};

void add_stills(std::vector<TinyCase>& cases) {
  const auto still = [](std::string name, auto may_end) {
    return define<Still>(named(std::move(name), {choice("moves", "", {"no", "yes"})}),
                         claims(proper_end("", may_end)));
  };
  const auto yes = [](const auto&) { return true; };
  const auto no = [](const auto&) { return false; };
  cases.push_back({.system = still("no_action", yes),
                   .because = "No action and no bit of state: one state, which may end.",
                   .distinct = 1,
                   .generated = 1,
                   .depth = 1});
  cases.push_back({.system = still("only_a_self_loop", no),
                   .parameters = {{"moves", "yes"}},
                   .because = "A self-loop is a successor, so this is no deadlock.",
                   .distinct = 1,
                   .generated = 2,
                   .depth = 1});
  cases.push_back({.system = still("deadlock_at_once", no),
                   .because = "No action, and the only state may not end.",
                   .verdict = Verdict::violated,
                   .stop = Stop::violation,
                   .distinct = 1,
                   .generated = 1,
                   .depth = 1,
                   .unusual = {{"NoDeadlock", PropertyVerdict::violated},
                               {"TypeOK", PropertyVerdict::incomplete}},
                   .shown = "NoDeadlock",
                   .last = "n = 7"});
}

// Several ways to begin, two of them the same: at 0, at 4, at 0 again. Each leads three steps up.
template <class Mode>
struct Starts : Machine<Mode> {
  using Machine<Mode>::Machine;

  Scalar<Mode> n{*this, "n", integers("count", 0, 7)};

  void Init() { n = choose(integers("start", 1, this->parameter("starts"))) % 2 == 0 ? 4 : 0; }
  void Up() {
    WHEN(below, n % 4 < 3);
    THEN(add, n = n + 1);
  }
  void Next() { ACTION(Up); }
};

System several_starts() {
  System system = named("starts", {integer("starts", "", 0, 3, 3), integer("most", "", 0, 7, 7)});
  system.scenarios = {
      scenario("at_first", "", {}, {"Up"}),
      scenario("at_four", "", under("most=5"), {"Up", "Up"}).starts_in("n = 4").ends_in("AtMost"),
      scenario("nowhere", "", {}, {"Up"}).starts_in("n = 1"),
  };
  return define<Starts>(
      std::move(system),
      claims(always("AtMost", "", [](const auto& s) { return s.n <= s.parameter("most"); }),
             reachable("AtThree", "", [](const auto& s) { return s.n == 3; }),
             proper_end("", [](const auto& s) { return s.n % 4 == 3; })));
}

void add_starts(std::vector<TinyCase>& cases) {
  const System& system = system_with_several_starts();
  cases.push_back({.system = system,
                   .because =
                       "0 to 3 and 4 to 7, side by side. The third start is the first again, "
                       "and counts once.",
                   .distinct = 8,
                   .generated = 8,
                   .depth = 4});
  cases.push_back({.system = system,
                   .parameters = {{"starts", "1"}},
                   .because = "0 to 3.",
                   .distinct = 4,
                   .generated = 4,
                   .depth = 4});
  cases.push_back(
      {.system = system,
       .parameters = {{"most", "5"}},
       .because = "The second start is two steps away from 6, the first never gets there.",
       .verdict = Verdict::violated,
       .stop = Stop::violation,
       .distinct = 6,
       .generated = 6,
       .depth = 3,
       .unusual = {{"AtMost", PropertyVerdict::violated},
                   {"AtThree", PropertyVerdict::incomplete},
                   {"NoDeadlock", PropertyVerdict::incomplete},
                   {"TypeOK", PropertyVerdict::incomplete}},
       .shown = "AtMost",
       .actions = {"Up", "Up"},
       .last = "n = 6"});
  cases.push_back({.system = system,
                   .parameters = {{"most", "3"}},
                   .because = "The second start is wrong itself.",
                   .verdict = Verdict::violated,
                   .stop = Stop::violation,
                   .distinct = 2,
                   .generated = 2,
                   .depth = 1,
                   .unusual = {{"AtMost", PropertyVerdict::violated},
                               {"AtThree", PropertyVerdict::incomplete},
                               {"NoDeadlock", PropertyVerdict::incomplete},
                               {"TypeOK", PropertyVerdict::incomplete}},
                   .shown = "AtMost",
                   .last = "n = 4"});
}

void add_wide(std::vector<TinyCase>& cases) {
  cases.push_back({.system = kinds_system(),
                   .because = "Each kind of variable by itself: 2 * 3 * 4 * 9 * 3 * 4 * 2 states. "
                              "In each, 9 actions on average: 1 + 1 + 2 + 4/3 + 2/3 + 2 + 1. The "
                              "farthest is 1 + 1 + 2 + 2 + 4 + 2 + 2 + 1 states deep.",
                   .distinct = 5'184,
                   .generated = 9 * 5'184 + 1,
                   .depth = 15});
  cases.push_back({.system = wide_system(),
                   .because = "14 cells of 5 bits need two words beside the set of 64. There are "
                              "2^k ways to have written k cells, and the last level twice.",
                   .distinct = 49'151,
                   .generated = 65'535,
                   .depth = 16});
  cases.push_back({.system = wide_system(),
                   .parameters = {{"cells", "40"}, {"choices", "1"}},
                   .because = "40 cells of 5 bits: four words and one of the set, written in one "
                              "order only.",
                   .distinct = 42,
                   .generated = 43,
                   .depth = 42});
}

// Each way of writing what a variable cannot hold, or of asking for what it does not have; `what`
// selects it.
template <class Mode>
struct Ranges : Machine<Mode> {
  using Machine<Mode>::Machine;

  const Domain Who = interchangeable("person", "p", 3);
  Map<Mode> level{*this, "level", Who, integers("level", 1, 2)};
  Message<Mode, 1> note{*this, "mail", "note", {{"from", Who}, {"to", Who}}, not_to_the_first};
  Set<Mode> group{*this, "group", Who};

  void Init() { level.fill(1); }
  void Low(int p) { THEN(write, level[p] = level[p] - 1); }
  void Fill() { THEN(write, level.fill(3)); }
  void Send(int p) { THEN(write, note.send(p, 2 - p)); }
  void Far() { THEN(write, note.send(0, 3)); }
  void Beyond(int p) {
    WHEN(next_is_low, level[p + 1] == 1);
    THEN(rise, level[p] = 2);
  }
  void Join() { THEN(join, group.insert(3)); }
  void Next() {
    const int what = this->parameter("what");
    ACTION_IF(what == 0, Low, Who);
    ACTION_IF(what == 1, Fill);
    ACTION_IF(what == 2, Send, Who);
    ACTION_IF(what == 3, Far);
    ACTION_IF(what == 4, Beyond, Who);
    ACTION_IF(what == 5, Join);
  }

 private:
  static bool not_to_the_first(const std::vector<int>& content) { return content[0] != 0; }
};

void add_ranges(std::vector<TinyCase>& cases) {
  const System ranges = define<Ranges>(named("ranges", {integer("what", "", 0, 5, 0)}),
                                       claims(proper_end("", [](const auto&) { return false; })));
  const auto add = [&](const char* what, const char* refused, const char* because) {
    cases.push_back({.system = ranges,
                     .parameters = {{"what", what}},
                     .because = because,
                     .verdict = Verdict::violated,
                     .stop = Stop::violation,
                     .distinct = 1,
                     .generated = 1,
                     .depth = 1,
                     .unusual = {{"NoDeadlock", PropertyVerdict::incomplete},
                                 {"TypeOK", PropertyVerdict::violated}},
                     .shown = "TypeOK",
                     .last = "level = [p1: 1, p2: 1, p3: 1]; mail = {}; group = {}",
                     .refused_action = refused});
  };
  add("0", "Low(p1)", "An element of a map is written below its range.");
  add("1", "Fill", "A map is filled with what its elements cannot hold.");
  add("2", "Send(p3)", "p3 writes to p1, which the message's filter rules out; p1 may write.");
  add("3", "Far", "A field of a message is outside its domain.");
  add("4", "Beyond(p3)", "There is nobody after p3, whom the conjunct asks for.");
  add("5", "Join", "The set has no such member.");
}

// Descriptions that contradict themselves.

template <class Mode>
struct Backwards : Machine<Mode> {
  using Machine<Mode>::Machine;

  Scalar<Mode> n{*this, "n", integers("count", 0, 3)};

  void Init() { n = 0; }
  void Up() {
    THEN(add, n = n + 1);
    WHEN(below, n < 3);
  }
  void Next() { ACTION(Up); }
};

template <class Mode>
struct Misused : Machine<Mode> {
  using Machine<Mode>::Machine;

  const int what = this->parameter("what");
  Map<Mode> grid{*this, "grid", {integers("x", 0, 1), integers("y", 0, 1)}, integers("z", 0, 1)};
  Scalar<Mode> n{*this, "n", integers("count", 0, 3)};
  Scalar<Mode> again{*this, what == 1 ? "n" : "m", integers("count", 0, 3)};

  void Init() { n = what == 0 ? 4 : 0; }
  void Up() { THEN(add, n = what == 2 ? grid(0) : 1); }
  void Next() { ACTION(Up); }
};

System misused(std::string name, int what) {
  return define<Misused>(named(std::move(name), {integer("what", "", 0, 2, what)}),
                         claims(proper_end("", [](const auto&) { return true; })));
}

template <class Mode>
struct Repeated : Machine<Mode> {
  using Machine<Mode>::Machine;

  Scalar<Mode, bool> b{*this, "b", boolean()};

  void Init() { b = false; }
  void Up() { THEN(set, b = true); }
  void Next() {
    ACTION(Up);
    ACTION(Up);
  }
};

}  // namespace

const std::vector<Malformed>& malformed_systems() {
  static const std::vector<Malformed> systems = [] {
    std::vector<Malformed> all;
    const auto yes = [](const auto&) { return true; };
    all.push_back({define<Backwards>(named("backwards"), claims(proper_end("", yes))),
                   "conjunct below comes after an effect"});
    all.push_back({misused("twice", 1), "two variables 'n'"});
    all.push_back({misused("indices", 2), "grid: used with 1 indices"});
    all.push_back(
        {define<Repeated>(named("repeated"), claims(proper_end("", yes))), "two actions 'Up'"});
    all.push_back({counter("twice", always("Same", "", yes), always("Same", "", yes)),
                   "two properties 'Same'"});
    all.push_back({counter("no_witness", always("Always", "", yes).witness("Nowhere")),
                   "no property 'Nowhere'"});
    all.push_back({counter("other_witness", always("Always", "", yes).witness("Other"),
                           always("Other", "", yes)),
                   "its witness Other is not reachable"});
    const System sound = counter("sound", always("Always", "", yes));
    const auto with_mutant = [&](Mutant mutant, std::string why) {
      System system = sound;
      system.mutants.push_back(std::move(mutant));
      all.push_back({std::move(system), std::move(why)});
    };
    with_mutant(mutant("m", "", without("Up.below"), violates("Never", 1)), "no property 'Never'");
    with_mutant(mutant("m", "", without("Up.above"), violates("Always", 1)),
                "no conjunct or effect 'Up.above'");
    with_mutant(mutant("m", "", under("speed=1"), violates("Always", 1)), "no parameter 'speed'");
    System system = sound;
    system.instances.push_back(quick("limit=9", holds(1, 1, 1)));
    all.push_back({std::move(system), "'9' is not a whole number in 0..4"});
    return all;
  }();
  return systems;
}

const System& system_with_a_bad_start() {
  static const System system = misused("bad_start", 0);
  return system;
}

const System& system_with_several_starts() {
  static const System system = several_starts();
  return system;
}

const std::vector<TinyCase>& tiny_cases() {
  static const std::vector<TinyCase> cases = [] {
    std::vector<TinyCase> all;
    add_counters(all);
    add_steps_of_counters(all);
    add_switches_of_counters(all);
    add_forks(all);
    add_traps(all);
    add_stills(all);
    add_starts(all);
    add_wide(all);
    add_ranges(all);
    return all;
  }();
  return cases;
}

const std::vector<System>& tiny_systems() {
  static const std::vector<System> systems = [] {
    std::vector<System> all;
    for (const TinyCase& tiny : tiny_cases()) all.push_back(tiny.system);
    return all;
  }();
  return systems;
}

}  // namespace synod::test
