// States of a model as finite structures: what of a proof's relations holds in a state, so that
// formulas of the proof can be evaluated where the model has been.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "checker/proof/inductive.hpp"
#include "checker/vocabulary/quorum.hpp"
#include "checker/vocabulary/system.hpp"

namespace synod::proof {

/// Individuals are 0, 1, ... of their sort; sorts and relations are counted as the protocol
/// declares them.
class Structure {
 public:
  virtual ~Structure() = default;

  virtual void load(const Cells& state) = 0;

  /// Of a sort: its members as the model has them.
  virtual const Domain& domain(std::size_t sort) const = 0;
  /// Of a constant: which individual it is.
  virtual int constant(std::size_t relation) const = 0;
  virtual bool holds(std::size_t relation, const std::vector<int>& individuals) const = 0;
  /// False where it is known that the relation holds of no individuals that begin with these.
  virtual bool may_hold(std::size_t /*relation*/, const std::vector<int>& /*first*/) const {
    return true;
  }
};

/// The members that a relation is asked about, as the model counts them.
using Members = std::vector<int>;

/// How a model's states are read, declared relation by relation; what remains undeclared throws
/// ModelError when it is asked about.
template <template <class> class Model>
class Reading {
 public:
  using State = Model<Observe>;

  explicit Reading(const Protocol& protocol) : protocol_(&protocol) {
    domains_.resize(protocol.sorts().size());
    constants_.resize(protocol.relations().size());
    relations_.resize(protocol.relations().size());
  }

  void sort(const Sort& sort, std::function<Domain(const State&)> domain) {
    domains_.at(protocol_->index(sort)) = std::move(domain);
  }
  /// A constant is this member of its sort.
  void constant(const expr& constant, int member) {
    constants_.at(protocol_->index(constant.decl())) = member;
  }
  void relation(const Relation& relation, std::function<bool(const State&, const Members&)> holds) {
    relations_.at(protocol_->index(relation.symbol())) = std::move(holds);
  }

  /// A sort of quorums, and who is in which.
  void quorums(const Sort& sort, const Relation& is_in,
               std::function<Subsets(const State&)> subsets) {
    quorums_.push_back(
        {protocol_->index(sort), protocol_->index(is_in.symbol()), std::move(subsets)});
  }

  /// States of the model under these parameters.
  std::function<std::unique_ptr<Structure>(const Parameters&)> structures() const {
    return [reading = *this](const Parameters& parameters) {
      return std::make_unique<ModelStructure>(reading, parameters);
    };
  }

 private:
  class ModelStructure final : public Structure {
   public:
    ModelStructure(Reading reading, const Parameters& parameters)
        : reading_(std::move(reading)), state_(parameters, {}) {
      read_quorums();
      for (const auto& domain : reading_.domains_) {
        if (!domain) throw ModelError("a sort is not read");
        domains_.push_back(domain(state_));
      }
      for (const Relation& relation : reading_.protocol_->relations())
        sorts_.push_back(reading_.protocol_->sorts_of(relation));
    }

    void load(const Cells& state) override { state_.memory().load_cells(state); }
    const Domain& domain(std::size_t sort) const override { return domains_[sort]; }
    int constant(std::size_t relation) const override {
      return reading_.constants_[relation].value() - domains_[sorts_[relation].back()].low;
    }
    bool holds(std::size_t relation, const std::vector<int>& individuals) const override {
      members_ = individuals;
      for (std::size_t i = 0; i < members_.size(); ++i)
        members_[i] += domains_[sorts_[relation][i]].low;
      if (!reading_.relations_[relation])
        throw ModelError(reading_.protocol_->relations()[relation].name() + " is not read");
      return reading_.relations_[relation](state_, members_);
    }

   private:
    /// They are the same in all states.
    void read_quorums() {
      for (const Quorums& quorums : reading_.quorums_) {
        const std::vector<std::uint64_t> masks = quorums.subsets(state_).masks();
        const int count = static_cast<int>(masks.size());
        reading_.domains_[quorums.sort] = [count](const State&) {
          return integers("quorum", 0, count - 1);
        };
        reading_.relations_[quorums.is_in] = [masks](const State&, const Members& x) {
          return (masks[static_cast<std::size_t>(x[1])] >> x[0] & 1) != 0;
        };
      }
    }

    Reading reading_;
    State state_;
    std::vector<Domain> domains_;
    std::vector<std::vector<std::size_t>> sorts_;  ///< of the places of relations
    mutable Members members_;
  };

  struct Quorums {
    std::size_t sort;
    std::size_t is_in;
    std::function<Subsets(const State&)> subsets;
  };

  const Protocol* protocol_;
  std::vector<Quorums> quorums_;
  std::vector<std::function<Domain(const State&)>> domains_;
  std::vector<std::optional<int>> constants_;
  std::vector<std::function<bool(const State&, const Members&)>> relations_;
};

/// A formula that is evaluated in finite structures. Most of what a quantifier ranges over is
/// decided before all of its variables have values: an implication, once its antecedent is false.
/// So it is evaluated after each, in Kleene's logic of three values, and what is decided is left.
class FiniteFormula {
 public:
  /// `free`: variables that are given when it is evaluated.
  FiniteFormula(const Protocol& protocol, const Variables& free, const expr& formula);

  bool holds(const Structure& structure, const std::vector<int>& free) const;

 private:
  enum class Kind : std::uint8_t {
    truth,
    no,
    all_of,
    any_of,
    implies,
    same,
    different,
    choice,
    relation,
    constant,
    variable,
    forall,
    exists
  };
  struct Node {
    Kind kind;
    bool of_truths = false;          ///< what is compared: truths, not individuals
    bool value = false;              ///< of truth
    std::size_t symbol = 0;          ///< of a relation or constant; of a variable, where it is
    std::vector<std::size_t> parts;  ///< nodes
    std::vector<std::size_t> sorts;  ///< of a quantifier's variables
    std::size_t first = 0;           ///< of its variables, where they are
  };

  /// `unknown`: it depends on variables that have no value yet.
  enum class Truth : std::uint8_t { no, yes, unknown };
  static constexpr int no_value = -1;

  std::size_t add(const expr& formula);
  std::size_t add_quantifier(const expr& formula);
  Truth truth(const Structure& structure, std::size_t node, std::vector<int>& values) const;
  /// Of some truths: `decisive` if one is, and otherwise whether all are known.
  Truth junction(const Structure& structure, const Node& node, Truth decisive,
                 std::vector<int>& values) const;
  Truth quantifier(const Structure& structure, const Node& node, std::vector<int>& values) const;
  /// Its variables before `variable` have values; the others have none, then and afterwards.
  Truth quantified(const Structure& structure, const Node& node, std::size_t variable,
                   std::vector<int>& values) const;
  Truth relation(const Structure& structure, const Node& node,
                 const std::vector<int>& values) const;
  int individual(const Structure& structure, std::size_t node,
                 const std::vector<int>& values) const;

  const Protocol* protocol_;
  std::vector<expr> scope_;  ///< while it is built: the variables there are
  std::size_t free_;         ///< variables that are given
  std::size_t most_;         ///< variables at a time
  std::vector<Node> nodes_;
  std::size_t root_ = 0;
};

/// A protocol with what its individuals are in the model of the same name.
struct Modelled {
  std::shared_ptr<const Protocol> protocol;
  std::function<std::unique_ptr<Structure>(const Parameters&)> structures;
  /// Under which parameters the model is what the proof is about.
  std::function<bool(const Parameters&)> covers;
  /// The model has no bounds and no history, so that its claims can be judged on the relations.
  bool bounded = false;
};

}  // namespace synod::proof
