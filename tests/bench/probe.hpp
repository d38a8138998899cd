// The smallest fast search that one would write for one protocol: breadth-first, 8-byte
// fingerprints in one table sized beforehand, prefetch in batches, no claims, no counterexample.
#pragma once

#include <sys/mman.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include <atomic>
#include <thread>
#include <vector>

namespace synod::bench {

struct ProbeResult {
  std::uint64_t distinct = 0;
  std::uint64_t generated = 0;
};

template <class Protocol>
ProbeResult probe(const Protocol& protocol, unsigned threads, std::size_t slots) {
  using State = typename Protocol::State;
  using Slot = std::atomic<std::uint64_t>;
  void* const pages = mmap(nullptr, slots * sizeof(Slot), PROT_READ | PROT_WRITE,
                           MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (pages == MAP_FAILED) return {};
  madvise(pages, slots * sizeof(Slot), MADV_HUGEPAGE);
  Slot* const table = static_cast<Slot*>(pages);

  const auto fingerprint = [](const State& s) { return XXH3_64bits(&s, sizeof s) | 1; };
  const auto is_new = [&](std::uint64_t print) {
    for (std::size_t i = print % slots;; i = i + 1 == slots ? 0 : i + 1) {
      std::uint64_t here = table[i].load(std::memory_order_relaxed);
      if (here == 0 && table[i].compare_exchange_strong(here, print)) return true;
      if (here == print) return false;
    }
  };

  std::vector<State> level{protocol.initial()};
  is_new(fingerprint(level[0]));
  std::atomic<std::uint64_t> generated{1};
  std::uint64_t distinct = 1;
  while (!level.empty()) {
    std::vector<std::vector<State>> next(threads);
    std::atomic<std::size_t> position{0};
    const auto work = [&](unsigned worker) {
      constexpr std::size_t batch = 64;
      std::vector<State> found;
      std::vector<std::uint64_t> prints;
      std::uint64_t count = 0;
      for (std::size_t begin; (begin = position.fetch_add(batch)) < level.size();) {
        found.clear();
        prints.clear();
        for (std::size_t i = begin; i < std::min(begin + batch, level.size()); ++i)
          protocol.expand(level[i], [&](const State& s) {
            found.push_back(s);
            prints.push_back(fingerprint(s));
            __builtin_prefetch(&table[prints.back() % slots]);
          });
        count += found.size();
        for (std::size_t i = 0; i < found.size(); ++i)
          if (is_new(prints[i])) next[worker].push_back(found[i]);
      }
      generated += count;
    };
    std::vector<std::thread> pool;
    for (unsigned worker = 1; worker < threads; ++worker) pool.emplace_back(work, worker);
    work(0);
    for (std::thread& thread : pool) thread.join();
    level.clear();
    for (std::vector<State>& part : next) level.insert(level.end(), part.begin(), part.end());
    distinct += level.size();
  }
  munmap(pages, slots * sizeof(Slot));
  return {distinct, generated};
}

}  // namespace synod::bench
