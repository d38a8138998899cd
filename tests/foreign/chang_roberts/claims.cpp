#include "checker/vocabulary/define.hpp"
#include "tests/foreign/chang_roberts/chang_roberts.hpp"
#include "tests/foreign/foreign.hpp"

namespace synod {

using chang_roberts::State;

System chang_roberts_system() {
  System system;
  system.name = "chang_roberts";
  system.title = "Leader election on a ring";
  system.summary = "Ids go round the ring; a node that sees its own has won.";
  system.sources = {"E. Chang, R. Roberts, CACM 22(5), 1979"};
  system.faults = "None.";
  system.parameters = {integer("N", "nodes on the ring", 1, 6, 3)};
  system.instances = {quick("N=3", holds(137, 227, 10)), quick("N=4", holds(823, 1791, 15))};
  system.mutants = {mutant("all_win", "Nobody loses when a smaller id comes by.",
                           without("n1.lose"), violates("Correctness", 7))};
  return define<chang_roberts::ChangRoberts>(
      std::move(system),
      claims(
          always("Correctness", "Only the initiator with the smallest id wins.", FOR_EVERY(Node),
                 [](const auto& s, int n) {
                   return s.state[n] != State::won || (s.initiator[n] && s.Node.all([&](int m) {
                            return m == n ||
                                   (s.state[m] == State::lost && (!s.initiator[m] || m > n));
                          }));
                 })
              .witness("SomebodyWins"),
          reachable("SomebodyWins", "A node can win.",
                    [](const auto& s) { return s.state.any(State::won); }),
          named("Candidate", "somebody is a candidate",
                [](const auto& s) { return s.state.any(State::cand); }),
          named("Elected", "somebody has won",
                [](const auto& s) { return s.state.any(State::won); }),
          temporal("Liveness", "If there are candidates somebody wins.", "Candidate -> <>Elected")
              .assuming("WF(n0, n1 by node)")));
}

}  // namespace synod
