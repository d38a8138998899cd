// Strongly connected components of a directed graph.
// R. Tarjan, "Depth-First Search and Linear Graph Algorithms", SIAM J. Computing 1(2), 1972.
#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>
#include <vector>

namespace synod {

/// How they are numbered depends on who made them: see there.
struct Components {
  std::vector<std::uint32_t> of;     ///< the component of each node
  std::vector<std::uint32_t> sizes;  ///< of each component

  static constexpr std::uint32_t no_node = std::numeric_limits<std::uint32_t>::max();
};

/// `successor(node, k)` is where the k-th edge of a node leads, no_node where that is nowhere, for
/// k from 0 to `degree(node)` - 1. Components are numbered so that every edge leads to the same or
/// a smaller number. In time proportional to nodes and edges, and `component_bytes` a node; without
/// recursion.
inline constexpr std::size_t component_bytes = 32;  // when one path goes through all nodes
template <class Degree, class Successor>
Components components(std::uint32_t nodes, Degree&& degree, Successor&& successor) {
  constexpr std::uint32_t unseen = 0;
  struct Frame {
    std::uint32_t node;
    std::size_t edge;
  };
  Components result;
  result.of.assign(nodes, Components::no_node);
  std::vector<std::uint32_t> number(nodes, unseen);  // order of discovery, from 1
  std::vector<std::uint32_t> low(nodes, 0);
  std::vector<std::uint32_t> open;  // nodes whose component is not complete
  std::vector<Frame> path;
  std::uint32_t discovered = 0;
  const auto discover = [&](std::uint32_t node) {
    number[node] = low[node] = ++discovered;
    open.push_back(node);
    path.push_back({node, 0});
  };
  for (std::uint32_t root = 0; root < nodes; ++root) {
    if (number[root] != unseen) continue;
    discover(root);
    while (!path.empty()) {
      Frame& top = path.back();
      const std::uint32_t node = top.node;
      if (top.edge < degree(node)) {
        const std::uint32_t to = successor(node, top.edge++);
        if (to == Components::no_node) continue;
        if (number[to] == unseen)
          discover(to);
        else if (result.of[to] == Components::no_node)
          low[node] = std::min(low[node], number[to]);
        continue;
      }
      path.pop_back();
      if (!path.empty()) low[path.back().node] = std::min(low[path.back().node], low[node]);
      if (low[node] != number[node]) continue;
      const auto component = static_cast<std::uint32_t>(result.sizes.size());
      std::uint32_t size = 0;
      for (std::uint32_t member = Components::no_node; member != node; ++size) {
        member = open.back();
        open.pop_back();
        result.of[member] = component;
      }
      result.sizes.push_back(size);
    }
  }
  return result;
}

}  // namespace synod
