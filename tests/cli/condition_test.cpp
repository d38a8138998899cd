// Conditions on variables, as users write them: invariants, ways to a state, atoms of formulas.
#include "tests/cli/support.hpp"

using namespace synod::test;

BOOST_AUTO_TEST_SUITE(conditions)

BOOST_AUTO_TEST_CASE(an_invariant_is_checked_in_every_state) {
  const std::string holds = "A p in rm: rmState[p] = committed => tmState = committed";
  const Json held = check_json({"transaction_commit", "--invariant", holds}, as_expected);
  BOOST_TEST(held.at("verdict") == "holds");
  BOOST_TEST(verdict_of(held, holds) == "holds");
  BOOST_TEST(held.at("distinct") == 288);
  BOOST_TEST(verdict_of(held, "TCConsistent") == "not checked");

  const std::string fails = "A p in rm: rmState[p] # committed";
  const Json violated = check_json(
      {"transaction_commit", "--invariant", fails, "--invariant", holds}, not_as_expected);
  BOOST_TEST(verdict_of(violated, fails) == "violated");
  const Outcome same = run({"check", "transaction_commit", "--property", "AllCommit"});
  BOOST_TEST(same.code == as_expected);
}

// The trace keeps the condition: it is replayed, shown and explained without being said again.
BOOST_AUTO_TEST_CASE(a_counterexample_of_an_invariant_is_kept_replayed_and_explained) {
  const TemporaryFolder folder;
  const std::string file = (folder.path() / "trace.itf.json").string();
  const std::string invariant =
      "tmState # aborted /\\ A p in rm: rmState[p] = prepared => p notin tmPrepared";
  const Outcome checked =
      run({"check", "transaction_commit", "--invariant", invariant, "--trace", file});
  CHECK_RUN(checked, checked.code == not_as_expected);
  CHECK_RUN(checked,
            contains(checked.out, invariant + " is violated; the shortest counterexample"));
  const Outcome replayed = run({"trace", "replay", file});
  CHECK_RUN(replayed, replayed.code == as_expected);
  CHECK_RUN(replayed, contains(replayed.out, invariant + " is violated at the end"));
  const Outcome explained = run({"trace", "show", file, "--explain"});
  CHECK_RUN(explained, explained.code == as_expected);
  CHECK_RUN(explained, contains(explained.out, "it is false: conjunct \"tmState # aborted\""));
  CHECK_RUN(explained, contains(explained.out, "tmState = aborted\n"));

  // Another condition than the one that the run violates is not violated by it.
  std::string text = read_text(file);
  const std::size_t at = text.find("tmState # aborted");
  text.replace(at, 17, "tmState # initial");
  const Outcome wrong = run({"trace", "replay", folder.write("wrong.itf.json", text)});
  CHECK_RUN(wrong, wrong.code != as_expected);
}

BOOST_AUTO_TEST_CASE(a_way_to_a_condition_is_shown) {
  const TemporaryFolder folder;
  const std::string file = (folder.path() / "trace.itf.json").string();
  const std::string goal = "|tmPrepared| = 2 /\\ E p in rm: rmState[p] = aborted";
  const Outcome found = run({"check", "transaction_commit", "--reach", goal, "--trace", file});
  CHECK_RUN(found, found.code == as_expected);
  CHECK_RUN(found, contains(found.out, goal + " is reached; the shortest way"));
  const Outcome replayed = run({"trace", "replay", file});
  CHECK_RUN(replayed, replayed.code == as_expected);
  const Outcome never =
      run({"check", "transaction_commit", "--reach", "Commit in msgs /\\ Abort in msgs"});
  CHECK_RUN(never, never.code == not_as_expected);
  CHECK_RUN(never, contains(never.out, "in no reachable state"));
}

BOOST_AUTO_TEST_CASE(walks_judge_conditions) {
  const Outcome violated =
      run({"simulate", "raft", "--invariant", "A p in server: role[p] # Leader"});
  CHECK_RUN(violated, violated.code == not_as_expected);
  CHECK_RUN(violated, contains(violated.out, "violated: in walk"));
  const Outcome reached =
      run({"simulate", "raft", "--reach", "E p in server: role[p] = Leader", "--walks", "50"});
  CHECK_RUN(reached, contains(reached.out, "in walk"));
}

BOOST_AUTO_TEST_CASE(formulas_may_compare_variables) {
  const TemporaryFolder folder;
  const std::string file = (folder.path() / "trace.itf.json").string();
  const Json holds = check_json(
      {"transaction_commit", "--ltl", "[](tmState = committed -> []tmState = committed)"},
      as_expected);
  BOOST_TEST(holds.at("verdict") == "holds");
  const std::string formula = "<> (tmState = committed || AllAbort)";
  const Outcome violated = run({"check", "transaction_commit", "--ltl", formula, "--trace", file});
  CHECK_RUN(violated, violated.code == not_as_expected);
  CHECK_RUN(violated, contains(violated.out, "--ltl is violated"));
  const Outcome replayed = run({"trace", "replay", file});
  CHECK_RUN(replayed, replayed.code == as_expected);
}

// Normal forms change what variables hold: such a formula is judged on the states as they are.
BOOST_AUTO_TEST_CASE(formulas_that_compare_variables_are_not_judged_on_normal_forms) {
  const Outcome checked = run({"check", "paxos", "ballots=1", "--ltl", "[]maxBal[a1] <= 0"});
  CHECK_RUN(checked, contains(checked.out, "--ltl is judged on states, not on their normal forms"));
  CHECK_RUN(checked, contains(checked.out, "they do not keep maxBal[a1] <= 0"));
}

// A condition and the claim that says the same have the same verdict, however states are searched.
BOOST_AUTO_TEST_CASE(every_way_to_search_judges_conditions) {
  const std::string none_commits = "A p in rm: rmState[p] # committed";
  for (const Arguments& how : {Arguments{},
                               {"--symmetry"},
                               {"--partial-order"},
                               {"--visited", "tree"},
                               {"--visited", "compact"},
                               {"--visited", "bitstate"},
                               {"--threads", "2"}}) {
    BOOST_TEST_CONTEXT(text_of(how)) {
      Arguments violated = {"transaction_commit", "--invariant", none_commits};
      violated.insert(violated.end(), how.begin(), how.end());
      const Json report = check_json(violated, not_as_expected);
      BOOST_TEST(verdict_of(report, none_commits) == "violated");
      BOOST_TEST(report.at("trace").at("states") ==
                 check_json({"transaction_commit", "--invariant", none_commits}, not_as_expected)
                     .at("trace")
                     .at("states"));
    }
  }
}

BOOST_AUTO_TEST_CASE(a_search_goes_on_with_the_same_conditions_only) {
  const TemporaryFolder folder;
  const std::string file = (folder.path() / "kept").string();
  const Outcome stopped =
      run({"check", "transaction_commit", "--invariant", "tmState # aborted \\/ true",
           "--max-states", "5", "--checkpoint", file});
  CHECK_RUN(stopped, stopped.code == incomplete);
  const Outcome other =
      run({"check", "transaction_commit", "--invariant", "tmState # committed", "--resume", file});
  CHECK_RUN(other, other.code == bad_input);
  CHECK_RUN(other, contains(other.err, "--invariant"));
  const Outcome same = run({"check", "transaction_commit", "--invariant",
                            "tmState # aborted \\/ true", "--resume", file});
  CHECK_RUN(same, same.code == as_expected);
}

BOOST_AUTO_TEST_CASE(what_conditions_do_not_go_with_is_said) {
  const auto check_refused = [](const Arguments& arguments, const char* says) {
    const Outcome outcome = run(arguments);
    CHECK_RUN(outcome, outcome.code == bad_input);
    CHECK_RUN(outcome, line_count(outcome.err) == 1 && contains(outcome.err, says));
  };
  check_refused({"check", "raft", "--invariant", "role[s1] = Leadr"},
                "--invariant: 'role[s1] = Leadr', character 12: 'Leadr' is no");
  check_refused({"check", "raft", "--reach", "role[s1] = "},
                "--reach: 'role[s1] = ', character 12: expected a variable, a value or (");
  check_refused({"check", "transaction_commit", "--ltl", "[](tmState = comitted -> AllCommit)"},
                "character 14: 'comitted' is no");
  check_refused(
      {"check", "transaction_commit", "--symmetry", "--invariant", "rmState[rm1] # aborted"},
      "--symmetry: 'rmState[rm1] # aborted' names rm1");
  check_refused({"check", "transaction_commit", "--engine", "z3", "--invariant", "true"},
                "--invariant does not go with --engine z3");
  check_refused({"check", "transaction_commit", "--invariant", "tmState = tmState", "--reach",
                 "tmState = tmState"},
                "both as --invariant and as --reach");
  check_refused({"check", "--invariant", "true"}, "--invariant needs a protocol");
  check_refused({"check", "raft", "--scenario", "normal", "--invariant", "true"}, "--scenario");
}

BOOST_AUTO_TEST_SUITE_END()
