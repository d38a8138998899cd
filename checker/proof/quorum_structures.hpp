// Quorums that are not determined by how many processes they have: by weight, in a grid, in groups.
#pragma once

#include <vector>

#include "checker/proof/obligation.hpp"

namespace synod::proof {

/// Votes: [Gifford 1979], [Garcia-Molina & Barbara 1985]. A half is at stake.
void weighted_votes(z3::context& context, std::vector<Obligation>& all);
/// Stake: two thirds of it; and with less than a third of it faulty.
void stake(z3::context& context, std::vector<Obligation>& all);
void stake_correct(z3::context& context, std::vector<Obligation>& all);
/// A row and a column of a grid: [Cheung, Ammar & Ahamad 1992].
void grid(z3::context& context, std::vector<Obligation>& all);
/// A majority in a majority of groups: [Kumar 1991], with two levels.
void hierarchical(z3::context& context, std::vector<Obligation>& all);

}  // namespace synod::proof
