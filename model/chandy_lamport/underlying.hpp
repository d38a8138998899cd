// The system without snapshots: processes that send each other coins. [CL85] section 4 speaks of
// which of its global states are reachable from which; here that is decided by searching it.
//
// Coins are all alike, so its channels need no order: a global state is how many coins are where.
//
// Thread safety: shared by the threads of a search. What is found is found once, under call_once,
// and does not change afterwards.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <tuple>
#include <unordered_map>
#include <vector>

#include "model/chandy_lamport/topology.hpp"

namespace synod::chandy_lamport {

class Underlying {
 public:
  /// A global state: four bits a place, the processes first, then the channels.
  using State = std::uint64_t;

  static State coins(int place, int number) { return static_cast<State>(number) << (4 * place); }

  Underlying(int processes, const Topology& topology, State initial)
      : processes_(processes), topology_(topology), initial_(initial) {}

  /// The one for these parameters, the same for all that ask.
  static const Underlying& of(int processes, int mask, State initial) {
    static std::mutex mutex;
    static std::map<std::tuple<int, int, State>, Underlying> all;
    const std::lock_guard lock(mutex);
    return all
        .try_emplace({processes, mask, initial}, processes, Topology(processes, mask), initial)
        .first->second;
  }

  /// Whether the initial state leads to `state`.
  bool reachable(State state) const {
    prepare();
    return numbers_.contains(state);
  }
  /// Whether `from`, which is reachable, leads to `to`.
  bool leads(State from, State to) const {
    prepare();
    const auto source = numbers_.find(from);
    const auto target = numbers_.find(to);
    if (source == numbers_.end() || target == numbers_.end()) return false;
    Row& row = rows_[source->second];
    std::call_once(row.once, [&] {
      row.reached.resize(numbers_.size());
      for (const State state : search(from)) row.reached[numbers_.at(state)] = true;
    });
    return row.reached[target->second];
  }

  std::size_t size() const {
    prepare();
    return numbers_.size();
  }

 private:
  /// What a state leads to, by the numbers of states.
  struct Row {
    std::once_flag once;
    std::vector<bool> reached;
  };

  /// Breadth first: a process sends a coin, or a channel delivers one.
  std::vector<State> search(State from) const {
    std::vector<State> found{from};
    std::unordered_map<State, bool> seen{{from, true}};
    for (std::size_t i = 0; i < found.size(); ++i) {
      const State state = found[i];
      const auto move = [&](int source, int target) {
        if ((state >> (4 * source) & 15) == 0) return;
        const State next = state - coins(source, 1) + coins(target, 1);
        if (seen.emplace(next, true).second) found.push_back(next);
      };
      for (int c = 0; c < topology_.size(); ++c) {
        move(topology_[c].from, processes_ + c);
        move(processes_ + c, topology_[c].to);
      }
    }
    return found;
  }

  void prepare() const {
    std::call_once(once_, [&] {
      for (const State state : search(initial_)) numbers_.emplace(state, numbers_.size());
      rows_ = std::make_unique<Row[]>(numbers_.size());
    });
  }

  int processes_;
  Topology topology_;
  State initial_;
  mutable std::once_flag once_;
  mutable std::unordered_map<State, std::size_t> numbers_;
  mutable std::unique_ptr<Row[]> rows_;
};

}  // namespace synod::chandy_lamport
