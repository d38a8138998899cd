// Every verb answers, and says how it is used.
#include <sstream>

#include "tests/cli/support.hpp"

using namespace synod::test;

namespace {

const std::vector<Arguments> all_verbs = {
    {"list"},  {"show"},          {"check"},           {"simulate"},
    {"trace"}, {"trace", "show"}, {"trace", "replay"}, {"spec-check"}};

std::vector<std::string> protocols() {
  std::vector<std::string> names;
  const Json list = Json::parse(run({"list", "--json"}).out);
  for (const Json& system : list.at("protocols"))
    names.push_back(system.at("name").get<std::string>());
  return names;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(verbs)

BOOST_AUTO_TEST_CASE(help_of_every_verb) {
  std::vector<Arguments> all = all_verbs;
  all.emplace_back();
  for (const Arguments& verb : all) {
    for (const char* const flag : {"--help", "-h"}) {
      Arguments arguments = verb;
      arguments.emplace_back(flag);
      BOOST_TEST_CONTEXT(text_of(arguments)) {
        const Outcome outcome = run(arguments);
        CHECK_RUN(outcome, outcome.code == as_expected);
        CHECK_RUN(outcome, outcome.err.empty());
        CHECK_RUN(outcome, contains(outcome.out, "Usage: synod"));
        for (const std::string& word : verb) CHECK_RUN(outcome, contains(outcome.out, word));
        // Whoever writes a script needs these.
        CHECK_RUN(outcome, contains(outcome.out, "Exit codes: 0"));
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(the_help_lists_every_verb) {
  const Outcome outcome = run({"--help"});
  for (const Arguments& verb : all_verbs) CHECK_RUN(outcome, contains(outcome.out, verb[0]));
}

BOOST_AUTO_TEST_CASE(without_arguments_the_help) {
  const Outcome outcome = run({});
  CHECK_RUN(outcome, outcome.code == as_expected);
  CHECK_RUN(outcome, outcome.out == run({"--help"}).out);
}

BOOST_AUTO_TEST_CASE(version) {
  const Outcome outcome = run({"--version"});
  CHECK_RUN(outcome, outcome.code == as_expected);
  CHECK_RUN(outcome, outcome.out == std::string("synod ") + SYNOD_VERSION + "\n");
}

BOOST_AUTO_TEST_CASE(list_names_the_protocols_in_order) {
  const std::vector<std::string> names = protocols();
  BOOST_TEST(std::is_sorted(names.begin(), names.end()));
  const Outcome outcome = run({"list"});
  CHECK_RUN(outcome, outcome.code == as_expected);
  for (const char* const name : {"paxos", "transaction_commit"})
    BOOST_TEST(std::count(names.begin(), names.end(), name) == 1);
  for (const std::string& name : names) CHECK_RUN(outcome, contains(outcome.out, "\n" + name));
}

BOOST_AUTO_TEST_CASE(show_describes_every_protocol) {
  for (const std::string& name : protocols()) {
    BOOST_TEST_CONTEXT(name) {
      const Outcome outcome = run({"show", name});
      CHECK_RUN(outcome, outcome.code == as_expected);
      for (const char* section : {"Faults", "Parameters", "State", "Actions", "Properties",
                                  "Instances", "Mutants", "Sources"})
        CHECK_RUN(outcome, contains(outcome.out, section));
      const Json json = Json::parse(run({"show", name, "--json"}).out);
      BOOST_TEST(json.at("name") == name);
      for (const char* key : {"title", "summary", "faults"}) BOOST_TEST(json.at(key).is_string());
      for (const char* key : {"parameters", "properties", "instances", "mutants", "sources"})
        BOOST_TEST((json.at(key).is_array() && !json.at(key).empty()));
    }
  }
}

BOOST_AUTO_TEST_CASE(show_under_given_parameters) {
  const Outcome outcome = run({"show", "paxos", "acceptors=5", "crash=yes"});
  CHECK_RUN(outcome, outcome.code == as_expected);
  CHECK_RUN(outcome, contains(outcome.out, "acceptors=5"));
  CHECK_RUN(outcome, !contains(outcome.out, "Crash(acceptor)  not applicable"));
  // Without crashes, two actions and two properties have nothing to say.
  CHECK_RUN(run({"show", "paxos"}),
            contains(run({"show", "paxos"}).out, "Crash(acceptor)  not applicable"));
}

BOOST_AUTO_TEST_CASE(show_independence) {
  const Outcome outcome = run({"show", "transaction_commit", "--independence"});
  CHECK_RUN(outcome, outcome.code == as_expected);
  CHECK_RUN(outcome, contains(outcome.out, "Independence"));
  CHECK_RUN(outcome, contains(outcome.out, "\n  TMCommit\n    reads "));
  const Json json =
      Json::parse(run({"show", "transaction_commit", "--independence", "--json"}).out);
  const Json& actions = json.at("independence");
  BOOST_TEST(actions.size() == 7U);
  for (const Json& action : actions) {
    BOOST_TEST(action.at("disturbs").size() == actions.size());
    for (const Json& other : action.at("disturbs"))
      BOOST_TEST(other.at("dependent").get<int>() <= other.at("pairs").get<int>());
  }
  BOOST_TEST(
      Json::parse(run({"show", "transaction_commit", "--json"}).out).at("independence").is_null());
}

// Words that are wider than the text stand alone.
BOOST_AUTO_TEST_CASE(no_line_is_wider_than_a_page) {
  std::vector<Arguments> commands = {{"--help"}};
  for (const char* const verb :
       {"list", "show", "check", "simulate", "prove", "trace", "spec-check", "completion"})
    commands.push_back({verb, "--help"});
  for (const std::string& name : protocols()) {
    commands.push_back({"show", name});
    commands.push_back({"show", name, "--independence"});
  }
  for (const Arguments& command : commands) {
    const Outcome outcome = run(command);
    CHECK_RUN(outcome, outcome.code == as_expected);
    std::istringstream lines(outcome.out);
    for (std::string line; std::getline(lines, line);) {
      const std::string words = line.substr(std::min(line.find_first_not_of(' '), line.size()));
      BOOST_TEST((line.size() <= 100 || !contains(words, " ")), text_of(command) << ": " << line);
    }
  }
}

BOOST_AUTO_TEST_CASE(help_says_how_formulas_are_read) {
  const Outcome help = run({"check", "--help"});
  CHECK_RUN(help, contains(help.out, "p -> q -> r is p -> (q -> r)"));
  // As it says: the second is the first, and not ((p -> q) -> r).
  const auto verdict = [](const char* formula) {
    return Json::parse(run({"check", "transaction_commit", "--ltl", formula, "--json"}).out)
        .at("verdict")
        .get<std::string>();
  };
  BOOST_TEST(verdict("false -> true -> false") == verdict("false -> (true -> false)"));
  BOOST_TEST(verdict("false -> true -> false") != verdict("(false -> true) -> false"));
}

BOOST_AUTO_TEST_CASE(a_scenario_is_allowed_or_refused) {
  const Outcome blocked = run({"check", "two_phase_commit", "--scenario", "blocked"});
  CHECK_RUN(blocked, blocked.code == as_expected);
  CHECK_RUN(blocked, contains(blocked.out, "6  CrashCoordinator"));
  CHECK_RUN(blocked, contains(blocked.out, "allowed, 7 states; Blocked is reached."));

  const Outcome refused = run({"check", "chandy_lamport", "--scenario", "ps_qs"});
  CHECK_RUN(refused, refused.code == as_expected);
  CHECK_RUN(refused, contains(refused.out, "step 3 refused by ReceiveMoney.arrived."));

  // Without what refuses it, the step is taken; under what refuses another, it is not.
  const Outcome taken =
      run({"check", "chandy_lamport", "--scenario", "ps_qs", "--drop", "ReceiveMoney.arrived"});
  CHECK_RUN(taken, !contains(taken.out, "refused by ReceiveMoney.arrived"));
  const Outcome nobody_crashes =
      run({"check", "two_phase_commit", "--scenario", "blocked", "crash=none"});
  CHECK_RUN(nobody_crashes, nobody_crashes.code == not_as_expected);
  CHECK_RUN(nobody_crashes, contains(nobody_crashes.out, "step 6 refused"));
  CHECK_RUN(nobody_crashes, contains(nobody_crashes.out, "does not apply"));

  const Outcome json = run({"check", "two_phase_commit", "--scenario", "blocked", "--json"});
  CHECK_RUN(json, json.code == as_expected);
  const Json played = Json::parse(json.out);
  BOOST_TEST(played.at("verdict") == "allowed");
  BOOST_TEST(played.at("states") == 7);
  BOOST_TEST(played.at("actions").size() == 6U);
  BOOST_TEST(played.at("mutant").is_null());
  const Json stopped =
      Json::parse(run({"check", "chandy_lamport", "--scenario", "ps_qs", "--json"}).out);
  BOOST_TEST(stopped.at("verdict") == "refused");
  BOOST_TEST(stopped.at("expected") == "refused");
  BOOST_TEST(stopped.at("refusal").at("conjunct") == "ReceiveMoney.arrived");
}

// Some runs are told for any number of processes; of others it is said which they are told for.
BOOST_AUTO_TEST_CASE(a_scenario_scales_or_says_what_it_is_written_for) {
  const std::vector<std::pair<Arguments, std::string>> rows = {
      {{"raft", "normal", "servers=2"}, "allowed, 14 states; CommittedEverywhere is reached."},
      {{"raft", "normal", "servers=4"}, "allowed, 26 states; CommittedEverywhere is reached."},
      {{"raft", "normal", "servers=5"}, "allowed, 29 states; CommittedEverywhere is reached."},
      {{"raft", "normal", "servers=4", "quorum=1"}, "CommittedEverywhere is reached."},
      {{"raft", "normal", "quorum=3"}, "CommittedEverywhere is reached."},
      {{"two_phase_commit", "blocked", "participants=5"}, "Blocked is reached."},
      {{"two_phase_commit", "literal_init", "participants=4"}, "AC1 is violated."},
      {{"flp", "blocked", "processes=2"}, "allowed, 3 states; Blocked is reached."},
      {{"flp", "blocked", "processes=4"}, "allowed, 11 states; Blocked is reached."}};
  for (const auto& [row, says] : rows) {
    Arguments arguments{"check", row[0], "--scenario"};
    arguments.insert(arguments.end(), row.begin() + 1, row.end());
    const Outcome outcome = run(arguments);
    CHECK_RUN(outcome, outcome.code == as_expected);
    CHECK_RUN(outcome, contains(outcome.out, says));
  }
  const Outcome generals = run({"check", "byzantine_om", "--scenario", "figure_1", "generals=4"});
  CHECK_RUN(generals, generals.code == not_as_expected);
  CHECK_RUN(generals, contains(generals.out, "the scenario is written for generals=3 m=1"));
  const Outcome crash = run({"check", "two_phase_commit", "--scenario", "blocked", "crash=none"});
  CHECK_RUN(crash, crash.code == not_as_expected);
  CHECK_RUN(crash, contains(crash.out, "for crash=coordinator recover=none and any participants."));
}

BOOST_AUTO_TEST_CASE(completion_offers_what_is_accepted_there) {
  const auto offered = [](const std::string& line, const std::string& word) {
    const Outcome outcome = run({"completion", "--line", line});
    CHECK_RUN(outcome, outcome.code == as_expected);
    return contains("\n" + outcome.out, "\n" + word + "\n");
  };
  BOOST_TEST(offered("synod ", "check"));
  BOOST_TEST(offered("synod che", "check"));
  BOOST_TEST(offered("synod check ", "paxos"));
  BOOST_TEST(!offered("synod check ", "check"));
  BOOST_TEST(offered("synod check paxos ", "acceptors="));
  BOOST_TEST(offered("synod check paxos --json ", "durable=votes"));
  BOOST_TEST(!offered("synod check paxos ", "participants="));
  BOOST_TEST(offered("synod check paxos --mutant ", "literal_accept"));
  BOOST_TEST(offered("synod check paxos --drop Phase", "Phase2a.safe"));
  BOOST_TEST(offered("synod check paxos --property ", "Agreement"));
  BOOST_TEST(offered("synod check two_phase_commit --scenario ", "blocked"));
  BOOST_TEST(offered("synod check --", "--tier"));
  BOOST_TEST(offered("synod check --tier ", "thorough"));
  BOOST_TEST(offered("synod check --visited ", "bitstate"));
  BOOST_TEST(offered("synod sim", "simulate"));
  BOOST_TEST(offered("synod simulate ", "raft"));
  BOOST_TEST(offered("synod simulate raft ", "terms="));
  BOOST_TEST(offered("synod simulate --", "--walks"));
  BOOST_TEST(!offered("synod simulate --", "--max-states"));
  BOOST_TEST(offered("synod simulate paxos --mutant ", "literal_accept"));
  BOOST_TEST(offered("synod simulate paxos --expect ", "incomplete"));
  BOOST_TEST(!offered("synod simulate paxos --expect ", "holds"));
  BOOST_TEST(offered("synod show ", "transaction_commit"));
  BOOST_TEST(offered("synod trace ", "replay"));
  const Outcome script = run({"completion", "bash"});
  CHECK_RUN(script, script.code == as_expected);
  CHECK_RUN(script, contains(script.out, "complete -o default -F _synod synod"));
}

BOOST_AUTO_TEST_CASE(the_same_command_prints_the_same) {
  for (const Arguments& arguments :
       {Arguments{"list"}, Arguments{"show", "paxos"}, Arguments{"show", "paxos", "--json"},
        Arguments{"show", "paxos", "--independence"}})
    BOOST_TEST(run(arguments).out == run(arguments).out);
}

BOOST_AUTO_TEST_SUITE_END()
