#include "checker/proof/bounded.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <chrono>
#include <deque>
#include <set>

#include "checker/input/input.hpp"
#include "checker/proof/formulas.hpp"
#include "checker/replay/replay.hpp"
#include "checker/run/run_trace.hpp"

namespace synod::proof {
namespace {

using Individuals = std::vector<int>;

/// What a relation says of some individuals: a proposition.
struct Atom {
  std::size_t relation;
  Individuals of;
};

/// An action with all that it chooses.
struct Step {
  std::uint32_t label;
  expr guard;
  std::vector<std::pair<std::size_t, expr>> values;  ///< of atoms, after it
};

/// Calls `visit` with each choice of individuals of some sorts.
template <class Visit>
void each_choice(const Structure& structure, const std::vector<std::size_t>& sorts,
                 Individuals& chosen, Visit&& visit) {
  if (chosen.size() == sorts.size()) return visit();
  const int size = structure.domain(sorts[chosen.size()]).size();
  for (int member = 0; member < size; ++member) {
    chosen.push_back(member);
    each_choice(structure, sorts, chosen, visit);
    chosen.pop_back();
  }
}

}  // namespace

class BoundedCheck::Ground {
 public:
  Ground(const Modelled& modelled, const System& system, const Parameters& parameters,
         const std::vector<Drop>& drops)
      : protocol_(*modelled.protocol),
        structure_(modelled.structures(parameters)),
        observer_(system.instantiate(parameters, drops)->observer()) {
    std::set<std::string> dropped;
    for (const Drop& drop : drops)
      if (dropped.insert(drop.text()).second) protocol_.drop(drop);
    structure_->load(observer_->initial()[0]);
    for (const NamedFormula& axiom : protocol_.axioms())
      if (!FiniteFormula(protocol_, {}, axiom.formula).holds(*structure_, {}))
        false_axioms_.push_back(axiom.name);
    first_.resize(protocol_.relations().size());
    for (std::size_t i = 0; i < first_.size(); ++i) {
      first_[i] = atoms_.size();
      if (!protocol_.relations()[i].changes()) continue;
      Individuals of;
      each_choice(*structure_, protocol_.sorts_of(protocol_.relations()[i]), of,
                  [&] { atoms_.push_back({i, of}); });
    }
    now_ = state("now");
    for (const ActionInfo& info : observer_->actions())
      if (info.applies) add_steps(info);
  }

  z3::context& context() const { return protocol_.context(); }
  const Protocol& protocol() const { return protocol_; }
  Observer& observer() const { return *observer_; }
  const std::vector<Step>& steps() const { return steps_; }
  const std::vector<std::string>& false_axioms() const { return false_axioms_; }

  Variables state(const std::string& name) const {
    Variables all;
    for (std::size_t i = 0; i < atoms_.size(); ++i)
      all.push_back(context().bool_const(fmt::format("{} {}", name, i).c_str()));
    return all;
  }
  expr now(const expr& formula) { return ground(formula); }
  expr initial() {
    expr all = context().bool_val(true);
    for (const expr& each : protocol_.initial()) all = all && ground(each);
    return all;
  }
  /// A claim's formula; null if the proof has none of that name.
  const expr* claim(const std::string& name) const {
    for (const NamedFormula& each : protocol_.claims())
      if (each.name == name) return &each.formula;
    return nullptr;
  }
  expr at(const Variables& state, expr formula) const {
    z3::expr_vector from(context()), to(context());
    for (std::size_t i = 0; i < atoms_.size(); ++i) {
      from.push_back(now_[i]);
      to.push_back(state[i]);
    }
    return formula.substitute(from, to);
  }
  bool holds(const Cells& cells, std::size_t atom) const {
    structure_->load(cells);
    return structure_->holds(atoms_[atom].relation, atoms_[atom].of);
  }

  /// Exactly one step is taken: selectors, and what follows from them.
  Variables add_transition(z3::solver& solver, const Variables& from, const Variables& to,
                           const std::string& name) const {
    Variables taken;
    z3::expr_vector any(context());
    Variables values = from;
    for (std::size_t i = 0; i < steps_.size(); ++i) {
      taken.push_back(context().bool_const(fmt::format("{} takes {}", name, i).c_str()));
      any.push_back(taken.back());
      solver.add(z3::implies(taken.back(), at(from, steps_[i].guard)));
      for (const auto& [atom, value] : steps_[i].values)
        values[atom] = z3::ite(taken.back(), at(from, value), values[atom]);
    }
    solver.add(z3::mk_or(any) && z3::atmost(any, 1));
    for (std::size_t i = 0; i < atoms_.size(); ++i) solver.add(to[i] == values[i]);
    return taken;
  }

 private:
  void add_steps(const ActionInfo& info) {
    const auto found = std::find_if(protocol_.actions().begin(), protocol_.actions().end(),
                                    [&](const Action& each) { return each.name == info.name; });
    if (found == protocol_.actions().end()) throw ModelError("the proof has no " + info.name);
    std::vector<std::size_t> sorts;
    for (const expr& argument : found->arguments)
      sorts.push_back(protocol_.index(argument.get_sort()));
    for (std::uint32_t label = info.first_label; label < info.first_label + info.labels; ++label) {
      Individuals of;
      const std::vector<int> arguments = info.arguments(label);
      for (std::size_t i = 0; i < arguments.size(); ++i)
        for (const int member : info.domains[i].individuals(arguments[i])) of.push_back(member);
      for (std::size_t i = 0; i < of.size(); ++i) of[i] -= structure_->domain(sorts.at(i)).low;
      each_choice(*structure_, sorts, of, [&] { add_step(*found, label, of); });
    }
  }

  void add_step(const Action& action, std::uint32_t label, const Individuals& of) {
    scope_.clear();
    for (std::size_t i = 0; i < of.size(); ++i) scope_.emplace_back(action.arguments[i], of[i]);
    Step step{label, context().bool_val(true), {}};
    for (const NamedFormula& guard : action.guards)
      step.guard = step.guard && ground(guard.formula);
    for (const Effect& effect : action.effects) {
      const std::size_t relation = protocol_.index(effect.relation.symbol());
      for (std::size_t i = 0; i < atoms_.size(); ++i) {
        if (atoms_[i].relation != relation) continue;
        for (std::size_t place = 0; place < effect.at.size(); ++place)
          scope_.emplace_back(effect.at[place], atoms_[i].of[place]);
        step.values.emplace_back(i, ground(effect.value).simplify());
        scope_.resize(of.size(), {effect.value, 0});
      }
    }
    step.guard = step.guard.simplify();
    steps_.push_back(step);
    scope_.clear();
  }

  int individual(const expr& term) const {
    for (std::size_t i = scope_.size(); i-- > 0;)
      if (z3::eq(scope_[i].first, term)) return scope_[i].second;
    return structure_->constant(protocol_.index(term.decl()));
  }

  expr ground(const expr& formula) {
    if (formula.is_quantifier()) return ground_quantifier(formula);
    const auto kind = formula.decl().decl_kind();
    if ((kind == Z3_OP_EQ || kind == Z3_OP_DISTINCT) && !formula.arg(0).is_bool())
      return context().bool_val((individual(formula.arg(0)) == individual(formula.arg(1))) ==
                                (kind == Z3_OP_EQ));
    z3::expr_vector parts(context());
    if (kind != Z3_OP_UNINTERPRETED) {
      for (unsigned i = 0; i < formula.num_args(); ++i) parts.push_back(ground(formula.arg(i)));
      return formula.decl()(parts);
    }
    const std::size_t relation = protocol_.index(formula.decl());
    Individuals of;
    for (unsigned i = 0; i < formula.num_args(); ++i) of.push_back(individual(formula.arg(i)));
    if (!protocol_.relations()[relation].changes())
      return context().bool_val(structure_->holds(relation, of));
    std::size_t atom = first_[relation];
    while (atoms_[atom].of != of) ++atom;
    return now_[atom];
  }

  expr ground_quantifier(const expr& formula) {
    const Opened opened = open(formula);
    std::vector<std::size_t> sorts;
    for (const expr& each : opened.variables) sorts.push_back(protocol_.index(each.get_sort()));
    z3::expr_vector all(context());
    Individuals of;
    const std::size_t outside = scope_.size();
    each_choice(*structure_, sorts, of, [&] {
      for (std::size_t i = 0; i < of.size(); ++i) scope_.emplace_back(opened.variables[i], of[i]);
      all.push_back(ground(opened.body));
      scope_.resize(outside, {formula, 0});
    });
    return formula.is_forall() ? z3::mk_and(all) : z3::mk_or(all);
  }

  Protocol protocol_;
  std::unique_ptr<Structure> structure_;
  std::unique_ptr<Observer> observer_;
  std::vector<std::size_t> first_;  ///< atom of each relation
  std::vector<Atom> atoms_;
  Variables now_;
  std::vector<Step> steps_;
  std::vector<std::string> false_axioms_;
  std::vector<std::pair<expr, int>> scope_;  ///< what variables stand for
};

/// What a solver answered, and why not; no reason: the time that it was given is up.
struct BoundedCheck::Asked {
  z3::check_result answer = z3::unknown;
  std::string reason = {};
};

/// The time that remains for all of it.
class BoundedCheck::Clock {
 public:
  Clock(double seconds, Interruption interrupted) : seconds_(seconds), interrupted_(interrupted) {}

  double left() const { return seconds_ - since(begin_); }

  /// Asks for so many seconds, if there are as many.
  Asked ask(z3::solver& solver, const expr& assumed, double most) const {
    constexpr double most_milliseconds = 1e9;
    if (is_set(interrupted_)) return {z3::unknown, "interrupted"};
    most = std::min(most, left());
    if (most <= 0) return {};
    z3::params params(assumed.ctx());
    params.set("timeout", static_cast<unsigned>(std::min(most * 1000 + 1, most_milliseconds)));
    solver.set(params);
    solver.push();
    solver.add(assumed);
    const auto begin = std::chrono::steady_clock::now();
    const z3::check_result answer = proof::check(solver, interrupted_);
    if (answer == z3::sat) return {answer};  // its model is asked for
    std::string reason;
    if (answer == z3::unknown && is_set(interrupted_))
      reason = "interrupted";
    else if (answer == z3::unknown && since(begin) < most)
      reason = "Z3 says: " + solver.reason_unknown();
    solver.pop();
    return {answer, reason};
  }

 private:
  using Time = std::chrono::steady_clock::time_point;
  static double since(Time begin) {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  }

  double seconds_;
  Interruption interrupted_;
  Time begin_ = std::chrono::steady_clock::now();
};

namespace {

expr differ(const Variables& a, const Variables& b) {
  z3::expr_vector any(a[0].ctx());
  for (std::size_t i = 0; i < a.size(); ++i) any.push_back(a[i] != b[i]);
  return z3::mk_or(any);
}

}  // namespace

BoundedCheck::BoundedCheck(const Modelled& modelled, const System& system,
                           const Parameters& parameters, const std::vector<Drop>& drops,
                           const BoundedOptions& options)
    : clock_(std::make_unique<Clock>(options.seconds, options.interrupted)),
      most_states_(options.most_states) {
  ground_ = std::make_unique<Ground>(modelled, system, parameters, drops);
  if (const auto& axioms = ground_->false_axioms(); !axioms.empty())
    limitation_ = fmt::format("the proof assumes {}, which is false under these parameters",
                              fmt::join(axioms, ", "));
  else if (!modelled.covers(parameters))
    throw InputError(
        fmt::format("the proof of {} is not about these parameters: its relations lack what they "
                    "change; leave out --engine z3",
                    system.name));
  trace_.protocol = system.name;
  trace_.parameters = write_parameters(system, parameters, true);
  trace_.drops = drops;
  for (const PropertyInfo& info : ground_->observer().properties())
    if (info.applies && info.kind == PropertyKind::always && ground_->claim(info.name) != nullptr)
      claims_.push_back(info.name);
  find_lemmas();
}

BoundedCheck::~BoundedCheck() = default;

/// The conjuncts that hold at first and that every step keeps, taken together. What takes more
/// than half of the time is none.
void BoundedCheck::find_lemmas() {
  const Variables before = ground_->state("before"), after = ground_->state("after");
  const double rest = clock_->left() / 2;
  const auto has_none = [&](z3::solver& solver, const expr& wrong) {
    return clock_->ask(solver, wrong, clock_->left() - rest).answer == z3::unsat;
  };
  for (const NamedFormula& each : ground_->protocol().invariant()) {
    z3::solver solver(ground_->context());
    const expr conjunct = ground_->now(each.formula);
    if (has_none(solver, ground_->initial() && !conjunct)) lemmas_.push_back(conjunct);
  }
  for (bool changed = true; changed;) {
    changed = false;
    z3::solver solver(ground_->context());
    ground_->add_transition(solver, before, after, "lemma");
    for (const expr& each : lemmas_) solver.add(ground_->at(before, each));
    for (std::size_t i = 0; i < lemmas_.size() && !changed; ++i) {
      if (has_none(solver, !ground_->at(after, lemmas_[i]))) continue;
      lemmas_.erase(lemmas_.begin() + static_cast<std::ptrdiff_t>(i));
      changed = true;
    }
  }
}

/// The questions about one claim: whether it is violated in the last of so many states, and
/// whether so many good ones are followed by a good one; then the same of one more.
class BoundedCheck::Deepening {
 public:
  Deepening(const BoundedCheck& all, std::string claim)
      : all_(all),
        ground_(*all.ground_),
        claim_(std::move(claim)),
        good_(ground_.now(*ground_.claim(claim_))),
        base_(ground_.context()),
        induction_(ground_.context()),
        states_{ground_.state("0")} {
    base_.add(ground_.at(states_[0], ground_.initial()));
  }

  bool is_open() const { return open_; }
  const BoundedResult& result() const { return result_; }

  /// Asks the next one, for so many seconds; if that is too short, it is the next one again.
  void ask(double most) {
    const double before = all_.clock_->left();
    if (taken_.size() < states_.size())
      ask_for_counterexample(most);
    else
      ask_for_induction(most);
    result_.seconds += before - all_.clock_->left();
  }

 private:
  void ask_for_counterexample(double most) {
    const expr good = ground_.at(states_.back(), good_);
    const Asked asked = all_.clock_->ask(base_, !good, most);
    if (asked.answer == z3::unknown) return put_off(asked);
    if (asked.answer == z3::sat) {
      try {
        result_.trace = all_.followed(claim_, base_.get_model(), states_, taken_);
      } catch (const ModelError& error) {
        if (all_.limitation_.empty()) throw;
        return give_up(fmt::format("; {}: {}", all_.limitation_, error.what()));
      }
      return end(Verdict::violated);
    }
    induction_.add(good);
    for (const expr& each : all_.lemmas_) induction_.add(ground_.at(states_.back(), each));
    for (std::size_t i = 0; i + 1 < states_.size(); ++i)
      induction_.add(differ(states_[i], states_.back()));
    const std::string k = std::to_string(states_.size());
    next_ = ground_.state(k);
    taken_.push_back(ground_.add_transition(base_, states_.back(), next_, k));
    ground_.add_transition(induction_, states_.back(), next_, k);
  }

  void ask_for_induction(double most) {
    const Asked asked = all_.clock_->ask(induction_, !ground_.at(next_, good_), most);
    if (asked.answer == z3::unknown) return put_off(asked);
    if (asked.answer == z3::unsat) {
      if (!all_.limitation_.empty()) {
        result_.reason = "no counterexample was found; " + all_.limitation_;
        return end(Verdict::incomplete);
      }
      result_.k = states_.size();
      return end(Verdict::holds);
    }
    induction_.pop();
    if (states_.size() >= all_.most_states_) return give_up("");
    states_.push_back(next_);
  }

  void put_off(const Asked& asked) {
    if (!asked.reason.empty())
      give_up("; " + asked.reason);
    else if (all_.clock_->left() <= 0)
      give_up("; time is up");
  }
  void give_up(const std::string& why) {
    result_.reason = fmt::format(
        "no counterexample of up to {} states, and no proof by induction{}", taken_.size(), why);
    end(Verdict::incomplete);
  }
  void end(Verdict verdict) {
    result_.verdict = verdict;
    open_ = false;
  }

  const BoundedCheck& all_;
  Ground& ground_;
  std::string claim_;
  expr good_;
  z3::solver base_;
  z3::solver induction_;
  std::vector<Variables> states_;  ///< before the last of them, the claim is not violated
  std::vector<Variables> taken_;   ///< from each to the next; of the last: it is not violated there
  Variables next_;
  BoundedResult result_;
  bool open_ = true;
};

std::vector<BoundedResult> BoundedCheck::check(const std::vector<std::string>& claims) const {
  constexpr double least_seconds = 0.1;
  std::deque<Deepening> all;
  std::vector<Deepening*> open;
  for (const std::string& claim : claims) open.push_back(&all.emplace_back(*this, claim));
  // The one that took least is next, and takes at most as long again, so that none that is hard
  // takes the time of the others.
  while (!open.empty()) {
    Deepening* const next = *std::min_element(open.begin(), open.end(), [](auto* a, auto* b) {
      return a->result().seconds < b->result().seconds;
    });
    next->ask(open.size() == 1 ? clock_->left() : std::max(least_seconds, next->result().seconds));
    std::erase_if(open, [](const Deepening* each) { return !each->is_open(); });
  }
  std::vector<BoundedResult> results;
  for (const Deepening& each : all) results.push_back(each.result());
  return results;
}

/// The model takes the steps that the solver has found, comes to the same states, and says itself
/// that the claim is violated in the last one.
Trace BoundedCheck::followed(const std::string& claim, const z3::model& found,
                             const std::vector<Variables>& states,
                             const std::vector<Variables>& taken) const {
  const auto same = [&](const Cells& cells, const Variables& state) {
    for (std::size_t i = 0; i < state.size(); ++i)
      if (ground_->holds(cells, i) != found.eval(state[i], true).is_true()) return false;
    return true;
  };
  const std::vector<Cells> initial = ground_->observer().initial();
  const auto first = std::find_if(initial.begin(), initial.end(),
                                  [&](const Cells& cells) { return same(cells, states[0]); });
  if (first == initial.end())
    throw ModelError("proof and model differ: the model does not begin as the proof does");
  std::vector<Cells> run{*first};
  std::vector<std::uint32_t> labels;
  for (std::size_t i = 0; i < taken.size(); ++i) {
    std::size_t step = 0;
    while (!found.eval(taken[i][step], true).is_true()) ++step;
    labels.push_back(ground_->steps()[step].label);
    const Observer::Attempt attempt = ground_->observer().attempt(run.back(), labels.back());
    if (!attempt.enabled || !same(attempt.after, states[i + 1]))
      throw ModelError(fmt::format(
          "proof and model differ: the model does not take the proof's step {}", i + 1));
    run.push_back(attempt.after);
  }
  Trace trace = trace_;
  trace.property = claim;
  add_steps(trace, std::move(run), labels, ground_->observer());
  const Replay replayed = replay(ground_->observer(), trace);
  if (!replayed.valid)
    throw ModelError(
        fmt::format("proof and model differ: {} is violated by the proof after {} "
                    "steps, but replayed by the model {}",
                    claim, taken.size(), replayed.reason));
  return trace;
}

}  // namespace synod::proof
