// Raft: leader election and log replication.
// [OO14] D. Ongaro, J. Ousterhout, "In Search of an Understandable Consensus Algorithm", USENIX ATC
// 2014, extended version; what follows is its Figure 2, rule by rule.
//
// Departures from the paper: a request carries at most one entry; a handler is one step; an entry
// is applied when it is committed; a reply that changes nothing at its receiver is left to be lost.
// What candidates and leaders keep is cleared with the role. `elected` and `committed` are history.
#pragma once

#include "checker/vocabulary/faults.hpp"
#include "checker/vocabulary/machine.hpp"
#include "checker/vocabulary/network.hpp"
#include "checker/vocabulary/sequence.hpp"
#include "model/raft/messages.hpp"
#include "model/raft/normal_form.hpp"

namespace synod::raft {

template <class Mode>
struct Raft : Machine<Mode> {
  using Machine<Mode>::Machine;

  // Constants
  const int terms = this->parameter("terms");
  const int entries = this->parameter("entries");
  const int quorum = this->parameter("quorum");
  const bool followers_only = this->parameter("commit_by") != 0;
  const Durable durable{this->parameter("durable")};
  const Domain Server = interchangeable("server", "s", this->parameter("servers"));
  const Domain Value = interchangeable("value", "v", this->parameter("values"));
  const Domain Term = integers("term", 0, terms);
  const Domain Index = integers("index", 0, entries), EntryIndex = integers("index", 1, entries);
  const Domain Roles = enumeration("role", {"Follower", "Candidate", "Leader"});

  // Variables: persistent on all servers, volatile on all, volatile on candidates and leaders
  Map<Mode> currentTerm{*this, "currentTerm", Server, Term};
  Map<Mode> votedFor{*this, "votedFor", Server, optional(Server)};
  Sequence<Mode, Entry> log{*this, "log", {Server}, fields("term value", {Term, Value}), entries};
  Map<Mode, Role> role{*this, "role", Server, Roles};
  Map<Mode> commitIndex{*this, "commitIndex", Server, Index};
  Sets<Mode> votesGranted{*this, "votesGranted", Server, Server};
  Map<Mode> nextIndex{*this, "nextIndex", {Server, Server}, integers("index", 1, entries + 1)};
  Map<Mode> matchIndex{*this, "matchIndex", {Server, Server}, Index};
  Crashes<Mode> crashes{*this, Server};
  Network<Mode, RequestVote, RequestVoteReply, AppendEntries, AppendEntriesReply> msgs{
      *this, "msgs", message_types(Server, Value, Term, Index)};
  // History: who was elected in each term, and what was committed
  Map<Mode> elected{*this, "elected", Term, optional(Server)};
  Sequence<Mode, Committed> committed{
      *this, "committed", {}, fields("term value in", {Term, Value, Term}), entries};

  void Init() {
    votedFor.fill(none);
    elected.fill(none);
  }

  // Leader election, section 5.2

  /// No heartbeat came: a new term, and a vote for itself.
  void Timeout(int i) {
    WHEN(up, crashes.up(i));
    WHEN(not_leader, role[i] != Role::Leader);
    WITHIN(terms, currentTerm[i] < terms);
    THEN(term, currentTerm[i] = currentTerm[i] + 1);
    THEN(candidate, become(i, Role::Candidate));
    THEN(vote, votedFor[i] = i; votesGranted[i].insert(i));
  }

  /// RequestVote to one of the others, again and again.
  void SendRequestVote(int i, int j) {
    WHEN(candidate, role[i] == Role::Candidate && i != j);
    WITHIN(in_flight, msgs.room_for(1));
    THEN(request, msgs.send(RequestVote{i, j, currentTerm[i], log(i).size(), lastTerm(i)}));
  }

  /// One vote a term, first come first served, for a log that is at least as up-to-date.
  void GrantVote(const RequestVote& m) {
    WHEN(up, crashes.up(m.to));
    WHEN(not_stale, m.term >= currentTerm[m.to]);
    WHEN(free, has_a_vote_for(m));
    WHEN(up_to_date, up_to_date(m));
    THEN(receive, receive(m));
    THEN(vote, votedFor[m.to] = m.from);
    THEN(reply, msgs.send(RequestVoteReply{m.to, m.from, m.term, true}));
  }

  /// Its reply tells the candidate of a later term.
  void DenyVote(const RequestVote& m) {
    WHEN(up, crashes.up(m.to));
    WHEN(refused, m.term < currentTerm[m.to] || !has_a_vote_for(m) || !up_to_date(m));
    THEN(receive, receive(m));
    THEN(reply, msgs.send(RequestVoteReply{m.to, m.from, currentTerm[m.to], false}));
  }

  void HandleRequestVoteReply(const RequestVoteReply& m) {
    WHEN(up, crashes.up(m.to));
    WHEN(not_stale, m.term > currentTerm[m.to] ||
                        (m.term == currentTerm[m.to] && role[m.to] == Role::Candidate));
    THEN(receive, receive(m));
    THEN(count, if (m.voteGranted) votesGranted[m.to].insert(m.from));
  }

  /// Only a candidate has votes.
  void BecomeLeader(int i) {
    WHEN(quorum, votesGranted[i].size() >= quorum);
    THEN(lead, become(i, Role::Leader));
    THEN(next, for (const int j : Server) nextIndex(i, j) = log(i).size() + 1);
    THEN(history, elected[currentTerm[i]] = i);
  }

  // Log replication, section 5.3

  /// The leader appends what a client asks for.
  void ClientRequest(int i, int v) {
    WHEN(leader, role[i] == Role::Leader);
    WITHIN(entries, log(i).size() < entries);
    THEN(append, log(i).append({currentTerm[i], v}));
  }

  /// The entry at nextIndex, or a heartbeat when there is none.
  void SendAppendEntries(int i, int j) {
    WHEN(leader, role[i] == Role::Leader && i != j);
    WITHIN(in_flight, msgs.room_for(1));
    THEN(send, {
      const int next = nextIndex(i, j);
      const Entry e = log(i).at_or(next, no_entry);
      msgs.send(AppendEntries{i, j, currentTerm[i], next - 1, term_at(i, next - 1), e.term, e.value,
                              commitIndex[i]});
    });
  }

  /// The entry before has to be there: the consistency check. What conflicts is deleted.
  void AcceptEntries(const AppendEntries& m) {
    WHEN(up, crashes.up(m.to));
    WHEN(not_stale, m.term >= currentTerm[m.to]);
    WHEN(consistent, term_at(m.to, m.prevLogIndex) == m.prevLogTerm);
    THEN(receive, receive(m));
    THEN(follow, follow(m));
    THEN(write, if (m.entry != none) write(m.to, m.prevLogIndex + 1, {m.entryTerm, m.entry}));
    THEN(commit, commitIndex[m.to] =
                     std::max<int>(commitIndex[m.to], std::min(m.leaderCommit, last_new(m))));
    THEN(reply, msgs.send(AppendEntriesReply{m.to, m.from, m.term, true, last_new(m)}));
  }

  void RejectEntries(const AppendEntries& m) {
    WHEN(up, crashes.up(m.to));
    WHEN(refused, m.term < currentTerm[m.to] || term_at(m.to, m.prevLogIndex) != m.prevLogTerm);
    THEN(receive, receive(m));
    THEN(follow, follow(m));
    THEN(reply, msgs.send(AppendEntriesReply{m.to, m.from, currentTerm[m.to], false, 0}));
  }

  void HandleAppendEntriesReply(const AppendEntriesReply& m) {
    WHEN(up, crashes.up(m.to));
    WHEN(not_stale,
         m.term > currentTerm[m.to] || (m.term == currentTerm[m.to] && role[m.to] == Role::Leader));
    THEN(receive, receive(m));
    THEN(advance, if (m.success) matchIndex(m.to, m.from) =
                      std::max<int>(matchIndex(m.to, m.from), m.matchIndex));
    THEN(next, nextIndex(m.to, m.from) = m.success ? matchIndex(m.to, m.from) + 1
                                                   : std::max(nextIndex(m.to, m.from) - 1, 1));
  }

  /// The leader knows that a majority has the entry, and it is of the leader's own term
  /// (section 5.4.2). Those before it are committed with it.
  void AdvanceCommitIndex(int i, int n) {
    WHEN(beyond, n > commitIndex[i] && n <= log(i).size());
    WHEN(replicated, role[i] == Role::Leader && replicated(i, n));
    WHEN(own_term, log(i).at(n).term == currentTerm[i]);
    THEN(commit, commitIndex[i] = n);
    THEN(history, note_committed(i, n));
  }

  void Next() {
    ACTION(Timeout, Server);
    ACTION(SendRequestVote, Server, Server);
    ACTION(GrantVote, every<RequestVote>(msgs));
    ACTION(DenyVote, every<RequestVote>(msgs));
    ACTION(HandleRequestVoteReply, every<RequestVoteReply>(msgs));
    ACTION(BecomeLeader, Server);
    ACTION(ClientRequest, Server, Value);
    ACTION(SendAppendEntries, Server, Server);
    ACTION(AcceptEntries, every<AppendEntries>(msgs));
    ACTION(RejectEntries, every<AppendEntries>(msgs));
    ACTION(HandleAppendEntriesReply, every<AppendEntriesReply>(msgs));
    ACTION(AdvanceCommitIndex, Server, EntryIndex);
    crashes.actions(*this, [this](int i) {
      become(i, Role::Follower);
      commitIndex[i] = 0;
      if (durable != Durable::all) votedFor[i] = none;
      if (durable == Durable::nothing) currentTerm[i] = 0;
      if (durable == Durable::nothing) log(i).clear();
    });
    msgs.faults(*this);
  }

  void Normalise() { renumber_terms(*this); }

  // Definitions
  int term_at(int i, int position) const { return log(i).at_or(position, no_entry).term; }
  int lastTerm(int i) const { return term_at(i, log(i).size()); }
  bool has_a_vote_for(const RequestVote& m) const {
    return m.term > currentTerm[m.to] || votedFor[m.to] == none || votedFor[m.to] == m.from;
  }
  /// Section 5.4.1: the later last term wins; with equal last terms, the longer log.
  bool up_to_date(const RequestVote& m) const {
    return std::pair(m.lastLogTerm, m.lastLogIndex) >= std::pair(lastTerm(m.to), log(m.to).size());
  }
  /// With commit_by=followers, a majority of those who are not the leader, as the lecture says it.
  bool replicated(int i, int n) const {
    const int followers = Server.count([&](int j) { return j != i && matchIndex(i, j) >= n; });
    return followers_only ? followers > (Server.size() - 1) / 2 : followers + 1 >= quorum;
  }

 private:
  /// Figure 2, "All Servers": a later term makes a follower of whoever learns of it.
  void receive(const auto& m) {
    msgs.receive(m);
    if (m.term <= currentTerm[m.to]) return;
    currentTerm[m.to] = m.term;
    votedFor[m.to] = none;
    become(m.to, Role::Follower);
  }

  /// A candidate that hears from the leader of its term follows it, whatever its log.
  void follow(const AppendEntries& m) {
    if (m.term == currentTerm[m.to] && role[m.to] == Role::Candidate) become(m.to, Role::Follower);
  }

  void become(int i, Role next) {
    role[i] = next;
    votesGranted[i].clear();
    for (const int j : Server) {
      nextIndex(i, j) = 1;
      matchIndex(i, j) = 0;
    }
  }

  void write(int i, int position, const Entry& entry) {
    if (term_at(i, position) != entry.term) log(i).truncate(std::min(position - 1, log(i).size()));
    if (log(i).size() < position) log(i).append(entry);
  }

  void note_committed(int i, int n) {
    for (int k = committed.size() + 1; k <= n; ++k)
      committed.append({log(i).at(k).term, log(i).at(k).value, currentTerm[i]});
  }
};

}  // namespace synod::raft
