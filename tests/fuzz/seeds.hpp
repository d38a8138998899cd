// Small, valid inputs to begin with, and small changes to them. Both are made from the catalogue,
// so that a new protocol is fuzzed without anything being added here.
#pragma once

#include <random>
#include <string>
#include <vector>

namespace synod::fuzz {

/// Trace files: counterexamples of mutants and ways to reach a witness.
std::vector<std::string> trace_seeds();

/// Command-line arguments: instances, names, sizes.
std::vector<std::string> names_seeds();

/// Conditions and formulas on the variables of the catalogue.
std::vector<std::string> conditions_seeds();

/// Checkpoints of the searches that checkpoint_target() goes on with.
std::vector<std::string> checkpoint_seeds();

/// The text with a few bytes changed, removed, repeated, or taken from elsewhere in it.
std::string mutate_bytes(std::string text, std::mt19937_64& random);

/// JSON with one value or key changed, removed, repeated or moved; other text as mutate_bytes.
/// Bytes alone would seldom get past the parser.
std::string mutate_json(const std::string& text, std::mt19937_64& random);

}  // namespace synod::fuzz
