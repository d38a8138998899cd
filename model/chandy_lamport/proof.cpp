// Why a snapshot by markers is a consistent cut, for any number of processes, channels and coins.
//
// A channel is what it is in the model, a sequence: which message is at which place, counted from
// the front, and where the end is. To receive moves all to the place before. Money is counted in
// the same numbers, so that nothing of the model's state is left out; but nothing is proved about
// sums.
//
// Numbers are any order in which some have a next one. Those of the model come to an end, and so
// may those of the proof: a channel that is full there has no end any more, and its messages are
// lost, of which the proof has nothing to fear.
#include "checker/proof/structure.hpp"
#include "model/chandy_lamport/chandy_lamport.hpp"
#include "model/proofs.hpp"

namespace synod {
namespace {

using proof::Action;
using proof::expr;
using proof::for_all;
using proof::for_some;
using proof::Members;
using proof::Relation;
using proof::Sort;
using z3::implies;
using State = chandy_lamport::ChandyLamport<Observe>;

struct Proof {
  std::shared_ptr<proof::Protocol> protocol = std::make_shared<proof::Protocol>("chandy_lamport");
  proof::Protocol& snapshot = *protocol;

  const Sort process = snapshot.sort("process"), channel = snapshot.sort("channel");
  const Sort number = snapshot.sort("number"), message = snapshot.sort("message");
  const expr p = process["p"], q = process["q"], x = process["x"];
  const expr c = channel["c"], d = channel["d"];
  const expr i = number["i"], j = number["j"], e = number["e"];
  const expr m = message["m"], n = message["n"];

  const Relation at_most = snapshot.order("at_most", number);
  const expr zero = snapshot.constant(number, "zero");
  const Relation next = snapshot.fixed("next", {number, number});
  const expr coin = snapshot.constant(message, "coin");
  const expr post_coin = snapshot.constant(message, "post_coin");
  const expr marker = snapshot.constant(message, "marker");
  const Relation from = snapshot.fixed("from", {channel, process});
  const Relation to = snapshot.fixed("to", {channel, process});
  const Relation initiator = snapshot.fixed("initiator", {process});
  const Relation reached = snapshot.fixed("reached", {process});
  const Relation one_by_one = snapshot.fixed("one_by_one", {});

  const Relation money = snapshot.variable("money_above", {process, number});
  const Relation chan = snapshot.variable("chan", {channel, number, message});
  const Relation end = snapshot.variable("end", {channel, number});
  const Relation behind = snapshot.variable("behind_marker", {channel, number});
  const Relation recorded = snapshot.variable("recorded", {process});
  const Relation recordedMoney = snapshot.variable("recordedMoney_above", {process, number});
  const Relation recording = snapshot.variable("recording", {channel});
  const Relation recordedChan = snapshot.variable("recordedChan", {channel, number, message});
  const Relation recordedEnd = snapshot.variable("recordedEnd", {channel, number});
  const Relation markerDue = snapshot.variable("markerDue", {channel});

  Proof() {
    axioms();
    at_first();
    actions_of_the_system();
    actions_of_the_snapshot();
    invariant();
    claims();
  }

  void axioms() {
    snapshot.axiom("zero_is_least", for_all({i}, at_most(zero, i)));
    snapshot.axiom("next_is_above", for_all({i, j}, implies(next(i, j), below(i, j))));
    snapshot.axiom("nothing_between",
                   for_all({i, j, e}, implies(next(i, j) && below(i, e), at_most(j, e))));
    snapshot.axiom("messages_differ", coin != post_coin && coin != marker && post_coin != marker);
    snapshot.axiom("one_sender", for_all({c, p, q}, implies(from(c, p) && from(c, q), p == q)));
    snapshot.axiom("one_receiver", for_all({c, p, q}, implies(to(c, p) && to(c, q), p == q)));
    snapshot.axiom("some_sender", for_all({c}, for_some({p}, from(c, p))));
    snapshot.axiom("initiators_are_reached", for_all({p}, implies(initiator(p), reached(p))));
    snapshot.axiom("channels_reach",
                   for_all({c, p, q}, implies(from(c, p) && to(c, q) && reached(p), reached(q))));
  }

  /// Any money is anywhere.
  void at_first() {
    snapshot.initially(for_all({c, i, m}, !chan(c, i, m) && !recordedChan(c, i, m)));
    snapshot.initially(
        for_all({c, i}, end(c, i) == (i == zero) && recordedEnd(c, i) == (i == zero)));
    snapshot.initially(for_all({c, i}, !behind(c, i)));
    snapshot.initially(for_all({p}, !recorded(p)));
    snapshot.initially(for_all({p, i}, !recordedMoney(p, i)));
    snapshot.initially(for_all({c}, !recording(c) && !markerDue(c)));
  }

  // Actions

  void actions_of_the_system() {
    const expr no = snapshot.context().bool_val(false);
    auto& send = snapshot.action("SendMoney", {c, p})
                     .when("sender", from(c, p))
                     .when("has_money", money(p, zero))
                     .when("marker_first", !markerDue(c));
    send.then("withdraw", money, {x, i},
              z3::ite(x == p, for_some({j}, next(i, j) && money(x, j)), money(x, i)));
    on_channels(send, "send", no, d == c, [&](const expr& sent) {
      return (sent == post_coin && recorded(p)) || (sent == coin && !recorded(p));
    });

    auto& receive = snapshot.action("ReceiveMoney", {c, m, q})
                        .when("receiver", to(c, q))
                        .when("arrived", m != marker && chan(c, zero, m));
    on_channels(receive, "receive", d == c, no, nothing());
    receive.then(
        "deposit", money, {x, i},
        z3::ite(x == q, i == zero || for_some({j}, next(j, i) && money(x, j)), money(x, i)));
    receive.then("note", recordedChan, {d, i, n},
                 recordedChan(d, i, n) || (d == c && recording(c) && recordedEnd(c, i) && n == m));
    receive.then("note", recordedEnd, {d, i},
                 z3::ite(d == c && recording(c), for_some({j}, next(j, i) && recordedEnd(c, j)),
                         recordedEnd(d, i)));
  }

  void actions_of_the_snapshot() {
    const expr no = snapshot.context().bool_val(false);
    auto& initiate = snapshot.action("Initiate", {p})
                         .when("may_initiate", initiator(p))
                         .when("not_recorded", !recorded(p));
    record(initiate, p, no);
    on_channels(initiate, "broadcast", no, from(d, p) && !one_by_one(), marks());

    auto& send = snapshot.action("SendMarker", {c}).when("due", markerDue(c));
    send.remove("done", markerDue, {c});
    on_channels(send, "send", no, d == c, marks());

    auto& first = snapshot.action("ReceiveFirstMarker", {c, q})
                      .when("receiver", to(c, q))
                      .when("arrived", chan(c, zero, marker))
                      .when("first", !recorded(q));
    record(first, q, d == c);
    on_channels(first, "receive and broadcast", d == c, from(d, q) && !one_by_one(), marks());

    auto& later = snapshot.action("ReceiveMarker", {c, q})
                      .when("receiver", to(c, q))
                      .when("arrived", chan(c, zero, marker))
                      .when("not_first", recorded(q));
    on_channels(later, "receive", d == c, no, nothing());
    later.remove("stop_recording", recording, {c});

    auto& restart = snapshot.action("Restart", {})
                        .when("complete", for_all({p}, recorded(p)))
                        .when("complete", for_all({c}, !recording(c)));
    restart.then("processes", money, {x, i}, recordedMoney(x, i));
    restart.then("channels", chan, {d, i, n},
                 n == post_coin && for_some({m}, recordedChan(d, i, m)));
    restart.then("channels", end, {d, i}, recordedEnd(d, i));
    restart.then("channels", behind, {d, i}, no);
  }

  /// `who` records its state, and listens to all incoming channels but those that are `empty`.
  void record(Action& action, const expr& who, const expr& empty) {
    action.insert("record", recorded, {who});
    action.then("record", recordedMoney, {x, i},
                z3::ite(x == who, money(x, i), recordedMoney(x, i)));
    action.then("listen", recording, {d}, (recording(d) || to(d, who)) && !empty);
    action.then("broadcast", markerDue, {d}, markerDue(d) || (one_by_one() && from(d, who)));
  }

  using IsMessage = std::function<expr(const expr&)>;
  IsMessage marks() const {
    return [this](const expr& sent) { return sent == marker; };
  }
  IsMessage nothing() const {
    return [this](const expr&) { return snapshot.context().bool_val(false); };
  }

  /// What channels `d` hold from now on: one that is `received` from loses what is at its front;
  /// one that is `sent` along gets a message that `is` this.
  void on_channels(Action& action, const std::string& effect, const expr& received,
                   const expr& sent, const IsMessage& is) {
    const auto last = [&](const expr& holds) {
      return for_some({j}, next(j, i) && end(d, j) && holds);
    };
    action.then(effect, chan, {d, i, n},
                z3::ite(received, for_some({j}, next(i, j) && chan(d, j, n)),
                        chan(d, i, n) || (sent && end(d, i) && is(n))));
    action.then(effect, end, {d, i},
                z3::ite(received, for_some({j}, next(i, j) && end(d, j)),
                        z3::ite(sent, for_some({j}, next(j, i) && end(d, j)), end(d, i))));
    action.then(
        effect, behind, {d, i},
        z3::ite(received, !chan(d, zero, marker) && for_some({j}, next(i, j) && behind(d, j)),
                behind(d, i) || (sent && last(behind(d, j) || is(marker)))));
  }

  // Invariant

  void invariant() {
    snapshot.invariant("OneMessage",
                       for_all({c, i, m, n}, implies(chan(c, i, m) && chan(c, i, n), m == n)));
    snapshot.invariant("OneEnd", one_end(end));
    snapshot.invariant("BeforeEnd", before_end(chan, end));
    snapshot.invariant("OneRecordedEnd", one_end(recordedEnd));
    snapshot.invariant("BeforeRecordedEnd", before_end(recordedChan, recordedEnd));
    snapshot.invariant(
        "OneMarker", for_all({c, i, j}, implies(chan(c, i, marker) && chan(c, j, marker), i == j)));
    snapshot.invariant("SentOrDue", for_all({c, i}, !(markerDue(c) && chan(c, i, marker))));
    snapshot.invariant(
        "MarkersAreOfThoseWhoRecorded",
        for_all({c, i, p},
                implies(from(c, p) && (chan(c, i, marker) || markerDue(c)), recorded(p))));
    // [CL85] section 3.2: the marker comes after all that was sent before Ps, and before all that
    // is sent after it.
    snapshot.invariant(
        "CoinsAreAheadOfTheMarker",
        for_all({c, i, j}, implies(chan(c, i, coin) && chan(c, j, marker), below(i, j))));
    snapshot.invariant(
        "PostCoinsAreBehindTheMarker",
        for_all({c, i, q},
                implies(to(c, q) && !closed(c, q) && chan(c, i, post_coin), behind(c, i))));
    snapshot.invariant(
        "SendersHaveSentTheMarker",
        for_all({c, p, q, e}, implies(from(c, p) && to(c, q) && recorded(p) && !markerDue(c) &&
                                          !closed(c, q) && end(c, e),
                                      behind(c, e))));
    snapshot.invariant("FrontIsBehindNothing", for_all({c}, !behind(c, zero)));
    snapshot.invariant("BehindTheMarker",
                       for_all({c, i, j}, implies(next(i, j) && behind(c, j),
                                                  behind(c, i) || chan(c, i, marker))));
    snapshot.invariant(
        "ClosedIsMarked",
        for_all({c, i, p, q}, implies(from(c, p) && to(c, q) && closed(c, q),
                                      recorded(p) && !markerDue(c) && !chan(c, i, marker))));
    snapshot.invariant("ClosedHasNoCoin",
                       for_all({c, i, q}, implies(to(c, q) && closed(c, q), !chan(c, i, coin))));
    snapshot.invariant("NotedWasSentBefore", for_all({c, i}, !recordedChan(c, i, post_coin)));
    snapshot.invariant("OnlyReachedRecord", for_all({p}, implies(recorded(p), reached(p))));
  }

  expr one_end(const Relation& of) const {
    return for_all({c, i, j}, implies(of(c, i) && of(c, j), i == j));
  }
  expr before_end(const Relation& messages, const Relation& of) const {
    return for_all({c, i, e, m}, implies(messages(c, i, m) && of(c, e), below(i, e)));
  }

  void claims() {
    // The model's claim about steps, of states: what is at the front can be received next.
    snapshot.claim("ConsistentCut",
                   for_all({c, q}, implies(to(c, q) && chan(c, zero, post_coin), recorded(q))));
    snapshot.claim("ChannelsExact", for_all({c, i, q}, implies(to(c, q) && closed(c, q),
                                                               !recordedChan(c, i, post_coin) &&
                                                                   !chan(c, i, coin))));
    snapshot.claim("OnlyReachedRecord", for_all({p}, implies(recorded(p), reached(p))));
    const expr is_closed = to(c, q) && closed(c, q);
    snapshot.step_claim({"RecordedOnce",
                         {p, i, c, q, m},
                         {{recorded(p), recorded(p)},
                          {recorded(p) && recordedMoney(p, i), recordedMoney(p, i)},
                          {recorded(p) && !recordedMoney(p, i), !recordedMoney(p, i)},
                          {is_closed, closed(c, q)},
                          {is_closed && recordedChan(c, i, m), recordedChan(c, i, m)},
                          {is_closed && !recordedChan(c, i, m), !recordedChan(c, i, m)}}});
  }

  expr below(const expr& one, const expr& other) const {
    return at_most(one, other) && one != other;
  }
  /// The state of a channel to q has been recorded to its end.
  expr closed(const expr& incoming, const expr& receiver) const {
    return recorded(receiver) && !recording(incoming);
  }

  std::shared_ptr<const proof::Modelled> modelled() const;
};

std::shared_ptr<const proof::Modelled> Proof::modelled() const {
  proof::Reading<chandy_lamport::ChandyLamport> reading(snapshot);
  reading.sort(process, [](const State& s) { return s.Process; });
  reading.sort(channel, [](const State& s) { return s.Channel; });
  // One more than a channel has room for.
  reading.sort(number, [](const State& s) { return integers("number", 0, s.total + 2); });
  reading.sort(message, [](const State& s) { return s.Messages; });
  reading.constant(zero, 0);
  reading.constant(coin, chandy_lamport::coin);
  reading.constant(post_coin, chandy_lamport::post_coin);
  reading.constant(marker, chandy_lamport::marker);
  reading.relation(at_most, [](const State&, const Members& x) { return x[0] <= x[1]; });
  reading.relation(next, [](const State&, const Members& x) { return x[0] + 1 == x[1]; });
  reading.relation(from,
                   [](const State& s, const Members& x) { return s.topology[x[0]].from == x[1]; });
  reading.relation(to,
                   [](const State& s, const Members& x) { return s.topology[x[0]].to == x[1]; });
  reading.relation(initiator, [](const State& s, const Members& x) {
    return chandy_lamport::has(s.initiators, x[0]);
  });
  reading.relation(reached, [](const State& s, const Members& x) {
    return chandy_lamport::has(s.reached, x[0]);
  });
  reading.relation(one_by_one, [](const State& s, const Members&) { return s.one_by_one; });

  reading.relation(money, [](const State& s, const Members& x) { return s.money[x[0]] > x[1]; });
  reading.relation(chan, [](const State& s, const Members& x) {
    return x[1] < s.chan(x[0]).size() && s.chan(x[0]).at(x[1] + 1) == x[2];
  });
  reading.relation(end,
                   [](const State& s, const Members& x) { return s.chan(x[0]).size() == x[1]; });
  reading.relation(behind, [](const State& s, const Members& x) {
    bool found = false;
    if (x[1] <= s.chan(x[0]).size())
      for (int at = 1; at <= x[1]; ++at)
        found = found || s.chan(x[0]).at(at) == chandy_lamport::marker;
    return found;
  });
  reading.relation(recorded,
                   [](const State& s, const Members& x) { return s.recorded.contains(x[0]); });
  reading.relation(recordedMoney,
                   [](const State& s, const Members& x) { return s.recordedMoney[x[0]] > x[1]; });
  reading.relation(recording,
                   [](const State& s, const Members& x) { return s.recording.contains(x[0]); });
  reading.relation(recordedChan, [](const State& s, const Members& x) {
    return x[1] < s.recordedChan(x[0]).size() && s.recordedChan(x[0]).at(x[1] + 1) == x[2];
  });
  reading.relation(recordedEnd, [](const State& s, const Members& x) {
    return s.recordedChan(x[0]).size() == x[1];
  });
  reading.relation(markerDue,
                   [](const State& s, const Members& x) { return s.markerDue.contains(x[0]); });
  const auto modelled = std::make_shared<proof::Modelled>();
  modelled->protocol = protocol;
  modelled->structures = reading.structures();
  modelled->covers = [](const Parameters& parameters) { return parameters["fifo"] == 0; };
  return modelled;
}

std::shared_ptr<const proof::Modelled> chandy_lamport_proof() { return Proof().modelled(); }

}  // namespace

proof::TopicInfo chandy_lamport_topic() {
  return {"chandy_lamport",
          "A snapshot by markers is a consistent cut, in any topology",
          {"[CL85] K. M. Chandy, L. Lamport, Distributed Snapshots: Determining Global States of "
           "Distributed Systems, ACM TOCS 3(1), 1985, section 3"},
          {},
          [](const Parameters&) {
            return chandy_lamport_proof()->protocol->topic(
                "In a snapshot by markers over FIFO channels no process receives before it records "
                "its state what was sent after its sender did, and the recorded state of a channel "
                "has only what was sent before.",
                "any number of processes, channels between them, initiators, and messages");
          },
          chandy_lamport_proof};
}

}  // namespace synod
