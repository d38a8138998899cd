/* Paxos as in spec/paxos without crashes: the same states, for SPIN's fastest exhaustive search.
 * -DA=... acceptors, 1..4; -DV=... values, 1..3; -DB=... ballots, 1..4; quorums are majorities.
 *
 * Made for speed: one process, sets of messages as bits, each step a d_step that changes the state.
 * A step of the specification that changes nothing (a message sent again) is no step here. */

#ifndef A
#define A 3
#endif
#ifndef V
#define V 2
#endif
#ifndef B
#define B 2
#endif
#define QUORUM (A / 2 + 1)

#if B * V <= 8
#define pairs byte
#else
#define pairs short
#endif

byte maxBal[A];   /* 0: none, 1 + b */
byte vote[A];     /* maxVBal and maxVal: 0 without a vote, else 1 + b * V + v */
byte msg1a;       /* bit b */
short msg1b[A];   /* four bits a ballot: 0 when not sent, else 1 + the vote that is reported */
pairs msg2a;      /* bit b * V + v */
pairs msg2b[A];   /* bit b * V + v */

#define pair(b, v) (1 << ((b) * V + (v)))
#define values_of(b) (((1 << V) - 1) << ((b) * V))

c_code {
  static int report(int a, int b) { return now.msg1b[a] >> (4 * b) & 15; }
  static int ballot_of(int report) { return report < 2 ? -1 : (report - 2) / V; }

  /* Of some quorum's reports for b one is of no vote, or of a vote for v, and none is of a later
   * vote: that is, enough acceptors report nothing later than this one. */
  static int ShowsSafeAt(int b, int v) {
    int a, other;
    for (a = 0; a < A; ++a) {
      const int r = report(a, b);
      int no_later = 0;
      if (r == 0 || (r > 1 && (r - 2) % V != v)) continue;
      for (other = 0; other < A; ++other)
        no_later += report(other, b) != 0 && ballot_of(report(other, b)) <= ballot_of(r);
      if (no_later >= QUORUM) return 1;
    }
    return 0;
  }

  static int Agreement(void) {
    int b, v, a, chosen = -1;
    for (b = 0; b < B; ++b)
      for (v = 0; v < V; ++v) {
        int votes = 0;
        for (a = 0; a < A; ++a) votes += now.msg2b[a] >> (b * V + v) & 1;
        if (votes < QUORUM) continue;
        if (chosen >= 0 && chosen != v) return 0;
        chosen = v;
      }
    return 1;
  }
};

#define Phase1a(b) \
  :: d_step { (msg1a & (1 << b)) == 0 -> msg1a = msg1a | (1 << b) }
#define Phase1b(a, b) \
  :: d_step { (msg1a & (1 << b)) != 0 && b + 1 > maxBal[a] -> \
       maxBal[a] = b + 1; msg1b[a] = msg1b[a] | ((1 + vote[a]) << (4 * b)) }
#define Phase2a(b, v) \
  :: d_step { (msg2a & values_of(b)) == 0 && c_expr { (ShowsSafeAt(b, v)) } -> \
       msg2a = msg2a | pair(b, v) }
/* For the one value that b has proposed; only this step can make a value chosen. */
#define Phase2b(a, b) \
  :: d_step { (msg2a & values_of(b)) != 0 && b + 1 >= maxBal[a] && \
       (msg2b[a] & values_of(b)) == 0 -> \
       maxBal[a] = b + 1; \
       c_code { now.vote[a] = 1 + __builtin_ctz(now.msg2a & values_of(b)); }; \
       msg2b[a] = msg2b[a] | (msg2a & values_of(b)); \
       if :: c_expr { (Agreement()) } :: else -> assert(false) fi }

#define Acceptor(a, b) Phase1b(a, b) Phase2b(a, b)
#if A > 3
#define Acceptors(b) Acceptor(0, b) Acceptor(1, b) Acceptor(2, b) Acceptor(3, b)
#elif A > 2
#define Acceptors(b) Acceptor(0, b) Acceptor(1, b) Acceptor(2, b)
#elif A > 1
#define Acceptors(b) Acceptor(0, b) Acceptor(1, b)
#else
#define Acceptors(b) Acceptor(0, b)
#endif
#if V > 2
#define Values(b) Phase2a(b, 0) Phase2a(b, 1) Phase2a(b, 2)
#elif V > 1
#define Values(b) Phase2a(b, 0) Phase2a(b, 1)
#else
#define Values(b) Phase2a(b, 0)
#endif
#define Ballot(b) Phase1a(b) Acceptors(b) Values(b)

active proctype Next()
{
end:
  do
  Ballot(0)
#if B > 1
  Ballot(1)
#endif
#if B > 2
  Ballot(2)
#endif
#if B > 3
  Ballot(3)
#endif
  od
}
