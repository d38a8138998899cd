// Two-Phase Commit: its tables, and what [GL06] says of it.
// [GL06] J. Gray, L. Lamport, "Consensus on Transaction Commit", ACM TODS 31(1), 2006.
#include <boost/test/unit_test.hpp>

#include "checker/input/input.hpp"
#include "checker/report/trace.hpp"
#include "model/catalogue.hpp"
#include "model/transaction_commit/transaction_commit.hpp"
#include "tests/support/agreement.hpp"
#include "tests/support/labels.hpp"
#include "tests/support/protocol_checks.hpp"
#include "tests/support/state_space.hpp"

namespace synod::test {
namespace {

using transaction_commit::RMState;
using transaction_commit::TMState;

const System& two_phase_commit() {
  static const System system = transaction_commit_system();
  return system;
}

// 288 and 8,832 are also what Stateright's examples/2pc.rs finds for 3 and 5 resource managers.
const std::vector<PinnedCount> quick_counts = {
    {"participants=3", 288, 1'146, 11},
    {"participants=5", 8'832, 58'146, 17},
    {"participants=6", 50'816, 402'306, 20},
};
const std::vector<PinnedCount> thorough_counts = {
    {"participants=7", 296'448, 2'744'706, 23},
    {"participants=9", 10'340'352, 123'558'402, 29},
};

const std::vector<NeededConjunct> needed = {
    {"TMRcvPrepared.reported", "participants=3", "CommitNeedsAllPrepared", 5},
    {"TMCommit.undecided", "participants=3", "Irrevocable", 9},
    {"TMCommit.all_prepared", "participants=3", "CommitNeedsAllPrepared", 2},
    {"TMAbort.undecided", "participants=3", "Irrevocable", 9},
    {"RMPrepare.working", "participants=3", "Irrevocable", 3},
    {"RMChooseToAbort.working", "participants=3", "CommitNeedsAllPrepared", 9},
    {"RMRcvCommitMsg.announced", "participants=3", "Irrevocable", 3},
    {"RMRcvAbortMsg.announced", "participants=3", "CommitNeedsAllPrepared", 9},
};

const std::vector<Breaker> breakers = {
    {"TCConsistent", "", {"TMCommit.all_prepared"}},
    {"CommitNeedsAllPrepared", "", {"RMPrepare.prepare"}},
    {"Irrevocable", "", {"TMCommit.undecided"}},
    {"AllCommit", "", {"TMRcvPrepared.note"}},
    // Either way to abort is enough by itself.
    {"AllAbort", "", {"RMChooseToAbort.abort", "RMRcvAbortMsg.abort"}},
    {"CanDecide", "", {"TMAbort.announce"}},
    {"Terminates", "", {"TMAbort.announce"}},
    {"NoDeadlock", "", {"TMCommit.announce"}},
};

// Every value that an action writes is in the range of its variable, whatever guard is left out.
const std::vector<std::string> unbroken = {"TypeOK"};

/// Three resource managers, all reachable states and steps.
struct Space : StateSpace {
  Space() : StateSpace(two_phase_commit(), "participants=3") {}

  RMState rm(std::size_t state, int r) const {
    return static_cast<RMState>(at(state).value("rmState", {r}));
  }
  bool any(std::size_t state, RMState wanted) const {
    for (int r = 0; r < 3; ++r)
      if (rm(state, r) == wanted) return true;
    return false;
  }
  std::string action(const Edge& edge) const { return label_text(*observer, edge.label); }
  /// Calls visit(from, edge) for every step that changes something.
  template <class Visit>
  void each_step(Visit&& visit) const {
    for (std::size_t from = 0; from < graph.states.size(); ++from)
      for (const Edge& edge : graph.edges[from])
        if (edge.to != from) visit(from, edge);
  }
};

const Space& space() {
  static const Space all;
  return all;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(transaction_commit)

BOOST_AUTO_TEST_CASE(counts) {
  BOOST_TEST(count_faults(two_phase_commit(), Tier::quick, quick_counts) == "");
}

BOOST_AUTO_TEST_CASE(counts_are_those_of_tlc) {
  const std::string record = read_file(SYNOD_SOURCE_DIR "/spec/transaction_commit/tlc.txt");
  BOOST_TEST(record_faults(two_phase_commit(), Tier::quick, record) == "");
}

BOOST_AUTO_TEST_CASE(mutants) { BOOST_TEST(mutant_faults(two_phase_commit()) == ""); }

BOOST_AUTO_TEST_CASE(every_conjunct_is_needed_or_excused) {
  BOOST_TEST(conjunct_faults(two_phase_commit(), needed) == "");
}

BOOST_AUTO_TEST_CASE(every_property_can_be_broken) {
  BOOST_TEST(breaker_faults(two_phase_commit(), breakers, unbroken) == "");
}

BOOST_AUTO_TEST_CASE(every_assumption_is_needed) {
  BOOST_TEST(assumption_faults(two_phase_commit()) == "");
}

BOOST_AUTO_TEST_CASE(every_property_has_a_witness) {
  BOOST_TEST(witness_faults(two_phase_commit()) == "");
}

// [GL06] section 2, Stability: "Once an RM has entered the committed or aborted state, it remains
// in that state forever."
BOOST_AUTO_TEST_CASE(stability) {
  std::size_t broken = 0;
  space().each_step([&](std::size_t from, const Edge& edge) {
    for (int r = 0; r < 3; ++r) {
      const RMState before = space().rm(from, r);
      const bool is_final = before == RMState::committed || before == RMState::aborted;
      broken += is_final && space().rm(edge.to, r) != before ? 1 : 0;
    }
  });
  BOOST_TEST(broken == 0U);
}

// [GL06] section 2, Consistency: "It is impossible for one RM to be in the committed state and
// another to be in the aborted state."
BOOST_AUTO_TEST_CASE(consistency) {
  std::size_t committed = 0;
  std::size_t broken = 0;
  for (std::size_t s = 0; s < space().graph.states.size(); ++s) {
    committed += space().any(s, RMState::committed) ? 1 : 0;
    broken += space().any(s, RMState::committed) && space().any(s, RMState::aborted) ? 1 : 0;
  }
  BOOST_TEST(committed > 0U);
  BOOST_TEST(broken == 0U);
}

// [GL06] section 2: "An RM can enter the committed state only after all RMs have been in the
// prepared state." An RM reports as it prepares, and the report stays.
BOOST_AUTO_TEST_CASE(committed_only_after_all_have_been_prepared) {
  std::size_t broken = 0;
  for (std::size_t s = 0; s < space().graph.states.size(); ++s)
    for (int r = 0; r < 3; ++r)
      broken += space().any(s, RMState::committed) && !space().at(s).sent("Prepared", {r}) ? 1 : 0;
  BOOST_TEST(broken == 0U);
}

// [GL06] section 2: "Any RM in the working state can enter the aborted state", and the spontaneous
// abort "cannot occur if some RM has entered the committed state".
BOOST_AUTO_TEST_CASE(a_working_rm_can_abort_and_only_a_working_one_alone) {
  std::size_t working = 0;
  std::size_t aborts = 0;
  for (std::size_t s = 0; s < space().graph.states.size(); ++s)
    for (int r = 0; r < 3; ++r) working += space().rm(s, r) == RMState::working ? 1 : 0;
  space().each_step([&](std::size_t from, const Edge& edge) {
    if (!space().action(edge).starts_with("RMChooseToAbort")) return;
    ++aborts;
    BOOST_REQUIRE(!space().any(from, RMState::committed));
  });
  BOOST_TEST(aborts == working);
}

// [GL06] section 2: the transaction commits "only by the following sequence of events": all RMs
// enter the prepared state, in any order; all RMs enter the committed state, in any order.
BOOST_AUTO_TEST_CASE(the_only_way_to_commit) {
  std::size_t commits = 0;
  space().each_step([&](std::size_t from, const Edge& edge) {
    for (int r = 0; r < 3; ++r) {
      if (space().rm(from, r) == space().rm(edge.to, r)) continue;
      if (space().rm(edge.to, r) == RMState::prepared)
        BOOST_REQUIRE((space().rm(from, r) == RMState::working));
      if (space().rm(edge.to, r) != RMState::committed) continue;
      BOOST_REQUIRE((space().rm(from, r) == RMState::prepared));
      BOOST_REQUIRE(!space().any(from, RMState::working));
      ++commits;
    }
  });
  // With the TM decided, each subset of committed RMs but the full one, and each RM not in it.
  BOOST_TEST(commits == 12U);
}

// [GL06] section 3.1: the TM commits when it has heard from every RM, and may abort at any time
// before.
BOOST_AUTO_TEST_CASE(the_tm_decides_once) {
  std::size_t commits = 0;
  std::size_t aborts = 0;
  space().each_step([&](std::size_t from, const Edge& edge) {
    const auto before = static_cast<TMState>(space().at(from).value("tmState"));
    const auto after = static_cast<TMState>(space().at(edge.to).value("tmState"));
    if (before == after) return;
    BOOST_REQUIRE((before == TMState::init));
    (after == TMState::committed ? commits : aborts) += 1;
    for (int r = 0; r < 3 && after == TMState::committed; ++r)
      BOOST_REQUIRE(space().at(from).contains("tmPrepared", r));
  });
  std::size_t undecided = 0;
  for (std::size_t s = 0; s < space().graph.states.size(); ++s)
    undecided += static_cast<TMState>(space().at(s).value("tmState")) == TMState::init ? 1 : 0;
  BOOST_TEST(commits == 1U);
  BOOST_TEST(aborts == undecided);
}

// [GL06] section 3.2: if the TM fails, prepared RMs have to wait for it: without a word of the TM,
// none of them has a step.
BOOST_AUTO_TEST_CASE(prepared_rms_wait_for_the_tm) {
  std::size_t waiting = 0;
  for (std::size_t s = 0; s < space().graph.states.size(); ++s) {
    const StateReader state = space().at(s);
    if (state.sent("Commit", {}) || state.sent("Abort", {})) continue;
    bool all_prepared = true;
    for (int r = 0; r < 3; ++r)
      all_prepared = all_prepared && space().rm(s, r) == RMState::prepared;
    if (!all_prepared) continue;
    ++waiting;
    for (const Edge& edge : space().graph.edges[s])
      BOOST_REQUIRE(space().action(edge).starts_with("TM"));
  }
  BOOST_TEST(waiting == 8U);  // one for each set of RMs that the TM has heard from
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(transaction_commit_thorough)

BOOST_AUTO_TEST_CASE(counts) {
  BOOST_TEST(count_faults(two_phase_commit(), Tier::thorough, thorough_counts) == "");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace synod::test
