// Whether what is printed has the form that checker/cli/synod.schema.json says.
#pragma once

#include <string>

#include "tests/cli/support.hpp"

namespace synod::test {

const Json& schema_text();
/// What is wrong with an object by this schema; empty: nothing.
std::string fault(const Json& schema, const Json& object);
/// The same by the part of ours for its kind, which says more than the choice among all.
std::string fault(const Json& object);

}  // namespace synod::test
