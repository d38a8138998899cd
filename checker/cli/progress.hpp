// What a search that runs tells whoever waits for it, on standard error.
#pragma once

#include <functional>
#include <string>

#include "checker/cli/commands.hpp"
#include "checker/search/simulate.hpp"

namespace synod {

enum class ProgressForm : std::uint8_t {
  line,  ///< kept up to date, on a terminal only
  json,  ///< one object a line
  none,
};

/// `text` is what the user asked for, if anything; throws InputError where there is no such form.
ProgressForm progress_form(const Option& text);

/// A function that tells; none where nobody looks. `title` says what of.
std::function<void(const Progress&)> progress_teller(ProgressForm form, std::string title);

/// The same of walks.
std::function<void(const WalkProgress&)> walk_teller(ProgressForm form, std::string title);

/// Removes the line, if there is one.
void clear_progress_line();

}  // namespace synod
