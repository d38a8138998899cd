// Models over sets, pairs and records whose guards and effects are drawn at random, and the same
// programs over the containers of the standard library.
//
// A program is a pure function of its seed. The model runs it in the vocabulary of models, and the
// reference on std::set and std::map, with a search of its own: they share the numbers of what is
// to be done and nothing else.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <set>
#include <utility>
#include <vector>

#include "checker/vocabulary/system.hpp"

namespace synod::test {

/// Which guard and effect each rule of an action has.
struct RandomProgram {
  static constexpr int rules = 2;
  static constexpr int kinds = 8;  ///< of guards, and of effects, of each action

  explicit RandomProgram(int seed);

  struct Rule {
    int guard;
    int effect;
  };
  using Rules = std::array<Rule, rules>;
  Rules alone;    ///< of Alone(p, rule)
  Rules between;  ///< of Between(p, q, rule), p and q different
  Rules given;    ///< of Given(p, S, rule), S a set
};

/// Parameters: seed, processes. What it is about: the set `up`, a set heard[p], a map over pairs
/// link[p, q], a record vote[p] and the messages Report(from, seen) with a set in each.
const System& containers_system();
Parameters containers_parameters(int seed, int processes);

/// What is true of it. `Apart` is violated, and `AllUp` reached, at which depth; or not at all.
struct ContainersTruth {
  std::uint64_t distinct = 0;
  std::uint64_t orbits = 0;  ///< states that differ by more than the names of processes
  std::uint64_t generated = 0;
  std::vector<std::uint64_t> levels;
  std::uint64_t apart = 0;
  std::uint64_t all_up = 0;
  bool too_large = false;  ///< more than `most` states: nothing else is known
};
ContainersTruth containers_truth(int seed, int processes, std::size_t most);

}  // namespace synod::test
