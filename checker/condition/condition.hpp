// Conditions on the states of a model, written over its variables: claims and atoms of temporal
// formulas for which no line of C++ is needed.
//
//   commitIndex[s1] <= 2 \/ role[s1] = Leader          \A p, q in server: p # q => ...
//   votedFor[p] # None                                 Len(log[s1]) >= 1 => log[s1][1].term = 2
//   a1 in down     |down| <= 1     down = {a1, a2}     2b(acc a1, val v1) in msgs
//
// Variables, members and messages are written as states are printed; of a message, fields that are
// left out may have any value. What a printed name has besides letters, digits and _ may stand in
// double quotes.
//
//   compare      = # (or == /= !=) of anything alike; < <= > >= of numbers; in, notin, \subseteq
//   numbers      + - | |, the size of a set or sequence or of all messages; Len( )
//   joined by    ~ /\ \/ => <=>, as words and symbols of C and of temporal logic as well
//   for members  A p in D: ... and E p in D: ..., where D is a domain as synod show names it, a
//                set, or low..high; as far to the right as possible
//
// From the tightest to the loosest: + -; comparisons, which do not chain; ~; /\; \/; =>, to the
// right; <=>. A comparison with something that is not there, such as an element beyond the end of a
// sequence, is false, whichever comparison it is.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "checker/condition/tree.hpp"
#include "checker/liveness/ltl.hpp"
#include "checker/vocabulary/variables.hpp"

namespace synod {

/// The variables of a model, and the names of its predicates.
struct Vocabulary {
  std::vector<VariableInfo> variables;
  std::vector<std::string> predicates;
};

/// Immutable; copies share the tree.
class Condition {
 public:
  const std::string& text() const { return parsed_->text; }

  /// By walking the tree, on unpacked states: simple, and shares nothing with programs. What is
  /// read is added to the footprint, if there is one.
  bool holds(const Cells& state, Footprint* footprint = nullptr) const;
  /// Of a condition that is false in a state: the innermost part that makes it so.
  struct Reason {
    std::string text;  ///< the part, and for which members
    Footprint reads;   ///< what it looks at
  };
  Reason why_false(const Cells& state) const;

  const condition::Node& root() const { return parsed_->root; }
  std::size_t slots() const { return parsed_->slots; }
  const std::vector<VariableInfo>& variables() const { return parsed_->vocabulary->variables; }

  /// A member of an interchangeable domain that it names, which renaming would change; or nothing.
  const std::string& names_member() const { return parsed_->named; }

 private:
  friend Condition parse_condition(std::string_view, std::shared_ptr<const Vocabulary>);
  struct Parsed {
    std::string text;
    condition::Node root;
    std::size_t slots = 0;  ///< how many members are bound at a time
    std::string named;
    std::shared_ptr<const Vocabulary> vocabulary;
  };
  explicit Condition(std::shared_ptr<const Parsed> parsed) : parsed_(std::move(parsed)) {}

  std::shared_ptr<const Parsed> parsed_;
};

/// The whole text as one condition. Throws FormulaError.
Condition parse_condition(std::string_view text, std::shared_ptr<const Vocabulary> vocabulary);

/// The atoms of temporal formulas that are comparisons and the like.
class ConditionReader final : public AtomReader {
 public:
  explicit ConditionReader(std::shared_ptr<const Vocabulary> vocabulary)
      : vocabulary_(std::move(vocabulary)) {}

  std::optional<Atom> read(std::string_view text, std::size_t position) override;

  /// Those that were read, each once.
  const std::vector<Condition>& conditions() const { return conditions_; }

 private:
  std::shared_ptr<const Vocabulary> vocabulary_;
  std::vector<Condition> conditions_;
};

}  // namespace synod
