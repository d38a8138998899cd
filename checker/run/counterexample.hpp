// What a search found, as a trace that was replayed.
#pragma once

#include <cstddef>

#include "checker/liveness/fair_run.hpp"
#include "checker/run/run.hpp"

namespace synod {

/// A trace of a property of the run, without states and steps.
Trace empty_trace(const RunReport& report, std::size_t property);

/// The path that the search shows: a shortest counterexample, or the way to a witness.
Trace make_trace(const RunReport& report, const ModelInstance& model, Observer& observer);

/// A run without end that violates a temporal property.
Trace make_trace(const RunReport& report, std::size_t property, const Lasso& lasso,
                 const StateGraph& graph, const ModelInstance& model, Observer& observer);

/// Makes a trace that of the report, or one of the further ones. Throws std::logic_error unless it
/// replays.
void accept_trace(RunReport& report, Trace trace, Observer& observer);

}  // namespace synod
