#include "checker/proof/structure.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "checker/proof/formulas.hpp"

namespace synod::proof {

FiniteFormula::FiniteFormula(const Protocol& protocol, const Variables& free, const expr& formula)
    : protocol_(&protocol), scope_(free), most_(free.size()) {
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
  std::vector<int> values = free;
  values.resize(most_);
  return truth(structure, root_, values);
}

bool FiniteFormula::truth(const Structure& structure, std::size_t index,
                          std::vector<int>& values) const {
  const Node& node = nodes_[index];
  const auto part = [&](std::size_t i) { return truth(structure, node.parts[i], values); };
  switch (node.kind) {
    case Kind::truth: return node.value;
    case Kind::no: return !part(0);
    case Kind::all_of:
      for (std::size_t i = 0; i < node.parts.size(); ++i)
        if (!part(i)) return false;
      return true;
    case Kind::any_of:
      for (std::size_t i = 0; i < node.parts.size(); ++i)
        if (part(i)) return true;
      return false;
    case Kind::implies: return !part(0) || part(1);
    case Kind::choice: return part(0) ? part(1) : part(2);
    case Kind::same:
    case Kind::different: {
      const bool same = node.of_truths ? part(0) == part(1)
                                       : individual(structure, node.parts[0], values) ==
                                             individual(structure, node.parts[1], values);
      return same == (node.kind == Kind::same);
    }
    case Kind::relation: {
      std::vector<int> individuals;
      individuals.reserve(node.parts.size());
      for (const std::size_t argument : node.parts)
        individuals.push_back(individual(structure, argument, values));
      return structure.holds(node.symbol, individuals);
    }
    case Kind::forall:
    case Kind::exists: return quantified(structure, node, 0, values);
    case Kind::constant:
    case Kind::variable: break;
  }
  throw ModelError("an individual is neither true nor false");
}

bool FiniteFormula::quantified(const Structure& structure, const Node& node, std::size_t variable,
                               std::vector<int>& values) const {
  const bool all = node.kind == Kind::forall;
  if (variable == node.sorts.size()) return truth(structure, node.parts[0], values);
  const int size = structure.domain(node.sorts[variable]).size();
  for (int member = 0; member < size; ++member) {
    values[node.first + variable] = member;
    if (quantified(structure, node, variable + 1, values) != all) return !all;
  }
  return all;
}

int FiniteFormula::individual(const Structure& structure, std::size_t index,
                              const std::vector<int>& values) const {
  const Node& node = nodes_[index];
  return node.kind == Kind::variable ? values[node.symbol] : structure.constant(node.symbol);
}

}  // namespace synod::proof
