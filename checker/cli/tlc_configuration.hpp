// The configuration of a TLA+ module for TLC: read as TLC reads it, word by word, so that neither
// line breaks nor indentation nor comments mean anything.
#pragma once

#include <string>
#include <string_view>

#include "checker/vocabulary/system.hpp"

namespace synod {

/// The configuration with these constants in place of what it says of them; other constants and
/// all else stay as they are.
std::string with_constants(std::string_view configuration, const Assignments& constants);

/// Whether it has a CONSTRAINT or an ACTION_CONSTRAINT. TLC counts a step that one cuts off among
/// the generated states.
bool is_constrained(std::string_view configuration);

}  // namespace synod
