#include "checker/cli/tlc_configuration.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <vector>

namespace synod {
namespace {

struct Token {
  std::string_view text;
  std::size_t begin;  ///< in the configuration
  std::size_t end() const { return begin + text.size(); }
};

/// Each begins a section.
constexpr auto keywords = std::to_array<std::string_view>({"ACTION_CONSTRAINT",
                                                           "ACTION_CONSTRAINTS",
                                                           "ALIAS",
                                                           "CHECK_DEADLOCK",
                                                           "CONSTANT",
                                                           "CONSTANTS",
                                                           "CONSTRAINT",
                                                           "CONSTRAINTS",
                                                           "INIT",
                                                           "INVARIANT",
                                                           "INVARIANTS",
                                                           "NEXT",
                                                           "POSTCONDITION",
                                                           "POSTCONDITIONS",
                                                           "PROPERTIES",
                                                           "PROPERTY",
                                                           "SPECIFICATION",
                                                           "SYMMETRY",
                                                           "VIEW",
                                                           "_PERIODIC",
                                                           "_POSSIBLE",
                                                           "_RL_REWARD"});

bool is_keyword(std::string_view text) {
  return std::find(keywords.begin(), keywords.end(), text) != keywords.end();
}

bool is_word_character(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
}

/// Where a comment that begins here ends, or a string; a comment of the second kind may hold
/// others.
std::size_t end_of_comment(std::string_view text, std::size_t at) {
  if (text.substr(at, 2) == "\\*") return std::min(text.find('\n', at), text.size());
  std::size_t depth = 0;
  while (at < text.size()) {
    const std::string_view two = text.substr(at, 2);
    if (two == "(*" || two == "*)") {
      two == "(*" ? ++depth : --depth;
      at += 2;
      if (depth == 0) return at;
    } else {
      ++at;
    }
  }
  return text.size();
}

std::size_t end_of_token(std::string_view text, std::size_t at) {
  std::size_t end = at + 1;
  if (text[at] == '"') {
    while (end < text.size() && text[end] != '"') end += text[end] == '\\' ? 2 : 1;
    return std::min(end + 1, text.size());
  }
  if (text.substr(at, 2) == "<-") return at + 2;
  if (is_word_character(text[at]))
    while (end < text.size() && is_word_character(text[end])) ++end;
  return end;
}

std::vector<Token> tokens_of(std::string_view text) {
  std::vector<Token> tokens;
  std::size_t at = 0;
  while (at < text.size()) {
    const std::string_view two = text.substr(at, 2);
    if (two == "\\*" || two == "(*") {
      at = end_of_comment(text, at);
    } else if (std::isspace(static_cast<unsigned char>(text[at])) != 0) {
      ++at;
    } else {
      const std::size_t end = end_of_token(text, at);
      tokens.push_back({text.substr(at, end - at), at});
      at = end;
    }
  }
  return tokens;
}

/// Reads the entries of a section of constants: NAME = VALUE, NAME <- DEFINITION.
class Entries {
 public:
  Entries(const std::vector<Token>& tokens, std::size_t at) : tokens_(tokens), at_(at) {}

  /// False at the end of the section, or where something is no entry, of which TLC may complain.
  bool next() {
    first_ = at_;
    if (is_keyword(text())) return false;
    skip_name();
    if (text() == "(") skip_brackets();
    const bool assigned = text() == "=" || text() == "<-";
    if (!assigned) return false;
    ++at_;
    if (text() == "[") skip_brackets();  // of a module
    if (text() == "-") ++at_;
    if (text() == "{")
      skip_brackets();
    else
      skip_name();
    return at_ > first_ && at_ <= tokens_.size();
  }

  std::string name() const { return std::string(tokens_[first_].text); }
  std::size_t begin() const { return tokens_[first_].begin; }
  std::size_t end() const { return tokens_[at_ - 1].end(); }

 private:
  std::string_view text() const { return at_ < tokens_.size() ? tokens_[at_].text : ""; }
  void skip_name() {
    ++at_;
    while (text() == "!") at_ += 2;
  }
  void skip_brackets() {
    constexpr std::string_view opening = "([{", closing = ")]}";
    std::size_t depth = 0;
    do {
      if (opening.find(text()) != std::string_view::npos) ++depth;
      if (closing.find(text()) != std::string_view::npos) --depth;
      ++at_;
    } while (depth > 0 && at_ < tokens_.size());
  }

  const std::vector<Token>& tokens_;
  std::size_t first_ = 0;
  std::size_t at_;
};

}  // namespace

std::string with_constants(std::string_view configuration, const Assignments& constants) {
  const std::vector<Token> tokens = tokens_of(configuration);
  std::string result;
  std::size_t copied = 0;
  const auto copy_to = [&](std::size_t end) {
    result += configuration.substr(copied, end - copied);
    copied = end;
  };
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    if (tokens[i].text != "CONSTANT" && tokens[i].text != "CONSTANTS") continue;
    Entries entries(tokens, i + 1);
    while (entries.next()) {
      const bool replaced = std::any_of(constants.begin(), constants.end(), [&](const auto& one) {
        return one.first == entries.name();
      });
      if (!replaced) continue;
      copy_to(entries.begin());
      copied = entries.end();
    }
  }
  copy_to(configuration.size());
  if (constants.empty()) return result;
  result += "\nCONSTANTS\n";
  for (const auto& [name, value] : constants) result += fmt::format("  {} = {}\n", name, value);
  return result;
}

bool is_constrained(std::string_view configuration) {
  constexpr std::array<std::string_view, 4> names = {"CONSTRAINT", "CONSTRAINTS",
                                                     "ACTION_CONSTRAINT", "ACTION_CONSTRAINTS"};
  const std::vector<Token> tokens = tokens_of(configuration);
  // The word alone constrains nothing.
  for (std::size_t i = 0; i + 1 < tokens.size(); ++i)
    if (std::find(names.begin(), names.end(), tokens[i].text) != names.end() &&
        !is_keyword(tokens[i + 1].text))
      return true;
  return false;
}

}  // namespace synod
