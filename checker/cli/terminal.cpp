#include "checker/cli/terminal.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>

#include "checker/report/text.hpp"

namespace synod {
namespace {

bool is_set(const char* variable) {
  const char* const value = std::getenv(variable);
  return value != nullptr && *value != '\0';
}

bool use_colour() {
  static const bool use = isatty(STDOUT_FILENO) != 0 && !is_set("NO_COLOR");
  return use;
}

/// How many columns the text takes; all of it is ASCII or UTF-8 of one column a character.
std::size_t columns(std::string_view text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xc0) != 0x80; }));
}

}  // namespace

std::string styled(std::string_view text, Style style) {
  if (!use_colour() || style == Style::plain) return std::string(text);
  const char* code = "0";
  switch (style) {
    case Style::plain: break;
    case Style::good: code = "32"; break;
    case Style::bad: code = "31"; break;
    case Style::warning: code = "33"; break;
    case Style::bold: code = "1"; break;
    case Style::dim: code = "2"; break;
  }
  return fmt::format("\x1b[{}m{}\x1b[0m", code, text);
}

Style style_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::holds: return Style::good;
    case Verdict::violated: return Style::bad;
    case Verdict::vacuous:
    case Verdict::incomplete: return Style::warning;
  }
  return Style::plain;
}

Style style_of(PropertyVerdict verdict) {
  switch (verdict) {
    case PropertyVerdict::holds: return Style::good;
    case PropertyVerdict::violated: return Style::bad;
    case PropertyVerdict::vacuous:
    case PropertyVerdict::incomplete: return Style::warning;
    case PropertyVerdict::not_applicable:
    case PropertyVerdict::not_checked: return Style::dim;
  }
  return Style::plain;
}

std::string table(const std::vector<std::vector<Cell>>& rows, const std::vector<bool>& right) {
  std::vector<std::size_t> widths;
  for (const auto& row : rows) {
    widths.resize(std::max(widths.size(), row.size()));
    for (std::size_t i = 0; i < row.size(); ++i)
      widths[i] = std::max(widths[i], columns(row[i].text));
  }
  std::string text;
  for (const auto& row : rows) {
    std::string line;
    for (std::size_t i = 0; i < row.size(); ++i) {
      const std::string padding(widths[i] - columns(row[i].text), ' ');
      const bool to_right = i < right.size() && right[i];
      const bool last = i + 1 == row.size();
      line += to_right ? padding : "";
      line += styled(row[i].text, row[i].style);
      if (!to_right && !last) line += padding;
      if (!last) line += "  ";
    }
    line.erase(line.find_last_not_of(' ') + 1);
    text += line + "\n";
  }
  return text;
}

std::string wrapped(std::string_view text, std::size_t indent, std::size_t width) {
  const std::string margin(indent, ' ');
  std::string result;
  std::string line;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(' '), text.size());
    const std::string_view word = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (!line.empty() && indent + columns(line) + 1 + columns(word) > width) {
      result += margin + line + "\n";
      line.clear();
    }
    if (!line.empty()) line += ' ';
    line += word;
  }
  return result + margin + line + "\n";
}

}  // namespace synod
