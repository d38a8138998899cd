#include "checker/run/counterexample.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

#include "checker/input/input.hpp"
#include "checker/replay/replay.hpp"
#include "checker/report/text.hpp"
#include "checker/run/run_trace.hpp"

namespace synod {
namespace {

/// The action that would leave the declared ranges in a state.
std::string refused_action(Observer& observer, const Cells& state) {
  std::uint32_t labels = 0;
  for (const ActionInfo& action : observer.actions()) labels += action.labels;
  for (std::uint32_t label = 0; label < labels; ++label)
    if (observer.attempt(state, label).out_of_range) return step_text(observer, state, label);
  throw ModelError("no action leaves the declared ranges, though one was found");
}

}  // namespace

Trace empty_trace(const RunReport& report, std::size_t shown) {
  const RunRequest& request = report.request;
  Trace trace;
  trace.protocol = request.system->name;
  trace.parameters = write_parameters(*request.system, request.parameters, true);
  trace.mutant = request.mutant;
  trace.drops = request.drops;
  trace.property = report.properties[shown].name;
  const auto is_among = [&](const std::vector<std::string>& conditions) {
    return std::find(conditions.begin(), conditions.end(), trace.property) != conditions.end();
  };
  if (is_among(request.invariants)) trace.condition = Trace::invariant;
  if (is_among(request.reach)) trace.condition = Trace::reach;
  trace.witness = report.result.properties[shown].verdict == PropertyVerdict::holds;
  return trace;
}

Trace make_trace(const RunReport& report, const ModelInstance& model, Observer& observer) {
  const std::size_t shown = *report.result.shown;
  Trace trace = empty_trace(report, shown);
  trace.normalised = report.normalised;
  std::vector<Cells> states;
  for (const PackedState& state : report.result.path.states)
    states.push_back(model.unpack(state.data()));
  add_steps(trace, std::move(states), report.result.path.labels, observer);
  if (report.properties[shown].kind == PropertyKind::type_ok)
    trace.refused_action = refused_action(observer, trace.states.back());
  return trace;
}

Trace make_trace(const RunReport& report, std::size_t shown, const Lasso& lasso,
                 const StateGraph& graph, const ModelInstance& model, Observer& observer) {
  Trace trace = empty_trace(report, shown);
  const PropertyInfo& info = report.properties[shown];
  trace.formula = info.formula;
  trace.fairness = info.fairness;
  add_lasso(trace, lasso, graph, model, observer);
  return trace;
}

void accept_trace(RunReport& report, Trace trace, Observer& observer) {
  const Replay replayed = replay(observer, trace);
  if (!replayed.valid)
    throw std::logic_error(fmt::format("the counterexample of {} does not replay at state {}: {}",
                                       trace.property, replayed.step, replayed.reason));
  report.result.properties[find_property(report.properties, trace.property)].members =
      replayed.members;
  if (report.trace) {
    report.further.push_back(std::move(trace));
    return;
  }
  report.trace_limitation = replayed.limitation;
  report.trace = std::move(trace);
}

}  // namespace synod
