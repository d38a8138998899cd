// What an audit finds while threads search.
#pragma once

#include <atomic>
#include <cstdint>
#include <mutex>
#include <string>

namespace synod {

class Findings {
 public:
  void refuse(const std::string& why) {
    const std::lock_guard lock(mutex_);
    if (!refused_) refusal_ = why;
    refused_ = true;
  }
  bool refused() const { return refused_.load(std::memory_order_relaxed); }
  const std::string& refusal() const { return refusal_; }
  void add_checked(std::uint64_t states) { checked_.fetch_add(states, std::memory_order_relaxed); }
  std::uint64_t checked() const { return checked_; }

 private:
  std::atomic<bool> refused_{false};
  std::mutex mutex_;
  std::string refusal_;
  std::atomic<std::uint64_t> checked_{0};
};

}  // namespace synod
