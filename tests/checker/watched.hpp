// Stopping a search where a test wants it.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <utility>
#include <vector>

#include "checker/search/transition_system.hpp"

namespace synod::test {

/// A system that reports each call of its explorers, so that a test can stop the search at any
/// point of its choice.
class Watched : public TransitionSystem {
 public:
  Watched(const TransitionSystem& inner, std::function<void(std::uint64_t call)> called)
      : inner_(inner), called_(std::move(called)) {}

  unsigned words() const override { return inner_.words(); }
  unsigned bits() const override { return inner_.bits(); }
  std::vector<unsigned> word_bits() const override { return inner_.word_bits(); }
  const std::vector<ActionSummary>& actions() const override { return inner_.actions(); }
  std::size_t labels() const override { return inner_.labels(); }
  const std::vector<PropertyInfo>& properties() const override { return inner_.properties(); }
  std::unique_ptr<synod::Explorer> explorer() const override {
    return std::make_unique<Explorer>(*this, inner_.explorer());
  }

  std::uint64_t calls() const { return calls_.load(); }

 private:
  class Explorer : public synod::Explorer {
   public:
    Explorer(const Watched& system, std::unique_ptr<synod::Explorer> inner)
        : system_(system), inner_(std::move(inner)) {}
    std::vector<std::uint64_t> initial() override { return inner_->initial(); }
    void expand(const std::uint64_t* states, std::size_t count, PropertySet wanted,
                bool with_labels, Expansion& out) override {
      system_.called_(++system_.calls_);
      inner_->expand(states, count, wanted, with_labels, out);
    }
    PropertySet holds(const std::uint64_t* state, PropertySet wanted) override {
      return inner_->holds(state, wanted);
    }
    PropertySet violated(const std::uint64_t* from, const std::uint64_t* to,
                         PropertySet wanted) override {
      return inner_->violated(from, to, wanted);
    }

   private:
    const Watched& system_;
    std::unique_ptr<synod::Explorer> inner_;
  };

  const TransitionSystem& inner_;
  std::function<void(std::uint64_t)> called_;
  mutable std::atomic<std::uint64_t> calls_{0};
};

}  // namespace synod::test
