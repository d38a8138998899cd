// The oral message algorithm OM(m) of the Byzantine generals.
// [LSP82] L. Lamport, R. Shostak, M. Pease, "The Byzantine Generals Problem", ACM TOPLAS 4(3),
// 1982, sections 2 and 3.
//
// General 0 is the commander, the others are lieutenants. OM(m) is recursive: whoever gets an order
// acts as the commander of OM(m - 1) to tell the others. Unrolled, there are rounds 0..m, and
// message 0:2->1 of round 1 is "2 tells 1 what 0 told him". `told` has what each message's receiver
// takes it to say. That what loyal generals say is there as well costs bits, but no states: it
// follows from what was said before. The recursion remains where the orders are put together again,
// in Use.
//
// Departures from the paper:
// - The messages go one after another in one fixed order. It takes nothing from the traitors, who
//   say anything whatever they know, and loyal ones use only what they got in earlier rounds.
// - A message that does not come is RETREAT at once, not when it is used.
// - The paper gives ties to RETREAT. With tie=commander they go to what the lieutenant was told
//   by the commander himself, which may differ between lieutenants: see the mutants.
//
// The assumptions are the conjuncts Silence.A1, TraitorSend.A2 and Silence.A3; drop one to see
// what it is for.
//
// reduction=yes leaves out what cannot matter. Its behaviours are behaviours of the whole model, so
// it reports nothing false. It misses nothing: (1) the algorithm treats lieutenants alike, so let
// the traitors among them have the highest numbers. (2) If IC1 or IC2 fails, it fails for two loyal
// lieutenants, and for one alone when the commander is loyal, as IC1 follows from IC2 then; let
// these be the last loyal ones, which are "watched". (3) What a traitor says to a traitor, or in
// the last round to a lieutenant who is not watched, enters no order that a watched one computes;
// let it be RETREAT. Only the adversary is restricted, so this holds with any assumption dropped.
#pragma once

#include "checker/vocabulary/machine.hpp"
#include "checker/vocabulary/rounds.hpp"

namespace synod::byzantine_om {

enum : int { retreat, attack, absent };  // orders; `absent`: never comes, and nobody notices
enum class Tie : std::uint8_t { retreat, commander };

template <class Mode>
struct ByzantineOM : Machine<Mode> {
  using Machine<Mode>::Machine;

  // Constants

  const int n = this->parameter("generals");
  const int m = this->parameter("m");
  const bool may_betray = this->parameter("traitors") > 0;
  const Tie tie = static_cast<Tie>(this->parameter("tie"));
  const bool reduction = this->parameter("reduction") != 0;

  static constexpr int commander = 0;
  const Domain General = integers("general", 0, n - 1);
  const Domain Lieutenant = integers("lieutenant", 1, n - 1);
  const Domain Order = enumeration("order", {"retreat", "attack"});
  const Domain OrderOrNone = optional(Order);
  const Domain Report = enumeration("report", {"retreat", "attack", "absent"});
  const FaultySets faulty{General, this->parameter("traitors"),
                          [this](auto set) { return !reduction || LieutenantsAreLast(set); }};
  const Domain Traitors = faulty.domain();
  const RelayedMessages messages{General, commander, m};
  const Domain Message = messages.domain();

  // Variables

  Scalar<Mode> traitors{*this, "traitors", optional(Traitors)};
  Scalar<Mode> order{*this, "order", optional(Order)};           // of a loyal commander
  Map<Mode> told{*this, "told", Message, optional(Report)};      // as its receiver takes it
  Map<Mode> obeys{*this, "obeys", Lieutenant, optional(Order)};  // what each loyal one decides

  void Init() {
    traitors = none;
    order = none;
    told.fill(none);
    obeys.fill(none);
  }

  // Actions

  /// The adversary chooses the traitors T; a loyal commander decides on an order v.
  void Begin(int T, int v) {
    WHEN(once, traitors == none);
    WHEN(loyal_commander_orders, (v == none) == faulty.has(T, commander));
    THEN(betray, traitors = T);
    THEN(command, order = v);
  }

  /// OM(m) steps (1) and (2): a loyal commander sends his order, a loyal lieutenant passes
  /// on what he was told.
  void LoyalSend(int e, int v) {
    WHEN(turn, IsNext(e));
    WHEN(truth, v == LoyalWord(e));
    THEN(receive, told[e] = v);
  }

  /// A traitor g says anything to anyone. By A2 the receiver knows that it was g; without A2 he
  /// takes it for the message of another, which then does not come.
  void TraitorSend(int g, int e, int v) {
    WHEN(A2, g == messages.sender(e));
    WHEN(turn, IsNext(e));
    WHEN(traitor, IsTraitor(g));
    WHEN(of_account, v == retreat || OfAccount(e));
    THEN(receive, told[e] = v);
  }

  /// Message e does not come. By A1 this happens only when a traitor says nothing; by A3 its
  /// receiver notices, and takes it for RETREAT. Without A3 he reads what happens to be there or,
  /// `absent`, waits for ever, and with him all, since the round does not end.
  void Silence(int e, int v) {
    WHEN(turn, IsNext(e));
    WHEN(A1, IsTraitor(messages.sender(e)));
    WHEN(A3, v == retreat);
    THEN(receive, told[e] = v);
  }

  /// OM(m) step (3), OM(0) step (2): the last message has come, and so all have; each loyal
  /// lieutenant obeys.
  void Obey() {
    WHEN(all_received, HasCome(Message.high));
    WHEN(undecided, !Decided());
    THEN(obey, {
      for (const int i : Lieutenant)
        if (!IsTraitor(i)) obeys[i] = Use(FromCommander(i));
    });
  }

  void Next() {
    ACTION(Begin, Traitors, OrderOrNone);
    ACTION(LoyalSend, Message, Order);
    ACTION_IF(may_betray, TraitorSend, General, Message, Order);
    ACTION_IF(may_betray, Silence, Message, Report);
    ACTION(Obey);
  }

  // Definitions

  bool IsTraitor(int g) const { return faulty.has(traitors, g); }
  bool Decided() const { return !obeys.all(none); }
  bool HasCome(int e) const { return told[e] == retreat || told[e] == attack; }
  int FromCommander(int i) const { return i - 1; }  // the message 0->i

  /// Message e is the next to be sent: those before it have come. So no round begins before the
  /// last has ended.
  bool IsNext(int e) const {
    return told[e] == none && (e == 0 ? traitors != none : HasCome(e - 1));
  }

  /// What a loyal sender says in message e; nothing when he is a traitor.
  int LoyalWord(int e) const {
    if (IsTraitor(messages.sender(e))) return none;
    return messages.source(e) == none ? order : told[messages.source(e)];
  }

  /// OM(m) step (3): what the receiver of message e uses for it. It began an OM of its own, with
  /// its sender as the commander; the receiver takes the majority of what he was told himself and
  /// of what he uses for each relay. In OM(0) nobody relays.
  int Use(int e) const {
    int attacks = told[e] == attack ? 1 : 0;
    int votes = 1;
    for (const int relay : messages.relays(e)) {
      attacks += Use(relay) == attack ? 1 : 0;
      ++votes;
    }
    if (2 * attacks == votes) return tie == Tie::commander ? told[e] : retreat;
    return 2 * attacks > votes ? attack : retreat;
  }

  /// Reduction (1): of the lieutenants, the set has those with the highest numbers.
  bool LieutenantsAreLast(std::uint64_t set) const {
    for (const int i : Lieutenant)
      if (i < n - 1 && (set >> i & 1) != 0 && (set >> (i + 1) & 1) == 0) return false;
    return true;
  }

  /// Reduction (2): the last loyal lieutenant is watched, and the one before if the commander is a
  /// traitor.
  bool IsWatched(int i) const {
    const int later = Lieutenant.count([&](int j) { return j > i && !IsTraitor(j); });
    return later < (IsTraitor(commander) ? 2 : 1);
  }

  /// Reduction (3): a watched lieutenant may use what a traitor says in message e.
  bool OfAccount(int e) const {
    if (!reduction) return true;
    const int i = messages.receiver(e);
    return !IsTraitor(i) && (messages.round(e) < m || IsWatched(i));
  }
};

}  // namespace synod::byzantine_om
