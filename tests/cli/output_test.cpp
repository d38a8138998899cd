// Where the output goes: terminals, pipes that close early, full disks.
#include <csignal>
#include <sstream>

#include "tests/cli/support.hpp"

using namespace synod::test;

namespace {

constexpr char escape = '\x1b';

/// Commands with little and with much output, which fail at different moments.
const std::vector<Arguments> commands = {
    {"list"},
    {"show", "paxos"},
    {"show", "paxos", "--json"},
    {"--help"},
    {"--version"},
    {"check", "transaction_commit"},
    {"check", "paxos", "--json"},
    {"check", "paxos", "--mutant", "literal_accept"},
    {"check", "transaction_commit", "--tier", "quick", "--json"}};

const std::vector<std::pair<std::string, std::string>> colour_allowed = {{"NO_COLOR", ""},
                                                                         {"TERM", "xterm"}};

bool ended_well(const Outcome& outcome) { return outcome.signal == 0 && !outcome.timed_out; }

}  // namespace

BOOST_AUTO_TEST_SUITE(output)

BOOST_AUTO_TEST_CASE(no_escape_codes_in_a_pipe_or_file) {
  for (const Arguments& command : commands) {
    const Outcome outcome = run(command);
    CHECK_RUN(outcome, !contains(outcome.out + outcome.err, std::string(1, escape)));
  }
}

// Without this, the test above would pass if there were no colours at all.
BOOST_AUTO_TEST_CASE(colours_on_a_terminal_and_none_with_no_color) {
  const Arguments command = {"check", "transaction_commit"};
  const Outcome coloured =
      run(command, {.out = {Sink::Kind::terminal}, .environment = colour_allowed});
  CHECK_RUN(coloured, contains(coloured.out, "\x1b[32mholds\x1b[0m"));
  const Outcome plain =
      run(command, {.out = {Sink::Kind::terminal}, .environment = {{"NO_COLOR", "1"}}});
  CHECK_RUN(plain, !contains(plain.out, std::string(1, escape)));
  CHECK_RUN(plain, contains(plain.out, "holds"));
}

BOOST_AUTO_TEST_CASE(json_is_never_coloured) {
  const Outcome outcome = run({"check", "transaction_commit", "--json"},
                              {.out = {Sink::Kind::terminal}, .environment = colour_allowed});
  CHECK_RUN(outcome, !contains(outcome.out, std::string(1, escape)));
}

BOOST_AUTO_TEST_CASE(progress_only_where_standard_error_is_a_terminal) {
  const Arguments command = {"check", "transaction_commit", "participants=20", "--time", "1"};
  const Outcome piped = run(command);
  CHECK_RUN(piped, piped.err.empty());
  const Outcome terminal = run(command, {.err = {Sink::Kind::terminal}});
  CHECK_RUN(terminal, contains(terminal.err, "depth"));
  // One line, rewritten in place and removed at the end.
  CHECK_RUN(terminal, !contains(terminal.err, "\n"));
  CHECK_RUN(terminal, terminal.err.ends_with("\r\x1b[K"));
  CHECK_RUN(terminal, !contains(terminal.out, std::string(1, escape)));
}

// An object a line, wherever standard error goes; the report is as ever.
BOOST_AUTO_TEST_CASE(progress_for_machines) {
  Arguments command = {"check", "transaction_commit", "participants=20", "--time", "2"};
  command.insert(command.end(), {"--progress", "json"});
  const Outcome outcome = run(command);
  CHECK_RUN(outcome, outcome.code == incomplete);
  std::istringstream lines(outcome.err);
  std::uint64_t before = 0;
  std::size_t count = 0;
  for (std::string line; std::getline(lines, line); ++count) {
    BOOST_REQUIRE_MESSAGE(Json::accept(line), line);
    const Json progress = Json::parse(line);
    BOOST_TEST(progress.at("run") == "transaction_commit participants=20");
    BOOST_TEST(progress.at("distinct").get<std::uint64_t>() >= before);
    before = progress.at("distinct").get<std::uint64_t>();
    BOOST_TEST(progress.at("queue").get<std::uint64_t>() <= before);
    BOOST_TEST(progress.at("table_load").get<double>() <= 1.0);
    BOOST_TEST((progress.at("expected").is_null() ||
                progress.at("expected").get<std::uint64_t>() > before));
    for (const char* const key : {"seconds", "generated", "depth", "states_per_second", "bytes"})
      BOOST_TEST(progress.at(key).is_number());
  }
  BOOST_TEST(count >= 3U);
  const Outcome none =
      run({"check", "transaction_commit", "--progress", "none"}, {.err = {Sink::Kind::terminal}});
  CHECK_RUN(none, none.code == 0 && none.err.empty());
}

// `synod show paxos | head -1`: like every Unix tool, ended by SIGPIPE without a word, or, where
// that is ignored, with a message and no success.
BOOST_AUTO_TEST_CASE(a_pipe_that_nobody_reads) {
  for (const Arguments& command : commands) {
    BOOST_TEST_CONTEXT(text_of(command)) {
      const Outcome usual = run(command, {.out = {Sink::Kind::broken}});
      CHECK_RUN(usual, usual.signal == SIGPIPE || (usual.signal == 0 && usual.code == bad_input));
      const Outcome ignored =
          run(command, {.out = {Sink::Kind::broken}, .ignore_broken_pipe = true});
      CHECK_RUN(ignored, ended_well(ignored) && ignored.code == bad_input);
      CHECK_RUN(ignored, line_count(ignored.err) == 1);
    }
  }
}

BOOST_AUTO_TEST_CASE(a_full_disk) {
  for (const Arguments& command : commands) {
    BOOST_TEST_CONTEXT(text_of(command)) {
      const Outcome outcome = run(command, {.out = {Sink::Kind::file, "/dev/full"}});
      CHECK_RUN(outcome, ended_well(outcome) && outcome.code == bad_input);
      CHECK_RUN(outcome, line_count(outcome.err) == 1);
      CHECK_RUN(outcome, contains(outcome.err, "standard output"));
      CHECK_RUN(outcome, !contains(outcome.err, "internal error"));
    }
  }
}

BOOST_AUTO_TEST_CASE(standard_output_is_closed) {
  for (const Arguments& command : commands) {
    BOOST_TEST_CONTEXT(text_of(command)) {
      const Outcome outcome = run(command, {.out = {Sink::Kind::closed}});
      CHECK_RUN(outcome, ended_well(outcome) && outcome.code == bad_input);
      CHECK_RUN(outcome, line_count(outcome.err) == 1);
    }
  }
}

// With standard output closed, the next file that is opened gets its number; the report must not
// end up in that file.
BOOST_AUTO_TEST_CASE(a_trace_while_standard_output_is_closed) {
  const TemporaryFolder folder;
  const std::string file = (folder.path() / "trace.itf.json").string();
  const Outcome outcome =
      run({"check", "transaction_commit", "--mutant", "silent_abort", "--trace", file},
          {.out = {Sink::Kind::closed}});
  CHECK_RUN(outcome, ended_well(outcome) && outcome.code == bad_input);
  if (std::filesystem::exists(file)) BOOST_TEST(Json::accept(read_text(file)));
}

// A message that cannot be shown changes nothing about the exit code.
BOOST_AUTO_TEST_CASE(standard_error_takes_no_message) {
  for (const Sink& sink :
       {Sink{Sink::Kind::closed}, Sink{Sink::Kind::file, "/dev/full"}, Sink{Sink::Kind::broken}}) {
    for (const Arguments& command :
         {Arguments{"check", "paxo"}, Arguments{"frobnicate"}, Arguments{"check", "--frobnicate"},
          Arguments{"trace", "show", "missing"}}) {
      BOOST_TEST_CONTEXT(text_of(command) << " with sink " << static_cast<int>(sink.kind)) {
        const Outcome outcome = run(command, {.err = sink, .ignore_broken_pipe = true});
        CHECK_RUN(outcome, ended_well(outcome) && outcome.code == bad_input);
        CHECK_RUN(outcome, outcome.out.empty());
      }
    }
    const Outcome success = run({"check", "transaction_commit"}, {.err = sink});
    CHECK_RUN(success, success.code == as_expected);
  }
}

BOOST_AUTO_TEST_CASE(both_are_full) {
  for (const Arguments& command : commands) {
    const Sink full{Sink::Kind::file, "/dev/full"};
    const Outcome outcome = run(command, {.out = full, .err = full});
    CHECK_RUN(outcome, ended_well(outcome) && outcome.code == bad_input);
  }
}

// Sanitizers reserve far more memory than this leaves.
#ifndef SYNOD_SANITIZED
// A thread that cannot be started, for want of room for its stack, is no fault of the output.
BOOST_AUTO_TEST_CASE(what_the_system_refuses_is_not_blamed_on_the_output) {
  const Outcome outcome =
      run({"-c", "ulimit -s 100000000; ulimit -v 4000000; exec \"$0\" prove quorum majority",
           SYNOD_PROGRAM},
          {.program = "/bin/sh"});
  CHECK_RUN(outcome, outcome.code == incomplete);
  CHECK_RUN(outcome, contains(outcome.err, "synod: the system does not let the run go on: "));
  CHECK_RUN(outcome, line_count(outcome.err) == 1);
}
#endif

// A name that is not UTF-8 is a name all the same.
BOOST_AUTO_TEST_CASE(a_trace_file_whose_name_is_not_utf_8) {
  const TemporaryFolder folder;
  const Outcome outcome = run(
      {"check", "transaction_commit", "--mutant", "silent_abort", "--trace", "\xff.json", "--json"},
      {.folder = folder.path()});
  CHECK_RUN(outcome, outcome.code == as_expected || outcome.code == bad_input);
  CHECK_RUN(outcome, folder.listing().size() == (outcome.code == as_expected ? 1U : 0U));
}

BOOST_AUTO_TEST_SUITE_END()
