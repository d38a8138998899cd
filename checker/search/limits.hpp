// Limits on the work of a run that is no search of states: making initial states, looking at action
// instances one by one, replaying. A search heeds its own.
#pragma once

#include <chrono>
#include <cstdint>
#include <exception>
#include <functional>
#include <optional>
#include <utility>

namespace synod {

enum class Stop : std::uint8_t {
  exhausted,
  violation,
  max_states,
  max_depth,
  memory,
  disk,  ///< it is full, or fails
  time,
  interrupted,
  partial  ///< it came to its end, and was not to find all states
};

/// A limit has been passed.
class Stopped : public std::exception {
 public:
  explicit Stopped(Stop reason, std::uint64_t found = 0) : why(reason), states(found) {}
  const char* what() const noexcept override { return "stopped by a limit"; }

  Stop why;
  std::uint64_t states;  ///< found before
};

/// While it lives, all work of this process heeds it, by whatever thread. One at a time.
class WorkLimits {
 public:
  struct Limits {
    /// Why work has to stop now: the user or the clock.
    std::function<std::optional<Stop>()> reason;
    std::optional<std::uint64_t> max_states = {};
    std::optional<std::size_t> memory = {};  ///< bytes, for states
  };

  explicit WorkLimits(Limits limits) : outer_(std::exchange(current(), &limits_)) {
    limits_ = std::move(limits);
  }
  ~WorkLimits() { current() = outer_; }
  WorkLimits(const WorkLimits&) = delete;
  WorkLimits& operator=(const WorkLimits&) = delete;

  /// Called once for each piece of work: an initial state, an action instance.
  static void heed() {
    thread_local unsigned calls = 0;
    const Limits* const limits = current();
    if (limits == nullptr || ++calls % 64 != 0) return;
    if (const std::optional<Stop> why = limits->reason()) throw Stopped(*why);
  }
  /// The same, with so many states found and the bytes that they take.
  static void heed(std::uint64_t states, std::size_t bytes) {
    const Limits* const limits = current();
    if (limits == nullptr) return;
    if (limits->max_states && states > *limits->max_states) throw Stopped(Stop::max_states, states);
    if (limits->memory && bytes > *limits->memory) throw Stopped(Stop::memory, states);
    heed();
  }

 private:
  static const Limits*& current() {
    static const Limits* limits = nullptr;
    return limits;
  }

  Limits limits_;
  const Limits* outer_;
};

}  // namespace synod
