// What action instances and claims read and write, as bits of packed states: the facts that
// partial-order reduction rests on. They are found by sampling, so that whoever rests on them has
// to audit them.
#pragma once

#include <cstdint>
#include <vector>

#include "checker/vocabulary/system.hpp"

namespace synod {

/// Some bits of a packed state.
using Mask = std::vector<std::uint64_t>;

inline bool meet(const Mask& a, const Mask& b) {
  for (std::size_t i = 0; i < a.size(); ++i)
    if ((a[i] & b[i]) != 0) return true;
  return false;
}

/// Of an action instance.
struct InstanceFacts {
  std::vector<Mask> guards;  ///< what its conjuncts and bounds read, in the order they are met
  Mask between;              ///< what it reads outside of all parts: its messages, for one
  Mask reads;                ///< whatever it reads
  Mask writes;
};

/// Whether one may write what the other reads or writes: then their order may matter.
inline bool dependent(const InstanceFacts& a, const InstanceFacts& b) {
  return meet(a.writes, b.reads) || meet(a.writes, b.writes) || meet(a.reads, b.writes);
}

struct Facts {
  std::vector<InstanceFacts> instances;  ///< by label
  std::vector<Mask> claims;              ///< by property: what its predicate reads
};

/// The bits of a packed state that some bits of its cells are.
Mask packed_mask(const ModelInstance& model, const std::vector<std::uint64_t>& cells);

/// From the states of some random runs, and from random states.
Facts find_facts(const ModelInstance& model);

}  // namespace synod
