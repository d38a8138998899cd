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

BOOST_AUTO_TEST_CASE(a_dumb_terminal_gets_no_escapes) {
  for (const char* const progress : {"line", "json", "none"}) {
    const Outcome outcome = run(
        {"check", "transaction_commit", "participants=20", "--time", "1", "--progress", progress},
        {.out = {Sink::Kind::terminal},
         .err = {Sink::Kind::terminal},
         .environment = {{"NO_COLOR", ""}, {"TERM", "dumb"}}});
    CHECK_RUN(outcome, outcome.code == incomplete);
    CHECK_RUN(outcome, !contains(outcome.out + outcome.err, std::string(1, escape)));
    CHECK_RUN(outcome, outcome.err.empty() == (std::string(progress) != "json"));
  }
}

// Where nobody can be told, the run goes on, to its verdict and its checkpoint.
BOOST_AUTO_TEST_CASE(progress_that_cannot_be_written_ends_nothing) {
  for (const Sink& sink :
       {Sink{Sink::Kind::closed}, Sink{Sink::Kind::file, "/dev/full"}, Sink{Sink::Kind::broken}}) {
    for (const bool ignored : {false, true}) {
      BOOST_TEST_CONTEXT("sink " << static_cast<int>(sink.kind)) {
        const TemporaryFolder folder;
        const Outcome search =
            run({"check", "transaction_commit", "participants=20", "--time", "1", "--progress",
                 "json", "--json", "--checkpoint", "ck", "--checkpoint-every", "0"},
                {.folder = folder.path(), .err = sink, .ignore_broken_pipe = ignored});
        CHECK_RUN(search, ended_well(search) && search.code == incomplete);
        BOOST_TEST(Json::accept(search.out));
        const std::string kept = read_text(folder.path() / "ck");
        BOOST_TEST(!kept.empty());
        BOOST_TEST(!contains(kept, "states_per_second"));
        const Outcome walks = run({"simulate", "raft", "--time", "1", "--progress", "json"},
                                  {.err = sink, .ignore_broken_pipe = ignored});
        CHECK_RUN(walks, ended_well(walks) && walks.code == incomplete);
        CHECK_RUN(walks, contains(walks.out, "stopped by --time"));
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(the_progress_line_fits_the_terminal) {
  for (const Arguments& command :
       {Arguments{"check", "raft", "servers=4", "terms=4", "entries=2", "values=2", "--time", "1"},
        Arguments{"simulate", "raft", "servers=4", "terms=4", "entries=2", "--time", "1"}}) {
    for (const unsigned short columns : {40, 80, 120}) {
      const Outcome outcome =
          run(command, {.err = {Sink::Kind::terminal, {}, columns}, .environment = colour_allowed});
      CHECK_RUN(outcome, contains(outcome.err, "raft servers=4"));
      std::string line;
      for (std::size_t at = 0; at < outcome.err.size(); ++at) {
        if (outcome.err.compare(at, 4, "\r\x1b[K") == 0) {
          BOOST_TEST(line.size() < columns, line);
          line.clear();
          at += 3;
        } else {
          line += outcome.err[at];
        }
      }
      CHECK_RUN(outcome, outcome.err.ends_with("\r\x1b[K"));
    }
  }
}

// Whoever waits for the catalogue sees each run when it ends, not all of them at the end.
BOOST_AUTO_TEST_CASE(rows_of_the_catalogue_appear_as_runs_end) {
  const Outcome outcome = run({"check", "transaction_commit", "--tier", "thorough"},
                              {.signal = SIGINT, .signal_after_output = "as expected"});
  CHECK_RUN(outcome, contains(outcome.out, "runs as expected"));
  CHECK_RUN(outcome, contains(outcome.out, "Interrupted: "));
  const Outcome whole = run({"check", "transaction_commit", "--tier", "quick"});
  std::istringstream lines(whole.out);
  std::size_t column = 0;
  for (std::string line; std::getline(lines, line) && !line.empty();) {
    const std::size_t at = line.find(column == 0 ? "verdict" : "as expected");
    BOOST_REQUIRE(at != std::string::npos);
    if (column == 0) {
      column = at;
    } else {
      BOOST_TEST(line.substr(column - 1, 1) == " ", line);
      BOOST_TEST(line.substr(column, 1) != " ", line);
    }
  }
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

// `synod show paxos | head -1`: like every Unix tool, ended by SIGPIPE without a word, as a shell
// has it; or, where that is ignored, with a message and no success.
BOOST_AUTO_TEST_CASE(a_pipe_that_nobody_reads) {
  for (const Arguments& command : commands) {
    BOOST_TEST_CONTEXT(text_of(command)) {
      const Outcome usual = run(command, {.out = {Sink::Kind::broken}});
      CHECK_RUN(usual, usual.signal == SIGPIPE);
      CHECK_RUN(usual, usual.err.empty());
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
