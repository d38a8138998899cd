#include "checker/run/temporal_part.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

#include "checker/input/input.hpp"
#include "checker/liveness/fairness.hpp"
#include "checker/run/counterexample.hpp"
#include "checker/run/unroll.hpp"
#include "checker/search/judged.hpp"

namespace synod {

TemporalPart::TemporalPart(RunReport& report, const ModelInstance& model, PropertySet wanted)
    : report_(report), plain_(model) {
  const RunRequest& request = report.request;
  if (request.normal_forms && may_normalise(*request.system, request.drops))
    normalised_ = model.normalised();
  // A constraint speaks of states: of what it leaves out, the normal form may be within it.
  std::string constraint;
  for (const PropertyInfo& info : report.properties)
    if (info.applies && info.kind == PropertyKind::constraint) constraint = info.name;
  const bool unserved = normalised_ != nullptr && !constraint.empty();
  if (unserved) normalised_ = nullptr;
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
  if (!request.ltl.empty()) add_formula_asked_for();
  for (std::size_t i = 0; i < report.properties.size(); ++i) {
    const PropertyInfo& info = report.properties[i];
    const bool ad_hoc = i == model.properties().size();
    if (info.kind != PropertyKind::temporal) continue;
    if (!ad_hoc && (!info.applies || (wanted >> i & 1) == 0)) continue;
    if (unserved)
      report.not_on_normal_forms.push_back(
          {info.name, fmt::format("the constraint {} is judged on states", constraint)});
    add(i, normalised_ != nullptr);
  }
  if (request.valence) add_valence();
}

void TemporalPart::add_formula_asked_for() {
  report_.properties.push_back({.name = Trace::ad_hoc,
                                .kind = PropertyKind::temporal,
                                .because = "asked for on the command line",
                                .witnesses = {},
                                .formula = report_.request.ltl,
                                .fairness = report_.request.fairness});
}

void TemporalPart::add_valence() {
  decisions_ = decisions_of(plain_.properties());
  if (decisions_->values.empty())
    throw InputError(fmt::format("{} does not say what is decided: there is no valence",
                                 report_.request.system->name));
  admissible_.emplace(plain_, *plain_.observer(),
                      std::vector<TemporalClaim>{{"true", admissible_runs_}}, nullptr);
}

/// Adds a claim to the last batch, or to a new one where that is of another kind or has no room.
void TemporalPart::add(std::size_t property, bool on_normal_forms) try {
  const PropertyInfo& info = report_.properties[property];
  const auto make = [&](Batch batch) {
    batch.properties.push_back(property);
    batch.texts.push_back({info.formula, info.fairness});
    const ModelInstance& model = on_normal_forms ? *normalised_ : plain_;
    batch.claims = std::make_unique<TemporalClaims>(
        model, *model.observer(), batch.texts,
        on_normal_forms ? &report_.request.system->normal_form : nullptr);
    return batch;
  };
  if (!batches_.empty() && batches_.back().on_normal_forms == on_normal_forms) {
    Batch& last = batches_.back();
    try {
      last = make({on_normal_forms, last.properties, last.texts, nullptr});
      return;
    } catch (const TooManyGroups&) {
      // It gets a graph of its own.
    }
  }
  batches_.push_back(make({on_normal_forms, {}, {}, nullptr}));
} catch (const NotOfNormalForms& error) {
  report_.not_on_normal_forms.push_back({report_.properties[property].name, error.what()});
  add(property, false);
}

/// Whether nothing but temporal claims was asked for, and what keeps them from being vacuous.
bool TemporalPart::is_all() const {
  const RunRequest& request = report_.request;
  if (!request.ltl.empty()) return request.properties.empty();
  return !request.properties.empty() &&
         std::all_of(request.properties.begin(), request.properties.end(),
                     [&](const std::string& name) {
                       return report_.properties[find_property(report_.properties, name)].kind ==
                              PropertyKind::temporal;
                     });
}

const ModelInstance& TemporalPart::first_model() const {
  return batches_.size() == 1 && batches_[0].on_normal_forms && is_all() ? *normalised_ : plain_;
}

std::optional<GraphRequest> TemporalPart::first_request() const {
  if (batches_.empty() || &model_of(batches_[0]) != &first_model()) return std::nullopt;
  return batches_[0].claims->request();
}

/// The claims of a batch for which the normal forms that were searched are wrong, by place.
std::vector<std::size_t> TemporalPart::refused(const Batch& batch) {
  std::vector<std::size_t> result;
  if (!batch.on_normal_forms) return result;
  const NormalFormFaults faults = normalised_->normal_form_faults();
  for (std::size_t k = 0; k < batch.properties.size(); ++k) {
    std::string reason;
    if (!faults.different_actions.empty())
      reason = fmt::format("{} leads elsewhere from them", faults.different_actions[0]);
    for (const std::string& action : faults.hidden_actions)
      for (const std::string& assumption : batch.texts[k].fairness)
        if (reason.empty() && asks_for(assumption, action, *plain_.observer()))
          reason = fmt::format("they forget steps of {}, which {} asks for", action, assumption);
    for (std::size_t i = 0; i < plain_.properties().size(); ++i)
      if (reason.empty() && (batch.claims->predicates(k) & faults.predicates) >> i & 1)
        reason = fmt::format("{} is not the same in them", plain_.properties()[i].name);
    if (reason.empty()) continue;
    report_.not_on_normal_forms.push_back({report_.properties[batch.properties[k]].name, reason});
    result.push_back(k);
  }
  return result;
}

bool TemporalPart::refuses_first() {
  if (!first_on_normal_forms() || refused(batches_[0]).empty()) return false;
  const std::vector<std::size_t> properties = batches_[0].properties;
  batches_.clear();
  for (const std::size_t property : properties) add(property, false);
  return true;
}

/// What the memory limit leaves for questions about a graph.
std::size_t TemporalPart::memory_beside(const StateGraph& graph) const {
  const std::size_t memory = report_.request.search.memory.value_or(default_memory_bytes());
  const std::size_t used = graph.state_bytes() + graph.bytes();
  return memory > used ? memory - used : 0;
}

SearchResult TemporalPart::search_for(const Batch& batch, const StopSign& sign) const {
  SearchOptions options = sign.with_time_left(report_.request.search);
  options.checkpoint = {};
  options.disk.clear();  // a graph is in memory or not at all
  options.properties = of_kind(plain_.properties(), PropertyKind::type_ok);
  options.graph = batch.claims->request();
  return search(model_of(batch), options);
}

std::optional<Stop> TemporalPart::judge(const SearchResult& first, StopSign& sign) {
  const bool serves_first = first_request().has_value();
  std::optional<Stop> stopped;
  for (std::size_t i = 0; i < batches_.size(); ++i) {
    if (i == 0 && serves_first) {
      judge(batches_[i], first, sign);
      if (first.explored) stopped = what_stopped(first, sign);
    } else if (first.stop == Stop::exhausted) {
      SearchResult searched = search_for(batches_[i], sign);
      for (const std::size_t k : refused(batches_[i])) add(batches_[i].properties[k], false);
      judge(batches_[i], searched, sign);
      if (!stopped) stopped = what_stopped(searched, sign);
      searched.graph.reset();
      if (batches_[i].on_normal_forms && !report_.on_normal_forms)
        report_.on_normal_forms = std::move(searched);
    } else {
      judge(batches_[i], {}, sign);
    }
  }
  return stopped;
}

/// Judges the claims of a batch once a search has built their graph, but for those that have been
/// added to a later one. Where something is violated, there is a counterexample already.
void TemporalPart::judge(const Batch& batch, const SearchResult& searched, StopSign& sign) {
  // What is left to a later batch may move them.
  const std::vector<std::size_t> properties = batch.properties;
  const bool on_normal_forms = batch.on_normal_forms;
  const std::size_t place = static_cast<std::size_t>(&batch - batches_.data());
  for (std::size_t k = 0; k < properties.size(); ++k) {
    const bool later =
        std::any_of(batches_.begin() + static_cast<std::ptrdiff_t>(place) + 1, batches_.end(),
                    [&](const Batch& other) {
                      return on_normal_forms && !other.on_normal_forms &&
                             std::find(other.properties.begin(), other.properties.end(),
                                       properties[k]) != other.properties.end();
                    });
    PropertyResult& result = report_.result.properties[properties[k]];
    result = {};  // incomplete, unless it is judged
    if (later || !searched.graph) continue;
    const TemporalResult judged = batches_[place].claims->judge(
        k, *searched.graph, searched.threads, memory_beside(*searched.graph), std::ref(sign));
    result.cut = judged.cut;
    result.members = judged.members;
    out_of_memory_ = out_of_memory_ || judged.out_of_memory;
    if (judged.lasso) {
      if (!accept(properties[k], batches_[place], *judged.lasso, searched)) {
        add(properties[k], false);
        continue;
      }
      result.depth = judged.lasso->states.size();
    }
    result.verdict = judged.verdict;
  }
}

/// Makes a behaviour that violates a claim the trace of the report, unless there is one already.
/// False where it is one of normal forms that the model does not follow.
bool TemporalPart::accept(std::size_t property, const Batch& batch, const Lasso& lasso,
                          const SearchResult& searched) {
  const ModelInstance& model = model_of(batch);
  const auto observer = model.observer();
  Trace trace = make_trace(report_, property, lasso, *searched.graph, model, *observer);
  trace.normalised = batch.on_normal_forms;
  if (batch.on_normal_forms) {
    Unrolled run = unroll(*report_.request.system, report_.request.parameters, trace, 2);
    if (!run.fault.empty()) {
      report_.not_on_normal_forms.push_back({report_.properties[property].name, run.fault});
      return false;
    }
    trace.unrolled = std::move(run.run);
    if (const std::string why = why_not_unrolled(*report_.request.system, trace); !why.empty())
      throw std::logic_error("the model's own run is none: " + why);
  }
  if (report_.request.go_on || (!report_.trace && !report_.result.shown))
    accept_trace(report_, std::move(trace), *observer);
  return true;
}

/// What stopped work on the graph that a search was to build.
std::optional<Stop> TemporalPart::what_stopped(const SearchResult& searched,
                                               const StopSign& sign) const {
  if (searched.stop != Stop::exhausted) return searched.stop;
  return out_of_memory_ ? Stop::memory : sign.seen();
}

void TemporalPart::report_valence(StopSign& sign) {
  SearchOptions options = sign.with_time_left(report_.request.search);
  options.checkpoint = {};
  options.properties = 0;
  options.disk.clear();  // a graph is in memory or not at all
  options.graph = admissible_->request();
  for (const PropertySet predicate : decisions_->predicates) options.graph->predicates |= predicate;
  const SearchResult searched = search(plain_, options);
  if (searched.graph) {
    const FindRun find_run = [&](const std::vector<std::uint8_t>& within) {
      FairRun run = admissible_->fair_run_within(0, within, *searched.graph, searched.threads,
                                                 memory_beside(*searched.graph), std::ref(sign));
      out_of_memory_ = out_of_memory_ || run.out_of_memory;
      return run;
    };
    Trace blank = empty_trace(report_, 0);
    blank.property.clear();
    blank.witness = false;
    blank.formula = fmt::format("<> ({})", fmt::join(decisions_->names, " || "));
    blank.fairness = admissible_runs_;
    report_.valence = analyse_valence(plain_, *searched.graph, blank,
                                      admissible_runs_.empty() ? FindRun{} : find_run);
    report_.valence->cuts = searched.cuts;
  }
  report_.valence_stop = what_stopped(searched, sign);
}

}  // namespace synod
