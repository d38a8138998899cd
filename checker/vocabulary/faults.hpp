// Crashes, the same for every protocol. Who may crash, and whether it comes back, is a parameter of
// the system; what a crash makes a process forget is said once, in the model:
//
//   Crashes<Mode> crashes{*this, Server};
//
//   WHEN(up, crashes.up(s));                             in the actions of a process
//   crashes.actions(*this, [this](int s) { role[s] = Role::follower; });   in Next()
//
// The variables that the last line does not touch are durable.
#pragma once

#include "checker/vocabulary/machine.hpp"

namespace synod {

enum class CrashFaults : std::uint8_t { none, stop, recovery, uncounted };

/// The parameter `crash`; a system puts it among its own.
inline ParameterSpec crash_parameter() {
  return choice("crash",
                "processes may crash: never; for good; and restart with what is durable; the same, "
                "any number of times",
                {"no", "stop", "recovery", "uncounted"});
}
/// The parameter `crashes`, for a system with too many states when crashes are not counted.
inline ParameterSpec crashes_bound(int crashes) {
  return bound("crashes", "crashes in all", 0, 6, crashes).only_if([](const Parameters& p) {
    const auto kind = static_cast<CrashFaults>(p["crash"]);
    return kind != CrashFaults::none && kind != CrashFaults::uncounted;
  });
}

/// Which processes are down, and the actions Crash and Restart.
template <class Mode>
class Crashes {
 public:
  template <class Machine>
  Crashes(Machine& machine, const Domain& process)
      : kind_(static_cast<CrashFaults>(machine.parameter("crash"))),
        process_(process),
        limit_(machine.has_parameter("crashes") && kind_ != CrashFaults::uncounted
                   ? machine.bound_parameter("crashes")
                   : unlimited),
        down_(machine, "down", kind_ == CrashFaults::none ? emptied(process) : process),
        crashed_(machine, "crashed", integers("times", 0, counted() ? limit_ : 0)) {}

  bool possible() const { return kind_ != CrashFaults::none; }
  bool up(int process) const { return !down_.contains(process); }
  int number_down() const { return down_.size(); }

  /// Adds Crash and, where processes come back, Restart to Next(). `forget(process)` resets what
  /// is volatile.
  template <class Machine, class Forget>
  void actions(Machine& machine, Forget&& forget) {
    machine.act(
        possible(), "Crash",
        [&](int process) {
          if (!machine.when("up", "crashes.up(process)", [&] { return up(process); })) return;
          if (!machine.within("crashes", "crashed < crashes",
                              [&] { return !counted() || crashed_ < limit_; }))
            return;
          machine.then("stop", "down.insert(process)", [&] { down_.insert(process); });
          if (counted()) crashed_ = crashed_ + 1;
          machine.then("forget", "what is volatile", [&] { forget(process); });
        },
        process_);
    machine.act(
        kind_ == CrashFaults::recovery || kind_ == CrashFaults::uncounted, "Restart",
        [&](int process) {
          if (!machine.when("down", "!crashes.up(process)", [&] { return !up(process); })) return;
          machine.then("start", "down.remove(process)", [&] { down_.remove(process); });
        },
        process_);
  }

 private:
  static constexpr int unlimited = -1;
  bool counted() const { return possible() && limit_ != unlimited; }

  CrashFaults kind_;
  Domain process_;
  int limit_;
  Set<Mode> down_;
  Scalar<Mode> crashed_;
};

}  // namespace synod
