#include "checker/liveness/ltl.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <concepts>
#include <optional>
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
  enum class Kind : std::uint8_t { name, op, next, open, close, members, other, end };
  Kind kind = Kind::end;
  std::string_view text;
  std::size_t position = 0;
  Operator op = Operator::atom;  ///< constants are operators without operands

  bool begins_operand() const {
    if (kind == Kind::op) return arity(op) < 2;
    return kind == Kind::name || kind == Kind::next || kind == Kind::open || kind == Kind::members;
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

std::size_t skip_blanks(std::string_view text, std::size_t position) {
  while (position < text.size() && is_blank(text[position])) ++position;
  return position;
}

std::string_view word_at(std::string_view text, std::size_t position) {
  std::size_t end = position;
  if (end < text.size() && begins_word(text[end]))
    while (end < text.size() && is_in_word(text[end])) ++end;
  return text.substr(std::min(position, text.size()), end - position);
}

bool is_operator(std::string_view word) {
  return std::any_of(spellings.begin(), spellings.end(),
                     [&](const Spelling& one) { return one.text == word; });
}

/// What stands before the colon of "A x in D: f", each with its place. Of "A x, y in D, z in E: f"
/// it is the first, and the body what follows its comma, before which the letter is to be read.
struct Quantifier {
  bool universal = true;
  std::string_view variable;
  std::string_view domain;
  std::size_t domain_at = 0;
  std::size_t body = 0;     ///< after the colon or comma
  std::string_view letter;  ///< "A" or "E" where a comma is before the body
};

/// What binds members from a position on, up to the colon; the position comes after it.
std::optional<Quantifier> binding_at(std::string_view text, std::size_t position,
                                     std::string_view letter) {
  Quantifier result;
  result.universal = letter == "A";
  for (bool first = true;; first = false) {
    position = skip_blanks(text, position);
    const std::string_view variable = word_at(text, position);
    if (variable.empty() || is_operator(variable)) return std::nullopt;
    position = skip_blanks(text, position + variable.size());
    const bool more = position < text.size() && text[position] == ',';
    if (first) result.variable = variable;
    if (first && more) result.body = position + 1;
    if (!more) break;
    ++position;
  }
  if (position < text.size() && text[position] == '\\') ++position;
  if (word_at(text, position) != "in") return std::nullopt;
  result.domain_at = skip_blanks(text, position + 2);
  result.domain = word_at(text, result.domain_at);
  position = skip_blanks(text, result.domain_at + result.domain.size());
  if (result.domain.empty() || position == text.size()) return std::nullopt;
  const bool more = text[position] == ',';
  if (!more && text[position] != ':') return std::nullopt;
  if (more && !binding_at(text, position + 1, letter)) return std::nullopt;
  if (more || result.body != 0) result.letter = letter;
  if (result.body == 0) result.body = position + 1;
  return result;
}

/// The quantifier that begins at a position, if one does: no name can stand there in this way.
std::optional<Quantifier> quantifier_at(std::string_view text, std::size_t position) {
  if (position < text.size() && text[position] == '\\') ++position;
  const std::string_view letter = word_at(text, position);
  if (letter != "A" && letter != "E") return std::nullopt;
  return binding_at(text, position + 1, letter);
}

/// Where what begins at a position ends: at a parenthesis that closes one before it, or with the
/// text.
std::size_t end_of_scope(std::string_view text, std::size_t position) {
  std::size_t open = 0;
  for (; position < text.size(); ++position) {
    if (text[position] == '(') ++open;
    if (text[position] == ')' && open-- == 0) break;
  }
  return position;
}

/// Whether a temporal operator stands in the scope that begins at a position.
bool speaks_of_time(std::string_view text, std::size_t position) {
  const std::size_t end = end_of_scope(text, position);
  for (; position < end; ++position) {
    const std::string_view rest = text.substr(position, end - position);
    if (rest.starts_with("[]") || rest.starts_with("<>") || rest.starts_with("~>")) return true;
    if (position > 0 && is_in_word(text[position - 1])) continue;
    const std::string_view word = word_at(text, position);
    if (word == "G" || word == "F" || word == "U" || word == "R" || word == "W") return true;
  }
  return false;
}

/// The length of "(p1, p2)" right behind the name of a predicate; 0 where nothing of the kind is
/// there.
std::size_t arguments_length(std::string_view text) {
  if (text.empty() || text[0] != '(') return 0;
  const std::size_t end = end_of_scope(text, 1);
  if (end == text.size() || skip_blanks(text, 1) == end) return 0;
  return end + 1;
}

/// "Ahead( p1,p2 )" as its property is called: "Ahead(p1, p2)".
std::string predicate_name(std::string_view text) {
  std::string name;
  for (const char c : text) {
    if (is_blank(c) || c == '"') continue;
    name += c;
    if (c == ',') name += ' ';
  }
  return name;
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
    if (quantifier_at(text, position)) return {Token::Kind::members, word, position};
    if (word != "X" && word != "next")
      if (const std::size_t arguments = arguments_length(rest.substr(length)); arguments != 0)
        return {Token::Kind::name, rest.substr(0, length + arguments), position};
    return {word == "X" ? Token::Kind::next : Token::Kind::name, word, position};
  }
  if (quantifier_at(text, position)) return {Token::Kind::members, rest.substr(0, 2), position};
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

/// A text in which a member stands for a variable, and where each byte of it was.
struct Substituted {
  std::string text;
  std::vector<std::size_t> origin;

  void add(std::string_view what, std::size_t from, bool stays) {
    for (std::size_t i = 0; i < what.size(); ++i) origin.push_back(stays ? from + i : from);
    text += what;
  }
};

/// The word that a comparison by = or # joins to what ends at a position, and where it ends.
struct Compared {
  bool equal = true;
  std::string_view with;
  std::size_t end = 0;
};
std::optional<Compared> compared_at(std::string_view text, std::size_t position) {
  position = skip_blanks(text, position);
  for (const auto& [symbol, equal] : {std::pair<std::string_view, bool>{"==", true},
                                      {"=", true},
                                      {"#", false},
                                      {"!=", false},
                                      {"/=", false}}) {
    if (!text.substr(std::min(position, text.size())).starts_with(symbol)) continue;
    const std::size_t at = skip_blanks(text, position + symbol.size());
    const std::string_view with = word_at(text, at);
    if (with.empty()) return std::nullopt;
    return Compared{equal, with, at + with.size()};
  }
  return std::nullopt;
}

/// The text from `begin` to `end` with a member in place of the variable; a comparison of the
/// member with another one of the domain is true or false.
Substituted substitute(std::string_view text, std::size_t begin, std::size_t end,
                       const Quantifier& quantifier, const std::string& member,
                       const std::vector<std::string>& members) {
  const bool is_word = std::all_of(member.begin(), member.end(), is_in_word);
  const std::string written = is_word ? member : '"' + member + '"';
  const auto value = [&](std::string_view word) {
    return word == quantifier.variable ? std::string_view(member) : word;
  };
  const auto is_member = [&](std::string_view word) {
    return std::find(members.begin(), members.end(), word) != members.end();
  };
  const std::string_view within = text.substr(0, end);
  Substituted result;
  if (!quantifier.letter.empty()) result.add(std::string(quantifier.letter) + " ", begin, false);
  for (std::size_t at = begin; at < end;) {
    const bool inside_word = at > begin && is_in_word(text[at - 1]);
    const std::string_view word = inside_word ? std::string_view() : word_at(within, at);
    if (word.empty()) {
      result.add(within.substr(at, 1), at, true);
      ++at;
      continue;
    }
    // Another variable of this name hides it.
    if (const auto inner = quantifier_at(within, at);
        inner && inner->variable == quantifier.variable) {
      const std::size_t hidden = end_of_scope(within, inner->body);
      result.add(within.substr(at, hidden - at), at, true);
      at = hidden;
      continue;
    }
    const std::size_t after = at + word.size();
    const std::optional<Compared> compared = compared_at(within, after);
    if (compared && (word == quantifier.variable || compared->with == quantifier.variable) &&
        is_member(value(word)) && is_member(value(compared->with))) {
      const bool same = value(word) == value(compared->with);
      result.add(same == compared->equal ? " TRUE " : " FALSE ", at, false);
      at = compared->end;
      continue;
    }
    if (word == quantifier.variable)
      result.add(written, at, false);
    else
      result.add(word, at, true);
    at = after;
  }
  result.origin.push_back(end);
  return result;
}

const std::vector<std::string>& members_of(const Quantifier& quantifier,
                                           const std::vector<NamedMembers>& domains) {
  std::vector<std::string> names;
  for (const NamedMembers& one : domains) {
    if (one.domain == quantifier.domain) return one.members;
    names.push_back(one.domain);
  }
  throw FormulaError(
      fmt::format("no domain {}{}", quote(quantifier.domain), suggest(quantifier.domain, names)),
      quantifier.domain_at);
}

/// What read(text) makes of the scope of a quantifier for each member, which it is called for in
/// order; `at` is where the scope ends.
template <class Read>
void for_each_member(std::string_view text, const Quantifier& quantifier, std::size_t end,
                     const std::vector<NamedMembers>& domains, Read&& read) {
  const std::vector<std::string>& members = members_of(quantifier, domains);
  if (const auto next = binding_at(text, quantifier.body, quantifier.letter);
      !quantifier.letter.empty() && next && next->variable == quantifier.variable)
    throw FormulaError(fmt::format("{} twice", quote(quantifier.variable)),
                       skip_blanks(text, quantifier.body));
  for (const std::string& member : members) {
    const Substituted scope = substitute(text, quantifier.body, end, quantifier, member, members);
    try {
      read(member, scope.text);
    } catch (const FormulaError& error) {
      throw FormulaError(error.what(),
                         scope.origin[std::min(error.position, scope.origin.size() - 1)]);
    }
  }
}

/// By recursive descent: one function a level. Chains of an operator are loops, so only
/// parentheses and unary operators recurse.
class Parser {
 public:
  Parser(std::string_view text, AtomReader* atoms, const std::vector<NamedMembers>& domains)
      : Parser(text, atoms, domains, nullptr) {}

  Formula parse() {
    Formula formula = equivalence();
    if (token_.kind != Token::Kind::end) fail("an operator (&& || -> <-> ~> U R W) or the end");
    return formula;
  }

 private:
  /// With what has been read so far of the text that this is a part of.
  struct Extent {
    std::size_t nesting = 0;
    std::size_t size = 0;
  };
  Parser(std::string_view text, AtomReader* atoms, const std::vector<NamedMembers>& domains,
         Extent* of_whole)
      : text_(text), atoms_(atoms), domains_(domains), token_(token_at(text, 0)) {
    if (of_whole != nullptr) extent_ = of_whole;
  }

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
    if (++extent_->size > max_formula_size)
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
    if (auto atom = other_atom()) return read_atom(std::move(*atom));
    if (token_.kind == Token::Kind::next) refuse_next(token_);
    if (!token_.begins_operand()) fail("a name, true, false, ! [] <> or (");
    const bool nests = token_.kind == Token::Kind::open || token_.kind == Token::Kind::members ||
                       (token_.kind == Token::Kind::op && arity(token_.op) == 1);
    if (!nests) return leaf();
    if (extent_->nesting == max_formula_nesting)
      throw FormulaError(
          fmt::format("parentheses and unary operators more than {} deep", max_formula_nesting),
          token_.position);
    ++extent_->nesting;
    Formula formula = token_.kind == Token::Kind::members ? of_members()
                      : token_.kind == Token::Kind::open  ? parenthesized()
                                                          : negated_or_timed();
    --extent_->nesting;
    return formula;
  }

  /// The atom that the reader finds here. What is said of members in time, or of predicates, is a
  /// formula for each of them, and no atom.
  std::optional<AtomReader::Atom> other_atom() {
    if (atoms_ == nullptr || token_.kind == Token::Kind::end) return std::nullopt;
    if (token_.kind != Token::Kind::members) return atoms_->read(text_, token_.position);
    if (speaks_of_time(text_, quantifier_at(text_, token_.position)->body)) return std::nullopt;
    try {
      return atoms_->read(text_, token_.position);
    } catch (const FormulaError&) {
      return std::nullopt;
    }
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
    return Formula::atom(predicate_name(token.text));
  }

  Formula of_members() {
    const Quantifier quantifier = *quantifier_at(text_, token_.position);
    const std::size_t end = end_of_scope(text_, quantifier.body);
    const Operator op = quantifier.universal ? Operator::conjunction : Operator::disjunction;
    std::optional<Formula> formula;
    for_each_member(text_, quantifier, end, domains_,
                    [&](const std::string&, const std::string& scope) {
                      Formula one = Parser(scope, atoms_, domains_, extent_).parse();
                      formula = formula ? Formula(op, std::move(*formula), std::move(one)) : one;
                    });
    token_ = token_at(text_, end);
    return formula.value_or(Formula::constant(quantifier.universal));
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
  AtomReader* atoms_;
  const std::vector<NamedMembers>& domains_;
  Token token_;
  Extent own_;
  Extent* extent_ = &own_;
};

/// The value of a formula that constants alone decide.
std::optional<bool> decided_by_constants(const Formula& formula) {
  const Operator op = formula.op();
  if (op == Operator::truth || op == Operator::falsity) return op == Operator::truth;
  if (arity(op) == 0) return std::nullopt;
  const std::optional<bool> left = decided_by_constants(formula.left());
  if (op == Operator::negation) return left ? std::optional(!*left) : std::nullopt;
  if (arity(op) == 1) return left;
  const std::optional<bool> right = decided_by_constants(formula.right());
  const auto one_is = [&](bool value) { return left == value || right == value; };
  const auto both = [&](bool a, bool b) { return left == a && right == b; };
  switch (op) {
    case Operator::conjunction:
      if (one_is(false)) return false;
      return both(true, true) ? std::optional(true) : std::nullopt;
    case Operator::disjunction:
      if (one_is(true)) return true;
      return both(false, false) ? std::optional(false) : std::nullopt;
    case Operator::implication:
    case Operator::leads_to:
      if (left == false || right == true) return true;
      return both(true, false) ? std::optional(false) : std::nullopt;
    case Operator::equivalence:
      return left && right ? std::optional(*left == *right) : std::nullopt;
    default: return right;  // of U, R and W, decided by the right side if it is a constant
  }
}

/// Appends what the text says of each member apart; `members` are those that it is about so far.
void add_apart(std::string_view text, AtomReader* atoms, const std::vector<NamedMembers>& domains,
               const std::string& members, std::vector<FormulaOfMembers>& parts) {
  const auto quantifier = quantifier_at(text, skip_blanks(text, 0));
  if (!quantifier || !quantifier->universal ||
      end_of_scope(text, quantifier->body) != text.size()) {
    if (parts.size() == max_formula_parts)
      throw FormulaError(fmt::format("a formula about more than {} members", max_formula_parts));
    Formula formula = Parser(text, atoms, domains).parse();
    // Of members that were excluded by comparing them, as in "x # y => ...", nothing is said.
    if (members.empty() || decided_by_constants(formula) != true)
      parts.push_back({members, std::move(formula)});
    return;
  }
  for_each_member(text, *quantifier, text.size(), domains,
                  [&](const std::string& member, const std::string& scope) {
                    add_apart(scope, atoms, domains,
                              fmt::format("{}{}{} = {}", members, members.empty() ? "" : ", ",
                                          quantifier->variable, member),
                              parts);
                  });
}

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

Formula parse_formula(std::string_view text, AtomReader* atoms,
                      const std::vector<NamedMembers>& domains) {
  return Parser(text, atoms, domains).parse();
}

std::string error_text(std::string_view text, const FormulaError& error) {
  return fmt::format("{}, character {}: {}", quote(text), error.position + 1, error.what());
}

std::vector<FormulaOfMembers> parse_apart(std::string_view text, AtomReader* atoms,
                                          const std::vector<NamedMembers>& domains) {
  std::vector<FormulaOfMembers> parts;
  add_apart(text, atoms, domains, "", parts);
  return parts;
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
