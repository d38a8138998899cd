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

/// What mix() makes `x` of.
constexpr std::uint64_t unmixed(std::uint64_t x) {
  // A shift by half the bits or more undoes itself, a smaller one in two steps; odd factors have
  // inverses modulo 2^64.
  x ^= x >> 31 ^ x >> 62;
  x *= 0x319642b2d24d8ec3;
  x ^= x >> 27 ^ x >> 54;
  x *= 0x96de1b173f119089;
  return x ^ x >> 30 ^ x >> 60;
}
static_assert(unmixed(mix(0x0123456789abcdef)) == 0x0123456789abcdef);

}  // namespace synod
