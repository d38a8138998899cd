// Where the cells of a state live. A cell is a bit field of at most 64 bits: one element of a map,
// or one set. Two memories with the same interface:
//
//   PackedMemory  bit fields in 64-bit words, as the search hashes, compares and stores them;
//   PlainMemory   one integer a cell, every read and write observable: replay, explanation,
//                 independence facts, and the reference checker of the tests.
//
// A model is written once and compiled against both, so neither can drift from the other.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <string>
#include <vector>

#include "checker/search/transition_system.hpp"
#include "checker/vocabulary/domain.hpp"

namespace synod {

/// The most bits that a packed state may have, in 64-bit words.
inline constexpr unsigned max_state_words = 64;

/// Parameters ask for a larger state than the checker can hold.
class StateTooLarge : public std::runtime_error {
 public:
  StateTooLarge()
      : std::runtime_error("the state needs more than " + std::to_string(max_state_words * 64) +
                           " bits") {}
};

inline constexpr std::uint64_t low_bits(unsigned bits) {
  return bits >= 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << bits) - 1;
}

/// Where a cell lies in a packed state.
struct Place {
  std::uint32_t word;
  std::uint32_t shift;
};

class PackedMemory {
 public:
  struct Cell {
    std::uint64_t* word;
    std::uint32_t shift;
  };

  PackedMemory() = default;
  PackedMemory(const PackedMemory&) = delete;  // cells point into it
  PackedMemory& operator=(const PackedMemory&) = delete;

  /// First fit; no cell crosses a word, so that every access is one load.
  Cell allocate(unsigned bits) {
    unsigned word = 0;
    while (word < words_ && used_[word] + bits > 64) ++word;
    if (word == max_state_words) throw StateTooLarge();
    words_ = std::max(words_, word + 1);
    const unsigned shift = used_[word] % 64;
    used_[word] += bits;
    bits_ += bits;
    places_.push_back({word, shift});
    return {&state_[word], shift};
  }

  std::uint64_t load(const Cell& cell, std::uint64_t mask) const {
    return (*cell.word >> cell.shift) & mask;
  }
  void store(const Cell& cell, std::uint64_t mask, std::uint64_t value) {
    *cell.word = (*cell.word & ~(mask << cell.shift)) | (value << cell.shift);
  }

  /// True when the cells lie side by side in one word, so that they can be compared at once.
  static bool side_by_side(const std::vector<Cell>& cells, unsigned bits) {
    for (std::size_t i = 1; i < cells.size(); ++i)
      if (cells[i].word != cells[0].word || cells[i].shift != cells[i - 1].shift + bits)
        return false;
    return !cells.empty() && bits != 0;
  }

  unsigned words() const { return words_; }
  unsigned bits() const { return bits_; }
  std::vector<unsigned> word_bits() const { return {used_.begin(), used_.begin() + words_}; }
  const std::vector<Place>& places() const { return places_; }

  const std::uint64_t* state() const { return state_.data(); }
  void load_state(const std::uint64_t* from) { copy_state(state_.data(), from, words_); }
  void store_state(std::uint64_t* to) const { copy_state(to, state_.data(), words_); }
  void clear() { state_.fill(0); }

 private:
  alignas(64) std::array<std::uint64_t, max_state_words> state_{};
  std::array<unsigned, max_state_words> used_{};
  std::vector<Place> places_;
  unsigned words_ = 1;
  unsigned bits_ = 0;
};

/// The bits of each cell that were read and written.
struct Footprint {
  std::vector<std::uint64_t> reads;
  std::vector<std::uint64_t> writes;

  void resize(std::size_t cells) {
    reads.resize(cells);
    writes.resize(cells);
  }
  void merge(const Footprint& other) {
    resize(std::max(reads.size(), other.reads.size()));
    for (std::size_t i = 0; i < other.reads.size(); ++i) reads[i] |= other.reads[i];
    for (std::size_t i = 0; i < other.writes.size(); ++i) writes[i] |= other.writes[i];
  }
};

/// The values of all cells, in the order of their declaration: a state without packing.
using Cells = std::vector<std::uint64_t>;

class PlainMemory {
 public:
  struct Cell {
    std::size_t index;
  };

  PlainMemory() = default;
  PlainMemory(const PlainMemory&) = delete;
  PlainMemory& operator=(const PlainMemory&) = delete;

  Cell allocate(unsigned /*bits*/) {
    cells_.push_back(0);
    return {cells_.size() - 1};
  }

  std::uint64_t load(const Cell& cell, std::uint64_t mask) const {
    if (footprint_ != nullptr) footprint_->reads[cell.index] |= mask;
    return cells_[cell.index] & mask;
  }
  void store(const Cell& cell, std::uint64_t mask, std::uint64_t value) {
    if (footprint_ != nullptr) footprint_->writes[cell.index] |= mask;
    cells_[cell.index] = (cells_[cell.index] & ~mask) | value;
  }

  static bool side_by_side(const std::vector<Cell>&, unsigned /*bits*/) { return false; }

  const Cells& cells() const { return cells_; }
  void load_cells(const Cells& cells) { cells_ = cells; }
  void clear() { std::fill(cells_.begin(), cells_.end(), 0); }

  /// Record reads and writes in `footprint` from here on; nullptr stops.
  void observe(Footprint* footprint) {
    footprint_ = footprint;
    if (footprint != nullptr) footprint->resize(cells_.size());
  }
  Footprint* observed() const { return footprint_; }

 private:
  Cells cells_;
  Footprint* footprint_ = nullptr;
};

/// While it lives, reads and writes go to this footprint, and to no other; null: to none. However
/// it ends, they go then where they went before.
template <class Memory>
class Observation {
 public:
  Observation(Memory& memory, Footprint* inner) : memory_(memory), outer_(memory.observed()) {
    memory_.observe(inner);
  }
  ~Observation() { memory_.observe(outer_); }
  Observation(const Observation&) = delete;
  Observation& operator=(const Observation&) = delete;

 private:
  Memory& memory_;
  Footprint* outer_;
};

}  // namespace synod
