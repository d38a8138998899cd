// Words mixed so that equal parts do not stay together.
#pragma once

#include <cstdint>

namespace synod {

/// A bijection of 64-bit words in which every bit of the result depends on all of `x`: the
/// finaliser of Sebastiano Vigna's splitmix64.
constexpr std::uint64_t mix(std::uint64_t x) {
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9;
  x = (x ^ (x >> 27)) * 0x94d049bb133111eb;
  return x ^ (x >> 31);
}

}  // namespace synod
