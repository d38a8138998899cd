// Why transaction commit is consistent, for any number of resource managers.
#include "checker/proof/structure.hpp"
#include "model/proofs.hpp"
#include "model/transaction_commit/transaction_commit.hpp"

namespace synod {
namespace {

using proof::expr;
using proof::for_all;
using proof::Members;
using proof::Relation;
using proof::Sort;
using transaction_commit::RMState;
using transaction_commit::TMState;
using z3::implies;
using State = transaction_commit::TransactionCommit<Observe>;

/// The four states of an RM, or the three of the TM, as one relation each.
using States = std::vector<Relation>;

/// The RM is in one state from now on.
void move(proof::Action& action, const std::string& effect, const States& states, std::size_t to,
          const proof::Variables& rm) {
  for (std::size_t i = 0; i < states.size(); ++i) {
    if (i == to)
      action.insert(effect, states[i], rm);
    else
      action.remove(effect, states[i], rm);
  }
}

std::size_t index(auto state) { return static_cast<std::size_t>(state); }

/// Transaction commit as relations, and as the model has them.
struct CommitProof {
  proof::Protocol& commit;

  const Sort RM = commit.sort("rm");
  const expr rm = RM["rm"], other = RM["other"];

  const States rmState = {commit.variable("working", {RM}), commit.variable("prepared", {RM}),
                          commit.variable("committed", {RM}), commit.variable("aborted", {RM})};
  const Relation& working = rmState[index(RMState::working)];
  const Relation& committed = rmState[index(RMState::committed)];
  const Relation& aborted = rmState[index(RMState::aborted)];
  const States tmState = {commit.variable("tm_init", {}), commit.variable("tm_committed", {}),
                          commit.variable("tm_aborted", {})};
  const Relation& tm_init = tmState[index(TMState::init)];
  const Relation& tm_committed = tmState[index(TMState::committed)];
  const Relation& tm_aborted = tmState[index(TMState::aborted)];
  const Relation tmPrepared = commit.variable("tmPrepared", {RM});
  const Relation Prepared = commit.variable("Prepared", {RM});
  const Relation Commit = commit.variable("Commit", {});
  const Relation Abort = commit.variable("Abort", {});

  explicit CommitProof(proof::Protocol& protocol) : commit(protocol) {
    initial();
    actions();
    invariant();
  }
  CommitProof(const CommitProof&) = delete;
  CommitProof& operator=(const CommitProof&) = delete;

  void initial();
  void actions();
  void invariant();
  proof::Reading<transaction_commit::TransactionCommit> reading() const;
};

void CommitProof::initial() {
  commit.initially(for_all({rm}, working(rm)));
  for (const Relation& state : rmState)
    if (state.name() != working.name()) commit.initially(for_all({rm}, !state(rm)));
  commit.initially(tm_init() && !tm_committed() && !tm_aborted());
  commit.initially(for_all({rm}, !tmPrepared(rm) && !Prepared(rm)));
  commit.initially(!Commit() && !Abort());
}

void CommitProof::actions() {
  commit.action("TMRcvPrepared", {rm})
      .when("undecided", tm_init())
      .when("reported", Prepared(rm))
      .insert("note", tmPrepared, {rm});

  auto& tm_commit = commit.action("TMCommit", {})
                        .when("undecided", tm_init())
                        .when("all_prepared", for_all({rm}, tmPrepared(rm)));
  move(tm_commit, "decide", tmState, index(TMState::committed), {});
  tm_commit.insert("announce", Commit, {});

  auto& tm_abort = commit.action("TMAbort", {}).when("undecided", tm_init());
  move(tm_abort, "decide", tmState, index(TMState::aborted), {});
  tm_abort.insert("announce", Abort, {});

  auto& prepare = commit.action("RMPrepare", {rm}).when("working", working(rm));
  move(prepare, "prepare", rmState, index(RMState::prepared), {rm});
  prepare.insert("report", Prepared, {rm});

  auto& choose = commit.action("RMChooseToAbort", {rm}).when("working", working(rm));
  move(choose, "abort", rmState, index(RMState::aborted), {rm});

  auto& hear_commit = commit.action("RMRcvCommitMsg", {rm}).when("announced", Commit());
  move(hear_commit, "commit", rmState, index(RMState::committed), {rm});

  auto& hear_abort = commit.action("RMRcvAbortMsg", {rm}).when("announced", Abort());
  move(hear_abort, "abort", rmState, index(RMState::aborted), {rm});
}

void CommitProof::invariant() {
  commit.invariant("OneDecision", !(tm_init() && (tm_committed() || tm_aborted())) &&
                                      !(tm_committed() && tm_aborted()));
  commit.invariant("CommitIsDecided", implies(Commit(), tm_committed()));
  commit.invariant("AbortIsDecided", implies(Abort(), tm_aborted()));
  commit.invariant("NotedIsPrepared", for_all({rm}, implies(tmPrepared(rm), Prepared(rm))));
  commit.invariant("CommitMeansAllPrepared", for_all({rm}, implies(Commit(), Prepared(rm))));
  commit.invariant("PreparedIsNoLongerWorking", for_all({rm}, implies(Prepared(rm), !working(rm))));
  commit.invariant("PreparedAbortsWhenTold",
                   for_all({rm}, implies(Prepared(rm) && aborted(rm), Abort())));
  commit.invariant("CommitsWhenTold", for_all({rm}, implies(committed(rm), Commit())));

  commit.claim("TCConsistent", for_all({rm, other}, !(committed(rm) && aborted(other))));
}

proof::Reading<transaction_commit::TransactionCommit> CommitProof::reading() const {
  proof::Reading<transaction_commit::TransactionCommit> reading(commit);
  reading.sort(RM, [](const State& s) { return s.RM; });
  for (std::size_t i = 0; i < rmState.size(); ++i)
    reading.relation(rmState[i], [i](const State& s, const Members& x) {
      return s.rmState[x[0]] == static_cast<RMState>(i);
    });
  for (std::size_t i = 0; i < tmState.size(); ++i)
    reading.relation(tmState[i], [i](const State& s, const Members&) {
      return s.tmState == static_cast<TMState>(i);
    });
  reading.relation(tmPrepared,
                   [](const State& s, const Members& x) { return s.tmPrepared.contains(x[0]); });
  reading.relation(Prepared,
                   [](const State& s, const Members& x) { return s.Prepared.sent(x[0]); });
  reading.relation(Commit, [](const State& s, const Members&) { return s.Commit.sent(); });
  reading.relation(Abort, [](const State& s, const Members&) { return s.Abort.sent(); });
  return reading;
}

std::shared_ptr<const proof::Modelled> transaction_commit_proof() {
  const auto protocol = std::make_shared<proof::Protocol>("transaction_commit");
  const CommitProof commit(*protocol);
  return std::make_shared<proof::Modelled>(proof::Modelled{protocol, commit.reading().structures(),
                                                           [](const Parameters&) { return true; }});
}

}  // namespace

proof::TopicInfo transaction_commit_topic() {
  return {"transaction_commit",
          "No resource manager commits while another aborts",
          {"[GL06] J. Gray, L. Lamport, Consensus on Transaction Commit, ACM TODS 31(1), 2006, "
           "section 3"},
          {},
          [](const Parameters&) {
            return transaction_commit_proof()->protocol->topic(
                "In transaction commit by Two-Phase Commit no resource manager commits while "
                "another aborts.",
                "any number of resource managers");
          },
          transaction_commit_proof};
}

}  // namespace synod
