#include "checker/run/unroll.hpp"

#include <algorithm>

#include "checker/input/input.hpp"
#include "checker/report/text.hpp"

namespace synod {
namespace {

/// The parameters with the window as large as it gets.
Parameters widened(const System& system, const Parameters& parameters) {
  Assignments all = write_parameters(system, parameters, true);
  for (const ParameterSpec& spec : system.parameters) {
    if (spec.name != system.normal_form.window) continue;
    for (auto& [name, value] : all)
      if (name == spec.name) value = std::to_string(spec.high.value(parameters));
  }
  return resolve_parameters(system, all);
}

/// Two runs side by side, one of normal forms and one of states that have them.
class Follower {
 public:
  Follower(const ModelInstance& plain, const ModelInstance& normalised)
      : plain_(plain.observer()), normal_(normalised.observer()) {
    state_ = plain_->initial().front();
    form_ = normal_->initial().front();
  }

  /// Takes a step that is named on the normal form; returns its name on the state, or nothing when
  /// the bound leaves no room for it.
  std::optional<std::string> step(const std::string& text) {
    const Observer::Attempt next = normal_->attempt(form_, parse_step(*normal_, form_, text));
    if (!next.enabled) return std::nullopt;
    for (Observer::Successor& concrete : plain_->successors(state_, nullptr)) {
      if (plain_->normal_form(concrete.state) != next.after) continue;
      std::string name = step_text(*plain_, state_, concrete.label);
      if (name.substr(0, name.find('(')) != text.substr(0, text.find('('))) continue;
      state_ = std::move(concrete.state);
      form_ = next.after;
      return name;
    }
    return std::nullopt;
  }

 private:
  std::unique_ptr<Observer> plain_;
  std::unique_ptr<Observer> normal_;
  Cells state_;
  Cells form_;
};

}  // namespace

Unrolled unroll(const System& system, const Parameters& parameters, const Trace& trace,
                std::size_t rounds) {
  const auto model = system.instantiate(widened(system, parameters), trace.drops);
  Follower follower(*model, *model->normalised());
  Unrolled result;
  const auto begin = trace.actions.begin();
  const auto loop = begin + static_cast<std::ptrdiff_t>(*trace.loop);
  for (auto action = begin; action != loop; ++action) {
    const auto name = follower.step(*action);
    if (!name) throw ModelError(*action + " has no concrete counterpart");
    result.stem.push_back(*name);
  }
  std::vector<std::string> actions(loop, trace.actions.end());
  if (trace.loop_action) actions.push_back(*trace.loop_action);
  while (result.rounds.size() < rounds) {
    std::vector<std::string> round;
    for (const std::string& action : actions) {
      const auto name = follower.step(action);
      if (!name) return result;
      round.push_back(*name);
    }
    result.rounds.push_back(std::move(round));
  }
  return result;
}

}  // namespace synod
