// Stopping a search where a test wants it.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <utility>
#include <vector>

#include "checker/search/forwarding.hpp"
#include "checker/search/search.hpp"

namespace synod::test {

/// A system that reports each call of its explorers, so that a test can stop the search at any
/// point of its choice.
class Watched : public ForwardingSystem {
 public:
  Watched(const TransitionSystem& inner, std::function<void(std::uint64_t call)> called)
      : ForwardingSystem(inner), called_(std::move(called)) {}

  std::unique_ptr<synod::Explorer> explorer() const override {
    return std::make_unique<Explorer>(*this, inner_.explorer());
  }

  std::uint64_t calls() const { return calls_.load(); }

 private:
  class Explorer : public ForwardingExplorer {
   public:
    Explorer(const Watched& system, std::unique_ptr<synod::Explorer> inner)
        : ForwardingExplorer(std::move(inner)), system_(system) {}
    void expand(const std::uint64_t* states, std::size_t count, PropertySet wanted,
                bool with_labels, Expansion& out) override {
      system_.called_(++system_.calls_);
      inner_->expand(states, count, wanted, with_labels, out);
    }

   private:
    const Watched& system_;
  };

  std::function<void(std::uint64_t)> called_;
  mutable std::atomic<std::uint64_t> calls_{0};
};

/// Stops a search at a call of an explorer, by the flag that Ctrl-C sets.
inline SearchResult interrupted_at(const TransitionSystem& system, SearchOptions options,
                                   std::uint64_t call) {
  std::atomic<bool> interrupted{false};
  const Watched watched(system, [&](std::uint64_t number) {
    if (number >= call) interrupted.store(true);
  });
  options.interrupted = &interrupted;
  return search(watched, options);
}

}  // namespace synod::test
