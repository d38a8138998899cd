// What the levels so far tell of those to come.
#pragma once

#include <cmath>
#include <cstdint>
#include <optional>
#include <vector>

namespace synod {

/// How many states a breadth-first search may come to, from where its levels end so far; nothing
/// where they do not tell. Levels mostly grow and shrink like a bell: the ratio of each to the one
/// before falls by much the same factor from level to level, which is carried on.
inline std::optional<std::uint64_t> expected_states(const std::vector<std::uint64_t>& level_ends) {
  const std::size_t levels = level_ends.size();
  if (levels < 5) return std::nullopt;
  const auto states_of = [&](std::size_t back) {
    const std::size_t i = levels - 1 - back;
    return static_cast<double>(level_ends[i] - level_ends[i - 1]);
  };
  double level = states_of(0);
  double ratio = level / states_of(1);
  // Over two levels: many protocols take their steps in pairs.
  const double factor = std::sqrt(ratio / (states_of(2) / states_of(3)));
  if (factor >= 1) return std::nullopt;
  constexpr double too_many = 1e15;
  double total = static_cast<double>(level_ends.back());
  while (level > total * 1e-6 && total < too_many) {
    ratio *= factor;
    level *= ratio;
    total += level;
  }
  if (total >= too_many) return std::nullopt;
  return static_cast<std::uint64_t>(total);
}

}  // namespace synod
