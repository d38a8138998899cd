#include "checker/cli/conflicts.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "checker/input/input.hpp"

namespace synod {
namespace {

using enum Rule::Kind;

/// Options that say how states are searched.
#define SYNOD_SEARCH                                                                       \
  "--max-states --memory --disk --symmetry --partial-order --visited --seed --checkpoint " \
  "--checkpoint-every --resume --profile --progress --continue"

bool is_given(std::string_view word, const Given& given) {
  const std::size_t equals = word.find('=');
  const bool other = equals != std::string_view::npos && equals > 0 && word[equals - 1] == '!';
  const std::string_view name = word.substr(0, other ? equals - 1 : equals);
  return std::any_of(given.begin(), given.end(), [&](const auto& one) {
    if (one.first != name) return false;
    if (equals == std::string_view::npos) return true;
    return (one.second == word.substr(equals + 1)) != other;
  });
}

/// As a user would type it.
std::string typed(std::string_view word) {
  std::string text(word.substr(0, word.find("!=")));
  if (const std::size_t equals = text.find('='); equals != std::string::npos) text[equals] = ' ';
  if (text == "protocol") return "a protocol";
  return text;
}

std::string typed(const std::vector<std::string_view>& words, std::string_view last) {
  std::string text;
  for (std::size_t i = 0; i < words.size(); ++i)
    text += fmt::format("{}{}",
                        i == 0                  ? ""
                        : i + 1 == words.size() ? fmt::format(" {} ", last)
                                                : ", ",
                        typed(words[i]));
  return text;
}

}  // namespace

const std::vector<Rule>& rules() {
  static const std::vector<Rule> table = {
      // A table of runs
      {"check", "--scenario --engine --continue", needs, "protocol", ""},
      {"check",
       "parameters --mutant --drop --property --invariant --reach --ltl --fair --unfair "
       "--no-normal-form --valence "
       "--expect --trace --symmetry --partial-order --profile --checkpoint --checkpoint-every "
       "--resume",
       needs, "protocol", "without one, the catalogue says what is run"},
      {"check",
       "parameters --mutant --scenario --drop --property --invariant --reach --ltl --fair --unfair "
       "--no-normal-form "
       "--valence --expect "
       "--trace --symmetry --partial-order --profile --checkpoint --checkpoint-every --resume "
       "--continue --engine=z3",
       excludes, "--tier", "the catalogue says what a tier runs"},
      // One run that is no search of all states
      {"check",
       "--mutant --property --invariant --reach --ltl --fair --unfair --no-normal-form --valence "
       "--expect --threads "
       "--max-depth --time "
       "--engine " SYNOD_SEARCH,
       excludes, "--scenario",
       "a scenario is played step by step, and says itself what it expects"},
      {"check",
       "--invariant --reach --ltl --fair --unfair --no-normal-form --valence "
       "--threads " SYNOD_SEARCH,
       excludes, "--engine=z3", "Z3 judges each claim about states, and visits none"},
      // How states are searched
      {"check", "--symmetry", excludes, "--partial-order", "choose one of them"},
      {"check", "--ltl --valence --fair --unfair --no-normal-form", excludes, "--symmetry",
       "--symmetry does not keep who takes a step"},
      {"check", "--ltl --valence --fair --unfair --no-normal-form", excludes, "--partial-order",
       "--partial-order leaves steps out"},
      {"check", "--ltl --valence --fair --unfair --no-normal-form --disk", excludes,
       "--visited=compact --visited=bitstate", "hashes stand for states there, which are not kept"},
      {"check", "--seed", needs, "--visited=compact --visited=bitstate", "only hashes have a seed"},
      {"check", "--fair", needs, "--ltl --valence", "claims say themselves what they assume"},
      {"check", "--checkpoint-every", needs, "--checkpoint", ""},
      {"check", "--disk!=none", excludes, "--checkpoint",
       "states are in FILE.states; --disk none keeps them in memory"},
      {"check", "--checkpoint --resume", excludes, "--continue",
       "which searches anew for each claim that is violated"},
      {"prove", "--sizes --sets --assume --overlap --faulty --intersect", needs, "topic=quorum",
       "they are about quorums of one's own"},
      {"prove", "--sizes", excludes, "--sets", "choose one of them"},
      {"prove", "--assume --overlap", needs, "--sizes", ""},
      {"prove", "--faulty", needs, "--sets", ""},
      {"prove", "--intersect", needs, "--sizes --sets", ""},
      {"prove", "--controls", excludes, "--sizes --sets", "quorums of one's own have no controls"},
      {"trace show", "--at", needs, "--explain!=true", "which names the action to explain"},
  };
  return table;
}

#undef SYNOD_SEARCH

std::vector<std::string_view> words_of(std::string_view text) {
  std::vector<std::string_view> words;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(' '), text.size());
    words.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return words;
}

void require_no_conflict(std::string_view verb, const Given& given) {
  for (const Rule& rule : rules()) {
    if (rule.verb != verb) continue;
    std::vector<std::string_view> options = words_of(rule.options);
    std::erase_if(options, [&](std::string_view word) { return !is_given(word, given); });
    if (options.empty()) continue;
    std::vector<std::string_view> others = words_of(rule.others);
    std::erase_if(others, [&](std::string_view word) {
      return is_given(word, given) == (rule.kind == needs);
    });
    const bool several = options.size() > 1;
    const std::string because = rule.because.empty() ? "" : fmt::format(": {}", rule.because);
    if (rule.kind == excludes && !others.empty())
      throw InputError(fmt::format("{} {} not go with {}{}", typed(options, "and"),
                                   several ? "do" : "does", typed(others, "and"), because));
    if (rule.kind == needs && others.size() == words_of(rule.others).size())
      throw InputError(fmt::format("{} need{} {}{}", typed(options, "and"), several ? "" : "s",
                                   typed(others, "or"), because));
  }
}

}  // namespace synod
