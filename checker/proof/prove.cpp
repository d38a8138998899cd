#include "checker/proof/prove.hpp"

#include <fmt/format.h>

#include <cctype>
#include <filesystem>
#include <set>

#include "checker/input/input.hpp"
#include "checker/report/trace.hpp"

namespace synod::proof {
namespace {

namespace fs = std::filesystem;

/// A name as part of a file's name.
std::string file_name(const std::string& name) {
  std::string text;
  for (const char c : name)
    text += std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '-' ? c : '_';
  return text;
}

class Run {
 public:
  Run(z3::context& context, const std::string& topic, const Obligation& obligation,
      const ProveOptions& options)
      : context_(context), topic_(topic), obligation_(obligation), options_(options) {}

  ObligationReport run() {
    report_.cross_checked = options_.cross_check;
    for (const Query& query : obligation_.queries) {
      if (is_interrupted()) break;
      ask(query);
      if (report_.outcome == Outcome::vacuous) return finished();
    }
    if (options_.controls)
      for (const Control& control : obligation_.controls)
        if (!is_interrupted()) try_control(control);
    // What only one of two solvers says that were asked is not known, either.
    const bool open = report_.answered < obligation_.queries.size() || !report_.undecided.empty();
    if (open && report_.outcome == Outcome::proved) report_.outcome = Outcome::unknown;
    return finished();
  }

 private:
  ObligationReport finished() {
    if (!report_.contradicted.empty()) report_.outcome = Outcome::disputed;
    return std::move(report_);
  }

  static std::string answer_text(const Solved& solved) {
    switch (solved.answer) {
      case Answer::sat: return solved.explanation.empty() ? "it has a model" : solved.explanation;
      case Answer::unsat:
        return solved.explanation.empty() ? "it has no model" : solved.explanation;
      case Answer::unknown: break;
    }
    return "unknown: " + solved.reason;
  }

  /// Asked where something is left to do.
  bool is_interrupted() {
    report_.interrupted = report_.interrupted || is_set(options_.interrupted);
    return report_.interrupted;
  }

  void ask(const Query& query) {
    const Solved solved = solve(context_, query, options_.seconds, options_.interrupted);
    report_.seconds += solved.seconds;
    if (solved.answer == Answer::unknown && is_interrupted()) return;
    ++report_.answered;
    if (!solved.as_expected(query)) {
      report_.wrong.push_back({query.name, answer_text(solved)});
      // One that is refuted stays so, whatever else is not known.
      if (solved.answer != Answer::unknown)
        report_.outcome = query.premise ? Outcome::vacuous : Outcome::refuted;
      else if (report_.outcome == Outcome::proved)
        report_.outcome = Outcome::unknown;
    } else if (!solved.explanation.empty()) {
      report_.explanations.push_back({query.name, solved.explanation});
    }
    write(query, solved.answer, query.name, "");
  }

  /// One of its questions has to have a model. Those that have none are written as such.
  void try_control(const Control& control) {
    std::string unknown;
    for (const Query& query : control.any_of()) {
      const Solved solved = solve(context_, query, options_.seconds, options_.interrupted);
      report_.seconds += solved.seconds;
      if (solved.answer == Answer::unknown && is_interrupted()) return;
      if (solved.answer == Answer::unknown) unknown = solved.reason;
      if (solved.answer != Answer::sat) continue;
      ++report_.controls;
      report_.models.push_back({control.name + ": " + query.name, solved.explanation});
      write(query, solved.answer, control.name + "_" + query.name,
            "Control, " + control.name + ".\n");
      return;
    }
    report_.idle.push_back({control.name, unknown.empty()
                                              ? "nothing fails: it is not needed"
                                              : "no question has a model; unknown: " + unknown});
  }

  /// Another solver has to find what Z3 has found, whatever the proof needs.
  void write(const Query& query, Answer answer, const std::string& name,
             const std::string& remark) {
    if (!options_.folder.empty()) write_file(query, answer, name, remark);
    if (options_.cross_check && answer != Answer::unknown) cross_check(query, answer);
  }

  void write_file(const Query& query, Answer answer, const std::string& name,
                  const std::string& remark) {
    const fs::path folder = fs::path(options_.folder) / topic_ / obligation_.name;
    std::error_code error;
    fs::create_directories(folder, error);
    std::string file_of = file_name(name);
    while (!files_.insert(file_of).second) file_of += "_";
    const std::string path = (folder / (file_of + ".smt2")).string();
    synod::write_file(
        path, smt2(context_, query,
                   fmt::format("{} {}: {}\n{}{}\nScope: {}\nAsk: z3 {}.smt2, or cvc5 {} {}.smt2\n",
                               topic_, obligation_.name, query.name, remark, obligation_.sentence,
                               obligation_.scope, file_of, fmt::join(cvc5_options, " "), file_of),
                   answer == Answer::unknown ? expected_answer(query) : answer));
  }

  void cross_check(const Query& query, Answer answer) {
    const SecondOpinion opinion =
        ask_cvc5(smt2(context_, query, ""), options_.seconds, options_.interrupted);
    if (opinion.answer == answer)
      ++report_.agreed;
    else if (opinion.answer == Answer::unknown && is_interrupted())
      return;
    else if (opinion.answer == Answer::unknown)
      report_.undecided.push_back({query.name, opinion.reason});
    else
      report_.contradicted.push_back(
          {query.name, fmt::format("Z3 says {}, cvc5 says {}", answer_word(answer),
                                   answer_word(opinion.answer))});
  }

  z3::context& context_;
  const std::string& topic_;
  const Obligation& obligation_;
  const ProveOptions& options_;
  ObligationReport report_;
  std::set<std::string> files_;  ///< that were written
};

}  // namespace

ObligationReport prove(z3::context& context, const std::string& topic, const Obligation& obligation,
                       const ProveOptions& options) {
  return Run(context, topic, obligation, options).run();
}

}  // namespace synod::proof
