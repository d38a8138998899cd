// What a run of `synod prove` came to: its last line, and whether it is a success.
#pragma once

#include <array>
#include <cstddef>
#include <string>

#include "checker/proof/correspondence.hpp"
#include "checker/proof/prove.hpp"

namespace synod::proof {

const char* outcome_name(Outcome outcome);

class Tally {
 public:
  void add(const ObligationReport& report);
  /// A proof whose relations were compared with its model.
  void add_comparison(Agreement agreement) { ++models_.at(static_cast<std::size_t>(agreement)); }

  /// Everything is as it has to be, and nothing is open.
  bool success() const;
  /// Something is not; without it, what is open is neither.
  bool failure() const;

  /// "1 proved, 1 refuted; 1 differs from its model; 3 controls fail, as they must, and 1 does not;
  /// cvc5 agrees on 3 questions": whatever is no success is counted here by what it is.
  std::string text() const;

 private:
  std::array<std::size_t, outcome_count> outcomes_{};
  std::array<std::size_t, 3> models_{};  ///< by Agreement
  std::size_t failing_ = 0;              ///< controls, as they must
  std::size_t idle_ = 0;                 ///< controls that do not
  bool cross_checked_ = false;
  std::size_t agreed_ = 0;  ///< of the questions to cvc5
  std::size_t undecided_ = 0;
  std::size_t contradicted_ = 0;
  bool failure_ = false;  ///< of an obligation
};

}  // namespace synod::proof
