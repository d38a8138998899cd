#include "checker/run/run.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <fstream>
#include <functional>

#include "checker/input/input.hpp"
#include "checker/liveness/fairness.hpp"
#include "checker/liveness/temporal.hpp"
#include "checker/partial_order/reduced_search.hpp"
#include "checker/replay/replay.hpp"
#include "checker/report/text.hpp"
#include "checker/run/run_trace.hpp"
#include "checker/search/sorted_run.hpp"
#include "checker/symmetry/symmetric_search.hpp"
#include "checker/version.hpp"

namespace synod {

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
      if (properties[i].refuted || (only_safety && kind == PropertyKind::temporal) ||
          (no_graph && needs_graph(kind)))
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

/// The action that would leave the declared ranges in a state.
std::string refused_action(Observer& observer, const Cells& state) {
  std::uint32_t labels = 0;
  for (const ActionInfo& action : observer.actions()) labels += action.labels;
  for (std::uint32_t label = 0; label < labels; ++label)
    if (observer.attempt(state, label).out_of_range) return step_text(observer, state, label);
  throw ModelError("no action leaves the declared ranges, though one was found");
}

/// A trace without its states.
Trace empty_trace(const RunReport& report, std::size_t shown) {
  const RunRequest& request = report.request;
  Trace trace;
  trace.protocol = request.system->name;
  trace.parameters = write_parameters(*request.system, request.parameters, true);
  trace.mutant = request.mutant;
  trace.drops = request.drops;
  trace.property = report.properties[shown].name;
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

}  // namespace

Expectation expectation(const RunRequest& request, const std::vector<PropertyInfo>& properties) {
  if (request.expected) return {*request.expected, 0, 0, 0};
  if (!request.mutant.empty()) return {Verdict::violated, 0, 0, 0};
  for (const std::string& name : request.properties)
    if (properties[find_property(properties, name)].refuted) return {Verdict::violated, 0, 0, 0};
  if (!request.ltl.empty() || !request.unfair.empty()) return {};
  if (!request.drops.empty()) {
    const auto& not_needed = request.system->not_needed;
    const bool needed =
        std::any_of(request.drops.begin(), request.drops.end(), [&](const Drop& drop) {
          return std::none_of(not_needed.begin(), not_needed.end(),
                              [&](const NotNeeded& entry) { return entry.conjunct == drop; });
        });
    return {needed ? Verdict::violated : Verdict::holds, 0, 0, 0};
  }
  for (const Instance& instance : request.system->instances) {
    if (resolve_parameters(*request.system, instance.parameters) != request.parameters) continue;
    // Counts are pinned for the whole search; one that asks for less may see less.
    if (request.properties.empty() && !request.walks && !request.symmetry && !request.partial_order)
      return instance.expected;
    return {instance.expected.verdict, 0, 0, 0};
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

const NormalForm* judged_on(const System& system, const ModelInstance& model,
                            const std::vector<Drop>& drops) {
  return may_normalise(system, drops) && model.normalised() ? &system.normal_form : nullptr;
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

/// Throws unless the trace replays.
void accept_trace(RunReport& report, Trace trace, Observer& observer) {
  const Replay replayed = replay(observer, trace);
  if (!replayed.valid)
    throw std::logic_error(fmt::format("the counterexample of {} does not replay at state {}: {}",
                                       trace.property, replayed.step, replayed.reason));
  report.trace_limitation = replayed.limitation;
  report.trace = std::move(trace);
}

/// The temporal properties that a run is about.
class TemporalPart {
 public:
  TemporalPart(RunReport& report, const ModelInstance& model, PropertySet wanted)
      : report_(report), plain_(model) {
    const RunRequest& request = report.request;
    if (may_normalise(*request.system, request.drops)) normalised_ = model.normalised();
    const auto observer = model.observer();
    for (PropertyInfo& info : report.properties) {
      info.fairness = assumed_by(info, *observer);
      std::erase_if(info.fairness, [&](const std::string& assumption) {
        return std::any_of(request.unfair.begin(), request.unfair.end(),
                           [&](const auto& unfair) { return same_assumption(assumption, unfair); });
      });
    }
    admissible_runs_ = request.fairness.empty() ? applicable(request.system->admissible, *observer)
                                                : request.fairness;
    if (!request.ltl.empty())
      report.properties.push_back({.name = Trace::ad_hoc,
                                   .kind = PropertyKind::temporal,
                                   .because = "asked for on the command line",
                                   .witnesses = {},
                                   .formula = request.ltl,
                                   .fairness = request.fairness});
    std::vector<TemporalClaim> claims;
    for (std::size_t i = 0; i < report.properties.size(); ++i) {
      const PropertyInfo& info = report.properties[i];
      const bool ad_hoc = i == model.properties().size();
      if (info.kind != PropertyKind::temporal ||
          (!ad_hoc && (!info.applies || (wanted >> i & 1) == 0)))
        continue;
      properties_.push_back(i);
      claims.push_back({info.formula, info.fairness});
    }
    if (!properties_.empty())
      claims_.emplace(this->model(), *this->model().observer(), claims,
                      on_normal_forms() ? &request.system->normal_form : nullptr);
    if (request.valence) add_valence();
  }

  bool empty() const { return properties_.empty(); }
  /// Whether nothing else was asked for, but what keeps these properties from being vacuous.
  bool is_all() const {
    const RunRequest& request = report_.request;
    return !request.ltl.empty()
               ? request.properties.empty()
               : !request.properties.empty() &&
                     std::all_of(request.properties.begin(), request.properties.end(),
                                 [&](const std::string& name) {
                                   return report_
                                              .properties[find_property(report_.properties, name)]
                                              .kind == PropertyKind::temporal;
                                 });
  }
  /// The model to judge them on.
  const ModelInstance& model() const { return normalised_ ? *normalised_ : plain_; }
  bool on_normal_forms() const { return normalised_ != nullptr; }
  GraphRequest graph_request() const { return claims_->request(); }

  // The valence of the configurations of the model itself.

  bool valence() const { return decisions_.has_value(); }
  /// What the graph has to keep for it.
  GraphRequest valence_request() const {
    GraphRequest request = admissible_->request();
    for (const PropertySet predicate : decisions_->predicates) request.predicates |= predicate;
    return request;
  }
  /// Whether there was no room for an answer.
  bool out_of_memory() const { return out_of_memory_; }

  void report_valence(const StateGraph& graph, std::size_t threads,
                      const std::function<bool()>& stopped) {
    const FindRun find_run = [&](const std::vector<std::uint8_t>& within) {
      FairRun run =
          admissible_->fair_run_within(0, within, graph, threads, memory_beside(graph), stopped);
      out_of_memory_ = out_of_memory_ || run.out_of_memory;
      return run;
    };
    Trace blank = empty_trace(report_, 0);
    blank.property.clear();
    blank.witness = false;
    blank.formula = undecided_formula();
    blank.fairness = admissible_runs_;
    report_.valence =
        analyse_valence(plain_, graph, blank, admissible_runs_.empty() ? FindRun{} : find_run);
  }

  /// Judges them once the search has built the graph. Until something is violated: then there is a
  /// counterexample already.
  void judge(const SearchResult& searched, const std::function<bool()>& stopped) {
    for (std::size_t k = 0; k < properties_.size(); ++k) {
      PropertyResult& result = report_.result.properties[properties_[k]];
      result = {};  // incomplete, unless it is judged
      if (!searched.graph) continue;
      const TemporalResult judged = claims_->judge(k, *searched.graph, searched.threads,
                                                   memory_beside(*searched.graph), stopped);
      result.verdict = judged.verdict;
      result.cut = judged.cut;
      out_of_memory_ = out_of_memory_ || judged.out_of_memory;
      if (!judged.lasso) continue;
      result.depth = judged.lasso->states.size();
      if (report_.trace || report_.result.shown) continue;
      const auto observer = model().observer();
      Trace trace =
          make_trace(report_, properties_[k], *judged.lasso, *searched.graph, model(), *observer);
      trace.normalised = on_normal_forms();
      accept_trace(report_, std::move(trace), *observer);
    }
  }

 private:
  /// What the memory limit leaves for questions about a graph.
  std::size_t memory_beside(const StateGraph& graph) const {
    const std::size_t memory = report_.request.search.memory.value_or(default_memory_bytes());
    const std::size_t used = graph.state_bytes() + graph.bytes();
    return memory > used ? memory - used : 0;
  }
  void add_valence() {
    decisions_ = decisions_of(plain_.properties());
    if (decisions_->values.empty())
      throw InputError(fmt::format("{} does not say what is decided: there is no valence",
                                   report_.request.system->name));
    admissible_.emplace(plain_, *plain_.observer(),
                        std::vector<TemporalClaim>{{"true", admissible_runs_}}, nullptr);
  }
  /// That somebody decides.
  std::string undecided_formula() const {
    return fmt::format("<> ({})", fmt::join(decisions_->names, " || "));
  }

  RunReport& report_;
  const ModelInstance& plain_;
  std::unique_ptr<ModelInstance> normalised_;
  std::vector<std::size_t> properties_;
  std::optional<TemporalClaims> claims_;
  std::vector<std::string> admissible_runs_;  ///< what those are fair to that valence is about
  std::optional<Decisions> decisions_;
  std::optional<TemporalClaims> admissible_;
  bool out_of_memory_ = false;
};

/// Looks at the clock and at the user, and remembers why work had to stop. For many threads.
class StopSign {
 public:
  StopSign(const SearchOptions& options, Clock::time_point began)
      : options_(options), began_(began) {}

  bool operator()() {
    if (const auto reason = reason_to_stop(options_, began_)) seen_ = static_cast<int>(*reason);
    return seen_ != none;
  }
  std::optional<Stop> seen() const {
    const int reason = seen_;
    return reason == none ? std::nullopt : std::optional(static_cast<Stop>(reason));
  }

 private:
  static constexpr int none = -1;
  const SearchOptions& options_;
  Clock::time_point began_;
  std::atomic<int> seen_{none};
};

/// What stopped work on the graph that a search was to build.
std::optional<Stop> what_stopped(const SearchResult& searched, const TemporalPart& temporal,
                                 const StopSign& sign) {
  if (searched.stop != Stop::exhausted) return searched.stop;
  return temporal.out_of_memory() ? Stop::memory : sign.seen();
}

/// Judges the temporal properties on the graph that a search was to build; says what stopped that.
std::optional<Stop> judge_temporal(TemporalPart& temporal, const SearchResult& searched,
                                   StopSign& sign) {
  temporal.judge(searched, std::ref(sign));
  return what_stopped(searched, temporal, sign);
}

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
  traits.push_back(join("--ltl", request.ltl.empty() ? std::vector<std::string>{}
                                                     : std::vector<std::string>{request.ltl}));
  traits.push_back(join("--fair", request.fairness));
  traits.push_back(join("--unfair", request.unfair));
  traits.emplace_back(request.symmetry ? "--symmetry" : "no --symmetry");
  traits.emplace_back(request.partial_order ? "--partial-order" : "no --partial-order");
  const auto observer = model.observer();
  for (const VariableInfo& variable : observer->variables())
    traits.push_back(
        fmt::format("{} of {} times {} bits", variable.name, variable.cells, variable.bits));
  return traits;
}

/// Builds a graph of its own: what it keeps of states and steps differs from what claims need.
void report_valence(RunReport& report, const ModelInstance& model, TemporalPart& temporal,
                    StopSign& sign) {
  SearchOptions options = report.request.search;
  options.checkpoint = {};
  options.properties = 0;
  options.disk.clear();  // a graph is in memory or not at all
  options.graph = temporal.valence_request();
  const SearchResult searched = search(model, options);
  if (searched.graph) {
    temporal.report_valence(*searched.graph, searched.threads, std::ref(sign));
    report.valence->cuts = searched.cuts;
  }
  report.valence_stop = what_stopped(searched, temporal, sign);
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
  const auto model = request.system->instantiate(request.parameters, request.drops);
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

/// Searches the model, and judges what the states and steps that were found decide.
void check_model(RunReport& report, const ModelInstance& model, Clock::time_point began) {
  const RunRequest& request = report.request;
  SearchOptions options = with_time_left(what_to_judge(report), began);
  TemporalPart temporal(report, model, options.properties);
  StopSign of_temporal(request.search, began);
  StopSign of_valence(request.search, began);

  report.normalised = !temporal.empty() && temporal.on_normal_forms() && temporal.is_all();
  const ModelInstance& searched = report.normalised ? temporal.model() : model;
  if (!temporal.empty() && &searched == &temporal.model()) options.graph = temporal.graph_request();
  if (!options.checkpoint.file.empty() || !options.checkpoint.resume.empty())
    options.checkpoint.traits = traits_of(request, searched);
  report.result = search_for(report, searched, options);
  report.result.properties.resize(report.properties.size());
  if (report.result.profile) report.result.profile->properties.resize(report.properties.size());
  if (report.result.shown) {
    const auto observer = searched.observer();
    accept_trace(report, make_trace(report, searched, *observer), *observer);
  }
  if (options.graph) {
    const auto stop = judge_temporal(temporal, report.result, of_temporal);
    if (report.result.explored) report.temporal_stop = stop;
  } else if (!temporal.empty() && report.result.stop == Stop::exhausted) {
    SearchOptions again = with_time_left(request.search, began);
    again.checkpoint = {};
    again.disk.clear();
    again.properties = PropertySet{1} << (model.properties().size() - 1);  // TypeOK
    again.graph = temporal.graph_request();
    report.on_normal_forms = search(temporal.model(), again);
    report.temporal_stop = judge_temporal(temporal, *report.on_normal_forms, of_temporal);
  } else {
    judge_temporal(temporal, {}, of_temporal);
  }
  if (temporal.valence() && report.result.stop != Stop::exhausted &&
      report.result.stop != Stop::violation)
    report.valence_stop = report.result.stop;
  else if (temporal.valence() && report.result.stop == Stop::exhausted)
    report_valence(report, model, temporal, of_valence);
}

}  // namespace

RunReport run_check(const RunRequest& request) {
  const auto began = Clock::now();
  RunReport report = run_within_limits(request, began, [&](RunReport& so_far, const auto& model) {
    check_model(so_far, model, began);
  });
  report.result.graph.reset();
  if (report.on_normal_forms) report.on_normal_forms->graph.reset();
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
  }
  return "";
}

}  // namespace synod
