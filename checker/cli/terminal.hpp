// Output for people: colour, on a terminal only, and tables.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "checker/run/run.hpp"

namespace synod {

enum class Style : std::uint8_t { plain, good, bad, warning, bold, dim };

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

/// Text broken into lines of at most `width` columns, each with `indent` spaces before it.
std::string wrapped(std::string_view text, std::size_t indent, std::size_t width = 96);

}  // namespace synod
