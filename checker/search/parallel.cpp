#include "checker/search/parallel.hpp"

#include <algorithm>
#include <exception>
#include <thread>

#ifdef SYNOD_PLAIN_THREADS
#include <mutex>
#include <vector>
#else
#include <tbb/global_control.h>
#include <tbb/parallel_for.h>
#include <tbb/partitioner.h>
#include <tbb/task_arena.h>
#endif

namespace synod {

#ifdef SYNOD_PLAIN_THREADS

void run_workers(std::size_t workers, const std::function<void(std::size_t)>& body) {
  if (workers <= 1) return body(0);
  std::mutex mutex;
  std::exception_ptr failure;
  std::vector<std::thread> threads;
  for (std::size_t worker = 0; worker < workers; ++worker) {
    threads.emplace_back([&, worker] {
      try {
        body(worker);
      } catch (...) {
        const std::lock_guard lock(mutex);
        if (!failure) failure = std::current_exception();
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  if (failure) std::rethrow_exception(failure);
}

#else

void run_workers(std::size_t workers, const std::function<void(std::size_t)>& body) {
  if (workers <= 1) return body(0);
  // Without it oneTBB warns, and goes on with fewer, where more threads than processors are wanted.
  const tbb::global_control allowed(tbb::global_control::max_allowed_parallelism, workers);
  tbb::task_arena arena(static_cast<int>(workers));
  arena.execute([&] {
    tbb::parallel_for(
        std::size_t{0}, workers, [&](std::size_t worker) { body(worker); },
        tbb::simple_partitioner{});
  });
}

#endif

std::size_t default_workers() {
  return std::max<std::size_t>(1, std::thread::hardware_concurrency());
}

}  // namespace synod
