// What a condition on states is made of, once it has been read.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "checker/vocabulary/domain.hpp"

namespace synod::condition {

enum class Op : std::uint8_t {
  // Truths
  constant_truth,  ///< `number`
  negation,
  conjunction,
  disjunction,
  implication,
  equivalence,
  comparison,  ///< by `compare`
  member,      ///< operand 0, a value or tuple, in the set that operand 1 is
  subset,      ///< operand 0 of operand 1
  sent,        ///< a message in `variable`; see Pattern
  for_all,     ///< operand 0, for each value low..high of the slot `number`
  exists,
  // Others
  constant,  ///< `number`
  bound,     ///< the value of the slot `number`
  cell,      ///< of `variable`, its index in the operands
  pair,      ///< of the two operands; nothing where they are the same
  messages,  ///< all variables that have this one's name
  element,   ///< of the sequence that operand 0 is, at operand 1, from 1
  field,     ///< `number` of the element, or the record in a cell, that operand 0 is
  sum,
  difference,
  size,  ///< of a set, of a sequence, or of messages
  set,   ///< of the operands
  tuple,
  translated,  ///< operand 0, a value of another domain, as the value of the same name in this one
  label,       ///< a name that only what it is compared with gives a meaning; in no finished tree
};

enum class Sort : std::uint8_t {
  truth,
  value,
  set,
  sequence,
  element,
  message,
  messages,
  tuple,
  label
};

enum class Compare : std::uint8_t { equal, different, less, at_most, greater, at_least };

/// A message: its type among those of the variable, and which of its fields are given, by the
/// number of their operands.
struct Pattern {
  std::size_t type = 0;  ///< of a network's messages; else `variable` is this type's
  std::vector<std::optional<std::size_t>> fields;
};

struct Node {
  Op op = Op::constant_truth;
  Sort sort = Sort::truth;
  std::vector<Node> operands = {};
  Domain domain = {};              ///< of a value with a name: where it is from; else nothing
  std::int64_t low = 0, high = 0;  ///< a value is in low..high
  std::int64_t number = 0;
  std::size_t variable = 0;
  Compare compare = Compare::equal;
  Pattern pattern = {};
  std::string name = {};           ///< of a label, or of what a quantifier binds
  std::size_t begin = 0, end = 0;  ///< in the text
};

}  // namespace synod::condition
