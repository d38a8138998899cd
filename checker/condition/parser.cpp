#include "checker/condition/parser.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <utility>

#include "checker/input/input.hpp"

namespace synod::condition {
namespace {

constexpr std::array<std::string_view, 14> reserved = {
    "A", "E", "in", "notin", "and", "or", "not", "true", "TRUE", "false", "FALSE", "Len", "X", "U"};

bool is_reserved(std::string_view word) {
  return std::find(reserved.begin(), reserved.end(), word) != reserved.end();
}

template <std::size_t N>
bool is_one_of(std::string_view word, const std::array<std::string_view, N>& words) {
  return !word.empty() && std::find(words.begin(), words.end(), word) != words.end();
}

constexpr std::array<std::string_view, 3> nots = {"~", "!", "not"};
constexpr std::array<std::string_view, 3> ands = {"/\\", "&&", "and"};
constexpr std::array<std::string_view, 3> ors = {"\\/", "||", "or"};
constexpr std::array<std::string_view, 2> implies = {"=>", "->"};
constexpr std::array<std::string_view, 2> equivalent = {"<=>", "<->"};

/// What comes next: a word or a symbol.
std::string_view next_of(Scanner& scan) {
  const std::string_view word = scan.word();
  return word.empty() ? scan.symbol() : word;
}

template <std::size_t N>
bool take_one_of(Scanner& scan, const std::array<std::string_view, N>& words) {
  const std::string_view next = next_of(scan);
  if (!is_one_of(next, words)) return false;
  scan.take(next);
  return true;
}

}  // namespace

void Parser::fail(std::size_t position, std::string_view message) const {
  throw FormulaError(message, position);
}

void Parser::fail_here(std::string_view expected) {
  std::string_view found = next_of(scan_);
  const std::size_t position = scan_.at();
  std::string text = scan_.ends() ? "the end" : quote(found);
  if (found.empty() && !scan_.ends()) {
    std::size_t bytes = 1;  // a whole character
    while (position + bytes < scan_.text().size() && bytes < 4 &&
           (scan_.text()[position + bytes] & 0xc0) == 0x80)
      ++bytes;
    text = quote(scan_.text().substr(position, bytes));
  }
  fail(position, fmt::format("expected {}, found {}", expected, text));
}

std::string Parser::source(const Node& node) const {
  return quote(scan_.text().substr(node.begin, node.end - node.begin));
}

/// "'role[s1]', one of Follower, Candidate, Leader"
std::string Parser::described(const Node& node) const {
  const auto is = [&](const std::string& what) { return source(node) + ", " + what; };
  switch (node.sort) {
    case Sort::truth: return is("true or false");
    case Sort::set: return is("a set");
    case Sort::sequence: return is("a sequence");
    case Sort::element: return is("a record");
    case Sort::message: return is("a message");
    case Sort::messages: return is("messages");
    case Sort::tuple: return is("a tuple");
    case Sort::label: return source(node);
    case Sort::value: break;
  }
  if (node.domain.boolean) return is("true or false");
  if (!node.domain.labels.empty())
    return is(fmt::format("one of {}", fmt::join(node.domain.labels, ", ")));
  if (node.op == Op::constant) return source(node);
  return is(fmt::format("a number in {}..{}", node.low, node.high));
}

/// Where what began there ends, without the blanks that were looked past.
std::size_t Parser::end_of(std::size_t begin) const {
  std::size_t end = scan_.at();
  while (end > begin && is_blank(scan_.text()[end - 1])) --end;
  return end;
}

Node Parser::made(Op op, Sort sort, std::size_t begin, std::vector<Node> operands) {
  if (++nodes_ > most_nodes)
    fail(begin, fmt::format("a condition of more than {} parts", most_nodes));
  Node node;
  node.op = op;
  node.sort = sort;
  node.operands = std::move(operands);
  node.begin = begin;
  node.end = end_of(begin);
  return node;
}

void Parser::expect_end() {
  if (!scan_.ends()) fail_here("an operator or the end");
}

Node Parser::truth(Node node) {
  if (node.sort == Sort::truth) return node;
  if (node.sort == Sort::label) fail_unknown(node);
  if (node.sort != Sort::value || !node.domain.boolean)
    fail(node.begin, fmt::format("expected what is true or false, found {}", described(node)));
  Node one = made(Op::constant, Sort::value, node.begin);
  one.domain = node.domain;
  one.number = one.low = one.high = 1;
  const std::size_t begin = node.begin;
  const std::size_t end = node.end;
  Node result = made(Op::comparison, Sort::truth, begin, {std::move(node), std::move(one)});
  result.end = end;
  return result;
}

// Truths are made of values that are true or false only where something asks for a truth: what
// stands in parentheses may be a number.

Node Parser::condition() {
  const Deeper deeper(*this);
  Node left = implication();
  const std::size_t begin = left.begin;
  while (take_one_of(scan_, equivalent)) {
    Node right = truth(implication());
    left = made(Op::equivalence, Sort::truth, begin, {truth(std::move(left)), std::move(right)});
  }
  return left;
}

Node Parser::implication() {
  const Deeper deeper(*this);
  Node left = disjunction();
  if (!take_one_of(scan_, implies)) return left;
  const std::size_t begin = left.begin;
  left = truth(std::move(left));
  Node right = truth(implication());
  return made(Op::implication, Sort::truth, begin, {std::move(left), std::move(right)});
}

Node Parser::disjunction() {
  Node left = conjunction();
  const std::size_t begin = left.begin;
  while (take_one_of(scan_, ors)) {
    Node right = truth(conjunction());
    left = made(Op::disjunction, Sort::truth, begin, {truth(std::move(left)), std::move(right)});
  }
  return left;
}

Node Parser::conjunction() {
  Node left = negation();
  const std::size_t begin = left.begin;
  while (take_one_of(scan_, ands)) {
    Node right = truth(negation());
    left = made(Op::conjunction, Sort::truth, begin, {truth(std::move(left)), std::move(right)});
  }
  return left;
}

Node Parser::negation() {
  const Deeper deeper(*this);
  scan_.skip_blanks();
  const std::size_t begin = scan_.at();
  if (begins_quantifier()) return quantifier();
  if (!take_one_of(scan_, nots)) return comparison();
  Node operand = truth(negation());
  return made(Op::negation, Sort::truth, begin, {std::move(operand)});
}

Node Parser::atom() {
  Node node = begins_quantifier() ? quantifier() : comparison();
  return truth(std::move(node));
}

/// A E \A \E before a name.
bool Parser::begins_quantifier() {
  const std::string_view first = next_of(scan_);
  if (first == "\\A" || first == "\\E") return true;
  if (first != "A" && first != "E") return false;
  Scanner ahead = scan_;
  ahead.take(first);
  const std::string_view name = ahead.word();
  return !name.empty() && begins_word(name[0]) && name != "in" && name != "notin";
}

Node Parser::quantifier() {
  const std::size_t begin = scan_.at();
  const std::string_view letter = next_of(scan_);
  scan_.take(letter);
  const Op op = letter.back() == 'A' ? Op::for_all : Op::exists;
  return bindings(op, begin);
}

/// "p, q in server, r in resource: condition", from its first name on.
Node Parser::bindings(Op op, std::size_t begin) {
  const Deeper deeper(*this);
  std::vector<std::string> names;
  do {
    const std::string name(scan_.word());
    if (name.empty() || !begins_word(name[0])) fail_here("a name for a member");
    require_free(name, scan_.at());
    if (std::find(names.begin(), names.end(), name) != names.end())
      fail(scan_.at(), fmt::format("{} twice", quote(name)));
    names.push_back(name);
    scan_.take(name);
  } while (scan_.take_if(','));
  constexpr std::array<std::string_view, 2> in = {"in", "\\in"};
  if (!take_one_of(scan_, in)) fail_here("'in' and a domain");
  const Range over = range();
  return quantified(op, names, 0, over, begin);
}

/// For the names from the given one on; then the body.
Node Parser::quantified(Op op, const std::vector<std::string>& names, std::size_t from,
                        const Range& over, std::size_t begin) {
  const Deeper deeper(*this);
  if (from == names.size()) {
    if (scan_.take_if(',')) return bindings(op, begin);
    if (!scan_.take_if(':')) fail_here("':' and a condition");
    return truth(condition());
  }
  const std::size_t slot = slots_++;
  bound_.push_back({names[from], slot, over.domain, over.low, over.high});
  Node body = quantified(op, names, from + 1, over, begin);
  bound_.pop_back();
  if (over.within) {
    Node value = made(Op::bound, Sort::value, begin);
    value.number = static_cast<std::int64_t>(slot);
    value.domain = over.domain;
    value.low = over.low;
    value.high = over.high;
    Node guard = made(Op::member, Sort::truth, begin, {std::move(value), *over.within});
    body = made(op == Op::for_all ? Op::implication : Op::conjunction, Sort::truth, begin,
                {std::move(guard), std::move(body)});
  }
  Node node = made(op, Sort::truth, begin, {std::move(body)});
  node.number = static_cast<std::int64_t>(slot);
  node.low = over.low;
  node.high = over.high;
  node.domain = over.domain;
  node.name = names[from];
  return node;
}

void Parser::require_free(const std::string& name, std::size_t position) const {
  const auto refuse = [&](const std::string& what) {
    fail(position, fmt::format("{} is {}; take another name for the member", quote(name), what));
  };
  if (is_reserved(name)) refuse("a word with a meaning of its own");
  if (find_variable(name)) refuse("a variable");
  for (const Bound& other : bound_)
    if (other.name == name) refuse("bound already");
  for (const Domain& domain : domains())
    if (std::find(domain.labels.begin(), domain.labels.end(), name) != domain.labels.end())
      refuse("a member of " + domain.name);
}

Parser::Range Parser::range() {
  scan_.skip_blanks();
  const std::size_t begin = scan_.at();
  const std::string name(scan_.word());
  if (!name.empty() && begins_word(name[0]) && !find_variable(name)) {
    std::vector<Domain> found;
    std::vector<std::string> names;
    for (Domain& domain : domains()) {
      if (domain.name == name) found.push_back(domain);
      if (std::find(names.begin(), names.end(), domain.name) == names.end())
        names.push_back(domain.name);
    }
    if (found.empty())
      fail(begin, fmt::format("no domain or set {}{}", quote(name), suggest(name, names)));
    if (found.size() > 1)
      fail(begin, fmt::format("{} is both {} and {} in this model; write low..high", quote(name),
                              found[0].text(), found[1].text()));
    scan_.take(name);
    return {found[0], found[0].low, found[0].high, {}};
  }
  Node low = sum(nullptr);
  if (low.sort == Sort::set && low.op == Op::cell) {
    const std::vector<Field>& content = vocabulary_.variables[low.variable].content;
    if (content.size() != 1)
      fail(begin, "members of this set are tuples, which no name stands for");
    const Domain domain = content[0].domain;
    return {domain, domain.low, domain.high, std::move(low)};
  }
  if (low.op != Op::constant || !low.domain.is_integer())
    fail(begin, fmt::format("expected a domain, a set or low..high, found {}", described(low)));
  if (scan_.symbol() != "..") fail_here("'..' and the last number");
  scan_.take("..");
  scan_.skip_blanks();
  const std::size_t second = scan_.at();
  const Node high = sum(nullptr);
  if (high.op != Op::constant || !high.domain.is_integer())
    fail(second, fmt::format("expected a number, found {}", described(high)));
  if (high.number - low.number >= 10'000) fail(begin, "a range of more than 10000 numbers");
  return {Domain{}, low.number, high.number, {}};
}

std::optional<Compare> Parser::comparing() {
  using Pair = std::pair<std::string_view, Compare>;
  constexpr std::array<Pair, 9> all = {{{"=", Compare::equal},
                                        {"==", Compare::equal},
                                        {"#", Compare::different},
                                        {"/=", Compare::different},
                                        {"!=", Compare::different},
                                        {"<", Compare::less},
                                        {"<=", Compare::at_most},
                                        {">", Compare::greater},
                                        {">=", Compare::at_least}}};
  const std::string_view symbol = scan_.symbol();
  for (const auto& [text, compare] : all)
    if (text == symbol) {
      scan_.take(symbol);
      return compare;
    }
  return std::nullopt;
}

Node Parser::comparison() {
  const Deeper deeper(*this);
  scan_.skip_blanks();
  const std::size_t begin = scan_.at();
  Node left = sum(nullptr);
  const Domain* const expected =
      left.sort == Sort::value && !left.domain.is_integer() ? &left.domain : nullptr;
  Node result;
  if (const auto compare = comparing()) {
    Node right = sum(expected);
    result = compared(std::move(left), *compare, std::move(right), begin);
  } else {
    const std::string_view next = next_of(scan_);
    const bool no_member = next == "notin" || next == "\\notin";
    if (next == "in" || next == "\\in" || no_member) {
      scan_.take(next);
      result = membership(std::move(left), sum(nullptr), begin);
      if (no_member) result = made(Op::negation, Sort::truth, begin, {std::move(result)});
    } else if (next == "\\subseteq" || next == "subseteq") {
      scan_.take(next);
      Node right = sum(nullptr);
      result =
          compared_others(Op::subset, std::move(left), Compare::equal, std::move(right), begin);
    } else {
      if (left.sort == Sort::label) fail_unknown(left);
      return left;
    }
  }
  const std::size_t end = scan_.at();
  if (comparing()) {
    scan_.go(end);
    scan_.skip_blanks();
    fail(scan_.at(), "comparisons do not chain; write a <= b /\\ b <= c");
  }
  return result;
}

}  // namespace synod::condition
