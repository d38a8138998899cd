// A counterexample as a file: written, shown, explained, executed again.
#include <algorithm>
#include <filesystem>
#include <regex>

#include "tests/cli/support.hpp"

using namespace synod::test;

namespace {

Outcome show(const std::string& file, Arguments more = {}) {
  more.insert(more.begin(), {"trace", "show", file});
  return run(more);
}

/// The file with the first match of `from` replaced.
std::string altered(const std::string& file, const std::string& from, const std::string& to) {
  std::string text = read_text(file);
  const std::size_t at = text.find(from);
  BOOST_REQUIRE_MESSAGE(at != std::string::npos, from << " is not in " << text);
  return text.replace(at, from.size(), to);
}

/// Writes the trace of a run into the folder.
std::string traced(const TemporaryFolder& folder, const Arguments& arguments, int code) {
  const std::string file = (folder.path() / "traced.json").string();
  Arguments command{"check"};
  command.insert(command.end(), arguments.begin(), arguments.end());
  command.insert(command.end(), {"--trace", file});
  const Outcome outcome = run(command);
  CHECK_RUN(outcome, outcome.code == code);
  return file;
}

/// Whether there is a whole number of JSON in a value.
bool has_number(const Json& value) {
  if (value.is_number()) return true;
  return value.is_structured() && std::any_of(value.begin(), value.end(), has_number);
}

/// A trace as Quint 0.33 writes it when it has read it: nothing of a state's #meta but the index;
/// variables, sets and maps in an order of their own.
Json written_again(Json value) {
  if (value.is_array() || value.is_object())
    for (Json& part : value) part = written_again(part);
  if (value.is_object())
    for (const char* const unordered : {"#set", "#map"})
      if (value.contains(unordered)) std::reverse(value[unordered].begin(), value[unordered].end());
  if (value.is_object() && value.contains("#meta") && value["#meta"].contains("index"))
    value["#meta"] = {{"index", {{"#bigint", std::to_string(value["#meta"]["index"].get<int>())}}}};
  return value;
}

/// A trace as it was written before whole numbers were text.
Json with_plain_numbers(Json value) {
  if (value.is_object() && value.contains("#bigint"))
    return std::stoi(value["#bigint"].get<std::string>());
  if (value.is_structured())
    for (Json& part : value) part = with_plain_numbers(part);
  return value;
}

const std::vector<std::pair<Arguments, int>> one_of_each_kind = {
    {{"paxos", "--mutant", "literal_accept"}, as_expected},
    {{"raft", "--scenario", "normal"}, as_expected},
    {{"raft", "--scenario", "normal", "network=short_lived"}, as_expected},
    {{"byzantine_om", "--scenario", "figure_1"}, as_expected},
    {{"two_phase_commit", "--mutant", "silent_abort"}, as_expected},
    {{"chandy_lamport", "--scenario", "coin_in_channel"}, as_expected},
    {{"flp", "--mutant", "deaf"}, as_expected}};

}  // namespace

BOOST_AUTO_TEST_SUITE(traces)

BOOST_AUTO_TEST_CASE(the_file_is_itf_with_what_it_takes_to_execute_it_again) {
  const TemporaryFolder folder;
  const Json file = Json::parse(read_text(write_counterexample(folder)));
  const Json& meta = file.at("#meta");
  BOOST_TEST(meta.at("format") == "ITF");
  BOOST_TEST(meta.at("protocol") == "paxos");
  BOOST_TEST(meta.at("property") == "Agreement");
  BOOST_TEST(meta.at("parameters").at("acceptors") == "3");
  BOOST_TEST(file.at("vars").size() > 0U);
  BOOST_TEST(file.at("states").size() == 13U);
  for (const Json& state : file.at("states"))
    for (const Json& name : file.at("vars")) BOOST_TEST(state.contains(name.get<std::string>()));
  BOOST_TEST(folder.listing().size() == 1U, "more than the trace was left in the folder");
}

BOOST_AUTO_TEST_CASE(the_same_command_writes_the_same_file) {
  const TemporaryFolder folder;
  const std::string first = read_text(write_counterexample(folder));
  BOOST_TEST(first == read_text(write_counterexample(folder)));
}

BOOST_AUTO_TEST_CASE(show_numbers_and_names_the_steps) {
  const TemporaryFolder folder;
  const Outcome outcome = show(write_counterexample(folder));
  CHECK_RUN(outcome, outcome.code == as_expected);
  CHECK_RUN(outcome, outcome.err.empty());
  CHECK_RUN(outcome, contains(outcome.out, "literal_accept"));
  CHECK_RUN(outcome, contains(outcome.out, "Agreement is violated"));
  CHECK_RUN(outcome, std::regex_search(outcome.out, std::regex("\n *0  Init\n")));
  CHECK_RUN(outcome, std::regex_search(outcome.out, std::regex("\n *12  Phase2b\\(.*\\)\n")));
  CHECK_RUN(outcome, contains(outcome.out, " -> "));
}

BOOST_AUTO_TEST_CASE(show_whole_states) {
  const TemporaryFolder folder;
  const std::string file = write_counterexample(folder);
  const Outcome outcome = show(file, {"--full"});
  CHECK_RUN(outcome, outcome.code == as_expected);
  CHECK_RUN(outcome, !contains(outcome.out, " -> "));
  const std::regex variable("maxBal = \\[");
  const auto begin = std::sregex_iterator(outcome.out.begin(), outcome.out.end(), variable);
  BOOST_TEST(std::distance(begin, std::sregex_iterator()) == 13);
}

BOOST_AUTO_TEST_CASE(explain_the_property) {
  const TemporaryFolder folder;
  const Outcome outcome = show(write_counterexample(folder), {"--explain"});
  CHECK_RUN(outcome, outcome.code == as_expected);
  CHECK_RUN(outcome, contains(outcome.out, "Agreement: [L01]"));
  CHECK_RUN(outcome, contains(outcome.out, "In state 12 it is false"));
  // Both values were chosen, and the text says by which votes.
  CHECK_RUN(outcome, contains(outcome.out, "msgs has 2b(acc a1, bal 0, val v1)"));
  CHECK_RUN(outcome, contains(outcome.out, "msgs has 2b(acc a1, bal 1, val v2)"));
}

BOOST_AUTO_TEST_CASE(explain_an_action) {
  const TemporaryFolder folder;
  const std::string file = write_counterexample(folder);
  const Outcome every = show(file, {"--explain=Phase2b"});
  CHECK_RUN(every, every.code == as_expected);
  for (const char* instance : {"Phase2b(a1, 0, v1)", "Phase2b(a3, 1, v2)"})
    CHECK_RUN(every, contains(every.out, std::string("\n  ") + instance + ": "));

  const Outcome one = show(file, {"--explain=Phase2b(a1, 0, v1)"});
  CHECK_RUN(one, one.code == as_expected);
  CHECK_RUN(one, contains(one.out, "In state 12:\n  Phase2b(a1, 0, v1): enabled"));
  CHECK_RUN(one, !contains(one.out, "Phase2b(a3, 1, v2): "));
}

BOOST_AUTO_TEST_CASE(explain_an_action_in_an_earlier_state) {
  const TemporaryFolder folder;
  const Outcome outcome =
      show(write_counterexample(folder), {"--explain=Phase2b(a1, 0, v1)", "--at", "2"});
  CHECK_RUN(outcome, outcome.code == as_expected);
  CHECK_RUN(outcome, contains(outcome.out, "In state 2:\n"));
  CHECK_RUN(outcome, contains(outcome.out, "disabled"));
  // Which conjunct, its source, and the value that it read.
  CHECK_RUN(outcome, contains(outcome.out, "conjunct proposed"));
  CHECK_RUN(outcome, contains(outcome.out, "msg2a.sent(b, v)"));
  CHECK_RUN(outcome, contains(outcome.out, "msgs has no 2a(bal 0, val v1)"));
}

BOOST_AUTO_TEST_CASE(replay) {
  const TemporaryFolder folder;
  const std::string file = write_counterexample(folder);
  const Outcome outcome = run({"trace", "replay", file});
  CHECK_RUN(outcome, outcome.code == as_expected);
  CHECK_RUN(outcome, contains(outcome.out, file + ": valid"));
  CHECK_RUN(outcome, contains(outcome.out, "13 states"));
}

// One counterexample for each kind of property, with and without dropped conjuncts.
BOOST_AUTO_TEST_CASE(every_kind_of_trace_survives_the_round_trip) {
  const std::vector<Arguments> commands = {
      {"paxos", "--mutant", "forgotten_promise"},
      {"paxos", "--property", "TwoRoundsSucceed"},
      {"paxos", "--drop", "Phase2b.not_outdated", "--property", "BallotsGrow"},
      {"transaction_commit", "--mutant", "silent_abort"},
      {"transaction_commit", "--mutant", "change_of_mind"},
      {"transaction_commit", "--property", "AllAbort"}};
  for (const Arguments& command : commands) {
    BOOST_TEST_CONTEXT(text_of(command)) {
      const TemporaryFolder folder;
      const std::string file = (folder.path() / "trace.itf.json").string();
      Arguments arguments = command;
      arguments.insert(arguments.end(), {"--trace", file});
      const Json report = check_json(arguments, as_expected);
      BOOST_TEST(report.at("trace").at("file") == file);
      CHECK_RUN(run({"trace", "replay", file}), run({"trace", "replay", file}).code == as_expected);
      for (const Arguments& more : {Arguments{}, Arguments{"--full"}, Arguments{"--explain"}}) {
        const Outcome outcome = show(file, more);
        CHECK_RUN(outcome, outcome.code == as_expected);
        CHECK_RUN(outcome, outcome.err.empty());
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(without_a_counterexample_no_file) {
  const TemporaryFolder folder;
  const std::string file = (folder.path() / "trace.itf.json").string();
  const Outcome outcome = run({"check", "transaction_commit", "--trace", file});
  CHECK_RUN(outcome, outcome.code == as_expected);
  CHECK_RUN(outcome, contains(outcome.out, "no trace"));
  BOOST_TEST(folder.listing().empty());
}

// What the file says is executed, not believed.
BOOST_AUTO_TEST_CASE(replay_finds_what_is_not_true) {
  const TemporaryFolder folder;
  const std::string file = write_counterexample(folder);
  struct Row {
    std::string from, to, says;
  };
  const std::vector<Row> rows = {
      {"\"index\":3,\"action\":\"", "\"index\":3,\"action\":\"Nothing", "no action"},
      {"Phase2a(1, v2)", "Phase2a(0, v2)", "at state 7"},
      {R"("#bigint":"-1")", R"("#bigint":"0")", "not an initial state"},
      {"\"property\":\"Agreement\"", "\"property\":\"Validity\"", "holds in the last state"},
      // Not dropped any more: the step is disabled, and the conjunct is named.
      {"\"dropped\":[\"Phase2b.not_outdated\"]", "\"dropped\":[]", "not_outdated"},
      // Agreement is false at the end; that is no way of reaching it.
      {"\"verdict\":\"violated\"", "\"verdict\":\"reached\"", "violated"}};
  for (const Row& row : rows) {
    BOOST_TEST_CONTEXT(row.from << " becomes " << row.to) {
      const std::string name = folder.write("altered.json", altered(file, row.from, row.to));
      const Outcome outcome = run({"trace", "replay", name});
      CHECK_RUN(outcome, outcome.code == not_as_expected || outcome.code == bad_input);
      CHECK_RUN(outcome, contains(outcome.out + outcome.err, row.says));
      CHECK_RUN(outcome, !contains(outcome.out, ": valid"));
    }
  }
}

// A mutant is its parameters too, not only what it leaves out.
BOOST_AUTO_TEST_CASE(a_trace_is_of_a_mutant_only_under_its_parameters) {
  const TemporaryFolder folder;
  const std::string file = (folder.path() / "witness.json").string();
  check_json({"paxos", "--property", "FirstValueChosen", "--trace", file}, as_expected);
  const std::string name = folder.write(
      "altered.json", altered(file, "\"mutant\":\"\"", "\"mutant\":\"forgotten_vote\""));
  for (const char* const verb : {"show", "replay"}) {
    const Outcome outcome = run({"trace", verb, name});
    CHECK_RUN(outcome, outcome.code == bad_input || outcome.code == not_as_expected);
  }
}

// Nothing is printed as a violation that does not replay.
BOOST_AUTO_TEST_CASE(show_does_not_call_a_false_trace_a_violation) {
  const TemporaryFolder folder;
  const std::string file = write_counterexample(folder);
  const std::string name =
      folder.write("altered.json", altered(file, "Phase2a(1, v2)", "Phase2a(0, v2)"));
  const Outcome outcome = show(name);
  CHECK_RUN(outcome, outcome.code != as_expected || contains(outcome.out, "not valid") ||
                         contains(outcome.out, "does not replay"));
}

// As the format demands: to many readers a number of JSON is a double.
BOOST_AUTO_TEST_CASE(whole_numbers_are_written_as_text) {
  for (const auto& [arguments, code] : one_of_each_kind) {
    const TemporaryFolder folder;
    const Json file = Json::parse(read_text(traced(folder, arguments, code)));
    for (Json state : file.at("states")) {
      BOOST_TEST(state.at("#meta").at("index").is_number_unsigned());
      state.erase("#meta");
      BOOST_CHECK_MESSAGE(!has_number(state), text_of(arguments) << ": " << state);
    }
  }
}

BOOST_AUTO_TEST_CASE(a_trace_that_another_tool_wrote_again_is_the_same_trace) {
  for (const auto& [arguments, code] : one_of_each_kind) {
    const TemporaryFolder folder;
    const std::string file = traced(folder, arguments, code);
    const Outcome own = show(file, {"--full"});
    const Json json = Json::parse(read_text(file));
    for (const Json& other : {written_again(json), with_plain_numbers(json)}) {
      BOOST_TEST_CONTEXT(text_of(arguments) << ": " << other) {
        const std::string again = folder.write("again.json", other.dump());
        const Outcome shown = show(again, {"--full"});
        CHECK_RUN(shown, shown.code == as_expected && shown.out == own.out);
        const Outcome replayed = run({"trace", "replay", again});
        CHECK_RUN(replayed, replayed.code == as_expected);
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(a_state_to_which_no_action_leads_needs_the_name_of_one) {
  const TemporaryFolder folder;
  Json json = Json::parse(read_text(write_counterexample(folder)));
  json = written_again(json);
  json["states"].erase(5);
  for (std::size_t i = 0; i < json["states"].size(); ++i) json["states"][i]["#meta"]["index"] = i;
  const std::string file = folder.write("cut.json", json.dump());
  const Outcome outcome = run({"trace", "replay", file});
  CHECK_RUN(outcome, outcome.code == bad_input);
  CHECK_RUN(outcome, contains(outcome.err, "/states/5/#meta/action"));
}

BOOST_AUTO_TEST_CASE(a_state_out_of_its_place_is_refused) {
  const TemporaryFolder folder;
  Json json = Json::parse(read_text(write_counterexample(folder)));
  std::swap(json["states"][3], json["states"][4]);
  const Outcome outcome = run({"trace", "replay", folder.write("swapped.json", json.dump())});
  CHECK_RUN(outcome, outcome.code == bad_input);
  CHECK_RUN(outcome, contains(outcome.err, "at /states/3/#meta/index: expected 3, not '4'"));
}

BOOST_AUTO_TEST_CASE(a_loop_that_is_null_is_no_loop) {
  const TemporaryFolder folder;
  Json json = Json::parse(read_text(write_counterexample(folder)));
  json["loop"] = nullptr;
  const Outcome outcome = run({"trace", "replay", folder.write("null.json", json.dump())});
  CHECK_RUN(outcome, outcome.code == as_expected);
}

// Round a loop of normal forms, ballots grow: no step of the model leads back. Other tools get a
// run of the model itself, which goes on and on.
BOOST_AUTO_TEST_CASE(a_loop_of_normal_forms_is_none_of_the_model) {
  const TemporaryFolder folder;
  const std::string file =
      traced(folder, {"paxos", "--property", "EventuallyDecides"}, as_expected);
  Json json = Json::parse(read_text(file));
  BOOST_TEST(!json.contains("loop"));
  const Json& lasso = json.at("#meta").at("lasso");
  BOOST_TEST(lasso.at("loop") < lasso.at("states").size());
  BOOST_TEST(json.at("states").size() > lasso.at("states").size());
  const Outcome replayed = run({"trace", "replay", file});
  CHECK_RUN(replayed, replayed.code == as_expected);
  const Outcome shown = show(file, {"--explain"});
  CHECK_RUN(shown, shown.code == as_expected);
  CHECK_RUN(shown, contains(shown.out, "-- the loop begins --"));
  // It is executed, not believed.
  Json other = json;
  other["states"].back() = other["states"].front();
  other["states"].back()["#meta"] = json["states"].back()["#meta"];
  const Outcome wrong = run({"trace", "replay", folder.write("other.json", other.dump())});
  CHECK_RUN(wrong, wrong.code == not_as_expected);
  CHECK_RUN(wrong, contains(wrong.out, "the run of the model itself, at state "));
  // The form of before: the lasso stood where that of a run of the model does.
  Json old = json;
  old["states"] = lasso.at("states");
  old["loop"] = lasso.at("loop");
  old["#meta"].erase("lasso");
  old["#meta"].erase("unrolled");
  const Outcome before = run({"trace", "replay", folder.write("old.json", old.dump())});
  CHECK_RUN(before, before.code == as_expected);
}

BOOST_AUTO_TEST_CASE(a_set_that_is_the_value_of_a_variable_is_written_as_a_set) {
  const TemporaryFolder folder;
  const std::string file = traced(folder, {"byzantine_om", "--scenario", "figure_1"}, as_expected);
  Json json = Json::parse(read_text(file));
  BOOST_TEST(json["states"][0]["traitors"] == "None");
  const Json traitor = {{"#set", Json::array({{{"#bigint", "2"}}})}};
  for (std::size_t i = 1; i < json["states"].size(); ++i) {
    BOOST_TEST(json["states"][i]["traitors"] == traitor);
    json["states"][i]["traitors"] = "{2}";  // as it was written once
  }
  const Outcome outcome = run({"trace", "replay", folder.write("old.json", json.dump())});
  CHECK_RUN(outcome, outcome.code == as_expected);
  json["states"][1]["traitors"] = {{"#set", Json::array({1, 2})}};
  const Outcome two = run({"trace", "replay", folder.write("two.json", json.dump())});
  CHECK_RUN(two, two.code == bad_input);
  CHECK_RUN(two, contains(two.err, "/states/1/traitors: expected a member of {None, {}, {0}"));
}

BOOST_AUTO_TEST_CASE(a_trace_by_a_solver_names_its_mutant) {
  const TemporaryFolder folder;
  const std::string file = traced(
      folder, {"transaction_commit", "--mutant", "change_of_mind", "--engine", "z3"}, as_expected);
  BOOST_TEST(Json::parse(read_text(file)).at("#meta").at("mutant") == "change_of_mind");
  const Outcome outcome = run({"trace", "replay", file});
  CHECK_RUN(outcome, outcome.code == as_expected);
  CHECK_RUN(outcome, contains(outcome.out, "mutant change_of_mind"));
}

BOOST_AUTO_TEST_CASE(a_run_that_never_decides_is_not_called_a_formula_that_was_asked_for) {
  const TemporaryFolder folder;
  const std::string file = traced(folder, {"flp"}, incomplete);
  const Json meta = Json::parse(read_text(file)).at("#meta");
  BOOST_TEST(meta.at("property") == "--valence");
  const Outcome outcome = show(file, {"--explain"});
  CHECK_RUN(outcome, outcome.code == as_expected);
  CHECK_RUN(outcome, contains(outcome.out, meta.at("formula").get<std::string>() + " is violated"));
  CHECK_RUN(outcome, !contains(outcome.out, "--ltl"));
}

// What can no longer be reached, and since when.
BOOST_AUTO_TEST_CASE(explain_what_is_no_longer_possible) {
  const TemporaryFolder folder;
  const Outcome silence =
      show(traced(folder, {"byzantine_om", "--mutant", "unnoticed_silence"}, as_expected),
           {"--explain"});
  CHECK_RUN(silence, silence.code == as_expected);
  CHECK_RUN(silence, contains(silence.out, "no state where CanDecide holds can be reached"));
  CHECK_RUN(silence, contains(silence.out, "Step 2 closed the way: Silence(0->1, absent)"));
  CHECK_RUN(silence, contains(silence.out,
                              "From state 1 it could still be reached, by TraitorSend(0, 0->1"));
  CHECK_RUN(silence, !contains(silence.out, "decided by"));
}

BOOST_AUTO_TEST_CASE(explain_why_no_action_is_enabled) {
  const TemporaryFolder folder;
  const Outcome outcome =
      show(traced(folder, {"flp", "--mutant", "two_crash"}, as_expected), {"--explain"});
  CHECK_RUN(outcome, outcome.code == as_expected);
  CHECK_RUN(outcome, contains(outcome.out, "State 3 is no proper end; decided by"));
  // Each action that applies, by the conjunct that keeps it from being taken.
  for (const char* const action : {"Start", "ReceiveReport", "ReceiveProposal", "Crash"})
    CHECK_RUN(outcome, std::regex_search(outcome.out,
                                         std::regex("\n  " + std::string(action) +
                                                    "\\(.*: (conjunct|bound) \\w+ is false: ")));
}

BOOST_AUTO_TEST_CASE(explain_the_step_that_a_scenario_is_refused) {
  const TemporaryFolder folder;
  const std::string file = traced(folder, {"raft", "--scenario", "figure_8"}, as_expected);
  const Outcome shown = show(file);
  CHECK_RUN(shown, contains(shown.out, "  43  AdvanceCommitIndex(s1, 1)\n        is refused\n"));
  const Outcome outcome = show(file, {"--explain"});
  CHECK_RUN(outcome, outcome.code == as_expected);
  CHECK_RUN(outcome, contains(outcome.out, "comes AdvanceCommitIndex(s1, 1), which is refused"));
  CHECK_RUN(outcome, contains(outcome.out, "conjunct own_term is false"));
  CHECK_RUN(outcome, contains(outcome.out, "currentTerm[s1] = 3"));
}

BOOST_AUTO_TEST_CASE(explain_the_step_that_leaves_the_declared_ranges) {
  const TemporaryFolder folder;
  const Outcome outcome =
      show(traced(folder, {"chandy_lamport", "--drop", "SendMoney.has_money"}, as_expected),
           {"--explain"});
  CHECK_RUN(outcome, outcome.code == as_expected);
  CHECK_RUN(outcome, std::regex_search(outcome.out, std::regex("\n  SendMoney\\(.*: enabled\n")));
  CHECK_RUN(outcome, contains(outcome.out, "it writes outside the declared range of money"));
}

BOOST_AUTO_TEST_CASE(a_link_stays_and_what_it_leads_to_keeps_its_mode) {
  namespace fs = std::filesystem;
  const TemporaryFolder folder;
  const fs::path link = folder.path() / "link";
  fs::create_directory(folder.path() / "elsewhere");
  const std::string target = folder.write("elsewhere/target", "old");
  fs::permissions(target, fs::perms::owner_read | fs::perms::owner_write | fs::perms::group_read);
  const fs::perms mode = fs::status(target).permissions();
  fs::create_symlink("elsewhere/target", folder.path() / "second");
  fs::create_symlink("second", link);
  const auto write = [&] {
    return run({"check", "transaction_commit", "--mutant", "silent_abort", "--trace", "link"},
               {.folder = folder.path()});
  };
  const Outcome outcome = write();
  CHECK_RUN(outcome, outcome.code == as_expected);
  BOOST_TEST(fs::is_symlink(link));
  BOOST_TEST(Json::accept(read_text(target)));
  BOOST_TEST((fs::status(target).permissions() == mode));
  // Where it leads to nothing yet, that is made.
  fs::remove(target);
  CHECK_RUN(write(), write().code == as_expected);
  BOOST_TEST(fs::is_symlink(link));
  BOOST_TEST(Json::accept(read_text(target)));
  // Where nothing can be made, that is said before the search, which would take for ever.
  fs::remove_all(folder.path() / "elsewhere");
  const Outcome dangling =
      run({"check", "raft", "terms=6", "entries=4", "--trace", "link"}, {.folder = folder.path()});
  CHECK_RUN(dangling, dangling.code == bad_input && dangling.out.empty());
  CHECK_RUN(dangling, contains(dangling.err, "link: cannot be written: No such file"));
}

BOOST_AUTO_TEST_CASE(links_that_go_round_are_refused) {
  namespace fs = std::filesystem;
  const TemporaryFolder folder;
  fs::create_symlink("b", folder.path() / "a");
  fs::create_symlink("a", folder.path() / "b");
  const Outcome outcome =
      run({"check", "raft", "terms=6", "--trace", "a"}, {.folder = folder.path()});
  CHECK_RUN(outcome, outcome.code == bad_input);
  CHECK_RUN(outcome, contains(outcome.err, "a: cannot be written: Too many levels"));
  BOOST_TEST(fs::is_symlink(folder.path() / "a"));
}

// /dev/stdout is a link to where the report goes: put in its place, the trace would be all there
// is.
BOOST_AUTO_TEST_CASE(a_trace_does_not_take_the_place_of_what_is_printed) {
  const TemporaryFolder folder;
  const std::string report = folder.write("report", "");
  for (const std::string& name :
       {std::string("/dev/stdout"), std::string("/proc/self/fd/1"), report}) {
    const Outcome outcome =
        run({"check", "transaction_commit", "--mutant", "silent_abort", "--trace", name},
            {.out = {.kind = Sink::Kind::file, .path = report}});
    CHECK_RUN(outcome, outcome.code == bad_input);
    CHECK_RUN(outcome, contains(outcome.err, "what is printed goes there"));
    BOOST_TEST(folder.listing().size() == 1U);
  }
  const Outcome piped =
      run({"check", "transaction_commit", "--mutant", "silent_abort", "--trace", "/dev/stdout"});
  CHECK_RUN(piped, piped.code == bad_input && contains(piped.err, "not a regular file"));
}

BOOST_AUTO_TEST_CASE(a_file_that_exists_is_replaced_whole) {
  const TemporaryFolder folder;
  const std::string file = folder.write("trace.itf.json", std::string(100'000, 'x'));
  const Outcome outcome =
      run({"check", "transaction_commit", "--mutant", "silent_abort", "--trace", file});
  CHECK_RUN(outcome, outcome.code == as_expected);
  BOOST_TEST(Json::accept(read_text(file)));
  BOOST_TEST(folder.listing().size() == 1U);
}

BOOST_AUTO_TEST_SUITE_END()
