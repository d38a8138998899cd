// Runs of Raft that the paper tells.
#pragma once

#include "checker/vocabulary/system.hpp"

namespace synod::raft {

inline Steps operator+(Steps first, const Steps& then) {
  first.insert(first.end(), then.begin(), then.end());
  return first;
}

/// Server `i`, a candidate, asks `j` for its vote and gets it.
inline Steps vote(const std::string& i, const std::string& j) {
  return {"SendRequestVote(" + i + ", " + j + ")",
          "GrantVote(RequestVote(" + i + " -> " + j + "...",
          "HandleRequestVoteReply(RequestVoteReply(" + j + " -> " + i + "..."};
}
/// Leader `i` sends `j` the entry at nextIndex, or a heartbeat; it is accepted, or rejected.
inline Steps append(const std::string& i, const std::string& j, const std::string& how = "Accept") {
  return {"SendAppendEntries(" + i + ", " + j + ")",
          how + "Entries(AppendEntries(" + i + " -> " + j + "...",
          "HandleAppendEntriesReply(AppendEntriesReply(" + j + " -> " + i + "..."};
}

/// s1 is elected by as many as are needed, its entry is copied to as many, committed, and brought
/// to the others; then the first hear of it too.
inline Steps normal(const Parameters& p) {
  const auto server = [](int i) { return "s" + std::to_string(i); };
  Steps votes, copies, rest;
  for (int i = 2; i <= p["servers"]; ++i) {
    const Steps copied = append("s1", server(i));
    if (i <= p["quorum"]) votes = votes + vote("s1", server(i));
    (i <= p["quorum"] ? copies : rest) = (i <= p["quorum"] ? copies : rest) + copied;
  }
  return Steps{"Timeout(s1)"} + votes + Steps{"BecomeLeader(s1)", "ClientRequest(s1, v1)"} +
         copies + Steps{"AdvanceCommitIndex(s1, 1)"} + rest + copies;
}

/// With the paper's terms and indexes less one: the entry that all have to begin with is left out.
inline std::vector<Scenario> scenarios() {
  const Change figure_8 =
      under("servers=5 values=3 terms=4 entries=2 crash=recovery crashes=3 in_flight=1");
  const Steps a_to_c =
      // (a) S1 is leader and partially replicates an entry.
      Steps{"Timeout(s1)"} + vote("s1", "s2") + vote("s1", "s5") + Steps{"BecomeLeader(s1)"} +
      Steps{"ClientRequest(s1, v1)"} + append("s1", "s2") +
      // (b) S1 crashes; S5 is elected with votes from S3, S4 and itself, and takes another entry.
      Steps{"Crash(s1)", "Timeout(s5)"} + vote("s5", "s3") + vote("s5", "s4") +
      Steps{"BecomeLeader(s5)", "ClientRequest(s5, v2)"} +
      // (c) S5 crashes; S1 restarts, is elected, at its second try, and continues replication.
      Steps{"Crash(s5)", "Restart(s1)", "Timeout(s1)", "Timeout(s1)"} + vote("s1", "s2") +
      vote("s1", "s3") + Steps{"BecomeLeader(s1)"} + append("s1", "s2") +
      append("s1", "s3", "Reject") + append("s1", "s3");
  const Steps s5_returns = {"Crash(s1)", "Restart(s5)", "Timeout(s5)", "Timeout(s5)"};
  return {
      scenario("normal", "An election, and one entry that is committed everywhere.",
               under("terms=1 in_flight=1"), {"servers", "quorum"}, normal)
          .ends_in("CommittedEverywhere"),
      scenario("figure_8",
               "[OO14] Figure 8 (a) to (c): the entry of an old term is on a majority, and yet the "
               "leader must not commit it.",
               figure_8, a_to_c + Steps{"AdvanceCommitIndex(s1, 1)"})
          .refused_by("AdvanceCommitIndex.own_term"),
      scenario("figure_8_overwritten",
               "[OO14] Figure 8 (d): had it done so, another leader would overwrite what is "
               "committed.",
               Change(figure_8).without("AdvanceCommitIndex.own_term"),
               // S2 learns of the commit. (d) S1 crashes; S5 is elected and overwrites the entry.
               a_to_c + Steps{"AdvanceCommitIndex(s1, 1)"} + append("s1", "s2") + s5_returns +
                   vote("s5", "s2") + vote("s5", "s3") + Steps{"BecomeLeader(s5)"} +
                   append("s5", "s2", "Reject") + append("s5", "s2"))
          .ends_in("StateMachineSafety"),
      scenario("figure_8_committed",
               "[OO14] Figure 8 (e): with an entry of its own term the leader commits both, and S5 "
               "cannot win an election.",
               figure_8,
               // (e) S1 replicates an entry of its own term before it crashes.
               a_to_c + Steps{"ClientRequest(s1, v3)"} + append("s1", "s2") + append("s1", "s3") +
                   Steps{"AdvanceCommitIndex(s1, 2)"} + s5_returns +
                   Steps{"SendRequestVote(s5, s2)", "GrantVote(RequestVote(s5 -> s2..."})
          .refused_by("GrantVote.up_to_date"),
  };
}

}  // namespace synod::raft
