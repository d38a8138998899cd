// Claims and models at random, the same for the same seed.
#pragma once

#include <random>

#include "tests/liveness_reference/engine.hpp"

namespace synod::reference {

using Random = std::mt19937_64;

/// The state predicates that formulas may speak of; of a normal form, those that it is said to
/// keep.
std::vector<std::string> predicates(const Observer& observer, const NormalForm* normal_form);

/// A formula of at most so many operators within each other.
TreePtr random_formula(const std::vector<std::string>& predicates, int depth, Random& random);

/// Text that is read back as the same formula: with or without parentheses that are not needed, and
/// with any of the ways to write an operator.
std::string random_text(const TreePtr& tree, Random& random);

/// The text with all parentheses.
std::string plain_text(const TreePtr& tree);

std::vector<std::string> random_fairness(const Observer& observer, Random& random);

/// Up to two parts that actions of the model have.
std::vector<Drop> random_drops(Observer& observer, Random& random);

}  // namespace synod::reference
