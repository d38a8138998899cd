#include <algorithm>
#include <map>
#include <set>

#include "checker/proof/inductive.hpp"

namespace synod::proof {
namespace {

/// Walks a formula, and notes what is said to exist for each of what is quantified around it.
class Alternations {
 public:
  void walk(const expr& formula, bool asserted) {
    if (formula.is_quantifier()) {
      quantifier(formula, asserted);
      return;
    }
    if (!formula.is_app()) return;
    function(formula);
    switch (formula.decl().decl_kind()) {
      case Z3_OP_NOT: walk(formula.arg(0), !asserted); return;
      case Z3_OP_IMPLIES:
        walk(formula.arg(0), !asserted);
        walk(formula.arg(1), asserted);
        return;
      case Z3_OP_AND:
      case Z3_OP_OR: each(formula, 0, asserted); return;
      case Z3_OP_ITE:
        both(formula.arg(0));
        each(formula, 1, asserted);
        return;
      default:
        for (unsigned i = 0; i < formula.num_args(); ++i) both(formula.arg(i));
    }
  }
  const std::set<Alternation>& found() const { return found_; }

 private:
  void each(const expr& formula, unsigned first, bool asserted) {
    for (unsigned i = first; i < formula.num_args(); ++i) walk(formula.arg(i), asserted);
  }
  void both(const expr& formula) {
    walk(formula, true);
    walk(formula, false);
  }

  void quantifier(const expr& formula, bool asserted) {
    z3::context& context = formula.ctx();
    const unsigned count = Z3_get_quantifier_num_bound(context, formula);
    std::vector<std::string> sorts;
    for (unsigned i = 0; i < count; ++i)
      sorts.push_back(
          z3::sort(context, Z3_get_quantifier_bound_sort(context, formula, i)).name().str());
    if (formula.is_forall() != asserted) {
      for (const std::string& from : around_)
        for (const std::string& to : sorts) found_.insert({from, to});
      walk(formula.body(), asserted);
      return;
    }
    around_.insert(around_.end(), sorts.begin(), sorts.end());
    walk(formula.body(), asserted);
    around_.resize(around_.size() - sorts.size());
  }

  /// A function is an existence too.
  void function(const expr& term) {
    if (term.is_bool()) return;
    for (unsigned i = 0; i < term.num_args(); ++i)
      found_.insert({term.arg(i).get_sort().name().str(), term.get_sort().name().str()});
  }

  std::vector<std::string> around_;
  std::set<Alternation> found_;
};

}  // namespace

std::vector<Alternation> alternations(const std::vector<expr>& asserted) {
  Alternations found;
  for (const expr& formula : asserted) found.walk(formula, true);
  return {found.found().begin(), found.found().end()};
}

std::vector<std::string> cycle(const std::vector<Alternation>& edges) {
  std::map<std::string, std::vector<std::string>> next;
  for (const Alternation& edge : edges) next[edge.from].push_back(edge.to);
  std::vector<std::string> path;
  std::set<std::string> done;
  std::vector<std::string> found;
  const auto visit = [&](const auto& self, const std::string& sort) -> bool {
    if (const auto at = std::find(path.begin(), path.end(), sort); at != path.end()) {
      found.assign(at, path.end());
      found.push_back(sort);
      return true;
    }
    if (!done.insert(sort).second) return false;
    path.push_back(sort);
    for (const std::string& to : next[sort])
      if (self(self, to)) return true;
    path.pop_back();
    return false;
  };
  for (const Alternation& edge : edges)
    if (visit(visit, edge.from)) break;
  return found;
}

}  // namespace synod::proof
