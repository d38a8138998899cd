// The set of visited states: by itself, under contention, and when its table is nearly full.
#include "checker/search/visited_set.hpp"

#include <fmt/format.h>

#include <atomic>
#include <boost/test/unit_test.hpp>
#include <numeric>
#include <random>
#include <set>

#include "checker/search/parallel.hpp"

namespace synod::test {
namespace {

using State = std::vector<std::uint64_t>;

constexpr std::size_t plenty = std::size_t{1} << 26;

/// A random state out of `variety` many; each word depends on all of the number.
State make_state(std::uint64_t number, unsigned words) {
  State state(words);
  for (unsigned i = 0; i < words; ++i) state[i] = (number + 1) * 0x9e3779b97f4a7c15 + i * number;
  return state;
}

/// What is wrong with a settled set, given what it has to hold: every state once, each found where
/// it lies, nothing between.
std::string faults(const VisitedSet& set, unsigned words, const std::set<State>& expected) {
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
    if (set.find(state.data()) == VisitedSet::absent) ++lost;
  if (lost != 0) text += fmt::format(" {} states are not found;", lost);
  return text;
}

/// Several threads insert batches of states that overlap, as the search does: each asks for room
/// before a batch, and when there is too little all stop, settle and grow.
class Contention {
 public:
  Contention(unsigned words, std::size_t threads, std::size_t batch, std::size_t first_slots)
      : words_(words),
        threads_(threads),
        batch_(batch),
        set_(words, plenty, first_slots),
        cursors_(threads),
        fresh_(threads, 0) {
    while (set_.room() < headroom()) set_.grow(threads_);
  }

  /// Inserts the states of these numbers, in this order, all of them by every thread.
  void insert(const std::vector<std::uint64_t>& numbers) {
    std::vector<State> batches;
    for (std::size_t begin = 0; begin < numbers.size(); begin += batch_) {
      State& batch = batches.emplace_back();
      for (std::size_t i = begin; i < std::min(begin + batch_, numbers.size()); ++i) {
        const State state = make_state(numbers[i], words_);
        batch.insert(batch.end(), state.begin(), state.end());
        expected_.insert(state);
      }
    }
    std::vector<std::size_t> next(threads_, 0);  // of each thread
    while (true) {
      std::atomic<bool> full{false};
      run_workers(threads_, [&](std::size_t worker) {
        for (; next[worker] < batches.size(); ++next[worker]) {
          if (set_.room() < headroom()) return full.store(true);
          const State& batch = batches[next[worker]];
          fresh_[worker] += set_.insert(batch.data(), batch.size() / words_, cursors_[worker]);
        }
      });
      set_.settle(cursors_);
      if (!full.load()) return;
      BOOST_REQUIRE(set_.grow(threads_));
    }
  }

  std::string faults() const {
    std::string text = test::faults(set_, words_, expected_);
    const std::size_t fresh = std::accumulate(fresh_.begin(), fresh_.end(), std::size_t{0});
    if (fresh != expected_.size())
      text += fmt::format(" insert claims {} new states of {};", fresh, expected_.size());
    return text;
  }
  std::uint64_t size() const { return set_.size(); }

 private:
  std::uint64_t headroom() const { return threads_ * (batch_ + 1); }

  unsigned words_;
  std::size_t threads_;
  std::size_t batch_;
  VisitedSet set_;
  std::vector<VisitedSet::Cursor> cursors_;
  std::vector<std::size_t> fresh_;
  std::set<State> expected_;
};

}  // namespace

BOOST_AUTO_TEST_SUITE(visited_set)

BOOST_AUTO_TEST_CASE(a_new_set_is_empty) {
  const VisitedSet set(1, plenty);
  const State state{5};
  BOOST_TEST(set.size() == 0U);
  BOOST_TEST(set.find(state.data()) == VisitedSet::absent);
  BOOST_TEST(set.room() > 1000U);
}

BOOST_AUTO_TEST_CASE(states_keep_the_order_of_their_discovery) {
  VisitedSet set(1, plenty);
  std::vector<VisitedSet::Cursor> cursors(1);
  const State states{7, 3, 7, 0, 3, ~std::uint64_t{0}};
  BOOST_TEST(set.insert(states.data(), states.size(), cursors[0]) == 4U);
  BOOST_TEST(set.insert(states.data(), states.size(), cursors[0]) == 0U);
  set.settle(cursors);
  BOOST_TEST(set.size() == 4U);
  const State expected{7, 3, 0, ~std::uint64_t{0}};
  for (std::size_t i = 0; i < expected.size(); ++i) {
    BOOST_TEST(*set.state(i) == expected[i]);
    BOOST_TEST(set.find(&expected[i]) == i);
  }
}

BOOST_AUTO_TEST_CASE(inserting_nothing_is_allowed) {
  VisitedSet set(2, plenty);
  VisitedSet::Cursor cursor;
  BOOST_TEST(set.insert(nullptr, 0, cursor) == 0U);
  BOOST_TEST(set.size() == 0U);
}

// States of several words differ in any one of them: no word may be left out of hash or comparison.
BOOST_AUTO_TEST_CASE(every_word_counts) {
  for (const unsigned words : {1U, 2U, 3U, 5U, 64U}) {
    VisitedSet set(words, plenty);
    std::vector<VisitedSet::Cursor> cursors(1);
    std::set<State> expected;
    for (unsigned word = 0; word < words; ++word) {
      for (unsigned bit = 0; bit < 64; bit += 3) {
        State state(words, 0);
        state[word] = std::uint64_t{1} << bit;
        BOOST_REQUIRE(set.insert(state.data(), 1, cursors[0]) == 1);
        expected.insert(state);
      }
    }
    set.settle(cursors);
    BOOST_TEST(faults(set, words, expected) == "");
  }
}

// With so few slots, almost every state meets others on its way to an empty one.
BOOST_AUTO_TEST_CASE(small_tables_filled_to_their_limit) {
  for (std::size_t slots = 2; slots <= 70; ++slots) {
    VisitedSet set(2, plenty, slots);
    std::vector<VisitedSet::Cursor> cursors(1);
    std::set<State> expected;
    for (std::uint64_t number = slots * 1000; set.room() > 0; ++number) {
      const State state = make_state(number, 2);
      BOOST_REQUIRE(set.insert(state.data(), 1, cursors[0]) == 1);
      BOOST_REQUIRE(set.insert(state.data(), 1, cursors[0]) == 0);
      expected.insert(state);
    }
    set.settle(cursors);
    BOOST_TEST(faults(set, 2, expected) == "");
    const State other = make_state(7, 2);
    BOOST_TEST(set.find(other.data()) == VisitedSet::absent);
  }
}

// Growing from one slot through every size: nothing is lost and no index changes.
BOOST_AUTO_TEST_CASE(growth_keeps_every_state_at_its_index) {
  VisitedSet set(1, plenty, 1);
  std::vector<VisitedSet::Cursor> cursors(1);
  std::set<State> expected;
  std::vector<std::uint64_t> by_index;
  for (std::uint64_t number = 0; by_index.size() < 5000; ++number) {
    if (set.room() == 0) {
      set.settle(cursors);
      BOOST_REQUIRE(set.grow(2));
      continue;
    }
    const State state = make_state(number, 1);
    set.insert(state.data(), 1, cursors[0]);
    expected.insert(state);
    by_index.push_back(state[0]);
  }
  set.settle(cursors);
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
      VisitedSet set(words, memory, 64);
      std::vector<VisitedSet::Cursor> cursors(1);
      std::set<State> expected;
      bool refused = false;
      for (std::uint64_t number = 0; !refused; ++number) {
        if (set.room() == 0) {
          set.settle(cursors);
          refused = !set.grow(1);
          if (refused) break;
        }
        const State state = make_state(number, words);
        set.insert(state.data(), 1, cursors[0]);
        expected.insert(state);
      }
      BOOST_TEST_CONTEXT("memory " << memory << " words " << words) {
        BOOST_TEST(set.bytes() <= memory);
        BOOST_TEST(set.bytes() >= memory / 3);  // it does not give up early
        BOOST_TEST(!set.grow(1));               // nor change its mind
        BOOST_TEST(faults(set, words, expected) == "");
      }
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(visited_set_contention)

// All threads insert the same states in the same order, so that they meet at every new one.
BOOST_AUTO_TEST_CASE(the_same_states_at_the_same_time) {
  for (const std::size_t threads : {2, 3, 4, 8}) {
    for (const unsigned words : {1U, 3U}) {
      Contention contention(words, threads, 16, 8);
      std::mt19937_64 random(threads * 10 + words);
      for (int level = 0; level < 6; ++level) {
        std::vector<std::uint64_t> numbers(600);
        for (std::uint64_t& number : numbers) number = random() % 3000;
        contention.insert(numbers);
        BOOST_TEST(contention.faults() == "");
      }
    }
  }
}

// A batch is one state, the table as full as it may be, and levels are short: lost races leave
// gaps at the end of almost every level.
BOOST_AUTO_TEST_CASE(many_short_levels) {
  for (const std::size_t threads : {2, 3}) {
    Contention contention(2, threads, 1, 4);
    std::uint64_t number = 0;
    for (int level = 0; level < 300; ++level) {
      std::vector<std::uint64_t> numbers;
      for (int i = 0; i < 5; ++i) numbers.push_back(number++);
      contention.insert(numbers);
    }
    BOOST_TEST(contention.size() == 1500U);
    BOOST_TEST(contention.faults() == "");
  }
}

// So many states that the last growth is itself worth the work of several threads.
BOOST_AUTO_TEST_CASE(growth_by_several_threads) {
  Contention contention(1, 3, 64, 64);
  std::mt19937_64 random(99);
  for (int level = 0; level < 2; ++level) {
    std::vector<std::uint64_t> numbers(70'000);
    for (std::uint64_t& number : numbers) number = random() % (1 << 20);
    contention.insert(numbers);
  }
  BOOST_TEST(contention.size() > 120'000U);
  BOOST_TEST(contention.faults() == "");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace synod::test
