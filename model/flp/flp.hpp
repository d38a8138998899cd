// Asynchronous consensus with one faulty process: protocols that try, of which none succeeds.
// [FLP85] M. Fischer, N. Lynch, M. Paterson, "Impossibility of Distributed Consensus with One
//       Faulty Process", JACM 32(2), 1985.
// [BO83] M. Ben-Or, "Another Advantage of Free Choice", PODC 1983, protocol A.
//
// [FLP85] section 2: a step of a process receives a message or nothing, computes, and sends to as
// many others as it likes. Each process has an input register x and an output register y, written
// once. Messages arrive in any order, all of them, once each; at most one process stops for good.
//
// The candidates. In the first three everybody reports its input and waits, and then decides:
//   all          on the least of all inputs: safe, but one crash blocks it
//   all_but_one  on the least of n - 1 inputs, its own among them: always decides, but not always
//                the same
//   leader       on the input of p1: safe, but the leader's crash blocks it
//   rounds       [BO83]: see below; safe, and always able to decide, but it may go on for ever
//
// Departures. What everybody says is kept with whom it comes from: report(q, r), proposal(q, r). A
// message can be received while its receiver is in the phase that asks for it. One that comes
// earlier would be kept until then, so it may as well come then. One that comes later would be
// thrown away and change nothing, so it is gone as soon as that phase ends. Hence a run is
// admissible, as [FLP85] has it, if it is weakly fair to the steps Start and Receive of each
// process. What a process says to itself it hears at once. Who has decided in `rounds` goes on
// taking part, as the others may be waiting for it.
//
// Rounds are counted from that of the slowest process that is up, so that a run that never ends is
// a cycle of finitely many states. What was said before that round nobody waits for any more, and
// it is forgotten. The bound `lead` is how far the fastest may be ahead of the slowest.
#pragma once

#include "checker/vocabulary/machine.hpp"

namespace synod::flp {

enum class Candidate : std::uint8_t { rounds, all, all_but_one, leader };
enum class Phase : std::uint8_t { ready, reporting, proposing, done, down };

inline constexpr int unsure = 2;  // proposes no value: [BO83] writes "?"
inline constexpr int leader = 0;  // p1

inline Domain processes(int count, bool all_alike) {
  Domain domain = interchangeable("process", "p", count);
  if (!all_alike) domain.symmetry = Symmetry::ordered;
  return domain;
}

template <class Mode>
struct Flp : Machine<Mode> {
  using Machine<Mode>::Machine;

  // Constants

  const int n = this->parameter("processes");
  const Candidate candidate{static_cast<std::uint8_t>(this->parameter("candidate"))};
  const bool rounds = candidate == Candidate::rounds;
  const int crashes = this->parameter("crashes");
  const int enough_to_decide = this->parameter("decide_by");
  const int lead = rounds ? this->parameter("lead") : 0;

  const Domain Process = processes(n, candidate != Candidate::leader);
  const Domain Value = enumeration("value", {"0", "1"});
  const Domain Proposal = enumeration("proposal", {"0", "1", "?"});
  const Domain Round = integers("round", 0, lead);
  const Domain Phases = enumeration("phase", {"ready", "reporting", "proposing", "done", "down"});

  // Variables

  Map<Mode> x{*this, "x", Process, Value};            // input register
  Map<Mode> y{*this, "y", Process, optional(Value)};  // output register
  Map<Mode> estimate{*this, "estimate", Process, Value};
  Map<Mode, Phase> phase{*this, "phase", Process, Phases};
  Map<Mode> round{*this, "round", Process, Round};
  Sets<Mode> heard{*this, "heard", Process, Process};  // in this phase, of the others
  Map<Mode> report{*this, "report", {Process, Round}, optional(Value)};
  Map<Mode> proposal{*this, "proposal", {Process, Round}, optional(Proposal)};

  /// [FLP85] section 2: every assignment of inputs is an initial configuration.
  void Init() {
    for (const int p : Process) x[p] = estimate[p] = choose(Value);
    y.fill(none);
    report.fill(none);
    proposal.fill(none);
  }

  // Actions

  /// The first step of a process: it tells everybody its input.
  void Start(int p) {
    WHEN(ready, phase[p] == Phase::ready);
    THEN(report, Report(p));
    THEN(decide, if (!rounds && HeardEnough(p)) Decide(p));
  }

  /// Not in `rounds`: p receives q's input, and decides when it has heard enough.
  void ReceiveInput(int p, int q) {
    WHEN(waiting, phase[p] == Phase::reporting);
    WHEN(on_its_way, report(q, 0) != none && !Has(p, q));
    THEN(receive, heard[p].insert(q));
    THEN(decide, if (HeardEnough(p)) Decide(p));
  }

  /// [BO83] step 2: with n - f reports, p proposes the value that more than n/2 of all processes
  /// have reported; without such a value it is unsure. [BO83] tosses a coin in the end, when nobody
  /// has proposed a value; in its place p turns to the least value that it was told.
  void ReceiveReport(int p, int q) {
    WHEN(waiting, phase[p] == Phase::reporting);
    WHEN(on_its_way, report(q, round[p]) != none && !Has(p, q));
    THEN(receive, heard[p].insert(q));
    THEN(turn, if (HeardEnough(p) && MajorityReported(p) == unsure) estimate[p] = Least(p));
    THEN(propose, if (HeardEnough(p)) Propose(p, MajorityReported(p)));
  }

  /// [BO83] step 3: with n - f proposals, p decides on the value that more than f processes have
  /// proposed, makes any value that was proposed its own, and begins the next round.
  void ReceiveProposal(int p, int q) {
    WHEN(waiting, phase[p] == Phase::proposing);
    WHEN(on_its_way, proposal(q, round[p]) != none && !Has(p, q));
    WITHIN(lead, round[p] < lead || Heard(p) + 1 < awaited());
    THEN(receive, heard[p].insert(q));
    THEN(decide, if (HeardEnough(p) && Supporters(p) >= enough_to_decide) y[p] = Proposed(p));
    THEN(adopt, if (HeardEnough(p) && Proposed(p) != unsure) estimate[p] = Proposed(p));
    THEN(next, if (HeardEnough(p)) BeginNextRound(p));
  }

  /// It stops for good. What it has said before still arrives; what it knew nobody will ask.
  void Crash(int p) {
    WHEN(up, phase[p] != Phase::down);
    WHEN(at_most, Process.count([&](int q) { return phase[q] == Phase::down; }) < crashes);
    THEN(stop, Enter(p, Phase::down));
    THEN(forget, round[p] = 0; estimate[p] = 0);
    THEN(catch_up, CountFromTheSlowest());
  }

  void Next() {
    ACTION(Start, Process);
    // Of two processes, all_but_one waits for nobody.
    ACTION_IF(!rounds && (n > 2 || candidate != Candidate::all_but_one), ReceiveInput, Process,
              Process);
    ACTION_IF(rounds, ReceiveReport, Process, Process);
    ACTION_IF(rounds, ReceiveProposal, Process, Process);
    ACTION_IF(crashes > 0, Crash, Process);
  }

  // Definitions

  bool Up(int p) const { return phase[p] != Phase::down; }
  int Majority() const { return n / 2 + 1; }
  /// How many a process hears in a phase before it goes on. n - 1, so that it does not wait for one
  /// that is down; in [BO83] n - f with n > 2f, so of two processes both.
  int awaited() const {
    if (candidate == Candidate::all) return n;
    return rounds ? std::max(n - 1, Majority()) : n - 1;
  }

  /// p has heard q in this phase.
  bool Has(int p, int q) const { return p == q || heard[p].contains(q); }
  int Heard(int p) const { return heard[p].with(p).size(); }
  bool HeardEnough(int p) const {
    return candidate == Candidate::leader ? Has(p, leader) : Heard(p) >= awaited();
  }

  int Reported(int p, int v) const {
    return Process.count([&](int q) { return Has(p, q) && report(q, round[p]) == v; });
  }
  int Least(int p) const { return Reported(p, 0) > 0 ? 0 : 1; }
  int MajorityReported(int p) const {
    for (const int v : Value)
      if (Reported(p, v) >= Majority()) return v;
    return unsure;
  }

  int Proposers(int p, int v) const {
    return Process.count([&](int q) { return Has(p, q) && proposal(q, round[p]) == v; });
  }
  /// The value that somebody proposes: no two propose different ones in a round.
  int Proposed(int p) const {
    for (const int v : Value)
      if (Proposers(p, v) > 0) return v;
    return unsure;
  }
  int Supporters(int p) const { return Proposed(p) == unsure ? 0 : Proposers(p, Proposed(p)); }

  void Enter(int p, Phase next) {
    phase[p] = next;
    heard[p].clear();
  }
  void Report(int p) {
    report(p, round[p]) = estimate[p];
    Enter(p, Phase::reporting);
  }
  void Propose(int p, int v) {
    proposal(p, round[p]) = v;
    Enter(p, Phase::proposing);
  }
  void Decide(int p) {
    y[p] = candidate == Candidate::leader ? static_cast<int>(report(leader, 0)) : Least(p);
    Enter(p, Phase::done);
  }
  void BeginNextRound(int p) {
    round[p] = round[p] + 1;
    Report(p);
    CountFromTheSlowest();
  }

  void CountFromTheSlowest() {
    int slowest = lead;
    for (const int p : Process)
      if (Up(p)) slowest = std::min<int>(slowest, round[p]);
    if (slowest == 0) return;
    for (const int p : Process) {
      round[p] = std::max(round[p] - slowest, 0);
      for (const int r : Round) {
        const bool said = r + slowest <= lead;
        report(p, r) = said ? static_cast<int>(report(p, r + slowest)) : none;
        proposal(p, r) = said ? static_cast<int>(proposal(p, r + slowest)) : none;
      }
    }
  }
};

}  // namespace synod::flp
