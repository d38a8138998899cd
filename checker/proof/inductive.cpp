#include "checker/proof/inductive.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <iterator>

#include "checker/proof/formulas.hpp"

namespace synod::proof {
namespace {

z3::expr_vector vector_of(z3::context& context, const Variables& elements) {
  z3::expr_vector vector(context);
  for (const expr& element : elements) vector.push_back(element);
  return vector;
}

expr all_equal(z3::context& context, const Variables& a, const Variables& b) {
  expr equal = context.bool_val(true);
  for (std::size_t i = 0; i < a.size(); ++i) equal = i == 0 ? a[i] == b[i] : equal && a[i] == b[i];
  return equal;
}

bool speaks_of(const expr& formula, const Relation& relation) {
  if (formula.is_quantifier()) return speaks_of(formula.body(), relation);
  if (!formula.is_app()) return false;
  if (z3::eq(formula.decl(), relation.symbol())) return true;
  for (unsigned i = 0; i < formula.num_args(); ++i)
    if (speaks_of(formula.arg(i), relation)) return true;
  return false;
}

/// Variables for the places of a relation.
Variables places(const Relation& relation) {
  Variables variables;
  z3::context& context = relation.symbol().ctx();
  for (unsigned i = 0; i < relation.symbol().arity(); ++i)
    variables.push_back(
        context.constant(fmt::format("place{}", i).c_str(), relation.symbol().domain(i)));
  return variables;
}

}  // namespace

expr for_all(const Variables& variables, const expr& body) {
  return quantified(true, variables, body);
}
expr for_some(const Variables& variables, const expr& body) {
  return quantified(false, variables, body);
}

expr Relation::apply(const Variables& arguments) const {
  if (arguments.size() != symbol_.arity())
    throw ModelError(fmt::format("{} has {} places", name(), symbol_.arity()));
  return symbol_(vector_of(symbol_.ctx(), arguments));
}

Action& Action::then(std::string effect, const Relation& relation, const Variables& at,
                     const expr& value) {
  for (const expr& place : at)
    for (const expr& argument : arguments)
      if (z3::eq(place, argument))
        throw ModelError(
            fmt::format("{}.{}: {} is an argument of the action", name, effect, place.to_string()));
  effects.push_back({std::move(effect), relation, at, value});
  return *this;
}

Action& Action::insert(const std::string& effect, const Relation& relation,
                       const Variables& members) {
  const Variables at = places(relation);
  return then(effect, relation, at,
              relation.apply(at) || all_equal(relation.symbol().ctx(), at, members));
}

Action& Action::remove(const std::string& effect, const Relation& relation,
                       const Variables& members) {
  const Variables at = places(relation);
  return then(effect, relation, at,
              relation.apply(at) && !all_equal(relation.symbol().ctx(), at, members));
}

Sort Protocol::sort(const std::string& name) {
  sorts_.emplace_back(*context_, name);
  return sorts_.back();
}

expr Protocol::constant(const Sort& sort, const std::string& name) {
  relations_.emplace_back(context_->function(name.c_str(), 0, nullptr, sort.z3_sort()), false);
  return relations_.back()();
}

namespace {
Relation declare(z3::context& context, const std::string& name, const std::vector<Sort>& sorts,
                 bool changes) {
  z3::sort_vector domain(context);
  for (const Sort& sort : sorts) domain.push_back(sort.z3_sort());
  return {context.function(name.c_str(), domain, context.bool_sort()), changes};
}
}  // namespace

Relation Protocol::fixed(const std::string& name, const std::vector<Sort>& sorts) {
  relations_.push_back(declare(*context_, name, sorts, false));
  return relations_.back();
}

Relation Protocol::variable(const std::string& name, const std::vector<Sort>& sorts) {
  relations_.push_back(declare(*context_, name, sorts, true));
  return relations_.back();
}

Relation Protocol::history(const std::string& name, const Variables& at, const expr& value) {
  std::vector<Sort> sorts;
  for (const expr& place : at) sorts.push_back(sorts_[index(place.get_sort())]);
  const Relation relation = variable(name, sorts);
  histories_.push_back({relation, at, value});
  initially(for_all(at, relation.apply(at) == value));
  return relation;
}

const History* Protocol::history(const Relation& relation) const {
  const auto found = std::find_if(histories_.begin(), histories_.end(), [&](const History& each) {
    return z3::eq(each.relation.symbol(), relation.symbol());
  });
  return found == histories_.end() ? nullptr : &*found;
}

void Protocol::check_histories() const {
  for (const History& each : histories_) {
    const auto check = [&](const std::string& part, const expr& formula) {
      if (speaks_of(formula, each.relation))
        throw ModelError(fmt::format("{} depends on history, {}", part, each.relation.name()));
    };
    for (const Action& action : actions_) {
      for (const NamedFormula& guard : action.guards)
        check(action.name + "." + guard.name, guard.formula);
      for (const Effect& effect : action.effects)
        if (history(effect.relation) == nullptr)
          check(action.name + "." + effect.name, effect.value);
    }
  }
}

Relation Protocol::order(const std::string& name, const Sort& sort) {
  const Relation at_most = fixed(name, {sort, sort});
  const expr x = sort["x"], y = sort["y"], z = sort["z"];
  axiom(name + "_antisymmetric",
        for_all({x, y}, z3::implies(at_most(x, y) && at_most(y, x), x == y)));
  axiom(name + "_transitive",
        for_all({x, y, z}, z3::implies(at_most(x, y) && at_most(y, z), at_most(x, z))));
  axiom(name + "_total", for_all({x, y}, at_most(x, y) || at_most(y, x)));
  return at_most;
}

Action& Protocol::action(const std::string& name, const Variables& arguments) {
  actions_.push_back({name, arguments, {}, {}});
  return actions_.back();
}

void Protocol::drop(const Drop& part) {
  std::size_t dropped = 0;
  const auto is_it = [&](const auto& named) { return named.name == part.part; };
  for (Action& action : actions_)
    if (action.name == part.action)
      dropped += std::erase_if(action.guards, is_it) + std::erase_if(action.effects, is_it);
  if (dropped == 0) throw ModelError(name_ + " has no " + part.text());
}

std::size_t Protocol::index(const z3::sort& sort) const {
  for (std::size_t i = 0; i < sorts_.size(); ++i)
    if (z3::eq(sorts_[i].z3_sort(), sort)) return i;
  throw ModelError(name_ + " has no sort " + sort.to_string());
}

std::size_t Protocol::index(const z3::func_decl& symbol) const {
  for (std::size_t i = 0; i < relations_.size(); ++i)
    if (z3::eq(relations_[i].symbol(), symbol)) return i;
  throw ModelError(name_ + " has no relation " + symbol.to_string());
}

std::vector<std::size_t> Protocol::sorts_of(const Relation& relation) const {
  std::vector<std::size_t> sorts;
  for (unsigned i = 0; i < relation.symbol().arity(); ++i)
    sorts.push_back(index(relation.symbol().domain(i)));
  if (!relation.symbol().range().is_bool()) sorts.push_back(index(relation.symbol().range()));
  return sorts;
}

expr Protocol::after(const Action& action, const expr& formula) const {
  return rewritten(formula, [&](const z3::func_decl& symbol, const z3::expr_vector& arguments) {
    for (const Effect& effect : action.effects) {
      if (!z3::eq(effect.relation.symbol(), symbol)) continue;
      // The variables of an effect stand for nothing else, so that all are replaced at once.
      expr value = effect.value;
      return value.substitute(vector_of(*context_, effect.at), arguments);
    }
    return symbol(arguments);
  });
}

std::vector<Assertion> Protocol::assumed(const std::string& left_out) const {
  std::vector<Assertion> assertions;
  for (const NamedFormula& axiom : axioms_)
    if (axiom.name != left_out) assertions.push_back({axiom.formula, {}});
  return assertions;
}

std::vector<Assertion> Protocol::assumed(const std::string& left_out, const Action& action) const {
  std::vector<Assertion> assertions = assumed(left_out);
  for (const NamedFormula& known : invariant_)
    if (known.name != left_out) assertions.push_back({known.formula, {}});
  for (const NamedFormula& guard : action.guards) assertions.push_back({guard.formula, {}});
  return assertions;
}

namespace {

/// Individuals of which a formula is to be false are called as its variables, but not as any
/// argument of an action.
const std::string counterexample = "some ";

/// The individuals of which it is false, if any, and what is false of them.
Opened refuted(const expr& formula) {
  return formula.is_forall() ? open(formula, counterexample) : Opened{{}, formula};
}

}  // namespace

namespace {

/// Whether an action has an effect on what a formula speaks of.
bool touches(const Action& action, const expr& formula) {
  return std::any_of(action.effects.begin(), action.effects.end(),
                     [&](const Effect& effect) { return speaks_of(formula, effect.relation); });
}

}  // namespace

std::vector<Query> Protocol::initiation(const std::string& left_out) const {
  std::vector<Query> queries;
  for (const NamedFormula& conjunct : invariant_) {
    if (conjunct.name == left_out) continue;
    std::vector<Assertion> assertions = assumed(left_out);
    for (const expr& formula : initial_) assertions.push_back({formula, {}});
    queries.push_back(query(conjunct.name + " at first", std::move(assertions), nullptr, conjunct));
  }
  return queries;
}

std::vector<Query> Protocol::consecution(const std::string& left_out) const {
  std::vector<Query> queries;
  for (const Action& action : actions_) {
    for (const NamedFormula& conjunct : invariant_) {
      if (conjunct.name == left_out) continue;
      if (!touches(action, conjunct.formula)) continue;
      queries.push_back(query(action.name + " keeps " + conjunct.name, assumed(left_out, action),
                              &action, conjunct));
    }
  }
  return queries;
}

std::vector<Query> Protocol::safety(const std::string& left_out) const {
  std::vector<Query> queries;
  for (const NamedFormula& claim : claims_) {
    std::vector<Assertion> assertions = assumed(left_out);
    for (const NamedFormula& known : invariant_)
      if (known.name != left_out) assertions.push_back({known.formula, {}});
    queries.push_back(query(claim.name + " follows", std::move(assertions), nullptr, claim));
  }
  for (const StepClaim& claim : step_claims_)
    for (const Action& action : actions_) queries.push_back(query(claim, action, left_out));
  return queries;
}

namespace {

/// The individuals of a finite model, sort by sort, as a1, a2, ...
class Individuals {
 public:
  Individuals(const z3::model& model, const std::vector<Sort>& sorts) : model_(model) {
    for (const Sort& sort : sorts) {
      z3::context& context = model.ctx();
      std::vector<expr>& members = members_[sort.name()];
      if (!has_universe(sort)) continue;
      const z3::expr_vector universe(context,
                                     Z3_model_get_sort_universe(context, model, sort.z3_sort()));
      for (const expr& member : universe) {
        members.push_back(member);
        names_[member.to_string()] = fmt::format("{}{}", sort.name(), members.size());
      }
    }
  }

  std::string name(const expr& individual) const {
    const auto found = names_.find(model_.eval(individual, true).to_string());
    return found == names_.end() ? individual.to_string() : found->second;
  }

  bool holds(const expr& formula) const { return model_.eval(formula, true).is_true(); }

  /// The tuples of which a formula holds, as "(a1, b2)".
  std::set<std::string> tuples(const Variables& places, const expr& formula) const {
    std::set<std::string> found;
    Variables chosen;
    visit(places, formula, chosen, found);
    return found;
  }

 private:
  bool has_universe(const Sort& sort) const {
    z3::context& context = model_.ctx();
    for (unsigned i = 0; i < Z3_model_get_num_sorts(context, model_); ++i)
      if (z3::eq(z3::sort(context, Z3_model_get_sort(context, model_, i)), sort.z3_sort()))
        return true;
    return false;
  }

  void visit(const Variables& places, const expr& formula, Variables& chosen,
             std::set<std::string>& found) const {
    if (chosen.size() == places.size()) {
      z3::context& context = formula.ctx();
      expr here = formula;
      if (!places.empty())
        here = here.substitute(vector_of(context, places), vector_of(context, chosen));
      if (!holds(here)) return;
      std::vector<std::string> names;
      for (const expr& individual : chosen) names.push_back(name(individual));
      found.insert(fmt::format("({})", fmt::join(names, ", ")));
      return;
    }
    for (const expr& member : members_.at(places[chosen.size()].get_sort().name().str())) {
      chosen.push_back(member);
      visit(places, formula, chosen, found);
      chosen.pop_back();
    }
  }

  z3::model model_;
  std::map<std::string, std::vector<expr>> members_;
  std::map<std::string, std::string> names_;
};

/// The values of variables: "b = ballot1, v = value2".
std::string valuation(const Individuals& individuals, const Variables& variables) {
  std::vector<std::string> texts;
  for (const expr& variable : variables)
    texts.push_back(variable.decl().name().str().substr(counterexample.size()) + " = " +
                    individuals.name(variable));
  return fmt::format("{}", fmt::join(texts, ", "));
}

/// Two states and the action between them, each relation as the tuples that it holds of; of the
/// later state, what has changed.
std::string explain_step(const z3::model& model, const std::vector<Sort>& sorts,
                         const std::vector<Relation>& relations, const Action* action,
                         const NamedFormula& shown) {
  const Individuals individuals(model, sorts);
  std::string before = "state 1\n";
  std::string after = "state 2\n";
  for (const Relation& relation : relations) {
    if (!relation.symbol().range().is_bool()) {
      before += fmt::format("  {} = {}\n", relation.name(), individuals.name(relation()));
      continue;
    }
    const Variables at = places(relation);
    const std::set<std::string> held = individuals.tuples(at, relation.apply(at));
    const auto text = [&](const std::string& tuple) {
      return tuple == "()" ? relation.name() : relation.name() + tuple;
    };
    if (!held.empty()) {
      std::vector<std::string> texts;
      for (const std::string& tuple : held) texts.push_back(text(tuple));
      before += fmt::format("  {}\n", fmt::join(texts, ", "));
    }
    if (action == nullptr) continue;
    for (const Effect& effect : action->effects) {
      if (!z3::eq(effect.relation.symbol(), relation.symbol())) continue;
      const std::set<std::string> later = individuals.tuples(effect.at, effect.value);
      for (const std::string& tuple : later)
        if (!held.contains(tuple)) after += "  + " + text(tuple) + "\n";
      for (const std::string& tuple : held)
        if (!later.contains(tuple)) after += "  - " + text(tuple) + "\n";
    }
  }
  std::string text = before;
  if (action != nullptr) {
    std::vector<std::string> arguments;
    for (const expr& argument : action->arguments) arguments.push_back(individuals.name(argument));
    text += fmt::format("{}({})\n", action->name, fmt::join(arguments, ", ")) + after;
  }
  const Variables where = refuted(shown.formula).variables;
  return text + fmt::format("{} is false{}\n", shown.name,
                            where.empty() ? "" : " of " + valuation(individuals, where));
}

/// That a sort has at most so many individuals.
expr at_most(const Sort& sort, std::size_t count) {
  const expr any = sort["any"];
  expr one_of = any.ctx().bool_val(false);
  for (std::size_t i = 1; i <= count; ++i)
    one_of = one_of || any == sort[fmt::format("{} {}", sort.name(), i)];
  return for_all({any}, one_of);
}

}  // namespace

Query Protocol::query(const std::string& name, std::vector<Assertion> assertions,
                      const Action* action, const NamedFormula& shown) const {
  const expr false_of_some = refuted(shown.formula).body;
  return query(name, std::move(assertions), action, shown,
               !(action == nullptr ? false_of_some : after(*action, false_of_some)));
}

Query Protocol::query(const StepClaim& claim, const Action& action,
                      const std::string& left_out) const {
  expr kept = context_->bool_val(true);
  for (const auto& [before, later] : claim.cases) kept = kept && z3::implies(before, later);
  if (!claim.of.empty()) kept = for_all(claim.of, kept);
  const z3::expr_vector of = vector_of(*context_, claim.of);
  const z3::expr_vector some = vector_of(*context_, refuted(kept).variables);
  expr broken = context_->bool_val(false);
  for (auto [before, later] : claim.cases)
    broken = broken || (before.substitute(of, some) && !after(action, later.substitute(of, some)));
  return query(action.name + " respects " + claim.name, assumed(left_out, action), &action,
               {claim.name, kept}, broken);
}

Query Protocol::query(const std::string& name, std::vector<Assertion> assertions,
                      const Action* action, const NamedFormula& shown,
                      const expr& refutation) const {
  assertions.push_back({refutation, {}});
  Query query{name, std::move(assertions)};
  query.logic = "UF";
  for (const std::size_t most : {1, 2, 3, 4}) {
    expr small = context_->bool_val(true);
    for (const Sort& sort : sorts_) small = small && at_most(sort, most);
    query.smaller.push_back(small);
  }
  query.explain = [sorts = sorts_, relations = relations_,
                   action = action == nullptr ? std::nullopt : std::optional(*action),
                   shown](const z3::model& model) {
    return explain_step(model, sorts, relations, action ? &*action : nullptr, shown);
  };
  return query;
}

namespace {

std::set<std::string> names_of_axioms_and_conjuncts(const Protocol& protocol) {
  std::set<std::string> names;
  for (const NamedFormula& axiom : protocol.axioms()) names.insert(axiom.name);
  for (const NamedFormula& conjunct : protocol.invariant()) names.insert(conjunct.name);
  return names;
}

}  // namespace

std::vector<Query> Protocol::questions(const std::string& left_out) const {
  std::vector<Query> queries = consecution(left_out);
  for (auto more : {safety(left_out), initiation(left_out)})
    std::move(more.begin(), more.end(), std::back_inserter(queries));
  return queries;
}

std::vector<Query> Protocol::without(const std::string& name) const {
  std::vector<Query> queries = questions(name);
  for (Query& query : queries) query.expected = Status::sat;
  return queries;
}

Topic Protocol::topic(const std::string& sentence, const std::string& scope) const {
  check_histories();
  Topic topic{context_, {}, {}};
  Obligation safe{"safety", sentence, scope, questions(), {}};
  // The protocol itself may be gone, or be another, when controls are asked.
  const auto kept = std::make_shared<const Protocol>(*this);
  for (const std::string& name : names_of_axioms_and_conjuncts(*this))
    if (std::find(spare_.begin(), spare_.end(), name) == spare_.end())
      safe.controls.emplace_back("without " + name, [kept, name] { return kept->without(name); });
  std::set<Alternation> edges;
  for (const Query& query : safe.queries) {
    std::vector<expr> asserted;
    for (const Assertion& assertion : query.assertions) asserted.push_back(assertion.formula);
    const std::vector<Alternation> found = alternations(asserted);
    if (const auto sorts = cycle(found); !sorts.empty())
      throw ModelError(fmt::format("{}: quantifiers alternate in a cycle, {}", query.name,
                                   fmt::join(sorts, " -> ")));
    edges.insert(found.begin(), found.end());
  }
  std::vector<std::string> texts;
  for (const Alternation& edge : edges) texts.push_back(edge.from + " -> " + edge.to);
  topic.notes = fmt::format("quantifiers alternate: {}; in no cycle",
                            texts.empty() ? "nowhere" : fmt::format("{}", fmt::join(texts, ", ")));
  topic.obligations = {std::move(safe)};
  return topic;
}

}  // namespace synod::proof
