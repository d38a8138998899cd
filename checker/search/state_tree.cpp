#include "checker/search/state_tree.hpp"

#include <algorithm>
#include <cstring>
#include <numeric>
#include <utility>

#include "checker/search/mixing.hpp"

namespace synod {

WordNumbers::WordNumbers(unsigned number_bits)
    // One less than fit, so that a slot can say "none".
    : most_((std::uint64_t{1} << number_bits) - 1) {
  constexpr std::size_t first = 1 << 10;
  slot_pages_ = Pages(2 * first * sizeof(Slot));
  word_pages_ = Pages(first * sizeof(std::uint64_t));
  number_of(0);
}

std::size_t WordNumbers::home(std::uint64_t word) const {
  return static_cast<std::size_t>(mix(word)) & (slot_count() - 1);
}

std::uint32_t WordNumbers::number_of(std::uint64_t word) {
  std::uint32_t mine = 0;
  for (std::size_t at = home(word);; at = (at + 1) & (slot_count() - 1)) {
    Slot& slot = slots()[at];
    std::uint32_t there = slot.load(std::memory_order_acquire);
    if (there == 0) {
      if (mine == 0) {
        mine = static_cast<std::uint32_t>(next_.fetch_add(1, std::memory_order_relaxed) + 1);
        words()[mine - 1] = word;
      }
      if (slot.compare_exchange_strong(there, mine, std::memory_order_acq_rel,
                                       std::memory_order_acquire))
        return mine - 1;
    }
    if (words()[there - 1] == word) return there - 1;
  }
}

void WordNumbers::grow() {
  Pages slots(2 * slot_pages_.bytes());
  Pages words(2 * word_pages_.bytes());
  const Pages old = std::exchange(slot_pages_, std::move(slots));
  const auto* const from = static_cast<const Slot*>(old.data());
  std::memcpy(words.data(), word_pages_.data(), word_pages_.bytes());
  word_pages_ = std::move(words);
  words = Pages();  // the old ones
  for (std::size_t i = 0; i < old.bytes() / sizeof(Slot); ++i) {
    const std::uint32_t number = from[i].load(std::memory_order_relaxed);
    if (number == 0) continue;
    std::size_t at = home(this->words()[number - 1]);
    while (this->slots()[at].load(std::memory_order_relaxed) != 0)
      at = (at + 1) & (slot_count() - 1);
    this->slots()[at].store(number, std::memory_order_relaxed);
  }
}

/// A number that names nothing is saved as that of 0, which has another.
void WordNumbers::save(CheckpointWriter& writer) const {
  const std::uint64_t count = next_.load(std::memory_order_relaxed);
  std::vector<bool> names(count);
  for (std::size_t i = 0; i < slot_count(); ++i)
    if (const std::uint32_t there = slots()[i].load(std::memory_order_relaxed); there != 0)
      names[there - 1] = true;
  writer.number(count);
  for (std::uint64_t number = 0; number < count; ++number)
    writer.number(names[number] ? words()[number] : 0);
}

void WordNumbers::load(CheckpointReader& reader) {
  const std::uint64_t count = reader.count(sizeof(std::uint64_t));
  reader.require(count >= 1 && count <= most_, "there are more numbers than can be");
  while (limit() < count) grow();
  reader.words(words(), count);
  reader.require(words()[0] == 0, "0 has another number");
  for (std::uint64_t number = 1; number < count; ++number) {
    const std::uint64_t word = words()[number];
    if (word == 0) continue;
    std::size_t at = home(word);
    for (std::uint32_t there = 0; (there = slots()[at].load(std::memory_order_relaxed)) != 0;
         at = (at + 1) & (slot_count() - 1))
      reader.require(words()[there - 1] != word, "a word has two numbers");
    slots()[at].store(static_cast<std::uint32_t>(number + 1), std::memory_order_relaxed);
  }
  next_.store(count, std::memory_order_relaxed);
}

StateTree::StateTree(const std::vector<unsigned>& word_bits) : words_(word_bits.size()) {
  roots_.resize(words_);
  std::iota(roots_.begin(), roots_.end(), std::size_t{0});
  while (roots_.size() > 3) {
    std::vector<std::size_t> above;
    for (std::size_t i = 0; i + 1 < roots_.size(); i += 2) {
      above.push_back(words_ + pairs_.size());
      pairs_.push_back({roots_[i], roots_[i + 1]});
    }
    if (roots_.size() % 2 != 0) above.push_back(roots_.back());
    roots_ = std::move(above);
  }
  number_bits_ = std::min<unsigned>(32, 80 / static_cast<unsigned>(roots_.size()));
  for (std::size_t node = 0; node < words_ + pairs_.size(); ++node)
    tables_.push_back(node < words_ && word_bits[node] <= number_bits_
                          ? nullptr
                          : std::make_unique<WordNumbers>(number_bits_));
  bytes_.store(bytes_grown(0), std::memory_order_relaxed);
}

/// The numbers of the whole tree. Where it is the base's below, so it is above.
void StateTree::number(const std::uint64_t* state, Cursor& cursor) {
  if (cursor.base.empty()) {
    cursor.base.resize(words_);  // the state of zeros, whose numbers are 0
    cursor.base_numbers.resize(tables_.size());
    cursor.numbers.resize(tables_.size());
  }
  std::uint32_t* const numbers = cursor.numbers.data();
  const std::uint32_t* const base_numbers = cursor.base_numbers.data();
  const auto number_of = [&](std::size_t node, std::uint64_t word) {
    return tables_[node] ? tables_[node]->number_of(word) : static_cast<std::uint32_t>(word);
  };
  for (std::size_t i = 0; i < words_; ++i)
    numbers[i] = state[i] == cursor.base[i] ? base_numbers[i] : number_of(i, state[i]);
  for (std::size_t i = 0; i < pairs_.size(); ++i) {
    const auto [left, right] = pairs_[i];
    const std::size_t node = words_ + i;
    numbers[node] = numbers[left] == base_numbers[left] && numbers[right] == base_numbers[right]
                        ? base_numbers[node]
                        : number_of(node, std::uint64_t{numbers[left]} << 32 | numbers[right]);
  }
}

StateTree::Root StateTree::root(const std::uint64_t* state, Cursor& cursor) {
  number(state, cursor);
  __extension__ using Wide = unsigned __int128;
  Wide all = 0;
  for (const std::size_t node : roots_) all = all << number_bits_ | cursor.numbers[node];
  return {static_cast<std::uint64_t>(all), static_cast<std::uint16_t>(all >> 64)};
}

void StateTree::state_of(Root root, std::uint64_t* state) const {
  __extension__ using Wide = unsigned __int128;
  Wide all = Wide{root.high} << 64 | root.low;
  std::vector<std::uint32_t> numbers(tables_.size());
  for (auto node = roots_.rbegin(); node != roots_.rend(); ++node) {
    numbers[*node] = static_cast<std::uint32_t>(static_cast<std::uint64_t>(all) &
                                                ((std::uint64_t{1} << number_bits_) - 1));
    all >>= number_bits_;
  }
  const auto word_of = [&](std::size_t node) {
    return tables_[node] ? tables_[node]->word_of(numbers[node]) : numbers[node];
  };
  for (std::size_t i = pairs_.size(); i-- != 0;) {
    const std::uint64_t both = word_of(words_ + i);
    numbers[pairs_[i].left] = static_cast<std::uint32_t>(both >> 32);
    numbers[pairs_[i].right] = static_cast<std::uint32_t>(both);
  }
  for (std::size_t i = 0; i < words_; ++i) state[i] = word_of(i);
}

void StateTree::set_base(const std::uint64_t* state, Cursor& cursor) {
  number(state, cursor);
  cursor.base.assign(state, state + words_);
  cursor.base_numbers.swap(cursor.numbers);
}

std::uint64_t StateTree::room() const {
  std::uint64_t least = ~std::uint64_t{0};
  for (const auto& table : tables_)
    if (table) least = std::min(least, table->room());
  return least;
}

std::size_t StateTree::bytes_grown(std::uint64_t states) const {
  std::size_t sum = 0;
  for (const auto& table : tables_)
    if (table) sum += table->bytes() * (table->room() < states ? 2 : 1);
  return sum;
}

void StateTree::save(CheckpointWriter& writer) const {
  for (const auto& table : tables_)
    if (table) table->save(writer);
}

void StateTree::load(CheckpointReader& reader) {
  for (const auto& table : tables_)
    if (table) table->load(reader);
  bytes_.store(bytes_grown(0), std::memory_order_relaxed);
}

bool StateTree::grow(std::uint64_t states) {
  for (const auto& table : tables_) {
    if (!table || table->room() >= states) continue;
    if (!table->can_grow()) return false;
    table->grow();
    bytes_.store(bytes_grown(0), std::memory_order_relaxed);
  }
  return true;
}

}  // namespace synod
