// `synod check`: counts, the report for machines, mutants and claims, exit codes, limits.
#include <csignal>
#include <cstdint>
#include <set>
#include <sstream>

#include "tests/cli/support.hpp"

using namespace synod::test;

BOOST_AUTO_TEST_SUITE(counts)

// Counts are TLC's on the modules in spec/: distinct states, states generated, depth.
BOOST_AUTO_TEST_CASE(pinned_counts_for_any_number_of_threads) {
  struct Row {
    Arguments arguments;
    std::uint64_t distinct, transitions, depth;
  };
  const std::vector<Row> rows = {
      {{"transaction_commit", "participants=3"}, 288, 1'146, 11},
      {{"transaction_commit", "participants=6"}, 50'816, 402'306, 20},
      {{"paxos", "acceptors=3", "values=2", "ballots=2"}, 3'921, 22'995, 17},
  };
  for (const Row& row : rows) {
    for (const char* const threads : {"1", "2", "7"}) {
      Arguments arguments = row.arguments;
      arguments.insert(arguments.end(), {"--threads", threads});
      BOOST_TEST_CONTEXT(text_of(arguments)) {
        const Json report = check_json(arguments, as_expected);
        BOOST_TEST(report.at("verdict") == "holds");
        BOOST_TEST(report.at("distinct") == row.distinct);
        BOOST_TEST(report.at("generated") == row.transitions);
        BOOST_TEST(report.at("depth") == row.depth);
        BOOST_TEST(report.at("threads").dump() == threads);
      }
    }
  }
}

// Everything but what measures the run is the same for every run and every number of threads,
// the counterexample included.
BOOST_AUTO_TEST_CASE(reports_differ_in_times_only) {
  const std::vector<Arguments> commands = {{"paxos"},
                                           {"paxos", "--mutant", "literal_accept"},
                                           {"paxos", "--mutant", "forgotten_promise"},
                                           {"transaction_commit", "--mutant", "silent_abort"},
                                           {"paxos", "--max-states", "1000"}};
  for (const Arguments& command : commands) {
    std::set<std::string> different;
    for (const char* const threads : {"1", "2", "2", "5"}) {
      Arguments arguments = command;
      arguments.insert(arguments.end(), {"--threads", threads});
      const bool limited = command.back() == "1000";
      Json report = check_json(arguments, limited ? incomplete : as_expected);
      for (const char* measured : {"seconds", "threads", "states_per_second", "bytes_per_state"})
        report.erase(measured);
      report.at("visited").erase("table_load");
      different.insert(report.dump());
    }
    BOOST_TEST(different.size() == 1U, text_of(command) << " has several results");
  }
}

// Sizes at both ends of their ranges; a limit keeps the large ones short.
BOOST_AUTO_TEST_CASE(any_documented_value_works_without_a_rebuild) {
  struct Row {
    Arguments arguments;
    int code;
  };
  const std::vector<Row> rows = {
      {{"paxos", "acceptors=1", "values=1", "ballots=1"}, as_expected},
      {{"paxos", "acceptors=7", "values=4", "ballots=8", "--max-states", "1000"}, incomplete},
      {{"paxos", "crash=yes", "durable=votes", "--max-depth", "2"}, incomplete},
      {{"paxos", "info_quorum=3", "accept_quorum=1"}, as_expected},
      {{"transaction_commit", "participants=1"}, as_expected},
      {{"transaction_commit", "participants=20", "--max-states", "1000"}, incomplete}};
  for (const Row& row : rows) {
    BOOST_TEST_CONTEXT(text_of(row.arguments)) {
      const Json report = check_json(row.arguments, row.code);
      BOOST_TEST(report.at("distinct").get<std::uint64_t>() > 0U);
    }
  }
}

BOOST_AUTO_TEST_CASE(a_thousand_threads_are_as_good_as_one) {
  BOOST_TEST(check_json({"paxos", "--threads", "1024"}, as_expected).at("distinct") == 3'921);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(json)

// What a script reads, by and large; the schema says it all. A key that is missing or of another
// type breaks it.
BOOST_AUTO_TEST_CASE(keys_and_their_types) {
  using Is = bool (*)(const Json&);
  const Is text = [](const Json& value) { return value.is_string() && !value.empty(); };
  const Is whole = [](const Json& value) { return value.is_number_unsigned(); };
  const Is number = [](const Json& value) { return value.is_number() && value >= 0; };
  const Is object = [](const Json& value) { return value.is_object(); };
  const Is list = [](const Json& value) { return value.is_array() && !value.empty(); };
  const Is null = [](const Json& value) { return value.is_null(); };
  const std::vector<std::pair<std::string, Is>> keys = {{"protocol", text},
                                                        {"parameters", object},
                                                        {"verdict", text},
                                                        {"properties", list},
                                                        {"distinct", whole},
                                                        {"generated", whole},
                                                        {"depth", whole},
                                                        {"seconds", number},
                                                        {"threads", whole},
                                                        {"states_per_second", number},
                                                        {"bytes_per_state", number},
                                                        {"trace", null}};
  const Json report = check_json({"transaction_commit"}, as_expected);
  for (const auto& [key, is_right] : keys)
    BOOST_TEST((report.contains(key) && is_right(report.at(key))), key << ": " << report.dump());
  for (const Json& property : report.at("properties"))
    for (const char* key : {"name", "kind", "verdict"}) BOOST_TEST(text(property.at(key)));
  BOOST_TEST(report.at("protocol") == "transaction_commit");
  BOOST_TEST(report.at("parameters") == Json({{"participants", 3}}));
}

BOOST_AUTO_TEST_CASE(parameters_are_all_there_with_their_types) {
  const Json report = check_json({"paxos", "crash=yes", "--max-states", "100"}, incomplete);
  const Json expected = {{"acceptors", 3},   {"values", 2},        {"ballots", 2},
                         {"info_quorum", 2}, {"accept_quorum", 2}, {"crash", "yes"},
                         {"durable", "all"}};
  BOOST_TEST(report.at("parameters") == expected);
}

BOOST_AUTO_TEST_CASE(kinds_of_property) {
  const Json report = check_json({"transaction_commit"}, as_expected);
  std::set<std::string> kinds;
  for (const Json& property : report.at("properties")) kinds.insert(property.at("kind"));
  const std::set<std::string> expected = {"always",      "always possible", "every step",
                                          "no deadlock", "reachable",       "temporal"};
  BOOST_TEST(kinds == expected, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_counterexample_in_the_report) {
  const Json report = check_json({"paxos", "--mutant", "literal_accept"}, as_expected);
  BOOST_TEST(report.at("verdict") == "violated");
  BOOST_TEST(report.at("mutant") == "literal_accept");
  BOOST_TEST(report.at("dropped") == Json({"Phase2b.not_outdated"}));
  const Json& trace = report.at("trace");
  BOOST_TEST(trace.at("property") == "Agreement");
  BOOST_TEST(trace.at("states") == 13);
  BOOST_TEST(trace.at("actions").size() == 12U);
  for (const Json& action : trace.at("actions")) BOOST_TEST(action.is_string());
  BOOST_TEST(trace.at("file").is_null());
}

BOOST_AUTO_TEST_CASE(the_levels_add_up_to_the_distinct_states) {
  const Json report = check_json({"paxos"}, as_expected);
  std::uint64_t sum = 0;
  for (const Json& level : report.at("levels")) sum += level.get<std::uint64_t>();
  BOOST_TEST(report.at("distinct") == sum);
  BOOST_TEST(report.at("depth") == report.at("levels").size());
}

BOOST_AUTO_TEST_CASE(a_tier_is_one_object_a_line) {
  const Outcome outcome = run({"check", "transaction_commit", "--tier", "quick", "--json"});
  CHECK_RUN(outcome, outcome.code == as_expected);
  const Json shown = Json::parse(run({"show", "transaction_commit", "--json"}).out);
  std::size_t runs = shown.at("mutants").size();
  for (const Json& instance : shown.at("instances")) runs += instance.at("tier") == "quick" ? 1 : 0;
  BOOST_TEST(line_count(outcome.out) == runs);
  std::istringstream lines(outcome.out);
  for (std::string line; std::getline(lines, line);) {
    const Json report = Json::parse(line);
    BOOST_TEST(report.at("as_expected") == true, line);
  }
}

// Where the time went, which changes nothing else.
BOOST_AUTO_TEST_CASE(a_profile) {
  const Arguments command = {"check", "transaction_commit", "participants=5", "--threads", "2"};
  Arguments with_profile = command;
  with_profile.emplace_back("--profile");
  const Outcome text = run(with_profile);
  CHECK_RUN(text, text.code == as_expected && contains(text.out, "States at each depth"));
  for (const char* const row :
       {"RMPrepare", "TCConsistent", "growing the table", "making the graph"})
    CHECK_RUN(text, contains(text.out.substr(text.out.find("Where the time")), row));
  with_profile.emplace_back("--json");
  Arguments without = command;
  without.emplace_back("--json");
  Json report = Json::parse(run(with_profile).out);
  Json plain = Json::parse(run(without).out);
  BOOST_TEST(plain.at("profile").is_null());
  const Json profile = report.at("profile");
  double parts = 0;
  for (const char* const part : {"hashing", "inserting", "graph", "growing", "waiting"})
    parts += profile.at(part).get<double>();
  for (const char* const members : {"actions", "properties"}) {
    double sum = 0;
    for (const auto& [name, seconds] : profile.at(members).items()) sum += seconds.get<double>();
    BOOST_TEST(sum > 0.0);
    parts += sum;
  }
  const double all = profile.at("thread_seconds").get<double>();
  BOOST_TEST(std::abs(parts - all) <= 1e-6 * all);
  BOOST_TEST(profile.at("actions").size() == 7U);
  BOOST_TEST(profile.at("actions").at("RMPrepare").get<double>() > 0.0);
  // A formula of the user's own is judged after the search, and takes no time of it.
  const Json own = Json::parse(
      run({"check", "transaction_commit", "--ltl", "[] <> AllDecided", "--profile", "--json"}).out);
  BOOST_TEST(!own.at("profile").at("properties").contains("--ltl"));
  for (Json* const one : {&report, &plain})
    for (const char* const key :
         {"profile", "seconds", "states_per_second", "bytes_per_state", "visited"})
      one->erase(key);
  BOOST_TEST(report == plain);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(claims)

// Each mutant fails in the way that the catalogue says, and a user sees how.
BOOST_AUTO_TEST_CASE(every_mutant_is_caught) {
  const Json list = Json::parse(run({"list", "--json"}).out);
  for (const Json& system : list.at("protocols")) {
    const std::string protocol = system.at("name");
#ifdef SYNOD_SANITIZED  // ten times slower
    if (protocol != "byzantine_broadcast" && protocol != "paxos") continue;
#endif
    const Json shown = Json::parse(run({"show", protocol, "--json"}).out);
    for (const Json& mutant : shown.at("mutants")) {
      const std::string name = mutant.at("name");
      BOOST_TEST_CONTEXT(protocol << " " << name) {
        const Outcome outcome = run({"check", protocol, "--mutant", name});
        CHECK_RUN(outcome, outcome.code == as_expected);
        CHECK_RUN(outcome, contains(outcome.out, "mutant " + name));
        CHECK_RUN(outcome, contains(outcome.out, "\nviolated: "));
        const std::string property = mutant.at("violates");
        CHECK_RUN(outcome, contains(outcome.out, property + " is violated"));
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(a_mutant_under_other_parameters) {
  const Json report =
      check_json({"transaction_commit", "participants=4", "--mutant", "early_commit"}, as_expected);
  BOOST_TEST(report.at("parameters").at("participants") == 4);
  BOOST_TEST(report.at("verdict") == "violated");
}

// What the mutant itself violates is not expected of a run that asks for something else.
BOOST_AUTO_TEST_CASE(a_mutant_and_a_question_of_ones_own) {
  const Arguments mutant = {"paxos", "--mutant", "literal_accept"};
  const auto ask = [&](const Arguments& question, int code) {
    Arguments arguments = mutant;
    arguments.insert(arguments.end(), question.begin(), question.end());
    check_json(arguments, code);
  };
  ask({"--property", "Validity"}, as_expected);
  ask({"--property", "Validity", "--property", "Agreement"}, as_expected);
  ask({"--invariant", "maxBal[a1] = -1"}, not_as_expected);
  ask({"--invariant", "maxBal[a1] = -1", "--expect", "violated"}, as_expected);
  ask({"--ltl", "[] !FirstValueChosen"}, not_as_expected);
  ask({"--ltl", "[](Started -> []Started)"}, as_expected);
}

BOOST_AUTO_TEST_CASE(dropping_a_conjunct_by_name) {
  const Json report = check_json(
      {"paxos", "--drop", "Phase2b.not_outdated", "--property", "Agreement"}, as_expected);
  BOOST_TEST(report.at("verdict") == "violated");
  BOOST_TEST(verdict_of(report, "Agreement") == "violated");
  BOOST_TEST(report.at("trace").at("states") == 13);

  // With all properties, another one fails first; what is then undecided is not said to hold.
  const Json all = check_json({"paxos", "--drop", "Phase2b.not_outdated"}, as_expected);
  BOOST_TEST(verdict_of(all, "BallotsGrow") == "violated");
  BOOST_TEST(verdict_of(all, "Agreement") == "incomplete");
  BOOST_TEST(verdict_of(all, "CanChoose") == "incomplete");
}

BOOST_AUTO_TEST_CASE(dropping_a_conjunct_that_safety_does_not_need) {
  const Json report = check_json({"paxos", "--drop", "Phase1b.requested"}, as_expected);
  BOOST_TEST(report.at("expected") == "holds");
  BOOST_TEST(report.at("verdict") == "holds");
}

BOOST_AUTO_TEST_CASE(options_that_may_be_repeated) {
  const Json two =
      check_json({"paxos", "--property", "Agreement", "--property", "BallotsGrow"}, as_expected);
  BOOST_TEST(verdict_of(two, "Agreement") == "holds");
  BOOST_TEST(verdict_of(two, "BallotsGrow") == "holds");
  BOOST_TEST(verdict_of(two, "CanChoose") == "not checked");
  const Json dropped = check_json(
      {"paxos", "--drop", "Phase1b.requested", "--drop", "Phase2b.not_outdated"}, as_expected);
  BOOST_TEST(dropped.at("dropped") == Json({"Phase1b.requested", "Phase2b.not_outdated"}));
}

BOOST_AUTO_TEST_CASE(a_drop_besides_a_mutant_is_shown) {
  const Outcome outcome =
      run({"check", "paxos", "--mutant", "literal_accept", "--drop", "Phase1b.requested"});
  CHECK_RUN(outcome, contains(outcome.out.substr(0, outcome.out.find('\n')), "literal_accept"));
  CHECK_RUN(outcome, contains(outcome.out.substr(0, outcome.out.find('\n')), "Phase1b.requested"));
}

BOOST_AUTO_TEST_CASE(one_property_with_what_keeps_it_from_being_vacuous) {
  const Json report = check_json({"paxos", "--property", "Agreement"}, as_expected);
  BOOST_TEST(verdict_of(report, "Agreement") == "holds");
  BOOST_TEST(verdict_of(report, "FirstValueChosen") == "holds");
  BOOST_TEST(verdict_of(report, "Validity") == "not checked");
  BOOST_TEST(report.at("distinct") == 3'921);
}

BOOST_AUTO_TEST_CASE(a_witness_asked_for_is_shown) {
  const Json report = check_json({"paxos", "--property", "FirstValueChosen"}, as_expected);
  BOOST_TEST(report.at("trace").at("shows") == "reached");
  BOOST_TEST(report.at("trace").at("states") == 7);
}

BOOST_AUTO_TEST_CASE(a_witness_that_nobody_asked_for_is_not_shown) {
  // Here one reachable property is all that is left of them.
  const Json small = check_json({"paxos", "acceptors=1", "values=1", "ballots=1"}, as_expected);
  BOOST_TEST(small.at("trace").is_null());
  const Json one = check_json({"paxos", "--property", "Validity"}, as_expected);
  BOOST_TEST(one.at("trace").is_null());
}

// Without its witness nothing is known, so this is no success.
BOOST_AUTO_TEST_CASE(vacuous_is_not_holds) {
  // No acceptor ever votes: nothing is chosen, and Agreement is true of nothing.
  const Json report =
      check_json({"paxos", "--drop", "Phase2b.accept", "--property", "Agreement"}, not_as_expected);
  BOOST_TEST(report.at("verdict") == "vacuous");
  BOOST_TEST(verdict_of(report, "Agreement") == "vacuous");
  BOOST_TEST(verdict_of(report, "FirstValueChosen") == "violated");
}

BOOST_AUTO_TEST_CASE(expect_all_four_verdicts) {
  struct Row {
    std::string verdict;
    Arguments arguments;
  };
  const std::vector<Row> rows = {
      {"holds", {"paxos"}},
      {"violated", {"paxos", "--drop", "Phase2b.not_outdated"}},
      {"vacuous", {"paxos", "--drop", "Phase2b.accept", "--property", "Agreement"}},
      {"incomplete", {"paxos", "--max-depth", "3"}}};
  for (const Row& row : rows) {
    for (const Row& wanted : rows) {
      Arguments arguments = row.arguments;
      arguments.insert(arguments.end(), {"--expect", wanted.verdict});
      BOOST_TEST_CONTEXT(text_of(arguments)) {
        const bool same = row.verdict == wanted.verdict;
        const int otherwise = row.verdict == "incomplete" ? incomplete : not_as_expected;
        const Json report = check_json(arguments, same ? as_expected : otherwise);
        BOOST_TEST(report.at("verdict") == row.verdict);
        BOOST_TEST(report.at("expected") == wanted.verdict);
        BOOST_TEST(report.at("as_expected") == same);
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(a_result_that_was_not_expected_says_so) {
  const Outcome outcome = run({"check", "paxos", "--expect", "violated"});
  CHECK_RUN(outcome, outcome.code == not_as_expected);
  CHECK_RUN(outcome, contains(outcome.out, "not as expected: expected violated"));
}

BOOST_AUTO_TEST_CASE(the_quick_tier_of_one_protocol_and_of_all) {
  const Outcome one = run({"check", "transaction_commit", "--tier", "quick"});
  CHECK_RUN(one, one.code == as_expected);
  CHECK_RUN(one, contains(one.out, "participants=6"));
  CHECK_RUN(one, !contains(one.out, "participants=9"));
  CHECK_RUN(one, !contains(one.out, "paxos"));
  CHECK_RUN(one, contains(one.out, "mutant early_commit"));
  CHECK_RUN(one, contains(one.out, " runs as expected"));
  const Outcome all = run({"check"});
  CHECK_RUN(all, all.code == as_expected);
  CHECK_RUN(all, contains(all.out, "paxos"));
  CHECK_RUN(all, contains(all.out, "transaction_commit"));
  CHECK_RUN(all, !contains(all.out, "participants=9"));
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(limits)

// A search that was cut short says so, with an exit code of its own, and never "holds".
BOOST_AUTO_TEST_CASE(each_limit_ends_in_incomplete_and_names_itself) {
  struct Row {
    Arguments arguments;
    std::string names;
  };
  const std::vector<Row> rows = {
      {{"paxos", "ballots=4", "--max-states", "1000"}, "--max-states"},
      {{"paxos", "ballots=4", "--max-depth", "5"}, "--max-depth"},
      {{"paxos", "ballots=4", "--memory", "1M", "--disk", "none"}, "--memory"},
      {{"transaction_commit", "participants=20", "--time", "1"}, "--time"}};
  for (const Row& row : rows) {
    Arguments arguments = row.arguments;
    arguments.insert(arguments.begin(), "check");
    BOOST_TEST_CONTEXT(text_of(arguments)) {
      const Outcome outcome = run(arguments);
      CHECK_RUN(outcome, outcome.code == incomplete);
      CHECK_RUN(outcome, outcome.err.empty());
      const std::size_t line = outcome.out.find("\nincomplete: ");
      BOOST_REQUIRE_MESSAGE(line != std::string::npos, describe(outcome));
      const std::string sentence =
          outcome.out.substr(line + 1, outcome.out.find('\n', line + 1) - line - 1);
      BOOST_TEST(contains(sentence, row.names), sentence);
      BOOST_TEST(!contains(sentence, "every reachable state"), sentence);
      BOOST_TEST(!contains(outcome.out, "\nholds"), describe(outcome));
    }
  }
}

// The same verdict and counts, and nothing of it stays.
BOOST_AUTO_TEST_CASE(what_memory_has_no_room_for_goes_to_the_disk) {
  const Arguments search{"paxos", "ballots=3", "--property", "Agreement"};
  Arguments little = search;
  little.insert(little.end(), {"--memory", "1M", "--disk", "."});
  const TemporaryFolder folder;
  Json on_disk = check_json(little, as_expected, {.folder = folder.path()});
  Json in_memory = check_json(search, as_expected);
  BOOST_TEST(on_disk.at("visited").at("disk").at("folder") == ".");
  BOOST_TEST(on_disk.at("visited").at("disk").at("bytes") > 0);
  BOOST_TEST(in_memory.at("visited").at("disk").is_null());
  for (const char* const same : {"verdict", "distinct", "generated", "levels", "actions"})
    BOOST_TEST(on_disk.at(same) == in_memory.at(same));
  BOOST_TEST(folder.listing().empty());
  little.resize(little.size() - 2);
  little.insert(little.begin(), "check");
  const Outcome text = run(little, {.environment = {{"TMPDIR", folder.path().string()}}});
  CHECK_RUN(text, text.code == as_expected &&
                      contains(text.out, " states on in " + folder.path().string() + ", "));
}

BOOST_AUTO_TEST_CASE(a_full_disk_ends_in_incomplete_and_is_named) {
  const TemporaryFolder folder;
  const Outcome outcome = run({"check", "paxos", "ballots=3", "--property", "Agreement", "--memory",
                               "1M", "--disk", folder.path().string()},
                              {.file_bytes = 100'000});
  CHECK_RUN(outcome, outcome.code == incomplete && outcome.err.empty());
  CHECK_RUN(outcome, contains(outcome.out, "\nincomplete: stopped by the disk (--disk): "));
  CHECK_RUN(outcome, contains(outcome.out, folder.path().string() +
                                               ": states cannot be kept on this disk: File too "
                                               "large.\n"));
  BOOST_TEST(folder.listing().empty());
}

// There is room for the states, and none for their graph: what that was for is said.
BOOST_AUTO_TEST_CASE(a_limit_after_all_states_were_found_says_what_it_left_undecided) {
  const auto check = [](const Arguments& more) {
    Arguments arguments{
        "check", "transaction_commit", "participants=6", "--memory", "2M", "--threads", "1"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return run(arguments);
  };
  const std::string all_found =
      "\nincomplete: every reachable state was checked; stopped by the memory limit (--memory) "
      "before ";
  const Outcome one = check({"--property", "Terminates"});
  CHECK_RUN(one, one.code == incomplete);
  CHECK_RUN(one, contains(one.out, all_found + "Terminates (temporal) was decided.\n"));
  const Outcome all = check({});
  CHECK_RUN(all, all.code == incomplete);
  CHECK_RUN(all, contains(all.out, all_found + "CanDecide (always possible), Terminates (temporal) "
                                               "were decided.\n"));
  const Outcome valence = check({"--property", "TCConsistent", "--valence"});
  CHECK_RUN(valence, contains(valence.out,
                              "\nNo valence: stopped by the memory limit (--memory) before what "
                              "each configuration can decide was known.\n"));
}

BOOST_AUTO_TEST_CASE(a_limit_that_is_not_reached_changes_nothing) {
  const Json report = check_json({"transaction_commit", "--max-states", "288", "--max-depth", "11",
                                  "--memory", "64M", "--time", "1000"},
                                 as_expected);
  BOOST_TEST(report.at("verdict") == "holds");
  BOOST_TEST(report.at("distinct") == 288);
}

BOOST_AUTO_TEST_CASE(counts_are_those_of_completed_levels) {
  const Json whole = check_json({"transaction_commit"}, as_expected);
  for (std::uint64_t depth = 1; depth < 11; ++depth) {
    const Json cut =
        check_json({"transaction_commit", "--max-depth", std::to_string(depth)}, incomplete);
    BOOST_TEST(cut.at("depth") == depth);
    std::uint64_t states = 0;
    for (std::uint64_t level = 0; level < depth; ++level)
      states += whole.at("levels").at(level).get<std::uint64_t>();
    BOOST_TEST(cut.at("distinct") == states);
    // The number in the sentence: the states of the level that was not looked at.
    const std::string left = whole.at("levels").at(depth).dump();
    BOOST_TEST(contains(cut.at("coverage").get<std::string>(), left + " more"), cut.dump());
  }
}

BOOST_AUTO_TEST_CASE(undecided_properties_are_incomplete) {
  const Json report = check_json({"paxos", "--max-depth", "7"}, incomplete);
  BOOST_TEST(verdict_of(report, "Agreement") == "incomplete");
  BOOST_TEST(verdict_of(report, "CanChoose") == "incomplete");
  // What was reached within the limit was reached.
  BOOST_TEST(verdict_of(report, "FirstValueChosen") == "holds");
}

BOOST_AUTO_TEST_CASE(a_violation_within_the_limits_is_a_violation) {
  const Json report =
      check_json({"paxos", "--mutant", "literal_accept", "--max-depth", "13"}, as_expected);
  BOOST_TEST(report.at("verdict") == "violated");
  const Json cut =
      check_json({"paxos", "--mutant", "literal_accept", "--max-depth", "12"}, incomplete);
  BOOST_TEST(cut.at("verdict") == "incomplete");
}

BOOST_AUTO_TEST_CASE(a_time_limit_is_kept) {
  const Json report =
      check_json({"transaction_commit", "participants=20", "--time", "1"}, incomplete);
  BOOST_TEST(report.at("seconds").get<double>() >= 1);
  BOOST_TEST(report.at("seconds").get<double>() < 20);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(interrupt)

namespace {

/// A search that would take hours.
const Arguments endless = {"check", "transaction_commit", "participants=20"};
/// Generous, for sanitizers on a busy machine; without them it takes milliseconds.
constexpr double promptly_seconds = 20;

}  // namespace

BOOST_AUTO_TEST_CASE(a_signal_ends_the_search_with_a_report) {
  for (const int signal : {SIGINT, SIGTERM}) {
    BOOST_TEST_CONTEXT("signal " << signal) {
      const Outcome outcome = run(endless, {.signal = signal});
      CHECK_RUN(outcome, outcome.code == incomplete);
      CHECK_RUN(outcome, outcome.seconds_after_signal < promptly_seconds);
      CHECK_RUN(outcome, contains(outcome.out, "\nincomplete: interrupted"));
      CHECK_RUN(outcome, contains(outcome.out, "distinct states"));
      CHECK_RUN(outcome, !contains(outcome.out, "\nholds"));
    }
  }
}

BOOST_AUTO_TEST_CASE(for_machines_too) {
  Arguments arguments = endless;
  arguments.emplace_back("--json");
  const Outcome outcome = run(arguments, {.signal = SIGINT});
  CHECK_RUN(outcome, outcome.code == incomplete);
  BOOST_REQUIRE_MESSAGE(Json::accept(outcome.out), describe(outcome));
  const Json report = Json::parse(outcome.out);
  BOOST_TEST(report.at("verdict") == "incomplete");
  BOOST_TEST(report.at("distinct").get<std::uint64_t>() > 0U);
}

// The terminal is left as it was found: the progress line is wiped out before the report.
BOOST_AUTO_TEST_CASE(on_a_terminal) {
  const RunOptions options{.out = {Sink::Kind::terminal},
                           .err = {Sink::Kind::terminal},
                           .signal = SIGINT,
                           .signal_after_seconds = 1};
  const Outcome outcome = run(endless, options);
  CHECK_RUN(outcome, outcome.code == incomplete);
  CHECK_RUN(outcome, contains(outcome.out, "interrupted"));
  CHECK_RUN(outcome, contains(outcome.err, "states"));
  CHECK_RUN(outcome, outcome.err.ends_with("\r\x1b[K"));
}

BOOST_AUTO_TEST_CASE(a_table_of_runs_ends_too) {
  const Outcome outcome =
      run({"check", "transaction_commit", "--tier", "thorough"}, {.signal = SIGINT});
  CHECK_RUN(outcome, outcome.code == incomplete);
  CHECK_RUN(outcome, outcome.seconds_after_signal < promptly_seconds);
}

BOOST_AUTO_TEST_SUITE_END()

// How visited states are kept: the report says it, and nothing else differs.
BOOST_AUTO_TEST_SUITE(expectations)

// Whoever asks whether a conjunct is redundant must not be told "0" for a broken protocol without
// a word.
BOOST_AUTO_TEST_CASE(what_is_left_out_is_expected_to_be_needed_and_that_is_said) {
  const Arguments drop = {"check", "paxos", "--drop", "Phase2b.not_outdated"};
  const auto with = [&](const char* expected) {
    Arguments arguments = drop;
    arguments.insert(arguments.end(), {"--expect", expected});
    return run(arguments);
  };
  const Outcome usual = run(drop);
  CHECK_RUN(usual, usual.code == as_expected);
  CHECK_RUN(usual, contains(usual.out, "\nas expected: violated; a part that is left out"));
  CHECK_RUN(usual, contains(usual.out, "--expect holds"));
  const Outcome violated = with("violated");
  CHECK_RUN(violated, violated.code == as_expected);
  CHECK_RUN(violated, contains(violated.out, "\nas expected: violated.\n"));
  const Outcome holds = with("holds");
  CHECK_RUN(holds, holds.code == not_as_expected);
  CHECK_RUN(holds, contains(holds.out, "not as expected: expected holds"));

  const Outcome mutant = run({"check", "paxos", "--mutant", "literal_accept"});
  CHECK_RUN(mutant, contains(mutant.out, "\nas expected: violated.\n"));
  const Outcome correct = run({"check", "paxos"});
  CHECK_RUN(correct, !contains(correct.out, "as expected"));
  const Outcome help = run({"check", "--help"});
  CHECK_RUN(help, contains(help.out, "--expect holds"));
}

BOOST_AUTO_TEST_CASE(nothing_is_left_out_twice) {
  for (const Arguments& command : std::vector<Arguments>{
           {"check", "paxos", "--drop", "Phase2b.not_outdated", "--drop", "Phase2b.not_outdated"},
           {"check", "paxos", "--mutant", "literal_accept", "--drop", "Phase2b.not_outdated"},
           {"check", "raft", "--scenario", "figure_8_overwritten", "--drop",
            "AdvanceCommitIndex.own_term"}}) {
    const Outcome outcome = run(command);
    CHECK_RUN(outcome, outcome.code == bad_input && line_count(outcome.err) == 1);
    CHECK_RUN(outcome, contains(outcome.err, "--drop " + command.back()));
  }
}

BOOST_AUTO_TEST_SUITE_END()

// After a violation: each claim decided, each with the counterexample that it has alone.
BOOST_AUTO_TEST_SUITE(going_on)

BOOST_AUTO_TEST_CASE(each_claim_has_its_own_shortest_counterexample) {
  for (const Arguments& command : std::vector<Arguments>{
           {"paxos", "--drop", "Phase2b.not_outdated"},
           {"transaction_commit", "--drop", "TMCommit.all_prepared"},
           {"transaction_commit", "--drop", "TMCommit.all_prepared", "--symmetry"}}) {
    BOOST_TEST_CONTEXT(text_of(command)) {
      const TemporaryFolder folder;
      std::set<std::string> different;
      Json whole;
      for (const char* const threads : {"1", "3"}) {
        Arguments arguments = command;
        arguments.insert(arguments.end(),
                         {"--continue", "--trace", "a.b/run.itf.json", "--threads", threads});
        std::filesystem::create_directories(folder.path() / "a.b");
        whole = check_json(arguments, as_expected, {.folder = folder.path()});
        Json same = whole;
        for (const char* measured :
             {"seconds", "threads", "states_per_second", "bytes_per_state", "visited", "audited"})
          same.erase(measured);
        different.insert(same.dump());
      }
      BOOST_TEST(different.size() == 1U);
      BOOST_TEST(whole.at("verdict") == "violated");
      std::vector<Json> traces = whole.at("further_traces");
      traces.push_back(whole.at("trace"));
      BOOST_TEST(traces.size() >= 2U);
      std::set<std::string> violated;
      for (const Json& trace : traces) {
        const std::string name = trace.at("property");
        violated.insert(name);
        BOOST_TEST(trace.at("file") == "a.b/run." + name + ".itf.json");
        const Outcome replayed =
            run({"trace", "replay", trace.at("file")}, {.folder = folder.path()});
        CHECK_RUN(replayed, replayed.code == as_expected);
        CHECK_RUN(replayed, contains(replayed.out, name + " is violated"));
        // As if nothing else had been asked.
        Arguments alone = command;
        alone.insert(alone.end(), {"--property", name});
        const Json lonely = check_json(alone, as_expected);
        for (const char* const key : {"property", "states", "actions", "loop"})
          BOOST_TEST(lonely.at("trace").at(key) == trace.at(key), name << ": " << key);
      }
      for (const Json& property : whole.at("properties")) {
        const std::string verdict = property.at("verdict");
        BOOST_TEST(verdict != "incomplete");
        if (property.at("kind") == "reachable") continue;
        BOOST_TEST((verdict == "violated") == (violated.count(property.at("name")) == 1),
                   property.dump());
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(each_names_those_for_whom_it_is_violated) {
  const Arguments arguments = {"paxos", "--drop", "Phase2b.not_outdated", "--continue"};
  Arguments command = arguments;
  command.insert(command.begin(), "check");
  const Outcome outcome = run(command);
  CHECK_RUN(outcome, contains(outcome.out, "\nBallotsGrow is violated for a1; "));
  CHECK_RUN(outcome, contains(outcome.out, "\nPromisesKept is violated; "));
  CHECK_RUN(outcome, contains(outcome.out, "\nAgreement is violated; "));
  const Json report = check_json(arguments, as_expected);
  for (const Json& claim : report.at("properties"))
    BOOST_TEST(claim.at("members") == (claim.at("name") == "BallotsGrow" ? Json("a1") : Json()));
}

BOOST_AUTO_TEST_CASE(each_is_printed_and_its_file_named) {
  const TemporaryFolder folder;
  const Outcome outcome = run({"check", "transaction_commit", "--drop", "TMCommit.all_prepared",
                               "--continue", "--trace", "run"},
                              {.folder = folder.path()});
  CHECK_RUN(outcome, outcome.code == as_expected);
  for (const char* const name : {"TCConsistent", "CommitNeedsAllPrepared"}) {
    CHECK_RUN(outcome, contains(outcome.out, std::string(name) + " is violated; the shortest"));
    CHECK_RUN(outcome, contains(outcome.out, "The trace is in run." + std::string(name) + ".\n"));
  }
  CHECK_RUN(outcome, contains(outcome.out, "violated: every reachable state was checked"));
}

BOOST_AUTO_TEST_CASE(where_nothing_is_violated_it_changes_nothing) {
  for (const Arguments& command :
       std::vector<Arguments>{{"transaction_commit"}, {"paxos", "--property", "DifferentVotes"}}) {
    Arguments arguments = command;
    Json plain = check_json(arguments, as_expected);
    arguments.emplace_back("--continue");
    Json going_on = check_json(arguments, as_expected);
    for (Json* const json : {&plain, &going_on})
      for (const char* measured : {"seconds", "states_per_second", "bytes_per_state"})
        json->erase(measured);
    BOOST_TEST(plain == going_on);
  }
}

// What a limit cuts short is decided no more than without --continue.
BOOST_AUTO_TEST_CASE(a_limit_leaves_the_others_undecided) {
  const Json report = check_json(
      {"paxos", "--drop", "Phase2b.not_outdated", "--continue", "--max-depth", "14"}, as_expected);
  BOOST_TEST(report.at("verdict") == "violated");
  std::size_t open = 0;
  for (const Json& property : report.at("properties"))
    open += property.at("verdict") == "incomplete" ? 1U : 0U;
  BOOST_TEST(open > 0U);
  BOOST_TEST(contains(report.at("coverage").get<std::string>(), "stopped by --max-depth"));
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(visited)

BOOST_AUTO_TEST_CASE(every_way_finds_the_same) {
  const std::vector<Arguments> commands = {
      {"transaction_commit", "participants=6", "--property", "TCConsistent"},
      {"transaction_commit", "participants=6", "--property", "AllAbort"},
      {"transaction_commit", "--mutant", "early_commit"},
      {"paxos", "--property", "Agreement"},
      {"paxos", "--mutant", "literal_accept"}};
  for (const Arguments& command : commands) {
    std::set<std::string> different;
    for (const char* const how : {"exact", "whole", "tree"}) {
      Arguments arguments = command;
      arguments.insert(arguments.end(), {"--visited", how});
      Json report = check_json(arguments, as_expected);
      BOOST_TEST(report.at("visited").at("exact") == true);
      for (const char* other :
           {"seconds", "states_per_second", "bytes_per_state", "visited", "coverage"})
        report.erase(other);
      different.insert(report.dump());
    }
    BOOST_TEST(different.size() == 1U, text_of(command) << " has several results");
  }
}

BOOST_AUTO_TEST_CASE(the_report_says_which) {
  const Arguments safety = {"check", "transaction_commit", "--property", "TCConsistent"};
  const Outcome keys = run(safety);
  CHECK_RUN(keys, contains(keys.out, "kept as exact keys of 8 bytes"));
  const Outcome graph = run({"check", "transaction_commit", "--property", "Terminates"});
  CHECK_RUN(graph, contains(graph.out, "kept as whole states"));
  const Outcome tree =
      run({"check", "paxos", "ballots=3", "--property", "Agreement", "--visited", "tree"});
  CHECK_RUN(tree, contains(tree.out, "kept as trees of numbered words"));
  // 288 states: 288 * 287 / 2 pairs, each alike with a probability of 2^-80.
  for (const char* const seed : {"0", "12"}) {
    Arguments arguments = safety;
    arguments.insert(arguments.end(), {"--visited", "compact", "--seed", seed});
    const Outcome compact = run(arguments);
    CHECK_RUN(compact, compact.code == incomplete);
    CHECK_RUN(compact,
              contains(compact.out, "kept as fingerprints of 80 bits, seed " + std::string(seed)));
    CHECK_RUN(compact, contains(compact.out, "incomplete: no violation found"));
    CHECK_RUN(compact, contains(compact.out, "with a probability of at most 3.4e-20"));
  }
}

// What it explores less of, it says; what it finds is the same, in the names of a run.
BOOST_AUTO_TEST_CASE(up_to_symmetry) {
  const Outcome paxos = run({"check", "paxos", "--symmetry"});
  CHECK_RUN(paxos, paxos.code == as_expected);
  CHECK_RUN(paxos, contains(paxos.out, "443 distinct states up to renaming acceptor, value"));
  CHECK_RUN(paxos, contains(paxos.out, "Not checked: "));
  for (const Arguments& command : std::vector<Arguments>{{"paxos", "--mutant", "literal_accept"},
                                                         {"raft", "--mutant", "any_log_wins"}}) {
    Arguments arguments = command;
    const Json all = check_json(arguments, as_expected);
    arguments.emplace_back("--symmetry");
    const Json orbits = check_json(arguments, as_expected);
    BOOST_TEST(orbits.at("depth") == all.at("depth"));
    BOOST_TEST(orbits.at("properties") == all.at("properties"));
    BOOST_TEST(orbits.at("distinct") < all.at("distinct"));
    BOOST_TEST(!orbits.at("symmetry").empty());
    BOOST_TEST(all.at("symmetry").empty());
  }
}

// What it leaves out, and does not check, it says; what it finds is the same.
BOOST_AUTO_TEST_CASE(by_partial_order) {
  const Arguments deadlock = {"transaction_commit", "--property", "NoDeadlock"};
  Arguments arguments = {"check"};
  arguments.insert(arguments.end(), deadlock.begin(), deadlock.end());
  arguments.emplace_back("--partial-order");
  const Outcome outcome = run(arguments);
  CHECK_RUN(outcome, outcome.code == as_expected);
  CHECK_RUN(outcome, contains(outcome.out, "172 distinct states that stubborn sets lead to"));
  CHECK_RUN(outcome,
            contains(outcome.out, "what was checked is decided for every reachable state"));
  CHECK_RUN(outcome, contains(outcome.out, "Not checked: TypeOK."));
  for (const Arguments& command : std::vector<Arguments>{{"paxos", "--mutant", "literal_accept"},
                                                         {"raft", "--mutant", "any_log_wins"}}) {
    Arguments reduced = command;
    reduced.emplace_back("--partial-order");
    const Json all = check_json(command, as_expected);
    const Json some = check_json(reduced, as_expected);
    BOOST_TEST(some.at("depth") == all.at("depth"));
    BOOST_TEST(some.at("properties") == all.at("properties"));
    BOOST_TEST(some.at("trace").at("states") == all.at("trace").at("states"));
    BOOST_TEST(some.at("partial_order") == true);
    BOOST_TEST(all.at("partial_order") == false);
  }
}

// Without whole states, what is about runs is not judged, and not said to hold.
BOOST_AUTO_TEST_CASE(witnesses_with_too_many_renamings_are_open) {
  const Outcome outcome =
      run({"check", "paxos", "--symmetry", "acceptors=7", "values=4", "ballots=1"});
  CHECK_RUN(outcome, outcome.code == incomplete);
  CHECK_RUN(outcome, contains(outcome.out, "Not reached, but not tried under all renamings"));
}

BOOST_AUTO_TEST_CASE(a_tier_without_what_needs_a_graph) {
  const Outcome outcome =
      run({"check", "transaction_commit", "--tier", "quick", "--visited", "compact"});
  CHECK_RUN(outcome, outcome.code == incomplete);
  CHECK_RUN(outcome,
            contains(outcome.out, "Not run with --visited compact, which keeps no states"));
}

BOOST_AUTO_TEST_CASE(fingerprints_are_for_safety) {
  const Json report = check_json({"transaction_commit", "--visited", "compact"}, incomplete);
  for (const Json& property : report.at("properties")) {
    const std::string kind = property.at("kind");
    const bool about_runs = kind == "temporal" || kind == "always possible";
    BOOST_TEST((property.at("verdict") == "not checked") == about_runs);
  }
}

// A state that was taken for another is not known to be checked, with what only it leads to: that
// all is well is likely, and not decided. What was found is real.
BOOST_AUTO_TEST_CASE(no_hash_that_stands_for_a_state_makes_a_claim_hold) {
  for (const char* const how : {"compact", "bitstate"}) {
    for (const char* const reduction : {"", "--symmetry", "--partial-order"}) {
      Arguments arguments = {"transaction_commit", "--visited", how};
      if (*reduction != '\0') arguments.emplace_back(reduction);
      BOOST_TEST_CONTEXT(text_of(arguments)) {
        const Json report = check_json(arguments, incomplete);
        BOOST_TEST(report.at("verdict") == "incomplete");
        BOOST_TEST(report.at("as_expected") == false);
        BOOST_TEST(report.at("visited").at("exact") == false);
        BOOST_TEST(report.at("visited").at("missed_probability").get<double>() > 0);
        BOOST_TEST(contains(report.at("coverage").get<std::string>(), "not exhaustive"));
        for (const Json& property : report.at("properties"))
          BOOST_TEST((property.at("verdict") == "holds") ==
                     (property.at("kind") == "reachable" && property.at("states").is_number()));
      }
    }
  }
  for (const Arguments& command :
       std::vector<Arguments>{{"transaction_commit", "--mutant", "early_commit"},
                              {"paxos", "--mutant", "literal_accept"}}) {
    Arguments arguments = command;
    const Json exact = check_json(arguments, as_expected);
    arguments.insert(arguments.end(), {"--visited", "compact"});
    const Json compact = check_json(arguments, as_expected);
    BOOST_TEST(compact.at("verdict") == "violated");
    BOOST_TEST(compact.at("trace") == exact.at("trace"));
    BOOST_TEST(compact.at("distinct") == exact.at("distinct"));
  }
}

// Bits prove nothing, however many there are; what they find is shown.
BOOST_AUTO_TEST_CASE(bits_prove_nothing) {
  const Arguments bits = {"transaction_commit", "--visited", "bitstate"};
  const Json report = check_json(bits, incomplete);
  BOOST_TEST(report.at("verdict") == "incomplete");
  BOOST_TEST(report.at("distinct") == 288U);
  BOOST_TEST(contains(report.at("coverage").get<std::string>(), "not exhaustive"));
  BOOST_TEST(report.at("visited").at("exact") == false);
  const Json& array = report.at("visited").at("bit_array");
  BOOST_TEST(array.at("bits") == std::uint64_t{1} << 29);
  BOOST_TEST(array.at("full").get<double>() > 0.0);
  BOOST_TEST(array.at("states_omitted").get<double>() < 0.001);
  const double missed = report.at("visited").at("missed_probability");
  BOOST_TEST((0 < missed && missed < 0.001));
  for (const Json& property : report.at("properties")) {
    const bool witness = property.at("kind") == "reachable";
    BOOST_TEST((property.at("verdict") == "holds") == witness);
  }
  Arguments expected = bits;
  expected.insert(expected.end(), {"--expect", "incomplete", "--memory", "1M", "--seed", "4"});
  const Json small = check_json(expected, as_expected);
  BOOST_TEST(small.at("visited").at("bit_array").at("bits") == std::uint64_t{1} << 23);
  BOOST_TEST(small.at("visited").at("seed") == 4);

  // 8 million bits for 8.2 million states.
  const Outcome full = run({"check", "paxos", "ballots=4", "--property", "Agreement", "--visited",
                            "bitstate", "--memory", "1M", "--max-depth", "24"});
  CHECK_RUN(full, full.code == incomplete);
  CHECK_RUN(full, contains(full.out, "incomplete: stopped by --max-depth; no violation found"));
  CHECK_RUN(full, contains(full.out, "bitstate search is not exhaustive: about "));
  CHECK_RUN(full, contains(full.out, "3 bits of an array of 1 MiB, seed 0"));

  const Json mutant =
      check_json({"paxos", "--mutant", "literal_accept", "--visited", "bitstate"}, as_expected);
  BOOST_TEST(mutant.at("verdict") == "violated");
  BOOST_TEST(mutant.at("trace").at("states") == 13);
}

BOOST_AUTO_TEST_SUITE_END()
