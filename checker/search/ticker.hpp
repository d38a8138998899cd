// Work beside the work: something done every so often, in a thread of its own.
//
// Thread safety: the function runs in that thread only, and has ended when the destructor returns.
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>
#include <utility>

namespace synod {

/// Calls a function every so often, from a thread of its own, until destroyed.
class Ticker {
 public:
  Ticker(double interval_seconds, std::function<void()> tick) {
    if (!tick) return;
    thread_ = std::thread([this, interval_seconds, tick = std::move(tick)] {
      std::unique_lock lock(mutex_);
      const auto interval = std::chrono::duration<double>(interval_seconds);
      while (!done_.wait_for(lock, interval, [this] { return ended_; })) tick();
    });
  }
  ~Ticker() {
    if (!thread_.joinable()) return;
    {
      const std::lock_guard lock(mutex_);
      ended_ = true;
    }
    done_.notify_all();
    thread_.join();
  }
  Ticker(const Ticker&) = delete;
  Ticker& operator=(const Ticker&) = delete;

 private:
  std::mutex mutex_;
  std::condition_variable done_;
  bool ended_ = false;
  std::thread thread_;
};

}  // namespace synod
