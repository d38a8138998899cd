// What every protocol of the catalogue has to pass, given the tables of its test file. Each check
// returns what is wrong, one line each; an empty string is success.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "checker/vocabulary/system.hpp"

namespace synod::test {

/// The counts of an instance; the catalogue pins the same, and TLC found them.
struct PinnedCount {
  std::string instance;
  std::uint64_t distinct;
  std::uint64_t generated;
  std::uint64_t depth;
};

/// A conjunct without which a property fails: in which instance first, and how soon. Where the
/// quick instances are too small for that, a mutant is named, whose parameters are large enough.
struct NeededConjunct {
  std::string part;  ///< ACTION.CONJUNCT
  std::string instance;
  std::string property;
  std::uint64_t length;  ///< states of the counterexample
};

/// How a property is broken: under which parameters, without which parts. A witness is broken when
/// it cannot be reached.
struct Breaker {
  std::string property;
  std::string parameters;
  std::vector<std::string> without;
};

/// All instances of a tier have these counts, and there are no others.
std::string count_faults(const System& system, Tier tier, const std::vector<PinnedCount>& pinned);

/// What TLC recorded for the instances of a tier equals what the catalogue pins.
std::string record_faults(const System& system, Tier tier, const std::string& record);

/// Every mutant is refuted as the catalogue says.
std::string mutant_faults(const System& system);

/// Every conjunct is needed as the table says, or is listed as not needed and is not.
std::string conjunct_faults(const System& system, const std::vector<NeededConjunct>& needed);

/// Every property is broken as the table says, or is listed in `unbroken`: no mutant and no single
/// part left out, under the parameters of the first instance or under `more`, breaks it within
/// 150,000 states. What only gives a state predicate a name is left out.
std::string breaker_faults(const System& system, const std::vector<Breaker>& breakers,
                           const std::vector<std::string>& unbroken, const std::string& more = "");

/// Every temporal claim holds in a quick instance, and there needs each of its assumptions: without
/// it, or with weak fairness in place of strong, the claim is violated in one of the quick
/// instances where it holds. A claim that holds nowhere is violated where the catalogue says that
/// it is refuted: in a quick instance, or by a mutant.
std::string assumption_faults(const System& system);

/// Every always and step property names witnesses, which are reachable properties.
std::string witness_faults(const System& system);

}  // namespace synod::test
