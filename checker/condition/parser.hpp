// Reads conditions: by recursive descent, one function a level, with types checked on the way, so
// that every mistake is said where it stands.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "checker/condition/condition.hpp"
#include "checker/condition/scanner.hpp"
#include "checker/condition/tree.hpp"

namespace synod::condition {

/// What is accepted at most.
inline constexpr std::size_t most_nested = 250;
inline constexpr std::size_t most_nodes = 500;

class Parser {
 public:
  Parser(const Vocabulary& vocabulary, std::string_view text, std::size_t position)
      : vocabulary_(vocabulary), scan_(text, position) {}

  /// Throw FormulaError.
  Node condition();  ///< as far as one goes
  Node atom();       ///< a comparison, or a condition with a quantifier before it
  void expect_end();
  Node truth(Node node);  ///< the same, or of a value that is true or false, that it is true

  /// Whether an atom begins here, rather than the name of a predicate or what formulas join.
  bool begins_atom();
  bool begins_quantifier();

  std::size_t at() const { return scan_.at(); }
  std::size_t slots() const { return slots_; }
  const std::string& named() const { return named_; }

 private:
  using Variables = std::vector<VariableInfo>;
  struct Bound {
    std::string name;
    std::size_t slot;
    Domain domain;
    std::int64_t low, high;
  };
  /// What a quantifier ranges over.
  struct Range {
    Domain domain;
    std::int64_t low, high;
    std::optional<Node> within;  ///< a set
  };
  /// While it lives, the parser is in one more of its functions that call each other.
  class Deeper {
   public:
    explicit Deeper(Parser& parser) : parser_(parser) {
      if (++parser_.nested_ > most_nested) parser_.fail(parser_.scan_.at(), "nested too deep");
    }
    ~Deeper() { --parser_.nested_; }
    Deeper(const Deeper&) = delete;
    Deeper& operator=(const Deeper&) = delete;

   private:
    Parser& parser_;
  };

  [[noreturn]] void fail(std::size_t position, std::string_view message) const;
  [[noreturn]] void fail_here(std::string_view expected);
  [[noreturn]] void fail_unknown(const Node& label) const;
  std::string source(const Node& node) const;
  std::string described(const Node& node) const;
  std::size_t end_of(std::size_t begin) const;
  Node made(Op op, Sort sort, std::size_t begin, std::vector<Node> operands = {});

  // Truths
  Node implication();
  Node disjunction();
  Node conjunction();
  Node negation();
  Node quantifier();
  Node bindings(Op op, std::size_t begin);
  Node quantified(Op op, const std::vector<std::string>& names, std::size_t from,
                  const Range& range, std::size_t begin);
  Range range();
  void require_free(const std::string& name, std::size_t position) const;
  Node comparison();
  Node compared(Node left, Compare by, Node right, std::size_t begin);
  Node compared_values(Node left, Compare by, Node right, std::size_t begin);
  Node compared_others(Op op, Node left, Compare by, Node right, std::size_t begin);
  Node membership(Node left, Node right, std::size_t begin);
  Node in_messages(Node left, const Node& right, std::size_t begin);
  std::optional<Compare> comparing();

  // Values and the like
  Node sum(const Domain* expected);
  Node number_of(Node node) const;
  Node operand(const Domain* expected);
  Node parenthesized();
  Node number();
  Node size();
  Node length();
  Node quoted();
  Node set();
  Node word(const Domain* expected);
  Node cell(std::size_t variable, std::size_t begin);
  std::vector<Node> indices(const VariableInfo& variable);
  Node parts_of(Node node);
  Node element(Node sequence);
  Node field(Node element);
  Node field_value(Node element, std::size_t field, std::size_t begin);
  std::optional<Node> expected_label(const Domain& domain);
  std::optional<std::size_t> message_type(std::string_view& name, std::size_t& type);
  std::vector<std::string> message_types() const;
  Node message(std::size_t variable, std::size_t type, std::string_view name);
  std::size_t message_field(const std::vector<Field>& fields, Node& message);

  // Names get their meaning
  Node resolved(const Node& label, const Domain& domain);
  Node fitted(Node node, const Domain& domain, const std::string& what);
  bool translate(Node& node, const Domain& domain) const;
  Node members(Node set, const VariableInfo& of);
  std::optional<std::size_t> find_variable(std::string_view name) const;
  std::vector<Domain> domains() const;

  const Vocabulary& vocabulary_;
  Scanner scan_;
  std::vector<Bound> bound_;
  std::size_t slots_ = 0;
  std::size_t nested_ = 0;
  std::size_t nodes_ = 0;
  std::string named_;
};

}  // namespace synod::condition
