------------------------ MODULE byzantine_broadcast -------------------------
(***************************************************************************)
(* Reliable broadcast among processes of which some are Byzantine.         *)
(*                                                                         *)
(* [B87] Gabriel Bracha, "Asynchronous Byzantine Agreement Protocols",     *)
(* Information and Computation 75(2), 1987: the broadcast primitive.       *)
(*                                                                         *)
(* A sender broadcasts (initial, v).  A process echoes one value, sends    *)
(* ready for one value, and accepts one value, each as soon as it has      *)
(* received enough messages:                                               *)
(*                                                                         *)
(*    step 1, echo     (initial, v) from the sender, or more than          *)
(*                     (n + t)/2 (echo, v), or t + 1 (ready, v)            *)
(*    step 2, ready    more than (n + t)/2 (echo, v), or t + 1 (ready, v)  *)
(*    step 3, accept   2t + 1 (ready, v)                                   *)
(*                                                                         *)
(* Departures from the paper:                                              *)
(*  - The three numbers are parameters, so that one can see what each is   *)
(*    needed for.                                                          *)
(*  - Traitors have no state and take no steps: see Messages, below.       *)
(*  - Which of the correct processes is the sender, when it is one of      *)
(*    them, makes no difference: it does what the others do as well.       *)
(***************************************************************************)
EXTENDS Integers, FiniteSets

CONSTANTS
  Correct,          \* the processes that keep to the protocol
  Value,            \* the values that may be broadcast
  None,             \* stands for "no value"
  Traitors,         \* how many other processes there are
  SenderIsCorrect,  \* whether the sender is one of Correct
  EchoQuorum,       \* how many echoes make a process go on
  Support,          \* how many readies make a process send ready too
  ReadyQuorum       \* how many readies make a process accept

\* That the numbers are the paper's, and that there are more than three times
\* as many processes as traitors, is not assumed.
ASSUME
  /\ IsFiniteSet(Correct)
  /\ None \notin Value
  /\ Traitors \in Nat
  /\ SenderIsCorrect \in BOOLEAN
  /\ SenderIsCorrect \/ Traitors > 0
  /\ EchoQuorum  \in 1 .. Cardinality(Correct) + Traitors
  /\ Support     \in 1 .. Cardinality(Correct) + Traitors
  /\ ReadyQuorum \in 1 .. Cardinality(Correct) + Traitors

VARIABLES
  accepted,  \* accepted[p]: the value that p has accepted
  msgs       \* every message that a correct process has sent

vars == <<accepted, msgs>>

-----------------------------------------------------------------------------
(***************************************************************************)
(* Messages.  msgs never shrinks, and to receive a message is to find it   *)
(* there, so that messages may be late and arrive in any order.            *)
(*                                                                         *)
(* A traitor may say anything to anyone.  What it says depends on nothing, *)
(* and a process acts on the messages with one value alone, so it takes    *)
(* nothing from the traitors to let each of them send everything to        *)
(* everybody from the beginning: who receives what of it is open all the   *)
(* same.  Hence each step is there twice, with `lies' messages of traitors *)
(* counted: none, or one from each of them.  The first is what may be      *)
(* relied upon to happen.                                                  *)
(***************************************************************************)

Initial(v)  == [type |-> "initial", val |-> v]
Echo(p, v)  == [type |-> "echo", from |-> p, val |-> v]
Ready(p, v) == [type |-> "ready", from |-> p, val |-> v]

Message ==
       [type : {"initial"}, val : Value]
  \cup [type : {"echo", "ready"}, from : Correct, val : Value]

TypeOK ==
  /\ accepted \in [Correct -> Value \cup {None}]
  /\ msgs \subseteq Message

Init ==
  /\ accepted = [p \in Correct |-> None]
  /\ msgs = {}

\* The correct processes that have sent a message of this type.
Echoes(v)  == {p \in Correct : Echo(p, v) \in msgs}
Readies(v) == {p \in Correct : Ready(p, v) \in msgs}

HasEchoed(p) == {v \in Value : p \in Echoes(v)} # {}
IsReady(p)   == {v \in Value : p \in Readies(v)} # {}

\* Who sent a message is known, so that only the sender's counts.
IsInitial(v, lies) ==
  IF SenderIsCorrect THEN Initial(v) \in msgs ELSE lies > 0

\* Enough of the others have moved.
IsMoved(v, lies) ==
  \/ Cardinality(Echoes(v)) + lies >= EchoQuorum
  \/ Cardinality(Readies(v)) + lies >= Support

\* The values for which a process may send its echo, or its ready.  Several
\* reasons for a step make one step: hence sets, and no choice of a reason.
MayEcho(lies)  == {v \in Value : IsInitial(v, lies) \/ IsMoved(v, lies)}
MayReady(lies) == {v \in Value : IsMoved(v, lies)}

-----------------------------------------------------------------------------
(***************************************************************************)
(* The steps, in the paper's order.                                        *)
(***************************************************************************)

\* Step 0.  A correct sender sends its value to all.
Broadcast(v) ==
  /\ SenderIsCorrect
  /\ \A w \in Value : Initial(w) \notin msgs
  /\ msgs' = msgs \cup {Initial(v)}
  /\ UNCHANGED accepted

Step1(p, v, lies) ==
  /\ ~HasEchoed(p)
  /\ v \in MayEcho(lies)
  /\ msgs' = msgs \cup {Echo(p, v)}
  /\ UNCHANGED accepted

Step2(p, v, lies) ==
  /\ HasEchoed(p)
  /\ ~IsReady(p)
  /\ v \in MayReady(lies)
  /\ msgs' = msgs \cup {Ready(p, v)}
  /\ UNCHANGED accepted

Step3(p, v, lies) ==
  /\ IsReady(p)
  /\ accepted[p] = None
  /\ Cardinality(Readies(v)) + lies >= ReadyQuorum
  /\ accepted' = [accepted EXCEPT ![p] = v]
  /\ UNCHANGED msgs

SendEcho(p, v)  == Step1(p, v, 0)
SendReady(p, v) == Step2(p, v, 0)
Accept(p, v)    == Step3(p, v, 0)

\* With messages of the traitors among those that count.
MisledEcho(p, v)   == Traitors > 0 /\ Step1(p, v, Traitors)
MisledReady(p, v)  == Traitors > 0 /\ Step2(p, v, Traitors)
MisledAccept(p, v) == Traitors > 0 /\ Step3(p, v, Traitors)

-----------------------------------------------------------------------------

Next ==
  \/ \E v \in Value : Broadcast(v)
  \/ \E p \in Correct, v \in Value : SendEcho(p, v)
  \/ \E p \in Correct, v \in Value : MisledEcho(p, v)
  \/ \E p \in Correct, v \in Value : SendReady(p, v)
  \/ \E p \in Correct, v \in Value : MisledReady(p, v)
  \/ \E p \in Correct, v \in Value : Accept(p, v)
  \/ \E p \in Correct, v \in Value : MisledAccept(p, v)

\* Messages of correct processes arrive: what they are enough for happens.
\* Nothing is relied upon that a traitor would have to say.
Fairness ==
  /\ WF_vars(\E v \in Value : Broadcast(v))
  /\ \A p \in Correct :
       /\ WF_vars(\E v \in Value : SendEcho(p, v))
       /\ WF_vars(\E v \in Value : SendReady(p, v))
       /\ WF_vars(\E v \in Value : Accept(p, v))

Spec == Init /\ [][Next]_vars /\ Fairness

-----------------------------------------------------------------------------
(***************************************************************************)
(* Claims.                                                                 *)
(***************************************************************************)

\* No two correct processes accept different values.
Agreement ==
  \A p, q \in Correct :
    accepted[p] # None /\ accepted[q] # None => accepted[p] = accepted[q]

\* If the sender is correct, only what it broadcast is accepted.
Validity ==
  SenderIsCorrect =>
    \A p \in Correct : accepted[p] # None => Initial(accepted[p]) \in msgs

\* Correct processes send ready for one value only.
OneValueIsReady ==
  \A v, w \in Value : Readies(v) # {} /\ Readies(w) # {} => v = w

\* Whoever accepts has the readies of as many correct processes as make all
\* the others send it too.
AcceptedIsSupported ==
  \A p \in Correct :
    accepted[p] # None => Cardinality(Readies(accepted[p])) >= Support

\* Each process accepts once.
Irrevocable ==
  [][\A p \in Correct : accepted[p] # None => accepted'[p] = accepted[p]]_vars

AllAccepted  == \A p \in Correct : accepted[p] # None
SomeAccepted == \E p \in Correct : accepted[p] # None

\* Nothing more can happen only when all have accepted; or none, if the sender
\* is a traitor.
ProperEnd ==
  ~ENABLED Next => AllAccepted \/ (~SenderIsCorrect /\ ~SomeAccepted)

\* If a correct process accepts, all do.
Totality == SomeAccepted ~> AllAccepted

\* The value of a correct sender is accepted.
EventuallyAccepted == SenderIsCorrect => <>AllAccepted

=============================================================================
