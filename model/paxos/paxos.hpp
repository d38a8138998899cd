// Paxos, the single-decree synod.
// [L01] L. Lamport, "Paxos Made Simple", ACM SIGACT News 32(4), 2001, sections 2.2 and 2.3.
// [L98] L. Lamport, "The Part-Time Parliament", ACM TOCS 16(2), 1998: ballots, the name "synod".
//
// The lecture's rounds are ballots here and its messages have Lamport's names: Collect is 1a, Last
// is 1b, Begin is 2a, Accept is 2b; Success is the fact that a quorum has sent 2b.
//
// Departures from the paper: leaders have no state of their own. A ballot has one leader, and all
// that it needs to know is in the messages that it has received, of which it may use any. Messages
// stay in the set `msgs`: one that is never received is lost, one received twice is duplicated,
// late ones are reordered, so none of these needs an action.
#pragma once

#include "checker/vocabulary/machine.hpp"
#include "checker/vocabulary/quorum.hpp"

namespace synod::paxos {

/// What an acceptor finds again after a crash.
enum class Durable : std::uint8_t { all, votes, none };

template <class Mode>
struct Paxos : Machine<Mode> {
  using Machine<Mode>::Machine;

  // Constants

  const Domain Acceptor = interchangeable("acceptor", "a", this->parameter("acceptors"));
  const Domain Value = interchangeable("value", "v", this->parameter("values"));
  const Domain Ballot = integers("ballot", 0, this->parameter("ballots") - 1);
  // There is always another ballot: what is left out below may make something happen in it.
  const Domain NextBallot = integers("ballot", 0, Ballot.high + 1);
  const Subsets InfoQuorum{Acceptor, this->parameter("info_quorum")};      // phase 1
  const Subsets AcceptQuorum{Acceptor, this->parameter("accept_quorum")};  // phase 2
  const bool may_crash = this->parameter("crash") != 0;
  const Durable durable = static_cast<Durable>(this->parameter("durable"));

  // Variables

  Map<Mode> maxBal{*this, "maxBal", Acceptor, optional(Ballot)};    // highest ballot promised
  Map<Mode> maxVBal{*this, "maxVBal", Acceptor, optional(Ballot)};  // of the last vote, and
  Map<Mode> maxVal{*this, "maxVal", Acceptor, optional(Value)};     // its value
  Set<Mode> down{*this, "down", may_crash ? Acceptor : emptied(Acceptor)};

  Message<Mode> msg1a{*this, "msgs", "1a", {{"bal", Ballot}}};
  Message<Mode, 2> msg1b{
      *this,
      "msgs",
      "1b",
      {{"acc", Acceptor}, {"bal", Ballot}, {"mbal", optional(Ballot)}, {"mval", optional(Value)}},
      ballot_and_value_or_neither};
  Message<Mode, 1> msg2a{*this, "msgs", "2a", {{"bal", Ballot}, {"val", Value}}};
  Message<Mode, 2> msg2b{*this, "msgs", "2b", {{"acc", Acceptor}, {"bal", Ballot}, {"val", Value}}};

  void Init() {
    maxBal.fill(none);
    maxVBal.fill(none);
    maxVal.fill(none);
  }

  // Actions, in the order of [L01] section 2.2

  /// Phase 1(a). The leader of ballot b asks for promises; asking again changes nothing.
  void Phase1a(int b) {
    WITHIN(ballots, Ballot.contains(b));
    THEN(collect, msg1a.send(b));
  }

  /// Phase 1(b). An acceptor promises to take part in no ballot below b, and reports its last vote.
  void Phase1b(int a, int b) {
    WHEN(requested, Ballot.contains(b) && msg1a.sent(b));
    WHEN(up, !down.contains(a));
    WHEN(newer, b > maxBal[a]);
    WITHIN(ballots, Ballot.contains(b));
    THEN(promise, maxBal[a] = b);
    THEN(last, msg1b.send(a, b, maxVBal[a], maxVal[a]));
  }

  /// Phase 2(a). The leader of ballot b proposes v, once a quorum's promises show that it is safe.
  void Phase2a(int b, int v) {
    WHEN(not_proposed, !Ballot.contains(b) || msg2a.never_sent(b));
    WHEN(safe, Ballot.contains(b) && MayPropose(b, v));
    WITHIN(ballots, Ballot.contains(b));
    THEN(begin, msg2a.send(b, v));
  }

  /// Phase 2(b). An acceptor votes for v in ballot b, unless it has promised a higher ballot.
  void Phase2b(int a, int b, int v) {
    WHEN(proposed, Ballot.contains(b) && msg2a.sent(b, v));
    WHEN(up, !down.contains(a));
    WHEN(not_outdated, b >= maxBal[a]);
    WITHIN(ballots, Ballot.contains(b));
    THEN(promise, maxBal[a] = b);
    THEN(vote, maxVBal[a] = b; maxVal[a] = v);
    THEN(accept, msg2b.send(a, b, v));
  }

  /// An acceptor stops and loses what it kept in memory only. [L01] section 2.5 has it remember
  /// all three on stable storage; `durable` says what it really does.
  void Crash(int a) {
    WHEN(up, !down.contains(a));
    THEN(stop, down.insert(a));
    THEN(forget, {
      if (durable == Durable::votes) maxBal[a] = maxVBal[a];
      if (durable == Durable::none) maxBal[a] = maxVBal[a] = maxVal[a] = none;
    });
  }

  void Restart(int a) {
    WHEN(stopped, down.contains(a));
    THEN(start, down.remove(a));
  }

  void Next() {
    ACTION(Phase1a, NextBallot);
    ACTION(Phase1b, Acceptor, NextBallot);
    ACTION(Phase2a, NextBallot, Value);
    ACTION(Phase2b, Acceptor, NextBallot, Value);
    ACTION_IF(may_crash, Crash, Acceptor);
    ACTION_IF(may_crash, Restart, Acceptor);
  }

  // Definitions

  /// [L01] section 2.2, P2c: every member of Q has promised ballot b, and v is the value of the
  /// highest-numbered vote that they report, or any value when they report none.
  bool ShowsSafeAt(std::uint64_t Q, int b, int v) const {
    int latest = none;
    bool value_of_latest = true;
    for (const int a : members(Q)) {
      if (msg1b.never_sent(a, b)) return false;
      msg1b.each(a, b, [&](int mbal, int mval) {
        if (mbal > latest) value_of_latest = false;
        if (mbal >= latest && mbal != none) value_of_latest = value_of_latest || mval == v;
        latest = std::max(latest, mbal);
      });
    }
    return value_of_latest;
  }

  bool MayPropose(int b, int v) const {
    return InfoQuorum.any([&](auto Q) { return ShowsSafeAt(Q, b, v); });
  }

  /// Some accept quorum has voted for v in ballot b: the lecture's Success.
  bool ChosenIn(int b, int v) const {
    return AcceptQuorum.any(
        [&](auto Q) { return members(Q).all([&](int a) { return msg2b.sent(a, b, v); }); });
  }

  bool Chosen(int v) const {
    return Ballot.any([&](int b) { return ChosenIn(b, v); });
  }

  // Normal form

  /// Ballots matter by their order only, and one below all promises is outdated: no acceptor takes
  /// part in it any more. What stays of such a ballot is its place in the order, while a vote or a
  /// report is about it; all of it, as long as its leader may still propose, which is a step though
  /// nobody will answer; and its votes, if it is the first to have chosen their value. The others
  /// are forgotten, so that those above have lower numbers and new ones become free at the end.
  /// That a leader asks for promises too late is forgotten as well.
  void Normalise() {
    int live = Ballot.high;
    for (const int a : Acceptor) live = std::min<int>(live, maxBal[a]);
    if (durable != Durable::all || live <= 0) return;
    std::uint64_t whole = ~std::uint64_t{0} << live;
    std::uint64_t choices = 0;
    std::uint64_t chosen = 0;  // values
    for (int b = 0; b < live; ++b) {
      if (msg2a.never_sent(b) && Value.any([&](int v) { return MayPropose(b, v); }))
        whole |= std::uint64_t{1} << b;
      for (const int v : Value)
        if ((chosen >> v & 1) == 0 && ChosenIn(b, v)) {
          choices |= std::uint64_t{1} << b;
          chosen |= std::uint64_t{1} << v;
        }
    }
    std::uint64_t asked = 0;
    msg1a.each([&](int b) { asked |= std::uint64_t{1} << std::max(b, live - 1); });
    std::uint64_t kept = whole | choices;
    if (asked >> live != 0) {
      asked = asked >> live << live;
    } else {
      // An outdated ballot tells whether anybody has ever asked, as somebody might do too late.
      kept |= std::uint64_t{1} << (live - 1);
    }
    const auto keep = [&](int b) { kept |= b == none ? 0 : std::uint64_t{1} << b; };
    for (const int a : Acceptor) {
      keep(maxVBal[a]);
      for (const int b : Ballot)
        if ((whole >> b & 1) != 0) msg1b.each(a, b, [&](int mbal, int) { keep(mbal); });
    }
    const auto renamed = [&](int b) {
      return b == none ? none : std::popcount(kept & ((std::uint64_t{1} << b) - 1));
    };
    for (const int a : Acceptor) {
      maxBal[a] = renamed(maxBal[a]);
      maxVBal[a] = renamed(maxVBal[a]);
    }
    msg1a.forget();
    for (const int b : members(asked)) msg1a.send(renamed(b));
    for (const int b : Ballot)
      Rename(b, renamed(b), (whole >> b & 1) != 0, (choices >> b & 1) != 0, renamed);
  }

 private:
  /// Gives a ballot's messages another number: all, its votes, or none.
  void Rename(int b, int to, bool whole, bool votes, const auto& renamed) {
    std::uint64_t values = 0;
    const auto note = [&](int v) { values |= std::uint64_t{1} << v; };
    msg2a.each(b, note);
    msg2a.forget(b);
    for (const int v : members(whole ? values : 0)) msg2a.send(to, v);
    for (const int a : Acceptor) {
      std::vector<std::pair<int, int>> reports;
      msg1b.each(a, b, [&](int mbal, int mval) { reports.emplace_back(mbal, mval); });
      msg1b.forget(a, b);
      if (whole)
        for (const auto& [mbal, mval] : reports) msg1b.send(a, to, renamed(mbal), mval);
      values = 0;
      msg2b.each(a, b, note);
      msg2b.forget(a, b);
      for (const int v : members(whole || votes ? values : 0)) msg2b.send(a, to, v);
    }
  }

  static bool ballot_and_value_or_neither(const std::vector<int>& content) {
    return (content[0] == none) == (content[1] == none);
  }
};

}  // namespace synod::paxos
