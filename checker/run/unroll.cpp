#include "checker/run/unroll.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "checker/condition/conditioned_model.hpp"
#include "checker/input/input.hpp"
#include "checker/liveness/fairness.hpp"
#include "checker/liveness/ltl.hpp"
#include "checker/report/text.hpp"

namespace synod {
namespace {

/// The parameters with the window as large as it gets.
Parameters widened(const System& system, const Parameters& parameters,
                   const std::vector<Drop>& drops) {
  const auto window = std::find_if(
      system.parameters.begin(), system.parameters.end(),
      [&](const ParameterSpec& spec) { return spec.name == system.normal_form.window; });
  for (int size = window->high.value(parameters); size > parameters[window->name]; --size) {
    Assignments all = write_parameters(system, parameters, true);
    for (auto& [name, value] : all)
      if (name == window->name) value = std::to_string(size);
    try {
      Parameters wide = resolve_parameters(system, all);
      system.instantiate(wide, drops);
      return wide;
    } catch (const StateTooLarge&) {
      // With a smaller one, perhaps.
    }
  }
  return parameters;
}

/// Which initial normal form a run begins in. Where there is more room, they are the same ones.
std::size_t beginning_of(const System& system, const Parameters& parameters, const Trace& trace) {
  const std::vector<Cells> initial =
      system.instantiate(parameters, trace.drops)->normalised()->observer()->initial();
  const auto first = std::find(initial.begin(), initial.end(), trace.states.front());
  if (first == initial.end()) throw InputError("the run begins in no initial state");
  return static_cast<std::size_t>(first - initial.begin());
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
        atoms_(atoms(parse_formula(trace.formula, nullptr, named_members(*plain_)))) {
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

  const Cells& state() const { return state_; }

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
  Unrolled result;
  UnrolledRun& run = result.run;
  const Parameters wide = widened(system, parameters, trace.drops);
  const auto model = system.instantiate(wide, trace.drops);
  Follower follower(*model, trace, beginning_of(system, parameters, trace));
  run = {
      write_parameters(system, wide, true), model->observer()->variables(), {follower.state()}, {}};
  const auto begin = trace.actions.begin();
  const auto loop = begin + static_cast<std::ptrdiff_t>(*trace.loop);
  for (auto action = begin; action != loop; ++action) {
    const auto name = follower.step(*action);
    if (!name) {
      result.fault = fmt::format("{} leads elsewhere from them", action_of(*action));
      return result;
    }
    result.stem.push_back(*name);
    run.states.push_back(follower.state());
  }
  std::vector<std::string> actions(loop, trace.actions.end());
  if (trace.loop_action) actions.push_back(*trace.loop_action);
  bool room = true;
  while (room && result.rounds.size() < rounds) {
    std::vector<std::string> round;
    std::vector<Cells> states;
    follower.begin_round();
    for (const std::string& action : actions) {
      const auto name = follower.step(action);
      room = name.has_value();
      if (!room) break;
      round.push_back(*name);
      states.push_back(follower.state());
      if (round.size() < actions.size()) follower.look();
    }
    if (!room) break;
    const std::string unfair = follower.unfair();
    if (!unfair.empty()) {
      result.fault = fmt::format("what {} asks for is not the same of them", unfair);
      return result;
    }
    run.states.insert(run.states.end(), states.begin(), states.end());
    result.rounds.push_back(std::move(round));
    if (actions.empty()) break;  // it stays where it is
  }
  run.actions = result.stem;
  for (const std::vector<std::string>& round : result.rounds)
    run.actions.insert(run.actions.end(), round.begin(), round.end());
  if (result.rounds.empty())
    result.fault = fmt::format("a run that was found on them needs more {} than {} can have",
                               system.normal_form.window, system.name);
  if (!follower.differing().empty())
    result.fault = fmt::format("{} is not the same in them", follower.differing());
  return result;
}

std::string why_not_unrolled(const System& system, const Trace& trace) {
  const UnrolledRun& run = *trace.unrolled;
  const auto model = system.instantiate(resolve_parameters(system, run.parameters), trace.drops);
  const auto plain = model->observer();
  const auto normal = model->normalised()->observer();
  Cells form =
      normal->initial()[beginning_of(system, resolve_parameters(system, trace.parameters), trace)];
  const std::vector<Cells> initial = plain->initial();
  if (std::find(initial.begin(), initial.end(), run.states[0]) == initial.end() ||
      plain->normal_form(run.states[0]) != form)
    return "it does not begin as the model does";
  const std::size_t last = trace.states.size() - 1;
  std::size_t position = 0;
  for (std::size_t i = 0; i < run.actions.size(); ++i) {
    const auto fail = [&](const std::string& why) {
      return fmt::format("at state {}: {} {}", i + 1, run.actions[i], why);
    };
    try {
      const Observer::Attempt attempt =
          plain->attempt(run.states[i], parse_step(*plain, run.states[i], run.actions[i]));
      if (!attempt.enabled) return fail("is disabled");
      if (attempt.after != run.states[i + 1]) return fail("leads to another state");
      if (position == last && !trace.loop_action) return fail("goes on after the run's end");
      const std::string& action = position == last ? *trace.loop_action : trace.actions[position];
      position = position == last ? *trace.loop : position + 1;
      const Observer::Attempt step = normal->attempt(form, parse_step(*normal, form, action));
      if (!step.enabled || plain->normal_form(attempt.after) != step.after)
        return fail("leads to another normal form than " + action);
      form = step.after;
    } catch (const InputError& error) {
      return fail(error.what());
    }
  }
  return "";
}

}  // namespace synod
