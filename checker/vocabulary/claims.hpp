// Claims: what a model promises, and how each promise is kept from holding vacuously.
//
// A predicate is a generic lambda over the model, so that it is compiled into the search with no
// call through a pointer, and again for explanation:
//
//   always("Agreement", "[L01] section 2.1: ...", [](const auto& s) { ... }).witness("Chosen")
//   step("Irrevocable", "...", [](const auto& before, const auto& after) { ... })
//   reachable("Chosen", "...", [](const auto& s) { ... }).if_parameters(...)
//   always_possible("CanFinish", "...", [](const auto& s) { ... })
//   always_possible(...).from("Chosen")       from the states of that witness only
//   named("Decided", "...", [](const auto& s) { ... })      for formulas; claims nothing
//   reachable("ChoseZero", ...).decides("0")                what valence is about
//   temporal("Terminates", "...", "Asked ~> Decided").assuming("WF(Answer by acceptor)")
//   proper_end([](const auto& s) { ... })     states that may have no successor
#pragma once

#include <functional>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "checker/search/transition_system.hpp"
#include "checker/vocabulary/parameters.hpp"

namespace synod {

template <PropertyKind Kind, class Predicate>
struct Claim {
  static constexpr PropertyKind kind = Kind;
  PropertyInfo info;
  Predicate predicate;
  std::function<bool(const Parameters&)> applies = [](const Parameters&) { return true; };
  std::function<bool(const Parameters&)> refuted = [](const Parameters&) { return false; };

  /// Without this reachable property, the claim would hold vacuously.
  Claim witness(const std::string& name) && {
    info.witnesses.push_back(name);
    return std::move(*this);
  }
  /// Claimed of those states only where this reachable property holds: its witness as well.
  Claim from(const std::string& name) && {
    static_assert(Kind == PropertyKind::always_possible);
    info.from = name;
    return std::move(*this).witness(name);
  }
  /// Only behaviours that are fair in this way: "WF(Action)" weakly, "SF(Action)" strongly; see
  /// checker/liveness/fairness.hpp.
  Claim assuming(const std::string& fairness) && {
    static_assert(Kind == PropertyKind::temporal);
    info.fairness.push_back(fairness);
    return std::move(*this);
  }
  /// Where this predicate holds, the value has been decided: what valence is about.
  Claim decides(const std::string& value) && {
    static_assert(Kind == PropertyKind::reachable || Kind == PropertyKind::named);
    info.decides = value;
    return std::move(*this);
  }
  /// Under these parameters the claim is false, which a run that asks for it by name shows.
  Claim refuted_if(std::function<bool(const Parameters&)> condition) && {
    refuted = std::move(condition);
    return std::move(*this);
  }
  Claim refuted_always() && {
    return std::move(*this).refuted_if([](const Parameters&) { return true; });
  }
  /// The claim is not applicable under other parameters.
  Claim if_parameters(std::function<bool(const Parameters&)> condition) && {
    applies = std::move(condition);
    return std::move(*this);
  }
};

template <PropertyKind Kind, class Predicate>
Claim<Kind, Predicate> make_claim(std::string name, std::string because, Predicate predicate) {
  return {{std::move(name), Kind, std::move(because), {}, true}, std::move(predicate)};
}

template <class Predicate>
auto always(std::string name, std::string because, Predicate predicate) {
  return make_claim<PropertyKind::always>(std::move(name), std::move(because), predicate);
}
template <class Predicate>
auto step(std::string name, std::string because, Predicate predicate) {
  return make_claim<PropertyKind::step>(std::move(name), std::move(because), predicate);
}
template <class Predicate>
auto reachable(std::string name, std::string because, Predicate predicate) {
  return make_claim<PropertyKind::reachable>(std::move(name), std::move(because), predicate);
}
template <class Predicate>
auto always_possible(std::string name, std::string because, Predicate predicate) {
  return make_claim<PropertyKind::always_possible>(std::move(name), std::move(because), predicate);
}
/// A state predicate for the formulas of temporal claims.
template <class Predicate>
auto named(std::string name, std::string meaning, Predicate predicate) {
  return make_claim<PropertyKind::named>(std::move(name), std::move(meaning), predicate);
}
/// A temporal claim has no predicate of its own.
struct OfBehaviours {};

/// Every fair behaviour satisfies a formula of linear temporal logic over the names of state
/// predicates of these claims; see checker/liveness/ltl.hpp.
inline auto temporal(std::string name, std::string because, std::string formula) {
  auto claim =
      make_claim<PropertyKind::temporal>(std::move(name), std::move(because), OfBehaviours{});
  claim.info.formula = std::move(formula);
  return claim;
}

/// The states that may have no successor; any other without one is a deadlock.
template <class Predicate>
auto proper_end(std::string because, Predicate predicate) {
  return make_claim<PropertyKind::deadlock_free>("NoDeadlock", std::move(because), predicate);
}

template <class... Claims>
auto claims(Claims... all) {
  static_assert(sizeof...(Claims) + 1 <= max_properties);
  return std::tuple<Claims...>{std::move(all)...};
}

}  // namespace synod
