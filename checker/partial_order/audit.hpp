// Puts the facts that partial-order reduction rests on to the test.
#pragma once

#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "checker/partial_order/facts.hpp"

namespace synod {

/// A fact that the reduction rests on is wrong.
struct WrongFact : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// Runs actions and judges claims in single states, by a model that tells what that reads and
/// writes.
class FactAudit {
 public:
  /// Of these claims.
  FactAudit(const ModelInstance& model, const Facts& facts, PropertySet claims);

  /// Whether in this state every action instance and claim reads and writes what the facts have,
  /// and one enabled instance commutes with all that are independent of it. `refusals` are what the
  /// search was told of the state. Throws WrongFact.
  void check(const std::uint64_t* state, const std::uint8_t* refusals);

  /// What these claims about states read in a state, which is what the reduction rests on there.
  /// Throws WrongFact.
  void check_reads(const std::uint64_t* state, PropertySet claims);

  /// That a step has changed what it may. Throws WrongFact.
  void check_step(const std::uint64_t* from, const std::uint64_t* to, std::uint32_t label) const;

 private:
  using Attempts = std::vector<Observer::Attempt>;

  void check_instance(std::uint32_t label, const Observer::Attempt& attempt,
                      std::uint8_t refusal) const;
  void check_pairs(const Attempts& attempts);
  void check_claims(const Cells& state, const Attempts& attempts);
  void check_covered(const std::string& who, const Footprint& found, const Mask& reads,
                     const Mask& writes) const;
  void refuse_excess(const std::string& who, const char* does, const Mask& found,
                     const Mask& facts) const;
  const std::string& name_of(std::uint32_t label) const;

  const ModelInstance& model_;
  const Facts& facts_;
  PropertySet claims_;
  std::unique_ptr<Observer> observer_;
  std::size_t turn_ = 0;
};

}  // namespace synod
