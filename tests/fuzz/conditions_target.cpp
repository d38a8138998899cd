#include <random>
#include <utility>
#include <vector>

#include "checker/condition/conditioned_model.hpp"
#include "checker/condition/program.hpp"
#include "checker/input/input.hpp"
#include "model/catalogue.hpp"
#include "tests/fuzz/targets.hpp"

namespace synod::fuzz {
namespace {

/// A system under its default parameters and some states, made once.
struct Prepared {
  std::unique_ptr<ModelInstance> model;
  std::shared_ptr<const Vocabulary> vocabulary;
  std::vector<Cells> states;
};

const std::vector<Prepared>& prepared() {
  static const std::vector<Prepared> all = [] {
    std::vector<Prepared> result;
    std::mt19937_64 random(1);
    for (const System& system : catalogue()) {
      Prepared one{system.instantiate(resolve_parameters(system, {}), {}), nullptr, {}};
      const auto observer = one.model->observer();
      one.vocabulary = vocabulary_of(*observer);
      one.states.push_back(observer->initial()[0]);
      for (int i = 0; i < 3; ++i) one.states.push_back(random_cells(observer->variables(), random));
      result.push_back(std::move(one));
    }
    return result;
  }();
  return all;
}

void check_condition(const Prepared& system, std::string_view text) {
  try {
    const Condition condition = parse_condition(text, system.vocabulary);
    const ConditionProgram program(condition, *system.model);
    for (const Cells& state : system.states) {
      const bool holds = condition.holds(state);
      require(program.holds(system.model->pack(state).data()) == holds,
              "the program and the tree differ");
      if (!holds) require_one_line(printable(condition.why_false(state).text));
    }
  } catch (const FormulaError& error) {
    require_one_line(error.what());
    require(error.position <= text.size(), "an error beyond the text");
  }
}

void check_formula(const Prepared& system, std::string_view text) {
  try {
    ConditionReader reader(system.vocabulary);
    const Formula formula = parse_formula(text, &reader);
    ConditionReader again(system.vocabulary);
    require(parse_formula(synod::text(formula), &again) == formula,
            "a formula changed by being written and read");
  } catch (const FormulaError& error) {
    require_one_line(error.what());
    require(error.position <= text.size(), "an error beyond the text");
  }
}

}  // namespace

void conditions_target(std::string_view text) {
  for (const Prepared& system : prepared()) {
    check_condition(system, text);
    check_formula(system, text);
  }
}

}  // namespace synod::fuzz
