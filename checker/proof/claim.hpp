// Claims about the sizes and weights of sets: the question whether hypotheses imply them, the
// controls that each hypothesis is needed, and examples with as few processes as there can be.
#pragma once

#include <string>
#include <vector>

#include "checker/proof/obligation.hpp"
#include "checker/proof/venn.hpp"

namespace synod::proof {

/// The sets and numbers that a claim is about, and what it says of what the sets have in common.
struct Setting {
  Venn venn;
  Common common;                       ///< shown last in an example
  std::vector<Number> numbers = {};    ///< of at least 0, shown first: f
  std::vector<Assertion> always = {};  ///< what goes without saying: hypotheses of no control
  bool weighted = false;

  /// Whatever holds before anything is supposed.
  std::vector<Assertion> assertions() const;
};

/// What a claim supposes, and something weaker with which it is false.
struct Hypothesis {
  Assertion holds;
  Assertion weaker;
};

/// |A| >= n - f; weaker by 1.
Hypothesis at_least(const std::string& text, const z3::expr& number, const z3::expr& bound);
/// |F| <= f; weaker by 1.
Hypothesis at_most(const std::string& text, const z3::expr& number, const z3::expr& bound);
/// n > 2f; weaker n >= 2f.
Hypothesis more_than(const std::string& number_text, const std::string& bound_text,
                     const z3::expr& number, const z3::expr& bound);

/// Adds the question whether the conclusion can be false where the hypotheses hold, and a control
/// for each hypothesis.
void prove(Obligation& obligation, const Setting& setting, const std::string& name,
           const std::vector<Hypothesis>& hypotheses, const z3::expr& conclusion);

/// Adds the question for an example: supposed this, the conclusion is false.
void refute(Obligation& obligation, const Setting& setting, const std::string& name,
            const std::vector<Assertion>& supposed, const z3::expr& conclusion);

/// The question whether all of this can hold. Its example is the smallest one: first n, then the
/// numbers; if it can be, without empty sets.
Query question(const Setting& setting, const std::string& name, Status expected,
               const std::vector<Assertion>& supposed);

/// "rests on: n > 2f; |A| >= n - f".
std::string core_text(const std::vector<std::string>& names);

}  // namespace synod::proof
