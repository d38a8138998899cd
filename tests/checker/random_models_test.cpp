// Random transition tables: the search, the reference checker and a graph algorithm that knows
// nothing of either have to agree on all of them.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <boost/test/unit_test.hpp>
#include <filesystem>

#include "checker/run/run.hpp"
#include "tests/checker/random_model.hpp"
#include "tests/support/agreement.hpp"

namespace synod::test {
namespace {

constexpr std::size_t properties = 7;
constexpr std::size_t target = 3;  ///< the only one that is reached rather than violated

PropertyVerdict verdict(const RandomTruth& truth, std::size_t property) {
  const bool found = truth.depths[property].has_value();
  if (property == target && found) return PropertyVerdict::holds;
  if (property != target && found) return PropertyVerdict::violated;
  if (!truth.exhausted) return PropertyVerdict::incomplete;
  return property == target ? PropertyVerdict::violated : PropertyVerdict::holds;
}

/// How a search differs from what the graph algorithm says.
std::string difference(const RandomTruth& truth, const SearchResult& found) {
  std::string text;
  const auto compare = [&](const std::string& what, const auto& wanted, const auto& got) {
    if (wanted != got) text += fmt::format("\n  {}: expected {}, found {}", what, wanted, got);
  };
  compare("distinct", truth.distinct, found.distinct);
  compare("generated", truth.generated, found.generated);
  compare("depth", truth.levels.size(), found.depth);
  compare("levels", truth.levels, found.levels);
  for (std::size_t i = 0; i < truth.fired.size(); ++i)
    compare(fmt::format("firings of action {}", i), truth.fired[i], found.actions[i].fired);
  for (std::size_t i = 0; i < properties; ++i) {
    compare(fmt::format("property {}", i), verdict_name(verdict(truth, i)),
            verdict_name(found.properties[i].verdict));
    compare(fmt::format("depth of property {}", i), truth.depths[i].value_or(0),
            found.properties[i].depth.value_or(0));
  }
  if (found.shown && *found.shown != target)
    compare("length of the path", *truth.depths[*found.shown], found.path.states.size());
  return text;
}

/// What turned up, so that a table that produces only one kind of result is noticed.
struct Seen {
  std::vector<std::size_t> violated = std::vector<std::size_t>(properties, 0);
  std::size_t exhausted = 0;
  std::size_t cut_short = 0;

  void note(const SearchResult& result) {
    for (std::size_t i = 0; i < properties; ++i)
      if (result.properties[i].verdict == PropertyVerdict::violated) ++violated[i];
    (result.stop == Stop::exhausted ? exhausted : cut_short) += 1;
  }
};

void check_three_ways(int seed, int positions, int choices, const std::vector<Drop>& drops,
                      const std::vector<std::size_t>& threads, bool with_reference, Seen& seen) {
  const auto model =
      random_system().instantiate(random_parameters(seed, positions, choices), drops);
  const RandomTruth truth = random_truth(RandomTable(seed, positions, choices), drops);
  std::string differs;
  for (const std::size_t count : threads) {
    SearchOptions options;
    options.threads = count;
    options.memory = std::size_t{1} << 26;
    const SearchResult result = search(*model, options);
    seen.note(result);
    differs += difference(truth, result);
    options.properties = test::without_graph(*model);
    const SearchResult safe = search(*model, options);
    options.memory = 1;
    options.batch = 2;
    options.disk = std::filesystem::temp_directory_path().string();
    differs += test::difference(safe, search(*model, options));
    if (with_reference) differs += test::difference(*model, reference_check(*model), result);
  }
  std::string dropped;
  for (const Drop& drop : drops) dropped += " without " + drop.text();
  BOOST_CHECK_MESSAGE(differs.empty(), "seed " << seed << " positions " << positions << " choices "
                                               << choices << dropped << ":" << differs);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(random_models)

BOOST_AUTO_TEST_CASE(small_tables) {
  Seen seen;
  for (int seed = 0; seed < 400; ++seed)
    check_three_ways(seed, 2 + seed % 23, 1 + seed % 3, {}, {1, 2}, true, seen);
  for (const std::size_t count : seen.violated) BOOST_TEST(count >= 20U);
  BOOST_TEST(seen.exhausted >= 80U);
  BOOST_TEST(seen.cut_short >= 80U);
}

BOOST_AUTO_TEST_CASE(small_tables_with_parts_dropped) {
  Seen seen;
  for (int seed = 1000; seed < 1100; ++seed) {
    for (const Drop& drop : random_model_parts)
      check_three_ways(seed, 2 + seed % 23, 1 + seed % 3, {drop}, {2}, true, seen);
    check_three_ways(seed, 2 + seed % 23, 1 + seed % 3, {{"Go", "open"}, {"Jump", "land"}}, {1},
                     true, seen);
  }
  for (const std::size_t count : seen.violated) BOOST_TEST(count >= 10U);
}

BOOST_AUTO_TEST_SUITE_END()

// Levels of hundreds of states, so that several threads have work at once.
BOOST_AUTO_TEST_SUITE(random_models_in_parallel)

BOOST_AUTO_TEST_CASE(large_tables) {
  Seen seen;
  for (int seed = 2000; seed < 2030; ++seed)
    check_three_ways(seed, 3000, 3, {}, {1, 2, 3, 4}, false, seen);
  BOOST_TEST(seen.exhausted >= 8U);
  BOOST_TEST(seen.cut_short >= 8U);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace synod::test
