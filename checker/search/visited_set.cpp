#include "checker/search/visited_set.hpp"

#include <sys/mman.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include <algorithm>
#include <cstring>
#include <new>
#include <utility>

#include "checker/search/parallel.hpp"
#include "checker/search/transition_system.hpp"

namespace synod {
namespace {

constexpr double max_load = 0.75;

std::uint64_t states_at(std::size_t slots) {
  return static_cast<std::uint64_t>(static_cast<double>(slots) * max_load);
}

}  // namespace

Pages::Pages(std::size_t bytes) : bytes_(bytes) {
  void* const data = mmap(nullptr, bytes, PROT_READ | PROT_WRITE,
                          MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (data == MAP_FAILED) throw std::bad_alloc();
  data_ = data;
  // Advice only: without huge pages the search is slower, not wrong.
  if (bytes >= (std::size_t{1} << 22)) madvise(data, bytes, MADV_HUGEPAGE);
}

Pages::~Pages() {
  if (data_ != nullptr) munmap(data_, bytes_);
}

Pages::Pages(Pages&& other) noexcept
    : data_(std::exchange(other.data_, nullptr)), bytes_(std::exchange(other.bytes_, 0)) {}

Pages& Pages::operator=(Pages&& other) noexcept {
  std::swap(data_, other.data_);
  std::swap(bytes_, other.bytes_);
  return *this;
}

VisitedSet::VisitedSet(unsigned words, std::size_t memory, std::size_t first_slots)
    : words_(words), memory_(memory) {
  const std::size_t state_bytes = words * sizeof(std::uint64_t);
  // Address space for as many states as the memory limit could ever hold, and one of slack.
  state_limit_ = std::max<std::uint64_t>(memory / state_bytes, 1024);
  state_limit_ = std::min<std::uint64_t>(state_limit_, index_mask - 1);
  state_pages_ = Pages((state_limit_ + 1) * state_bytes);
  states_ = static_cast<std::uint64_t*>(state_pages_.data());
  set_table(Pages(first_slots * sizeof(Slot)), first_slots);
}

void VisitedSet::set_table(Pages table, std::size_t slots) {
  static_assert(sizeof(Slot) == sizeof(std::uint64_t) && Slot::is_always_lock_free);
  table_pages_ = std::move(table);
  slots_ = static_cast<Slot*>(table_pages_.data());  // zeroed pages are empty slots
  slot_count_ = slots;
  table_bytes_.store(slots * sizeof(Slot), std::memory_order_relaxed);
  // The states that the table may come to hold have to fit as well, each with a byte for a mark.
  const std::size_t table_bytes = slots * sizeof(Slot);
  const std::size_t left = memory_ > table_bytes ? memory_ - table_bytes : 0;
  const std::uint64_t fit = left / (words_ * sizeof(std::uint64_t) + 1);
  limit_ = std::min({states_at(slots), state_limit_, fit});
}

std::uint64_t VisitedSet::hash(const std::uint64_t* state) const {
  return XXH3_64bits(state, words_ * sizeof(std::uint64_t));
}

std::size_t VisitedSet::home(std::uint64_t hash) const {
  // The high bits choose the slot, for any table size; the low bits are the tag.
  __extension__ using Wide = unsigned __int128;
  return static_cast<std::size_t>((static_cast<Wide>(hash) * slot_count_) >> 64);
}

bool VisitedSet::equal(std::uint64_t index, const std::uint64_t* state) const {
  return same_state(states_ + index * words_, state, words_);
}

bool VisitedSet::insert_one(const std::uint64_t* state, std::uint64_t hash, Cursor& cursor) {
  std::size_t i = home(hash);
  while (true) {
    std::uint64_t entry_here = slots_[i].load(std::memory_order_acquire);
    if (entry_here == 0) {
      if (cursor.spare_ == absent) cursor.spare_ = next_.fetch_add(1, std::memory_order_relaxed);
      copy_state(states_ + cursor.spare_ * words_, state, words_);
      if (slots_[i].compare_exchange_strong(entry_here, entry(hash, cursor.spare_),
                                            std::memory_order_acq_rel, std::memory_order_acquire)) {
        cursor.spare_ = absent;
        return true;
      }
    }
    if (same_tag(entry_here, hash) && equal(index_of(entry_here), state)) return false;
    if (++i == slot_count_) i = 0;
  }
}

std::size_t VisitedSet::insert(const std::uint64_t* states, std::size_t count, Cursor& cursor) {
  // Three passes over a window that the processor can keep in flight: bring the slots near, then
  // the states that they name, then insert.
  constexpr std::size_t window = 64;
  cursor.hashes_.resize(window);
  std::size_t fresh = 0;
  for (std::size_t begin = 0; begin < count; begin += window) {
    const std::size_t end = std::min(count, begin + window);
    for (std::size_t i = begin; i < end; ++i) {
      const std::uint64_t h = hash(states + i * words_);
      cursor.hashes_[i - begin] = h;
      __builtin_prefetch(&slots_[home(h)]);
    }
    for (std::size_t i = begin; i < end; ++i) {
      const std::uint64_t h = cursor.hashes_[i - begin];
      const std::uint64_t there = slots_[home(h)].load(std::memory_order_relaxed);
      if (there != 0 && same_tag(there, h)) __builtin_prefetch(states_ + index_of(there) * words_);
    }
    for (std::size_t i = begin; i < end; ++i)
      fresh += insert_one(states + i * words_, cursor.hashes_[i - begin], cursor) ? 1 : 0;
  }
  return fresh;
}

std::uint64_t VisitedSet::find(const std::uint64_t* state) const {
  const std::uint64_t h = hash(state);
  for (std::size_t i = home(h);; i = i + 1 == slot_count_ ? 0 : i + 1) {
    const std::uint64_t here = slots_[i].load(std::memory_order_acquire);
    if (here == 0) return absent;
    if (same_tag(here, h) && equal(index_of(here), state)) return index_of(here);
  }
}

void VisitedSet::prefetch(const std::uint64_t* state) const {
  __builtin_prefetch(&slots_[home(hash(state))]);
}

void VisitedSet::settle(std::vector<Cursor>& cursors) {
  std::vector<std::uint64_t> gaps;
  for (Cursor& cursor : cursors) {
    if (cursor.spare_ != absent) gaps.push_back(cursor.spare_);
    cursor.spare_ = absent;
  }
  std::sort(gaps.begin(), gaps.end());
  std::uint64_t end = next_.load(std::memory_order_relaxed);
  while (!gaps.empty()) {
    --end;
    if (gaps.back() == end) {  // the last index is itself a gap
      gaps.pop_back();
      continue;
    }
    // Move the last state into the lowest gap and point its slot there.
    const std::uint64_t gap = gaps.front();
    gaps.erase(gaps.begin());
    const std::uint64_t h = hash(state(end));
    std::size_t i = home(h);
    while (slots_[i].load(std::memory_order_relaxed) != entry(h, end))
      if (++i == slot_count_) i = 0;
    copy_state(states_ + gap * words_, state(end), words_);
    slots_[i].store(entry(h, gap), std::memory_order_relaxed);
  }
  next_.store(end, std::memory_order_relaxed);
}

bool VisitedSet::grow(std::size_t workers) {
  // Old and new table exist side by side while the new one is filled.
  const std::size_t states_bytes = size() * words_ * sizeof(std::uint64_t);
  const std::size_t taken = states_bytes + slot_count_ * sizeof(Slot);
  if (states_at(slot_count_) >= state_limit_ || taken >= memory_) return false;
  const std::size_t affordable = (memory_ - taken) / sizeof(Slot);
  const std::size_t slots = std::min(slot_count_ * 2, affordable);
  if (slots < slot_count_ + slot_count_ / 4) return false;
  Pages table;
  try {
    table = Pages(slots * sizeof(Slot));
  } catch (const std::bad_alloc&) {
    return false;
  }
  const Pages old = std::move(table_pages_);
  const std::uint64_t old_limit = limit_;
  set_table(std::move(table), slots);
  const bool more = limit_ > old_limit;

  const std::uint64_t total = size();
  constexpr std::uint64_t chunk = 1 << 14;
  std::atomic<std::uint64_t> next_chunk{0};
  run_workers(total < 4 * chunk ? 1 : workers, [&](std::size_t) {
    for (std::uint64_t begin; (begin = next_chunk.fetch_add(chunk)) < total;) {
      const std::uint64_t end = std::min(total, begin + chunk);
      constexpr std::uint64_t ahead = 32;
      for (std::uint64_t index = begin; index < end; ++index) {
        if (index + ahead < end) __builtin_prefetch(&slots_[home(hash(state(index + ahead)))]);
        const std::uint64_t h = hash(state(index));
        std::size_t i = home(h);
        std::uint64_t empty = 0;
        // Relaxed: the states were published before, and the workers' end publishes the slots.
        while (
            !slots_[i].compare_exchange_strong(empty, entry(h, index), std::memory_order_relaxed)) {
          empty = 0;
          if (++i == slot_count_) i = 0;
        }
      }
    }
  });
  return more;
}

}  // namespace synod
