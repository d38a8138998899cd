---------------------------- MODULE byzantine_om ----------------------------
(***************************************************************************)
(* The oral message algorithm OM(m) of the Byzantine generals.             *)
(*                                                                         *)
(* [LSP82] Leslie Lamport, Robert Shostak and Marshall Pease, "The         *)
(* Byzantine Generals Problem", ACM Transactions on Programming Languages  *)
(* and Systems 4(3), July 1982.  The problem is stated in section 1, the   *)
(* algorithm and its assumptions A1 to A3 in section 3.                    *)
(*                                                                         *)
(* OM(m) is recursive: whoever receives an order acts as the commander of  *)
(* OM(m-1) to tell the others.  Here it is unrolled into rounds 0 to m.  A *)
(* message is a path of distinct generals, beginning with the commander    *)
(* and ending with the sender, and a receiver: path <<0, 2>> to 1 is       *)
(* "2 tells 1 what 0 told him".  What is left of the recursion is Use, by  *)
(* which a lieutenant puts together what he was told.                      *)
(*                                                                         *)
(* Departures from section 3:                                              *)
(*  - The messages go one after another in one fixed order.  It takes      *)
(*    nothing from the traitors, who say anything whatever they know, and  *)
(*    loyal generals use only what they got in earlier rounds.             *)
(*  - A missing message counts as "retreat" when it is found missing, not  *)
(*    when it is used.                                                     *)
(*  - A tie may be given to the commander's word instead of "retreat".     *)
(*  - With Reduction, the adversary does not choose what cannot matter:    *)
(*    see OfAccount.                                                       *)
(***************************************************************************)
EXTENDS Integers, FiniteSets, Sequences, TLC

CONSTANTS
  N,            \* how many generals there are; 0 is the commander
  M,            \* the m of OM(m)
  MaxTraitors,  \* how many of the generals may be traitors
  Tie,          \* what a tie falls to: "retreat", or the word of the "commander"
  Reduction,    \* whether to leave out what cannot matter
  None          \* stands for "nothing yet"

ASSUME
  /\ N \in Nat /\ N >= 3
  /\ M \in 0 .. N - 2
  /\ MaxTraitors \in 0 .. N - 2
  /\ Tie \in {"retreat", "commander"}
  /\ Reduction \in BOOLEAN

VARIABLES
  traitors,  \* the set of traitors, once it is chosen
  order,     \* what a loyal commander orders
  told,      \* told[e]: what the receiver of message e takes it to say
  obeys      \* obeys[i]: what loyal lieutenant i decides to do

vars == <<traitors, order, told, obeys>>

General    == 0 .. N - 1
Commander  == 0
Lieutenant == General \ {Commander}

Order == {"retreat", "attack"}

\* "absent" is a message that never comes and that nobody misses.
Report == Order \cup {"absent"}

-----------------------------------------------------------------------------
(***************************************************************************)
(* Messages, and the order in which they are sent: round by round, within  *)
(* a round by sender, receiver and path.  TLCEval(x) is x; it has TLC      *)
(* compute a constant once.                                                *)
(***************************************************************************)

Members(path) == {path[k] : k \in DOMAIN path}

Path ==
  TLCEval(UNION { {p \in [1 .. k -> General] :
                     p[1] = Commander /\ Cardinality(Members(p)) = k} : k \in 1 .. M + 1 })

Message ==
  TLCEval({e \in [path : Path, to : General] : e.to \notin Members(e.path)})

Round(e)  == Len(e.path) - 1
Sender(e) == e.path[Len(e.path)]

\* The message that e passes on, in a round but the first.
Source(e) == [path |-> SubSeq(e.path, 1, Len(e.path) - 1), to |-> Sender(e)]

\* The messages in which others tell the same receiver that they got e too.
Relays(e) ==
  IF Round(e) = M THEN {}
  ELSE {[path |-> Append(e.path, k), to |-> e.to]
        : k \in General \ (Members(e.path) \cup {e.to})}

\* Of two different paths of one length, p is the first.
PathBefore(p, q) ==
  \E k \in DOMAIN p : p[k] < q[k] /\ \A l \in 1 .. k - 1 : p[l] = q[l]

SentBefore(e, f) ==
  IF Round(e)  # Round(f)  THEN Round(e)  < Round(f)  ELSE
  IF Sender(e) # Sender(f) THEN Sender(e) < Sender(f) ELSE
  IF e.to      # f.to      THEN e.to      < f.to      ELSE PathBefore(e.path, f.path)

\* The message just before e, in a set that is empty for the first.
Previous ==
  TLCEval([e \in Message |->
    LET earlier == {f \in Message : SentBefore(f, e)}
    IN  {f \in earlier : \A h \in earlier : ~SentBefore(f, h)}])

-----------------------------------------------------------------------------

IsTraitor(g) == IF traitors = None THEN FALSE ELSE g \in traitors

HasCome(e) == told[e] \in Order

Decided == \E i \in Lieutenant : obeys[i] # None

\* The message before e has come.  So no round begins before the last one has
\* ended.
IsNext(e) ==
  /\ told[e] = None
  /\ traitors # None
  /\ \A f \in Previous[e] : HasCome(f)

\* What a loyal sender says in message e; nothing when he is a traitor.
LoyalWord(e) ==
  IF IsTraitor(Sender(e)) THEN None
  ELSE IF Round(e) = 0 THEN order ELSE told[Source(e)]

\* What the receiver of e uses for it, section 3, OM(m) step (3).  Message e
\* began an OM of its own, with the sender as its commander.  The receiver
\* takes the majority of what he was told himself and of what he uses for each
\* relay.
RECURSIVE Use(_)
Use(e) ==
  LET relays  == Relays(e)
      votes   == 1 + Cardinality(relays)
      attacks == (IF told[e] = "attack" THEN 1 ELSE 0)
                   + Cardinality({f \in relays : Use(f) = "attack"})
  IN  IF 2 * attacks = votes THEN IF Tie = "commander" THEN told[e] ELSE "retreat"
      ELSE IF 2 * attacks > votes THEN "attack" ELSE "retreat"

-----------------------------------------------------------------------------
(***************************************************************************)
(* What the reduction leaves out.  Its behaviours are behaviours of the    *)
(* whole specification.  Conversely, lieutenants are treated alike, so the *)
(* traitors among them may be taken to have the highest numbers, and a     *)
(* violation to show in the last loyal lieutenants: in one if the          *)
(* commander is loyal, for IC2 implies IC1 then, else in two.  These are   *)
(* watched.  What a traitor tells a traitor, or in the last round a        *)
(* lieutenant who is not watched, enters no order that a watched one       *)
(* computes; it is taken to be "retreat".                                  *)
(***************************************************************************)

LieutenantsAreLast(set) ==
  \A i \in Lieutenant : (i \in set /\ i < N - 1) => i + 1 \in set

Traitors ==
  TLCEval({set \in SUBSET General :
             Cardinality(set) <= MaxTraitors /\ (Reduction => LieutenantsAreLast(set))})

IsWatched(i) ==
  LET later == {j \in Lieutenant : j > i /\ ~IsTraitor(j)}
  IN  Cardinality(later) < IF IsTraitor(Commander) THEN 2 ELSE 1

OfAccount(e) ==
  IF ~Reduction THEN TRUE
  ELSE IF IsTraitor(e.to) THEN FALSE
  ELSE IF Round(e) < M THEN TRUE
  ELSE IsWatched(e.to)

-----------------------------------------------------------------------------

Init ==
  /\ traitors = None
  /\ order = None
  /\ told = [e \in Message |-> None]
  /\ obeys = [i \in Lieutenant |-> None]

\* The adversary chooses the traitors; a loyal commander decides on an order.
Begin(T, v) ==
  /\ traitors = None
  /\ (v = None) <=> (Commander \in T)
  /\ traitors' = T
  /\ order' = v
  /\ UNCHANGED <<told, obeys>>

\* OM(m) steps (1) and (2).  A loyal commander sends his order, a loyal
\* lieutenant passes on what he was told.
LoyalSend(e, v) ==
  /\ IsNext(e)
  /\ v = LoyalWord(e)
  /\ told' = [told EXCEPT ![e] = v]
  /\ UNCHANGED <<traitors, order, obeys>>

\* A traitor g says anything to anyone.  By A2, the receiver of a message
\* knows who sent it: g speaks for himself only.
TraitorSend(g, e, v) ==
  /\ g = Sender(e)
  /\ IsNext(e)
  /\ IsTraitor(g)
  /\ IF v = "retreat" THEN TRUE ELSE OfAccount(e)
  /\ told' = [told EXCEPT ![e] = v]
  /\ UNCHANGED <<traitors, order, obeys>>

\* Message e does not come.  By A1, every message that is sent is delivered
\* correctly: only a traitor is silent.  By A3, the absence of a message can be
\* detected: it is taken for "retreat".
Silence(e, v) ==
  /\ IsNext(e)
  /\ IsTraitor(Sender(e))
  /\ v = "retreat"
  /\ told' = [told EXCEPT ![e] = v]
  /\ UNCHANGED <<traitors, order, obeys>>

\* OM(m) step (3), OM(0) step (2).  All messages have come, and each loyal
\* lieutenant obeys the order that he computes.
Obey ==
  /\ \A e \in Message : HasCome(e)
  /\ ~Decided
  /\ obeys' = [i \in Lieutenant |->
                 IF IsTraitor(i) THEN None ELSE Use([path |-> <<Commander>>, to |-> i])]
  /\ UNCHANGED <<traitors, order, told>>

Next ==
  \/ \E T \in Traitors, v \in Order \cup {None} : Begin(T, v)
  \/ \E e \in Message, v \in Order : LoyalSend(e, v)
  \/ \E g \in General, e \in Message, v \in Order : TraitorSend(g, e, v)
  \/ \E e \in Message, v \in Report : Silence(e, v)
  \/ Obey

Spec == Init /\ [][Next]_vars

-----------------------------------------------------------------------------
(***************************************************************************)
(* Claims, for N > 3 * M and at most M traitors.  A behaviour ends when    *)
(* the loyal lieutenants have decided, and only then.                      *)
(***************************************************************************)

TypeOK ==
  /\ traitors \in Traitors \cup {None}
  /\ order \in Order \cup {None}
  /\ told \in [Message -> Report \cup {None}]
  /\ obeys \in [Lieutenant -> Order \cup {None}]

Loyal == {i \in Lieutenant : ~IsTraitor(i)}

\* Section 1, IC1: all loyal lieutenants obey the same order.
IC1 == Decided => \A i, j \in Loyal : obeys[i] = obeys[j]

\* Section 1, IC2: if the commander is loyal, then every loyal lieutenant obeys
\* the order he sends.
IC2 ==
  (Decided /\ ~IsTraitor(Commander)) => \A i \in Loyal : obeys[i] = order

NoDeadlock == Decided \/ ENABLED Next

THEOREM (N > 3 * M /\ MaxTraitors <= M) => (Spec => [](TypeOK /\ IC1 /\ IC2))

=============================================================================
