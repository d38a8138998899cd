// Reliable broadcast among processes of which some are Byzantine.
// [B87] G. Bracha, "Asynchronous Byzantine Agreement Protocols", Information and Computation 75(2),
// 1987: the broadcast primitive, with messages (initial, v), (echo, v) and (ready, v).
//
// Of n processes t may be faulty. A correct process waits in each step for enough messages with one
// value, from so many processes, and then sends or accepts this value:
//
//   step 1   initial from the sender, or echo_quorum echoes, or `support` readies    sends echo
//   step 2   echo_quorum echoes, or `support` readies                                sends ready
//   step 3   ready_quorum readies                                                    accepts
//
// The paper's numbers are more than (n + t)/2, t + 1 and 2t + 1. Many texts let only the initial
// message make a process echo; the other two ways of step 1 are the paper's.
//
// The traitors need no state, nor steps: whatever they may say is taken to be said, each of them
// sends every message to everybody from the beginning, and who receives what of it is open. So a
// correct process can always count them as well, or not, as it happens: the Misled... actions do.
// Nothing that an adversary may do is left out, and nothing added, as correct processes only count
// messages with the value that they act on, and none of theirs is ever taken back.
//
// Departures from the paper:
// - Messages of correct processes stay in the set `msgs`, and to have received some of them is not
//   a state: any that were sent may have arrived. Late, duplicated and reordered ones need no
//   action.
// - A correct sender is one of the correct processes; as such it does what the others do. A traitor
//   as the sender is one of the traitors.
#pragma once

#include "checker/vocabulary/machine.hpp"
#include "checker/vocabulary/quorum.hpp"

namespace synod::byzantine_broadcast {

enum class Sender : std::uint8_t { correct, traitor };

template <class Mode>
struct ByzantineBroadcast : Machine<Mode> {
  using Machine<Mode>::Machine;

  // Constants

  const int n = this->parameter("processes");
  const int traitors = this->parameter("traitors");
  const Sender sender = static_cast<Sender>(this->parameter("sender"));
  const int echo_quorum = this->parameter("echo_quorum");
  const int support = this->parameter("support");
  const int ready_quorum = this->parameter("ready_quorum");

  const Domain Correct = interchangeable("process", "p", n - traitors);
  const Domain Value = interchangeable("value", "v", this->parameter("values"));

  // Variables

  Message<Mode> initial{*this, "msgs", "initial", {{"val", Value}}};  // of a correct sender
  Message<Mode, 1> echo{*this, "msgs", "echo", {{"from", Correct}, {"val", Value}}};
  Message<Mode, 1> ready{*this, "msgs", "ready", {{"from", Correct}, {"val", Value}}};
  Map<Mode> accepted{*this, "accepted", Correct, optional(Value)};

  void Init() { accepted.fill(none); }

  // Actions

  /// Step 0. A correct sender sends its value to all.
  void Broadcast(int v) {
    WHEN(once, NothingBroadcast());
    THEN(send, initial.send(v));
  }

  /// Step 1, because of what correct processes have sent.
  void SendEcho(int p, int v) {
    WHEN(once, echo.never_sent(p));
    WHEN(moved, IsInitial(v, 0) || IsMoved(v, 0));
    THEN(send, echo.send(p, v));
  }

  /// Step 1, with messages of traitors among those that it counts.
  void MisledEcho(int p, int v) {
    WHEN(once, echo.never_sent(p));
    WHEN(moved, IsInitial(v, traitors) || IsMoved(v, traitors));
    THEN(send, echo.send(p, v));
  }

  /// Step 2, likewise.
  void SendReady(int p, int v) {
    WHEN(echoed, !echo.never_sent(p));
    WHEN(once, ready.never_sent(p));
    WHEN(moved, IsMoved(v, 0));
    THEN(send, ready.send(p, v));
  }

  void MisledReady(int p, int v) {
    WHEN(echoed, !echo.never_sent(p));
    WHEN(once, ready.never_sent(p));
    WHEN(moved, IsMoved(v, traitors));
    THEN(send, ready.send(p, v));
  }

  /// Step 3, likewise.
  void Accept(int p, int v) {
    WHEN(is_ready, !ready.never_sent(p));
    WHEN(once, accepted[p] == none);
    WHEN(enough, Readies(v) >= ready_quorum);
    THEN(accept, accepted[p] = v);
  }

  void MisledAccept(int p, int v) {
    WHEN(is_ready, !ready.never_sent(p));
    WHEN(once, accepted[p] == none);
    WHEN(enough, Readies(v) + traitors >= ready_quorum);
    THEN(accept, accepted[p] = v);
  }

  void Next() {
    ACTION_IF(sender == Sender::correct, Broadcast, Value);
    ACTION(SendEcho, Correct, Value);
    ACTION_IF(traitors > 0, MisledEcho, Correct, Value);
    ACTION(SendReady, Correct, Value);
    ACTION_IF(traitors > 0, MisledReady, Correct, Value);
    ACTION(Accept, Correct, Value);
    ACTION_IF(traitors > 0, MisledAccept, Correct, Value);
  }

  // Definitions

  int Echoes(int v) const {
    return Correct.count([&](int p) { return echo.sent(p, v); });
  }
  int Readies(int v) const {
    return Correct.count([&](int p) { return ready.sent(p, v); });
  }
  bool NothingBroadcast() const {
    return Value.all([&](int v) { return !initial.sent(v); });
  }
  /// Receivers know who sent a message, so that only the sender's (initial, v) counts.
  bool IsInitial(int v, int lies) const {
    return sender == Sender::correct ? initial.sent(v) : lies > 0;
  }
  /// Enough of the others have moved.
  bool IsMoved(int v, int lies) const {
    return Echoes(v) + lies >= echo_quorum || Readies(v) + lies >= support;
  }
};

}  // namespace synod::byzantine_broadcast
