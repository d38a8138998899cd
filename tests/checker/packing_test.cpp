// Packed states: every cell keeps its value whatever its neighbours hold.
//
// The models here are defined in tests, so that a planted bug in memory.hpp reaches all code that
// it is compiled into.
#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <random>

#include "checker/input/input.hpp"
#include "checker/vocabulary/machine.hpp"
#include "tests/checker/tiny_systems.hpp"
#include "tests/support/agreement.hpp"

namespace synod::test {
namespace {

std::unique_ptr<ModelInstance> wide(const std::string& cells) {
  return wide_system().instantiate(
      resolve_parameters(wide_system(), {{"cells", cells}, {"choices", "1"}}), {});
}

/// A map of any size behind a cell of any width: wherever in a word its elements come to lie.
template <class Mode>
struct OneMap : Machine<Mode> {
  using Machine<Mode>::Machine;

  const Domain Index = integers("index", 1, this->parameter("elements"));
  const Domain Value = integers("value", -1, this->parameter("values") - 2);
  Map<Mode> before{*this, "before", Index, integers("value", 0, this->parameter("before"))};
  Map<Mode> map{*this, "map", Index, Value};
  Map<Mode> behind{*this, "behind", Index, Value};
};

Parameters one_map_parameters(int elements, int values, int before) {
  Parameters parameters;
  parameters.set("elements", elements);
  parameters.set("values", values);
  parameters.set("before", before);
  return parameters;
}

/// Whether any() and all() say what a loop over the elements says, for values in range and out.
template <class Mode>
bool looks_through(const OneMap<Mode>& model) {
  for (int value = model.Value.low - 2; value <= model.Value.high + 2; ++value) {
    int equal = 0;
    for (const int i : model.Index) equal += model.map[i] == value ? 1 : 0;
    if (model.map.any(value) != (equal > 0)) return false;
    if (model.map.all(value) != (equal == model.Index.size())) return false;
  }
  return true;
}

template <class Mode>
void check_maps() {
  std::mt19937_64 random(4);
  std::size_t wrong = 0;
  for (const int elements : {1, 2, 3, 5, 7, 8, 16, 21, 32, 64})
    for (const int values : {1, 2, 3, 4, 5, 8, 9, 200})
      for (const int before : {0, 1, 6}) {
        OneMap<Mode> model(one_map_parameters(elements, values, before));
        const auto some_value = [&] {
          return -1 + static_cast<int>(random() % static_cast<std::uint64_t>(values));
        };
        for (int round = 0; round < 12; ++round) {
          const int usual = some_value();
          model.map.fill(usual);
          model.behind.fill(some_value());
          model.before.fill(before);
          for (int others = round % 4; others > 0; --others)
            model.map[1 + static_cast<int>(random() % static_cast<std::uint64_t>(elements))] =
                some_value();
          wrong += looks_through(model) ? 0 : 1;
          wrong += model.before.all(before) ? 0 : 1;
        }
      }
  BOOST_TEST(wrong == 0U);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(packing)

// Widths of every kind, among them 0 (a variable that a parameter switches off) and 64.
BOOST_AUTO_TEST_CASE(cells_of_random_widths_keep_their_values) {
  std::mt19937_64 random(1);
  for (int round = 0; round < 300; ++round) {
    PackedMemory memory;
    std::vector<PackedMemory::Cell> cells;
    std::vector<unsigned> widths;
    const unsigned widest = round % 3 == 0 ? 64 : 1 + static_cast<unsigned>(random() % 40);
    for (unsigned bits = 0; bits < 1500;) {
      widths.push_back(static_cast<unsigned>(random() % (widest + 1)));
      bits += widths.back() + 1;
      cells.push_back(memory.allocate(widths.back()));
    }
    Cells expected(cells.size(), 0);
    std::size_t wrong = 0;
    for (int store = 0; store < 400; ++store) {
      const std::size_t i = random() % cells.size();
      expected[i] = random() & low_bits(widths[i]);
      memory.store(cells[i], low_bits(widths[i]), expected[i]);
      const std::size_t j = random() % cells.size();
      wrong += memory.load(cells[j], low_bits(widths[j])) == expected[j] ? 0 : 1;
    }
    for (std::size_t i = 0; i < cells.size(); ++i)
      wrong += memory.load(cells[i], low_bits(widths[i])) == expected[i] ? 0 : 1;
    BOOST_TEST(wrong == 0U);
  }
}

BOOST_AUTO_TEST_CASE(cells_neither_cross_a_word_nor_overlap) {
  std::mt19937_64 random(2);
  for (int round = 0; round < 100; ++round) {
    PackedMemory memory;
    std::vector<unsigned> widths;
    unsigned bits = 0;
    while (bits < 1500) {
      widths.push_back(static_cast<unsigned>(random() % 65));
      bits += widths.back();
      memory.allocate(widths.back());
    }
    std::vector<std::uint64_t> taken(memory.words(), 0);
    for (std::size_t i = 0; i < widths.size(); ++i) {
      if (widths[i] == 0) continue;
      const Place place = memory.places()[i];
      BOOST_REQUIRE(place.word < memory.words());
      BOOST_REQUIRE(place.shift + widths[i] <= 64);
      const std::uint64_t here = low_bits(widths[i]) << place.shift;
      BOOST_REQUIRE((taken[place.word] & here) == 0U);
      taken[place.word] |= here;
    }
    BOOST_TEST(memory.bits() == bits);
  }
}

// A packed map is looked through a word at a time where it lies in one.
BOOST_AUTO_TEST_CASE(a_map_is_looked_through) {
  check_maps<Search>();
  check_maps<Mutate>();
  check_maps<Observe>();
}

BOOST_AUTO_TEST_CASE(a_state_is_at_most_64_words) {
  PackedMemory memory;
  for (unsigned i = 0; i < max_state_words; ++i) memory.allocate(64);
  BOOST_TEST(memory.words() == max_state_words);
  BOOST_CHECK_THROW(memory.allocate(1), StateTooLarge);
  // 12 cells of 5 bits a word, beside one word for the set of 64 members.
  BOOST_TEST(wide("756")->words() == 64U);
  BOOST_CHECK_THROW(wide("757"), StateTooLarge);
}

BOOST_AUTO_TEST_CASE(unpacking_gives_back_what_was_packed) {
  std::mt19937_64 random(3);
  for (const System* system : {&kinds_system(), &wide_system()}) {
    const auto model = system->instantiate(resolve_parameters(*system, {}), {});
    const auto observer = model->observer();
    for (int round = 0; round < 500; ++round) {
      const Cells cells = random_cells(observer->variables(), random);
      const PackedState packed = model->pack(cells);
      BOOST_REQUIRE(model->unpack(packed.data()) == cells);
    }
    const auto explorer = model->explorer();
    BOOST_TEST((model->unpack(explorer->initial().data()) == observer->initial().front()));
  }
}

// The search works on packed states and the reference on plain ones.
BOOST_AUTO_TEST_CASE(a_wide_state_is_searched_as_a_plain_one) {
  for (const char* const cells : {"1", "12", "13", "25", "100"}) {
    const std::string differs = disagreement(*wide(cells), {}, {1, 2});
    BOOST_CHECK_MESSAGE(differs.empty(), cells << " cells:" << differs);
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace synod::test
