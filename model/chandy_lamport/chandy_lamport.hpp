// Distributed snapshots of a system of processes that send each other money.
// [CL85] K. M. Chandy, L. Lamport, "Distributed Snapshots: Determining Global States of Distributed
// Systems", ACM TOCS 3(1), 1985: section 3.1 the argument about channels, 3.2 the algorithm.
//
// The lecture's "record own state and broadcast marker; start recording all messages received on
// all incoming channels" is record, broadcast and listen below; its "follows the marker receiving
// rule" has two cases, here two actions.
//
// Departures from the paper: the markers on all outgoing channels are sent in the step that records
// the state, or one by one later (`markers`), as the paper allows. Money comes in coins of one
// unit. A coin tells whether it was sent before its sender recorded its state ("coin") or after
// ("post_coin", [CL85] section 4): history for the claims, which no guard reads. How recorded
// states are collected is left out; they are read where they were recorded. There is one snapshot,
// though several processes may initiate it: snapshots at the same time, told apart by a number in
// the marker, take no notice of each other.
#pragma once

#include "checker/vocabulary/channels.hpp"
#include "model/chandy_lamport/underlying.hpp"

namespace synod::chandy_lamport {

enum Message : int { coin, post_coin, marker };

template <class Mode>
struct ChandyLamport : Machine<Mode> {
  using Machine<Mode>::Machine;

  // Constants

  const int processes = this->parameter("processes");
  const int total = this->parameter("money");
  const bool dealt = this->parameter("spread") != 0;  // or all with p1
  const bool one_by_one = this->parameter("markers") != 0;
  const bool restart = this->parameter("restart") != 0;
  const bool wait_for_all = this->parameter("done") == 0;  // a matter of the claims only
  const Topology topology{processes, this->parameter("topology")};
  const ProcessSet initiators = static_cast<ProcessSet>(this->parameter("initiators"));
  const ProcessSet reached = topology.reached(initiators);  // by markers
  const Possible possible{topology, initiators, rich()};    // what this topology lets happen at all

  const Domain Process = enumeration("process", process_names(processes));
  const Domain Channel = enumeration("channel", channel_names(topology));
  const Domain Coin = enumeration("message", {"coin", "post_coin"});
  const Domain Messages = enumeration("message", {"coin", "post_coin", "marker"});

  // Variables

  Map<Mode> money{*this, "money", Process, integers("coins", 0, total)};
  Channels<Mode> chan{*this, "chan", {Channel}, {{"message", Messages}}, total + 1};

  // The snapshot: a process in `recorded` has recorded its state, and the state of an incoming
  // channel as far as it has come while the channel is in `recording`.
  Set<Mode> recorded{*this, "recorded", Process};
  Map<Mode> recordedMoney{*this, "recordedMoney", Process, integers("coins", 0, total)};
  Set<Mode> recording{*this, "recording", Channel};
  Sequence<Mode> recordedChan{*this, "recordedChan", {Channel}, {{"message", Coin}}, total};
  Set<Mode> markerDue{*this, "markerDue", Channel};  // recorded, but the marker is not sent yet

  void Init() {
    for (const int p : Process) money[p] = AtFirst(p);
  }

  // Actions of the system whose state is recorded

  /// A process sends a coin; not between recording its state and sending the marker, [CL85] section
  /// 3.2: "before p sends further messages along c".
  void SendMoney(int c) {
    const int p = topology[c].from;
    WHEN(has_money, money[p] > 0);
    WHEN(marker_first, !markerDue.contains(c));
    THEN(withdraw, money[p] = money[p] - 1);
    THEN(send, chan(c).send(recorded.contains(p) ? post_coin : coin));
  }

  /// A process receives a coin, and notes it while it records the channel.
  void ReceiveMoney(int c, int m) {
    const int q = topology[c].to;
    WHEN(arrived, chan(c).delivers(m));
    THEN(receive, chan(c).receive(m));
    THEN(deposit, money[q] = money[q] + 1);
    THEN(note, if (recording.contains(c)) recordedChan(c).append(m));
  }

  // Actions of the snapshot, [CL85] section 3.2

  /// An initiator records its own state and sends markers, the marker-sending rule.
  void Initiate(int p) {
    WHEN(may_initiate, has(initiators, p));
    WHEN(not_recorded, !recorded.contains(p));
    THEN(record, Record(p));
    THEN(broadcast, BroadcastMarker(p));
    THEN(listen, StartRecording(p));
  }

  /// With markers=one_by_one: the marker follows the recording on this channel.
  void SendMarker(int c) {
    WHEN(due, markerDue.contains(c));
    THEN(done, markerDue.remove(c));
    THEN(send, chan(c).send(marker));
  }

  /// The marker-receiving rule, first case: q has not recorded its state. It does so, and records
  /// the state of c as the empty sequence.
  void ReceiveFirstMarker(int c) {
    const int q = topology[c].to;
    WHEN(arrived, chan(c).delivers(marker));
    WHEN(first, !recorded.contains(q));
    THEN(receive, chan(c).receive(marker));
    THEN(record, Record(q));
    THEN(broadcast, BroadcastMarker(q));
    THEN(listen, StartRecording(q));
    THEN(record_empty, recording.remove(c));
  }

  /// Second case: the state of c is what q has received along c since it recorded its own.
  void ReceiveMarker(int c) {
    const int q = topology[c].to;
    WHEN(arrived, chan(c).delivers(marker));
    WHEN(not_first, recorded.contains(q));
    THEN(receive, chan(c).receive(marker));
    THEN(stop_recording, recording.remove(c));
  }

  /// The lecture: "for checkpointing/restart". All processes and channels go back to the recorded
  /// state, at any time and any number of times. What is put back counts as sent after the
  /// recording.
  void Restart() {
    WHEN(complete, Complete());
    THEN(processes, for (const int p : Process) money[p] = recordedMoney[p]);
    THEN(channels, for (const int c : Channel) PutBack(c));
  }

  void Next() {
    ACTION_IF(possible.transfer, SendMoney, Channel);
    ACTION_IF(possible.transfer, ReceiveMoney, Channel, Coin);
    ACTION(Initiate, Process);
    ACTION_IF(one_by_one && possible.marker, SendMarker, Channel);
    ACTION_IF(possible.first_marker, ReceiveFirstMarker, Channel);
    ACTION_IF(possible.later_marker, ReceiveMarker, Channel);
    ACTION_IF(restart && reached == everyone(processes), Restart);
  }

  // Definitions

  int AtFirst(int p) const {
    if (!dealt) return p == 0 ? total : 0;
    return total / processes + (p < total % processes ? 1 : 0);
  }

  void Record(int p) {
    recorded.insert(p);
    recordedMoney[p] = money[p];
  }
  void BroadcastMarker(int p) {
    for (const int c : Channel) {
      if (topology[c].from != p) continue;
      if (one_by_one)
        markerDue.insert(c);
      else
        chan(c).send(marker);
    }
  }
  void StartRecording(int q) {
    for (const int c : Channel)
      if (topology[c].to == q) recording.insert(c);
  }

  void PutBack(int c) {
    chan(c).clear();
    for (int i = 1; i <= recordedChan(c).size(); ++i) chan(c).send(post_coin);
  }

  /// The state of channel c has been recorded to its end.
  bool Closed(int c) const { return recorded.contains(topology[c].to) && !recording.contains(c); }
  /// The algorithm has terminated: the states of all processes and channels are recorded.
  bool Complete() const { return recorded.full() && recording.empty(); }

  /// The recorded global state, [CL85]'s S*, and the present one, as states without snapshots.
  Underlying::State Recorded() const {
    return places([&](int p) { return recordedMoney[p]; },
                  [&](int c) { return recordedChan(c).size(); });
  }
  Underlying::State Present() const {
    return places([&](int p) { return money[p]; },
                  [&](int c) { return chan(c).count(coin) + chan(c).count(post_coin); });
  }

  const Underlying& underlying =
      Underlying::of(processes, this->parameter("topology"),
                     places([&](int p) { return AtFirst(p); }, [](int) { return 0; }));

 private:
  template <class InProcess, class InChannel>
  Underlying::State places(InProcess&& in_process, InChannel&& in_channel) const {
    Underlying::State state = 0;
    for (const int p : Process) state += Underlying::coins(p, in_process(p));
    for (const int c : Channel) state += Underlying::coins(processes + c, in_channel(c));
    return state;
  }

  /// The processes that have money at first.
  ProcessSet rich() const {
    ProcessSet set = 0;
    for (int p = 0; p < processes; ++p) set |= AtFirst(p) > 0 ? ProcessSet{1} << p : 0;
    return set;
  }
};

}  // namespace synod::chandy_lamport
