// The system as the catalogue has it: parameters, instances, mutants, scenarios. What it promises
// is in claims.hpp.
#include "model/chandy_lamport/claims.hpp"

#include "checker/vocabulary/define.hpp"
#include "model/catalogue.hpp"

namespace synod {

System chandy_lamport_system() {
  using namespace chandy_lamport;
  System system;
  system.name = "chandy_lamport";
  system.title = "Distributed snapshots by markers";
  system.summary =
      "Processes that send each other money record their states and those of the channels between "
      "them, each at another time, and the result is a global state that could have been.";
  system.sources = {
      "[CL85] K. M. Chandy, L. Lamport, Distributed Snapshots: Determining Global States of "
      "Distributed Systems, ACM TOCS 3(1), 1985"};
  system.faults =
      "Asynchronous; channels lose, repeat and invent nothing, and deliver in the order of sending "
      "unless fifo=no. No process fails; with restart=yes all are put back to the complete "
      "snapshot together.";
  system.parameters = {
      integer("processes", "processes", 2, most_processes, 2),
      topology_parameter(),
      integer("money", "coins in all", 1, 6, 2),
      choice("spread", "at first: all coins with p1; dealt one by one, beginning with p1",
             {"first", "dealt"}),
      initiators_parameter(),
      fifo_parameter(),
      choice("markers", "are sent in the step that records the state; one by one, after it",
             {"at_once", "one_by_one"}),
      choice("restart", "the system may go back to the complete snapshot", {"no", "yes"}),
      choice("done",
             "who must have recorded for the algorithm to have terminated: everyone; those that a "
             "path leads to from an initiator",
             {"everyone", "reached"}),
  };
  system.instances = {
      quick("processes=2", holds(377, 823, 18)),
      quick("processes=2 markers=one_by_one", holds(582, 1'313, 20)),
      quick("processes=3", holds(2'556, 7'030, 27)),
      // Money flows one way, so that few states lead to a given one.
      quick("processes=3 topology=12,13,23 initiators=1,2 restart=yes", holds(965, 2'495, 15)),
      quick("processes=3 topology=star spread=dealt", holds(9'522, 32'404, 23)),
      // Nobody reaches p3.
      quick("processes=3 topology=12,21,32 spread=dealt initiators=1 done=reached",
            holds(155, 295, 16)),
      thorough("processes=3 topology=complete", holds(104'034, 463'891, 25)),
      thorough("processes=3 topology=complete markers=one_by_one", holds(605'442, 3'033'217, 31)),
      thorough("processes=4 topology=star", holds(144'154, 664'695, 23)),
  };
  system.mutants = {
      mutant("no_fifo",
             "[CL85] section 2: channels deliver in the order of sending. A coin that overtakes "
             "the marker is received before Qs, though sent after Ps.",
             under("fifo=no"), violates("ConsistentCut", 4)),
      mutant("late_marker",
             "[CL85] section 3.2: the marker is sent \"before p sends further messages along c\". "
             "Here a coin may be sent between recording the state and the marker.",
             {assignments("markers=one_by_one"), without("SendMoney.marker_first").drops},
             violates("ConsistentCut", 4)),
      mutant("unreached_process",
             "\"When does it terminate?\" Not at all, where no path leads to a process from an "
             "initiator.",
             under("topology=12 initiators=2"), violates("CanTerminate", 1)),
      mutant("literal_recording",
             "The lecture's \"start recording all messages received on all incoming channels\" at "
             "its word, on the first marker too: no second marker comes to end the recording of "
             "the channel that brought it.",
             {assignments("topology=12"), without("ReceiveFirstMarker.record_empty").drops},
             violates("CanTerminate", 3)),
      mutant("unrecorded_channels",
             "Only the states of processes are recorded, and the money on its way is lost.",
             without("ReceiveMoney.note"), violates("MoneyRecorded", 6)),
      mutant("early_restart", "The system goes back to a snapshot that is not complete.",
             {assignments("restart=yes"), without("Restart.complete").drops},
             violates("Undisturbed", 2)),
      mutant("unreached_for_ever",
             "No path leads from p2 to p1: p1 never hears of the snapshot, and p2 records for ever "
             "what comes from there.",
             under("topology=12 initiators=2"), violates("Terminates", 2)),
      mutant("lost_marker",
             "Who hears of the snapshot does not pass it on: no marker comes from p2 to p3, which "
             "records for ever what else does.",
             under("processes=3 topology=12,13,23 initiators=1")
                 .without("ReceiveFirstMarker.broadcast"),
             violates("Terminates", 4)),
      mutant(
          "restart_loses_markers",
          "The system goes back to a snapshot that is not complete: what was on its way is gone, "
          "the markers too, and the snapshot never is complete.",
          under("topology=12 initiators=1 restart=yes").without("Restart.complete"),
          violates("Terminates", 3)),
  };
  system.scenarios = {
      scenario(
          "ps_qs",
          "The lecture's question: p1 records, then sends a coin, and p2 would receive it before "
          "it records. The marker goes first, so the coin has not arrived.",
          under("processes=2"),
          {"Initiate(p1)", "SendMoney(p1->p2)", "ReceiveMoney(p1->p2, post_coin)"})
          .refused_by("ReceiveMoney.arrived"),
      scenario("ps_qs_without_order",
               "The same, over a channel without order: the cut has a coin received that was not "
               "sent.",
               under("processes=2 fifo=no"),
               {"Initiate(p1)", "SendMoney(p1->p2)", "ReceiveMoney(p1->p2, post_coin)"})
          .ends_in("ConsistentCut"),
      scenario("coin_in_channel",
               "An ordinary snapshot: the coin that p2 sent before it recorded arrives after p1 "
               "recorded, so it is recorded in the channel.",
               under("processes=2 spread=dealt"),
               {"SendMoney(p2->p1)", "Initiate(p1)", "ReceiveMoney(p2->p1, coin)",
                "ReceiveFirstMarker(p1->p2)", "ReceiveMarker(p2->p1)"}),
      scenario(
          "never_was",
          "[CL85] section 4: the recorded state, p1 with its coin and p2's in the channel, is "
          "none that this run went through.",
          under("processes=2 spread=dealt"),
          {"Initiate(p1)", "SendMoney(p1->p2)", "SendMoney(p2->p1)", "ReceiveFirstMarker(p1->p2)",
           "ReceiveMoney(p2->p1, coin)", "ReceiveMarker(p2->p1)"}),
  };
  system.tla_constants = [](const Parameters& p) -> Assignments {
    return {
        {"Processes", std::to_string(p["processes"])},
        {"Topology", numbers(topology_parameter(), p["topology"])},
        {"Money", std::to_string(p["money"])},
        {"Dealt", p["spread"] != 0 ? "TRUE" : "FALSE"},
        {"Initiators", numbers(initiators_parameter(), p["initiators"])},
        {"Fifo", p["fifo"] == 0 ? "TRUE" : "FALSE"},
        {"OneByOne", p["markers"] != 0 ? "TRUE" : "FALSE"},
        {"MayRestart", p["restart"] != 0 ? "TRUE" : "FALSE"},
    };
  };
  return define<ChandyLamport>(std::move(system), chandy_lamport_claims());
}

}  // namespace synod
