#include "checker/proof/bounded.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>

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
    for (const Drop& drop : drops) protocol_.drop(drop);
    structure_->load(observer_->initial()[0]);
    for (const NamedFormula& axiom : protocol_.axioms())
      if (!FiniteFormula(protocol_, {}, axiom.formula).holds(*structure_, {}))
        throw InputError(
            fmt::format("{} under these parameters: {}, which the proof assumes, is false",
                        system.name, axiom.name));
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
      Individuals of = info.arguments(label);
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
  std::vector<std::pair<expr, int>> scope_;  ///< what variables stand for
};

/// A solver that ends when the time for all of it has, or interrupted.
class BoundedCheck::Clock {
 public:
  Clock(double seconds, Interruption interrupted) : seconds_(seconds), interrupted_(interrupted) {}
  z3::check_result ask(z3::solver& solver, const expr& assumed) const {
    constexpr double most_milliseconds = 1e9;
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin_;
    if (took.count() >= seconds_) return z3::unknown;
    z3::params params(assumed.ctx());
    params.set("timeout", static_cast<unsigned>(
                              std::min((seconds_ - took.count()) * 1000 + 1, most_milliseconds)));
    solver.set(params);
    solver.push();
    solver.add(assumed);
    const z3::check_result answer = proof::check(solver, interrupted_);
    if (answer != z3::sat) solver.pop();  // else its model is asked for
    return answer;
  }
  bool is_interrupted() const { return is_set(interrupted_); }

 private:
  double seconds_;
  Interruption interrupted_;
  std::chrono::steady_clock::time_point begin_ = std::chrono::steady_clock::now();
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
  if (!modelled.covers(parameters))
    throw InputError(fmt::format("the proof of {} is not about these parameters", system.name));
  ground_ = std::make_unique<Ground>(modelled, system, parameters, drops);
  trace_.protocol = system.name;
  trace_.parameters = write_parameters(system, parameters, true);
  trace_.drops = drops;
  for (const PropertyInfo& info : ground_->observer().properties())
    if (info.applies && info.kind == PropertyKind::always && ground_->claim(info.name) != nullptr)
      claims_.push_back(info.name);
  find_lemmas();
}

BoundedCheck::~BoundedCheck() = default;

/// The conjuncts that hold at first and that every step keeps, taken together.
void BoundedCheck::find_lemmas() {
  const Variables before = ground_->state("before"), after = ground_->state("after");
  for (const NamedFormula& each : ground_->protocol().invariant()) {
    z3::solver solver(ground_->context());
    const expr conjunct = ground_->now(each.formula);
    if (clock_->ask(solver, ground_->initial() && !conjunct) == z3::unsat)
      lemmas_.push_back(conjunct);
  }
  for (bool changed = true; changed;) {
    changed = false;
    z3::solver solver(ground_->context());
    ground_->add_transition(solver, before, after, "lemma");
    for (const expr& each : lemmas_) solver.add(ground_->at(before, each));
    for (std::size_t i = 0; i < lemmas_.size() && !changed; ++i) {
      if (clock_->ask(solver, !ground_->at(after, lemmas_[i])) == z3::unsat) continue;
      lemmas_.erase(lemmas_.begin() + static_cast<std::ptrdiff_t>(i));
      changed = true;
    }
  }
}

BoundedResult BoundedCheck::check(const std::string& claim) {
  const expr good = ground_->now(*ground_->claim(claim));
  BoundedResult result;
  z3::solver base(ground_->context()), induction(ground_->context());
  std::vector<Variables> states{ground_->state("0")}, taken;
  base.add(ground_->at(states[0], ground_->initial()));
  for (std::uint64_t k = 1; k <= most_states_; ++k) {
    const expr good_now = ground_->at(states.back(), good);
    const z3::check_result answer = clock_->ask(base, !good_now);
    if (answer == z3::sat) {
      result.verdict = Verdict::violated;
      result.trace = followed(claim, base.get_model(), states, taken);
      return result;
    }
    if (answer == z3::unknown) break;
    induction.add(good_now);
    for (const expr& each : lemmas_) induction.add(ground_->at(states.back(), each));
    for (std::size_t i = 0; i + 1 < states.size(); ++i)
      induction.add(differ(states[i], states.back()));
    const Variables next = ground_->state(std::to_string(k));
    taken.push_back(ground_->add_transition(base, states.back(), next, std::to_string(k)));
    ground_->add_transition(induction, states.back(), next, std::to_string(k));
    states.push_back(next);
    const z3::check_result kept = clock_->ask(induction, !ground_->at(next, good));
    if (kept == z3::unsat) {
      result.verdict = Verdict::holds;
      result.k = k;
      return result;
    }
    if (kept == z3::unknown) break;
    induction.pop();
  }
  result.reason =
      fmt::format("no counterexample of up to {} states, and no proof by induction{}", taken.size(),
                  clock_->is_interrupted()      ? "; interrupted"
                  : taken.size() < most_states_ ? "; time is up"
                                                : "");
  return result;
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
