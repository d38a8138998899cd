// The one way in which the checker runs code in parallel.
#pragma once

#include <cstddef>
#include <functional>

namespace synod {

/// Runs body(0), ..., body(workers - 1), each once, and returns when all have returned. They may
/// run at the same time or one after another, so a body must not wait for another. An exception
/// leaves through the caller, after all bodies have ended.
///
/// oneTBB does the work. Debian's oneTBB is not instrumented for ThreadSanitizer, so a build with
/// SYNOD_PLAIN_THREADS uses std::thread in its place.
void run_workers(std::size_t workers, const std::function<void(std::size_t)>& body);

/// Threads to use when none are asked for.
std::size_t default_workers();

}  // namespace synod
