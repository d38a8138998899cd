#include "tests/liveness_reference/formula.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <stdexcept>

namespace synod::reference {
namespace {

/// How an operator is written. Larger levels bind tighter; level 0 is for what has no left side.
struct Written {
  const char* text;
  const char* op;
  int level;
  bool to_the_right;
};
constexpr std::array<Written, 25> written = {{
    {"<->", "<->", 1, false},     {"<=>", "<->", 1, false},   {"->", "->", 2, true},
    {"=>", "->", 2, true},        {"~>", "~>", 2, true},      {"||", "||", 3, false},
    {"\\/", "||", 3, false},      {"or", "||", 3, false},     {"&&", "&&", 4, false},
    {"/\\", "&&", 4, false},      {"and", "&&", 4, false},    {"U", "U", 5, true},
    {"R", "R", 5, true},          {"W", "W", 5, true},        {"[]", "[]", 0, false},
    {"G", "[]", 0, false},        {"<>", "<>", 0, false},     {"F", "<>", 0, false},
    {"!", "!", 0, false},         {"~", "!", 0, false},       {"not", "!", 0, false},
    {"true", "true", 0, false},   {"TRUE", "true", 0, false}, {"false", "false", 0, false},
    {"FALSE", "false", 0, false},
}};

bool in_word(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; }

std::vector<std::string> words_of(const std::string& text) {
  std::vector<std::string> words;
  for (std::size_t i = 0; i < text.size();) {
    if (text[i] == ' ') {
      ++i;
      continue;
    }
    std::size_t length = 1;
    if (in_word(text[i]))
      while (i + length < text.size() && in_word(text[i + length])) ++length;
    else
      for (const Written& one : written)
        if (text.compare(i, std::string(one.text).size(), one.text) == 0)
          length = std::max(length, std::string(one.text).size());
    words.push_back(text.substr(i, length));
    i += length;
  }
  return words;
}

const Written* find(const std::string& word) {
  const auto found = std::find_if(written.begin(), written.end(),
                                  [&](const Written& one) { return word == one.text; });
  return found == written.end() ? nullptr : found;
}

/// By precedence climbing.
class Reader {
 public:
  explicit Reader(const std::string& text) : words_(words_of(text)) {}

  TreePtr read() {
    TreePtr tree = chain(1);
    if (at_ != words_.size()) throw std::runtime_error("no operator: " + words_[at_]);
    return tree;
  }

 private:
  TreePtr chain(int least) {
    TreePtr tree = operand();
    while (at_ < words_.size()) {
      const Written* const one = find(words_[at_]);
      if (one == nullptr || one->level < least || one->level == 0) break;
      ++at_;
      TreePtr right = chain(one->to_the_right ? one->level : one->level + 1);
      tree = node(one->op, std::move(tree), std::move(right));
    }
    return tree;
  }

  TreePtr operand() {
    if (at_ == words_.size()) throw std::runtime_error("the formula ends too early");
    const std::string word = words_[at_++];
    if (word == "(") {
      TreePtr tree = chain(1);
      if (at_ == words_.size() || words_[at_++] != ")") throw std::runtime_error("no )");
      return tree;
    }
    const Written* const one = find(word);
    if (one == nullptr && in_word(word[0])) return leaf("atom", word);
    if (one == nullptr || one->level != 0) throw std::runtime_error("no operand: " + word);
    const std::string op = one->op;
    return op == "true" || op == "false" ? leaf(op) : node(op, operand());
  }

  std::vector<std::string> words_;
  std::size_t at_ = 0;
};

TreePtr without_positive(const TreePtr& tree, bool positive, bool& replaced) {
  const std::string& op = tree->op;
  if (op == "atom") {
    if (!positive) return tree;
    replaced = true;
    return leaf("false");
  }
  if (tree->left == nullptr || op == "<->") return tree;
  const bool turned = op == "!" || op == "->" || op == "~>";
  TreePtr left = without_positive(tree->left, turned ? !positive : positive, replaced);
  if (tree->right == nullptr) return node(op, std::move(left));
  return node(op, std::move(left), without_positive(tree->right, positive, replaced));
}

}  // namespace

TreePtr leaf(const std::string& op, const std::string& name) {
  return std::make_shared<const Tree>(Tree{op, name});
}

TreePtr node(const std::string& op, TreePtr left, TreePtr right) {
  return std::make_shared<const Tree>(Tree{op, "", std::move(left), std::move(right)});
}

bool same(const TreePtr& a, const TreePtr& b) {
  if (a == nullptr || b == nullptr) return a == b;
  return a->op == b->op && a->name == b->name && same(a->left, b->left) && same(a->right, b->right);
}

std::size_t size(const TreePtr& tree) {
  return tree == nullptr ? 0 : 1 + size(tree->left) + size(tree->right);
}

std::vector<std::string> names(const TreePtr& tree) {
  if (tree == nullptr) return {};
  if (tree->op == "atom") return {tree->name};
  std::vector<std::string> result = names(tree->left);
  for (const std::string& name : names(tree->right)) result.push_back(name);
  std::sort(result.begin(), result.end());
  result.erase(std::unique(result.begin(), result.end()), result.end());
  return result;
}

TreePtr read_formula(const std::string& text) { return Reader(text).read(); }

TreePtr strengthened(const TreePtr& tree) {
  bool replaced = false;
  TreePtr result = without_positive(tree, true, replaced);
  return replaced ? result : leaf("false");
}

Core::Core(const TreePtr& tree) : atoms(names(tree)) { whole = add(tree); }

std::size_t Core::add(Part part) {
  const auto known = std::find(parts.begin(), parts.end(), part);
  if (known != parts.end()) return static_cast<std::size_t>(known - parts.begin());
  parts.push_back(part);
  return parts.size() - 1;
}

std::size_t Core::add(const TreePtr& tree) {
  const std::string& op = tree->op;
  if (op == "true") return add({Kind::truth});
  if (op == "false") return negation(add({Kind::truth}));
  if (op == "atom") {
    const auto found = std::find(atoms.begin(), atoms.end(), tree->name);
    return add({Kind::atom, static_cast<std::size_t>(found - atoms.begin())});
  }
  const std::size_t p = add(tree->left);
  if (op == "!") return negation(p);
  if (op == "<>") return eventually(p);
  if (op == "[]") return negation(eventually(negation(p)));
  const std::size_t q = add(tree->right);
  if (op == "&&") return conjunction(p, q);
  if (op == "||") return negation(conjunction(negation(p), negation(q)));
  if (op == "->") return negation(conjunction(p, negation(q)));
  if (op == "<->")
    return conjunction(negation(conjunction(p, negation(q))),
                       negation(conjunction(q, negation(p))));
  if (op == "U") return until(p, q);
  if (op == "R") return negation(until(negation(p), negation(q)));
  // Not: at some point neither holds, and q has not held before.
  if (op == "W") return negation(until(negation(q), conjunction(negation(p), negation(q))));
  if (op == "~>") return negation(eventually(conjunction(p, negation(eventually(q)))));
  throw std::runtime_error("no operator: " + op);
}

bool holds_on(const Core& core, const std::vector<Letter>& word, std::size_t loop) {
  const std::size_t n = word.size();
  std::vector<std::vector<bool>> truth(core.parts.size(), std::vector<bool>(n));
  for (std::size_t p = 0; p < core.parts.size(); ++p) {
    const auto [kind, a, b] = core.parts[p];
    for (std::size_t i = 0; i < n; ++i) {
      switch (kind) {
        case Core::Kind::truth: truth[p][i] = true; break;
        case Core::Kind::atom: truth[p][i] = (word[i] >> a & 1) != 0; break;
        case Core::Kind::negation: truth[p][i] = !truth[a][i]; break;
        case Core::Kind::conjunction: truth[p][i] = truth[a][i] && truth[b][i]; break;
        case Core::Kind::until: {
          // From i on, all positions that there are come within 2n steps.
          std::size_t at = i;
          for (std::size_t step = 0; step < 2 * n && !truth[b][at] && truth[a][at]; ++step)
            at = at + 1 < n ? at + 1 : loop;
          truth[p][i] = truth[b][at];
          break;
        }
      }
    }
  }
  return truth[core.whole][0];
}

}  // namespace synod::reference
