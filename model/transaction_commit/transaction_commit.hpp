// Transaction commit by Two-Phase Commit, over a set of messages.
// [GL06] J. Gray, L. Lamport, "Consensus on Transaction Commit", ACM TODS 31(1), 2006, section 3.
//
// Departures from the paper: none in behaviour. As in the paper's specification, resource managers
// (RMs) prepare on their own initiative, so the transaction manager (TM) sends no Prepare message;
// sent messages stay in the set, so that a message may arrive late, twice or never.
#pragma once

#include "checker/vocabulary/machine.hpp"

namespace synod::transaction_commit {

enum class RMState : std::uint8_t { working, prepared, committed, aborted };
enum class TMState : std::uint8_t { init, committed, aborted };

template <class Mode>
struct TransactionCommit : Machine<Mode> {
  using Machine<Mode>::Machine;

  // Constants

  const Domain RM = interchangeable("rm", "rm", this->parameter("participants"));

  // Variables

  Map<Mode, RMState> rmState{
      *this, "rmState", RM,
      enumeration("RM state", {"working", "prepared", "committed", "aborted"})};
  Scalar<Mode, TMState> tmState{*this, "tmState",
                                enumeration("TM state", {"init", "committed", "aborted"})};
  Set<Mode> tmPrepared{*this, "tmPrepared", RM};  // the RMs that the TM knows to be prepared

  Message<Mode> Prepared{*this, "msgs", "Prepared", {{"rm", RM}}};
  Message<Mode> Commit{*this, "msgs", "Commit", {}};
  Message<Mode> Abort{*this, "msgs", "Abort", {}};

  void Init() {
    rmState.fill(RMState::working);
    tmState = TMState::init;
  }

  // Actions of the transaction manager

  /// The TM learns that a resource manager is prepared.
  void TMRcvPrepared(int rm) {
    WHEN(undecided, tmState == TMState::init);
    WHEN(reported, Prepared.sent(rm));
    THEN(note, tmPrepared.insert(rm));
  }

  /// The TM commits, once it knows every RM to be prepared: the only step that decides "commit".
  void TMCommit() {
    WHEN(undecided, tmState == TMState::init);
    WHEN(all_prepared, tmPrepared.full());
    THEN(decide, tmState = TMState::committed);
    THEN(announce, Commit.send());
  }

  /// The TM may abort at any time before it has decided.
  void TMAbort() {
    WHEN(undecided, tmState == TMState::init);
    THEN(decide, tmState = TMState::aborted);
    THEN(announce, Abort.send());
  }

  // Actions of a resource manager

  /// It is ready to commit and gives up its right to abort alone.
  void RMPrepare(int rm) {
    WHEN(working, rmState[rm] == RMState::working);
    THEN(prepare, rmState[rm] = RMState::prepared);
    THEN(report, Prepared.send(rm));
  }

  /// It aborts alone, which it may do only before it is prepared.
  void RMChooseToAbort(int rm) {
    WHEN(working, rmState[rm] == RMState::working);
    THEN(abort, rmState[rm] = RMState::aborted);
  }

  void RMRcvCommitMsg(int rm) {
    WHEN(announced, Commit.sent());
    THEN(commit, rmState[rm] = RMState::committed);
  }

  void RMRcvAbortMsg(int rm) {
    WHEN(announced, Abort.sent());
    THEN(abort, rmState[rm] = RMState::aborted);
  }

  void Next() {
    ACTION(TMRcvPrepared, RM);
    ACTION(TMCommit);
    ACTION(TMAbort);
    ACTION(RMPrepare, RM);
    ACTION(RMChooseToAbort, RM);
    ACTION(RMRcvCommitMsg, RM);
    ACTION(RMRcvAbortMsg, RM);
  }
};

}  // namespace synod::transaction_commit
