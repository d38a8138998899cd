// Raft: its tables, and what [OO14] and the lecture say of it.
// [OO14] D. Ongaro, J. Ousterhout, "In Search of an Understandable Consensus Algorithm", USENIX ATC
// 2014, extended version.
#include <boost/test/unit_test.hpp>
#include <map>
#include <set>

#include "checker/input/input.hpp"
#include "checker/report/text.hpp"
#include "checker/run/run.hpp"
#include "model/catalogue.hpp"
#include "model/raft/messages.hpp"
#include "tests/support/agreement.hpp"
#include "tests/support/normal_form.hpp"
#include "tests/support/protocol_checks.hpp"
#include "tests/support/state_space.hpp"

namespace synod::test {
namespace {

using raft::Role;

const System& synod_protocol() {
  static const System system = raft_system();
  return system;
}

const std::vector<PinnedCount> quick_counts = {
    {"terms=2 in_flight=1", 40'374, 117'811, 33},
    {"terms=2 in_flight=1 values=2", 76'929, 222'313, 33},
    {"servers=2 terms=2 in_flight=1 crash=recovery", 2'398, 6'355, 26},
    {"servers=2 terms=2 in_flight=1 crash=uncounted", 4'260, 15'167, 26},
    {"servers=2 terms=2 entries=2 in_flight=2", 16'159, 61'113, 30},
    {"servers=2 terms=2 network=duplicating", 1'328, 4'785, 30},
    {"servers=2 terms=2 network=short_lived", 4'297, 19'049, 26},
    {"terms=2 in_flight=1 crash=stop", 128'226, 444'433, 34},
    {"terms=2 entries=2 in_flight=1", 274'452, 806'764, 43},
};
// TLC has confirmed the first five.
const std::vector<PinnedCount> thorough_counts = {
    {"terms=2 in_flight=1 crash=recovery", 250'026, 868'228, 35},
    {"terms=2 network=duplicating", 268'875, 1'248'823, 43},
    {"terms=3 in_flight=1", 360'349, 1'137'667, 38},
    {"terms=2 network=short_lived", 1'382'808, 9'452'083, 36},
    {"terms=4 in_flight=1", 2'358'728, 7'860'208, 49},
    {"terms=2 crash=recovery", 6'745'359, 32'109'640, 43},
    {"terms=2 entries=2", 10'178'022, 44'531'347, 48},
    {"terms=3", 15'433'474, 69'241'138, 46},
};

const std::string one_crash = "servers=2 terms=2 in_flight=1 crash=recovery";
const std::vector<NeededConjunct> needed = {
    {"Timeout.up", one_crash, "DownMeansSilent", 3},
    {"Timeout.not_leader", "terms=2 in_flight=1", "RolesChangeAsDrawn", 7},
    {"GrantVote.up", one_crash, "DownMeansSilent", 5},
    {"GrantVote.not_stale", "terms=2 in_flight=1", "ElectionSafety", 15},
    {"GrantVote.free", "terms=2 in_flight=1", "ElectionSafety", 11},
    {"GrantVote.up_to_date", "terms=2 in_flight=1", "LeaderCompleteness", 16},
    {"DenyVote.up", one_crash, "DownMeansSilent", 11},
    {"HandleRequestVoteReply.up", one_crash, "DownMeansSilent", 8},
    {"HandleRequestVoteReply.not_stale", "terms=2 in_flight=1", "OthersKeepNothing", 9},
    {"BecomeLeader.quorum", "terms=2 in_flight=1", "RolesChangeAsDrawn", 2},
    {"ClientRequest.leader", "terms=2 in_flight=1", "LeaderCompleteness", 17},
    {"SendAppendEntries.leader", "terms=2 in_flight=1", "LeaderAppendOnly", 18},
    {"AcceptEntries.up", one_crash, "DownMeansSilent", 10},
    {"AcceptEntries.not_stale", "terms=2 in_flight=1", "LeaderAppendOnly", 15},
    {"AcceptEntries.consistent", "terms=2 in_flight=1", "StateMachineSafety", 21},
    {"RejectEntries.up", "terms=2 in_flight=1 crash=stop", "DownMeansSilent", 18},
    {"HandleAppendEntriesReply.up", one_crash, "DownMeansSilent", 11},
    {"HandleAppendEntriesReply.not_stale", one_crash, "OthersKeepNothing", 12},
    {"AdvanceCommitIndex.beyond", "servers=2 terms=2 entries=2 in_flight=2", "IndexesGrow", 16},
    {"AdvanceCommitIndex.replicated", "terms=2 in_flight=1", "LeaderCompleteness", 13},
    {"AdvanceCommitIndex.own_term", "figure_8", "LeaderCompleteness", 36},
};

const std::vector<Breaker> breakers = {
    {"OneCandidateWins", "in_flight=1", {"GrantVote.reply"}},
    {"EntriesAreCommitted", "in_flight=1 entries=2", {"HandleAppendEntriesReply.next"}},
    {"EventuallyElectsALeader", "in_flight=1", {}},
    {"OldEntriesAreCommitted", "in_flight=1", {}},
    {"ElectionSafety", "in_flight=1", {"GrantVote.free"}},
    {"LeaderAppendOnly", "in_flight=1", {"AcceptEntries.not_stale"}},
    {"LogMatching", "in_flight=1 entries=2", {"AcceptEntries.consistent"}},
    {"LeaderCompleteness", "in_flight=1", {"GrantVote.up_to_date"}},
    {"StateMachineSafety", "in_flight=1", {"AcceptEntries.write"}},
    {"RolesChangeAsDrawn", "in_flight=1", {"Timeout.not_leader"}},
    {"OthersKeepNothing", "in_flight=1", {"HandleRequestVoteReply.not_stale"}},
    {"TermsGrow", "in_flight=1 crash=recovery durable=nothing", {}},
    {"IndexesGrow", "servers=2 entries=2", {"AdvanceCommitIndex.beyond"}},
    {"DownMeansSilent", "in_flight=1 crash=stop", {"Timeout.up"}},
    {"LeaderElected", "in_flight=1", {"HandleRequestVoteReply.count"}},
    {"TwoLeaders", "in_flight=1", {"BecomeLeader.lead"}},
    {"Committed", "in_flight=1", {"ClientRequest.append"}},
    {"CommittedEverywhere", "in_flight=1", {"AcceptEntries.commit"}},
    {"CommittedBeforeAnElection", "in_flight=1", {"HandleAppendEntriesReply.advance"}},
    {"CommittedWhileOneIsDown", one_crash, {"Crash.stop"}},
    {"CommittedByTheOthers", "in_flight=1 crash=stop commit_by=followers", {}},
    {"MajorityHasALeader", "terms=1 in_flight=1 crash=stop", {"ClientRequest.append"}},
    {"CanCommit", "terms=1 in_flight=1 crash=stop commit_by=followers", {}},
};

// A server that is up and no leader can time out, and a leader can send a heartbeat, or lose a
// message where there is no room for one.
const std::vector<std::string> unbroken = {"NoDeadlock", "TypeOK"};

/// All reachable states and steps of an instance.
struct Space : StateSpace {
  Space(const std::string& text, int servers)
      : StateSpace(synod_protocol(), text), servers(servers) {}

  /// Calls visit(state) for every state.
  template <class Visit>
  void each_state(Visit&& visit) const {
    for (std::size_t s = 0; s < size(); ++s) visit(at(s));
  }
  /// Calls visit(before, after, action) for every step.
  template <class Visit>
  void each_step(Visit&& visit) const {
    each_edge([&](std::size_t from, const Edge& edge, const ActionInfo& action) {
      visit(at(from), at(edge.to), action.name);
    });
  }

  int servers;
};

/// Three servers, two terms, one entry.
const Space& space() {
  static const Space three("terms=2 in_flight=1", 3);
  return three;
}
/// Two servers that may crash and restart.
const Space& space_with_crashes() {
  static const Space two(one_crash, 2);
  return two;
}
/// Two servers, two terms, two entries. As both have to agree to everything, their logs never
/// conflict.
const Space& space_of_two_entries() {
  static const Space two("servers=2 terms=2 entries=2 in_flight=2", 2);
  return two;
}

/// Conflicts in one, logs of some length in the other.
const std::vector<const Space*>& both_spaces() {
  static const std::vector<const Space*> both = {&space(), &space_of_two_entries()};
  return both;
}
/// Calls visit(before, after, arguments) for every step of an action in both.
template <class Visit>
void each_step_of(const std::string& action, Visit&& visit) {
  for (const Space* const one : both_spaces()) one->each_step_of(action, visit);
}

using Log = std::vector<std::vector<int>>;  // entries: term and value

Role role(const StateReader& state, int i) { return static_cast<Role>(state.value("role", {i})); }
int term(const StateReader& state, int i) { return state.value("currentTerm", {i}); }
int voted_for(const StateReader& state, int i) { return state.value("votedFor", {i}); }
int committed_up_to(const StateReader& state, int i) { return state.value("commitIndex", {i}); }
Log log_of(const StateReader& state, int i) { return state.elements("log", {i}); }

/// The term of an entry, positions from 1; 0 where there is none.
int term_at(const Log& log, int position) {
  const auto index = static_cast<std::size_t>(position) - 1;
  return position >= 1 && index < log.size() ? log[index][0] : 0;
}
bool is_prefix(const Log& log, const Log& longer) {
  return log.size() <= longer.size() && std::equal(log.begin(), log.end(), longer.begin());
}
/// Section 5.4.1: what makes one log more up-to-date than another.
std::pair<int, int> up_to_dateness(const Log& log) {
  return {log.empty() ? 0 : log.back()[0], static_cast<int>(log.size())};
}

// A message's fields, as the arguments of a step.
struct AnyFields {
  explicit AnyFields(const std::vector<int>& fields)
      : from(fields[0]), to(fields[1]), term(fields[2]) {}
  int from, to, term;
};
struct VoteRequest : AnyFields {
  explicit VoteRequest(const std::vector<int>& fields)
      : AnyFields(fields), log(fields[4], fields[3]) {}
  std::pair<int, int> log;
};
struct Append : AnyFields {
  explicit Append(const std::vector<int>& fields)
      : AnyFields(fields),
        prev_index(fields[3]),
        prev_term(fields[4]),
        entry_term(fields[5]),
        entry(fields[6]),
        leader_commit(fields[7]) {}
  int prev_index, prev_term, entry_term, entry, leader_commit;
};

const std::vector<std::string> receiving = {
    "GrantVote",     "DenyVote",      "HandleRequestVoteReply",
    "AcceptEntries", "RejectEntries", "HandleAppendEntriesReply"};

/// Plays actions, given by their texts, one after another.
class Play {
 public:
  explicit Play(const std::string& parameters, std::vector<Drop> drops = {})
      : observer_(
            synod_protocol()
                .instantiate(resolve_parameters(synod_protocol(), assignments(parameters)), drops)
                ->observer()),
        state_(observer_->initial().front()) {}

  Play& play(const std::vector<std::string>& actions) {
    for (const std::string& action : actions) {
      const Observer::Attempt attempt = this->attempt(action);
      BOOST_REQUIRE_MESSAGE(attempt.enabled, action << " is refused by " << refusal(attempt));
      state_ = attempt.after;
    }
    return *this;
  }
  /// The conjunct that refuses an action.
  std::string refused(const std::string& action) { return refusal(attempt(action)); }

  StateReader state() const { return {observer_->variables(), state_}; }
  bool holds(const std::string& property) {
    const auto& properties = observer_->properties();
    for (std::size_t i = 0; i < properties.size(); ++i)
      if (properties[i].name == property) return observer_->judge(state_, i).holds;
    throw ModelError("no property " + property);
  }
  /// The terms of the entries in the log of each server.
  std::vector<std::vector<int>> log_terms(int servers) const {
    std::vector<std::vector<int>> all;
    for (int i = 0; i < servers; ++i) {
      all.emplace_back();
      for (const auto& entry : log_of(state(), i)) all.back().push_back(entry[0]);
    }
    return all;
  }

 private:
  Observer::Attempt attempt(const std::string& action) {
    return observer_->attempt(state_, parse_step(*observer_, state_, action));
  }
  static std::string refusal(const Observer::Attempt& attempt) {
    return attempt.enabled || attempt.parts.empty() ? "nothing" : attempt.parts.back().name;
  }

  std::unique_ptr<Observer> observer_;
  Cells state_;
};

using Actions = std::vector<std::string>;
Actions operator+(Actions first, const Actions& second) {
  first.insert(first.end(), second.begin(), second.end());
  return first;
}
std::string server(int i) { return "s" + std::to_string(i); }

/// Server i, a candidate, gets the votes of others and is leader.
Actions win(int i, const std::vector<int>& voters) {
  Actions actions;
  for (const int j : voters)
    actions = std::move(actions) +
              Actions{"SendRequestVote(" + server(i) + ", " + server(j) + ")",
                      "GrantVote(RequestVote(" + server(i) + " -> " + server(j) + "...",
                      "HandleRequestVoteReply(RequestVoteReply(" + server(j) + " -> " + server(i) +
                          "..."};
  return std::move(actions) + Actions{"BecomeLeader(" + server(i) + ")"};
}
/// Leader i sends j what is next, which is accepted or rejected.
Actions append(int i, int j, const std::string& how) {
  return {"SendAppendEntries(" + server(i) + ", " + server(j) + ")",
          how + "(AppendEntries(" + server(i) + " -> " + server(j) + "...",
          "HandleAppendEntriesReply(AppendEntriesReply(" + server(j) + " -> " + server(i) + "..."};
}

// Figure 8, with the paper's terms and indexes less one: the entry that all servers have in the
// beginning is left out.
const std::string figure_8 =
    "servers=5 values=3 terms=4 entries=2 crash=recovery crashes=3 in_flight=1";
/// (a) S1 is leader and partially replicates the entry.
const Actions figure_8a = Actions{"Timeout(s1)"} + win(1, {2, 5}) +
                          Actions{"ClientRequest(s1, v1)"} + append(1, 2, "AcceptEntries");
/// (b) S1 crashes; S5 is elected with votes from S3, S4 and itself, and accepts a different entry.
const Actions figure_8b =
    Actions{"Crash(s1)", "Timeout(s5)"} + win(5, {3, 4}) + Actions{"ClientRequest(s5, v2)"};
/// (c) S5 crashes; S1 restarts, is elected, and continues replication. The first entry is now on a
/// majority of the servers.
const Actions figure_8c = Actions{"Crash(s5)", "Restart(s1)", "Timeout(s1)", "Timeout(s1)"} +
                          win(1, {2, 3}) + append(1, 2, "AcceptEntries") +
                          append(1, 3, "RejectEntries") + append(1, 3, "AcceptEntries");
const Actions s5_tries_again = {"Crash(s1)", "Restart(s5)", "Timeout(s5)", "Timeout(s5)"};
/// (d) S1 crashes; S5 is elected with votes from S2, S3 and S4, and overwrites the entry.
const Actions figure_8d = s5_tries_again + win(5, {2, 3, 4}) + append(5, 2, "RejectEntries") +
                          append(5, 2, "AcceptEntries") + append(5, 3, "RejectEntries") +
                          append(5, 3, "AcceptEntries");
/// (e) Instead, before it crashes, S1 replicates an entry of its own term on a majority.
const Actions figure_8e = Actions{"ClientRequest(s1, v3)"} + append(1, 2, "AcceptEntries") +
                          append(1, 3, "AcceptEntries");

/// The name of the action of a step as a trace writes it.
std::string action_of(const std::string& step) { return step.substr(0, step.find('(')); }

/// Normal forms of an instance with so many terms; how far a state has counted is the latest term
/// of a server.
NormalForms normal_forms(int servers, const std::string& more, int terms,
                         const std::vector<Drop>& drops = {}) {
  return {synod_protocol(),
          "servers=" + std::to_string(servers) + " " + more + " terms=" + std::to_string(terms),
          [servers](const StateReader& state) {
            int latest = 0;
            for (int i = 0; i < servers; ++i) latest = std::max(latest, term(state, i));
            return latest;
          },
          terms, drops};
}

}  // namespace

BOOST_AUTO_TEST_SUITE(raft)

BOOST_AUTO_TEST_CASE(counts) {
  BOOST_TEST(count_faults(synod_protocol(), Tier::quick, quick_counts) == "");
}

BOOST_AUTO_TEST_CASE(counts_are_those_of_tlc) {
  const std::string record = read_file(SYNOD_SOURCE_DIR "/spec/raft/tlc.txt");
  BOOST_TEST(record_faults(synod_protocol(), Tier::quick, record) == "");
}

BOOST_AUTO_TEST_CASE(mutants) { BOOST_TEST(mutant_faults(synod_protocol()) == ""); }

BOOST_AUTO_TEST_CASE(every_conjunct_is_needed_or_excused) {
  BOOST_TEST(conjunct_faults(synod_protocol(), needed) == "");
}

BOOST_AUTO_TEST_CASE(every_property_can_be_broken) {
  BOOST_TEST(breaker_faults(synod_protocol(), breakers, unbroken, one_crash) == "");
}

BOOST_AUTO_TEST_CASE(every_property_has_a_witness) {
  BOOST_TEST(witness_faults(synod_protocol()) == "");
}

// [OO14] Figure 3, Election Safety: "at most one leader can be elected in a given term."
BOOST_AUTO_TEST_CASE(election_safety) {
  std::size_t elections = 0;
  std::set<std::vector<int>> pairs;
  space().each_step_of("BecomeLeader", [&](const StateReader& before, const StateReader& after,
                                           const std::vector<int>& arguments) {
    ++elections;
    const int elected_before = before.value("elected", {term(before, arguments[0])});
    BOOST_REQUIRE(elected_before == none);
    BOOST_REQUIRE(after.value("elected", {term(before, arguments[0])}) == arguments[0]);
  });
  BOOST_TEST(elections > 0U);
  space().each_state([&](const StateReader& state) {
    for (int i = 0; i < 3; ++i)
      for (int j = 0; j < i; ++j)
        BOOST_REQUIRE((role(state, i) != Role::Leader || role(state, j) != Role::Leader ||
                       term(state, i) != term(state, j)));
  });
}

// Leader Append-Only: "a leader never overwrites or deletes entries in its log; it only appends new
// entries." And only the client's request makes it do so.
BOOST_AUTO_TEST_CASE(leader_append_only) {
  std::size_t appended = 0;
  for (const Space* const one : both_spaces())
    one->each_step(
        [&](const StateReader& before, const StateReader& after, const std::string& action) {
          for (int i = 0; i < one->servers; ++i) {
            if (role(before, i) != Role::Leader || role(after, i) != Role::Leader) continue;
            BOOST_REQUIRE(is_prefix(log_of(before, i), log_of(after, i)));
            if (log_of(before, i) == log_of(after, i)) continue;
            BOOST_REQUIRE(action == "ClientRequest");
            ++appended;
          }
        });
  BOOST_TEST(appended > 0U);
}

// Log Matching: "if two logs contain an entry with the same index and term, then the logs are
// identical in all entries up through the given index."
BOOST_AUTO_TEST_CASE(log_matching) {
  std::size_t same = 0;
  std::size_t different = 0;
  const auto check = [&](const Log& a, const Log& b) {
    for (std::size_t k = 1; k <= std::min(a.size(), b.size()); ++k) {
      (a[k - 1][0] == b[k - 1][0] ? same : different) += 1;
      if (a[k - 1][0] != b[k - 1][0]) continue;
      BOOST_REQUIRE(is_prefix(Log(a.begin(), a.begin() + static_cast<std::ptrdiff_t>(k)), b));
    }
  };
  for (const Space* const one : both_spaces())
    one->each_state([&](const StateReader& state) {
      for (int i = 0; i < one->servers; ++i)
        for (int j = 0; j < i; ++j) check(log_of(state, i), log_of(state, j));
    });
  BOOST_TEST(same > 0U);
  BOOST_TEST(different > 0U);
}

// Leader Completeness: "if a log entry is committed in a given term, then that entry will be
// present in the logs of the leaders for all higher-numbered terms."
BOOST_AUTO_TEST_CASE(leader_completeness) {
  std::size_t present = 0;
  space().each_step_of("BecomeLeader", [&](const StateReader& before, const StateReader&,
                                           const std::vector<int>& arguments) {
    const auto committed = before.elements("committed");
    const Log log = log_of(before, arguments[0]);
    for (std::size_t k = 0; k < committed.size(); ++k) {
      if (committed[k][2] >= term(before, arguments[0])) continue;
      ++present;
      BOOST_REQUIRE(k < log.size());
      BOOST_REQUIRE(log[k][0] == committed[k][0]);
      BOOST_REQUIRE(log[k][1] == committed[k][1]);
    }
  });
  BOOST_TEST(present > 0U);
}

// State Machine Safety: "if a server has applied a log entry at a given index to its state machine,
// no other server will ever apply a different log entry for the same index."
BOOST_AUTO_TEST_CASE(state_machine_safety) {
  std::size_t both = 0;
  const auto check = [&](const StateReader& state, int servers) {
    for (int i = 0; i < servers; ++i)
      for (int j = 0; j < i; ++j)
        for (int k = 0; k < std::min(committed_up_to(state, i), committed_up_to(state, j)); ++k) {
          ++both;
          const auto index = static_cast<std::size_t>(k);
          BOOST_REQUIRE(log_of(state, i).at(index) == log_of(state, j).at(index));
        }
  };
  for (const Space* const one : both_spaces())
    one->each_state([&](const StateReader& state) { check(state, one->servers); });
  BOOST_TEST(both > 0U);
}

// [OO14] section 5.1: "if one server's current term is smaller than the other's, then it updates
// its current term to the larger value. If a candidate or leader discovers that its term is out of
// date, it immediately reverts to follower state."
BOOST_AUTO_TEST_CASE(terms_are_exchanged) {
  std::size_t behind = 0;
  std::size_t stepped_down = 0;
  for (const std::string& action : receiving)
    space().each_step_of(action, [&](const StateReader& before, const StateReader& after,
                                     const std::vector<int>& fields) {
      const AnyFields m(fields);
      BOOST_REQUIRE(term(after, m.to) == std::max(term(before, m.to), m.term));
      if (m.term <= term(before, m.to)) return;
      ++behind;
      stepped_down += role(before, m.to) == Role::Follower ? 0 : 1;
      BOOST_REQUIRE((role(after, m.to) == Role::Follower));
    });
  BOOST_TEST(behind > 0U);
  BOOST_TEST(stepped_down > 0U);
}

// Section 5.1: "if a server receives a request with a stale term number, it rejects the request."
// The reply carries the receiver's term.
BOOST_AUTO_TEST_CASE(stale_requests_are_rejected) {
  for (const char* const action : {"GrantVote", "AcceptEntries"})
    space().each_step_of(
        action, [&](const StateReader& before, const StateReader&, const std::vector<int>& fields) {
          BOOST_REQUIRE(AnyFields(fields).term >= term(before, AnyFields(fields).to));
        });
  std::size_t stale = 0;
  for (const auto& [action, reply] :
       {std::pair("DenyVote", "RequestVoteReply"), {"RejectEntries", "AppendEntriesReply"}})
    space().each_step_of(action,
                         [&, reply = reply](const StateReader& before, const StateReader& after,
                                            const std::vector<int>& fields) {
                           const AnyFields m(fields);
                           if (m.term >= term(before, m.to)) return;
                           ++stale;
                           const auto replies = after.on_their_way("msgs", reply);
                           BOOST_REQUIRE(replies.size() == 1U);
                           BOOST_REQUIRE(AnyFields(replies[0]).to == m.from);
                           BOOST_REQUIRE(AnyFields(replies[0]).term == term(before, m.to));
                           BOOST_REQUIRE(replies[0][3] == 0);
                         });
  BOOST_TEST(stale > 0U);
}

// Section 5.2: "each server will vote for at most one candidate in a given term, on a
// first-come-first-served basis."
BOOST_AUTO_TEST_CASE(one_vote_a_term) {
  std::size_t votes = 0;
  for (const Space* const all : {&space(), &space_with_crashes()})
    all->each_step([&](const StateReader& before, const StateReader& after, const std::string&) {
      for (int i = 0; i < all->servers; ++i) {
        if (voted_for(before, i) == voted_for(after, i)) continue;
        votes += voted_for(after, i) == none ? 0 : 1;
        BOOST_REQUIRE((voted_for(before, i) == none || term(after, i) > term(before, i)));
      }
    });
  BOOST_TEST(votes > 0U);
}

// Section 5.2: "a candidate wins an election if it receives votes from a majority of the servers in
// the full cluster for the same term."
BOOST_AUTO_TEST_CASE(a_majority_elects) {
  std::size_t elections = 0;
  space().each_step_of("BecomeLeader", [&](const StateReader& before, const StateReader& after,
                                           const std::vector<int>& arguments) {
    const int i = arguments[0];
    ++elections;
    int votes = 0;
    for (int j = 0; j < 3; ++j) {
      if (!before.contains("votesGranted", j, {i})) continue;
      ++votes;
      BOOST_REQUIRE((term(before, j) > term(before, i) || voted_for(before, j) == i));
    }
    BOOST_REQUIRE(votes >= 2);
    BOOST_REQUIRE((role(before, i) == Role::Candidate && role(after, i) == Role::Leader));
  });
  BOOST_TEST(elections > 0U);
}

// Section 5.2: "many followers could become candidates at the same time, votes could be split so
// that no candidate obtains a majority"; a new term is needed.
BOOST_AUTO_TEST_CASE(a_vote_can_be_split) {
  std::size_t split = 0;
  space().each_state([&](const StateReader& state) {
    bool all = true;
    for (int i = 0; i < 3; ++i)
      all = all && role(state, i) == Role::Candidate && term(state, i) == 1;
    if (!all) return;
    ++split;
    BOOST_REQUIRE(state.value("elected", {1}) == none);
  });
  BOOST_TEST(split > 0U);
}

// Section 5.2: a candidate that hears from a leader "returns to follower state" if that "leader's
// term is at least as large as the candidate's current term"; otherwise it "rejects the RPC and
// continues in candidate state".
BOOST_AUTO_TEST_CASE(a_candidate_recognizes_the_leader) {
  std::size_t recognized = 0;
  std::size_t recognized_and_rejected = 0;
  std::size_t continued = 0;
  for (const bool accepted : {true, false})
    space().each_step_of(
        accepted ? "AcceptEntries" : "RejectEntries",
        [&](const StateReader& before, const StateReader& after, const std::vector<int>& fields) {
          const Append m(fields);
          if (role(before, m.to) != Role::Candidate) return;
          const bool legitimate = m.term >= term(before, m.to);
          BOOST_REQUIRE((role(after, m.to) == (legitimate ? Role::Follower : Role::Candidate)));
          recognized += legitimate ? 1 : 0;
          recognized_and_rejected += legitimate && !accepted ? 1 : 0;
          continued += legitimate ? 0 : 1;
        });
  BOOST_TEST(recognized > recognized_and_rejected);
  BOOST_TEST(recognized_and_rejected > 0U);
  BOOST_TEST(continued > 0U);
}

// Section 5.3: "if the follower does not find an entry in its log with the same index and term,
// then it refuses the new entries." Otherwise it has the leader's entry from then on, and nothing
// that conflicts with it.
BOOST_AUTO_TEST_CASE(the_consistency_check) {
  std::size_t accepted = 0;
  std::size_t overwritten = 0;
  each_step_of("AcceptEntries", [&](const StateReader& before, const StateReader& after,
                                    const std::vector<int>& fields) {
    const Append m(fields);
    const Log old = log_of(before, m.to);
    const Log log = log_of(after, m.to);
    ++accepted;
    BOOST_REQUIRE(term_at(old, m.prev_index) == m.prev_term);
    if (m.entry == none) {
      BOOST_REQUIRE(log == old);
      return;
    }
    const int k = m.prev_index + 1;
    BOOST_REQUIRE((log.at(static_cast<std::size_t>(k) - 1) == std::vector{m.entry_term, m.entry}));
    if (term_at(old, k) == m.entry_term) {
      BOOST_REQUIRE(log == old);
    } else {
      BOOST_REQUIRE(static_cast<int>(log.size()) == k);
      overwritten += term_at(old, k) != 0 ? 1 : 0;
    }
  });
  std::size_t refused = 0;
  each_step_of("RejectEntries", [&](const StateReader& before, const StateReader& after,
                                    const std::vector<int>& fields) {
    const Append m(fields);
    BOOST_REQUIRE(log_of(before, m.to) == log_of(after, m.to));
    if (m.term < term(before, m.to)) return;
    ++refused;
    BOOST_REQUIRE(term_at(log_of(before, m.to), m.prev_index) != m.prev_term);
  });
  BOOST_TEST(accepted > 0U);
  BOOST_TEST(overwritten > 0U);
  BOOST_TEST(refused > 0U);
}

// Section 5.3: "after a rejection, the leader decrements nextIndex and retries."
BOOST_AUTO_TEST_CASE(the_leader_retries_with_the_entry_before) {
  std::size_t rejections = 0;
  each_step_of("HandleAppendEntriesReply", [&](const StateReader& before, const StateReader& after,
                                               const std::vector<int>& fields) {
    const AnyFields m(fields);
    if (m.term > term(before, m.to)) return;
    const int was = before.value("nextIndex", {m.to, m.from});
    const int is = after.value("nextIndex", {m.to, m.from});
    if (fields[3] != 0) {
      BOOST_REQUIRE(is == after.value("matchIndex", {m.to, m.from}) + 1);
    } else {
      ++rejections;
      BOOST_REQUIRE(is == std::max(was - 1, 1));
    }
  });
  BOOST_TEST(rejections > 0U);
}

// Section 5.3: the leader includes the highest index that it knows to be committed in its
// AppendEntries, and "once a follower learns that a log entry is committed, it applies the entry".
BOOST_AUTO_TEST_CASE(followers_learn_what_is_committed) {
  std::size_t learned = 0;
  each_step_of("AcceptEntries", [&](const StateReader& before, const StateReader& after,
                                    const std::vector<int>& fields) {
    const Append m(fields);
    const int known = m.prev_index + (m.entry == none ? 0 : 1);
    const int was = committed_up_to(before, m.to);
    BOOST_REQUIRE(committed_up_to(after, m.to) == std::max(was, std::min(m.leader_commit, known)));
    learned += committed_up_to(after, m.to) > was ? 1 : 0;
  });
  BOOST_TEST(learned > 0U);
}

// [OO14] section 5.4.1: "the voter denies its vote if its own log is more up-to-date than that of
// the candidate." What else may deny it is a stale term, or a vote for another.
BOOST_AUTO_TEST_CASE(the_election_restriction) {
  std::size_t granted = 0;
  std::size_t denied = 0;
  each_step_of("GrantVote",
               [&](const StateReader& before, const StateReader&, const std::vector<int>& fields) {
                 const VoteRequest m(fields);
                 ++granted;
                 BOOST_REQUIRE(m.log >= up_to_dateness(log_of(before, m.to)));
               });
  each_step_of("DenyVote",
               [&](const StateReader& before, const StateReader&, const std::vector<int>& fields) {
                 const VoteRequest m(fields);
                 const int vote = m.term > term(before, m.to) ? none : voted_for(before, m.to);
                 if (m.term < term(before, m.to) || (vote != none && vote != m.from)) return;
                 ++denied;
                 BOOST_REQUIRE(m.log < up_to_dateness(log_of(before, m.to)));
               });
  BOOST_TEST(granted > 0U);
  BOOST_TEST(denied > 0U);
}

// Section 5.4.2: "only log entries from the leader's current term are committed by counting
// replicas": a majority of the servers do have them.
BOOST_AUTO_TEST_CASE(only_entries_of_the_current_term_are_counted) {
  std::size_t commits = 0;
  space().each_step_of("AdvanceCommitIndex", [&](const StateReader& before, const StateReader&,
                                                 const std::vector<int>& arguments) {
    const int i = arguments[0];
    const int n = arguments[1];
    ++commits;
    BOOST_REQUIRE((role(before, i) == Role::Leader));
    BOOST_REQUIRE(term_at(log_of(before, i), n) == term(before, i));
    int have = 0;
    for (int j = 0; j < 3; ++j) have += term_at(log_of(before, j), n) == term(before, i) ? 1 : 0;
    BOOST_REQUIRE(have >= 2);
  });
  BOOST_TEST(commits > 0U);
}

// [OO14] Figure 8: "why a leader cannot determine commitment using log entries from older terms."
BOOST_AUTO_TEST_CASE(figure_8_old_entries_are_not_committed_by_counting) {
  using Terms = std::vector<std::vector<int>>;
  Play play(figure_8);
  play.play(figure_8a);
  BOOST_TEST((role(play.state(), 0) == Role::Leader));
  BOOST_TEST((play.log_terms(5) == Terms{{1}, {1}, {}, {}, {}}));
  play.play(figure_8b);
  BOOST_TEST((role(play.state(), 4) == Role::Leader));
  BOOST_TEST((play.log_terms(5) == Terms{{1}, {1}, {}, {}, {2}}));
  play.play(figure_8c);
  BOOST_TEST((role(play.state(), 0) == Role::Leader));
  BOOST_TEST(term(play.state(), 0) == 3);
  BOOST_TEST((play.log_terms(5) == Terms{{1}, {1}, {1}, {}, {2}}));
  // "The log entry ... has been replicated on a majority of the servers, but it is not committed."
  BOOST_TEST(play.refused("AdvanceCommitIndex(s1, 1)") == "own_term");
  play.play(figure_8d);
  BOOST_TEST((role(play.state(), 4) == Role::Leader));
  BOOST_TEST((play.log_terms(5) == Terms{{1}, {2}, {2}, {}, {2}}));
  BOOST_TEST(play.holds("LeaderCompleteness"));
}

// Figure 8 (d), had the leader counted: what it committed is overwritten.
BOOST_AUTO_TEST_CASE(figure_8_counting_would_lose_a_committed_entry) {
  Play play(figure_8, {{"AdvanceCommitIndex", "own_term"}});
  play.play(figure_8a + figure_8b + figure_8c + Actions{"AdvanceCommitIndex(s1, 1)"});
  // The others learn of it.
  play.play(append(1, 2, "AcceptEntries"));
  BOOST_TEST(committed_up_to(play.state(), 1) == 1);
  BOOST_TEST(play.holds("StateMachineSafety"));
  play.play(figure_8d);
  BOOST_TEST(!play.holds("LeaderCompleteness"));
  BOOST_TEST(!play.holds("StateMachineSafety"));
}

// Figure 8 (e): once an entry of the current term is on a majority, "this entry is committed (S5
// cannot win an election). At this point all preceding entries in the log are committed as well."
BOOST_AUTO_TEST_CASE(figure_8_a_new_entry_commits_those_before) {
  using Terms = std::vector<std::vector<int>>;
  Play play(figure_8);
  play.play(figure_8a + figure_8b + figure_8c + figure_8e + Actions{"AdvanceCommitIndex(s1, 2)"});
  BOOST_TEST((play.log_terms(5) == Terms{{1, 3}, {1, 3}, {1, 3}, {}, {2}}));
  BOOST_TEST(play.state().elements("committed").size() == 2U);
  play.play(s5_tries_again);
  for (const int voter : {2, 3}) {
    const std::string request = "(RequestVote(s5 -> " + server(voter) + "...";
    play.play({"SendRequestVote(s5, " + server(voter) + ")"});
    BOOST_TEST(play.refused("GrantVote" + request) == "up_to_date");
    play.play({"DenyVote" + request,
               "HandleRequestVoteReply(RequestVoteReply(" + server(voter) + " -> s5..."});
  }
  Actions votes = win(5, {4});
  votes.pop_back();
  play.play(votes);
  BOOST_TEST(play.refused("BecomeLeader(s5)") == "quorum");
}

// [OO14] Figure 2, "persistent state on all servers": a crash takes the role and commitIndex, but
// neither term, vote nor log.
BOOST_AUTO_TEST_CASE(a_server_finds_its_persistent_state_again) {
  std::size_t crashes = 0;
  space_with_crashes().each_step_of(
      "Crash",
      [&](const StateReader& before, const StateReader& after, const std::vector<int>& arguments) {
        const int i = arguments[0];
        ++crashes;
        BOOST_REQUIRE(term(after, i) == term(before, i));
        BOOST_REQUIRE(voted_for(after, i) == voted_for(before, i));
        BOOST_REQUIRE(log_of(after, i) == log_of(before, i));
        BOOST_REQUIRE((role(after, i) == Role::Follower));
        BOOST_REQUIRE(committed_up_to(after, i) == 0);
        BOOST_REQUIRE(after.contains("down", i));
      });
  BOOST_TEST(crashes > 0U);
}

// The lecture's automaton, and that of [OO14] Figure 4: every change of role, and what causes it.
BOOST_AUTO_TEST_CASE(the_roles_change_as_drawn) {
  std::set<std::pair<Role, Role>> changes;
  std::size_t new_elections = 0;
  space().each_step(
      [&](const StateReader& before, const StateReader& after, const std::string& action) {
        for (int i = 0; i < 3; ++i) {
          const Role from = role(before, i);
          const Role to = role(after, i);
          const bool later = term(after, i) > term(before, i);
          new_elections += from == to && from == Role::Candidate && later ? 1 : 0;
          if (from == to) continue;
          changes.insert({from, to});
          if (to == Role::Candidate) BOOST_REQUIRE((action == "Timeout" && later));
          if (to == Role::Leader) BOOST_REQUIRE((action == "BecomeLeader" && !later));
          if (to != Role::Follower) continue;
          const bool leader = action == "AcceptEntries" || action == "RejectEntries";
          BOOST_REQUIRE((later || (from == Role::Candidate && leader)));
        }
      });
  BOOST_TEST((changes == std::set<std::pair<Role, Role>>{{Role::Follower, Role::Candidate},
                                                         {Role::Candidate, Role::Leader},
                                                         {Role::Candidate, Role::Follower},
                                                         {Role::Leader, Role::Follower}}));
  BOOST_TEST(new_elections > 0U);
  for (int i = 0; i < 3; ++i) BOOST_TEST((role(space().at(0), i) == Role::Follower));
}

// The lecture: "The system must always have a single leader in place." There can be none, and there
// can be two, of different terms.
BOOST_AUTO_TEST_CASE(there_is_not_always_a_single_leader) {
  std::size_t none_leads = 0;
  std::size_t two_lead = 0;
  space().each_state([&](const StateReader& state) {
    int leaders = 0;
    for (int i = 0; i < 3; ++i) leaders += role(state, i) == Role::Leader ? 1 : 0;
    none_leads += leaders == 0 ? 1 : 0;
    two_lead += leaders == 2 ? 1 : 0;
    BOOST_REQUIRE(leaders <= 2);
  });
  BOOST_TEST(none_leads > 0U);
  BOOST_TEST(two_lead > 0U);
}

// The lecture: "apply operations upon receiving responses from a majority of the followers." Taken
// by the letter, that is all followers when there are three servers, and one crash stops them.
BOOST_AUTO_TEST_CASE(a_majority_of_the_followers_is_too_many) {
  for (const bool followers : {false, true}) {
    RunRequest request;
    request.system = &synod_protocol();
    request.parameters = resolve_parameters(
        synod_protocol(), assignments(followers ? "in_flight=1 crash=stop commit_by=followers"
                                                : "in_flight=1 crash=stop"));
    const RunReport report = run_check(request);
    for (std::size_t i = 0; i < report.properties.size(); ++i)
      if (report.properties[i].name == "CommittedByTheOthers")
        BOOST_TEST((report.result.properties[i].verdict == PropertyVerdict::violated) == followers);
  }
}

// A normal run: an election, and one entry that is committed everywhere.
BOOST_AUTO_TEST_CASE(a_normal_run) {
  Play play("servers=3 terms=1 entries=1 in_flight=1");
  play.play(Actions{"Timeout(s1)"} + win(1, {2}) + Actions{"ClientRequest(s1, v1)"} +
            append(1, 2, "AcceptEntries") + Actions{"AdvanceCommitIndex(s1, 1)"} +
            append(1, 3, "AcceptEntries") + append(1, 2, "AcceptEntries"));
  for (int i = 0; i < 3; ++i) BOOST_TEST(committed_up_to(play.state(), i) == 1);
}

// Renumbered terms are the terms of longer runs. On normal forms and with so many terms, the model
// reaches what the model itself reaches in normal form with one term more, or with any number, by
// way of states whose normal forms make do with that many. (Runs whose normal forms need more in
// between may come back to others.) With the same number of terms it reaches less: then the terms
// that are forgotten still count.
BOOST_AUTO_TEST_CASE(normal_forms_are_what_more_terms_reach) {
  for (const auto& [more, window] :
       {std::pair("in_flight=1", 2), {"in_flight=1", 3}, {"entries=2 in_flight=1", 3}}) {
    const std::set<std::string> reached = normal_forms(2, more, window).reached();
    const auto within_window = [&, more = more, window = window](int terms) {
      return normal_forms(2, more, terms).reached_within(window);
    };
    const std::set<std::string> fewer = within_window(window);
    BOOST_TEST((fewer.size() < reached.size() && std::ranges::includes(reached, fewer)));
    BOOST_TEST((within_window(window + 1) == reached));
    BOOST_TEST((within_window(window + 2) == reached));
  }
}

// Section 5.2: "without extra measures split votes could repeat indefinitely." In each round all
// servers stand for election, vote for themselves, ask all others and are denied by all; no message
// is lost. On normal forms the next round is the same one; with enough terms it is in the next.
BOOST_AUTO_TEST_CASE(split_votes_repeat_indefinitely) {
  for (const int servers : {2, 3}) {
    RunRequest request;
    request.system = &synod_protocol();
    request.parameters = resolve_parameters(
        synod_protocol(), assignments("in_flight=1 servers=" + std::to_string(servers)));
    request.properties = {"EventuallyElectsALeader"};
    const RunReport report = run_check(request);
    BOOST_REQUIRE(report.as_expected);
    BOOST_REQUIRE((report.trace && report.trace->loop && report.trace->loop_action));
    const Trace& trace = *report.trace;

    const auto observer = synod_protocol().instantiate(request.parameters, {})->observer();
    const StateReader round(observer->variables(), trace.states[*trace.loop]);
    for (int i = 0; i < servers; ++i) {
      BOOST_TEST((role(round, i) == Role::Candidate));
      BOOST_TEST(voted_for(round, i) == i);
    }
    std::map<std::string, int> taken{{action_of(*trace.loop_action), 1}};
    for (std::size_t i = *trace.loop; i < trace.actions.size(); ++i)
      ++taken[action_of(trace.actions[i])];
    const int pairs = servers * (servers - 1);
    BOOST_TEST((taken == std::map<std::string, int>{{"Timeout", servers},
                                                    {"SendRequestVote", pairs},
                                                    {"DenyVote", pairs},
                                                    {"HandleRequestVoteReply", pairs}}));

    const std::vector<int> heights = normal_forms(servers, "in_flight=1", 4)
                                         .follow(normal_forms(servers, "in_flight=1", 2), trace, 3);
    BOOST_TEST((heights == std::vector{1, 2, 3, 4}));
  }
}

// Each assumption of a claim is needed in some quick instance: without it a behaviour violates the
// claim. Nothing is rejected unless a log has two entries, and counted crashes come to an end.
BOOST_AUTO_TEST_CASE(every_assumption_is_needed) {
  const auto violated = [](const std::string& claim, const std::string& unfair,
                           const std::string& instance) {
    RunRequest request;
    request.system = &synod_protocol();
    request.parameters = resolve_parameters(synod_protocol(), assignments(instance));
    request.properties = {claim};
    request.unfair = {unfair};
    return run_check(request).verdict == Verdict::violated;
  };
  const auto model = synod_protocol().instantiate(
      resolve_parameters(synod_protocol(), assignments(one_crash)), {});
  std::size_t assumptions = 0;
  for (const PropertyInfo& claim : model->properties()) {
    if (claim.kind != PropertyKind::temporal || claim.refuted) continue;
    for (const std::string& assumption : claim.fairness) {
      ++assumptions;
      const std::string instance =
          assumption.find("RejectEntries") != std::string::npos ? "terms=2 entries=2 in_flight=1"
          : assumption == "FIN(Crash)" ? "terms=1 in_flight=1 crash=uncounted"
                                       : one_crash;
      BOOST_TEST(violated(claim.name, assumption, instance),
                 claim.name << " without " << assumption);
    }
  }
  BOOST_TEST(assumptions == 11U);
}

// A state and its normal form do the same, and all that claims ask of a state holds of both. No
// step is lost, so that to be fair means the same.
BOOST_AUTO_TEST_CASE(normal_forms_can_do_the_same) {
  for (const auto& [servers, more, terms] : {std::tuple(2, "in_flight=1", 4),
                                             {2, "in_flight=2", 2},
                                             {2, "in_flight=1 crash=recovery", 3},
                                             {2, "network=duplicating", 3},
                                             {2, "in_flight=2 network=short_lived", 2},
                                             {2, "entries=2 in_flight=1", 3},
                                             {3, "in_flight=1", 1}}) {
    const NormalForms forms = normal_forms(servers, more, terms);
    BOOST_TEST(forms.difference() == "", more);
    BOOST_TEST(forms.predicates_that_differ().empty(), more);
    BOOST_TEST(forms.forgotten_actions().empty(), more);
  }
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(raft_thorough)

BOOST_AUTO_TEST_CASE(counts) {
  BOOST_TEST(count_faults(synod_protocol(), Tier::thorough, thorough_counts) == "");
}

BOOST_AUTO_TEST_CASE(every_assumption_is_needed) {
  BOOST_TEST(assumption_faults(synod_protocol()) == "");
}

// Whatever is left out of an action: terms are still only compared and counted on.
BOOST_AUTO_TEST_CASE(normal_forms_can_do_the_same_with_anything_left_out) {
  const std::string instance = "servers=2 in_flight=1 terms=2";
  for (const NamedDrop& each :
       all_drops(synod_protocol(), resolve_parameters(synod_protocol(), assignments(instance))))
    BOOST_TEST(normal_forms(2, "in_flight=1", 2, {each.drop}).difference() == "", each.drop.text());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace synod::test
