// Temporal claims: what every fair behaviour of a model satisfies.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "checker/liveness/fair_run.hpp"
#include "checker/liveness/fairness.hpp"
#include "checker/liveness/ltl.hpp"
#include "checker/search/search.hpp"

namespace synod {

struct TemporalClaim {
  std::string formula;                ///< over the names of the model's state predicates
  std::vector<std::string> fairness;  ///< assumed; see fairness.hpp
};

struct TemporalResult {
  PropertyVerdict verdict = PropertyVerdict::incomplete;
  std::optional<Lasso> lasso;  ///< a fair behaviour that violates the claim
  std::string members;         ///< those for whom it has this verdict: "p = p2"; or nothing
  /// States at which a bound cut off steps that may happen again and again, of behaviours that may
  /// yet violate the claim. Where there are any and no violation was found, it is undecided.
  std::uint64_t cut = 0;
  bool out_of_memory = false;  ///< which is why the claim is undecided
};

/// Some claims about one model, to be judged on its state graph.
class TemporalClaims {
 public:
  /// On normal forms if `normal_form` is not null. Throws InputError for a formula or assumption
  /// that cannot be read or is not of this model.
  TemporalClaims(const ModelInstance& model, const Observer& observer,
                 const std::vector<TemporalClaim>& claims, const NormalForm* normal_form);

  /// What the graph has to keep of each state.
  GraphRequest request() const;

  /// The state predicates that a claim speaks of.
  PropertySet predicates(std::size_t claim) const { return claims_[claim].predicates; }

  /// A run that stays in the states where `within` is not 0 and is fair as a claim assumes. In at
  /// most `memory` bytes beside the graph.
  FairRun fair_run_within(std::size_t claim, const std::vector<std::uint8_t>& within,
                          const StateGraph& graph, std::size_t threads, std::size_t memory,
                          const std::function<bool()>& stopped) const;

  TemporalResult judge(std::size_t claim, const StateGraph& graph, std::size_t threads,
                       std::size_t memory, const std::function<bool()>& stopped) const;

 private:
  struct Parsed {
    std::vector<FormulaOfMembers> parts;  ///< each to be judged by itself
    StepGroups weak = 0;
    StepGroups strong = 0;
    PropertySet predicates = 0;
    std::uint8_t finite = 0;  ///< the mark of edges that are taken finitely often
  };

  TemporalResult judge_part(const Formula& formula, const Parsed& claim, const StateGraph& graph,
                            std::size_t threads, std::size_t memory,
                            const std::function<bool()>& stopped) const;
  std::uint8_t finite_mark(StepGroups groups);
  Automaton automaton_of(const Formula& formula) const;
  FairRun find(const Formula& formula, const Parsed& claim, const StateGraph& graph,
               std::size_t threads, std::size_t memory, const std::function<bool()>& stopped,
               const std::vector<std::uint8_t>* within = nullptr) const;

  const ModelInstance& model_;
  std::vector<Parsed> claims_;
  std::unique_ptr<Fairness> fairness_;
  std::vector<StepGroups> finite_;  ///< of the claims, by mark
  PropertySet predicates_ = 0;
};

/// The names that formulas may speak of: the state predicates that apply; on normal forms, those of
/// them that these keep.
std::vector<std::string> formula_names(const std::vector<PropertyInfo>& properties,
                                       const NormalForm* normal_form);

/// A formula over the state predicates of a model and, where the model has properties for them,
/// over conditions; on normal forms, over those that it keeps. For each member apart where all of
/// it is about every member. Throws InputError, which points at the place.
std::vector<FormulaOfMembers> parse_claim(const std::string& text, const Observer& observer,
                                          const NormalForm* normal_form);

}  // namespace synod
