// Families of sets that a user describes by the sizes of their sets.
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "checker/input/input.hpp"
#include "checker/proof/claim.hpp"
#include "checker/proof/linear.hpp"
#include "checker/proof/meetings.hpp"
#include "checker/proof/quorum.hpp"
#include "checker/proof/venn.hpp"

namespace synod::proof {
namespace {

constexpr std::size_t max_variables = 30;

z3::expr compared(const z3::expr& left, Relation relation, const z3::expr& right) {
  switch (relation) {
    case Relation::greater: return left > right;
    case Relation::at_least: return left >= right;
    case Relation::equal: return left == right;
    case Relation::at_most: return left <= right;
    case Relation::less: return left < right;
  }
  throw std::logic_error("no such comparison");
}

/// What the user has typed, read and checked.
struct Description {
  std::vector<std::string> families;
  std::vector<SizeCondition> sizes;
  std::vector<Comparison> assumptions;
  Linear overlap;
  std::string overlap_text;
  std::vector<Meeting> meetings;
  std::vector<std::string> variables;  ///< all but n

  explicit Description(const SizesRequest& request) {
    std::vector<NameUse> uses;
    sizes = parse_sizes(request.sizes, "sizes", uses);
    for (std::size_t i = 0; i < request.assumptions.size(); ++i) {
      const bool only = request.assumptions.size() == 1;
      const std::string what = only ? "assumption" : fmt::format("assumption {}", i + 1);
      for (Comparison& one : parse_comparisons(request.assumptions[i], what, uses))
        assumptions.push_back(std::move(one));
    }
    overlap = parse_linear(request.overlap, "overlap", uses);
    overlap_text = request.overlap;
    if (overlap.is_constant() && overlap.constant < overlap.denominator)
      throw InputError("overlap: " + quote(request.overlap) +
                       " is less than 1, so nothing would have to be in common");
    for (const SizeCondition& size : sizes)
      if (std::find(families.begin(), families.end(), size.family) == families.end())
        families.push_back(size.family);
    if (families.size() > max_families)
      throw InputError(
          fmt::format("sizes: {} families, of at most {}", families.size(), max_families));
    read_names(uses);
    meetings = proof::meetings(families, request.intersect);
  }

 private:
  void read_names(const std::vector<NameUse>& uses) {
    std::set<std::string> names;
    for (const NameUse& use : uses) {
      if (std::find(families.begin(), families.end(), use.name) != families.end())
        throw InputError(
            fmt::format("{}, column {}: {} is a family of sets; expected a number or "
                        "a variable",
                        use.what, use.column, use.name));
      // It would be a variable that has nothing to do with it.
      if (use.name == "N")
        throw InputError(fmt::format(
            "{}, column {}: N is no variable; the number of processes is n", use.what, use.column));
      if (use.name != "n") names.insert(use.name);
    }
    if (names.size() > max_variables)
      throw InputError(fmt::format("{} variables, of at most {}", names.size(), max_variables));
    variables.assign(names.begin(), names.end());
  }
};

/// Its formulas.
class Formulas {
 public:
  Formulas(z3::context& context, const Description& description)
      : context_(context), description_(description), n_(context.int_const("n")) {}

  Number variable(const std::string& name) const {
    // A name that means something in SMT-LIB, like let, does not with this before it.
    return {name, name == "n" ? n_ : context_.int_const(("number." + name).c_str())};
  }
  std::vector<Number> variables() const {
    std::vector<Number> all;
    for (const std::string& name : description_.variables) all.push_back(variable(name));
    return all;
  }

  /// Times its denominator.
  z3::expr numerator(const Linear& linear) const {
    z3::expr sum = context_.int_val(linear.constant);
    for (const auto& [name, count] : linear.terms)
      sum = sum + context_.int_val(count) * variable(name).value;
    return sum;
  }

  void suppose_assumptions(std::vector<Assertion>& all) const {
    for (const Comparison& one : description_.assumptions)
      add(all, {compared(numerator(one.difference), one.relation, context_.int_val(0)), one.text});
  }

  /// That a set of the family, which has this name, has the right size.
  void suppose_size(std::vector<Assertion>& all, std::size_t family, const std::string& set,
                    const z3::expr& size) const {
    for (const SizeCondition& one : description_.sizes) {
      if (one.family != description_.families[family]) continue;
      const z3::expr scaled = context_.int_val(one.bound.denominator) * size;
      const bool alone = set == one.family;
      add(all, {compared(scaled, one.relation, numerator(one.bound)),
                alone ? one.text : set + ": " + one.text});
    }
  }

  /// The sizes suffice for that: a set has any number of processes from 0 to n.
  Query there_are_sets() const {
    Query query{.name = "there are such sets", .expected = Status::sat, .logic = "QF_LIA"};
    query.assertions = {{n_ >= 1}};
    std::vector<Number> numbers = {{"n", n_}};
    for (const Number& number : variables()) {
      query.assertions.push_back({number.value >= 0});
      numbers.push_back(number);
    }
    std::vector<Number> sizes;
    for (std::size_t i = 0; i < description_.families.size(); ++i) {
      const std::string& family = description_.families[i];
      const z3::expr size = context_.int_const(("size." + family).c_str());
      query.assertions.push_back({size >= 0});
      query.assertions.push_back({size <= n_});
      suppose_size(query.assertions, i, family, size);
      sizes.push_back({family, size});
    }
    suppose_assumptions(query.assertions);
    query.explain = [assertions = query.assertions, numbers, sizes](const z3::model& model) {
      return witness_text(model, assertions, numbers, sizes);
    };
    query.explain_core = [](const std::vector<std::string>& names) {
      return fmt::format("no such sets exist, so nothing is proved: excluded by {}\n",
                         names.empty() ? "n >= 1" : fmt::format("{}", fmt::join(names, "; ")));
    };
    return query;
  }

  Query too_few_in_common(const Meeting& meeting) const {
    const std::vector<std::string> sets = set_names(description_.families, meeting);
    Setting setting{Venn(context_, sets), {}, variables()};
    std::vector<Assertion> supposed;
    for (std::size_t i = 0; i < sets.size(); ++i) {
      setting.common.in.push_back(i);
      suppose_size(supposed, meeting[i], sets[i], setting.venn.size(i));
    }
    suppose_assumptions(supposed);
    const z3::expr common = setting.venn.size(setting.common);
    const Linear& overlap = description_.overlap;
    supposed.push_back({context_.int_val(overlap.denominator) * common < numerator(overlap)});
    return question(setting, "sets with too few processes in common", Status::unsat, supposed);
  }

 private:
  /// The same condition, typed twice, is one.
  static void add(std::vector<Assertion>& all, Assertion assertion) {
    for (const Assertion& one : all)
      if (one.name == assertion.name) return;
    all.push_back(std::move(assertion));
  }

  static std::string witness_text(const z3::model& model, const std::vector<Assertion>& assertions,
                                  const std::vector<Number>& numbers,
                                  const std::vector<Number>& sizes) {
    std::vector<z3::expr> small;
    std::vector<z3::expr> not_empty;
    for (const Number& number : numbers) small.push_back(number.value);
    for (const Number& size : sizes) {
      small.push_back(size.value);
      not_empty.push_back(size.value >= 1);
    }
    const z3::model least = smallest(model, assertions, small, not_empty);
    std::vector<std::string> parts;
    for (const Number& number : numbers)
      parts.push_back(number.name + " = " + value_text(least, number.value));
    std::string text = fmt::format("{}\n", fmt::join(parts, ", "));
    for (const Number& size : sizes) {
      const auto members = small_value(least, size.value);
      text += size.name + " = " +
              (members ? set_text({{1, *members}}) : value_text(least, size.value) + " processes") +
              "\n";
    }
    return text;
  }

  z3::context& context_;
  const Description& description_;
  z3::expr n_;
};

/// "phase1 > n/2 and phase2 >= n - f, if n > 2*f"
std::string conditions_text(const Description& description, const Meeting& meeting) {
  std::vector<std::string> sizes;
  for (const SizeCondition& one : description.sizes)
    for (const std::size_t family : std::set(meeting.begin(), meeting.end()))
      if (one.family == description.families[family]) sizes.push_back(one.text);
  std::vector<std::string> assumptions;
  for (const Comparison& one : description.assumptions) assumptions.push_back(one.text);
  return fmt::format("{}{}{}", fmt::join(sizes, ", "), assumptions.empty() ? "" : ", if ",
                     fmt::join(assumptions, ", "));
}

}  // namespace

Topic quorum_of_sizes(const SizesRequest& request) {
  const Description description(request);
  Topic topic;
  const Formulas formulas(*topic.context, description);
  const std::string variables =
      description.variables.empty()
          ? ""
          : fmt::format(", every {} >= 0", fmt::join(description.variables, ", "));
  const std::string scope = "every n >= 1" + variables + "; any sets of processes";
  topic.obligations.push_back({.name = "not_vacuous",
                               .sentence = "There are sets of these sizes in every family.",
                               .scope = "some n >= 1" + variables,
                               .queries = {formulas.there_are_sets()}});
  const bool one = description.overlap.is_constant() && description.overlap.constant == 1 &&
                   description.overlap.denominator == 1;
  for (const Meeting& meeting : description.meetings) {
    const std::string common =
        one ? "a process in common"
            : "at least " + description.overlap_text + " processes in common";
    topic.obligations.push_back(
        {.name = meeting_name(description.families, meeting),
         .sentence = fmt::format("{} {}, where {}.", meeting_text(description.families, meeting),
                                 common, conditions_text(description, meeting)),
         .scope = scope,
         // Of sets that there are not, anything would be true.
         .queries = {formulas.there_are_sets(), formulas.too_few_in_common(meeting)}});
  }
  return topic;
}

}  // namespace synod::proof
