// What two-phase commit promises, and when it blocks. The sources are cited in
// two_phase_commit.hpp.
#include "checker/vocabulary/define.hpp"
#include "model/catalogue.hpp"
#include "model/two_phase_commit/two_phase_commit.hpp"

namespace synod {
namespace {

using namespace two_phase_commit;

bool decided(State record) { return record == State::COMMIT || record == State::ABORT; }

/// Somebody's log says so: a participant's or the coordinator's.
template <class Model>
bool somebody_decided(const Model& s, State decision) {
  return s.coordinatorLog == decision || s.participantLog.any(decision);
}

template <class Model>
bool all_participants_decided(const Model& s) {
  return s.Participant.all([&](int p) { return decided(s.participantLog[p]); });
}

template <class Model>
bool all_voted_yes(const Model& s) {
  return s.Participant.all([&](int p) { return s.VoteCommit.sent(p); });
}

// Blocking, [S12]: "If all participants are in the READY state, the protocol blocks."
//
// Reachable is a participant that is up, or down and bound to come back. It can tell what becomes
// of the transaction unless its log is at READY and no decision is on its way to it: in INIT it can
// abort, and in COMMIT and ABORT it knows. With the coordinator down for good, the reachable
// participants are blocked exactly when none of them can tell:
//
//   BlockedForGood  if none can tell, none ever will, so none ever decides
//   CanDecideAlone  if one can tell, all participants can still decide
//
// The second is claimed where every participant is reachable. Where some stay down, "those who are
// left can decide" could be had by losing those who cannot.

template <class Model>
bool reachable_participant(const Model& s, int p) {
  return s.participant[p] != State::DOWN || s.recover != Recover::none;
}

template <class Model>
bool can_tell(const Model& s, int p) {
  return reachable_participant(s, p) &&
         (s.participantLog[p] != State::READY || s.GlobalCommit.sent(p) || s.GlobalAbort.sent(p));
}

template <class Model>
bool some_can_tell(const Model& s) {
  return s.Participant.any([&](int p) { return can_tell(s, p); });
}

template <class Model>
bool blocked(const Model& s) {
  return s.coordinator == State::DOWN && !some_can_tell(s);
}

bool coordinator_crashes(const Parameters& p) {
  const auto crash = static_cast<Crash>(p["crash"]);
  return crash == Crash::coordinator || crash == Crash::all;
}
bool participants_crash(const Parameters& p) {
  const auto crash = static_cast<Crash>(p["crash"]);
  return crash == Crash::participants || crash == Crash::all;
}
bool coordinator_may_stay_down(const Parameters& p) {
  return coordinator_crashes(p) && static_cast<Recover>(p["recover"]) != Recover::all;
}
bool participants_may_stay_down(const Parameters& p) {
  return participants_crash(p) && static_cast<Recover>(p["recover"]) == Recover::none;
}
bool all_failures_are_repaired(const Parameters& p) {
  return !coordinator_may_stay_down(p) && !participants_may_stay_down(p);
}

auto two_phase_commit_claims() {
  return claims(
      always("AC1",
             "[BHG87]: all processes that reach a decision reach the same one. The coordinator "
             "decides once, by a record that comes before all global-commits and outlives crashes; "
             "whoever aborts alone has not voted vote-commit, and never will.",
             [](const auto& s) {
               return !(somebody_decided(s, State::COMMIT) && somebody_decided(s, State::ABORT));
             })
          .witness("AllCommit")
          .witness("AllAbort"),
      step("AC2",
           "[BHG87]: a process cannot reverse its decision, over crashes too: it is in the log. "
           "The coordinator may forget it, once.",
           [](const auto& before, const auto& after) {
             for (const int p : before.Participant)
               if (decided(before.participantLog[p]) &&
                   after.participantLog[p] != before.participantLog[p])
                 return before.conjunct("a participant keeps its decision", false);
             const State from = before.coordinatorLog;
             const State to = after.coordinatorLog;
             return before.conjunct("the coordinator keeps its decision",
                                    to == from || (decided(from) && to == State::DONE) ||
                                        (!decided(from) && from != State::DONE));
           })
          .witness("AllCommit")
          .witness("AllAbort"),
      always("AC3", "[BHG87]: commit can only be decided if all have voted vote-commit.",
             [](const auto& s) { return !somebody_decided(s, State::COMMIT) || all_voted_yes(s); })
          .witness("AllCommit"),
      always("AC4",
             "[BHG87]: if there are no failures and all vote vote-commit, the decision is commit. "
             "Said of states: nobody aborts, then. A time-out counts as a failure, as nobody can "
             "tell one from the other; a crash that makes nobody time out does no harm.",
             [](const auto& s) {
               return s.timedOut || !all_voted_yes(s) || !somebody_decided(s, State::ABORT);
             })
          .witness("AllCommit")
          .witness("AbortThoughAllVotedYes"),
      always("LoggedFirst",
             "[S12]: whoever crashes in state S recovers to S: what a process is in memory, its "
             "log says too, or the log is ahead by a decision that is yet to be carried out.",
             [](const auto& s) {
               for (const int p : s.Participant) {
                 const State now = s.participant[p];
                 const bool same = now == s.participantLog[p] || now == State::DOWN;
                 const bool ahead = !decided(now) && decided(s.participantLog[p]);
                 if (!same && !ahead) return s.conjunct("a participant", false);
               }
               return s.conjunct("the coordinator",
                                 s.coordinator == s.coordinatorLog || s.coordinator == State::DOWN);
             })
          .if_parameters([](const Parameters& p) { return p["log"] == 0; })
          .witness("AllCommit"),
      always("VotesAreAnswers", "[S12], phase 1b: nobody votes vote-commit unasked.",
             [](const auto& s) {
               return s.VoteRequest.sent() ||
                      !s.Participant.any([&](int p) { return s.VoteCommit.sent(p); });
             })
          .witness("AllCommit"),
      always("RedoIsIdempotent",
             "[S12]: entry into COMMIT copies the workspace to storage, into ABORT removes it, and "
             "recovery may repeat either: storage is right however often that happens.",
             [](const auto& s) {
               return s.Participant.all([&](int p) {
                 const bool done = s.ACK.sent(p) && s.participantLog[p] == State::COMMIT;
                 return s.conjunct("storage has changed once a commit is carried out, only then",
                                   s.storage[p] == (done ? Contents::after : Contents::before)) &&
                        s.conjunct("in ABORT the workspace is gone",
                                   s.participant[p] != State::ABORT ||
                                       s.workspace[p] == Contents::nothing);
               });
             })
          .witness("AllCommit")
          .witness("AllAbort")
          .witness("RedoneCommit"),
      always("AcknowledgedMeansDone",
             "An ACK is sent when its sender will never ask again what was decided.",
             [](const auto& s) {
               return s.Participant.all(
                   [&](int p) { return !s.ACK.sent(p) || decided(s.participantLog[p]); });
             })
          .witness("AllCommit"),
      step("DownMeansSilent",
           "Who is down writes nothing until it recovers, and stays down if it does not recover.",
           [](const auto& before, const auto& after) {
             for (const int p : before.Participant) {
               if (before.participant[p] != State::DOWN) continue;
               if (after.participantLog[p] != before.participantLog[p] ||
                   (after.participant[p] != State::DOWN && before.recover == Recover::none))
                 return before.conjunct("a participant", false);
             }
             return before.conjunct(
                 "the coordinator",
                 before.coordinator != State::DOWN ||
                     (after.coordinatorLog == before.coordinatorLog &&
                      (after.coordinator == State::DOWN || before.recover == Recover::all)));
           })
          .if_parameters([](const Parameters& p) { return p["crash"] != 0; })
          .witness("AllDecidedWhileOneIsDown"),
      step("BlockedForGood",
           "With the coordinator down for good, participants of whom none can tell what becomes of "
           "the transaction stay so: READY means that it may be either.",
           [](const auto& before, const auto& after) { return !blocked(before) || blocked(after); })
          .if_parameters(coordinator_may_stay_down)
          .witness("Blocked"),
      reachable("AllCommit", "All can commit.",
                [](const auto& s) { return s.participant.all(State::COMMIT); }),
      reachable("AllAbort", "All can abort.",
                [](const auto& s) { return s.participant.all(State::ABORT); }),
      reachable("AbortThoughAllVotedYes",
                "A time-out may come although all votes are on their way, and yes.",
                [](const auto& s) { return all_voted_yes(s) && s.coordinatorLog == State::ABORT; }),
      reachable("RedoneCommit", "A participant may crash after it has carried out a commit.",
                [](const auto& s) {
                  return s.Participant.any([&](int p) {
                    return s.participant[p] == State::DOWN &&
                           s.participantLog[p] == State::COMMIT && s.ACK.sent(p);
                  });
                })
          .if_parameters(participants_crash),
      reachable("AllDecidedWhileOneIsDown", "A crash need not keep the others from deciding.",
                [](const auto& s) {
                  return all_participants_decided(s) &&
                         (s.coordinator == State::DOWN || s.participant.any(State::DOWN));
                })
          .if_parameters([](const Parameters& p) { return p["crash"] != 0; }),
      reachable("Blocked", "All reachable participants are READY, and nobody will tell them.",
                [](const auto& s) {
                  return blocked(s) &&
                         s.Participant.any([&](int p) { return s.participant[p] == State::READY; });
                })
          .if_parameters(coordinator_may_stay_down),
      reachable("BlockedBesidesOneWhoKnows",
                "A participant that could tell, but stays down, is of no help.",
                [](const auto& s) {
                  return blocked(s) && s.Participant.any([&](int p) {
                    return s.participant[p] == State::READY;
                  }) && !s.participantLog.all(State::READY);
                })
          .if_parameters([](const Parameters& p) {
            return coordinator_may_stay_down(p) && participants_may_stay_down(p);
          }),
      reachable("SomeoneCanTell", "The coordinator is down, and some participant can tell.",
                [](const auto& s) { return s.coordinator == State::DOWN && some_can_tell(s); })
          .if_parameters(coordinator_may_stay_down),
      always_possible("AC5",
                      "[BHG87]: if all failures are repaired, all processes decide. From every "
                      "state they still can: the coordinator goes by its log or times out, and "
                      "tells the others.",
                      [](const auto& s) {
                        return all_participants_decided(s) &&
                               (decided(s.coordinatorLog) || s.coordinatorLog == State::DONE);
                      })
          .if_parameters(all_failures_are_repaired),
      always_possible("CanForget", "From every state the coordinator can still get all ACKs.",
                      [](const auto& s) { return s.coordinatorLog == State::DONE; })
          .if_parameters(all_failures_are_repaired),
      always_possible(
          "CanDecideAlone",
          "With the coordinator down for good, as long as one participant can tell, all "
          "can still decide: it does, and the others ask it.",
          [](const auto& s) { return all_participants_decided(s); })
          .from("SomeoneCanTell")
          .if_parameters([](const Parameters& p) {
            return coordinator_may_stay_down(p) && !participants_may_stay_down(p);
          }),
      always_possible("NonBlocking",
                      "The wrong belief that participants can always decide without the "
                      "coordinator.",
                      [](const auto& s) { return all_participants_decided(s); })
          .if_parameters([](const Parameters& p) { return p["nonblocking"] != 0; }),
      proper_end("All is done and forgotten; or the coordinator is down for good, and whoever else "
                 "is up has carried out a decision or is blocked.",
                 [](const auto& s) {
                   if (s.coordinator == State::DONE) return true;
                   if (s.coordinator != State::DOWN) return false;
                   return blocked(s) || !s.cooperative ||
                          !(s.participant.any(State::INIT) || s.participant.any(State::READY));
                 }));
}

}  // namespace

System two_phase_commit_system() {
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
  };
  system.scenarios = {
      scenario("blocked",
               "[S12]: all participants are READY, and the coordinator, who alone has decided, "
               "stays down: they may neither commit nor abort.",
               under("crash=coordinator recover=none"),
               {"SendVoteRequest", "SendVoteCommit(p1)", "SendVoteCommit(p2)", "SendVoteCommit(p3)",
                "DecideCommit", "CrashCoordinator"})
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
               under("participants=2 init_answer=literal"),
               {"SendVoteRequest", "SendVoteCommit(p1)", "Ask(p1, p2)", "SendVoteCommit(p2)",
                "DecideCommit"})
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
  return define<TwoPhaseCommit>(std::move(system), two_phase_commit_claims());
}

}  // namespace synod
