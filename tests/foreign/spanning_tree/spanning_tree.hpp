// The module SpanTreeTest of SpanningTree/ in tlaplus/Examples (32a32c7), of L. Lamport: spanning
// trees of all graphs with the given nodes.
#pragma once

#include "checker/vocabulary/machine.hpp"

namespace synod::spanning_tree {

template <class Mode>
struct SpanningTree : Machine<Mode> {
  using Machine<Mode>::Machine;

  // Constants
  const int MaxCardinality = this->parameter("MaxCardinality");
  const Domain Node = integers("node", 1, this->parameter("nodes"));
  const Domain Distance = integers("distance", 0, MaxCardinality);
  static constexpr int Root = 1;

  // Variables
  Map<Mode> mom{*this, "mom", Node, Node};
  Map<Mode> dist{*this, "dist", Node, Distance};
  Sets<Mode> Nbrs{*this, "Nbrs", Node, Node};  // the module's Edges

  void Init() {
    for (const int n : Node) {
      mom[n] = n;
      dist[n] = n == Root ? 0 : MaxCardinality;
      for (int m = 1; m < n; ++m)
        if (choose(boolean())) {
          Nbrs[n].insert(m);
          Nbrs[m].insert(n);
        }
    }
  }

  /// Node n gets nearer to the root by its neighbour m.
  void Approach(int n, int m, int d) {
    WHEN(neighbours, Nbrs[n].contains(m));
    WHEN(farther_than_m, dist[m] < d);
    WHEN(nearer, d < dist[n]);
    THEN(approach, dist[n] = d);
    THEN(follow, mom[n] = m);
  }

  void Next() { ACTION(Approach, Node, Node, Distance); }
};

}  // namespace synod::spanning_tree
