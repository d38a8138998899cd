// Search by partial-order reduction: of the actions that are enabled in a state those are left out
// that a stubborn set has not (see stubborn_set.hpp). What states, steps and deadlocks decide, and
// how near, is as in the search of all states, if the facts about what actions and claims read and
// write are right, which an audit samples while the search runs.
#pragma once

#include "checker/partial_order/audit.hpp"
#include "checker/partial_order/facts.hpp"
#include "checker/search/search.hpp"

namespace synod {

struct ReducedResult {
  SearchResult result;
  std::uint64_t audited = 0;  ///< in how many states the facts were put to the test
};

/// Counts are of the states and steps explored, but `fired` is how often each action was enabled in
/// them. TypeOK is not checked, unless it is seen to be violated. No graph can be asked for, and
/// nothing that needs one. Throws WrongFact.
ReducedResult search_by_partial_order(const ModelInstance& model, const SearchOptions& options);

/// The same, with facts that may be wrong. Each thread audits them in the first so many states that
/// it expands, and then in one of many.
ReducedResult search_by_partial_order(const ModelInstance& model, const SearchOptions& options,
                                      const Facts& facts, std::size_t audited_first = 1024);

}  // namespace synod
