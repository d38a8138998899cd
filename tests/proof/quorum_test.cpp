// Quorums: every question and control is answered as expected, by two solvers.
#include "checker/proof/quorum.hpp"

#include <fmt/format.h>

#include <boost/test/unit_test.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "checker/proof/solve.hpp"

namespace synod::test {
namespace {

using namespace proof;

constexpr double seconds = 60;

}  // namespace

BOOST_AUTO_TEST_SUITE(quorums)

BOOST_AUTO_TEST_CASE(answers) {
  const Topic topic = quorum_topic().make({});
  for (const Obligation& o : topic.obligations) {
    std::vector<Query> all = o.queries;
    for (const Control& c : o.controls)
      for (const Query& q : c.any_of) all.push_back(q);
    for (const Query& q : all) {
      const Solved s = solve(*topic.context, q, seconds);
      BOOST_TEST(s.as_expected(q), o.name + ": " + q.name);
      std::string verdict;
      std::ofstream("question.smt2") << smt2(*topic.context, q, o.sentence);
      const SecondOpinion second = ask_cvc5("question.smt2", q.expected, seconds);
      BOOST_TEST((second.answer == s.answer), o.name + ": " + q.name + ": cvc5: " + second.reason);
      fmt::print("{}: {} {:.3f}\n{}\n", o.name, q.name, s.seconds, s.explanation);
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace synod::test
