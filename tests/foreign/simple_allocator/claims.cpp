#include "checker/vocabulary/define.hpp"
#include "tests/foreign/foreign.hpp"
#include "tests/foreign/simple_allocator/simple_allocator.hpp"

namespace synod {

System simple_allocator_system() {
  System system;
  system.name = "simple_allocator";
  system.title = "A simple resource allocator";
  system.summary = "Clients ask for sets of resources, and get and return them in parts.";
  system.sources = {"S. Merz, The Specification Language TLA+, 2008, section 4"};
  system.faults = "None.";
  system.parameters = {integer("clients", "who asks", 1, 4, 3),
                       integer("resources", "what there is", 1, 3, 2)};
  system.instances = {quick("clients=3 resources=2", holds(400, 1633, 6))};
  system.mutants = {mutant("given_twice", "A resource is given that somebody holds.",
                           without("Allocate.free_and_wanted"), violates("ResourceMutex", 3))};
  return define<simple_allocator::SimpleAllocator>(
      std::move(system),
      claims(always("ResourceMutex", "No resource is held by two clients.", FOR_EVERY(Client),
                    FOR_EVERY(Client),
                    [](const auto& s, int c, int d) {
                      return c == d || (s.alloc[c] & s.alloc[d]).empty();
                    })
                 .witness("AllAllocated"),
             reachable("AllAllocated", "Everything can be given away.",
                       [](const auto& s) { return s.available().empty(); }),
             named("Satisfied", "unsat[c] = {}", FOR_EVERY(Client),
                   [](const auto& s, int c) { return s.unsat[c].empty(); }),
             named("Empty", "alloc[c] = {}", FOR_EVERY(Client),
                   [](const auto& s, int c) { return s.alloc[c].empty(); }),
             named("Wants", "r in unsat[c]", FOR_EVERY(Client), FOR_EVERY(Resource),
                   [](const auto& s, int c, int r) { return s.unsat[c].contains(r); }),
             named("Has", "r in alloc[c]", FOR_EVERY(Client), FOR_EVERY(Resource),
                   [](const auto& s, int c, int r) { return s.alloc[c].contains(r); }),
             // The module has WF(Return(c, alloc[c])), of all that c holds. Whenever c can return
             // anything it can return all of it, so that this is weaker, and the claims say more.
             temporal("ClientsWillReturn", "Who wants nothing more returns all.",
                      "A c in client: Satisfied(c) ~> Empty(c)")
                 .assuming("WF(Return by client)"),
             temporal("ClientsWillObtain", "Who asks is given.",
                      "A c in client, r in resource: Wants(c, r) ~> Has(c, r)")
                 .assuming("WF(Return by client)")
                 .assuming("SF(Allocate by client)"),
             temporal("InfOftenSatisfied", "Requests are satisfied again and again.",
                      "A c in client: []<>Satisfied(c)")
                 .assuming("WF(Return by client)")
                 .assuming("SF(Allocate by client)")));
}

}  // namespace synod
