// The result of a search depends neither on the number of threads nor on how they were scheduled.
#include <boost/test/unit_test.hpp>

#include "checker/input/input.hpp"
#include "model/catalogue.hpp"
#include "tests/support/agreement.hpp"

namespace synod::test {
namespace {

struct Example {
  const char* system;
  Assignments parameters;
  std::vector<Drop> drops;
  const char* property;  ///< the only one that is checked; empty: all
};

/// Levels of hundreds and thousands of states, so that all threads take part; violations of every
/// kind, with many violating states and many predecessors to choose from.
const std::vector<Example> examples = {
    {"paxos", {{"info_quorum", "1"}}, {}, ""},                                        // always
    {"paxos", {}, {{"Phase2b", "not_outdated"}}, ""},                                 // step
    {"paxos", {}, {{"Phase2b", "not_outdated"}}, "Agreement"},                        //
    {"transaction_commit", {{"participants", "5"}}, {{"TMAbort", "decide"}}, ""},     // two
    {"transaction_commit", {{"participants", "5"}}, {{"TMCommit", "announce"}}, ""},  // deadlock
    {"transaction_commit", {{"participants", "5"}}, {{"TMAbort", "announce"}}, "CanDecide"},
    {"paxos", {}, {}, ""},  // nothing
};

SearchResult search_once(const Example& example, std::size_t threads) {
  const System& system = find_system(catalogue(), example.system);
  const auto model =
      system.instantiate(resolve_parameters(system, example.parameters), example.drops);
  SearchOptions options;
  options.threads = threads;
  options.memory = std::size_t{1} << 26;
  if (example.property[0] != '\0')
    options.properties = PropertySet{1} << find_property(model->properties(), example.property) |
                         PropertySet{1} << find_property(model->properties(), "TypeOK");
  return search(*model, options);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(determinism)

BOOST_AUTO_TEST_CASE(the_same_result_for_every_number_of_threads_and_every_run) {
  for (const Example& example : examples) {
    const SearchResult expected = search_once(example, 1);
    for (const std::size_t threads : {2, 3, 4})
      for (int run = 0; run < 2; ++run)
        BOOST_TEST(difference(expected, search_once(example, threads)) == "",
                   example.system << " " << join_assignments(example.parameters) << ", " << threads
                                  << " threads");
  }
}

// More states than the first table has room for: several threads find it full.
BOOST_AUTO_TEST_CASE(the_same_result_when_the_table_grows) {
  const Example large{"transaction_commit", {{"participants", "6"}}, {}, "TCConsistent"};
  const SearchResult expected = search_once(large, 1);
  BOOST_TEST(expected.distinct == 50'816U);
  for (const std::size_t threads : {2, 3})
    BOOST_TEST(difference(expected, search_once(large, threads)) == "");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace synod::test
