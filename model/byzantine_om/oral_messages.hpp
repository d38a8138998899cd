// OM(m) as formulas: all executions with these traitors at once. What a traitor says in each
// message, by receiver and path, is a Boolean unknown. [LSP82] is cited in byzantine_om.hpp.
#pragma once

#include <cstdint>
#include <string>

#include "checker/proof/obligation.hpp"
#include "checker/vocabulary/rounds.hpp"
#include "model/byzantine_om/byzantine_om.hpp"

namespace synod::byzantine_om {

class OralMessages {
 public:
  OralMessages(z3::context& context, int generals, int m, std::uint64_t traitors, Tie tie);

  /// Is there an execution that violates IC1 or IC2?
  proof::Query violation(std::string name, proof::Status expected) const;

 private:
  bool is_traitor(int general) const { return (traitors_ >> general & 1) != 0; }
  z3::expr order() const { return context_.bool_const("order"); }
  z3::expr told(int message) const;
  z3::expr used(int message) const;
  z3::expr obeys(int lieutenant) const { return used(lieutenant - 1); }
  std::string said(int traitor, const z3::model& model) const;
  std::string violated(const z3::model& model) const;
  std::string explain(const z3::model& model) const;

  z3::context& context_;
  int n_;
  std::uint64_t traitors_;
  Tie tie_;
  RelayedMessages messages_;
};

}  // namespace synod::byzantine_om
