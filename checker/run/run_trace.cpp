#include "checker/run/run_trace.hpp"

#include "checker/report/text.hpp"

namespace synod {

void add_steps(Trace& trace, std::vector<Cells> states, const std::vector<std::uint32_t>& labels,
               const Observer& observer) {
  trace.states = std::move(states);
  for (std::size_t i = 0; i + 1 < trace.states.size(); ++i)
    trace.actions.push_back(step_text(observer, trace.states[i], labels[i]));
}

void add_lasso(Trace& trace, const Lasso& lasso, const StateGraph& graph,
               const ModelInstance& model, const Observer& observer) {
  std::vector<Cells> states;
  for (const StateGraph::Index state : lasso.states)
    states.push_back(model.unpack(graph.state(state)));
  add_steps(trace, std::move(states), lasso.labels, observer);
  trace.loop = lasso.loop;
  if (!lasso.stays())
    trace.loop_action = step_text(observer, trace.states.back(), lasso.labels.back());
}

}  // namespace synod
