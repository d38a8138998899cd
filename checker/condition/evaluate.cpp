// The meaning of conditions, as simply as can be said: by walking the tree over an unpacked state,
// values by their names. Nothing is left out once a truth is known, so that all that a condition
// looks at is in its footprint.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <bit>
#include <set>

#include "checker/condition/condition.hpp"

namespace synod {
namespace {

using condition::Compare;
using condition::Node;
using condition::Op;
using condition::Sort;

/// A number, or a member by its name.
struct Value {
  std::int64_t number = 0;
  std::string name;  ///< empty: a number
};
using Members = std::set<std::vector<std::string>>;
/// Its type and its fields; of no type and with one field, a bare value.
using Record = std::vector<std::string>;

std::string name_of(const Value& value) {
  return value.name.empty() ? std::to_string(value.number) : value.name;
}

class Walk {
 public:
  Walk(const std::vector<VariableInfo>& variables, std::size_t slots, const Cells& state,
       Footprint* footprint)
      : variables_(variables), slots_(slots), state_(state) {
    if (footprint != nullptr) watch(*footprint);
  }

  /// From now on, what is read is added to the footprint.
  void watch(Footprint& footprint) {
    footprint_ = &footprint;
    footprint.resize(state_.size());
  }

  bool truth(const Node& node) {
    switch (node.op) {
      case Op::constant_truth: return node.number != 0;
      case Op::negation: return !truth(node.operands[0]);
      case Op::for_all:
      case Op::exists: return quantified(node);
      case Op::comparison: return compared(node);
      case Op::member: return is_member(node);
      case Op::subset: {
        const auto left = members(node.operands[0]);
        const auto right = members(node.operands[1]);
        return left && right &&
               std::includes(right->begin(), right->end(), left->begin(), left->end());
      }
      case Op::sent: return is_sent(node);
      default: break;
    }
    const bool left = truth(node.operands[0]);
    const bool right = truth(node.operands[1]);
    switch (node.op) {
      case Op::conjunction: return left && right;
      case Op::disjunction: return left || right;
      case Op::implication: return !left || right;
      default: return left == right;
    }
  }

  /// The innermost part that makes it false, which it is; what quantifiers bind stays bound.
  const Node& false_part(const Node& node, std::vector<std::string>& bound) {
    if (node.op == Op::conjunction)
      return false_part(node.operands[truth(node.operands[0]) ? 1 : 0], bound);
    if (node.op != Op::for_all || node.name.empty()) return node;
    std::int64_t& slot = slots_[static_cast<std::size_t>(node.number)];
    for (slot = node.low; slot <= node.high; ++slot) {
      if (truth(node.operands[0])) continue;
      bound.push_back(node.name + " = " + name_of(in(node.domain, slot)));
      return false_part(node.operands[0], bound);
    }
    throw std::logic_error("a condition that is true");
  }

 private:
  static Value in(const Domain& domain, std::int64_t number) {
    return {number, domain.is_integer() ? "" : domain.label(static_cast<int>(number))};
  }

  std::uint64_t read(std::size_t cell, std::uint64_t mask) {
    if (footprint_ != nullptr) footprint_->reads[cell] |= mask;
    return state_[cell] & mask;
  }

  bool quantified(const Node& node) {
    const bool all = node.op == Op::for_all;
    bool result = all;
    std::int64_t& slot = slots_[static_cast<std::size_t>(node.number)];
    for (slot = node.low; slot <= node.high; ++slot) {
      const bool holds = truth(node.operands[0]);
      result = all ? result && holds : result || holds;
    }
    return result;
  }

  bool compared(const Node& node) {
    const Node& left = node.operands[0];
    const Node& right = node.operands[1];
    const bool wanted = node.compare == Compare::equal;
    switch (left.sort) {
      case Sort::set: {
        const auto a = members(left);
        const auto b = members(right);
        return a && b && (*a == *b) == wanted;
      }
      case Sort::sequence: {
        const auto a = records(left);
        const auto b = records(right);
        return a && b && (*a == *b) == wanted;
      }
      case Sort::element: {
        const auto a = record(left);
        const auto b = record(right);
        return a && b && (*a == *b) == wanted;
      }
      default: break;
    }
    const auto a = value(left);
    const auto b = value(right);
    if (!a || !b) return false;
    switch (node.compare) {
      case Compare::equal: return name_of(*a) == name_of(*b);
      case Compare::different: return name_of(*a) != name_of(*b);
      case Compare::less: return a->number < b->number;
      case Compare::at_most: return a->number <= b->number;
      case Compare::greater: return a->number > b->number;
      case Compare::at_least: return a->number >= b->number;
    }
    throw std::logic_error("no such comparison");
  }

  std::optional<Value> value(const Node& node) {
    switch (node.op) {
      case Op::constant: return in(node.domain, node.number);
      case Op::bound: return in(node.domain, slots_[static_cast<std::size_t>(node.number)]);
      case Op::translated: return value(node.operands[0]);
      case Op::pair: return pair(node);
      case Op::sum:
      case Op::difference: {
        const auto left = value(node.operands[0]);
        const auto right = value(node.operands[1]);
        if (!left || !right) return std::nullopt;
        return Value{
            node.op == Op::sum ? left->number + right->number : left->number - right->number, ""};
      }
      case Op::size: return size(node.operands[0]);
      case Op::field: {
        const auto fields = decoded(node.operands[0]);
        if (!fields) return std::nullopt;
        return in(node.domain, fields->values[static_cast<std::size_t>(node.number)]);
      }
      case Op::cell: {
        const auto cell = cell_of(node);
        if (!cell) return std::nullopt;
        const std::uint64_t bits = read(*cell, low_bits(variables_[node.variable].bits));
        return in(node.domain, node.domain.low + static_cast<std::int64_t>(bits));
      }
      default: throw std::logic_error("no value");
    }
  }

  /// The pair of the members with these names, if there is one.
  std::optional<Value> pair(const Node& node) {
    const auto first = value(node.operands[0]);
    const auto second = value(node.operands[1]);
    if (!first || !second) return std::nullopt;
    for (const int member : node.domain) {
      const std::vector<int> parts = node.domain.parts(member);
      const Domain& of = *node.domain.of;
      if (name_of(in(of, parts[0])) == name_of(*first) &&
          name_of(in(of, parts[1])) == name_of(*second))
        return in(node.domain, member);
    }
    return std::nullopt;
  }

  /// Nothing where an index is outside of its domain.
  std::optional<std::size_t> cell_of(const Node& node) {
    const VariableInfo& variable = variables_[node.variable];
    std::vector<std::string> wanted;
    for (const Node& index : node.operands) {
      const auto at = value(index);
      if (!at) return std::nullopt;
      wanted.push_back(name_of(*at));
    }
    std::optional<std::size_t> found;
    std::size_t cell = variable.first_cell;
    for_each_tuple(variable.index, [&](const std::vector<int>& tuple) {
      bool same = true;
      for (std::size_t i = 0; i < tuple.size(); ++i)
        same = same && name_of(in(variable.index[i].domain, tuple[i])) == wanted[i];
      if (same) found = cell;
      ++cell;
    });
    return found;
  }

  std::vector<std::string> names(const std::vector<Field>& fields, const std::vector<int>& tuple) {
    std::vector<std::string> result;
    for (std::size_t i = 0; i < tuple.size(); ++i)
      result.push_back(name_of(in(fields[i].domain, tuple[i])));
    return result;
  }

  /// The names of a value or of the parts of a tuple.
  std::optional<std::vector<std::string>> names(const Node& node) {
    std::vector<std::string> result;
    const auto add = [&](const Node& part) {
      const auto one = value(part);
      if (one) result.push_back(name_of(*one));
      return one.has_value();
    };
    if (node.sort != Sort::tuple) return add(node) ? std::optional(result) : std::nullopt;
    for (const Node& part : node.operands)
      if (!add(part)) return std::nullopt;
    return result;
  }

  std::optional<Members> members(const Node& node) {
    Members result;
    if (node.op == Op::set) {
      for (const Node& member : node.operands) {
        const auto one = names(member);
        if (!one) return std::nullopt;
        result.insert(*one);
      }
      return result;
    }
    const auto cell = cell_of(node);
    if (!cell) return std::nullopt;
    const VariableInfo& variable = variables_[node.variable];
    for (std::size_t i = 0; i < variable.members.size(); ++i)
      if (read(*cell, std::uint64_t{1} << i) != 0)
        result.insert(names(variable.content, variable.members[i]));
    return result;
  }

  bool is_member(const Node& node) {
    const auto wanted = names(node.operands[0]);
    const auto cell = cell_of(node.operands[1]);
    if (!wanted || !cell) return false;
    const VariableInfo& variable = variables_[node.operands[1].variable];
    for (std::size_t i = 0; i < variable.members.size(); ++i)
      if (names(variable.content, variable.members[i]) == *wanted)
        return read(*cell, std::uint64_t{1} << i) != 0;
    return false;
  }

  /// The elements of a sequence, as their bits.
  std::optional<std::vector<std::uint64_t>> elements(const Node& node) {
    const auto cell = cell_of(node);
    if (!cell) return std::nullopt;
    const VariableInfo& variable = variables_[node.variable];
    return elements_of(variable.elements, read(*cell, low_bits(variable.bits)));
  }

  Record record_of(const std::vector<ElementType>& types, std::uint64_t element) {
    const DecodedElement decoded = decode(types, element);
    Record record = names(decoded.type.fields, decoded.values);
    record.insert(record.begin(), decoded.type.name);
    return record;
  }

  std::optional<std::vector<Record>> records(const Node& node) {
    const auto all = elements(node);
    if (!all) return std::nullopt;
    std::vector<Record> result;
    for (const std::uint64_t element : *all)
      result.push_back(record_of(variables_[node.variable].elements, element));
    return result;
  }

  std::optional<DecodedElement> decoded(const Node& node) {
    if (node.op == Op::cell) {
      const auto cell = cell_of(node);
      if (!cell) return std::nullopt;
      const VariableInfo& variable = variables_[node.variable];
      return decode(variable.elements, read(*cell, low_bits(variable.bits)) << 1 | 1);
    }
    const auto all = elements(node.operands[0]);
    const auto at = value(node.operands[1]);
    if (!all || !at || at->number < 1 || at->number > static_cast<std::int64_t>(all->size()))
      return std::nullopt;
    return decode(variables_[node.variable].elements,
                  (*all)[static_cast<std::size_t>(at->number - 1)]);
  }

  std::optional<Record> record(const Node& node) {
    const auto found = decoded(node);
    if (!found) return std::nullopt;
    Record record = names(found->type.fields, found->values);
    record.insert(record.begin(), found->type.name);
    return record;
  }

  std::optional<Value> size(const Node& node) {
    if (node.sort == Sort::messages) return Value{count(variables_[node.variable].name), ""};
    if (node.sort == Sort::set) {
      const auto all = members(node);
      if (!all) return std::nullopt;
      return Value{static_cast<std::int64_t>(all->size()), ""};
    }
    const auto all = elements(node);
    if (!all) return std::nullopt;
    return Value{static_cast<std::int64_t>(all->size()), ""};
  }

  /// All messages of this name.
  std::int64_t count(const std::string& name) {
    std::int64_t number = 0;
    for (const VariableInfo& variable : variables_) {
      if (variable.name != name) continue;
      for (std::size_t i = 0; i < variable.cells; ++i) {
        const std::uint64_t cell = read(variable.first_cell + i, low_bits(variable.bits));
        number += variable.holds == Holds::message ? (cell != 0 ? 1 : 0) : std::popcount(cell);
      }
    }
    return number;
  }

  /// Whether there is a message with the fields that are given.
  bool is_sent(const Node& node) {
    const VariableInfo& variable = variables_[node.variable];
    std::vector<std::optional<std::string>> wanted;
    for (const auto& field : node.pattern.fields) {
      wanted.emplace_back();
      if (!field) continue;
      const auto given = value(node.operands[*field]);
      if (!given) return false;
      wanted.back() = name_of(*given);
    }
    const auto fits = [&](const std::vector<std::string>& fields) {
      for (std::size_t i = 0; i < fields.size(); ++i)
        if (wanted[i] && *wanted[i] != fields[i]) return false;
      return true;
    };
    bool found = false;
    if (variable.holds == Holds::message) {
      const std::string& type = variable.elements[node.pattern.type].name;
      for (std::size_t i = 0; i < variable.cells; ++i) {
        const std::uint64_t message = read(variable.first_cell + i, low_bits(variable.bits));
        if (message == 0) continue;
        const Record record = record_of(variable.elements, message);
        found = found || (record[0] == type && fits({record.begin() + 1, record.end()}));
      }
      return found;
    }
    std::size_t cell = variable.first_cell;
    for_each_tuple(variable.index, [&](const std::vector<int>& key) {
      for (std::size_t i = 0; i < variable.members.size(); ++i) {
        std::vector<std::string> fields = names(variable.index, key);
        for (std::string& field : names(variable.content, variable.members[i]))
          fields.push_back(std::move(field));
        if (fits(fields) && read(cell, std::uint64_t{1} << i) != 0) found = true;
      }
      ++cell;
    });
    return found;
  }

  const std::vector<VariableInfo>& variables_;
  std::vector<std::int64_t> slots_;
  const Cells& state_;
  Footprint* footprint_ = nullptr;
};

}  // namespace

bool Condition::holds(const Cells& state, Footprint* footprint) const {
  return Walk(parsed_->vocabulary->variables, parsed_->slots, state, footprint)
      .truth(parsed_->root);
}

Condition::Reason Condition::why_false(const Cells& state) const {
  std::vector<std::string> bound;
  Reason reason;
  Walk walk(parsed_->vocabulary->variables, parsed_->slots, state, nullptr);
  const Node& part = walk.false_part(parsed_->root, bound);
  walk.watch(reason.reads);
  walk.truth(part);
  reason.text = parsed_->text.substr(part.begin, part.end - part.begin);
  if (!bound.empty()) reason.text += fmt::format(", for {}", fmt::join(bound, ", "));
  return reason;
}

}  // namespace synod
