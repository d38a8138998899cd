// The system as the catalogue has it: parameters, instances, mutants, scenarios. What it promises
// is in claims.hpp and liveness.hpp.
#include "model/two_phase_commit/claims.hpp"

#include <fmt/format.h>

#include "checker/vocabulary/define.hpp"
#include "model/catalogue.hpp"
#include "model/two_phase_commit/liveness.hpp"

namespace synod {

System two_phase_commit_system() {
  using namespace two_phase_commit;
  System system;
  system.name = "two_phase_commit";
  system.title = "Two-phase commit with crashes, recovery and cooperative termination";
  system.summary =
      "A coordinator asks participants for their votes and decides: commit if all vote for it, "
      "else abort. Logs carry both over crashes; a participant that hears nothing asks another.";
  system.sources = {
      "[S12] M. van Steen, Distributed Systems, lecture on chapter 8, 2012, section 8.5",
      "[BHG87] P. Bernstein, V. Hadzilacos, N. Goodman, Concurrency Control and Recovery in "
      "Database Systems, 1987, chapter 7",
      "[G78] J. Gray, Notes on Data Base Operating Systems, LNCS 60, 1978"};
  system.faults =
      "Asynchronous; messages may be lost, duplicated and reordered (the message set never shrinks "
      "and nobody has to read it). Time-outs may come at any time. `crash` says who may crash and "
      "lose what is not on stable storage, `recover` who comes back and resumes from its log.";
  system.parameters = {
      integer("participants", "participants, besides the coordinator", 2, 8, 3),
      choice("crash", "who may crash", {"none", "coordinator", "participants", "all"}),
      choice("recover", "who may recover from a crash; the others stay down for good",
             {"all", "participants", "none"}),
      choice("termination",
             "what a participant does that waits too long for the decision: asks another; waits on",
             {"cooperative", "none"}),
      choice("init_answer",
             "who aborts when the participant that is asked is in INIT: both; only the one that "
             "asks, as the table literally says",
             {"both", "literal"}),
      choice("log", "when a decision is logged: before it can be sent; some time after",
             {"before", "after"}),
      choice("workspace", "how results get from a workspace to storage: copied; moved",
             {"copied", "moved"}),
      choice("nonblocking",
             "whether to claim that participants can always decide without the coordinator",
             {"not_claimed", "claimed"}),
  };
  system.instances = {
      quick("participants=3", holds(2'836, 16'260, 16)),
      quick("participants=2 crash=all", holds(2'208, 10'177, 15)),
      quick("participants=2 crash=all termination=none", holds(1'784, 8'217, 15)),
      quick("participants=2 crash=all recover=participants", holds(2'208, 9'073, 15)),
      quick("participants=2 crash=all recover=none", holds(2'208, 6'865, 15)),
      quick("participants=3 crash=coordinator recover=none", holds(5'672, 27'262, 17)),
      // A record that comes too late does no harm to those who do without it.
      quick("participants=2 crash=coordinator recover=none log=after", holds(963, 3'393, 13)),
      quick("participants=3 crash=all", holds(45'376, 302'457, 20)),
      thorough("participants=3 crash=all recover=participants", holds(45'376, 279'769, 20)),
      thorough("participants=3 crash=all recover=none", holds(45'376, 211'705, 20)),
      thorough("participants=4 crash=all", holds(995'840, 8'785'041, 25)),
  };
  system.mutants = {
      mutant("blocked",
             "[S12]: \"If all participants are in the READY state, the protocol blocks.\" The "
             "coordinator stays down, and nobody else can know what it has decided.",
             under("crash=coordinator recover=none nonblocking=claimed"),
             violates("NonBlocking", 6)),
      mutant("sent_before_logged",
             "[BHG87]: global-commit is sent before the decision is logged. A crash in between "
             "takes the coordinator back to WAIT, where it times out and aborts.",
             under("participants=2 crash=coordinator log=after"), violates("AC1", 11)),
      mutant("literal_init",
             "The table at its word: asked in INIT, Q makes P abort and stays in INIT itself. Then "
             "a late vote-request reaches Q, and all have voted vote-commit.",
             under("participants=2 init_answer=literal"), violates("AC1", 6)),
      mutant("moved_workspace",
             "A workspace that is moved to storage instead of copied: after a crash, the second "
             "time moves nothing.",
             under("participants=2 crash=participants workspace=moved"),
             violates("RedoIsIdempotent", 10)),
      mutant("no_redo", "A participant that finds a decision in its log takes it for carried out.",
             {assignments("participants=2 crash=participants"), {{"RecoverParticipant", "redo"}}},
             violates("RedoIsIdempotent", 6)),
      mutant("unlogged_vote",
             "A vote is sent before it is logged: after a crash its sender takes itself for free "
             "to abort.",
             without("SendVoteCommit.log"), violates("LoggedFirst", 3)),
      mutant("waits_on",
             "Participants do not ask each other: one is blocked though another could tell.",
             under("participants=2 crash=coordinator recover=none termination=none"),
             violates("CanDecideAlone", 4)),
      mutant("early_commit", "The coordinator commits before all have voted.",
             without("DecideCommit.all_yes"), violates("AC3", 3)),
      mutant("forgets_too_early",
             "[BHG87]: the coordinator forgets its decision before all have acknowledged it, and "
             "READY participants wait for ever.",
             without("Forget.all_done"), violates("AC5", 7)),
      mutant(
          "blocked_for_ever",
          "[S12]: \"If all participants are in the READY state, the protocol blocks.\" They stay "
          "so for ever, although they ask each other and would do whatever they could.",
          under("crash=coordinator recover=none"), violates("ReadyDecides", 6)),
      mutant("waits_for_ever",
             "Participants do not ask each other: one stays READY for ever though another, which "
             "it could reach, is in INIT, so that both could abort.",
             under("participants=2 crash=coordinator recover=none termination=none"),
             violates("AskingHelps", 4)),
      mutant("silent_abort",
             "The coordinator aborts and tells nobody: who has voted vote-commit waits for ever.",
             without("SendGlobalAbort.tell"), violates("Terminates", 6)),
      mutant("patient_coordinator",
             "A coordinator that never gives up waiting for votes: a participant stays down before "
             "it has voted, and the other is READY for ever.",
             under("participants=2 crash=participants")
                 .without("TimeOut.log")
                 .without("TimeOut.enter")
                 .without("TimeOut.note"),
             violates("RepairedDecides", 4)),
      mutant("crashes_for_ever",
             "A coordinator that comes back each time, and each time crashes before it decides: "
             "weak fairness asks nothing of one that is not up all along.",
             under("participants=2 crash=coordinator"), violates("WeakFairnessIsEnough", 5)),
  };
  system.scenarios = {
      scenario("blocked",
               "[S12]: all participants are READY, and the coordinator, who alone has decided, "
               "stays down: they may neither commit nor abort.",
               under("crash=coordinator recover=none"), {"participants"},
               [](const Parameters& p) {
                 Steps steps{"SendVoteRequest"};
                 for (int i = 1; i <= p["participants"]; ++i)
                   steps.push_back(fmt::format("SendVoteCommit(p{})", i));
                 steps.insert(steps.end(), {"DecideCommit", "CrashCoordinator"});
                 return steps;
               })
          .ends_in("Blocked"),
      scenario(
          "recovers_in_ready",
          "[S12]: a participant that crashes in READY recovers to READY, and, the coordinator "
          "being down, asks another what was decided.",
          under("participants=2 crash=all"),
          {"SendVoteRequest", "SendVoteCommit(p1)", "SendVoteCommit(p2)", "CrashParticipant(p1)",
           "DecideCommit", "SendGlobalCommit(p2)", "RcvGlobalCommit(p2)", "Enter(p2)",
           "CrashCoordinator", "RecoverParticipant(p1)", "Ask(p1, p2)", "Enter(p1)"})
          .ends_in("AllCommit"),
      scenario("literal_init",
               "The lecture's table has p1 abort because p2 is in INIT. If p2 does not abort as "
               "well, it still votes when the vote-request reaches it, and all votes are yes.",
               under("participants=2 init_answer=literal"), {"participants"},
               [](const Parameters& p) {
                 Steps steps{"SendVoteRequest", "SendVoteCommit(p1)", "Ask(p1, p2)"};
                 for (int i = 2; i <= p["participants"]; ++i)
                   steps.push_back(fmt::format("SendVoteCommit(p{})", i));
                 steps.emplace_back("DecideCommit");
                 return steps;
               })
          .ends_in("AC1"),
  };
  system.not_needed = {
      {{"CrashCoordinator", "up"}, "To crash again while down changes nothing."},
      {{"CrashParticipant", "up"}, "To crash again while down changes nothing."},
      {{"RecoverCoordinator", "down"},
       "To recover while up changes nothing: the log says what the memory says."},
      {{"RecoverParticipant", "down"},
       "To recover while up changes nothing, or does what Enter does."},
  };
  system.tla_constants = [](const Parameters& p) -> Assignments {
    const auto truth = [](bool value) { return value ? "TRUE" : "FALSE"; };
    const auto recover = static_cast<Recover>(p["recover"]);
    return {
        {"Participant", interchangeable("participant", "p", p["participants"]).text()},
        {"CoordinatorCrashes", truth(coordinator_crashes(p))},
        {"ParticipantsCrash", truth(participants_crash(p))},
        {"CoordinatorRecovers", truth(recover == Recover::all)},
        {"ParticipantsRecover", truth(recover != Recover::none)},
        {"Cooperative", truth(p["termination"] == 0)},
        {"BothAbort", truth(p["init_answer"] == 0)},
        {"LogFirst", truth(p["log"] == 0)},
        {"Copied", truth(p["workspace"] == 0)},
    };
  };
  return define<TwoPhaseCommit>(
      std::move(system), std::tuple_cat(two_phase_commit_claims(), two_phase_commit_liveness()));
}

}  // namespace synod
