// What Raft's servers send each other and keep in their logs. [OO14] Figure 2; see raft.hpp.
#pragma once

#include "checker/vocabulary/records.hpp"

namespace synod::raft {

enum class Role : int { Follower, Candidate, Leader };
enum class Durable : int { all, no_vote, nothing };

struct Entry {
  int term;
  int value;
};

/// What a heartbeat carries.
inline constexpr Entry no_entry{0, none};

/// An entry that some leader has committed, and the term of that leader.
struct Committed {
  int term;
  int value;
  int in;
};

// Remote procedure calls: a request, and its reply.
struct RequestVote {
  int from, to, term, lastLogIndex, lastLogTerm;
};
struct RequestVoteReply {
  int from, to, term, voteGranted;
};
struct AppendEntries {
  int from, to, term, prevLogIndex, prevLogTerm;
  int entryTerm, entry;  // of the one entry, or none: a heartbeat
  int leaderCommit;
};
struct AppendEntriesReply {
  int from, to, term, success, matchIndex;
};

/// The index of the last entry that a follower has in common with the leader once it accepts.
inline int last_new(const AppendEntries& m) { return m.prevLogIndex + (m.entry != none ? 1 : 0); }

/// Visits the terms in a record.
void each_term(Entry& entry, auto&& visit) { visit(entry.term); }
void each_term(Committed& entry, auto&& visit) { visit(entry.term), visit(entry.in); }
void each_term(RequestVote& m, auto&& visit) { visit(m.term), visit(m.lastLogTerm); }
void each_term(RequestVoteReply& m, auto&& visit) { visit(m.term); }
void each_term(AppendEntries& m, auto&& visit) {
  visit(m.term), visit(m.prevLogTerm), visit(m.entryTerm);
}
void each_term(AppendEntriesReply& m, auto&& visit) { visit(m.term); }

/// Their fields, in the order of the structs.
inline std::vector<ElementType> message_types(const Domain& Server, const Domain& Value,
                                              const Domain& Term, const Domain& Index) {
  return {
      message("RequestVote", "from to term lastLogIndex lastLogTerm",
              {Server, Server, Term, Index, Term}),
      message("RequestVoteReply", "from to term voteGranted", {Server, Server, Term, boolean()}),
      message("AppendEntries", "from to term prevLogIndex prevLogTerm entryTerm entry leaderCommit",
              {Server, Server, Term, Index, Term, Term, optional(Value), Index}),
      message("AppendEntriesReply", "from to term success matchIndex",
              {Server, Server, Term, boolean(), Index})};
}

}  // namespace synod::raft
