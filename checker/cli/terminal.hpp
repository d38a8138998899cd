// Output for people: colour, on a terminal only, and tables.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "checker/run/run.hpp"

namespace synod {

enum class Style : std::uint8_t { plain, good, bad, warning, bold, dim };

/// Whether escape sequences may be sent to a terminal: TERM=dumb knows none.
bool understands_escapes();

/// The text in that style when standard output is a terminal and NO_COLOR is not set.
std::string styled(std::string_view text, Style style);
Style style_of(Verdict verdict);
Style style_of(PropertyVerdict verdict);

/// A table with left-aligned columns, two spaces apart; columns in `right` are right-aligned.
/// Styles are applied after the widths are known.
struct Cell {
  std::string text;
  Style style = Style::plain;
};
std::string table(const std::vector<std::vector<Cell>>& rows, const std::vector<bool>& right = {});
std::vector<std::size_t> widths_of(const std::vector<std::vector<Cell>>& rows);
/// One row of a table whose columns are so wide.
std::string row_text(const std::vector<Cell>& row, const std::vector<std::size_t>& widths,
                     const std::vector<bool>& right);

/// How many columns text takes that is to be read.
inline constexpr std::size_t text_width = 100;

/// A table whose widest columns are broken into lines where it would not fit.
std::string narrow_table(const std::vector<std::vector<Cell>>& rows,
                         const std::vector<bool>& right = {});

/// Text broken into lines of at most `width` columns, each with `indent` spaces before it.
std::string wrapped(std::string_view text, std::size_t indent, std::size_t width = 96);
/// The same with `indent` spaces before the first line and `further` before the others.
std::string hanging(std::string_view text, std::size_t indent, std::size_t further);

}  // namespace synod
