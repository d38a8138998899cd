#include "checker/search/state_bits.hpp"

#define XXH_INLINE_ALL
#include <fmt/format.h>
#include <xxhash.h>

#include <bit>
#include <utility>

namespace synod {

StateBits::StateBits(Shape shape, std::uint64_t seed)
    : shape_(std::move(shape)),
      words_(static_cast<unsigned>(shape_.word_bits.size())),
      seed_(seed),
      pages_(shape_.array / sizeof(std::uint64_t) * sizeof(std::uint64_t)),
      words_of_(static_cast<std::atomic<std::uint64_t>*>(pages_.data())),  // zeroed: no bit is set
      frontier_(words_, shape_.batch) {}

StateBits::Hash StateBits::hash(const std::uint64_t* state) const {
  const XXH128_hash_t hash = XXH3_128bits_withSeed(state, words_ * sizeof(std::uint64_t), seed_);
  return {hash.low64, hash.high64 | 1};
}

std::uint64_t StateBits::place(Hash hash, unsigned which) const {
  __extension__ using Wide = unsigned __int128;
  return static_cast<std::uint64_t>((Wide{hash.first + which * hash.step} * bits()) >> 64);
}

bool StateBits::is_known(Hash hash) const {
  for (unsigned i = 0; i < hashes; ++i) {
    const std::uint64_t at = place(hash, i);
    if ((word_of(at).load(std::memory_order_relaxed) & mask_of(at)) == 0) return false;
  }
  return true;
}

unsigned StateBits::mark(Hash hash) {
  unsigned fresh = 0;
  for (unsigned i = 0; i < hashes; ++i) {
    const std::uint64_t at = place(hash, i);
    if ((word_of(at).fetch_or(mask_of(at), std::memory_order_relaxed) & mask_of(at)) == 0) ++fresh;
  }
  return fresh;
}

void StateBits::announce(const std::uint64_t* states, std::size_t count,
                         const std::uint64_t* but_for, Cursor& cursor) {
  for (std::size_t i = 0; i < count; ++i, states += words_) {
    if (but_for != nullptr && same_state(states, but_for, words_)) continue;
    const Hash hashed = hash(states);
    Cursor::Recent& recent = cursor.recent[hashed.first >> 40 & (Cursor::recent_states - 1)];
    const auto tag = static_cast<std::uint32_t>(hashed.step) | 1;
    if (recent.low == hashed.first && recent.known_as == tag) continue;
    recent = {hashed.first, tag, 0};
    for (unsigned k = 0; k < hashes; ++k) __builtin_prefetch(&word_of(place(hashed, k)));
    cursor.announce() = {{hashed.first, 0}, states, hashed.step};
  }
}

std::size_t StateBits::insert(Cursor& cursor) {
  std::size_t fresh = 0;
  unsigned bits_set = 0;
  for (std::size_t i = 0; i < cursor.announced_count; ++i) {
    const Cursor::Announced& one = cursor.announced[i];
    const Hash hashed{one.key.low, one.index};
    if (is_known(hashed)) continue;
    {
      const std::lock_guard lock(locks_[hashed.first % locks_.size()]);
      const unsigned unset = mark(hashed);
      if (unset == 0) continue;  // another thread was faster
      bits_set += unset;
    }
    frontier_.push(cursor.frontier, one.state);
    ++fresh;
  }
  cursor.announced_count = 0;
  if (fresh == 0) return 0;
  // A new state is taken for known with the probability that `hashes` bits of it are set. So many
  // are, then, before one that is not.
  const double full = load();
  const double known = full * full * full;
  omitted_.fetch_add(static_cast<double>(fresh) * known / (1 - known), std::memory_order_relaxed);
  set_.fetch_add(bits_set, std::memory_order_relaxed);
  size_.fetch_add(fresh, std::memory_order_relaxed);
  return fresh;
}

bool StateBits::next_level(std::vector<Cursor>& cursors) {
  frontier_.next_level(frontiers_of(cursors));
  return true;
}

void StateBits::settle(std::vector<Cursor>& cursors) { frontier_.settle(frontiers_of(cursors)); }

void StateBits::save(CheckpointWriter& writer) const {
  writer.begin(Section::visited);
  writer.number(size());
  writer.number(std::bit_cast<std::uint64_t>(expected_omissions()));
  writer.number(array_words());
  for (std::size_t i = 0; i < array_words(); ++i)
    writer.number(words_of_[i].load(std::memory_order_relaxed));
  writer.begin(Section::level);
  frontier_.save(writer);
}

void StateBits::load(CheckpointReader& reader) {
  reader.begin(Section::visited);
  const std::uint64_t states = reader.number();
  const auto omitted = std::bit_cast<double>(reader.number());
  const std::uint64_t words = reader.count(sizeof(std::uint64_t));
  if (words != array_words())
    reader.fail(fmt::format("was made with --memory {}, not {} bytes", words * 8, pages_.bytes()));
  std::uint64_t set = 0;
  for (std::size_t i = 0; i < words; ++i) {
    const std::uint64_t word = reader.number();
    words_of_[i].store(word, std::memory_order_relaxed);
    set += static_cast<std::uint64_t>(std::popcount(word));
  }
  reader.require(omitted >= 0, "a number of states is negative");
  reader.require(set >= states && set <= hashes * states, "there are not as many bits as states");
  size_.store(states, std::memory_order_relaxed);
  set_.store(set, std::memory_order_relaxed);
  omitted_.store(omitted, std::memory_order_relaxed);
  reader.begin(Section::level);
  const Frontier::Loaded level = frontier_.load(reader, shape_.word_bits);
  reader.require(level.found <= states && level.to_take <= states - level.found,
                 "there are more states than all");
}

std::uint64_t StateBits::room() const {
  const std::size_t used = bytes();
  return used < shape_.memory ? (shape_.memory - used) / (words_ * Frontier::most_bytes) : 0;
}

}  // namespace synod
