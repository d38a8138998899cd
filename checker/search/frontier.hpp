// The states of a level that are still to be expanded, and those found for the next, in chunks.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <span>
#include <vector>

#include "checker/search/transition_system.hpp"

namespace synod {

/// Thread safety: push() and take() may run in many threads at once, each with its own Cursor;
/// next_level() needs that nothing else runs.
class Frontier {
 public:
  using Chunk = std::vector<std::uint64_t>;

  /// One thread's chunks.
  struct Cursor {
    Chunk open;                ///< being filled
    Chunk taken;               ///< being expanded
    std::vector<Chunk> spare;  ///< empty, to be filled again
  };

  /// For states of `words` words, `chunk_states` of them side by side.
  Frontier(unsigned words, std::size_t chunk_states)
      : words_(words), chunk_words_(chunk_states * words) {}

  void push(Cursor& cursor, const std::uint64_t* state) {
    if (cursor.open.capacity() == 0) open(cursor);
    cursor.open.insert(cursor.open.end(), state, state + words_);
    if (cursor.open.size() == chunk_words_) close(cursor);
  }

  /// A chunk of the level, for this thread alone; valid until its next call. Empty at the end.
  std::span<const std::uint64_t> take(Cursor& cursor) {
    if (cursor.taken.capacity() != 0) {
      cursor.taken.clear();
      cursor.spare.push_back(std::move(cursor.taken));
      cursor.taken = {};
    }
    const std::size_t at = next_.fetch_add(1, std::memory_order_relaxed);
    if (at >= level_.size()) return {};
    cursor.taken = std::move(level_[at]);
    return cursor.taken;
  }

  /// What was pushed becomes the level to be taken.
  void next_level(const std::vector<Cursor*>& cursors) {
    level_.clear();
    for (Cursor* cursor : cursors)
      if (!cursor->open.empty()) close(*cursor);
    level_.swap(found_);
    next_.store(0, std::memory_order_relaxed);
  }

  std::size_t bytes() const { return bytes_.load(std::memory_order_relaxed); }

 private:
  void open(Cursor& cursor) {
    if (cursor.spare.empty()) {
      cursor.open.reserve(chunk_words_);
      bytes_.fetch_add(chunk_words_ * sizeof(std::uint64_t) + sizeof(Chunk),
                       std::memory_order_relaxed);
    } else {
      cursor.open = std::move(cursor.spare.back());
      cursor.spare.pop_back();
    }
  }
  void close(Cursor& cursor) {
    const std::lock_guard lock(mutex_);
    found_.push_back(std::move(cursor.open));
    cursor.open = {};
  }

  unsigned words_;
  std::size_t chunk_words_;
  std::vector<Chunk> level_;

  // Apart from what is only read: all threads write here.
  alignas(64) std::atomic<std::size_t> next_{0};  ///< chunk of the level
  std::mutex mutex_;
  std::vector<Chunk> found_;
  std::atomic<std::size_t> bytes_{0};
};

}  // namespace synod
