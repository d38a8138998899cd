// Quorums of n - k among n processes of which k may be faulty.
#pragma once

#include "checker/proof/obligation.hpp"

namespace synod::byzantine_om {

/// For all n and k: any two have a correct process in common just when n > 3k.
void add_quorum_arithmetic(proof::Topic& topic);

/// For these n <= 3k: two that have none, member by member.
proof::Obligation quorums_apart(z3::context& context, int n, int k);

}  // namespace synod::byzantine_om
