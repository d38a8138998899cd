// Runs of the search as traces, with their steps by name.
#pragma once

#include <cstdint>
#include <vector>

#include "checker/liveness/fair_run.hpp"
#include "checker/report/trace.hpp"

namespace synod {

/// A run through these states; labels[i] leads from states[i] to states[i + 1]. More labels than
/// steps are no matter.
void add_steps(Trace& trace, std::vector<Cells> states, const std::vector<std::uint32_t>& labels,
               const Observer& observer);

/// A run that ends in a cycle, or stays where it ends.
void add_lasso(Trace& trace, const Lasso& lasso, const StateGraph& graph,
               const ModelInstance& model, const Observer& observer);

}  // namespace synod
