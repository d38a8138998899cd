// Running obligations: Z3's answers, what cvc5 says of the same questions, and the files.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "checker/proof/solve.hpp"

namespace synod::proof {

struct ProveOptions {
  double seconds = 60;       ///< for one question; then the answer is unknown
  bool controls = false;     ///< the controls too
  std::string folder;        ///< for SMT-LIB files; empty: none are written
  bool cross_check = false;  ///< ask cvc5 too
  Interruption interrupted = nullptr;
};

/// Vacuous: there is nothing that the sentence is about. Disputed: two solvers contradict each
/// other.
enum class Outcome : std::uint8_t { proved, refuted, unknown, vacuous, disputed };
inline constexpr std::size_t outcome_count = 5;

/// A question whose answer has to be told.
struct Remark {
  std::string question;
  std::string text;  ///< some lines
};

struct ObligationReport {
  Outcome outcome = Outcome::proved;
  double seconds = 0;
  std::size_t answered = 0;          ///< questions
  bool interrupted = false;          ///< before all of it was asked; what is wrong is known then
  std::vector<Remark> wrong;         ///< questions that were not answered as they must be
  std::vector<Remark> explanations;  ///< of those that were
  std::size_t controls = 0;          ///< that failed as they must
  std::vector<Remark> idle;          ///< controls that do not
  std::vector<Remark> models;        ///< of the controls that do
  bool cross_checked = false;        ///< cvc5 was to be asked
  std::size_t agreed = 0;            ///< questions that it answers so too
  std::vector<Remark> undecided;     ///< by cvc5
  std::vector<Remark> contradicted;  ///< by cvc5

  bool success() const { return outcome == Outcome::proved && !interrupted && !failure(); }
  /// Interrupted, it may be neither.
  bool failure() const {
    return !wrong.empty() || !idle.empty() || !contradicted.empty() || !undecided.empty();
  }
};

/// Throws InputError where a file cannot be written.
ObligationReport prove(z3::context& context, const std::string& topic, const Obligation& obligation,
                       const ProveOptions& options);

}  // namespace synod::proof
