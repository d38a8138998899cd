// Visited states as bits of an array that never grows: Holzmann's supertrace, or bitstate hashing.
//
// [H98] Holzmann, "An Analysis of Bitstate Hashing", Formal Methods in System Design 13, 1998. A
// state sets `hashes` bits, chosen by its hash; one whose bits are all set already is taken for
// known. What was never met may have all of its bits set by others: then it is missed, and what
// only it leads to. A search that keeps states like this proves nothing; what it finds is real.
//
// Thread safety, beyond that of every VisitedSet: a bit is set by fetch_or and never cleared, and
// nothing is published with it, so no order is needed. Two threads that insert one state could each
// set some of its bits and both take it for new. A state that seems new is therefore inserted under
// a lock that its hash chooses: one thread after the other. Which of two different states is missed
// for the other's sake depends on who comes first.
#pragma once

#include <array>
#include <atomic>
#include <mutex>

#include "checker/search/pages.hpp"
#include "checker/search/visited_set.hpp"

namespace synod {

class StateBits final : public VisitedSet {
 public:
  static constexpr unsigned hashes = 3;
  static constexpr std::size_t default_bytes = std::size_t{64} << 20;

  struct Shape {
    std::vector<unsigned> word_bits;  ///< the low bits in use of each word of a state
    std::size_t batch;                ///< states that take() hands out at once
    std::size_t array;                ///< bytes of the array, all of which are used
    std::size_t memory;               ///< bytes for it and the states that wait to be expanded
  };
  /// Throws std::bad_alloc. Hashes differ from seed to seed.
  StateBits(Shape shape, std::uint64_t seed);

  using VisitedSet::insert;
  void announce(const std::uint64_t* states, std::size_t count, const std::uint64_t* but_for,
                Cursor& cursor) override;
  std::size_t insert(Cursor& cursor) override;
  bool next_level(std::vector<Cursor>& cursors) override;
  void settle(std::vector<Cursor>& cursors) override;
  void save(CheckpointWriter& writer) const override;
  void load(CheckpointReader& reader) override;
  std::span<const std::uint64_t> take(Cursor& cursor) override {
    return frontier_.take(cursor.frontier);
  }
  /// The array never fills: only states that wait may need more memory than there is.
  bool grow(std::vector<Cursor>&, const Outlook&) override { return false; }
  std::uint64_t room() const override;
  std::uint64_t size() const override { return size_.load(std::memory_order_relaxed); }
  std::size_t bytes() const override { return pages_.bytes() + frontier_.bytes(); }
  double load() const override {
    return static_cast<double>(set_.load(std::memory_order_relaxed)) / static_cast<double>(bits());
  }

  std::size_t array_words() const { return pages_.bytes() / sizeof(std::uint64_t); }
  std::uint64_t bits() const { return pages_.bytes() * 8; }
  /// How many states were met and taken for known ones, as the array's filling lets expect.
  double expected_omissions() const { return omitted_.load(std::memory_order_relaxed); }

 private:
  struct Hash {
    std::uint64_t first;
    std::uint64_t step;
  };
  Hash hash(const std::uint64_t* state) const;
  /// The place of one of its bits.
  std::uint64_t place(Hash hash, unsigned which) const;
  std::atomic<std::uint64_t>& word_of(std::uint64_t place) const { return words_of_[place >> 6]; }
  static std::uint64_t mask_of(std::uint64_t place) { return std::uint64_t{1} << (place & 63); }
  bool is_known(Hash hash) const;
  /// Sets the bits of a state; how many were not set.
  unsigned mark(Hash hash);

  Shape shape_;
  unsigned words_;
  std::uint64_t seed_;
  Pages pages_;
  std::atomic<std::uint64_t>* words_of_;
  Frontier frontier_;
  std::array<std::mutex, 256> locks_;
  // By themselves: all threads write them.
  alignas(64) std::atomic<std::uint64_t> size_{0};
  std::atomic<std::uint64_t> set_{0};  ///< bits
  std::atomic<double> omitted_{0};
};

}  // namespace synod
