#include "tests/liveness_reference/engine.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "checker/input/input.hpp"
#include "checker/report/text.hpp"
#include "checker/run/run.hpp"

namespace synod::reference {
namespace {

std::optional<Outcome> outcome_of(PropertyVerdict verdict) {
  switch (verdict) {
    case PropertyVerdict::holds: return Outcome::holds;
    case PropertyVerdict::violated: return Outcome::violated;
    case PropertyVerdict::vacuous: return Outcome::vacuous;
    case PropertyVerdict::incomplete: return Outcome::incomplete;
    default: return std::nullopt;
  }
}

/// How the verdict of a run does not go with that on its claim. An action that never fired makes
/// what holds vacuous.
std::string contradiction(const RunReport& report) {
  const std::string claim = verdict_name(report.result.properties.back().verdict);
  const std::string whole = verdict_name(report.verdict);
  const bool goes = whole == claim ||
                    (whole == "vacuous" && claim == "holds" && !report.result.dead_actions.empty());
  return goes ? "" : fmt::format("the claim {}, and the verdict is {}", claim, whole);
}

Said judged(const Subject& subject, const Claim& claim) {
  RunRequest request;
  request.system = subject.system;
  request.parameters = resolve_parameters(*subject.system, subject.parameters);
  request.drops = subject.drops;
  request.ltl = claim.formula;
  request.fairness = claim.fairness;
  request.normal_forms = subject.normal_form;
  request.search.threads = 1;
  RunReport report = run_check(request);
  return {outcome_of(report.result.properties.back().verdict), contradiction(report),
          std::move(report.trace), report.normalised};
}

}  // namespace

std::string command(const Subject& subject, const Claim& claim) {
  std::string text = "synod check " + subject.system->name;
  for (const auto& [name, value] : subject.parameters) text += fmt::format(" {}={}", name, value);
  for (const Drop& drop : subject.drops) text += " --drop " + drop.text();
  text += fmt::format(" --ltl '{}'", claim.formula);
  for (const std::string& assumption : claim.fairness)
    text += fmt::format(" --fair '{}'", assumption);
  const bool has_normal_form = !subject.system->normal_form.forgets.empty();
  return text + (has_normal_form && !subject.normal_form ? " --no-normal-form" : "");
}

Said ask(const Subject& subject, const Claim& claim) {
  try {
    return judged(subject, claim);
  } catch (const InputError&) {
    return {};
  }
}

std::optional<Run> run_of(const Trace& trace, const Graph& graph, const Observer& observer) {
  if (!trace.loop) return std::nullopt;
  Run run;
  run.loop = *trace.loop;
  for (const Cells& state : trace.states) {
    const auto known = graph.index.find(state);
    if (known == graph.index.end()) return std::nullopt;
    run.states.push_back(known->second);
  }
  for (std::size_t i = 0; i < run.states.size(); ++i) {
    const bool last = i + 1 == run.states.size();
    if (last && !trace.loop_action) {
      run.labels.push_back(Run::stays);
      continue;
    }
    const std::size_t to = run.states[last ? run.loop : i + 1];
    const std::string& wanted = last ? *trace.loop_action : trace.actions.at(i);
    for (const Edge& edge : graph.edges[run.states[i]])
      if (edge.to == to && step_text(observer, trace.states[i], edge.label) == wanted)
        run.labels.push_back(edge.label);
    if (run.labels.size() != i + 1) return std::nullopt;
  }
  return run;
}

}  // namespace synod::reference
