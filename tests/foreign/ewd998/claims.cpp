#include "checker/vocabulary/define.hpp"
#include "tests/foreign/ewd998/ewd998.hpp"
#include "tests/foreign/foreign.hpp"

namespace synod {

System ewd998_system() {
  System system;
  system.name = "ewd998";
  system.title = "Safra's termination detection";
  system.summary = "A token goes round a ring and counts the messages that are under way.";
  system.sources = {
      "E. W. Dijkstra, Shmuel Safra's version of termination detection, EWD 998, 1987"};
  system.faults = "None.";
  system.parameters = {integer("N", "nodes", 1, 4, 3),
                       integer("counter", "of StateConstraint: of counters and messages", 1, 3, 3),
                       integer("q", "of StateConstraint: of the token's count", 1, 9, 9)};
  system.instances = {quick("N=2 counter=3 q=9", holds(6876, 31424, 28)),
                      quick("N=3 counter=1 q=2", holds(19474, 88768, 25))};
  system.mutants = {mutant("always_white", "A node that receives a message stays white.",
                           without("RecvMsg.blacken"), violates("TerminationDetection", 9))};
  return define<ewd998::Ewd998>(
      std::move(system),
      claims(always("TerminationDetection", "What is detected is so.",
                    [](const auto& s) { return !s.terminationDetected() || s.Termination(); })
                 .witness("Detected"),
             always("Inv", "[EWD 998] the invariant.", [](const auto& s) { return s.Inv(); })
                 .witness("Detected"),
             reachable("Detected", "Termination can be detected.",
                       [](const auto& s) { return s.terminationDetected(); }),
             named("Terminated", "nobody is active and no message is under way",
                   [](const auto& s) { return s.Termination(); }),
             temporal("Liveness", "Termination is detected.", "Terminated ~> Detected")
                 .assuming("WF(InitiateProbe, PassToken)"),
             constraint("StateConstraint", "Keeps the state space finite.", [](const auto& s) {
               return s.Node.all([&](int i) {
                 return s.counter[i] <= s.most && s.pending[i] <= s.most;
               }) && s.token_q <= s.most_q;
             })));
}

}  // namespace synod
