// What a model says beyond its actions: initial states by choice, claims about every member and
// about initial states, constraints on the states that are searched.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <boost/test/unit_test.hpp>

#include "checker/input/input.hpp"
#include "checker/liveness/temporal.hpp"
#include "checker/partial_order/reduced_search.hpp"
#include "checker/replay/replay.hpp"
#include "checker/report/text.hpp"
#include "checker/run/run.hpp"
#include "checker/run/scenario.hpp"
#include "checker/search/judged.hpp"
#include "checker/symmetry/symmetric_search.hpp"
#include "checker/vocabulary/define.hpp"
#include "checker/vocabulary/network.hpp"
#include "tests/support/agreement.hpp"

namespace synod::test {
namespace {

// Each process begins with a vote that is at most x, and raises it. In TLA+:
//
//   Init == x \in 0..2 /\ vote \in [Process -> 0..2] /\ \A p \in Process : vote[p] <= x
//   Raise(p) == vote[p] < 2 /\ vote' = [vote EXCEPT ![p] = @ + 1] /\ UNCHANGED x
template <class Mode>
struct Votes : Machine<Mode> {
  using Machine<Mode>::Machine;

  const Domain Process = interchangeable("process", "p", this->parameter("processes"));
  const Domain Value = integers("value", 0, this->parameter("highest"));

  Scalar<Mode> x{*this, "x", Value};
  Map<Mode> vote{*this, "vote", Process, Value};

  void Init() {
    x = choose(Value);
    for (const int p : Process) vote[p] = choose(Value);
    require(Process.all([&](int p) { return vote[p] <= x; }));
  }

  void Raise(int p) {
    WHEN(below, vote[p] < Value.high);
    THEN(raise, vote[p] = vote[p] + 1);
  }

  void Next() { ACTION(Raise, Process); }

  int Sum() const {
    int sum = 0;
    for (const int p : Process) sum += vote[p];
    return sum;
  }
};

template <class... Claims>
System votes(Claims... all) {
  System system;
  system.name = "votes";
  system.parameters = {integer("processes", "", 0, 9, 2), integer("highest", "", -1, 2, 2),
                       integer("limit", "", -1, 20, 20)};
  return define<Votes>(std::move(system), claims(std::move(all)...));
}

System plain_votes() {
  return votes(reachable("Some", "", [](const auto& s) { return s.Sum() > 0; }));
}

auto small() {
  return constraint("Small", "So far is enough.",
                    [](const auto& s) { return s.Sum() <= s.parameter("limit"); });
}

RunReport run(const System& system, const Assignments& assignments = {},
              const std::vector<std::string>& properties = {}) {
  RunRequest request;
  request.system = &system;
  request.parameters = resolve_parameters(system, assignments);
  request.properties = properties;
  request.search.threads = 1;
  return run_check(request);
}

RunReport run_ltl(const System& system, const std::string& formula,
                  const std::vector<std::string>& fairness = {},
                  const Assignments& assignments = {}) {
  RunRequest request;
  request.system = &system;
  request.parameters = resolve_parameters(system, assignments);
  request.ltl = formula;
  request.fairness = fairness;
  request.search.threads = 1;
  return run_check(request);
}

std::vector<std::string> initial_texts(const System& system, const Assignments& assignments) {
  const auto observer = system.instantiate(resolve_parameters(system, assignments), {})->observer();
  std::vector<std::string> texts;
  for (const Cells& state : observer->initial())
    texts.push_back(fmt::format("{}", fmt::join(state_lines(observer->variables(), state), "; ")));
  return texts;
}

std::string error_of(const auto& body) {
  try {
    body();
  } catch (const std::exception& error) {
    return error.what();
  }
  return "no error";
}

std::vector<std::string> names(const System& system, const Assignments& assignments = {}) {
  const auto model = system.instantiate(resolve_parameters(system, assignments), {});
  std::vector<std::string> result;
  for (const PropertyInfo& info : model->properties()) result.push_back(info.name);
  return result;
}

PropertyVerdict verdict_of(const RunReport& report, const std::string& name) {
  return report.result.properties[find_property(report.properties, name)].verdict;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(initial_choices)

BOOST_AUTO_TEST_CASE(are_made_in_all_combinations_the_last_varying_fastest) {
  const std::vector<std::string> expected = {
      "x = 0; vote = [p1: 0, p2: 0]", "x = 1; vote = [p1: 0, p2: 0]",
      "x = 1; vote = [p1: 0, p2: 1]", "x = 1; vote = [p1: 1, p2: 0]",
      "x = 1; vote = [p1: 1, p2: 1]"};
  BOOST_TEST(initial_texts(plain_votes(), {{"highest", "1"}}) == expected,
             boost::test_tools::per_element());
  BOOST_TEST(initial_texts(plain_votes(), {{"processes", "9"}}).size() == 1U + 512 + 19683);
}

BOOST_AUTO_TEST_CASE(the_search_begins_where_the_reference_does) {
  const System system = votes(small());
  for (const char* const limit : {"20", "3", "1"}) {
    const auto model = system.instantiate(resolve_parameters(system, {{"limit", limit}}), {});
    BOOST_TEST(disagreement(*model) == "", "limit " << limit);
  }
}

template <class Mode>
struct Nowhere : Machine<Mode> {
  using Machine<Mode>::Machine;
  Scalar<Mode> n{*this, "n", integers("number", 0, 1)};
  void Init() { n = choose(integers("nothing", 0, -1)); }
  void Next() {}
};

BOOST_AUTO_TEST_CASE(from_an_empty_domain_lead_nowhere) {
  System system;
  system.name = "nowhere";
  system = define<Nowhere>(std::move(system),
                           claims(named("Any", "", [](const auto& s) { return s.n == 0; })));
  BOOST_TEST(error_of([&] { run(system); }) == "nowhere: the model has no initial state");
}

BOOST_AUTO_TEST_CASE(outside_of_init_are_refused) {
  BOOST_TEST(error_of([] { choose(boolean()); }) == "choose() outside of Init()");
  BOOST_TEST(error_of([] { require(true); }) == "require() outside of Init()");
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(claims_of_members)

BOOST_AUTO_TEST_CASE(name_the_members_for_whom_they_fail) {
  // Raise(p2) is the first step that is past what is claimed of p2 alone.
  const RunReport state = run(votes(always("Low", "", FOR_EVERY(Process), [](const auto& s, int p) {
    return p == 0 || s.vote[p] < 2 || s.x == 2;
  })));
  BOOST_TEST((state.verdict == Verdict::violated));
  BOOST_TEST(members_of(state, *state.trace) == "p2");
  BOOST_TEST(state.trace->property == "Low");

  const RunReport pairs =
      run(votes(step("Keeps", "", FOR_EVERY(Process), FOR_EVERY(Process),
                     [](const auto& before, const auto& after, int p, int q) {
                       return p == q || before.vote[p] < 2 || before.vote[q] == after.vote[q];
                     })));
  BOOST_TEST((pairs.verdict == Verdict::violated));
  BOOST_TEST(
      (members_of(pairs, *pairs.trace) == "p1, p2" || members_of(pairs, *pairs.trace) == "p2, p1"));

  const RunReport at_first =
      run(votes(initially("AllZero", "", FOR_EVERY(Process),
                          [](const auto& s, int p) { return p == 0 || s.vote[p] == 0; })));
  BOOST_TEST((at_first.verdict == Verdict::violated));
  BOOST_TEST(members_of(at_first, *at_first.trace) == "p2");
  BOOST_TEST(at_first.trace->states.size() == 1U);
}

BOOST_AUTO_TEST_CASE(hold_for_every_member_of_an_empty_domain) {
  const System system = votes(
      always("Never", "", FOR_EVERY(Process), [](const auto&, int) { return false; }),
      named("Top", "", FOR_EVERY(Process), [](const auto& s, int p) { return s.vote[p] == 2; }));
  BOOST_TEST((verdict_of(run(system, {{"processes", "0"}}), "Never") == PropertyVerdict::holds));
  BOOST_TEST(names(system, {{"processes", "0"}}) == (std::vector<std::string>{"Never", "TypeOK"}),
             boost::test_tools::per_element());
  BOOST_TEST((run_ltl(system, "A p in process: []!Top(p)", {}, {{"processes", "0"}}).verdict ==
              Verdict::vacuous));
}

System apart() {
  const auto top = [](const auto& s, int p) { return s.vote[p] == s.Value.high; };
  return votes(reachable("Top", "", FOR_EVERY(Process), top),
               reachable("Above", "", FOR_EVERY(Process), FOR_EVERY(Process),
                         [](const auto& s, int p, int q) { return s.vote[p] > s.vote[q]; }),
               always_possible("CanRaise", "", FOR_EVERY(Process), top).from("Top"),
               always("Within", "", [](const auto&) { return true; }).witness("Top"));
}

BOOST_AUTO_TEST_CASE(are_properties_of_their_own_where_each_member_has_to_be_reached) {
  const System system = apart();
  BOOST_TEST(names(system) ==
                 (std::vector<std::string>{"Top(p1)", "Top(p2)", "Above(p1, p1)", "Above(p1, p2)",
                                           "Above(p2, p1)", "Above(p2, p2)", "CanRaise(p1)",
                                           "CanRaise(p2)", "Within", "TypeOK"}),
             boost::test_tools::per_element());
  const RunReport report = run(system);
  BOOST_TEST((verdict_of(report, "Top(p2)") == PropertyVerdict::holds));
  BOOST_TEST((verdict_of(report, "Above(p1, p2)") == PropertyVerdict::holds));
  BOOST_TEST((verdict_of(report, "Above(p2, p2)") == PropertyVerdict::violated));
  BOOST_TEST((verdict_of(report, "CanRaise(p1)") == PropertyVerdict::holds));
  BOOST_TEST((report.verdict == Verdict::vacuous));
  const auto& properties = report.properties;
  BOOST_TEST(properties[find_property(properties, "CanRaise(p2)")].from == "Top(p2)");
  BOOST_TEST(properties[find_property(properties, "Within")].witnesses ==
                 (std::vector<std::string>{"Top(p1)", "Top(p2)"}),
             boost::test_tools::per_element());
  BOOST_TEST(
      properties_called(properties, "Top") == (std::vector<std::string>{"Top(p1)", "Top(p2)"}),
      boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(agree_with_the_reference) {
  for (const char* const processes : {"0", "1", "2", "3"}) {
    const System system = apart();
    const auto model =
        system.instantiate(resolve_parameters(system, {{"processes", processes}}), {});
    BOOST_TEST(disagreement(*model) == "", processes << " processes");
  }
}

BOOST_AUTO_TEST_CASE(that_are_too_many_are_counted) {
  BOOST_TEST(
      error_of([] { names(apart(), {{"processes", "8"}}); }) ==
      "votes: the claims are 82 properties under these parameters, of which 64 can be judged at a "
      "time: Above is 64, CanRaise is 8, Top is 8");
}

BOOST_AUTO_TEST_CASE(may_speak_of_names_up_to_symmetry) {
  const System system =
      votes(always("Within", "", FOR_EVERY(Process),
                   [](const auto& s, int p) { return s.vote[p] <= s.Value.high; }),
            reachable("Top", "", FOR_EVERY(Process),
                      [](const auto& s, int p) { return s.vote[p] == s.Value.high; }),
            small());
  for (const char* const limit : {"20", "4"}) {
    const auto model =
        system.instantiate(resolve_parameters(system, {{"processes", "3"}, {"limit", limit}}), {});
    SearchOptions options;
    options.threads = 1;
    const SearchResult all = search(*model, options);
    const SearchResult orbits = search_up_to_symmetry(*model, options).result;
    const SearchResult reduced = search_by_partial_order(*model, options).result;
    BOOST_TEST(orbits.distinct < all.distinct);
    for (const std::size_t i : {0, 1, 2, 3}) {
      BOOST_TEST((all.properties[i].verdict == PropertyVerdict::holds));
      BOOST_TEST((orbits.properties[i].verdict == PropertyVerdict::holds));
      BOOST_TEST((reduced.properties[i].verdict == PropertyVerdict::holds));
      BOOST_TEST((orbits.properties[i].depth == all.properties[i].depth));
      BOOST_TEST((reduced.properties[i].depth == all.properties[i].depth));
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(claims_of_initial_states)

System begins(int highest) {
  return votes(initially("Low", "", [highest](const auto& s) { return s.Sum() <= highest; }),
               reachable("Above", "", [highest](const auto& s) { return s.Sum() > highest; }));
}

BOOST_AUTO_TEST_CASE(are_judged_in_them_only) {
  const RunReport holds = run(begins(3), {{"highest", "1"}});
  BOOST_TEST((holds.verdict == Verdict::vacuous));  // 2 is the most there is
  const RunReport violated = run(begins(1));
  BOOST_TEST((verdict_of(violated, "Low") == PropertyVerdict::violated));
  BOOST_TEST(violated.trace->states.size() == 1U);
  BOOST_TEST(violated.result.depth == 1U);
  // Later states are above, and no violation.
  const System later =
      votes(initially("None", "", [](const auto& s) { return s.x != 0 || s.Sum() == 0; }),
            reachable("Some", "", [](const auto& s) { return s.x == 0 && s.Sum() > 0; }));
  BOOST_TEST((run(later).verdict == Verdict::holds));
}

BOOST_AUTO_TEST_CASE(agree_with_the_reference) {
  for (const int highest : {0, 1, 2, 3, 4}) {
    const System system = begins(highest);
    const auto model = system.instantiate(resolve_parameters(system, {}), {});
    for (const std::optional<std::uint64_t> depth : {std::optional<std::uint64_t>{}, {1U}, {2U}}) {
      SearchOptions options;
      options.max_depth = depth;
      BOOST_TEST(disagreement(*model, options) == "", "Low is " << highest);
    }
  }
}

BOOST_AUTO_TEST_CASE(are_refuted_by_walks_and_replayed) {
  const System system = begins(1);
  RunRequest request;
  request.system = &system;
  request.parameters = resolve_parameters(system, {});
  request.search.threads = 1;
  request.walks = WalkOptions{};
  const RunReport report = run_simulation(request);
  BOOST_TEST((verdict_of(report, "Low") == PropertyVerdict::violated));
  Trace longer = *report.trace;
  const auto observer = system.instantiate(request.parameters, {})->observer();
  BOOST_TEST(replay(*observer, longer).valid);
  const auto next = observer->successors(longer.states[0], nullptr).at(0);
  longer.actions.push_back(step_text(*observer, longer.states[0], next.label));
  longer.states.push_back(next.state);
  BOOST_TEST(replay(*observer, longer).reason == "Low is about initial states only");
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(state_constraints)

// TLC on the module at the top, with vote[p1] + vote[p2] <= limit as CONSTRAINT. What it leaves out
// is generated, initial states as well, and not distinct.
BOOST_AUTO_TEST_CASE(count_as_tlc_does) {
  struct Row {
    const char* limit;
    std::uint64_t generated;
    std::uint64_t distinct;
    std::uint64_t depth;
  };
  for (const Row& row : {Row{"0", 20, 3, 1}, Row{"1", 32, 9, 2}, Row{"2", 44, 18, 3},
                         Row{"3", 50, 24, 4}, Row{"20", 50, 27, 5}}) {
    const RunReport report = run(votes(small()), {{"limit", row.limit}});
    std::uint64_t cut = 0;
    for (const Cut& one : report.result.cuts) cut += one.steps;
    BOOST_TEST_CONTEXT("limit " << row.limit) {
      BOOST_TEST(report.result.distinct == row.distinct);
      BOOST_TEST(report.result.generated + cut == row.generated);
      BOOST_TEST(report.result.depth == row.depth);
    }
  }
}

BOOST_AUTO_TEST_CASE(leave_every_initial_state_out_in_vain) {
  BOOST_TEST(error_of([] { run(votes(small()), {{"limit", "-1"}}); }) ==
             "votes: constraint Small leaves out every initial state");
}

BOOST_AUTO_TEST_CASE(refuse_steps_as_bounds_do) {
  const System system = votes(small());
  Scenario steps = scenario("", "", under("limit=1"), {"Raise(p1)", "Raise(p2)"});
  const Performance performance = play(system, steps, {}, {});
  BOOST_REQUIRE(performance.refusal.has_value());
  BOOST_TEST(performance.refusal->conjunct == "Raise.Small");
  BOOST_TEST(performance.trace.actions.size() == 1U);
}

BOOST_AUTO_TEST_CASE(are_no_parts_of_actions) {
  const System system = votes(small());
  const auto observer =
      system.instantiate(resolve_parameters(system, {{"limit", "0"}}), {})->observer();
  std::vector<std::string> parts;
  for (const NamedPart& part : named_parts(*observer)) parts.push_back(part.part.text());
  BOOST_TEST(parts == (std::vector<std::string>{"Raise.below", "Raise.raise"}),
             boost::test_tools::per_element());
}

// A clock that goes on for ever, of which the normal form tells whether its hour is even.
template <class Mode>
struct Hours : Machine<Mode> {
  using Machine<Mode>::Machine;
  Scalar<Mode> hour{*this, "hour", integers("hour", 0, 20)};
  void Tick() { THEN(tick, hour += 1); }
  void Normalise() { hour = hour % 2; }
  void Next() { ACTION(Tick); }
};
template <class... Constraint>
System hours(Constraint... early) {
  System system;
  system.name = "hours";
  return define<Hours>(
      std::move(system),
      claims(std::move(early)..., named("Even", "", [](const auto& s) { return s.hour % 2 == 0; }),
             temporal("Changes", "", "[]<>Even && []<>!Even").assuming("WF(Tick)")));
}

BOOST_AUTO_TEST_CASE(are_judged_on_states_where_there_are_normal_forms) {
  const RunReport without = run(hours(), {}, {"Changes"});
  BOOST_TEST(without.normalised);
  BOOST_CHECK(verdict_of(without, "Changes") == PropertyVerdict::holds);
  const RunReport within = run(
      hours(constraint("Early", "", [](const auto& s) { return s.hour <= 5; })), {}, {"Changes"});
  BOOST_TEST(!within.normalised);
  BOOST_TEST(within.result.distinct == 6U);
  BOOST_CHECK(verdict_of(within, "Changes") == PropertyVerdict::incomplete);
  BOOST_REQUIRE(within.not_on_normal_forms.size() == 1U);
  BOOST_TEST(within.not_on_normal_forms[0].reason == "the constraint Early is judged on states");
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(formulas_of_members)

// Everybody may ask, again and again, and is served.
template <class Mode>
struct Counter : Machine<Mode> {
  using Machine<Mode>::Machine;
  const Domain Process = interchangeable("process", "p", this->parameter("processes"));
  Map<Mode> waiting{*this, "waiting", Process, boolean()};
  void Init() { waiting.fill(0); }
  void Ask(int p) {
    WHEN(idle, waiting[p] == 0);
    THEN(ask, waiting[p] = 1);
  }
  void Serve(int p) {
    WHEN(waits, waiting[p] == 1);
    THEN(serve, waiting[p] = 0);
  }
  void Next() {
    ACTION(Ask, Process);
    ACTION(Serve, Process);
  }
};
System counter() {
  System system;
  system.name = "counter";
  system.parameters = {integer("processes", "", 0, 9, 2)};
  return define<Counter>(
      std::move(system),
      claims(named("Waiting", "", FOR_EVERY(Process),
                   [](const auto& s, int p) { return s.waiting[p] == 1; }),
             named("Same", "", FOR_EVERY(Process), FOR_EVERY(Process),
                   [](const auto& s, int p, int q) { return s.waiting[p] == s.waiting[q]; }),
             temporal("Served", "", "A p in process: Waiting(p) ~> !Waiting(p)")
                 .assuming("WF(Serve by process)")));
}

BOOST_AUTO_TEST_CASE(hold_for_each_member_or_name_one_for_whom_not) {
  const System system = counter();
  BOOST_TEST((run(system, {}, {"Served"}).verdict == Verdict::holds));
  const std::string served = "A p in process: Waiting(p) ~> !Waiting(p)";
  BOOST_TEST((run_ltl(system, served, {"WF(Serve by process)"}).verdict == Verdict::holds));
  const RunReport report = run_ltl(system, served, {"WF(Serve)"});
  BOOST_TEST((report.verdict == Verdict::violated));
  BOOST_TEST(members_of(report, *report.trace) == "p = p1");
  BOOST_TEST((run_ltl(system, "Waiting(p2) ~> !Waiting( p2 )", {"WF(Serve)"}).verdict ==
              Verdict::violated));
  // One of them is served, though not each.
  BOOST_TEST((run_ltl(system, "(A p in process: <>[]Waiting(p)) -> FALSE", {"WF(Serve)"}).verdict ==
              Verdict::holds));
  BOOST_TEST((run_ltl(system, R"(\E p \in process: []<>!Waiting(p))", {"WF(Serve)"}).verdict ==
              Verdict::holds));
  BOOST_TEST((run_ltl(system, "A p in process: A q in process: [](p = q -> Same(p, q))").verdict ==
              Verdict::holds));
  const RunReport pair = run_ltl(system, "A p in process: A q in process: p # q -> []Same(p,q)");
  BOOST_TEST((pair.verdict == Verdict::violated));
  BOOST_TEST(members_of(pair, *pair.trace) == "p = p1, q = p2");
}

std::string read(const std::string& input) {
  const std::vector<NamedMembers> domains = {
      {"process", {"p1", "p2"}}, {"path", {"0:1->2"}}, {"nobody", {}}};
  try {
    return text(parse_formula(input, nullptr, domains));
  } catch (const FormulaError& error) {
    return fmt::format("{}: {}", error.position, error.what());
  }
}

BOOST_AUTO_TEST_CASE(are_read_as_what_they_say_of_each_member) {
  const std::vector<std::pair<std::string, std::string>> rows = {
      {"A x in process: P(x)", "P(p1) && P(p2)"},
      {R"(\A x \in process : P(x) ~> Q(x))", "(P(p1) ~> Q(p1)) && (P(p2) ~> Q(p2))"},
      {"E x in process: P(x) && S", "P(p1) && S || P(p2) && S"},
      {"(E x in process: P(x)) && S", "(P(p1) || P(p2)) && S"},
      {"[] A x in process: P(x)", "[](P(p1) && P(p2))"},
      {"A x in process: A y in process: x # y => P(x,y)",
       "(false -> P(p1, p1)) && (true -> P(p1, p2)) && ((true -> P(p2, p1)) && (false -> P(p2, "
       "p2)))"},
      {"A x in process: A x in process: P(x)", "P(p1) && P(p2) && (P(p1) && P(p2))"},
      {"A x, y in process: P(x,y)", "P(p1, p1) && P(p1, p2) && (P(p2, p1) && P(p2, p2))"},
      {R"([] (\E x \in process, y \in path: P(x,y)))", "[](P(p1, 0:1->2) || P(p2, 0:1->2))"},
      {"E x in path, y, z in process: P(y) && S",
       "P(p1) && S || P(p1) && S || (P(p2) && S || P(p2) && S)"},
      {"A x in process, y in proces: P(x)", "21: no domain 'proces'; did you mean process?"},
      {"A x, x in process: P(x)", "5: 'x' twice"},
      {"A x in path: P(x)", "P(0:1->2)"},
      {"P( p1 ,p2 )", "P(p1, p2)"},
      {"A", "A"},
      {"A && E", "A && E"},
      {"A x in nobody: P(x)", "true"},
      {"E x in nobody: P(x)", "false"},
      {"A x in proces: P(x)", "7: no domain 'proces'; did you mean process?"},
      {"A x in process: P(x) &&", "23: expected a name, true, false, ! [] <> or (, found the end"},
      {"A x in process: P(x) R", "22: expected a name, true, false, ! [] <> or (, found the end"},
  };
  for (const auto& [input, expected] : rows)
    BOOST_TEST(read(input) == expected, input << " was read as " << read(input));
}

BOOST_AUTO_TEST_CASE(say_which_predicates_there_are) {
  const System system = counter();
  const auto said = [&](const std::string& formula) {
    return error_of([&] { run_ltl(system, formula); });
  };
  BOOST_TEST(said("[]Waiting(p3)") ==
             "'[]Waiting(p3)', character 3: no state predicate 'Waiting(p3)'; Waiting is said of "
             "process; did you mean Waiting(p1) or Waiting(p2)?");
  BOOST_TEST(said("[]Waiting") ==
             "'[]Waiting', character 3: no state predicate 'Waiting'; Waiting is said of process; "
             "did you mean Waiting(p1) or Waiting(p2)?");
}

// Fair to some of an action's steps only.
BOOST_AUTO_TEST_CASE(hold_for_those_to_whom_behaviours_are_fair) {
  struct Row {
    const char* fairness;
    bool first;
    bool second;
  };
  const auto holds = [](const System& system, const std::string& formula, const Row& row) {
    return run_ltl(system, formula, {row.fairness}).verdict == Verdict::holds;
  };
  const System system = counter();
  for (const Row& row : {Row{"WF(Serve by process)", true, true}, Row{"WF(Serve)", false, false},
                         Row{"WF(Serve(p1))", true, false}, Row{"WF(Serve(*))", false, false},
                         Row{"WF(Serve where process = p1)", true, false},
                         Row{"WF(Serve where process # p1)", false, true},
                         Row{"WF(Serve by process where process != p2)", true, false},
                         Row{"WF(Serve where process = p1, process = p2)", false, false},
                         Row{"SF(Ask(p2), Serve(p2))", false, true}}) {
    BOOST_TEST(holds(system, "Waiting(p1) ~> !Waiting(p1)", row) == row.first, row.fairness);
    BOOST_TEST(holds(system, "Waiting(p2) ~> !Waiting(p2)", row) == row.second, row.fairness);
  }
}

BOOST_AUTO_TEST_CASE(say_what_is_wrong_with_an_assumption) {
  const System system = counter();
  const std::vector<std::pair<std::string, std::string>> rows = {
      {"WF(Serve(p3))",
       "'WF(Serve(p3))', character 10: 'p3' is no member of {p1, p2}; did you mean "
       "p1 or p2?"},
      {"WF(Serve(p1, p2))", "'WF(Serve(p1, p2))', character 10: Serve has 1 argument"},
      {"WF(Serve where who = p1)",
       "'WF(Serve where who = p1)', character 16: Serve has no argument "
       "'who'; there are process"},
      {"WF(Serve where process p1)",
       "'WF(Serve where process p1)', character 24: = or # is wanted"},
      {"WF(Serve where process = )",
       "'WF(Serve where process = )', character 26: a member is wanted"},
  };
  for (const auto& [fairness, expected] : rows) {
    const std::string said = error_of([&] { run_ltl(system, "<>Waiting(p1)", {fairness}); });
    BOOST_TEST(said.starts_with(expected), said);
  }
}

struct Letter {
  int from;
  int to;
};

// Two letters, from p1 to p1 and from p1 to p2.
template <class Mode>
struct Post : Machine<Mode> {
  using Machine<Mode>::Machine;
  const Domain Process = enumeration("process", {"p1", "p2"});
  Network<Mode, Letter> msgs{*this, "msgs", {{"Letter", {{"from", Process}, {"to", Process}}}}};
  Set<Mode> got{*this, "got", Process};
  void Init() {
    msgs.send(Letter{0, 0});
    msgs.send(Letter{0, 1});
  }
  void Deliver(const Letter& letter) {
    THEN(receive, msgs.receive(letter));
    THEN(get, got.insert(letter.to));
  }
  void Next() { ACTION(Deliver, every<Letter>(msgs)); }
};

BOOST_AUTO_TEST_CASE(hold_for_those_to_whom_behaviours_are_fair_by_what_messages_say) {
  System system;
  system.name = "post";
  system.parameters = network_parameters(2, true);
  system = define<Post>(std::move(system),
                        claims(named("Got", "", FOR_EVERY(Process),
                                     [](const auto& s, int p) { return s.got.contains(p); })));
  struct Row {
    const char* fairness;
    bool first;
    bool second;
  };
  for (const Row& row :
       {Row{"WF(Deliver by to)", true, true}, Row{"WF(Deliver where to = p1)", true, false},
        Row{"WF(Deliver where to # p1)", false, true},
        Row{"WF(Deliver where from = to)", true, false},
        Row{"WF(Deliver where to # from)", false, true},
        Row{"WF(Deliver by to where from # p1)", false, false},
        Row{"WF(Deliver by to where from = p1, to = p2)", false, true}})
    for (const int p : {1, 2}) {
      const RunReport report =
          run_ltl(system, fmt::format("<>Got(p{})", p), {row.fairness}, {{"network", "reliable"}});
      const bool expected = p == 1 ? row.first : row.second;
      BOOST_TEST((report.verdict == (expected ? Verdict::holds : Verdict::violated)),
                 row.fairness << " for p" << p);
    }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace synod::test
