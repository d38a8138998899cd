// Visited states as 80-bit keys of which a slot holds 64: 8 bytes a state, and the states
// themselves only as long as they wait to be expanded.
//
// A state of at most 80 bits is its own key, mixed by a bijection so that keys spread evenly: the
// set is exact. It is so as well where the key of a larger state is the root of its StateTree. Or
// that key is a fingerprint. Two states with the same fingerprint are taken for one, and what only
// the second leads to is missed; `missed_probability` bounds how likely that is.
#pragma once

#include <optional>

#include "checker/search/key_table.hpp"
#include "checker/search/state_tree.hpp"
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

  /// What a key is: of a state that has to fit_exactly(), itself; of one of two words or more, the
  /// root of its tree; or a fingerprint, which differs from seed to seed.
  enum class Kind : std::uint8_t { state, tree, fingerprint };
  explicit StateKeys(Shape shape, Kind kind = Kind::state, std::uint64_t seed = 0);

  /// With less memory than this, the first table would be most of it.
  static constexpr std::size_t least_memory = 4 * KeyTable::first_bytes;

  static bool fit_exactly(const std::vector<unsigned>& word_bits);
  /// At most the probability that among so many states some two have the same fingerprint.
  static double missed_probability(std::uint64_t states);

  using VisitedSet::insert;
  void announce(const std::uint64_t* states, std::size_t count, const std::uint64_t* but_for,
                Cursor& cursor) override;
  std::size_t insert(Cursor& cursor) override;
  bool next_level(std::vector<Cursor>& cursors) override;
  std::span<const std::uint64_t> take(Cursor& cursor) override {
    return frontier_.take(cursor.frontier);
  }
  bool grow(std::vector<Cursor>& cursors, const Outlook& outlook) override;
  void move_to(ExternalStates& external, const std::vector<std::uint64_t>& ends) const override;
  void settle(std::vector<Cursor>& cursors) override;
  void save(CheckpointWriter& writer) const override;
  void load(CheckpointReader& reader) override;
  std::uint64_t room() const override;
  std::uint64_t size() const override { return size_.load(std::memory_order_relaxed); }
  std::size_t bytes() const override { return table_.bytes() + frontier_.bytes() + tree_bytes(); }
  double load() const override {
    const std::size_t slots = table_.bytes() / sizeof(std::uint64_t);
    return static_cast<double>(size()) / static_cast<double>(slots);
  }

  /// The key of a state, that is not the root of a tree.
  StateKey key(const std::uint64_t* state) const;
  /// The state of a key that is in the set, and no fingerprint.
  void state_of(StateKey key, std::uint64_t* state) const;

 private:
  StateKey key_of_word(std::uint64_t word) const;
  StateKey key_of_two_words(const std::uint64_t* state) const;
  StateKey key_of_root(const std::uint64_t* state, Cursor& cursor);
  StateKey fingerprint(const std::uint64_t* state) const;
  std::uint64_t table_room() const;
  std::size_t tree_bytes() const { return tree_ ? tree_->bytes() : 0; }

  /// Who asks for trees or fingerprints wants them for their size: then the table falls short of
  /// what is expected, which is mostly a little too much, and grows once more by little.
  Growth growth() const {
    return kind_ == Kind::state ? Growth{0.85, 1.03, 8} : Growth{0.88, 0.95, 22};
  }

  Shape shape_;
  unsigned words_;
  Kind kind_;
  std::uint64_t seed_;
  std::optional<StateTree> tree_;
  KeyTable table_;
  Frontier frontier_;
  alignas(64) std::atomic<std::uint64_t> size_{0};  ///< by itself: all threads write it
};

}  // namespace synod
