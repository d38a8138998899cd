// Values, sets, sequences and messages.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "checker/condition/parser.hpp"
#include "checker/input/input.hpp"

namespace synod::condition {

Node Parser::sum(const Domain* expected) {
  scan_.skip_blanks();
  const std::size_t begin = scan_.at();
  Node left = operand(expected);
  while (true) {
    const std::string_view symbol = scan_.symbol();
    if (symbol != "+" && symbol != "-") return left;
    left = number_of(std::move(left));
    scan_.take(symbol);
    Node right = number_of(operand(nullptr));
    const bool plus = symbol == "+";
    const std::int64_t low = plus ? left.low + right.low : left.low - right.high;
    const std::int64_t high = plus ? left.high + right.high : left.high - right.low;
    left = made(plus ? Op::sum : Op::difference, Sort::value, begin,
                {std::move(left), std::move(right)});
    left.low = low;
    left.high = high;
  }
}

/// Something to calculate with.
Node Parser::number_of(Node node) const {
  if (node.sort == Sort::label) fail_unknown(node);
  if (node.sort != Sort::value || !node.domain.is_integer())
    fail(node.begin, fmt::format("expected a number, found {}", described(node)));
  return node;
}

Node Parser::operand(const Domain* expected) {
  const Deeper deeper(*this);
  scan_.skip_blanks();
  if (expected != nullptr && !expected->labels.empty())
    if (auto label = expected_label(*expected)) return std::move(*label);
  const std::size_t begin = scan_.at();
  switch (scan_.next()) {
    case '(': return parenthesized();
    case '|': return size();
    case '"': return quoted();
    case '{': return set();
    case '-': {
      scan_.take("-");
      Node right = number_of(operand(nullptr));
      Node zero = made(Op::constant, Sort::value, begin);
      const bool constant = right.op == Op::constant;
      const std::int64_t low = -right.high;
      const std::int64_t high = -right.low;
      Node node =
          constant ? made(Op::constant, Sort::value, begin)
                   : made(Op::difference, Sort::value, begin, {std::move(zero), std::move(right)});
      node.low = low;
      node.high = high;
      if (constant) node.number = low;
      return node;
    }
    default: break;
  }
  std::size_t type = 0;
  std::string_view name;
  if (const auto variable = message_type(name, type)) return message(*variable, type, name);
  const std::string_view word = scan_.word();
  if (word.empty()) fail_here("a variable, a value or (");
  if (is_digit(word[0])) return number();
  return this->word(expected);
}

/// The longest name of a member that comes next, unless a bound name is longer.
std::optional<Node> Parser::expected_label(const Domain& domain) {
  const std::size_t begin = scan_.at();
  std::size_t longest = 0;
  for (const std::string& label : domain.labels) longest = std::max(longest, scan_.match(label));
  if (longest == 0) return std::nullopt;
  Node label;
  label.name = scan_.text().substr(begin, longest);
  label.begin = begin;
  label.end = begin + longest;
  scan_.go(label.end);
  return resolved(label, domain);
}

Node Parser::parenthesized() {
  const std::size_t begin = scan_.at();
  scan_.take("(");
  Node inner = condition();
  if (scan_.next() == ',') {
    std::vector<Node> parts = {std::move(inner)};
    while (scan_.take_if(',')) parts.push_back(sum(nullptr));
    if (!scan_.take_if(')')) fail_here("',' or ')'");
    return made(Op::tuple, Sort::tuple, begin, std::move(parts));
  }
  if (!scan_.take_if(')')) fail_here("an operator or ')'");
  inner.begin = begin;
  inner.end = scan_.at();
  return parts_of(std::move(inner));
}

Node Parser::number() {
  const std::size_t begin = scan_.at();
  const std::string_view word = scan_.word();
  std::int64_t value = 0;
  for (const char c : word) {
    if (!is_digit(c)) {
      // A name that begins with a digit.
      scan_.take(word);
      Node label = made(Op::label, Sort::label, begin);
      label.name = word;
      return label;
    }
    value = value * 10 + (c - '0');
    if (value > 2'147'483'647) fail(begin, "a number of more than 2147483647");
  }
  scan_.take(word);
  Node node = made(Op::constant, Sort::value, begin);
  node.number = node.low = node.high = value;
  node.name = word;
  return node;
}

/// |down|, |log[s1]|, |msgs|
Node Parser::size() {
  const std::size_t begin = scan_.at();
  scan_.take("|");
  Node of = sum(nullptr);
  if (of.sort == Sort::label) fail_unknown(of);
  if (!scan_.take_if('|')) fail_here("'|'");
  const bool countable =
      (of.op == Op::cell && (of.sort == Sort::set || of.sort == Sort::sequence)) ||
      of.sort == Sort::messages;
  if (!countable)
    fail(of.begin, fmt::format("expected a set, a sequence or messages, found {}", described(of)));
  const VariableInfo& variable = vocabulary_.variables[of.variable];
  std::int64_t most = 0;
  if (of.sort == Sort::sequence) most = variable.capacity;
  if (of.sort == Sort::set) most = static_cast<std::int64_t>(variable.members.size());
  if (of.sort == Sort::messages)
    for (const VariableInfo& one : vocabulary_.variables)
      if (one.name == variable.name)
        most += static_cast<std::int64_t>(one.cells *
                                          (one.holds == Holds::message ? 1 : one.members.size()));
  Node node = made(Op::size, Sort::value, begin, {std::move(of)});
  node.high = most;
  return node;
}

Node Parser::length() {
  const std::size_t begin = scan_.at();
  scan_.take("Len");
  if (!scan_.take_if('(')) fail_here("'('");
  Node of = sum(nullptr);
  if (of.sort == Sort::label) fail_unknown(of);
  if (of.sort != Sort::sequence)
    fail(of.begin, fmt::format("expected a sequence, found {}", described(of)));
  if (!scan_.take_if(')')) fail_here("')'");
  const std::int64_t most = vocabulary_.variables[of.variable].capacity;
  Node node = made(Op::size, Sort::value, begin, {std::move(of)});
  node.high = most;
  return node;
}

Node Parser::quoted() {
  const std::size_t begin = scan_.at();
  const std::size_t end = scan_.text().find('"', begin + 1);
  if (end == std::string_view::npos) fail(begin, "a \" without another one");
  scan_.go(end + 1);
  Node label = made(Op::label, Sort::label, begin);
  label.name = scan_.text().substr(begin + 1, end - begin - 1);
  return label;
}

Node Parser::set() {
  const std::size_t begin = scan_.at();
  scan_.take("{");
  std::vector<Node> members;
  if (!scan_.take_if('}')) {
    do members.push_back(sum(nullptr));
    while (scan_.take_if(','));
    if (!scan_.take_if('}')) fail_here("',' or '}'");
  }
  return made(Op::set, Sort::set, begin, std::move(members));
}

std::optional<std::size_t> Parser::find_variable(std::string_view name) const {
  const auto& variables = vocabulary_.variables;
  const auto found = std::find_if(variables.begin(), variables.end(),
                                  [&](const VariableInfo& one) { return one.name == name; });
  if (found == variables.end()) return std::nullopt;
  return static_cast<std::size_t>(found - variables.begin());
}

Node Parser::word(const Domain* expected) {
  const std::size_t begin = scan_.at();
  const std::string_view word = scan_.word();
  if (word == "Len") return length();
  scan_.take(word);
  if (word == "true" || word == "TRUE" || word == "false" || word == "FALSE") {
    Node node = made(Op::constant_truth, Sort::truth, begin);
    node.number = word == "true" || word == "TRUE" ? 1 : 0;
    return node;
  }
  for (const Bound& one : bound_) {
    if (one.name != word) continue;
    Node node = made(Op::bound, Sort::value, begin);
    node.number = static_cast<std::int64_t>(one.slot);
    node.domain = one.domain;
    node.low = one.low;
    node.high = one.high;
    return node;
  }
  if (const auto variable = find_variable(word)) return cell(*variable, begin);
  Node label = made(Op::label, Sort::label, begin);
  label.name = word;
  // What an index or a field follows can only be a variable.
  const std::string_view next = scan_.symbol();
  if (expected == nullptr && next == "(")
    fail(begin, fmt::format("no message {}{}", quote(word), suggest(word, message_types())));
  if (expected == nullptr && (next == "[" || next == ".")) fail_unknown(label);
  return label;
}

Node Parser::cell(std::size_t number, std::size_t begin) {
  const VariableInfo& variable = vocabulary_.variables[number];
  if (!variable.message.empty() || variable.holds == Holds::message) {
    Node node = made(Op::messages, Sort::messages, begin);
    node.variable = number;
    return node;
  }
  std::vector<Node> at = indices(variable);
  Node node = made(Op::cell, Sort::value, begin, std::move(at));
  node.variable = number;
  if (variable.holds == Holds::set) {
    node.sort = Sort::set;
  } else if (variable.holds == Holds::sequence) {
    node.sort = Sort::sequence;
  } else if (variable.holds == Holds::record) {
    node.sort = Sort::element;
  } else {
    node.domain = variable.content[0].domain;
    node.low = node.domain.low;
    node.high = node.domain.high;
  }
  return parts_of(std::move(node));
}

/// [s1, s2] or [s1][s2], of a pair as well
std::vector<Node> Parser::indices(const VariableInfo& variable) {
  std::vector<Node> at;
  std::vector<std::string> names;
  for (const Field& field : variable.index) {
    const bool pair = field.domain.made == Made::pairs;
    names.resize(names.size() + (pair ? 2 : 1), (pair ? *field.domain.of : field.domain).name);
  }
  const std::string usage = fmt::format("{}[{}]", variable.name, fmt::join(names, ", "));
  while (at.size() < variable.index.size()) {
    if (scan_.symbol() != "[") fail_here(fmt::format("'[': it is {}", usage));
    scan_.take("[");
    do {
      scan_.skip_blanks();
      if (at.size() == variable.index.size())
        fail(scan_.at(), fmt::format("an index too many: it is {}", usage));
      const Domain& domain = variable.index[at.size()].domain;
      const auto index = [&](const Domain& of) {
        Node node = sum(&of);
        return fitted(std::move(node), of, "an index of " + variable.name);
      };
      if (domain.made != Made::pairs) {
        at.push_back(index(domain));
        continue;
      }
      const std::size_t begin = scan_.at();
      Node first = index(*domain.of);
      if (!scan_.take_if(',') && !(scan_.take_if(']') && scan_.take_if('[')))
        fail_here(fmt::format("',': it is {}", usage));
      scan_.skip_blanks();
      Node second = index(*domain.of);
      if (first.op == Op::constant && second.op == Op::constant && first.number == second.number)
        fail(second.begin, fmt::format("{} is over pairs of different members", variable.name));
      Node pair = made(Op::pair, Sort::value, begin, {std::move(first), std::move(second)});
      pair.domain = domain;
      pair.low = domain.low;
      pair.high = domain.high;
      at.push_back(std::move(pair));
    } while (scan_.take_if(','));
    if (!scan_.take_if(']')) fail_here("',' or ']'");
  }
  return at;
}

/// Elements of a sequence, and their fields.
Node Parser::parts_of(Node node) {
  while (true) {
    const std::string_view symbol = scan_.symbol();
    if (symbol == "[" && node.sort == Sort::sequence) {
      node = element(std::move(node));
    } else if (symbol == "[" || symbol == "[]") {
      // [] joins formulas, and has no place here.
      if (node.op != Op::cell || symbol == "[]") return node;
      const VariableInfo& variable = vocabulary_.variables[node.variable];
      fail(scan_.at(), variable.index.empty()
                           ? fmt::format("{} has no index", variable.name)
                           : fmt::format("{} has no more indices", variable.name));
    } else if (symbol == "." && node.sort == Sort::element) {
      node = field(std::move(node));
    } else {
      return node;
    }
  }
}

Node Parser::element(Node sequence) {
  const std::size_t begin = sequence.begin;
  const VariableInfo& variable = vocabulary_.variables[sequence.variable];
  scan_.take("[");
  Node at = number_of(sum(nullptr));
  if (!scan_.take_if(']')) fail_here("']'");
  if (at.high < 1 || at.low > variable.capacity)
    fail(at.begin, fmt::format("{} is outside 1..{}, the positions in {}", source(at),
                               variable.capacity, variable.name));
  const std::size_t number = sequence.variable;
  Node node = made(Op::element, Sort::element, begin, {std::move(sequence), std::move(at)});
  node.variable = number;
  const ElementType& type = variable.elements[0];
  const bool bare = variable.elements.size() == 1 && type.name.empty() && type.fields.size() == 1;
  return bare ? field_value(std::move(node), 0, begin) : node;
}

Node Parser::field(Node element) {
  const VariableInfo& variable = vocabulary_.variables[element.variable];
  scan_.take(".");
  const std::string_view name = scan_.word();
  if (name.empty()) fail_here("a field");
  if (variable.elements.size() != 1)
    fail(scan_.at(), fmt::format("elements of {} are of several types", variable.name));
  const std::vector<Field>& fields = variable.elements[0].fields;
  std::vector<std::string> names;
  for (const Field& one : fields) names.push_back(one.name);
  const auto found = std::find(names.begin(), names.end(), name);
  if (found == names.end())
    fail(scan_.at(), fmt::format("elements of {} have no field {}{}", variable.name, quote(name),
                                 suggest(name, names)));
  scan_.take(name);
  const std::size_t begin = element.begin;
  return field_value(std::move(element), static_cast<std::size_t>(found - names.begin()), begin);
}

Node Parser::field_value(Node element, std::size_t field, std::size_t begin) {
  const std::size_t variable = element.variable;
  Node node = made(Op::field, Sort::value, begin, {std::move(element)});
  node.variable = variable;
  node.number = static_cast<std::int64_t>(field);
  node.domain = vocabulary_.variables[variable].elements[0].fields[field].domain;
  node.low = node.domain.low;
  node.high = node.domain.high;
  return node;
}

/// The longest name of a message type that comes next, before fields or "in"; its variable.
std::optional<std::size_t> Parser::message_type(std::string_view& name, std::size_t& type) {
  std::optional<std::size_t> result;
  const auto look_at = [&](std::size_t variable, std::size_t number, std::string_view candidate) {
    const std::size_t length = scan_.match(candidate);
    if (length == 0 || (result && length <= name.size())) return;
    Scanner ahead(scan_.text(), scan_.at() + length);
    const std::string_view next = ahead.word();
    const std::string_view symbol = next.empty() ? ahead.symbol() : std::string_view();
    if (symbol != "(" && symbol != "\\in" && symbol != "\\notin" && next != "in" && next != "notin")
      return;
    name = candidate;
    type = number;
    result = variable;
  };
  for (std::size_t v = 0; v < vocabulary_.variables.size(); ++v) {
    const VariableInfo& variable = vocabulary_.variables[v];
    if (!variable.message.empty()) look_at(v, 0, variable.message);
    if (variable.holds != Holds::message) continue;
    for (std::size_t i = 0; i < variable.elements.size(); ++i)
      look_at(v, i, variable.elements[i].name);
  }
  return result;
}

std::vector<std::string> Parser::message_types() const {
  std::vector<std::string> types;
  for (const VariableInfo& variable : vocabulary_.variables) {
    if (!variable.message.empty()) types.push_back(variable.message);
    if (variable.holds != Holds::message) continue;
    for (const ElementType& type : variable.elements) types.push_back(type.name);
  }
  return types;
}

/// 1b(acc a1, bal 0), Vote(s1 -> s2, term 1), or values in the order of the fields.
Node Parser::message(std::size_t number, std::size_t type, std::string_view name) {
  const std::size_t begin = scan_.at();
  const VariableInfo& variable = vocabulary_.variables[number];
  std::vector<Field> fields = variable.index;
  if (variable.holds == Holds::message)
    fields = variable.elements[type].fields;
  else
    fields.insert(fields.end(), variable.content.begin(), variable.content.end());
  Node message;
  message.pattern.type = type;
  message.pattern.fields.resize(fields.size());
  scan_.take(name);
  if (scan_.take_if('(') && !scan_.take_if(')')) {
    do {
      const std::size_t given = message_field(fields, message);
      if (scan_.symbol() != "->") continue;
      if (fields[given].name != "from" || given + 1 == fields.size() ||
          fields[given + 1].name != "to")
        fail_here("',' or ')'");
      scan_.take("->");
      message_field(fields, message);
    } while (scan_.take_if(','));
    if (!scan_.take_if(')')) fail_here("',' or ')'");
  }
  Node node = made(Op::sent, Sort::message, begin, std::move(message.operands));
  node.pattern = std::move(message.pattern);
  node.variable = number;
  return node;
}

/// The next field that is given; returns its number.
std::size_t Parser::message_field(const std::vector<Field>& fields, Node& message) {
  std::vector<std::string> names;
  for (const Field& field : fields) names.push_back(field.name);
  const std::string_view word = scan_.word();
  const std::size_t begin = scan_.at();
  std::size_t field =
      static_cast<std::size_t>(std::find(names.begin(), names.end(), word) - names.begin());
  if (field != names.size()) {
    scan_.take(word);
    if (scan_.symbol() == "=") scan_.take("=");
  } else {
    const auto& given = message.pattern.fields;
    field = static_cast<std::size_t>(
        std::find_if(given.begin(), given.end(), [](const auto& one) { return !one; }) -
        given.begin());
    if (field == names.size())
      fail(begin, fmt::format("a field too many; there are {}", fmt::join(names, ", ")));
  }
  if (message.pattern.fields[field]) fail(begin, fmt::format("{} is given twice", names[field]));
  if (fields[field].domain.made != Made::simple)
    fail(begin, fmt::format("{} is a set, which a condition cannot give", names[field]));
  Node value = sum(&fields[field].domain);
  message.pattern.fields[field] = message.operands.size();
  message.operands.push_back(fitted(std::move(value), fields[field].domain, names[field]));
  return field;
}

/// Every domain that the variables speak of, by name; without the None of an optional one, and not
/// one that a parameter has emptied where there is another.
std::vector<Domain> Parser::domains() const {
  std::vector<Domain> all;
  const auto add = [&](const std::vector<Field>& fields) {
    for (const Field& field : fields) {
      Domain domain = field.domain.made == Made::simple ? field.domain : *field.domain.of;
      if (domain.low == none && !domain.labels.empty() && domain.labels[0] == "None") {
        domain.low = 0;
        domain.labels.erase(domain.labels.begin());
      }
      all.push_back(std::move(domain));
    }
  };
  for (const VariableInfo& variable : vocabulary_.variables) {
    add(variable.index);
    add(variable.content);
    for (const ElementType& type : variable.elements) add(type.fields);
  }
  // Of one that is optional and has no names, -1 stands for none.
  std::vector<Domain> result;
  for (const Domain& domain : all) {
    const bool lesser = std::any_of(all.begin(), all.end(), [&](const Domain& other) {
      if (other.name != domain.name || other.low > other.high) return false;
      return domain.low > domain.high || (domain.is_integer() && domain.low == none &&
                                          other.low == 0 && other.high == domain.high);
    });
    const bool known = std::any_of(result.begin(), result.end(), [&](const Domain& other) {
      return other.name == domain.name && other.low == domain.low && other.high == domain.high &&
             other.labels == domain.labels;
    });
    if (!lesser && !known) result.push_back(domain);
  }
  return result;
}

/// Where a formula may have the name of a predicate as well.
bool Parser::begins_atom() {
  const char next = scan_.next();
  if (is_digit(next) || next == '|' || next == '"' || next == '{') return true;
  if (begins_quantifier()) return true;
  std::size_t type = 0;
  std::string_view name;
  if (message_type(name, type)) return true;
  Scanner ahead = scan_;
  const auto joined = [&] {
    const std::string_view word = ahead.word();
    return joins_values(word.empty() ? ahead.symbol() : word);
  };
  if (next == '(') {
    // What stands in parentheses may be a number, or a tuple.
    int open = 0;
    bool text = false;
    for (std::size_t i = scan_.at(); i < scan_.text().size(); ++i) {
      const char c = scan_.text()[i];
      if (c == '"') text = !text;
      if (text) continue;
      if (c == '(') ++open;
      if (c != ')' || --open != 0) continue;
      ahead.go(i + 1);
      return joined();
    }
    return false;
  }
  const std::string_view symbol = scan_.symbol();
  if (symbol == "-") return true;
  const std::string_view word = scan_.word();
  if (word.empty()) return false;
  ahead.take(word);
  if (joined()) return true;
  if (word == "Len") return ahead.next() == '(';
  const auto& predicates = vocabulary_.predicates;
  return find_variable(word) &&
         std::find(predicates.begin(), predicates.end(), word) == predicates.end();
}

}  // namespace synod::condition
