// The sets of visited states: by themselves, under contention, and when their tables are nearly
// full.
#include "checker/search/visited_set.hpp"

#include <fmt/format.h>

#include <atomic>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <functional>
#include <map>
#include <numeric>
#include <random>
#include <set>

#include "checker/search/level_estimate.hpp"
#include "checker/search/parallel.hpp"
#include "checker/search/state_bits.hpp"
#include "checker/search/state_keys.hpp"
#include "checker/search/stored_states.hpp"

namespace synod::test {
namespace {

using State = std::vector<std::uint64_t>;
using Cursors = std::vector<VisitedSet::Cursor>;

constexpr std::size_t plenty = std::size_t{1} << 26;

/// A state with a number; each word depends on all of it.
State make_state(std::uint64_t number, unsigned words) {
  State state(words);
  for (unsigned i = 0; i < words; ++i) state[i] = (number + 1) * 0x9e3779b97f4a7c15 + i * number;
  return state;
}

StoredStates::Shape stored(unsigned words, std::size_t memory = plenty,
                           std::size_t first_slots = 1 << 16) {
  return {words, memory, 64, 1, first_slots};
}

/// What is wrong with a settled set, given what it has to hold: every state once, each found where
/// it lies, nothing between.
std::string faults(const StoredStates& set, unsigned words, const std::set<State>& expected) {
  std::string text;
  if (set.size() != expected.size())
    text += fmt::format(" size {} instead of {};", set.size(), expected.size());
  std::set<State> held;
  std::size_t misplaced = 0;
  for (std::uint64_t i = 0; i < set.size(); ++i) {
    held.emplace(set.state(i), set.state(i) + words);
    if (set.find(set.state(i)) != i) ++misplaced;
  }
  if (held != expected) text += fmt::format(" holds {} states, not the expected;", held.size());
  if (misplaced != 0) text += fmt::format(" {} states are not found at their index;", misplaced);
  std::size_t lost = 0;
  for (const State& state : expected)
    if (set.find(state.data()) == StoredStates::absent) ++lost;
  if (lost != 0) text += fmt::format(" {} states are not found;", lost);
  return text;
}

/// A way to remember states, of so many words each.
struct Kind {
  std::string name;
  unsigned words;
  /// The bits that tell states apart: of the last word, its lowest.
  unsigned last_bits;
  std::function<std::unique_ptr<VisitedSet>(std::size_t batch, std::size_t threads)> make;
};

const std::vector<Kind>& kinds() {
  const auto keys = [](std::vector<unsigned> word_bits) {
    return [word_bits](std::size_t batch, std::size_t threads) {
      return std::make_unique<StateKeys>(StateKeys::Shape{word_bits, batch, plenty, threads});
    };
  };
  const auto trees = [](unsigned words) {
    return [words](std::size_t batch, std::size_t threads) {
      return std::make_unique<StateKeys>(
          StateKeys::Shape{std::vector<unsigned>(words, 64), batch, plenty, threads},
          StateKeys::Kind::tree);
    };
  };
  const auto states = [](unsigned words, std::size_t first_slots) {
    return [=](std::size_t batch, std::size_t threads) {
      return std::make_unique<StoredStates>(
          StoredStates::Shape{words, plenty, batch, threads, first_slots});
    };
  };
  static const std::vector<Kind> all{
      {"stored, 1 word", 1, 64, states(1, 8)},
      {"stored, 3 words", 3, 64, states(3, 8)},
      {"keys of 64 bits", 1, 64, keys({64})},
      {"keys of 64 and 16 bits", 2, 16, keys({64, 16})},
      {"keys of 50 and 30 bits", 2, 30, keys({50, 30})},
      {"trees of 2 words", 2, 64, trees(2)},
      {"trees of 9 words", 9, 64, trees(9)},
      {"fingerprints of 4 words", 4, 64,
       [](std::size_t batch, std::size_t threads) {
         return std::make_unique<StateKeys>(
             StateKeys::Shape{{64, 64, 64, 64}, batch, plenty, threads},
             StateKeys::Kind::fingerprint, 7);
       }},
      {"bits of 3 words", 3, 64, [](std::size_t batch, std::size_t) {
         return std::make_unique<StateBits>(
             StateBits::Shape{{64, 64, 64}, batch, plenty, 2 * plenty}, 7);
       }}};
  return all;
}

/// Several threads insert batches of states that overlap, as the search does: each asks for room
/// before a batch, and when there is too little all stop, and the set grows.
class Contention {
 public:
  Contention(const Kind& kind, std::size_t threads, std::size_t batch)
      : kind_(kind),
        threads_(threads),
        batch_(batch),
        set_(kind.make(batch, threads)),
        cursors_(threads),
        fresh_(threads, 0) {
    while (set_->room() < headroom()) set_->grow(cursors_, {});
  }

  /// A level: inserts the states of these numbers, in this order, all of them by every thread.
  void insert(const std::vector<std::uint64_t>& numbers) {
    std::vector<State> batches;
    std::set<State> before = expected_;
    for (std::size_t begin = 0; begin < numbers.size(); begin += batch_) {
      State& batch = batches.emplace_back();
      for (std::size_t i = begin; i < std::min(begin + batch_, numbers.size()); ++i) {
        State state = make_state(numbers[i], kind_.words);
        if (kind_.last_bits < 64) state.back() &= (std::uint64_t{1} << kind_.last_bits) - 1;
        if (kind_.words == 2) state[0] &= (std::uint64_t{1} << 50) - 1;
        batch.insert(batch.end(), state.begin(), state.end());
        expected_.insert(state);
      }
    }
    std::vector<std::size_t> next(threads_, 0);  // of each thread
    while (true) {
      std::atomic<bool> full{false};
      run_workers(threads_, [&](std::size_t worker) {
        for (; next[worker] < batches.size(); ++next[worker]) {
          if (set_->room() < headroom()) return full.store(true);
          const State& batch = batches[next[worker]];
          fresh_[worker] +=
              set_->insert(batch.data(), batch.size() / kind_.words, cursors_[worker]);
        }
      });
      if (!full.load()) break;
      BOOST_REQUIRE(set_->grow(cursors_, {}));
    }
    set_->next_level(cursors_);
    check_level(before);
  }

  std::string faults() {
    const std::size_t fresh = std::accumulate(fresh_.begin(), fresh_.end(), std::size_t{0});
    if (fresh != expected_.size())
      text_ += fmt::format(" insert claims {} new states of {};", fresh, expected_.size());
    if (set_->size() != expected_.size())
      text_ += fmt::format(" size {} instead of {};", set_->size(), expected_.size());
    if (const auto* whole = dynamic_cast<const StoredStates*>(set_.get()))
      text_ += test::faults(*whole, kind_.words, expected_);
    return text_;
  }
  std::uint64_t size() const { return set_->size(); }

 private:
  std::uint64_t headroom() const { return threads_ * (batch_ + 1); }

  /// The level has to be what is expected and was not there before, each state once.
  void check_level(const std::set<State>& before) {
    std::vector<std::vector<State>> taken(threads_);
    run_workers(threads_, [&](std::size_t worker) {
      while (true) {
        const std::span<const std::uint64_t> batch = set_->take(cursors_[worker]);
        if (batch.empty()) return;
        for (std::size_t i = 0; i < batch.size(); i += kind_.words)
          taken[worker].emplace_back(batch.begin() + static_cast<std::ptrdiff_t>(i),
                                     batch.begin() + static_cast<std::ptrdiff_t>(i + kind_.words));
      }
    });
    std::set<State> level;
    std::size_t count = 0;
    for (const std::vector<State>& part : taken) {
      count += part.size();
      level.insert(part.begin(), part.end());
    }
    std::set<State> fresh;
    std::set_difference(expected_.begin(), expected_.end(), before.begin(), before.end(),
                        std::inserter(fresh, fresh.end()));
    if (level != fresh || count != fresh.size())
      text_ += fmt::format(" a level of {} states, {} different, {} expected;", count, level.size(),
                           fresh.size());
  }

  const Kind& kind_;
  std::size_t threads_;
  std::size_t batch_;
  std::unique_ptr<VisitedSet> set_;
  Cursors cursors_;
  std::vector<std::size_t> fresh_;
  std::set<State> expected_;
  std::string text_;
};

}  // namespace

BOOST_AUTO_TEST_SUITE(visited_set)

BOOST_AUTO_TEST_CASE(a_new_set_is_empty) {
  const StoredStates set(stored(1));
  const State state{5};
  BOOST_TEST(set.size() == 0U);
  BOOST_TEST(set.find(state.data()) == StoredStates::absent);
  BOOST_TEST(set.room() > 1000U);
}

BOOST_AUTO_TEST_CASE(states_keep_the_order_of_their_discovery) {
  StoredStates set(stored(1));
  Cursors cursors(1);
  const State states{7, 3, 7, 0, 3, ~std::uint64_t{0}};
  BOOST_TEST(set.insert(states.data(), states.size(), cursors[0]) == 4U);
  BOOST_TEST(set.insert(states.data(), states.size(), cursors[0]) == 0U);
  set.next_level(cursors);
  BOOST_TEST(set.size() == 4U);
  const State expected{7, 3, 0, ~std::uint64_t{0}};
  for (std::size_t i = 0; i < expected.size(); ++i) {
    BOOST_TEST(*set.state(i) == expected[i]);
    BOOST_TEST(set.find(&expected[i]) == i);
  }
}

BOOST_AUTO_TEST_CASE(inserting_nothing_is_allowed) {
  StoredStates set(stored(2));
  VisitedSet::Cursor cursor;
  BOOST_TEST(set.insert(nullptr, 0, cursor) == 0U);
  BOOST_TEST(set.size() == 0U);
}

// States of several words differ in any one of them: no word may be left out of hash or comparison.
BOOST_AUTO_TEST_CASE(every_word_counts) {
  for (const unsigned words : {1U, 2U, 3U, 5U, 64U}) {
    StoredStates set(stored(words));
    Cursors cursors(1);
    std::set<State> expected;
    for (unsigned word = 0; word < words; ++word) {
      for (unsigned bit = 0; bit < 64; bit += 3) {
        State state(words, 0);
        state[word] = std::uint64_t{1} << bit;
        BOOST_REQUIRE(set.insert(state.data(), 1, cursors[0]) == 1);
        expected.insert(state);
      }
    }
    set.next_level(cursors);
    BOOST_TEST(faults(set, words, expected) == "");
  }
}

// With so few slots, almost every state meets others on its way to an empty one.
BOOST_AUTO_TEST_CASE(small_tables_filled_to_their_limit) {
  for (std::size_t slots = 2; slots <= 70; ++slots) {
    StoredStates set(stored(2, plenty, slots));
    Cursors cursors(1);
    std::set<State> expected;
    for (std::uint64_t number = slots * 1000; set.room() > 0; ++number) {
      const State state = make_state(number, 2);
      BOOST_REQUIRE(set.insert(state.data(), 1, cursors[0]) == 1);
      VisitedSet::Cursor forgetful;  // asks the table
      BOOST_REQUIRE(set.insert(state.data(), 1, forgetful) == 0);
      expected.insert(state);
    }
    set.next_level(cursors);
    BOOST_TEST(faults(set, 2, expected) == "");
    const State other = make_state(7, 2);
    BOOST_TEST(set.find(other.data()) == StoredStates::absent);
  }
}

// Growing from one slot through every size: nothing is lost and no index changes.
BOOST_AUTO_TEST_CASE(growth_keeps_every_state_at_its_index) {
  StoredStates set(stored(1, plenty, 1));
  Cursors cursors(1);
  std::set<State> expected;
  std::vector<std::uint64_t> by_index;
  for (std::uint64_t number = 0; by_index.size() < 5000; ++number) {
    if (set.room() == 0) {
      BOOST_REQUIRE(set.grow(cursors, {}));
      continue;
    }
    const State state = make_state(number, 1);
    set.insert(state.data(), 1, cursors[0]);
    expected.insert(state);
    by_index.push_back(state[0]);
  }
  set.next_level(cursors);
  BOOST_TEST(faults(set, 1, expected) == "");
  std::size_t moved = 0;
  for (std::size_t i = 0; i < by_index.size(); ++i) moved += *set.state(i) == by_index[i] ? 0 : 1;
  BOOST_TEST(moved == 0U);
}

// Both reasons to refuse: states and table together, and states alone.
BOOST_AUTO_TEST_CASE(the_memory_limit_refuses_to_grow) {
  for (const std::size_t memory :
       {std::size_t{1} << 16, std::size_t{1} << 18, std::size_t{1} << 20}) {
    for (const unsigned words : {1U, 4U}) {
      StoredStates set(stored(words, memory, 64));
      Cursors cursors(1);
      std::set<State> expected;
      bool refused = false;
      for (std::uint64_t number = 0; !refused; ++number) {
        if (set.room() == 0) {
          refused = !set.grow(cursors, {});
          if (refused) break;
        }
        const State state = make_state(number, words);
        set.insert(state.data(), 1, cursors[0]);
        expected.insert(state);
      }
      BOOST_TEST_CONTEXT("memory " << memory << " words " << words) {
        BOOST_TEST(set.bytes() <= memory);
        BOOST_TEST(set.bytes() >= memory / 3);  // it does not give up early
        BOOST_TEST(!set.grow(cursors, {}));     // nor change its mind
        BOOST_TEST(faults(set, words, expected) == "");
      }
    }
  }
}

// Keys fill the memory they may have, with the frontier and the tree, and no more of it.
BOOST_AUTO_TEST_CASE(the_memory_limit_refuses_more_keys) {
  using Kind = StateKeys::Kind;
  for (const Kind kind : {Kind::fingerprint, Kind::tree}) {
    constexpr std::size_t memory = StateKeys::least_memory;
    StateKeys set({{64, 64, 64}, 64, memory, 1}, kind);
    Cursors cursors(1);
    std::uint64_t number = 0;
    const auto insert = [&](std::uint64_t which) {
      // Two words of the three are shared by many.
      const State state{make_state(which, 1)[0], which % 5, which % 7};
      return set.insert(state.data(), 1, cursors[0]);
    };
    while (set.room() != 0 || set.grow(cursors, {})) {
      if (set.room() == 0) continue;
      BOOST_REQUIRE(insert(number) == 1U);
      ++number;
    }
    BOOST_TEST(set.bytes() <= memory + 64 * 3 * Frontier::most_bytes);  // a chunk is counted late
    BOOST_TEST(set.bytes() >= memory / 2);
    BOOST_TEST(!set.grow(cursors, {}));
    BOOST_TEST(set.size() == number);
    for (std::uint64_t which = 0; which < number; which += 97) BOOST_REQUIRE(insert(which) == 0U);
  }
}

// What bits miss is about what they say; what they took in, they know.
BOOST_AUTO_TEST_CASE(bits_miss_about_as_many_states_as_they_say) {
  constexpr std::uint64_t seeds = 10;
  constexpr std::uint64_t states = 20'000;
  for (const std::size_t array : {4096, 8192, 16384, 65536}) {
    double missed = 0;
    double told = 0;
    for (std::uint64_t seed = 0; seed < seeds; ++seed) {
      StateBits set({{64, 64}, 64, array, plenty}, seed);
      Cursors cursors(1);
      std::uint64_t known = 0;
      for (std::uint64_t number = 0; number < states; ++number) {
        const State state = make_state(number, 2);
        known += set.insert(state.data(), 1, cursors[0]);
        if (number % 16 != 0) continue;
        VisitedSet::Cursor forgetful;  // asks the array
        BOOST_REQUIRE(set.insert(state.data(), 1, forgetful) == 0);
      }
      BOOST_TEST(set.size() == known);
      BOOST_TEST(set.bits() == array * 8);
      BOOST_TEST(set.load() > 0.09);
      BOOST_TEST(set.load() <= 1.0);
      missed += static_cast<double>(states - known);
      told += set.expected_omissions();
    }
    // Four standard deviations of a number that is about so large, and a little.
    BOOST_TEST(std::abs(told - missed) <= 4 * std::sqrt(missed) + 0.01 * missed,
               "array " << array << ": " << missed << " missed, " << told << " told");
  }
}

// Families of states that differ in a few bits, wherever they lie: no two have the same key.
BOOST_AUTO_TEST_CASE(small_states_are_their_own_keys) {
  std::mt19937_64 random(5);
  for (const std::vector<unsigned>& word_bits :
       {std::vector<unsigned>{64}, {17}, {64, 16}, {40, 40}, {16, 64}, {33, 32}}) {
    const StateKeys keys({word_bits, 64, plenty, 1});
    for (int family = 0; family < 20; ++family) {
      State base(word_bits.size());
      std::vector<std::pair<std::size_t, unsigned>> bits;
      for (std::size_t word = 0; word < word_bits.size(); ++word)
        for (unsigned bit = 0; bit < word_bits[word]; ++bit) {
          bits.emplace_back(word, bit);
          base[word] |= (random() & 1) << bit;
        }
      std::shuffle(bits.begin(), bits.end(), random);
      bits.resize(std::min<std::size_t>(bits.size(), 12));
      std::set<std::pair<std::uint64_t, std::uint16_t>> seen;
      for (std::uint64_t flips = 0; flips < std::uint64_t{1} << bits.size(); ++flips) {
        State state = base;
        for (std::size_t i = 0; i < bits.size(); ++i)
          state[bits[i].first] ^= (flips >> i & 1) << bits[i].second;
        const StateKey key = keys.key(state.data());
        BOOST_REQUIRE(seen.emplace(key.low, key.section).second);
      }
    }
  }
  BOOST_TEST(StateKeys::fit_exactly({64, 16}));
  BOOST_TEST(!StateKeys::fit_exactly({64, 17}));
  BOOST_TEST(!StateKeys::fit_exactly({20, 20, 20}));
}

// Keys go by sections; each has to get its share, also of states that differ in few bits.
BOOST_AUTO_TEST_CASE(keys_spread_evenly) {
  for (const std::vector<unsigned>& word_bits : {std::vector<unsigned>{40}, {60, 20}}) {
    const StateKeys keys({word_bits, 64, plenty, 1});
    std::vector<unsigned> shares(1 << 16);
    for (std::uint64_t i = 0; i < (1 << 20); ++i) {
      State state{i};
      if (word_bits.size() == 2) state = {i & 1023, i >> 10};
      ++shares[keys.key(state.data()).section];
    }
    // 16 expected; more than 48 has a probability of 10^-10 in any one of them.
    BOOST_TEST(*std::max_element(shares.begin(), shares.end()) <= 48U);
  }
}

// Whatever the base, a state has one root, and no two have the same: also states that share most
// words, and such as differ in the order of their words only.
BOOST_AUTO_TEST_CASE(trees_tell_states_apart) {
  std::mt19937_64 random(11);
  for (const std::vector<unsigned>& word_bits : {std::vector<unsigned>{64, 64},
                                                 {64, 20},
                                                 {64, 64, 26},
                                                 {27, 64, 64},
                                                 {64, 64, 64, 64},
                                                 {64, 64, 64, 64, 5},
                                                 {64, 64, 64, 64, 64, 64, 64}}) {
    StateTree tree(word_bits);
    StateTree::Cursor ours;
    StateTree::Cursor others;
    std::map<State, std::pair<std::uint64_t, std::uint16_t>> roots;
    std::set<std::pair<std::uint64_t, std::uint16_t>> seen;
    for (int i = 0; i < 20'000; ++i) {
      State state(word_bits.size());
      for (std::size_t word = 0; word < word_bits.size(); ++word)
        state[word] = (random() % 8) << (word_bits[word] - 4) | random() % 3;
      while (tree.room() < 2) BOOST_REQUIRE(tree.grow(2));
      if (random() % 4 == 0) tree.set_base(state.data(), ours);
      const StateTree::Root root = tree.root(state.data(), ours);
      BOOST_REQUIRE((tree.root(state.data(), others) == root));
      const bool fresh = seen.emplace(root.low, root.high).second;
      const auto [at, first] = roots.emplace(state, std::pair(root.low, root.high));
      BOOST_REQUIRE(fresh == first);
      BOOST_REQUIRE((at->second == std::pair(root.low, root.high)));
    }
    BOOST_TEST(roots.size() > 400U);
  }
}

BOOST_AUTO_TEST_CASE(a_tree_says_when_there_are_no_more_numbers) {
  WordNumbers numbers(12);
  std::uint64_t word = 0;
  while (numbers.room() != 0 || numbers.can_grow()) {
    if (numbers.room() == 0) numbers.grow();
    BOOST_REQUIRE(numbers.number_of(word * 977) == word);
    ++word;
  }
  BOOST_TEST(word == 4095U);
  for (std::uint64_t i = 0; i < word; ++i) BOOST_REQUIRE(numbers.number_of(i * 977) == i);
}

BOOST_AUTO_TEST_CASE(fingerprints_depend_on_the_seed) {
  const StateKeys::Shape shape{{64, 64, 64}, 64, plenty, 1};
  const StateKeys one(shape, StateKeys::Kind::fingerprint, 1);
  const StateKeys two(shape, StateKeys::Kind::fingerprint, 2);
  const State state{1, 2, 3};
  BOOST_TEST(!(one.key(state.data()) == two.key(state.data())));
  BOOST_TEST(StateKeys::missed_probability(1) == 0.0);
  // n (n - 1) / 2 pairs, each alike with a probability of 2^-80.
  BOOST_TEST(std::abs(StateKeys::missed_probability(1'000'000) / 4.136e-13 - 1) < 0.001);
  BOOST_TEST(StateKeys::missed_probability(~std::uint64_t{0}) == 1.0);
}

// A table that is never asked to grow takes keys until it is full, and all that come after.
BOOST_AUTO_TEST_CASE(a_full_table_of_keys_loses_none) {
  KeyTable table;
  std::mt19937_64 random(3);
  const std::size_t count = table.slots() + 10'000;
  for (int round = 0; round < 2; ++round) {
    random.seed(3);
    std::size_t fresh = 0;
    for (std::size_t i = 0; i < count; ++i)
      fresh += table.insert({random(), static_cast<std::uint16_t>(random())}) ? 1 : 0;
    BOOST_TEST(fresh == (round == 0 ? count : 0));
    BOOST_TEST(table.overflow() >= 10'000U);
  }
  for (int growth = 0; growth < 3; ++growth) table.grow(2 * table.slots(), 2);
  BOOST_TEST(table.overflow() == 0U);
  random.seed(3);
  for (std::size_t i = 0; i < count; ++i)
    BOOST_REQUIRE(!table.insert({random(), static_cast<std::uint16_t>(random())}));
}

// Through many sizes, three sections over and over.
BOOST_AUTO_TEST_CASE(keys_survive_every_growth) {
  KeyTable table;
  std::vector<StateKey> known;
  std::mt19937_64 random(11);
  std::size_t most = 0;
  while (table.bytes() < 24 * KeyTable::first_bytes) {
    const std::size_t before = table.bytes();
    // Each section a little fuller than it can be: 8 slots a line.
    const std::size_t lines = before / KeyTable::first_bytes;
    for (const std::uint16_t section : {0, 3640, 65535})
      for (std::size_t i = 0; i < lines * 8 / 3 + 3; ++i) {
        known.push_back({random(), section});
        BOOST_REQUIRE(table.insert(known.back()));
      }
    most = std::max(most, table.overflow());
    table.grow(table.slots() + table.slots() / 3, 3);
    BOOST_REQUIRE(table.bytes() > before);
    for (const StateKey key : known) BOOST_REQUIRE(!table.insert(key));
  }
  BOOST_TEST(most > 0U);
  BOOST_TEST(table.bytes() / KeyTable::first_bytes > 16U);
}

// All keys of one section, or of one place of it, or without a lower half that a slot could hold.
BOOST_AUTO_TEST_CASE(keys_that_collide) {
  for (const std::uint64_t step : {std::uint64_t{1}, std::uint64_t{1} << 23, std::uint64_t{1} << 40,
                                   std::uint64_t{0x9e3779b97f4a7c15}}) {
    KeyTable table;
    for (int growth = 0; growth < 4; ++growth) {
      for (std::uint64_t i = 0; i < 500; ++i)
        BOOST_REQUIRE(table.insert({i * step, 77}) == (growth == 0));
      BOOST_REQUIRE(table.insert({1, 78}) == (growth == 0));
      BOOST_REQUIRE(table.insert({0, 78}) == (growth == 0));
      table.grow(2 * table.slots(), 3);
    }
  }
}

// Of a bell, half is enough to tell the whole; where nothing shrinks, nobody can.
BOOST_AUTO_TEST_CASE(states_to_be_expected) {
  const auto ends_of = [](const std::vector<double>& levels, std::size_t count) {
    std::vector<std::uint64_t> ends;
    double sum = 0;
    for (std::size_t i = 0; i < count; ++i)
      ends.push_back(static_cast<std::uint64_t>(sum += levels[i]));
    return ends;
  };
  // transaction_commit with 9 participants: 10,340,352 states.
  const std::vector<double> bell = {
      1,      19,     171,    978,     4029,    12888,   33828,   76212,  152694, 278228,
      464642, 708912, 980772, 1221942, 1364688, 1362444, 1213527, 962226, 677089, 420885,
      229617, 108972, 44472,  15390,   4446,    1053,    198,     27,     2};
  for (std::size_t known = 14; known <= bell.size(); ++known) {
    const auto expected = expected_states(ends_of(bell, known));
    BOOST_REQUIRE(expected);
    BOOST_TEST(std::abs(static_cast<double>(*expected) / 10'340'352 - 1) < 0.2, "after " << known);
  }
  BOOST_TEST(std::abs(static_cast<double>(*expected_states(ends_of(bell, 18))) / 10'340'352 - 1) <
             0.02);
  std::vector<double> exponential;
  for (double level = 1; level < 1e9; level *= 3) exponential.push_back(level);
  BOOST_TEST(!expected_states(ends_of(exponential, exponential.size())));
  BOOST_TEST(!expected_states(ends_of(std::vector<double>(100, 7), 100)));
  for (std::size_t known = 0; known < 5; ++known)
    BOOST_TEST(!expected_states(ends_of(bell, known)));
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(visited_set_contention)

// All threads insert the same states in the same order, so that they meet at every new one.
BOOST_AUTO_TEST_CASE(the_same_states_at_the_same_time) {
  for (const Kind& kind : kinds()) {
    for (const std::size_t threads : {2, 3, 8}) {
      Contention contention(kind, threads, 16);
      std::mt19937_64 random(threads * 10 + kind.words);
      for (int level = 0; level < 6; ++level) {
        std::vector<std::uint64_t> numbers(600);
        for (std::uint64_t& number : numbers) number = random() % 3000;
        contention.insert(numbers);
      }
      BOOST_TEST_CONTEXT(kind.name << ", " << threads << " threads")
      BOOST_TEST(contention.faults() == "");
    }
  }
}

// A batch is one state, the table as full as it may be, and levels are short: lost races leave
// gaps at the end of almost every level.
BOOST_AUTO_TEST_CASE(many_short_levels) {
  for (const Kind& kind : kinds()) {
    for (const std::size_t threads : {2, 3}) {
      Contention contention(kind, threads, 1);
      std::uint64_t number = 0;
      for (int level = 0; level < 100; ++level) {
        std::vector<std::uint64_t> numbers;
        for (int i = 0; i < 5; ++i) numbers.push_back(number++);
        contention.insert(numbers);
      }
      BOOST_TEST_CONTEXT(kind.name << ", " << threads << " threads") {
        BOOST_TEST(contention.size() == 500U);
        BOOST_TEST(contention.faults() == "");
      }
    }
  }
}

// Threads meet in one section, beyond what it has slots for.
BOOST_AUTO_TEST_CASE(the_same_keys_in_one_section) {
  KeyTable table;
  constexpr std::size_t threads = 4;
  std::array<std::size_t, threads> fresh{};
  for (std::uint64_t round = 0; round < 4; ++round) {
    run_workers(threads, [&](std::size_t worker) {
      for (std::uint64_t i = 0; i < 2000; ++i)
        fresh[worker] += table.insert({(round * 1000 + i) << 30, 5}) ? 1 : 0;
    });
    table.grow(table.slots() + 1, threads);
  }
  BOOST_TEST(std::accumulate(fresh.begin(), fresh.end(), std::size_t{0}) == 5000U);
}

// So many states that the last growth is itself worth the work of several threads.
BOOST_AUTO_TEST_CASE(growth_by_several_threads) {
  for (const Kind& kind : kinds()) {
    // A table of keys grows after half a million: one kind of them is enough.
    const bool stored = kind.name.starts_with("stored");
    if (kind.words == 3 || (!stored && kind.name != "keys of 64 bits")) continue;
    Contention contention(kind, 3, 64);
    std::mt19937_64 random(99);
    const std::size_t many = stored ? 70'000 : 250'000;
    for (int level = 0; level < 2; ++level) {
      std::vector<std::uint64_t> numbers(many);
      for (std::uint64_t& number : numbers) number = random() % (1 << 22);
      contention.insert(numbers);
    }
    BOOST_TEST_CONTEXT(kind.name) {
      BOOST_TEST(contention.size() > many * 3 / 2);
      BOOST_TEST(contention.faults() == "");
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace synod::test
