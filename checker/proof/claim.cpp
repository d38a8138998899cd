#include "checker/proof/claim.hpp"

#include <fmt/format.h>

namespace synod::proof {
namespace {

void append(std::vector<Assertion>& all, const std::vector<Assertion>& more) {
  all.insert(all.end(), more.begin(), more.end());
}

/// "n = 3, f = 1", and the sets.
std::string example_text(const Setting& setting, const z3::model& model) {
  std::string text = "n = " + value_text(model, setting.venn.total());
  for (const Number& number : setting.numbers)
    text += fmt::format(", {} = {}", number.name, value_text(model, number.value));
  return text + "\n" + setting.venn.example(model, setting.common);
}

}  // namespace

std::vector<Assertion> Setting::assertions() const {
  std::vector<Assertion> all = venn.assertions();
  for (const Number& number : numbers) all.push_back({number.value >= 0});
  append(all, always);
  return all;
}

Hypothesis at_least(const std::string& text, const z3::expr& number, const z3::expr& bound) {
  return {{number >= bound, text}, {number >= bound - 1, text + " - 1"}};
}

Hypothesis at_most(const std::string& text, const z3::expr& number, const z3::expr& bound) {
  return {{number <= bound, text}, {number <= bound + 1, text + " + 1"}};
}

Hypothesis more_than(const std::string& number_text, const std::string& bound_text,
                     const z3::expr& number, const z3::expr& bound) {
  return {{number > bound, number_text + " > " + bound_text},
          {number >= bound, number_text + " >= " + bound_text}};
}

std::string core_text(const std::vector<std::string>& names) {
  return fmt::format("rests on: {}\n", fmt::join(names, "; "));
}

Query question(const Setting& setting, const std::string& name, Status expected,
               const std::vector<Assertion>& supposed) {
  Query query{.name = name,
              .assertions = setting.assertions(),
              .expected = expected,
              .logic = setting.weighted ? "QF_LIRA" : "QF_LIA"};
  if (expected == Status::sat) append(query.assertions, setting.venn.whole_weights());
  append(query.assertions, supposed);
  query.explain = [setting, assertions = query.assertions](const z3::model& model) {
    std::vector<z3::expr> numbers = {setting.venn.total()};
    for (const Number& number : setting.numbers) numbers.push_back(number.value);
    for (const z3::expr& number : setting.venn.small_numbers()) numbers.push_back(number);
    // That an empty set misses another one is no news.
    std::vector<z3::expr> not_empty;
    for (const std::size_t set : setting.common.in)
      not_empty.push_back(setting.venn.size(set) >= 1);
    return example_text(setting, smallest(model, assertions, numbers, not_empty));
  };
  query.explain_core = core_text;
  return query;
}

void prove(Obligation& obligation, const Setting& setting, const std::string& name,
           const std::vector<Hypothesis>& hypotheses, const z3::expr& conclusion) {
  std::vector<Assertion> all;
  for (const Hypothesis& hypothesis : hypotheses) all.push_back(hypothesis.holds);
  all.push_back({!conclusion});
  obligation.queries.push_back(question(setting, name, Status::unsat, all));
  for (std::size_t i = 0; i < hypotheses.size(); ++i) {
    std::vector<Assertion> weakened = all;
    weakened[i] = hypotheses[i].weaker;
    obligation.controls.push_back(
        {fmt::format("{}, with {} only", name, hypotheses[i].weaker.name),
         {question(setting, fmt::format("{}, weakened {}", name, i + 1), Status::sat, weakened)}});
  }
}

void refute(Obligation& obligation, const Setting& setting, const std::string& name,
            const std::vector<Assertion>& supposed, const z3::expr& conclusion) {
  std::vector<Assertion> all = supposed;
  all.push_back({!conclusion});
  obligation.queries.push_back(question(setting, name, Status::sat, all));
}

}  // namespace synod::proof
