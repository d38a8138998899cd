#include "checker/condition/scanner.hpp"

#include <algorithm>
#include <array>

namespace synod::condition {
namespace {

constexpr std::array<std::string_view, 36> symbols = {
    "<=>", "<->", "=>",  "->",  "<=", ">=", "<>", "<", ">", "==", "=",  "#",
    "/=",  "!=",  "/\\", "\\/", "&&", "||", "~>", "~", "!", "..", "+",  "-",
    "[",   "]",   "(",   ")",   "{",  "}",  ",",  ":", ".", "|",  "\"", "[]"};

constexpr std::array<std::string_view, 5> backslashed = {"\\A", "\\E", "\\in", "\\notin",
                                                         "\\subseteq"};

}  // namespace

std::string_view Scanner::word() {
  skip_blanks();
  std::size_t end = at_;
  while (end < text_.size() && is_in_word(text_[end])) ++end;
  return text_.substr(at_, end - at_);
}

std::string_view Scanner::symbol() {
  skip_blanks();
  for (const std::string_view one : backslashed)
    if (match(one) != 0) return one;
  std::string_view longest;
  for (const std::string_view one : symbols)
    if (text_.substr(at_).starts_with(one) && one.size() > longest.size()) longest = one;
  return longest;
}

std::size_t Scanner::match(std::string_view name) const {
  if (name.empty() || !text_.substr(at_).starts_with(name)) return 0;
  const std::size_t end = at_ + name.size();
  const bool goes_on = end < text_.size() && is_in_word(name.back()) && is_in_word(text_[end]);
  return goes_on ? 0 : name.size();
}

bool joins_values(std::string_view word_or_symbol) {
  constexpr std::array<std::string_view, 20> joining = {
      "=", "==", "#", "/=", "!=", "<",     "<=",   ">",       ">=",         "+",
      "-", "[",  ".", "..", "in", "notin", "\\in", "\\notin", "\\subseteq", "subseteq"};
  return std::find(joining.begin(), joining.end(), word_or_symbol) != joining.end();
}

}  // namespace synod::condition
