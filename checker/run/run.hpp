// One check, from parameters to a verdict that can be trusted: search, counterexample, replay,
// comparison with what was expected.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "checker/report/trace.hpp"
#include "checker/run/valence_report.hpp"
#include "checker/search/simulate.hpp"
#include "checker/vocabulary/system.hpp"

namespace synod {

struct RunRequest {
  const System* system = nullptr;
  Parameters parameters;
  std::string mutant;                   ///< its name, or empty
  std::vector<Drop> drops;              ///< the mutant's own included
  std::vector<std::string> properties;  ///< only these; empty: all
  std::vector<std::string> invariants;  ///< conditions; as properties, among those
  std::vector<std::string> reach;       ///< conditions to be reached; the same
  std::string ltl;                      ///< a formula to check besides them, or empty
  std::vector<std::string> fairness;    ///< what it assumes
  std::vector<std::string> unfair;      ///< assumptions that the claims have to do without
  bool normal_forms = true;             ///< judge temporal claims on those, where they serve
  bool valence = false;                 ///< report the valence of configurations as well
  bool symmetry = false;                ///< explore one state for all that renaming makes of it
  bool partial_order = false;           ///< explore of a state's actions what is stubborn only
  bool go_on = false;                   ///< after a violation, until each claim is decided
  std::optional<Verdict> expected;      ///< else as the catalogue says
  SearchOptions search;
  std::optional<WalkOptions> walks;  ///< of a simulation
};

/// The model that a request is about, with a property for each of its conditions. Throws
/// InputError.
std::unique_ptr<ModelInstance> instantiate(const RunRequest& request);

/// Whether properties of this kind are decided on the graph of states and steps.
bool needs_graph(PropertyKind kind);

/// Whether the normal form of a system's model, if it has one, may serve without these parts.
bool may_normalise(const System& system, const std::vector<Drop>& drops);

/// What the temporal claims that such a run judges assume, each assumption once.
std::vector<std::string> assumed(const RunRequest& request, const ModelInstance& model);

/// A request for the mutant under parameters that may change what the mutant leaves open.
RunRequest mutant_request(const System& system, const Mutant& mutant,
                          const Assignments& assignments = {});

/// Temporal properties of a model that has a normal form are judged on that.
struct RunReport {
  RunRequest request;
  SearchResult result;
  std::optional<WalkCoverage> coverage;         ///< of a simulation, which `result` is then about
  bool normalised = false;                      ///< `result` is about normal forms
  std::optional<SearchResult> on_normal_forms;  ///< else, when temporal properties needed that
  /// Temporal properties that are judged on the states as they are, though the model has normal
  /// forms, and why.
  struct NotOnNormalForms {
    std::string property;
    std::string reason;
  };
  std::vector<NotOnNormalForms> not_on_normal_forms;
  std::vector<PropertyInfo> properties;
  std::vector<ActionSummary> actions;
  std::vector<std::string> symmetric;  ///< the roles whose members could be renamed, if they were
  std::uint64_t audited = 0;           ///< how often what a reduction rests on was put to the test
  std::vector<std::string> untried;    ///< witnesses that have too many renamings to be tried
  unsigned bits_per_state = 0;
  std::size_t peak_bytes = 0;            ///< largest resident memory of the process during the run
  std::optional<ValenceReport> valence;  ///< when all states were explored
  /// What stopped the work that follows the search of the states, if something did: on temporal
  /// properties, before all were judged; on valence.
  std::optional<Stop> temporal_stop;
  std::optional<Stop> valence_stop;
  Verdict verdict = Verdict::incomplete;
  Expectation expected;
  bool as_expected = false;
  std::string unexpected;        ///< how the result differs from what was expected
  std::optional<Trace> trace;    ///< replayed
  std::vector<Trace> further;    ///< of the other claims, where it was to go on; replayed too
  std::string trace_limitation;  ///< what the replay did not check
};

/// Those for whom a trace violates its claim about every member, "p = p2"; else nothing.
std::string members_of(const RunReport& report, const Trace& trace);

/// How many steps a bound cut off; nothing of a bound that is only the size of a set.
std::optional<std::uint64_t> steps_cut(const RunReport& report, const std::string& bound);
/// The bounds that a verdict is within: those that matter, and any other that cut off a step.
std::vector<const ParameterSpec*> bounds_of(const RunReport& report);
/// The temporal claims that are undecided because of what bounds cut off. None where anything is
/// undecided for another reason.
std::vector<std::string> left_open(const RunReport& report);

/// What the catalogue expects of this request, unless the request says so itself.
Expectation expectation(const RunRequest& request, const std::vector<PropertyInfo>& properties);

/// Throws InputError, also where a checkpoint does not serve, StateTooLarge, ModelError; Stopped
/// where a limit does so before there is a model. Of the searches that a run may need, the first is
/// the one that checkpoints are of.
RunReport run_check(const RunRequest& request);

/// Walks at random, as request.walks says, where run_check() would search. Throws as it does.
RunReport run_simulation(const RunRequest& request);

std::string visited_name(Visited visited);
std::string verdict_name(Verdict verdict);
std::string verdict_name(PropertyVerdict verdict);
std::string kind_name(PropertyKind kind);

}  // namespace synod
