// `synod prove`: what people and machines read of it, its files, and how it ends.
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

#include "tests/cli/schema.hpp"
#include "tests/cli/support.hpp"

using namespace synod::test;

namespace {

std::string text_in(const std::filesystem::path& file) {
  std::ostringstream text;
  text << std::ifstream(file).rdbuf();
  return text.str();
}

/// Generous, for sanitizers on a busy machine; without them it takes milliseconds.
constexpr double promptly_seconds = 20;

/// A PATH that has a cvc5 in this folder that runs, but answers questions by a script of its own.
/// As cvc5 does, it fails without an answer where the file states one in advance that it may not
/// find to be right.
std::string path_with_cvc5(const TemporaryFolder& programs, const std::string& script) {
  const std::string program = programs.write("cvc5", R"(#!/bin/sh
[ "$1" = --version ] && exit 0
for file; do :; done
if grep -q :status "$file"; then
  echo "Fatal failure: expected another answer" >&2
  exit 134
fi
)" + script + "\n");
  std::filesystem::permissions(program, std::filesystem::perms::owner_all);
  return programs.path().string() + ":" + std::getenv("PATH");
}

/// The objects that `prove ... --json` prints, a line each.
std::vector<Json> prove_json(Arguments arguments, int code) {
  arguments.insert(arguments.begin(), "prove");
  arguments.emplace_back("--json");
  const Outcome outcome = run(arguments);
  CHECK_RUN(outcome, outcome.code == code);
  CHECK_RUN(outcome, outcome.err.empty());
  std::vector<Json> objects;
  std::istringstream lines(outcome.out);
  for (std::string line; std::getline(lines, line);) objects.push_back(Json::parse(line));
  return objects;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(prove)

BOOST_AUTO_TEST_CASE(a_proof_says_what_it_licenses_and_its_scope) {
  const Outcome outcome = run({"prove", "transaction_commit"});
  CHECK_RUN(outcome, outcome.code == as_expected);
  CHECK_RUN(outcome, contains(outcome.out, "safety  proved"));
  CHECK_RUN(outcome, contains(outcome.out, "Scope: any number of resource managers."));
  CHECK_RUN(outcome, contains(outcome.out, "quantifiers alternate: nowhere; in no cycle"));
  CHECK_RUN(outcome, contains(outcome.out, "The invariant holds in the 288 states"));
  CHECK_RUN(outcome, contains(outcome.out, "1 proved; 1 agrees with its model, in "));
}

BOOST_AUTO_TEST_CASE(controls_fail_with_a_model) {
  const Outcome outcome = run({"prove", "transaction_commit", "safety", "--controls"});
  CHECK_RUN(outcome, outcome.code == as_expected);
  CHECK_RUN(outcome, contains(outcome.out, "control, without CommitsWhenTold"));
  CHECK_RUN(outcome, contains(outcome.out, "TCConsistent is false of rm = rm"));
  CHECK_RUN(outcome, contains(outcome.out, "controls fail, as they must."));
  // An example needs none.
  const Outcome none = run({"prove", "quorum", "majority_tight", "--controls"});
  CHECK_RUN(none, none.code == as_expected);
  CHECK_RUN(none, contains(none.out, "There are no controls."));
  CHECK_RUN(none, !contains(none.out, "as they must"));
}

// Each file stands by itself and says which answer it must have, and how to ask for it.
BOOST_AUTO_TEST_CASE(questions_are_files) {
  const TemporaryFolder folder;
  const std::string out = (folder.path() / "deep" / "proofs").string();
  const Outcome outcome = run({"prove", "transaction_commit", "--smt2", out});
  CHECK_RUN(outcome, outcome.code == as_expected);
  std::size_t files = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(out)) {
    if (!entry.is_regular_file()) continue;
    ++files;
    const std::string text = text_in(entry.path());
    BOOST_TEST(text.starts_with("; transaction_commit "));
    BOOST_TEST(contains(text, "; Scope: any number of resource managers"));
    BOOST_TEST(contains(text, "\n(set-logic UF)\n(set-info :status unsat)\n"));
    BOOST_TEST(contains(text, "\n; Ask: z3 " + entry.path().filename().string() + ", or cvc5 "));
    BOOST_TEST(contains(text, " --finite-model-find " + entry.path().filename().string() + "\n"));
    BOOST_TEST(text.ends_with("(check-sat)\n"));
    BOOST_TEST(!contains(text, ":weight"));
  }
  BOOST_TEST(files == 33U);
}

// Files behind links are written where the links lead; what cannot be a folder is refused before
// anything is asked.
BOOST_AUTO_TEST_CASE(questions_are_written_behind_links) {
  namespace fs = std::filesystem;
  const TemporaryFolder folder;
  const auto prove = [&] {
    return run({"prove", "quorum", "majority", "--smt2", "out"}, {.folder = folder.path()});
  };
  CHECK_RUN(prove(), prove().code == as_expected);
  const fs::path questions = folder.path() / "out" / "quorum" / "majority";
  const fs::path file = fs::directory_iterator(questions)->path();
  const std::string text = text_in(file);
  const std::string target = folder.write("target", "old");
  fs::permissions(target, fs::perms::owner_read | fs::perms::owner_write);
  fs::remove(file);
  fs::create_symlink(target, file);
  CHECK_RUN(prove(), prove().code == as_expected);
  BOOST_TEST(fs::is_symlink(file));
  BOOST_TEST(text_in(target) == text);
  BOOST_TEST(
      (fs::status(target).permissions() == (fs::perms::owner_read | fs::perms::owner_write)));
  for (const fs::path& place : {questions, questions.parent_path(), folder.path() / "out"}) {
    fs::remove_all(place);
    fs::create_symlink("missing/folder", place);
    const Outcome outcome = prove();
    CHECK_RUN(outcome, outcome.code == bad_input && !contains(outcome.out, "proved"));
    CHECK_RUN(outcome,
              contains(outcome.err, "--smt2: '" + fs::relative(place, folder.path()).string() +
                                        "' is no folder"));
    fs::remove(place);
  }
}

BOOST_AUTO_TEST_CASE(quorums_of_ones_own) {
  const Outcome proved =
      run({"prove", "quorum", "--sizes", "phase1 > n/2, phase2 >= n - f", "--assume", "n > 2*f"});
  CHECK_RUN(proved, proved.code == as_expected);
  CHECK_RUN(proved, contains(proved.out, "phase1_phase2_intersect  proved"));
  const Outcome refuted = run({"prove", "quorum", "--sizes", "q >= n/2"});
  CHECK_RUN(refuted, refuted.code == not_as_expected);
  CHECK_RUN(refuted, contains(refuted.out, "n = 2\n"));
  // Of sets that do not exist nothing is proved.
  const Outcome vacuous = run({"prove", "quorum", "--sizes", "q > n"});
  CHECK_RUN(vacuous, vacuous.code == not_as_expected);
  CHECK_RUN(vacuous, contains(vacuous.out, "q_q_intersect  vacuous"));
  CHECK_RUN(vacuous, contains(vacuous.out, "whatever the numbers: excluded by q > n\n"));
  CHECK_RUN(vacuous, contains(vacuous.out, "0 proved, 1 refuted, 1 vacuous, in"));
  // Half of all n have no such sets.
  const Outcome odd = run({"prove", "quorum", "--sizes", "q = (n+1)/2"});
  CHECK_RUN(odd, odd.code == as_expected);
  CHECK_RUN(odd, contains(odd.out,
                          "Scope: every n >= 1; any sets of processes; there is no set of "
                          "q if n = 2.\n"));
  const TemporaryFolder folder;
  const std::string sets = folder.write("sets", "a b\nb c\na c\n");
  const Outcome listed = run({"prove", "quorum", "--sets", sets});
  CHECK_RUN(listed, listed.code == as_expected);
  const Outcome faulty = run({"prove", "quorum", "--sets", sets, "--faulty", "1"});
  CHECK_RUN(faulty, faulty.code == not_as_expected);
}

// A student reads what the words mean, the chain or the protocol, and how it ends.
BOOST_AUTO_TEST_CASE(the_byzantine_bound) {
  const Outcome three = run({"prove", "byzantine", "n=3", "k=1"});
  CHECK_RUN(three, three.code == as_expected);
  CHECK_RUN(three, contains(three.out, "\n  IC1: all loyal lieutenants obey the same order.\n"));
  CHECK_RUN(three, contains(three.out, "\n  IC2: if the commander is loyal, "));
  CHECK_RUN(three, contains(three.out, "but attack by IC2: a contradiction\n"));
  CHECK_RUN(three,
            contains(three.out, "2 hears the same as in line 2: retreat; but attack by IC2"));
  CHECK_RUN(three, contains(three.out, "IC2 is violated: 0 is loyal and orders attack"));
  CHECK_RUN(three, !contains(three.out, "four generals"));
  const Outcome four = run({"prove", "byzantine", "n=4", "k=1"});
  CHECK_RUN(four, four.code == as_expected);
  CHECK_RUN(four, contains(four.out, "attack   attack   retreat  -> attack"));
  CHECK_RUN(four, four.out.find("the protocol\n") < four.out.find("OM(1) satisfies"));
  CHECK_RUN(four, !contains(four.out, "three generals"));
  const Outcome both = run({"prove", "byzantine"});
  CHECK_RUN(both, both.code == as_expected);
  for (const char* const part : {"quorums_meet", "three generals", "the protocol\n"})
    CHECK_RUN(both, contains(both.out, part));
}

BOOST_AUTO_TEST_CASE(no_line_is_too_long) {
  for (const Arguments& arguments :
       {Arguments{"prove", "byzantine", "n=3"}, Arguments{"prove", "byzantine", "n=7", "k=2"},
        Arguments{"prove", "byzantine", "n=6", "k=2"}, Arguments{"prove", "crash_consensus"},
        Arguments{"prove", "print_server"}, Arguments{"prove", "two_generals"}}) {
    const Outcome outcome = run(arguments);
    CHECK_RUN(outcome, outcome.code == as_expected);
    std::istringstream lines(outcome.out);
    for (std::string line; std::getline(lines, line);) CHECK_RUN(outcome, line.size() <= 100);
  }
}

BOOST_AUTO_TEST_CASE(machines_read_it_too) {
  const std::vector<Json> reports = prove_json({"transaction_commit"}, as_expected);
  BOOST_REQUIRE(reports.size() == 2U);
  BOOST_TEST(reports[0].at("outcome") == "proved");
  BOOST_TEST(reports[0].at("questions") == 33);
  BOOST_TEST(reports[0].at("obligation") == "safety");
  BOOST_TEST(reports[1].at("agrees") == true);
  const std::vector<Json> refuted = prove_json({"quorum", "--sizes", "q >= n/2"}, not_as_expected);
  BOOST_TEST(refuted.back().at("outcome") == "refuted");
  BOOST_TEST(!refuted.back().at("wrong").empty());
}

// `check --engine z3`: the same verdict, without visiting states.
BOOST_AUTO_TEST_CASE(claims_by_induction) {
  const Json holds = check_json({"two_phase_commit", "crash=all", "--engine", "z3"}, as_expected);
  BOOST_TEST(holds["verdict"] == "holds");
  BOOST_TEST(verdict_of(holds, "AC1") == "holds");
  BOOST_TEST(holds["properties"][0]["k"] == 1);
  BOOST_TEST(!holds["not_judged"].empty());

  const TemporaryFolder folder;
  const std::string file = (folder.path() / "trace").string();
  const Json broken = check_json(
      {"transaction_commit", "--drop", "TMCommit.all_prepared", "--engine", "z3", "--trace", file},
      as_expected);
  BOOST_TEST(verdict_of(broken, "TCConsistent") == "violated");
  // What both engines say, they say alike.
  const Json searched = check_json(
      {"transaction_commit", "--drop", "TMCommit.all_prepared", "--property", "TCConsistent"},
      as_expected);
  for (const char* const key :
       {"protocol", "parameters", "mutant", "dropped", "verdict", "expected", "as_expected"})
    BOOST_TEST(broken.at(key) == searched.at(key), key);
  for (const char* const key : {"name", "kind", "verdict", "states"})
    BOOST_TEST(broken.at("properties").at(0).at(key) == searched.at("properties").at(0).at(key),
               key);
  for (const char* const key : {"property", "shows", "states", "loop", "loop_action"})
    BOOST_TEST(broken.at("trace").at(key) == searched.at("trace").at(key), key);
  BOOST_TEST(broken.at("trace").at("file") == file);
  const Outcome replayed = run({"trace", "replay", file});
  CHECK_RUN(replayed, replayed.code == as_expected && contains(replayed.out, "TCConsistent"));

  // A proof without a part of it was compared with no model.
  const Json changed = check_json(
      {"transaction_commit", "--drop", "RMPrepare.working", "--engine", "z3"}, incomplete);
  BOOST_TEST(verdict_of(changed, "TCConsistent") == "incomplete");
  const Json twice = check_json({"transaction_commit", "--drop", "RMPrepare.working", "--drop",
                                 "TMRcvPrepared.undecided", "--engine", "z3"},
                                incomplete);
  BOOST_TEST(contains(twice.at("properties").at(0).at("reason").get<std::string>(),
                      "without RMPrepare.working, TMRcvPrepared.undecided"));
  const Json cut = check_json({"transaction_commit", "--drop", "TMCommit.all_prepared", "--engine",
                               "z3", "--max-depth", "2"},
                              incomplete);
  BOOST_TEST(cut["verdict"] == "incomplete");
}

// Ctrl-C ends Z3's question, cvc5 and the run; what was decided is told, and nothing is left
// behind.
BOOST_AUTO_TEST_CASE(a_signal_ends_it_with_a_report) {
  for (const int signal : {SIGINT, SIGTERM}) {
    // What a topic says of itself is printed once its questions are put together.
    const Outcome outcome =
        run({"prove", "raft"}, {.signal = signal, .signal_after_output = "in no cycle"});
    CHECK_RUN(outcome, outcome.code == incomplete);
    CHECK_RUN(outcome, outcome.seconds_after_signal < promptly_seconds);
    CHECK_RUN(outcome, contains(outcome.out, "safety  unknown"));
    CHECK_RUN(outcome, contains(outcome.out, " of 440 questions answered"));
    CHECK_RUN(outcome, contains(outcome.out, "\nInterrupted: "));
    const Outcome one = run({"check", "two_phase_commit", "participants=2", "crash=all", "--drop",
                             "SendVoteRequest.log", "--property", "AC1", "--engine", "z3"},
                            {.signal = signal});
    CHECK_RUN(one, one.code == incomplete);
    CHECK_RUN(one, one.seconds_after_signal < promptly_seconds);
    CHECK_RUN(one, contains(one.out, "interrupted"));
    CHECK_RUN(one, !contains(one.out, "time is up"));
  }
}

// cvc5 agrees when it says the answer, nothing besides, and ends well.
BOOST_AUTO_TEST_CASE(what_cvc5_says_is_read_strictly) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"echo unsat", "; cvc5 agrees on 1 question,"},
      {"echo sat", "\n      Z3 says unsat, cvc5 says sat\n"},
      {"echo unknown", "\n      unknown\n"},
      {"echo unsat; exit 3", "\n      unsat, but exit code 3\n"},
      {"echo unsat; echo sat", "\n      unsat, and more besides\n"},
      {"printf 'a\\033\\000'", "\n      a\\x1b\\x00\n"},
      {"true", "\n      no answer\n"},
      {"exec sleep 1000", "\n      it had to be ended\n"},
  };
  for (const auto& [script, words] : cases) {
    const TemporaryFolder programs;
    const Outcome outcome = run({"prove", "quorum", "majority", "--cross-check", "--timeout", "1"},
                                {.environment = {{"PATH", path_with_cvc5(programs, script)}}});
    CHECK_RUN(outcome, outcome.code == (script == "echo unsat" ? as_expected : not_as_expected));
    CHECK_RUN(outcome, contains(outcome.out, words));
  }
}

// A solver that lies, about what has no model and about what has one: nothing is proved then.
BOOST_AUTO_TEST_CASE(solvers_that_contradict_each_other_prove_nothing) {
  struct Row {
    std::string obligation, lie, words;
  };
  const std::vector<Row> rows = {
      {"majority", "sat", "Z3 says unsat, cvc5 says sat"},
      {"majority_tight", "unsat", "Z3 says sat, cvc5 says unsat"},
  };
  for (const Row& row : rows) {
    const TemporaryFolder programs, files;
    const std::string folder = (files.path() / "questions").string();
    const RunOptions lying = {
        .environment = {{"PATH", path_with_cvc5(programs, "echo " + row.lie)}}};
    const Arguments arguments = {"prove", "quorum", row.obligation, "--cross-check"};
    Arguments with_files = arguments;
    with_files.insert(with_files.end(), {"--smt2", folder});
    for (const Arguments& each : {arguments, with_files}) {
      const Outcome outcome = run(each, lying);
      CHECK_RUN(outcome, outcome.code == not_as_expected);
      CHECK_RUN(outcome, contains(outcome.out, row.obligation + "  disputed  "));
      CHECK_RUN(outcome, contains(outcome.out, "\n      " + row.words + "\n"));
      CHECK_RUN(outcome, contains(outcome.out,
                                  "\n0 proved, 1 disputed; cvc5 agrees on 0 questions, says the "
                                  "contrary of 1, in "));
    }
    // What is kept says the answer all the same.
    std::size_t kept = 0;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder))
      kept += entry.is_regular_file() && contains(text_in(entry.path()), ":status") ? 1 : 0;
    BOOST_TEST(kept == 1U);
    Arguments as_json = arguments;
    as_json.emplace_back("--json");
    const Outcome told = run(as_json, lying);
    CHECK_RUN(told, told.code == not_as_expected);
    const Json report = Json::parse(told.out);
    BOOST_TEST(report.at("outcome") == "disputed");
    BOOST_TEST(fault(report) == "");
    BOOST_TEST(report.at("cvc5").at("contradicts").at(0).at("text") == row.words);
  }
}

// With a cvc5 that does not know, it is not known; a control that nothing fails without is counted.
BOOST_AUTO_TEST_CASE(the_last_line_counts_no_failure_as_a_success) {
  const TemporaryFolder programs;
  const Outcome outcome =
      run({"prove", "quorum", "majority", "--cross-check"},
          {.environment = {{"PATH", path_with_cvc5(programs, "echo unknown")}}});
  CHECK_RUN(outcome, outcome.code == not_as_expected);
  CHECK_RUN(outcome, contains(outcome.out,
                              "\n0 proved, 1 unknown; cvc5 agrees on 0 questions, "
                              "cannot decide 1, in "));
}

BOOST_AUTO_TEST_CASE(a_signal_ends_cvc5_too) {
  const TemporaryFolder programs, temporary;
  const std::string path = path_with_cvc5(programs, "exec sleep 1000");
  const Outcome outcome = run({"prove", "transaction_commit", "--cross-check"},
                              {.environment = {{"PATH", path}, {"TMPDIR", temporary.path()}},
                               .signal = SIGTERM,
                               .signal_after_output = "[GL06]",
                               .signal_after_seconds = 2});
  CHECK_RUN(outcome, outcome.code == incomplete);
  CHECK_RUN(outcome, outcome.seconds_after_signal < promptly_seconds);
  CHECK_RUN(outcome, contains(outcome.out, "interrupted: 1 of 33 questions answered"));
  BOOST_TEST(temporary.listing().empty());
}

BOOST_AUTO_TEST_SUITE_END()
