// Two-phase commit: its tables, and what its sources say of it.
// [S12] M. van Steen, Distributed Systems, lecture on chapter 8, 2012, section 8.5.
// [BHG87] P. Bernstein, V. Hadzilacos, N. Goodman, "Concurrency Control and Recovery in Database
//         Systems", 1987, chapter 7.
#include <boost/test/unit_test.hpp>
#include <functional>
#include <map>
#include <set>

#include "checker/input/input.hpp"
#include "checker/report/trace.hpp"
#include "checker/run/run.hpp"
#include "model/catalogue.hpp"
#include "model/two_phase_commit/two_phase_commit.hpp"
#include "tests/support/agreement.hpp"
#include "tests/support/labels.hpp"
#include "tests/support/protocol_checks.hpp"
#include "tests/support/state_space.hpp"

namespace synod::test {
namespace {

using two_phase_commit::Contents;
using two_phase_commit::State;
using enum two_phase_commit::State;

const System& commit_protocol() {
  static const System system = two_phase_commit_system();
  return system;
}

const std::vector<PinnedCount> quick_counts = {
    {"participants=3", 2'836, 16'260, 16},
    {"participants=2 crash=all", 2'208, 10'177, 15},
    {"participants=2 crash=all termination=none", 1'784, 8'217, 15},
    {"participants=2 crash=all recover=participants", 2'208, 9'073, 15},
    {"participants=2 crash=all recover=none", 2'208, 6'865, 15},
    {"participants=3 crash=coordinator recover=none", 5'672, 27'262, 17},
    {"participants=2 crash=coordinator recover=none log=after", 963, 3'393, 13},
    {"participants=3 crash=all", 45'376, 302'457, 20},
};
const std::vector<PinnedCount> thorough_counts = {
    {"participants=3 crash=all recover=participants", 45'376, 279'769, 20},
    {"participants=3 crash=all recover=none", 45'376, 211'705, 20},
    {"participants=4 crash=all", 995'840, 8'785'041, 25},
};

const std::vector<NeededConjunct> needed = {
    {"SendVoteRequest.init", "participants=3", "AC2", 4},
    {"DecideCommit.waiting", "participants=3", "AC2", 7},
    {"DecideCommit.all_yes", "participants=3", "AC3", 3},
    {"DecideAbort.waiting", "participants=3", "AC2", 10},
    {"DecideAbort.some_no", "participants=3", "AC4", 6},
    {"TimeOut.waiting", "participants=3", "AC2", 7},
    {"LogDecision.decided", "participants=2 crash=coordinator recover=none log=after", "TypeOK", 2},
    {"SendGlobalCommit.decided", "participants=3", "AC3", 5},
    {"SendGlobalAbort.decided", "participants=3", "AC4", 7},
    {"Forget.decided", "participants=2 crash=all", "DownMeansSilent", 7},
    {"Forget.all_done", "participants=3", "AC5", 7},
    {"SendVoteCommit.requested", "participants=3", "VotesAreAnswers", 2},
    {"SendVoteCommit.init", "participants=3", "AC2", 4},
    {"SendVoteAbort.init", "participants=3", "AC4", 6},
    {"RcvGlobalCommit.told", "participants=3", "AC3", 4},
    {"RcvGlobalCommit.ready", "participants=2 crash=all", "DownMeansSilent", 8},
    {"RcvGlobalAbort.told", "participants=3", "AC4", 6},
    {"RcvGlobalAbort.ready", "participants=2 crash=all", "DownMeansSilent", 6},
    {"Ask.ready", "participants=2 crash=all", "DownMeansSilent", 3},
    {"Ask.up", "participants=2 crash=all", "DownMeansSilent", 5},
    {"Ask.knows", "participants=3", "AC1", 7},
    {"Enter.decided", "participants=3", "AcknowledgedMeansDone", 2},
    {"Enter.outside", "participants=2 crash=all recover=none", "DownMeansSilent", 4},
};

const std::vector<Breaker> breakers = {
    {"AC1", "", {"DecideCommit.all_yes"}},
    {"AC2", "", {"SendVoteCommit.init"}},
    {"AC3", "", {"DecideCommit.all_yes"}},
    {"AC4", "", {"DecideAbort.some_no"}},
    {"LoggedFirst", "", {"SendVoteCommit.log"}},
    {"VotesAreAnswers", "", {"SendVoteCommit.requested"}},
    {"RedoIsIdempotent", "crash=participants", {"RecoverParticipant.redo"}},
    {"AcknowledgedMeansDone", "", {"Enter.decided"}},
    {"DownMeansSilent", "crash=participants", {"Ask.up"}},
    {"BlockedForGood", "participants=2 crash=all recover=none", {"Ask.up"}},
    {"AllCommit", "", {"DecideCommit.enter"}},
    {"AllAbort", "", {"Enter.enter"}},
    {"AbortThoughAllVotedYes", "", {"TimeOut.log"}},
    {"RedoneCommit", "crash=participants", {"CrashParticipant.stop"}},
    {"AllDecidedWhileOneIsDown", "crash=coordinator", {"CrashCoordinator.stop"}},
    {"Blocked", "crash=coordinator recover=none", {"SendVoteCommit.log"}},
    {"BlockedBesidesOneWhoKnows",
     "participants=2 crash=all recover=none",
     {"CrashParticipant.stop"}},
    {"SomeoneCanTell", "crash=coordinator recover=none", {"CrashCoordinator.stop"}},
    {"AC5", "", {"Forget.all_done"}},
    {"CanForget", "", {"Enter.acknowledge"}},
    {"CanDecideAlone", "crash=coordinator recover=none", {"Ask.follow"}},
    {"NonBlocking", "crash=coordinator recover=none nonblocking=claimed", {}},
    {"Terminates", "", {"SendGlobalAbort.tell"}},
    {"RepairedDecides",
     "participants=2 crash=participants",
     {"TimeOut.log", "TimeOut.enter", "TimeOut.note"}},
    {"WeakFairnessIsEnough", "participants=2 crash=coordinator", {}},
    {"AskingHelps", "crash=coordinator recover=none", {"Ask.follow"}},
    {"AskingInVain", "crash=coordinator recover=none", {"Ask.knows"}},
    {"ReadyDecides", "crash=coordinator recover=none", {}},
};

// Who is up and not at its end can always time out, ask or send again, whatever is left out. Every
// value that an action writes is in the range of its variable.
const std::vector<std::string> unbroken = {"NoDeadlock", "TypeOK"};

/// All reachable states and steps under some parameters.
struct Space : StateSpace {
  Space(const std::string& text, int participants)
      : StateSpace(commit_protocol(), text), participants(participants) {}

  /// The states from which one where `goal` holds can be reached.
  template <class Goal>
  std::vector<bool> can_reach(Goal&& goal) const {
    std::vector<bool> can(size());
    for (std::size_t s = 0; s < size(); ++s) can[s] = goal(at(s));
    for (bool changed = true; changed;) {
      changed = false;
      for (std::size_t s = size(); s-- > 0;)
        for (const Edge& edge : graph.edges[s])
          if (!can[s] && can[edge.to]) changed = can[s] = true;
    }
    return can;
  }

  int participants;
};

/// Nobody crashes.
const Space& calm() {
  static const Space space("participants=3", 3);
  return space;
}
/// Anybody may crash, and recovers.
const Space& crashes() {
  static const Space space("participants=2 crash=all", 2);
  return space;
}
/// The coordinator may crash, and stays down.
const Space& headless() {
  static const Space space("participants=3 crash=coordinator recover=none", 3);
  return space;
}

State coordinator(const StateReader& s) { return static_cast<State>(s.value("coordinator")); }
State coordinator_log(const StateReader& s) {
  return static_cast<State>(s.value("coordinatorLog"));
}
State participant(const StateReader& s, int p) {
  return static_cast<State>(s.value("participant", {p}));
}
State participant_log(const StateReader& s, int p) {
  return static_cast<State>(s.value("participantLog", {p}));
}
Contents storage(const StateReader& s, int p) {
  return static_cast<Contents>(s.value("storage", {p}));
}
Contents workspace(const StateReader& s, int p) {
  return static_cast<Contents>(s.value("workspace", {p}));
}
bool is_decision(State state) { return state == COMMIT || state == ABORT; }

/// Whether all of the first n participants have sent a message of this type.
bool all_sent(const StateReader& s, const std::string& type, int n) {
  for (int p = 0; p < n; ++p)
    if (!s.sent(type, {p})) return false;
  return true;
}
bool any_sent(const StateReader& s, const std::string& type, int n) {
  for (int p = 0; p < n; ++p)
    if (s.sent(type, {p})) return true;
  return false;
}

/// Plays actions from the initial state, and returns whether each was enabled when its turn came.
bool can_be_played(const std::string& parameters, const std::vector<std::string>& actions,
                   const std::function<bool(const StateReader&)>& in_the_end) {
  const auto model = commit_protocol().instantiate(
      resolve_parameters(commit_protocol(), assignments(parameters)), {});
  const auto observer = model->observer();
  Cells state = observer->initial().front();
  for (const std::string& action : actions) {
    const auto attempt = observer->attempt(state, parse_label(*observer, action));
    if (!attempt.enabled) return false;
    state = attempt.after;
  }
  return in_the_end({observer->variables(), state});
}

/// The counterexample of a mutant.
Trace counterexample_trace(const std::string& name) {
  const Mutant& mutant = find_mutant(commit_protocol(), name);
  return run_check(mutant_request(commit_protocol(), mutant)).trace.value();
}
std::vector<std::string> counterexample(const std::string& name) {
  return counterexample_trace(name).actions;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(two_phase_commit)

BOOST_AUTO_TEST_CASE(counts) {
  BOOST_TEST(count_faults(commit_protocol(), Tier::quick, quick_counts) == "");
}

BOOST_AUTO_TEST_CASE(counts_are_those_of_tlc) {
  const std::string record = read_file(SYNOD_SOURCE_DIR "/spec/two_phase_commit/tlc.txt");
  BOOST_TEST(record_faults(commit_protocol(), Tier::quick, record) == "");
}

BOOST_AUTO_TEST_CASE(mutants) { BOOST_TEST(mutant_faults(commit_protocol()) == ""); }

BOOST_AUTO_TEST_CASE(every_conjunct_is_needed_or_excused) {
  BOOST_TEST(conjunct_faults(commit_protocol(), needed) == "");
}

BOOST_AUTO_TEST_CASE(every_property_can_be_broken) {
  BOOST_TEST(breaker_faults(commit_protocol(), breakers, unbroken,
                            "participants=2 crash=all recover=none") == "");
}

BOOST_AUTO_TEST_CASE(every_assumption_is_needed) {
  BOOST_TEST(assumption_faults(commit_protocol()) == "");
}

BOOST_AUTO_TEST_CASE(every_property_has_a_witness) {
  BOOST_TEST(witness_faults(commit_protocol()) == "");
}

// [S12], figure (a), the coordinator: INIT to WAIT with vote-request, WAIT to COMMIT or ABORT;
// nothing leads back. That it forgets is from [BHG87].
BOOST_AUTO_TEST_CASE(the_coordinator_is_the_automaton_of_the_figure) {
  std::set<std::pair<State, State>> moves;
  calm().each_change([&](const StateReader& before, const StateReader& after) {
    const State from = coordinator(before);
    const State to = coordinator(after);
    if (from == to) return;
    moves.emplace(from, to);
    if (from == INIT) BOOST_REQUIRE(after.sent("vote-request", {}));
  });
  const std::set<std::pair<State, State>> figure = {
      {INIT, WAIT}, {WAIT, COMMIT}, {WAIT, ABORT}, {COMMIT, DONE}, {ABORT, DONE}};
  BOOST_TEST((moves == figure));
}

// [S12], figure (b), a participant: INIT to READY with vote-commit, INIT to ABORT with vote-abort,
// READY to COMMIT or ABORT with ACK.
BOOST_AUTO_TEST_CASE(a_participant_is_the_automaton_of_the_figure) {
  std::set<std::pair<State, State>> moves;
  calm().each_change([&](const StateReader& before, const StateReader& after) {
    for (int p = 0; p < 3; ++p) {
      const State from = participant(before, p);
      const State to = participant(after, p);
      if (from == to) continue;
      moves.emplace(from, to);
      if (to == READY) BOOST_REQUIRE(after.sent("vote-commit", {p}));
      if (to == READY) BOOST_REQUIRE(before.sent("vote-request", {}));
      if (from == INIT && to == ABORT) BOOST_REQUIRE(after.sent("vote-abort", {p}));
      if (from == READY) BOOST_REQUIRE(after.sent("ACK", {p}));
    }
  });
  const std::set<std::pair<State, State>> figure = {
      {INIT, READY}, {INIT, ABORT}, {READY, COMMIT}, {READY, ABORT}};
  BOOST_TEST((moves == figure));
}

// [S12], phase 1b: "it returns either vote-commit or vote-abort to coordinator. If it sends
// vote-abort, it aborts its local computation."
BOOST_AUTO_TEST_CASE(phase_1b_one_vote_each) {
  for (const Space* const space : {&calm(), &crashes(), &headless()})
    BOOST_TEST(space->exceptions([&](const StateReader& s) {
      for (int p = 0; p < space->participants; ++p) {
        if (s.sent("vote-commit", {p}) && s.sent("vote-abort", {p})) return false;
        if (s.sent("vote-abort", {p}) && participant_log(s, p) != ABORT) return false;
      }
      return true;
    }) == 0U);
}

// [S12], phase 2a: "if all are vote-commit, it sends global-commit to all participants, otherwise
// it sends global-abort". It can do the first whenever it waits and has all votes.
BOOST_AUTO_TEST_CASE(phase_2a_the_coordinator_sends_what_the_votes_say) {
  for (const Space* const space : {&calm(), &crashes(), &headless()}) {
    const int n = space->participants;
    BOOST_TEST(space->exceptions([&](const StateReader& s) {
      if (any_sent(s, "global-commit", n) && any_sent(s, "global-abort", n)) return false;
      return !any_sent(s, "global-commit", n) || all_sent(s, "vote-commit", n);
    }) == 0U);
    std::size_t could = 0;
    space->each_step_of("DecideCommit",
                        [&](const StateReader&, const StateReader&, const auto&) { ++could; });
    const std::size_t others = space->exceptions([&](const StateReader& s) {
      return coordinator(s) != WAIT || !all_sent(s, "vote-commit", n);
    });
    BOOST_TEST(could == others);
    BOOST_TEST(could > 0U);
  }
}

// [S12]: "Participant crashes in state S, and recovers to S"; a decision that was logged and not
// yet carried out is carried out. The same for the coordinator.
BOOST_AUTO_TEST_CASE(who_crashes_in_a_state_recovers_to_it) {
  std::size_t crashed = 0;
  crashes().each_step_of("CrashParticipant", [&](const StateReader& before, const StateReader& down,
                                                 const std::vector<int>& arguments) {
    const int p = arguments[0];
    ++crashed;
    BOOST_REQUIRE((participant(down, p) == DOWN));
    const State state = participant(before, p);
    const State log = participant_log(down, p);
    BOOST_REQUIRE((state == log || (!is_decision(state) && is_decision(log))));
  });
  crashes().each_step_of(
      "RecoverParticipant",
      [&](const StateReader& down, const StateReader& after, const std::vector<int>& arguments) {
        BOOST_REQUIRE((participant(after, arguments[0]) == participant_log(down, arguments[0])));
      });
  crashes().each_step_of("CrashCoordinator",
                         [&](const StateReader& before, const StateReader& down, const auto&) {
                           ++crashed;
                           BOOST_REQUIRE((coordinator_log(down) == coordinator(before)));
                         });
  crashes().each_step_of("RecoverCoordinator",
                         [&](const StateReader& down, const StateReader& after, const auto&) {
                           BOOST_REQUIRE((coordinator(after) == coordinator_log(down)));
                         });
  BOOST_TEST(crashed > 0U);
}

// [S12]: "make entry into abort state idempotent, e.g., removing the workspace of results", "make
// entry into commit state idempotent, e.g., copying workspace to storage".
BOOST_AUTO_TEST_CASE(entry_is_idempotent) {
  std::size_t first[2] = {0, 0};
  std::size_t again[2] = {0, 0};
  crashes().each_step_of("RecoverParticipant", [&](const StateReader& down,
                                                   const StateReader& after,
                                                   const std::vector<int>& arguments) {
    const int p = arguments[0];
    const State log = participant_log(down, p);
    if (!is_decision(log)) {
      BOOST_REQUIRE((storage(after, p) == Contents::before));
      BOOST_REQUIRE((workspace(after, p) == workspace(down, p)));
      return;
    }
    const bool had_entered = down.sent("ACK", {p});
    (had_entered ? again : first)[log == COMMIT ? 0 : 1] += 1;
    BOOST_REQUIRE((storage(after, p) == (log == COMMIT ? Contents::after : Contents::before)));
    BOOST_REQUIRE((workspace(after, p) == (log == COMMIT ? Contents::after : Contents::nothing)));
    if (!had_entered) return;
    BOOST_REQUIRE((storage(after, p) == storage(down, p)));
    BOOST_REQUIRE((workspace(after, p) == workspace(down, p)));
  });
  for (const std::size_t count : {first[0], first[1], again[0], again[1]}) BOOST_TEST(count > 0U);
}

// [S12], the table of Q's states: COMMIT, "make transition to COMMIT"; ABORT and INIT, "make
// transition to ABORT"; READY, "contact another participant". In INIT, Q aborts as well.
BOOST_AUTO_TEST_CASE(the_table_of_the_participant_that_is_asked) {
  std::map<State, std::size_t> answers;
  calm().each_step_of("Ask", [&](const StateReader& before, const StateReader& after,
                                 const std::vector<int>& arguments) {
    const auto [p, q] = std::pair(arguments[0], arguments[1]);
    BOOST_REQUIRE((participant_log(before, p) == READY));
    const State asked = participant_log(before, q);
    answers[asked] += 1;
    BOOST_REQUIRE((participant_log(after, p) == (asked == COMMIT ? COMMIT : ABORT)));
    BOOST_REQUIRE((participant_log(after, q) == (asked == COMMIT ? COMMIT : ABORT)));
  });
  // Every READY participant can ask every one that is not.
  std::map<State, std::size_t> questions;
  calm().exceptions([&](const StateReader& s) {
    for (int p = 0; p < 3; ++p)
      for (int q = 0; q < 3; ++q)
        if (participant_log(s, p) == READY && participant_log(s, q) != READY)
          questions[participant_log(s, q)] += 1;
    return true;
  });
  BOOST_TEST(answers.size() == 3U);
  BOOST_TEST((answers == questions));
}

// [S12]: "If all participants are in the READY state, the protocol blocks." With the coordinator
// down for good, the states from which the participants cannot all decide any more are exactly
// those where all are READY and no decision is on its way to any.
BOOST_AUTO_TEST_CASE(blocked_exactly_when_all_are_ready) {
  const auto can = headless().can_reach([](const StateReader& s) {
    for (int p = 0; p < 3; ++p)
      if (!is_decision(participant_log(s, p))) return false;
    return true;
  });
  std::size_t blocked = 0;
  std::size_t different = 0;
  for (std::size_t i = 0; i < headless().size(); ++i) {
    const StateReader s = headless().at(i);
    if (coordinator(s) != DOWN) continue;
    bool all_ready = true;
    for (int p = 0; p < 3; ++p) all_ready = all_ready && participant_log(s, p) == READY;
    const bool on_its_way = any_sent(s, "global-commit", 3) || any_sent(s, "global-abort", 3);
    blocked += can[i] ? 0 : 1;
    different += can[i] == (all_ready && !on_its_way) ? 1 : 0;
    if (!can[i]) BOOST_REQUIRE(headless().graph.edges[i].empty());
  }
  // The coordinator was waiting, or had decided to commit, or to abort.
  BOOST_TEST(blocked == 3U);
  BOOST_TEST(different == 0U);
}

// The shortest way there, and one after the coordinator has decided, which nobody will ever know.
BOOST_AUTO_TEST_CASE(the_blocked_state) {
  const std::vector<std::string> steps = {"SendVoteRequest", "CrashCoordinator",
                                          "SendVoteCommit(p1)", "SendVoteCommit(p2)",
                                          "SendVoteCommit(p3)"};
  BOOST_TEST(counterexample("blocked") == steps, boost::test_tools::per_element());
  BOOST_TEST(can_be_played("crash=coordinator recover=none",
                           {"SendVoteRequest", "SendVoteCommit(p1)", "SendVoteCommit(p2)",
                            "SendVoteCommit(p3)", "DecideCommit", "CrashCoordinator"},
                           [](const StateReader& s) {
                             return coordinator_log(s) == COMMIT && participant(s, 0) == READY &&
                                    participant(s, 1) == READY && participant(s, 2) == READY;
                           }));
}

// They stay there for ever; nothing is left that fairness could ask for.
BOOST_AUTO_TEST_CASE(the_blocked_state_has_no_way_out) {
  const Trace trace = counterexample_trace("blocked_for_ever");
  BOOST_REQUIRE(trace.loop.has_value());
  BOOST_TEST(*trace.loop + 1 == trace.states.size());
  BOOST_TEST(!trace.loop_action);
  Observer& observer = *headless().observer;
  const StateReader end(observer.variables(), trace.states.back());
  BOOST_TEST((coordinator(end) == DOWN));
  for (int p = 0; p < 3; ++p) BOOST_TEST((participant(end, p) == READY));
  BOOST_TEST(observer.successors(trace.states.back(), nullptr).empty());
}

// [BHG87], AC1 and AC3, from the messages and logs alone.
BOOST_AUTO_TEST_CASE(one_decision_and_commit_only_if_all_voted_yes) {
  for (const Space* const space : {&calm(), &crashes(), &headless()}) {
    std::size_t commits = 0;
    std::size_t aborts = 0;
    BOOST_TEST(space->exceptions([&](const StateReader& s) {
      bool commit = coordinator_log(s) == COMMIT;
      bool abort = coordinator_log(s) == ABORT;
      for (int p = 0; p < space->participants; ++p) {
        commit = commit || participant_log(s, p) == COMMIT;
        abort = abort || participant_log(s, p) == ABORT;
      }
      commits += commit ? 1 : 0;
      aborts += abort ? 1 : 0;
      return !(commit && abort) && (!commit || all_sent(s, "vote-commit", space->participants));
    }) == 0U);
    BOOST_TEST(commits > 0U);
    BOOST_TEST(aborts > 0U);
  }
}

// [BHG87], AC2: a decision once logged is never logged otherwise, over crashes too.
BOOST_AUTO_TEST_CASE(no_decision_is_reversed) {
  std::size_t forgotten = 0;
  crashes().each_change([&](const StateReader& before, const StateReader& after) {
    for (int p = 0; p < 2; ++p)
      if (is_decision(participant_log(before, p)))
        BOOST_REQUIRE((participant_log(after, p) == participant_log(before, p)));
    if (!is_decision(coordinator_log(before))) return;
    if (coordinator_log(after) == coordinator_log(before)) return;
    ++forgotten;
    BOOST_REQUIRE((coordinator_log(after) == DONE));
    BOOST_REQUIRE(all_sent(before, "ACK", 2));
  });
  BOOST_TEST(forgotten > 0U);
}

// [S12], "Ready state": a participant that crashes in READY has to find out what was decided: here
// the coordinator has told another, and is down as well when it recovers.
BOOST_AUTO_TEST_CASE(a_participant_that_crashes_in_ready_and_recovers) {
  BOOST_TEST(can_be_played(
      "participants=2 crash=all",
      {"SendVoteRequest", "SendVoteCommit(p1)", "SendVoteCommit(p2)", "CrashParticipant(p1)",
       "DecideCommit", "SendGlobalCommit(p2)", "RcvGlobalCommit(p2)", "Enter(p2)",
       "CrashCoordinator", "RecoverParticipant(p1)", "Ask(p1, p2)", "Enter(p1)"},
      [](const StateReader& s) {
        return participant(s, 0) == COMMIT && storage(s, 0) == Contents::after;
      }));
}

// The table at its word: P aborts because Q is in INIT, Q votes vote-commit on a late vote-request,
// and everybody else commits.
BOOST_AUTO_TEST_CASE(the_literal_row_for_init) {
  const std::vector<std::string> steps = {"SendVoteRequest", "SendVoteCommit(p1)", "Ask(p1, p2)",
                                          "SendVoteCommit(p2)", "DecideCommit"};
  BOOST_TEST(counterexample("literal_init") == steps, boost::test_tools::per_element());
  const auto split = [](const StateReader& s) {
    return participant_log(s, 0) == ABORT && coordinator_log(s) == COMMIT;
  };
  BOOST_TEST(can_be_played("participants=2 init_answer=literal", steps, split));
  BOOST_TEST(!can_be_played("participants=2", steps, split));
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(two_phase_commit_thorough)

BOOST_AUTO_TEST_CASE(counts) {
  BOOST_TEST(count_faults(commit_protocol(), Tier::thorough, thorough_counts) == "");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace synod::test
