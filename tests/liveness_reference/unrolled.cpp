#include "tests/liveness_reference/unrolled.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "checker/input/input.hpp"
#include "checker/report/text.hpp"

namespace synod::reference {
namespace {

/// The parameters with the normal form's window as large as it gets.
Parameters widest(const Subject& subject) {
  Parameters parameters = resolve_parameters(*subject.system, subject.parameters);
  for (const ParameterSpec& spec : subject.system->parameters)
    if (spec.name == subject.system->normal_form.window)
      parameters.set(spec.name, spec.high.value(parameters));
  return parameters;
}

/// An action and those of its arguments that normal forms do not renumber.
std::string step_kind(const Observer& observer, const std::string& renumbered,
                      std::uint32_t label) {
  for (const ActionInfo& action : observer.actions()) {
    if (!action.has(label)) continue;
    std::string text = action.name;
    const std::vector<int> values = action.arguments(label);
    for (std::size_t i = 0; i < values.size(); ++i)
      if (!action.networks[i] && action.domains[i].name != renumbered)
        text += " " + action.domains[i].label(values[i]);
    return text;
  }
  return "";
}

/// A state that can be reached as the trace goes, and what the present round has done.
struct Place {
  Cells state;
  Groups taken = 0;
  Groups enabled = 0;
  Groups disabled = 0;
  auto operator<=>(const Place&) const = default;
};

class Follower {
 public:
  Follower(const Subject& subject, const Claim& claim, const std::vector<std::string>& atoms,
           const Trace& trace)
      : model_(subject.system->instantiate(widest(subject), subject.drops)),
        observer_(model_->observer()),
        told_model_(subject.system->instantiate(
            resolve_parameters(*subject.system, subject.parameters), subject.drops)),
        told_(told_model_->observer()),
        told_steps_(trace.normalised ? told_model_->normalised()->observer()
                                     : told_model_->observer()),
        renumbered_(subject.system->normal_form.renumbers),
        atoms_(atoms),
        groupings_(claim.fairness, *observer_),
        bounded_(bounded(*observer_)),
        trace_(trace) {}

  std::string faults(const Core& core) {
    std::vector<Letter> word;
    for (std::size_t i = 0; i < trace_.states.size(); ++i) word.push_back(letter(i));
    if (holds_on(core, word, *trace_.loop)) return "the formula holds of the counterexample";
    const std::size_t size = trace_.states.size();
    for (const Cells& state : observer_->initial())
      if (letter_of(*observer_, state, atoms_) == letter(0)) places_.insert({state});
    for (std::size_t i = 0; i < *trace_.loop; ++i)
      if (!step(trace_.actions.at(i), i, i + 1))
        return fmt::format("step {} of the counterexample is none of the model", i + 1);
    if (!trace_.loop_action) return end_faults();
    for (std::size_t round = 0; round < rounds; ++round) {
      begin_round();
      for (std::size_t i = *trace_.loop; i < size; ++i) {
        const bool last = i + 1 == size;
        if (step(last ? *trace_.loop_action : trace_.actions.at(i), i, last ? *trace_.loop : i + 1))
          continue;
        if (round > 0 && cut_) return "";
        return fmt::format("round {} of the counterexample's loop goes wrong at state {}",
                           round + 1, i);
      }
      std::erase_if(places_, [&](const Place& place) {
        return (groupings_.weak() & ~(place.disabled | place.taken)) != 0 ||
               (groupings_.strong() & place.enabled & ~place.taken) != 0 ||
               (groupings_.finite() & place.taken) != 0;
      });
      if (places_.empty())
        return fmt::format("round {} of the counterexample's loop is not fair", round + 1);
    }
    return "";
  }

 private:
  static constexpr std::size_t rounds = 4;

  Letter letter(std::size_t i) { return letter_of(*told_, trace_.states[i], atoms_); }

  /// The groups of the steps that a state has, cut off or not.
  Groups enabled_in(const Cells& state) {
    Groups on = 0;
    for (const Observer::Successor& next : observer_->successors(state, nullptr))
      if (next.state != state) on |= groupings_.of(state, next.label);
    for (const std::uint32_t label : cut_off(*observer_, state, bounded_))
      on |= groupings_.of(state, label);
    return on;
  }

  void begin_round() {
    std::set<Place> all;
    for (const Place& place : places_) all.insert({place.state});
    places_ = std::move(all);
  }

  /// Takes all steps that are like the one of the trace. False when there is none; then `cut_` says
  /// whether a bound cut one off.
  bool step(const std::string& text, std::size_t from, std::size_t to) {
    std::set<std::string> kinds;
    for (const Observer::Successor& next : told_steps_->successors(trace_.states[from], nullptr))
      if (step_text(*told_steps_, trace_.states[from], next.label) == text)
        kinds.insert(step_kind(*told_steps_, renumbered_, next.label));
    const Letter wanted = letter(to);
    std::set<Place> after;
    cut_ = false;
    for (const Place& place : places_) {
      const Groups on = enabled_in(place.state);
      for (Observer::Successor& next : observer_->successors(place.state, nullptr)) {
        if (next.state == place.state ||
            !kinds.contains(step_kind(*observer_, renumbered_, next.label)) ||
            letter_of(*observer_, next.state, atoms_) != wanted)
          continue;
        after.insert({std::move(next.state), place.taken | groupings_.of(place.state, next.label),
                      place.enabled | on, place.disabled | ~on});
      }
      for (const std::uint32_t label : cut_off(*observer_, place.state, bounded_))
        cut_ = cut_ || kinds.contains(step_kind(*observer_, renumbered_, label));
    }
    places_ = std::move(after);
    return !places_.empty();
  }

  std::string end_faults() {
    const bool may_stay = std::any_of(places_.begin(), places_.end(), [&](const Place& place) {
      const Groups on = enabled_in(place.state);
      return (on & (groupings_.weak() | groupings_.strong())) == 0;
    });
    return may_stay ? "" : "the counterexample stays where it has to go on";
  }

  std::unique_ptr<ModelInstance> model_;
  std::unique_ptr<Observer> observer_;
  std::unique_ptr<ModelInstance> told_model_;
  std::unique_ptr<Observer> told_;
  std::unique_ptr<Observer> told_steps_;
  std::string renumbered_;
  std::vector<std::string> atoms_;
  Groupings groupings_;
  std::vector<std::uint32_t> bounded_;
  const Trace& trace_;
  std::set<Place> places_;
  bool cut_ = false;
};

}  // namespace

std::string unrolled_faults(const Subject& subject, const Claim& claim, const Trace& trace) {
  const Core core(read_formula(claim.formula));
  return Follower(subject, claim, core.atoms, trace).faults(core);
}

}  // namespace synod::reference
