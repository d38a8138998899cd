// Asking a solver, and writing down what it was asked.
#pragma once

#include <atomic>
#include <optional>
#include <string>
#include <vector>

#include "checker/proof/obligation.hpp"

namespace synod::proof {

enum class Answer : std::uint8_t { unsat, sat, unknown };

/// The answer that a question must have.
inline Answer expected_answer(const Query& query) {
  return query.expected == Status::sat ? Answer::sat : Answer::unsat;
}

struct Solved {
  Answer answer = Answer::unknown;
  double seconds = 0;
  std::string reason;             ///< of unknown
  std::string explanation;        ///< by Query::explain or explain_core, where there is one
  std::vector<std::string> core;  ///< of unsat: named assertions that exclude each other

  bool as_expected(const Query& query) const { return answer == expected_answer(query); }
};

/// A flag that is set once nobody waits for answers any longer; null: it never is.
using Interruption = const std::atomic<bool>*;
inline bool is_set(Interruption interrupted) {
  return interrupted != nullptr && interrupted->load();
}

/// The solver's answer to what it holds; unknown soon after it is interrupted. Z3 leaves signals
/// alone meanwhile: by itself it takes Ctrl-C for its own.
z3::check_result check(z3::solver& solver, Interruption interrupted);

/// Asks Z3; after so many seconds, or interrupted, the answer is unknown.
Solved solve(z3::context& context, const Query& query, double seconds,
             Interruption interrupted = nullptr);

/// "sat", "unsat" or "unknown", as SMT-LIB has it.
const char* answer_word(Answer answer);

/// The question as a self-contained SMT-LIB 2 file, which `comment` is put at the top of, line by
/// line. With an answer, this is its :status, which any solver has to give.
std::string smt2(z3::context& context, const Query& query, const std::string& comment,
                 std::optional<Answer> status = std::nullopt);

/// What cvc5 says of a question.
struct SecondOpinion {
  Answer answer = Answer::unknown;
  std::string reason;  ///< of unknown: a line
};
/// What it is called with, before the name of a file. By default it answers unknown where
/// quantifiers are left: in effectively propositional logic --finite-model-find decides, and is
/// quicker than --mbqi on large questions that have no model.
inline constexpr const char* cvc5_options[] = {"--lang=smt2", "--finite-model-find"};
bool has_cvc5(Interruption interrupted = nullptr);  ///< installed, and it runs
/// It is not told which answer is expected: where it finds another than the :status, it says none.
SecondOpinion ask_cvc5(const std::string& question, double seconds,
                       Interruption interrupted = nullptr);

}  // namespace synod::proof
