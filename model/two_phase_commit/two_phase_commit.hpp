// Two-phase commit: a coordinator and participants that crash, recover and ask each other.
// [S12] M. van Steen, Distributed Systems, lecture on chapter 8, 2012, section 8.5: the automata,
//       what each state recovers to, and the table for a participant that asks another.
// [BHG87] P. Bernstein, V. Hadzilacos, N. Goodman, "Concurrency Control and Recovery in Database
//       Systems", 1987, chapter 7: AC1 to AC5, what is logged when, when it may be forgotten.
//
// A process is its state in memory, which a crash turns into DOWN, and the last record of its log,
// which a crash leaves alone. It has decided once its log says COMMIT or ABORT.
//
// Departures. The vote-request is one message to all: whom a crash kept from being asked never
// reads it. The decision goes to one participant at a time: a crash may come in between. A question
// to another participant and its answer are one step, as an answer that decides something stays
// true while it travels. Whoever aborts alone votes vote-abort, asked or not, and also sends an
// ACK. A time-out may come at any time. Sent messages stay in the set `msgs`: one that is never
// received is lost, one received twice is duplicated, late ones are reordered; the votes that a
// coordinator has lost in a crash, it may receive again. So none of these needs an action.
#pragma once

#include "checker/vocabulary/machine.hpp"

namespace synod::two_phase_commit {

/// Of both automata of [S12]; WAIT and DONE are the coordinator's only, READY the participants'.
enum class State : std::uint8_t { INIT, WAIT, READY, COMMIT, ABORT, DONE, DOWN };
/// Of a workspace or of storage: what the transaction found there, or what it leaves.
enum class Contents : std::uint8_t { nothing, before, after };
enum class Crash : std::uint8_t { none, coordinator, participants, all };
enum class Recover : std::uint8_t { all, participants, none };

inline bool Decided(State s) { return s == State::COMMIT || s == State::ABORT; }

template <class Mode>
struct TwoPhaseCommit : Machine<Mode> {
  using Machine<Mode>::Machine;
  using enum State;

  // Constants

  const Domain Participant = interchangeable("participant", "p", this->parameter("participants"));
  const Crash crash = static_cast<Crash>(this->parameter("crash"));
  const Recover recover = static_cast<Recover>(this->parameter("recover"));
  const bool coordinator_crashes = crash == Crash::coordinator || crash == Crash::all;
  const bool participants_crash = crash == Crash::participants || crash == Crash::all;
  const bool cooperative = this->parameter("termination") == 0;
  const bool both_abort = this->parameter("init_answer") == 0;
  const bool log_first = this->parameter("log") == 0;
  const bool copied = this->parameter("workspace") == 0;
  const Domain state =
      enumeration("state", {"INIT", "WAIT", "READY", "COMMIT", "ABORT", "DONE", "DOWN"});
  const Domain record = enumeration("record", {"INIT", "WAIT", "READY", "COMMIT", "ABORT", "DONE"});
  const Domain contents = enumeration("contents", {"nothing", "before", "after"});

  // Variables

  Scalar<Mode, State> coordinator{*this, "coordinator", state};         // volatile
  Scalar<Mode, State> coordinatorLog{*this, "coordinatorLog", record};  // durable
  Map<Mode, State> participant{*this, "participant", Participant, state};
  Map<Mode, State> participantLog{*this, "participantLog", Participant, record};
  Map<Mode, Contents> workspace{*this, "workspace", Participant, contents};  // durable
  Map<Mode, Contents> storage{*this, "storage", Participant, contents};      // durable
  Scalar<Mode, bool> timedOut{*this, "timedOut", boolean()};  // history: somebody gave up waiting

  Message<Mode> VoteRequest{*this, "msgs", "vote-request", {}};
  Message<Mode> VoteCommit{*this, "msgs", "vote-commit", {{"from", Participant}}};
  Message<Mode> VoteAbort{*this, "msgs", "vote-abort", {{"from", Participant}}};
  Message<Mode> GlobalCommit{*this, "msgs", "global-commit", {{"to", Participant}}};
  Message<Mode> GlobalAbort{*this, "msgs", "global-abort", {{"to", Participant}}};
  Message<Mode> ACK{*this, "msgs", "ACK", {{"from", Participant}}};

  void Init() { storage.fill(Contents::before); }

  // Actions of the coordinator

  /// Phase 1a: it asks for votes. [BHG87] has it log that it has begun.
  void SendVoteRequest() {
    WHEN(init, coordinator == INIT);
    THEN(log, coordinatorLog = WAIT);
    THEN(enter, coordinator = WAIT);
    THEN(ask, VoteRequest.send());
  }

  /// Phase 2a: all votes are vote-commit. The record decides, so it comes before any message.
  void DecideCommit() {
    WHEN(waiting, coordinator == WAIT);
    WHEN(all_yes, Participant.all([&](int p) { return VoteCommit.sent(p); }));
    THEN(log, if (log_first) coordinatorLog = COMMIT);
    THEN(enter, coordinator = COMMIT);
  }

  /// Phase 2a: somebody has voted vote-abort.
  void DecideAbort() {
    WHEN(waiting, coordinator == WAIT);
    WHEN(some_no, Participant.any([&](int p) { return VoteAbort.sent(p); }));
    THEN(log, if (log_first) coordinatorLog = ABORT);
    THEN(enter, coordinator = ABORT);
  }

  /// It has waited too long for a vote.
  void TimeOut() {
    WHEN(waiting, coordinator == WAIT);
    THEN(log, if (log_first) coordinatorLog = ABORT);
    THEN(enter, coordinator = ABORT);
    THEN(note, timedOut = true);
  }

  /// Only with log=after: the record follows some time after the decision.
  void LogDecision() {
    WHEN(decided, Decided(coordinator));
    THEN(log, coordinatorLog = coordinator);
  }

  void SendGlobalCommit(int p) {
    WHEN(decided, coordinator == COMMIT);
    THEN(tell, GlobalCommit.send(p));
  }

  void SendGlobalAbort(int p) {
    WHEN(decided, coordinator == ABORT);
    THEN(tell, GlobalAbort.send(p));
  }

  /// What the ACKs are for: when all are in, nobody will ask again what was decided.
  void Forget() {
    WHEN(decided, Decided(coordinator));
    WHEN(all_done, Participant.all([&](int p) { return ACK.sent(p); }));
    THEN(log, coordinatorLog = DONE);
    THEN(enter, coordinator = DONE);
  }

  // Actions of a participant

  /// Phase 1b, yes: results into the workspace (the pre-write), then the record, then the vote.
  void SendVoteCommit(int p) {
    WHEN(requested, VoteRequest.sent());
    WHEN(init, In(p, INIT));
    THEN(prewrite, workspace[p] = Contents::after);
    THEN(log, participantLog[p] = READY);
    THEN(enter, participant[p] = READY);
    THEN(vote, VoteCommit.send(p));
  }

  /// Phase 1b, no; or p has waited too long to be asked.
  void SendVoteAbort(int p) {
    WHEN(init, In(p, INIT));
    THEN(abort, AbortAlone(p));
  }

  /// Phase 2b: the decision is recorded; Enter carries it out.
  void RcvGlobalCommit(int p) {
    WHEN(told, GlobalCommit.sent(p));
    WHEN(ready, In(p, READY));
    THEN(log, participantLog[p] = COMMIT);
  }

  void RcvGlobalAbort(int p) {
    WHEN(told, GlobalAbort.sent(p));
    WHEN(ready, In(p, READY));
    THEN(log, participantLog[p] = ABORT);
  }

  /// The table: p has waited too long for the decision and asks q. COMMIT: p commits. ABORT: p
  /// aborts. READY: p asks another. INIT: p aborts, and q has to abort as well, lest it vote
  /// vote-commit when a late vote-request arrives; the table leaves that out (init_answer=literal).
  void Ask(int p, int q) {
    WHEN(ready, In(p, READY));
    WHEN(up, participant[q] != DOWN);
    WHEN(knows, participantLog[q] != READY);
    THEN(follow, participantLog[p] = participantLog[q] == COMMIT ? COMMIT : ABORT);
    THEN(answer, if (both_abort && participantLog[q] == INIT) AbortAlone(q));
    THEN(note, timedOut = true);
  }

  /// Entry into COMMIT or ABORT, as the log says: the results become permanent, or go away.
  void Enter(int p) {
    WHEN(decided, Decided(participantLog[p]));
    WHEN(outside, participant[p] == INIT || participant[p] == READY);
    THEN(enter, participant[p] = participantLog[p]);
    THEN(carry_out, CarryOut(p));
    THEN(acknowledge, ACK.send(p));
  }

  // Crashes and recovery

  void CrashCoordinator() {
    WHEN(up, coordinator != DOWN);
    THEN(stop, coordinator = DOWN);
  }

  /// It goes on as its log says: in WAIT it waits again, in COMMIT and ABORT it sends again.
  void RecoverCoordinator() {
    WHEN(down, coordinator == DOWN);
    THEN(resume, coordinator = coordinatorLog);
  }

  void CrashParticipant(int p) {
    WHEN(up, participant[p] != DOWN);
    THEN(stop, participant[p] = DOWN);
  }

  /// "Crashes in state S, and recovers to S". The log does not say whether a decision had been
  /// carried out, so p does it again.
  void RecoverParticipant(int p) {
    WHEN(down, participant[p] == DOWN);
    THEN(resume, participant[p] = participantLog[p]);
    THEN(redo, CarryOut(p));
    THEN(acknowledge, if (Decided(participantLog[p])) ACK.send(p));
  }

  void Next() {
    ACTION(SendVoteRequest);
    ACTION(DecideCommit);
    ACTION(DecideAbort);
    ACTION(TimeOut);
    ACTION_IF(!log_first, LogDecision);
    ACTION(SendGlobalCommit, Participant);
    ACTION(SendGlobalAbort, Participant);
    ACTION(Forget);
    ACTION(SendVoteCommit, Participant);
    ACTION(SendVoteAbort, Participant);
    ACTION(RcvGlobalCommit, Participant);
    ACTION(RcvGlobalAbort, Participant);
    ACTION_IF(cooperative, Ask, Participant, Participant);
    ACTION(Enter, Participant);
    ACTION_IF(coordinator_crashes, CrashCoordinator);
    ACTION_IF(coordinator_crashes && recover == Recover::all, RecoverCoordinator);
    ACTION_IF(participants_crash, CrashParticipant, Participant);
    ACTION_IF(participants_crash && recover != Recover::none, RecoverParticipant, Participant);
  }

  // Definitions

  /// p is up, in state s, and has no decision in its log that it is about to carry out.
  bool In(int p, State s) const { return participant[p] == s && participantLog[p] == s; }

  void AbortAlone(int p) {
    participantLog[p] = ABORT;
    VoteAbort.send(p);
  }

  /// [S12]: copy the workspace to storage, or remove it; doing so again must change nothing. What
  /// is moved (workspace=moved) leaves nothing for the second time.
  void CarryOut(int p) {
    if (participantLog[p] == COMMIT) storage[p] = workspace[p];
    if (participantLog[p] == ABORT || (participantLog[p] == COMMIT && !copied))
      workspace[p] = Contents::nothing;
  }
};

}  // namespace synod::two_phase_commit
