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

/// How long a proof has been at it.
struct ProofProgress {
  std::string obligation;     ///< or "model", which is compared
  std::size_t questions = 0;  ///< of the obligation
  double seconds = 0;
};
/// The same of a proof, of the topic `title`.
std::function<void(const ProofProgress&)> proof_teller(ProgressForm form, std::string title);

/// Removes the line, if there is one.
void clear_progress_line();

}  // namespace synod
