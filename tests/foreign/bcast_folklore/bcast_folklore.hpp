// The module bcastFolklore of the folder of that name in tlaplus/Examples (32a32c7), of I. Konnov,
// T. H. Tran and J. Widder: reliable broadcast by message diffusion with crashes, [Chandra and
// Toueg, JACM 43(2), 1996, figure 4].
#pragma once

#include "checker/vocabulary/machine.hpp"

namespace synod::bcast_folklore {

enum class Pc : std::uint8_t { V0, V1, AC, CR };

template <class Mode>
struct BcastFolklore : Machine<Mode> {
  using Machine<Mode>::Machine;

  // Constants
  const int F = this->parameter("F");
  const Domain Proc = interchangeable("process", "p", this->parameter("N"));
  const Domain Location = enumeration("location", {"V0", "V1", "AC", "CR"});

  // Variables. The only message of a process is ECHO, so that a set of messages is one of senders.
  Set<Mode> Corr{*this, "Corr", Proc};
  Scalar<Mode> nCrashed{*this, "nCrashed", integers("crashes", 0, F)};
  Map<Mode, Pc> pc{*this, "pc", Proc, Location};
  Sets<Mode> rcvd{*this, "rcvd", Proc, Proc};
  Set<Mode> sent{*this, "sent", Proc};

  void Init() {
    Corr = set_of(Proc);
    for (const int p : Proc) pc[p] = choose(boolean()) ? Pc::V1 : Pc::V0;
  }

  // Actions: each is Receive together with one of the steps.

  bool Receive(int p, MemberSet msgs) const {
    return Corr.contains(p) && msgs <= sent && rcvd[p] <= msgs;
  }

  void UponV1(int p, MemberSet msgs) {
    WHEN(may_receive, Receive(p, msgs));
    WHEN(initialised, pc[p] == Pc::V1);
    THEN(receive, rcvd[p] = msgs);
    THEN(accept, pc[p] = Pc::AC);
    THEN(echo, sent.insert(p));
  }

  void UponAccept(int p, MemberSet msgs) {
    WHEN(may_receive, Receive(p, msgs));
    WHEN(not_accepted, pc[p] == Pc::V0 || pc[p] == Pc::V1);
    WHEN(some_message, !msgs.empty());
    THEN(receive, rcvd[p] = msgs);
    THEN(accept, pc[p] = Pc::AC);
    THEN(echo, sent.insert(p));
  }

  void UponCrash(int p, MemberSet msgs) {
    WHEN(may_receive, Receive(p, msgs));
    WHEN(some_correct, nCrashed < F);
    THEN(receive, rcvd[p] = msgs);
    THEN(count, nCrashed += 1);
    THEN(stop, pc[p] = Pc::CR);
    THEN(fail, Corr.remove(p));
  }

  void OnlyReceive(int p, MemberSet msgs) {
    WHEN(may_receive, Receive(p, msgs));
    THEN(receive, rcvd[p] = msgs);
  }

  void Next() {
    ACTION(UponV1, Proc, subsets(Proc));
    ACTION(UponAccept, Proc, subsets(Proc));
    ACTION(UponCrash, Proc, subsets(Proc));
    ACTION(OnlyReceive, Proc, subsets(Proc));
  }
};

}  // namespace synod::bcast_folklore
