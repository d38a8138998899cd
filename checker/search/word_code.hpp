// Words as one byte that says which of their bytes are not 0, and these.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>

namespace synod {

/// Of states that are much alike only what differs is coded, mostly a few bytes each.
struct WordCode {
  static constexpr std::size_t most_bytes = 1 + sizeof(std::uint64_t);  ///< of a coded word

  /// Both return where the next word is to be; there has to be room for the longest.
  static std::uint8_t* encode(std::uint64_t word, std::uint8_t* to) {
    const unsigned which = bytes_in(word);
    *to++ = static_cast<std::uint8_t>(which);
    for (unsigned left = which; left != 0; left &= left - 1)
      *to++ = static_cast<std::uint8_t>(word >> (8 * std::countr_zero(left)));
    return to;
  }
  static std::uint64_t decode(const std::uint8_t*& from) {
    std::uint64_t word = 0;
    for (unsigned left = *from++; left != 0; left &= left - 1)
      word |= std::uint64_t{*from++} << (8 * std::countr_zero(left));
    return word;
  }

  /// How many bytes the word takes that begins with this one.
  static std::size_t length(std::uint8_t first) {
    return 1 + static_cast<std::size_t>(std::popcount(first));
  }

 private:
  /// Which bytes of a word are not 0, as bits: the highest bit of each says it, and the product
  /// brings these together.
  static unsigned bytes_in(std::uint64_t word) {
    constexpr std::uint64_t low = 0x7f7f7f7f7f7f7f7f;
    const std::uint64_t high = (((word & low) + low) | word) & ~low;
    return static_cast<unsigned>(((high >> 7) * 0x0102040810204080) >> 56);
  }
};

}  // namespace synod
