// A catalogue that says what its models do not have: a conjunct was taken out of a model, and a
// mutant still names it.
#include <fcntl.h>
#include <unistd.h>

#include <cstdio>
#include <sstream>

#include "checker/cli/check_catalogue.hpp"
#include "checker/input/input.hpp"
#include "model/catalogue.hpp"
#include "tests/cli/schema.hpp"
#include "tests/cli/support.hpp"

using namespace synod::test;
using synod::System;

namespace {

/// What is printed meanwhile.
template <class Body>
std::string printed_by(Body&& body) {
  const TemporaryFolder folder;
  const std::string file = (folder.path() / "printed").string();
  std::fflush(stdout);
  const int kept = dup(STDOUT_FILENO);
  const int other = open(file.c_str(), O_WRONLY | O_CREAT, 0600);
  dup2(other, STDOUT_FILENO);
  close(other);
  body();
  std::fflush(stdout);
  dup2(kept, STDOUT_FILENO);
  close(kept);
  return read_text(file);
}

/// Two systems, of which the first has mistakes.
std::vector<System> mistaken() {
  System first = synod::find_system(synod::catalogue(), "transaction_commit");
  first.mutants.push_back(synod::mutant("obsolete", "It names a conjunct that was taken out.",
                                        synod::without("TMCommit.all_ready"),
                                        synod::violates("TCConsistent", 4)));
  first.mutants.push_back(synod::mutant("renamed", "It names a claim that was renamed.",
                                        synod::without("TMCommit.all_prepared"),
                                        synod::violates("Consistent", 4)));
  first.scenarios.push_back(synod::scenario("old", "It is refused by what is not there.",
                                            synod::under(""), {"RMPrepare(rm1)"})
                                .refused_by("RMPrepare.ready"));
  System second = first;
  second.name = "broken";
  second.instances.push_back(synod::quick("participant=3", {}));
  return {first, second, synod::find_system(synod::catalogue(), "paxos")};
}

}  // namespace

BOOST_AUTO_TEST_SUITE(catalogue)

BOOST_AUTO_TEST_CASE(a_mutant_without_its_conjunct_is_a_row_and_all_else_is_checked) {
  int code = as_expected;
  const std::string table = printed_by([&] { code = synod::check_catalogue({}, {}, mistaken()); });
  BOOST_TEST(code == not_as_expected);
  std::istringstream lines(table);
  std::size_t errors = 0;
  std::size_t good = 0;
  for (std::string line; std::getline(lines, line);) {
    if (line.empty()) break;
    good += line.ends_with("as expected") ? 1U : 0U;
    if (!contains(line, "model error")) continue;
    ++errors;
    if (contains(line, "mutant obsolete")) {
      BOOST_TEST(contains(line, "catalogue_test.cpp:"), line);  // the line that declares it
      BOOST_TEST(contains(line, "'TMCommit.all_ready'"), line);
      BOOST_TEST(contains(line, "TMCommit.all_prepared"), line);
    }
  }
  // Two mutants and a scenario of the first, and the whole of the second.
  BOOST_TEST(errors == 4U, table);
  const System& first = synod::find_system(synod::catalogue(), "transaction_commit");
  BOOST_TEST(good >= first.mutants.size() + 2, table);
  for (const char* const there : {"mutant early_commit", "mutant literal_accept", "'participant'"})
    BOOST_TEST(contains(table, there), table);
}

BOOST_AUTO_TEST_CASE(the_same_as_json) {
  synod::CheckArguments arguments;
  arguments.json = true;
  const std::string text = printed_by([&] { synod::check_catalogue(arguments, {}, mistaken()); });
  std::istringstream lines(text);
  std::size_t errors = 0;
  for (std::string line; std::getline(lines, line);) {
    const Json object = Json::parse(line);
    BOOST_TEST(fault(object) == "");
    if (object.at("kind") != "model error") continue;
    ++errors;
    BOOST_TEST(object.at("as_expected") == false);
  }
  BOOST_TEST(errors == 4U);
}

BOOST_AUTO_TEST_SUITE_END()
