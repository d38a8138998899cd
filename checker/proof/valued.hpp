// Variables of a model that have one of a few values, as relations: one for each value.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "checker/proof/structure.hpp"

namespace synod::proof {

template <class Value>
class Valued {
 public:
  /// The values that it may have, and what the relation of each is called.
  Valued(Protocol& protocol, const std::vector<Sort>& sorts,
         const std::vector<std::pair<Value, std::string>>& values) {
    for (const auto& [value, name] : values)
      relations_.emplace_back(value, protocol.variable(name, sorts));
  }

  const Relation& operator[](Value value) const {
    for (const auto& [each, relation] : relations_)
      if (each == value) return relation;
    throw ModelError("a value that the variable does not have");
  }
  const std::vector<std::pair<Value, Relation>>& relations() const { return relations_; }

  /// The variable of these individuals has this value and no other.
  expr is_only(Value value, const Variables& of) const {
    expr all = (*this)[value].apply(of);
    for (const auto& [each, relation] : relations_)
      if (each != value) all = all && !relation.apply(of);
    return all;
  }
  expr is_one(const Variables& of) const {
    expr any = is_only(relations_[0].first, of);
    for (std::size_t i = 1; i < relations_.size(); ++i)
      any = any || is_only(relations_[i].first, of);
    return any;
  }

  void set(Action& action, const std::string& effect, const Variables& of, Value to) const {
    for (const auto& [each, relation] : relations_) {
      if (each == to)
        action.insert(effect, relation, of);
      else
        action.remove(effect, relation, of);
    }
  }
  /// After the action, each value is at these places if `holds` says so of it.
  template <class Holds>
  void update(Action& action, const std::string& effect, const Variables& at, Holds&& holds) const {
    for (const auto& [value, relation] : relations_)
      action.then(effect, relation, at, holds(value, relation.apply(at)));
  }

  /// In the model it is what `variable` says of a state and members.
  template <template <class> class Model, class Variable>
  void read(Reading<Model>& reading, Variable&& variable) const {
    for (const auto& [value, relation] : relations_)
      reading.relation(relation, [value, variable](const Model<Observe>& s, const Members& x) {
        return variable(s, x) == value;
      });
  }

 private:
  std::vector<std::pair<Value, Relation>> relations_;
};

}  // namespace synod::proof
