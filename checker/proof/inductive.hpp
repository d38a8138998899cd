// Proofs by an inductive invariant, for any number of processes: a protocol as relations over
// sorts, its actions as updates of them, and the questions that show that the invariant holds at
// first, is kept by every action, and implies what is claimed.
//
// All formulas are meant to stay in effectively propositional logic [PMPSS16]: relations only, and
// no cycle in how quantifiers alternate between sorts. Then the solver decides every question, and
// a refutation is a finite pair of states.
// [PMPSS16] O. Padon, K. McMillan, A. Panda, M. Sagiv, S. Shoham, Ivy: Safety Verification by
// Interactive Generalization, PLDI 2016; for Paxos: Padon, Losa, Sagiv, Shoham, Paxos Made EPR,
// OOPSLA 2017.
#pragma once

#include <deque>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "checker/proof/obligation.hpp"
#include "checker/vocabulary/machine.hpp"

namespace synod::proof {

using z3::expr;
using Variables = std::vector<expr>;

expr for_all(const Variables& variables, const expr& body);
expr for_some(const Variables& variables, const expr& body);

/// A set of individuals of which nothing is known but what axioms say.
class Sort {
 public:
  Sort(z3::context& context, const std::string& name)
      : sort_(context.uninterpreted_sort(name.c_str())) {}

  /// A variable of this sort, to be quantified or to be an argument of an action.
  expr operator[](const std::string& name) const {
    return sort_.ctx().constant(name.c_str(), sort_);
  }
  const z3::sort& z3_sort() const { return sort_; }
  std::string name() const { return sort_.name().str(); }

 private:
  z3::sort sort_;
};

/// A relation between individuals; without arguments, a proposition.
class Relation {
 public:
  Relation(z3::func_decl symbol, bool changes) : symbol_(std::move(symbol)), changes_(changes) {}

  template <class... Arguments>
  expr operator()(const Arguments&... arguments) const {
    return apply({arguments...});
  }
  expr apply(const Variables& arguments) const;

  const z3::func_decl& symbol() const { return symbol_; }
  std::string name() const { return symbol_.name().str(); }
  bool changes() const { return changes_; }  ///< false: the same in all states

 private:
  z3::func_decl symbol_;
  bool changes_;
};

struct NamedFormula {
  std::string name;
  expr formula;
};

/// A relation that no state of the model determines, but what has happened: actions update it, and
/// nothing else that they do depends on it.
struct History {
  Relation relation;
  Variables at;
  expr value;  ///< at first
};

/// After the action, `relation` holds of `at` exactly if `value` holds before it.
struct Effect {
  std::string name;
  Relation relation;
  Variables at;
  expr value;
};

/// An action of the protocol, under the model's own names. What no effect speaks of stays.
struct Action {
  std::string name;
  Variables arguments;  ///< those of the model's action, then what it chooses besides
  std::vector<NamedFormula> guards;
  std::vector<Effect> effects;

  Action& when(std::string conjunct, const expr& holds) {
    guards.push_back({std::move(conjunct), holds});
    return *this;
  }
  Action& then(std::string effect, const Relation& relation, const Variables& at,
               const expr& value);
  /// The relation holds of these individuals too.
  Action& insert(const std::string& effect, const Relation& relation, const Variables& members);
  Action& remove(const std::string& effect, const Relation& relation, const Variables& members);
};

/// What every step keeps, whatever individuals `of` are: where the first formula of a case holds
/// before an action, the second holds after it.
struct StepClaim {
  std::string name;
  Variables of;
  std::vector<std::pair<expr, expr>> cases;
};

/// How one sort is quantified within another: some formula says "for each `from` there is a `to`".
struct Alternation {
  std::string from;
  std::string to;
  auto operator<=>(const Alternation&) const = default;
};

/// The alternations of formulas that are asserted together, in order, each once.
std::vector<Alternation> alternations(const std::vector<expr>& asserted);
/// Sorts along a cycle, the first again at the end; empty: there is none.
std::vector<std::string> cycle(const std::vector<Alternation>& edges);

class Protocol {
 public:
  explicit Protocol(std::string name) : name_(std::move(name)) {}

  Sort sort(const std::string& name);
  /// An individual that is the same in all states.
  expr constant(const Sort& sort, const std::string& name);
  Relation fixed(const std::string& name, const std::vector<Sort>& sorts);
  Relation variable(const std::string& name, const std::vector<Sort>& sorts);
  /// Holds at first of `at` exactly if `value` does.
  Relation history(const std::string& name, const Variables& at, const expr& value);
  /// A total order of a sort, with its axioms: less or equal.
  Relation order(const std::string& name, const Sort& sort);

  void axiom(const std::string& name, const expr& formula) { axioms_.push_back({name, formula}); }
  void initially(const expr& formula) { initial_.push_back(formula); }
  Action& action(const std::string& name, const Variables& arguments);
  void invariant(const std::string& name, const expr& formula) {
    invariant_.push_back({name, formula});
  }
  /// An axiom or conjunct that nothing rests on; it is there because people expect to read it. No
  /// control leaves it out.
  void spare(const std::string& name) { spare_.push_back(name); }
  /// What the invariant implies in every state; `name` as the model's claim is called.
  void claim(const std::string& name, const expr& formula) { claims_.push_back({name, formula}); }
  /// What holds of every step that begins where the invariant holds.
  void step_claim(StepClaim claim) { step_claims_.push_back(std::move(claim)); }

  /// Leaves out a conjunct or an effect of an action; throws ModelError if there is none.
  void drop(const Drop& part);

  const std::string& name() const { return name_; }
  z3::context& context() const { return *context_; }
  const std::vector<Sort>& sorts() const { return sorts_; }
  const std::vector<Relation>& relations() const { return relations_; }
  const std::vector<History>& histories() const { return histories_; }
  const History* history(const Relation& relation) const;  ///< null: it is none
  const std::vector<NamedFormula>& axioms() const { return axioms_; }
  const std::vector<expr>& initial() const { return initial_; }
  const std::deque<Action>& actions() const { return actions_; }
  const std::vector<NamedFormula>& invariant() const { return invariant_; }
  const std::vector<NamedFormula>& claims() const { return claims_; }
  const std::vector<StepClaim>& step_claims() const { return step_claims_; }

  /// Where a sort or relation is among those that there are; throws ModelError if it is not there.
  std::size_t index(const z3::sort& sort) const;
  std::size_t index(const Sort& sort) const { return index(sort.z3_sort()); }
  std::size_t index(const z3::func_decl& symbol) const;
  /// The sorts of a relation's places; of a constant, its own.
  std::vector<std::size_t> sorts_of(const Relation& relation) const;

  /// The formula about the state after an action, in terms of the state before it.
  expr after(const Action& action, const expr& formula) const;

  /// The questions: that each conjunct holds at first, that each action keeps each conjunct, and
  /// that each claim follows, one about steps for each action. `left_out` is the name of an axiom
  /// or conjunct that is not assumed, nor shown.
  std::vector<Query> initiation(const std::string& left_out = {}) const;
  std::vector<Query> consecution(const std::string& left_out = {}) const;
  std::vector<Query> safety(const std::string& left_out = {}) const;
  std::vector<Query> questions(const std::string& left_out = {}) const;  ///< all of them
  /// All of them, of which one has to have a model if the proof rests on `name`.
  std::vector<Query> without(const std::string& name) const;

  /// One obligation: that the invariant holds at first, that every action keeps it, and that the
  /// claims follow; a control for every axiom and conjunct that is not spare, and notes that say
  /// how quantifiers alternate. Throws ModelError where they do in a cycle, and where a guard, or
  /// an effect on another relation, depends on history.
  Topic topic(const std::string& sentence, const std::string& scope) const;

 private:
  void check_histories() const;
  std::vector<Assertion> assumed(const std::string& left_out) const;
  /// What is known of a state in which an action is taken.
  std::vector<Assertion> assumed(const std::string& left_out, const Action& action) const;
  Query query(const std::string& name, std::vector<Assertion> assertions, const Action* action,
              const NamedFormula& shown) const;
  /// `refutation` says of two states what must not be.
  Query query(const std::string& name, std::vector<Assertion> assertions, const Action* action,
              const NamedFormula& shown, const expr& refutation) const;
  Query query(const StepClaim& claim, const Action& action, const std::string& left_out) const;

  std::string name_;
  std::shared_ptr<z3::context> context_ = std::make_shared<z3::context>();
  std::vector<Sort> sorts_;
  std::vector<Relation> relations_;
  std::vector<History> histories_;
  std::vector<NamedFormula> axioms_;
  std::vector<expr> initial_;
  std::deque<Action> actions_;  // references to them stay valid
  std::vector<NamedFormula> invariant_;
  std::vector<NamedFormula> claims_;
  std::vector<StepClaim> step_claims_;
  std::vector<std::string> spare_;
};

}  // namespace synod::proof
