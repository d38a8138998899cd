// Visited states as 80-bit keys of which a slot holds 64: 8 bytes a state, and the states
// themselves only as long as they wait to be expanded.
//
// A state of at most 80 bits is its own key, mixed by a bijection so that keys spread evenly: the
// set is exact. Of a larger state the key is a fingerprint. Two states with the same fingerprint
// are taken for one, and what only the second leads to is missed; `missed_probability` bounds how
// likely that is.
#pragma once

#include <optional>

#include "checker/search/key_table.hpp"
#include "checker/search/visited_set.hpp"

namespace synod {

class StateKeys final : public VisitedSet {
 public:
  struct Shape {
    std::vector<unsigned> word_bits;  ///< the low bits in use of each word of a state
    std::size_t batch;                ///< states that take() hands out at once
    std::size_t memory;               ///< bytes it may use
    std::size_t workers;              ///< threads for grow()
  };

  /// With a seed, fingerprints, which differ from seed to seed; without, exact, and the states have
  /// to fit_exactly().
  explicit StateKeys(Shape shape, std::optional<std::uint64_t> seed = {});

  /// With less memory than this, the first table would be most of it.
  static constexpr std::size_t least_memory = 4 * KeyTable::first_bytes;

  static bool fit_exactly(const std::vector<unsigned>& word_bits);
  /// At most the probability that among so many states some two have the same fingerprint.
  static double missed_probability(std::uint64_t states);

  using VisitedSet::insert;
  void announce(const std::uint64_t* states, std::size_t count, const std::uint64_t* but_for,
                Cursor& cursor) override;
  std::size_t insert(Cursor& cursor) override;
  void next_level(std::vector<Cursor>& cursors) override;
  std::span<const std::uint64_t> take(Cursor& cursor) override {
    return frontier_.take(cursor.frontier);
  }
  bool grow(std::vector<Cursor>& cursors, const Outlook& outlook) override;
  std::uint64_t room() const override;
  std::uint64_t size() const override { return size_.load(std::memory_order_relaxed); }
  std::size_t bytes() const override { return table_.bytes() + frontier_.bytes(); }
  double load() const override {
    const std::size_t slots = table_.bytes() / sizeof(std::uint64_t);
    return static_cast<double>(size()) / static_cast<double>(slots);
  }

  /// The key of a state.
  StateKey key(const std::uint64_t* state) const;

 private:
  StateKey key_of_word(std::uint64_t word) const;
  StateKey key_of_two_words(const std::uint64_t* state) const;
  StateKey fingerprint(const std::uint64_t* state) const;

  Shape shape_;
  unsigned words_;
  std::optional<std::uint64_t> seed_;
  KeyTable table_;
  Frontier frontier_;
  alignas(64) std::atomic<std::uint64_t> size_{0};  ///< by itself: all threads write it
};

}  // namespace synod
