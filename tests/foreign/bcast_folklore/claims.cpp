#include "checker/vocabulary/define.hpp"
#include "tests/foreign/bcast_folklore/bcast_folklore.hpp"
#include "tests/foreign/foreign.hpp"

namespace synod {

using bcast_folklore::Pc;

namespace {

constexpr const char* fairness = "WF(UponV1, UponAccept, OnlyReceive)";

/// N > 2 T and T >= F are what the module assumes.
int minority(const Parameters& p) { return (p["N"] - 1) / 2; }

/// All correct processes, or one of them, are there.
template <class State>
bool all_correct(const State& s, Pc pc) {
  return s.Corr.all([&](int p) { return s.pc[p] == pc; });
}
template <class State>
bool some_correct(const State& s, Pc pc) {
  return s.Corr.any([&](int p) { return s.pc[p] == pc; });
}

}  // namespace

System bcast_folklore_system() {
  System system;
  system.name = "bcast_folklore";
  system.title = "Reliable broadcast by message diffusion";
  system.summary = "Who accepts a message sends it on to all.";
  system.sources = {"T. Chandra, S. Toueg, JACM 43(2), 1996, figure 4"};
  system.faults = "F processes crash; channels are reliable.";
  system.parameters = {integer("N", "processes", 1, 5, 3),
                       integer("F", "crashes; T = F", 0, {"(N - 1) / 2", minority}, 1)};
  system.instances = {quick("N=3 F=1", holds(3700, 36224, 7))};
  system.mutants = {mutant("unheard", "A process accepts without any message.",
                           without("UponAccept.some_message"), violates("UnforgLtl", 2)),
                    mutant("silent", "A process accepts and tells nobody.", without("UponV1.echo"),
                           violates("RelayLtl", 2))};
  return define<bcast_folklore::BcastFolklore>(
      std::move(system),
      claims(
          named("NoInit", "no correct process received INIT",
                [](const auto& s) { return all_correct(s, Pc::V0); }),
          named("AllInit", "all correct processes received INIT",
                [](const auto& s) { return all_correct(s, Pc::V1); }),
          named("SomeAccept", "a correct process accepted",
                [](const auto& s) { return some_correct(s, Pc::AC); }),
          named("AllAccept", "all correct processes accepted",
                [](const auto& s) { return all_correct(s, Pc::AC); }),
          named("Sent", "ECHO was sent", FOR_EVERY(Proc),
                [](const auto& s, int p) { return s.sent.contains(p); }),
          named("AllReceived", "all correct processes received ECHO", FOR_EVERY(Proc),
                [](const auto& s, int p) {
                  return s.Corr.all([&](int q) { return s.rcvd[q].contains(p); });
                }),
          temporal("UnforgLtl", "Nobody accepts what nobody broadcast.", "NoInit -> []!SomeAccept"),
          temporal("CorrLtl", "What is broadcast is accepted.", "AllInit -> <>SomeAccept")
              .assuming(fairness),
          temporal("RelayLtl", "What one accepts all accept.", "[](SomeAccept -> <>AllAccept)")
              .assuming(fairness),
          temporal("ReliableChan", "What is sent is received.",
                   "[](E p in process: (Sent(p) -> <>[]AllReceived(p)))")
              .assuming(fairness)));
}

}  // namespace synod
