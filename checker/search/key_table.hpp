// A set of 80-bit keys in 8 bytes each, for many threads.
//
// The table has 2^16 sections of whole cache lines. The upper 16 bits of a key choose its section,
// which therefore need not store them; a slot holds the lower 64. A key is put into the first empty
// slot from its place on: through the line that its lower bits name, then through the lines that
// follow, around the section.
//
// Invariants:
//   - A slot is 0 or the lower 64 bits of a key of its section. It is written once between two
//     calls of grow(), by a compare-and-swap: nothing else has to be published with it, so no order
//     is needed. Two threads that insert the same key meet at the same empty slot; the
//     compare-and-swap of one fails and shows it the other's.
//   - A key lies at no slot behind an empty one of its way, as slots never become empty: a search
//     for it ends at the first.
//   - A key whose section is full, or whose lower bits are 0, is in the overflow, which is asked
//     after the whole section only. Sections fill evenly, so it stays small, and is empty in large
//     tables.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <unordered_set>

#include "checker/search/checkpoint.hpp"
#include "checker/search/pages.hpp"

namespace synod {

struct StateKey {
  std::uint64_t low;
  std::uint16_t section;
  bool operator==(const StateKey&) const = default;
};

class KeyTable {
 public:
  static constexpr unsigned key_bits = 80;
  static constexpr std::size_t first_bytes = std::size_t{1} << 22;  ///< of the first table
  static constexpr std::size_t first_slots = first_bytes / sizeof(std::uint64_t);

  KeyTable();

  /// True when the key was not there. Any threads at once.
  bool insert(StateKey key) {
    if (key.low == 0) return insert_overflow(key);
    const Place place = place_of(key);
    std::atomic<std::uint64_t>* line = slots_ + place.line * line_slots;
    for (std::size_t probed = 0; probed < lines_; ++probed) {
      for (std::size_t k = 0; k < line_slots; ++k) {
        std::atomic<std::uint64_t>& slot = line[(place.slot + k) & (line_slots - 1)];
        std::uint64_t there = slot.load(std::memory_order_relaxed);
        if (there == 0 && slot.compare_exchange_strong(there, key.low, std::memory_order_relaxed))
          return true;
        if (there == key.low) return false;
      }
      line += line_slots;
      if (line == slots_ + place.end * line_slots) line -= lines_ * line_slots;
    }
    return insert_overflow(key);
  }

  void prefetch(StateKey key) const {
    __builtin_prefetch(slots_ + place_of(key).line * line_slots);
  }

  std::size_t slots() const { return sections * lines_ * line_slots; }
  /// Of the table. May be read at any time.
  std::size_t bytes() const { return bytes_.load(std::memory_order_relaxed); }

  /// Of a table of at least so many slots.
  static std::size_t bytes_for(std::size_t slots) { return lines_for(slots) * first_bytes; }

  /// Moves all keys into a table of at least so many slots, which are more than now. The old one's
  /// memory is given back as it empties, so that both together take little more than the new one.
  /// Throws std::bad_alloc, and then nothing has changed. Nothing else may run.
  void grow(std::size_t slots, std::size_t workers);

  /// Calls body(key) with each key, section by section. Nothing else may run.
  template <class Body>
  void for_each(Body&& body) const {
    for (std::size_t i = 0; i < slots(); ++i)
      if (const std::uint64_t low = slots_[i].load(std::memory_order_relaxed); low != 0)
        body(StateKey{low, static_cast<std::uint16_t>(i / (lines_ * line_slots))});
    for (const Shard& shard : shards_)
      for (const StateKey key : shard.keys) body(key);
  }

  /// All keys, section by section. Nothing else may run.
  void save(CheckpointWriter& writer) const;
  /// What was saved, into an empty table with enough slots; returns how many keys that is.
  std::uint64_t load(CheckpointReader& reader);

  /// The keys in the overflow.
  std::size_t overflow() const { return overflow_.load(std::memory_order_relaxed); }

 private:
  static constexpr std::size_t line_bytes = 64;
  static constexpr std::size_t sections = first_bytes / line_bytes;
  static constexpr std::size_t line_slots = line_bytes / sizeof(std::uint64_t);
  static constexpr std::size_t shards = 64;

  struct Place {
    std::size_t line;  ///< the first to be looked at
    std::size_t end;   ///< of its section
    std::size_t slot;  ///< of the line, the first to be looked at
  };
  Place place_of(StateKey key) const {
    __extension__ using Wide = unsigned __int128;
    const std::size_t begin = key.section * lines_;
    const auto within = static_cast<std::size_t>((Wide{key.low} * lines_) >> 64);
    return {begin + within, begin + lines_, key.low >> 20 & (line_slots - 1)};
  }
  struct Hash {
    std::size_t operator()(StateKey key) const { return key.low ^ key.section; }
  };
  struct Shard {
    std::mutex mutex;
    std::unordered_set<StateKey, Hash> keys;
  };

  /// insert() for a key that is not there, where no other thread inserts into its section.
  void move(StateKey key) {
    const Place place = place_of(key);
    for (std::size_t probed = 0, line = place.line; probed < lines_; ++probed) {
      for (std::size_t k = 0; k < line_slots; ++k) {
        std::atomic<std::uint64_t>& slot =
            slots_[line * line_slots + ((place.slot + k) & (line_slots - 1))];
        if (slot.load(std::memory_order_relaxed) != 0) continue;
        return slot.store(key.low, std::memory_order_relaxed);
      }
      if (++line == place.end) line -= lines_;
    }
  }

  static std::size_t lines_for(std::size_t slots) {
    return (slots + first_slots - 1) / first_slots;
  }
  bool insert_overflow(StateKey key);

  Pages pages_;
  std::atomic<std::uint64_t>* slots_ = nullptr;
  std::size_t lines_ = 1;                         ///< of each section
  alignas(64) std::array<Shard, shards> shards_;  // apart from what is only read
  std::atomic<std::size_t> overflow_{0};
  std::atomic<std::size_t> bytes_{0};
};

}  // namespace synod
