// Why Byzantine reliable broadcast agrees, for any number of processes, traitors and values: an
// inductive invariant.
//
// Quorums are individuals too, and three axioms say what is known of them. That sets of more than
// (n + t)/2, of t + 1 and of 2t + 1 processes are such quorums when at most t are traitors is the
// matter of another proof: `synod prove quorum`, byzantine_broadcast.
#include "checker/proof/structure.hpp"
#include "model/byzantine_broadcast/byzantine_broadcast.hpp"
#include "model/proofs.hpp"

namespace synod {
namespace {

using byzantine_broadcast::Sender;
using proof::expr;
using proof::for_all;
using proof::for_some;
using proof::Members;
using proof::Relation;
using proof::Sort;
using z3::implies;

using State = byzantine_broadcast::ByzantineBroadcast<Observe>;

/// The broadcast as relations, and as the model has them.
struct BroadcastProof {
  proof::Protocol& broadcast;

  // Sorts, and variables of them

  const Sort process = broadcast.sort("process");
  const Sort value = broadcast.sort("value");
  const Sort echo_quorum = broadcast.sort("echo_quorum");
  const Sort support = broadcast.sort("support");
  const Sort ready_quorum = broadcast.sort("ready_quorum");
  const expr p = process["p"], a = process["a"];
  const expr v = value["v"], w = value["w"];
  const expr q = echo_quorum["q"], r = echo_quorum["r"];
  const expr s = support["s"], f = ready_quorum["f"];

  // What is the same in all states

  const Relation traitor = broadcast.fixed("traitor", {process});
  const Relation sender_is_correct = broadcast.fixed("sender_is_correct", {});
  const Relation in_echo = broadcast.fixed("in_echo_quorum", {process, echo_quorum});
  const Relation in_support = broadcast.fixed("in_support", {process, support});
  const Relation in_ready = broadcast.fixed("in_ready_quorum", {process, ready_quorum});

  // Variables

  const Relation initial = broadcast.variable("initial", {value});
  const Relation echo =
      broadcast.variable("echoed", {process, value});  // `echo` is a word of SMT-LIB
  const Relation ready = broadcast.variable("ready", {process, value});
  const Relation accepted = broadcast.variable("accepted", {process, value});

  explicit BroadcastProof(proof::Protocol& protocol) : broadcast(protocol) {
    axioms();
    initially();
    actions("SendEcho", "SendReady", "Accept", false);
    actions("MisledEcho", "MisledReady", "MisledAccept", true);
    invariant();
  }

  /// A message that may be counted: a correct process has sent it, or a traitor may.
  expr counts(const Relation& message, bool lies) const {
    return lies ? traitor(a) || message(a, v) : !traitor(a) && message(a, v);
  }
  /// So many have echoed v that a process goes on.
  expr echoed_by_quorum(bool lies) const {
    return for_some({q}, for_all({a}, implies(in_echo(a, q), counts(echo, lies))));
  }
  expr supported(bool lies) const {
    return for_some({s}, for_all({a}, implies(in_support(a, s), counts(ready, lies))));
  }

  void axioms();
  void initially();
  void actions(const std::string& step_1, const std::string& step_2, const std::string& step_3,
               bool lies);
  void invariant();
  proof::Reading<byzantine_broadcast::ByzantineBroadcast> reading() const;
};

void BroadcastProof::axioms() {
  broadcast.axiom("echo_quorums_share_a_correct",
                  for_all({q, r}, for_some({a}, in_echo(a, q) && in_echo(a, r) && !traitor(a))));
  broadcast.axiom("support_has_a_correct",
                  for_all({s}, for_some({a}, in_support(a, s) && !traitor(a))));
  broadcast.axiom(
      "ready_quorum_has_a_correct_support",
      for_all({f}, for_some({s}, for_all({a}, implies(in_support(a, s),
                                                      in_ready(a, f) && !traitor(a))))));
}

void BroadcastProof::initially() {
  broadcast.initially(for_all({v}, !initial(v)));
  broadcast.initially(for_all({p, v}, !echo(p, v) && !ready(p, v) && !accepted(p, v)));
}

void BroadcastProof::actions(const std::string& step_1, const std::string& step_2,
                             const std::string& step_3, bool lies) {
  if (!lies)
    broadcast.action("Broadcast", {v})
        .when("sender", sender_is_correct())
        .when("once", for_all({w}, !initial(w)))
        .insert("send", initial, {v});

  const expr from_sender =
      z3::ite(sender_is_correct(), initial(v), broadcast.context().bool_val(lies));
  const expr moved = echoed_by_quorum(lies) || supported(lies);
  broadcast.action(step_1, {p, v})
      .when("correct", !traitor(p))
      .when("once", for_all({w}, !echo(p, w)))
      .when("moved", from_sender || moved)
      .insert("send", echo, {p, v});

  broadcast.action(step_2, {p, v})
      .when("correct", !traitor(p))
      .when("echoed", for_some({w}, echo(p, w)))
      .when("once", for_all({w}, !ready(p, w)))
      .when("moved", moved)
      .insert("send", ready, {p, v});

  broadcast.action(step_3, {p, v})
      .when("correct", !traitor(p))
      .when("is_ready", for_some({w}, ready(p, w)))
      .when("once", for_all({w}, !accepted(p, w)))
      .when("enough", for_some({f}, for_all({a}, implies(in_ready(a, f), counts(ready, lies)))))
      .then("accept", accepted, {a, w}, z3::ite(a == p, w == v, accepted(a, w)));
}

void BroadcastProof::invariant() {
  broadcast.invariant("EchoedOnce", for_all({p, v, w}, implies(echo(p, v) && echo(p, w), v == w)));
  // Whoever was the first to send ready for v has not done so because others had.
  broadcast.invariant("ReadyIsEchoed",
                      for_all({v}, implies(for_some({p}, ready(p, v)), echoed_by_quorum(true))));
  broadcast.invariant(
      "EchoedIsInitial",
      for_all({p, v}, implies(sender_is_correct() && !traitor(p) && echo(p, v), initial(v))));
  const expr accepted_is_supported =
      for_all({v}, implies(for_some({p}, accepted(p, v)), supported(false)));
  broadcast.invariant("AcceptedIsSupported", accepted_is_supported);

  broadcast.claim("Agreement",
                  for_all({p, a, v, w}, implies(accepted(p, v) && accepted(a, w), v == w)));
  broadcast.claim("Validity",
                  for_all({p, v}, implies(sender_is_correct() && accepted(p, v), initial(v))));
  broadcast.claim(
      "OneValueIsReady",
      for_all({p, a, v, w},
              implies(!traitor(p) && !traitor(a) && ready(p, v) && ready(a, w), v == w)));
  broadcast.claim("AcceptedIsSupported", accepted_is_supported);
  broadcast.step_claim({"Irrevocable", {p, v}, {{accepted(p, v), accepted(p, v)}}});
}

proof::Reading<byzantine_broadcast::ByzantineBroadcast> BroadcastProof::reading() const {
  proof::Reading<byzantine_broadcast::ByzantineBroadcast> reading(broadcast);
  const auto all = [](const State& s) { return interchangeable("process", "p", s.n); };
  reading.sort(process, all);
  reading.sort(value, [](const State& s) { return s.Value; });
  reading.quorums(echo_quorum, in_echo,
                  [=](const State& s) { return Subsets{all(s), s.echo_quorum}; });
  reading.quorums(support, in_support, [=](const State& s) { return Subsets{all(s), s.support}; });
  reading.quorums(ready_quorum, in_ready,
                  [=](const State& s) { return Subsets{all(s), s.ready_quorum}; });
  // The traitors are those behind the correct ones.
  const auto correct = [](const State& s, int p) { return s.Correct.contains(p); };
  reading.relation(traitor, [=](const State& s, const Members& x) { return !correct(s, x[0]); });
  reading.relation(sender_is_correct,
                   [](const State& s, const Members&) { return s.sender == Sender::correct; });
  reading.relation(initial, [](const State& s, const Members& x) { return s.initial.sent(x[0]); });
  reading.relation(echo, [=](const State& s, const Members& x) {
    return correct(s, x[0]) && s.echo.sent(x[0], x[1]);
  });
  reading.relation(ready, [=](const State& s, const Members& x) {
    return correct(s, x[0]) && s.ready.sent(x[0], x[1]);
  });
  reading.relation(accepted, [=](const State& s, const Members& x) {
    return correct(s, x[0]) && s.accepted[x[0]] == x[1];
  });
  return reading;
}

/// Whether quorums of these sizes are what the axioms say.
bool axioms_hold(const Parameters& p) {
  return 2 * p["echo_quorum"] > p["processes"] + p["traitors"] && p["support"] > p["traitors"] &&
         p["ready_quorum"] >= p["support"] + p["traitors"];
}

std::shared_ptr<const proof::Modelled> byzantine_broadcast_proof() {
  const auto protocol = std::make_shared<proof::Protocol>("byzantine_broadcast");
  const BroadcastProof broadcast(*protocol);
  return std::make_shared<proof::Modelled>(
      proof::Modelled{protocol, broadcast.reading().structures(), axioms_hold, true});
}

}  // namespace

proof::TopicInfo byzantine_broadcast_topic() {
  return {"byzantine_broadcast",
          "Byzantine reliable broadcast: nobody accepts what another does not",
          {"[B87] G. Bracha, Asynchronous Byzantine Agreement Protocols, Information and "
           "Computation 75(2), 1987"},
          {},
          [](const Parameters&) {
            return byzantine_broadcast_proof()->protocol->topic(
                "In Bracha's broadcast no two correct processes accept different values, and if "
                "the sender is correct, they accept nothing but what it broadcast.",
                "any number of processes, traitors and values; any sets of processes to wait for, "
                "if two of those for echoes have a correct process in common, those of readies "
                "that make a process ready have a correct one, and those that make it accept "
                "contain such a set of correct ones");
          },
          byzantine_broadcast_proof};
}

}  // namespace synod
