-------------------------- MODULE two_phase_commit --------------------------
(***************************************************************************)
(* Two-phase commit with crashes, recovery and cooperative termination.    *)
(*                                                                         *)
(* [S12] Maarten van Steen, "Distributed Systems", lecture on chapter 8,   *)
(* 2012, section 8.5: the two automata, what a participant recovers to,    *)
(* and the table of what it does when it asks another one.                 *)
(*                                                                         *)
(* [BHG87] Philip Bernstein, Vassos Hadzilacos, Nathan Goodman,            *)
(* "Concurrency Control and Recovery in Database Systems", 1987, chapter   *)
(* 7: the conditions AC1 to AC5, the rules for the logs, and when the      *)
(* coordinator may forget a transaction.                                   *)
(*                                                                         *)
(* Departures:                                                             *)
(*  - The vote-request goes to all at once.  That a crash kept it from     *)
(*    some of them is the case in which they never read it.  The decision  *)
(*    goes to one participant at a time, so the coordinator may crash      *)
(*    when some have it and others do not.                                 *)
(*  - To ask another participant and to hear its answer are one step: the  *)
(*    answers COMMIT and ABORT stay true while they travel, and a          *)
(*    participant that answers INIT has given up, unless ~BothAbort.       *)
(*  - A time-out may come at any time: nobody can know that it was wrong.  *)
(*  - A participant may abort before it is asked; its vote says so.  It    *)
(*    sends an ACK as everybody else.                                      *)
(***************************************************************************)
EXTENDS FiniteSets

CONSTANTS
  Participant,          \* the participants, besides the coordinator
  CoordinatorCrashes,   \* who may crash
  ParticipantsCrash,
  CoordinatorRecovers,  \* who, having crashed, may come back
  ParticipantsRecover,
  Cooperative,          \* whether a participant that waits asks another
  BothAbort,            \* whether one that is asked in INIT aborts too
  LogFirst,             \* whether a decision is logged before it is sent
  Copied                \* whether a workspace is copied, and not moved

ASSUME
  /\ IsFiniteSet(Participant)
  /\ \A flag \in {CoordinatorCrashes, ParticipantsCrash, CoordinatorRecovers,
                  ParticipantsRecover, Cooperative, BothAbort, LogFirst,
                  Copied} : flag \in BOOLEAN

VARIABLES
  coordinator,     \* the state of the coordinator, in memory
  coordinatorLog,  \* the last record of its log, on stable storage
  participant,     \* participant[p]: the same of the participants
  participantLog,
  workspace,       \* workspace[p]: the results, before they are permanent
  storage,         \* storage[p]: what everybody else may read
  timedOut,        \* history: somebody has given up waiting
  msgs             \* every message sent so far

vars == <<coordinator, coordinatorLog, participant, participantLog, workspace,
          storage, timedOut, msgs>>

\* What belongs to the one and to the others.
coordinatorVars == <<coordinator, coordinatorLog>>
participantVars == <<participant, participantLog, workspace, storage>>

-----------------------------------------------------------------------------
(***************************************************************************)
(* Messages.  msgs only grows, and to receive a message is to find it      *)
(* there.  One that is lost is never looked up, one that is duplicated is  *)
(* looked up twice, and any may be looked up before any other.  What a     *)
(* process has received and forgotten in a crash it may receive again.     *)
(***************************************************************************)

VoteRequest     == [type |-> "vote-request"]
VoteCommit(p)   == [type |-> "vote-commit", from |-> p]
VoteAbort(p)    == [type |-> "vote-abort", from |-> p]
GlobalCommit(p) == [type |-> "global-commit", to |-> p]
GlobalAbort(p)  == [type |-> "global-abort", to |-> p]
ACK(p)          == [type |-> "ACK", from |-> p]

Message ==
       {VoteRequest}
  \cup UNION {{VoteCommit(p), VoteAbort(p), GlobalCommit(p), GlobalAbort(p),
               ACK(p)} : p \in Participant}

\* Records that decide.
Decision == {"COMMIT", "ABORT"}

TypeOK ==
  /\ coordinator \in {"INIT", "WAIT", "DONE", "DOWN"} \cup Decision
  /\ coordinatorLog \in {"INIT", "WAIT", "DONE"} \cup Decision
  /\ participant \in [Participant -> {"INIT", "READY", "DOWN"} \cup Decision]
  /\ participantLog \in [Participant -> {"INIT", "READY"} \cup Decision]
  /\ workspace \in [Participant -> {"nothing", "after"}]
  /\ storage \in [Participant -> {"nothing", "before", "after"}]
  /\ timedOut \in BOOLEAN
  /\ msgs \subseteq Message

Init ==
  /\ coordinator = "INIT"
  /\ coordinatorLog = "INIT"
  /\ participant = [p \in Participant |-> "INIT"]
  /\ participantLog = [p \in Participant |-> "INIT"]
  /\ workspace = [p \in Participant |-> "nothing"]
  /\ storage = [p \in Participant |-> "before"]
  /\ timedOut = FALSE
  /\ msgs = {}

-----------------------------------------------------------------------------
(***************************************************************************)
(* The coordinator.                                                        *)
(***************************************************************************)

\* Phase 1a.
SendVoteRequest ==
  /\ coordinator = "INIT"
  /\ coordinatorLog' = "WAIT"
  /\ coordinator' = "WAIT"
  /\ msgs' = msgs \cup {VoteRequest}
  /\ UNCHANGED <<participantVars, timedOut>>

\* The coordinator decides.  The record is what makes it a decision that
\* outlives a crash, so it has to be there before anybody hears of it.
Decide(decision) ==
  /\ coordinator = "WAIT"
  /\ coordinatorLog' = IF LogFirst THEN decision ELSE coordinatorLog
  /\ coordinator' = decision
  /\ UNCHANGED <<participantVars, msgs>>

\* Phase 2a, after the last of the votes.
DecideCommit ==
  /\ \A p \in Participant : VoteCommit(p) \in msgs
  /\ Decide("COMMIT")
  /\ UNCHANGED timedOut

\* Phase 2a, after a vote against.  Who voted so is no part of the step.
DecideAbort ==
  /\ {p \in Participant : VoteAbort(p) \in msgs} # {}
  /\ Decide("ABORT")
  /\ UNCHANGED timedOut

\* No vote has come for too long.
TimeOut ==
  /\ Decide("ABORT")
  /\ timedOut' = TRUE

\* Only where decisions are not logged first: they are logged later.
LogDecision ==
  /\ ~LogFirst
  /\ coordinator \in Decision
  /\ coordinatorLog' = coordinator
  /\ UNCHANGED <<coordinator, participantVars, timedOut, msgs>>

\* Phase 2a, the messages, now or again.
SendGlobalCommit(p) ==
  /\ coordinator = "COMMIT"
  /\ msgs' = msgs \cup {GlobalCommit(p)}
  /\ UNCHANGED <<coordinatorVars, participantVars, timedOut>>

SendGlobalAbort(p) ==
  /\ coordinator = "ABORT"
  /\ msgs' = msgs \cup {GlobalAbort(p)}
  /\ UNCHANGED <<coordinatorVars, participantVars, timedOut>>

\* Everybody has carried out the decision, so nobody will need it again.
Forget ==
  /\ coordinator \in Decision
  /\ \A p \in Participant : ACK(p) \in msgs
  /\ coordinatorLog' = "DONE"
  /\ coordinator' = "DONE"
  /\ UNCHANGED <<participantVars, timedOut, msgs>>

-----------------------------------------------------------------------------
(***************************************************************************)
(* A participant.                                                          *)
(***************************************************************************)

\* p is up, in this state, and its log holds no decision yet to be carried
\* out.
In(p, state) == participant[p] = state /\ participantLog[p] = state

\* Phase 1b, yes.  The vote gives away the right to abort, so the results
\* and the record of the vote have to be safe before it is sent.
SendVoteCommit(p) ==
  /\ VoteRequest \in msgs
  /\ In(p, "INIT")
  /\ workspace' = [workspace EXCEPT ![p] = "after"]
  /\ participantLog' = [participantLog EXCEPT ![p] = "READY"]
  /\ participant' = [participant EXCEPT ![p] = "READY"]
  /\ msgs' = msgs \cup {VoteCommit(p)}
  /\ UNCHANGED <<coordinatorVars, storage, timedOut>>

\* Phase 1b, no, or a vote-request that does not come.
SendVoteAbort(p) ==
  /\ In(p, "INIT")
  /\ participantLog' = [participantLog EXCEPT ![p] = "ABORT"]
  /\ msgs' = msgs \cup {VoteAbort(p)}
  /\ UNCHANGED <<coordinatorVars, participant, workspace, storage, timedOut>>

\* Phase 2b, first half: the decision is in the log.
RcvGlobalCommit(p) ==
  /\ GlobalCommit(p) \in msgs
  /\ In(p, "READY")
  /\ participantLog' = [participantLog EXCEPT ![p] = "COMMIT"]
  /\ UNCHANGED <<coordinatorVars, participant, workspace, storage, timedOut,
                 msgs>>

RcvGlobalAbort(p) ==
  /\ GlobalAbort(p) \in msgs
  /\ In(p, "READY")
  /\ participantLog' = [participantLog EXCEPT ![p] = "ABORT"]
  /\ UNCHANGED <<coordinatorVars, participant, workspace, storage, timedOut,
                 msgs>>

(***************************************************************************)
(* The table of [S12]: p, in READY, asks q and does as q has done.  When   *)
(* q is in READY as well there is nothing to be done.  When q is in INIT,  *)
(* the table has p abort.  That is safe only if q will never vote          *)
(* vote-commit, even if a vote-request arrives late: so q aborts too.      *)
(***************************************************************************)
Ask(p, q) ==
  /\ Cooperative
  /\ In(p, "READY")
  /\ participant[q] # "DOWN"
  /\ participantLog[q] # "READY"
  /\ LET giveUp == BothAbort /\ participantLog[q] = "INIT"
     IN  /\ participantLog' =
              [r \in Participant |->
                 CASE r = p -> IF participantLog[q] = "COMMIT" THEN "COMMIT"
                                                               ELSE "ABORT"
                   [] r = q /\ giveUp -> "ABORT"
                   [] OTHER -> participantLog[r]]
         /\ msgs' = IF giveUp THEN msgs \cup {VoteAbort(q)} ELSE msgs
  /\ timedOut' = TRUE
  /\ UNCHANGED <<coordinatorVars, participant, workspace, storage>>

\* What an entry into COMMIT or ABORT does, the first time or again.
CarryOut(p) ==
  LET commit == participantLog[p] = "COMMIT"
      abort  == participantLog[p] = "ABORT"
  IN  /\ storage' = IF commit THEN [storage EXCEPT ![p] = workspace[p]]
                              ELSE storage
      /\ workspace' = IF IF abort THEN TRUE ELSE commit /\ ~Copied
                      THEN [workspace EXCEPT ![p] = "nothing"]
                      ELSE workspace

\* Phase 2b, second half.
Enter(p) ==
  /\ participantLog[p] \in Decision
  /\ participant[p] \in {"INIT", "READY"}
  /\ participant' = [participant EXCEPT ![p] = participantLog[p]]
  /\ CarryOut(p)
  /\ msgs' = msgs \cup {ACK(p)}
  /\ UNCHANGED <<coordinatorVars, participantLog, timedOut>>

-----------------------------------------------------------------------------
(***************************************************************************)
(* Crashes and recovery.  A crash takes what is in memory; recovery has    *)
(* the log to go by.                                                       *)
(***************************************************************************)

CrashCoordinator ==
  /\ CoordinatorCrashes
  /\ coordinator # "DOWN"
  /\ coordinator' = "DOWN"
  /\ UNCHANGED <<coordinatorLog, participantVars, timedOut, msgs>>

RecoverCoordinator ==
  /\ CoordinatorRecovers
  /\ coordinator = "DOWN"
  /\ coordinator' = coordinatorLog
  /\ UNCHANGED <<coordinatorLog, participantVars, timedOut, msgs>>

CrashParticipant(p) ==
  /\ ParticipantsCrash
  /\ participant[p] # "DOWN"
  /\ participant' = [participant EXCEPT ![p] = "DOWN"]
  /\ UNCHANGED <<coordinatorVars, participantLog, workspace, storage, timedOut,
                 msgs>>

\* "Crashes in state S, and recovers to S."  Nothing in the log says whether
\* its decision was carried out before the crash; it is carried out again.
RecoverParticipant(p) ==
  /\ ParticipantsRecover
  /\ participant[p] = "DOWN"
  /\ participant' = [participant EXCEPT ![p] = participantLog[p]]
  /\ CarryOut(p)
  /\ msgs' = IF participantLog[p] \in Decision THEN msgs \cup {ACK(p)}
                                               ELSE msgs
  /\ UNCHANGED <<coordinatorVars, participantLog, timedOut>>

-----------------------------------------------------------------------------

Next ==
  \/ SendVoteRequest
  \/ DecideCommit
  \/ DecideAbort
  \/ TimeOut
  \/ LogDecision
  \/ \E p \in Participant : SendGlobalCommit(p)
  \/ \E p \in Participant : SendGlobalAbort(p)
  \/ Forget
  \/ \E p \in Participant : SendVoteCommit(p)
  \/ \E p \in Participant : SendVoteAbort(p)
  \/ \E p \in Participant : RcvGlobalCommit(p)
  \/ \E p \in Participant : RcvGlobalAbort(p)
  \/ \E p, q \in Participant : Ask(p, q)
  \/ \E p \in Participant : Enter(p)
  \/ CrashCoordinator
  \/ RecoverCoordinator
  \/ \E p \in Participant : CrashParticipant(p)
  \/ \E p \in Participant : RecoverParticipant(p)

Spec == Init /\ [][Next]_vars

-----------------------------------------------------------------------------
(***************************************************************************)
(* Claims.                                                                 *)
(***************************************************************************)

\* A process has decided when its log says so.
SomebodyDecided(decision) ==
  \/ coordinatorLog = decision
  \/ \E p \in Participant : participantLog[p] = decision

AllVotedYes == \A p \in Participant : VoteCommit(p) \in msgs

\* [BHG87]: all processes that reach a decision reach the same one.
AC1 == ~(SomebodyDecided("COMMIT") /\ SomebodyDecided("ABORT"))

\* [BHG87]: a process cannot reverse its decision.  The coordinator may forget
\* it, once.
AC2 ==
  [][ /\ \A p \in Participant :
           participantLog[p] \in Decision => participantLog'[p] = participantLog[p]
      /\ coordinatorLog \in Decision =>
           coordinatorLog' \in {coordinatorLog, "DONE"}
      /\ coordinatorLog = "DONE" => coordinatorLog' = "DONE" ]_vars

\* [BHG87]: commit can only be reached if all processes voted yes.
AC3 == SomebodyDecided("COMMIT") => AllVotedYes

\* [BHG87]: with no failures, and all votes yes, the decision is commit; here,
\* what a state can tell of that: nobody aborts.  Crashes alone do no harm.
AC4 == ~timedOut /\ AllVotedYes => ~SomebodyDecided("ABORT")

\* What a process is in memory its log says too, or the log is ahead by a
\* decision.  So who crashes in a state recovers to it.
LoggedFirst ==
  LogFirst =>
    /\ coordinator \in {coordinatorLog, "DOWN"}
    /\ \A p \in Participant :
         \/ participant[p] \in {participantLog[p], "DOWN"}
         \/ participant[p] \notin Decision /\ participantLog[p] \in Decision

\* [S12], phase 1b: a vote for commit is an answer.
VotesAreAnswers ==
  (\E p \in Participant : VoteCommit(p) \in msgs) => VoteRequest \in msgs

\* [S12]: to enter COMMIT or ABORT again changes nothing.
RedoIsIdempotent ==
  \A p \in Participant :
    /\ storage[p] = IF participantLog[p] = "COMMIT" /\ ACK(p) \in msgs
                    THEN "after" ELSE "before"
    /\ participant[p] = "ABORT" => workspace[p] = "nothing"

\* Who has sent an ACK will not ask what was decided.
AcknowledgedMeansDone ==
  \A p \in Participant : ACK(p) \in msgs => participantLog[p] \in Decision

\* Who is down writes nothing, and stays down if it does not recover.
DownMeansSilent ==
  [][ /\ \A p \in Participant :
           participant[p] = "DOWN" =>
             /\ participantLog'[p] = participantLog[p]
             /\ ParticipantsRecover \/ participant'[p] = "DOWN"
      /\ coordinator = "DOWN" =>
           /\ coordinatorLog' = coordinatorLog
           /\ CoordinatorRecovers \/ coordinator' = "DOWN" ]_vars

(***************************************************************************)
(* Blocking.  A participant can tell what becomes of the transaction if it *)
(* can still be reached and its log is not at READY, or a decision is on   *)
(* its way to it.  When the coordinator stays down, and nobody can tell,   *)
(* it stays so: the protocol blocks.                                       *)
(***************************************************************************)
CanTell(p) ==
  /\ ParticipantsRecover \/ participant[p] # "DOWN"
  /\ participantLog[p] = "READY" => {GlobalCommit(p), GlobalAbort(p)} \cap msgs # {}

Blocked == coordinator = "DOWN" /\ ~\E p \in Participant : CanTell(p)

BlockedForGood == [][~CoordinatorRecovers /\ Blocked => Blocked']_vars

\* The states that may have no successor.
ProperEnd ==
  \/ coordinator = "DONE"
  \/ /\ coordinator = "DOWN"
     /\ \/ Blocked
        \/ ~Cooperative
        \/ \A p \in Participant : participant[p] \in {"DOWN"} \cup Decision

NoDeadlock == (~ENABLED Next) => ProperEnd

=============================================================================
