------------------------- MODULE transaction_commit -------------------------
(***************************************************************************)
(* Two-Phase Commit over a set of sent messages.                           *)
(*                                                                         *)
(* [GL06] Jim Gray and Leslie Lamport, "Consensus on Transaction Commit",  *)
(* ACM Transactions on Database Systems 31(1), March 2006.  The problem is *)
(* stated in section 2, the protocol in section 3.1; names follow the      *)
(* paper's appendix.                                                       *)
(*                                                                         *)
(* Departures from section 3.1:                                            *)
(*  - A resource manager volunteers Prepared.  The TM's Prepare request    *)
(*    only decides when that happens, and no safety claim depends on when. *)
(*  - A resource manager that gives up tells nobody.  The message could at *)
(*    most make the TM abort, and the TM may abort at any time anyway.     *)
(*  - Nobody crashes.  Everything a process knows it keeps on stable       *)
(*    storage, so a crash looks like a process that takes no step, which   *)
(*    is always allowed because nothing here forces a step.                *)
(***************************************************************************)

CONSTANT
  RM          \* the resource managers, which must all reach one outcome

VARIABLES
  rmState,    \* rmState[r]: how far r has come with the transaction
  tmState,    \* "init" until the transaction manager decides
  tmPrepared, \* the resource managers whose Prepared the TM has received
  msgs        \* every message sent so far

vars == <<rmState, tmState, tmPrepared, msgs>>

-----------------------------------------------------------------------------
(***************************************************************************)
(* Messages.  msgs only grows, and receiving a message is reading it       *)
(* there.  Nothing obliges a process to read, so a lost message is one     *)
(* that is never read; a message can be read again, and in any order, so   *)
(* duplication and reordering are covered too.  None of them needs an      *)
(* action.  The TM speaks to everybody at once, hence its messages carry   *)
(* no addressee.                                                           *)
(***************************************************************************)

Prepared(r) == [type |-> "Prepared", rm |-> r]
Commit      == [type |-> "Commit"]
Abort       == [type |-> "Abort"]

Message == {Prepared(r) : r \in RM} \cup {Commit, Abort}

TypeOK ==
  /\ rmState \in [RM -> {"working", "prepared", "committed", "aborted"}]
  /\ tmState \in {"init", "committed", "aborted"}
  /\ tmPrepared \subseteq RM
  /\ msgs \subseteq Message

Init ==
  /\ rmState = [r \in RM |-> "working"]
  /\ tmState = "init"
  /\ tmPrepared = {}
  /\ msgs = {}

-----------------------------------------------------------------------------
(***************************************************************************)
(* The transaction manager.                                                *)
(***************************************************************************)

\* The TM notes that r is prepared.  Section 3.1.  It stops listening once
\* it has decided, since nothing it hears could change the outcome.
TMRcvPrepared(r) ==
  /\ tmState = "init"
  /\ Prepared(r) \in msgs
  /\ tmPrepared' = tmPrepared \cup {r}
  /\ UNCHANGED <<rmState, tmState, msgs>>

\* The TM commits.  Section 3.1.  Waiting for every resource manager is what
\* makes commit safe: a prepared one can no longer abort of its own accord.
TMCommit ==
  /\ tmState = "init"
  /\ tmPrepared = RM
  /\ tmState' = "committed"
  /\ msgs' = msgs \cup {Commit}
  /\ UNCHANGED <<rmState, tmPrepared>>

\* The TM aborts.  Section 3.1.  Being undecided is its only condition: a
\* time-out may strike even when everybody is prepared.
TMAbort ==
  /\ tmState = "init"
  /\ tmState' = "aborted"
  /\ msgs' = msgs \cup {Abort}
  /\ UNCHANGED <<rmState, tmPrepared>>

-----------------------------------------------------------------------------
(***************************************************************************)
(* The resource managers.                                                  *)
(***************************************************************************)

\* r is ready to commit and says so.  Section 3.1.  From here on the outcome
\* is the TM's to decide, and r has to wait for it.
RMPrepare(r) ==
  /\ rmState[r] = "working"
  /\ rmState' = [rmState EXCEPT ![r] = "prepared"]
  /\ msgs' = msgs \cup {Prepared(r)}
  /\ UNCHANGED <<tmState, tmPrepared>>

\* r gives up while it still may.  Section 3.1.  It will never send Prepared,
\* so the TM can never commit, and silence is enough.
RMChooseToAbort(r) ==
  /\ rmState[r] = "working"
  /\ rmState' = [rmState EXCEPT ![r] = "aborted"]
  /\ UNCHANGED <<tmState, tmPrepared, msgs>>

\* r learns that the transaction is committed.  Section 3.1.  r obeys
\* whatever its own state is.  That it never leaves "aborted" this way is a
\* fact to be checked (Irrevocable), not one to be forced by a guard.
RMRcvCommitMsg(r) ==
  /\ Commit \in msgs
  /\ rmState' = [rmState EXCEPT ![r] = "committed"]
  /\ UNCHANGED <<tmState, tmPrepared, msgs>>

\* r learns that the transaction is aborted.  Section 3.1.  Unguarded for
\* the same reason; a working r aborts here as well.
RMRcvAbortMsg(r) ==
  /\ Abort \in msgs
  /\ rmState' = [rmState EXCEPT ![r] = "aborted"]
  /\ UNCHANGED <<tmState, tmPrepared, msgs>>

-----------------------------------------------------------------------------

Next ==
  \/ \E r \in RM : TMRcvPrepared(r)
  \/ TMCommit
  \/ TMAbort
  \/ \E r \in RM : RMPrepare(r)
  \/ \E r \in RM : RMChooseToAbort(r)
  \/ \E r \in RM : RMRcvCommitMsg(r)
  \/ \E r \in RM : RMRcvAbortMsg(r)

Spec == Init /\ [][Next]_vars

-----------------------------------------------------------------------------
(***************************************************************************)
(* Claims.  No state is without a successor: an undecided TM can abort,    *)
(* and a decided one has sent a message that can be received for ever.     *)
(***************************************************************************)

\* Section 2, consistency.  It holds because the TM alone decides, decides
\* once, and commits only when nobody is left who could have given up.
TCConsistent ==
  ~ \E r, s \in RM : rmState[r] = "aborted" /\ rmState[s] = "committed"

\* Section 3: the TM decides to commit only when no RM is still working or has
\* given up.
CommitNeedsAllPrepared ==
  tmState = "committed" =>
    \A r \in RM : rmState[r] \in {"prepared", "committed"}

\* Section 2, stability, and the same for the TM.  An invariant cannot say
\* it: a state shows where a process is, not where it has been.
Irrevocable ==
  LET final == {"committed", "aborted"}
  IN  [][ /\ \A r \in RM : rmState[r] \in final => rmState'[r] = rmState[r]
          /\ tmState \in final => tmState' = tmState ]_vars

THEOREM Spec => [](TypeOK /\ TCConsistent) /\ Irrevocable

=============================================================================
