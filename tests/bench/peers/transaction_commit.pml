/* Transaction commit as in spec/transaction_commit: the same states, for SPIN's fastest exhaustive
 * search. -DN=... resource managers, at most 10.
 *
 * Made for speed: one process, all sets in two words, each step a d_step that changes the state.
 * A step of the specification that changes nothing (a message received again) is no step here.
 * transaction_commit_live.pml is another source because weak fairness is of processes: with one
 * process each resource manager a state takes twice the time and twice the memory. */

#ifndef N
#define N 3
#endif
#define EACH ((1 << N) - 1)  /* a bit of each resource manager, times the bit of the first */

int rms = EACH;  /* rmState: one bit set of working, aborted, committed; none when prepared */
int tm;          /* tmState, tmPrepared and the messages sent */

#define working(r)   (1 << (r))
#define aborted(r)   (1 << (N + (r)))
#define committed(r) (1 << (2 * N + (r)))
#define is(state, r) ((rms & state(r)) != 0)
#define any(state)   ((rms & EACH * state(0)) != 0)
#define become(state, r) rms = rms & ~(working(r) | aborted(r) | committed(r)) | state(r)

#define sentPrepared(r) (1 << (r))
#define tmPrepared(r)   (1 << (N + (r)))
#define sentCommit (1 << (2 * N))
#define sentAbort  (2 << (2 * N))
#define decided    (4 << (2 * N))  /* with which of the two messages says as what */
#define sent(message) ((tm & message) != 0)

#define TCConsistent assert(!any(aborted) || !any(committed))

#define TMCommit \
  :: d_step { (tm & (decided | EACH * tmPrepared(0))) == EACH * tmPrepared(0) -> \
       tm = tm | decided | sentCommit }
#define TMAbort \
  :: d_step { (tm & decided) == 0 -> tm = tm | decided | sentAbort }
#define TMRcvPrepared(r) \
  :: d_step { (tm & (decided | sentPrepared(r) | tmPrepared(r))) == sentPrepared(r) -> \
       tm = tm | tmPrepared(r) }
#define RMPrepare(r) \
  :: d_step { is(working, r) -> rms = rms & ~working(r); tm = tm | sentPrepared(r) }
#define RMChooseToAbort(r) \
  :: d_step { is(working, r) -> become(aborted, r); TCConsistent }
#define RMRcvCommitMsg(r) \
  :: d_step { sent(sentCommit) && !is(committed, r) -> become(committed, r); TCConsistent }
#define RMRcvAbortMsg(r) \
  :: d_step { sent(sentAbort) && !is(aborted, r) -> become(aborted, r); TCConsistent }

#define RM(r) \
  TMRcvPrepared(r) RMPrepare(r) RMChooseToAbort(r) RMRcvCommitMsg(r) RMRcvAbortMsg(r)

active proctype Next()
{
end:
  do
  TMCommit
  TMAbort
  RM(0)
#if N > 1
  RM(1)
#endif
#if N > 2
  RM(2)
#endif
#if N > 3
  RM(3)
#endif
#if N > 4
  RM(4)
#endif
#if N > 5
  RM(5)
#endif
#if N > 6
  RM(6)
#endif
#if N > 7
  RM(7)
#endif
#if N > 8
  RM(8)
#endif
#if N > 9
  RM(9)
#endif
  od
}
