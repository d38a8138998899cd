// Algorithms of two rounds as tables, tried in every execution by loops that share nothing with the
// formulas.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

namespace synod::byzantine_om {

/// What a lieutenant obeys, from the orders that he holds: bit 0 the commander's, then those that
/// the other lieutenants pass on, in their order.
using Table = std::function<bool(int lieutenant, std::uint32_t orders)>;

struct Tried {
  int executions = 0;
  std::string failed;  ///< the first that violates IC1 or IC2; empty: none does
};

/// All executions with at most one traitor: the commander gives orders, each lieutenant passes on
/// his, a traitor says anything.
Tried try_table(int generals, const Table& table);

}  // namespace synod::byzantine_om
