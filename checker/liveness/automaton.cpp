#include "checker/liveness/automaton.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <bitset>
#include <initializer_list>
#include <limits>
#include <map>
#include <stdexcept>
#include <tuple>
#include <utility>

namespace synod {
namespace {

using Id = std::uint32_t;

/// A set of terms.
class TermSet {
 public:
  explicit TermSet(std::size_t terms) : words_((terms + 63) / 64) {}

  void insert(Id term) { words_[term / 64] |= bit(term); }
  void erase(Id term) { words_[term / 64] &= ~bit(term); }
  bool contains(Id term) const { return (words_[term / 64] & bit(term)) != 0; }
  bool is_within(const TermSet& other) const {
    for (std::size_t i = 0; i < words_.size(); ++i)
      if ((words_[i] & ~other.words_[i]) != 0) return false;
    return true;
  }
  bool empty() const {
    return std::all_of(words_.begin(), words_.end(), [](std::uint64_t word) { return word == 0; });
  }
  Id last() const {
    std::size_t i = words_.size() - 1;
    while (words_[i] == 0) --i;
    return static_cast<Id>(i * 64 + 63 - static_cast<std::size_t>(__builtin_clzll(words_[i])));
  }
  friend auto operator<=>(const TermSet&, const TermSet&) = default;

 private:
  static std::uint64_t bit(Id term) { return std::uint64_t{1} << (term % 64); }
  std::vector<std::uint64_t> words_;
};

/// A formula in negation normal form: negations are at the atoms, and the temporal operators are
/// until and its dual, release.
struct Term {
  enum class Kind : std::uint8_t {
    truth,
    falsity,
    positive,
    negative,
    conjunction,
    disjunction,
    until,
    release
  };
  Kind kind = Kind::truth;
  Id left = 0;  ///< of a literal: its atom
  Id right = 0;
  friend auto operator<=>(const Term&, const Term&) = default;
};
using Kind = Term::Kind;

Kind dual(Kind kind) {
  constexpr std::array<Kind, 8> duals = {Kind::falsity,  Kind::truth,       Kind::negative,
                                         Kind::positive, Kind::disjunction, Kind::conjunction,
                                         Kind::release,  Kind::until};
  return duals[static_cast<std::size_t>(kind)];
}

/// All terms that a formula needs, equal ones once, and the simpler of some that mean the same.
/// Every rule that simplifies comes with its dual. A term has a greater number than its parts.
class Terms {
 public:
  explicit Terms(std::vector<std::string> atoms) : atoms_(std::move(atoms)) {
    find_or_add({Kind::truth});
    find_or_add({Kind::falsity});
  }

  const Term& operator[](Id id) const { return terms_[id]; }
  std::size_t size() const { return terms_.size(); }
  const std::vector<std::string>& atoms() const { return atoms_; }

  /// The term of a formula, or with `holds` false of its negation.
  Id of(const Formula& formula, bool holds) {
    // Both sides of <-> are needed twice: without remembering them, time would be exponential. A
    // formula's parts stay where they are, so their addresses tell them apart.
    const auto key = std::pair(&formula, holds);
    if (const auto known = known_.find(key); known != known_.end()) return known->second;
    const Id term = translated(formula, holds);
    known_[key] = term;
    return term;
  }

 private:
  static constexpr Id truth = 0;
  static constexpr Id falsity = 1;

  Id translated(const Formula& formula, bool holds) {
    const Kind until = holds ? Kind::until : Kind::release;
    const Id always_true = holds ? truth : falsity;
    switch (formula.op()) {
      case Operator::truth: return always_true;
      case Operator::falsity: return always_true ^ 1U;
      case Operator::atom: return literal(formula.name(), holds);
      case Operator::negation: return of(formula.left(), !holds);
      case Operator::eventually: return temporal(until, always_true, of(formula.left(), holds));
      case Operator::always:
        return temporal(dual(until), always_true ^ 1U, of(formula.left(), holds));
      case Operator::equivalence: return equivalence(formula, holds);
      default: return translated_pair(formula, holds);
    }
  }

  Id translated_pair(const Formula& formula, bool holds) {
    const Kind either = holds ? Kind::disjunction : Kind::conjunction;
    const Kind until = holds ? Kind::until : Kind::release;
    const bool turns = formula.op() == Operator::implication || formula.op() == Operator::leads_to;
    const Id left = of(formula.left(), holds != turns);
    const Id right = of(formula.right(), holds);
    switch (formula.op()) {
      case Operator::disjunction:
      case Operator::implication: return joined(either, left, right);
      case Operator::conjunction: return joined(dual(either), left, right);
      case Operator::until: return temporal(until, left, right);
      case Operator::release: return temporal(dual(until), left, right);
      case Operator::weak_until: return temporal(dual(until), right, joined(either, left, right));
      case Operator::leads_to: {
        const Id always_true = holds ? truth : falsity;
        const Id answered = temporal(until, always_true, right);
        return temporal(dual(until), always_true ^ 1U, joined(either, left, answered));
      }
      default: throw std::logic_error("no operator with two operands");
    }
  }

  Id equivalence(const Formula& formula, bool holds) {
    const Id left = of(formula.left(), true);
    const Id not_left = of(formula.left(), false);
    const Id right = of(formula.right(), holds);
    const Id not_right = of(formula.right(), !holds);
    const Id both = joined(Kind::conjunction, left, right);
    return joined(Kind::disjunction, both, joined(Kind::conjunction, not_left, not_right));
  }

  Id literal(const std::string& name, bool holds) {
    const auto atom = std::find(atoms_.begin(), atoms_.end(), name) - atoms_.begin();
    return find_or_add({holds ? Kind::positive : Kind::negative, static_cast<Id>(atom)});
  }

  /// The comments inside speak of conjunction, and hold of disjunction with everything dual.
  Id joined(Kind kind, Id a, Id b) {
    const Id neutral = kind == Kind::conjunction ? truth : falsity;
    const Id absorbing = neutral ^ 1U;
    if (a > b) std::swap(a, b);
    if (a == absorbing || contradict(a, b)) return absorbing;
    if (b == absorbing) return absorbing;
    if (a == neutral || a == b) return b;
    if (b == neutral) return a;
    // p && (p || q) is p.
    if (terms_[b].kind == dual(kind) && (terms_[b].left == a || terms_[b].right == a)) return a;
    // (p R q) && (p R r) is p R (q && r).
    const Kind spreading = kind == Kind::conjunction ? Kind::release : Kind::until;
    const Term left = terms_[a];
    const Term right = terms_[b];
    if (left.kind == spreading && right.kind == spreading && left.left == right.left)
      return temporal(spreading, left.left, joined(kind, left.right, right.right));
    // <>[]p && <>[]q is <>[](p && q).
    if (is_recurrent(dual(spreading), a) && is_recurrent(dual(spreading), b)) {
      const Id inner = joined(kind, terms_[left.right].right, terms_[right.right].right);
      return temporal(dual(spreading), left.left, temporal(spreading, neutral ^ 1U, inner));
    }
    return find_or_add({kind, a, b});
  }

  /// The comments inside speak of until, and hold of release with everything dual.
  Id temporal(Kind kind, Id a, Id b) {
    const Id open = kind == Kind::until ? truth : falsity;  // true U p is <>p
    if (b == truth || b == falsity || a == b || a == (open ^ 1U)) return b;
    const Term inner = terms_[b];
    // p U (p U q) is p U q, p U <>q is <>q.
    if (inner.kind == kind && (inner.left == a || inner.left == open)) return b;
    // <>(p U q) is <>q.
    if (inner.kind == kind && a == open) return temporal(kind, open, inner.right);
    // <>[]<>p is []<>p.
    if (a == open && is_recurrent(dual(kind), b)) return b;
    return find_or_add({kind, a, b});
  }

  /// Whether it is []<>p, with release for `kind`; with until, whether it is <>[]p.
  bool is_recurrent(Kind kind, Id id) const {
    const Id open = kind == Kind::until ? truth : falsity;
    const Term& outer = terms_[id];
    if (outer.kind != kind || outer.left != open) return false;
    const Term& inner = terms_[outer.right];
    return inner.kind == dual(kind) && inner.left == (open ^ 1U);
  }

  /// Whether they are a literal and its negation.
  bool contradict(Id a, Id b) const {
    const Term& one = terms_[a];
    const Term& other = terms_[b];
    const bool is_literal = one.kind == Kind::positive || one.kind == Kind::negative;
    return is_literal && other.kind == dual(one.kind) && one.left == other.left;
  }

  Id find_or_add(const Term& term) {
    const auto [entry, is_new] = ids_.try_emplace(term, static_cast<Id>(terms_.size()));
    if (is_new) terms_.push_back(term);
    return entry->second;
  }

  std::vector<std::string> atoms_;
  std::vector<Term> terms_;
  std::map<Term, Id> ids_;
  std::map<std::pair<const Formula*, bool>, Id> known_;
};

/// One way to meet obligations: what is read now, and what is left to be met from the next position
/// on. The acceptance set of an until is where it is not pending: it is no obligation, or it is
/// met now.
struct Move {
  std::uint64_t needs;
  std::uint64_t excludes;
  std::uint64_t accepting;
  TermSet next;

  /// Then the other is superfluous: whatever it can do from here on, this one can, reading the same
  /// word and accepting at least as often.
  bool dominates(const Move& other) const {
    return (needs & ~other.needs) == 0 && (excludes & ~other.excludes) == 0 &&
           (other.accepting & ~accepting) == 0 && next.is_within(other.next);
  }
};

/// The construction: a state is a move, and its successors are the ways to meet what it leaves.
/// Unlike in the paper, states that differ only in the obligations that they met are one.
class Construction {
 public:
  explicit Construction(const Formula& formula)
      : terms_(atoms_of(formula)), root_(terms_.of(formula, true)) {
    find_untils();
  }

  Automaton automaton() {
    TermSet first(terms_.size());
    first.insert(root_);
    obligations_id(first);
    std::vector<std::vector<Id>> moves;  // the states that meet each set of obligations
    std::size_t transitions = 0;
    for (Id i = 0; i < obligations_.size(); ++i) {
      std::vector<Id>& states = moves.emplace_back();
      for (const Move& move : moves_that_meet(obligations_[i])) states.push_back(state_id(move));
      std::sort(states.begin(), states.end());
      transitions += states.size();
      if (transitions > max_automaton_transitions) too_large();
    }
    Automaton result{terms_.atoms(), std::move(states_), moves[0],
                     static_cast<unsigned>(untils_.size())};
    transitions = 0;
    for (std::size_t i = 0; i < result.states.size(); ++i) {
      result.states[i].successors = moves[leaves_[i]];
      transitions += result.states[i].successors.size();
      if (transitions > max_automaton_transitions) too_large();
    }
    return result;
  }

 private:
  static constexpr std::size_t max_atoms = 64;
  static constexpr std::size_t max_acceptance_sets = 64;
  /// Of what takes some 10 ns each: a second at most, wherever the time goes.
  static constexpr std::size_t max_work = std::size_t{1} << 25;
  static constexpr std::size_t work_of_a_choice = 32;

  /// A move that is being made up.
  struct Draft {
    TermSet pending;
    TermSet met;
    TermSet next;
    std::uint64_t needs = 0;
    std::uint64_t excludes = 0;

    bool has(Id term) const { return met.contains(term) || pending.contains(term); }
  };

  [[noreturn]] static void too_large() {
    throw FormulaError(
        fmt::format("the formula's automaton is too large; accepted are formulas for which it has "
                    "at most {} states and {} transitions and is found in bounded time",
                    max_automaton_states, max_automaton_transitions));
  }

  static std::vector<std::string> atoms_of(const Formula& formula) {
    std::vector<std::string> names = synod::atoms(formula);
    if (names.size() > max_atoms)
      throw FormulaError(fmt::format("the formula has {} different names; accepted are at most {}",
                                     names.size(), max_atoms));
    return names;
  }

  void find_untils() {
    TermSet reached(terms_.size());
    reached.insert(root_);
    // Parts have smaller numbers.
    for (Id id = root_ + 1; id-- > 0;) {
      const Term& term = terms_[id];
      if (!reached.contains(id) || term.kind < Kind::conjunction) continue;
      reached.insert(term.left);
      reached.insert(term.right);
      if (term.kind == Kind::until) untils_.push_back(id);
    }
    if (untils_.size() > max_acceptance_sets)
      throw FormulaError(
          fmt::format("the formula promises {} different things (by <>, U and ~>, or the negation "
                      "of [], W and R); accepted are at most {}",
                      untils_.size(), max_acceptance_sets));
  }

  void spend(std::size_t work) {
    work_ += work;
    if (work_ > max_work) too_large();
  }

  Id obligations_id(const TermSet& terms) {
    const auto [entry, is_new] =
        obligations_ids_.try_emplace(terms, static_cast<Id>(obligations_.size()));
    if (is_new) obligations_.push_back(terms);
    return entry->second;
  }

  Id state_id(const Move& move) {
    const Id leaves = obligations_id(move.next);
    const auto [entry, is_new] = state_ids_.try_emplace(
        std::tuple(move.needs, move.excludes, move.accepting, leaves), states_.size());
    if (is_new) {
      if (states_.size() == max_automaton_states) too_large();
      states_.push_back({move.needs, move.excludes, move.accepting, {}});
      leaves_.push_back(leaves);
    }
    return entry->second;
  }

  /// Obliges a draft to meet a term now. False when it cannot.
  bool oblige(Draft& draft, Id id) const {
    const Term& term = terms_[id];
    switch (term.kind) {
      case Kind::truth: return true;
      case Kind::falsity: return false;
      case Kind::positive: draft.needs |= std::uint64_t{1} << term.left; break;
      case Kind::negative: draft.excludes |= std::uint64_t{1} << term.left; break;
      default:
        if (!draft.met.contains(id)) draft.pending.insert(id);
        return true;
    }
    draft.met.insert(id);
    return (draft.needs & draft.excludes) == 0;
  }

  /// All ways to meet the obligations, without those that another one dominates.
  std::vector<Move> moves_that_meet(const TermSet& obligations) {
    const TermSet none(terms_.size());
    std::vector<Draft> drafts;
    Draft first{none, none, none};
    bool possible = true;
    for (Id id = 0; id < terms_.size(); ++id)
      if (obligations.contains(id)) possible = oblige(first, id) && possible;
    if (possible) drafts.push_back(first);
    std::vector<Move> moves;
    while (!drafts.empty()) {
      Draft draft = std::move(drafts.back());
      drafts.pop_back();
      spend(work_of_a_choice);
      if (draft.pending.empty())
        add_move(moves, finished(draft));
      else
        meet_one(std::move(draft), drafts);
    }
    return moves;
  }

  /// Meets one pending term, in one way or two; pushes the drafts for which that was possible. A
  /// term is met before its parts, so that none has to be met twice.
  void meet_one(Draft draft, std::vector<Draft>& drafts) const {
    const Id id = draft.pending.last();
    const auto [kind, left, right] = terms_[id];
    draft.pending.erase(id);
    draft.met.insert(id);
    const auto push = [&](Draft one, std::initializer_list<Id> now, bool later) {
      if (later) one.next.insert(id);
      if (std::all_of(now.begin(), now.end(), [&](Id term) { return oblige(one, term); }))
        drafts.push_back(std::move(one));
    };
    switch (kind) {
      case Kind::conjunction: return push(std::move(draft), {left, right}, false);
      case Kind::disjunction:
        if (draft.has(left) || draft.has(right)) return push(std::move(draft), {}, false);
        push(draft, {right}, false);
        return push(std::move(draft), {left}, false);
      case Kind::until:
        if (draft.has(right)) return push(std::move(draft), {}, false);
        push(draft, {left}, true);
        return push(std::move(draft), {right}, false);
      case Kind::release:
        if (draft.has(left)) return push(std::move(draft), {right}, false);
        push(draft, {right}, true);
        return push(std::move(draft), {left, right}, false);
      default: throw std::logic_error("a literal is met at once");
    }
  }

  Move finished(const Draft& draft) const {
    Move move{draft.needs, draft.excludes, 0, draft.next};
    for (std::size_t i = 0; i < untils_.size(); ++i)
      if (!draft.met.contains(untils_[i]) || draft.met.contains(terms_[untils_[i]].right))
        move.accepting |= std::uint64_t{1} << i;
    return move;
  }

  void add_move(std::vector<Move>& moves, Move move) {
    spend(moves.size());
    const auto dominates_it = [&](const Move& other) { return other.dominates(move); };
    if (std::any_of(moves.begin(), moves.end(), dominates_it)) return;
    std::erase_if(moves, [&](const Move& other) { return move.dominates(other); });
    moves.push_back(std::move(move));
  }

  Terms terms_;
  Id root_;
  std::vector<Id> untils_;  ///< by acceptance set
  std::size_t work_ = 0;
  std::vector<TermSet> obligations_;
  std::map<TermSet, Id> obligations_ids_;
  std::vector<Automaton::State> states_;
  std::vector<Id> leaves_;  ///< by state: the obligations that it leaves
  std::map<std::tuple<std::uint64_t, std::uint64_t, std::uint64_t, Id>, Id> state_ids_;
};

/// Strongly connected components, numbered so that no transition leads to a greater number.
/// Tarjan, "Depth-First Search and Linear Graph Algorithms", SIAM J. Computing 1(2), 1972.
class Components {
 public:
  explicit Components(const std::vector<Automaton::State>& states)
      : states_(states), of_(states.size(), none), low_(states.size(), none) {
    for (Id root = 0; root < states.size(); ++root)
      if (low_[root] == none) search(root);
    for (Id i = 0; i < states.size(); ++i) add_facts(i);
  }

  Id of(Id state) const { return of_[state]; }
  /// Whether a run can stay in the state's component.
  bool is_cyclic(Id state) const { return facts_[of_[state]].cyclic; }
  /// Whether a run can stay there and accept.
  bool is_accepting(Id state, std::uint64_t all_sets) const {
    const Facts& facts = facts_[of_[state]];
    return facts.cyclic && facts.accepting == all_sets;
  }

 private:
  static constexpr Id none = std::numeric_limits<Id>::max();
  struct Facts {
    bool cyclic = false;
    std::uint64_t accepting = 0;
  };
  struct Frame {
    Id state;
    Id number;
    std::size_t successor;
  };

  void search(Id root) {
    std::vector<Frame> frames;
    enter(root, frames);
    while (!frames.empty()) {
      Frame& top = frames.back();
      const Id state = top.state;
      if (top.successor < states_[state].successors.size()) {
        const Id to = states_[state].successors[top.successor++];
        if (low_[to] == none)
          enter(to, frames);
        else if (of_[to] == none)
          low_[state] = std::min(low_[state], low_[to]);
        continue;
      }
      const Id number = top.number;
      frames.pop_back();
      if (!frames.empty()) {
        const Id parent = frames.back().state;
        low_[parent] = std::min(low_[parent], low_[state]);
      }
      if (low_[state] == number) close(state);
    }
  }

  void enter(Id state, std::vector<Frame>& frames) {
    low_[state] = visited_;
    frames.push_back({state, visited_++, 0});
    open_.push_back(state);
  }

  void close(Id state) {
    Id member = none;
    do {
      member = open_.back();
      open_.pop_back();
      of_[member] = count_;
    } while (member != state);
    ++count_;
  }

  void add_facts(Id state) {
    facts_.resize(count_);
    Facts& facts = facts_[of_[state]];
    facts.accepting |= states_[state].accepting;
    for (const Id to : states_[state].successors)
      if (of_[to] == of_[state]) facts.cyclic = true;
  }

  const std::vector<Automaton::State>& states_;
  std::vector<Id> of_;
  std::vector<Id> low_;
  std::vector<Id> open_;
  std::vector<Facts> facts_;
  Id visited_ = 0;
  Id count_ = 0;
};

std::uint64_t all_sets(unsigned sets) { return sets == 0 ? 0 : ~std::uint64_t{0} >> (64 - sets); }

/// The number of a state that is no more. In what follows, number[i] is what state i becomes.
constexpr Id gone = std::numeric_limits<Id>::max();

std::vector<Id> renumbered(const std::vector<Id>& states, const std::vector<Id>& number) {
  std::vector<Id> result;
  for (const Id state : states)
    if (number[state] != gone) result.push_back(number[state]);
  std::sort(result.begin(), result.end());
  result.erase(std::unique(result.begin(), result.end()), result.end());
  return result;
}

/// Each new state is what the last of the old ones was that become it.
void renumber(Automaton& automaton, const std::vector<Id>& number, std::size_t count) {
  std::vector<Automaton::State> states(count);
  for (std::size_t i = 0; i < number.size(); ++i) {
    if (number[i] == gone) continue;
    Automaton::State& state = automaton.states[i];
    state.successors = renumbered(state.successors, number);
    states[number[i]] = std::move(state);
  }
  automaton.states = std::move(states);
  automaton.initial = renumbered(automaton.initial, number);
}

/// Drops the states that no accepting run visits; numbers the others in breadth-first order.
void trim(Automaton& automaton) {
  const std::vector<Automaton::State>& states = automaton.states;
  const Components components(states);
  const std::uint64_t all = all_sets(automaton.acceptance_sets);
  std::vector<std::vector<Id>> predecessors(states.size());
  std::vector<Id> live;
  std::vector<bool> is_live(states.size());
  const auto mark = [&](Id state) {
    if (!is_live[state]) live.push_back(state);
    is_live[state] = true;
  };
  for (Id i = 0; i < states.size(); ++i) {
    for (const Id to : states[i].successors) predecessors[to].push_back(i);
    if (components.is_accepting(i, all)) mark(i);
  }
  for (std::size_t i = 0; i < live.size(); ++i)
    for (const Id from : predecessors[live[i]]) mark(from);

  std::vector<Id> number(states.size(), gone);
  std::vector<Id> found;
  const auto find = [&](const std::vector<Id>& some) {
    for (const Id state : some)
      if (is_live[state] && number[state] == gone) {
        number[state] = static_cast<Id>(found.size());
        found.push_back(state);
      }
  };
  find(automaton.initial);
  for (std::size_t i = 0; i < found.size(); ++i) find(states[found[i]].successors);
  renumber(automaton, number, found.size());
}

/// Whether one acceptance set says nothing that the others do not. Where no run can stay, and where
/// none that stays accepts, states are in no set.
bool is_superfluous(const Automaton& automaton, const Components& components, unsigned set) {
  const auto is_in = [&](Id state, unsigned one) {
    return (automaton.states[state].accepting >> one & 1) != 0;
  };
  // A set with all cycles says nothing; of two sets one within the other, the larger says nothing.
  bool holds_all = true;
  std::uint64_t within = all_sets(automaton.acceptance_sets) & ~(std::uint64_t{1} << set);
  for (Id state = 0; state < automaton.states.size(); ++state) {
    if (is_in(state, set) || !components.is_cyclic(state)) continue;
    holds_all = false;
    within &= ~automaton.states[state].accepting;
  }
  return holds_all || within != 0;
}

/// Removes acceptance sets, and states from them, without which as much is accepted.
void reduce_acceptance(Automaton& automaton) {
  const Components components(automaton.states);
  const std::uint64_t all = all_sets(automaton.acceptance_sets);
  for (Id i = 0; i < automaton.states.size(); ++i)
    if (!components.is_accepting(i, all)) automaton.states[i].accepting = 0;
  for (unsigned set = automaton.acceptance_sets; set-- > 0;) {
    if (!is_superfluous(automaton, components, set)) continue;
    const std::uint64_t below = (std::uint64_t{1} << set) - 1;
    for (Automaton::State& state : automaton.states)
      state.accepting = (state.accepting & below) | (state.accepting >> 1 & ~below);
    --automaton.acceptance_sets;
  }
}

/// Merges states that read the same, are in the same acceptance sets and go to states that are
/// merged: the coarsest such partition, by refinement.
void merge(Automaton& automaton) {
  std::vector<Id> part(automaton.states.size());
  std::size_t count = 0;
  for (bool refined = true; refined;) {
    using Signature = std::tuple<std::uint64_t, std::uint64_t, std::uint64_t, Id, std::vector<Id>>;
    std::map<Signature, Id> parts;
    std::vector<Id> finer(part.size());
    for (std::size_t i = 0; i < part.size(); ++i) {
      const Automaton::State& state = automaton.states[i];
      finer[i] = parts
                     .try_emplace({state.needs, state.excludes, state.accepting, part[i],
                                   renumbered(state.successors, part)},
                                  static_cast<Id>(parts.size()))
                     .first->second;
    }
    refined = parts.size() > count;
    count = parts.size();
    part = std::move(finer);
  }
  renumber(automaton, part, count);
}

/// Which states simulate which: they read at least as much, are in at least the same acceptance
/// sets, and for each successor of the simulated state have one that simulates it. What a state
/// accepts, those that simulate it accept too.
class Simulation {
 public:
  /// Time grows with the fourth power of the states; larger automata keep what they have.
  static constexpr std::size_t max_states = 256;

  explicit Simulation(const std::vector<Automaton::State>& states)
      : states_(states), simulates_(states.size()), successors_(states.size()) {
    for (Id i = 0; i < states.size(); ++i) {
      for (const Id to : states[i].successors) successors_[i].set(to);
      for (Id by = 0; by < states.size(); ++by)
        if (compares(states[i], states[by])) simulates_[i].set(by);
    }
    for (bool changed = true; changed;) {
      changed = false;
      for (Id i = 0; i < states.size(); ++i)
        for (Id by = 0; by < states.size(); ++by)
          if (simulates_[i].test(by) && !follows(i, by)) {
            simulates_[i].reset(by);
            changed = true;
          }
    }
  }

  /// Each state by the first of those that it and that simulate each other, and none that another
  /// one simulates. Bustan, Grumberg, "Simulation-Based Minimization", TOCL 4(2), 2003.
  std::vector<Id> without_simulated(std::vector<Id> states) const {
    for (Id& state : states)
      for (Id equal = 0; equal < state; ++equal)
        if (simulated(state, equal) && simulated(equal, state)) state = equal;
    std::sort(states.begin(), states.end());
    states.erase(std::unique(states.begin(), states.end()), states.end());
    std::vector<Id> result;
    for (const Id state : states)
      if (std::none_of(states.begin(), states.end(),
                       [&](Id by) { return by != state && simulated(state, by); }))
        result.push_back(state);
    return result;
  }

 private:
  using States = std::bitset<max_states>;

  static bool compares(const Automaton::State& state, const Automaton::State& by) {
    return (by.needs & ~state.needs) == 0 && (by.excludes & ~state.excludes) == 0 &&
           (state.accepting & ~by.accepting) == 0;
  }
  bool simulated(Id state, Id by) const { return simulates_[state].test(by); }
  bool follows(Id state, Id by) const {
    const std::vector<Id>& successors = states_[state].successors;
    return std::all_of(successors.begin(), successors.end(),
                       [&](Id to) { return (simulates_[to] & successors_[by]).any(); });
  }

  const std::vector<Automaton::State>& states_;
  std::vector<States> simulates_;  ///< by state: those that simulate it
  std::vector<States> successors_;
};

/// Removes the transitions to states for which another successor of the same state can stand in.
void drop_simulated(Automaton& automaton) {
  if (automaton.states.size() > Simulation::max_states) return;
  std::vector<std::vector<Id>> successors;
  const Simulation simulation(automaton.states);
  for (const Automaton::State& state : automaton.states)
    successors.push_back(simulation.without_simulated(state.successors));
  automaton.initial = simulation.without_simulated(automaton.initial);
  for (std::size_t i = 0; i < successors.size(); ++i)
    automaton.states[i].successors = std::move(successors[i]);
}

}  // namespace

Automaton translate(const Formula& formula) {
  Automaton automaton = Construction(formula).automaton();
  trim(automaton);
  for (std::size_t before = automaton.states.size() + 1; automaton.states.size() < before;) {
    before = automaton.states.size();
    reduce_acceptance(automaton);
    merge(automaton);
    drop_simulated(automaton);
    trim(automaton);
  }
  return automaton;
}

}  // namespace synod
