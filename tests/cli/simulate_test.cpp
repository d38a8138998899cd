// `synod simulate`: what people and machines read of it, and how it ends.
#include <csignal>
#include <set>

#include "tests/cli/support.hpp"

using namespace synod::test;

namespace {

/// The object that `simulate ... --json` prints.
Json simulate_json(Arguments arguments, int code) {
  arguments.insert(arguments.begin(), "simulate");
  arguments.emplace_back("--json");
  const Outcome outcome = run(arguments);
  CHECK_RUN(outcome, outcome.code == code);
  CHECK_RUN(outcome, outcome.err.empty());
  CHECK_RUN(outcome, line_count(outcome.out) == 1);
  return Json::parse(outcome.out);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(simulate)

BOOST_AUTO_TEST_CASE(nothing_found_is_incomplete) {
  const Outcome outcome = run({"simulate", "paxos", "--walks", "200", "--depth", "40"});
  CHECK_RUN(outcome, outcome.code == incomplete);
  CHECK_RUN(outcome, contains(outcome.out,
                              "incomplete: no violation in 200 walks of at most 40 "
                              "states; this is no proof."));
  CHECK_RUN(outcome, contains(outcome.out, "Seed 0: 200 walks, "));
  CHECK_RUN(outcome, contains(outcome.out, "OneLeaderDecides (temporal)"));
  CHECK_RUN(outcome, !contains(outcome.out, "not as expected"));
  const Json report = simulate_json(
      {"paxos", "--walks", "200", "--depth", "40", "--expect", "incomplete"}, as_expected);
  BOOST_TEST(report.at("verdict") == "incomplete");
  BOOST_TEST(report.at("simulation").at("walks") == 200);
  BOOST_TEST(report.at("simulation").at("violating_walk").is_null());
  BOOST_TEST(report.at("trace").is_null());
  BOOST_TEST(!report.contains("distinct"));  // it would be taken for a count
  std::uint64_t taken = 0;
  std::uint64_t enabled = 0;
  for (const Json& action : report.at("actions")) {
    taken += action.at("taken").get<std::uint64_t>();
    enabled += action.at("fired").get<std::uint64_t>();
  }
  BOOST_TEST(taken == report.at("simulation").at("steps"));
  BOOST_TEST(enabled == report.at("simulation").at("enabled"));
}

BOOST_AUTO_TEST_CASE(a_mutant_is_violated_and_its_walk_replays) {
  const TemporaryFolder folder;
  const std::string file = (folder.path() / "walk.itf.json").string();
  const Outcome outcome = run({"simulate", "paxos", "--mutant", "literal_accept", "--trace", file});
  CHECK_RUN(outcome, outcome.code == as_expected);
  CHECK_RUN(outcome, contains(outcome.out, "violated: in walk "));
  CHECK_RUN(outcome, contains(outcome.out, "Agreement is violated; a counterexample, "));
  CHECK_RUN(outcome, contains(outcome.out, "The trace is in " + file));
  const Outcome replayed = run({"trace", "replay", file});
  CHECK_RUN(replayed, replayed.code == as_expected);
}

BOOST_AUTO_TEST_CASE(the_same_seed_gives_the_same_for_any_number_of_threads) {
  for (const Arguments& command :
       {Arguments{"paxos", "--walks", "300"}, Arguments{"raft", "--mutant", "half_is_enough"}}) {
    const int code = command[0] == "paxos" ? incomplete : as_expected;
    std::set<std::string> different;
    for (const char* const threads : {"1", "2", "5", "2"}) {
      Arguments arguments = command;
      arguments.insert(arguments.end(), {"--threads", threads, "--seed", "7"});
      Json report = simulate_json(arguments, code);
      for (const char* measured : {"seconds", "threads"}) report.erase(measured);
      different.insert(report.dump());
    }
    BOOST_TEST(different.size() == 1U, text_of(command) << " has several results");
  }
}

BOOST_AUTO_TEST_CASE(a_dropped_conjunct_and_a_witness) {
  const Json dropped =
      simulate_json({"transaction_commit", "--drop", "TMCommit.all_prepared"}, as_expected);
  BOOST_TEST(dropped.at("verdict") == "violated");
  BOOST_TEST(dropped.at("dropped").dump() == R"(["TMCommit.all_prepared"])");
  const Outcome witness = run({"simulate", "paxos", "--property", "DifferentVotes"});
  CHECK_RUN(witness, witness.code == incomplete);
  CHECK_RUN(witness, contains(witness.out, "DifferentVotes is reached; a way, "));
}

BOOST_AUTO_TEST_CASE(without_a_trace_none_is_written) {
  const TemporaryFolder folder;
  const Outcome outcome =
      run({"simulate", "paxos", "--walks", "5", "--trace", "none.json"}, {.folder = folder.path()});
  CHECK_RUN(outcome, contains(outcome.out, "There is no trace to write to none.json."));
  BOOST_TEST(folder.listing().empty());
}

BOOST_AUTO_TEST_CASE(time_and_interruption_end_it) {
  const Outcome timed = run({"simulate", "raft", "terms=4", "--time", "1"});
  CHECK_RUN(timed, timed.code == incomplete);
  CHECK_RUN(timed, contains(timed.out, "incomplete: stopped by --time; no violation in "));
  const Outcome outcome = run({"simulate", "raft", "terms=4", "--time", "600"}, {.signal = SIGINT});
  CHECK_RUN(outcome, outcome.code == incomplete);
  CHECK_RUN(outcome, contains(outcome.out, "incomplete: interrupted; no violation in "));
}

BOOST_AUTO_TEST_SUITE_END()
