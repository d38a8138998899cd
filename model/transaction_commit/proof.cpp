// Why transaction commit is consistent, for any number of resource managers.
#include "checker/proof/valued.hpp"
#include "model/proofs.hpp"
#include "model/transaction_commit/transaction_commit.hpp"

namespace synod {
namespace {

using proof::expr;
using proof::for_all;
using proof::Members;
using proof::Relation;
using proof::Sort;
using proof::Valued;
using transaction_commit::RMState;
using transaction_commit::TMState;
using z3::implies;
using State = transaction_commit::TransactionCommit<Observe>;

/// Transaction commit as relations, and as the model has them.
struct CommitProof {
  proof::Protocol& commit;

  const Sort RM = commit.sort("rm");
  const expr rm = RM["rm"], other = RM["other"];

  const Valued<RMState> rmState{commit,
                                {RM},
                                {{RMState::working, "working"},
                                 {RMState::prepared, "prepared"},
                                 {RMState::committed, "committed"},
                                 {RMState::aborted, "aborted"}}};
  const Relation working = rmState[RMState::working];
  const Relation committed = rmState[RMState::committed];
  const Relation aborted = rmState[RMState::aborted];
  const Valued<TMState> tmState{commit,
                                {},
                                {{TMState::init, "tm_init"},
                                 {TMState::committed, "tm_committed"},
                                 {TMState::aborted, "tm_aborted"}}};
  const Relation tm_init = tmState[TMState::init];
  const Relation tm_committed = tmState[TMState::committed];
  const Relation tm_aborted = tmState[TMState::aborted];
  const Relation tmPrepared = commit.variable("tmPrepared", {RM});
  const Relation Prepared = commit.variable("Prepared", {RM});
  const Relation Commit = commit.variable("Commit", {});
  const Relation Abort = commit.variable("Abort", {});

  explicit CommitProof(proof::Protocol& protocol) : commit(protocol) {
    initial();
    actions();
    invariant();
  }

  void initial();
  void actions();
  void invariant();
  proof::Reading<transaction_commit::TransactionCommit> reading() const;
};

void CommitProof::initial() {
  commit.initially(for_all({rm}, rmState.is_only(RMState::working, {rm})));
  commit.initially(tmState.is_only(TMState::init, {}));
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
  tmState.set(tm_commit, "decide", {}, TMState::committed);
  tm_commit.insert("announce", Commit, {});

  auto& tm_abort = commit.action("TMAbort", {}).when("undecided", tm_init());
  tmState.set(tm_abort, "decide", {}, TMState::aborted);
  tm_abort.insert("announce", Abort, {});

  auto& prepare = commit.action("RMPrepare", {rm}).when("working", working(rm));
  rmState.set(prepare, "prepare", {rm}, RMState::prepared);
  prepare.insert("report", Prepared, {rm});

  auto& choose = commit.action("RMChooseToAbort", {rm}).when("working", working(rm));
  rmState.set(choose, "abort", {rm}, RMState::aborted);

  auto& hear_commit = commit.action("RMRcvCommitMsg", {rm}).when("announced", Commit());
  rmState.set(hear_commit, "commit", {rm}, RMState::committed);

  auto& hear_abort = commit.action("RMRcvAbortMsg", {rm}).when("announced", Abort());
  rmState.set(hear_abort, "abort", {rm}, RMState::aborted);
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
  rmState.read(reading, [](const State& s, const Members& x) { return RMState{s.rmState[x[0]]}; });
  tmState.read(reading, [](const State& s, const Members&) { return TMState{s.tmState}; });
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
  const auto covers = [](const Parameters&) { return true; };
  return std::make_shared<proof::Modelled>(
      proof::Modelled{protocol, commit.reading().structures(), covers, true});
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
