// A model with more properties than its own: conditions that were written at the command line. All
// else is the model's, and all that judges properties judges these as it does the model's.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "checker/condition/condition.hpp"
#include "checker/vocabulary/system.hpp"

namespace synod {

/// The domains that the model's variables and actions range over, each name once.
std::vector<NamedMembers> named_members(const Observer& observer);

/// The variables and predicates of a model.
std::shared_ptr<const Vocabulary> vocabulary_of(const Observer& observer);

/// What was asked of a model in words of its variables.
struct Questions {
  std::vector<std::string> invariants;  ///< conditions that hold in every reachable state
  std::vector<std::string> reach;       ///< conditions that hold in some
  std::string ltl;                      ///< a formula whose atoms may be conditions

  bool empty() const { return invariants.empty() && reach.empty() && ltl.empty(); }
};

/// The model with a property for each condition, which is called as it is written: an invariant, a
/// witness or, of the formula's atoms, a named predicate. Throws InputError where something cannot
/// be read, which points at the place; the formula's own names and form are not looked at.
std::unique_ptr<ModelInstance> with_conditions(std::unique_ptr<ModelInstance> model,
                                               const Questions& questions);

/// The invariants that name a member that renaming would change, "CONDITION names s1"; empty: none.
std::string naming_members(const Observer& observer, const std::vector<std::string>& invariants);

}  // namespace synod
