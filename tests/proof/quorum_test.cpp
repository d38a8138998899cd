// The quorum systems of the literature: two solvers agree on every question and control, the
// examples are the ones that a textbook has, and regions stand for sets.
#include "checker/proof/quorum.hpp"

#include <fmt/format.h>

#include <array>
#include <bit>
#include <boost/test/unit_test.hpp>
#include <map>
#include <random>
#include <set>

#include "checker/proof/claim.hpp"
#include "checker/proof/venn.hpp"
#include "tests/proof/asking.hpp"

namespace synod::test {
namespace {

using namespace proof;

/// Whether the region of exactly these sets is what it is called in formulas.
z3::expr region(z3::context& context, const std::vector<std::string>& sets, unsigned mask,
                bool weight) {
  std::string name = mask == 0 ? "not.in" : "in";
  for (std::size_t i = 0; i < sets.size(); ++i)
    if ((mask >> i & 1) != 0) name += "." + sets[i];
  return weight ? context.real_const(("weight." + name).c_str()) : context.int_const(name.c_str());
}

/// Some processes with weights, and some sets of them.
struct Sets {
  int processes;
  std::vector<int> weights;
  std::vector<unsigned> members;

  Sets(std::mt19937_64& random, std::size_t sets) : processes(1 + static_cast<int>(random() % 6)) {
    for (int i = 0; i < processes; ++i) weights.push_back(static_cast<int>(random() % 4));
    for (std::size_t i = 0; i < sets; ++i)
      members.push_back(static_cast<unsigned>(random() % (1U << processes)));
  }

  /// The processes that are in exactly the sets of the mask.
  unsigned exactly(unsigned mask) const {
    unsigned result = (1U << processes) - 1;
    for (std::size_t i = 0; i < members.size(); ++i)
      result &= (mask >> i & 1) != 0 ? members[i] : ~members[i];
    return result;
  }
  unsigned in(const Common& common) const {
    unsigned result = (1U << processes) - 1;
    for (const std::size_t set : common.in) result &= members[set];
    for (const std::size_t set : common.out) result &= ~members[set];
    return result;
  }
  int weight(unsigned processes_in) const {
    int sum = 0;
    for (int i = 0; i < processes; ++i)
      if ((processes_in >> i & 1) != 0) sum += weights[static_cast<std::size_t>(i)];
    return sum;
  }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(quorums)

BOOST_AUTO_TEST_CASE(answers_are_as_expected) {
  const Topic topic = quorum_topic().make({});
  for_each_query(topic, [&](const std::string& where, const Query& query) {
    const Solved solved = asked(topic, query);
    BOOST_TEST(solved.as_expected(query), where << ", " << query.name);
    BOOST_TEST(!solved.explanation.empty(), where << ", " << query.name);
  });
}

BOOST_AUTO_TEST_CASE(a_second_solver_agrees) { check_second_opinions(quorum_topic().make({})); }

BOOST_AUTO_TEST_CASE(each_is_proved_in_both_directions) {
  const Topic topic = quorum_topic().make({});
  std::set<std::string> names;
  for (const Obligation& one : topic.obligations) {
    BOOST_TEST(names.insert(one.name).second, one.name);
    BOOST_TEST((one.sentence.ends_with('.') && !one.scope.empty()), one.name);
    std::set<std::string> queries;
    for (const Query& query : one.queries) BOOST_TEST(queries.insert(query.name).second);
    for (const Control& control : one.controls)
      for (const Query& query : control.any_of())
        BOOST_TEST(queries.insert(query.name).second, one.name << ": " << query.name);
  }
  for (const Obligation& one : topic.obligations) {
    const bool tight = one.name.ends_with("_tight");
    BOOST_TEST((tight || names.contains(one.name + "_tight")), one.name);
    BOOST_TEST((tight || !one.controls.empty()), one.name);
    BOOST_TEST((one.queries[0].expected == (tight ? Status::sat : Status::unsat)), one.name);
  }
}

// Every hypothesis that has a control is one that the proof rests on.
BOOST_AUTO_TEST_CASE(proofs_rest_on_all_hypotheses) {
  const Topic topic = quorum_topic().make({});
  for (const Obligation& one : topic.obligations) {
    if (one.controls.empty() || one.name == "grid") continue;  // of a grid, half of them suffice
    std::size_t used = 0;
    for (const Query& query : one.queries) used += asked(topic, query).core.size();
    BOOST_TEST(used == one.controls.size(), one.name);
  }
}

BOOST_AUTO_TEST_CASE(examples_are_small) {
  const std::map<std::string, std::string> examples = {
      {"majority_tight", "n = 2\nA = {1}\nB = {2}\nin A and B: {}\n"},
      {"threshold_tight", "n = 2, f = 1\nA = {1}\nB = {2}\nin A and B: {}\n"},
      {"two_f_plus_one_tight", "n = 3, f = 1\nA = {1}\nB = {2}\nin A and B: {}\n"},
      {"weighted_votes_tight",
       "n = 2\nweights: 1 of {1}, 1 of {2}; together 2\nA = {1}, weight 1\nB = {2}, weight 1\n"
       "in A and B: {}, weight 0\n"},
      {"hierarchical_tight", "n = 2, in groups {1} {2}\nA = {1}\nB = {2}\nin A and B: {}\n"},
      {"read_write_tight",
       "n = 3, r = 1, w = 2\nRead = {1}\nWrite = {2, 3}\nin Read and Write: {}\n"},
      {"flexible_paxos_tight",
       "n = 2, q1 = 1, q2 = 1\nPhase1 = {1}\nPhase2 = {2}\nin Phase1 and Phase2: {}\n"},
      {"fast_paxos_tight",
       "n = 3, e = 1, f = 1\nC = {1, 2}\nQ1 = {1, 3}\nQ2 = {2, 3}\nin C, Q1 and Q2: {}\n"},
      {"byzantine_dissemination_tight",
       "n = 3, f = 1\nA = {1, 2}\nB = {2, 3}\nfaulty = {2}\nin A and B, not in faulty: {}\n"},
      {"byzantine_broadcast_tight",
       "n = 5, f = 1\nA = {1, 2, 3}\nB = {3, 4, 5}\nfaulty = {3}\nin A and B, not in faulty: {}\n"},
      {"byzantine_masking_tight",
       "n = 4, f = 1\nA = {1, 2, 3}\nB = {2, 3, 4}\nfaulty = {2}\nsuspect = {3}\n"
       "in A and B, not in faulty and suspect: {}\n"},
      {"stake_tight",
       "n = 3\nweights: 1 of {1}, 1 of {2}, 1 of {3}; together 3\nA = {1, 2}, weight 2\n"
       "B = {2, 3}, weight 2\nin A and B: {2}, weight 1\n"}};
  const Topic topic = quorum_topic().make({});
  for (const auto& [name, example] : examples)
    BOOST_TEST(asked(topic, obligation(topic, name).queries[0]).explanation == example);
}

BOOST_AUTO_TEST_CASE(a_grid_is_shown) {
  const Topic topic = quorum_topic().make({});
  for (const Query& query : obligation(topic, "grid_tight").queries) {
    const std::string example = asked(topic, query).explanation;
    const unsigned a = members_in(example, "A"), b = members_in(example, "B");
    BOOST_TEST((a & b) == 0U, example);
    BOOST_TEST(std::popcount(a) + std::popcount(b) >= 3, example);
  }
}

// Sets of processes give sizes and weights of regions that satisfy what is asserted, and the
// expressions are the sizes and weights of what the sets have in common.
BOOST_AUTO_TEST_CASE(sets_are_regions) {
  std::mt19937_64 random(1);
  for (int round = 0; round < 64 / share; ++round) {
    z3::context context;
    const std::size_t count = 1 + random() % 4;
    const std::vector<std::string> all = {"A", "B", "C", "D"};
    const std::vector<std::string> names(all.begin(), all.begin() + static_cast<long>(count));
    const Sets sets(random, count);
    const Venn venn(context, names, true);
    z3::solver solver(context);
    for (const Assertion& one : venn.assertions()) solver.add(one.formula);
    for (unsigned mask = 0; mask < 1U << count; ++mask) {
      const unsigned members = sets.exactly(mask);
      solver.add(region(context, names, mask, false) == std::popcount(members));
      solver.add(region(context, names, mask, true) == sets.weight(members));
    }
    BOOST_REQUIRE((solver.check() == z3::sat));
    const z3::model model = solver.get_model();
    BOOST_TEST(value_text(model, venn.total()) == std::to_string(sets.processes));
    Common common;
    for (std::size_t i = 0; i < count; ++i) {
      const auto where = random() % 3;
      if (where == 0) common.in.push_back(i);
      if (where == 1) common.out.push_back(i);
    }
    const unsigned members = sets.in(common);
    BOOST_TEST(value_text(model, venn.size(common)) == std::to_string(std::popcount(members)));
    BOOST_TEST(value_text(model, venn.weight(common)) == std::to_string(sets.weight(members)));
    BOOST_TEST(value_text(model, venn.total_weight()) ==
               std::to_string(sets.weight((1U << sets.processes) - 1)));
  }
}

// Two sets of more than, or at least, p/q of the weight: disjoint ones exist for some weights of n
// processes exactly if arithmetic says so. Weights 0..3 suffice to find those that exist.
BOOST_AUTO_TEST_CASE(weights_agree_with_enumeration) {
  const auto enough = [](int weight, int all, int p, int q, bool strict) {
    return strict ? q * weight > p * all : q * weight >= p * all;
  };
  for (int n = 1; n <= 3; ++n) {
    for (const auto& [p, q] : std::vector<std::pair<int, int>>{{1, 4}, {1, 3}, {1, 2}, {3, 5}}) {
      for (const bool strict : {false, true}) {
        bool found = false;
        for (unsigned code = 1; code < 1U << (2 * n); ++code) {
          std::array<int, 8> weight_of{};
          for (unsigned set = 0; set < 1U << n; ++set)
            for (int i = 0; i < n; ++i)
              if ((set >> i & 1) != 0) weight_of.at(set) += static_cast<int>(code >> (2 * i) & 3);
          const int all = weight_of.at((1U << n) - 1);
          for (unsigned a = 0; a < 1U << n; ++a)
            for (unsigned b = 0; b < 1U << n; ++b)
              found = found || ((a & b) == 0 && enough(weight_of.at(a), all, p, q, strict) &&
                                enough(weight_of.at(b), all, p, q, strict));
        }
        z3::context context;
        const Venn venn(context, {"A", "B"}, true);
        z3::solver solver(context);
        for (const Assertion& one : venn.assertions()) solver.add(one.formula);
        solver.add(venn.total() == n && venn.total_weight() > 0);
        for (const std::size_t set : {0, 1})
          solver.add(strict ? q * venn.weight(set) > p * venn.total_weight()
                            : q * venn.weight(set) >= p * venn.total_weight());
        solver.add(venn.size(Common{{0, 1}}) == 0);
        BOOST_TEST((solver.check() == (found ? z3::sat : z3::unsat)),
                   n << " processes, " << p << "/" << q << (strict ? " strict" : ""));
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(sets_are_written_as_ranges) {
  BOOST_TEST(set_text({}) == "{}");
  BOOST_TEST(set_text({{1, 2}, {3, 0}, {5, 1}}) == "{1, 2, 5}");
  BOOST_TEST(set_text({{1, 12}}) == "{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12}");
  BOOST_TEST(set_text({{1, 6}, {7, 7}, {20, 2}, {30, 1}}) == "{1..13, 20, 21, 30}");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace synod::test
