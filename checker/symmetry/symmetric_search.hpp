// Search up to symmetry: one state is explored for all that renaming interchangeable processes and
// values makes of it. Sound for what single states and steps decide, if the model and its claims
// really do not tell members apart, which an audit samples while the search runs. Witnesses may:
// they are judged under all renamings.
#pragma once

#include <stdexcept>
#include <string>

#include "checker/search/search.hpp"
#include "checker/vocabulary/system.hpp"

namespace synod {

/// The names of the roles whose members a model declares interchangeable, if it has any.
std::vector<std::string> symmetric_roles(const ModelInstance& model);

/// A model, or a property, tells members apart that were declared interchangeable; or there are
/// none, or too many.
struct NotSymmetric : std::runtime_error {
  using std::runtime_error::runtime_error;
};

struct SymmetricResult {
  SearchResult result;
  std::uint64_t audited = 0;  ///< how many pairs of a state and its renaming were compared
  /// Witnesses that were not reached, but not tried under all renamings either, as those are more
  /// than CanonicalForm::most_renamings: they are open, and what needs them.
  std::vector<std::string> untried;
};

/// Counts are of canonical forms; the counterexample is a run of the model itself. No graph can be
/// asked for. Where the renamings are too many to try them all, a witness that was not met is left
/// open. Throws NotSymmetric.
SymmetricResult search_up_to_symmetry(const ModelInstance& model, const SearchOptions& options);

}  // namespace synod
