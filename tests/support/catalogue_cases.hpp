// Searches that leave states out, compared with searches of all states, over the catalogue.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "checker/search/search.hpp"
#include "checker/vocabulary/system.hpp"

namespace synod::test {

/// An instance or mutant of the catalogue, and the search of all its states for all that needs no
/// graph.
struct CatalogueCase {
  std::string name;  ///< as tests call it
  std::unique_ptr<ModelInstance> model;
  SearchResult all;
};

/// Calls `visit` with each instance and mutant that has no more than `most` states, or is violated
/// within them; quick instances only, or those of both tiers.
void for_each_case(std::uint64_t most, bool thorough,
                   const std::function<void(const CatalogueCase&)>& visit);

/// How a search that leaves states out differs from that of all states in what has to be the same:
/// verdicts and their depths, dead actions, how long a counterexample is. Under partial order
/// TypeOK is not checked, and the depth of the state space is not known. Empty: nowhere.
std::string differences_up_to_symmetry(const ModelInstance& model, const SearchResult& all,
                                       const SearchResult& orbits);
std::string differences_by_partial_order(const ModelInstance& model, const SearchResult& all,
                                         const SearchResult& reduced);

}  // namespace synod::test
