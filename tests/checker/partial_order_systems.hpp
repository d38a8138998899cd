// Models for partial-order reduction: random ones of several variables that actions share in part,
// and one of processes that share nothing.
#pragma once

#include "checker/vocabulary/system.hpp"

namespace synod::test {

/// Parameters: seed, variables, instances. Few of its actions touch the same variables; some have
/// conjuncts, some bounds, some look before they have any; with `leaves` some leave their range;
/// with `constrained` some states are left out.
const System& loose_system();

/// Parameters: processes, steps. Each counts to `steps`, all by itself; NeverMany is about two.
const System& independent_system();

/// Of which a claim is that each step changes something.
const System& restless_system();

}  // namespace synod::test
