// What Raft promises in the long run, and what it does not. The sources are cited in raft.hpp.
//
// An asynchronous system need not elect anybody, so something has to be assumed of time. Here that
// is eventual synchrony: from some time on no election timeout runs out, for messages arrive in
// time: FIN(Timeout). Then who stands for election by then wins, if it is one server only. Messages
// may still be lost, but not all of those that are sent again and again: SF.
#pragma once

#include "model/raft/claims.hpp"

namespace synod::raft {

/// All others follow i, who is in the latest term.
inline bool stands_alone(const auto& s, int i) {
  return s.crashes.up(i) && s.role[i] != Role::Follower && s.Server.all([&](int j) {
    return s.currentTerm[j] <= s.currentTerm[i] && (j == i || s.role[j] == Role::Follower);
  });
}

/// Those who are up and have voted for i, or would, are a quorum.
inline bool has_its_quorum(const auto& s, int i) {
  const int voters = s.Server.count([&](int j) {
    const RequestVote m{i, j, s.currentTerm[i], s.log(i).size(), s.lastTerm(i)};
    return s.crashes.up(j) && s.has_a_vote_for(m) && s.up_to_date(m);
  });
  return voters >= s.quorum;
}

/// The first entry of i's own term, or 0.
inline int first_of_its_term(const auto& s, int i) {
  int k = 1;
  while (k <= s.log(i).size() && s.term_at(i, k) != s.currentTerm[i]) ++k;
  return k <= s.log(i).size() ? k : 0;
}

/// The leader whom all others follow, while all are up; or none.
inline int only_leader(const auto& s) {
  for (const int i : s.Server)
    if (s.role[i] == Role::Leader && stands_alone(s, i) && s.crashes.number_down() == 0) return i;
  return none;
}

inline bool committed_everywhere(const auto& s, int k) {
  return s.Server.all([&](int j) { return s.commitIndex[j] >= k; });
}

/// Such a network may deliver one old message again and again and lose all that come later, as if
/// nothing else had ever been sent: strong fairness does not tell copies apart.
inline bool repeats_old_messages(const Parameters& p) { return p["network"] == 1; }

/// Who stands for election asks again, and who leads sends again, each of the others.
inline constexpr const char* keeps_sending =
    "WF(SendRequestVote, SendAppendEntries by server server)";

/// Three servers and more messages make graphs that take minutes.
inline bool has_a_large_graph(const Parameters& p) {
  return p["servers"] > 2 && p["in_flight"] > 1;
}

inline auto liveness_claims() {
  return claims(
      named("OneStands",
            "In the latest term one server is candidate or leader, all others follow, and a quorum "
            "that is up has voted for it or would.",
            [](const auto& s) {
              return s.Server.any(
                  [&](int i) { return stands_alone(s, i) && has_its_quorum(s, i); });
            }),
      named("OneLeads", "A server is the leader, and all others follow.",
            [](const auto& s) {
              return s.Server.any(
                  [&](int i) { return s.role[i] == Role::Leader && stands_alone(s, i); });
            }),
      named("Appended",
            "A server is the leader, all others follow, all are up, and there is an entry of its "
            "term in its log.",
            [](const auto& s) {
              const int i = only_leader(s);
              return i != none && first_of_its_term(s, i) != 0;
            }),
      named("Replicated", "All servers have committed that entry, and so those before it.",
            [](const auto& s) {
              const int i = only_leader(s);
              if (i == none || first_of_its_term(s, i) == 0) return false;
              return committed_everywhere(s, first_of_its_term(s, i));
            }),
      named("OldEntry", "The same, but all its entries are of earlier terms.",
            [](const auto& s) {
              const int i = only_leader(s);
              return i != none && !s.log(i).empty() && first_of_its_term(s, i) == 0;
            }),
      temporal("OneCandidateWins",
               "[OO14] section 5.2: a candidate that others do not compete with, because \"in most "
               "cases only a single server will time out\", wins, once nobody crashes any more. It "
               "asks again until a quorum has answered.",
               "<>[]OneStands -> <>[]OneLeads")
          .assuming("FIN(Timeout)")
          .assuming("FIN(Crash)")
          .assuming(keeps_sending)
          .assuming("SF(GrantVote by to)")
          .assuming("SF(HandleRequestVoteReply by from)")
          .assuming("WF(BecomeLeader)")
          .costly_if(has_a_large_graph)
          .refuted_if(repeats_old_messages),
      temporal("EntriesAreCommitted",
               "[OO14] section 5.3: the leader retries \"indefinitely ... until all followers "
               "eventually store all log entries\", and its heartbeats say what is committed.",
               "<>[]Appended -> <>[]Replicated")
          .assuming(keeps_sending)
          .assuming("SF(AcceptEntries by to)")
          .assuming("SF(RejectEntries by to)")
          .assuming("SF(HandleAppendEntriesReply by from)")
          .assuming("WF(AdvanceCommitIndex)")
          .costly_if(has_a_large_graph)
          .refuted_if(repeats_old_messages),
      temporal("EventuallyElectsALeader",
               "[OO14] section 5.2: \"votes could be split\", and \"without extra measures split "
               "votes could repeat indefinitely\", though all servers are up and all messages "
               "arrive. Raft uses randomized election timeouts against exactly this.",
               "<>LeaderElected")
          .assuming("FIN(LoseMessage)")
          .assuming("WF(Timeout by server)")
          .assuming("SF(SendRequestVote by server server)")
          .assuming("SF(GrantVote, DenyVote by to)")
          .assuming("SF(HandleRequestVoteReply by from)")
          .assuming("SF(BecomeLeader)")
          // Where messages repeat, they fill the network, and all that goes on is cut off.
          .if_parameters([](const Parameters& p) { return !repeats_old_messages(p); })
          .refuted_always(),
      temporal("OldEntriesAreCommitted",
               "[OO14] section 8: a new leader has all committed entries, but \"may not know which "
               "those are. To find out, it needs to commit an entry from its term\", so it appends "
               "\"a blank no-op entry\" at once. Without, old entries wait (section 5.4.2).",
               "<>[]OldEntry -> <>Committed")
          .assuming(keeps_sending)
          .assuming("SF(AcceptEntries by to)")
          .assuming("SF(RejectEntries by to)")
          .assuming("SF(HandleAppendEntriesReply by from)")
          .assuming("WF(AdvanceCommitIndex)")
          .if_parameters(later_terms)
          .refuted_always());
}

}  // namespace synod::raft
