#include "checker/vocabulary/define.hpp"
#include "tests/foreign/foreign.hpp"
#include "tests/foreign/missionaries_and_cannibals/missionaries_and_cannibals.hpp"

namespace synod {

System missionaries_and_cannibals_system() {
  System system;
  system.name = "missionaries_and_cannibals";
  system.title = "Missionaries and cannibals";
  system.summary = "A boat for two takes all over a river; cannibals are never in the majority.";
  system.sources = {"L. Lamport, MissionariesAndCannibals, tlaplus/Examples"};
  system.faults = "None.";
  system.parameters = {integer("missionaries", "how many", 1, 4, 3),
                       integer("cannibals", "how many", 1, 4, 3)};
  system.instances = {quick("missionaries=3 cannibals=3", holds(64, 283, 13))};
  system.mutants = {mutant("unsafe", "Nobody looks at the bank that the boat leaves.",
                           without("Move.safe_here"), violates("NobodyIsEaten", 2))};
  return define<missionaries_and_cannibals::MissionariesAndCannibals>(
      std::move(system),
      claims(always("NobodyIsEaten", "On no bank are missionaries outnumbered.", FOR_EVERY(Bank),
                    [](const auto& s, int b) {
                      const MemberSet here = s.who_is_on_bank[b];
                      return here <= s.Cannibals() ||
                             (here & s.Cannibals()).size() <= (here - s.Cannibals()).size();
                    })
                 .witness("Solution"),
             reachable("Solution", "All can cross.",
                       [](const auto& s) { return s.who_is_on_bank[0].empty(); }),
             proper_end("There is always a way back.", [](const auto&) { return false; })));
}

}  // namespace synod
