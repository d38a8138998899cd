// States of several words told apart by 80 bits, exactly: what many states share is kept once.
//
// Each word has a number, and two neighbouring numbers together are a word again that has one,
// until at most three numbers are left: the root, by which a state is known. There are far fewer
// words than states, and a step changes few of them, so most numbers are those of the state before.
// After A. Laarman, J. van de Pol, M. Weber, "Parallel Recursive State Compression for Free", SPIN
// 2011.
//
// Thread safety: root() and set_base() may run in many threads at once, each with a cursor of its
// own, as long as there is room(); bytes() may be read meanwhile. grow() needs that nothing else
// runs.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <memory>
#include <vector>

#include "checker/search/checkpoint.hpp"
#include "checker/search/pages.hpp"

namespace synod {

/// Numbers words: each that is asked for the first time gets the next number; 0 has 0.
///
/// Invariants, as in StoredStates: a slot is empty (0) or holds a number plus 1, and is written
/// once between two calls of grow(), by a compare-and-swap that publishes the word. A number that
/// lost this names nothing. Some slot is always empty, as there are more slots than numbers.
class WordNumbers {
 public:
  explicit WordNumbers(unsigned number_bits);

  std::uint32_t number_of(std::uint64_t word);
  /// The word of a number that has been given out. Nothing may grow meanwhile.
  std::uint64_t word_of(std::uint32_t number) const { return words()[number]; }

  std::uint64_t room() const {
    const std::uint64_t used = next_.load(std::memory_order_relaxed);
    return used < limit() ? limit() - used : 0;
  }
  std::size_t bytes() const { return slot_pages_.bytes() + word_pages_.bytes(); }
  bool can_grow() const { return limit() < most_; }
  /// Makes it twice as large. Throws std::bad_alloc, and then nothing has changed.
  void grow();

  /// Nothing else may run; load() is into a new one.
  void save(CheckpointWriter& writer) const;
  void load(CheckpointReader& reader);

 private:
  using Slot = std::atomic<std::uint32_t>;

  Slot* slots() const { return static_cast<Slot*>(slot_pages_.data()); }
  std::size_t slot_count() const { return slot_pages_.bytes() / sizeof(Slot); }
  std::uint64_t* words() const { return static_cast<std::uint64_t*>(word_pages_.data()); }
  /// How many numbers there may be before it grows.
  std::uint64_t limit() const {
    return std::min(word_pages_.bytes() / sizeof(std::uint64_t), most_);
  }
  std::size_t home(std::uint64_t word) const;

  std::uint64_t most_;  ///< numbers that there can be
  Pages slot_pages_;
  Pages word_pages_;  ///< by number
  alignas(64) std::atomic<std::uint64_t> next_{0};
};

class StateTree {
 public:
  /// For states of two words or more, with so many low bits in use of each.
  explicit StateTree(const std::vector<unsigned>& word_bits);

  /// One thread's: a state, and the numbers in its tree.
  struct Cursor {
    std::vector<std::uint64_t> base;
    std::vector<std::uint32_t> base_numbers;
    std::vector<std::uint32_t> numbers;
  };

  /// What tells a state from all others: 80 bits.
  struct Root {
    std::uint64_t low;
    std::uint16_t high;
    bool operator==(const Root&) const = default;
  };
  Root root(const std::uint64_t* state, Cursor& cursor);
  /// The state of a root. Nothing else may run.
  void state_of(Root root, std::uint64_t* state) const;
  /// This state is like those whose roots will be asked for.
  void set_base(const std::uint64_t* state, Cursor& cursor);

  /// How many more states may be asked for before grow().
  std::uint64_t room() const;
  std::size_t bytes() const { return bytes_.load(std::memory_order_relaxed); }
  /// Of it after grow().
  std::size_t bytes_grown(std::uint64_t states) const;
  /// Makes those tables larger that have no room for so many states. False where one cannot. Throws
  /// std::bad_alloc, and may have grown in part.
  bool grow(std::uint64_t states);

  /// Nothing else may run; load() is into a new one.
  void save(CheckpointWriter& writer) const;
  void load(CheckpointReader& reader);

 private:
  void number(const std::uint64_t* state, Cursor& cursor);

  /// In the tree, the words come first; each other node has two earlier ones below.
  struct Pair {
    std::size_t left;
    std::size_t right;
  };
  std::size_t words_;
  std::vector<Pair> pairs_;
  std::vector<std::size_t> roots_;
  unsigned number_bits_;
  std::vector<std::unique_ptr<WordNumbers>> tables_;  ///< by node; null: the word is its number
  std::atomic<std::size_t> bytes_{0};
};

}  // namespace synod
