#include "checker/cli/terminal.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <numeric>

#include "checker/report/text.hpp"

namespace synod {
namespace {

bool is_set(const char* variable) {
  const char* const value = std::getenv(variable);
  return value != nullptr && *value != '\0';
}

bool use_colour() {
  static const bool use =
      isatty(STDOUT_FILENO) != 0 && !is_set("NO_COLOR") && understands_escapes();
  return use;
}

/// How many columns the text takes; all of it is ASCII or UTF-8 of one column a character.
std::size_t columns(std::string_view text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xc0) != 0x80; }));
}

/// The text in lines of at most so many columns, where its words allow that. Blanks at its
/// beginning stay.
std::vector<std::string> lines_of(std::string_view text, std::size_t width) {
  std::vector<std::string> lines;
  std::string line(text.substr(0, text.find_first_not_of(' ')));
  if (line.size() == text.size()) return {std::string(text)};
  text.remove_prefix(line.size());
  bool empty = true;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(' '), text.size());
    const std::string_view word = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (!empty && columns(line) + 1 + columns(word) > width) {
      lines.push_back(std::move(line));
      line.clear();
      empty = true;
    }
    if (!empty) line += ' ';
    line += word;
    empty = false;
  }
  lines.push_back(std::move(line));
  return lines;
}

}  // namespace

bool understands_escapes() {
  const char* const terminal = std::getenv("TERM");
  return terminal == nullptr || std::string_view(terminal) != "dumb";
}

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

std::vector<std::size_t> widths_of(const std::vector<std::vector<Cell>>& rows) {
  std::vector<std::size_t> widths;
  for (const auto& row : rows) {
    widths.resize(std::max(widths.size(), row.size()));
    for (std::size_t i = 0; i < row.size(); ++i)
      widths[i] = std::max(widths[i], columns(row[i].text));
  }
  return widths;
}

std::string row_text(const std::vector<Cell>& row, const std::vector<std::size_t>& widths,
                     const std::vector<bool>& right) {
  std::string line;
  for (std::size_t i = 0; i < row.size(); ++i) {
    const std::size_t width = i < widths.size() ? widths[i] : 0;
    const std::string padding(width - std::min(width, columns(row[i].text)), ' ');
    const bool to_right = i < right.size() && right[i];
    const bool last = i + 1 == row.size();
    line += to_right ? padding : "";
    line += styled(row[i].text, row[i].style);
    if (!to_right && !last) line += padding;
    if (!last) line += "  ";
  }
  line.erase(line.find_last_not_of(' ') + 1);
  return line + "\n";
}

std::string table(const std::vector<std::vector<Cell>>& rows, const std::vector<bool>& right) {
  const std::vector<std::size_t> widths = widths_of(rows);
  std::string text;
  for (const auto& row : rows) text += row_text(row, widths, right);
  return text;
}

std::string narrow_table(const std::vector<std::vector<Cell>>& rows,
                         const std::vector<bool>& right) {
  constexpr std::size_t least = 24;
  std::vector<std::size_t> widths = widths_of(rows);
  while (!widths.empty() &&
         std::accumulate(widths.begin(), widths.end(), 2 * (widths.size() - 1)) > text_width) {
    std::size_t& widest = *std::max_element(widths.begin(), widths.end());
    if (widest <= least) break;
    --widest;
  }
  std::string text;
  for (const auto& row : rows) {
    std::vector<std::vector<std::string>> lines;
    std::size_t height = 1;
    for (std::size_t i = 0; i < row.size(); ++i) {
      lines.push_back(lines_of(row[i].text, widths[i]));
      height = std::max(height, lines.back().size());
    }
    for (std::size_t n = 0; n < height; ++n) {
      std::vector<Cell> line;
      for (std::size_t i = 0; i < row.size(); ++i)
        line.push_back({n < lines[i].size() ? lines[i][n] : "", row[i].style});
      text += row_text(line, widths, right);
    }
  }
  return text;
}

std::string wrapped(std::string_view text, std::size_t indent, std::size_t width) {
  const std::string margin(indent, ' ');
  std::string result;
  for (const std::string& line : lines_of(text, width - std::min(width, indent)))
    result += margin + line + "\n";
  return result;
}

std::string hanging(std::string_view text, std::size_t indent, std::size_t further) {
  const std::string margin(further, ' ');
  std::string result;
  for (const std::string& line : lines_of(text, text_width - further))
    result += (result.empty() ? std::string(indent, ' ') : margin) + line + "\n";
  return result;
}

}  // namespace synod
