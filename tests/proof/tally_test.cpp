// The last line of `synod prove` and how it ends: nothing that failed is counted as a success.
#include "checker/proof/tally.hpp"

#include <boost/test/unit_test.hpp>

#include "checker/input/input.hpp"
#include "checker/proof/inductive.hpp"
#include "model/catalogue.hpp"
#include "tests/proof/asking.hpp"

namespace synod::test {
namespace {

using namespace proof;

/// How a proof agrees with its model, or with the model without a part of it.
Agreement compared(const std::string& name, const std::string& without) {
  System changed = find_system(catalogue(), name);
  if (!without.empty())
    changed.instantiate = [instantiate = changed.instantiate, drop = *Drop::read(without)](
                              const Parameters& parameters, std::vector<Drop> drops) {
      drops.push_back(drop);
      return instantiate(parameters, std::move(drops));
    };
  std::vector<Agreement> all;
  compare_all_actions(
      *modelled(name), changed, 1'000,
      [&](const Instance&, const Correspondence& found) { all.push_back(found.agreement()); });
  return whole(all);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(tallies)

BOOST_AUTO_TEST_CASE(what_fails_is_counted_as_what_it_is) {
  Tally tally;
  tally.add({});
  BOOST_TEST(tally.text() == "1 proved");
  BOOST_TEST((tally.success() && !tally.failure()));

  const Remark remark{"a question", "an answer"};
  struct Row {
    ObligationReport report;
    std::string text;
    bool failure;
  };
  const std::vector<Row> rows = {
      {{.outcome = Outcome::refuted, .wrong = {remark}}, "0 proved, 1 refuted", true},
      {{.outcome = Outcome::unknown, .wrong = {remark}}, "0 proved, 1 unknown", true},
      {{.outcome = Outcome::unknown, .interrupted = true}, "0 proved, 1 unknown", false},
      {{.outcome = Outcome::vacuous, .wrong = {remark}}, "0 proved, 1 vacuous", true},
      {{.controls = 2, .idle = {remark}},
       "1 proved; 2 controls fail, as they must; 1 control does not fail",
       true},
      {{.outcome = Outcome::disputed,
        .cross_checked = true,
        .agreed = 1,
        .undecided = {remark},
        .contradicted = {remark, remark}},
       "0 proved, 1 disputed; cvc5 agrees on 1 question, cannot decide 1, says the contrary of 2",
       true},
      {{.cross_checked = true}, "1 proved; cvc5 agrees on 0 questions", false},
  };
  for (const Row& row : rows) {
    Tally one;
    one.add(row.report);
    BOOST_TEST(one.text() == row.text);
    BOOST_TEST(one.failure() == row.failure, row.text);
    BOOST_TEST(one.success() == (row.text.starts_with("1 proved") && !row.failure), row.text);
    // Whatever else succeeds does not hide it.
    one.add({});
    one.add_comparison(Agreement::agrees);
    BOOST_TEST(one.failure() == row.failure, row.text);
  }
}

BOOST_AUTO_TEST_CASE(a_model_that_differs_is_no_comparison_that_counts) {
  struct Row {
    std::vector<Agreement> models;
    std::string text;
    bool success, failure;
  };
  using enum Agreement;
  const std::vector<Row> rows = {
      {{agrees}, "1 agrees with its model", true, false},
      {{agrees, agrees}, "2 agree with their models", true, false},
      {{differs}, "1 differs from its model", false, true},
      {{agrees, differs, agrees, differs},
       "2 agree with their models, 2 differ from their models",
       false,
       true},
      {{unknown, agrees}, "1 agrees with its model, 1 is compared in part", false, false},
  };
  for (const Row& row : rows) {
    Tally tally;
    tally.add({});
    for (const Agreement model : row.models) tally.add_comparison(model);
    BOOST_TEST(tally.text() == "1 proved; " + row.text);
    BOOST_TEST(tally.success() == row.success, row.text);
    BOOST_TEST(tally.failure() == row.failure, row.text);
  }
  BOOST_TEST((whole({}) == unknown && whole({agrees, agrees}) == agrees));
  BOOST_TEST((whole({agrees, unknown}) == unknown && whole({unknown, differs}) == differs));
}

// The proof of a protocol is none of what it becomes without a conjunct or an effect.
BOOST_AUTO_TEST_CASE(a_changed_model_differs_from_its_proof) {
  BOOST_TEST((compared("transaction_commit", "") == Agreement::agrees));
  for (const std::string part :
       {"TMCommit.all_prepared", "RMPrepare.working", "TMRcvPrepared.note"})
    BOOST_TEST((compared("transaction_commit", part) == Agreement::differs), part);
}

// As far as states were visited; what differs there does so in any case.
BOOST_AUTO_TEST_CASE(states_that_were_not_visited_are_not_compared) {
  const System& system = find_system(catalogue(), "transaction_commit");
  const Parameters parameters = resolve_parameters(system, system.instances[0].parameters);
  const auto found = [&](std::uint64_t most) {
    return compare(*modelled(system.name), system, parameters, {.most_states = most});
  };
  BOOST_TEST((found(100).agreement() == Agreement::unknown));
  BOOST_TEST((found(1'000).agreement() == Agreement::agrees));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace synod::test
