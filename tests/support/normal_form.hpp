// Whether a normal form is right: whatever the model can do, it can do with normal forms, and the
// other way round.
//
// What a normal form renumbers (ballots, terms) a model counts without end, and an instance up to a
// bound. So states are compared as text that does not depend on bounds: what differs from the
// initial state. How far a state has counted is what a test says: its height.
#pragma once

#include <algorithm>
#include <deque>
#include <functional>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "checker/input/input.hpp"
#include "checker/report/text.hpp"
#include "checker/report/trace.hpp"
#include "tests/support/state_reader.hpp"

namespace synod::test {

class NormalForms {
 public:
  using Height = std::function<int(const StateReader&)>;

  /// `parameters`, "a=1 b=2", let the model count to `highest`.
  NormalForms(const System& system, const std::string& parameters, Height height, int highest,
              const std::vector<Drop>& drops = {})
      : model_(system.instantiate(resolve_parameters(system, assignments(parameters)), drops)),
        observer_(model_->observer()),
        initial_(observer_->initial()[0]),
        height_(std::move(height)),
        highest_(highest) {}

  /// What the model reaches on normal forms.
  std::set<std::string> reached() const {
    const auto normalised = model_->normalised();
    return forms_of(reach(*normalised->observer(), highest_));
  }

  /// The normal forms of what the model itself reaches, by way of states only whose normal forms
  /// count to `window` at most.
  std::set<std::string> reached_within(int window) const {
    return forms_of(reach(*observer_, window));
  }

  /// The state predicates that tell some state from its normal form.
  std::set<std::string> predicates_that_differ() const {
    std::set<std::string> differ;
    const std::vector<PropertyInfo>& properties = observer_->properties();
    for (const Cells& state : reach(*observer_, highest_))
      for (std::size_t p = 0; p < properties.size(); ++p)
        if (is_state_predicate(properties[p].kind) &&
            properties[p].kind != PropertyKind::deadlock_free &&
            observer_->judge(state, p).holds !=
                observer_->judge(observer_->normal_form(state), p).holds)
          differ.insert(properties[p].name);
    return differ;
  }

  /// A state that can do other things than its normal form; empty: none. Each step of the state is
  /// one of the normal form and leads to the same normal form; each step of the normal form is one
  /// of the state, unless the state would have to count beyond its bound. Steps to the same normal
  /// form are no steps.
  std::string difference() const {
    for (const Cells& state : reach(*observer_, highest_)) {
      const Cells normal = observer_->normal_form(state);
      if (observer_->normal_form(normal) != normal) return "has a normal form: " + text(normal);
      const int behind = height(state) - height(normal);
      const Steps steps = steps_of(state, highest_);
      if (!std::ranges::includes(steps_of(normal, highest_), steps))
        return "its normal form cannot follow: " + text(state);
      if (!std::ranges::includes(steps, steps_of(normal, highest_ - behind)))
        return "its normal form can do more: " + text(state);
    }
    return "";
  }

  /// The actions of which some step changes a state, but not its normal form. Where there is none,
  /// fairness asks the same of the model and of its normal forms.
  std::set<std::string> forgotten_actions() const {
    std::set<std::string> forgotten;
    for (const Cells& state : reach(*observer_, highest_)) {
      const std::string here = text(observer_->normal_form(state));
      for (const Observer::Successor& next : observer_->successors(state, nullptr)) {
        const Step step = step_of(next);
        if (step.second == here && next.state != state) forgotten.insert(step.first);
      }
    }
    return forgotten;
  }

  /// The model itself follows a behaviour on the normal forms of another instance, whose loop it
  /// takes so many times. Returns its height at the beginning of each round; stops early where it
  /// cannot follow, or does not come to a state with the same normal form.
  std::vector<int> follow(const NormalForms& other, const Trace& lasso, int rounds) const {
    std::vector<int> heights;
    Cells state = initial_;
    for (std::size_t at = 0;;) {
      if (at == lasso.loop) heights.push_back(height(state));
      if (static_cast<int>(heights.size()) > rounds) return heights;
      const bool last = at + 1 == lasso.states.size();
      const std::string& step = last ? *lasso.loop_action : lasso.actions[at];
      at = last ? *lasso.loop : at + 1;
      const Step wanted{step.substr(0, step.find('(')), other.text(lasso.states[at])};
      const auto all = observer_->successors(state, nullptr);
      const auto next = std::ranges::find_if(
          all, [&](const Observer::Successor& successor) { return step_of(successor) == wanted; });
      if (next == all.end()) return heights;
      state = Cells(next->state);
    }
  }

 private:
  using Step = std::pair<std::string, std::string>;  ///< the action, the normal form it leads to
  using Steps = std::set<Step>;

  int height(const Cells& state) const { return height_({observer_->variables(), state}); }

  std::string text(const Cells& state) const {
    std::string text;
    for (const std::string& line : change_lines(observer_->variables(), initial_, state))
      text += line + "\n";
    return text;
  }

  std::set<Cells> reach(Observer& model, int window) const {
    std::set<Cells> seen{initial_};
    std::deque<Cells> left{initial_};
    for (; !left.empty(); left.pop_front())
      for (const Observer::Successor& next : model.successors(left.front(), nullptr))
        if (height(observer_->normal_form(next.state)) <= window && seen.insert(next.state).second)
          left.push_back(next.state);
    return seen;
  }

  std::set<std::string> forms_of(const std::set<Cells>& states) const {
    std::set<std::string> forms;
    for (const Cells& state : states) forms.insert(text(observer_->normal_form(state)));
    return forms;
  }

  Step step_of(const Observer::Successor& successor) const {
    const auto action = std::ranges::find_if(
        observer_->actions(),
        [&](const ActionInfo& candidate) { return candidate.has(successor.label); });
    return {action->name, text(observer_->normal_form(successor.state))};
  }

  Steps steps_of(const Cells& state, int highest) const {
    Steps steps;
    for (const Observer::Successor& next : observer_->successors(state, nullptr))
      if (height(next.state) <= highest) steps.insert(step_of(next));
    const std::string here = text(observer_->normal_form(state));
    std::erase_if(steps, [&](const Step& step) { return step.second == here; });
    return steps;
  }

  std::unique_ptr<ModelInstance> model_;
  std::unique_ptr<Observer> observer_;
  Cells initial_;
  Height height_;
  int highest_;
};

}  // namespace synod::test
