// Models whose transition relation is a random table, and what is true of them.
//
// A table is a pure function of its seed, so the model and the graph algorithm that it is compared
// with read the same numbers and share nothing else.
#pragma once

#include <cstdint>
#include <random>
#include <vector>

#include "checker/vocabulary/machine.hpp"
#include "checker/vocabulary/system.hpp"

namespace synod::test {

/// A state is a position 0..positions-1 and a flag. Go(k) looks up where to go from a position;
/// Jump goes somewhere else altogether, even outside the range of the position.
struct RandomTable {
  RandomTable(int seed, int positions, int choices);

  std::size_t at(int position, int choice) const {
    return static_cast<std::size_t>(position) * static_cast<std::size_t>(choices) +
           static_cast<std::size_t>(choice);
  }
  static std::size_t state(int position, bool flag) {
    return static_cast<std::size_t>(position) * 2 + (flag ? 1 : 0);
  }
  /// Whether the step between two states is one that the table forbids.
  bool forbids(std::size_t from, std::size_t to) const {
    return step_period != 0 && (from * 31 + to * 17) % step_period == 0;
  }

  int positions;
  int choices;
  int initial = 0;
  std::vector<int> to;        ///< by position and choice
  std::vector<bool> is_open;  ///< the first conjunct of Go
  std::vector<bool> is_free;  ///< the second
  std::vector<bool> flips;    ///< by choice: whether Go changes the flag
  std::vector<int> jump;      ///< by position; `positions` is out of range, -1 is disabled
  // By state:
  std::vector<bool> bad;
  std::vector<bool> worse;
  std::vector<bool> target;
  std::vector<bool> goal;
  std::vector<bool> end;
  std::size_t step_period = 0;
};

/// The conjuncts and effects of the model, for dropping.
extern const std::vector<Drop> random_model_parts;

/// Parameters: seed, positions, choices.
const System& random_system();
Parameters random_parameters(int seed, int positions, int choices);

/// What is true of the model, found by graph algorithms on the table alone. Only for searches of
/// all properties without a bound.
struct RandomTruth {
  std::uint64_t distinct = 0;
  std::uint64_t generated = 0;
  std::vector<std::uint64_t> levels;
  std::vector<std::uint64_t> fired;  ///< Go, Jump
  bool exhausted = true;
  /// By property: violated (for `reachable`: reached) and at which depth, or nothing.
  std::vector<std::optional<std::uint64_t>> depths;
};
RandomTruth random_truth(const RandomTable& table, const std::vector<Drop>& drops);

}  // namespace synod::test
