// Options that would have no effect are refused: the table says which, the program heeds it, and
// no option is forgotten in it.
#define BOOST_TEST_MODULE cli_parts
#include "checker/cli/conflicts.hpp"

#include <algorithm>
#include <map>
#include <regex>
#include <set>
#include <sstream>

#include "checker/input/input.hpp"
#include "tests/cli/support.hpp"

using namespace synod::test;
using synod::Given;
using synod::Rule;

namespace {

/// A value for each option that takes one.
const std::map<std::string, std::string> values = {{"parameters", "participants=3"},
                                                   {"--mutant", "early_commit"},
                                                   {"--scenario", "blocked"},
                                                   {"--drop", "RMChooseToAbort.working"},
                                                   {"--property", "TCConsistent"},
                                                   {"--ltl", "[] TCConsistent"},
                                                   {"--invariant", "TRUE"},
                                                   {"--reach", "TRUE"},
                                                   {"--fair", "WF(*)"},
                                                   {"--unfair", "WF(*)"},
                                                   {"--expect", "holds"},
                                                   {"--tier", "quick"},
                                                   {"--threads", "1"},
                                                   {"--max-states", "1000"},
                                                   {"--max-depth", "5"},
                                                   {"--memory", "64M"},
                                                   {"--disk", "."},
                                                   {"--time", "5"},
                                                   {"--visited", "tree"},
                                                   {"--seed", "1"},
                                                   {"--progress", "none"},
                                                   {"--checkpoint", "new"},
                                                   {"--checkpoint-every", "9"},
                                                   {"--resume", "old"},
                                                   {"--trace", "t.json"},
                                                   {"--engine", "explicit"},
                                                   {"--sizes", "q > n/2"},
                                                   {"--sets", "f"},
                                                   {"--assume", "n > 2"},
                                                   {"--overlap", "1"},
                                                   {"--faulty", "1"},
                                                   {"--intersect", "q q"},
                                                   {"--at", "1"},
                                                   {"--explain", "Phase1a"},
                                                   {"protocol", "transaction_commit"},
                                                   {"topic", "quorum"},
                                                   {"file", "t.json"}};

/// What makes the word of a rule true: its option and a value; "true" for a flag.
std::pair<std::string, std::string> meant(std::string_view word) {
  const std::string text(word.substr(0, word.find("!=")));
  const std::size_t equals = text.find('=');
  const std::string name = text.substr(0, equals);
  if (equals != std::string::npos) return {name, text.substr(equals + 1)};
  const auto value = values.find(name);
  return {name, value == values.end() ? "true" : value->second};
}

Given given_of(std::string_view verb, const std::vector<std::string_view>& words) {
  Given given;
  for (const std::string_view word : words) given.push_back(meant(word));
  const auto has = [&](const char* name) {
    return std::any_of(given.begin(), given.end(),
                       [&](const auto& one) { return one.first == name; });
  };
  // So that no other rule comes first.
  if (verb == "prove" && !has("topic")) given.emplace_back("topic", "quorum");
  return given;
}

Arguments arguments_of(std::string_view verb, const Given& given) {
  Arguments arguments;
  for (const std::string_view word : synod::words_of(verb)) arguments.emplace_back(word);
  for (const char* const positional : {"protocol", "topic", "file", "parameters"})
    for (const auto& [name, value] : given)
      if (name == positional) arguments.push_back(value);
  if (verb == "trace show") arguments.emplace_back("t.json");
  for (const auto& [name, value] : given) {
    if (!name.starts_with("--")) continue;
    arguments.push_back(name);
    if (value != "true") arguments.push_back(value);
  }
  return arguments;
}

std::string refusal(std::string_view verb, const Given& given) {
  try {
    synod::require_no_conflict(verb, given);
  } catch (const synod::InputError& error) {
    return error.what();
  }
  return "";
}

/// The program says in one line what the table says.
void check_refused(std::string_view verb, const Given& given,
                   const std::vector<std::string>& named) {
  const std::string message = refusal(verb, given);
  const Arguments arguments = arguments_of(verb, given);
  BOOST_TEST_CONTEXT(text_of(arguments)) {
    for (const std::string& name : named)
      BOOST_TEST(contains(message, name), "'" << message << "' does not name " << name);
    const Outcome outcome = run(arguments);
    CHECK_RUN(outcome, outcome.code == bad_input);
    BOOST_TEST(outcome.err == "synod: " + message + "\n");
    CHECK_RUN(outcome, outcome.out.empty());
  }
}

/// The options of a verb, as its help lists them.
std::set<std::string> options_of(const std::string& verb) {
  std::set<std::string> options;
  std::istringstream help(run({verb, "--help"}).out);
  const std::regex option("^  (?:-[a-z],)?(--[a-z0-9-]+).*");
  std::smatch match;
  for (std::string line; std::getline(help, line);)
    if (std::regex_match(line, match, option)) options.insert(match[1]);
  options.erase("--help");
  return options;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(conflicts)

BOOST_AUTO_TEST_CASE(every_rule_of_the_table_is_heeded) {
  for (const Rule& rule : synod::rules()) {
    for (const std::string_view option : synod::words_of(rule.options)) {
      const auto [name, value] = meant(option);
      if (rule.kind == Rule::Kind::needs) {
        if (name == "parameters") continue;  // without a protocol, the first would be taken for one
        Given given = given_of(rule.verb, {option});
        if (rule.others == "topic=quorum") given = {meant(option), {"topic", "paxos"}};
        check_refused(rule.verb, given, {name, "need"});
        continue;
      }
      for (const std::string_view other : synod::words_of(rule.others)) {
        std::vector<std::string_view> words = {option, other};
        if (rule.verb == "check") words.emplace_back("protocol");
        check_refused(rule.verb, given_of(rule.verb, words), {name, meant(other).first, "not go"});
      }
    }
  }
}

// What goes together is not refused: neither rules nor their words say too much.
BOOST_AUTO_TEST_CASE(what_goes_together_is_accepted) {
  const std::vector<std::pair<std::string, Given>> fine = {
      {"check", {}},
      {"check", {{"--tier", "quick"}, {"--visited", "compact"}, {"--seed", "1"}, {"--time", "9"}}},
      {"check", {{"protocol", "paxos"}, {"--tier", "quick"}, {"--memory", "1G"}, {"--disk", "."}}},
      {"check", {{"protocol", "paxos"}, {"--symmetry", "true"}, {"--checkpoint", "f"}}},
      {"check", {{"protocol", "paxos"}, {"--ltl", "[] A"}, {"--fair", "WF(*)"}}},
      {"check", {{"protocol", "paxos"}, {"--disk", "none"}, {"--checkpoint", "f"}}},
      {"check", {{"protocol", "paxos"}, {"--scenario", "s"}, {"--drop", "A.b"}, {"--trace", "f"}}},
      {"check", {{"protocol", "paxos"}, {"--engine", "z3"}, {"--max-depth", "3"}, {"--time", "9"}}},
      {"check", {{"protocol", "paxos"}, {"--continue", "true"}, {"--trace", "f"}}},
      {"prove", {{"topic", "quorum"}, {"--sizes", "q > n/2"}, {"--intersect", "q q"}}},
      {"trace show", {{"file", "f"}, {"--explain", "Phase1a"}, {"--at", "1"}}},
      {"trace show", {{"file", "f"}, {"--explain", "true"}}}};
  for (const auto& [verb, given] : fine) BOOST_TEST(refusal(verb, given) == "");
}

// For each kind of run, an option either has an effect, and then is in this list, or is refused.
BOOST_AUTO_TEST_CASE(every_option_is_refused_or_has_an_effect) {
  const Given one = {{"protocol", "transaction_commit"}};
  struct Kind {
    const char* name;
    Given given;
    std::string effective;
  };
  const std::string limits =
      "--threads --max-states --max-depth --memory --disk --time --visited "
      "--progress --json ";
  const std::vector<Kind> kinds = {
      {"the catalogue", {}, limits + "--tier"},
      {"a tier", {{"--tier", "quick"}}, limits + "--tier"},
      {"a search", one,
       limits + "--mutant --scenario --drop --property --invariant --reach --ltl --unfair "
                "--no-normal-form --valence "
                "--engine --expect "
                "--tier --symmetry --partial-order --checkpoint --resume --trace --profile "
                "--continue"},
      {"a scenario",
       {{"protocol", "two_phase_commit"}, {"--scenario", "blocked"}},
       "--scenario --drop --trace --json"},
      {"z3",
       {{"protocol", "two_phase_commit"}, {"--engine", "z3"}},
       "--engine --mutant --drop --property --expect --max-depth --time --trace --json"}};
  const std::set<std::string> options = options_of("check");
  BOOST_TEST(options.size() >= 30U);
  for (const Kind& kind : kinds) {
    std::set<std::string> accepted;
    for (const std::string& option : options) {
      Given given = kind.given;
      given.push_back(meant(option));
      if (refusal("check", given).empty()) accepted.insert(option);
    }
    std::set<std::string> effective;
    for (const std::string_view word : synod::words_of(kind.effective)) effective.emplace(word);
    BOOST_TEST_CONTEXT(kind.name) {
      BOOST_TEST(accepted == effective, boost::test_tools::per_element());
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()
