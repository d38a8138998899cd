// The visited states themselves, exact, in the order of their discovery: for graphs, for paths, and
// for states that are too large to be their own keys. A third of a cache line for twelve of them
// and a byte each besides: 5.3 bytes a slot.
//
// Invariants:
//   - States lie in one array: those of a breadth-first level are a contiguous range once
//     next_level() has run. An index never changes after that. Before, a thread fills indices that
//     it has reserved, some at once, so that threads do not write to the same cache line.
//   - A slot is empty (0) or names a state. It is written once, by a compare-and-swap that
//     publishes the state's words: release there, acquire at every load of a slot, so whoever sees
//     the slot sees the words. Two threads that insert the same state meet at the same empty slot,
//     and one of them loses the compare-and-swap and finds the other's.
//   - The tag of a slot, 8 bits of the state's hash that are not 0, follows the slot: until it is
//     there, 0 says that only the state itself can tell. It spares looking at most other states.
//   - At most `limit_` states are inserted before grow(): some slot is always empty, so probing
//     ends. The caller keeps that bound by asking room() before each batch.
#pragma once

#include <atomic>

#include "checker/search/pages.hpp"
#include "checker/search/transition_system.hpp"
#include "checker/search/visited_set.hpp"

namespace synod {

class StoredStates final : public VisitedSet {
 public:
  static constexpr std::uint64_t absent = ~std::uint64_t{0};

  struct Shape {
    unsigned words = 1;      ///< of a state
    std::size_t memory = 0;  ///< bytes that states and table may take
    std::size_t batch = 64;  ///< states that take() hands out, from a multiple of it on: 2^k
    std::size_t workers = 1;
    std::size_t first_slots = 1 << 16;  ///< of the first table; tests make it small
  };

  explicit StoredStates(const Shape& shape);

  using VisitedSet::insert;
  void announce(const std::uint64_t* states, std::size_t count, const std::uint64_t* but_for,
                Cursor& cursor) override;
  std::size_t insert(Cursor& cursor) override;
  bool next_level(std::vector<Cursor>& cursors) override;
  std::span<const std::uint64_t> take(Cursor& cursor) override;
  bool grow(std::vector<Cursor>& cursors, const Outlook& outlook) override;
  void move_to(ExternalStates& external, const std::vector<std::uint64_t>& ends) const override;
  void settle(std::vector<Cursor>& cursors) override;
  void save(CheckpointWriter& writer) const override;
  void load(CheckpointReader& reader) override;
  std::uint64_t room() const override {
    const std::uint64_t used = next_.load(std::memory_order_relaxed);
    return used < limit_ ? limit_ - used : 0;
  }
  std::uint64_t size() const override { return next_.load(std::memory_order_relaxed); }
  std::size_t bytes() const override {
    return size() * words_ * sizeof(std::uint64_t) + table_bytes_.load(std::memory_order_relaxed);
  }
  double load() const override {
    const std::size_t lines = table_bytes_.load(std::memory_order_relaxed) / sizeof(Line);
    return static_cast<double>(size()) / static_cast<double>(lines * Line::slots);
  }

  // These need that no insert runs.

  const std::uint64_t* state(std::uint64_t index) const { return states_ + index * words_; }
  /// All states, for the caller to change: nothing but clear() may follow.
  std::span<std::uint64_t> give_up(std::vector<Cursor>& cursors) {
    settle(cursors);
    return {states_, size() * words_};
  }
  /// Makes it empty, and smaller where it was nearly so.
  void clear(std::vector<Cursor>& cursors);
  std::uint64_t index_of(const std::uint64_t* stored) const {
    return static_cast<std::uint64_t>(stored - states_) / words_;
  }
  std::uint64_t find(const std::uint64_t* state) const;

  /// The end of those states that were taken, with all levels before.
  std::uint64_t taken() const {
    return std::clamp(taken_.load(std::memory_order_relaxed), level_begin_, level_end_);
  }

  /// A state that the last next_level(), grow() or settle() moved, to close a gap.
  struct Move {
    std::uint64_t from;
    std::uint64_t to;
  };
  const std::vector<Move>& moves() const { return moves_; }

 private:
  struct alignas(64) Line {
    static constexpr std::size_t slots = 12;
    std::array<std::atomic<std::uint32_t>, slots> entries;  ///< index + 1, or 0: empty
    std::array<std::atomic<std::uint8_t>, slots> tags;
  };

  /// The way of a state through the table: slot after slot, line after line.
  class Way {
   public:
    Way(const StoredStates& set, std::uint64_t hash) : set_(set), line_(set.home(hash)) {
      slot_ = first_ = (hash & 0xffff) * Line::slots >> 16;
    }
    Line& line() const { return set_.lines_[line_]; }
    std::size_t slot() const { return slot_; }
    void advance() {
      if (++slot_ == Line::slots) slot_ = 0;
      if (slot_ == first_ && ++line_ == set_.line_count_) line_ = 0;
    }

   private:
    const StoredStates& set_;
    std::size_t line_;
    std::size_t slot_;
    std::size_t first_;
  };

  static constexpr Growth growth{0.85, 1.0, 8};

  /// In Cursor::indices until insert(): a place among those announced.
  static constexpr std::uint64_t pending = std::uint64_t{1} << 63;

  static std::size_t recent_slot(std::uint64_t hash) {
    return hash >> 24 & (Cursor::recent_states - 1);
  }
  static std::uint8_t tag_of(std::uint64_t hash) {
    const auto tag = static_cast<std::uint8_t>(hash >> 16);
    return tag == 0 ? 1 : tag;
  }
  std::uint64_t hash(const std::uint64_t* state) const;
  bool is_recent(const Cursor& cursor, const std::uint64_t* state, std::uint64_t hash) const {
    const Cursor::Recent& recent = cursor.recent[recent_slot(hash)];
    if (recent.low != hash) return false;
    if (recent.known_as != 0) return equal(recent.known_as - 1, state);
    return recent.announced_as != 0 &&
           same_state(cursor.announced[recent.announced_as - 1].state, state, words_);
  }
  std::size_t home(std::uint64_t hash) const {
    // The high bits choose the line, for any number of lines.
    __extension__ using Wide = unsigned __int128;
    return static_cast<std::size_t>((static_cast<Wide>(hash) * line_count_) >> 64);
  }
  bool equal(std::uint64_t index, const std::uint64_t* state) const {
    return same_state(states_ + index * words_, state, words_);
  }
  bool insert_one(Cursor::Announced& one, Cursor& cursor);
  void prefetch_state(std::uint64_t hash) const;
  void set_table(Pages table, std::size_t lines);
  void add_to_table(std::uint64_t index);
  void fill_table();

  unsigned words_;
  std::size_t memory_;
  std::size_t batch_;
  std::size_t workers_;
  Pages state_pages_;
  std::uint64_t* states_ = nullptr;
  std::uint64_t state_limit_ = 0;
  Pages table_pages_;
  Line* lines_ = nullptr;
  std::size_t line_count_ = 0;
  std::size_t first_lines_ = 0;  ///< of the first table
  std::uint64_t limit_ = 0;
  std::atomic<std::size_t> table_bytes_{0};
  std::size_t reserve_;  ///< indices that a thread reserves at once
  std::uint64_t level_begin_ = 0;
  std::uint64_t level_end_ = 0;
  std::vector<Move> moves_;

  // By themselves: all threads write them.
  alignas(64) std::atomic<std::uint64_t> next_{0};   ///< one past the last index reserved
  alignas(64) std::atomic<std::uint64_t> taken_{0};  ///< the next of the level
};

}  // namespace synod
