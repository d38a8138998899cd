#include "checker/vocabulary/define.hpp"
#include "tests/foreign/foreign.hpp"
#include "tests/foreign/lamport_mutex/lamport_mutex.hpp"

namespace synod {

System lamport_mutex_system() {
  System system;
  system.name = "lamport_mutex";
  system.title = "Mutual exclusion by logical clocks";
  system.summary = "Requests are ordered by the clock of who asks; all others acknowledge them.";
  system.sources = {"L. Lamport, Time, Clocks, and the Ordering of Events, CACM 21(7), 1978"};
  system.faults = "None; messages arrive in the order of sending.";
  system.parameters = {integer("N", "processes", 1, 4, 2),
                       integer("maxClock", "of ClockConstraint", 1, 8, 6), fifo_parameter()};
  system.instances = {quick("N=2 maxClock=6", holds(1043, 1909, 40)),
                      quick("N=3 maxClock=3", holds(10209, 31491, 31))};
  system.mutants = {mutant("impolite", "A process enters though another request is older.",
                           without("Enter.beats_all"), violates("Mutex", 9)),
                    mutant("repeating", "A process asks again before it was let in.",
                           without("Request.idle"), violates("BoundedNetwork", 5))};
  return define<lamport_mutex::LamportMutex>(
      std::move(system),
      claims(
          always("Mutex", "One process at most is in the critical section.",
                 [](const auto& s) { return s.crit.size() <= 1; })
              .witness("Entered"),
          always("BoundedNetwork", "At most three messages are under way.", FOR_EVERY(Proc),
                 FOR_EVERY(Proc),
                 [](const auto& s, int p, int q) { return p == q || s.network(p, q).size() <= 3; })
              .witness("ThreeMessages"),
          reachable("ThreeMessages", "There can be three, one of each type.",
                    [](const auto& s) {
                      return s.Proc.any([&](int p) {
                        return s.Proc.any(
                            [&](int q) { return p != q && s.network(p, q).size() == 3; });
                      });
                    }),
          reachable("Entered", "Every process can enter.", FOR_EVERY(Proc),
                    [](const auto& s, int p) { return s.crit.contains(p); }),
          constraint("ClockConstraint", "Keeps the state space finite.",
                     [](const auto& s) {
                       return s.Proc.all([&](int p) { return s.clock[p] <= s.max_clock; });
                     }),
          proper_end("Nobody ever stops.", [](const auto&) { return false; })));
}

}  // namespace synod
