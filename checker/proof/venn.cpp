#include "checker/proof/venn.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <stdexcept>
#include <utility>

#include "checker/proof/solve.hpp"

namespace synod::proof {
namespace {

/// Milliseconds for each question that makes an example smaller.
constexpr unsigned patience = 2000;

z3::expr sum_of(z3::context& context, const std::vector<z3::expr>& terms, bool real) {
  if (terms.empty()) return real ? context.real_val(0) : context.int_val(0);
  z3::expr sum = terms[0];
  for (std::size_t i = 1; i < terms.size(); ++i) sum = sum + terms[i];
  return sum;
}

/// "A", "A and B", "A, B and C".
std::string list_text(const std::vector<std::string>& names) {
  if (names.size() < 2) return names.empty() ? "" : names[0];
  const std::vector<std::string> all_but_last(names.begin(), names.end() - 1);
  return fmt::format("{} and {}", fmt::join(all_but_last, ", "), names.back());
}

}  // namespace

Venn::Venn(z3::context& context, std::vector<std::string> sets, bool weighted,
           const std::string& total, const std::string& prefix)
    : context_(context), names_(std::move(sets)), total_(context.int_const(total.c_str())) {
  if (names_.size() > 6) throw std::logic_error("a diagram of more than 6 sets");
  for (unsigned mask = 0; mask < 1U << names_.size(); ++mask) {
    std::string name = prefix;
    for (std::size_t i = 0; i < names_.size(); ++i)
      if ((mask >> i & 1) != 0) name += "." + names_[i];
    if (mask == 0) name = "not." + prefix;
    Region region{mask, context.int_const(name.c_str()), std::nullopt};
    if (weighted) region.weight = context.real_const(("weight." + name).c_str());
    regions_.push_back(std::move(region));
  }
  // All of the first set first, what is in none last: sets are then ranges where they can be.
  std::stable_sort(regions_.begin(), regions_.end(), [](const Region& a, const Region& b) {
    return std::countr_zero(a.sets) < std::countr_zero(b.sets);
  });
}

bool Venn::is_in(const Region& region, const Common& common) {
  const auto has = [&](std::size_t set) { return (region.sets >> set & 1) != 0; };
  return std::all_of(common.in.begin(), common.in.end(), has) &&
         std::none_of(common.out.begin(), common.out.end(), has);
}

z3::expr Venn::size(const Common& common) const {
  std::vector<z3::expr> terms;
  for (const Region& region : regions_)
    if (is_in(region, common)) terms.push_back(region.size);
  return sum_of(context_, terms, false);
}

z3::expr Venn::weight(const Common& common) const {
  std::vector<z3::expr> terms;
  for (const Region& region : regions_)
    if (is_in(region, common)) terms.push_back(region.weight.value());
  return sum_of(context_, terms, true);
}

std::vector<Assertion> Venn::assertions() const {
  std::vector<Assertion> all = {{total_ >= 1}, {total_ == size(Common{{}})}};
  for (const Region& region : regions_) {
    all.push_back({region.size >= 0});
    if (!region.weight) continue;
    all.push_back({*region.weight >= 0});
    all.push_back({z3::implies(region.size == 0, *region.weight == 0)});
  }
  return all;
}

std::vector<Assertion> Venn::whole_weights() const {
  std::vector<Assertion> all;
  for (const Region& region : regions_)
    if (region.weight) all.push_back({z3::is_int(*region.weight)});
  return all;
}

std::vector<z3::expr> Venn::small_numbers() const {
  std::vector<const Region*> order;
  for (const Region& region : regions_) order.push_back(&region);
  // First as little as possible in many sets at once.
  std::stable_sort(order.begin(), order.end(), [](const Region* a, const Region* b) {
    return std::popcount(a->sets) > std::popcount(b->sets);
  });
  std::vector<z3::expr> numbers;
  const bool weighted = regions_[0].weight.has_value();
  if (weighted) numbers.push_back(total_weight());
  for (const Region* const region : order) numbers.push_back(region->size);
  if (weighted)
    for (const Region* const region : order) numbers.push_back(*region->weight);
  return numbers;
}

std::string Venn::example(const z3::model& model, const Common& common) const {
  std::vector<std::pair<unsigned, Range>> placed;
  std::int64_t next = 1;
  for (const Region& region : regions_) {
    const auto count = small_value(model, region.size);
    if (!count) return "too many processes to be numbered\n";
    placed.push_back({region.sets, {next, *count}});
    next += *count;
  }
  const auto ranges = [&](const Common& wanted) {
    std::vector<Range> result;
    for (std::size_t i = 0; i < regions_.size(); ++i)
      if (is_in(regions_[i], wanted)) result.push_back(placed[i].second);
    return set_text(result);
  };
  const auto weighs = [&](const Common& wanted) {
    return regions_[0].weight ? ", weight " + value_text(model, weight(wanted)) : std::string();
  };
  std::string text;
  if (regions_[0].weight) {
    std::vector<std::string> weights;
    for (std::size_t i = 0; i < regions_.size(); ++i) {
      const Range& range = placed[i].second;
      if (range.count > 0)
        weights.push_back(fmt::format("{} of {}", value_text(model, *regions_[i].weight),
                                      set_text({{range.from, 1}})));
      if (range.count > 1)
        weights.push_back("0 of " + set_text({{range.from + 1, range.count - 1}}));
    }
    text += fmt::format("weights: {}; together {}\n", fmt::join(weights, ", "),
                        value_text(model, total_weight()));
  }
  for (std::size_t i = 0; i < names_.size(); ++i)
    text += fmt::format("{} = {}{}\n", names_[i], ranges(Common{{i}}), weighs(Common{{i}}));
  const auto names = [&](const std::vector<std::size_t>& sets) {
    std::vector<std::string> result;
    for (const std::size_t set : sets) result.push_back(names_[set]);
    return list_text(result);
  };
  std::vector<std::string> where;
  if (!common.in.empty()) where.push_back("in " + names(common.in));
  if (!common.out.empty()) where.push_back("not in " + names(common.out));
  text += fmt::format("{}: {}{}\n", fmt::join(where, ", "), ranges(common), weighs(common));
  return text;
}

z3::model smallest(const z3::model& model, const std::vector<Assertion>& assertions,
                   const std::vector<z3::expr>& numbers, const std::vector<z3::expr>& preferred) {
  z3::context& context = model.ctx();
  z3::solver solver(context);
  z3::params params(context);
  params.set("timeout", patience);
  solver.set(params);
  for (const Assertion& assertion : assertions) solver.add(assertion.formula);
  z3::model best = model;
  solver.push();
  for (const z3::expr& wish : preferred) solver.add(wish);
  if (check(solver, nullptr) == z3::sat)
    best = solver.get_model();
  else
    solver.pop();
  for (const z3::expr& number : numbers) {
    const auto value = [&](std::int64_t of) {
      return number.is_real() ? context.real_val(of) : context.int_val(of);
    };
    std::optional<std::int64_t> high = small_value(best, number);
    std::int64_t low = 0;
    while (high && low < *high) {
      const std::int64_t middle = low + (*high - low) / 2;
      solver.push();
      solver.add(number <= value(middle));
      const z3::check_result answer = check(solver, nullptr);
      if (answer == z3::sat) {
        best = solver.get_model();
        high = small_value(best, number);
      }
      solver.pop();
      if (answer == z3::unknown) return best;
      if (answer == z3::unsat) low = middle + 1;
    }
    if (!high) return best;
    solver.add(number <= value(*high));
  }
  return best;
}

std::string value_text(const z3::model& model, const z3::expr& number) {
  const z3::expr value = model.eval(number, true).simplify();
  return value.is_numeral() ? value.get_decimal_string(6) : value.to_string();
}

std::optional<std::int64_t> small_value(const z3::model& model, const z3::expr& number) {
  const z3::expr value = model.eval(number, true).simplify();
  std::int64_t result = 0;
  if (!value.is_numeral() || !value.is_numeral_i64(result)) return std::nullopt;
  constexpr std::int64_t most = 1'000'000'000'000'000;
  return result >= -most && result <= most ? std::optional(result) : std::nullopt;
}

std::string set_text(const std::vector<Range>& ranges) {
  // Ranges that touch are one; few members are written out.
  std::vector<Range> joined;
  std::int64_t members = 0;
  for (const Range& range : ranges) {
    if (range.count == 0) continue;
    members += range.count;
    if (!joined.empty() && joined.back().from + joined.back().count == range.from)
      joined.back().count += range.count;
    else
      joined.push_back(range);
  }
  std::vector<std::string> parts;
  for (const Range& range : joined) {
    const std::int64_t last = range.from + range.count - 1;
    if (members > 12 && range.count > 2)
      parts.push_back(fmt::format("{}..{}", range.from, last));
    else
      for (std::int64_t member = range.from; member <= last; ++member)
        parts.push_back(std::to_string(member));
  }
  return fmt::format("{{{}}}", fmt::join(parts, ", "));
}

}  // namespace synod::proof
