// What may be compared with what.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "checker/condition/parser.hpp"
#include "checker/input/input.hpp"

namespace synod::condition {
namespace {

bool alike(const Field& a, const Field& b) {
  return a.domain.low == b.domain.low && a.domain.high == b.domain.high &&
         a.domain.labels == b.domain.labels && a.domain.boolean == b.domain.boolean;
}

bool alike(const std::vector<Field>& a, const std::vector<Field>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](const Field& x, const Field& y) { return alike(x, y); });
}

bool alike(const std::vector<ElementType>& a, const std::vector<ElementType>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](const ElementType& x, const ElementType& y) {
                      return x.name == y.name && alike(x.fields, y.fields);
                    });
}

/// The cell that a set or a sequence, or the sequence of an element, is in.
const Node* cell_of(const Node& node) {
  if (node.op == Op::cell) return &node;
  return node.op == Op::element ? cell_of(node.operands[0]) : nullptr;
}

}  // namespace

/// A value with a name, as the value of the domain that has this name; false where none of the one
/// is one of the other.
bool Parser::translate(Node& node, const Domain& domain) const {
  const Domain& own = node.domain;
  if (own.boolean != domain.boolean || own.labels.empty() != domain.labels.empty()) return false;
  if (own.is_integer() || own.boolean) return true;
  bool common = false;
  bool same = true;
  for (const int member : own) {
    const auto there = std::find(domain.labels.begin(), domain.labels.end(), own.label(member));
    if (there == domain.labels.end()) continue;
    common = true;
    same = same && domain.low + static_cast<int>(there - domain.labels.begin()) == member;
  }
  // What is no member of the other, and has the number of one that has another name.
  for (const int member : own)
    same = same && (!domain.contains(member) || own.label(member) == domain.label(member));
  if (!common) return false;
  if (same) return true;
  Node inner = node;
  node.op = Op::translated;
  node.operands = {std::move(inner)};
  node.domain = domain;
  node.low = domain.low;
  node.high = domain.high;
  return true;
}

/// A member of the domain by its name.
Node Parser::resolved(const Node& label, const Domain& domain) {
  const auto found = std::find(domain.labels.begin(), domain.labels.end(), label.name);
  if (found == domain.labels.end()) {
    if (domain.size() <= 0)
      fail(label.begin, fmt::format("{} has no members under these parameters", domain.name));
    fail(label.begin, fmt::format("{} is no {}{}", quote(label.name), domain.name,
                                  suggest(label.name, domain.labels)));
  }
  Node node = label;
  node.op = Op::constant;
  node.sort = Sort::value;
  node.domain = domain;
  node.number = node.low = node.high = domain.low + (found - domain.labels.begin());
  const bool is_none = domain.low == none && node.number == none;
  if (domain.symmetry == Symmetry::interchangeable && !is_none && named_.empty())
    named_ = label.name;
  return node;
}

/// A value for a place of this domain, of which `what` tells.
Node Parser::fitted(Node node, const Domain& domain, const std::string& what) {
  const auto refuse = [&](const Node& found) {
    fail(found.begin,
         fmt::format("{} is in {}, and {} is not", what, domain.text(), described(found)));
  };
  if (domain.boolean && node.op == Op::constant_truth) {
    node.op = Op::constant;
    node.sort = Sort::value;
    node.domain = domain;
    node.low = node.high = node.number;
    return node;
  }
  if (!domain.labels.empty() && node.op == Op::constant && node.domain.is_integer()) {
    // A name of digits.
    node.name = std::to_string(node.number);
    node.sort = Sort::label;
  }
  if (node.sort == Sort::label) {
    if (domain.is_integer() || domain.boolean) fail_unknown(node);
    return resolved(node, domain);
  }
  if (node.sort != Sort::value) refuse(node);
  const Node original = node;
  if (!translate(node, domain)) refuse(original);
  if (domain.is_integer() && (node.high < domain.low || node.low > domain.high)) refuse(original);
  return node;
}

/// "'rol' is no variable; did you mean role?"
void Parser::fail_unknown(const Node& label) const {
  std::vector<std::string> names;
  for (const VariableInfo& variable : vocabulary_.variables)
    if (std::find(names.begin(), names.end(), variable.name) == names.end())
      names.push_back(variable.name);
  if (std::find(vocabulary_.predicates.begin(), vocabulary_.predicates.end(), label.name) !=
      vocabulary_.predicates.end())
    fail(label.begin,
         fmt::format("{} is a predicate, and conditions are about variables; beside each other "
                     "they stand in --ltl, as in '[](Predicate -> x = 1)'",
                     quote(label.name)));
  fail(label.begin,
       fmt::format("{} is no variable{}", quote(label.name), suggest(label.name, names)));
}

Node Parser::compared(Node left, Compare by, Node right, std::size_t begin) {
  const auto is_truth = [](const Node& node) { return node.sort == Sort::truth; };
  const bool equality = by == Compare::equal || by == Compare::different;
  for (const Node* const node : {&left, &right})
    if (node->sort == Sort::message || node->sort == Sort::messages || node->sort == Sort::tuple)
      fail(node->begin, fmt::format("{} can only stand with 'in'", described(*node)));
  if (is_truth(left) || is_truth(right)) {
    const auto is_constant = [](const Node& node) { return node.op == Op::constant_truth; };
    if (!equality) fail(begin, "only = and # compare what is true or false");
    // A value that may not be there is compared itself.
    if (is_constant(right) && left.sort == Sort::value && left.domain.boolean)
      right = fitted(std::move(right), left.domain, source(left));
    else if (is_constant(left) && right.sort == Sort::value && right.domain.boolean)
      left = fitted(std::move(left), right.domain, source(right));
    else {
      Node node = made(Op::equivalence, Sort::truth, begin,
                       {truth(std::move(left)), truth(std::move(right))});
      if (by == Compare::equal) return node;
      return made(Op::negation, Sort::truth, begin, {std::move(node)});
    }
  }
  if (left.sort == Sort::label && right.sort == Sort::label) fail_unknown(left);
  if (left.sort == Sort::value || right.sort == Sort::value)
    return compared_values(std::move(left), by, std::move(right), begin);
  return compared_others(Op::comparison, std::move(left), by, std::move(right), begin);
}

Node Parser::compared_values(Node left, Compare by, Node right, std::size_t begin) {
  const bool equality = by == Compare::equal || by == Compare::different;
  const auto has_names = [](const Node& node) {
    return node.sort == Sort::value && !node.domain.is_integer();
  };
  for (const Node* const node : {&left, &right})
    if (!equality && has_names(*node))
      fail(node->begin, fmt::format("{} has no order; accepted are = and #", described(*node)));
  // What has no names takes those of the other.
  if (has_names(left))
    right = fitted(std::move(right), left.domain, source(left));
  else if (has_names(right))
    left = fitted(std::move(left), right.domain, source(right));
  for (const Node* const node : {&left, &right})
    if (node->sort == Sort::label) fail_unknown(*node);
  if (left.sort != right.sort)
    fail(right.begin, fmt::format("{} is not compared with {}", described(right), described(left)));
  if (equality && (left.high < right.low || right.high < left.low)) {
    const bool right_is_constant = right.op == Op::constant;
    const Node& one = right_is_constant ? right : left;
    const Node& other = right_is_constant ? left : right;
    fail(one.begin, fmt::format("{} never equals {}", source(one), described(other)));
  }
  Node node = made(Op::comparison, Sort::truth, begin, {std::move(left), std::move(right)});
  node.compare = by;
  return node;
}

/// Sets, sequences and records. Only sets are subsets.
Node Parser::compared_others(Op op, Node left, Compare by, Node right, std::size_t begin) {
  if (op == Op::comparison && by != Compare::equal && by != Compare::different)
    fail(begin, fmt::format("{} has no order; accepted are = and #", described(left)));
  for (const Node* const node : {&left, &right})
    if (node->sort == Sort::label) fail_unknown(*node);
  if (left.sort != right.sort)
    fail(right.begin, fmt::format("{} is not compared with {}", described(right), described(left)));
  if (left.op == Op::set && right.op == Op::cell)
    left = members(std::move(left), vocabulary_.variables[right.variable]);
  if (right.op == Op::set && left.op == Op::cell)
    right = members(std::move(right), vocabulary_.variables[left.variable]);
  if (op == Op::subset && left.sort != Sort::set)
    fail(left.begin, fmt::format("expected a set, found {}", described(left)));
  const Node* const one = cell_of(left);
  const Node* const other = cell_of(right);
  if (one == nullptr && other == nullptr) fail(begin, "expected a variable on one side");
  if (one != nullptr && other != nullptr) {
    const VariableInfo& a = vocabulary_.variables[one->variable];
    const VariableInfo& b = vocabulary_.variables[other->variable];
    if (!alike(a.content, b.content) || a.members != b.members || !alike(a.elements, b.elements))
      fail(right.begin,
           fmt::format("{} and {} hold different things", source(left), source(right)));
  }
  Node node = made(op, Sort::truth, begin, {std::move(left), std::move(right)});
  node.compare = by;
  return node;
}

/// A set that is written out, as one of those that the variable may be.
Node Parser::members(Node set, const VariableInfo& of) {
  for (Node& member : set.operands) {
    const std::string what = "a member of " + of.name;
    if (of.content.size() == 1 && member.sort != Sort::tuple) {
      member = fitted(std::move(member), of.content[0].domain, what);
      continue;
    }
    if (member.sort != Sort::tuple || member.operands.size() != of.content.size())
      fail(member.begin, fmt::format("{} has {} parts", what, of.content.size()));
    for (std::size_t i = 0; i < of.content.size(); ++i)
      member.operands[i] = fitted(std::move(member.operands[i]), of.content[i].domain, what);
  }
  set.variable = static_cast<std::size_t>(&of - vocabulary_.variables.data());
  return set;
}

Node Parser::membership(Node left, Node right, std::size_t begin) {
  if (right.sort == Sort::label) fail_unknown(right);
  if (left.sort == Sort::message || right.sort == Sort::messages)
    return in_messages(std::move(left), right, begin);
  if (scan_.symbol() == ".." && right.sort == Sort::value) {
    scan_.take("..");
    Node high = sum(nullptr);
    Node again = left;
    Node least = compared_values(std::move(right), Compare::at_most, std::move(left), begin);
    Node most = compared_values(std::move(again), Compare::at_most, std::move(high), begin);
    return made(Op::conjunction, Sort::truth, begin, {std::move(least), std::move(most)});
  }
  if (right.sort != Sort::set)
    fail(right.begin, fmt::format("expected a set, found {}", described(right)));
  if (right.op == Op::set) {
    // One of a few.
    if (right.operands.empty()) fail(right.begin, "nothing is in {}");
    std::optional<Node> any;
    for (Node& member : right.operands) {
      Node one = compared(left, Compare::equal, std::move(member), begin);
      any = any ? made(Op::disjunction, Sort::truth, begin, {std::move(*any), std::move(one)})
                : std::move(one);
    }
    return std::move(*any);
  }
  Node wrapped = made(Op::set, Sort::set, begin, {std::move(left)});
  wrapped = members(std::move(wrapped), vocabulary_.variables[right.variable]);
  return made(Op::member, Sort::truth, begin, {std::move(wrapped.operands[0]), std::move(right)});
}

/// A message, in the variable that holds such; fields that select a cell and are left out are
/// tried.
Node Parser::in_messages(Node left, const Node& right, std::size_t begin) {
  const auto& variables = vocabulary_.variables;
  if (right.sort != Sort::messages)
    fail(right.begin, fmt::format("expected messages, found {}", described(right)));
  if (left.sort != Sort::message) {
    if (left.sort == Sort::label)
      fail(left.begin,
           fmt::format("no message {}{}", quote(left.name), suggest(left.name, message_types())));
    fail(left.begin, fmt::format("expected a message, found {}", described(left)));
  }
  if (variables[left.variable].name != variables[right.variable].name)
    fail(right.begin, fmt::format("{} are in {}", source(left), variables[left.variable].name));
  left.sort = Sort::truth;
  left.begin = begin;
  left.end = end_of(begin);
  const VariableInfo& variable = variables[left.variable];
  if (variable.holds == Holds::message) return left;
  std::vector<Node> tried;
  for (std::size_t i = 0; i < variable.index.size(); ++i) {
    if (left.pattern.fields[i]) continue;
    Node key = made(Op::bound, Sort::value, begin);
    key.number = static_cast<std::int64_t>(slots_++);
    key.domain = variable.index[i].domain;
    key.low = key.domain.low;
    key.high = key.domain.high;
    left.pattern.fields[i] = left.operands.size();
    left.operands.push_back(key);
    tried.push_back(std::move(key));
  }
  for (const Node& key : tried) {
    left = made(Op::exists, Sort::truth, begin, {std::move(left)});
    left.number = key.number;
    left.low = key.low;
    left.high = key.high;
  }
  return left;
}

}  // namespace synod::condition
