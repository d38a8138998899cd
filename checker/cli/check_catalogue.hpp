// Every instance of the catalogue, with its mutants and scenarios, as a table.
#pragma once

#include "checker/cli/commands.hpp"
#include "checker/search/search.hpp"

namespace synod {

int check_catalogue(const CheckArguments& arguments, const SearchOptions& options);

}  // namespace synod
