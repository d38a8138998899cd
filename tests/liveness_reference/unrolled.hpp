// A run on normal forms that is said to violate a claim, followed on the model as it is.
#pragma once

#include "tests/liveness_reference/engine.hpp"

namespace synod::reference {

/// Why no run of the model without normal forms, under the largest bound, goes as the trace does:
/// the same actions, the same truth of the formula's predicates, and in each round of the loop what
/// makes it fair. It is followed for some rounds, or as far as the bound has room, but for one
/// round at least. Empty: there is such a run.
std::string unrolled_faults(const Subject& subject, const Claim& claim, const Trace& trace);

}  // namespace synod::reference
