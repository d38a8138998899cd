#include "model/byzantine_om/two_rounds.hpp"

#include <fmt/format.h>

#include <vector>

namespace synod::byzantine_om {
namespace {

bool bit(std::uint32_t bits, int i) { return (bits >> i & 1U) != 0; }

/// `given`: to lieutenant i, in bit i - 1. `lies`: what the traitor passes on to i, likewise.
std::string tried_once(int generals, const Table& table, int traitor, std::uint32_t given,
                       std::uint32_t lies) {
  std::vector<bool> obeyed;
  for (int i = 1; i < generals; ++i) {
    if (i == traitor) continue;
    std::uint32_t orders = bit(given, i - 1) ? 1 : 0;
    int place = 0;
    for (int j = 1; j < generals; ++j) {
      if (j == i) continue;
      const bool says = j == traitor ? bit(lies, i - 1) : bit(given, j - 1);
      orders |= (says ? 1U : 0U) << ++place;
    }
    obeyed.push_back(table(i, orders));
  }
  for (const bool order : obeyed) {
    if (order != obeyed[0]) return "IC1";
    if (traitor != 0 && order != bit(given, 0)) return "IC2";
  }
  return "";
}

}  // namespace

Tried try_table(int generals, const Table& table) {
  Tried tried;
  const std::uint32_t all = (1U << (generals - 1)) - 1;
  for (int traitor = -1; traitor < generals; ++traitor) {
    for (std::uint32_t given = 0; given <= all; ++given) {
      if (traitor != 0 && given != 0 && given != all) continue;  // a loyal commander
      for (std::uint32_t lies = 0; lies <= (traitor > 0 ? all : 0); ++lies) {
        if (traitor > 0 && bit(lies, traitor - 1)) continue;  // nobody lies to himself
        ++tried.executions;
        const std::string failed = tried_once(generals, table, traitor, given, lies);
        if (!failed.empty() && tried.failed.empty())
          tried.failed =
              fmt::format("{}: traitor {}, given {:b}, lies {:b}", failed, traitor, given, lies);
      }
    }
  }
  return tried;
}

}  // namespace synod::byzantine_om
