#include "checker/proof/linear.hpp"

#include <fmt/format.h>

#include <array>
#include <numeric>
#include <utility>

#include "checker/input/input.hpp"
#include "checker/proof/words.hpp"

namespace synod::proof {
namespace {

bool is_blank(char c) { return blanks.find(c) != std::string_view::npos; }

constexpr std::string_view comparison_signs = "<>=";

constexpr std::string_view after_condition = "an operator (+ - * /), a comma or the end";

constexpr std::array<std::pair<std::string_view, Comparator>, 5> relations = {{
    {">=", Comparator::at_least},
    {"<=", Comparator::at_most},
    {">", Comparator::greater},
    {"=", Comparator::equal},
    {"<", Comparator::less},
}};

// Arithmetic that says false where a number would be more than max_coefficient.

bool multiply(std::int64_t& number, std::int64_t by) {
  return !__builtin_mul_overflow(number, by, &number) && number <= max_coefficient &&
         number >= -max_coefficient;
}

bool add(std::int64_t& number, std::int64_t more) {
  return !__builtin_add_overflow(number, more, &number) && number <= max_coefficient &&
         number >= -max_coefficient;
}

void reduce(Linear& linear) {
  std::int64_t divisor = std::gcd(linear.denominator, linear.constant);
  for (const auto& [name, count] : linear.terms) divisor = std::gcd(divisor, count);
  linear.denominator /= divisor;
  linear.constant /= divisor;
  for (auto& [name, count] : linear.terms) count /= divisor;
}

/// Times factor / divisor.
bool scale(Linear& linear, std::int64_t factor, std::int64_t divisor) {
  if (divisor < 0) {
    factor = -factor;
    divisor = -divisor;
  }
  const std::int64_t common = std::gcd(factor, divisor);
  factor /= common;
  divisor /= common;
  if (!multiply(linear.denominator, divisor) || !multiply(linear.constant, factor)) return false;
  for (auto& [name, count] : linear.terms)
    if (!multiply(count, factor)) return false;
  std::erase_if(linear.terms, [](const auto& term) { return term.second == 0; });
  reduce(linear);
  return true;
}

bool add(Linear& linear, const Linear& more) {
  const std::int64_t common = std::gcd(linear.denominator, more.denominator);
  const std::int64_t own = more.denominator / common;
  const std::int64_t other = linear.denominator / common;
  if (!multiply(linear.denominator, own) || !multiply(linear.constant, own)) return false;
  for (auto& [name, count] : linear.terms)
    if (!multiply(count, own)) return false;
  std::int64_t constant = more.constant;
  if (!multiply(constant, other) || !add(linear.constant, constant)) return false;
  for (const auto& [name, count] : more.terms) {
    std::int64_t product = count;
    if (!multiply(product, other) || !add(linear.terms[name], product)) return false;
  }
  std::erase_if(linear.terms, [](const auto& term) { return term.second == 0; });
  reduce(linear);
  return true;
}

struct Token {
  enum class Kind : std::uint8_t { name, number, relation, symbol, end };
  Kind kind = Kind::end;
  std::string_view text;
  std::size_t position = 0;
  Comparator relation = Comparator::equal;

  bool is(char symbol) const { return kind == Kind::symbol && text[0] == symbol; }
  std::string found() const { return kind == Kind::end ? "the end" : quote(text); }
};

/// By recursive descent: one function a level. Only parentheses and signs recurse.
class Parser {
 public:
  Parser(std::string_view text, const std::string& what, std::vector<NameUse>& uses)
      : text_(text), what_(what), uses_(uses) {
    if (text.size() > max_condition_text)
      throw InputError(
          fmt::format("{}: {} bytes, of at most {}", what, text.size(), max_condition_text));
    token_ = token_at(0);
  }

  template <class Item>
  std::vector<Item> list(Item (Parser::*item)()) {
    std::vector<Item> items;
    while (true) {
      if (items.size() == max_conditions)
        fail(token_.position, fmt::format("more than {} conditions", max_conditions));
      items.push_back((this->*item)());
      if (token_.kind == Token::Kind::end) return items;
      if (!token_.is(',')) fail_here(after_condition);
      take();
    }
  }

  SizeCondition size() {
    const std::size_t begin = token_.position;
    if (token_.kind != Token::Kind::name) fail_here("the name of a family of sets");
    SizeCondition condition{.family = std::string(take().text)};
    if (condition.family == "n")
      fail(begin, "n is the number of processes; expected the name of a family of sets");
    if (condition.family == "N") fail(begin, "N is no family; the number of processes is n");
    condition.relation = relation("a comparison (> >= = <= <) with the size of its sets");
    condition.bound = sum();
    condition.text = text_from(begin);
    return condition;
  }

  Comparison comparison() {
    const std::size_t begin = token_.position;
    Comparison result{.difference = sum()};
    const std::size_t operator_position = token_.position;
    result.relation = relation("an operator (+ - * /) or a comparison (> >= = <= <)");
    Linear right = sum();
    if (token_.kind == Token::Kind::relation)
      fail(token_.position, "a second comparison; several conditions are separated by commas");
    exactly(scale(right, -1, 1) && add(result.difference, right), operator_position);
    result.text = text_from(begin);
    return result;
  }

  Linear expression() {
    Linear linear = sum();
    if (token_.kind != Token::Kind::end) fail_here("an operator (+ - * /) or the end");
    return linear;
  }

 private:
  [[noreturn]] void fail(std::size_t position, const std::string& message) const {
    throw InputError(fmt::format("{}, column {}: {}", what_, position + 1, message));
  }
  [[noreturn]] void fail_here(std::string_view expected) const {
    const bool operand =
        token_.kind == Token::Kind::name || token_.kind == Token::Kind::number || token_.is('(');
    std::string_view hint;
    if (operand && expected == after_condition && before_relation())
      hint = "; conditions are separated by commas";
    else if (operand && expected.starts_with("an operator"))
      hint = "; a product is written 2*f";
    fail(token_.position, fmt::format("expected {}, found {}{}", expected, token_.found(), hint));
  }
  /// Whether a comparison follows, so that what is here begins a condition.
  bool before_relation() const {
    const std::size_t next = text_.find_first_not_of(blanks, token_.position + token_.text.size());
    return next != std::string_view::npos &&
           comparison_signs.find(text_[next]) != std::string_view::npos;
  }
  void exactly(bool computed, std::size_t position) const {
    if (!computed)
      fail(position, fmt::format("the result has numbers of more than {}", max_coefficient));
  }

  Token token_at(std::size_t position) const {
    while (position < text_.size() && is_blank(text_[position])) ++position;
    const std::string_view rest = text_.substr(std::min(position, text_.size()));
    if (rest.empty()) return {Token::Kind::end, rest, position};
    std::size_t length = 1;
    if (is_letter(rest[0])) {
      while (length < rest.size() && (is_letter(rest[length]) || is_digit(rest[length]))) ++length;
      if (length > max_name)
        fail(position, fmt::format("a name of more than {} letters", max_name));
      return {Token::Kind::name, rest.substr(0, length), position};
    }
    if (is_digit(rest[0])) {
      while (length < rest.size() && is_digit(rest[length])) ++length;
      if (length < rest.size() && rest[length] == '.')
        fail(position + length, "no decimal fractions; a half is written 1/2");
      return {Token::Kind::number, rest.substr(0, length), position};
    }
    if (const std::string_view sign = rest.substr(0, rest.find_first_not_of(comparison_signs));
        !sign.empty()) {
      for (const auto& [text, relation] : relations)
        if (sign == text) return {Token::Kind::relation, sign, position, relation};
      fail(position, fmt::format("{} is no comparison; {}", quote(sign),
                                 sign == "==" ? "write =" : "accepted are > >= = <= <"));
    }
    if (std::string_view("+-*/(),").find(rest[0]) != std::string_view::npos)
      return {Token::Kind::symbol, rest.substr(0, 1), position};
    // A whole character, so that the message shows it as it was typed.
    while (length < rest.size() && length < 4 && (rest[length] & 0xc0) == 0x80) ++length;
    fail(position, fmt::format("{} has no meaning here; accepted are names, whole numbers, + - * / "
                               "( ) , and > >= = <= <",
                               quote(rest.substr(0, length))));
  }

  Token take() {
    const Token token = token_;
    token_ = token_at(token.position + token.text.size());
    end_ = token.position + token.text.size();
    return token;
  }

  /// What was read from there on, with single blanks.
  std::string text_from(std::size_t begin) const {
    std::string result;
    for (const char c : text_.substr(begin, end_ - begin))
      if (!is_blank(c))
        result += c;
      else if (!result.ends_with(' '))
        result += ' ';
    return result;
  }

  Comparator relation(std::string_view expected) {
    if (token_.kind != Token::Kind::relation) fail_here(expected);
    return take().relation;
  }

  Linear sum() {
    Linear result = product();
    while (token_.is('+') || token_.is('-')) {
      const Token op = take();
      Linear more = product();
      exactly((!op.is('-') || scale(more, -1, 1)) && add(result, more), op.position);
    }
    return result;
  }

  Linear product() {
    Linear result = factor();
    while (token_.is('*') || token_.is('/')) {
      const Token op = take();
      Linear right = factor();
      if (op.is('/')) {
        if (!right.is_constant())
          fail(op.position, "division by a variable; conditions are linear");
        if (right.constant == 0) fail(op.position, "division by 0");
        exactly(scale(result, right.denominator, right.constant), op.position);
      } else {
        if (!result.is_constant() && !right.is_constant())
          fail(op.position, "a product of variables; conditions are linear");
        if (!right.is_constant()) std::swap(result, right);
        exactly(scale(result, right.constant, right.denominator), op.position);
      }
    }
    return result;
  }

  Linear factor() {
    if (token_.kind == Token::Kind::number) return number();
    if (token_.kind == Token::Kind::name) {
      const Token token = take();
      uses_.push_back({std::string(token.text), what_, token.position + 1});
      return {.terms = {{std::string(token.text), 1}}};
    }
    if (!token_.is('(') && !token_.is('-') && !token_.is('+'))
      fail_here("a whole number, a variable or (");
    if (nesting_ == max_condition_nesting)
      fail(token_.position,
           fmt::format("parentheses and signs more than {} deep", max_condition_nesting));
    ++nesting_;
    Linear result = nested();
    --nesting_;
    return result;
  }

  Linear nested() {
    const Token token = take();
    if (!token.is('(')) {
      Linear result = factor();
      exactly(!token.is('-') || scale(result, -1, 1), token.position);
      return result;
    }
    Linear result = sum();
    if (!token_.is(')')) fail_here("an operator (+ - * /) or )");
    take();
    return result;
  }

  Linear number() {
    const Token token = take();
    Linear result;
    for (const char digit : token.text) {
      result.constant = result.constant * 10 + (digit - '0');
      if (result.constant > max_number)
        fail(token.position, fmt::format("a number of more than {}", max_number));
    }
    return result;
  }

  std::string_view text_;
  const std::string& what_;
  std::vector<NameUse>& uses_;
  Token token_;
  std::size_t end_ = 0;  ///< of what was taken
  std::size_t nesting_ = 0;
};

}  // namespace

std::vector<SizeCondition> parse_sizes(std::string_view text, const std::string& what,
                                       std::vector<NameUse>& uses) {
  return Parser(text, what, uses).list(&Parser::size);
}

std::vector<Comparison> parse_comparisons(std::string_view text, const std::string& what,
                                          std::vector<NameUse>& uses) {
  return Parser(text, what, uses).list(&Parser::comparison);
}

Linear parse_linear(std::string_view text, const std::string& what, std::vector<NameUse>& uses) {
  return Parser(text, what, uses).expression();
}

}  // namespace synod::proof
