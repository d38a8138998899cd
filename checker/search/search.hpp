// Breadth-first, exhaustive search of a transition system, in parallel and deterministic.
//
// The search goes level by level. Verdicts, counts and the counterexample depend only on which
// states a level holds, never on the order in which threads found them:
//   - a level in which a property fails is finished before the search stops, unless a limit cuts
//     it short, which the result says;
//   - of the states of that level that violate a property, the smallest (as packed words) is
//     reported, and its path is rebuilt backwards, at each level from the smallest predecessor;
//   - counts are those of completed levels.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "checker/search/checkpoint.hpp"
#include "checker/search/limits.hpp"
#include "checker/search/state_graph.hpp"
#include "checker/search/transition_system.hpp"

namespace synod {

/// What a running search tells whoever watches it.
struct Progress {
  std::uint64_t distinct = 0;
  std::uint64_t generated = 0;
  std::uint64_t depth = 0;
  std::uint64_t queue = 0;  ///< states found and not yet expanded
  bool on_disk = false;     ///< then, within a level, some found may be known or be counted twice
  /// How many there may be in the end, where the levels so far let that be guessed.
  std::optional<std::uint64_t> expected;
  std::size_t bytes = 0;
  double table_load = 0;
  double seconds = 0;
};

/// Where the time of a search went: seconds, added up over its threads. What actions and properties
/// took is measured in some batches of states and scaled to all.
struct Profile {
  std::vector<double> actions;     ///< making successors
  std::vector<double> properties;  ///< judging states and steps
  double announcing = 0;           ///< hashing successors, and other work between two actions
  double inserting = 0;            ///< states into the visited set
  double graph = 0;                ///< making the graph
  double growing = 0;              ///< the visited set's table
  double waiting = 0;              ///< for other threads, for states to expand
};

/// How visited states are remembered.
enum class Visited : std::uint8_t {
  exact,    ///< as `keys` where that is enough, else as `whole`
  keys,     ///< as exact keys of 8 bytes: states of at most 80 bits
  whole,    ///< with all their bits
  tree,     ///< exactly, in 8 bytes, and what many states share once
  compact,  ///< by fingerprints of 80 bits, in 8 bytes: a state may be missed
  bitstate  ///< by some bits of an array that never grows: states are missed
};

/// Whether states are kept, so that a graph of them can be made.
constexpr bool keeps_states(Visited visited) {
  return visited != Visited::compact && visited != Visited::bitstate;
}

struct SearchOptions {
  std::size_t threads = 0;                  ///< 0: as many as the machine has
  std::optional<std::uint64_t> max_states;  ///< stop when more have been found
  std::optional<std::uint64_t> max_depth;   ///< expand no state deeper than this
  std::optional<std::size_t> memory;        ///< bytes for table and states; of bitstate, the array
  std::string disk;  ///< a folder for exact states that have no room in memory; empty: none
  std::optional<double> seconds;
  PropertySet properties = ~PropertySet{0};  ///< which to check
  std::optional<std::size_t> witness;        ///< a reachable property whose path is wanted
  std::optional<GraphRequest> graph;         ///< the graph of all states is wanted
  Visited visited = Visited::exact;          ///< as wanted; graphs and witnesses need whole states
  std::uint64_t seed = 0;                    ///< of fingerprints and bits
  const std::atomic<bool>* interrupted = nullptr;
  /// Set where what is found turns out to be of no use: ends the search, and nothing of it is kept.
  const std::atomic<bool>* refused = nullptr;
  std::size_t batch = 0;  ///< states expanded at a time, at most; 0: what is fast
  CheckpointOptions checkpoint = {};
  bool profile = false;  ///< measure where the time goes, which takes a little itself
  std::function<void(const Progress&)> progress;  ///< called from a thread of its own
  double progress_interval_seconds = 0.2;
};

enum class PropertyVerdict : std::uint8_t {
  holds,           ///< for `reachable`: it was reached
  violated,        ///< for `reachable`: nowhere in the whole space
  vacuous,         ///< holds, but its witness was not reached
  incomplete,      ///< the search ended before this was decided
  not_applicable,  ///< a parameter switches it off
  not_checked,     ///< the user asked for other properties
};

struct PropertyResult {
  PropertyVerdict verdict = PropertyVerdict::incomplete;
  std::optional<std::uint64_t> depth;  ///< where it was first violated, or a witness first reached
  /// Of a temporal property: the states at which a bound cut off what might have violated it; of
  /// NoDeadlock: the states without successor that it would not allow, but of whose steps a bound
  /// cut off some. Of these the verdict says nothing.
  std::uint64_t cut = 0;
  std::string members = {};  ///< of a temporal property, those who have this verdict: "p = p2"
};

using PackedState = std::vector<std::uint64_t>;

/// A path from an initial state; labels[i] is the action instance from states[i] to states[i + 1].
struct Path {
  std::vector<PackedState> states;
  std::vector<std::uint32_t> labels;
};

struct ActionResult {
  std::uint64_t fired = 0;  ///< how many successors it generated
};

/// What a search leaves out that keeps states by some bits each.
struct BitArray {
  std::uint64_t bits = 0;
  double full = 0;       ///< the part of them that is set
  double omitted = 0;    ///< states met and taken for known ones, as expected
  double per_state = 0;  ///< bits of the array for each state found: the hash factor
};

/// Of states that had no room in memory.
struct OnDisk {
  std::string folder;
  std::uint64_t moved = 0;  ///< states when they left memory
  std::uint64_t bytes = 0;  ///< on disk, in the end
};

struct SearchResult {
  Stop stop = Stop::exhausted;
  std::uint64_t distinct = 0;
  std::uint64_t generated = 0;        ///< initial states and self-loops included
  std::uint64_t depth = 0;            ///< states on the longest shortest path
  std::vector<std::uint64_t> levels;  ///< states at each depth
  /// Every reachable state was found and checked; of fingerprints, but for those that
  /// `missed_probability` is about.
  bool explored = false;
  bool level_cut = false;  ///< a limit cut the level of the violation short: others may be in it
  std::uint64_t unexpanded = 0;  ///< found but not expanded, when a limit stopped the search
  std::vector<PropertyResult> properties;
  std::vector<ActionResult> actions;
  std::vector<Cut> cuts;                    ///< what bounds cut off, by name
  std::vector<std::string> dead_actions;    ///< applicable, never fired; only when exhausted
  std::shared_ptr<const StateGraph> graph;  ///< when wanted and all states were explored
  std::optional<std::size_t> shown;         ///< the property that `path` violates or witnesses
  Path path;
  std::optional<Stop> untraced;      ///< why no path was found to a violation that was
  Visited visited = Visited::exact;  ///< as it was: never `exact`
  double table_load = 0;
  double missed_probability = 0;  ///< that a state was taken for another: of fingerprints, at most
  std::optional<BitArray> bit_array;  ///< of Visited::bitstate, when it ended
  std::optional<OnDisk> on_disk;      ///< where states went there
  std::string disk_error;             ///< of Stop::disk: one line, which begins with the folder
  std::optional<Profile> profile;
  double seconds = 0;
  double seconds_before = 0;  ///< of them, in the searches that this one went on from
  bool checkpointed = false;  ///< the checkpoint that was asked for has been written
  std::size_t threads = 1;
};

/// Throws CheckpointError where the checkpoint to go on from does not serve, or turns out to be of
/// no search of this system.
SearchResult search(const TransitionSystem& system, const SearchOptions& options);

/// Why work that began then has to stop now: the user or the clock.
std::optional<Stop> reason_to_stop(const SearchOptions& options,
                                   std::chrono::steady_clock::time_point began);

/// The memory that a search may use when no limit is given: three quarters of what this process
/// may have.
std::size_t default_memory_bytes();

}  // namespace synod
