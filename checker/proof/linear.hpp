// Linear conditions as users type them, "n > 2*f" or "phase1 > n/2", with exact fractions.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace synod::proof {

/// (terms + constant) / denominator, in lowest terms; no term is 0.
struct Linear {
  std::map<std::string, std::int64_t> terms;  ///< by variable
  std::int64_t constant = 0;
  std::int64_t denominator = 1;  ///< > 0

  bool is_constant() const { return terms.empty(); }
};

enum class Comparator : std::uint8_t { greater, at_least, equal, at_most, less };

/// difference RELATION 0.
struct Comparison {
  Linear difference;  ///< what stands on the left less what stands on the right
  Comparator relation = Comparator::equal;
  std::string text;  ///< as typed, with single blanks
};

/// FAMILY RELATION bound: of every set of the family.
struct SizeCondition {
  std::string family;
  Comparator relation = Comparator::equal;
  Linear bound;
  std::string text;
};

/// Where an expression names a variable.
struct NameUse {
  std::string name;
  std::string what;    ///< the text, as messages call it
  std::size_t column;  ///< from 1
};

// What is accepted at most.
constexpr std::size_t max_condition_text = 10'000;  ///< bytes
constexpr std::int64_t max_number = 1'000'000'000;
constexpr std::int64_t max_coefficient = 1'000'000'000'000'000;  ///< after all arithmetic
constexpr std::size_t max_condition_nesting = 100;
constexpr std::size_t max_conditions = 100;

// Each reads all of a text, which messages call `what`, and adds the names in expressions to
// `uses`. Throws InputError: "what, column 5: expected ..., found ...".

/// "phase1 > n/2, phase2 >= n - f"
std::vector<SizeCondition> parse_sizes(std::string_view text, const std::string& what,
                                       std::vector<NameUse>& uses);
/// "n > 2*f, f >= 1"
std::vector<Comparison> parse_comparisons(std::string_view text, const std::string& what,
                                          std::vector<NameUse>& uses);
/// "f + 1"
Linear parse_linear(std::string_view text, const std::string& what, std::vector<NameUse>& uses);

}  // namespace synod::proof
