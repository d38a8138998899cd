// What the checker says of a temporal claim, in terms that the reference can be compared with.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "checker/report/trace.hpp"
#include "tests/liveness_reference/fair_runs.hpp"

namespace synod::reference {

/// A model: a system under parameters, without some parts.
struct Subject {
  const System* system = nullptr;
  Assignments parameters;
  std::vector<Drop> drops;
  bool normal_form = false;  ///< the checker judges it on its normal form, as it does by default
};

/// A claim about it.
struct Claim {
  std::string formula;
  std::vector<std::string> fairness;
};

/// The command that asks for it.
std::string command(const Subject& subject, const Claim& claim);

struct Said {
  std::optional<Outcome> outcome;  ///< of the claim; none: refused
  std::string contradiction;       ///< how the verdict of the whole run does not go with that
  std::optional<Trace> trace;      ///< of what is violated
  bool normalised = false;         ///< it is about normal forms
};

Said ask(const Subject& subject, const Claim& claim);

/// The run that a trace tells, in a graph that has its states; nothing where it tells none.
std::optional<Run> run_of(const Trace& trace, const Graph& graph, const Observer& observer);

}  // namespace synod::reference
