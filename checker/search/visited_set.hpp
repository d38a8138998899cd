// The set of states that a search has reached, exact: whole states are stored and compared.
//
// Thread safety: insert() may run in many threads at once, each with a Cursor of its own; size()
// and room() may be read meanwhile. settle(), grow(), state() and find() need that no insert runs.
//
// Invariants:
//   - States lie in one array, in the order of their discovery: the states of a breadth-first level
//     are a contiguous range once settle() has run. An index never changes after that.
//   - A slot is empty (0) or names a state and 24 bits of its hash. It is written once, by a
//     compare-and-swap that publishes the state's words: release there, acquire at every load of a
//     slot, so whoever sees the slot sees the words. Two threads that insert the same state meet
//     at the same empty slot, and one of them loses the compare-and-swap and finds the other's.
//   - At most `limit()` states are inserted before grow(): some slot is always empty, so probing
//     ends. The caller keeps that bound by asking room() before each batch.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

namespace synod {

/// Zeroed memory straight from the system, in huge pages where it grants them; only what is
/// touched is resident.
class Pages {
 public:
  Pages() = default;
  explicit Pages(std::size_t bytes);  ///< throws std::bad_alloc
  ~Pages();
  Pages(Pages&& other) noexcept;
  Pages& operator=(Pages&& other) noexcept;

  void* data() const { return data_; }
  std::size_t bytes() const { return bytes_; }

 private:
  void* data_ = nullptr;
  std::size_t bytes_ = 0;
};

class VisitedSet {
 public:
  static constexpr std::uint64_t absent = ~std::uint64_t{0};

  /// For states of `words` words, in at most `memory` bytes. `first_slots` is the size of the
  /// first table; tests make it small.
  VisitedSet(unsigned words, std::size_t memory, std::size_t first_slots = 1 << 16);

  /// A thread's place in the array: it keeps an index reserved between a lost race and the next
  /// new state.
  class Cursor {
    friend class VisitedSet;
    std::uint64_t spare_ = absent;
    std::vector<std::uint64_t> hashes_;
  };

  /// Inserts `count` packed states; returns how many were new.
  std::size_t insert(const std::uint64_t* states, std::size_t count, Cursor& cursor);

  /// After all threads have finished a level: closes the gaps that unused reservations left.
  void settle(std::vector<Cursor>& cursors);

  /// Makes room for more states; false when `memory` does not allow it.
  bool grow(std::size_t workers);

  /// How many more states may be inserted before grow().
  std::uint64_t room() const {
    const std::uint64_t used = next_.load(std::memory_order_relaxed);
    return used < limit_ ? limit_ - used : 0;
  }

  std::uint64_t size() const { return next_.load(std::memory_order_relaxed); }
  const std::uint64_t* state(std::uint64_t index) const { return states_ + index * words_; }
  std::uint64_t find(const std::uint64_t* state) const;  ///< its index, or `absent`
  void prefetch(const std::uint64_t* state) const;       ///< before a find()

  /// In use: table and states. May be read while inserts run.
  std::size_t bytes() const {
    return size() * words_ * sizeof(std::uint64_t) + table_bytes_.load(std::memory_order_relaxed);
  }
  double load() const { return static_cast<double>(size()) / static_cast<double>(slot_count_); }

 private:
  using Slot = std::atomic<std::uint64_t>;
  static constexpr unsigned index_bits = 40;
  static constexpr std::uint64_t index_mask = (std::uint64_t{1} << index_bits) - 1;

  std::uint64_t hash(const std::uint64_t* state) const;
  std::size_t home(std::uint64_t hash) const;
  static std::uint64_t entry(std::uint64_t hash, std::uint64_t index) {
    return (hash << index_bits) | (index + 1);
  }
  static std::uint64_t index_of(std::uint64_t entry) { return (entry & index_mask) - 1; }
  static bool same_tag(std::uint64_t entry, std::uint64_t hash) {
    return (entry >> index_bits) == ((hash << index_bits) >> index_bits);
  }
  bool equal(std::uint64_t index, const std::uint64_t* state) const;
  bool insert_one(const std::uint64_t* state, std::uint64_t hash, Cursor& cursor);
  void set_table(Pages table, std::size_t slots);

  unsigned words_;
  std::size_t memory_;
  Pages state_pages_;
  std::uint64_t* states_ = nullptr;
  std::uint64_t state_limit_ = 0;
  Pages table_pages_;
  Slot* slots_ = nullptr;
  std::size_t slot_count_ = 0;
  std::uint64_t limit_ = 0;
  std::atomic<std::size_t> table_bytes_{0};
  std::atomic<std::uint64_t> next_{0};
};

}  // namespace synod
