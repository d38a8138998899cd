#include "checker/search/state_keys.hpp"

#define XXH_INLINE_ALL
#include <xxhash.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <new>
#include <numeric>

#include "checker/search/external_states.hpp"
#include "checker/search/mixing.hpp"

namespace synod {
namespace {

/// Of 80 bits: each part takes in the other, which can be undone.
StateKey mixed_key(std::uint64_t low, std::uint16_t high) {
  const std::uint64_t mixed = mix(low + high * 0x9e3779b97f4a7c15);
  return {mixed, static_cast<std::uint16_t>(high + mixed)};
}

/// What mixed_key() was of.
StateTree::Root unmixed_key(StateKey key) {
  const auto high = static_cast<std::uint16_t>(key.section - key.low);
  return {unmixed(key.low) - high * 0x9e3779b97f4a7c15, high};
}

}  // namespace

StateKeys::StateKeys(Shape shape, Kind kind, std::uint64_t seed)
    : shape_(std::move(shape)),
      words_(static_cast<unsigned>(shape_.word_bits.size())),
      kind_(kind),
      seed_(seed),
      frontier_(words_, shape_.batch) {
  if (kind_ == Kind::state && !fit_exactly(shape_.word_bits))
    throw std::logic_error("states of more than 80 bits are not their own keys");
  if (kind_ == Kind::tree) tree_.emplace(shape_.word_bits);
}

bool StateKeys::fit_exactly(const std::vector<unsigned>& word_bits) {
  return word_bits.size() <= 2 &&
         std::accumulate(word_bits.begin(), word_bits.end(), 0U) <= KeyTable::key_bits;
}

double StateKeys::missed_probability(std::uint64_t states) {
  const auto n = static_cast<double>(states);
  return std::min(1.0, std::ldexp(n * (n - 1) / 2, -static_cast<int>(KeyTable::key_bits)));
}

StateKey StateKeys::key_of_word(std::uint64_t word) const {
  const std::uint64_t mixed = mix(word);
  return {std::rotl(mixed, 16), static_cast<std::uint16_t>(mixed >> 48)};
}

StateKey StateKeys::key_of_two_words(const std::uint64_t* state) const {
  __extension__ using Wide = unsigned __int128;
  const Wide all = Wide{state[1]} << shape_.word_bits[0] | state[0];
  return mixed_key(static_cast<std::uint64_t>(all), static_cast<std::uint16_t>(all >> 64));
}

StateKey StateKeys::key_of_root(const std::uint64_t* state, Cursor& cursor) {
  const StateTree::Root root = tree_->root(state, cursor.tree);
  return mixed_key(root.low, root.high);
}

StateKey StateKeys::fingerprint(const std::uint64_t* state) const {
  const XXH128_hash_t hash = XXH3_128bits_withSeed(state, words_ * sizeof(std::uint64_t), seed_);
  return {hash.low64, static_cast<std::uint16_t>(hash.high64)};
}

StateKey StateKeys::key(const std::uint64_t* state) const {
  if (kind_ == Kind::fingerprint) return fingerprint(state);
  return words_ == 1 ? key_of_word(*state) : key_of_two_words(state);
}

void StateKeys::announce(const std::uint64_t* states, std::size_t count,
                         const std::uint64_t* but_for, Cursor& cursor) {
  const auto announce_with = [&](auto&& key_of) {
    for (std::size_t i = 0; i < count; ++i, states += words_) {
      if (but_for != nullptr && same_state(states, but_for, words_)) continue;
      const StateKey key = key_of(states);
      Cursor::Recent& recent = cursor.recent[key.low >> 40 & (Cursor::recent_states - 1)];
      if (recent.low == key.low && recent.known_as == key.section + 1U) continue;
      recent = {key.low, key.section + 1U, 0};
      table_.prefetch(key);
      cursor.announce() = {key, states};
    }
  };
  if (tree_) {
    if (but_for != nullptr) tree_->set_base(but_for, cursor.tree);
    announce_with([&](const std::uint64_t* state) { return key_of_root(state, cursor); });
  } else if (kind_ == Kind::fingerprint) {
    announce_with([this](const std::uint64_t* state) { return fingerprint(state); });
  } else if (words_ == 1) {
    announce_with([this](const std::uint64_t* state) { return key_of_word(*state); });
  } else {
    announce_with([this](const std::uint64_t* state) { return key_of_two_words(state); });
  }
}

std::size_t StateKeys::insert(Cursor& cursor) {
  std::size_t fresh = 0;
  for (std::size_t i = 0; i < cursor.announced_count; ++i) {
    const Cursor::Announced& one = cursor.announced[i];
    if (!table_.insert(one.key)) continue;
    frontier_.push(cursor.frontier, one.state);
    ++fresh;
  }
  cursor.announced_count = 0;
  if (fresh != 0) size_.fetch_add(fresh, std::memory_order_relaxed);
  return fresh;
}

bool StateKeys::next_level(std::vector<Cursor>& cursors) {
  frontier_.next_level(frontiers_of(cursors));
  return true;
}

void StateKeys::settle(std::vector<Cursor>& cursors) { frontier_.settle(frontiers_of(cursors)); }

void StateKeys::state_of(StateKey key, std::uint64_t* state) const {
  if (kind_ == Kind::state && words_ == 1) {
    *state = unmixed(std::uint64_t{key.section} << 48 | key.low >> 16);
    return;
  }
  const auto [low, high] = unmixed_key(key);
  if (tree_) return tree_->state_of({low, high}, state);
  const unsigned bits = shape_.word_bits[0];
  __extension__ using Wide = unsigned __int128;
  const Wide all = Wide{high} << 64 | low;
  state[0] = static_cast<std::uint64_t>(all) & ((Wide{1} << bits) - 1);
  state[1] = static_cast<std::uint64_t>(all >> bits);
}

void StateKeys::move_to(ExternalStates& external, const std::vector<std::uint64_t>&) const {
  if (kind_ == Kind::fingerprint)
    throw std::logic_error("fingerprints do not tell the states behind them");
  frontier_.tell([&](const std::uint64_t* state) { external.to_take(state); },
                 [&](const std::uint64_t* state) { external.found(state); });
  std::vector<std::uint64_t> state(words_);
  table_.for_each([&](StateKey key) {
    state_of(key, state.data());
    external.known(state.data());
  });
  external.end_level();
  external.end_moving();
}

void StateKeys::save(CheckpointWriter& writer) const {
  writer.begin(Section::visited);
  writer.number(size());
  if (tree_) tree_->save(writer);
  table_.save(writer);
  writer.begin(Section::level);
  frontier_.save(writer);
}

void StateKeys::load(CheckpointReader& reader) {
  reader.begin(Section::visited);
  const std::uint64_t states = reader.count(sizeof(std::uint64_t));
  if (tree_) tree_->load(reader);
  const auto slots = static_cast<std::size_t>(static_cast<double>(states) / growth().max_load);
  const std::size_t needed = KeyTable::bytes_for(slots) + tree_bytes();
  if (needed > shape_.memory) reader.fail_for_memory(needed);
  if (slots > table_.slots()) table_.grow(slots, shape_.workers);
  reader.require(table_.load(reader) == states, "there are not as many keys as states");
  size_.store(states, std::memory_order_relaxed);
  reader.begin(Section::level);
  const Frontier::Loaded level = frontier_.load(reader, shape_.word_bits);
  reader.require(level.found <= states && level.to_take <= states - level.found,
                 "there are more states than all");
  if (bytes() > shape_.memory) reader.fail_for_memory(bytes());
}

std::uint64_t StateKeys::table_room() const {
  const std::uint64_t limit = growth().states_at(table_.slots());
  return limit - std::min(limit, size());
}

std::uint64_t StateKeys::room() const {
  const std::size_t used = bytes();
  const std::uint64_t fit =
      used < shape_.memory ? (shape_.memory - used) / (words_ * Frontier::most_bytes) : 0;
  const std::uint64_t left = std::min(table_room(), fit);
  return tree_ ? std::min(left, tree_->room()) : left;
}

bool StateKeys::grow(std::vector<Cursor>&, const Outlook& outlook) {
  const std::uint64_t before = room();
  const std::size_t others = outlook.taken_elsewhere + frontier_.bytes();
  try {
    if (tree_ && tree_->room() < table_room()) {
      const std::uint64_t wanted = tree_->room() + 1;
      return table_.bytes() + others + tree_->bytes_grown(wanted) <= shape_.memory &&
             tree_->grow(wanted) && room() > before;
    }
    // By an eighth where nothing is expected, so that the table is never much too large. A small
    // one doubles.
    const std::size_t slots = table_.slots();
    const std::size_t least = slots + slots / 8;
    const auto too_large = [&](std::size_t more) {
      // The frontier goes on growing: what is not needed at once has to leave it as much again.
      const std::size_t frontier = more > least ? frontier_.bytes() : 0;
      return KeyTable::bytes_for(more) + others + frontier + tree_bytes() > shape_.memory;
    };
    std::size_t wanted = outlook.expected ? growth().slots_for(*outlook.expected, slots)
                         : slots < 16 * KeyTable::first_slots ? 2 * slots
                                                              : least;
    if (too_large(wanted)) wanted = std::min(wanted, least);
    if (too_large(wanted)) return false;
    table_.grow(wanted, shape_.workers);
  } catch (const std::bad_alloc&) {
    return false;
  }
  return room() > before;
}

}  // namespace synod
