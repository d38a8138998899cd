// A network that falls apart in two, and comes together again:
//
//   Partition<Mode> partition{*this, Server};
//
//   WHEN(connected, partition.joined(m.from, m.to));   where a message is received
//   partition.actions(*this);                          in Next()
//
// Messages between the sides are not lost, but wait. Two sides are enough for what a majority
// needs; any division into two can come about, one process after another.
#pragma once

#include "checker/vocabulary/machine.hpp"

namespace synod {

/// The parameter `partition`; a system puts it among its own.
inline ParameterSpec partition_parameter() {
  return choice("partition", "the network may fall apart in two, and come together again",
                {"no", "yes"});
}

/// Which processes are on the other side, and the actions CutOff and Rejoin.
template <class Mode>
class Partition {
 public:
  template <class Machine>
  Partition(Machine& machine, const Domain& process)
      : possible_(machine.parameter("partition") != 0),
        process_(process),
        cut_off_(machine, "cutOff", possible_ ? process : emptied(process)) {}

  bool joined(int p, int q) const { return cut_off_.contains(p) == cut_off_.contains(q); }
  /// How many processes p can talk to, itself included.
  int side_of(int p) const {
    return process_.count([&](int q) { return joined(p, q); });
  }

  template <class Machine>
  void actions(Machine& machine) {
    machine.act(
        possible_, "CutOff",
        [&](int p) {
          if (!machine.when("joined", "!cutOff.contains(p)", [&] { return !cut_off_.contains(p); }))
            return;
          machine.then("cut", "cutOff.insert(p)", [&] { cut_off_.insert(p); });
        },
        process_);
    machine.act(
        possible_, "Rejoin",
        [&](int p) {
          if (!machine.when("cut_off", "cutOff.contains(p)", [&] { return cut_off_.contains(p); }))
            return;
          machine.then("join", "cutOff.remove(p)", [&] { cut_off_.remove(p); });
        },
        process_);
  }

 private:
  bool possible_;
  Domain process_;
  Set<Mode> cut_off_;
};

}  // namespace synod
