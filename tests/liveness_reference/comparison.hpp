// Many random claims about a model, judged by the checker and by the reference.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "tests/liveness_reference/random_claims.hpp"

namespace synod::reference {

/// What became of the cases.
struct Tally {
  std::map<std::string, std::size_t> counts;  ///< by what the checker said
  std::size_t loose = 0;                      ///< of which the reference accepts more than one
  std::size_t within = 0;  ///< that hold within the bounds, and a larger one refutes them
  std::vector<std::string> disagreements;  ///< each as small as it could be made

  void add(const Tally& other);
  std::size_t cases() const;
  std::string text() const;
};

/// A model with its states, at the bounds that it has and, of one with a normal form, at larger
/// ones too.
class Compared {
 public:
  /// Nothing where there are more states than `most`, or where a step leaves a variable's range. Of
  /// a normal form, larger bounds are tried up to so many states.
  static std::unique_ptr<Compared> make(const Subject& subject, std::size_t most);

  struct Comparison {
    std::string said;        ///< by the checker
    std::string difference;  ///< of the reference; empty: none
    bool one_answer = true;  ///< the reference accepts one answer only
    bool within = false;     ///< it holds within the bounds, and a larger one refutes it
  };
  Comparison compare(const Claim& claim) const;
  const Subject& subject() const { return subject_; }
  Observer& observer() const { return *observer_; }

 private:
  Comparison compare_on(const Graph& graph, Observer& observer, const Claim& claim,
                        const Said& said) const;
  void compare_with_model(const Claim& claim, const Said& said, Comparison& result) const;
  std::string refuted_by(const TreePtr& formula, const std::vector<std::string>& fairness) const;

  Subject subject_;
  std::unique_ptr<ModelInstance> model_;
  std::unique_ptr<Observer> observer_;
  Graph graph_;
  std::unique_ptr<ModelInstance> normalised_;
  std::unique_ptr<Observer> normal_observer_;
  Graph normal_graph_;
  std::vector<std::size_t> level_;  ///< by state, of a model with a normal form
  /// Of a normal form: the model as it is, with more room.
  std::unique_ptr<Compared> wider_;
};

/// The temporal claims of the model itself, with what they assume, and without each part of that.
void compare_own_claims(const Compared& compared, Tally& tally);

/// So many random claims about a model.
void compare_random_claims(const Compared& compared, std::size_t claims, Random& random,
                           Tally& tally);

}  // namespace synod::reference
