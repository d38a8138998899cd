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
//   initially("Empty", "...", [](const auto& s) { ... })    in every initial state
//   constraint("Small", "...", [](const auto& s) { ... })   steps out of these states are cut off
//
// A claim may be about every member of domains of the model, which its predicate then is given:
//
//   always("Once", "...", FOR_EVERY(Request), [](const auto& s, int r) { ... })
//   named("Ahead", "...", FOR_EVERY(Process), FOR_EVERY(Process),
//         [](const auto& s, int p, int q) { ... })     in formulas: Ahead(p1, p2)
//
// always, step and initially are about all members together; each member apart has to be reachable
// and always possible, and its name may stand in a formula.
#pragma once

#include <functional>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "checker/search/transition_system.hpp"
#include "checker/vocabulary/parameters.hpp"

/// The members of a domain of the model, by the domain's name in the model.
#define FOR_EVERY(domain)                                          \
  synod::ForEvery {                                                \
    [](const auto& s) -> const synod::Domain& { return s.domain; } \
  }

namespace synod {

template <class DomainOf>
struct ForEvery {
  DomainOf domain_of;
};
template <class DomainOf>
ForEvery(DomainOf) -> ForEvery<DomainOf>;

/// A predicate of a state, or of a step, and of a member of each of some domains.
template <class Predicate, class... DomainsOf>
struct OfMembers {
  Predicate predicate;
  std::tuple<ForEvery<DomainsOf>...> domains;

  /// Whether holds(members...) for all of them; looks no further than the first for which not.
  template <class Model, class Holds, class... Members>
  bool all(const Model& model, Holds&& holds, Members... members) const {
    constexpr std::size_t at = sizeof...(Members);
    if constexpr (at == sizeof...(DomainsOf)) {
      return holds(members...);
    } else {
      for (const int member : std::get<at>(domains).domain_of(model))
        if (!all(model, holds, members..., member)) return false;
      return true;
    }
  }

  /// Of all members together; the model notes the first that fails.
  template <class Model>
  bool operator()(const Model& model) const {
    return all(model, [&](auto... members) {
      return predicate(model, members...) || note(model, members...);
    });
  }
  template <class Model>
  bool operator()(const Model& before, const Model& after) const {
    return all(after, [&](auto... members) {
      return predicate(before, after, members...) || note(after, members...);
    });
  }

  /// The members' names: "p1, p2".
  template <class Model, class... Members>
  std::string text(const Model& model, Members... members) const {
    const int given[] = {members...};
    return joined([&](auto at, const auto& domain) { return domain.label(given[at]); }, model);
  }
  /// The domains' names: "process, process".
  template <class Model>
  std::string domain_names(const Model& model) const {
    return joined([](auto, const auto& domain) { return domain.name; }, model);
  }

 private:
  template <class Model, class... Members>
  bool note(const Model& model, Members... members) const {
    if constexpr (Model::observed) model.note_failed_member(text(model, members...));
    return false;
  }
  template <class Word, class Model>
  std::string joined(Word&& word, const Model& model) const {
    std::string result;
    [&]<std::size_t... I>(std::index_sequence<I...>) {
      ((result += (I == 0 ? "" : ", ") + word(std::integral_constant<std::size_t, I>{},
                                              std::get<I>(domains).domain_of(model))),
       ...);
    }(std::index_sequence_for<DomainsOf...>{});
    return result;
  }
};

template <class Predicate>
inline constexpr bool is_of_members = false;
template <class Predicate, class... DomainsOf>
inline constexpr bool is_of_members<OfMembers<Predicate, DomainsOf...>> = true;

/// Whether a claim of this kind about members is a property of its own for each of them.
constexpr bool is_judged_apart(PropertyKind kind) {
  return kind == PropertyKind::reachable || kind == PropertyKind::always_possible ||
         kind == PropertyKind::named;
}

template <PropertyKind Kind, class Predicate>
struct Claim {
  static constexpr PropertyKind kind = Kind;
  static constexpr bool of_members = is_of_members<Predicate>;
  static constexpr bool apart = of_members && is_judged_apart(Kind);
  PropertyInfo info;
  Predicate predicate;
  std::function<bool(const Parameters&)> applies = [](const Parameters&) { return true; };
  std::function<bool(const Parameters&)> refuted = [](const Parameters&) { return false; };
  std::function<bool(const Parameters&)> costly = [](const Parameters&) { return false; };

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
  /// Under these parameters it takes minutes, or much memory, to judge: a run that asks for it by
  /// name does.
  Claim costly_if(std::function<bool(const Parameters&)> condition) && {
    costly = std::move(condition);
    return std::move(*this);
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
template <PropertyKind Kind, class DomainOf, class Predicate>
auto make_claim(std::string name, std::string because, ForEvery<DomainOf> one,
                Predicate predicate) {
  return make_claim<Kind>(std::move(name), std::move(because),
                          OfMembers<Predicate, DomainOf>{predicate, {one}});
}
template <PropertyKind Kind, class FirstOf, class SecondOf, class Predicate>
auto make_claim(std::string name, std::string because, ForEvery<FirstOf> first,
                ForEvery<SecondOf> second, Predicate predicate) {
  return make_claim<Kind>(std::move(name), std::move(because),
                          OfMembers<Predicate, FirstOf, SecondOf>{predicate, {first, second}});
}

// `about` is a predicate, or FOR_EVERY(...) once or twice and a predicate.

template <class... About>
auto always(std::string name, std::string because, About... about) {
  return make_claim<PropertyKind::always>(std::move(name), std::move(because), about...);
}
template <class... About>
auto step(std::string name, std::string because, About... about) {
  return make_claim<PropertyKind::step>(std::move(name), std::move(because), about...);
}
template <class... About>
auto initially(std::string name, std::string because, About... about) {
  return make_claim<PropertyKind::initially>(std::move(name), std::move(because), about...);
}
template <class... About>
auto reachable(std::string name, std::string because, About... about) {
  return make_claim<PropertyKind::reachable>(std::move(name), std::move(because), about...);
}
template <class... About>
auto always_possible(std::string name, std::string because, About... about) {
  return make_claim<PropertyKind::always_possible>(std::move(name), std::move(because), about...);
}
/// A state predicate for the formulas of temporal claims.
template <class... About>
auto named(std::string name, std::string because, About... about) {
  return make_claim<PropertyKind::named>(std::move(name), std::move(because), about...);
}
/// The search goes no further than these states: a step to any other is cut off, as by a bound.
template <class Predicate>
auto constraint(std::string name, std::string because, Predicate predicate) {
  return make_claim<PropertyKind::constraint>(std::move(name), std::move(because), predicate);
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
