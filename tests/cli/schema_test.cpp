// What is printed as JSON has the form that checker/cli/synod.schema.json describes: all of it, on
// every kind of run.
#include <set>
#include <sstream>

#include "tests/cli/schema.hpp"
#include "tests/cli/support.hpp"

using namespace synod::test;

namespace {

std::vector<Json> objects(const std::string& lines) {
  std::vector<Json> result;
  std::istringstream stream(lines);
  for (std::string line; std::getline(stream, line);) {
    BOOST_REQUIRE_MESSAGE(Json::accept(line), "no JSON: " << line.substr(0, 200));
    result.push_back(Json::parse(line));
  }
  return result;
}

const std::vector<Arguments> commands = {
    {"check", "transaction_commit"},
    {"check", "paxos", "--mutant", "literal_accept"},
    {"check", "paxos", "--property", "FirstValueChosen"},
    {"check", "paxos", "--property", "EventuallyDecides"},
    {"check", "paxos", "--drop", "Phase2b.not_outdated", "--continue"},
    {"check", "paxos", "--symmetry", "--profile"},
    {"check", "paxos", "--partial-order"},
    {"check", "transaction_commit", "--ltl", "[] TCConsistent"},
    {"check", "transaction_commit", "--visited", "compact", "--seed", "3"},
    {"check", "transaction_commit", "--visited", "bitstate"},
    {"check", "transaction_commit", "--max-depth", "4", "--checkpoint", "ck"},
    {"check", "transaction_commit", "--valence"},
    {"check", "flp"},
    {"check", "raft", "servers=2", "--property", "ElectionSafety", "--invariant",
     "A p in server: commitIndex[p] <= 2"},
    {"check", "raft", "servers=2", "terms=1", "--ltl", "<> (E p in server: role[p] = Leader)"},
    {"check", "two_phase_commit", "--scenario", "blocked"},
    {"check", "raft", "--scenario", "figure_8"},
    {"check", "raft", "--scenario", "figure_8_overwritten", "--trace", "scenario.json"},
    {"check", "transaction_commit", "--tier", "quick"},
    {"check", "two_phase_commit", "--engine", "z3"},
    {"check", "transaction_commit", "--engine", "z3", "--mutant", "early_commit"},
    {"simulate", "paxos", "--walks", "20"},
    {"simulate", "paxos", "--mutant", "literal_accept"},
    {"simulate", "paxos", "--property", "FirstValueChosen"},
    {"prove", "byzantine_broadcast"},
    {"prove", "quorum", "--controls"},
    {"show", "paxos"},
    {"show", "raft", "--independence"},
    {"show", "byzantine_broadcast"},
    {"show", "chandy_lamport"},
    {"show", "two_phase_commit"},
    {"list"},
    {"trace", "show", "trace.json"},
    {"trace", "show", "trace.json", "--full", "--explain"},
    {"trace", "replay", "trace.json"},
    {"trace", "replay", "scenario.json"}};

}  // namespace

BOOST_AUTO_TEST_SUITE(schema)

BOOST_AUTO_TEST_CASE(every_kind_of_run_prints_what_the_schema_describes) {
  const TemporaryFolder folder;
  run({"check", "paxos", "--mutant", "literal_accept", "--trace", "trace.json"},
      {.folder = folder.path()});
  std::set<std::string> kinds;
  for (Arguments command : commands) {
    command.emplace_back("--json");
    const Outcome outcome = run(command, {.folder = folder.path()});
    CHECK_RUN(outcome, outcome.code != bad_input && outcome.signal == 0);
    const std::vector<Json> printed = objects(outcome.out);
    BOOST_TEST(!printed.empty(), text_of(command) << " printed nothing: " << describe(outcome));
    for (const Json& object : printed) {
      BOOST_TEST(object.at("schema") == 1);
      const std::string wrong = fault(object);
      BOOST_TEST(wrong.empty(), text_of(command) << ": " << wrong << "\n" << object.dump());
      kinds.insert(object.value("kind", ""));
    }
  }
  for (const Json& kind : schema_text().at("properties").at("kind").at("enum")) {
    // These are seen in tests of their own; TLC and a faulty catalogue are not to be had here.
    const std::set<std::string> others = {"model error", "spec check", "progress", "walk progress",
                                          "proof progress"};
    BOOST_TEST((kinds.count(kind) + others.count(kind) == 1), kind << " was not seen");
  }
}

BOOST_AUTO_TEST_CASE(progress_has_its_form_too) {
  for (const Arguments& command : std::vector<Arguments>{
           {"check", "transaction_commit", "participants=20", "--time", "1", "--progress", "json"},
           {"simulate", "raft", "--time", "1", "--progress", "json"}}) {
    const Outcome outcome = run(command);
    CHECK_RUN(outcome, outcome.code == incomplete);
    const std::vector<Json> told = objects(outcome.err);
    BOOST_TEST(!told.empty());
    for (const Json& object : told) BOOST_TEST(fault(object) == "");
  }
  const Outcome proved = run({"prove", "two_phase_commit", "--progress", "json"});
  CHECK_RUN(proved, proved.code == as_expected);
  const std::vector<Json> told = objects(proved.err);
  BOOST_TEST(!told.empty());
  for (const Json& object : told) BOOST_TEST(fault(object) == "");
}

// A schema that accepts anything would pass all that is above.
BOOST_AUTO_TEST_CASE(what_has_another_form_is_refused) {
  const Json report = check_json({"paxos", "--mutant", "literal_accept"}, as_expected);
  BOOST_REQUIRE_EQUAL(fault(report), "");
  BOOST_REQUIRE_EQUAL(fault(schema_text(), report), "");
  const auto refused = [&](const char* what, const auto& spoil) {
    Json spoilt = report;
    spoil(spoilt);
    BOOST_TEST(!fault(spoilt).empty(), what << " is accepted");
    BOOST_TEST(!fault(schema_text(), spoilt).empty(), what << " is accepted by the whole");
  };
  for (const auto& [name, value] : report.items())
    refused(("without " + name).c_str(), [&, &key = name](Json& json) { json.erase(key); });
  refused("another member", [](Json& json) { json["transitions"] = 3; });
  refused("another version", [](Json& json) { json["schema"] = 0; });
  refused("another kind", [](Json& json) { json["kind"] = "simulation"; });
  refused("an empty mutant of another type", [](Json& json) { json["mutant"] = 0; });
  refused("a number as text", [](Json& json) { json["distinct"] = "288"; });
  refused("a list as a parameter",
          [](Json& json) { json["parameters"]["acceptors"] = Json::array(); });
  refused("an unknown verdict", [](Json& json) { json["verdict"] = "success"; });
  refused("a claim without a verdict", [](Json& json) { json["properties"][0].erase("verdict"); });
  refused("a step that is no text", [](Json& json) { json["trace"]["actions"][0] = 1; });
}

BOOST_AUTO_TEST_CASE(parameters_are_alike_on_every_kind_of_run) {
  const TemporaryFolder folder;
  const RunOptions there = {.folder = folder.path()};
  const auto parameters = [&](Arguments command) {
    command.emplace_back("--json");
    return objects(run(command, there).out).at(0).at("parameters");
  };
  const Json searched =
      parameters({"check", "paxos", "--trace", "t.json", "--property", "FirstValueChosen"});
  BOOST_TEST(searched.at("acceptors") == 3);
  BOOST_TEST(searched.at("crash") == "no");
  BOOST_TEST(parameters({"simulate", "paxos", "--walks", "3"}) == searched);
  BOOST_TEST(parameters({"trace", "show", "t.json"}) == searched);
  BOOST_TEST(parameters({"trace", "replay", "t.json"}) == searched);
  const Json blocked = parameters({"check", "two_phase_commit", "--scenario", "blocked"});
  BOOST_TEST(blocked.at("participants").is_number());
}

BOOST_AUTO_TEST_SUITE_END()
