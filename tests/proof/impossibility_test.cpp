// What cannot be done because messages are lost or processes crash: what the solvers say, and what
// loops over all rules say.
#include <algorithm>
#include <array>
#include <boost/test/unit_test.hpp>
#include <functional>
#include <map>
#include <set>

#include "checker/proof/solve.hpp"
#include "model/proofs.hpp"
#include "model/replica_group/crash_rounds.hpp"
#include "tests/proof/asking.hpp"

namespace synod::test {
namespace {

std::string explanation(const proof::Topic& topic, const std::string& obligation,
                        const std::string& query) {
  return proof::solve(*topic.context, query_of(topic, obligation, query), 60).explanation;
}

/// What two generals have seen in the end. A message says all that its sender has seen.
struct Seen {
  std::string a, b;
};
Seen handshake(bool plan, int messages, unsigned lost) {
  Seen seen{plan ? "A plan" : "A", "B"};
  for (int i = 0; i < messages; ++i) {
    const bool is_lost = (lost >> i & 1U) != 0;
    std::string& to = i % 2 == 0 ? seen.b : seen.a;
    const std::string said = is_lost ? "-" : "(" + (i % 2 == 0 ? seen.a : seen.b) + ")";
    to += said;
  }
  return seen;
}

/// How many rules satisfy Agreement and Validity when the messages in `may_be_lost` may be lost:
/// all rules, one after another.
int rules_for_two_generals(int messages, unsigned may_be_lost) {
  struct Run {
    bool plan, complete;
    std::size_t a, b;
  };
  std::map<std::string, std::size_t> numbers;
  const auto number = [&](const std::string& view) {
    return numbers.emplace(view, numbers.size()).first->second;
  };
  std::vector<Run> runs;
  for (const bool plan : {false, true}) {
    for (unsigned lost = 0; lost < 1U << messages; ++lost) {
      if ((lost & ~may_be_lost) != 0) continue;
      const Seen seen = handshake(plan, messages, lost);
      runs.push_back({plan, lost == 0, number(seen.a), number(seen.b)});
    }
  }
  BOOST_REQUIRE(numbers.size() < 26U);
  int right = 0;
  for (std::uint32_t rule = 0; rule < 1U << numbers.size(); ++rule) {
    const auto is_right = [&](const Run& run) {
      const bool a = (rule >> run.a & 1U) != 0;
      const bool b = (rule >> run.b & 1U) != 0;
      return a == b && (run.plan || !a) && (!run.plan || !run.complete || a);
    };
    if (std::all_of(runs.begin(), runs.end(), is_right)) ++right;
  }
  return right;
}

/// The print server, event by event.
int times_printed(const std::string& order, std::size_t events, bool reissue_if_acknowledged,
                  bool reissue_if_not) {
  const std::string happened = order.substr(0, events);
  const bool acknowledged = happened.find('M') != std::string::npos;
  const bool again = acknowledged ? reissue_if_acknowledged : reissue_if_not;
  const std::string all = happened + (again ? order : "");
  return static_cast<int>(std::count(all.begin(), all.end(), 'P'));
}

/// FloodSet, with sets of inputs only, in every execution with at most this many crashes, which
/// `round` numbers from 1. Whether Agreement and Validity hold in all.
bool floodset_is_right(int n, int rounds, int crashes) {
  bool right = true;
  const replica_group::CrashRounds all(n, rounds);
  all.each_execution(crashes, [&](const replica_group::Execution& execution) {
    std::vector<std::set<unsigned>> known;
    for (int p = 0; p < n; ++p) known.push_back({execution.inputs >> p & 1U});
    std::vector<bool> crashed(static_cast<std::size_t>(n), false);
    for (int round = 1; round <= rounds; ++round) {
      const std::vector<std::set<unsigned>> said = known;
      for (int from = 0; from < n; ++from) {
        unsigned reached = crashed[static_cast<std::size_t>(from)] ? 0 : ~0U;
        for (const replica_group::Crash& crash : execution.crashes)
          if (crash.process == from && crash.round == round) {
            reached = crash.reached;
            crashed[static_cast<std::size_t>(from)] = true;
          }
        for (int to = 0; to < n; ++to)
          if ((reached >> to & 1U) != 0)
            known[static_cast<std::size_t>(to)].insert(said[static_cast<std::size_t>(from)].begin(),
                                                       said[static_cast<std::size_t>(from)].end());
      }
    }
    std::set<unsigned> decided;
    for (int p = 0; p < n; ++p)
      if (!crashed[static_cast<std::size_t>(p)])
        decided.insert(*known[static_cast<std::size_t>(p)].begin());
    const unsigned ones = (1U << n) - 1;
    right = right && decided.size() <= 1 && (execution.inputs != 0 || !decided.contains(1)) &&
            (execution.inputs != ones || !decided.contains(0));
  });
  return right;
}

/// Rules of one round for three processes of which one may crash that treat processes alike: a
/// decision for each own input and each collection of inputs heard. How many are right?
int symmetric_rules_of_one_round() {
  constexpr int n = 3;
  using View = std::pair<unsigned, std::multiset<unsigned>>;
  std::map<View, std::size_t> numbers;
  struct Run {
    unsigned inputs;
    std::vector<std::size_t> views;
  };
  std::vector<Run> runs;
  for (unsigned inputs = 0; inputs < 1U << n; ++inputs) {
    for (int crashing = -1; crashing < n; ++crashing) {
      for (unsigned reached = 0; reached < 1U << n; ++reached) {
        Run run{inputs, {}};
        for (int p = 0; p < n; ++p) {
          if (p == crashing) continue;
          View view{inputs >> p & 1U, {}};
          for (int from = 0; from < n; ++from)
            if (from != p && (from != crashing || (reached >> p & 1U) != 0))
              view.second.insert(inputs >> from & 1U);
          run.views.push_back(numbers.emplace(view, numbers.size()).first->second);
        }
        runs.push_back(run);
      }
    }
  }
  int right = 0;
  for (std::uint32_t rule = 0; rule < 1U << numbers.size(); ++rule) {
    const auto is_right = [&](const Run& run) {
      std::set<bool> decided;
      for (const std::size_t view : run.views) decided.insert((rule >> view & 1U) != 0);
      return decided.size() == 1 && (run.inputs != 0 || !decided.contains(true)) &&
             (run.inputs != (1U << n) - 1 || !decided.contains(false));
    };
    if (std::all_of(runs.begin(), runs.end(), is_right)) ++right;
  }
  return right;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(two_generals)

BOOST_AUTO_TEST_CASE(as_expected) {
  const proof::Topic topic = topic_of(two_generals_topic());
  check_topic(topic);
  check_second_opinions(topic);
}

BOOST_AUTO_TEST_CASE(chain_of_executions) {
  const proof::Topic topic = topic_of(two_generals_topic(), {{"messages", 2}});
  BOOST_TEST(
      explanation(topic, "no_rule", "2 messages") ==
      "  1. no plan, 0 of 2 arrive; [B gets 0] decides retreat by Validity\n"
      "  2. a plan, 0 of 2 arrive\n"
      "     B sees the same as in line 1: retreat; [A has the plan, gets 0] too, by Agreement\n"
      "  3. a plan, 1 of 2 arrive\n"
      "     A sees the same as in line 2: retreat; [B gets 1, the plan] too, by Agreement\n"
      "  4. a plan, 2 of 2 arrive\n"
      "     B sees the same as in line 3: retreat; but attack by Validity: a "
      "contradiction\n");
}

BOOST_AUTO_TEST_CASE(all_rules) {
  for (int messages = 1; messages <= 3; ++messages) {
    const unsigned all = (1U << messages) - 1;
    BOOST_TEST(rules_for_two_generals(messages, all) == 0);
    BOOST_TEST(rules_for_two_generals(messages, all & ~1U) > 0);  // the first arrives
    BOOST_TEST(rules_for_two_generals(messages, 0) > 0);
  }
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(print_server)

BOOST_AUTO_TEST_CASE(as_expected) {
  const proof::Topic topic = topic_of(print_server_topic());
  check_topic(topic);
  check_second_opinions(topic);
}

BOOST_AUTO_TEST_CASE(all_pairs_of_strategies) {
  constexpr std::array<const char*, 3> words{"ZERO", "OK", "DUP"};
  std::map<std::string, std::array<bool, 2>> clients{
      {"always", {true, true}},
      {"never", {false, false}},
      {"only when acknowledged", {true, false}},
      {"only when not acknowledged", {false, true}},
  };
  const std::string table =
      explanation(topic_of(print_server_topic()), "never_exactly_once", "any strategies");
  for (const auto& [name, reissues] : clients) {
    std::string outcomes;
    for (const std::string order : {"MP", "PM"}) {
      bool right = true;
      for (const std::size_t events : {2U, 1U, 0U}) {
        const int times = times_printed(order, events, reissues[0], reissues[1]);
        right = right && times == 1;
        outcomes += words.at(static_cast<std::size_t>(times));
      }
      BOOST_TEST(!right, name << " with " << order);
    }
    // The line of the table, without blanks.
    const std::size_t begin = table.find("\n" + name + " ") + 1 + name.size();
    std::string line = table.substr(begin, table.find('\n', begin) - begin);
    std::erase(line, ' ');
    BOOST_TEST(line == outcomes);
  }
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(crash_consensus)

BOOST_AUTO_TEST_CASE(as_expected) {
  const proof::Topic topic = topic_of(crash_consensus_topic());
  check_topic(topic);
  check_second_opinions(topic);
}

// [Lyn96] section 6.2: k + 1 rounds of FloodSet, and no fewer.
BOOST_AUTO_TEST_CASE(floodset) {
  BOOST_TEST(floodset_is_right(3, 2, 1));
  BOOST_TEST(floodset_is_right(4, 3, 2));
  BOOST_TEST(!floodset_is_right(3, 1, 1));
  BOOST_TEST(!floodset_is_right(4, 2, 2));
  BOOST_TEST(floodset_is_right(4, 2, 1));
}

BOOST_AUTO_TEST_CASE(all_symmetric_rules_of_one_round) {
  BOOST_TEST(symmetric_rules_of_one_round() == 0);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace synod::test
