#include "checker/search/stored_states.hpp"

#define XXH_INLINE_ALL
#include <xxhash.h>

#include <algorithm>
#include <cstring>
#include <limits>
#include <new>
#include <type_traits>
#include <utility>

#include "checker/search/external_states.hpp"
#include "checker/search/parallel.hpp"
#include "checker/search/transition_system.hpp"

namespace synod {

namespace {

/// Calls body(words), with a constant where they are few: of a length that it knows, the compiler
/// leaves little to do.
template <class Body>
auto with_words(unsigned words, Body&& body) {
  switch (words) {
    case 1: return body(std::integral_constant<unsigned, 1>());
    case 2: return body(std::integral_constant<unsigned, 2>());
    case 3: return body(std::integral_constant<unsigned, 3>());
    case 4: return body(std::integral_constant<unsigned, 4>());
    default: return body(words);
  }
}

[[gnu::always_inline]] inline std::uint64_t hash_of(const std::uint64_t* state, unsigned words) {
  return XXH3_64bits(state, words * sizeof(std::uint64_t));
}

}  // namespace

StoredStates::StoredStates(const Shape& shape)
    : words_(shape.words),
      memory_(shape.memory),
      batch_(shape.batch),
      workers_(shape.workers),
      reserve_(shape.workers == 1 ? 1 : 16) {
  static_assert(sizeof(Line) == 64);
  const std::size_t state_bytes = words_ * sizeof(std::uint64_t);
  // Address space for as many states as the memory limit could ever hold, and one of slack.
  state_limit_ = std::max<std::uint64_t>(memory_ / state_bytes, 1024);
  state_limit_ =
      std::min<std::uint64_t>(state_limit_, std::numeric_limits<std::uint32_t>::max() - 1);
  state_pages_ = Pages((state_limit_ + 1) * state_bytes);
  states_ = static_cast<std::uint64_t*>(state_pages_.data());
  first_lines_ = (shape.first_slots + Line::slots - 1) / Line::slots;
  set_table(Pages(first_lines_ * sizeof(Line)), first_lines_);
}

void StoredStates::set_table(Pages table, std::size_t lines) {
  table_pages_ = std::move(table);
  lines_ = static_cast<Line*>(table_pages_.data());  // zeroed pages: empty slots
  line_count_ = lines;
  const std::size_t table_bytes = lines * sizeof(Line);
  table_bytes_.store(table_bytes, std::memory_order_relaxed);
  // The states that the table may come to hold have to fit as well, each with a byte for a mark.
  const std::size_t left = memory_ > table_bytes ? memory_ - table_bytes : 0;
  const std::uint64_t fit = left / (words_ * sizeof(std::uint64_t) + 1);
  const std::uint64_t limit = std::min({growth.states_at(lines * Line::slots), state_limit_, fit});
  limit_ = limit - std::min<std::uint64_t>(limit, workers_ * reserve_);
}

std::uint64_t StoredStates::hash(const std::uint64_t* state) const {
  return with_words(words_, [&](auto words) { return hash_of(state, words); });
}

/// Whether the state is new.
bool StoredStates::insert_one(Cursor::Announced& one, Cursor& cursor) {
  const std::uint64_t hash = one.key.low;
  const std::uint8_t tag = tag_of(hash);
  for (Way way(*this, hash);; way.advance()) {
    std::atomic<std::uint32_t>& entry = way.line().entries[way.slot()];
    std::atomic<std::uint8_t>& tag_here = way.line().tags[way.slot()];
    std::uint32_t there = entry.load(std::memory_order_acquire);
    if (there == 0) {
      if (cursor.spare == cursor.spare_end) {
        cursor.spare = next_.fetch_add(reserve_, std::memory_order_relaxed);
        cursor.spare_end = cursor.spare + reserve_;
      }
      copy_state(states_ + cursor.spare * words_, one.state, words_);
      if (entry.compare_exchange_strong(there, static_cast<std::uint32_t>(cursor.spare + 1),
                                        std::memory_order_acq_rel, std::memory_order_acquire)) {
        tag_here.store(tag, std::memory_order_relaxed);
        cursor.recent[recent_slot(hash)] = {hash, static_cast<std::uint32_t>(cursor.spare + 1), 0};
        one.index = cursor.spare++;
        return true;
      }
    }
    const std::uint8_t known = tag_here.load(std::memory_order_relaxed);
    if ((known != tag && known != 0) || !equal(there - 1, one.state)) continue;
    cursor.recent[recent_slot(hash)] = {hash, there, 0};
    one.index = there - 1;
    return false;
  }
}

void StoredStates::announce(const std::uint64_t* states, std::size_t count,
                            const std::uint64_t* but_for, Cursor& cursor) {
  with_words(words_, [&](auto words) {
    for (std::size_t i = 0; i < count; ++i, states += words) {
      if (but_for != nullptr && same_state(states, but_for, words)) {
        if (cursor.wants_indices) cursor.indices.push_back(absent);
        continue;
      }
      const std::uint64_t h = hash_of(states, words);
      Cursor::Recent& recent = cursor.recent[recent_slot(h)];
      if (!is_recent(cursor, states, h)) {
        __builtin_prefetch(&lines_[home(h)]);
        cursor.announce() = {{h, 0}, states};
        // Until insert() knows its index.
        recent = {h, 0, static_cast<std::uint32_t>(cursor.announced_count)};
      }
      if (cursor.wants_indices)
        cursor.indices.push_back(recent.known_as != 0 ? recent.known_as - 1
                                                      : pending | (recent.announced_as - 1));
    }
  });
}

std::size_t StoredStates::insert(Cursor& cursor) {
  // By now the lines are near. First the states that they name are brought near as well, for as
  // many as the processor can keep in flight.
  constexpr std::size_t window = 16;
  const std::span states(cursor.announced.data(), cursor.announced_count);
  std::size_t fresh = 0;
  for (std::size_t i = 0, ahead = 0; i < states.size(); ++i) {
    for (; ahead < std::min(i + window, states.size()); ++ahead)
      prefetch_state(states[ahead].key.low);
    fresh += insert_one(states[i], cursor) ? 1 : 0;
  }
  for (std::uint64_t& index : cursor.indices)
    if (index != absent && (index & pending) != 0) index = states[index & ~pending].index;
  cursor.announced_count = 0;
  return fresh;
}

/// Brings near the state that a hash most likely leads to.
void StoredStates::prefetch_state(std::uint64_t hash) const {
  const std::uint8_t tag = tag_of(hash);
  Way way(*this, hash);
  for (std::size_t k = 0; k < Line::slots; ++k, way.advance()) {
    if (way.line().tags[way.slot()].load(std::memory_order_relaxed) != tag) continue;
    const std::uint32_t there = way.line().entries[way.slot()].load(std::memory_order_relaxed);
    if (there != 0) __builtin_prefetch(states_ + std::uint64_t{there - 1} * words_);
    return;
  }
}

std::uint64_t StoredStates::find(const std::uint64_t* state) const {
  for (Way way(*this, hash(state));; way.advance()) {
    const std::uint32_t there = way.line().entries[way.slot()].load(std::memory_order_acquire);
    if (there == 0) return absent;
    if (equal(there - 1, state)) return there - 1;
  }
}

bool StoredStates::next_level(std::vector<Cursor>& cursors) {
  settle(cursors);
  level_begin_ = level_end_;
  level_end_ = size();
  taken_.store(level_begin_ / batch_ * batch_, std::memory_order_relaxed);
  return true;
}

void StoredStates::move_to(ExternalStates& external, const std::vector<std::uint64_t>& ends) const {
  for (std::uint64_t i = taken(); i < level_end_; ++i) external.to_take(state(i));
  for (std::uint64_t i = level_end_; i < size(); ++i) external.found(state(i));
  std::uint64_t index = 0;
  for (const std::uint64_t end : ends) {
    while (index < end) external.known(state(index++));
    external.end_level();
  }
  external.end_moving();
}

void StoredStates::clear(std::vector<Cursor>& cursors) {
  for (Cursor& cursor : cursors) {
    std::fill(cursor.recent.begin(), cursor.recent.end(), Cursor::Recent{});
    cursor.spare = cursor.spare_end = 0;
  }
  const bool nearly_empty = size() < growth.states_at(line_count_ * Line::slots) / 8;
  next_.store(0, std::memory_order_relaxed);
  const std::size_t smaller = line_count_ / 2;
  if (nearly_empty && smaller >= first_lines_)
    set_table(Pages(smaller * sizeof(Line)), smaller);
  else
    std::memset(table_pages_.data(), 0, line_count_ * sizeof(Line));
}

std::span<const std::uint64_t> StoredStates::take(Cursor&) {
  const std::uint64_t at = taken_.fetch_add(batch_, std::memory_order_relaxed);
  if (at >= level_end_) return {};
  const std::uint64_t first = std::max(at, level_begin_);
  return {state(first), (std::min(at + batch_, level_end_) - first) * words_};
}

/// Closes the gaps that unused reservations left.
void StoredStates::settle(std::vector<Cursor>& cursors) {
  moves_.clear();
  std::vector<std::uint64_t> gaps;
  for (Cursor& cursor : cursors)
    while (cursor.spare != cursor.spare_end) gaps.push_back(cursor.spare++);
  if (gaps.empty()) return;
  for (Cursor& cursor : cursors)  // states move
    std::fill(cursor.recent.begin(), cursor.recent.end(), Cursor::Recent{});
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
    Way way(*this, hash(state(end)));
    while (way.line().entries[way.slot()].load(std::memory_order_relaxed) != end + 1) way.advance();
    copy_state(states_ + gap * words_, state(end), words_);
    moves_.push_back({end, gap});
    way.line().entries[way.slot()].store(static_cast<std::uint32_t>(gap + 1),
                                         std::memory_order_relaxed);
  }
  next_.store(end, std::memory_order_relaxed);
}

void StoredStates::add_to_table(std::uint64_t index) {
  const std::uint64_t h = hash(state(index));
  for (Way way(*this, h);; way.advance()) {
    std::uint32_t empty = 0;
    // Relaxed: the states were published before, and the workers' end publishes the slots.
    if (!way.line().entries[way.slot()].compare_exchange_strong(
            empty, static_cast<std::uint32_t>(index + 1), std::memory_order_relaxed))
      continue;
    way.line().tags[way.slot()].store(tag_of(h), std::memory_order_relaxed);
    return;
  }
}

/// Puts all states into a new table.
void StoredStates::fill_table() {
  const std::uint64_t total = size();
  constexpr std::uint64_t chunk = 1 << 14;
  constexpr std::uint64_t ahead = 32;
  std::atomic<std::uint64_t> next_chunk{0};
  run_workers(total < 4 * chunk ? 1 : workers_, [&](std::size_t) {
    for (std::uint64_t begin; (begin = next_chunk.fetch_add(chunk)) < total;) {
      const std::uint64_t end = std::min(total, begin + chunk);
      for (std::uint64_t index = begin; index < end; ++index) {
        if (index + ahead < end) __builtin_prefetch(&lines_[home(hash(state(index + ahead)))]);
        add_to_table(index);
      }
    }
  });
}

bool StoredStates::grow(std::vector<Cursor>& cursors, const Outlook& outlook) {
  settle(cursors);
  // The states tell all that the old table knew: it goes before the new one fills.
  const std::uint64_t total = size();
  const std::size_t states_bytes = total * words_ * sizeof(std::uint64_t);
  const std::size_t memory = memory_ - std::min(memory_, outlook.taken_elsewhere);
  if (growth.states_at(line_count_ * Line::slots) >= state_limit_ || states_bytes >= memory)
    return false;
  // By a quarter where nothing is expected, or by more while that costs little memory.
  const std::size_t slots = line_count_ * Line::slots;
  const std::size_t wanted = outlook.expected    ? growth.slots_for(*outlook.expected, slots)
                             : total < (1 << 20) ? 2 * slots
                                                 : slots + slots / 4;
  // Nor by more than serves the states that fit beside the table.
  const std::size_t bytes_per_line = sizeof(Line) + growth.states_at(Line::slots * 100) *
                                                        (words_ * sizeof(std::uint64_t) + 1) / 100;
  const std::size_t lines =
      std::min({std::max(wanted / Line::slots, line_count_ + 1), memory / bytes_per_line + 1,
                (memory - states_bytes) / sizeof(Line)});
  if (lines <= line_count_ + line_count_ / 16) return false;
  const std::uint64_t old_limit = limit_;
  try {
    Pages table(lines * sizeof(Line));
    table_pages_ = Pages();
    set_table(std::move(table), lines);
  } catch (const std::bad_alloc&) {
    return false;
  }
  fill_table();
  return limit_ > old_limit;
}

void StoredStates::save(CheckpointWriter& writer) const {
  writer.begin(Section::visited);
  writer.number(size());
  writer.words(states_, size() * words_);
  writer.begin(Section::level);
  writer.number(level_begin_);
  writer.number(level_end_);
  // A multiple of the batch, also past the end.
  const std::uint64_t end = (level_end_ + batch_ - 1) / batch_ * batch_;
  writer.number(std::min(taken_.load(std::memory_order_relaxed), end));
}

void StoredStates::load(CheckpointReader& reader) {
  reader.begin(Section::visited);
  const std::uint64_t total = reader.count(words_ * sizeof(std::uint64_t));
  const auto slots = static_cast<std::size_t>(static_cast<double>(total) / growth.max_load);
  const std::size_t lines = std::max(slots / Line::slots + 1, line_count_);
  const std::size_t needed = total * words_ * sizeof(std::uint64_t) + lines * sizeof(Line);
  if (total > state_limit_ || needed > memory_) reader.fail_for_memory(needed);
  if (lines > line_count_) {
    table_pages_ = Pages();
    set_table(Pages(lines * sizeof(Line)), lines);
  }
  reader.words(states_, total * words_);
  next_.store(total, std::memory_order_relaxed);
  fill_table();
  reader.begin(Section::level);
  level_begin_ = reader.number();
  level_end_ = reader.number();
  const std::uint64_t taken = reader.number();
  const std::uint64_t end = (level_end_ + batch_ - 1) / batch_ * batch_;
  reader.require(level_begin_ < level_end_ && level_end_ <= total && taken % batch_ == 0 &&
                     taken >= level_begin_ / batch_ * batch_ && taken <= end,
                 "the level is not among the states");
  taken_.store(taken, std::memory_order_relaxed);
}

}  // namespace synod
