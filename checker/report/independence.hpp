// Which actions can disturb each other: the facts that partial-order reduction rests on.
#pragma once

#include <string>
#include <vector>

#include "checker/vocabulary/system.hpp"

namespace synod {

/// What each action instance may read and write, by label. Found by running each instance, its
/// conjuncts forced, in the given states and in `samples` random ones; exact in what it has seen,
/// so it has to be audited against a search before anything may rest on it.
std::vector<Footprint> footprints(Observer& observer, const std::vector<Cells>& states,
                                  std::size_t samples = 64);

/// True when one may write what the other reads or writes: then their order may matter.
bool dependent(const Footprint& a, const Footprint& b);

/// Names of the variables (for messages, their types) that a set of cells touches.
std::vector<std::string> touched(const std::vector<VariableInfo>& variables,
                                 const std::vector<std::uint64_t>& cells);

}  // namespace synod
