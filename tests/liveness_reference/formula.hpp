// Linear temporal logic once more, as simple as it can be: read, judged on a word by its
// definition, and told in a few operators. Shares nothing with checker/liveness.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace synod::reference {

/// A formula as it is written. `op` is "true", "false", "atom", "!", "[]", "<>", "&&", "||", "->",
/// "<->", "~>", "U", "R" or "W".
struct Tree {
  std::string op;
  std::string name = {};  ///< of an atom
  std::shared_ptr<const Tree> left = nullptr;
  std::shared_ptr<const Tree> right = nullptr;
};
using TreePtr = std::shared_ptr<const Tree>;

TreePtr leaf(const std::string& op, const std::string& name = "");
TreePtr node(const std::string& op, TreePtr left, TreePtr right = nullptr);
bool same(const TreePtr& a, const TreePtr& b);
std::size_t size(const TreePtr& tree);
std::vector<std::string> names(const TreePtr& tree);

/// Throws std::runtime_error.
TreePtr read_formula(const std::string& text);

/// The formula with FALSE for each atom that occurs positively, but for those under <->; FALSE
/// where none does. Where that holds, the formula holds vacuously.
TreePtr strengthened(const TreePtr& tree);

/// The same formula with negation, conjunction and until only: a list in which parts come before
/// the whole.
struct Core {
  enum class Kind : std::uint8_t { truth, atom, negation, conjunction, until };
  struct Part {
    Kind kind;
    std::size_t a = 0;  ///< the number of an atom, or of a part
    std::size_t b = 0;
    bool operator==(const Part&) const = default;
  };
  std::vector<std::string> atoms;
  std::vector<Part> parts;  ///< each once
  std::size_t whole = 0;

  explicit Core(const TreePtr& tree);

 private:
  std::size_t add(Part part);
  std::size_t add(const TreePtr& tree);
  std::size_t negation(std::size_t a) { return add({Kind::negation, a}); }
  std::size_t conjunction(std::size_t a, std::size_t b) { return add({Kind::conjunction, a, b}); }
  std::size_t until(std::size_t a, std::size_t b) { return add({Kind::until, a, b}); }
  std::size_t eventually(std::size_t a) { return until(add({Kind::truth}), a); }
};

/// Which atoms are true at a position: bit i for atoms[i].
using Letter = std::uint64_t;

/// Whether the formula holds at the first position of a word that goes on from its last position at
/// position `loop`, by the definition of until.
bool holds_on(const Core& core, const std::vector<Letter>& word, std::size_t loop);

}  // namespace synod::reference
