// What consensus asks for, and which of it each candidate keeps. The sources are in flp.hpp.
#pragma once

#include "checker/vocabulary/claims.hpp"
#include "model/flp/flp.hpp"

namespace synod::flp {

// Of the parameters

inline Candidate candidate_of(const Parameters& p) {
  return static_cast<Candidate>(p["candidate"]);
}
inline bool in_rounds(const Parameters& p) { return candidate_of(p) == Candidate::rounds; }
inline bool somebody_crashes(const Parameters& p) { return p["crashes"] != 0; }
inline bool agrees(const Parameters& p) { return candidate_of(p) != Candidate::all_but_one; }
/// A process that says nothing keeps another from going on.
inline bool waits_for_one(const Parameters& p) {
  const Candidate candidate = candidate_of(p);
  return candidate == Candidate::all || candidate == Candidate::leader ||
         (in_rounds(p) && p["processes"] == 2);
}
inline bool may_block(const Parameters& p) { return somebody_crashes(p) && waits_for_one(p); }
inline bool all_is_claimed(const Parameters& p) { return p["claim"] != 0; }

// Of a state

inline bool decided(const auto& s, int p) { return s.y[p] != none; }
/// Whoever is up has decided; and somebody is, or to lose all would be to decide.
inline bool all_decided(const auto& s) {
  return !s.phase.all(Phase::down) &&
         s.Process.all([&](int p) { return !s.Up(p) || decided(s, p); });
}
inline bool somebody_is_down(const auto& s) { return s.phase.any(Phase::down); }
/// One who is down has not said what all the others wait for.
inline bool waited_for_in_vain(const auto& s, int p) {
  if (s.Up(p)) return false;
  if (s.rounds) return s.awaited() == s.n;
  return s.report(p, 0) == none &&
         (s.candidate == Candidate::all || (s.candidate == Candidate::leader && p == leader));
}
/// Nobody has a message to receive, and all have taken their first step.
inline bool nothing_to_do(const auto& s) {
  return s.Process.all([&](int p) {
    if (s.phase[p] == Phase::reporting)
      return s.Process.all([&](int q) { return s.report(q, s.round[p]) == none || s.Has(p, q); });
    if (s.phase[p] == Phase::proposing)
      return s.Process.all([&](int q) { return s.proposal(q, s.round[p]) == none || s.Has(p, q); });
    return s.phase[p] != Phase::ready;
  });
}
/// The input of p1 is 0, that of all others is 1.
inline bool only_first_has_zero(const auto& s) {
  return s.Process.all([&](int p) { return s.x[p] == (p == 0 ? 0 : 1); });
}

/// [FLP85] section 2: whoever is up takes steps for ever, and receives every message that is sent
/// to it; so at most one process crashes, as `crashes` says.
inline const std::vector<std::string> fair_to = {
    "WF(Start by process)", "WF(ReceiveInput by process process)",
    "WF(ReceiveReport by process process)", "WF(ReceiveProposal by process process)"};
inline auto admissible(auto claim) {
  claim.info.fairness = fair_to;
  return claim;
}

inline auto flp_claims() {
  return claims(
      always("Agreement",
             "[FLP85] section 2, partial correctness: no two processes decide differently. In "
             "`rounds` more than f propose the value that is decided, so whoever hears n - f "
             "proposals hears one of them and makes it its own.",
             [](const auto& s) { return !(s.y.any(0) && s.y.any(1)); })
          .if_parameters([](const Parameters& p) { return agrees(p) || all_is_claimed(p); })
          .witness("ZeroDecided")
          .witness("OneDecided"),
      always("Validity",
             "What is decided is the input of some process. [FLP85] asks for less: that each value "
             "is decided in some run.",
             [](const auto& s) {
               return s.Value.all([&](int v) { return !s.y.any(v) || s.x.any(v); });
             })
          .witness("ZeroDecided")
          .witness("OneDecided"),
      step("Irrevocable", "[FLP85] section 2: the output register is written once.",
           [](const auto& before, const auto& after) {
             return before.Process.all(
                 [&](int p) { return !decided(before, p) || after.y[p] == before.y[p]; });
           })
          .witness("SomeDecided"),
      step("DownMeansSilent", "Who has crashed stays down, says nothing and decides nothing.",
           [](const auto& before, const auto& after) {
             return before.Process.all([&](int p) {
               return before.Up(p) || (!after.Up(p) && after.y[p] == before.y[p]);
             });
           })
          .if_parameters(somebody_crashes)
          .witness("DecidedWhileOneIsDown"),
      always("OneValueARound",
             "[BO83]: no two processes propose different values in a round. Two majorities share a "
             "process, and it has reported one value.",
             [](const auto& s) {
               return s.Round.all([&](int r) {
                 const auto proposed = [&](int v) {
                   return s.Process.any([&](int p) { return s.proposal(p, r) == v; });
                 };
                 return !(proposed(0) && proposed(1));
               });
             })
          .if_parameters(in_rounds)
          .witness("DecidedThoughSomeAreUnsure"),
      reachable("ZeroDecided", "Non-triviality: 0 can be decided.",
                [](const auto& s) { return s.y.any(0); })
          .decides("0"),
      reachable("OneDecided", "Non-triviality: 1 can be decided as well.",
                [](const auto& s) { return s.y.any(1); })
          .decides("1"),
      reachable("SomeDecided", "Some process has decided.",
                [](const auto& s) { return !s.y.all(none); }),
      reachable("AllDecided", "Every process that is up has decided.",
                [](const auto& s) { return all_decided(s); }),
      reachable("DecidedWhileOneIsDown", "All others can decide though one is down.",
                [](const auto& s) { return somebody_is_down(s) && all_decided(s); })
          .if_parameters(somebody_crashes),
      reachable("ZeroOfBoth", "When only p1 has input 0, that can be what is decided.",
                [](const auto& s) { return only_first_has_zero(s) && s.y.any(0); }),
      reachable("OneOfBoth",
                "From the same initial configuration, 1 can be decided as well: it is bivalent.",
                [](const auto& s) { return only_first_has_zero(s) && s.y.any(1); })
          .if_parameters([](const Parameters& p) { return !waits_for_one(p); }),
      reachable("DecidedThoughSomeAreUnsure",
                "[BO83]: one decides, another has seen no majority and was told.",
                [](const auto& s) {
                  return !s.y.all(none) &&
                         s.Process.any([&](int p) { return s.proposal(p, 0) == unsure; });
                })
          .if_parameters([](const Parameters& p) { return in_rounds(p) && p["processes"] > 2; }),
      reachable("Disagreement", "Two processes can decide differently: the price of not waiting.",
                [](const auto& s) { return s.y.any(0) && s.y.any(1); })
          .if_parameters([](const Parameters& p) { return !agrees(p) && !all_is_claimed(p); }),
      reachable("Blocked",
                "All that was sent has been received, and somebody who is up waits for ever for "
                "one who is down.",
                [](const auto& s) { return nothing_to_do(s) && !all_decided(s); })
          .if_parameters(may_block),
      always_possible("CanDecide",
                      "From every state all who are up can still decide: the others' messages "
                      "may come so that all hear the same.",
                      [](const auto& s) { return all_decided(s); })
          .if_parameters([](const Parameters& p) { return !may_block(p) || all_is_claimed(p); }),
      named("Unanimous", "All inputs are the same.",
            [](const auto& s) { return s.x.all(0) || s.x.all(1); }),
      admissible(temporal("UnanimousDecide",
                          "With equal inputs all who are up decide: the others' messages can say "
                          "nothing else.",
                          "Unanimous -> <> AllDecided"))
          .refuted_if(may_block),
      admissible(
          temporal(
              "Termination",
              "In every admissible run all who are up decide. [FLP85] asks less, that some process "
              "does; "
              "Theorem 1: no protocol keeps even that and Agreement, if one process may crash.",
              "<> AllDecided"))
          .refuted_if([](const Parameters& p) { return in_rounds(p) || may_block(p); }),
      proper_end(
          "All messages to those who are up have been received, and all have decided or wait "
          "for one who is down and has not said what they wait for.",
          [](const auto& s) {
            return nothing_to_do(s) && (all_decided(s) || s.Process.any([&](int p) {
                     return waited_for_in_vain(s, p);
                   }));
          }));
}

}  // namespace synod::flp
