// Words and symbols of the text of a condition. What a text means depends on what is expected where
// it stands, as printed names may have any characters: so there are no tokens.
#pragma once

#include <string_view>

#include "checker/liveness/ltl.hpp"

namespace synod::condition {

inline bool begins_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}
inline bool is_digit(char c) { return c >= '0' && c <= '9'; }
inline bool is_in_word(char c) { return begins_word(c) || is_digit(c); }
inline bool is_blank(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

/// A place in a text.
class Scanner {
 public:
  Scanner(std::string_view text, std::size_t at) : text_(text), at_(at) {}

  std::string_view text() const { return text_; }
  std::size_t at() const { return at_; }
  void go(std::size_t at) { at_ = at; }

  void skip_blanks() {
    while (at_ < text_.size() && is_blank(text_[at_])) ++at_;
  }
  /// The character that comes next, after blanks; 0 at the end.
  char next() {
    skip_blanks();
    return at_ < text_.size() ? text_[at_] : '\0';
  }
  bool ends() { return next() == '\0' && at_ == text_.size(); }

  /// The word that comes next, after blanks, which may begin with a digit; or nothing.
  std::string_view word();
  /// The longest symbol that comes next, after blanks; or nothing.
  std::string_view symbol();
  /// The number of bytes of `name` if it comes next, without blanks before it, and no word goes on
  /// after it; else 0.
  std::size_t match(std::string_view name) const;

  void take(std::string_view what) { at_ += what.size(); }
  bool take_if(char c) {
    if (next() != c) return false;
    ++at_;
    return true;
  }

 private:
  std::string_view text_;
  std::size_t at_;
};

/// Whether a word or symbol joins values to what is true or false, or to other values.
bool joins_values(std::string_view word_or_symbol);

}  // namespace synod::condition
