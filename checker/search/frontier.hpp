// The states of a level that are still to be expanded, and those found for the next, in chunks.
//
// A chunk is coded: of each word what differs from the state before. States found together are much
// alike, so that most take a few bytes, and the chunk's memory goes as soon as it is taken.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <span>
#include <vector>

#include "checker/search/checkpoint.hpp"
#include "checker/search/transition_system.hpp"
#include "checker/search/word_code.hpp"

namespace synod {

/// Thread safety: push() and take() may run in many threads at once, each with its own Cursor;
/// next_level() needs that nothing else runs.
class Frontier {
 public:
  static constexpr std::size_t most_bytes = WordCode::most_bytes;

  /// One thread's chunks.
  struct Cursor {
    std::vector<std::uint8_t> open;  ///< being filled: room for the longest
    std::size_t bytes = 0;           ///< of it in use
    std::size_t states = 0;          ///< in it
    std::vector<std::uint64_t> last;
    std::vector<std::uint64_t> taken;  ///< being expanded
  };

  /// For states of `words` words, `chunk_states` of them side by side.
  Frontier(unsigned words, std::size_t chunk_states) : words_(words), chunk_states_(chunk_states) {}

  void push(Cursor& cursor, const std::uint64_t* state) {
    if (cursor.states == 0) open(cursor);
    std::uint8_t* to = cursor.open.data() + cursor.bytes;
    for (unsigned i = 0; i < words_; ++i) {
      to = WordCode::encode(state[i] ^ cursor.last[i], to);
      cursor.last[i] = state[i];
    }
    cursor.bytes = static_cast<std::size_t>(to - cursor.open.data());
    if (++cursor.states == chunk_states_) close(cursor);
  }

  /// A chunk of the level, for this thread alone; valid until its next call. Empty at the end.
  std::span<const std::uint64_t> take(Cursor& cursor) {
    const std::size_t at = next_.fetch_add(1, std::memory_order_relaxed);
    if (at >= level_.size()) return {};
    const Chunk chunk = std::move(level_[at]);
    bytes_.fetch_sub(bytes_of(chunk), std::memory_order_relaxed);
    return states_of(chunk, cursor.taken);
  }

  /// Calls to_take(state) with what of the level is still to be taken, and then found(state) with
  /// what was found. Nothing else may run.
  template <class ToTake, class Found>
  void tell(ToTake&& to_take, Found&& found) const {
    std::vector<std::uint64_t> states;
    const std::size_t taken = std::min(next_.load(std::memory_order_relaxed), level_.size());
    const auto tell_all = [&](const Chunk& chunk, auto&& body) {
      const std::span<const std::uint64_t> all = states_of(chunk, states);
      for (std::size_t i = 0; i < all.size(); i += words_) body(all.data() + i);
    };
    for (const Chunk& chunk : std::span(level_).subspan(taken)) tell_all(chunk, to_take);
    for (const Chunk& chunk : found_) tell_all(chunk, found);
  }

  /// Ends the chunks that are open. Nothing else may run.
  void settle(const std::vector<Cursor*>& cursors) {
    for (Cursor* cursor : cursors)
      if (cursor->states != 0) close(*cursor);
  }

  /// What was pushed becomes the level to be taken.
  void next_level(const std::vector<Cursor*>& cursors) {
    level_.clear();
    settle(cursors);
    level_.swap(found_);
    next_.store(0, std::memory_order_relaxed);
  }

  std::size_t bytes() const { return bytes_.load(std::memory_order_relaxed); }

  /// What of the level is still to be taken, and what was found. Nothing else may run.
  void save(CheckpointWriter& writer) const {
    const std::size_t taken = std::min(next_.load(std::memory_order_relaxed), level_.size());
    save_chunks(writer, std::span(level_).subspan(taken));
    save_chunks(writer, found_);
  }
  struct Loaded {
    std::uint64_t to_take = 0;  ///< states
    std::uint64_t found = 0;
  };
  /// What was saved, of states with so many low bits of each word.
  Loaded load(CheckpointReader& reader, const std::vector<unsigned>& word_bits) {
    Loaded loaded;
    loaded.to_take = load_chunks(reader, word_bits, level_);
    loaded.found = load_chunks(reader, word_bits, found_);
    next_.store(0, std::memory_order_relaxed);
    return loaded;
  }

 private:
  using Chunk = std::vector<std::uint8_t>;

  /// The states of a chunk, packed, in a buffer.
  std::span<const std::uint64_t> states_of(const Chunk& chunk,
                                           std::vector<std::uint64_t>& buffer) const {
    buffer.resize(chunk_states_ * words_);
    std::size_t count = 0;
    for (const std::uint8_t* from = chunk.data(); from != chunk.data() + chunk.size(); ++count) {
      const std::uint64_t before = count < words_ ? 0 : buffer[count - words_];
      buffer[count] = WordCode::decode(from) ^ before;
    }
    return std::span(buffer).first(count);
  }

  static void save_chunks(CheckpointWriter& writer, std::span<const Chunk> chunks) {
    writer.number(chunks.size());
    for (const Chunk& chunk : chunks) {
      writer.number(chunk.size());
      writer.bytes(chunk.data(), chunk.size());
    }
  }
  std::uint64_t load_chunks(CheckpointReader& reader, const std::vector<unsigned>& word_bits,
                            std::vector<Chunk>& chunks) {
    std::uint64_t states = 0;
    for (std::uint64_t left = reader.count(sizeof(std::uint64_t)); left != 0; --left) {
      Chunk chunk(reader.count(1));
      reader.bytes(chunk.data(), chunk.size());
      const std::size_t count = states_in(chunk, word_bits);
      reader.require(count != 0, "there is what is no state");
      states += count;
      bytes_.fetch_add(bytes_of(chunk), std::memory_order_relaxed);
      chunks.push_back(std::move(chunk));
    }
    return states;
  }
  /// How many states a chunk is of; 0 where it is not as push() makes them.
  std::size_t states_in(const Chunk& chunk, const std::vector<unsigned>& word_bits) const {
    std::vector<std::uint64_t> state(words_);
    std::size_t count = 0;
    for (std::size_t at = 0; at < chunk.size(); ++count) {
      for (unsigned i = 0; i < words_; ++i) {
        if (at == chunk.size() || chunk.size() - at < WordCode::length(chunk[at])) return 0;
        const std::uint8_t* from = chunk.data() + at;
        state[i] ^= WordCode::decode(from);
        at = static_cast<std::size_t>(from - chunk.data());
        if (word_bits[i] < 64 && state[i] >> word_bits[i] != 0) return 0;
      }
    }
    return count <= chunk_states_ ? count : 0;
  }

  void open(Cursor& cursor) {
    cursor.open.resize(chunk_states_ * words_ * most_bytes);
    cursor.last.assign(words_, 0);
    cursor.bytes = 0;
  }
  void close(Cursor& cursor) {
    Chunk chunk(cursor.open.data(), cursor.open.data() + cursor.bytes);
    cursor.states = 0;
    bytes_.fetch_add(bytes_of(chunk), std::memory_order_relaxed);
    const std::lock_guard lock(mutex_);
    found_.push_back(std::move(chunk));
  }
  static std::size_t bytes_of(const Chunk& chunk) {
    constexpr std::size_t of_allocation = 16;
    return chunk.capacity() + sizeof(Chunk) + of_allocation;
  }

  unsigned words_;
  std::size_t chunk_states_;
  std::vector<Chunk> level_;

  // Apart from what is only read: all threads write here.
  alignas(64) std::atomic<std::size_t> next_{0};  ///< chunk of the level
  std::mutex mutex_;
  std::vector<Chunk> found_;
  std::atomic<std::size_t> bytes_{0};
};

}  // namespace synod
