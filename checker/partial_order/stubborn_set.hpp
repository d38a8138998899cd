// Which of the actions that are enabled in a state have to be explored: those in a stubborn set.
// A. Valmari's strong ones, from guards as A. Laarman, E. Pater, J. van de Pol, H. Hansen,
// "Guard-based Partial-Order Reduction", STTT 18, 2016; asked questions as L. M. Kristensen,
// K. Schmidt, A. Valmari, "Question-guided Stubborn Set Methods for State Properties", Formal
// Methods in System Design 29, 2006.
//
// Two action instances are dependent when one may write what the other reads or writes. In a state
// s, the set T of action instances is stubborn when
//
//   (closed)   with one that is enabled, it has all that are dependent on it; with one that is
//              disabled, all that may write what one of its false conjuncts or bounds reads, or
//              what it looks up outside of them;
//   (deadlock) if deadlocks are asked for, it has one that is enabled, if there is one;
//   (claims)   for every claim that is open, it has all that may write what its predicate reads;
//   (actions)  for every action that has not fired yet and is disabled in s, it has for each
//              instance of that what (closed) asks for when it is disabled.
//
// What is looked for: a state where the predicate of an open claim has another value than now, or
// before a step that violates a claim about steps, or without successor, or where an action that
// has not fired is enabled. Take a shortest run t1, ..., tn from s to such a state, and let s not
// be one. Then some ti is in T: by (claims), for what no action of the run writes has the value
// that it has in s; by (actions) likewise; and of a state without successor by (deadlock), since
// what is outside T leaves what is enabled in T enabled, by (closed). Let ti be the first. It is
// enabled in s, as otherwise one of those before it were in T, by (closed). All those are
// independent of it, so that ti, t1, ..., ti-1, ti+1, ..., tn is a run as well and ends in the same
// state. Its first step is explored, and leads to a state from which what is looked for is one step
// nearer. So it is found, as near as it is among all states, however the search goes on: no proviso
// about cycles is needed.
//
// Of a claim about steps, the step that violates it, if it may not be violated by a step that
// changes nothing that it reads, is one of an action in T; take it as tn+1 above. If it is itself
// the first in T, it is enabled in s, where what the claim reads has the values that it has before
// tn+1, and violates it there already.
//
// What is not looked for is a step out of the declared ranges: where one is met it is seen, but
// there may be others.
#pragma once

#include <cstdint>
#include <vector>

#include "checker/partial_order/facts.hpp"

namespace synod {

/// A set of action instances, by label.
class LabelSet {
 public:
  explicit LabelSet(std::size_t labels = 0) : words_((labels + 63) / 64) {}

  bool contains(std::uint32_t label) const { return (words_[label / 64] >> (label % 64) & 1) != 0; }
  void insert(std::uint32_t label) { words_[label / 64] |= std::uint64_t{1} << (label % 64); }
  void clear() { words_.assign(words_.size(), 0); }
  void add(const LabelSet& others) {
    for (std::size_t i = 0; i < words_.size(); ++i) words_[i] |= others.words_[i];
  }
  /// The same, and lists those that are new.
  void add(const LabelSet& others, std::vector<std::uint32_t>& added);
  /// How many are in both.
  std::size_t common(const LabelSet& others) const;

 private:
  std::vector<std::uint64_t> words_;
};

class StubbornSets {
 public:
  /// `actions` says for each label the index of its action.
  StubbornSets(const Facts& facts, std::vector<std::size_t> actions);

  /// What is looked for.
  struct Questions {
    PropertySet claims = 0;  ///< about states and steps
    bool deadlocks = false;
    std::vector<bool> not_fired;  ///< by action: whether it is looked for
  };
  /// A state, as far as it matters here.
  struct State {
    const LabelSet* enabled;
    const std::uint32_t* labels;   ///< the same, in order,
    std::size_t count;             ///< so many
    const std::uint8_t* refusals;  ///< by label, as Expansion::refusals
  };
  /// What `choose` works with; one for each thread.
  struct Scratch {
    LabelSet chosen;
    LabelSet trial;
    std::vector<std::uint32_t> added;
    std::vector<bool> fires;  ///< by action: whether it is enabled
  };

  /// A stubborn set, which `scratch` has room for: of those that begin with what is asked for, and
  /// if need be with one of the enabled action instances, one that has the fewest enabled.
  const LabelSet& choose(const State& state, const Questions& questions, Scratch& scratch) const;

 private:
  const LabelSet& enablers(std::uint32_t label, std::uint8_t refusal) const;
  void add_questions(const State& state, const Questions& questions, Scratch& scratch) const;
  void close(LabelSet& set, const State& state, std::vector<std::uint32_t>& added) const;

  /// What to add to a set for the sake of one action instance.
  struct Rows {
    LabelSet dependent;             ///< itself among them
    std::vector<LabelSet> refused;  ///< by guard: where that is false
    LabelSet absent;                ///< where its messages are not there
    LabelSet disabled;              ///< where nothing else is known
  };
  std::vector<Rows> rows_;
  std::vector<LabelSet> claims_;  ///< by property: what may change its predicate
  std::vector<std::size_t> actions_;
};

}  // namespace synod
