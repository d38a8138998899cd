--------------------------------- MODULE flp ---------------------------------
(***************************************************************************)
(* Asynchronous consensus with one faulty process: four protocols that     *)
(* try.  One may go on for ever, two are blocked by a crash, and one that  *)
(* always decides does not always agree.                                   *)
(*                                                                         *)
(* [FLP85] Michael Fischer, Nancy Lynch and Michael Paterson,              *)
(* "Impossibility of Distributed Consensus with One Faulty Process",       *)
(* Journal of the ACM 32(2), April 1985.                                   *)
(* [BO83] Michael Ben-Or, "Another Advantage of Free Choice", PODC 1983,   *)
(* protocol A: the candidate "rounds", its coin replaced by a rule.        *)
(*                                                                         *)
(* Departures:                                                             *)
(*  - There is no variable for the messages on their way.  What a process  *)
(*    says goes to everybody, and is kept with the process that said it.   *)
(*    A message is on its way to p while p is in the phase that asks for   *)
(*    it and has not heard it: one that comes earlier is as good as one    *)
(*    that comes just then, and one that comes later is thrown away.       *)
(*  - A process hears itself at once.                                      *)
(*  - In "rounds", who has decided goes on taking part.                    *)
(*  - Rounds are counted from that of the slowest process that is up;      *)
(*    what was said before it, nobody waits for any more, and it is        *)
(*    forgotten.  The fastest may be Lead rounds ahead.                    *)
(*  - A process that is down forgets all but its registers.                *)
(***************************************************************************)
EXTENDS Integers, FiniteSets

CONSTANTS
  Candidate,  \* which protocol
  N,          \* how many processes there are
  Crashes,    \* how many of them may stop for good
  DecideBy,   \* how many equal proposals make a process decide
  Lead,       \* how many rounds the fastest may be ahead of the slowest
  None,       \* stands for "nothing yet"
  Unsure      \* what a process proposes that has seen no majority

ASSUME
  /\ Candidate \in {"rounds", "all", "all_but_one", "leader"}
  /\ N \in Nat /\ N >= 2
  /\ Crashes \in 0 .. 1
  /\ DecideBy \in 1 .. N
  /\ Lead \in Nat \ {0}
  /\ None # Unsure

Process  == 1 .. N
Leader   == 1
Value    == 0 .. 1
InRounds == Candidate = "rounds"
Last     == IF InRounds THEN Lead ELSE 0
Round    == 0 .. Last
Majority == (N \div 2) + 1

\* How many a process hears in a phase, itself among them, before it goes on.
\* [BO83] has n > 2f, so of two processes both.
Awaited ==
  CASE Candidate = "all" -> N
    [] InRounds -> IF Majority > N - 1 THEN Majority ELSE N - 1
    [] OTHER -> N - 1

VARIABLES
  x,         \* x[p]: the input register of p
  y,         \* y[p]: its output register, written once
  estimate,  \* estimate[p]: the value that it would like
  phase,     \* phase[p]: what it is doing
  round,     \* round[p]: its round, counted from the slowest
  heard,     \* heard[p]: the others that it has heard in this phase
  report,    \* report[p][r]: what it has reported in round r
  proposal   \* proposal[p][r]: what it has proposed in round r

vars == <<x, y, estimate, phase, round, heard, report, proposal>>

TypeOK ==
  /\ x \in [Process -> Value]
  /\ y \in [Process -> Value \cup {None}]
  /\ estimate \in [Process -> Value]
  /\ phase \in [Process -> {"ready", "reporting", "proposing", "done", "down"}]
  /\ round \in [Process -> Round]
  /\ \A p \in Process : heard[p] \subseteq Process \ {p}
  /\ report \in [Process -> [Round -> Value \cup {None}]]
  /\ proposal \in [Process -> [Round -> Value \cup {None, Unsure}]]

\* [FLP85] section 2: every assignment of inputs is an initial configuration.
Init ==
  /\ x \in [Process -> Value]
  /\ y = [p \in Process |-> None]
  /\ estimate = x
  /\ phase = [p \in Process |-> "ready"]
  /\ round = [p \in Process |-> 0]
  /\ heard = [p \in Process |-> {}]
  /\ report = [p \in Process |-> [r \in Round |-> None]]
  /\ proposal = [p \in Process |-> [r \in Round |-> None]]

-----------------------------------------------------------------------------
(***************************************************************************)
(* What a process makes of what it has heard.  H is whom it has heard in   *)
(* this phase, itself included.                                            *)
(***************************************************************************)

\* Has p, in this phase, not yet heard what q has said in p's round?
OnItsWay(said, p, q) ==
  /\ said[q][round[p]] # None
  /\ q # p
  /\ q \notin heard[p]

Enough(H) ==
  IF Candidate = "leader" THEN Leader \in H ELSE Cardinality(H) >= Awaited

Least(H, r) == IF \E q \in H : report[q][r] = 0 THEN 0 ELSE 1

Saying(said, H, r, v) == {q \in H : said[q][r] = v}

MajorityReported(H, r) ==
  IF \E v \in Value : Cardinality(Saying(report, H, r, v)) >= Majority
  THEN CHOOSE v \in Value : Cardinality(Saying(report, H, r, v)) >= Majority
  ELSE Unsure

\* With DecideBy > 1 no two propose different values: see OneValueARound.
Proposed(H, r) ==
  CASE Saying(proposal, H, r, 0) # {} -> 0
    [] Saying(proposal, H, r, 0) = {} /\ Saying(proposal, H, r, 1) # {} -> 1
    [] OTHER -> Unsure

\* What the candidates other than "rounds" decide.
Decision(H) == IF Candidate = "leader" THEN report[Leader][0] ELSE Least(H, 0)

-----------------------------------------------------------------------------
(***************************************************************************)
(* Counting rounds from the slowest.                                       *)
(***************************************************************************)

\* The round of the slowest of those who are up, given everybody's phase and
\* round.
Slowest(ph, rd) ==
  LET up == {p \in Process : ph[p] # "down"}
  IN  CHOOSE r \in Round : /\ \E p \in up : rd[p] = r
                           /\ \A p \in up : rd[p] >= r

Less(rd, by) == [p \in Process |-> IF rd[p] > by THEN rd[p] - by ELSE 0]

Later(said, by) ==
  [p \in Process |->
     [r \in Round |-> IF r + by <= Last THEN said[p][r + by] ELSE None]]

-----------------------------------------------------------------------------
(***************************************************************************)
(* The actions.                                                            *)
(***************************************************************************)

\* The first step of a process: it tells everybody its input.  Of two processes,
\* "all_but_one" waits for nobody, and the leader never does.
Start(p) ==
  /\ phase[p] = "ready"
  /\ report' = [report EXCEPT ![p][0] = estimate[p]]
  /\ IF ~InRounds /\ Enough({p})
     THEN /\ y' = [y EXCEPT ![p] = estimate[p]]
          /\ phase' = [phase EXCEPT ![p] = "done"]
     ELSE /\ phase' = [phase EXCEPT ![p] = "reporting"]
          /\ UNCHANGED y
  /\ UNCHANGED <<x, estimate, round, heard, proposal>>

\* Not in "rounds": p receives the input of q, and decides when it has heard
\* enough.
ReceiveInput(p, q) ==
  /\ ~InRounds
  /\ phase[p] = "reporting"
  /\ OnItsWay(report, p, q)
  /\ LET H == heard[p] \cup {p, q} IN
       IF Enough(H)
       THEN /\ y' = [y EXCEPT ![p] = Decision(H)]
            /\ phase' = [phase EXCEPT ![p] = "done"]
            /\ heard' = [heard EXCEPT ![p] = {}]
       ELSE /\ heard' = [heard EXCEPT ![p] = @ \cup {q}]
            /\ UNCHANGED <<y, phase>>
  /\ UNCHANGED <<x, estimate, round, report, proposal>>

\* [BO83] step 2: p proposes what a majority of all has reported.  Where it has
\* seen none it is unsure, and turns to the least value that it was told: that
\* stands for the coin.
ReceiveReport(p, q) ==
  /\ InRounds
  /\ phase[p] = "reporting"
  /\ OnItsWay(report, p, q)
  /\ LET H == heard[p] \cup {p, q}
         v == MajorityReported(H, round[p])
     IN  IF Enough(H)
         THEN /\ proposal' = [proposal EXCEPT ![p][round[p]] = v]
              /\ estimate' = IF v = Unsure
                             THEN [estimate EXCEPT ![p] = Least(H, round[p])]
                             ELSE estimate
              /\ phase' = [phase EXCEPT ![p] = "proposing"]
              /\ heard' = [heard EXCEPT ![p] = {}]
         ELSE /\ heard' = [heard EXCEPT ![p] = @ \cup {q}]
              /\ UNCHANGED <<estimate, phase, proposal>>
  /\ UNCHANGED <<x, y, round, report>>

\* [BO83] step 3: p decides what enough have proposed, makes what anybody has
\* proposed its own, and reports in the next round.  This takes the last message
\* that it waits for; what comes before is only noted.
ReceiveProposal(p, q) ==
  /\ InRounds
  /\ phase[p] = "proposing"
  /\ OnItsWay(proposal, p, q)
  /\ LET H     == heard[p] \cup {p, q}
         v     == Proposed(H, round[p])
         votes == Saying(proposal, H, round[p], v)
         e     == IF v = Unsure THEN estimate[p] ELSE v
         next  == round[p] + 1
         rd    == [round EXCEPT ![p] = next]
         by    == Slowest(phase, rd)
     IN  IF Enough(H)
         THEN /\ round[p] < Last
              /\ y' = IF v # Unsure /\ Cardinality(votes) >= DecideBy
                      THEN [y EXCEPT ![p] = v]
                      ELSE y
              /\ estimate' = [estimate EXCEPT ![p] = e]
              /\ phase' = [phase EXCEPT ![p] = "reporting"]
              /\ heard' = [heard EXCEPT ![p] = {}]
              /\ round' = Less(rd, by)
              /\ report' = Later([report EXCEPT ![p][next] = e], by)
              /\ proposal' = Later(proposal, by)
         ELSE /\ heard' = [heard EXCEPT ![p] = @ \cup {q}]
              /\ UNCHANGED <<y, estimate, phase, round, report, proposal>>
  /\ UNCHANGED x

\* p stops for good.  What it has said before still arrives.
Crash(p) ==
  /\ phase[p] # "down"
  /\ Cardinality({q \in Process : phase[q] = "down"}) < Crashes
  /\ LET ph == [phase EXCEPT ![p] = "down"]
         by == Slowest(ph, round)
     IN  /\ phase' = ph
         /\ round' = Less([round EXCEPT ![p] = 0], by)
         /\ report' = Later(report, by)
         /\ proposal' = Later(proposal, by)
  /\ estimate' = [estimate EXCEPT ![p] = 0]
  /\ heard' = [heard EXCEPT ![p] = {}]
  /\ UNCHANGED <<x, y>>

Next ==
  \/ \E p \in Process : Start(p)
  \/ \E p, q \in Process : ReceiveInput(p, q)
  \/ \E p, q \in Process : ReceiveReport(p, q)
  \/ \E p, q \in Process : ReceiveProposal(p, q)
  \/ \E p \in Process : Crash(p)

Spec == Init /\ [][Next]_vars

-----------------------------------------------------------------------------
(***************************************************************************)
(* Claims.                                                                 *)
(***************************************************************************)

\* [FLP85] section 2, partial correctness: no two processes decide differently.
\* It is what "all_but_one" gives up.
Agreement ==
  Candidate # "all_but_one" =>
    \A p, q \in Process : y[p] # None /\ y[q] # None => y[p] = y[q]

\* What is decided is somebody's input.
Validity == \A p \in Process : y[p] # None => \E q \in Process : x[q] = y[p]

\* [BO83]: two majorities share a process, and it has reported one value.
OneValueARound ==
  \A r \in Round : \A p, q \in Process :
    {proposal[p][r], proposal[q][r]} # Value

\* [FLP85] section 2: the output register is written once.
Irrevocable == [][\A p \in Process : y[p] # None => y'[p] = y[p]]_vars

DownMeansSilent ==
  [][\A p \in Process :
       phase[p] = "down" => phase'[p] = "down" /\ y'[p] = y[p]]_vars

\* One who is down has not said what all the others wait for.
WaitedForInVain(p) ==
  /\ phase[p] = "down"
  /\ IF InRounds THEN Awaited = N
     ELSE /\ report[p][0] = None
          /\ Candidate = "all" \/ (Candidate = "leader" /\ p = Leader)

\* Where nothing can happen any more, all who are up have decided, or wait for
\* one who is down.
NoDeadlock ==
  \/ ENABLED Next
  \/ \A p \in Process : phase[p] # "down" => y[p] # None
  \/ \E p \in Process : WaitedForInVain(p)

=============================================================================
