// A condition as a flat program, quick to run on packed states.
#pragma once

#include <cstdint>
#include <vector>

#include "checker/condition/condition.hpp"
#include "checker/vocabulary/system.hpp"

namespace synod {

namespace condition {

/// `to`, `left` and `right` are registers; `target` is where to go on when what the code names does
/// not hold.
enum class Code : std::uint8_t {
  set,        ///< to := number
  load,       ///< to := number + the bits `mask` of the state, at `place`
  load_at,    ///< the same, at the place that is table[left]
  position,   ///< to := to * mask + left - number, if that is in 0..mask - 1
  look_up,    ///< to := table[left - number], if it is there
  translate,  ///< the same, if that is not `missing`
  add,        ///< to := left + right
  subtract,
  count_bits,  ///< to := left + how many bits of right are set
  count_used,  ///< to := left + 1 if right is not 0, else + 0
  length,      ///< to := how many elements of `mask` bits are in left
  element,     ///< to := the element of `mask` bits in left at right, from 1 to number, if there
  bits,        ///< to := number + the bits `mask` of left, at place.shift
  join,        ///< to := left | right
  step,        ///< to := to + 1
  equal,
  different,
  less,
  at_most,
  meets,   ///< left and right have a bit in common
  within,  ///< each bit of left is in right
  go,      ///< to target
  yes,
  no,
};

struct Instruction {
  Code code = Code::no;
  std::uint16_t to = 0, left = 0, right = 0;
  std::uint32_t target = 0;
  std::uint32_t table = 0;
  Place place = {0, 0};
  std::int64_t number = 0;
  std::uint64_t mask = 0;
};

}  // namespace condition

class ConditionProgram {
 public:
  /// For states as this model packs them. Throws FormulaError where it takes too many registers.
  ConditionProgram(const Condition& condition, const ModelInstance& model);

  bool holds(const std::uint64_t* state) const;

  static constexpr std::size_t most_registers = 128;

 private:
  friend class ConditionCompiler;
  static constexpr std::int64_t missing = INT64_MIN;

  std::vector<condition::Instruction> code_;
  std::vector<std::vector<std::int64_t>> tables_;
  std::vector<std::vector<Place>> places_;
};

}  // namespace synod
