#include "checker/proof/structure.hpp"

#include <algorithm>

#include "checker/proof/formulas.hpp"

namespace synod::proof {

FiniteFormula::FiniteFormula(const Protocol& protocol, const Variables& free, const expr& formula)
    : protocol_(&protocol), scope_(free), free_(free.size()), most_(free.size()) {
  root_ = add(formula);
  scope_.clear();
}

std::size_t FiniteFormula::add(const expr& formula) {
  if (formula.is_quantifier()) return add_quantifier(formula);
  Node node{.kind = Kind::truth, .parts = {}, .sorts = {}};
  for (std::size_t i = scope_.size(); i-- > 0;) {
    if (!z3::eq(scope_[i], formula)) continue;
    node.kind = Kind::variable;
    node.symbol = i;
    nodes_.push_back(node);
    return nodes_.size() - 1;
  }
  switch (formula.decl().decl_kind()) {
    case Z3_OP_TRUE: node.value = true; break;
    case Z3_OP_FALSE: break;
    case Z3_OP_NOT: node.kind = Kind::no; break;
    case Z3_OP_AND: node.kind = Kind::all_of; break;
    case Z3_OP_OR: node.kind = Kind::any_of; break;
    case Z3_OP_IMPLIES: node.kind = Kind::implies; break;
    case Z3_OP_EQ:
    case Z3_OP_DISTINCT:
      if (formula.num_args() != 2)
        throw ModelError("compares more than two: " + formula.to_string());
      node.kind = formula.decl().decl_kind() == Z3_OP_EQ ? Kind::same : Kind::different;
      break;
    case Z3_OP_ITE:
      if (!formula.is_bool()) throw ModelError("chooses an individual: " + formula.to_string());
      node.kind = Kind::choice;
      break;
    case Z3_OP_UNINTERPRETED:
      node.kind = formula.is_bool() ? Kind::relation : Kind::constant;
      node.symbol = protocol_->index(formula.decl());
      break;
    default: throw ModelError("not evaluated in finite structures: " + formula.to_string());
  }
  for (unsigned i = 0; i < formula.num_args(); ++i) node.parts.push_back(add(formula.arg(i)));
  if (node.kind == Kind::same || node.kind == Kind::different)
    node.of_truths = formula.arg(0).is_bool();
  nodes_.push_back(node);
  return nodes_.size() - 1;
}

std::size_t FiniteFormula::add_quantifier(const expr& formula) {
  const Opened opened = open(formula);
  Node node{.kind = formula.is_forall() ? Kind::forall : Kind::exists, .parts = {}, .sorts = {}};
  node.first = scope_.size();
  for (const expr& variable : opened.variables) {
    node.sorts.push_back(protocol_->index(variable.get_sort()));
    scope_.push_back(variable);
  }
  most_ = std::max(most_, scope_.size());
  node.parts.push_back(add(opened.body));
  scope_.resize(node.first, opened.body);
  nodes_.push_back(node);
  return nodes_.size() - 1;
}

bool FiniteFormula::holds(const Structure& structure, const std::vector<int>& free) const {
  if (free.size() != free_) throw ModelError("not a value for each free variable");
  std::vector<int> values = free;
  values.resize(most_, no_value);
  return truth(structure, root_, values) == Truth::yes;
}

FiniteFormula::Truth FiniteFormula::truth(const Structure& structure, std::size_t index,
                                          std::vector<int>& values) const {
  const Node& node = nodes_[index];
  const auto part = [&](std::size_t i) { return truth(structure, node.parts[i], values); };
  const auto known = [](bool value) { return value ? Truth::yes : Truth::no; };
  const auto opposite = [&](Truth value) {
    return value == Truth::unknown ? value : known(value == Truth::no);
  };
  switch (node.kind) {
    case Kind::truth: return known(node.value);
    case Kind::no: return opposite(part(0));
    case Kind::all_of: return junction(structure, node, Truth::no, values);
    case Kind::any_of: return junction(structure, node, Truth::yes, values);
    case Kind::implies: {
      const Truth premise = part(0);
      if (premise == Truth::no) return Truth::yes;
      const Truth conclusion = part(1);
      return premise == Truth::yes || conclusion == Truth::yes ? conclusion : Truth::unknown;
    }
    case Kind::choice: {
      const Truth which = part(0);
      if (which != Truth::unknown) return part(which == Truth::yes ? 1 : 2);
      const Truth either = part(1);
      return either == part(2) ? either : Truth::unknown;
    }
    case Kind::same:
    case Kind::different: {
      const bool equal = node.kind == Kind::same;
      if (node.of_truths) {
        const Truth one = part(0);
        const Truth other = part(1);
        if (one == Truth::unknown || other == Truth::unknown) return Truth::unknown;
        return known((one == other) == equal);
      }
      const int one = individual(structure, node.parts[0], values);
      const int other = individual(structure, node.parts[1], values);
      if (one == no_value || other == no_value) return Truth::unknown;
      return known((one == other) == equal);
    }
    case Kind::relation: return relation(structure, node, values);
    case Kind::forall:
    case Kind::exists: return quantifier(structure, node, values);
    case Kind::constant:
    case Kind::variable: break;
  }
  throw ModelError("an individual is neither true nor false");
}

FiniteFormula::Truth FiniteFormula::junction(const Structure& structure, const Node& node,
                                             Truth decisive, std::vector<int>& values) const {
  Truth all = decisive == Truth::yes ? Truth::no : Truth::yes;
  for (const std::size_t part : node.parts) {
    const Truth value = truth(structure, part, values);
    if (value == decisive) return decisive;
    if (value == Truth::unknown) all = value;
  }
  return all;
}

FiniteFormula::Truth FiniteFormula::quantifier(const Structure& structure, const Node& node,
                                               std::vector<int>& values) const {
  // What lies this deep is seldom decided before all around it is.
  const auto end = values.begin() + static_cast<std::ptrdiff_t>(node.first);
  if (std::find(values.begin(), end, no_value) != end) return Truth::unknown;
  for (const std::size_t sort : node.sorts)
    if (structure.domain(sort).size() == 0)
      return node.kind == Kind::forall ? Truth::yes : Truth::no;
  return quantified(structure, node, 0, values);
}

FiniteFormula::Truth FiniteFormula::quantified(const Structure& structure, const Node& node,
                                               std::size_t variable,
                                               std::vector<int>& values) const {
  const Truth now = truth(structure, node.parts[0], values);
  if (now != Truth::unknown) return now;
  const bool all = node.kind == Kind::forall;
  const Truth decisive = all ? Truth::no : Truth::yes;
  int& value = values[node.first + variable];
  const int size = structure.domain(node.sorts[variable]).size();
  for (value = 0; value < size; ++value)
    if (quantified(structure, node, variable + 1, values) == decisive) {
      value = no_value;
      return decisive;
    }
  value = no_value;
  return all ? Truth::yes : Truth::no;
}

FiniteFormula::Truth FiniteFormula::relation(const Structure& structure, const Node& node,
                                             const std::vector<int>& values) const {
  std::vector<int> individuals;
  individuals.reserve(node.parts.size());
  for (const std::size_t argument : node.parts) {
    const int next = individual(structure, argument, values);
    if (next == no_value)
      return structure.may_hold(node.symbol, individuals) ? Truth::unknown : Truth::no;
    individuals.push_back(next);
  }
  return structure.holds(node.symbol, individuals) ? Truth::yes : Truth::no;
}

int FiniteFormula::individual(const Structure& structure, std::size_t index,
                              const std::vector<int>& values) const {
  const Node& node = nodes_[index];
  return node.kind == Kind::variable ? values[node.symbol] : structure.constant(node.symbol);
}

}  // namespace synod::proof
