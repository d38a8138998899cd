// The entry points of libFuzzer. SYNOD_FUZZ_TARGET is the target that this program fuzzes.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <random>
#include <string>

#include "tests/fuzz/seeds.hpp"
#include "tests/fuzz/targets.hpp"

extern "C" {

std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size, std::size_t max_size);

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  // Through a copy of exactly this size, so that AddressSanitizer sees a read beyond its end.
  const std::string text(reinterpret_cast<const char*>(data), size);
  synod::fuzz::SYNOD_FUZZ_TARGET(text);
  return 0;
}

#ifdef SYNOD_FUZZ_JSON
std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size, std::size_t max_size,
                                    unsigned seed) {
  std::mt19937_64 random(seed);
  if (random() % 4 == 0) return LLVMFuzzerMutate(data, size, max_size);
  const std::string text =
      synod::fuzz::mutate_json(std::string(reinterpret_cast<const char*>(data), size), random);
  const std::size_t kept = std::min(text.size(), max_size);
  std::memcpy(data, text.data(), kept);
  return kept;
}
#endif

}  // extern "C"
