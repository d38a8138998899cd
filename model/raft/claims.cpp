// What Raft promises. The sources are cited in raft.hpp.
#include "checker/vocabulary/define.hpp"
#include "model/catalogue.hpp"
#include "model/raft/raft.hpp"

namespace synod {
namespace {

using namespace raft;

/// Whether an entry in a log is this committed one.
bool has(const auto& log, int position, const Committed& entry) {
  const Entry found = log.at_or(position, no_entry);
  return found.term == entry.term && found.value == entry.value;
}

auto raft_claims() {
  return claims(
      step("ElectionSafety",
           "[OO14] Figure 3: at most one leader can be elected in a given term. Two majorities "
           "share a server, and it votes once a term.",
           [](const auto& before, const auto& after) {
             for (int term = 1; term <= before.terms; ++term)
               if (before.elected[term] != none && after.elected[term] != before.elected[term])
                 return false;
             return true;
           })
          .witness("LeaderElected"),
      step("LeaderAppendOnly",
           "[OO14] Figure 3: a leader never overwrites or deletes entries in its log.",
           [](const auto& before, const auto& after) {
             return before.Server.all([&](int i) {
               return before.role[i] != Role::Leader || after.role[i] != Role::Leader ||
                      after.log(i).starts_with(before.log(i));
             });
           })
          .witness("Committed"),
      always("LogMatching",
             "[OO14] Figure 3: if two logs have an entry with the same index and term, they are "
             "the same up to it. A leader makes one entry at an index in its term, and the "
             "consistency check is an induction step.",
             [](const auto& s) {
               for (const int i : s.Server)
                 for (const int j : s.Server) {
                   if (j >= i) break;
                   const auto a = s.log(i);
                   const auto b = s.log(j);
                   bool same_so_far = true;
                   for (int k = 1; k <= std::min(a.size(), b.size()); ++k) {
                     const Entry x = a.at(k);
                     const Entry y = b.at(k);
                     same_so_far = same_so_far && x.term == y.term && x.value == y.value;
                     if (x.term == y.term && !same_so_far) return false;
                   }
                 }
               return true;
             })
          .witness("Committed"),
      always("LeaderCompleteness",
             "[OO14] Figure 3: an entry committed in a term is in the logs of the leaders of all "
             "later terms. A majority has it, and some of it voted: section 5.4.1.",
             [](const auto& s) {
               return s.Server.all([&](int i) {
                 if (s.role[i] != Role::Leader) return true;
                 const auto log = s.log(i);
                 for (int k = 1; k <= s.committed().size(); ++k) {
                   const Committed entry = s.committed().at(k);
                   if (entry.in < s.currentTerm[i] && !has(log, k, entry)) return false;
                 }
                 return true;
               });
             })
          .witness("CommittedBeforeAnElection"),
      always("StateMachineSafety",
             "[OO14] Figure 3: no two servers apply different entries at the same index.",
             [](const auto& s) {
               return s.Server.all([&](int i) {
                 const auto log = s.log(i);
                 for (int k = 1; k <= s.commitIndex[i]; ++k)
                   if (!has(log, k, s.committed().at(k))) return false;
                 return true;
               });
             })
          .witness("CommittedEverywhere"),
      step("RolesChangeAsDrawn",
           "The lecture's automaton: a follower starts an election; a candidate wins, starts "
           "another, or steps down; a leader steps down when it discovers a higher term.",
           [](const auto& before, const auto& after) {
             return before.Server.all([&](int i) {
               const Role from = before.role[i];
               const Role to = after.role[i];
               const bool later = after.currentTerm[i] > before.currentTerm[i];
               if (to == Role::Candidate)
                 return from == to ? true : from == Role::Follower && later;
               if (to == Role::Leader) return from == to || (from == Role::Candidate && !later);
               return from != Role::Leader || later || !after.crashes.up(i);
             });
           })
          .witness("LeaderElected"),
      always(
          "OthersKeepNothing",
          "[OO14] Figure 2, \"volatile state\": only candidates have votes, and only leaders know "
          "what others have; a reply that comes too late changes nothing.",
          [](const auto& s) {
            return s.Server.all([&](int i) {
              return s.Server.all([&](int j) {
                return (s.role[i] == Role::Candidate || !s.votesGranted(i, j)) &&
                       (s.role[i] == Role::Leader || s.matchIndex(i, j) == 0);
              });
            });
          })
          .witness("Committed"),
      step("TermsGrow", "[OO14] section 5.1: the current term increases monotonically.",
           [](const auto& before, const auto& after) {
             return before.Server.all(
                 [&](int i) { return after.currentTerm[i] >= before.currentTerm[i]; });
           })
          .witness("LeaderElected"),
      step("IndexesGrow",
           "[OO14] Figure 2: commitIndex and, in one term, matchIndex increase monotonically.",
           [](const auto& before, const auto& after) {
             return before.Server.all([&](int i) {
               if (!after.crashes.up(i)) return true;
               const bool leads = before.role[i] == Role::Leader && after.role[i] == Role::Leader;
               return after.commitIndex[i] >= before.commitIndex[i] &&
                      (!leads || before.Server.all([&](int j) {
                        return after.matchIndex(i, j) >= before.matchIndex(i, j);
                      }));
             });
           })
          .witness("Committed"),
      step("DownMeansSilent", "A crashed server does nothing until it restarts.",
           [](const auto& before, const auto& after) {
             return before.Server.all([&](int i) {
               return before.crashes.up(i) || after.crashes.up(i) ||
                      (after.currentTerm[i] == before.currentTerm[i] &&
                       after.votedFor[i] == before.votedFor[i] && after.role[i] == before.role[i] &&
                       after.log(i) == before.log(i) &&
                       after.commitIndex[i] == before.commitIndex[i]);
             });
           })
          .if_parameters([](const Parameters& p) { return p["crash"] != 0 && p["crashes"] != 0; })
          .witness("CommittedWhileOneIsDown"),
      reachable("LeaderElected", "A leader can be elected.",
                [](const auto& s) { return s.role.any(Role::Leader); }),
      reachable("TwoLeaders",
                "The lecture's \"must always have a single leader\" is not so: there can be two, "
                "in different terms, the earlier not knowing of the later.",
                [](const auto& s) {
                  return s.Server.count([&](int i) { return s.role[i] == Role::Leader; }) >= 2;
                })
          .if_parameters([](const Parameters& p) { return p["terms"] >= 2 && p["servers"] >= 3; }),
      reachable("Committed", "An entry can be committed.",
                [](const auto& s) { return s.committed().size() > 0; }),
      reachable(
          "CommittedEverywhere", "All servers can learn that an entry is committed.",
          [](const auto& s) { return s.Server.all([&](int i) { return s.commitIndex[i] > 0; }); }),
      reachable("CommittedBeforeAnElection", "A later leader can have a committed entry.",
                [](const auto& s) {
                  return s.Server.any([&](int i) {
                    return s.role[i] == Role::Leader && s.committed().size() > 0 &&
                           s.committed().at(1).in < s.currentTerm[i];
                  });
                })
          .if_parameters([](const Parameters& p) { return p["terms"] >= 2; }),
      reachable(
          "CommittedWhileOneIsDown", "A minority's crash does not stop the others.",
          [](const auto& s) { return s.crashes.number_down() > 0 && s.committed().size() > 0; })
          .if_parameters([](const Parameters& p) { return p["crash"] != 0 && p["crashes"] != 0; }),
      proper_end("When the terms are used up, nobody is left to start an election.",
                 [](const auto& s) {
                   return s.Server.all(
                       [&](int i) { return !s.crashes.up(i) || s.currentTerm[i] == s.terms; });
                 }));
}

int majority(const Parameters& parameters) { return parameters["servers"] / 2 + 1; }
int all_servers(const Parameters& parameters) { return parameters["servers"]; }

}  // namespace

System raft_system() {
  System system;
  system.name = "raft";
  system.title = "Raft: leader election and log replication";
  system.summary =
      "Servers elect a leader by majority, term by term; the leader appends its clients' requests "
      "to its log and has the others copy it. What a majority has is committed.";
  system.sources = {
      "[OO14] D. Ongaro, J. Ousterhout, In Search of an Understandable Consensus Algorithm, USENIX "
      "ATC 2014, extended version, Figures 2, 3 and 8"};
  system.faults =
      "Asynchronous; `network` says what happens to messages. With crash=stop or recovery, servers "
      "crash; `durable` says what they find again.";
  system.parameters = {
      integer("servers", "servers", 1, 5, 3),
      integer("values", "different client requests", 1, 3, 1),
      bound("terms", "terms, numbered from 1", 1, 6, 2),
      bound("entries", "entries in a log", 1, 4, 1),
      integer("quorum", "votes and copies that are needed", 1, {"servers", all_servers},
              {"majority of servers", majority}),
      choice("commit_by",
             "who has to have an entry: a majority of all servers, or as the lecture "
             "has it of the followers",
             {"servers", "followers"}),
      crash_parameter(),
      crashes_bound(1),
      choice("durable",
             "what a server finds again after a crash: all that Figure 2 calls "
             "persistent, or all but its vote",
             {"all", "no_vote"}),
  };
  for (ParameterSpec& spec : network_parameters(2, false))
    system.parameters.push_back(std::move(spec));
  system.instances = {
      quick("terms=2 in_flight=1", {}),
      quick("terms=2 in_flight=1 values=2", {}),
      quick("terms=2 in_flight=1 crash=recovery", {}),
      quick("terms=3 in_flight=1", {}),
      quick("terms=2 network=duplicating", {}),
      quick("terms=2 entries=2 in_flight=1", {}),
      thorough("terms=2", {}),
      thorough("terms=2 network=short_lived", {}),
      thorough("terms=2 entries=2", {}),
      thorough("terms=4 in_flight=1", {}),
      thorough("terms=2 crash=recovery", {}),
      thorough("terms=3", {}),
  };
  system.mutants = {
      mutant("two_votes", "[OO14] section 5.2: each server votes for at most one candidate a term.",
             without("GrantVote.free"), violates("ElectionSafety", 0)),
      mutant("forgotten_vote", "[OO14] Figure 2: votedFor is persistent.",
             under("crash=recovery durable=no_vote in_flight=1"), violates("ElectionSafety", 0)),
      mutant("half_is_enough", "A quorum of n/2: two halves of four need not meet.",
             under("servers=4 quorum=2 in_flight=1"), violates("ElectionSafety", 0)),
      mutant("stale_leader", "[OO14] Figure 2, AppendEntries 1: reply false if term < currentTerm.",
             without("AcceptEntries.not_stale"), violates("LeaderAppendOnly", 0)),
      mutant(
          "no_consistency_check", "[OO14] section 5.3: the entry before has to match.",
          Change{assignments("terms=2 entries=2 in_flight=1"), {{"AcceptEntries", "consistent"}}},
          violates("LogMatching", 0)),
      mutant("any_log_wins", "[OO14] section 5.4.1: the voter denies a log that is behind its own.",
             without("GrantVote.up_to_date"), violates("LeaderCompleteness", 0)),
      mutant("figure_8",
             "[OO14] section 5.4.2: an entry of an earlier term is committed by counting copies, "
             "and then overwritten.",
             Change{assignments("terms=4 in_flight=1"), {{"AdvanceCommitIndex", "own_term"}}},
             violates("StateMachineSafety", 0)),
  };
  system.not_needed = {
      {{"SendRequestVote", "candidate"}, "A vote for one that is no candidate is not counted."},
      {{"DenyVote", "refused"}, "To deny a vote is always safe."},
      {{"RejectEntries", "refused"}, "To reject an entry is always safe: it is sent again."},
  };
  system.tla_constants = [](const Parameters& p) -> Assignments {
    return {{"Server", interchangeable("server", "s", p["servers"]).text()}};
  };
  return define<Raft>(std::move(system), raft_claims());
}

}  // namespace synod
