#include "checker/liveness/ltl.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <concepts>
#include <utility>

#include "checker/input/input.hpp"

namespace synod {

FormulaError::FormulaError(std::string_view message, std::size_t position)
    : std::runtime_error(printable(message)), position(position) {}

struct Formula::Node {
  Operator op;
  std::string name;
  std::vector<Formula> operands;
};

namespace {

std::size_t arity(Operator op) {
  switch (op) {
    case Operator::truth:
    case Operator::falsity:
    case Operator::atom: return 0;
    case Operator::negation:
    case Operator::always:
    case Operator::eventually: return 1;
    default: return 2;
  }
}

/// How tightly an operator binds what is beside it.
enum class Level : std::uint8_t {
  equivalence,
  implication,
  disjunction,
  conjunction,
  until,
  unary,
  operand
};

Level level(Operator op) {
  switch (op) {
    case Operator::truth:
    case Operator::falsity:
    case Operator::atom: return Level::operand;
    case Operator::negation:
    case Operator::always:
    case Operator::eventually: return Level::unary;
    case Operator::until:
    case Operator::release:
    case Operator::weak_until: return Level::until;
    case Operator::conjunction: return Level::conjunction;
    case Operator::disjunction: return Level::disjunction;
    case Operator::implication:
    case Operator::leads_to: return Level::implication;
    case Operator::equivalence: return Level::equivalence;
  }
  throw std::logic_error("no such operator");
}

Level next(Level level) { return static_cast<Level>(static_cast<int>(level) + 1); }

/// What is written for an operator, first the way in which text() writes it.
struct Spelling {
  std::string_view text;
  Operator op;
};
constexpr std::array<Spelling, 25> spellings = {{
    {"true", Operator::truth},      {"TRUE", Operator::truth},      {"false", Operator::falsity},
    {"FALSE", Operator::falsity},   {"!", Operator::negation},      {"~", Operator::negation},
    {"not", Operator::negation},    {"[]", Operator::always},       {"G", Operator::always},
    {"<>", Operator::eventually},   {"F", Operator::eventually},    {"&&", Operator::conjunction},
    {"/\\", Operator::conjunction}, {"and", Operator::conjunction}, {"||", Operator::disjunction},
    {"\\/", Operator::disjunction}, {"or", Operator::disjunction},  {"->", Operator::implication},
    {"=>", Operator::implication},  {"<->", Operator::equivalence}, {"<=>", Operator::equivalence},
    {"~>", Operator::leads_to},     {"U", Operator::until},         {"R", Operator::release},
    {"W", Operator::weak_until},
}};

std::string_view spelling(Operator op) {
  return std::find_if(spellings.begin(), spellings.end(),
                      [&](const Spelling& one) { return one.op == op; })
      ->text;
}

bool begins_word(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool is_in_word(char c) { return begins_word(c) || (c >= '0' && c <= '9'); }
bool is_blank(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

struct Token {
  enum class Kind : std::uint8_t { name, op, next, open, close, other, end };
  Kind kind = Kind::end;
  std::string_view text;
  std::size_t position = 0;
  Operator op = Operator::atom;  ///< constants are operators without operands

  bool begins_operand() const {
    if (kind == Kind::op) return arity(op) < 2;
    return kind == Kind::name || kind == Kind::next || kind == Kind::open;
  }
};

[[noreturn]] void refuse_next(const Token& token) {
  throw FormulaError(fmt::format("{} is the next operator, which does not exist here: behaviours "
                                 "may stutter, so nothing can be said of the very next state; "
                                 "accepted are [] <> U R W ~>",
                                 token.text),
                     token.position);
}

/// A whole character, so that the message shows it as it was typed.
std::string_view first_character(std::string_view text) {
  std::size_t bytes = 1;
  while (bytes < text.size() && bytes < 4 && (text[bytes] & 0xc0) == 0x80) ++bytes;
  return text.substr(0, bytes);
}

/// The token that begins at or after a position.
Token token_at(std::string_view text, std::size_t position) {
  while (position < text.size() && is_blank(text[position])) ++position;
  const std::string_view rest = text.substr(std::min(position, text.size()));
  if (rest.empty()) return {Token::Kind::end, rest, position};
  std::size_t length = 0;
  if (begins_word(rest[0])) {
    while (length < rest.size() && is_in_word(rest[length])) ++length;
    const std::string_view word = rest.substr(0, length);
    for (const Spelling& one : spellings)
      if (one.text == word) return {Token::Kind::op, word, position, one.op};
    return {word == "X" ? Token::Kind::next : Token::Kind::name, word, position};
  }
  const Spelling* longest = nullptr;  // ~> begins with ~
  for (const Spelling& one : spellings)
    if (rest.starts_with(one.text) && (longest == nullptr || one.text.size() > length)) {
      longest = &one;
      length = one.text.size();
    }
  if (longest != nullptr) return {Token::Kind::op, longest->text, position, longest->op};
  if (rest.starts_with("()")) return {Token::Kind::next, rest.substr(0, 2), position};
  if (rest[0] == '(') return {Token::Kind::open, rest.substr(0, 1), position};
  if (rest[0] == ')') return {Token::Kind::close, rest.substr(0, 1), position};
  return {Token::Kind::other, first_character(rest), position};
}

/// By recursive descent: one function a level. Chains of an operator are loops, so only
/// parentheses and unary operators recurse.
class Parser {
 public:
  Parser(std::string_view text, AtomReader* atoms)
      : text_(text), token_(token_at(text, 0)), atoms_(atoms) {}

  Formula parse() {
    Formula formula = equivalence();
    if (token_.kind != Token::Kind::end) fail("an operator (&& || -> <-> ~> U R W) or the end");
    return formula;
  }

 private:
  [[noreturn]] void fail(std::string_view expected) const {
    if (token_.kind == Token::Kind::other)
      throw FormulaError(
          fmt::format("{} has no meaning here; accepted are names, {}true, false, parentheses and "
                      "[] <> ! && || -> <-> ~> U R W",
                      quote(token_.text), atoms_ == nullptr ? "" : "comparisons, "),
          token_.position);
    std::string found = token_.kind == Token::Kind::end ? "the end" : quote(token_.text);
    if (token_.kind == Token::Kind::op && arity(token_.op) == 2 && begins_word(token_.text[0]))
      found += ", which is an operator and names no predicate";
    throw FormulaError(fmt::format("expected {}, found {}", expected, found), token_.position);
  }

  Token take() {
    const Token token = token_;
    token_ = token_at(text_, token.position + token.text.size());
    return token;
  }

  bool at(Level wanted) const {
    return token_.kind == Token::Kind::op && arity(token_.op) == 2 && level(token_.op) == wanted;
  }

  /// Takes a name, constant or operator, of which there must not be too many.
  Token take_node() {
    if (++size_ > max_formula_size)
      throw FormulaError(
          fmt::format("a formula of more than {} names, constants and operators", max_formula_size),
          token_.position);
    return take();
  }

  /// Operands of the next level, joined to the left.
  Formula chain_to_left(Level level, Formula (Parser::*operand)()) {
    Formula formula = (this->*operand)();
    while (at(level)) {
      const Operator op = take_node().op;
      formula = Formula(op, std::move(formula), (this->*operand)());
    }
    return formula;
  }

  /// Operands of the next level, joined to the right.
  Formula chain_to_right(Level level, Formula (Parser::*operand)()) {
    std::vector<Formula> operands = {(this->*operand)()};
    std::vector<Operator> operators;
    while (at(level)) {
      if (level == Level::implication && !operators.empty() && operators.back() != token_.op)
        throw FormulaError(
            "-> and ~> beside each other; accepted are (p -> q) ~> r and p -> (q ~> r)",
            token_.position);
      operators.push_back(take_node().op);
      operands.push_back((this->*operand)());
    }
    Formula formula = operands.back();
    for (std::size_t i = operators.size(); i-- > 0;)
      formula = Formula(operators[i], operands[i], std::move(formula));
    return formula;
  }

  Formula equivalence() { return chain_to_left(Level::equivalence, &Parser::implication); }
  Formula implication() { return chain_to_right(Level::implication, &Parser::disjunction); }
  Formula disjunction() { return chain_to_left(Level::disjunction, &Parser::conjunction); }
  Formula conjunction() { return chain_to_left(Level::conjunction, &Parser::until); }
  Formula until() { return chain_to_right(Level::until, &Parser::unary); }

  Formula unary() {
    if (atoms_ != nullptr && token_.kind != Token::Kind::end)
      if (auto atom = atoms_->read(text_, token_.position)) return read_atom(std::move(*atom));
    if (token_.kind == Token::Kind::next) refuse_next(token_);
    if (!token_.begins_operand()) fail("a name, true, false, ! [] <> or (");
    const bool nests = token_.kind == Token::Kind::open ||
                       (token_.kind == Token::Kind::op && arity(token_.op) == 1);
    if (!nests) return leaf();
    if (nesting_ == max_formula_nesting)
      throw FormulaError(
          fmt::format("parentheses and unary operators more than {} deep", max_formula_nesting),
          token_.position);
    ++nesting_;
    Formula formula = token_.kind == Token::Kind::open ? parenthesized() : negated_or_timed();
    --nesting_;
    return formula;
  }

  Formula read_atom(AtomReader::Atom atom) {
    take_node();
    token_ = token_at(text_, atom.end);
    return Formula::atom(std::move(atom.name));
  }

  Formula leaf() {
    const Token token = take_node();
    if (token.kind == Token::Kind::op) return Formula::constant(token.op == Operator::truth);
    // A predicate may be called next, unless it stands where only the operator can.
    if (token.text == "next" && token_.begins_operand()) refuse_next(token);
    return Formula::atom(std::string(token.text));
  }

  Formula negated_or_timed() {
    const Operator op = take_node().op;
    return {op, unary()};
  }

  Formula parenthesized() {
    take();
    Formula formula = equivalence();
    if (token_.kind != Token::Kind::close) fail("an operator (&& || -> <-> ~> U R W) or )");
    take();
    return formula;
  }

  std::string_view text_;
  Token token_;
  AtomReader* atoms_;
  std::size_t nesting_ = 0;
  std::size_t size_ = 0;
};

void write(const Formula& formula, Level least, std::string& out) {
  const Operator op = formula.op();
  const Level own = level(op);
  if (own < least) out += '(';
  switch (own) {
    case Level::operand: out += op == Operator::atom ? formula.name() : spelling(op); break;
    case Level::unary:
      out += spelling(op);
      write(formula.left(), Level::unary, out);
      break;
    default: {
      const bool to_right = own == Level::until || own == Level::implication;
      // p -> (q ~> r) keeps its parentheses.
      const bool alike = own != Level::implication || formula.right().op() == op;
      write(formula.left(), to_right ? next(own) : own, out);
      out += ' ';
      out += spelling(op);
      out += ' ';
      write(formula.right(), to_right && alike ? own : next(own), out);
    }
  }
  if (own < least) out += ')';
}

void collect(const Formula& formula, std::vector<std::string>& names) {
  if (formula.op() == Operator::atom) {
    if (std::find(names.begin(), names.end(), formula.name()) == names.end())
      names.push_back(formula.name());
    return;
  }
  if (arity(formula.op()) > 0) collect(formula.left(), names);
  if (arity(formula.op()) > 1) collect(formula.right(), names);
}

/// The formula with FALSE for each atom that occurs positively in it, or with `positive` false,
/// negatively. Sets `replaced` if there was one.
Formula without_positive(const Formula& formula, bool positive, bool& replaced) {
  const Operator op = formula.op();
  switch (op) {
    case Operator::truth:
    case Operator::falsity:
    case Operator::equivalence: return formula;
    case Operator::atom:
      replaced = replaced || positive;
      return positive ? Formula::constant(false) : formula;
    case Operator::negation: return {op, without_positive(formula.left(), !positive, replaced)};
    case Operator::always:
    case Operator::eventually: return {op, without_positive(formula.left(), positive, replaced)};
    default: break;
  }
  const bool turns = op == Operator::implication || op == Operator::leads_to;
  Formula left = without_positive(formula.left(), positive != turns, replaced);
  return {op, std::move(left), without_positive(formula.right(), positive, replaced)};
}

/// The positions at which a formula holds.
using Truth = std::vector<char>;

class Lasso {
 public:
  Lasso(const std::vector<std::string>& atoms, const std::vector<std::uint64_t>& positions,
        std::size_t loop)
      : atoms_(atoms), positions_(positions), loop_(loop) {
    if (loop >= positions.size()) throw std::logic_error("a lasso goes back to no position");
    if (atoms.size() > 64) throw std::logic_error("a lasso of more than 64 atoms");
  }

  Truth truth(const Formula& formula) const {
    switch (formula.op()) {
      case Operator::truth: return Truth(positions_.size(), 1);
      case Operator::falsity: return Truth(positions_.size(), 0);
      case Operator::atom: return atom(formula.name());
      default: break;
    }
    const Truth left = truth(formula.left());
    switch (formula.op()) {
      case Operator::negation: return each([&](std::size_t i) { return !left[i]; });
      case Operator::always:
        return greatest([&](std::size_t i, bool later) { return left[i] && later; });
      case Operator::eventually:
        return least([&](std::size_t i, bool later) { return left[i] || later; });
      default: return joined(formula.op(), left, truth(formula.right()));
    }
  }

 private:
  Truth joined(Operator op, const Truth& left, const Truth& right) const {
    const auto until = [&](std::size_t i, bool later) { return right[i] || (left[i] && later); };
    switch (op) {
      case Operator::conjunction: return each([&](std::size_t i) { return left[i] && right[i]; });
      case Operator::disjunction: return each([&](std::size_t i) { return left[i] || right[i]; });
      case Operator::implication: return each([&](std::size_t i) { return !left[i] || right[i]; });
      case Operator::equivalence: return each([&](std::size_t i) { return left[i] == right[i]; });
      case Operator::until: return least(until);
      case Operator::weak_until: return greatest(until);
      case Operator::release:
        return greatest([&](std::size_t i, bool later) { return right[i] && (left[i] || later); });
      case Operator::leads_to: {
        const Truth answered = least([&](std::size_t i, bool later) { return right[i] || later; });
        return greatest(
            [&](std::size_t i, bool later) { return (!left[i] || answered[i]) && later; });
      }
      default: throw std::logic_error("no operator with two operands");
    }
  }

  Truth atom(const std::string& name) const {
    const auto found = std::find(atoms_.begin(), atoms_.end(), name);
    if (found == atoms_.end()) throw std::logic_error("a lasso without the atom " + name);
    const auto bit = found - atoms_.begin();
    return each([&](std::size_t i) { return (positions_[i] >> bit & 1) != 0; });
  }

  template <std::predicate<std::size_t> Holds>
  Truth each(const Holds& holds) const {
    Truth truth(positions_.size());
    for (std::size_t i = 0; i < truth.size(); ++i) truth[i] = holds(i) ? 1 : 0;
    return truth;
  }

  /// The fixpoint that is reached from `from` everywhere. `holds` is told whether it holds at the
  /// position and the truth at the position after it.
  template <std::predicate<std::size_t, bool> Holds>
  Truth fixpoint(char from, const Holds& holds) const {
    Truth truth(positions_.size(), from);
    for (bool changed = true; changed;) {
      changed = false;
      for (std::size_t i = truth.size(); i-- > 0;) {
        const char now = holds(i, truth[i + 1 < truth.size() ? i + 1 : loop_] != 0) ? 1 : 0;
        changed = changed || now != truth[i];
        truth[i] = now;
      }
    }
    return truth;
  }
  template <std::predicate<std::size_t, bool> Holds>
  Truth least(const Holds& holds) const {
    return fixpoint(0, holds);
  }
  template <std::predicate<std::size_t, bool> Holds>
  Truth greatest(const Holds& holds) const {
    return fixpoint(1, holds);
  }

  const std::vector<std::string>& atoms_;
  const std::vector<std::uint64_t>& positions_;
  std::size_t loop_;
};

}  // namespace

Formula::Formula(Node node) : node_(std::make_shared<const Node>(std::move(node))) {}

Formula Formula::constant(bool value) {
  return Formula(Node{value ? Operator::truth : Operator::falsity, "", {}});
}

Formula Formula::atom(std::string name) {
  return Formula(Node{Operator::atom, std::move(name), {}});
}

Formula::Formula(Operator op, Formula operand) : Formula(Node{op, "", {std::move(operand)}}) {
  if (arity(op) != 1) throw std::logic_error("not an operator with one operand");
}

Formula::Formula(Operator op, Formula left, Formula right)
    : Formula(Node{op, "", {std::move(left), std::move(right)}}) {
  if (arity(op) != 2) throw std::logic_error("not an operator with two operands");
}

Operator Formula::op() const { return node_->op; }
const std::string& Formula::name() const { return node_->name; }
const Formula& Formula::left() const { return node_->operands.at(0); }
const Formula& Formula::right() const { return node_->operands.at(1); }

bool operator==(const Formula& a, const Formula& b) {
  return a.node_ == b.node_ ||
         (a.op() == b.op() && a.name() == b.name() && a.node_->operands == b.node_->operands);
}

Formula parse_formula(std::string_view text, AtomReader* atoms) {
  return Parser(text, atoms).parse();
}

std::string error_text(std::string_view text, const FormulaError& error) {
  return fmt::format("{}, character {}: {}", quote(text), error.position + 1, error.what());
}

std::string text(const Formula& formula) {
  std::string result;
  write(formula, Level::equivalence, result);
  return result;
}

std::vector<std::string> atoms(const Formula& formula) {
  std::vector<std::string> names;
  collect(formula, names);
  return names;
}

Formula strengthened(const Formula& formula) {
  bool replaced = false;
  Formula result = without_positive(formula, true, replaced);
  return replaced ? result : Formula::constant(false);
}

bool holds_on_lasso(const Formula& formula, const std::vector<std::string>& atoms,
                    const std::vector<std::uint64_t>& positions, std::size_t loop) {
  return Lasso(atoms, positions, loop).truth(formula)[0] != 0;
}

}  // namespace synod
