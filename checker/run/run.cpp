#include "checker/run/run.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>

#include "checker/input/input.hpp"
#include "checker/replay/replay.hpp"
#include "checker/report/text.hpp"

namespace synod {
namespace {

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

/// The properties to check: those asked for, with the witnesses that keep them from being vacuous.
PropertySet selected(const RunRequest& request, const std::vector<PropertyInfo>& properties) {
  if (request.properties.empty()) return ~PropertySet{0};
  PropertySet set = 0;
  for (std::size_t i = 0; i < properties.size(); ++i)
    if (properties[i].kind == PropertyKind::type_ok) set |= PropertySet{1} << i;
  for (const std::string& name : request.properties) {
    const std::size_t index = find_property(properties, name);
    if (!properties[index].applies)
      throw InputError(fmt::format("property {} does not apply under these parameters", name));
    set |= PropertySet{1} << index;
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

Trace make_trace(const RunReport& report, const ModelInstance& model, Observer& observer) {
  const RunRequest& request = report.request;
  const std::size_t shown = *report.result.shown;
  Trace trace;
  trace.protocol = request.system->name;
  trace.parameters = write_parameters(*request.system, request.parameters, true);
  trace.mutant = request.mutant;
  trace.drops = request.drops;
  trace.property = report.properties[shown].name;
  trace.witness = report.result.properties[shown].verdict == PropertyVerdict::holds;
  for (const PackedState& state : report.result.path.states)
    trace.states.push_back(model.unpack(state.data()));
  for (std::size_t i = 0; i < report.result.path.labels.size(); ++i)
    trace.actions.push_back(step_text(observer, trace.states[i], report.result.path.labels[i]));
  if (report.properties[shown].kind == PropertyKind::type_ok)
    trace.refused_action = refused_action(observer, trace.states.back());
  return trace;
}

/// What the catalogue expects of this request.
Expectation expectation(const RunRequest& request) {
  if (request.expected) return {*request.expected, 0, 0, 0};
  if (!request.mutant.empty()) return {Verdict::violated, 0, 0, 0};
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
    if (request.properties.empty()) return instance.expected;
    return {instance.expected.verdict, 0, 0, 0};
  }
  return {};
}

std::string difference(const RunReport& report) {
  const Expectation& expected = report.expected;
  if (report.verdict != expected.verdict) {
    const bool dropped =
        !report.request.drops.empty() && report.request.mutant.empty() && !report.request.expected;
    return fmt::format("expected {}{}", verdict_name(expected.verdict),
                       dropped && report.verdict == Verdict::holds
                           ? ": what was dropped may matter under other parameters only"
                           : "");
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
  if (own && mutant.length != 0 && report.request.drops == mutant.drops &&
      report.result.path.states.size() != mutant.length)
    return fmt::format("expected a counterexample of {} states", mutant.length);
  return text;
}

}  // namespace

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

RunReport run_check(const RunRequest& request) {
  RunReport report;
  report.request = request;
  const auto model = request.system->instantiate(request.parameters, request.drops);
  report.properties = model->properties();
  report.actions = model->actions();
  report.bits_per_state = model->bits();
  report.expected = expectation(request);
  SearchOptions options = request.search;
  options.properties = selected(request, report.properties);
  for (const std::string& name : request.properties) {
    const std::size_t index = find_property(report.properties, name);
    if (report.properties[index].kind == PropertyKind::reachable) options.witness = index;
  }

  reset_peak_memory();
  report.result = search(*model, options);
  report.peak_bytes = peak_memory();
  report.verdict = judge(report);
  report.unexpected = difference(report);
  report.as_expected = report.unexpected.empty();
  if (report.result.shown) {
    const auto observer = model->observer();
    Trace trace = make_trace(report, *model, *observer);
    const Replay replayed = replay(*observer, trace);
    if (!replayed.valid)
      throw ModelError(fmt::format("the counterexample of {} does not replay at state {}: {}",
                                   trace.property, replayed.step, replayed.reason));
    report.trace_limitation = replayed.limitation;
    report.trace = std::move(trace);
  }
  return report;
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
  }
  return "";
}

}  // namespace synod
