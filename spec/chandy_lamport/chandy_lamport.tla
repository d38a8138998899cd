---------------------------- MODULE chandy_lamport ----------------------------
(***************************************************************************)
(* Distributed snapshots by markers.                                       *)
(*                                                                         *)
(* [CL85] K. Mani Chandy, Leslie Lamport, "Distributed Snapshots:          *)
(* Determining Global States of Distributed Systems", ACM TOCS 3(1),       *)
(* February 1985.  The algorithm is that of section 3.2.                   *)
(*                                                                         *)
(* The system whose state is recorded is one of processes that send each   *)
(* other money, in coins of one unit, over the channels of any directed    *)
(* graph.  As many processes as like may initiate the one snapshot.        *)
(*                                                                         *)
(* Departures from the paper:                                              *)
(*  - The markers on all outgoing channels are sent in the step in which a *)
(*    process records its state or, with OneByOne, one by one after it.    *)
(*    The paper asks only that no other message overtakes them.            *)
(*  - Channels may be without order (Fifo = FALSE), to see what order is   *)
(*    needed for.                                                          *)
(*  - A coin tells whether it was sent before ("coin") or after            *)
(*    ("post_coin") its sender recorded its state: section 4 calls the     *)
(*    events prerecording and postrecording.  No guard reads it.           *)
(*  - The recorded states are not collected anywhere.                      *)
(***************************************************************************)
EXTENDS Integers, Sequences

CONSTANTS
  Processes,   \* how many processes there are, numbered from 1
  Topology,    \* the channels: 12 leads from process 1 to process 2
  Money,       \* how many coins there are
  Dealt,       \* whether they are dealt out, or all with process 1, at first
  Initiators,  \* the processes that may initiate the snapshot
  Fifo,        \* whether channels deliver in the order of sending
  OneByOne,    \* whether markers are sent one by one after the recording
  MayRestart   \* whether the system may go back to the complete snapshot

Process == 1 .. Processes
Channel == Topology
From(c) == c \div 10
To(c)   == c % 10

ASSUME
  /\ Processes \in 1 .. 9
  /\ \A c \in Channel : From(c) \in Process /\ To(c) \in Process \ {From(c)}
  /\ Money \in Nat
  /\ Initiators \subseteq Process
  /\ {Dealt, Fifo, OneByOne, MayRestart} \subseteq BOOLEAN

VARIABLES
  money,          \* money[p]: the coins that process p has
  chan,           \* chan[c]: the messages on their way in channel c
  recorded,       \* the processes that have recorded their states
  recordedMoney,  \* recordedMoney[p]: what p recorded as its state
  recording,      \* the channels whose states are being recorded
  recordedChan,   \* recordedChan[c]: the state of c, as far as recorded
  markerDue       \* the channels that the sender still owes a marker

application == <<money, chan>>
snapshot    == <<recorded, recordedMoney, recording, recordedChan, markerDue>>
vars        == <<application, snapshot>>

Coin    == {"coin", "post_coin"}
Message == Coin \cup {"marker"}

-----------------------------------------------------------------------------
(***************************************************************************)
(* Channels.  One without order is kept sorted: which messages are in it   *)
(* is all that matters.                                                    *)
(***************************************************************************)

Only(s, m)  == SelectSeq(s, LAMBDA x : x = m)
Count(s, m) == Len(Only(s, m))

Put(s, m) ==
  IF Fifo THEN Append(s, m)
          ELSE LET t == Append(s, m)
               IN  Only(t, "coin") \o Only(t, "post_coin") \o Only(t, "marker")

Delivers(s, m) == IF Fifo THEN s # <<>> /\ Head(s) = m ELSE Count(s, m) > 0

Take(s, m) ==
  IF Fifo THEN Tail(s)
          ELSE LET without(x) == IF x = m THEN Tail(Only(s, x)) ELSE Only(s, x)
               IN  without("coin") \o without("post_coin") \o without("marker")

-----------------------------------------------------------------------------

AtFirst == [p \in Process |->
              IF Dealt
              THEN (Money \div Processes) + (IF p <= Money % Processes THEN 1 ELSE 0)
              ELSE IF p = 1 THEN Money ELSE 0]

TypeOK ==
  /\ money \in [Process -> 0 .. Money]
  /\ DOMAIN chan = Channel
  /\ \A c \in Channel : /\ Len(chan[c]) <= Money + 1
                        /\ \A i \in 1 .. Len(chan[c]) : chan[c][i] \in Message
  /\ recorded \subseteq Process
  /\ recordedMoney \in [Process -> 0 .. Money]
  /\ recording \subseteq Channel
  /\ DOMAIN recordedChan = Channel
  /\ \A c \in Channel : /\ Len(recordedChan[c]) <= Money
                        /\ \A i \in 1 .. Len(recordedChan[c]) : recordedChan[c][i] \in Coin
  /\ markerDue \subseteq Channel

Init ==
  /\ money = AtFirst
  /\ chan = [c \in Channel |-> <<>>]
  /\ recorded = {}
  /\ recordedMoney = [p \in Process |-> 0]
  /\ recording = {}
  /\ recordedChan = [c \in Channel |-> <<>>]
  /\ markerDue = {}

-----------------------------------------------------------------------------
(***************************************************************************)
(* The system whose state is recorded.                                     *)
(***************************************************************************)

\* The sender of c sends a coin.  Section 3.2: not between recording its state
\* and sending the marker along c.
SendMoney(c) ==
  /\ money[From(c)] > 0
  /\ c \notin markerDue
  /\ money' = [money EXCEPT ![From(c)] = @ - 1]
  /\ chan' = [chan EXCEPT ![c] =
                Put(@, IF From(c) \in recorded THEN "post_coin" ELSE "coin")]
  /\ UNCHANGED snapshot

\* The receiver of c receives a coin, and notes it while it records c.
ReceiveMoney(c, m) ==
  /\ Delivers(chan[c], m)
  /\ chan' = [chan EXCEPT ![c] = Take(@, m)]
  /\ money' = [money EXCEPT ![To(c)] = @ + 1]
  /\ recordedChan' = IF c \in recording
                     THEN [recordedChan EXCEPT ![c] = Append(@, m)]
                     ELSE recordedChan
  /\ UNCHANGED <<recorded, recordedMoney, recording, markerDue>>

-----------------------------------------------------------------------------
(***************************************************************************)
(* The snapshot, section 3.2.                                              *)
(***************************************************************************)

Incoming(q) == {c \in Channel : To(c) = q}
Outgoing(p) == {c \in Channel : From(c) = p}

\* Process p records its own state.
Record(p) ==
  /\ recorded' = recorded \cup {p}
  /\ recordedMoney' = [recordedMoney EXCEPT ![p] = money[p]]

\* What the channels hold once p has sent its markers; `before` is what they
\* hold without them.
WithMarkers(before, p) ==
  IF OneByOne THEN before
  ELSE [c \in Channel |-> IF From(c) = p THEN Put(before[c], "marker") ELSE before[c]]

MarkersDue(p) == IF OneByOne THEN markerDue \cup Outgoing(p) ELSE markerDue

\* An initiator records its state by itself: the marker-sending rule.
Initiate(p) ==
  /\ p \in Initiators
  /\ p \notin recorded
  /\ Record(p)
  /\ chan' = WithMarkers(chan, p)
  /\ markerDue' = MarkersDue(p)
  /\ recording' = recording \cup Incoming(p)
  /\ UNCHANGED <<money, recordedChan>>

\* With OneByOne: the sender of c, having recorded its state, sends the marker.
SendMarker(c) ==
  /\ c \in markerDue
  /\ markerDue' = markerDue \ {c}
  /\ chan' = [chan EXCEPT ![c] = Put(@, "marker")]
  /\ UNCHANGED <<money, recorded, recordedMoney, recording, recordedChan>>

\* The marker-receiving rule, first case: q has not recorded its state.  It
\* does so, and the state of c is the empty sequence.
ReceiveFirstMarker(c) ==
  LET q == To(c) IN
  /\ Delivers(chan[c], "marker")
  /\ q \notin recorded
  /\ Record(q)
  /\ chan' = WithMarkers([chan EXCEPT ![c] = Take(@, "marker")], q)
  /\ markerDue' = MarkersDue(q)
  /\ recording' = (recording \cup Incoming(q)) \ {c}
  /\ UNCHANGED <<money, recordedChan>>

\* Second case: the state of c is what q has received since it recorded its own.
ReceiveMarker(c) ==
  /\ Delivers(chan[c], "marker")
  /\ To(c) \in recorded
  /\ chan' = [chan EXCEPT ![c] = Take(@, "marker")]
  /\ recording' = recording \ {c}
  /\ UNCHANGED <<money, recorded, recordedMoney, recordedChan, markerDue>>

\* The states of all processes and channels are recorded.
Complete == recorded = Process /\ recording = {}

\* All processes and channels go back to the recorded state.  What is put back
\* counts as sent after the recording.
Restart ==
  /\ MayRestart
  /\ Complete
  /\ money' = recordedMoney
  /\ chan' = [c \in Channel |-> [i \in 1 .. Len(recordedChan[c]) |-> "post_coin"]]
  /\ UNCHANGED snapshot

Next ==
  \/ \E c \in Channel : SendMoney(c)
  \/ \E c \in Channel, m \in Coin : ReceiveMoney(c, m)
  \/ \E p \in Process : Initiate(p)
  \/ \E c \in Channel : SendMarker(c)
  \/ \E c \in Channel : ReceiveFirstMarker(c)
  \/ \E c \in Channel : ReceiveMarker(c)
  \/ Restart

Spec == Init /\ [][Next]_vars

-----------------------------------------------------------------------------
(***************************************************************************)
(* The system without snapshots.  Coins being all alike, a global state is *)
(* how many coins each process has and each channel holds.                 *)
(***************************************************************************)

UnderlyingInit == [money |-> AtFirst, chan |-> [c \in Channel |-> 0]]

UnderlyingNext(s) ==
       {[money |-> [s.money EXCEPT ![From(c)] = @ - 1],
         chan  |-> [s.chan EXCEPT ![c] = @ + 1]] :
           c \in {d \in Channel : s.money[From(d)] > 0}}
  \cup {[money |-> [s.money EXCEPT ![To(c)] = @ + 1],
         chan  |-> [s.chan EXCEPT ![c] = @ - 1]] :
           c \in {d \in Channel : s.chan[d] > 0}}

RECURSIVE Closure(_, _)
Closure(found, latest) ==
  IF latest = {} THEN found
  ELSE LET new == UNION {UnderlyingNext(s) : s \in latest} \ found
       IN  Closure(found \cup new, new)

Reachable == Closure({UnderlyingInit}, {UnderlyingInit})
Leads     == [s \in Reachable |-> Closure({s}, {s})]

\* The recorded global state, S* in the paper, and the present one.
Recorded == [money |-> recordedMoney,
             chan  |-> [c \in Channel |-> Len(recordedChan[c])]]
Present  == [money |-> money,
             chan  |-> [c \in Channel |-> Count(chan[c], "coin")
                                            + Count(chan[c], "post_coin")]]

-----------------------------------------------------------------------------
(***************************************************************************)
(* Claims.                                                                 *)
(***************************************************************************)

\* The processes that a path of channels leads to from an initiator.
RECURSIVE ReachedFrom(_)
ReachedFrom(found) ==
  LET more == found \cup {To(c) : c \in {d \in Channel : From(d) \in found}}
  IN  IF more = found THEN found ELSE ReachedFrom(more)
Reached == ReachedFrom(Initiators)

\* The state of channel c has been recorded to its end.
Closed(c) == To(c) \in recorded /\ c \notin recording

\* Section 3.1, n >= m: what was sent after the sender recorded its state is
\* not received before the receiver has.  The marker goes ahead of it.
ConsistentCut ==
  [][\A c \in Channel :
       To(c) \notin recorded =>
         Count(chan'[c], "post_coin") >= Count(chan[c], "post_coin")]_vars

\* Section 3.1: the state of a channel is what was sent before the sender's
\* state was recorded and not received before the receiver's was.
ChannelsExact ==
  \A c \in Channel :
    Closed(c) => /\ Count(recordedChan[c], "post_coin") = 0
                 /\ Count(chan[c], "coin") = 0

\* Section 3.2: what has been recorded stays so.
RecordedOnce ==
  [][/\ \A p \in recorded : p \in recorded' /\ recordedMoney'[p] = recordedMoney[p]
     /\ \A c \in Channel :
          Closed(c) => /\ To(c) \in recorded' /\ c \notin recording'
                       /\ recordedChan'[c] = recordedChan[c]]_vars

RECURSIVE Sum(_, _)
Sum(f, S) == IF S = {} THEN 0
             ELSE LET x == CHOOSE x \in S : TRUE IN f[x] + Sum(f, S \ {x})

\* The recorded global state holds every coin once.
MoneyRecorded ==
  Complete => Sum(Recorded.money, Process) + Sum(Recorded.chan, Channel) = Money

\* Section 4, Theorem 1: the recorded global state is reachable from the first
\* one, and the present one from it, by steps of the system without snapshots.
RecordedIsReachable    == Complete => Recorded \in Reachable
RecordedLeadsToPresent == Complete => Present \in Leads[Recorded]

\* Section 1: neither the recording nor a restart brings the system where it
\* could not be without.
Undisturbed == Present \in Reachable

\* A process that no initiator reaches never hears of the snapshot.
OnlyReachedRecord == recorded \subseteq Reached

\* Where nothing can happen any more, nothing is on its way, and every initiator
\* has recorded its state.  Section 3.3, that the algorithm terminates, is no
\* property of single states or steps, and not stated here.
ProperEnd ==
  \/ ENABLED Next
  \/ (\A c \in Channel : chan[c] = <<>>) /\ Initiators \subseteq recorded

=============================================================================
