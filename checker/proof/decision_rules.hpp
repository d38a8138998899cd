// Algorithms that nobody has written down: what they decide is unknown, view by view.
//
// A view is all that a process has seen when it has to decide. A deterministic algorithm is a
// decision for each view, here a Boolean unknown. An execution demands that a view decides a
// certain value (validity), or that two views in it decide alike (agreement). There is an algorithm
// just when what all executions demand has a model.
//
// Demands are equations between unknowns and constants. So if they contradict each other, then some
// chain of them does, from a view that has to decide one value by way of views that decide alike to
// one that has to decide the other. The shortest chain is found without the solver, breadth first.
// A demand that is left out of it leaves the rest satisfiable.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "checker/proof/obligation.hpp"

namespace synod::proof {

/// What one execution asks of the decisions in it.
struct Demand {
  std::string rule;       ///< the property that asks it: "IC1"
  std::string execution;  ///< who is faulty, and what happens
  int view = 0;
  int other = -1;      ///< a view that decides alike; -1: a value is asked for
  bool value = false;  ///< that is asked for
};

class DecisionRules {
 public:
  /// What the two decisions are called: "retreat", "attack".
  DecisionRules(std::string no, std::string yes) : words_{std::move(no), std::move(yes)} {}

  /// The number of a view, which is its text: a word for who it is that sees, a blank, and what it
  /// sees. No '|' or '\' in it.
  int view(const std::string& text);
  const std::string& text(int view) const { return views_[static_cast<std::size_t>(view)]; }
  int views() const { return static_cast<int>(views_.size()); }
  const std::string& word(bool value) const { return words_[value ? 1 : 0]; }

  /// A demand that was made before by the same rule is not kept again. `execution` is asked for the
  /// others only.
  using Text = std::function<std::string()>;
  void decides(int view, bool value, const std::string& rule, const Text& execution);
  void alike(int view, int other, const std::string& rule, const Text& execution);
  const std::vector<Demand>& demands() const { return demands_; }

  /// The shortest chain of demands that contradict each other, in order; empty: there is none, and
  /// so there is an algorithm.
  std::vector<Demand> chain() const;
  /// Execution by execution, with who cannot tell it from the one before, and what follows.
  std::string chain_text(const std::vector<Demand>& chain) const;

  z3::expr unknown(z3::context& context, int view) const {
    return context.bool_const(text(view).c_str());
  }
  /// Whether these demands have a model.
  Query query(z3::context& context, std::string name, Status expected,
              const std::vector<Demand>& demands) const;
  /// Those that other rules make.
  std::vector<Demand> without(const std::string& rule) const;
  /// A rule that a model gives, if it is short: the views that decide "yes".
  std::string rule_text(const z3::model& model) const;

 private:
  void add(Demand demand, const Text& execution);

  std::vector<std::string> words_;
  std::vector<std::string> views_;
  std::map<std::string, int> numbers_;
  std::vector<Demand> demands_;
  std::set<std::tuple<std::string, int, int, bool>> made_;
};

/// There is no algorithm: all demands contradict each other, and so does the shortest chain, which
/// the core of it has to be. The controls leave out each rule, and each link of a short chain.
void add_no_rule(Obligation& obligation, z3::context& context,
                 const std::shared_ptr<const DecisionRules>& rules);

}  // namespace synod::proof
