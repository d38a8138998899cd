// What becomes of two-phase commit in the end, if processes go on, and which of them have to. The
// sources are in two_phase_commit.hpp.
//
// Participants are interchangeable: what is claimed of p1 holds of each. To have decided is a
// matter of the log, as everywhere here.
//
// Weak fairness asks for a step that can be taken all along. One that crashes again and again takes
// away and gives back can be asked for by strong fairness only.
#pragma once

#include "model/two_phase_commit/claims.hpp"

namespace synod::two_phase_commit {

/// Of behaviours in which whoever is up goes on, and the coordinator may go down for good.
inline auto temporal_if_all_go_on(std::string name, std::string because, std::string formula) {
  return temporal(std::move(name), std::move(because), std::move(formula))
      .assuming("SF(Ask by participant)")
      .assuming("WF(DecideCommit, DecideAbort, TimeOut)")
      .assuming("WF(SendGlobalCommit, SendGlobalAbort by participant)")
      .assuming("SF(RcvGlobalCommit, RcvGlobalAbort by participant)")
      .assuming("WF(RecoverParticipant by participant)");
}

inline auto two_phase_commit_liveness() {
  return claims(
      named("AllDecided", "The coordinator and all participants have decided.",
            [](const auto& s) {
              return all_participants_decided(s) &&
                     (Decided(s.coordinatorLog) || s.coordinatorLog == State::DONE);
            }),
      named("P1Up", "p1 is up.", [](const auto& s) { return s.participant[0] != State::DOWN; }),
      named("P1Ready", "p1 is in READY, and up.",
            [](const auto& s) { return s.participant[0] == State::READY; }),
      named("P1Decided", "p1 has decided.",
            [](const auto& s) { return Decided(s.participantLog[0]); }),
      temporal("Terminates",
               "[S12], phases 1 and 2: without crashes all decide, though nobody ever gives up "
               "waiting: each participant votes, and each vote and each decision is read.",
               "<> AllDecided")
          .assuming("WF(SendVoteRequest)")
          .assuming("WF(SendVoteCommit, SendVoteAbort by participant)")
          .assuming("WF(DecideCommit, DecideAbort)")
          .assuming("WF(SendGlobalCommit, SendGlobalAbort by participant)")
          .assuming("WF(RcvGlobalCommit, RcvGlobalAbort by participant)")
          .if_parameters([](const Parameters& p) { return !somebody_crashes(p) && p["log"] == 0; }),
      temporal("RepairedDecides",
               "[BHG87], AC5: whoever is repaired decides, in the end. Crashes need not cease, nor "
               "others come back, if only the coordinator does, and gives up waiting for votes: "
               "strong fairness lets each get on with its part while it is up.",
               "[]<> P1Up -> <> P1Decided")
          .assuming("WF(RecoverCoordinator)")
          .assuming("SF(SendVoteCommit, SendVoteAbort by participant)")
          .assuming("SF(DecideCommit, DecideAbort, TimeOut)")
          .assuming("SF(SendGlobalCommit, SendGlobalAbort by participant)")
          .assuming("SF(RcvGlobalCommit, RcvGlobalAbort by participant)")
          .if_parameters([](const Parameters& p) {
            return somebody_crashes(p) && !coordinator_may_stay_down(p);
          }),
      temporal("WeakFairnessIsEnough",
               "The wrong belief that weak fairness is enough for that: a coordinator that crashes "
               "each time before its next step could not have taken that step all along.",
               "[]<> P1Up -> <> P1Decided")
          .assuming("WF(RecoverCoordinator)")
          .assuming("WF(SendVoteCommit, SendVoteAbort by participant)")
          .assuming("WF(DecideCommit, DecideAbort, TimeOut)")
          .assuming("WF(SendGlobalCommit, SendGlobalAbort by participant)")
          .assuming("WF(RcvGlobalCommit, RcvGlobalAbort by participant)")
          .if_parameters([](const Parameters& p) {
            return coordinator_crashes(p) && !coordinator_may_stay_down(p);
          })
          .refuted_always(),
      temporal_if_all_go_on(
          "AskingHelps",
          "[S12], the table: with the coordinator down for good, whoever is READY decides, unless "
          "all that it can reach are READY. Whoever is in INIT, COMMIT or ABORT can tell; one that "
          "is down can once it is back, if it comes back.",
          "P1Ready ~> P1Decided || !P1Up || Blocked")
          .if_parameters(coordinator_may_stay_down)
          .refuted_if([](const Parameters& p) { return p["termination"] != 0; }),
      temporal("AskingInVain",
               "[S12]: \"If all participants are in the READY state, the protocol blocks.\" Then "
               "nobody decides, whomever it asks and however often.",
               "[](Blocked && P1Ready -> [](P1Ready || !P1Up))")
          .if_parameters(coordinator_may_stay_down),
      temporal_if_all_go_on(
          "ReadyDecides",
          "The wrong belief that whoever is READY decides, though the coordinator be down for "
          "good. Who is blocked has no step left that fairness could ask for.",
          "P1Ready ~> P1Decided || !P1Up")
          .if_parameters(coordinator_may_stay_down)
          .refuted_always());
}

}  // namespace synod::two_phase_commit
