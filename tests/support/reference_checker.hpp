// A model checker that is meant to be right rather than fast: the yardstick of the search.
//
// It shares with the search the text of the model and nothing else: states are vectors of plain
// integers in a std::map, there is one thread, no packing, no hashing and no table. It keeps every
// state and every edge, and decides each property on that graph by the definition of the property.
// What checker/search/search.hpp fixes beyond that (which levels are counted, which counterexample
// is shown) is written down here a second time:
//   - a violation ends the search after its level: the states of that level count, the steps from
//     it do not;
//   - a bound ends it between two levels: both count;
//   - of several violated properties the first declared is shown, from its smallest state, by the
//     smallest predecessor in each level and the first action instance between the two.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "checker/search/search.hpp"
#include "checker/vocabulary/system.hpp"

namespace synod::test {

/// A step of the explored graph.
struct Edge {
  std::uint32_t label;
  std::size_t to;
};

struct ReferenceResult {
  Stop stop = Stop::exhausted;
  std::uint64_t distinct = 0;
  std::uint64_t generated = 0;
  std::uint64_t depth = 0;
  std::vector<std::uint64_t> levels;
  std::uint64_t unexpanded = 0;
  std::vector<PropertyResult> properties;
  std::vector<std::uint64_t> fired;
  std::vector<std::string> dead_actions;
  std::optional<std::size_t> shown;
  std::vector<Cells> path;
  std::vector<std::uint32_t> labels;

  // The graph: states by discovery, level by level; edges of the states that were expanded.
  std::vector<Cells> states;
  std::vector<std::vector<Edge>> edges;
};

/// Checks a model. Of the options it heeds `properties`, `witness`, `max_states` and `max_depth`.
ReferenceResult reference_check(const ModelInstance& model, const SearchOptions& options = {});

}  // namespace synod::test
