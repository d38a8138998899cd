// `--checkpoint` and `--resume`: nothing that happens to a run loses what it has found, or changes
// what is found in the end.
#include <algorithm>
#include <csignal>
#include <fstream>
#include <random>

#include "tests/cli/support.hpp"

using namespace synod::test;

namespace {

namespace fs = std::filesystem;

const Arguments search = {"paxos", "ballots=3"};

#ifdef SYNOD_SANITIZED
constexpr int kills = 1;  // ten times slower
#else
constexpr int kills = 10;
#endif

Arguments with(Arguments arguments, const Arguments& more) {
  arguments.insert(arguments.end(), more.begin(), more.end());
  return arguments;
}

/// A report without what measures the run.
Json result_of(Json report) {
  for (const char* const measured :
       {"seconds", "threads", "states_per_second", "bytes_per_state", "audited", "checkpoint"})
    report.erase(measured);
  report.at("visited").erase("table_load");
  report.at("visited").erase("disk");
  return report;
}

std::size_t files_in(const TemporaryFolder& folder) {
  return static_cast<std::size_t>(
      std::distance(fs::directory_iterator(folder.path()), fs::directory_iterator()));
}

/// Kills a search again and again, each time going on from what the last one left.
void kill_and_go_on(const Arguments& arguments, int code, std::mt19937& random) {
  const Json whole = result_of(check_json(arguments, code));
  const TemporaryFolder folder;
  const std::string file = (folder.path() / "file").string();
  const Arguments saving = {"--checkpoint", file, "--checkpoint-every", "0"};
  const auto began = std::chrono::steady_clock::now();
  check_json(with(arguments, saving), code);
  const double takes =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
  int killed = 0;
  int resumed = 0;
  for (int attempt = 0; (killed < kills || resumed == 0) && attempt < 200; ++attempt) {
    Arguments command = with({"check"}, arguments);
    command = with(with(command, saving), {"--json", "--threads", std::to_string(1 + attempt % 2)});
    const bool goes_on = fs::exists(file);
    if (goes_on) command = with(command, {"--resume", file});
    const double seconds = std::uniform_real_distribution(0.05, 0.9)(random) * takes;
    const Outcome outcome = run(command, {.signal = SIGKILL, .signal_after_seconds = seconds});
    if (outcome.signal == SIGKILL) {
      ++killed;
      resumed += goes_on ? 1 : 0;
      continue;
    }
    CHECK_RUN(outcome, outcome.code == code && outcome.err.empty());
    BOOST_TEST(result_of(Json::parse(outcome.out)) == whole);
    BOOST_TEST(files_in(folder) == 0U);
  }
  BOOST_TEST(killed >= kills);
  BOOST_TEST(resumed > 0);
  if (!fs::exists(file)) return;
  const Json last = check_json(with(arguments, {"--resume", file, "--checkpoint", file}), code);
  BOOST_TEST(result_of(last) == whole);
  BOOST_TEST(files_in(folder) == 0U);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(checkpoints)

BOOST_AUTO_TEST_CASE(killed_at_any_moment) {
  std::mt19937 random(20'240'229);
  kill_and_go_on(search, as_expected, random);
  kill_and_go_on(with(search, {"--property", "Agreement", "--visited", "compact"}), incomplete,
                 random);
  kill_and_go_on(with(search, {"--drop", "Phase2b.not_outdated", "--property", "Agreement"}),
                 as_expected, random);
}

// With the states on disk beside the checkpoint.
BOOST_AUTO_TEST_CASE(killed_at_any_moment_with_little_memory) {
  std::mt19937 random(20'240'301);
  const Arguments little = with(search, {"--property", "Agreement", "--memory", "1M"});
  kill_and_go_on(little, as_expected, random);
  kill_and_go_on(with(little, {"--drop", "Phase2b.not_outdated"}), as_expected, random);
}

BOOST_AUTO_TEST_CASE(a_limit_leaves_a_checkpoint_and_a_decision_none) {
  const TemporaryFolder folder;
  const Arguments some = with(search, {"--checkpoint", "file", "--max-depth", "9"});
  const Outcome text = run(with({"check"}, some), {.folder = folder.path()});
  CHECK_RUN(text, text.code == incomplete && contains(text.out, "--resume file\n"));
  // More of it, still not all; what is resumed is not written unless that is asked for.
  const Json more = check_json(with(search, {"--resume", "file", "--max-depth", "12"}), incomplete,
                               {.folder = folder.path()});
  BOOST_TEST(more.at("checkpoint") == "file");
  BOOST_TEST(more.at("depth") == 12);
  const Json whole = check_json(search, as_expected);
  const Json all =
      check_json(with(search, {"--resume", "file"}), as_expected, {.folder = folder.path()});
  BOOST_TEST(result_of(all) == result_of(whole));
  BOOST_TEST(all.at("checkpoint").is_null());
  BOOST_TEST(files_in(folder) == 1U);
  check_json(with(search, {"--resume", "file", "--checkpoint", "./file"}), as_expected,
             {.folder = folder.path()});
  BOOST_TEST(files_in(folder) == 0U);
}

// What a reduced search has still to look for depends on the levels before.
BOOST_AUTO_TEST_CASE(by_partial_order) {
  const TemporaryFolder folder;
  const Arguments all_abort = {"transaction_commit", "participants=5", "--property", "AllAbort"};
  const Arguments reduced = with(all_abort, {"--partial-order"});
  const Json whole = check_json(reduced, as_expected);
  check_json(with(reduced, {"--checkpoint", "file", "--max-depth", "5"}), incomplete,
             {.folder = folder.path()});
  const Outcome other =
      run(with(with({"check"}, all_abort), {"--resume", "file"}), {.folder = folder.path()});
  CHECK_RUN(other, other.code == bad_input);
  CHECK_RUN(other, contains(other.err, "made with --partial-order, not no --partial-order"));
  const Json resumed =
      check_json(with(reduced, {"--resume", "file"}), as_expected, {.folder = folder.path()});
  BOOST_TEST(result_of(resumed) == result_of(whole));
}

BOOST_AUTO_TEST_CASE(interrupted_by_the_user) {
  const TemporaryFolder folder;
  const Arguments large = {"transaction_commit", "participants=9", "--property", "TCConsistent"};
  const Outcome outcome = run(with(with({"check"}, large), {"--checkpoint", "file", "--json"}),
                              {.folder = folder.path(), .signal = SIGINT});
  CHECK_RUN(outcome, outcome.code == incomplete);
  BOOST_TEST(Json::parse(outcome.out).at("checkpoint") == "file");
  const Json resumed =
      check_json(with(large, {"--resume", "file"}), as_expected, {.folder = folder.path()});
  BOOST_TEST(resumed.at("distinct") == 10'340'352);
}

// The search goes on to its verdict without.
BOOST_AUTO_TEST_CASE(a_full_disk) {
  const TemporaryFolder folder;
  const Outcome outcome =
      run(with(with({"check"}, search), {"--checkpoint", "file", "--checkpoint-every", "0"}),
          {.folder = folder.path(), .file_bytes = 100'000});
  CHECK_RUN(outcome, outcome.code == as_expected);
  CHECK_RUN(outcome, outcome.err.starts_with("synod: file: the checkpoint cannot be written: File "
                                             "too large\n"));
  BOOST_TEST(files_in(folder) == 0U);
}

// A report that nobody gets leaves what it was made from.
BOOST_AUTO_TEST_CASE(standard_output_cannot_be_written) {
  const TemporaryFolder folder;
  run(with(with({"check"}, search), {"--checkpoint", "file", "--max-depth", "9"}),
      {.folder = folder.path()});
  for (const char* const form : {"--progress=none", "--json"}) {
    const Outcome outcome =
        run(with(with({"check"}, search), {"--resume", "file", "--checkpoint", "file", form}),
            {.folder = folder.path(), .out = {.kind = Sink::Kind::file, .path = "/dev/full"}});
    CHECK_RUN(outcome, outcome.code == bad_input && line_count(outcome.err) == 1);
    BOOST_TEST(files_in(folder) == 1U);
  }
}

BOOST_AUTO_TEST_CASE(a_trace_that_cannot_be_written) {
  const TemporaryFolder folder;
  const Outcome outcome = run({"check", "paxos", "--mutant", "literal_accept", "--trace", "trace"},
                              {.folder = folder.path(), .file_bytes = 100});
  CHECK_RUN(outcome, outcome.code == bad_input && contains(outcome.out, "Agreement is violated"));
  CHECK_RUN(outcome, contains(outcome.err, "trace: cannot be written: File too large"));
}

// Of a link, what it leads to is the checkpoint: by either name the search goes on.
BOOST_AUTO_TEST_CASE(a_checkpoint_behind_a_link) {
  const TemporaryFolder folder;
  fs::create_directory(folder.path() / "elsewhere");
  fs::create_symlink("elsewhere/file", folder.path() / "link");
  const auto check = [&](const Arguments& arguments) {
    return run(with(with({"check"}, search), arguments), {.folder = folder.path()});
  };
  const Outcome begun = check({"--checkpoint", "link", "--max-depth", "5"});
  CHECK_RUN(begun, begun.code == incomplete && begun.err.empty());
  BOOST_TEST(fs::is_symlink(folder.path() / "link"));
  BOOST_TEST(fs::is_regular_file(folder.path() / "elsewhere" / "file"));
  fs::permissions(folder.path() / "elsewhere" / "file",
                  fs::perms::owner_read | fs::perms::owner_write);
  const Outcome further =
      check({"--resume", "elsewhere/file", "--checkpoint", "link", "--max-depth", "9"});
  CHECK_RUN(further, further.code == incomplete && further.err.empty());
  BOOST_TEST(fs::is_symlink(folder.path() / "link"));
  BOOST_TEST((fs::status(folder.path() / "link").permissions() ==
              (fs::perms::owner_read | fs::perms::owner_write)));
  const Outcome same = check({"--resume", "link", "--trace", "elsewhere/../elsewhere/file"});
  CHECK_RUN(same, same.code == bad_input && contains(same.err, "is the checkpoint"));
  const Outcome ended = check({"--resume", "link", "--checkpoint", "elsewhere/file"});
  CHECK_RUN(ended, ended.code == as_expected && ended.err.empty());
  BOOST_TEST(!fs::exists(folder.path() / "elsewhere" / "file"));
  BOOST_TEST(fs::is_symlink(folder.path() / "link"));
}

// What a program is made of is in no checkpoint; whether it is the same one is.
BOOST_AUTO_TEST_CASE(another_build_does_not_go_on) {
  const TemporaryFolder folder;
  fs::copy_file(SYNOD_PROGRAM, folder.path() / "program");
  std::ofstream(folder.path() / "program", std::ios::app) << ' ';
  run(with(with({"check"}, search), {"--checkpoint", "file", "--max-depth", "9"}),
      {.folder = folder.path()});
  const Outcome outcome = run(with(with({"check"}, search), {"--resume", "file"}),
                              {.program = folder.path() / "program", .folder = folder.path()});
  CHECK_RUN(outcome, outcome.code == bad_input &&
                         contains(outcome.err, "file: was made with the program of hash "));
}

BOOST_AUTO_TEST_CASE(what_is_refused) {
  const TemporaryFolder folder;
  const auto refused = [&](const Arguments& arguments, const std::string& why) {
    const std::vector<std::string> before = folder.listing();
    const Outcome outcome = run(with({"check"}, arguments), {.folder = folder.path()});
    CHECK_RUN(outcome, outcome.code == bad_input && outcome.out.empty());
    CHECK_RUN(outcome, line_count(outcome.err) == 1 && contains(outcome.err, why));
    BOOST_TEST(folder.listing() == before, boost::test_tools::per_element());
  };
  folder.write("other", "synod");
  folder.write("damaged", "synod checkpoint 2\n");
  folder.write("newer", "synod checkpoint 3\n");
  run(with(with({"check"}, search), {"--checkpoint", "file", "--max-depth", "5"}),
      {.folder = folder.path()});
  refused(with(search, {"--checkpoint", "file"}), "file is there already; --resume file goes on");
  refused(with(search, {"--checkpoint", "other"}), "other is another file");
  refused(with(search, {"--checkpoint", "other", "--resume", "file"}), "other is another file");
  refused(with(search, {"--checkpoint", "missing/file"}), "missing/file: cannot be written");
  refused(with(search, {"--checkpoint", std::string(300, 'x')}), "File name too long");
  refused(with(search, {"--checkpoint", "other/file"}), "other/file: cannot be written");
  refused(with(search, {"--checkpoint", "new", "--trace", "./new"}), "is the checkpoint");
  refused(with(search, {"--resume", "file", "--trace", "file"}), "file is the checkpoint");
  refused(with(search, {"--checkpoint", ""}), "--checkpoint: '' is no file name");
  folder.write("odd.states", "no folder");
  refused(with(search, {"--checkpoint", "odd"}), "odd.states is another file");
  fs::create_symlink("missing/states", folder.path() / "dangling.states");
  refused(with(search, {"--checkpoint", "dangling"}), "dangling.states is another file");
  fs::create_symlink("missing/file", folder.path() / "nowhere");
  refused(with(search, {"--checkpoint", "nowhere"}), "nowhere: cannot be written: No such file");
  fs::create_symlink("other", folder.path() / "link");
  refused(with(search, {"--checkpoint", "link"}), "other is another file");
  fs::create_symlink("new", folder.path() / "newer_name");
  refused(with(search, {"--checkpoint", "newer_name", "--trace", "new"}), "is the checkpoint");
  refused(with(search, {"--checkpoint-every", "5"}), "--checkpoint-every needs --checkpoint");
  refused(with(search, {"--checkpoint", "new", "--checkpoint-every", "x"}), "--checkpoint-every");
  refused(with(search, {"--resume", ""}), "--resume: '' is no file name");
  refused(with(search, {"--resume", "missing"}), "missing: cannot be read: No such file");
  refused(with(search, {"--resume", "."}), ".: not a regular file");
  refused(with(search, {"--resume", "other"}), "other: not a checkpoint of Synod");
  refused(with(search, {"--resume", "damaged"}), "damaged: cut short in its description");
  refused(with(search, {"--resume", "newer"}), "newer: a checkpoint of another format");
  refused({"paxos", "ballots=2", "--resume", "file"}, "made with ballots=3, not ballots=2");
  refused({"flp", "--resume", "file"}, "made with protocol paxos, not protocol flp");
  refused(with(search, {"--resume", "file", "--property", "Agreement"}), "made with ");
  refused(with(search, {"--resume", "file", "--ltl", "[] <> Decided"}), "--ltl");
  refused(with(search, {"--resume", "file", "--visited", "compact"}), "made with ");
  refused({"--tier", "quick", "--checkpoint", "new"}, "--checkpoint");
  refused({"raft", "--scenario", "normal", "--resume", "file"}, "--resume");
}

BOOST_AUTO_TEST_SUITE_END()
