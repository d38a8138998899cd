// Every instance of the catalogue, with its mutants and scenarios, as a table.
#pragma once

#include <vector>

#include "checker/cli/commands.hpp"
#include "checker/search/search.hpp"
#include "checker/vocabulary/system.hpp"

namespace synod {

/// Of the catalogue that is given. What is wrong with one entry, or with a mutant or scenario of it
/// alone, is a row that is not as expected, and all else is checked.
int check_catalogue(const CheckArguments& arguments, const SearchOptions& options,
                    const std::vector<System>& systems);

}  // namespace synod
