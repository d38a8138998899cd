/* Transaction commit as in model/transaction_commit: the same states, for claims of liveness.
 * N resource managers; the set of messages is one bit each. Each step is atomic and changes the
 * state, so that weak fairness of processes (pan -f) is what our claim assumes of the transaction
 * manager and of each resource manager, and a little more. */

#ifndef N
#define N 3
#endif
#define all ((1 << N) - 1)

mtype = { working, prepared, committed, aborted, init_ };

mtype rmState[N] = working;
mtype tmState = init_;
short tmPrepared;
short sentPrepared;
bit sentCommit;
bit sentAbort;
byte decided;  /* how many resource managers are final: a function of rmState */

active proctype TM()
{
  byte r;
end:
  do
  :: atomic { tmState == init_ && (sentPrepared & ~tmPrepared & all) != 0 ->
       select_one: r = 0;
       do
       :: (sentPrepared & ~tmPrepared & (1 << r)) != 0 -> tmPrepared = tmPrepared | (1 << r); break
       :: ((sentPrepared & ~tmPrepared) >> (r + 1)) != 0 -> r++
       od;
       r = 0 }
  :: atomic { tmState == init_ && tmPrepared == all -> tmState = committed; sentCommit = 1 }
  :: atomic { tmState == init_ -> tmState = aborted; sentAbort = 1 }
  od
}

active [N] proctype RM()
{
  byte me = _pid - 1;
end:
  do
  :: atomic { rmState[me] == working ->
       rmState[me] = prepared; sentPrepared = sentPrepared | (1 << me) }
  :: atomic { rmState[me] == working -> rmState[me] = aborted; decided++ }
  :: atomic { sentCommit && rmState[me] != committed ->
       if :: rmState[me] != aborted -> decided++ :: else fi; rmState[me] = committed }
  :: atomic { sentAbort && rmState[me] != aborted ->
       if :: rmState[me] != committed -> decided++ :: else fi; rmState[me] = aborted }
  od
}

#ifdef CLAIM
ltl terminates { <> (decided == N) }
#endif
