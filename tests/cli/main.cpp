// End-to-end tests of the command line: each runs the built program as a process of its own. Only
// what a user sees is looked at, so these tests include nothing of the checker.
#define BOOST_TEST_MODULE cli
#include <boost/test/tree/traverse.hpp>
#include <boost/test/tree/visitor.hpp>
#include <boost/test/unit_test.hpp>

#include <set>
#include <sstream>
#include <string>

// ctest runs each suite by its name, from the list in CMakeLists.txt. A suite that is not in that
// list would never run.
BOOST_AUTO_TEST_SUITE(registration)

namespace {

struct SuiteNames : boost::unit_test::test_tree_visitor {
  std::set<std::string> names;
  bool test_suite_start(const boost::unit_test::test_suite& suite) override {
    const bool is_root = suite.p_parent_id == boost::unit_test::INV_TEST_UNIT_ID;
    if (!is_root) names.insert(suite.p_name.get());
    return is_root;
  }
};

}  // namespace

BOOST_AUTO_TEST_CASE(every_suite_is_run_by_ctest) {
  SuiteNames found;
  // Suites that the command line filtered out count too.
  traverse_test_tree(boost::unit_test::framework::master_test_suite(), found, true);
  std::istringstream list(SYNOD_TEST_SUITES);
  std::set<std::string> registered;
  for (std::string name; list >> name;) registered.insert(name);
  BOOST_TEST(found.names == registered, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_SUITE_END()
