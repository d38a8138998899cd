// What the snapshot algorithm promises. [CL85] is cited in chandy_lamport.hpp.
#include "checker/vocabulary/define.hpp"
#include "model/catalogue.hpp"
#include "model/chandy_lamport/chandy_lamport.hpp"

namespace synod {
namespace {

using namespace chandy_lamport;

// Of the parameters

Topology topology_of(const Parameters& p) { return {p["processes"], p["topology"]}; }
ProcessSet initiators_of(const Parameters& p) { return static_cast<ProcessSet>(p["initiators"]); }
Possible possible_of(const Parameters& p) {
  const int rich = p["spread"] == 0 ? 1 : std::min(p["money"], p["processes"]);
  return {topology_of(p), initiators_of(p), everyone(rich)};
}
bool everyone_is_reached(const Parameters& p) {
  return topology_of(p).reached(initiators_of(p)) == everyone(p["processes"]);
}

// Of a state

/// Every process that an initiator reaches has recorded its state, and that of every channel from
/// such a process.
template <class Model>
bool reached_are_done(const Model& s) {
  return s.Process.all([&](int p) { return !has(s.reached, p) || s.recorded.contains(p); }) &&
         s.Channel.all([&](int c) { return !has(s.reached, s.topology[c].from) || s.Closed(c); });
}

/// p has recorded its state and no marker has come to it: it began by itself.
template <class Model>
bool began(const Model& s, int p) {
  return s.recorded.contains(p) &&
         s.Channel.all([&](int c) { return s.topology[c].to != p || s.recording.contains(c); });
}

auto chandy_lamport_claims() {
  return claims(
      step("ConsistentCut",
           "[CL85] section 3.1, n >= m: what was sent after Ps is not received before Qs. The "
           "marker goes ahead of it, and makes Q record its state first.",
           [](const auto& before, const auto& after) {
             return before.Channel.all([&](int c) {
               return before.recorded.contains(before.topology[c].to) ||
                      after.chan(c).count(post_coin) >= before.chan(c).count(post_coin);
             });
           })
          .witness("SentAfterPs"),
      always("ChannelsExact",
             "[CL85] section 3.1: the recorded state of a channel is what was sent before the "
             "sender's state was recorded and not received before the receiver's was.",
             [](const auto& s) {
               return s.Channel.all([&](int c) {
                 if (!s.Closed(c)) return true;
                 bool before = true;
                 for (int i = 1; i <= s.recordedChan(c).size(); ++i)
                   before = before && s.recordedChan(c).at(i) == coin;
                 return s.conjunct("all of it was sent before", before) &&
                        s.conjunct("nothing sent before is missing", s.chan(c).count(coin) == 0);
               });
             })
          .witness("SnapshotComplete"),
      step("RecordedOnce",
           "[CL85] section 3.2: a process records its state once. A channel's recorded state is "
           "final when the marker has come.",
           [](const auto& before, const auto& after) {
             return before.conjunct("the state of a process", before.Process.all([&](int p) {
               return !before.recorded.contains(p) ||
                      (after.recorded.contains(p) &&
                       after.recordedMoney[p] == before.recordedMoney[p]);
             })) && before.conjunct("the state of a channel", before.Channel.all([&](int c) {
               return !before.Closed(c) ||
                      (after.Closed(c) && after.recordedChan(c) == before.recordedChan(c));
             }));
           })
          .witness("SnapshotComplete"),
      always("MoneyRecorded", "The recorded global state holds every coin exactly once.",
             [](const auto& s) {
               if (!s.Complete()) return true;
               int sum = 0;
               for (const int p : s.Process) sum += s.recordedMoney[p];
               for (const int c : s.Channel) sum += s.recordedChan(c).size();
               return sum == s.total;
             })
          .if_parameters(everyone_is_reached)
          .witness("SnapshotComplete"),
      always("RecordedIsReachable",
             "[CL85] section 4, Theorem 1: the recorded global state is reachable from the state "
             "at first, by steps of the system without snapshots.",
             [](const auto& s) { return !s.Complete() || s.underlying.reachable(s.Recorded()); })
          .if_parameters(everyone_is_reached)
          .witness("SnapshotComplete"),
      always("RecordedLeadsToPresent",
             "[CL85] section 4, Theorem 1: the present state is reachable from the recorded one, "
             "in the same way. It says most where money cannot flow back (topology=line).",
             [](const auto& s) {
               return !s.Complete() || s.underlying.leads(s.Recorded(), s.Present());
             })
          .if_parameters(everyone_is_reached)
          .witness("SnapshotComplete"),
      always("Undisturbed",
             "[CL85] section 1: recording does not alter the underlying computation. A restart "
             "puts the system into a state that it can be in without any snapshot.",
             [](const auto& s) { return s.underlying.reachable(s.Present()); })
          .witness("PartlyRecorded"),
      always("OnlyReachedRecord",
             "A process that no path leads to from an initiator never hears of the snapshot.",
             [](const auto& s) {
               return s.Process.all(
                   [&](int p) { return !s.recorded.contains(p) || has(s.reached, p); });
             })
          .witness("ReachedAreDone"),
      always_possible(
          "Terminates",
          "\"When does it terminate?\" [CL85] section 3.3: if a path leads to every process from "
          "an initiator. With done=reached, those that none leads to are not waited for.",
          [](const auto& s) { return s.wait_for_all ? s.Complete() : reached_are_done(s); }),
      reachable("SnapshotComplete", "The states of all processes and channels get recorded.",
                [](const auto& s) { return s.Complete(); })
          .if_parameters(everyone_is_reached),
      reachable("ReachedAreDone", "The processes that initiators reach are done.",
                [](const auto& s) { return reached_are_done(s); }),
      reachable("PartlyRecorded", "Some states are recorded, and others not yet.",
                [](const auto& s) { return !s.recorded.empty() && !s.Complete(); }),
      reachable("SentAfterPs", "The lecture: a message is sent after Ps, and Qs is still to come.",
                [](const auto& s) {
                  return s.Channel.any([&](int c) {
                    return !s.recorded.contains(s.topology[c].to) && s.chan(c).count(post_coin) > 0;
                  });
                })
          .if_parameters([](const Parameters& p) { return possible_of(p).post_coin; }),
      reachable("CoinInChannel", "A coin is caught on its way: a channel's state is not empty.",
                [](const auto& s) {
                  return s.Channel.any(
                      [&](int c) { return s.Closed(c) && !s.recordedChan(c).empty(); });
                })
          .if_parameters([](const Parameters& p) { return possible_of(p).caught_coin; }),
      reachable(
          "TwoInitiators", "\"Any process can initiate snapshot-taking\", and two may at a time.",
          [](const auto& s) { return s.Process.count([&](int p) { return began(s, p); }) >= 2; })
          .if_parameters([](const Parameters& p) { return std::popcount(initiators_of(p)) >= 2; }),
      proper_end(
          "Nothing is on its way, nobody can send or begin: all money lies where no channel leads "
          "away. Whether the snapshot is complete then is for Terminates to say.",
          [](const auto& s) {
            return s.Channel.all([&](int c) { return s.chan(c).empty(); }) &&
                   s.Process.all(
                       [&](int p) { return !has(s.initiators, p) || s.recorded.contains(p); });
          }));
}

// The parameters that are sets

std::vector<std::string> link_names() {
  std::vector<std::string> names;
  for (const Link& link : possible_channels(most_processes))
    names.push_back(std::to_string(link.from + 1) + std::to_string(link.to + 1));
  return names;
}

/// The topologies that have a name, by the channels that they have.
NamedSet topology_word(std::string name, bool (*has_link)(const Link& link, int processes)) {
  return {std::move(name), [has_link](const Parameters& p) {
            const auto possible = possible_channels(p["processes"]);
            int mask = 0;
            for (std::size_t i = 0; i < possible.size(); ++i)
              if (has_link(possible[i], p["processes"])) mask |= 1 << i;
            return mask;
          }};
}

ParameterSpec topology_parameter() {
  return subset(
      "topology", "the channels: 12 leads from p1 to p2", link_names(),
      [](const Parameters& p) { return p["processes"] * (p["processes"] - 1); },
      {topology_word("ring", [](const Link& c, int n) { return c.to == (c.from + 1) % n; }),
       topology_word("line", [](const Link& c, int) { return c.to == c.from + 1; }),
       topology_word("star", [](const Link& c, int) { return c.from == 0 || c.to == 0; }),
       topology_word("complete", [](const Link&, int) { return true; })});
}

ParameterSpec initiators_parameter() {
  return subset("initiators", "the processes that may initiate the snapshot", {"1", "2", "3", "4"},
                [](const Parameters& p) { return p["processes"]; },
                {{"all", [](const Parameters& p) { return (1 << p["processes"]) - 1; }}});
}

/// "{12, 23}"
std::string numbers(const ParameterSpec& spec, int value) {
  std::string text = "{";
  for (const char letter : spec.text(value)) text += letter == ',' ? ", " : std::string(1, letter);
  return text + "}";
}

}  // namespace

System chandy_lamport_system() {
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
             under("topology=12 initiators=2"), violates("Terminates", 1)),
      mutant("literal_recording",
             "The lecture's \"start recording all messages received on all incoming channels\" at "
             "its word, on the first marker too: no second marker comes to end the recording of "
             "the channel that brought it.",
             {assignments("topology=12"), without("ReceiveFirstMarker.record_empty").drops},
             violates("Terminates", 3)),
      mutant("unrecorded_channels",
             "Only the states of processes are recorded, and the money on its way is lost.",
             without("ReceiveMoney.note"), violates("MoneyRecorded", 6)),
      mutant("early_restart", "The system goes back to a snapshot that is not complete.",
             {assignments("restart=yes"), without("Restart.complete").drops},
             violates("Undisturbed", 2)),
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
