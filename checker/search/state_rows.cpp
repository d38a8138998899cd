#include "checker/search/state_rows.hpp"

#include <algorithm>
#include <array>
#include <numeric>
#include <type_traits>

#include "checker/search/transition_system.hpp"

namespace synod {
namespace {

template <unsigned Words>
void sort_rows(std::uint64_t* states, std::size_t count) {
  using Row = std::array<std::uint64_t, Words>;
  static_assert(sizeof(Row) == Words * sizeof(std::uint64_t));
  auto* const rows = reinterpret_cast<Row*>(states);
  std::sort(rows, rows + count, [](const Row& a, const Row& b) {
    // NOLINTNEXTLINE(clang-analyzer-cplusplus.Move): std::sort compares nothing that it moved from
    return state_before(a.data(), b.data(), Words);
  });
}

/// For any number of words: finds the order first, then moves each state once.
void sort_wide(std::uint64_t* states, std::size_t count, unsigned words) {
  std::vector<std::uint32_t> order(count);
  std::iota(order.begin(), order.end(), 0U);
  const auto row = [&](std::size_t i) { return states + i * words; };
  std::sort(order.begin(), order.end(),
            [&](std::uint32_t a, std::uint32_t b) { return state_before(row(a), row(b), words); });
  std::vector<std::uint64_t> first(words);
  for (std::size_t begin = 0; begin < count; ++begin) {
    if (order[begin] == begin) continue;
    copy_state(first.data(), row(begin), words);
    std::size_t at = begin;
    while (order[at] != begin) {
      const std::size_t next = order[at];
      copy_state(row(at), row(next), words);
      order[at] = static_cast<std::uint32_t>(at);
      at = next;
    }
    copy_state(row(at), first.data(), words);
    order[at] = static_cast<std::uint32_t>(at);
  }
}

/// Merges two parts that follow each other; of equal states one stays. Returns the end of what was
/// written.
template <class Words>
std::uint64_t* merge_two(const std::uint64_t* a, const std::uint64_t* b, const std::uint64_t* end,
                         std::uint64_t* to, Words words) {
  const std::uint64_t* const a_end = b;
  while (a != a_end && b != end) {
    const bool b_first = state_before(b, a, words);
    const std::uint64_t* const smaller = b_first ? b : a;
    copy_state(to, smaller, words);
    to += words;
    if (b_first) {
      b += words;
    } else {
      if (same_state(a, b, words)) b += words;
      a += words;
    }
  }
  to = std::copy(a, a_end, to);
  return std::copy(b, end, to);
}

template <class Words>
void merge_with(std::vector<std::uint64_t>& states, std::vector<std::size_t>& ends,
                std::vector<std::uint64_t>& spare, Words words) {
  while (ends.size() > 1) {
    spare.resize(std::max(spare.size(), ends.back() * words));
    std::uint64_t* to = spare.data();
    std::size_t begin = 0;
    std::size_t merged = 0;
    for (std::size_t i = 0; i < ends.size(); i += 2) {
      const std::size_t middle = ends[i];
      const std::size_t end = i + 1 < ends.size() ? ends[i + 1] : middle;
      to = merge_two(states.data() + begin * words, states.data() + middle * words,
                     states.data() + end * words, to, words);
      begin = end;
      ends[merged++] = static_cast<std::size_t>(to - spare.data()) / words;
    }
    ends.resize(merged);
    states.swap(spare);
  }
}

}  // namespace

void sort_states(std::uint64_t* states, std::size_t count, unsigned words) {
  switch (words) {
    case 1: return sort_rows<1>(states, count);
    case 2: return sort_rows<2>(states, count);
    case 3: return sort_rows<3>(states, count);
    case 4: return sort_rows<4>(states, count);
    default: return sort_wide(states, count, words);
  }
}

std::size_t states_before(const std::uint64_t* states, std::size_t count,
                          const std::uint64_t* limit, unsigned words) {
  std::size_t begin = 0;
  while (count != 0) {
    const std::size_t half = count / 2;
    if (state_before(states + (begin + half) * words, limit, words)) {
      begin += half + 1;
      count -= half + 1;
    } else {
      count = half;
    }
  }
  return begin;
}

void merge_parts(std::vector<std::uint64_t>& states, std::vector<std::size_t>& ends,
                 std::vector<std::uint64_t>& spare, unsigned words) {
  switch (words) {
    case 1: return merge_with(states, ends, spare, std::integral_constant<unsigned, 1>());
    case 2: return merge_with(states, ends, spare, std::integral_constant<unsigned, 2>());
    case 3: return merge_with(states, ends, spare, std::integral_constant<unsigned, 3>());
    case 4: return merge_with(states, ends, spare, std::integral_constant<unsigned, 4>());
    default: return merge_with(states, ends, spare, words);
  }
}

}  // namespace synod
