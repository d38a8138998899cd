// Which properties a search or a walk judges, by how.
#pragma once

#include "checker/search/transition_system.hpp"

namespace synod {

constexpr PropertySet bit(std::size_t property) { return PropertySet{1} << property; }

/// Those of a kind, whether they apply or not.
inline PropertySet of_kind(const std::vector<PropertyInfo>& properties, PropertyKind kind) {
  PropertySet set = 0;
  for (std::size_t i = 0; i < properties.size(); ++i)
    if (properties[i].kind == kind) set |= bit(i);
  return set;
}

struct Judged {
  PropertySet always = 0;     ///< in each state
  PropertySet initially = 0;  ///< in each initial state
  PropertySet per_step = 0;   ///< by what leads on from a state
  PropertySet reachable = 0;  ///< until one holds
  PropertySet possible = 0;   ///< on the graph of all states

  PropertySet all() const { return always | initially | per_step | reachable | possible; }

  /// Those that have to hold in a state at this depth, of which 1 is that of the initial states.
  PropertySet in_states_at(std::uint64_t depth) const {
    return depth == 1 ? always | initially : always;
  }

  Judged() = default;
  /// Those of `wanted` that apply.
  Judged(const std::vector<PropertyInfo>& properties, PropertySet wanted) {
    for (std::size_t i = 0; i < properties.size(); ++i) {
      if (!properties[i].applies || (wanted & bit(i)) == 0) continue;
      switch (properties[i].kind) {
        case PropertyKind::always: always |= bit(i); break;
        case PropertyKind::reachable: reachable |= bit(i); break;
        case PropertyKind::always_possible: possible |= bit(i); break;
        case PropertyKind::step:
        case PropertyKind::type_ok:
        case PropertyKind::deadlock_free: per_step |= bit(i); break;
        case PropertyKind::initially: initially |= bit(i); break;
        case PropertyKind::named:
        case PropertyKind::temporal:
        case PropertyKind::constraint: break;
      }
    }
  }
};

}  // namespace synod
