// What two-phase commit promises, and when it blocks. The sources are in two_phase_commit.hpp.
#pragma once

#include "checker/vocabulary/claims.hpp"
#include "model/two_phase_commit/two_phase_commit.hpp"

namespace synod::two_phase_commit {

/// Somebody's log says so: a participant's or the coordinator's.
inline bool somebody_decided(const auto& s, State decision) {
  return s.coordinatorLog == decision || s.participantLog.any(decision);
}

inline bool all_participants_decided(const auto& s) {
  return s.Participant.all([&](int p) { return Decided(s.participantLog[p]); });
}

inline bool all_voted_yes(const auto& s) {
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

inline bool reachable_participant(const auto& s, int p) {
  return s.participant[p] != State::DOWN || s.recover != Recover::none;
}

inline bool can_tell(const auto& s, int p) {
  return reachable_participant(s, p) &&
         (s.participantLog[p] != State::READY || s.GlobalCommit.sent(p) || s.GlobalAbort.sent(p));
}

inline bool some_can_tell(const auto& s) {
  return s.Participant.any([&](int p) { return can_tell(s, p); });
}

inline bool blocked(const auto& s) { return s.coordinator == State::DOWN && !some_can_tell(s); }

inline bool coordinator_crashes(const Parameters& p) {
  const auto crash = static_cast<Crash>(p["crash"]);
  return crash == Crash::coordinator || crash == Crash::all;
}
inline bool participants_crash(const Parameters& p) {
  const auto crash = static_cast<Crash>(p["crash"]);
  return crash == Crash::participants || crash == Crash::all;
}
inline bool coordinator_may_stay_down(const Parameters& p) {
  return coordinator_crashes(p) && static_cast<Recover>(p["recover"]) != Recover::all;
}
inline bool participants_may_stay_down(const Parameters& p) {
  return participants_crash(p) && static_cast<Recover>(p["recover"]) == Recover::none;
}
inline bool all_failures_are_repaired(const Parameters& p) {
  return !coordinator_may_stay_down(p) && !participants_may_stay_down(p);
}
inline bool somebody_crashes(const Parameters& p) { return p["crash"] != 0; }

inline auto two_phase_commit_claims() {
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
               if (Decided(before.participantLog[p]) &&
                   after.participantLog[p] != before.participantLog[p])
                 return before.conjunct("a participant keeps its decision", false);
             const State from = before.coordinatorLog;
             const State to = after.coordinatorLog;
             return before.conjunct("the coordinator keeps its decision",
                                    to == from || (Decided(from) && to == State::DONE) ||
                                        (!Decided(from) && from != State::DONE));
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
                 const bool ahead = !Decided(now) && Decided(s.participantLog[p]);
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
                   [&](int p) { return !s.ACK.sent(p) || Decided(s.participantLog[p]); });
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
          .if_parameters(somebody_crashes)
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
          .if_parameters(somebody_crashes),
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
                               (Decided(s.coordinatorLog) || s.coordinatorLog == State::DONE);
                      })
          .if_parameters(all_failures_are_repaired),
      always_possible("CanForget", "From every state the coordinator can still get all ACKs.",
                      [](const auto& s) { return s.coordinatorLog == State::DONE; })
          .if_parameters(all_failures_are_repaired),
      always_possible(
          "CanDecideAlone",
          "With the coordinator down for good, all can still decide while one can tell.",
          [](const auto& s) { return all_participants_decided(s); })
          .from("SomeoneCanTell")
          .if_parameters([](const Parameters& p) {
            return coordinator_may_stay_down(p) && !participants_may_stay_down(p);
          }),
      always_possible("NonBlocking", "The wrong belief that the coordinator is not needed.",
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

}  // namespace synod::two_phase_commit
