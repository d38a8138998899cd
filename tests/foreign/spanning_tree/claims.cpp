#include "checker/vocabulary/define.hpp"
#include "tests/foreign/foreign.hpp"
#include "tests/foreign/spanning_tree/spanning_tree.hpp"

namespace synod {

namespace {

template <class State>
bool PostCondition(const State& s) {
  return s.Node.all([&](int n) {
    if (n == s.Root) return s.dist[n] == 0 && s.mom[n] == n;
    if (s.dist[n] == s.MaxCardinality)
      return s.mom[n] == n && s.Nbrs[n].all([&](int m) { return s.dist[m] == s.MaxCardinality; });
    return s.Nbrs[n].contains(s.mom[n]) && s.dist[n] == s.dist[s.mom[n]] + 1;
  });
}

}  // namespace

System spanning_tree_system() {
  System system;
  system.name = "spanning_tree";
  system.title = "A spanning tree of every graph";
  system.summary = "Nodes get nearer to the root by their neighbours.";
  system.sources = {"L. Lamport, SpanTreeTest, tlaplus/Examples"};
  system.faults = "None.";
  system.parameters = {integer("nodes", "of the graphs", 1, 5, 4),
                       integer("MaxCardinality", "at least the number of nodes", 1, 6, 5)};
  system.instances = {quick("nodes=4 MaxCardinality=5", holds(3984, 21784, 4))};
  system.mutants = {mutant("any_node", "A node follows one that is no neighbour.",
                           without("Approach.neighbours"), violates("NoDeadlock", 4))};
  return define<spanning_tree::SpanningTree>(
      std::move(system),
      claims(proper_end("Safety: where nothing can be improved, it is a spanning tree.",
                        [](const auto& s) { return PostCondition(s); }),
             named("Spanning", "the postcondition", [](const auto& s) { return PostCondition(s); }),
             temporal("Liveness", "A spanning tree is found.", "<>Spanning")
                 .assuming("WF(Approach)")));
}

}  // namespace synod
