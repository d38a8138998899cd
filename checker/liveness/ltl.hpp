// Linear temporal logic over named predicates: what a fair behaviour has to do in the long run.
//
// There is no next operator. A behaviour may stutter, as in TLA+: whether something holds in the
// very next state depends on how finely the steps were cut, and so it is no claim about a protocol.
// Lamport, "What Good is Temporal Logic?", IFIP Congress 1983.
//
//   names       [A-Za-z_][A-Za-z0-9_]*, but for the words below; atoms that a reader knows, which
//               bind tighter than all operators; of what is about members: Ahead(p1, p2)
//   constants   true TRUE, false FALSE
//   unary       [] G   always           <> F   eventually        ! ~ not
//   temporal    p U q  until            p R q  release           p W q  until or always p
//   joined by   && /\ and, || \/ or, -> =>, <-> <=>, and p ~> q, which is [](p -> <>q)
//   members     A x in D: f   f for each member x of the domain D, also \A x \in D: f
//               E x in D: f   for one of them; in f, x = y and x # y may stand for two such members
//
// From the tightest to the loosest: unary; U R W, to the right; and; or; -> and ~>, to the right,
// which do not mix without parentheses; <->. What is said of members goes as far to the right as it
// can.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace synod {

/// A formula that cannot be read, or for which there is no automaton. The message is one line.
class FormulaError : public std::runtime_error {
 public:
  explicit FormulaError(std::string_view message, std::size_t position = 0);

  std::size_t position;  ///< the byte of the text that the message is about, from 0
};

enum class Operator : std::uint8_t {
  truth,
  falsity,
  atom,
  negation,
  always,
  eventually,
  conjunction,
  disjunction,
  implication,
  equivalence,
  until,       ///< left holds up to some point at which right holds
  release,     ///< right holds up to and at some point at which left holds, or for ever
  weak_until,  ///< until, or left for ever
  leads_to,    ///< whenever left holds, right holds then or later
};

/// A formula, immutable; copies share the tree.
class Formula {
 public:
  static Formula constant(bool value);
  static Formula atom(std::string name);
  Formula(Operator op, Formula operand);              ///< negation, always, eventually
  Formula(Operator op, Formula left, Formula right);  ///< the other operators

  Operator op() const;
  const std::string& name() const;  ///< of an atom
  const Formula& left() const;      ///< the operand, of an operator with one
  const Formula& right() const;

  /// Whether the trees are equal, not whether they mean the same.
  friend bool operator==(const Formula& a, const Formula& b);

 private:
  struct Node;
  explicit Formula(Node node);
  std::shared_ptr<const Node> node_;
};

/// What parse_formula accepts at most: parentheses and unary operators within each other, and
/// names, constants and operators altogether. Functions of formulas recurse as deep as these allow.
constexpr std::size_t max_formula_nesting = 200;
constexpr std::size_t max_formula_size = 500;
/// Members, or tuples of them, of which parse_apart judges each apart.
constexpr std::size_t max_formula_parts = 5000;

/// Reads what formulas may have for atoms besides names.
class AtomReader {
 public:
  virtual ~AtomReader() = default;

  struct Atom {
    std::string name;  ///< which reads as the same atom
    std::size_t end;   ///< where the text goes on
  };
  /// The atom that begins at this place of the text; nothing where none does. Throws FormulaError
  /// where one goes wrong.
  virtual std::optional<Atom> read(std::string_view text, std::size_t position) = 0;
};

/// A domain whose members a formula may be about.
struct NamedMembers {
  std::string domain;
  std::vector<std::string> members;
};

/// With atoms that are names or, with a reader, what that reads. Throws FormulaError.
Formula parse_formula(std::string_view text, AtomReader* atoms = nullptr,
                      const std::vector<NamedMembers>& domains = {});

/// "'TEXT', character N: what is wrong", one line.
std::string error_text(std::string_view text, const FormulaError& error);

/// What a formula says of some members: "x = p1", "x = p1, y = p2"; or of none, "".
struct FormulaOfMembers {
  std::string members;
  Formula formula;
};

/// Where the whole text is "A x in D: f", f for each member apart, in order; so that it can be said
/// for which one it fails. Else the formula itself.
std::vector<FormulaOfMembers> parse_apart(std::string_view text, AtomReader* atoms,
                                          const std::vector<NamedMembers>& domains);

/// With no more parentheses than needed; parse_formula reads the same formula back.
std::string text(const Formula& formula);

/// The names, each once, in the order of their first occurrences.
std::vector<std::string> atoms(const Formula& formula);

/// A stronger formula that holds vacuously if at all: every atom that occurs positively is FALSE in
/// it, where an occurrence under <-> counts as both positive and negative and stays. Where no
/// atom occurs positively, nothing is vacuous and the result is FALSE. So [](p -> <>q) holds
/// vacuously where [](p -> <>FALSE) holds, which says that p never happens.
/// Beer, Ben-David, Eisner, Rodeh, "Efficient Detection of Vacuity in ACTL Formulas", CAV 1997;
/// Kupferman, Vardi, "Vacuity Detection in Temporal Model Checking", STTT 4(2), 2003.
Formula strengthened(const Formula& formula);

/// Whether the formula holds at the beginning of the infinite word whose letters are
/// positions[0..n-1] and after them positions[loop..n-1] for ever. A letter is the set of the atoms
/// that are true: bit i for atoms[i]. Every name of the formula has to be among the atoms.
///
/// This is the definition of the logic, by fixpoints over the positions. It judges counterexamples
/// that the automaton of a formula has led to, so it shares nothing with the translation.
bool holds_on_lasso(const Formula& formula, const std::vector<std::string>& atoms,
                    const std::vector<std::uint64_t>& positions, std::size_t loop);

}  // namespace synod
