// What the snapshot algorithm promises. [CL85] is cited in chandy_lamport.hpp.
#pragma once

#include "checker/vocabulary/claims.hpp"
#include "model/chandy_lamport/chandy_lamport.hpp"

namespace synod::chandy_lamport {

// Of the parameters

inline Topology topology_of(const Parameters& p) { return {p["processes"], p["topology"]}; }
inline ProcessSet initiators_of(const Parameters& p) {
  return static_cast<ProcessSet>(p["initiators"]);
}
inline Possible possible_of(const Parameters& p) {
  const int rich = p["spread"] == 0 ? 1 : std::min(p["money"], p["processes"]);
  return {topology_of(p), initiators_of(p), everyone(rich)};
}
inline bool everyone_is_reached(const Parameters& p) {
  return topology_of(p).reached(initiators_of(p)) == everyone(p["processes"]);
}

// Of a state

/// Every process that an initiator reaches has recorded its state, and that of every channel from
/// such a process.
template <class Model>
inline bool reached_are_done(const Model& s) {
  return s.Process.all([&](int p) { return !has(s.reached, p) || s.recorded.contains(p); }) &&
         s.Channel.all([&](int c) { return !has(s.reached, s.topology[c].from) || s.Closed(c); });
}

/// Whoever counts is done, as the parameter `done` says.
template <class Model>
inline bool terminated(const Model& s) {
  return s.wait_for_all ? s.Complete() : reached_are_done(s);
}

template <class Model>
inline ProcessSet recorded_set(const Model& s) {
  ProcessSet set = 0;
  for (const int p : s.Process) set |= s.recorded.contains(p) ? ProcessSet{1} << p : 0;
  return set;
}

/// p has recorded its state and no marker has come to it: it began by itself.
template <class Model>
inline bool began(const Model& s, int p) {
  return s.recorded.contains(p) &&
         s.Channel.all([&](int c) { return s.topology[c].to != p || s.recording.contains(c); });
}

inline auto chandy_lamport_claims() {
  return claims(
      step("ConsistentCut",
           "[CL85] section 3.1, n >= m: what was sent after Ps is not received before Qs. The "
           "marker goes ahead of it, and makes Q record its state first.",
           FOR_EVERY(Channel),
           [](const auto& before, const auto& after, int c) {
             return before.recorded.contains(before.topology[c].to) ||
                    after.chan(c).count(post_coin) >= before.chan(c).count(post_coin);
           })
          .witness("SentAfterPs"),
      always("ChannelsExact",
             "[CL85] section 3.1: the recorded state of a channel is what was sent before the "
             "sender's state was recorded and not received before the receiver's was. This says "
             "that all of it was sent before; MoneyRecorded, that none of it is missing.",
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
          "CanTerminate",
          "\"When does it terminate?\" [CL85] section 3.3: if a path leads to every process from "
          "an initiator. With done=reached, those that none leads to are not waited for.",
          [](const auto& s) { return terminated(s); }),
      named("Initiated",
            "Paths lead to all that initiators reach from those that have recorded their states.",
            [](const auto& s) { return s.topology.reached(recorded_set(s)) == s.reached; }),
      named("Terminated", "Everyone is done; with done=reached, whom initiators reach.",
            [](const auto& s) { return terminated(s); }),
      temporal("Terminates",
               "[CL85] section 3.3: it does, and no restart undoes it, if no marker stays in a "
               "channel for ever (L1). Then no coin may either, as markers wait behind coins.",
               "Initiated ~> [] Terminated")
          .assuming("WF(ReceiveFirstMarker, ReceiveMarker by channel)")
          .assuming("WF(ReceiveMoney by channel)")
          .assuming("WF(SendMarker by channel)")
          .refuted_if(
              [](const Parameters& p) { return p["done"] == 0 && !everyone_is_reached(p); }),
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

}  // namespace synod::chandy_lamport
