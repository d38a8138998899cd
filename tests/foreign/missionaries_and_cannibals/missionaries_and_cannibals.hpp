// The module MissionariesAndCannibals of the folder of that name in tlaplus/Examples (32a32c7), of
// L. Lamport: how all get over the river.
#pragma once

#include "checker/vocabulary/machine.hpp"

namespace synod::missionaries_and_cannibals {

/// The disjuncts of IsSafe. TLC counts a step for each that is true, and so does this model.
enum class Safe : std::uint8_t { all_cannibals, not_outnumbered };

template <class Mode>
struct MissionariesAndCannibals : Machine<Mode> {
  using Machine<Mode>::Machine;

  // Constants
  const int missionaries = this->parameter("missionaries");
  const int cannibals = this->parameter("cannibals");
  const Domain Person = enumeration("person", names(missionaries, cannibals));
  const Domain Bank = enumeration("bank", {"E", "W"});
  const Domain Safety = enumeration("safe", {"all_cannibals", "not_outnumbered"});

  // Variables
  Scalar<Mode> bank_of_boat{*this, "bank_of_boat", Bank};
  Sets<Mode> who_is_on_bank{*this, "who_is_on_bank", Bank, Person};

  static std::vector<std::string> names(int missionaries, int cannibals) {
    std::vector<std::string> all;
    for (int i = 1; i <= missionaries; ++i) all.push_back("m" + std::to_string(i));
    for (int i = 1; i <= cannibals; ++i) all.push_back("c" + std::to_string(i));
    return all;
  }

  MemberSet Cannibals() const {
    return set_of(Person, [&](int p) { return p >= missionaries; });
  }

  bool IsSafe(MemberSet S, Safe how) const {
    if (how == Safe::all_cannibals) return S <= Cannibals();
    return (S & Cannibals()).size() <= (S - Cannibals()).size();
  }

  void Init() { who_is_on_bank[0] = set_of(Person); }

  void Move(MemberSet S, int here, int there) {
    const int b = bank_of_boat;
    WHEN(one_or_two, S.size() == 1 || S.size() == 2);
    WHEN(on_this_bank, S <= who_is_on_bank[b]);
    WHEN(safe_here, IsSafe(who_is_on_bank[b] - S, Safe(here)));
    WHEN(safe_there, IsSafe(who_is_on_bank[1 - b] | S, Safe(there)));
    THEN(cross, bank_of_boat = 1 - b);
    THEN(leave, who_is_on_bank[b] = who_is_on_bank[b] - S);
    THEN(arrive, who_is_on_bank[1 - b] = who_is_on_bank[1 - b] | S);
  }

  void Next() { ACTION(Move, subsets(Person), Safety, Safety); }
};

}  // namespace synod::missionaries_and_cannibals
