#include "checker/proof/solve.hpp"

#include <fmt/format.h>

#include <chrono>
#include <condition_variable>
#include <fstream>
#include <iterator>
#include <mutex>
#include <sstream>
#include <system_error>
#include <thread>

#include "checker/input/input.hpp"
#include "checker/programs/program.hpp"

namespace synod::proof {
namespace {

z3::solver solver_of(z3::context& context, const Query& query, bool tracked) {
  z3::solver solver(context);
  for (const Assertion& assertion : query.assertions) {
    if (assertion.name.empty() || !tracked)
      solver.add(assertion.formula);
    else
      solver.add(assertion.formula, assertion.name.c_str());
  }
  return solver;
}

/// Of a question that has a model: one of the smallest that are asked for, or any.
z3::model small_model(z3::solver& solver, const Query& query, Interruption interrupted) {
  const z3::model any = solver.get_model();
  for (const z3::expr& small : query.smaller) {
    solver.push();
    solver.add(small);
    if (check(solver, interrupted) == z3::sat) return solver.get_model();
    solver.pop();
  }
  return any;
}

}  // namespace

z3::check_result check(z3::solver& solver, Interruption interrupted) {
  z3::params params(solver.ctx());
  params.set("ctrl_c", false);
  solver.set(params);
  if (interrupted == nullptr) return solver.check();
  if (is_set(interrupted)) return z3::unknown;
  const Z3_context context = solver.ctx();
  const Z3_solver asked = solver;
  const std::jthread watch([=](const std::stop_token& answered) {
    constexpr std::chrono::milliseconds pause{10};
    std::mutex mutex;
    std::condition_variable_any wake;
    std::unique_lock lock(mutex);
    // Again and again, for at first the solver may not heed it yet.
    while (!answered.stop_requested()) {
      if (is_set(interrupted)) Z3_solver_interrupt(context, asked);
      wake.wait_for(lock, answered, pause, [] { return false; });
    }
  });
  return solver.check();
}

Solved solve(z3::context& context, const Query& query, double seconds, Interruption interrupted) {
  z3::solver solver = solver_of(context, query, true);
  z3::params params(context);
  params.set("timeout", static_cast<unsigned>(seconds * 1000));
  solver.set(params);
  const auto begin = std::chrono::steady_clock::now();
  Solved solved;
  switch (check(solver, interrupted)) {
    case z3::sat: solved.answer = Answer::sat; break;
    case z3::unsat: solved.answer = Answer::unsat; break;
    case z3::unknown:
      solved.answer = Answer::unknown;
      solved.reason = is_set(interrupted) ? "interrupted" : solver.reason_unknown();
      break;
  }
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
  solved.seconds = took.count();
  if (solved.answer == Answer::sat && query.explain)
    solved.explanation = query.explain(small_model(solver, query, interrupted));
  if (solved.answer == Answer::unsat) {
    for (const z3::expr& name : solver.unsat_core())
      solved.core.push_back(name.decl().name().str());
    if (query.explain_core) solved.explanation = query.explain_core(solved.core);
  }
  return solved;
}

const char* answer_word(Answer answer) {
  switch (answer) {
    case Answer::sat: return "sat";
    case Answer::unsat: return "unsat";
    case Answer::unknown: break;
  }
  return "unknown";
}

std::string smt2(z3::context& context, const Query& query, const std::string& comment,
                 std::optional<Answer> status) {
  std::string text;
  std::istringstream lines(comment);
  // What else ends a line would end the comment.
  for (std::string line; std::getline(lines, line);)
    text += line.empty() ? ";\n" : "; " + printable(line) + "\n";
  std::ostringstream assertions;
  assertions << solver_of(context, query, false);
  text += fmt::format("(set-info :smt-lib-version 2.6)\n(set-logic {})\n", query.logic);
  if (status) text += fmt::format("(set-info :status {})\n", answer_word(*status));
  text += assertions.str();
  text += "(check-sat)\n";
  return text;
}

bool has_cvc5(Interruption interrupted) {
  const TemporaryFolder folder;
  constexpr double most_seconds = 20;
  try {
    return run_program({"cvc5", "--version"}, folder.path() / "version",
                       {most_seconds, interrupted}) == 0;
  } catch (const std::system_error&) {
    return false;
  }
}

SecondOpinion ask_cvc5(const std::string& question, double seconds, Interruption interrupted) {
  const TemporaryFolder folder;
  const std::string file = (folder.path() / "question.smt2").string();
  if (!(std::ofstream(file) << question << std::flush))
    return {Answer::unknown, "the question cannot be written to " + file};
  const std::filesystem::path output = folder.path() / "answer";
  std::vector<std::string> command = {"cvc5"};
  command.insert(command.end(), std::begin(cvc5_options), std::end(cvc5_options));
  command.push_back(fmt::format("--tlimit={}", static_cast<long>(seconds * 1000)));
  command.push_back(file);
  int status = 0;
  try {
    status = run_program(command, output, {seconds + 1, interrupted});
  } catch (const std::system_error&) {
    return {Answer::unknown, "cvc5 cannot be started"};
  }
  // What it says, and no more of anything else than a line of a report has room for.
  std::string said(200, '\0');
  std::ifstream answer(output);
  answer.read(said.data(), static_cast<std::streamsize>(said.size()));
  said.resize(static_cast<std::size_t>(answer.gcount()));
  const std::string line = printable(said.substr(0, said.find('\n')));
  if (line == "sat" || line == "unsat") {
    if (status != 0) return {Answer::unknown, fmt::format("{}, but exit code {}", line, status)};
    if (said != line + "\n") return {Answer::unknown, line + ", and more besides"};
    return {line == "sat" ? Answer::sat : Answer::unsat, ""};
  }
  if (!line.empty()) return {Answer::unknown, line};
  return {Answer::unknown, status < 0 ? "it had to be ended" : "no answer"};
}

}  // namespace synod::proof
