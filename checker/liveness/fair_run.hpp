// The question behind every temporal claim: is there a fair behaviour that an automaton accepts?
//
// A behaviour is infinite; it may stay in a state for ever, as in TLA+ (L. Lamport, "The Temporal
// Logic of Actions", ACM TOPLAS 16(3), 1994), unless fairness forces a step. So a run that ends, in
// a deadlock or because nothing has to happen, is a behaviour like any other. Of a group of action
// instances A, counting only steps that change the state:
//
//   weak fairness    A is disabled again and again, or is taken again and again
//   strong fairness  A is enabled only finitely often, or is taken again and again
//   finiteness       A is taken only finitely often
//
// Fairness is a condition on the edges and states of a cycle, not a part of the formula: weak
// fairness is a generalised Büchi condition, strong fairness a Streett condition, decided by taking
// components apart (O. Lichtenstein, A. Pnueli, "Checking That Finite State Concurrent Programs
// Satisfy Their Linear Specification", POPL 1985).
//
// A step that a bound cut off counts as enabled and is never taken: what is found is a behaviour of
// the model without bounds, and no behaviour is fair only because a bound stopped it.
#pragma once

#include <functional>
#include <limits>
#include <optional>

#include "checker/liveness/automaton.hpp"
#include "checker/search/state_graph.hpp"

namespace synod {

/// A behaviour that ends in a cycle. labels[i] leads from states[i] to states[i + 1], the last one
/// from the last state back to states[loop]. A behaviour that stays in its last state has no label
/// for that: then loop is the last state, and there is one label less than states.
struct Lasso {
  std::vector<StateGraph::Index> states;
  std::vector<std::uint32_t> labels;
  std::size_t loop = 0;

  bool stays() const { return labels.size() < states.size(); }
};

struct FairRunRequest {
  /// Accepts the behaviours looked for. The bits of `needs` and `excludes` are properties.
  Automaton automaton;
  StepGroups weakly = 0;    ///< the groups that behaviours are weakly fair to
  StepGroups strongly = 0;  ///< and strongly
  std::uint8_t finite = 0;  ///< edges with one of these marks are on no cycle
  GroupsOfStep groups_of;
  const std::vector<std::uint8_t>* within =
      nullptr;  ///< the run stays in states where this is not 0
  std::size_t threads = 1;
  /// Bytes that the search may use, beside the graph. A counterexample is not refused for want of
  /// them.
  std::size_t memory = std::numeric_limits<std::size_t>::max();
  std::function<bool()> stopped = [] { return false; };
  /// From so many nodes on, components are sought by all threads: with two, that begins to pay
  /// where the caches end. Tests make it small.
  std::size_t parallel_from = std::size_t{1} << 18;
};

struct FairRun {
  bool decided = false;        ///< false: it was stopped before, or there was no room
  bool out_of_memory = false;  ///< there was none
  std::optional<Lasso> lasso;  ///< the same for any number of threads
  /// States in which the automaton could go round for ever and a bound cut off a step that is not
  /// finite: a longer run might be accepted.
  std::uint64_t cut = 0;
};

/// Looks for a fair behaviour of the model that the automaton accepts.
FairRun find_fair_run(const TransitionSystem& system, const StateGraph& graph,
                      const FairRunRequest& request);

}  // namespace synod
