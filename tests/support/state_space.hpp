// The whole state graph of an instance, read by the names of its variables: what the tests of a
// protocol's sentences and figures walk over. Built by the reference checker.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "checker/input/input.hpp"
#include "tests/support/reference_checker.hpp"
#include "tests/support/state_reader.hpp"

namespace synod::test {

struct StateSpace {
  /// `text` are the parameters, "a=1 b=2".
  StateSpace(const System& system, const std::string& text)
      : parameters(resolve_parameters(system, assignments(text))),
        model(system.instantiate(parameters, {})),
        observer(model->observer()),
        graph(reference_check(*model)) {}

  std::size_t size() const { return graph.states.size(); }
  StateReader at(std::size_t state) const { return {observer->variables(), graph.states[state]}; }

  /// Counts the states where `holds` is false.
  template <class Holds>
  std::size_t exceptions(Holds&& holds) const {
    std::size_t count = 0;
    for (std::size_t s = 0; s < size(); ++s) count += holds(at(s)) ? 0 : 1;
    return count;
  }
  /// Calls visit(from, edge, action) for every step.
  template <class Visit>
  void each_edge(Visit&& visit) const {
    for (const ActionInfo& action : observer->actions())
      for (std::size_t from = 0; from < graph.edges.size(); ++from)
        for (const Edge& edge : graph.edges[from])
          if (action.has(edge.label)) visit(from, edge, action);
  }
  /// Calls visit(before, after, arguments) for every step of an action: what it is about, or the
  /// fields of the message that it is about.
  template <class Visit>
  void each_step_of(const std::string& name, Visit&& visit) const {
    each_edge([&](std::size_t from, const Edge& edge, const ActionInfo& action) {
      if (action.name == name) visit(at(from), at(edge.to), arguments(action, from, edge.label));
    });
  }
  /// Calls visit(before, after) for every step that changes something.
  template <class Visit>
  void each_change(Visit&& visit) const {
    for (std::size_t from = 0; from < graph.edges.size(); ++from)
      for (const Edge& edge : graph.edges[from])
        if (edge.to != from) visit(at(from), at(edge.to));
  }

  Parameters parameters;
  std::unique_ptr<ModelInstance> model;
  std::unique_ptr<Observer> observer;
  ReferenceResult graph;

 private:
  std::vector<int> arguments(const ActionInfo& action, std::size_t from,
                             std::uint32_t label) const {
    std::vector<int> values = action.arguments(label);
    if (values.empty() || !action.networks[0]) return values;
    const VariableInfo& network = observer->variables()[*action.networks[0]];
    const auto slot = static_cast<std::size_t>(values[0] - action.domains[0].low);
    return at(from).message_in(network.name, slot)->second;
  }
};

}  // namespace synod::test
