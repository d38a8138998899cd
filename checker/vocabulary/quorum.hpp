// Quorums: sets of processes as bit masks, process p being bit p.
#pragma once

#include <bit>
#include <cstdint>
#include <vector>

#include "checker/vocabulary/domain.hpp"

namespace synod {

/// The members of a bit mask, for a range-for: for (int p : members(mask)).
class members {
 public:
  explicit members(std::uint64_t mask) : mask_(mask) {}

  struct iterator {
    std::uint64_t left;
    int operator*() const { return std::countr_zero(left); }
    iterator& operator++() {
      left &= left - 1;
      return *this;
    }
    bool operator!=(const iterator& other) const { return left != other.left; }
  };
  iterator begin() const { return {mask_}; }
  iterator end() const { return {0}; }

  template <class Predicate>
  bool all(Predicate&& holds) const {
    for (const int member : *this)
      if (!holds(member)) return false;
    return true;
  }

 private:
  std::uint64_t mask_;
};

/// Throws where a domain has more subsets than one would go through.
inline void require_few(const Domain& domain) {
  constexpr int most = 24;
  if (domain.size() > most)
    throw ModelError("subsets of " + domain.name + ": it has " + std::to_string(domain.size()) +
                     " members, more than " + std::to_string(most));
}

/// All sets of exactly `size` members of a domain that begins at 0. Whatever a larger set would
/// enable, one of its subsets of this size enables, so these are the quorums worth trying.
class Subsets {
 public:
  Subsets(const Domain& domain, int size) {
    if (domain.low != 0) throw ModelError("subsets of " + domain.name + ": must begin at 0");
    require_few(domain);
    for (std::uint64_t mask = 0; mask < (std::uint64_t{1} << domain.size()); ++mask)
      if (std::popcount(mask) == size) masks_.push_back(mask);
  }

  const std::vector<std::uint64_t>& masks() const { return masks_; }

  template <class Predicate>
  bool any(Predicate&& holds) const {
    for (const std::uint64_t mask : masks_)
      if (holds(mask)) return true;
    return false;
  }

 private:
  std::vector<std::uint64_t> masks_;
};

}  // namespace synod
