// Random walks through a transition system, for what is too large to be searched.
//
// A walk begins in an initial state and goes on until nothing changes any more or it is as long as
// walks may be. Every state that it comes to is judged as the search judges it, with all steps that
// lead on. What a walk finds is real; that walks find nothing proves nothing.
//
// Walks are a swarm [HJG11: Holzmann, Joshi, Groce, "Swarm Verification Techniques", IEEE TSE
// 37(6), 2011]: each chooses by random weights of its own among the actions, and then evenly among
// the steps of that action, so that an action that is rare in one walk is common in another.
//
// A walk depends on the seed and on its number only. The simulation ends with the first walk, by
// number, in which something is violated; what threads did meanwhile in later ones is forgotten. So
// the result is the same for every number of threads, unless the clock or the user ends it.
#pragma once

#include "checker/search/search.hpp"

namespace synod {

/// What walks tell whoever watches.
struct WalkProgress {
  std::uint64_t walks = 0;                ///< that have ended
  std::uint64_t steps = 0;                ///< of these
  std::optional<std::uint64_t> of_walks;  ///< how many there will be, where the clock does not say
  double seconds = 0;
};

struct WalkOptions {
  static constexpr std::uint64_t default_walks = 10'000;
  static constexpr std::uint64_t default_steps = 199;     ///< 200 states
  static constexpr std::uint64_t most_steps = 1'000'000;  ///< a walk is kept whole

  std::uint64_t walks = default_walks;
  std::uint64_t steps = default_steps;  ///< of a walk, at most
  std::uint64_t seed = 0;
  std::function<void(const WalkProgress&)> progress = {};  ///< called from a thread of its own
};

/// What walks have covered, those after a violation left out.
struct WalkCoverage {
  WalkOptions options;
  std::uint64_t walks = 0;
  std::uint64_t steps = 0;                ///< of all together
  std::uint64_t longest = 0;              ///< steps of the longest
  std::uint64_t ended = 0;                ///< walks to where nothing changes any more
  std::vector<std::uint64_t> taken;       ///< of `steps`, by action
  static constexpr double error = 0.004;  ///< standard error of the estimate of distinct states

  /// The first time that a `reachable` property held.
  struct Reached {
    std::uint64_t walk = 0;
    std::uint64_t steps = 0;
  };
  std::vector<std::optional<Reached>> reached;  ///< by property

  std::uint64_t violating_walk = 0;  ///< its number, from 0; where something is violated
  std::uint64_t violating_step = 0;  ///< steps before that
};

/// Of the result, `distinct` is an estimate; `depth` counts the states of the longest walk, and
/// `fired` what was enabled in states on the way. The path is the shortest through states of the
/// walk that it is taken from.
struct Simulation {
  SearchResult result;
  WalkCoverage coverage;
};

/// Heeds of the search's options threads, time, interruption, properties and a witness.
Simulation simulate(const TransitionSystem& system, const SearchOptions& options,
                    const WalkOptions& walks);

/// The states of one walk, judged by nobody.
std::vector<PackedState> states_of_walk(const TransitionSystem& system, const WalkOptions& walks,
                                        std::uint64_t number);

}  // namespace synod
