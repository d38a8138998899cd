// Packed states side by side in memory: compared word by word, sorted, merged.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace synod {

/// Whether one packed state comes before another.
inline bool state_before(const std::uint64_t* a, const std::uint64_t* b, unsigned words) {
  for (unsigned i = 0; i < words; ++i)
    if (a[i] != b[i]) return a[i] < b[i];
  return false;
}

/// Sorts so many states of so many words each, where they are.
void sort_states(std::uint64_t* states, std::size_t count, unsigned words);

/// How many of the sorted states come before `limit`.
std::size_t states_before(const std::uint64_t* states, std::size_t count,
                          const std::uint64_t* limit, unsigned words);

/// Parts of `states`, each sorted and ending at one of `ends` (in states), become one without
/// duplicates; `spare` is for what lies between. Both vectors keep their capacity.
void merge_parts(std::vector<std::uint64_t>& states, std::vector<std::size_t>& ends,
                 std::vector<std::uint64_t>& spare, unsigned words);

}  // namespace synod
