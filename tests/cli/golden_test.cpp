// Golden files: what people read, kept in tests/cli/golden/ and compared line by line. Times and
// rates are replaced by words.
//
// When the output was changed on purpose:
//
//   SYNOD_UPDATE=1 ./synod test --preset release -R '^cli.golden$'
//
// writes the files anew, or, with the tests built, `test_cli --run_test=golden -- --update`. Then
// read the difference: it is what users will see.
#include <cstdlib>
#include <fstream>
#include <regex>
#include <sstream>
#include <string_view>

#include "tests/cli/support.hpp"

using namespace synod::test;

namespace {

namespace fs = std::filesystem;

bool update_wanted() {
  const char* const variable = std::getenv("SYNOD_UPDATE");
  if (variable != nullptr && *variable != '\0') return true;
  const auto& suite = boost::unit_test::framework::master_test_suite();
  for (int i = 1; i < suite.argc; ++i)
    if (std::string_view(suite.argv[i]) == "--update") return true;
  return false;
}

std::string normalised(std::string text) {
  text = std::regex_replace(text, std::regex("[0-9.]+ s with"), "<time> s with");
  return std::regex_replace(text, std::regex("[0-9,]+ states/s(, [0-9]+ bytes a state)?"),
                            "<rate> states/s");
}

/// The first line that differs, with its number.
std::string first_difference(const std::string& expected, const std::string& found) {
  std::istringstream left(expected);
  std::istringstream right(found);
  for (std::size_t number = 1;; ++number) {
    std::string wanted;
    std::string got;
    const bool more_left = static_cast<bool>(std::getline(left, wanted));
    const bool more_right = static_cast<bool>(std::getline(right, got));
    if (!more_left && !more_right) return "only in the end of the file";
    if (wanted != got || more_left != more_right)
      return "line " + std::to_string(number) + "\n  expected: " + wanted + "\n  found:    " + got;
  }
}

void check_golden(const std::string& name, const Arguments& arguments) {
  const Outcome outcome = run(arguments);
  CHECK_RUN(outcome, outcome.code == as_expected);
  const std::string found = normalised(outcome.out);
  const fs::path file = fs::path(SYNOD_GOLDEN_FOLDER) / name;
  if (update_wanted()) {
    std::ofstream(file, std::ios::binary) << found;
    BOOST_TEST_MESSAGE(file.string() << " is written");
    return;
  }
  BOOST_REQUIRE_MESSAGE(fs::exists(file), file.string() << " is missing; write it with --update");
  const std::string expected = read_text(file);
  BOOST_CHECK_MESSAGE(found == expected,
                      text_of(arguments)
                          << " differs from " << name << " in " << first_difference(expected, found)
                          << "\nif that is right, see the head of golden_test.cpp");
}

}  // namespace

BOOST_AUTO_TEST_SUITE(golden)

BOOST_AUTO_TEST_CASE(check_a_mutant) {
  check_golden("check_literal_accept.txt",
               {"check", "paxos", "--mutant", "literal_accept", "--threads", "1"});
}

BOOST_AUTO_TEST_CASE(show_a_protocol) {
  check_golden("show_transaction_commit.txt", {"show", "transaction_commit"});
}

BOOST_AUTO_TEST_CASE(show_a_trace) {
  const TemporaryFolder folder;
  check_golden("trace_show.txt", {"trace", "show", write_counterexample(folder),
                                  "--explain=Phase2b(a1, 0, v1)", "--at", "6"});
}

BOOST_AUTO_TEST_CASE(numbers_are_normalised_and_nothing_else) {
  BOOST_TEST(normalised("4.31 s with 1 thread, 1,234,567 states/s, 17 bytes a state.\n") ==
             "<time> s with 1 thread, <rate> states/s.\n");
  BOOST_TEST(normalised("288 distinct states, depth 11") == "288 distinct states, depth 11");
}

// The traces that the README names are what playing their scenarios writes today, and replay.
BOOST_AUTO_TEST_CASE(recorded_scenarios) {
  const fs::path traces = fs::path(SYNOD_GOLDEN_FOLDER) / ".." / ".." / ".." / "traces";
  const TemporaryFolder folder;
  std::size_t count = 0;
  for (const auto& entry : fs::recursive_directory_iterator(traces)) {
    if (!entry.is_regular_file()) continue;
    ++count;
    const fs::path& file = entry.path();
    const std::string protocol = file.parent_path().filename().string();
    const std::string scenario = file.stem().stem().string();
    const std::string played = (folder.path() / "played.json").string();
    const Outcome play = run({"check", protocol, "--scenario", scenario, "--trace", played});
    CHECK_RUN(play, play.code == as_expected);
    if (update_wanted()) fs::copy_file(played, file, fs::copy_options::overwrite_existing);
    BOOST_CHECK_MESSAGE(read_text(file) == read_text(played),
                        file.string() << " differs from what " << scenario << " does now");
    const Outcome replay = run({"trace", "replay", file.string()});
    CHECK_RUN(replay, replay.code == as_expected);
    CHECK_RUN(replay, contains(replay.out, "scenario " + scenario));
  }
  BOOST_TEST(count >= 3U);
}

BOOST_AUTO_TEST_SUITE_END()
