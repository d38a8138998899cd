// The bound n > 3k: what the solvers say, and what loops over all executions or all tables say.
#include <algorithm>
#include <array>
#include <bit>
#include <boost/test/unit_test.hpp>
#include <map>
#include <random>
#include <set>
#include <sstream>

#include "checker/proof/decision_rules.hpp"
#include "checker/proof/solve.hpp"
#include "model/byzantine_om/full_information.hpp"
#include "model/byzantine_om/oral_messages.hpp"
#include "model/byzantine_om/two_rounds.hpp"
#include "model/proofs.hpp"
#include "tests/proof/asking.hpp"

namespace synod::test {
namespace {

using byzantine_om::Execution;
using byzantine_om::FullInformation;
using byzantine_om::OralMessages;
using byzantine_om::Setting;
using byzantine_om::Tie;
using proof::Answer;
using proof::Status;

std::string explanation(const proof::Topic& topic, const std::string& obligation,
                        const std::string& query) {
  return proof::solve(*topic.context, query_of(topic, obligation, query), 60).explanation;
}

/// OM(m) as [LSP82] has it, recursively: what each of `lieutenants` obeys when `commander` acts
/// with this order. `says` is what a traitor tells.
using Path = std::vector<int>;
using Says = std::function<bool(const Path& path, int to)>;
std::map<int, bool> om(int m, Path path, bool order, const std::vector<int>& lieutenants,
                       std::uint64_t traitors, const Says& says, Tie tie) {
  const int commander = path.back();
  std::map<int, bool> told;
  for (const int i : lieutenants)
    told[i] = (traitors >> commander & 1) != 0 ? says(path, i) : order;
  if (m == 0) return told;
  std::map<int, std::vector<bool>> values;
  for (const int i : lieutenants) values[i].push_back(told[i]);
  for (const int j : lieutenants) {
    std::vector<int> others;
    for (const int i : lieutenants)
      if (i != j) others.push_back(i);
    Path longer = path;
    longer.push_back(j);
    for (const auto& [i, value] : om(m - 1, longer, told[j], others, traitors, says, tie))
      values[i].push_back(value);
  }
  std::map<int, bool> obeyed;
  for (const auto& [i, all] : values) {
    const auto attacks = 2 * std::count(all.begin(), all.end(), true);
    const auto votes = static_cast<std::ptrdiff_t>(all.size());
    obeyed[i] = attacks > votes || (attacks == votes && tie == Tie::commander && told[i]);
  }
  return obeyed;
}

bool violates(int n, int m, std::uint64_t traitors, bool order, const Says& says, Tie tie) {
  std::vector<int> lieutenants;
  for (int i = 1; i < n; ++i) lieutenants.push_back(i);
  std::set<bool> obeyed;
  for (const auto& [i, value] : om(m, {0}, order, lieutenants, traitors, says, tie))
    if ((traitors >> i & 1) == 0) obeyed.insert(value);
  return obeyed.size() > 1 || ((traitors & 1) == 0 && obeyed.contains(!order));
}

/// Whether any execution of OM(1) with these traitors violates IC1 or IC2: all that can be said,
/// one after another.
bool some_execution_violates(int n, std::uint64_t traitors, Tie tie) {
  const int messages = (n - 1) * (n - 1);
  for (std::uint32_t said = 0; said < 1U << messages; ++said) {
    const Says says = [&](const Path& path, int to) {
      const int row = path.size() == 1 ? 0 : path.back() - 1;
      const int column = path.size() == 1 ? to - 1 : (to < path.back() ? to - 1 : to - 2);
      const int at = path.size() == 1 ? column : n - 1 + row * (n - 2) + column;
      return (said >> at & 1) != 0;
    };
    for (const bool order : {false, true})
      if (violates(n, 1, traitors, order, says, tie)) return true;
  }
  return false;
}

proof::DecisionRules all_rules(const Setting& setting, int k) {
  FullInformation views(setting);
  proof::DecisionRules rules("retreat", "attack");
  views.each_execution(k, [&](const Execution& execution) {
    std::vector<int> loyal;
    const std::vector<int> seen = views.run(execution);
    for (int i = 1; i < setting.generals; ++i)
      if (!execution.is_traitor(i))
        loyal.push_back(rules.view(views.text(seen[static_cast<std::size_t>(i)])));
    for (const int view : loyal) {
      if (execution.order >= 0) rules.decides(view, execution.order == 1, "IC2", [] { return ""; });
      rules.alike(view, loyal.front(), "IC1", [] { return ""; });
    }
  });
  return rules;
}

/// The rows "retreat  attack   retreat  -> retreat", as a table.
std::map<std::uint32_t, bool> rows_of(const std::string& protocol) {
  std::map<std::uint32_t, bool> rows;
  std::istringstream lines(protocol);
  for (std::string line; std::getline(lines, line);) {
    std::istringstream row(line);
    std::uint32_t orders = 0;
    std::uint32_t bit = 1;
    std::string word;
    for (; row >> word && (word == "attack" || word == "retreat"); bit <<= 1)
      orders |= word == "attack" ? bit : 0;
    if (bit > 1 && word == "->" && row >> word) rows[orders] = word == "attack";
  }
  return rows;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(byzantine)

BOOST_AUTO_TEST_CASE(both_sides_of_the_bound) { check_topic(topic_of(byzantine_topic())); }

BOOST_AUTO_TEST_CASE(second_opinions) { check_second_opinions(topic_of(byzantine_topic())); }

BOOST_AUTO_TEST_CASE(other_n_and_k) {
  for (const auto& [n, k] : {std::pair(3, 1), std::pair(5, 1), std::pair(7, 1), std::pair(4, 2),
                             std::pair(5, 2), std::pair(6, 2), std::pair(7, 2)})
    check_topic(topic_of(byzantine_topic(), {{"n", n}, {"k", k}}));
}

BOOST_AUTO_TEST_CASE(second_opinions_of_seven_generals) {
  const proof::Topic topic = topic_of(byzantine_topic(), {{"n", 7}, {"k", 2}});
  proof::Topic hardest{.context = topic.context};
  hardest.obligations = {obligation(topic, "om_7_generals_2_traitors"),
                         obligation(topic, "no_algorithm_7_generals_2_rounds")};
  check_second_opinions(hardest);
}

BOOST_AUTO_TEST_CASE(three_executions_that_contradict_each_other) {
  const proof::Topic topic = topic_of(byzantine_topic(), {{"n", 3}});
  BOOST_TEST(
      explanation(topic, "no_algorithm_3_generals_2_rounds", "a chain of executions") ==
      "  1. 0 orders retreat; traitor 1 tells 2: told attack\n"
      "     [2 hears 0: retreat; 1: told attack] decides retreat by IC2\n"
      "  2. traitor 0 tells 1: attack, 2: retreat\n"
      "     2 sees the same as in line 1: retreat; [1 hears 0: attack; 2: told retreat] too, "
      "by IC1\n"
      "  3. 0 orders attack; traitor 2 tells 1: told retreat\n"
      "     1 sees the same as in line 2: retreat; but attack by IC2: a contradiction\n");
}

// Who reads a link knows the execution: its text says all that decides what lieutenants hear, and
// the views of the link are what they hear in it.
BOOST_AUTO_TEST_CASE(links_are_executions) {
  for (const Setting& setting :
       {Setting{3, 1}, Setting{3, 2}, Setting{3, 3, true}, Setting{4, 1}}) {
    FullInformation views(setting);
    std::map<std::string, std::set<std::string>> heard;
    views.each_execution(1, [&](const Execution& execution) {
      std::set<std::string> seen;
      const std::vector<int> all = views.run(execution);
      for (int i = 1; i < setting.generals; ++i)
        if (!execution.is_traitor(i)) seen.insert(views.text(all[static_cast<std::size_t>(i)]));
      const auto [at, is_new] = heard.emplace(views.text(execution), seen);
      BOOST_TEST(at->second == seen, at->first);
    });
    const proof::Topic topic = topic_of(byzantine_topic(), {{"n", setting.generals}});
    const std::string chain = explanation(topic,
                                          "no_algorithm_" + std::to_string(setting.generals) +
                                              "_generals_" + std::to_string(setting.rounds) +
                                              (setting.rounds == 1 ? "_round" : "_rounds"),
                                          "a chain of executions");
    BOOST_TEST(chain.ends_with(": a contradiction\n"));
    int links = 0;
    for (const auto& [text, seen] : heard) {
      for (const std::string ending :
           {"; [", "\n     [", "; 1 sees", "; 2 sees", "\n     1 sees", "\n     2 sees"}) {
        const std::size_t at = chain.find(". " + text + ending);
        if (at == std::string::npos) continue;
        ++links;
        const std::string link = chain.substr(at, chain.find("\n  ", at + text.size() + 12) - at);
        const std::size_t view = link.find('[', text.size());
        if (view == std::string::npos) continue;
        BOOST_TEST(seen.contains(link.substr(view + 1, link.rfind(']') - view - 1)), link);
      }
    }
    BOOST_TEST(links == 3);
  }
}

// [LSP82] Figures 1 and 2.
BOOST_AUTO_TEST_CASE(traitors_have_a_strategy_against_three_generals) {
  const proof::Topic topic = topic_of(byzantine_topic(), {{"n", 3}});
  BOOST_TEST(explanation(topic, "om_3_generals_1_traitor", "traitors {2}, ties retreat") ==
             "0 orders attack\n"
             "traitor 2 tells 1 that 0 said retreat\n"
             "1 has attack from 0, retreat from 2: a tie, he obeys retreat\n"
             "IC2 is violated: 0 is loyal and orders attack, 1 is loyal and obeys retreat\n");
  const std::string second =
      explanation(topic, "om_3_generals_1_traitor", "traitors {0}, ties to the commander");
  BOOST_TEST(second.starts_with("traitor 0 tells 1 "));
  BOOST_TEST(second.find("\nIC1 is violated: 1 and 2 are loyal, 1 obeys ") != std::string::npos);
  for (const int n : {4, 5, 6}) {
    const proof::Topic more = topic_of(byzantine_topic(), {{"n", n}, {"k", 2}});
    const std::string name = "om_" + std::to_string(n) + "_generals_2_traitors";
    for (const proof::Query& query : obligation(more, name).queries)
      BOOST_TEST(explanation(more, name, query.name).find(" is violated: ") != std::string::npos);
  }
}

BOOST_AUTO_TEST_CASE(the_ring_line_by_line) {
  const proof::Topic topic = topic_of(byzantine_topic(), {{"n", 3}});
  BOOST_TEST(
      explanation(topic, "ring_of_6_generals", "10 rounds") ==
      "Each general stands twice in a ring and hears his two neighbours only.\n"
      "All do what the algorithm says:\n"
      "  0 (0 orders retreat) -- 1 -- 2 -- 0' (0' orders attack) -- 1' -- 2' -- 0 again\n"
      "No algorithm is asked to work in a ring. But what neighbours hear in it, they hear in\n"
      "an execution, too, in which traitors tell each of them what he hears in the ring:\n"
      "  1. 0 and 1 are loyal; traitor 2 tells 0 what 2' does, and 1 what 2 does\n"
      "     1 obeys retreat by IC2, as 0 is loyal and orders it\n"
      "  2. 1 and 2 are loyal; traitor 0 tells 1 what 0 does, and 2 what 0' does\n"
      "     1 hears the same as in line 1: retreat; 2 too, by IC1\n"
      "  3. 2 and 0' are loyal; traitor 1 tells 2 what 1 does, and 0' what 1' does\n"
      "     2 hears the same as in line 2: retreat; but attack by IC2, as 0' orders it: a "
      "contradiction\n"
      "The same three do for every number of rounds; those of 1 to 10 were computed.\n");
}

// The table that is printed, played; and the rule, where there are too many rows.
BOOST_AUTO_TEST_CASE(a_protocol_that_can_be_played) {
  for (const int n : {4, 5, 6, 7}) {
    const proof::Topic topic = topic_of(byzantine_topic(), {{"n", n}});
    const std::string& name = topic.obligations.front().name;
    BOOST_TEST(name == "algorithm_" + std::to_string(n) + "_generals_2_rounds");
    const std::string protocol = explanation(topic, name, "the protocol");
    const std::string rule = "\nHe obeys the majority: attack if at least " +
                             std::to_string((n - 1) / 2 + 1) + " of the " + std::to_string(n - 1);
    BOOST_TEST(protocol.find(rule) != std::string::npos, protocol);
    const std::map<std::uint32_t, bool> rows = rows_of(protocol);
    BOOST_TEST(rows.size() == (n == 4 ? 8U : 0U));
    if (n > 4) continue;
    const auto tried =
        byzantine_om::try_table(n, [&](int, std::uint32_t orders) { return rows.at(orders); });
    BOOST_TEST(tried.failed == "");
  }
}

// What is cited is in the notes, and nothing is said of other n than those that are given.
BOOST_AUTO_TEST_CASE(sentences_say_what_was_computed) {
  for (const auto& [n, k] : {std::pair(3, 1), std::pair(4, 1), std::pair(6, 2), std::pair(7, 2)}) {
    const proof::Topic topic = topic_of(byzantine_topic(), {{"n", n}, {"k", k}});
    for (const std::string text :
         {"\nIC1: ", "\nIC2: ", "told retreat\": ", "\nCited, not computed: "})
      BOOST_TEST(topic.notes.find(text) != std::string::npos);
    for (const proof::Obligation& one : topic.obligations) {
      BOOST_TEST(one.sentence.find("[LSP82]") == std::string::npos);
      BOOST_TEST(one.scope.starts_with("n = " + std::to_string(n) + ", "), one.name);
    }
  }
}

BOOST_AUTO_TEST_CASE(all_executions_of_om_1_agree_with_the_formulas) {
  z3::context context;
  int violated = 0;
  for (const int n : {3, 4}) {
    for (std::uint64_t traitors = 0; traitors < 1U << n; ++traitors) {
      if (std::popcount(traitors >> 1) == n - 1) continue;  // no loyal lieutenant
      for (const Tie tie : {Tie::retreat, Tie::commander}) {
        const bool expected = some_execution_violates(n, traitors, tie);
        const proof::Solved solved = proof::solve(
            context, OralMessages(context, n, 1, traitors, tie).violation("", Status::sat), 60);
        BOOST_TEST((solved.answer == (expected ? Answer::sat : Answer::unsat)),
                   "n = " << n << ", traitors " << traitors);
        violated += expected ? 1 : 0;
      }
    }
  }
  BOOST_TEST(violated > 0);
}

BOOST_AUTO_TEST_CASE(single_executions_of_om_2_agree_with_the_formulas) {
  std::mt19937 random(7);
  z3::context context;
  int violated = 0;
  int kept = 0;
  for (int run = 0; run < 40; ++run) {
    const int n = 5 + run % 3;
    const std::uint64_t traitors = (run % 2 == 0 ? 1U : 0U) | 3U << (n - 2);
    const bool order = random() % 2 == 0;
    std::map<std::pair<Path, int>, bool> said;
    const Says says = [&](const Path& path, int to) {
      const auto [at, is_new] = said.try_emplace({path, to}, false);
      if (is_new) at->second = random() % 2 == 0;
      return at->second;
    };
    const bool expected = violates(n, 2, traitors, order, says, Tie::retreat);
    proof::Query query =
        OralMessages(context, n, 2, traitors, Tie::retreat).violation("", Status::sat);
    if ((traitors & 1) == 0)
      query.assertions.push_back({context.bool_const("order") == context.bool_val(order)});
    for (const auto& [message, value] : said) {
      std::string label = "told ";
      for (const int general : message.first)
        label += (general == 0 ? "" : ":") + std::to_string(general);
      label += "->" + std::to_string(message.second);
      query.assertions.push_back({context.bool_const(label.c_str()) == context.bool_val(value)});
    }
    const proof::Solved solved = proof::solve(context, query, 60);
    BOOST_TEST((solved.answer == (expected ? Answer::sat : Answer::unsat)), "run " << run);
    ++(expected ? violated : kept);
  }
  BOOST_TEST(violated > 5);
  BOOST_TEST(kept > 5);
}

BOOST_AUTO_TEST_CASE(tables_are_tried_in_all_executions) {
  const auto majority = [](int n) {
    return [n](int, std::uint32_t orders) { return 2 * std::popcount(orders) > n - 1; };
  };
  // No traitor: 2 orders. The commander: n - 1 bits. A lieutenant: an order, and n - 2 bits.
  BOOST_TEST(byzantine_om::try_table(4, majority(4)).executions == 2 + 8 + 3 * 2 * 4);
  for (int n = 4; n <= 7; ++n) BOOST_TEST(byzantine_om::try_table(n, majority(n)).failed == "");
  BOOST_TEST(byzantine_om::try_table(3, majority(3)).failed.starts_with("IC2"));
  const auto obey = [](int, std::uint32_t orders) { return (orders & 1) != 0; };
  BOOST_TEST(byzantine_om::try_table(4, obey).failed.starts_with("IC1"));
  const auto never = [](int, std::uint32_t) { return false; };
  BOOST_TEST(byzantine_om::try_table(4, never).failed.starts_with("IC2"));
  const auto not_third = [&](int lieutenant, std::uint32_t orders) {
    return lieutenant == 3 ? (orders & 1) != 0 : majority(4)(lieutenant, orders);
  };
  BOOST_TEST(byzantine_om::try_table(4, not_third).failed.starts_with("IC1"));
}

// Every table there is: none for three generals, for four the majority alone.
BOOST_AUTO_TEST_CASE(all_tables_of_two_rounds) {
  int right = 0;
  for (std::uint32_t table = 0; table < 1U << 8; ++table) {
    const auto decides = [&](int i, std::uint32_t orders) {
      return (table >> ((static_cast<std::uint32_t>(i) - 1) * 4 + orders) & 1) != 0;
    };
    if (byzantine_om::try_table(3, decides).failed.empty()) ++right;
  }
  BOOST_TEST(right == 0);
  // What a loyal commander demands concerns the table of each lieutenant by itself: rows in which
  // no more than one of the others contradicts him.
  std::vector<std::uint32_t> obedient;
  for (std::uint32_t table = 0; table < 1U << 8; ++table) {
    bool obeys = true;
    for (const std::uint32_t row : {0b000U, 0b010U, 0b100U})
      obeys = obeys && (table >> row & 1U) == 0 && (table >> (~row & 7U) & 1U) == 1;
    if (obeys) obedient.push_back(table);
  }
  BOOST_TEST(obedient.size() == 4U);
  std::vector<std::array<std::uint32_t, 3>> right_of_four;
  for (const std::uint32_t first : obedient) {
    for (const std::uint32_t second : obedient) {
      for (const std::uint32_t third : obedient) {
        const std::array tables{first, second, third};
        const auto decides = [&](int i, std::uint32_t orders) {
          return (tables.at(static_cast<std::size_t>(i) - 1) >> orders & 1U) != 0;
        };
        if (byzantine_om::try_table(4, decides).failed.empty()) right_of_four.push_back(tables);
      }
    }
  }
  constexpr std::uint32_t majority = 0b11101000;
  BOOST_REQUIRE(right_of_four.size() == 1U);
  BOOST_TEST(right_of_four[0] == (std::array{majority, majority, majority}),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(chains_are_found_just_when_there_is_no_model) {
  std::mt19937 random(1);
  z3::context context;
  int with_model = 0;
  constexpr int runs = 60;
  for (int run = 0; run < runs; ++run) {
    proof::DecisionRules rules("no", "yes");
    const int views = 4 + static_cast<int>(random() % 12);
    const auto any = [&] {
      return rules.view("v " + std::to_string(random() % static_cast<unsigned>(views)));
    };
    for (int i = 0; i < views; ++i) rules.alike(any(), any(), "alike", [] { return ""; });
    for (int i = 0; i < 3; ++i)
      rules.decides(any(), random() % 2 == 0, "decides", [] { return ""; });
    const proof::Solved all =
        proof::solve(context, rules.query(context, "", Status::sat, rules.demands()), 60);
    const std::vector<proof::Demand> chain = rules.chain();
    BOOST_TEST((all.answer == (chain.empty() ? Answer::sat : Answer::unsat)));
    if (chain.empty()) {
      ++with_model;
      continue;
    }
    const proof::Solved alone =
        proof::solve(context, rules.query(context, "", Status::unsat, chain), 60);
    BOOST_TEST((alone.answer == Answer::unsat));
    BOOST_TEST(alone.core.size() == chain.size());
  }
  BOOST_TEST(with_model > runs / 10);
  BOOST_TEST(with_model < runs - runs / 10);
}

// In two rounds it makes no difference whether the commander speaks again.
BOOST_AUTO_TEST_CASE(a_commander_need_not_repeat_himself) {
  for (const int n : {3, 4}) {
    for (const int rounds : {1, 2}) {
      const bool possible = n == 4 && rounds == 2;
      for (const bool repeats : {false, true})
        BOOST_TEST(all_rules({n, rounds, repeats}, 1).chain().empty() == possible);
    }
  }
}

BOOST_AUTO_TEST_CASE(pieces_of_the_ring_are_executions) {
  for (const int n : {3, 4, 5, 6}) {
    const int k = n == 3 ? 1 : 2;
    for (const int rounds : {1, 2, 5}) {
      FullInformation views({.generals = n, .rounds = rounds, .repeats = true});
      const std::vector<Execution> pieces = byzantine_om::ring_executions(views);
      BOOST_REQUIRE(pieces.size() == 3U);
      std::vector<std::vector<int>> seen;
      for (const Execution& execution : pieces) {
        BOOST_TEST(std::popcount(execution.traitors) <= k);
        seen.push_back(views.run(execution));
      }
      BOOST_TEST(pieces[0].order == 0);
      BOOST_TEST(pieces[2].order == 1);
      for (int i = 1; i < n; ++i) {
        for (const auto& [first, second] : {std::pair(0U, 1U), std::pair(1U, 2U)}) {
          const bool loyal = !pieces[first].is_traitor(i) && !pieces[second].is_traitor(i);
          const auto at = static_cast<std::size_t>(i);
          if (loyal) BOOST_TEST(seen[first][at] == seen[second][at]);
        }
      }
    }
  }
  // With n > 3k, some camp has more traitors than there may be.
  FullInformation views({.generals = 4, .rounds = 2, .repeats = true});
  bool too_many = false;
  for (const Execution& execution : byzantine_om::ring_executions(views))
    too_many = too_many || std::popcount(execution.traitors) > 1;
  BOOST_TEST(too_many);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace synod::test
