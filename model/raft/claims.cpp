// What Raft promises. The sources are cited in raft.hpp.
#include "checker/vocabulary/define.hpp"
#include "model/catalogue.hpp"
#include "model/raft/raft.hpp"
#include "model/raft/scenarios.hpp"

namespace synod {
namespace {

using namespace raft;

/// Whether a server has in its log what was committed at k.
bool has(const auto& s, int i, int k) {
  const auto [term, value, in] = s.committed().at_or(k, {none, none, none});
  return s.term_at(i, k) == term && s.log(i).at(k).value == value;
}

/// What holds, in a state or of a step, when it holds of every server.
auto of_every_server(auto holds) {
  return [holds](const auto& state, const auto&... after) {
    return state.Server.all([&](int i) { return holds(state, after..., i); });
  };
}

bool later_terms(const Parameters& p) { return p["terms"] >= 2; }
bool some_crash(const Parameters& p) { return p["crash"] != 0 && p["crashes"] != 0; }

auto raft_claims() {
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
               for (int k = 1; s.role[i] == Role::Leader && k <= s.committed().size(); ++k)
                 if (s.committed().at(k).in < s.currentTerm[i] && !has(s, i, k)) return false;
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
               return s.Server.all([&](int j) {
                 return (s.role[i] == Role::Candidate || !s.votesGranted(i, j)) &&
                        (s.role[i] == Role::Leader || s.matchIndex(i, j) == 0);
               });
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
      step("DownMeansSilent", "A crashed server does nothing until it restarts.",
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
                [](const auto& s) { return !s.committed().empty(); }),
      reachable("CommittedEverywhere", "All servers can learn that an entry is committed.",
                of_every_server([](const auto& s, int i) { return s.commitIndex[i] > 0; })),
      reachable("CommittedBeforeAnElection", "There can be a leader after an entry was committed.",
                [](const auto& s) {
                  const int in = s.committed().at_or(1, {0, 0, s.terms}).in;
                  return s.Term.any([&](int t) { return t > in && s.elected[t] != none; });
                })
          .if_parameters(later_terms),
      reachable("CommittedWhileOneIsDown", "A server can be down as well.",
                [](const auto& s) { return s.crashes.number_down() > 0 && !s.committed().empty(); })
          .if_parameters(some_crash),
      reachable("CommittedByTheOthers", "A minority that has crashed is not waited for.",
                [](const auto& s) {
                  return !s.committed().empty() &&
                         s.Server.any([&](int i) { return !s.crashes.up(i) && s.log(i).empty(); });
                })
          .if_parameters(
              [](const Parameters& p) { return some_crash(p) && p["quorum"] < p["servers"]; }),
      proper_end("When the terms are used up, nobody is left to start an election.",
                 of_every_server([](const auto& s, int i) {
                   return !s.crashes.up(i) || s.currentTerm[i] == s.terms;
                 })));
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
  system.faults = "Asynchronous messages: see `network`. Crashes: see `crash` and `durable`.";
  system.parameters = {
      integer("servers", "servers", 2, 5, 3),
      integer("values", "different client requests", 1, 3, 1),
      bound("terms", "terms, numbered from 1", 1, 6, 2),
      bound("entries", "entries in a log", 1, 4, 1),
      integer("quorum", "votes and copies that are needed", 1, {"servers", all_servers},
              {"majority of servers", majority}),
      choice("commit_by", "a majority of which has an entry: as in the paper, or in the lecture",
             {"servers", "followers"}),
      crash_parameter(),
      crashes_bound(1),
      choice("durable", "what survives a crash, of what Figure 2 calls persistent",
             {"all", "no_vote", "nothing"}),
  };
  for (ParameterSpec& spec : network_parameters(2, false))
    system.parameters.push_back(std::move(spec));
  system.instances = {
      quick("terms=2 in_flight=1", holds(40'374, 117'811, 33)),
      quick("terms=2 in_flight=1 values=2", holds(76'929, 222'313, 33)),
      quick("servers=2 terms=2 in_flight=1 crash=recovery", holds(2'398, 6'355, 26)),
      quick("servers=2 terms=2 entries=2 in_flight=2", holds(16'159, 61'113, 30)),
      quick("servers=2 terms=2 network=duplicating", holds(1'328, 4'785, 30)),
      quick("servers=2 terms=2 network=short_lived", holds(4'297, 19'049, 26)),
      quick("terms=2 in_flight=1 crash=stop", holds(128'226, 444'433, 34)),
      quick("terms=2 entries=2 in_flight=1", holds(274'452, 806'764, 43)),
      thorough("terms=2 in_flight=1 crash=recovery", holds(250'026, 868'228, 35)),
      thorough("terms=2 network=duplicating", holds(268'875, 1'248'823, 43)),
      thorough("terms=3 in_flight=1", holds(360'349, 1'137'667, 38)),
      thorough("terms=2 network=short_lived", holds(1'382'808, 9'452'083, 36)),
      thorough("terms=4 in_flight=1", holds(2'358'728, 7'860'208, 49)),
      thorough("terms=2 crash=recovery", holds(6'745'359, 32'109'640, 43)),
      thorough("terms=2 entries=2", holds(10'178'022, 44'531'347, 48)),
      thorough("terms=3", holds(15'433'474, 69'241'138, 46)),
  };
  system.mutants = {
      mutant("two_votes", "[OO14] section 5.2: each server votes for at most one candidate a term.",
             without("GrantVote.free"), violates("ElectionSafety", 11)),
      mutant("forgotten_vote", "[OO14] Figure 2: votedFor is persistent.",
             under("crash=recovery durable=no_vote in_flight=1"), violates("ElectionSafety", 13)),
      mutant("half_is_enough", "A quorum of n/2: two halves of four need not meet.",
             under("servers=4 quorum=2 in_flight=1"), violates("ElectionSafety", 11)),
      mutant("stale_leader", "[OO14] Figure 2, AppendEntries 1: reply false if term < currentTerm.",
             without("AcceptEntries.not_stale"), violates("LeaderAppendOnly", 15)),
      mutant("no_consistency_check", "[OO14] section 5.3: the entry before has to match.",
             under("entries=2 in_flight=1").without("AcceptEntries.consistent"),
             violates("LogMatching", 21)),
      mutant("any_log_wins", "[OO14] section 5.4.1: the voter denies a log that is behind its own.",
             without("GrantVote.up_to_date"), violates("LeaderCompleteness", 16)),
      mutant("figure_8", "[OO14] Figure 8: an old entry, committed by counting, is overwritten.",
             under("terms=4 in_flight=1").without("AdvanceCommitIndex.own_term"),
             violates("StateMachineSafety", 41)),
  };
  system.scenarios = scenarios();
  system.not_needed = {
      {{"SendRequestVote", "candidate"}, "A vote for one that is no candidate is not counted."},
      {{"DenyVote", "refused"}, "To deny a vote is always safe."},
      {{"RejectEntries", "refused"}, "To reject an entry is always safe: it is sent again."},
      {{"Crash", "up"}, "To crash again while down changes nothing but the number of crashes."},
      {{"Restart", "down"}, "To restart while up changes nothing."},
  };
  system.tla_constants = [specs = system.parameters](const Parameters& p) -> Assignments {
    Assignments constants = parameter_constants(
        specs, p,
        "Terms=terms Entries=entries Quorum=quorum CommitBy=commit_by MayCrash=crash "
        "Crashes=crashes Durable=durable Network=network InFlight=in_flight");
    constants.emplace_back("Server", interchangeable("server", "s", p["servers"]).text());
    constants.emplace_back("Value", interchangeable("value", "v", p["values"]).text());
    constants.emplace_back("None", "None");
    return constants;
  };
  return define<Raft>(std::move(system), raft_claims());
}

}  // namespace synod
