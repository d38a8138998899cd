// The module LamportMutex of lamport_mutex/ in tlaplus/Examples (32a32c7), of S. Merz: mutual
// exclusion by logical clocks, [Lamport, CACM 21(7), 1978].
#pragma once

#include <algorithm>

#include "checker/vocabulary/channels.hpp"
#include "checker/vocabulary/machine.hpp"

namespace synod::lamport_mutex {

struct Message {
  int type, clock;
};

template <class Mode>
struct LamportMutex : Machine<Mode> {
  using Machine<Mode>::Machine;

  // Constants
  const int max_clock = this->parameter("maxClock");
  const Domain Proc = integers("process", 1, this->parameter("N"));
  const Domain Clock = integers("clock", 0, max_clock + 1);
  const Domain Types = enumeration("type", {"req", "ack", "rel"});

  // Variables
  Map<Mode> clock{*this, "clock", Proc, Clock};
  Map<Mode> req{*this, "req", {Proc, Proc}, Clock};  // 0: no request received
  Sets<Mode> ack{*this, "ack", Proc, Proc};
  Channels<Mode, Message> network{
      *this, "network", {pairs(Proc)}, {{"type", Types}, {"clock", Clock}}, 4};
  Set<Mode> crit{*this, "crit", Proc};

  static constexpr Message AckMessage{1, 0};
  static constexpr Message RelMessage{2, 0};
  static constexpr Message ReqMessage(int c) { return {0, c}; }

  void Init() { clock.fill(1); }

  /// Process p believes that its request has priority over q's.
  bool beats(int p, int q) const {
    return req[p][q] == 0 || req[p][p] < req[p][q] || (req[p][p] == req[p][q] && p < q);
  }

  void Broadcast(int p, const Message& m) {
    for (const int q : Proc)
      if (q != p) network(p, q).send(m);
  }

  // Actions

  void Request(int p) {
    WHEN(idle, req[p][p] == 0);
    THEN(broadcast, Broadcast(p, ReqMessage(clock[p])));
    THEN(request, req[p][p] = clock[p]);
    THEN(acknowledge_oneself, ack[p] = set_of(Proc, [&](int q) { return q == p; }));
  }

  void ReceiveRequest(int p, int q, int c) {
    WHEN(first_is_req, network(q, p).delivers(ReqMessage(c)));
    THEN(receive, network(q, p).receive(ReqMessage(c)));
    THEN(note, req[p][q] = c);
    THEN(tick, clock[p] = std::max(c, clock[p]) + 1);
    THEN(acknowledge, network(p, q).send(AckMessage));
  }

  void ReceiveAck(int p, int q) {
    WHEN(first_is_ack, network(q, p).delivers(AckMessage));
    THEN(receive, network(q, p).receive(AckMessage));
    THEN(note, ack[p].insert(q));
  }

  void Enter(int p) {
    WHEN(all_acknowledged, ack[p].full());
    WHEN(beats_all, Proc.all([&](int q) { return q == p || beats(p, q); }));
    THEN(enter, crit.insert(p));
  }

  void Exit(int p) {
    WHEN(inside, crit.contains(p));
    THEN(exit, crit.remove(p));
    THEN(broadcast, Broadcast(p, RelMessage));
    THEN(withdraw, req[p][p] = 0);
    THEN(forget, ack[p].clear());
  }

  void ReceiveRelease(int p, int q) {
    WHEN(first_is_rel, network(q, p).delivers(RelMessage));
    THEN(receive, network(q, p).receive(RelMessage));
    THEN(note, req[p][q] = 0);
  }

  void Next() {
    ACTION(Request, Proc);
    ACTION(Enter, Proc);
    ACTION(Exit, Proc);
    ACTION(ReceiveRequest, pairs(Proc), Clock);
    ACTION(ReceiveAck, pairs(Proc));
    ACTION(ReceiveRelease, pairs(Proc));
  }
};

}  // namespace synod::lamport_mutex
