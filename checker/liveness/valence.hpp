// Valence: which decisions can still be reached from a configuration.
// M. Fischer, N. Lynch, M. Paterson, "Impossibility of Distributed Consensus with One Faulty
// Process", JACM 32(2), 1985, section 3.
//
// A configuration from which one value only can be decided is 0-valent or 1-valent, one from which
// several can is bivalent, also if both have been decided. One from which none can is stuck: nobody
// will ever decide. All this is within the model's bounds: what they cut off might decide
// otherwise.
#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "checker/search/state_graph.hpp"

namespace synod {

/// A set of decision values, one bit each.
using Values = std::uint8_t;
inline constexpr std::size_t max_decision_values = 8;

/// More than one value.
inline bool is_bivalent(Values values) { return (values & (values - 1)) != 0; }

class Valence {
 public:
  /// `decisions[i]` is the predicate of the states in which value i has been decided; the graph
  /// holds these. Time and memory are linear in the graph.
  Valence(const StateGraph& graph, const std::vector<PropertySet>& decisions);

  /// What can be decided from here, or has been.
  Values operator[](StateGraph::Index state) const { return values_[state]; }
  bool bivalent(StateGraph::Index state) const { return is_bivalent(values_[state]); }

  /// How many states have each valence.
  std::map<Values, std::uint64_t> counts() const;

  /// Bivalent, though every step makes it univalent, and no bound cut off another. [FLP85] Lemma 3
  /// is why there is none while a process may still crash: where there is one, the two values hang
  /// on the next step of one and the same process.
  bool critical(const StateGraph& graph, StateGraph::Index state) const;

 private:
  std::vector<Values> values_;
};

/// "0-valent", "bivalent", "stuck".
std::string valence_text(Values values, const std::vector<std::string>& names);

/// A path of the graph from an initial state; labels[i] leads from states[i] to states[i + 1].
struct GraphPath {
  std::vector<StateGraph::Index> states;
  std::vector<std::uint32_t> labels;
};

/// The shortest path to a state that is wanted, the first in the order of initial states and edges;
/// empty when there is none.
template <class Wanted>
GraphPath shortest_path(const StateGraph& graph, Explorer& explorer, Wanted&& wanted) {
  constexpr StateGraph::Index nobody = ~StateGraph::Index{0};
  std::vector<StateGraph::Index> from(graph.size(), nobody);
  std::vector<StateGraph::Index> queue;
  for (const StateGraph::Index state : graph.initial()) {
    if (from[state] != nobody) continue;
    from[state] = state;
    queue.push_back(state);
  }
  for (std::size_t i = 0; i < queue.size(); ++i) {
    const StateGraph::Index here = queue[i];
    if (wanted(here)) {
      GraphPath path{{here}, {}};
      std::vector<std::uint32_t> labels;
      while (from[path.states.back()] != path.states.back()) {
        const StateGraph::Index to = path.states.back();
        const StateGraph::Index parent = from[to];
        graph.labels(explorer, parent, labels);
        const auto successors = graph.successors(parent);
        std::size_t edge = 0;
        while (successors[edge] != to) ++edge;
        path.labels.push_back(labels[edge]);
        path.states.push_back(parent);
      }
      std::reverse(path.states.begin(), path.states.end());
      std::reverse(path.labels.begin(), path.labels.end());
      return path;
    }
    for (const StateGraph::Index to : graph.successors(here)) {
      if (from[to] != nobody) continue;
      from[to] = here;
      queue.push_back(to);
    }
  }
  return {};
}

}  // namespace synod
