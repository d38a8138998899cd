// Families of sets that a user describes by the sizes of their sets.
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "checker/input/input.hpp"
#include "checker/proof/claim.hpp"
#include "checker/proof/linear.hpp"
#include "checker/proof/meetings.hpp"
#include "checker/proof/quorum.hpp"
#include "checker/proof/solve.hpp"
#include "checker/proof/venn.hpp"
#include "checker/proof/words.hpp"

namespace synod::proof {
namespace {

constexpr std::size_t max_variables = 30;
constexpr int patience_seconds = 10;  ///< for what is asked before anything is proved

z3::expr compared(const z3::expr& left, Comparator relation, const z3::expr& right) {
  switch (relation) {
    case Comparator::greater: return left > right;
    case Comparator::at_least: return left >= right;
    case Comparator::equal: return left == right;
    case Comparator::at_most: return left <= right;
    case Comparator::less: return left < right;
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
    overlap_text = fmt::format("{}", fmt::join(split(request.overlap, blanks), " "));
    if (overlap.is_constant() && overlap.constant < overlap.denominator)
      throw InputError("overlap: " + quote(overlap_text) +
                       " is less than 1; at least one process has to be in common");
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
  std::vector<Number> numbers() const {
    std::vector<Number> all = variables();
    all.insert(all.begin(), {"n", n_});
    return all;
  }

  /// n >= 1 and the others >= 0.
  std::vector<Assertion> ranges() const {
    std::vector<Assertion> all = {{n_ >= 1}};
    for (const Number& number : variables()) all.push_back({number.value >= 0});
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

  /// Of each of these families, for the same numbers. The sizes suffice for that: a set has any
  /// number of processes from 0 to n.
  Query there_are_sets(const std::set<std::size_t>& families) const {
    Query query{.name = "there are such sets", .expected = Status::sat, .logic = "QF_LIA"};
    query.assertions = ranges();
    std::vector<Number> sizes;
    for (const std::size_t i : families) {
      const std::string& family = description_.families[i];
      const z3::expr size = context_.int_const(("size." + family).c_str());
      query.assertions.push_back({size >= 0});
      query.assertions.push_back({size <= n_});
      suppose_size(query.assertions, i, family, size);
      sizes.push_back({family, size});
    }
    suppose_assumptions(query.assertions);
    query.explain = [assertions = query.assertions, numbers = numbers(),
                     sizes](const z3::model& model) {
      return witness_text(model, assertions, numbers, sizes);
    };
    query.explain_core = [](const std::vector<std::string>& names) {
      return fmt::format("there are none, whatever the numbers: excluded by {}\n",
                         names.empty() ? "n >= 1" : fmt::format("{}", fmt::join(names, "; ")));
    };
    return query;
  }

  /// Numbers for which a family has no set.
  Query there_is_no_set(std::size_t family) const {
    Query query{.name = "numbers without such sets", .assertions = ranges(), .logic = "LIA"};
    suppose_assumptions(query.assertions);
    const z3::expr size = context_.int_const("size.any");
    std::vector<Assertion> fits = {{size >= 0}, {size <= n_}};
    suppose_size(fits, family, description_.families[family], size);
    z3::expr_vector conditions(context_);
    for (const Assertion& one : fits) conditions.push_back(one.formula);
    query.assertions.push_back({z3::forall(size, !z3::mk_and(conditions))});
    query.explain = [assertions = query.assertions, numbers = numbers()](const z3::model& model) {
      return smallest_text(model, assertions, numbers);
    };
    return query;
  }

  /// Of sets that there are not, anything would be true.
  Query premise(const Meeting& meeting) const {
    Query query = there_are_sets({meeting.begin(), meeting.end()});
    query.premise = true;
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

  /// Numbers for which nothing would have to be in common.
  Query overlap_of_nothing() const {
    Query query{.name = "an overlap of nothing", .assertions = ranges(), .logic = "QF_LIA"};
    suppose_assumptions(query.assertions);
    query.assertions.push_back({numerator(description_.overlap) <= 0});
    query.explain = [assertions = query.assertions, numbers = numbers()](const z3::model& model) {
      return smallest_text(model, assertions, numbers);
    };
    return query;
  }

 private:
  /// The same condition, typed twice, is one.
  static void add(std::vector<Assertion>& all, Assertion assertion) {
    for (const Assertion& one : all)
      if (one.name == assertion.name) return;
    all.push_back(std::move(assertion));
  }

  /// "n = 3, f = 1"
  static std::string numbers_text(const z3::model& model, const std::vector<Number>& numbers) {
    std::vector<std::string> parts;
    for (const Number& number : numbers)
      parts.push_back(number.name + " = " + value_text(model, number.value));
    return fmt::format("{}", fmt::join(parts, ", "));
  }

  static std::string smallest_text(const z3::model& model, const std::vector<Assertion>& assertions,
                                   const std::vector<Number>& numbers) {
    std::vector<z3::expr> small;
    for (const Number& number : numbers) small.push_back(number.value);
    return numbers_text(smallest(model, assertions, small), numbers);
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
    std::string text = numbers_text(least, numbers) + "\n";
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

/// "phase1 > n/2, phase2 >= n - f"
std::string sizes_text(const Description& description, const std::set<std::size_t>& families) {
  std::vector<std::string> sizes;
  for (const SizeCondition& one : description.sizes)
    for (const std::size_t family : families)
      if (one.family == description.families[family]) sizes.push_back(one.text);
  return fmt::format("{}", fmt::join(sizes, ", "));
}

/// ", if n > 2*f", or nothing.
std::string assumptions_text(const Description& description, std::string_view before) {
  if (description.assumptions.empty()) return "";
  std::vector<std::string> assumptions;
  for (const Comparison& one : description.assumptions) assumptions.push_back(one.text);
  return fmt::format("{}{}", before, fmt::join(assumptions, ", "));
}

/// "every n >= 1, every f >= 0"
std::string range_text(const Description& description, std::string_view quantifier) {
  std::string text = fmt::format("{} n >= 1", quantifier);
  if (!description.variables.empty())
    text += fmt::format(", {} {} >= 0", quantifier, fmt::join(description.variables, ", "));
  return text;
}

/// With an overlap of nothing, any sets would do.
void require_overlap(z3::context& context, const Description& description,
                     const Formulas& formulas) {
  if (description.overlap.is_constant()) return;
  const Solved solved = solve(context, formulas.overlap_of_nothing(), patience_seconds);
  if (solved.answer == Answer::sat)
    throw InputError(
        fmt::format("overlap: {} is not positive if {}, so nothing would have to be in common; "
                    "--assume can exclude that",
                    quote(description.overlap_text), solved.explanation));
  if (solved.answer == Answer::unknown)
    throw InputError(
        fmt::format("overlap: not decided in {} s whether {} is always positive, so that "
                    "something has to be in common; expected something simpler",
                    patience_seconds, quote(description.overlap_text)));
}

/// Of each family "; there is no set of q if n = 2", or nothing where there always is one: for
/// these numbers what is said of such sets says nothing.
std::vector<std::string> find_gaps(z3::context& context, const Description& description,
                                   const Formulas& formulas) {
  std::vector<std::string> gaps;
  for (std::size_t family = 0; family < description.families.size(); ++family) {
    const Solved solved = solve(context, formulas.there_is_no_set(family), patience_seconds);
    const std::string& name = description.families[family];
    if (solved.answer == Answer::sat)
      gaps.push_back(fmt::format("; there is no set of {} if {}", name, solved.explanation));
    else if (solved.answer == Answer::unknown)
      gaps.push_back(fmt::format("; not decided in {} s whether there always is a set of {}",
                                 patience_seconds, name));
    else
      gaps.emplace_back();
  }
  return gaps;
}

Obligation not_vacuous(const Description& description, const Formulas& formulas,
                       const std::vector<std::string>& gaps) {
  std::set<std::size_t> all;
  for (std::size_t i = 0; i < description.families.size(); ++i) all.insert(i);
  std::vector<std::string> numbers = description.variables;
  numbers.insert(numbers.begin(), "n");
  return {.name = "not_vacuous",
          .sentence = fmt::format("For some {}{} there is a set of every family: {}.",
                                  fmt::join(numbers, ", "), assumptions_text(description, " with "),
                                  sizes_text(description, all)),
          .scope = range_text(description, "some") + fmt::format("{}", fmt::join(gaps, "")),
          .queries = {formulas.there_are_sets(all)}};
}

}  // namespace

Topic quorum_of_sizes(const SizesRequest& request) {
  const Description description(request);
  Topic topic;
  const Formulas formulas(*topic.context, description);
  require_overlap(*topic.context, description, formulas);
  const std::vector<std::string> gaps = find_gaps(*topic.context, description, formulas);
  topic.obligations.push_back(not_vacuous(description, formulas, gaps));
  const bool one = description.overlap.is_constant() && description.overlap.constant == 1 &&
                   description.overlap.denominator == 1;
  for (const Meeting& meeting : description.meetings) {
    const std::set<std::size_t> families(meeting.begin(), meeting.end());
    std::string scope = range_text(description, "every") + "; any sets of processes";
    for (const std::size_t family : families) scope += gaps[family];
    const std::string common =
        one ? "a process in common"
            : "at least " + description.overlap_text + " processes in common";
    topic.obligations.push_back(
        {.name = meeting_name(description.families, meeting),
         .sentence =
             fmt::format("{} {}, where {}{}.", meeting_text(description.families, meeting), common,
                         sizes_text(description, families), assumptions_text(description, ", if ")),
         .scope = scope,
         .queries = {formulas.premise(meeting), formulas.too_few_in_common(meeting)}});
  }
  return topic;
}

}  // namespace synod::proof
