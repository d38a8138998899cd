// For systems that are another one but for how its states are expanded.
#pragma once

#include <memory>
#include <utility>

#include "checker/search/transition_system.hpp"

namespace synod {

/// All but the explorer is the other system's.
class ForwardingSystem : public TransitionSystem {
 public:
  explicit ForwardingSystem(const TransitionSystem& inner) : inner_(inner) {}

  unsigned words() const override { return inner_.words(); }
  unsigned bits() const override { return inner_.bits(); }
  std::vector<unsigned> word_bits() const override { return inner_.word_bits(); }
  const std::vector<ActionSummary>& actions() const override { return inner_.actions(); }
  std::size_t labels() const override { return inner_.labels(); }
  const std::vector<PropertyInfo>& properties() const override { return inner_.properties(); }
  void begin_level(const std::vector<std::uint64_t>& fired) const override {
    inner_.begin_level(fired);
  }

 protected:
  const TransitionSystem& inner_;
};

/// All but expanding is the other explorer's.
class ForwardingExplorer : public Explorer {
 public:
  explicit ForwardingExplorer(std::unique_ptr<Explorer> inner) : inner_(std::move(inner)) {}

  std::vector<std::uint64_t> initial() override { return inner_->initial(); }
  std::vector<Cut> left_out_initially() const override { return inner_->left_out_initially(); }
  PropertySet holds(const std::uint64_t* state, PropertySet wanted) override {
    return inner_->holds(state, wanted);
  }
  PropertySet violated(const std::uint64_t* from, const std::uint64_t* to,
                       PropertySet wanted) override {
    return inner_->violated(from, to, wanted);
  }

 protected:
  std::unique_ptr<Explorer> inner_;
};

}  // namespace synod
