#include "checker/liveness/valence.hpp"

#include <fmt/format.h>

#include "checker/liveness/components.hpp"

namespace synod {

using Index = StateGraph::Index;

Valence::Valence(const StateGraph& graph, const std::vector<PropertySet>& decisions)
    : values_(graph.size()) {
  const auto size = static_cast<Index>(graph.size());
  const Components parts = components(
      size, [&](Index state) { return graph.successors(state).size(); },
      [&](Index state, std::size_t k) { return graph.successors(state)[k]; });
  // The states by component: an edge leads to the same component or to an earlier one.
  std::vector<std::uint32_t> next(parts.sizes.size() + 1);
  for (std::size_t p = 0; p < parts.sizes.size(); ++p) next[p + 1] = next[p] + parts.sizes[p];
  std::vector<Index> order(size);
  for (Index state = 0; state < size; ++state) order[next[parts.of[state]]++] = state;

  std::vector<Values> of_part(parts.sizes.size());
  for (const Index state : order) {
    Values& values = of_part[parts.of[state]];
    const PropertySet holds = graph.holds(state);
    for (std::size_t i = 0; i < decisions.size(); ++i)
      if ((holds & decisions[i]) != 0) values |= static_cast<Values>(1U << i);
    for (const Index to : graph.successors(state)) values |= of_part[parts.of[to]];
  }
  for (Index state = 0; state < size; ++state) values_[state] = of_part[parts.of[state]];
}

std::map<Values, std::uint64_t> Valence::counts() const {
  std::map<Values, std::uint64_t> counts;
  for (const Values values : values_) ++counts[values];
  return counts;
}

bool Valence::critical(const StateGraph& graph, Index state) const {
  if (!bivalent(state) || graph.cut(state)) return false;
  for (const Index to : graph.successors(state))
    if (bivalent(to)) return false;
  return !graph.successors(state).empty();
}

std::string valence_text(Values values, const std::vector<std::string>& names) {
  if (values == 0) return "stuck";
  std::vector<std::string> members;
  for (std::size_t i = 0; i < names.size(); ++i)
    if ((values >> i & 1) != 0) members.push_back(names[i]);
  if (members.size() == 1) return members[0] + "-valent";
  if (names.size() == 2) return "bivalent";
  return fmt::format("{{{}}}-valent", fmt::join(members, ", "));
}

}  // namespace synod
