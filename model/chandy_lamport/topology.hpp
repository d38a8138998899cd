// The channels between processes: a directed graph, as the parameter `topology` gives it.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

namespace synod::chandy_lamport {

inline constexpr int most_processes = 4;

using ProcessSet = std::uint64_t;  ///< process p, counted from 0, is bit p
inline bool has(ProcessSet set, int process) { return (set >> process & 1) != 0; }
inline ProcessSet everyone(int processes) { return (ProcessSet{1} << processes) - 1; }

struct Link {
  int from;
  int to;
};

/// Every channel that there may be, those among the first processes first: 12, 21, 13, 31, 23, ...
inline std::vector<Link> possible_channels(int processes) {
  std::vector<Link> all;
  for (int later = 1; later < processes; ++later)
    for (int earlier = 0; earlier < later; ++earlier) {
      all.push_back({earlier, later});
      all.push_back({later, earlier});
    }
  return all;
}

class Topology {
 public:
  /// Bit i of `mask` is channel i of possible_channels().
  Topology(int processes, int mask) {
    const std::vector<Link> possible = possible_channels(processes);
    for (std::size_t i = 0; i < possible.size(); ++i)
      if ((mask >> i & 1) != 0) channels_.push_back(possible[i]);
    std::sort(channels_.begin(), channels_.end(), [](const Link& a, const Link& b) {
      return a.from != b.from ? a.from < b.from : a.to < b.to;
    });
  }

  int size() const { return static_cast<int>(channels_.size()); }
  const Link& operator[](int channel) const { return channels_[static_cast<std::size_t>(channel)]; }

  /// The processes that a path leads to from one of `starts`, those included; the path may be asked
  /// to avoid a channel.
  ProcessSet reached(ProcessSet starts, int avoided = -1) const {
    ProcessSet found = starts;
    for (ProcessSet before = 0; found != before;) {
      before = found;
      for (int c = 0; c < size(); ++c)
        if (c != avoided && has(found, (*this)[c].from)) found |= ProcessSet{1} << (*this)[c].to;
    }
    return found;
  }
  /// The same for paths that do not come by a process.
  ProcessSet reached_without(ProcessSet starts, int process) const {
    Topology rest = *this;
    std::erase_if(rest.channels_, [&](const Link& link) { return link.to == process; });
    return rest.reached(starts & ~(ProcessSet{1} << process));
  }

  template <class Predicate>
  bool any(Predicate&& holds) const {
    for (int c = 0; c < size(); ++c)
      if (holds(c)) return true;
    return false;
  }

 private:
  std::vector<Link> channels_;
};

/// What can happen at all, by the paths that there are: an action or a witness that cannot occur in
/// a topology is not applicable there, instead of making every verdict vacuous.
struct Possible {
  bool transfer;      ///< a coin is sent
  bool marker;        ///< a marker is sent
  bool first_marker;  ///< a process hears of the snapshot by a marker
  bool later_marker;  ///< a marker finds that its receiver has recorded its state
  bool caught_coin;   ///< such a marker comes behind a coin, which is caught in the channel
  bool post_coin;     ///< a coin is sent after its sender, and before its receiver, has recorded

  /// `rich` are the processes that have money at first.
  Possible(const Topology& topology, ProcessSet initiators, ProcessSet rich) {
    const ProcessSet reached = topology.reached(initiators);
    const ProcessSet moneyed = topology.reached(rich);
    const auto early = [&](int c) {  // the receiver is reached without this channel
      return has(reached, topology[c].from) && has(topology.reached(initiators, c), topology[c].to);
    };
    const auto ahead = [&](int c) {  // the sender records its state, the receiver not yet
      return has(topology.reached_without(initiators, topology[c].to), topology[c].from);
    };
    const auto paid = [&](int c) { return has(moneyed, topology[c].from); };
    transfer = topology.any(paid);
    marker = topology.any([&](int c) { return has(reached, topology[c].from); });
    first_marker = topology.any(ahead);
    later_marker = topology.any(early);
    caught_coin = topology.any([&](int c) { return early(c) && paid(c); });
    post_coin = topology.any([&](int c) { return ahead(c) && paid(c); });
  }
};

/// p1, p2, ...
inline std::vector<std::string> process_names(int processes) {
  std::vector<std::string> names;
  for (int p = 1; p <= processes; ++p) names.push_back("p" + std::to_string(p));
  return names;
}
/// p1->p2, ...
inline std::vector<std::string> channel_names(const Topology& topology) {
  std::vector<std::string> names;
  for (int c = 0; c < topology.size(); ++c)
    names.push_back("p" + std::to_string(topology[c].from + 1) + "->p" +
                    std::to_string(topology[c].to + 1));
  return names;
}

}  // namespace synod::chandy_lamport
