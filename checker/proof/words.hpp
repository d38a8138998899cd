// Words and names in what users type about quorums, and in what they read.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace synod::proof {

constexpr std::size_t max_name = 60;  ///< bytes

constexpr bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}
constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// What separates words of an argument.
constexpr std::string_view blanks = " \t\n\v\f\r";

/// The parts between any of these characters that are not empty.
inline std::vector<std::string_view> split(std::string_view text, std::string_view separators) {
  std::vector<std::string_view> parts;
  while (true) {
    const std::size_t begin = text.find_first_not_of(separators);
    if (begin == std::string_view::npos) return parts;
    text.remove_prefix(begin);
    parts.push_back(text.substr(0, text.find_first_of(separators)));
    text.remove_prefix(parts.back().size());
  }
}

/// "1 set", "2 sets".
inline std::string number_of(std::size_t count, std::string_view one, std::string_view many) {
  return std::to_string(count) + " " + std::string(count == 1 ? one : many);
}

}  // namespace synod::proof
