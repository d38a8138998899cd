// The oral message algorithm: its tables, what [LSP82] says of it, and its reduction.
// [LSP82] L. Lamport, R. Shostak, M. Pease, "The Byzantine Generals Problem", ACM TOPLAS 4(3),
// 1982.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <boost/test/unit_test.hpp>
#include <map>

#include "checker/input/input.hpp"
#include "checker/run/run.hpp"
#include "model/byzantine_om/byzantine_om.hpp"
#include "model/catalogue.hpp"
#include "tests/support/agreement.hpp"
#include "tests/support/labels.hpp"
#include "tests/support/protocol_checks.hpp"
#include "tests/support/reference_checker.hpp"
#include "tests/support/state_reader.hpp"

namespace synod::test {
namespace {

using byzantine_om::attack;
using byzantine_om::retreat;

const System& generals() {
  static const System system = byzantine_om_system();
  return system;
}

const std::vector<PinnedCount> quick_counts = {
    {"generals=4 m=1 traitors=1", 238, 263, 12},
    {"generals=3 m=0 traitors=0", 9, 9, 5},
    {"generals=3 m=1 traitors=0", 13, 13, 7},
    {"generals=4 m=1 traitors=1 tie=commander", 238, 263, 12},
    {"generals=4 m=1 traitors=1 reduction=yes", 120, 131, 12},
    {"generals=5 m=1 traitors=1", 816, 887, 19},
    {"generals=5 m=2 traitors=1", 50'784, 54'887, 43},
    {"generals=5 m=2 traitors=1 reduction=yes", 1'276, 1'417, 43},
};
const std::vector<PinnedCount> thorough_counts = {
    {"generals=7 m=2 traitors=1 reduction=yes", 20'664, 22'773, 159},
    {"generals=7 m=2 traitors=2 reduction=yes", 2'018'889, 3'088'579, 159},
};

const std::vector<NeededConjunct> needed = {
    {"Begin.once", "generals=4 m=1 traitors=1", "IC1", 13},
    {"Begin.loyal_commander_orders", "generals=4 m=1 traitors=1", "NoDeadlock", 2},
    {"LoyalSend.turn", "generals=4 m=1 traitors=1", "IC2", 5},
    {"LoyalSend.truth", "generals=4 m=1 traitors=1", "IC1", 12},
    {"TraitorSend.A2", "generals=4 m=1 traitors=1", "IC1", 12},
    {"TraitorSend.turn", "generals=4 m=1 traitors=1", "IC2", 4},
    {"TraitorSend.traitor", "generals=4 m=1 traitors=1", "IC1", 12},
    {"Silence.turn", "generals=4 m=1 traitors=1", "IC2", 4},
    {"Silence.A1", "generals=4 m=1 traitors=1", "IC1", 12},
    {"Silence.A3", "generals=4 m=1 traitors=1", "NoDeadlock", 3},
    {"Obey.all_received", "generals=4 m=1 traitors=1", "IC2", 3},
};

const std::vector<Breaker> breakers = {
    {"IC1", "generals=3 tie=commander", {}},
    {"IC2", "generals=3", {}},
    {"AttackObeyed", "", {"LoyalSend.receive"}},
    {"RetreatObeyed", "", {"Obey.obey"}},
    {"TraitorCommanderSplits", "", {"TraitorSend.receive"}},
    // A traitor's silence is a lie as well when the order was to attack.
    {"TraitorLieutenantLies", "", {"TraitorSend.receive", "Silence.receive"}},
    {"CanDecide", "", {"Silence.A3"}},
    {"NoDeadlock", "", {"Begin.command"}},
};

const std::vector<std::string> unbroken = {"TypeOK"};

/// A model under parameters, to be walked through by the names of its steps.
struct Walk {
  explicit Walk(const std::string& parameters, const std::vector<Drop>& drops = {})
      : model(
            generals().instantiate(resolve_parameters(generals(), assignments(parameters)), drops)),
        observer(model->observer()),
        state(observer->initial().front()) {}

  void step(const std::string& action) {
    const auto attempt = observer->attempt(state, parse_label(*observer, action));
    BOOST_REQUIRE_MESSAGE(attempt.enabled, action << " is disabled");
    state = attempt.after;
  }
  /// Takes the first step there is; false at the end.
  bool first_step(std::string& action) {
    const auto next = observer->successors(state, nullptr);
    if (next.empty()) return false;
    action = label_text(*observer, next.front().label);
    state = next.front().state;
    return true;
  }
  StateReader now() const { return {observer->variables(), state}; }

  std::unique_ptr<ModelInstance> model;
  std::unique_ptr<Observer> observer;
  Cells state;
};

void play(Walk& walk, const std::vector<std::string>& actions) {
  for (const std::string& action : actions) walk.step(action);
}

/// The number of a message by its label.
int message(const Observer& observer, const std::string& label) {
  for (const VariableInfo& variable : observer.variables())
    if (variable.name == "told")
      for (const int e : variable.index[0].domain)
        if (variable.index[0].domain.label(e) == label) return e;
  throw ModelError("no message " + label);
}

int told(const Walk& walk, const std::string& label) {
  return walk.now().value("told", {message(*walk.observer, label)});
}

RunReport check(const std::string& parameters, const std::vector<std::string>& drops,
                const std::vector<std::string>& properties) {
  RunRequest request;
  request.system = &generals();
  request.parameters = resolve_parameters(generals(), assignments(parameters));
  for (const std::string& part : drops) request.drops.push_back(without(part).drops.front());
  request.properties = properties;
  return run_check(request);
}

bool broken(const std::string& parameters, const std::vector<std::string>& drops,
            const std::vector<std::string>& properties) {
  const RunReport report = check(parameters, drops, properties);
  BOOST_REQUIRE(report.verdict != Verdict::incomplete);
  return report.verdict == Verdict::violated;
}

/// What OM(m) is asked with and without the reduction, and what the answers are.
struct Comparison {
  const char* parameters;
  std::vector<std::string> drops;
  bool breaks_ic2;
  bool breaks_either;
};

/// IC1 may fail with a loyal commander where IC2 fails as well; then the reduction is content with
/// IC2.
void compare_with_reduction(const std::vector<Comparison>& rows) {
  for (const Comparison& row : rows)
    for (const char* const reduction : {"no", "yes"})
      BOOST_TEST_CONTEXT(row.parameters << " reduction=" << reduction << " without "
                                        << fmt::format("{}", fmt::join(row.drops, ", "))) {
        const std::string parameters = fmt::format("{} reduction={}", row.parameters, reduction);
        BOOST_TEST(broken(parameters, row.drops, {"IC2"}) == row.breaks_ic2);
        BOOST_TEST(broken(parameters, row.drops, {"IC1", "IC2"}) == row.breaks_either);
      }
}

/// Figures 1 and 2: three generals, as lieutenants 1 and 2 see them.
const std::vector<std::string> figure_1 = {
    "Begin({2}, attack)",        "LoyalSend(0->1, attack)",         "LoyalSend(0->2, attack)",
    "LoyalSend(0:1->2, attack)", "TraitorSend(2, 0:2->1, retreat)", "Obey"};
const std::vector<std::string> figure_2 = {
    "Begin({0}, None)",          "TraitorSend(0, 0->1, attack)", "TraitorSend(0, 0->2, retreat)",
    "LoyalSend(0:1->2, attack)", "LoyalSend(0:2->1, retreat)",   "Obey"};

}  // namespace

BOOST_AUTO_TEST_SUITE(byzantine_om)

BOOST_AUTO_TEST_CASE(counts) {
  BOOST_TEST(count_faults(generals(), Tier::quick, quick_counts) == "");
}

BOOST_AUTO_TEST_CASE(counts_are_those_of_tlc) {
  const std::string record = read_file(SYNOD_SOURCE_DIR "/spec/byzantine_om/tlc.txt");
  BOOST_TEST(record_faults(generals(), Tier::quick, record) == "");
}

BOOST_AUTO_TEST_CASE(mutants) { BOOST_TEST(mutant_faults(generals()) == ""); }

BOOST_AUTO_TEST_CASE(every_conjunct_is_needed_or_excused) {
  BOOST_TEST(conjunct_faults(generals(), needed) == "");
}

BOOST_AUTO_TEST_CASE(every_property_can_be_broken) {
  BOOST_TEST(breaker_faults(generals(), breakers, unbroken) == "");
}

BOOST_AUTO_TEST_CASE(every_property_has_a_witness) { BOOST_TEST(witness_faults(generals()) == ""); }

// [LSP82] section 2, figures 1 and 2: lieutenant 1 does not know who the traitor is, nor what the
// commander really told lieutenant 2: he himself is told the same in both.
BOOST_AUTO_TEST_CASE(lieutenant_1_cannot_tell_the_figures_apart) {
  for (const char* const tie : {"retreat", "commander"}) {
    Walk traitor_lieutenant(fmt::format("generals=3 tie={}", tie));
    Walk traitor_commander(fmt::format("generals=3 tie={}", tie));
    play(traitor_lieutenant, figure_1);
    play(traitor_commander, figure_2);
    for (const char* const heard : {"0->1", "0:2->1"})
      BOOST_TEST(told(traitor_lieutenant, heard) == told(traitor_commander, heard));
    const int obeyed = traitor_lieutenant.now().value("obeys", {1});
    BOOST_TEST(traitor_commander.now().value("obeys", {1}) == obeyed);
    // Whatever he does: attack, and lieutenant 2, who was told to retreat, does not follow in the
    // second figure; retreat, and he disobeys a loyal commander in the first.
    BOOST_TEST((obeyed == attack ? traitor_commander.now().value("obeys", {2}) == retreat
                                 : traitor_lieutenant.now().value("order") == attack));
  }
}

// [LSP82] section 3, figure 3: with lieutenant 3 a traitor, lieutenant 2 has v, v and whatever
// lieutenant 3 says, the majority of which is v.
BOOST_AUTO_TEST_CASE(four_generals_and_a_traitor_lieutenant) {
  for (const char* const order : {"attack", "retreat"})
    for (const char* const lie : {"attack", "retreat"}) {
      Walk walk("generals=4");
      const auto send = [&](const char* e) {
        walk.step(fmt::format("LoyalSend({}, {})", e, order));
      };
      walk.step(fmt::format("Begin({{3}}, {})", order));
      for (const char* const e : {"0->1", "0->2", "0->3", "0:1->2", "0:1->3", "0:2->1", "0:2->3"})
        send(e);
      walk.step(fmt::format("TraitorSend(3, 0:3->1, {})", lie));
      walk.step(fmt::format("TraitorSend(3, 0:3->2, {})", lie));
      walk.step("Obey");
      BOOST_TEST(walk.now().value("obeys", {2}) == walk.now().value("order"));
    }
}

// [LSP82] section 3, figure 4: a traitor commander sends x, y, z. Each lieutenant gets one of them
// from him and the other two from the others, so all three take the same majority.
BOOST_AUTO_TEST_CASE(four_generals_and_a_traitor_commander) {
  Walk walk("generals=4");
  const ReferenceResult graph = reference_check(*walk.model);
  std::size_t ends = 0;
  for (std::size_t s = 0; s < graph.states.size(); ++s) {
    walk.state = graph.states[s];
    const StateReader state = walk.now();
    if (!graph.edges[s].empty() || state.value("order") != none) continue;
    ++ends;
    for (const int i : {1, 2, 3})
      for (const int j : {1, 2, 3})
        if (i != j)
          BOOST_REQUIRE(told(walk, fmt::format("0:{}->{}", j, i)) ==
                        told(walk, fmt::format("0->{}", j)));
  }
  BOOST_TEST(ends == 8U);  // one for each x, y, z
}

// [LSP82] section 3: OM(m) invokes n-1 executions of OM(m-1), each of which invokes n-2 of
// OM(m-2), and so on: the last round has (n-1)(n-2)...(n-m-1) messages. Counted as they are sent.
BOOST_AUTO_TEST_CASE(messages_sent) {
  const std::map<std::string, std::vector<std::size_t>> table = {
      {"generals=3 m=0 traitors=0", {2}},
      {"generals=3 m=1 traitors=0", {2, 2}},
      {"generals=4 m=1", {3, 9 - 3}},
      {"generals=5 m=2", {4, 12, 24}},
      {"generals=7 m=2 reduction=yes", {6, 30, 120}},
      {"generals=7 m=3 traitors=0", {6, 30, 120, 360}},
  };
  for (const auto& [parameters, expected] : table) {
    Walk walk(parameters);
    std::vector<std::size_t> sent;
    for (std::string action; walk.first_step(action);) {
      const auto arrow = action.find("->");
      if (arrow == std::string::npos) continue;
      const auto round = static_cast<std::size_t>(std::count(action.begin(), action.end(), ':'));
      sent.resize(std::max(sent.size(), round + 1));
      ++sent[round];
    }
    BOOST_TEST(sent == expected, parameters);
    std::size_t all = 0;
    for (const std::size_t round : sent) all += round;
    const RunReport report = check(parameters, {}, {"NoDeadlock"});
    // Every behaviour has one step a message, and besides Init, Begin and Obey.
    BOOST_TEST(report.result.depth == all + 3, parameters);
  }
}

// [LSP82] section 3, Lemma 1: IC2 if there are more than 2k + m generals and at most k traitors.
// Theorem 1: IC1 and IC2 if there are more than 3m generals and at most m traitors.
BOOST_AUTO_TEST_CASE(lemma_1_and_theorem_1) {
  for (int n = 3; n <= 6; ++n)
    for (int m = 0; m <= std::min(n - 2, 2); ++m)
      for (int k = 0; k <= std::min(n - 2, 2); ++k) {
        const std::string parameters =
            fmt::format("generals={} m={} traitors={} reduction=yes", n, m, k);
        BOOST_TEST_CONTEXT(parameters) {
          const bool enough_for_ic2 = n > 2 * k + m;
          if (enough_for_ic2) BOOST_TEST(!broken(parameters, {}, {"IC2"}));
          if (n > 3 * m && k <= m) BOOST_TEST(!broken(parameters, {}, {"IC1", "IC2"}));
          // The lemma's bound is the best there is for OM(m), but for OM(0), which nobody disturbs.
          if (!enough_for_ic2 && m > 0) BOOST_TEST(broken(parameters, {}, {"IC2"}));
        }
      }
}

// [LSP82] section 3: A3 is against a traitor who would prevent a decision by not sending anything.
// It is for that only: what a receiver reads in place of a message that does not come, a traitor
// might have sent.
BOOST_AUTO_TEST_CASE(a3_is_for_the_decision_alone) {
  for (const char* const parameters : {"generals=4", "generals=5", "generals=4 tie=commander"}) {
    BOOST_TEST(!broken(parameters, {"Silence.A3"}, {"IC1", "IC2"}));
    BOOST_TEST(broken(parameters, {"Silence.A3"}, {"CanDecide"}));
  }
}

// One message lost, or one spoken in the name of another, is enough: lieutenant 1 of four then has
// two words for retreat out of three.
BOOST_AUTO_TEST_CASE(one_message_lost_or_forged_is_enough) {
  Walk lost("generals=4", without("Silence.A1").drops);
  play(lost, {"Begin({3}, attack)", "Silence(0->1, retreat)", "LoyalSend(0->2, attack)",
              "LoyalSend(0->3, attack)", "LoyalSend(0:1->2, retreat)", "LoyalSend(0:1->3, retreat)",
              "LoyalSend(0:2->1, attack)", "LoyalSend(0:2->3, attack)",
              "TraitorSend(3, 0:3->1, retreat)", "TraitorSend(3, 0:3->2, attack)", "Obey"});
  Walk forged("generals=4", without("TraitorSend.A2").drops);
  play(forged, {"Begin({3}, attack)", "LoyalSend(0->1, attack)", "LoyalSend(0->2, attack)",
                "LoyalSend(0->3, attack)", "LoyalSend(0:1->2, attack)", "LoyalSend(0:1->3, attack)",
                "TraitorSend(3, 0:2->1, retreat)", "LoyalSend(0:2->3, attack)",
                "TraitorSend(3, 0:3->1, retreat)", "TraitorSend(3, 0:3->2, attack)", "Obey"});
  for (const Walk* walk : {&lost, &forged}) {
    BOOST_TEST(walk->now().value("obeys", {1}) == retreat);
    BOOST_TEST(walk->now().value("obeys", {2}) == attack);
  }
}

// [LSP82] section 3: A1 and A2 keep a traitor out of what two other generals tell each other.
// Without either, both conditions fall.
BOOST_AUTO_TEST_CASE(a1_and_a2_are_for_both_conditions) {
  for (const char* const assumption : {"Silence.A1", "TraitorSend.A2"})
    for (const char* const property : {"IC1", "IC2"})
      BOOST_TEST(broken("generals=4", {assumption}, {property}));
}

BOOST_AUTO_TEST_CASE(the_reduction_changes_no_verdict) {
  compare_with_reduction({
      // clang-format off
      {"generals=4",                   {},                  false, false},
      {"generals=5",                   {},                  false, false},
      {"generals=5 m=2",               {},                  false, false},
      {"generals=4 tie=commander",     {},                  false, false},
      {"generals=5 tie=commander",     {},                  false, true},
      {"generals=3",                   {},                  true,  true},
      {"generals=3 tie=commander",     {},                  false, true},
      {"generals=4 m=0",               {},                  false, true},
      {"generals=4 m=2",               {},                  true,  true},
      {"generals=4 m=2 tie=commander", {},                  false, false},
      {"generals=4 traitors=2",        {},                  true,  true},
      {"generals=5 traitors=2",        {},                  true,  true},
      {"generals=4",                   {"Silence.A1"},      true,  true},
      {"generals=4",                   {"TraitorSend.A2"},  true,  true},
      {"generals=4",                   {"Silence.A3"},      false, false},
      {"generals=4",                   {"LoyalSend.truth"}, true,  true},
      {"generals=5",                   {"Silence.A1"},      true,  true},
      {"generals=5",                   {"Silence.A3"},      false, false},
      // clang-format on
  });
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(byzantine_om_thorough)

BOOST_AUTO_TEST_CASE(counts) {
  BOOST_TEST(count_faults(generals(), Tier::thorough, thorough_counts) == "");
}

BOOST_AUTO_TEST_CASE(the_reduction_changes_no_verdict) {
  compare_with_reduction({
      // clang-format off
      {"generals=5",            {"TraitorSend.A2"}, true,  true},
      {"generals=6 m=1",        {},                 false, false},
      {"generals=7 m=1",        {},                 false, false},
      {"generals=7 traitors=2", {},                 false, true},
      // clang-format on
  });
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace synod::test
