#include "checker/run/run.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <fstream>

#include "checker/condition/conditioned_model.hpp"
#include "checker/input/input.hpp"
#include "checker/liveness/fairness.hpp"
#include "checker/partial_order/reduced_search.hpp"
#include "checker/report/text.hpp"
#include "checker/run/counterexample.hpp"
#include "checker/run/temporal_part.hpp"
#include "checker/search/sorted_run.hpp"
#include "checker/symmetry/symmetric_search.hpp"
#include "checker/version.hpp"

namespace synod {

std::unique_ptr<ModelInstance> instantiate(const RunRequest& request) {
  return with_conditions(request.system->instantiate(request.parameters, request.drops),
                         {request.invariants, request.reach, request.ltl});
}

bool needs_graph(PropertyKind kind) {
  return kind == PropertyKind::temporal || kind == PropertyKind::always_possible;
}

namespace {

using Clock = std::chrono::steady_clock;

/// Forgets the peak so far, so that each run of many reports its own. Linux only; elsewhere the
/// peak is that of the whole process.
void reset_peak_memory() { std::ofstream("/proc/self/clear_refs") << "5"; }

std::size_t peak_memory() {
  std::ifstream status("/proc/self/status");
  for (std::string word; status >> word;) {
    std::size_t kib = 0;
    if (word == "VmHWM:" && status >> kib) return kib * 1024;
  }
  return 0;
}

/// The option with which a run has no graph of states and steps, if there is one.
std::string graphless(const RunRequest& request) {
  if (request.symmetry) return "--symmetry";
  if (request.partial_order) return "--partial-order";
  return keeps_states(request.search.visited) ? ""
                                              : "--visited " + visited_name(request.search.visited);
}

/// The properties to check: those asked for, with the witnesses that keep them from being vacuous.
PropertySet selected(const RunRequest& request, const std::vector<PropertyInfo>& properties) {
  PropertySet set = 0;
  if (request.properties.empty() && request.ltl.empty()) {
    // What is left out for a try is judged by what it does to safety.
    const bool only_safety = !request.drops.empty() && request.mutant.empty();
    const bool no_graph = request.walks || !graphless(request).empty();
    for (std::size_t i = 0; i < properties.size(); ++i) {
      const PropertyKind kind = properties[i].kind;
      if (properties[i].refuted || properties[i].costly ||
          (only_safety && kind == PropertyKind::temporal) || (no_graph && needs_graph(kind)))
        continue;
      set |= PropertySet{1} << i;
    }
    return set;
  }
  for (std::size_t i = 0; i < properties.size(); ++i)
    if (properties[i].kind == PropertyKind::type_ok) set |= PropertySet{1} << i;
  for (const std::string& name : request.properties) {
    const std::size_t index = find_property(properties, name);
    if (!properties[index].applies)
      throw InputError(fmt::format("property {} does not apply under these parameters", name));
    set |= PropertySet{1} << index;
    if (request.walks && needs_graph(properties[index].kind))
      throw InputError(
          fmt::format("property {} is about all that may follow, which walks cannot judge; "
                      "synod check can",
                      name));
    if (!graphless(request).empty() && needs_graph(properties[index].kind))
      throw InputError(
          fmt::format("property {} is about whole states and the steps between them, "
                      "which {} does not keep",
                      name, graphless(request)));
    if (request.partial_order && properties[index].kind == PropertyKind::type_ok)
      throw InputError(fmt::format(
          "property {} is about all steps, of which --partial-order leaves some out", name));
    for (const std::string& witness : properties[index].witnesses)
      set |= PropertySet{1} << find_property(properties, witness);
  }
  return set;
}

bool asked_for(const RunRequest& request, const std::string& name) {
  return std::find(request.properties.begin(), request.properties.end(), name) !=
         request.properties.end();
}

Verdict judge(const RunReport& report) {
  bool vacuous = !report.result.dead_actions.empty();
  bool incomplete = report.result.stop != Stop::exhausted;
  for (std::size_t i = 0; i < report.properties.size(); ++i) {
    switch (report.result.properties[i].verdict) {
      case PropertyVerdict::violated:
        // An unreached witness has no counterexample: by itself it makes the result vacuous.
        if (report.properties[i].kind != PropertyKind::reachable ||
            asked_for(report.request, report.properties[i].name))
          return Verdict::violated;
        vacuous = true;
        break;
      case PropertyVerdict::vacuous: vacuous = true; break;
      case PropertyVerdict::incomplete: incomplete = true; break;
      case PropertyVerdict::holds:
      case PropertyVerdict::not_applicable:
      case PropertyVerdict::not_checked: break;
    }
  }
  if (incomplete) return Verdict::incomplete;
  return vacuous ? Verdict::vacuous : Verdict::holds;
}

}  // namespace

namespace {

/// Whether a mutant's run is about its own claim; who asks for something else asks nothing of it.
bool asks_of_mutant(const RunRequest& request) {
  const std::string& own = find_mutant(*request.system, request.mutant).violates;
  const auto& asked = request.properties;
  if (asked.empty()) return request.ltl.empty();
  return std::find(asked.begin(), asked.end(), own) != asked.end();
}

}  // namespace

Expectation expectation(const RunRequest& request, const std::vector<PropertyInfo>& properties) {
  if (request.expected) return {*request.expected, 0, 0, 0, {}};
  if (!request.mutant.empty())
    return {asks_of_mutant(request) ? Verdict::violated : Verdict::holds, 0, 0, 0, {}};
  for (const std::string& name : request.properties)
    if (properties[find_property(properties, name)].refuted)
      return {Verdict::violated, 0, 0, 0, {}};
  if (!request.ltl.empty() || !request.unfair.empty()) return {};
  if (!request.drops.empty()) {
    const auto& not_needed = request.system->not_needed;
    const bool needed =
        std::any_of(request.drops.begin(), request.drops.end(), [&](const Drop& drop) {
          return std::none_of(not_needed.begin(), not_needed.end(),
                              [&](const NotNeeded& entry) { return entry.conjunct == drop; });
        });
    return {needed ? Verdict::violated : Verdict::holds, 0, 0, 0, {}};
  }
  for (const Instance& instance : request.system->instances) {
    if (resolve_parameters(*request.system, instance.parameters) != request.parameters) continue;
    // Counts are pinned for the whole search; one that asks for less may see less.
    if (request.properties.empty() && !request.walks && !request.symmetry && !request.partial_order)
      return instance.expected;
    Expectation expected{instance.expected.verdict, 0, 0, 0, instance.expected.open};
    if (expected.open.empty()) return expected;
    const PropertySet judged = selected(request, properties);
    std::erase_if(expected.open, [&](const std::string& name) {
      return (judged >> find_property(properties, name) & 1) == 0;
    });
    if (expected.open.empty()) expected.verdict = Verdict::holds;
    return expected;
  }
  return {};
}

namespace {

std::string difference(const RunReport& report) {
  const Expectation& expected = report.expected;
  if (report.verdict != expected.verdict) {
    const bool dropped = !report.request.drops.empty() && report.request.mutant.empty() &&
                         !report.request.expected && graphless(report.request).empty();
    return fmt::format("expected {}{}", verdict_name(expected.verdict),
                       dropped && report.verdict == Verdict::holds
                           ? ": what was dropped may matter under other parameters only"
                           : "");
  }
  if (!expected.open.empty() && left_open(report) != expected.open)
    return fmt::format("expected {} to be left open, and nothing else",
                       fmt::join(expected.open, ", "));
  for (const std::string& name : report.request.properties) {
    const std::size_t property = find_property(report.properties, name);
    if (report.properties[property].refuted && !report.request.expected &&
        report.result.properties[property].verdict != PropertyVerdict::violated)
      return fmt::format("expected {} to be violated", name);
  }
  std::string text;
  const auto compare = [&](const char* what, std::uint64_t wanted, std::uint64_t found) {
    if (wanted != 0 && wanted != found)
      text += fmt::format("{}expected {} {}", text.empty() ? "" : ", ", grouped(wanted), what);
  };
  compare("distinct", expected.distinct, report.result.distinct);
  compare("generated", expected.generated, report.result.generated);
  compare("depth", expected.depth, report.result.depth);
  if (!text.empty() || report.request.mutant.empty()) return text;
  const Mutant& mutant = find_mutant(*report.request.system, report.request.mutant);
  if (!asks_of_mutant(report.request)) return text;
  for (std::size_t i = 0; i < report.properties.size(); ++i)
    if (report.properties[i].name == mutant.violates &&
        report.result.properties[i].verdict != PropertyVerdict::violated)
      return fmt::format("expected {} to be violated", mutant.violates);
  // The length is pinned for the mutant's own parameters.
  const bool own =
      resolve_parameters(*report.request.system, mutant.parameters) == report.request.parameters;
  if (own && !report.coverage && mutant.length != 0 && report.request.drops == mutant.drops &&
      report.trace && report.trace->states.size() != mutant.length)
    return fmt::format("expected a counterexample of {} states", mutant.length);
  return text;
}

}  // namespace

std::string members_of(const RunReport& report, const Trace& trace) {
  return report.result.properties[find_property(report.properties, trace.property)].members;
}

std::optional<std::uint64_t> steps_cut(const RunReport& report, const std::string& bound) {
  for (const Cut& cut : report.result.cuts)
    if (cut.bound == bound) return cut.steps;
  return std::nullopt;
}

std::vector<const ParameterSpec*> bounds_of(const RunReport& report) {
  std::vector<const ParameterSpec*> bounds;
  for (const ParameterSpec& spec : report.request.system->parameters)
    if (spec.bound && (spec.matters(report.request.parameters) || steps_cut(report, spec.name)))
      bounds.push_back(&spec);
  return bounds;
}

bool may_normalise(const System& system, const std::vector<Drop>& drops) {
  const std::vector<std::string>& needed = system.normal_form.rests_on;
  return std::none_of(drops.begin(), drops.end(), [&](const Drop& drop) {
    return std::find(needed.begin(), needed.end(), drop.text()) != needed.end();
  });
}

std::vector<std::string> left_open(const RunReport& report) {
  std::vector<std::string> names;
  if (report.result.stop != Stop::exhausted || report.temporal_stop) return names;
  for (std::size_t i = 0; i < report.properties.size(); ++i) {
    const PropertyResult& result = report.result.properties[i];
    if (result.verdict != PropertyVerdict::incomplete) continue;
    if (result.cut == 0) return {};
    names.push_back(report.properties[i].name);
  }
  return names;
}

std::vector<std::string> assumed(const RunRequest& request, const ModelInstance& model) {
  const std::vector<PropertyInfo>& properties = model.properties();
  const auto observer = model.observer();
  const PropertySet judged = selected(request, properties);
  std::vector<std::string> result;
  for (std::size_t i = 0; i < properties.size(); ++i) {
    if (!properties[i].applies || (judged >> i & 1) == 0) continue;
    for (const std::string& assumption : assumed_by(properties[i], *observer))
      if (std::find(result.begin(), result.end(), assumption) == result.end())
        result.push_back(assumption);
  }
  return result;
}

RunRequest mutant_request(const System& system, const Mutant& mutant,
                          const Assignments& assignments) {
  Assignments all = mutant.parameters;
  for (const auto& [name, value] : assignments) {
    for (const auto& [own, ignored] : mutant.parameters)
      if (own == name) throw InputError(fmt::format("mutant {} sets {} itself", mutant.name, name));
    all.emplace_back(name, value);
  }
  RunRequest request;
  request.system = &system;
  request.parameters = resolve_parameters(system, all);
  request.mutant = mutant.name;
  request.drops = mutant.drops;
  request.properties = {mutant.violates};
  return request;
}

namespace {

/// Phrases that tell a run from others, of the same number for each of one protocol.
std::vector<std::string> traits_of(const RunRequest& request, const ModelInstance& model) {
  const auto join = [](const char* what, const std::vector<std::string>& items) {
    return items.empty() ? fmt::format("no {}", what)
                         : fmt::format("{} {}", what, fmt::join(items, ", "));
  };
  std::vector<std::string> drops;
  for (const Drop& drop : request.drops) drops.push_back(drop.text());
  std::vector<std::string> traits = {
      fmt::format("Synod {}", version), fmt::format("the program of hash {:016x}", program_hash()),
      "protocol " + request.system->name,
      request.mutant.empty() ? "no mutant" : "mutant " + request.mutant};
  for (const auto& [name, value] : write_parameters(*request.system, request.parameters, true))
    traits.push_back(name + "=" + value);
  traits.push_back(join("--drop", drops));
  traits.push_back(join("--invariant", request.invariants));
  traits.push_back(join("--reach", request.reach));
  traits.push_back(join("--ltl", request.ltl.empty() ? std::vector<std::string>{}
                                                     : std::vector<std::string>{request.ltl}));
  traits.push_back(join("--fair", request.fairness));
  traits.push_back(join("--unfair", request.unfair));
  traits.emplace_back(request.normal_forms ? "normal forms" : "--no-normal-form");
  traits.emplace_back(request.symmetry ? "--symmetry" : "no --symmetry");
  traits.emplace_back(request.partial_order ? "--partial-order" : "no --partial-order");
  const auto observer = model.observer();
  for (const VariableInfo& variable : observer->variables())
    traits.push_back(
        fmt::format("{} of {} times {} bits", variable.name, variable.cells, variable.bits));
  return traits;
}

/// Searches the model, up to symmetry or by partial-order reduction if that was asked for.
SearchResult search_for(RunReport& report, const ModelInstance& model,
                        const SearchOptions& options) {
  try {
    if (report.request.partial_order) {
      ReducedResult reduced = search_by_partial_order(model, options);
      report.audited = reduced.audited;
      return std::move(reduced.result);
    }
    if (!report.request.symmetry) return search(model, options);
    report.symmetric = symmetric_roles(model);
    SymmetricResult symmetric = search_up_to_symmetry(model, options);
    report.audited = symmetric.audited;
    report.untried = std::move(symmetric.untried);
    return std::move(symmetric.result);
  } catch (const NotSymmetric& error) {
    throw InputError(fmt::format("--symmetry: {}", error.what()));
  } catch (const WrongFact& error) {
    throw InputError(fmt::format("--partial-order: {}", error.what()));
  } catch (const CheckpointError& error) {
    throw InputError(error.what());
  } catch (const DiskError& error) {
    throw InputError(error.what());
  }
}

/// Where hashes stood for states, one may have been missed, and what only it leads to: what no
/// state that was found refutes, or reaches, is not decided.
void leave_open(SearchResult& result, const std::vector<PropertyInfo>& properties) {
  if (result.stop != Stop::exhausted) return;
  result.stop = Stop::partial;
  result.explored = false;
  result.dead_actions.clear();
  for (std::size_t i = 0; i < properties.size(); ++i) {
    PropertyVerdict& verdict = result.properties[i].verdict;
    const bool reachable = properties[i].kind == PropertyKind::reachable;
    if (verdict == PropertyVerdict::vacuous ||
        verdict == (reachable ? PropertyVerdict::violated : PropertyVerdict::holds))
      verdict = PropertyVerdict::incomplete;
  }
}

/// A report of which only the request is known.
RunReport begun(const RunRequest& request, const ModelInstance& model) {
  RunReport report;
  report.request = request;
  report.properties = model.properties();
  report.actions = model.actions();
  report.bits_per_state = model.bits();
  report.expected = expectation(request, report.properties);
  return report;
}

/// The options of the request, with the properties to judge and the witness to show.
SearchOptions what_to_judge(const RunReport& report) {
  const RunRequest& request = report.request;
  SearchOptions options = request.search;
  options.properties = selected(request, report.properties);
  for (const std::string& name : request.properties) {
    const std::size_t index = find_property(report.properties, name);
    if (report.properties[index].kind == PropertyKind::reachable) options.witness = index;
  }
  return options;
}

void conclude(RunReport& report) {
  report.verdict = judge(report);
  report.unexpected = difference(report);
  report.as_expected = report.unexpected.empty();
}

}  // namespace

namespace {

/// The options of a search that begins now, of the time that a run has.
SearchOptions with_time_left(SearchOptions options, Clock::time_point began) {
  if (options.seconds) options.seconds = std::max(*options.seconds - Stopwatch::since(began), 0.0);
  return options;
}

/// What was found when a limit stopped a run outside of its search: nothing before that; after it,
/// all but what was to be shown and judged then.
void stop_run(RunReport& report, const Stopped& stopped) {
  SearchResult& result = report.result;
  if (!result.properties.empty()) {
    if (result.shown && !report.trace) result.untraced = stopped.why;
    if (!report.trace) result.shown.reset();
    if (!report.temporal_stop) report.temporal_stop = stopped.why;
    return;
  }
  result.stop = stopped.why;
  result.unexpanded = stopped.states;
  result.actions.resize(report.actions.size());
  const PropertySet judged = selected(report.request, report.properties);
  for (std::size_t i = 0; i < report.properties.size(); ++i) {
    const bool asked = report.properties[i].name == Trace::ad_hoc || (judged >> i & 1) != 0;
    result.properties.push_back({!asked                         ? PropertyVerdict::not_checked
                                 : report.properties[i].applies ? PropertyVerdict::incomplete
                                                                : PropertyVerdict::not_applicable});
  }
}

/// Makes the model and reports what body(report, model) finds, which every limit stops.
template <class Body>
RunReport run_within_limits(const RunRequest& request, Clock::time_point began, const Body& body) {
  const SearchOptions& options = request.search;
  const WorkLimits limits({[&] { return reason_to_stop(options, began); }, options.max_states,
                           options.memory.value_or(default_memory_bytes())});
  const auto model = instantiate(request);
  RunReport report = begun(request, *model);
  reset_peak_memory();
  named_in_errors(request.system->name, [&] {
    try {
      body(report, *model);
    } catch (const Stopped& stopped) {
      stop_run(report, stopped);
    } catch (const ClaimError& error) {
      const std::vector<std::string> lines =
          state_lines(model->observer()->variables(), model->unpack(error.state.data()));
      throw ModelError(fmt::format("{}, in the state {}", error.what(), fmt::join(lines, "; ")));
    }
  });
  report.peak_bytes = peak_memory();
  report.result.seconds = report.result.seconds_before + Stopwatch::since(began);
  conclude(report);
  return report;
}

/// Searches until nothing more is violated, each time without what was found to be violated, so
/// that each claim has the counterexample that it has alone, whatever the number of threads.
SearchResult search_on(RunReport& report, const ModelInstance& model, SearchOptions options,
                       Clock::time_point began) {
  std::vector<std::pair<std::size_t, PropertyResult>> violated;
  bool level_cut = false;
  bool type_ok = true;
  while (true) {
    SearchResult result = search_for(report, model, options);
    const std::optional<std::size_t> shown = result.shown;
    if (!shown || result.properties[*shown].verdict != PropertyVerdict::violated) {
      for (const auto& [property, found] : violated) result.properties[property] = found;
      result.level_cut = result.level_cut || level_cut;
      // A step out of the declared ranges leads nowhere: not all states were found.
      if (!type_ok) leave_open(result, model.properties());
      return result;
    }
    level_cut = level_cut || result.level_cut;
    type_ok = type_ok && model.properties()[*shown].kind != PropertyKind::type_ok;
    report.result = std::move(result);
    for (const auto& [property, found] : violated) report.result.properties[property] = found;
    const auto observer = model.observer();
    accept_trace(report, make_trace(report, model, *observer), *observer);
    violated.emplace_back(*shown, report.result.properties[*shown]);
    options.properties &= ~(PropertySet{1} << *shown);
    options.seconds = with_time_left(report.request.search, began).seconds;
  }
}

/// Searches the model, and judges what the states and steps that were found decide.
void check_model(RunReport& report, const ModelInstance& model, Clock::time_point began) {
  const RunRequest& request = report.request;
  SearchOptions options = with_time_left(what_to_judge(report), began);
  TemporalPart temporal(report, model, options.properties);
  StopSign of_temporal(request.search, began);
  StopSign of_valence(request.search, began);

  const auto search_first = [&] {
    report.normalised = temporal.first_on_normal_forms();
    options.graph = temporal.first_request();
    if (!options.checkpoint.file.empty() || !options.checkpoint.resume.empty())
      options.checkpoint.traits = traits_of(request, temporal.first_model());
    report.trace.reset();
    report.further.clear();
    report.result = request.go_on ? search_on(report, temporal.first_model(), options, began)
                                  : search_for(report, temporal.first_model(), options);
  };
  search_first();
  if (temporal.refuses_first()) {
    options.checkpoint = {};  // which was of normal forms
    search_first();
  }
  if (!keeps_states(report.result.visited)) leave_open(report.result, model.properties());
  report.result.properties.resize(report.properties.size());
  if (report.result.profile) report.result.profile->properties.resize(report.properties.size());
  if (report.result.shown) {
    const auto observer = temporal.first_model().observer();
    accept_trace(report, make_trace(report, temporal.first_model(), *observer), *observer);
  }
  report.temporal_stop = temporal.judge(report.result, of_temporal);
  if (temporal.valence() && report.result.stop != Stop::exhausted &&
      report.result.stop != Stop::violation)
    report.valence_stop = report.result.stop;
  else if (temporal.valence() && report.result.stop == Stop::exhausted)
    temporal.report_valence(of_valence);
}

}  // namespace

RunReport run_check(const RunRequest& request) {
  const auto began = Clock::now();
  RunReport report = run_within_limits(request, began, [&](RunReport& so_far, const auto& model) {
    check_model(so_far, model, began);
  });
  report.result.graph.reset();
  return report;
}

RunReport run_simulation(const RunRequest& request) {
  const auto began = Clock::now();
  return run_within_limits(request, began, [&](RunReport& report, const ModelInstance& model) {
    report.coverage.emplace();
    report.coverage->options = *request.walks;
    report.coverage->taken.resize(report.actions.size());
    report.coverage->reached.resize(report.properties.size());
    Simulation simulation =
        simulate(model, with_time_left(what_to_judge(report), began), *request.walks);
    report.result = std::move(simulation.result);
    report.coverage = std::move(simulation.coverage);
    if (!report.result.shown) return;
    const auto observer = model.observer();
    accept_trace(report, make_trace(report, model, *observer), *observer);
  });
}

std::string visited_name(Visited visited) {
  switch (visited) {
    case Visited::exact: return "exact";
    case Visited::keys: return "keys";
    case Visited::whole: return "whole";
    case Visited::tree: return "tree";
    case Visited::compact: return "compact";
    case Visited::bitstate: return "bitstate";
  }
  return "";
}

std::string verdict_name(Verdict verdict) {
  switch (verdict) {
    case Verdict::holds: return "holds";
    case Verdict::violated: return "violated";
    case Verdict::vacuous: return "vacuous";
    case Verdict::incomplete: return "incomplete";
  }
  return "";
}

std::string verdict_name(PropertyVerdict verdict) {
  switch (verdict) {
    case PropertyVerdict::holds: return "holds";
    case PropertyVerdict::violated: return "violated";
    case PropertyVerdict::vacuous: return "vacuous";
    case PropertyVerdict::incomplete: return "incomplete";
    case PropertyVerdict::not_applicable: return "not applicable";
    case PropertyVerdict::not_checked: return "not checked";
  }
  return "";
}

std::string kind_name(PropertyKind kind) {
  switch (kind) {
    case PropertyKind::always: return "always";
    case PropertyKind::step: return "every step";
    case PropertyKind::reachable: return "reachable";
    case PropertyKind::always_possible: return "always possible";
    case PropertyKind::type_ok: return "always";
    case PropertyKind::deadlock_free: return "no deadlock";
    case PropertyKind::named: return "predicate";
    case PropertyKind::temporal: return "temporal";
    case PropertyKind::initially: return "initially";
    case PropertyKind::constraint: return "constraint";
  }
  return "";
}

}  // namespace synod
