#include "checker/search/key_table.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include "checker/search/parallel.hpp"

namespace synod {

KeyTable::KeyTable() : pages_(first_bytes) {
  static_assert(sections == std::size_t{1} << 16);
  static_assert(sizeof(std::atomic<std::uint64_t>) == sizeof(std::uint64_t) &&
                std::atomic<std::uint64_t>::is_always_lock_free);
  slots_ = static_cast<std::atomic<std::uint64_t>*>(pages_.data());  // zeroed pages: empty slots
  bytes_.store(first_bytes, std::memory_order_relaxed);
}

bool KeyTable::insert_overflow(StateKey key) {
  Shard& shard = shards_[key.section % shards];
  const std::lock_guard lock(shard.mutex);
  if (!shard.keys.insert(key).second) return false;
  overflow_.fetch_add(1, std::memory_order_relaxed);
  return true;
}

void KeyTable::grow(std::size_t slots, std::size_t workers) {
  const std::size_t old_lines = lines_;
  Pages larger(bytes_for(slots));
  std::vector<StateKey> waiting;
  for (const Shard& shard : shards_)
    waiting.insert(waiting.end(), shard.keys.begin(), shard.keys.end());
  Pages old = std::exchange(pages_, std::move(larger));
  const auto* const from = static_cast<const std::atomic<std::uint64_t>*>(old.data());
  slots_ = static_cast<std::atomic<std::uint64_t>*>(pages_.data());
  lines_ = lines_for(slots);
  bytes_.store(pages_.bytes(), std::memory_order_relaxed);

  // A section moves into a section: threads that move different ones do not meet.
  const std::size_t section_bytes = old_lines * line_bytes;
  const std::size_t at_once = std::max<std::size_t>((std::size_t{1} << 22) / section_bytes, 1);
  std::atomic<std::size_t> next{0};
  run_workers(workers, [&](std::size_t) {
    for (std::size_t begin; (begin = next.fetch_add(at_once)) < sections;) {
      const std::size_t end = std::min(begin + at_once, sections);
      for (std::size_t section = begin; section < end; ++section)
        for (std::size_t i = section * old_lines * line_slots;
             i < (section + 1) * old_lines * line_slots; ++i)
          if (const std::uint64_t low = from[i].load(std::memory_order_relaxed); low != 0)
            move({low, static_cast<std::uint16_t>(section)});
      old.release(begin * section_bytes, end * section_bytes);
    }
  });

  for (Shard& shard : shards_) shard.keys.clear();
  overflow_.store(0, std::memory_order_relaxed);
  for (const StateKey key : waiting) insert(key);
}

void KeyTable::save(CheckpointWriter& writer) const {
  std::vector<std::uint64_t> lows;
  const std::size_t each = lines_ * line_slots;
  for (std::size_t section = 0; section < sections; ++section) {
    lows.clear();
    for (std::size_t i = section * each; i < (section + 1) * each; ++i)
      if (const std::uint64_t low = slots_[i].load(std::memory_order_relaxed); low != 0)
        lows.push_back(low);
    if (lows.empty()) continue;
    writer.number(section);
    writer.number(lows.size());
    writer.words(lows.data(), lows.size());
  }
  writer.number(sections);
  writer.number(overflow());
  for (const Shard& shard : shards_)
    for (const StateKey key : shard.keys) {
      writer.number(key.low);
      writer.number(key.section);
    }
}

std::uint64_t KeyTable::load(CheckpointReader& reader) {
  std::uint64_t total = 0;
  const auto add = [&](std::uint64_t low, std::uint64_t section) {
    reader.require(section < sections && insert({low, static_cast<std::uint16_t>(section)}),
                   "a key is none or is there twice");
    ++total;
  };
  std::vector<std::uint64_t> lows;
  for (std::uint64_t section; (section = reader.number()) != sections;) {
    lows.resize(reader.count(sizeof(std::uint64_t)));
    reader.words(lows.data(), lows.size());
    for (const std::uint64_t low : lows) add(low, section);
  }
  for (std::uint64_t left = reader.count(2 * sizeof(std::uint64_t)); left != 0; --left) {
    const std::uint64_t low = reader.number();
    add(low, reader.number());
  }
  return total;
}

}  // namespace synod
