// The automaton of a formula: it accepts the infinite words at whose beginning the formula holds.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "checker/liveness/ltl.hpp"

namespace synod {

/// A generalised Buechi automaton that reads a letter in a state, not on the way between two. A run
/// on letters a0 a1 ... is a path q0 q1 ... from an initial state, where every q reads its a. It
/// accepts if it is in each of the acceptance sets infinitely often.
struct Automaton {
  struct State {
    std::uint64_t needs = 0;      ///< atoms that are true in every letter that it reads
    std::uint64_t excludes = 0;   ///< atoms that are false
    std::uint64_t accepting = 0;  ///< the acceptance sets that it is in; 0 where no run can stay
    std::vector<std::uint32_t> successors;  ///< ascending, at least one

    bool reads(std::uint64_t letter) const {
      return (letter & needs) == needs && (letter & excludes) == 0;
    }
    friend bool operator==(const State&, const State&) = default;
  };

  std::vector<std::string> atoms;      ///< bit i of a letter is atoms[i]
  std::vector<State> states;           ///< all reachable; from each some word is accepted
  std::vector<std::uint32_t> initial;  ///< ascending; none when nothing is accepted
  unsigned acceptance_sets = 0;        ///< without any, every infinite run accepts
};

/// What an automaton may have at most, before it is reduced.
constexpr std::size_t max_automaton_states = 4096;
constexpr std::size_t max_automaton_transitions = std::size_t{1} << 20;

/// The automaton of a formula, the same in every run. Its atoms are those of the formula. Throws
/// FormulaError when there are more than 64 atoms or acceptance sets, or when the automaton, or the
/// work of finding it, is too large; it can grow exponentially with the formula.
///
/// Gerth, Peled, Vardi, Wolper, "Simple On-the-fly Automatic Verification of Linear Temporal
/// Logic", PSTV 1995.
Automaton translate(const Formula& formula);

}  // namespace synod
