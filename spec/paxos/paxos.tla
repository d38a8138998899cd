------------------------------- MODULE paxos --------------------------------
(***************************************************************************)
(* Single-decree Paxos.                                                    *)
(*                                                                         *)
(* [L01] Leslie Lamport, "Paxos Made Simple", ACM SIGACT News 32(4),       *)
(* December 2001, sections 2.2 (choosing a value) and 2.3 (learning it);   *)
(* faults are those of sections 2.1 and 2.5.  Variables and actions are    *)
(* named as in the module that Lamport published for the algorithm.        *)
(*                                                                         *)
(* Departures from the paper:                                              *)
(*  - A proposal number is called a ballot, a prepare request 1a, its      *)
(*    answer 1b, an accept request 2a, and an acceptance a vote, 2b.       *)
(*  - Proposers and learners are no processes.  A ballot belongs to one    *)
(*    proposer, which need not be named; its steps are Phase1a and         *)
(*    Phase2a.  Learning is reading the votes: see Chosen.                 *)
(*  - A vote in b also promises to ignore ballots below b.  The paper lets *)
(*    an acceptor ignore any request, so this only drops behaviours.       *)
(*  - The paper wants a majority in both phases.  Here the two sizes are   *)
(*    parameters, so that one can see what their overlap is needed for.    *)
(*  - What an acceptor remembers across a crash is a parameter too.        *)
(*                                                                         *)
(* Some texts use the words of De Prisco, Lampson and Lynch, "Revisiting   *)
(* the PAXOS algorithm" (Theoretical Computer Science 243, 2000), where a  *)
(* ballot is a round:                                                      *)
(*                                                                         *)
(*    Collect  1a            Begin   2a            Success  v \in Chosen   *)
(*    Last     1b            Accept  2b                                    *)
(*                                                                         *)
(*    info-quorum    those whose 1b a proposer waits for                   *)
(*    accept-quorum  those whose 2b make a value chosen                    *)
(***************************************************************************)
EXTENDS Integers, FiniteSets

CONSTANTS
  Acceptor,      \* the acceptors
  Value,         \* the values that may be proposed
  None,          \* stands for "no value"
  Ballots,       \* how many ballots there are
  InfoQuorum,    \* how many acceptors a phase 1 needs
  AcceptQuorum,  \* how many acceptors a phase 2 needs
  MayCrash,      \* whether acceptors may crash and restart
  Durable        \* what survives a crash: see Crash

Ballot == 0 .. Ballots - 1

\* Below every ballot: "has not taken part in any".
NoBallot == -1

Quorum(size) == {Q \in SUBSET Acceptor : Cardinality(Q) = size}

\* That an info quorum meets every accept quorum, which is
\* InfoQuorum + AcceptQuorum > Cardinality(Acceptor), is not assumed: what
\* happens without it is one of the questions this module answers.
ASSUME
  /\ IsFiniteSet(Acceptor)
  /\ None \notin Value
  /\ Ballots \in Nat \ {0}
  /\ InfoQuorum \in 1 .. Cardinality(Acceptor)
  /\ AcceptQuorum \in 1 .. Cardinality(Acceptor)
  /\ MayCrash \in BOOLEAN
  /\ Durable \in {"all", "votes", "none"}

VARIABLES
  maxBal,   \* maxBal[a]: a ignores every ballot below this one
  maxVBal,  \* maxVBal[a]: the highest ballot in which a has voted
  maxVal,   \* maxVal[a]: the value of that vote
  msgs,     \* every message sent so far
  down      \* the acceptors that are crashed at present

vars == <<maxBal, maxVBal, maxVal, msgs, down>>

-----------------------------------------------------------------------------
(***************************************************************************)
(* Messages.  Section 2.1 lets the network lose, duplicate, delay and      *)
(* reorder them.  No action is needed for that: msgs never shrinks, and to *)
(* receive a message is to find it there.  A message that was lost is one  *)
(* that nobody happens to look up; a duplicate is one that is looked up    *)
(* twice; and any message can be looked up before any other.               *)
(***************************************************************************)

M1a(b)          == [type |-> "1a", bal |-> b]
M1b(a, b, n, w) == [type |-> "1b", acc |-> a, bal |-> b,
                    mbal |-> n, mval |-> w]
M2a(b, v)       == [type |-> "2a", bal |-> b, val |-> v]
M2b(a, b, v)    == [type |-> "2b", acc |-> a, bal |-> b, val |-> v]

Message ==
       [type : {"1a"}, bal : Ballot]
  \cup [type : {"1b"}, acc : Acceptor, bal : Ballot,
        mbal : Ballot \cup {NoBallot}, mval : Value \cup {None}]
  \cup [type : {"2a"}, bal : Ballot, val : Value]
  \cup [type : {"2b"}, acc : Acceptor, bal : Ballot, val : Value]

TypeOK ==
  /\ maxBal  \in [Acceptor -> Ballot \cup {NoBallot}]
  /\ maxVBal \in [Acceptor -> Ballot \cup {NoBallot}]
  /\ maxVal  \in [Acceptor -> Value \cup {None}]
  /\ msgs \subseteq Message
  /\ down \subseteq Acceptor

Init ==
  /\ maxBal  = [a \in Acceptor |-> NoBallot]
  /\ maxVBal = [a \in Acceptor |-> NoBallot]
  /\ maxVal  = [a \in Acceptor |-> None]
  /\ msgs = {}
  /\ down = {}

-----------------------------------------------------------------------------
(***************************************************************************)
(* Phase 1.                                                                *)
(***************************************************************************)

\* The proposer of b asks for promises.  Section 2.2, phase 1(a).  It may do
\* so whenever it likes, as often as it likes: asking commits nobody.
Phase1a(b) ==
  /\ msgs' = msgs \cup {M1a(b)}
  /\ UNCHANGED <<maxBal, maxVBal, maxVal, down>>

\* Acceptor a promises to stay out of ballots below b and reports its latest
\* vote.  Section 2.2, phase 1(b).  The report would be worthless without
\* the promise: a could still vote below b after having sent it.
Phase1b(a, b) ==
  /\ M1a(b) \in msgs
  /\ a \notin down
  /\ b > maxBal[a]
  /\ maxBal' = [maxBal EXCEPT ![a] = b]
  /\ msgs' = msgs \cup {M1b(a, b, maxVBal[a], maxVal[a])}
  /\ UNCHANGED <<maxVBal, maxVal, down>>

-----------------------------------------------------------------------------
(***************************************************************************)
(* Phase 2.                                                                *)
(***************************************************************************)

(***************************************************************************)
(* The proposer of b has heard enough to know that no value but v is       *)
(* chosen, or ever will be, below b.  Section 2.2, condition P2c.  Some    *)
(* info quorum has answered completely, and either none of it had voted,   *)
(* or v belongs to the highest vote that was reported.                     *)
(*                                                                         *)
(* The quorum is a reason for the step and no part of it: two quorums that *)
(* allow the same v make one step, not two.  Hence this asks whether the   *)
(* set of sufficient quorums is empty, and leaves no choice of a witness.  *)
(***************************************************************************)
ShowsSafeAt(b, v) ==
  LET Answers(Q)  == {m \in msgs : /\ m.type = "1b"
                                   /\ m.bal = b
                                   /\ m.acc \in Q}
      Complete(Q) == Q \subseteq {m.acc : m \in Answers(Q)}
      Votes(Q)    == {m \in Answers(Q) : m.mbal # NoBallot}
      Highest(Q)  == {m \in Votes(Q) : \A n \in Votes(Q) : n.mbal <= m.mbal}
  IN  {Q \in Quorum(InfoQuorum) :
         /\ Complete(Q)
         /\ Votes(Q) = {} \/ v \in {m.mval : m \in Highest(Q)}} # {}

\* The proposer of b asks for votes for v.  Section 2.2, phase 2(a).  It does
\* so once: proposals with different values have different numbers.  It has
\* to remember only that it has done so, and a proposer that cannot may
\* simply never act again, as it may in this module at any time.
Phase2a(b, v) ==
  /\ \A w \in Value : M2a(b, w) \notin msgs
  /\ ShowsSafeAt(b, v)
  /\ msgs' = msgs \cup {M2a(b, v)}
  /\ UNCHANGED <<maxBal, maxVBal, maxVal, down>>

\* Acceptor a votes for v in b, unless it has promised not to.  Section 2.2,
\* phase 2(b) and condition P1a.  It need not have taken part in phase 1 of
\* b, which is why b may also be greater than maxBal[a].
Phase2b(a, b, v) ==
  /\ M2a(b, v) \in msgs
  /\ a \notin down
  /\ b >= maxBal[a]
  /\ maxBal'  = [maxBal EXCEPT ![a] = b]
  /\ maxVBal' = [maxVBal EXCEPT ![a] = b]
  /\ maxVal'  = [maxVal EXCEPT ![a] = v]
  /\ msgs' = msgs \cup {M2b(a, b, v)}
  /\ UNCHANGED down

-----------------------------------------------------------------------------
(***************************************************************************)
(* Faults of acceptors.                                                    *)
(***************************************************************************)

(***************************************************************************)
(* Acceptor a crashes.  Sections 2.1 and 2.5.  What it had in memory only  *)
(* is gone at once; what it had on stable storage it finds again.  The     *)
(* paper asks for Durable = "all".  With "votes" the promise was in memory *)
(* only, and the latest vote is the one promise still known.  With "none"  *)
(* the acceptor comes back as it was in the beginning.                     *)
(***************************************************************************)
Crash(a) ==
  /\ MayCrash
  /\ a \notin down
  /\ down' = down \cup {a}
  /\ CASE Durable = "all" ->
            UNCHANGED <<maxBal, maxVBal, maxVal>>
       [] Durable = "votes" ->
            /\ maxBal' = [maxBal EXCEPT ![a] = maxVBal[a]]
            /\ UNCHANGED <<maxVBal, maxVal>>
       [] Durable = "none" ->
            /\ maxBal'  = [maxBal EXCEPT ![a] = NoBallot]
            /\ maxVBal' = [maxVBal EXCEPT ![a] = NoBallot]
            /\ maxVal'  = [maxVal EXCEPT ![a] = None]
  /\ UNCHANGED msgs

\* Acceptor a comes back.  Section 2.1.  Nothing is read or written here: the
\* crash has already left just what stable storage holds.
Restart(a) ==
  /\ a \in down
  /\ down' = down \ {a}
  /\ UNCHANGED <<maxBal, maxVBal, maxVal, msgs>>

-----------------------------------------------------------------------------

Next ==
  \/ \E b \in Ballot : Phase1a(b)
  \/ \E a \in Acceptor, b \in Ballot : Phase1b(a, b)
  \/ \E b \in Ballot, v \in Value : Phase2a(b, v)
  \/ \E a \in Acceptor, b \in Ballot, v \in Value : Phase2b(a, b, v)
  \/ \E a \in Acceptor : Crash(a)
  \/ \E a \in Acceptor : Restart(a)

Spec == Init /\ [][Next]_vars

-----------------------------------------------------------------------------
(***************************************************************************)
(* Claims.  No state is without a successor, as Phase1a is always enabled. *)
(***************************************************************************)

\* The values that a learner may announce.  Section 2.3: an accept quorum
\* has voted for the value in one and the same ballot.
Chosen ==
  {v \in Value : \E b \in Ballot : \E Q \in Quorum(AcceptQuorum) :
                   \A a \in Q : M2b(a, b, v) \in msgs}

\* Section 2.1: only a single value is chosen.  An info quorum that meets
\* every accept quorum, and keeps its promises, hears of any choice below b.
Agreement == \A v, w \in Chosen : v = w

\* Section 2.2: different proposals have different numbers.
OneValuePerBallot ==
  \A b \in Ballot : \A v, w \in Value :
    M2a(b, v) \in msgs /\ M2a(b, w) \in msgs => v = w

\* Section 2.1, validity in two steps: a vote is for what was proposed in its
\* ballot, and Phase2a takes proposals from Value only.
Validity ==
  \A m \in msgs : m.type = "2b" => M2a(m.bal, m.val) \in msgs

\* Section 2.2, condition P1a: an acceptor that has answered ballot b with its
\* vote in mbal did cast that vote, and votes in no ballot between the two.
PromisesKept ==
  \A m \in msgs :
    m.type = "1b" =>
      /\ m.mbal # NoBallot => M2b(m.acc, m.mbal, m.mval) \in msgs
      /\ \A b \in (m.mbal + 1) .. (m.bal - 1) :
           \A v \in Value : M2b(m.acc, b, v) \notin msgs

\* Section 2.2: what an acceptor has promised only grows.  The first crash
\* that makes an acceptor forget breaks this.
BallotsGrow == [][\A a \in Acceptor : maxBal'[a] >= maxBal[a]]_vars

=============================================================================
