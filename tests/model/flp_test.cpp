// Consensus with one faulty process: its tables, and what [FLP85] and [BO83] say of it.
// [FLP85] M. Fischer, N. Lynch, M. Paterson, "Impossibility of Distributed Consensus with One
//       Faulty Process", JACM 32(2), 1985.
// [BO83] M. Ben-Or, "Another Advantage of Free Choice", PODC 1983, protocol A.
#include <algorithm>
#include <array>
#include <boost/test/unit_test.hpp>
#include <map>
#include <optional>
#include <set>

#include "checker/report/text.hpp"
#include "checker/run/scenario.hpp"
#include "model/catalogue.hpp"
#include "model/flp/flp.hpp"
#include "tests/support/protocol_checks.hpp"
#include "tests/support/state_space.hpp"

namespace synod::test {
namespace {

using synod::flp::Phase;
using synod::flp::unsure;

const System& consensus() {
  static const System system = flp_system();
  return system;
}

const std::vector<PinnedCount> quick_counts = {
    {"candidate=rounds", 18'430, 65'048, 26},
    {"candidate=rounds crashes=0", 5'182, 17'174, 25},
    {"candidate=rounds lead=2", 30'670, 112'580, 28},
    {"candidate=rounds processes=2", 214, 340, 15},
    {"candidate=all", 1'696, 5'648, 11},
    {"candidate=all crashes=0", 640, 1'808, 10},
    {"candidate=all processes=4", 144'272, 1'011'088, 18},
    {"candidate=all_but_one", 888, 2'204, 8},
    {"candidate=all_but_one processes=2", 48, 68, 4},
    {"candidate=all_but_one processes=4", 48'300, 302'208, 14},
    {"candidate=leader", 592, 1'400, 7},
    {"candidate=leader crashes=0", 168, 336, 6},
};
const std::vector<PinnedCount> thorough_counts = {
    {"candidate=rounds lead=3", 42'658, 158'768, 32},
    {"candidate=rounds processes=4", 10'068'912, 65'277'632, 63},
};

const std::vector<NeededConjunct> needed = {
    {"Start.ready", "candidate=rounds", "DownMeansSilent", 3},
    {"ReceiveInput.waiting", "candidate=all", "DownMeansSilent", 6},
    {"ReceiveInput.on_its_way", "candidate=all", "Agreement", 7},
    {"ReceiveReport.waiting", "candidate=rounds", "DownMeansSilent", 4},
    {"ReceiveProposal.waiting", "candidate=rounds", "DownMeansSilent", 6},
    {"ReceiveProposal.on_its_way", "candidate=rounds", "Irrevocable", 17},
    {"Crash.at_most", "candidate=rounds", "NoDeadlock", 4},
};

const std::vector<Breaker> breakers = {
    {"Agreement", "candidate=all_but_one claim=consensus", {}},
    {"Validity", "candidate=all", {"Start.ready"}},
    {"Irrevocable", "candidate=all_but_one", {"ReceiveInput.waiting"}},
    {"DownMeansSilent", "", {"Start.ready"}},
    {"OneValueARound", "", {"Start.ready"}},
    {"ZeroDecided", "", {"ReceiveProposal.decide"}},
    {"OneDecided", "candidate=all", {"ReceiveInput.decide"}},
    {"SomeDecided", "candidate=all", {"ReceiveInput.receive"}},
    {"AllDecided", "candidate=all_but_one", {"ReceiveInput.decide"}},
    {"DecidedWhileOneIsDown", "candidate=all", {"ReceiveInput.decide"}},
    {"ZeroOfBoth", "", {"ReceiveReport.turn"}},
    {"OneOfBoth", "", {"ReceiveReport.propose"}},
    {"DecidedThoughSomeAreUnsure", "", {"ReceiveProposal.receive"}},
    {"Disagreement", "candidate=all_but_one", {"ReceiveInput.decide"}},
    {"Blocked", "candidate=all", {"Crash.stop"}},
    {"CanDecide", "candidate=all claim=consensus", {}},
    {"NoDeadlock", "", {"ReceiveReport.propose"}},
    {"UnanimousDecide", "candidate=all_but_one", {"ReceiveInput.decide"}},
    {"Termination", "candidate=all", {}},
};

const std::vector<std::string> unbroken = {"TypeOK"};

constexpr int majority = 2;  // of three

/// All reachable states and steps of an instance, and which decisions each state leads to.
struct Space : StateSpace {
  explicit Space(const std::string& text)
      : StateSpace(consensus(), text),
        n(parameters["processes"]),
        values{leads_to(0), leads_to(1)} {
    for (std::size_t s = 0; s < size(); ++s) number_of.emplace(graph.states[s], s);
  }

  bool decided(std::size_t state, int v) const {
    for (int p = 0; p < n; ++p)
      if (at(state).value("y", {p}) == v) return true;
    return false;
  }
  /// [FLP85] section 3: both decisions can be reached from a bivalent configuration, only v from a
  /// v-valent one.
  bool leads_to(std::size_t state, int v) const {
    return values[static_cast<std::size_t>(v)][state];
  }
  bool bivalent(std::size_t state) const { return leads_to(state, 0) && leads_to(state, 1); }
  std::string valence(std::size_t state) const {
    if (bivalent(state)) return "bivalent";
    return leads_to(state, 0) ? "0-valent" : leads_to(state, 1) ? "1-valent" : "stuck";
  }

  /// The valences of the initial configurations, by their inputs: "011".
  std::map<std::string, std::string> initial_valences() const {
    std::map<std::string, std::string> result;
    for (std::size_t s = 0; s < graph.levels[0]; ++s) {
      std::string inputs;
      for (int p = 0; p < n; ++p) inputs += std::to_string(at(s).value("x", {p}));
      result[inputs] = valence(s);
    }
    return result;
  }

  int n;
  std::map<Cells, std::size_t> number_of;

 private:
  /// Backwards from the states where v is decided.
  std::vector<bool> leads_to(int v) const {
    std::vector<std::vector<std::size_t>> before(size());
    for (std::size_t from = 0; from < size(); ++from)
      for (const Edge& edge : graph.edges[from]) before[edge.to].push_back(from);
    std::vector<bool> leads(size());
    std::vector<std::size_t> queue;
    for (std::size_t s = 0; s < size(); ++s) {
      leads[s] = decided(s, v);
      if (leads[s]) queue.push_back(s);
    }
    while (!queue.empty()) {
      const std::size_t state = queue.back();
      queue.pop_back();
      for (const std::size_t from : before[state]) {
        if (leads[from]) continue;
        leads[from] = true;
        queue.push_back(from);
      }
    }
    return leads;
  }

  std::array<std::vector<bool>, 2> values;
};

const Space& in_rounds() {
  static const Space space("candidate=rounds");
  return space;
}
const Space& in_rounds_without_crash() {
  static const Space space("candidate=rounds crashes=0");
  return space;
}
const Space& waiting_for_all() {
  static const Space space("candidate=all");
  return space;
}
const Space& waiting_for_all_but_one() {
  static const Space space("candidate=all_but_one");
  return space;
}
const Space& waiting_for_the_leader() {
  static const Space space("candidate=leader");
  return space;
}

bool is_up(const StateReader& state, int p) {
  return state.value("phase", {p}) != static_cast<int>(Phase::down);
}
/// What p and another have said in p's round, in a phase.
std::multiset<int> said(const StateReader& state, const char* phase, int p, int q) {
  const int r = state.value("round", {p});
  return {state.value(phase, {p, r}), state.value(phase, {q, r})};
}

}  // namespace

BOOST_AUTO_TEST_SUITE(flp)

BOOST_AUTO_TEST_CASE(counts) {
  BOOST_TEST(count_faults(consensus(), Tier::quick, quick_counts) == "");
}

BOOST_AUTO_TEST_CASE(counts_are_those_of_tlc) {
  const std::string record = read_file(SYNOD_SOURCE_DIR "/spec/flp/tlc.txt");
  BOOST_TEST(record_faults(consensus(), Tier::quick, record) == "");
}

BOOST_AUTO_TEST_CASE(mutants) { BOOST_TEST(mutant_faults(consensus()) == ""); }

BOOST_AUTO_TEST_CASE(every_conjunct_is_needed_or_excused) {
  BOOST_TEST(conjunct_faults(consensus(), needed) == "");
}

BOOST_AUTO_TEST_CASE(every_assumption_is_needed) {
  BOOST_TEST(assumption_faults(consensus()) == "");
}

BOOST_AUTO_TEST_CASE(every_property_can_be_broken) {
  BOOST_TEST(breaker_faults(consensus(), breakers, unbroken, "candidate=all") == "");
}

BOOST_AUTO_TEST_CASE(every_property_has_a_witness) {
  BOOST_TEST(witness_faults(consensus()) == "");
}

BOOST_AUTO_TEST_CASE(scenarios) {
  for (const Scenario& scenario : consensus().scenarios)
    BOOST_TEST(play(consensus(), scenario, {}, {}).unexpected == "", scenario.name);
}

// [FLP85] section 2: an initial configuration is one in which each process is in an initial state
// and the message buffer is empty; the inputs are free.
BOOST_AUTO_TEST_CASE(every_vector_of_inputs_is_an_initial_configuration) {
  for (const Space* space :
       {&in_rounds(), &waiting_for_all(), &waiting_for_all_but_one(), &waiting_for_the_leader()}) {
    BOOST_TEST(space->graph.levels[0] == 8U);
    BOOST_TEST(space->initial_valences().size() == 8U);
  }
}

// [FLP85] Lemma 1: schedules in which disjoint sets of processes take steps commute.
// What a crash may keep another from is crashing.
BOOST_AUTO_TEST_CASE(lemma_1_steps_of_different_processes_commute) {
  for (const Space* space :
       {&in_rounds(), &waiting_for_all(), &waiting_for_all_but_one(), &waiting_for_the_leader()}) {
    const auto& actions = space->observer->actions();
    const auto action_of = [&](std::uint32_t label) -> const ActionInfo& {
      return *std::find_if(actions.begin(), actions.end(),
                           [&](const ActionInfo& action) { return action.has(label); });
    };
    const auto after = [&](std::size_t state, std::uint32_t label) -> std::optional<std::size_t> {
      for (const Edge& edge : space->graph.edges[state])
        if (edge.label == label) return edge.to;
      return std::nullopt;
    };
    std::size_t pairs = 0;
    for (std::size_t s = 0; s < space->size(); ++s)
      for (const Edge& one : space->graph.edges[s])
        for (const Edge& other : space->graph.edges[s]) {
          const ActionInfo& first = action_of(one.label);
          const ActionInfo& second = action_of(other.label);
          if (first.arguments(one.label)[0] >= second.arguments(other.label)[0]) continue;
          if (first.name == "Crash" && second.name == "Crash") continue;
          ++pairs;
          const auto end = after(one.to, other.label);
          BOOST_REQUIRE(end.has_value());
          BOOST_REQUIRE((end == after(other.to, one.label)));
        }
    BOOST_TEST(pairs > 0U);
  }
}

// [FLP85] Lemma 2: a protocol that is totally correct in spite of one fault has a
// bivalent initial configuration. Those that decide though one is down have one, and it is next to
// one that is not: they differ in one input. Those that a crash blocks have none.
BOOST_AUTO_TEST_CASE(lemma_2_bivalent_initial_configurations) {
  const std::map<std::string, std::string> one_zero_is_not_enough = {
      {"000", "0-valent"}, {"001", "0-valent"}, {"010", "0-valent"}, {"011", "bivalent"},
      {"100", "0-valent"}, {"101", "bivalent"}, {"110", "bivalent"}, {"111", "1-valent"}};
  BOOST_TEST((in_rounds().initial_valences() == one_zero_is_not_enough));
  BOOST_TEST((waiting_for_all_but_one().initial_valences() == one_zero_is_not_enough));
  for (const auto& [inputs, valence] : waiting_for_all().initial_valences())
    BOOST_TEST(valence == (inputs == "111" ? "1-valent" : "0-valent"), inputs);
  for (const auto& [inputs, valence] : waiting_for_the_leader().initial_valences())
    BOOST_TEST(valence == (inputs[0] == '1' ? "1-valent" : "0-valent"), inputs);
}

// [FLP85] Theorem 1: there is an admissible run of `rounds` that never decides. It is a
// cycle, in which nobody crashes, every process takes steps, and a message that is on its way is
// received, or the phase of its receiver ends that asks for it. Every configuration is bivalent.
BOOST_AUTO_TEST_CASE(rounds_may_go_on_for_ever) {
  const Space& space = in_rounds_without_crash();
  const auto scenario = std::find_if(consensus().scenarios.begin(), consensus().scenarios.end(),
                                     [](const Scenario& one) { return one.name == "for_ever"; });
  BOOST_REQUIRE((scenario != consensus().scenarios.end()));
  const Trace trace = play(consensus(), *scenario, {}, {}).trace;
  const std::size_t begin = 3;  // all have reported
  BOOST_REQUIRE((trace.states.size() > begin + 1));
  BOOST_TEST((trace.states.back() == trace.states[begin]));

  std::set<std::uint32_t> always_enabled;  // throughout the cycle
  std::set<std::uint32_t> taken;
  std::set<int> moved;
  for (std::size_t i = begin; i + 1 < trace.states.size(); ++i) {
    const std::size_t s = space.number_of.at(trace.states[i]);
    BOOST_TEST(space.bivalent(s));
    BOOST_TEST((!space.decided(s, 0) && !space.decided(s, 1)));
    std::set<std::uint32_t> enabled;
    for (const Edge& edge : space.graph.edges[s]) enabled.insert(edge.label);
    if (i == begin) always_enabled = enabled;
    std::erase_if(always_enabled, [&](std::uint32_t label) { return !enabled.contains(label); });
    const std::uint32_t label = parse_step(*space.observer, trace.states[i], trace.actions[i]);
    taken.insert(label);
    for (const ActionInfo& action : space.observer->actions())
      if (action.has(label)) moved.insert(action.arguments(label)[0]);
  }
  BOOST_TEST(moved.size() == 3U);
  for (const std::uint32_t label : always_enabled) BOOST_TEST(taken.contains(label));
}

// Who waits for all inputs, or for the leader's, is blocked by one who is down before he has said
// his, and by nothing else.
BOOST_AUTO_TEST_CASE(only_a_crash_before_the_first_step_blocks) {
  for (const Space* space : {&waiting_for_all(), &waiting_for_the_leader()}) {
    std::size_t blocked = 0;
    for (std::size_t s = 0; s < space->size(); ++s) {
      if (!space->graph.edges[s].empty()) continue;
      const StateReader state = space->at(s);
      bool somebody_waits = false;
      bool somebody_said_nothing = false;
      for (int p = 0; p < space->n; ++p) {
        somebody_waits = somebody_waits || (is_up(state, p) && state.value("y", {p}) == none);
        somebody_said_nothing = somebody_said_nothing || state.value("report", {p, 0}) == none;
      }
      blocked += somebody_waits ? 1 : 0;
      BOOST_TEST((!somebody_waits || somebody_said_nothing));
    }
    BOOST_TEST(blocked > 0U);
  }
}

// all_but_one always ends, and then whoever is up has decided: no step can be taken twice.
BOOST_AUTO_TEST_CASE(all_but_one_always_decides) {
  const Space& space = waiting_for_all_but_one();
  std::vector<std::size_t> steps_into(space.size());
  space.each_edge([&](std::size_t, const Edge& edge, const auto&) { ++steps_into[edge.to]; });
  std::vector<std::size_t> queue;
  for (std::size_t s = 0; s < space.size(); ++s)
    if (steps_into[s] == 0) queue.push_back(s);
  std::size_t sorted = 0;
  while (!queue.empty()) {
    const std::size_t state = queue.back();
    queue.pop_back();
    ++sorted;
    for (const Edge& edge : space.graph.edges[state])
      if (--steps_into[edge.to] == 0) queue.push_back(edge.to);
  }
  BOOST_TEST(sorted == space.size());  // there is no cycle
  for (std::size_t s = 0; s < space.size(); ++s)
    for (int p = 0; p < space.n && space.graph.edges[s].empty(); ++p)
      BOOST_REQUIRE((!is_up(space.at(s), p) || space.at(s).value("y", {p}) != none));
}

// [BO83] step 2: a value that more than n/2 of the reports have is proposed, else none; of three
// processes, two reports are waited for.
BOOST_AUTO_TEST_CASE(a_majority_is_proposed) {
  std::size_t sure = 0;
  in_rounds().each_step_of("ReceiveReport", [&](const StateReader& before, const StateReader& after,
                                                const std::vector<int>& pq) {
    const int r = before.value("round", {pq[0]});
    const std::multiset<int> heard = said(before, "report", pq[0], pq[1]);
    const bool same = heard.count(*heard.begin()) >= majority;
    sure += same ? 1 : 0;
    BOOST_REQUIRE((!heard.contains(none)));
    BOOST_REQUIRE(after.value("proposal", {pq[0], r}) == (same ? *heard.begin() : unsure));
    // What stands for the coin.
    if (!same) BOOST_REQUIRE(after.value("estimate", {pq[0]}) == *heard.begin());
  });
  BOOST_TEST(sure > 0U);
}

// [BO83] step 3: one proposal of v makes v the process's own value, more than f decide.
BOOST_AUTO_TEST_CASE(more_than_f_proposals_decide) {
  std::size_t decisions = 0;
  in_rounds().each_step_of(
      "ReceiveProposal",
      [&](const StateReader& before, const StateReader& after, const std::vector<int>& pq) {
        const std::multiset<int> heard = said(before, "proposal", pq[0], pq[1]);
        BOOST_REQUIRE((!heard.contains(none)));
        for (const int v : {0, 1}) {
          if (heard.contains(v)) BOOST_REQUIRE(after.value("estimate", {pq[0]}) == v);
          if (heard.count(v) == 2) BOOST_REQUIRE(after.value("y", {pq[0]}) == v);
          decisions += heard.count(v) == 2 ? 1 : 0;
        }
        if (heard.contains(unsure))
          BOOST_REQUIRE(after.value("y", {pq[0]}) == before.value("y", {pq[0]}));
        // And the next round begins with a report of that value.
        BOOST_REQUIRE(after.value("report", {pq[0], after.value("round", {pq[0]})}) ==
                      after.value("estimate", {pq[0]}));
      });
  BOOST_TEST(decisions > 0U);
}

// [BO83]: if all processes begin a round with the same value v, all decide v in it. So
// nobody is ever unsure then, nor proposes or decides anything else.
BOOST_AUTO_TEST_CASE(equal_inputs_are_decided_at_once) {
  BOOST_TEST(in_rounds().exceptions([](const StateReader& state) {
    const int v = state.value("x", {0});
    for (int p = 0; p < 3; ++p)
      if (state.value("x", {p}) != v) return true;
    for (int p = 0; p < 3; ++p) {
      for (const int r : {0, 1}) {
        const int proposed = state.value("proposal", {p, r});
        if (proposed != none && proposed != v) return false;
      }
      const int decision = state.value("y", {p});
      if (decision != none && decision != v) return false;
      if (state.value("round", {p}) > 0 && decision != v) return false;
    }
    return true;
  }) == 0U);
}

// Rounds are counted from the slowest who is up, and nothing is kept of a round before his.
BOOST_AUTO_TEST_CASE(rounds_are_counted_from_the_slowest) {
  BOOST_TEST(in_rounds().exceptions([](const StateReader& state) {
    int slowest = 1;
    for (int p = 0; p < 3; ++p)
      if (is_up(state, p)) slowest = std::min(slowest, state.value("round", {p}));
    return slowest == 0;
  }) == 0U);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(flp_thorough)

BOOST_AUTO_TEST_CASE(counts) {
  BOOST_TEST(count_faults(consensus(), Tier::thorough, thorough_counts) == "");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace synod::test
