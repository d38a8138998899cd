// The system as the catalogue has it: parameters, instances, mutants, scenarios. What it promises
// is in claims.hpp.
#include "model/raft/claims.hpp"

#include "checker/vocabulary/define.hpp"
#include "model/catalogue.hpp"
#include "model/raft/liveness.hpp"

namespace synod {

System raft_system() {
  using namespace raft;
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
  // Where messages, entries or terms are bounded, longer runs might violate these.
  const std::vector<std::string> liveness = {"OneCandidateWins", "EntriesAreCommitted"};
  system.instances = {
      quick("terms=2 in_flight=1", holds(40'374, 117'811, 33).leaving_open(liveness)),
      quick("terms=2 in_flight=1 values=2", holds(76'929, 222'313, 33).leaving_open(liveness)),
      quick("servers=2 terms=2 in_flight=1 crash=recovery",
            holds(2'398, 6'355, 26).leaving_open(liveness)),
      quick("servers=2 terms=2 in_flight=1 crash=uncounted",
            holds(4'260, 15'167, 26).leaving_open(liveness)),
      quick("servers=2 terms=2 entries=2 in_flight=2",
            holds(16'159, 61'113, 30).leaving_open(liveness)),
      quick("servers=2 terms=2 network=duplicating", holds(1'328, 4'785, 30)),
      quick("servers=2 terms=2 network=short_lived",
            holds(4'297, 19'049, 26).leaving_open(liveness)),
      quick("terms=2 in_flight=1 crash=stop", holds(128'226, 444'433, 34).leaving_open(liveness)),
      quick("terms=2 entries=2 in_flight=1", holds(274'452, 806'764, 43).leaving_open(liveness)),
      thorough("terms=2 in_flight=1 crash=recovery",
               holds(250'026, 868'228, 35).leaving_open(liveness)),
      thorough("terms=2 network=duplicating", holds(268'875, 1'248'823, 43)),
      thorough("terms=3 in_flight=1", holds(360'349, 1'137'667, 38).leaving_open(liveness)),
      thorough("terms=2 network=short_lived", holds(1'382'808, 9'452'083, 36)),
      thorough("terms=4 in_flight=1", holds(2'358'728, 7'860'208, 49).leaving_open(liveness)),
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
      mutant("majority_of_followers",
             "The lecture: \"upon receiving responses from a majority of the followers\". Of three "
             "servers, one crash is too many then.",
             under("terms=1 in_flight=1 crash=stop commit_by=followers"), violates("CanCommit", 8)),
      mutant("silent_voters", "[OO14] Figure 2: who votes for a candidate tells it so.",
             under("in_flight=1").without("GrantVote.reply"), violates("OneCandidateWins", 9)),
      mutant(
          "no_step_back",
          "[OO14] section 5.3: \"after a rejection, the leader decrements nextIndex and retries\". "
          "Else a follower that lacks an entry rejects all that come after it, for ever.",
          under("entries=2 in_flight=1").without("HandleAppendEntriesReply.next"),
          violates("EntriesAreCommitted", 27)),
      mutant("split_votes",
             "[OO14] section 5.2: servers that stand for election all at once vote for themselves, "
             "term after term. Against that, Raft makes timeouts random.",
             under("in_flight=1"), violates("EventuallyElectsALeader", 24)),
      mutant("no_no_op",
             "[OO14] section 8: a leader without an entry of its own term commits nothing, whoever "
             "has the old ones.",
             under("in_flight=1"), violates("OldEntriesAreCommitted", 29)),
  };
  system.scenarios = scenarios();
  system.not_needed = {
      {{"SendRequestVote", "candidate"}, "A vote for one that is no candidate is not counted."},
      {{"DenyVote", "refused"}, "To deny a vote is always safe."},
      {{"RejectEntries", "refused"}, "To reject an entry is always safe: it is sent again."},
      {{"Crash", "up"}, "To crash again while down changes nothing but the number of crashes."},
      {{"Restart", "down"}, "To restart while up changes nothing."},
  };
  system.normal_form = {
      .forgets =
          "terms are renumbered; those below all current ones keep their order only, without those "
          "that no log, no message and no commit is about",
      .renumbers = "term",
      .window = "terms",
      .keeps = {"LeaderElected", "Committed"},
      .rests_on = {},
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
  return define<Raft>(std::move(system), std::tuple_cat(raft_claims(), liveness_claims()));
}

}  // namespace synod
