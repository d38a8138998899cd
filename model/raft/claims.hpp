// What Raft promises. The sources are cited in raft.hpp.
#pragma once

#include "checker/vocabulary/claims.hpp"
#include "model/raft/raft.hpp"
#include "model/raft/scenarios.hpp"

namespace synod::raft {

/// Whether a server has in its log what was committed at k.
inline bool has(const auto& s, int i, int k) {
  const auto [term, value, in] = s.committed().at_or(k, {none, none, none});
  return s.term_at(i, k) == term && s.log(i).at(k).value == value;
}

/// What holds, in a state or of a step, when it holds of every server.
inline auto of_every_server(auto holds) {
  return [holds](const auto& state, const auto&... after) {
    return state.Server.all([&](int i) { return holds(state, after..., i); });
  };
}

inline bool later_terms(const Parameters& p) { return p["terms"] >= 2; }
inline bool stops_for_good(const Parameters& p) { return p["crash"] == 1 && p["crashes"] != 0; }
inline bool some_crash(const Parameters& p) {
  return p["crash"] == 3 || (p["crash"] != 0 && p["crashes"] != 0);
}

/// The leader of the latest term.
inline bool leads_latest(const auto& s, int i) {
  return s.role[i] == Role::Leader &&
         s.Server.all([&](int j) { return s.currentTerm[j] <= s.currentTerm[i]; });
}

inline auto raft_claims() {
  return claims(
      step("ElectionSafety",
           "[OO14] Figure 3: at most one leader can be elected in a given term. Two majorities "
           "share a server, and it votes once a term.",
           [](const auto& before, const auto& after) {
             return before.Term.all([&](int term) {
               return before.elected[term] == none || after.elected[term] == before.elected[term];
             });
           })
          .witness("LeaderElected"),
      step("LeaderAppendOnly",
           "[OO14] Figure 3: a leader never overwrites or deletes entries in its log.",
           of_every_server([](const auto& before, const auto& after, int i) {
             return before.role[i] != Role::Leader || after.role[i] != Role::Leader ||
                    after.log(i).starts_with(before.log(i));
           }))
          .witness("Committed"),
      always("LogMatching",
             "[OO14] Figure 3: if two logs have an entry with the same index and term, they are "
             "the same up to it. A leader makes one entry at an index in its term, and the "
             "consistency check is an induction step.",
             of_every_server([](const auto& s, int i) {
               return s.Server.all([&](int j) {
                 for (int k = std::min(s.log(i).size(), s.log(j).size()); k >= 1; --k)
                   if (s.term_at(i, k) == s.term_at(j, k) && s.log(i).first(k) != s.log(j).first(k))
                     return false;
                 return true;
               });
             }))
          .witness("Committed"),
      always("LeaderCompleteness",
             "[OO14] Figure 3: an entry committed in a term is in the logs of the leaders of all "
             "later terms. A majority has it, and some of it voted: section 5.4.1.",
             of_every_server([](const auto& s, int i) {
               for (int k = 1; s.role[i] == Role::Leader && k <= s.committed.size(); ++k)
                 if (s.committed.at(k).in < s.currentTerm[i] && !has(s, i, k)) return false;
               return true;
             }))
          .if_parameters(later_terms)
          .witness("CommittedBeforeAnElection"),
      always("StateMachineSafety",
             "[OO14] Figure 3: no two servers apply different entries at the same index.",
             of_every_server([](const auto& s, int i) {
               for (int k = 1; k <= s.commitIndex[i]; ++k)
                 if (!has(s, i, k)) return false;
               return true;
             }))
          .witness("CommittedEverywhere"),
      step("RolesChangeAsDrawn",
           "The lecture's automaton: a follower starts an election; a candidate wins, starts "
           "another, or steps down; a leader steps down when it discovers a higher term.",
           of_every_server([](const auto& before, const auto& after, int i) {
             const Role from = before.role[i];
             const Role to = after.role[i];
             const bool later = after.currentTerm[i] > before.currentTerm[i];
             if (from == to) return true;
             if (to == Role::Candidate) return from == Role::Follower && later;
             if (to == Role::Leader) return from == Role::Candidate && !later;
             return from == Role::Candidate || later || !after.crashes.up(i);
           }))
          .witness("LeaderElected"),
      always("OthersKeepNothing",
             "[OO14] Figure 2, \"volatile state\": only candidates have votes, and only leaders "
             "know what others have; a reply that comes too late changes nothing.",
             of_every_server([](const auto& s, int i) {
               return (s.role[i] == Role::Candidate || s.votesGranted[i].empty()) &&
                      (s.role[i] == Role::Leader ||
                       s.Server.all([&](int j) { return s.matchIndex(i, j) == 0; }));
             }))
          .witness("Committed"),
      step("TermsGrow", "[OO14] section 5.1: the current term increases monotonically.",
           of_every_server([](const auto& before, const auto& after, int i) {
             return after.currentTerm[i] >= before.currentTerm[i];
           }))
          .witness("LeaderElected"),
      step("IndexesGrow",
           "[OO14] Figure 2: commitIndex and, in one term, matchIndex increase monotonically.",
           of_every_server([](const auto& before, const auto& after, int i) {
             const bool leads = before.role[i] == Role::Leader && after.role[i] == Role::Leader;
             return !after.crashes.up(i) || before.Server.all([&](int j) {
               return after.commitIndex[i] >= before.commitIndex[i] &&
                      (!leads || after.matchIndex(i, j) >= before.matchIndex(i, j));
             });
           }))
          .witness("Committed"),
      step("DownMeansSilent", "Of a crashed server nothing changes until it restarts.",
           of_every_server([](const auto& before, const auto& after, int i) {
             return before.crashes.up(i) || after.crashes.up(i) ||
                    (after.currentTerm[i] == before.currentTerm[i] &&
                     after.votedFor[i] == before.votedFor[i] && after.role[i] == before.role[i] &&
                     after.log(i) == before.log(i) &&
                     after.commitIndex[i] == before.commitIndex[i]);
           }))
          .if_parameters(some_crash)
          .witness("CommittedWhileOneIsDown"),
      reachable("LeaderElected", "A leader can be elected.",
                [](const auto& s) { return s.role.any(Role::Leader); }),
      reachable("TwoLeaders",
                "The lecture's \"must always have a single leader\" is not so: there can be two, "
                "in different terms, the earlier not knowing of the later.",
                [](const auto& s) {
                  return s.Server.count([&](int i) { return s.role[i] == Role::Leader; }) >= 2;
                })
          .if_parameters(
              [](const Parameters& p) { return later_terms(p) && p["quorum"] < p["servers"]; }),
      reachable("Committed", "An entry can be committed.",
                [](const auto& s) { return !s.committed.empty(); }),
      reachable("CommittedEverywhere", "All servers can learn that an entry is committed.",
                of_every_server([](const auto& s, int i) { return s.commitIndex[i] > 0; })),
      reachable("CommittedBeforeAnElection", "There can be a leader after an entry was committed.",
                [](const auto& s) {
                  const int in = s.committed().at_or(1, {0, 0, s.terms}).in;
                  return s.Term.any([&](int t) { return t > in && s.elected[t] != none; });
                })
          .if_parameters(later_terms),
      reachable("CommittedWhileOneIsDown", "A server can be down as well.",
                [](const auto& s) { return s.crashes.number_down() > 0 && !s.committed.empty(); })
          .if_parameters(some_crash),
      reachable("CommittedByTheOthers", "A minority that has crashed is not waited for.",
                [](const auto& s) {
                  return !s.committed.empty() &&
                         s.Server.any([&](int i) { return !s.crashes.up(i) && s.log(i).empty(); });
                })
          .if_parameters(
              [](const Parameters& p) { return some_crash(p) && p["quorum"] < p["servers"]; }),
      reachable("MajorityHasALeader",
                "A majority is up, with the leader of the latest term and an entry of that term.",
                [](const auto& s) {
                  return s.Server.size() - s.crashes.number_down() >= s.quorum &&
                         s.Server.any([&](int i) {
                           return leads_latest(s, i) && s.lastTerm(i) == s.currentTerm[i];
                         });
                })
          .if_parameters(stops_for_good),
      always_possible("CanCommit",
                      "[OO14] section 5.3: the leader commits once a majority of the servers has "
                      "an entry, so it can while a minority is down for good.",
                      [](const auto& s) {
                        return s.Server.any([&](int i) {
                          return leads_latest(s, i) && !s.log(i).empty() &&
                                 s.commitIndex[i] == s.log(i).size();
                        });
                      })
          .from("MajorityHasALeader")
          .if_parameters(stops_for_good),
      proper_end("Whoever is up can start an election.",
                 of_every_server([](const auto& s, int i) { return !s.crashes.up(i); })));
}

inline int majority(const Parameters& parameters) { return parameters["servers"] / 2 + 1; }
inline int all_servers(const Parameters& parameters) { return parameters["servers"]; }

}  // namespace synod::raft
