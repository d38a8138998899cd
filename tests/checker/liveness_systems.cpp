#include "tests/checker/liveness_systems.hpp"

#include "checker/vocabulary/define.hpp"
#include "checker/vocabulary/network.hpp"

namespace synod::test {
namespace {

System named_system(std::string name, std::vector<ParameterSpec> parameters = {}) {
  System system;
  system.name = std::move(name);
  system.parameters = std::move(parameters);
  return system;
}

// Places and arrows, as one would draw them. An action has up to two arrows from a place: A(0),
// A(1).
struct Drawing {
  struct Arrow {
    char action;
    int from;
    int to;
  };
  std::string name;
  std::vector<Arrow> arrows;
  std::vector<int> p;  ///< the places where P holds
  std::vector<int> q;

  /// Where the k-th arrow of an action leads from a place; -1: there is none.
  int follow(char action, int place, int k) const {
    for (const Arrow& arrow : arrows)
      if (arrow.action == action && arrow.from == place && k-- == 0) return arrow.to;
    return -1;
  }
  bool has(char action) const {
    return std::any_of(arrows.begin(), arrows.end(),
                       [&](const Arrow& arrow) { return arrow.action == action; });
  }
};

const std::vector<Drawing>& drawings() {
  static const std::vector<Drawing> all = {
      {"two_ways_on", {{'A', 0, 1}, {'B', 0, 1}, {'C', 1, 0}, {'B', 1, 2}}, {2}, {}},
      {"way_out", {{'A', 0, 2}, {'B', 0, 1}, {'C', 1, 0}}, {2}, {}},
      {"out_of_two_rings",
       {{'A', 0, 1}, {'A', 1, 0}, {'B', 1, 2}, {'A', 2, 1}, {'C', 2, 3}},
       {3},
       {}},
      {"round", {{'A', 0, 1}, {'B', 1, 0}, {'C', 1, 2}}, {2}, {}},
      {"join", {{'A', 0, 1}, {'A', 0, 2}, {'B', 1, 3}, {'B', 2, 3}}, {1}, {1, 2}},
      {"end", {{'A', 0, 1}, {'A', 1, 2}}, {0, 2}, {1}},
      {"wheel", {{'A', 0, 1}, {'B', 1, 0}}, {}, {}},
      {"alone", {}, {0}, {}},
  };
  return all;
}

template <class Mode>
struct Drawn : Machine<Mode> {
  using Machine<Mode>::Machine;

  const Drawing& drawing = drawings()[static_cast<std::size_t>(this->parameter("drawing"))];
  const Domain Which = integers("which", 0, 1);
  Scalar<Mode> place{*this, "place", integers("place", 0, 3)};

  void Init() { place = 0; }
  void A(int k) {
    WHEN(arrow, drawing.follow('A', place, k) != -1);
    THEN(follow, place = drawing.follow('A', place, k));
  }
  void B(int k) {
    WHEN(arrow, drawing.follow('B', place, k) != -1);
    THEN(follow, place = drawing.follow('B', place, k));
  }
  void C(int k) {
    WHEN(arrow, drawing.follow('C', place, k) != -1);
    THEN(follow, place = drawing.follow('C', place, k));
  }
  void Next() {
    ACTION_IF(drawing.has('A'), A, Which);
    ACTION_IF(drawing.has('B'), B, Which);
    ACTION_IF(drawing.has('C'), C, Which);
  }
  bool at_one_of(const std::vector<int>& places) const {
    return std::find(places.begin(), places.end(), static_cast<int>(place)) != places.end();
  }
};

const System& drawn_system() {
  static const System system = [] {
    std::vector<std::string> names;
    for (const Drawing& drawing : drawings()) names.push_back(drawing.name);
    return define<Drawn>(
        named_system("drawn", {choice("drawing", "", names)}),
        claims(named("P", "", [](const auto& s) { return s.at_one_of(s.drawing.p); }),
               named("Q", "", [](const auto& s) { return s.at_one_of(s.drawing.q); })));
  }();
  return system;
}

LivenessCase drawn(const char* drawing, std::string formula, std::vector<std::string> fairness) {
  return {.system = drawn_system(),
          .parameters = {{"drawing", drawing}},
          .formula = std::move(formula),
          .fairness = std::move(fairness),
          .because = ""};
}

LivenessCase holds(LivenessCase that, std::string because) {
  that.because = std::move(because);
  return that;
}
LivenessCase found(LivenessCase that, Verdict verdict, std::string because) {
  that.verdict = verdict;
  return holds(std::move(that), std::move(because));
}
LivenessCase violated(LivenessCase that, std::string behaviour, std::string because) {
  that.behaviour = std::move(behaviour);
  return found(std::move(that), Verdict::violated, std::move(because));
}

void add_fairness(std::vector<LivenessCase>& cases) {
  cases.push_back(violated(drawn("way_out", "<> P", {"WF(A)", "WF(B)", "WF(C)"}), "| B(0) C(0)",
                           "A is disabled again and again: weak fairness does not force it."));
  cases.push_back(holds(drawn("way_out", "<> P", {"SF(A)", "WF(B)", "WF(C)"}),
                        "Enabled again and again, A has to happen."));
  cases.push_back(violated(drawn("way_out", "<> P", {"SF(A)", "WF(B)"}), "B(0) |",
                           "Nothing forces C: that is an end at 1, where A is disabled."));
  cases.push_back(
      violated(drawn("out_of_two_rings", "<> P", {"WF(A)", "SF(C)"}), "| A(0) A(0)",
               "Fair to C is the ring that keeps away from 2. As a whole, {0, 1, 2} is not."));
  cases.push_back(holds(drawn("out_of_two_rings", "<> P", {"WF(A)", "SF(B)", "SF(C)"}),
                        "B leads to 2 again and again, and C out of there."));
  cases.push_back(violated(drawn("round", "<> P", {"WF(A)", "WF(C)"}), "| A(0) B(0)",
                           "C, disabled at 0, is not forced while B goes back for ever."));
  cases.push_back(holds(drawn("round", "<> P", {"WF(A)", "WF(C)", "FIN(B)"}),
                        "Once B happens no more, C stays enabled."));
  cases.push_back(violated(drawn("round", "<> P", {"WF(A, B)", "WF(C)"}), "| A(0) B(0)",
                           "A or B is taken all the time."));
  cases.push_back(
      violated(drawn("round", "<> P", {"WF(C)", "FIN(B)"}), "|", "Not even A has to happen."));
}

// Whether an action is taken on a cycle is a matter of its edge, not of where that begins and ends.
void add_edges(std::vector<LivenessCase>& cases) {
  cases.push_back(holds(drawn("two_ways_on", "<> P", {"SF(A)", "FIN(A)", "WF(C)"}),
                        "A leads from 0 to 1, which the cycle by B and C visits; but A is not on "
                        "it, so that this is not fair to A. Only to end at 2 is."));
  cases.push_back(violated(drawn("two_ways_on", "<> P", {"SF(A)", "WF(C)"}), "| A(0) C(0)",
                           "Now A may go round."));
  cases.push_back(violated(drawn("two_ways_on", "<> P", {"FIN(A)", "WF(A)", "WF(C)"}),
                           "| B(0) C(0)", "A is disabled at 1; weak fairness asks no more."));
}

// Stateright says of its `eventually` that it misses cycles and what a join of two ways hides.
void add_eventually(std::vector<LivenessCase>& cases) {
  const std::vector<std::string> fair = {"WF(*)"};
  cases.push_back(violated(drawn("round", "<> P", fair), "| A(0) B(0)", "A cycle has no end."));
  cases.push_back(holds(drawn("round", "<> P", {"WF(*)", "SF(C)"}), "The cycle is not fair to C."));
  cases.push_back(violated(drawn("join", "<> P", fair), "A(1) B(0) |",
                           "3 was reached by way of 1 first, where P holds; by way of 2 it did "
                           "not."));
  cases.push_back(holds(drawn("join", "<> Q", fair), "Q holds on both ways."));
  cases.push_back(violated(drawn("end", "<> (P && Q)", fair), "A(0) A(0) |",
                           "A run that ends goes on for ever in its last state."));
  cases.push_back(holds(drawn("end", "<> Q", fair), "On its way to the end it passes Q."));
  cases.push_back(violated(drawn("end", "P ~> Q", fair), "A(0) A(0) |",
                           "P holds again in the very state in which the run ends."));
  cases.push_back(holds(drawn("end", "Q ~> P", fair), "P holds at the end."));
  cases.push_back(violated(drawn("end", "[] Q", {}), "|", "At once, by staying there."));
  cases.push_back(violated(drawn("end", "Q R P", fair), "A(0) A(0) |",
                           "P holds at 0, not at 1, and Q did not release it."));
  cases.push_back(violated(drawn("alone", "! P", {}), "|", "One state, no action: one behaviour."));
  cases.push_back(holds(drawn("alone", "[] P", {}), "The same."));
}

void add_vacuous(std::vector<LivenessCase>& cases) {
  const std::vector<std::string> fair = {"WF(*)"};
  cases.push_back(found(drawn("round", "[] (Q -> <> P)", fair), Verdict::vacuous,
                        "Q holds nowhere, so nothing is claimed."));
  cases.push_back(
      violated(drawn("round", "[] (! Q -> <> P)", fair), "A(0) | B(0) A(0)", "Now something is."));
  cases.push_back(found(drawn("round", "[] (Q -> <> P)", {"WF(*)", "SF(C)"}), Verdict::vacuous,
                        "Fairness makes it no less vacuous."));
  cases.push_back(found(drawn("wheel", "[]<> Q", {"SF(A)", "FIN(A)", "WF(B)"}), Verdict::vacuous,
                        "No behaviour is fair in all of these ways."));
  cases.push_back(violated(drawn("wheel", "[]<> Q", {"SF(A)", "FIN(A)"}), "A(0) |",
                           "Where B is not forced, one is."));
}

// Two processes that differ in their names only. Each step switches one on or off.
template <class Mode>
struct Turns : Machine<Mode> {
  using Machine<Mode>::Machine;

  const Domain Process = interchangeable("process", "p", 2);
  Set<Mode> on{*this, "on", Process};

  void Init() {}
  void Step(int p) { THEN(toggle, if (on.contains(p)) on.remove(p); else on.insert(p)); }
  void Next() { ACTION(Step, Process); }
};

void add_turns(std::vector<LivenessCase>& cases) {
  const System system = define<Turns>(
      named_system("turns"),
      claims(named("First", "", [](const auto& s) { return s.on.contains(0); }),
             named("Second", "", [](const auto& s) { return s.on.contains(1); }),
             temporal("FirstGoesOn", "", "[]<> First").assuming("WF(Step by process)"),
             temporal("SomebodyGoesOn", "", "[]<> (First || Second)").assuming("WF(Step)")));
  cases.push_back({.system = system, .because = "As claimed: each process takes its turns."});
  cases.push_back({.system = system,
                   .unfair = {"WF(Step by process)"},
                   .because = "Nobody has to do anything.",
                   .verdict = Verdict::violated,
                   .behaviour = "|"});
  cases.push_back({.system = system,
                   .formula = "[]<> First",
                   .fairness = {"WF(Step)"},
                   .because = "p1 starves while p2 goes on: not the same as the other way round.",
                   .verdict = Verdict::violated,
                   .behaviour = "| Step(p2) Step(p2)"});
  cases.push_back({.system = system,
                   .formula = "[]<> (First || Second)",
                   .fairness = {"WF(Step)"},
                   .because = "Whoever goes on is on now and then; were they one and the same, "
                              "somebody could seem to be off for ever."});
  cases.push_back({.system = system,
                   .formula = "[]<> First || []<> Second",
                   .fairness = {},
                   .because = "Without fairness both may stay off.",
                   .verdict = Verdict::violated,
                   .behaviour = "|"});
}

// Counts for ever, or gives up. Only so far, says a bound.
template <class Mode>
struct Patience : Machine<Mode> {
  using Machine<Mode>::Machine;

  const int most = this->parameter("most");
  const bool gives_up = this->parameter("gives_up") != 0;
  const bool wraps = this->parameter("wraps") != 0;
  Scalar<Mode> n{*this, "n", integers("count", 0, 5)};
  Scalar<Mode, bool> done{*this, "done", boolean()};

  void Init() {
    n = 0;
    done = false;
  }
  void Wait() {
    WHEN(going_on, !done);
    WITHIN(most, wraps || n < most);
    THEN(add, n = n < most ? n + 1 : 0);
  }
  void GiveUp() {
    WHEN(going_on, !done);
    THEN(end, done = true);
  }
  void Next() {
    ACTION(Wait);
    ACTION_IF(gives_up, GiveUp);
  }
};

void add_bounds(std::vector<LivenessCase>& cases) {
  const System system = define<Patience>(
      named_system("patience", {bound("most", "", 1, 5, 3), choice("gives_up", "", {"no", "yes"}),
                                choice("wraps", "", {"no", "yes"})}),
      claims(named("Done", "", [](const auto& s) { return static_cast<bool>(s.done); }),
             named("Late", "", [](const auto& s) { return s.n >= 3; })));
  const auto patience = [&](Assignments parameters, std::string formula,
                            std::vector<std::string> fairness) {
    return LivenessCase{.system = system,
                        .parameters = std::move(parameters),
                        .formula = std::move(formula),
                        .fairness = std::move(fairness),
                        .because = ""};
  };
  const auto cut = [](std::uint64_t states, LivenessCase that) {
    that.cut = states;
    return that;
  };
  cases.push_back(cut(1, found(patience({}, "<> Done", {"WF(Wait)"}), Verdict::incomplete,
                               "The bound cuts the only behaviour short: nothing is known.")));
  cases.push_back(violated(patience({{"wraps", "yes"}}, "<> Done", {"WF(Wait)"}),
                           "| Wait Wait Wait Wait", "The same without a bound."));
  cases.push_back(
      cut(1, found(patience({{"gives_up", "yes"}}, "<> Done", {"WF(Wait)"}), Verdict::incomplete,
                   "Who gives up is done, but who waits for longer is cut short.")));
  cases.push_back(
      violated(patience({{"gives_up", "yes"}, {"wraps", "yes"}}, "<> Done", {"WF(Wait)"}),
               "| Wait Wait Wait Wait", "With no bound it is seen that nobody has to give up."));
  cases.push_back(cut(1, violated(patience({{"gives_up", "yes"}}, "<> Done", {}), "|",
                                  "Unless waiting is forced: then to stay at 0 is a behaviour.")));
  cases.push_back(cut(1, violated(patience({}, "<> Done", {"WF(GiveUp)"}), "|",
                                  "What is switched off is never enabled.")));
  cases.push_back(cut(1, found(patience({}, "<> Late", {"WF(Wait)"}), Verdict::incomplete,
                               "Decided before the bound, but not whether any run is fair.")));
  cases.push_back(cut(1, found(patience({{"most", "2"}}, "<> Late", {"WF(Wait)"}),
                               Verdict::incomplete, "Not decided before this one.")));
}

// Two letters; the network has room for one, and takes the other as lost.
template <class Mode>
struct Outbox : Machine<Mode> {
  using Machine<Mode>::Machine;

  struct Letter {
    int number;
  };
  Network<Mode, Letter> msgs{*this, "msgs", {{"Letter", {{"number", integers("number", 1, 2)}}}}};
  Scalar<Mode> sent{*this, "sent", integers("sent", 0, 2)};

  void Init() { sent = 0; }
  void Send(int number) {
    WHEN(next, sent + 1 == number);
    THEN(send, msgs.send(Letter{number}));
    THEN(count, sent = number);
  }
  void Next() { ACTION(Send, integers("number", 1, 2)); }
};

void add_outbox(std::vector<LivenessCase>& cases) {
  cases.push_back({.system = outbox_system(),
                   .parameters = {{"in_flight", "1"}},
                   .formula = "<> Sent",
                   .fairness = {"WF(Send)"},
                   .because = "The second letter is cut off in part: no behaviour takes that step.",
                   .verdict = Verdict::incomplete,
                   .cut = 1});
  cases.push_back({.system = outbox_system(),
                   .parameters = {{"in_flight", "2"}},
                   .formula = "<> Sent",
                   .fairness = {"WF(Send)"},
                   .because = "With room for both, both are sent."});
}

// A large ring, with leaps over it and places aside; where it may spin for ever is far from the
// start.
template <class Mode>
struct Ring : Machine<Mode> {
  using Machine<Mode>::Machine;

  static constexpr int size = 20'000;
  static constexpr int trap = size - 3;
  const bool may_spin = this->parameter("spins") != 0;
  Scalar<Mode> place{*this, "place", integers("place", 0, size - 1)};
  Scalar<Mode> aside{*this, "aside", integers("aside", 0, 3)};

  void Init() {
    place = 0;
    aside = 0;
  }
  void Go() {
    WHEN(on_the_ring, aside == 0);
    THEN(go, place = (place + 1) % size);
  }
  void Leap() {
    WHEN(on_the_ring, aside == 0);
    WHEN(far_from_the_end, place < size - 200);
    THEN(leap, place = place + 150);
  }
  void Rest() {
    WHEN(on_the_ring, aside == 0);
    WHEN(bench, place % 7 == 0);
    THEN(sit, aside = 1);
  }
  void Return() {
    WHEN(resting, aside == 1);
    THEN(rise, aside = 0);
  }
  void Spin() {
    WHEN(trapped, place == trap && aside != 1);
    THEN(spin, aside = aside == 2 ? 3 : 2);
  }
  void Next() {
    ACTION(Go);
    ACTION(Leap);
    ACTION(Rest);
    ACTION(Return);
    ACTION_IF(may_spin, Spin);
  }
};

void add_ring(std::vector<LivenessCase>& cases) {
  const System system =
      define<Ring>(named_system("ring", {choice("spins", "", {"no", "yes"})}),
                   claims(named("Home", "", [](const auto& s) { return s.place == 0; })));
  const auto ring = [&](const char* spins, std::vector<std::string> fairness) {
    return LivenessCase{.system = system,
                        .parameters = {{"spins", spins}},
                        .formula = "[]<> Home",
                        .fairness = std::move(fairness),
                        .because = ""};
  };
  cases.push_back(holds(ring("no", {"SF(Go)", "WF(Return)"}), "Whoever rests goes on again."));
  cases.push_back(violated(ring("yes", {"SF(Go)", "WF(Return)", "WF(Spin)"}), "... | Spin Spin",
                           "One cycle of two states among 22,860 is fair and never home."));
  cases.push_back(holds(ring("yes", {"SF(Go)", "WF(Return)", "WF(Spin)", "FIN(Spin)"}),
                        "Nobody spins for ever."));
  cases.push_back(violated(ring("no", {"WF(Go)", "WF(Return)"}), "Go Leap Leap | Rest Return",
                           "Go is disabled while one rests: no weak fairness forces it."));
}

}  // namespace

const System& outbox_system() {
  static const System system = define<Outbox>(
      named_system("outbox", network_parameters(1, false)),
      claims(named("Sent", "", [](const auto& s) { return s.sent == 2; }),
             always_possible("CanSend", "", [](const auto& s) { return s.sent == 2; })));
  return system;
}

const std::vector<LivenessCase>& liveness_cases() {
  static const std::vector<LivenessCase> cases = [] {
    std::vector<LivenessCase> all;
    add_fairness(all);
    add_edges(all);
    add_eventually(all);
    add_vacuous(all);
    add_turns(all);
    add_bounds(all);
    add_outbox(all);
    add_ring(all);
    return all;
  }();
  return cases;
}

std::vector<System> liveness_systems() {
  std::vector<System> systems;
  for (const LivenessCase& one : liveness_cases())
    if (std::none_of(systems.begin(), systems.end(),
                     [&](const System& known) { return known.name == one.system.name; }))
      systems.push_back(one.system);
  return systems;
}

}  // namespace synod::test
