// The temporal properties of a run, and valence: what is judged on a graph of states and steps.
//
// A claim is judged on normal forms where the model has them and they serve it, else on the states
// as they are. That they serve is found out by the search of the normal forms itself, and by
// following what it finds on the model: see ModelInstance::normal_form_faults().
#pragma once

#include <algorithm>
#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "checker/liveness/temporal.hpp"
#include "checker/liveness/valence.hpp"
#include "checker/run/run.hpp"

namespace synod {

/// Looks at the clock and at the user, and remembers why work had to stop. For many threads.
class StopSign {
 public:
  using Clock = std::chrono::steady_clock;

  StopSign(const SearchOptions& options, Clock::time_point began)
      : options_(options), began_(began) {}

  bool operator()() {
    if (const auto reason = reason_to_stop(options_, began_)) seen_ = static_cast<int>(*reason);
    return seen_ != none;
  }
  /// Of a search that begins now.
  SearchOptions with_time_left(SearchOptions options) const {
    if (options.seconds)
      options.seconds = std::max(*options.seconds - Stopwatch::since(began_), 0.0);
    return options;
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

class TemporalPart {
 public:
  /// Adds the formula that was asked for to the properties of the report. Throws InputError.
  TemporalPart(RunReport& report, const ModelInstance& model, PropertySet wanted);

  bool empty() const { return batches_.empty(); }

  // The first search of the run may serve claims as well.

  /// The model that it is about.
  const ModelInstance& first_model() const;
  bool first_on_normal_forms() const { return &first_model() == normalised_.get(); }
  /// What it has to keep, if it serves claims.
  std::optional<GraphRequest> first_request() const;
  /// Whether normal forms that were searched have turned out to be wrong for a claim. Then the
  /// claim is left to the states as they are, and the search has to be made again.
  bool refuses_first();

  /// Judges everything, the first claims on the graph of the first search. Says what stopped that.
  std::optional<Stop> judge(const SearchResult& first, StopSign& sign);

  bool valence() const { return decisions_.has_value(); }
  /// Builds a graph of its own: what it keeps of states and steps differs from what claims need.
  void report_valence(StopSign& sign);

 private:
  /// Claims that are judged on one graph.
  struct Batch {
    bool on_normal_forms = false;
    std::vector<std::size_t> properties;  ///< by number
    std::vector<TemporalClaim> texts;
    std::unique_ptr<TemporalClaims> claims;
  };

  void add(std::size_t property, bool on_normal_forms);
  void add_formula_asked_for();
  void add_valence();
  bool is_all() const;
  const ModelInstance& model_of(const Batch& batch) const {
    return batch.on_normal_forms ? *normalised_ : plain_;
  }
  std::size_t memory_beside(const StateGraph& graph) const;
  std::vector<std::size_t> refused(const Batch& batch);
  SearchResult search_for(const Batch& batch, const StopSign& sign) const;
  void judge(const Batch& batch, const SearchResult& searched, StopSign& sign);
  bool accept(std::size_t property, const Batch& batch, const Lasso& lasso,
              const SearchResult& searched);
  std::optional<Stop> what_stopped(const SearchResult& searched, const StopSign& sign) const;

  RunReport& report_;
  const ModelInstance& plain_;
  std::unique_ptr<ModelInstance> normalised_;
  std::vector<Batch> batches_;                ///< in the order in which they are judged
  std::vector<std::string> admissible_runs_;  ///< what those are fair to that valence is about
  std::optional<Decisions> decisions_;
  std::optional<TemporalClaims> admissible_;
  bool out_of_memory_ = false;
};

}  // namespace synod
