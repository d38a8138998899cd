#include "checker/run/unroll.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "checker/input/input.hpp"
#include "checker/liveness/fairness.hpp"
#include "checker/liveness/ltl.hpp"
#include "checker/report/text.hpp"

namespace synod {
namespace {

/// The model with the window as large as it gets.
std::unique_ptr<ModelInstance> widened(const System& system, const Parameters& parameters,
                                       const std::vector<Drop>& drops) {
  const auto window = std::find_if(
      system.parameters.begin(), system.parameters.end(),
      [&](const ParameterSpec& spec) { return spec.name == system.normal_form.window; });
  for (int size = window->high.value(parameters); size > parameters[window->name]; --size) {
    Assignments all = write_parameters(system, parameters, true);
    for (auto& [name, value] : all)
      if (name == window->name) value = std::to_string(size);
    try {
      return system.instantiate(resolve_parameters(system, all), drops);
    } catch (const StateTooLarge&) {
      // With a smaller one, perhaps.
    }
  }
  return system.instantiate(parameters, drops);
}

std::string action_of(const std::string& step) { return step.substr(0, step.find('(')); }

/// Two runs side by side, one of normal forms and one of states that have them.
class Follower {
 public:
  /// From the initial state of this number.
  Follower(const ModelInstance& model, const Trace& trace, std::size_t first)
      : normal_(model.normalised()->observer()),
        plain_(model.observer()),
        fairness_(trace.fairness, *plain_),
        atoms_(atoms(parse_formula(trace.formula))) {
    for (const ActionInfo& action : plain_->actions()) labels_ += action.labels;
    form_ = normal_->initial()[first];
    for (const Cells& state : plain_->initial())
      if (state_.empty() && plain_->normal_form(state) == form_) state_ = state;
    compare();
  }

  /// Takes a step that is named on the normal form; returns its name on the state, or nothing when
  /// there is no such step.
  std::optional<std::string> step(const std::string& text) {
    const Observer::Attempt next = normal_->attempt(form_, parse_step(*normal_, form_, text));
    if (!next.enabled) return std::nullopt;
    for (Observer::Successor& concrete : plain_->successors(state_, nullptr)) {
      if (plain_->normal_form(concrete.state) != next.after) continue;
      std::string name = step_text(*plain_, state_, concrete.label);
      if (action_of(name) != action_of(text)) continue;
      if (concrete.state != state_) taken_ |= fairness_.of(state_, concrete.label);
      state_ = std::move(concrete.state);
      form_ = next.after;
      compare();
      return name;
    }
    return std::nullopt;
  }

  void begin_round() {
    taken_ = 0;
    always_enabled_ = ~StepGroups{0};
    once_enabled_ = 0;
    look();
  }
  /// What is enabled in the present state counts for the round.
  void look() {
    StepGroups enabled = 0;
    for (std::uint32_t label = 0; label < labels_; ++label) {
      const Observer::Attempt attempt = plain_->attempt(state_, label);
      const Part* const failed = attempt.failed();
      const bool cut = failed != nullptr && failed->kind == Part::Kind::bound;
      if (cut || (attempt.enabled && attempt.after != state_))
        enabled |= fairness_.of(state_, label);
    }
    always_enabled_ &= enabled;
    once_enabled_ |= enabled;
  }
  /// The first assumption that a round like the last one for ever would not keep; empty: none.
  std::string unfair() const {
    const StepGroups broken =
        (((fairness_.weak() & always_enabled_) | (fairness_.strong() & once_enabled_)) & ~taken_) |
        (fairness_.finite() & taken_);
    for (std::size_t g = 0; g < fairness_.groups().size(); ++g)
      if ((broken >> g & 1) != 0) return fairness_.groups()[g].text;
    return "";
  }
  /// A predicate that differed between a state and its normal form; empty: none.
  const std::string& differing() const { return differing_; }

 private:
  void compare() {
    for (const std::string& name : atoms_) {
      const bool on_form = normal_->judge(form_, find_property(normal_->properties(), name)).holds;
      const bool on_state = plain_->judge(state_, find_property(plain_->properties(), name)).holds;
      if (on_form != on_state && differing_.empty()) differing_ = name;
    }
  }

  std::unique_ptr<Observer> normal_;
  std::unique_ptr<Observer> plain_;
  Fairness fairness_;
  std::vector<std::string> atoms_;
  std::uint32_t labels_ = 0;
  Cells state_;
  Cells form_;
  StepGroups taken_ = 0;
  StepGroups always_enabled_ = 0;
  StepGroups once_enabled_ = 0;
  std::string differing_;
};

}  // namespace

Unrolled unroll(const System& system, const Parameters& parameters, const Trace& trace,
                std::size_t rounds) {
  const auto model = widened(system, parameters, trace.drops);
  // Where there is more room, the initial states are the same ones.
  const std::vector<Cells> initial =
      system.instantiate(parameters, trace.drops)->normalised()->observer()->initial();
  const auto first = std::find(initial.begin(), initial.end(), trace.states.front());
  if (first == initial.end()) throw ModelError("the run begins in no initial state");
  Follower follower(*model, trace, static_cast<std::size_t>(first - initial.begin()));
  Unrolled result;
  const auto begin = trace.actions.begin();
  const auto loop = begin + static_cast<std::ptrdiff_t>(*trace.loop);
  for (auto action = begin; action != loop; ++action) {
    const auto name = follower.step(*action);
    if (!name) {
      result.fault = fmt::format("{} leads elsewhere from them", action_of(*action));
      return result;
    }
    result.stem.push_back(*name);
  }
  std::vector<std::string> actions(loop, trace.actions.end());
  if (trace.loop_action) actions.push_back(*trace.loop_action);
  bool room = true;
  while (room && result.rounds.size() < rounds) {
    std::vector<std::string> round;
    follower.begin_round();
    for (const std::string& action : actions) {
      const auto name = follower.step(action);
      room = name.has_value();
      if (!room) break;
      round.push_back(*name);
      if (round.size() < actions.size()) follower.look();
    }
    if (!room) break;
    const std::string unfair = follower.unfair();
    if (!unfair.empty()) {
      result.fault = fmt::format("what {} asks for is not the same of them", unfair);
      return result;
    }
    result.rounds.push_back(std::move(round));
    if (actions.empty()) break;  // it stays where it is
  }
  if (result.rounds.empty())
    result.fault = fmt::format("a run that was found on them needs more {} than {} can have",
                               system.normal_form.window, system.name);
  if (!follower.differing().empty())
    result.fault = fmt::format("{} is not the same in them", follower.differing());
  return result;
}

}  // namespace synod
