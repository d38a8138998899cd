// Formulas that are evaluated in finite structures: what they say is what the plain meaning of each
// connective says, one value of each variable after the other.
#include "checker/proof/structure.hpp"

#include <algorithm>
#include <array>
#include <boost/test/unit_test.hpp>
#include <functional>
#include <random>

#include "tests/proof/asking.hpp"

namespace synod::test {
namespace {

using proof::expr;
using proof::Relation;
using proof::Sort;

constexpr std::size_t variables = 4;  ///< two of each sort
using Values = std::array<int, variables>;

/// A formula, and what it means.
struct Meant {
  expr formula;
  std::function<bool(const Values&)> meaning;
};

/// Relations of two sorts that hold of whom they happen to.
class RandomStructure final : public proof::Structure {
 public:
  RandomStructure(std::array<int, 2> sizes, std::mt19937_64& random)
      : domains_{integers("node", 0, sizes[0] - 1), integers("color", 0, sizes[1] - 1)} {
    // Few messages are on their way, and much holds of nobody.
    const std::uint64_t rare = 1 + random() % 8;
    for (std::vector<bool>& relation : holds_)
      for (std::size_t i = 0; i < 64; ++i) relation.push_back(random() % (rare + 1) == 0);
  }
  /// What is known of a relation before all individuals are.
  void tell_early(bool early) { early_ = early; }

  void load(const Cells& /*state*/) override {}
  const Domain& domain(std::size_t sort) const override { return domains_[sort]; }
  int constant(std::size_t /*relation*/) const override { return domains_[0].size() - 1; }
  bool holds(std::size_t relation, const std::vector<int>& individuals) const override {
    std::size_t at = 0;
    for (const int individual : individuals) at = 4 * at + static_cast<std::size_t>(individual);
    return holds_.at(relation).at(at);
  }
  bool may_hold(std::size_t relation, const std::vector<int>& first) const override {
    if (!early_) return true;
    if (first.size() == places[relation]) return holds(relation, first);
    std::vector<int> longer = first;
    longer.push_back(0);
    for (; longer.back() < 4; ++longer.back())
      if (may_hold(relation, longer)) return true;
    return false;
  }

  static constexpr std::array<std::size_t, 5> places{0, 1, 2, 3, 0};

 private:
  std::array<Domain, 2> domains_;
  std::array<std::vector<bool>, 5> holds_;
  bool early_ = false;
};

class RandomFormulas {
 public:
  explicit RandomFormulas(std::mt19937_64& random) : random_(random) {}

  const proof::Protocol& protocol() const { return protocol_; }

  /// About a structure; of these variables and no others.
  Meant formula(const RandomStructure& structure, const std::vector<std::size_t>& free) {
    structure_ = &structure;
    std::vector<std::size_t> bound;
    for (std::size_t i = 0; i < variables; ++i)
      if (std::find(free.begin(), free.end(), i) == free.end()) bound.push_back(i);
    std::shuffle(bound.begin(), bound.end(), random_);
    Meant meant = formula(4);
    while (!bound.empty()) {
      const std::size_t count = 1 + below(bound.size());
      meant = quantified(meant, {bound.end() - static_cast<std::ptrdiff_t>(count), bound.end()});
      bound.resize(bound.size() - count);
    }
    return meant;
  }
  const proof::Variables& variables_of() const { return variable_; }

 private:
  std::size_t below(std::size_t count) { return static_cast<std::size_t>(random_() % count); }
  std::size_t of_sort(std::size_t sort) { return 2 * sort + below(2); }

  Meant formula(int depth) {
    if (depth == 0 || below(6) == 0) return atom();
    const Meant a = formula(depth - 1);
    const Meant b = formula(depth - 1);
    const auto combined = [&](const expr& formula, auto&& meaning) {
      return Meant{formula, [=](const Values& x) { return meaning(a.meaning(x), b.meaning(x)); }};
    };
    switch (below(10)) {
      case 0: return combined(!a.formula, [](bool one, bool) { return !one; });
      case 1:
        return combined(a.formula && b.formula, [](bool one, bool other) { return one && other; });
      case 2:
        return combined(a.formula || b.formula, [](bool one, bool other) { return one || other; });
      case 3:
        return combined(a.formula == b.formula, [](bool one, bool other) { return one == other; });
      case 4: {
        const Meant c = formula(depth - 1);
        return {z3::ite(c.formula, a.formula, b.formula),
                [=](const Values& x) { return c.meaning(x) ? a.meaning(x) : b.meaning(x); }};
      }
      case 5: return quantified(a, {below(variables)});
      case 6: return quantified(a, {of_sort(0), of_sort(1)});
      default:
        return combined(z3::implies(a.formula, b.formula),
                        [](bool one, bool other) { return !one || other; });
    }
  }

  Meant atom() {
    const std::size_t a = of_sort(0);
    const std::size_t b = of_sort(1);
    const std::size_t c = of_sort(1);
    const RandomStructure* const in = structure_;
    switch (below(8)) {
      case 0: return {flag(), [=](const Values&) { return in->holds(0, {}); }};
      case 1: return {here(variable_[a]), [=](const Values& x) { return in->holds(1, {x[a]}); }};
      case 2:
        return {painted(variable_[a], variable_[b]),
                [=](const Values& x) { return in->holds(2, {x[a], x[b]}); }};
      case 3:
        return {sent(variable_[a], variable_[b], variable_[c]),
                [=](const Values& x) { return in->holds(3, {x[a], x[b], x[c]}); }};
      case 4:
        return {sent(first, variable_[b], variable_[c]),
                [=](const Values& x) { return in->holds(3, {in->constant(4), x[b], x[c]}); }};
      case 5:
        return {variable_[a] == first, [=](const Values& x) { return x[a] == in->constant(4); }};
      case 6: return {variable_[b] != variable_[c], [=](const Values& x) { return x[b] != x[c]; }};
      default: return {variable_[b] == variable_[c], [=](const Values& x) { return x[b] == x[c]; }};
    }
  }

  Meant quantified(const Meant& inner, const std::vector<std::size_t>& bound) {
    const bool all = below(2) == 0;
    const RandomStructure* const in = structure_;
    std::function<bool(const Values&)> meaning = inner.meaning;
    proof::Variables named;
    for (const std::size_t of : bound) {
      named.push_back(variable_[of]);
      meaning = [=](const Values& x) {
        Values y = x;
        for (y[of] = 0; y[of] < in->domain(of / 2).size(); ++y[of])
          if (meaning(y) != all) return !all;
        return all;
      };
    }
    return {all ? proof::for_all(named, inner.formula) : proof::for_some(named, inner.formula),
            meaning};
  }

  std::mt19937_64& random_;
  const RandomStructure* structure_ = nullptr;
  proof::Protocol protocol_{"random"};
  const Sort node = protocol_.sort("node"), color = protocol_.sort("color");
  const Relation flag = protocol_.variable("flag", {});
  const Relation here = protocol_.variable("here", {node});
  const Relation painted = protocol_.variable("painted", {node, color});
  const Relation sent = protocol_.variable("sent", {node, color, color});
  const expr first = protocol_.constant(node, "first");
  const std::vector<expr> variable_{node["m"], node["n"], color["r"], color["s"]};
};

}  // namespace

BOOST_AUTO_TEST_SUITE(finite_structures)

BOOST_AUTO_TEST_CASE(formulas_say_what_they_mean) {
  std::mt19937_64 random(7);
  RandomFormulas formulas(random);
  std::array<std::size_t, 2> found{};
  for (int i = 0; i < 4'000 / share; ++i) {
    const std::array<int, 2> sizes{1 + static_cast<int>(random() % 3),
                                   static_cast<int>(random() % 4)};
    RandomStructure structure(sizes, random);
    Values values{};
    std::vector<std::size_t> free;
    std::vector<int> given;
    proof::Variables variables_given;
    for (std::size_t k = 0; k < variables; ++k) {
      if (random() % 3 != 0 || sizes[k / 2] == 0) continue;
      values[k] = static_cast<int>(random() % static_cast<std::uint64_t>(sizes[k / 2]));
      free.push_back(k);
      given.push_back(values[k]);
      variables_given.push_back(formulas.variables_of()[k]);
    }
    const Meant meant = formulas.formula(structure, free);
    const bool expected = meant.meaning(values);
    ++found[expected ? 1 : 0];
    const proof::FiniteFormula formula(formulas.protocol(), variables_given, meant.formula);
    for (const bool early : {false, true}) {
      structure.tell_early(early);
      BOOST_REQUIRE_MESSAGE(formula.holds(structure, given) == expected,
                            meant.formula.to_string() << ", early " << early);
    }
  }
  BOOST_TEST(found[0] > 400U / share);
  BOOST_TEST(found[1] > 400U / share);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace synod::test
