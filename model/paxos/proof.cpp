// Why Paxos agrees, for any number of acceptors, ballots and values: an inductive invariant.
// After O. Padon, G. Losa, M. Sagiv, S. Shoham, "Paxos Made EPR", OOPSLA 2017, section 4, with the
// messages and variables of this project's model.
//
// Quorums are individuals too: nothing is known of them but that one of phase 1 and one of phase 2
// have an acceptor in common ([HMS16] H. Howard, D. Malkhi, A. Spiegelman, Flexible Paxos, OPODIS
// 2016). That real quorums do is the matter of another proof.
#include "checker/proof/structure.hpp"
#include "model/paxos/paxos.hpp"
#include "model/proofs.hpp"

namespace synod {
namespace {

using proof::expr;
using proof::for_all;
using proof::for_some;
using z3::implies;

using State = paxos::Paxos<Observe>;
using proof::Members;
using proof::Relation;
using proof::Sort;

/// Paxos as relations, and as the model has them.
struct PaxosProof {
  proof::Protocol& paxos;

  // Sorts, and variables of them

  const Sort acceptor = paxos.sort("acceptor");
  const Sort ballot = paxos.sort("ballot");
  const Sort value = paxos.sort("value");
  const Sort info_quorum = paxos.sort("info_quorum");
  const Sort accept_quorum = paxos.sort("accept_quorum");
  const expr a = acceptor["a"], x = acceptor["x"];
  const expr b = ballot["b"], c = ballot["c"], m = ballot["m"], y = ballot["y"], z = ballot["z"];
  const expr v = value["v"], w = value["w"];
  const expr q = info_quorum["q"], r = accept_quorum["r"], s = accept_quorum["s"];

  // What is the same in all states

  const Relation at_most = paxos.order("at_most", ballot);
  const expr none = paxos.constant(ballot, "none");
  const Relation in_info = paxos.fixed("in_info_quorum", {acceptor, info_quorum});
  const Relation in_accept = paxos.fixed("in_accept_quorum", {acceptor, accept_quorum});

  // Variables. maxBal and maxVBal as what is at least and at most; 1b as what it says: the last
  // vote, and no later one.

  const Relation reached = paxos.variable("reached", {acceptor, ballot});    // maxBal[a] >= b
  const Relation passed = paxos.variable("passed", {acceptor, ballot});      // maxBal[a] > b
  const Relation voted_by = paxos.variable("voted_by", {acceptor, ballot});  // maxVBal[a] <= b
  const Relation last = paxos.variable("last", {acceptor, ballot, value});   // maxVBal, maxVal
  const Relation down = paxos.variable("down", {acceptor});
  const Relation msg1a = paxos.variable("1a", {ballot});
  const Relation answered = paxos.variable("1b_mbal_at_most", {acceptor, ballot, ballot});
  const Relation reported = paxos.variable("1b", {acceptor, ballot, ballot, value});
  const Relation msg2a = paxos.variable("2a", {ballot, value});
  const Relation msg2b = paxos.variable("2b", {acceptor, ballot, value});

  explicit PaxosProof(proof::Protocol& protocol) : paxos(protocol) {
    paxos.axiom("none_is_least", for_all({b}, at_most(none, b)));
    paxos.axiom("quorums_intersect",
                for_all({q, r}, for_some({a}, in_info(a, q) && in_accept(a, r))));
    initial();
    actions();
    invariant();
  }

  expr below(const expr& one, const expr& other) const {
    return at_most(one, other) && one != other;
  }
  expr chosen(const expr& quorum, const expr& in, const expr& what) const {
    return for_all({a}, implies(in_accept(a, quorum), msg2b(a, in, what)));
  }

  void initial();
  void actions();
  void invariant();
  proof::Reading<paxos::Paxos> reading() const;
};

void PaxosProof::initial() {
  paxos.initially(for_all({a, b}, reached(a, b) == (b == none)));
  paxos.initially(for_all({a, b}, !passed(a, b)));
  paxos.initially(for_all({a, b}, voted_by(a, b)));
  paxos.initially(for_all({a, b, v}, !last(a, b, v)));
  paxos.initially(for_all({a}, !down(a)));
  paxos.initially(for_all({b}, !msg1a(b)));
  paxos.initially(for_all({a, b, c}, !answered(a, b, c)));
  paxos.initially(for_all({a, b, m, v}, !reported(a, b, m, v)));
  paxos.initially(for_all({b, v}, !msg2a(b, v)));
  paxos.initially(for_all({a, b, v}, !msg2b(a, b, v)));
}

void PaxosProof::actions() {
  paxos.action("Phase1a", {b}).when("a_ballot", b != none).insert("collect", msg1a, {b});

  paxos.action("Phase1b", {a, b})
      .when("requested", msg1a(b))
      .when("up", !down(a))
      .when("newer", !reached(a, b))
      .then("promise", reached, {x, y}, reached(x, y) || (x == a && at_most(y, b)))
      .then("promise", passed, {x, y}, passed(x, y) || (x == a && below(y, b)))
      .then("last", answered, {x, y, z}, answered(x, y, z) || (x == a && y == b && voted_by(a, z)))
      .then("last", reported, {x, y, z, w},
            reported(x, y, z, w) || (x == a && y == b && last(a, z, w)));

  paxos.action("Phase2a", {b, v, q, m})
      .when("a_ballot", b != none)
      .when("not_proposed", for_all({w}, !msg2a(b, w)))
      .when("safe", for_all({a}, implies(in_info(a, q), answered(a, b, m))))
      .when("safe", m == none || for_some({a}, in_info(a, q) && reported(a, b, m, v)))
      .insert("begin", msg2a, {b, v});

  paxos.action("Phase2b", {a, b, v})
      .when("proposed", msg2a(b, v))
      .when("up", !down(a))
      .when("not_outdated", !passed(a, b))
      .then("promise", reached, {x, y}, reached(x, y) || (x == a && at_most(y, b)))
      .then("promise", passed, {x, y}, passed(x, y) || (x == a && below(y, b)))
      .then("vote", voted_by, {x, y}, z3::ite(x == a, at_most(b, y), voted_by(x, y)))
      .then("vote", last, {x, y, w}, z3::ite(x == a, y == b && w == v, last(x, y, w)))
      .insert("accept", msg2b, {a, b, v});

  paxos.action("Crash", {a}).when("up", !down(a)).insert("stop", down, {a});
  paxos.action("Restart", {a}).when("stopped", down(a)).remove("start", down, {a});
}

void PaxosProof::invariant() {
  paxos.invariant("ProposedOnce", for_all({b, v, w}, implies(msg2a(b, v) && msg2a(b, w), v == w)));
  paxos.invariant("VotesAreProposed", for_all({a, b, v}, implies(msg2b(a, b, v), msg2a(b, v))));
  paxos.invariant("NoneIsNotProposed", for_all({v}, !msg2a(none, v)));
  paxos.invariant("ReachedIsBeyond",
                  for_all({a, b, c}, implies(reached(a, b) && below(c, b), passed(a, c))));
  paxos.invariant("VotesAreReached", for_all({a, b, v}, implies(msg2b(a, b, v), reached(a, b))));
  paxos.invariant("LastIsAVote", for_all({a, b, v}, implies(last(a, b, v), msg2b(a, b, v))));
  paxos.invariant("NoLaterVote",
                  for_all({a, b, c, v}, implies(voted_by(a, b) && msg2b(a, c, v), at_most(c, b))));
  paxos.invariant("AnswersArePromises",
                  for_all({a, b, m}, implies(answered(a, b, m), reached(a, b))));
  paxos.invariant(
      "AnswersAreComplete",
      for_all({a, b, c, m, v},
              implies(answered(a, b, m) && msg2b(a, c, v) && below(c, b), at_most(c, m))));
  paxos.invariant("ReportsAreVotes",
                  for_all({a, b, m, v}, implies(reported(a, b, m, v), msg2b(a, m, v))));
  // [L01] section 2.2, P2c: no other value is chosen below a proposal, nor ever will be.
  paxos.invariant("ProposalsAreSafe",
                  for_all({b, c, v, w, r}, implies(msg2a(b, v) && below(c, b) && v != w,
                                                   for_some({a}, in_accept(a, r) && passed(a, c) &&
                                                                     !msg2b(a, c, w)))));

  paxos.claim("Agreement",
              for_all({b, c, v, w, r, s}, implies(chosen(r, b, v) && chosen(s, c, w), v == w)));
}

proof::Reading<paxos::Paxos> PaxosProof::reading() const {
  proof::Reading<paxos::Paxos> reading(this->paxos);
  reading.sort(acceptor, [](const State& s) { return s.Acceptor; });
  reading.sort(ballot, [](const State& s) { return optional(s.Ballot); });
  reading.sort(value, [](const State& s) { return s.Value; });
  reading.quorums(info_quorum, in_info, [](const State& s) { return s.InfoQuorum; });
  reading.quorums(accept_quorum, in_accept, [](const State& s) { return s.AcceptQuorum; });
  reading.constant(none, synod::none);
  const auto is_ballot = [](int b) { return b != synod::none; };
  reading.relation(at_most, [](const State&, const Members& x) { return x[0] <= x[1]; });
  reading.relation(reached,
                   [](const State& s, const Members& x) { return s.maxBal[x[0]] >= x[1]; });
  reading.relation(passed, [](const State& s, const Members& x) { return s.maxBal[x[0]] > x[1]; });
  reading.relation(voted_by,
                   [](const State& s, const Members& x) { return s.maxVBal[x[0]] <= x[1]; });
  reading.relation(last, [=](const State& s, const Members& x) {
    return is_ballot(x[1]) && s.maxVBal[x[0]] == x[1] && s.maxVal[x[0]] == x[2];
  });
  reading.relation(down, [](const State& s, const Members& x) { return s.down.contains(x[0]); });
  reading.relation(msg1a, [=](const State& s, const Members& x) {
    return is_ballot(x[0]) && s.msg1a.sent(x[0]);
  });
  reading.relation(answered, [=](const State& s, const Members& x) {
    bool found = false;
    if (is_ballot(x[1]))
      s.msg1b.each(x[0], x[1], [&](int mbal, int) { found = found || mbal <= x[2]; });
    return found;
  });
  reading.relation(reported, [=](const State& s, const Members& x) {
    return is_ballot(x[1]) && is_ballot(x[2]) && s.msg1b.sent(x[0], x[1], x[2], x[3]);
  });
  reading.relation(msg2a, [=](const State& s, const Members& x) {
    return is_ballot(x[0]) && s.msg2a.sent(x[0], x[1]);
  });
  reading.relation(msg2b, [=](const State& s, const Members& x) {
    return is_ballot(x[1]) && s.msg2b.sent(x[0], x[1], x[2]);
  });
  return reading;
}

std::shared_ptr<const proof::Modelled> paxos_proof() {
  const auto protocol = std::make_shared<proof::Protocol>("paxos");
  const PaxosProof paxos(*protocol);
  return std::make_shared<proof::Modelled>(proof::Modelled{
      protocol, paxos.reading().structures(), [](const Parameters& parameters) {
        return parameters["info_quorum"] + parameters["accept_quorum"] > parameters["acceptors"] &&
               parameters["durable"] == static_cast<int>(paxos::Durable::all);
      }});
}

}  // namespace

proof::TopicInfo paxos_topic() {
  return {"paxos",
          "Paxos agrees on one value, with any quorums that intersect",
          {"[L01] L. Lamport, Paxos Made Simple, ACM SIGACT News 32(4), 2001, section 2.2",
           "O. Padon, G. Losa, M. Sagiv, S. Shoham, Paxos Made EPR, OOPSLA 2017, section 4"},
          {},
          [](const Parameters&) {
            return paxos_proof()->protocol->topic(
                "Paxos never chooses two values, if each quorum of phase 1 has an acceptor in "
                "common with each quorum of phase 2.",
                "any number of acceptors, ballots and values; any quorums that intersect");
          },
          paxos_proof};
}

}  // namespace synod
