-------------------------------- MODULE raft --------------------------------
(***************************************************************************)
(* Raft: leader election and log replication.                              *)
(*                                                                         *)
(* [OO14] Diego Ongaro and John Ousterhout, "In Search of an               *)
(* Understandable Consensus Algorithm", USENIX ATC 2014, extended version. *)
(* What follows is its Figure 2, rule by rule; variables and messages are  *)
(* named as there.                                                         *)
(*                                                                         *)
(* Departures from the paper:                                              *)
(*  - A request carries one entry, or none: a heartbeat.  To receive a     *)
(*    message and to answer it is one step.                                *)
(*  - An entry is applied when it is committed, so commitIndex stands for  *)
(*    lastApplied as well.                                                 *)
(*  - A reply that would change nothing at its receiver is not received;   *)
(*    it stays on its way until it is lost.                                *)
(*  - votesGranted, nextIndex and matchIndex are cleared when their server *)
(*    is no longer candidate or leader, so that states which differ in     *)
(*    nothing that matters are one state.                                  *)
(*  - elected and committed are history: no server reads them.             *)
(*  - The size of a quorum, and what survives a crash, are parameters, so  *)
(*    that one can see what the paper's choice is needed for.              *)
(*                                                                         *)
(* Terms, log entries, crashes and messages on their way are bounded, to   *)
(* have finitely many states.  Each bound is the last conjunct of a guard, *)
(* and marked as such; it is no part of the protocol.                      *)
(***************************************************************************)
EXTENDS Integers, FiniteSets, Sequences

CONSTANTS
  Server,    \* the servers
  Value,     \* what clients request
  None,      \* stands for "no server" and "no value"
  Terms,     \* bound: the last term
  Entries,   \* bound: the entries in a log
  Quorum,    \* how many servers elect a leader, and commit an entry
  CommitBy,  \* who has to have an entry: see Replicated
  MayCrash,  \* whether servers crash, and whether they restart
  Crashes,   \* bound: the crashes in all
  Durable,   \* what survives a crash: see Crash
  Network,   \* what happens to messages: see Send
  InFlight   \* bound: the messages on their way

Term  == 0 .. Terms
Index == 0 .. Entries

\* That two quorums meet, which is 2 * Quorum > Cardinality(Server), is not
\* assumed: what happens without it is one of the questions.
ASSUME
  /\ IsFiniteSet(Server)
  /\ None \notin Server \cup Value
  /\ Terms \in Nat \ {0}
  /\ Entries \in Nat \ {0}
  /\ Quorum \in 1 .. Cardinality(Server)
  /\ CommitBy \in {"servers", "followers"}
  /\ MayCrash \in {"no", "stop", "recovery", "uncounted"}
  /\ Crashes \in Nat
  /\ Durable \in {"all", "no_vote", "nothing"}
  /\ Network \in {"lossy", "duplicating", "short_lived"}
  /\ InFlight \in Nat \ {0}

VARIABLES
  \* Persistent state on all servers.
  currentTerm,   \* the latest term that the server has seen
  votedFor,      \* the candidate that got its vote in that term, or None
  log,           \* its log: a sequence of entries, a term and a value each
  \* Volatile state on all servers.
  role,          \* "Follower", "Candidate" or "Leader"
  commitIndex,   \* the highest entry that it knows to be committed
  \* Volatile state on candidates and leaders.
  votesGranted,  \* on candidates: those who have voted for it
  nextIndex,     \* on leaders: the next entry to send to each server
  matchIndex,    \* on leaders: the highest entry known to be in its log
  \* The environment.
  down,          \* the servers that are crashed at present
  crashed,       \* how many crashes there were
  msgs,          \* the messages on their way: see Send
  \* History.
  elected,       \* who became leader in each term, or None
  committed      \* what was committed, and in which term

electionVars == <<currentTerm, votedFor, role, votesGranted>>
leaderVars   == <<nextIndex, matchIndex>>
logVars      == <<log, commitIndex>>
crashVars    == <<down, crashed>>
history      == <<elected, committed>>

vars == <<electionVars, leaderVars, logVars, crashVars, msgs, history>>

-----------------------------------------------------------------------------
(***************************************************************************)
(* The network.  Messages arrive in any order, and any of them may be lost *)
(* (LoseMessage).  A message that is sent while a copy of it is on its way *)
(* counts as lost, and so does one for which there is no room.             *)
(*                                                                         *)
(*    lossy        msgs is a set; a message is received once               *)
(*    duplicating  msgs is a set; a message may be received again          *)
(*    short_lived  msgs is a sequence; when there is no room, the oldest   *)
(*                 message is lost                                         *)
(*                                                                         *)
(* The state of the network is an argument here, ms, as a step may both    *)
(* receive and send.                                                       *)
(***************************************************************************)
ShortLived == Network = "short_lived"

NoMessages == IF ShortLived THEN <<>> ELSE {}

OnTheirWay(ms) == IF ShortLived THEN {ms[k] : k \in DOMAIN ms} ELSE ms

RoomFor(ms) == IF ShortLived THEN TRUE ELSE Cardinality(ms) < InFlight

Send(ms, m) ==
  CASE m \in OnTheirWay(ms) -> ms
    [] m \notin OnTheirWay(ms) /\ ShortLived ->
         Append(IF Len(ms) = InFlight THEN Tail(ms) ELSE ms, m)
    [] m \notin OnTheirWay(ms) /\ ~ShortLived ->
         IF RoomFor(ms) THEN ms \cup {m} ELSE ms

Remove(ms, m) ==
  IF ShortLived THEN SelectSeq(ms, LAMBDA n : n # m) ELSE ms \ {m}

Receive(ms, m) == IF Network = "duplicating" THEN ms ELSE Remove(ms, m)

\* What m is answered with takes its place.
Reply(m, reply) == msgs' = Send(Receive(msgs, m), reply)

Message ==
       [type : {"RequestVote"}, from : Server, to : Server, term : Term,
        lastLogIndex : Index, lastLogTerm : Term]
  \cup [type : {"RequestVoteReply"}, from : Server, to : Server, term : Term,
        voteGranted : BOOLEAN]
  \cup [type : {"AppendEntries"}, from : Server, to : Server, term : Term,
        prevLogIndex : Index, prevLogTerm : Term,
        entryTerm : Term, entry : Value \cup {None}, leaderCommit : Index]
  \cup [type : {"AppendEntriesReply"}, from : Server, to : Server, term : Term,
        success : BOOLEAN, matchIndex : Index]

-----------------------------------------------------------------------------

Up(i) == i \notin down

Max(a, b) == IF a >= b THEN a ELSE b
Min(a, b) == IF a <= b THEN a ELSE b

\* The term of an entry; 0 where there is none.
TermAt(i, k) == IF k \in DOMAIN log[i] THEN log[i][k].term ELSE 0

LastTerm(i) == TermAt(i, Len(log[i]))

Entry     == [term : Term \ {0}, value : Value]
Committed == [term : Term \ {0}, value : Value, in : Term \ {0}]

\* Sequences of at most Entries elements.
UpTo(S) == UNION {[1 .. n -> S] : n \in Index}

TypeOK ==
  /\ currentTerm  \in [Server -> Term]
  /\ votedFor     \in [Server -> Server \cup {None}]
  /\ log          \in [Server -> UpTo(Entry)]
  /\ role         \in [Server -> {"Follower", "Candidate", "Leader"}]
  /\ commitIndex  \in [Server -> Index]
  /\ votesGranted \in [Server -> SUBSET Server]
  /\ nextIndex    \in [Server -> [Server -> 1 .. Entries + 1]]
  /\ matchIndex   \in [Server -> [Server -> Index]]
  /\ down \subseteq Server
  /\ crashed      \in 0 .. Crashes
  /\ OnTheirWay(msgs) \subseteq Message
  /\ Cardinality(OnTheirWay(msgs)) <= InFlight
  /\ elected      \in [Term -> Server \cup {None}]
  /\ committed    \in UpTo(Committed)

Init ==
  /\ currentTerm  = [i \in Server |-> 0]
  /\ votedFor     = [i \in Server |-> None]
  /\ log          = [i \in Server |-> <<>>]
  /\ role         = [i \in Server |-> "Follower"]
  /\ commitIndex  = [i \in Server |-> 0]
  /\ votesGranted = [i \in Server |-> {}]
  /\ nextIndex    = [i \in Server |-> [j \in Server |-> 1]]
  /\ matchIndex   = [i \in Server |-> [j \in Server |-> 0]]
  /\ down = {}
  /\ crashed = 0
  /\ msgs = NoMessages
  /\ elected = [t \in Term |-> None]
  /\ committed = <<>>

-----------------------------------------------------------------------------
(***************************************************************************)
(* Rules for all servers.  Figure 2 and section 5.1.                       *)
(***************************************************************************)

\* What server i takes with it into a role.
Become(i, r, votes, next) ==
  /\ role'         = [role EXCEPT ![i] = r]
  /\ votesGranted' = [votesGranted EXCEPT ![i] = votes]
  /\ nextIndex'    = [nextIndex EXCEPT ![i] = [j \in Server |-> next]]
  /\ matchIndex'   = [matchIndex EXCEPT ![i] = [j \in Server |-> 0]]

BecomeFollower(i) == Become(i, "Follower", {}, 1)

IsLater(m) == m.term > currentTerm[m.to]

\* Whoever learns of a later term is a follower in it, with a vote to give.
EnterTerm(m) ==
  /\ currentTerm' = [currentTerm EXCEPT ![m.to] = m.term]
  /\ votedFor'    = [votedFor EXCEPT ![m.to] = None]
  /\ BecomeFollower(m.to)

-----------------------------------------------------------------------------
(***************************************************************************)
(* Leader election.  Section 5.2.                                          *)
(***************************************************************************)

\* No heartbeat came to i: a new term, and a vote for itself.
Timeout(i) ==
  /\ Up(i)
  /\ role[i] # "Leader"
  /\ currentTerm[i] < Terms                                      \* the bound
  /\ currentTerm' = [currentTerm EXCEPT ![i] = @ + 1]
  /\ votedFor'    = [votedFor EXCEPT ![i] = i]
  /\ Become(i, "Candidate", {i}, 1)
  /\ UNCHANGED <<logVars, crashVars, msgs, history>>

\* Candidate i asks j for its vote, again and again.
SendRequestVote(i, j) ==
  /\ role[i] = "Candidate"
  /\ i # j
  /\ RoomFor(msgs)                                               \* the bound
  /\ msgs' = Send(msgs, [type         |-> "RequestVote",
                         from         |-> i,
                         to           |-> j,
                         term         |-> currentTerm[i],
                         lastLogIndex |-> Len(log[i]),
                         lastLogTerm  |-> LastTerm(i)])
  /\ UNCHANGED <<electionVars, leaderVars, logVars, crashVars, history>>

\* In a later term, every vote is free again.
IsFree(m) == ~IsLater(m) => votedFor[m.to] \in {None, m.from}

\* Section 5.4.1: the later last term wins, and the longer log if the last
\* terms are equal.
UpToDate(m) ==
  IF m.lastLogTerm = LastTerm(m.to)
  THEN m.lastLogIndex >= Len(log[m.to])
  ELSE m.lastLogTerm > LastTerm(m.to)

\* There is no disjunction in a guard: TLC would count a step once for each
\* disjunct that is true.
MayVote(m) == m.term >= currentTerm[m.to] /\ IsFree(m) /\ UpToDate(m)

VoteReply(m, t, granted) ==
  [type |-> "RequestVoteReply", from |-> m.to, to |-> m.from,
   term |-> t, voteGranted |-> granted]

\* One vote a term, first come first served, and only for a candidate whose
\* log is at least as up-to-date as the voter's.
GrantVote(m) ==
  /\ m.type = "RequestVote"
  /\ Up(m.to)
  /\ MayVote(m)
  /\ currentTerm' = [currentTerm EXCEPT ![m.to] = m.term]
  /\ votedFor'    = [votedFor EXCEPT ![m.to] = m.from]
  /\ IF IsLater(m)
     THEN BecomeFollower(m.to)
     ELSE UNCHANGED <<role, votesGranted, leaderVars>>
  /\ Reply(m, VoteReply(m, m.term, TRUE))
  /\ UNCHANGED <<logVars, crashVars, history>>

\* The reply tells the candidate of a later term.
DenyVote(m) ==
  /\ m.type = "RequestVote"
  /\ Up(m.to)
  /\ ~MayVote(m)
  /\ IF IsLater(m)
     THEN EnterTerm(m)
     ELSE UNCHANGED <<electionVars, leaderVars>>
  /\ Reply(m, VoteReply(m, currentTerm'[m.to], FALSE))
  /\ UNCHANGED <<logVars, crashVars, history>>

HandleRequestVoteReply(m) ==
  /\ m.type = "RequestVoteReply"
  /\ Up(m.to)
  /\ m.term >= currentTerm[m.to]
  /\ m.term = currentTerm[m.to] => role[m.to] = "Candidate"
  /\ IF IsLater(m)
     THEN EnterTerm(m)
     ELSE /\ votesGranted' = IF m.voteGranted
                             THEN [votesGranted EXCEPT ![m.to] = @ \cup {m.from}]
                             ELSE votesGranted
          /\ UNCHANGED <<currentTerm, votedFor, role, leaderVars>>
  /\ msgs' = Receive(msgs, m)
  /\ UNCHANGED <<logVars, crashVars, history>>

\* Only a candidate has votes.
BecomeLeader(i) ==
  /\ Cardinality(votesGranted[i]) >= Quorum
  /\ Become(i, "Leader", {}, Len(log[i]) + 1)
  /\ elected' = [elected EXCEPT ![currentTerm[i]] = i]
  /\ UNCHANGED <<currentTerm, votedFor, logVars, crashVars, msgs, committed>>

-----------------------------------------------------------------------------
(***************************************************************************)
(* Log replication.  Section 5.3.                                          *)
(***************************************************************************)

\* Leader i appends what a client asks for.
ClientRequest(i, v) ==
  /\ role[i] = "Leader"
  /\ Len(log[i]) < Entries                                       \* the bound
  /\ log' = [log EXCEPT ![i] = Append(@, [term  |-> currentTerm[i],
                                          value |-> v])]
  /\ UNCHANGED <<electionVars, leaderVars, commitIndex, crashVars, msgs,
                 history>>

\* Leader i sends j the entry at nextIndex, or a heartbeat if there is none.
SendAppendEntries(i, j) ==
  /\ role[i] = "Leader"
  /\ i # j
  /\ RoomFor(msgs)                                               \* the bound
  /\ LET next == nextIndex[i][j]
         some == next <= Len(log[i])
     IN  msgs' = Send(msgs, [type         |-> "AppendEntries",
                             from         |-> i,
                             to           |-> j,
                             term         |-> currentTerm[i],
                             prevLogIndex |-> next - 1,
                             prevLogTerm  |-> TermAt(i, next - 1),
                             entryTerm    |-> TermAt(i, next),
                             entry        |-> IF some THEN log[i][next].value
                                                      ELSE None,
                             leaderCommit |-> commitIndex[i]])
  /\ UNCHANGED <<electionVars, leaderVars, logVars, crashVars, history>>

\* The consistency check: the entry before the new one is there.
IsConsistent(m) == TermAt(m.to, m.prevLogIndex) = m.prevLogTerm

\* The last entry that m speaks of.
LastNew(m) == IF m.entry = None THEN m.prevLogIndex ELSE m.prevLogIndex + 1

\* The receiver's log with the entry of m.  What conflicts with it, the same
\* index and another term, is deleted with all that follows.
Written(m) ==
  LET old == log[m.to]
      k   == LastNew(m)
  IN  IF m.entry = None \/ TermAt(m.to, k) = m.entryTerm
      THEN old
      ELSE Append(SubSeq(old, 1, k - 1),
                  [term |-> m.entryTerm, value |-> m.entry])

\* A candidate that hears from the leader of its term follows it, whether or
\* not it accepts the entry.  Section 5.2.
FollowLeader(m) ==
  IF IsLater(m)
  THEN EnterTerm(m)
  ELSE /\ UNCHANGED <<currentTerm, votedFor>>
       /\ IF m.term = currentTerm[m.to] /\ role[m.to] = "Candidate"
          THEN BecomeFollower(m.to)
          ELSE UNCHANGED <<role, votesGranted, leaderVars>>

AppendReply(m, t, success, match) ==
  [type |-> "AppendEntriesReply", from |-> m.to, to |-> m.from,
   term |-> t, success |-> success, matchIndex |-> match]

AcceptEntries(m) ==
  /\ m.type = "AppendEntries"
  /\ Up(m.to)
  /\ m.term >= currentTerm[m.to]
  /\ IsConsistent(m)
  /\ FollowLeader(m)
  /\ log' = [log EXCEPT ![m.to] = Written(m)]
  /\ commitIndex' =
       [commitIndex EXCEPT ![m.to] = Max(@, Min(m.leaderCommit, LastNew(m)))]
  /\ Reply(m, AppendReply(m, m.term, TRUE, LastNew(m)))
  /\ UNCHANGED <<crashVars, history>>

RejectEntries(m) ==
  /\ m.type = "AppendEntries"
  /\ Up(m.to)
  /\ ~(m.term >= currentTerm[m.to] /\ IsConsistent(m))
  /\ FollowLeader(m)
  /\ Reply(m, AppendReply(m, currentTerm'[m.to], FALSE, 0))
  /\ UNCHANGED <<logVars, crashVars, history>>

\* A leader that was refused because of the consistency check tries the entry
\* before.
HandleAppendEntriesReply(m) ==
  /\ m.type = "AppendEntriesReply"
  /\ Up(m.to)
  /\ m.term >= currentTerm[m.to]
  /\ m.term = currentTerm[m.to] => role[m.to] = "Leader"
  /\ IF IsLater(m)
     THEN EnterTerm(m)
     ELSE LET match == IF m.success
                       THEN Max(matchIndex[m.to][m.from], m.matchIndex)
                       ELSE matchIndex[m.to][m.from]
              next  == IF m.success
                       THEN match + 1
                       ELSE Max(nextIndex[m.to][m.from] - 1, 1)
          IN  /\ matchIndex' = [matchIndex EXCEPT ![m.to][m.from] = match]
              /\ nextIndex'  = [nextIndex EXCEPT ![m.to][m.from] = next]
              /\ UNCHANGED electionVars
  /\ msgs' = Receive(msgs, m)
  /\ UNCHANGED <<logVars, crashVars, history>>

\* Leader i knows that enough servers have entry n: a quorum of which it is
\* one itself; or, as some texts have it, a majority of its followers.
Replicated(i, n) ==
  LET have == Cardinality({j \in Server \ {i} : matchIndex[i][j] >= n})
  IN  IF CommitBy = "followers"
      THEN have > (Cardinality(Server) - 1) \div 2
      ELSE have + 1 >= Quorum

\* Leader i commits entry n, which is of its own term, and with it all entries
\* before.  Section 5.4.2.  Only a leader knows what others have.
AdvanceCommitIndex(i, n) ==
  /\ n > commitIndex[i]
  /\ n <= Len(log[i])
  /\ role[i] = "Leader"
  /\ Replicated(i, n)
  /\ log[i][n].term = currentTerm[i]
  /\ commitIndex' = [commitIndex EXCEPT ![i] = n]
  /\ committed' =
       [k \in 1 .. Max(n, Len(committed)) |->
          IF k <= Len(committed)
          THEN committed[k]
          ELSE [term |-> log[i][k].term, value |-> log[i][k].value,
                in |-> currentTerm[i]]]
  /\ UNCHANGED <<electionVars, leaderVars, log, crashVars, msgs, elected>>

-----------------------------------------------------------------------------
(***************************************************************************)
(* Faults.                                                                 *)
(***************************************************************************)

\* Server i crashes.  What Figure 2 calls persistent it finds again, if
\* Durable is "all"; or all but its vote; or nothing.
Crash(i) ==
  /\ MayCrash # "no"
  /\ Up(i)
  /\ IF MayCrash = "uncounted" THEN TRUE ELSE crashed < Crashes    \* the bound
  /\ down' = down \cup {i}
  /\ crashed' = IF MayCrash = "uncounted" THEN crashed ELSE crashed + 1
  /\ BecomeFollower(i)
  /\ commitIndex' = [commitIndex EXCEPT ![i] = 0]
  /\ votedFor' = IF Durable = "all"
                 THEN votedFor
                 ELSE [votedFor EXCEPT ![i] = None]
  /\ IF Durable = "nothing"
     THEN /\ currentTerm' = [currentTerm EXCEPT ![i] = 0]
          /\ log' = [log EXCEPT ![i] = <<>>]
     ELSE UNCHANGED <<currentTerm, log>>
  /\ UNCHANGED <<msgs, history>>

Restart(i) ==
  /\ MayCrash \in {"recovery", "uncounted"}
  /\ i \in down
  /\ down' = down \ {i}
  /\ UNCHANGED <<electionVars, leaderVars, logVars, crashed, msgs, history>>

LoseMessage(m) ==
  /\ msgs' = Remove(msgs, m)
  /\ UNCHANGED <<electionVars, leaderVars, logVars, crashVars, history>>

-----------------------------------------------------------------------------

Next ==
  \/ \E i \in Server : Timeout(i)
  \/ \E i, j \in Server : SendRequestVote(i, j)
  \/ \E m \in OnTheirWay(msgs) : GrantVote(m)
  \/ \E m \in OnTheirWay(msgs) : DenyVote(m)
  \/ \E m \in OnTheirWay(msgs) : HandleRequestVoteReply(m)
  \/ \E i \in Server : BecomeLeader(i)
  \/ \E i \in Server, v \in Value : ClientRequest(i, v)
  \/ \E i, j \in Server : SendAppendEntries(i, j)
  \/ \E m \in OnTheirWay(msgs) : AcceptEntries(m)
  \/ \E m \in OnTheirWay(msgs) : RejectEntries(m)
  \/ \E m \in OnTheirWay(msgs) : HandleAppendEntriesReply(m)
  \/ \E i \in Server, n \in 1 .. Entries : AdvanceCommitIndex(i, n)
  \/ \E i \in Server : Crash(i)
  \/ \E i \in Server : Restart(i)
  \/ \E m \in OnTheirWay(msgs) : LoseMessage(m)

Spec == Init /\ [][Next]_vars

-----------------------------------------------------------------------------
(***************************************************************************)
(* Claims.  The first five are Figure 3.                                   *)
(***************************************************************************)

\* At most one leader can be elected in a given term.  Two majorities share a
\* server, and it votes once a term.
ElectionSafety ==
  [][\A t \in Term : elected[t] # None => elected'[t] = elected[t]]_vars

\* A leader never overwrites or deletes entries in its log.
LeaderAppendOnly ==
  [][\A i \in Server :
       role[i] = "Leader" /\ role'[i] = "Leader" =>
         /\ Len(log'[i]) >= Len(log[i])
         /\ SubSeq(log'[i], 1, Len(log[i])) = log[i]]_vars

\* If two logs have an entry with the same index and term, they are the same
\* up to it.  A leader makes one entry at an index in its term, and the
\* consistency check is an induction step.
LogMatching ==
  \A i, j \in Server : \A k \in DOMAIN log[i] \cap DOMAIN log[j] :
    log[i][k].term = log[j][k].term =>
      SubSeq(log[i], 1, k) = SubSeq(log[j], 1, k)

\* Whether log[i] has what was committed at k.
Has(i, k) ==
  /\ k \in DOMAIN log[i]
  /\ k \in DOMAIN committed
  /\ log[i][k].term = committed[k].term
  /\ log[i][k].value = committed[k].value

\* An entry committed in a term is in the logs of the leaders of all later
\* terms.  A majority has it, and some of it voted: section 5.4.1.
LeaderCompleteness ==
  \A i \in Server : role[i] = "Leader" =>
    \A k \in DOMAIN committed : committed[k].in < currentTerm[i] => Has(i, k)

\* No two servers apply different entries at the same index.
StateMachineSafety ==
  \A i \in Server : \A k \in 1 .. commitIndex[i] : Has(i, k)

\* The roles change as drawn in Figure 4: a follower starts an election; a
\* candidate wins, starts another, or steps down; a leader steps down when it
\* discovers a higher term.  A crash leaves a follower.
RolesChangeAsDrawn ==
  [][\A i \in Server :
       LET later == currentTerm'[i] > currentTerm[i]
       IN  CASE role[i] = role'[i] -> TRUE
             [] role[i] # role'[i] /\ role'[i] = "Candidate" ->
                  role[i] = "Follower" /\ later
             [] role[i] # role'[i] /\ role'[i] = "Leader" ->
                  role[i] = "Candidate" /\ ~later
             [] role[i] # role'[i] /\ role'[i] = "Follower" ->
                  role[i] = "Leader" => later \/ i \in down']_vars

\* Only candidates have votes, and only leaders know what others have, so a
\* reply that comes too late changes nothing.  Figure 2, "volatile state".
OthersKeepNothing ==
  \A i \in Server :
    /\ role[i] = "Candidate" \/ votesGranted[i] = {}
    /\ role[i] = "Leader" \/ \A j \in Server : matchIndex[i][j] = 0

\* Section 5.1.
TermsGrow == [][\A i \in Server : currentTerm'[i] >= currentTerm[i]]_vars

\* Figure 2: commitIndex increases, and matchIndex does in one term.
IndexesGrow ==
  [][\A i \in Server :
       i \notin down' =>
         /\ commitIndex'[i] >= commitIndex[i]
         /\ role[i] = "Leader" /\ role'[i] = "Leader" =>
              \A j \in Server : matchIndex'[i][j] >= matchIndex[i][j]]_vars

\* A crashed server does nothing until it restarts.
DownMeansSilent ==
  [][\A i \in down \cap down' :
       /\ currentTerm'[i] = currentTerm[i]
       /\ votedFor'[i] = votedFor[i]
       /\ role'[i] = role[i]
       /\ log'[i] = log[i]
       /\ commitIndex'[i] = commitIndex[i]]_vars

\* When the terms are used up, nobody is left to start an election.
NoDeadlock ==
  (\A i \in Server : i \in down \/ currentTerm[i] = Terms) \/ ENABLED Next

=============================================================================
