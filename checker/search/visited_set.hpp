// The set of states that a search has reached, and the level that it expands: what the search asks
// of any way to remember states.
//
//   StoredStates  whole states, in the order of their discovery: for graphs and for paths
//   StateKeys     8 bytes a state: exact for small states; of larger ones, on request, exact by
//                 trees, or fingerprints
//   StateBits     some bits a state, in an array that never grows: on request, and no proof
//   ExternalStates  whole states on disk: where one of the exact ones has no more memory
//
// Thread safety: announce(), insert() and take() may run in many threads at once, each with a
// Cursor of its own; size(), room(), bytes() and load() may be read meanwhile. next_level(),
// grow(), settle(), save(), load() and move_to() need that nothing else runs.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "checker/search/checkpoint.hpp"
#include "checker/search/frontier.hpp"
#include "checker/search/key_table.hpp"
#include "checker/search/state_tree.hpp"

namespace synod {

class BlockReader;
class ExternalStates;

class VisitedSet {
 public:
  /// What one thread needs between two calls. Those of two threads share no cache line.
  struct alignas(64) Cursor {
    struct Announced {
      StateKey key;
      const std::uint64_t* state;
      /// Where StoredStates has it, once inserted; for StateBits the other half of its hash.
      std::uint64_t index = 0;
    };

    /// States that were met not long ago, by their keys: most are met again soon, from other states
    /// of the level, and need no look at the table then.
    struct Recent {
      std::uint64_t low = 0;
      std::uint32_t known_as = 0;      ///< 0: nothing; else what tells it from others, plus 1
      std::uint32_t announced_as = 0;  ///< with known_as 0: its place among those announced, plus 1
    };
    static constexpr std::size_t recent_states = std::size_t{1} << 11;

    std::vector<Recent> recent = std::vector<Recent>(recent_states);
    std::vector<Announced> announced;  ///< the first announced_count of them
    std::size_t announced_count = 0;
    Announced& announce() {
      if (announced_count == announced.size()) announced.resize(2 * announced_count + 64);
      return announced[announced_count++];
    }

    /// For who asks where the states are: after insert(), the index of each that was announced, in
    /// their order; StoredStates::absent for those left out. The caller empties it.
    bool wants_indices = false;
    std::vector<std::uint64_t> indices;
    std::uint64_t spare = 0;  ///< the next index of those reserved for this thread
    std::uint64_t spare_end = 0;
    Frontier::Cursor frontier;
    StateTree::Cursor tree;
    std::shared_ptr<BlockReader> block;  ///< of ExternalStates: being taken,
    std::size_t block_at = 0;            ///< which one of the level it is,
    std::vector<std::uint64_t> taken;    ///< and states from it
  };

  VisitedSet() = default;
  VisitedSet(const VisitedSet&) = delete;
  VisitedSet& operator=(const VisitedSet&) = delete;
  virtual ~VisitedSet() = default;

  /// Packed states that are to be inserted, unless they are known to have been: the memory that
  /// this will look at is brought near, so that it arrives while others are still being made. Those
  /// equal to `but_for`, if it is not null, are left out. The states have to stay where they are
  /// until then.
  virtual void announce(const std::uint64_t* states, std::size_t count,
                        const std::uint64_t* but_for, Cursor& cursor) = 0;
  /// Inserts the states announced; returns how many were new. There has to be room() for all.
  virtual std::size_t insert(Cursor& cursor) = 0;

  /// Both in one.
  std::size_t insert(const std::uint64_t* states, std::size_t count, Cursor& cursor) {
    announce(states, count, nullptr, cursor);
    return insert(cursor);
  }

  /// The states inserted since the last call are the level that take() hands out from now on.
  /// False: it was stopped before that, and nothing may be inserted any more.
  virtual bool next_level(std::vector<Cursor>& cursors) = 0;

  /// Some states of the level, packed, side by side: at most as many as a batch has, each for one
  /// caller. They stay where they are until the cursor's next call. Empty: all have been taken.
  virtual std::span<const std::uint64_t> take(Cursor& cursor) = 0;

  /// What may help to choose the size of a table.
  struct Outlook {
    std::optional<std::uint64_t> expected = {};  ///< states in the end, if anybody can tell
    std::size_t taken_elsewhere = 0;             ///< bytes of the memory, by others
  };
  /// Makes room for more states; false when the memory does not allow it.
  virtual bool grow(std::vector<Cursor>& cursors, const Outlook& outlook) = 0;

  /// Tells all states to one on disk, which goes on from there; `ends` are the ends of the levels,
  /// that of the present one included. This set is as it was. Only of sets that are exact, after
  /// settle().
  virtual void move_to(ExternalStates& external, const std::vector<std::uint64_t>& ends) const;

  /// Ends what threads have begun, so that save() or move_to() may follow.
  virtual void settle(std::vector<Cursor>& cursors) = 0;
  /// The set, what of the level is still to be taken, and what was found for the next.
  virtual void save(CheckpointWriter& writer) const = 0;
  /// What was saved, into a new set. Throws CheckpointError, and then the set is of no use.
  virtual void load(CheckpointReader& reader) = 0;

  /// How many more states may be inserted before grow().
  virtual std::uint64_t room() const = 0;
  virtual std::uint64_t size() const = 0;
  virtual std::size_t bytes() const = 0;  ///< in use: table and states
  virtual double load() const = 0;        ///< of the table

 protected:
  static std::vector<Frontier::Cursor*> frontiers_of(std::vector<Cursor>& cursors) {
    std::vector<Frontier::Cursor*> all;
    for (Cursor& cursor : cursors) all.push_back(&cursor.frontier);
    return all;
  }

  /// How a table grows: it takes more states until it has `max_load`, and then gets so many times
  /// the slots that are expected to be needed; more by a part of those it has at least, and twice
  /// as many at most.
  struct Growth {
    double max_load;
    double times;
    std::size_t part;

    std::uint64_t states_at(std::size_t slots) const {
      return static_cast<std::uint64_t>(max_load * static_cast<double>(slots));
    }
    std::size_t slots_for(std::uint64_t expected, std::size_t slots) const {
      const double wanted = times / max_load * static_cast<double>(expected);
      return std::clamp(static_cast<std::size_t>(wanted), slots + slots / part, 2 * slots);
    }
  };
};

}  // namespace synod
