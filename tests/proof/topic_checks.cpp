#include "tests/proof/topic_checks.hpp"

#include <unistd.h>

#include <boost/test/unit_test.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>

#include "checker/proof/solve.hpp"

namespace synod::test {
namespace {

constexpr double seconds = 120;

/// Visits each question with its place, and whether it is a control's.
template <class Visit>
void each_query(const proof::Topic& topic, Visit&& visit) {
  for (const proof::Obligation& obligation : topic.obligations) {
    for (const proof::Query& query : obligation.queries)
      if (obligation.quick) visit(query, obligation.name + ": " + query.name);
    for (const proof::Control& control : obligation.controls)
      for (const proof::Query& query : control.any_of)
        visit(query, obligation.name + ": " + control.name + ": " + query.name);
  }
}

}  // namespace

proof::Topic topic_of(const proof::TopicInfo& info,
                      const std::vector<std::pair<std::string, int>>& given) {
  Parameters parameters;
  for (const ParameterSpec& spec : info.parameters) {
    int value = spec.fallback.value(parameters);
    for (const auto& [name, wanted] : given)
      if (name == spec.name) value = wanted;
    BOOST_REQUIRE(spec.low.value(parameters) <= value);
    BOOST_REQUIRE(value <= spec.high.value(parameters));
    parameters.set(spec.name, value);
  }
  return info.make(parameters);
}

void check_topic(const proof::Topic& topic) {
  std::set<std::string> names;
  for (const proof::Obligation& obligation : topic.obligations) {
    BOOST_TEST(names.insert(obligation.name).second, obligation.name << " is there twice");
    BOOST_TEST_MESSAGE("\n## " << obligation.name << "\n"
                               << obligation.sentence << "\n[" << obligation.scope << "]");
    std::set<std::string> queries;
    BOOST_TEST(!obligation.queries.empty());
    for (const proof::Query& query : obligation.queries) {
      BOOST_TEST(queries.insert(query.name).second,
                 obligation.name << ": " << query.name << " is there twice");
      if (!obligation.quick) continue;
      const proof::Solved solved = proof::solve(*topic.context, query, seconds);
      BOOST_TEST(solved.as_expected(query),
                 obligation.name << ": " << query.name << " " << solved.reason);
      BOOST_TEST_MESSAGE("- " << query.name << " (" << solved.seconds << " s)\n"
                              << solved.explanation);
    }
    for (const proof::Control& control : obligation.controls) {
      bool has_model = false;
      for (const proof::Query& query : control.any_of) {
        const proof::Solved solved = proof::solve(*topic.context, query, seconds);
        has_model = has_model || solved.answer == proof::Answer::sat;
        BOOST_TEST_MESSAGE("  control " << control.name << ": " << query.name << " ("
                                        << solved.seconds << " s)\n"
                                        << solved.explanation);
      }
      BOOST_TEST(has_model, obligation.name << ": " << control.name << " has no model");
    }
  }
}

void check_second_opinions(const proof::Topic& topic) {
  if (std::system("cvc5 --version > /dev/null 2>&1") != 0) {
    BOOST_TEST_MESSAGE("skipped: cvc5 is not installed");
    return;
  }
  std::string name = (std::filesystem::temp_directory_path() / "synod-proof-XXXXXX").string();
  const int file = mkstemp(name.data());
  BOOST_REQUIRE(file >= 0);
  close(file);
  each_query(topic, [&](const proof::Query& query, const std::string& place) {
    std::ofstream(name) << proof::smt2(*topic.context, query, place);
    const proof::SecondOpinion said = proof::ask_cvc5(name, query.expected, seconds);
    const proof::Answer expected =
        query.expected == proof::Status::sat ? proof::Answer::sat : proof::Answer::unsat;
    BOOST_TEST((said.answer == expected), place << ": cvc5 says otherwise " << said.reason);
  });
  std::filesystem::remove(name);
}

const proof::Obligation& obligation_of(const proof::Topic& topic, const std::string& name) {
  for (const proof::Obligation& obligation : topic.obligations)
    if (obligation.name == name) return obligation;
  throw std::runtime_error("no obligation " + name);
}

const proof::Query& query_of(const proof::Topic& topic, const std::string& obligation,
                             const std::string& query) {
  for (const proof::Query& one : obligation_of(topic, obligation).queries)
    if (one.name == query) return one;
  throw std::runtime_error("no query " + query);
}

}  // namespace synod::test
