// Whether a proof and a model are about the same protocol: the invariant holds in the states that
// the model reaches, the proof's actions take the model's steps and no others, and no state that
// breaks a claim of the model satisfies what the proof claims under the same name.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "checker/proof/solve.hpp"
#include "checker/proof/structure.hpp"

namespace synod::proof {

struct CorrespondenceOptions {
  std::uint64_t most_states = 1'000'000;  ///< that are visited, at most
  bool invariant = true;        ///< evaluated in each of them, and the claims; else only actions
                                ///< are compared
  std::size_t sampled = 100;    ///< states in which all actions are compared; and for each
                                ///< action as many in which it is enabled
  std::size_t mutated = 1'000;  ///< post-states made up for each action, at least
  std::uint64_t seed = 1;
  Interruption interrupted = nullptr;
};

/// Of one claim of the model that the proof makes too, both of states or both of steps: made-up
/// states, or steps to them, in which the two were judged.
struct ClaimComparison {
  std::uint64_t kept = 0;    ///< that satisfy the model's
  std::uint64_t broken = 0;  ///< that do not; nor the proof's
};

/// Of one action, what was compared.
struct ActionComparison {
  std::uint64_t refused = 0;   ///< instances that neither the model nor the proof allows
  std::uint64_t cut = 0;       ///< that a bound of the model cuts off: a proof has no bounds
  std::uint64_t steps = 0;     ///< that both allow, to the same state
  std::uint64_t rejected = 0;  ///< made-up states after it, that the proof does not allow
  std::uint64_t alike = 0;     ///< made-up states that are the right one in the proof's terms
};

enum class Agreement : std::uint8_t { agrees, differs, unknown };
/// Of all comparisons with one model; of none, unknown.
Agreement whole(const std::vector<Agreement>& parts);

struct Correspondence {
  std::uint64_t states = 0;  ///< that were visited
  bool complete = false;     ///< these are all that the model reaches
  bool interrupted = false;  ///< before all was compared
  std::map<std::string, ActionComparison> actions;
  std::map<std::string, ClaimComparison> claims;
  std::uint64_t steps = 0;          ///< of all actions
  std::uint64_t rejected = 0;       ///< likewise
  std::vector<std::string> faults;  ///< where they differ, a line each, at most a few

  /// What differs does so, whatever else was not compared.
  Agreement agreement() const {
    if (!faults.empty()) return Agreement::differs;
    return complete && !interrupted ? Agreement::agrees : Agreement::unknown;
  }
};

/// Compares under given parameters, which the proof has to cover. An action about a message has
/// the message's fields as arguments in the proof; one about messages of whatever type is an action
/// for each type there, its name with the type's: LoseMessage_Vote.
Correspondence compare(const Modelled& modelled, const System& system, const Parameters& parameters,
                       const CorrespondenceOptions& options = {});

/// Compares with instances of the catalogue that the proof covers, the smallest first, and calls
/// `visit` with each; those that offer no action that is still to be compared are left out, and so
/// are those of more than `most_states`. Ends with one that was interrupted. Returns the actions of
/// the proof of which no step was compared.
std::vector<std::string> compare_all_actions(
    const Modelled& modelled, const System& system, std::uint64_t most_states,
    const std::function<void(const Instance&, const Correspondence&)>& visit,
    const CorrespondenceOptions& options = {});

}  // namespace synod::proof
