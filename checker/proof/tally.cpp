#include "checker/proof/tally.hpp"

#include <fmt/format.h>

#include <numeric>

#include "checker/proof/words.hpp"

namespace synod::proof {
namespace {

/// "1 of one kind", "2 of several"
std::string counted(std::size_t count, const char* one, const char* several) {
  return fmt::format("{} {}", count, count == 1 ? one : several);
}

}  // namespace

const char* outcome_name(Outcome outcome) {
  switch (outcome) {
    case Outcome::proved: return "proved";
    case Outcome::refuted: return "refuted";
    case Outcome::unknown: return "unknown";
    case Outcome::vacuous: return "vacuous";
    case Outcome::disputed: return "disputed";
  }
  return "";
}

void Tally::add(const ObligationReport& report) {
  ++outcomes_.at(static_cast<std::size_t>(report.outcome));
  failing_ += report.controls;
  idle_ += report.idle.size();
  cross_checked_ = cross_checked_ || report.cross_checked;
  agreed_ += report.agreed;
  undecided_ += report.undecided.size();
  contradicted_ += report.contradicted.size();
  failure_ = failure_ || report.failure();
}

bool Tally::failure() const {
  return failure_ || models_[static_cast<std::size_t>(Agreement::differs)] != 0;
}

bool Tally::success() const {
  const std::size_t all = std::accumulate(outcomes_.begin(), outcomes_.end(), std::size_t{0});
  return !failure() && outcomes_[static_cast<std::size_t>(Outcome::proved)] == all &&
         models_[static_cast<std::size_t>(Agreement::unknown)] == 0;
}

std::string Tally::text() const {
  std::string text = fmt::format("{} proved", outcomes_[0]);
  for (std::size_t i = 1; i < outcomes_.size(); ++i)
    if (outcomes_[i] != 0)
      text += fmt::format(", {} {}", outcomes_[i], outcome_name(static_cast<Outcome>(i)));
  constexpr const char* of_models[][2] = {{"agrees with its model", "agree with their models"},
                                          {"differs from its model", "differ from their models"},
                                          {"is compared in part", "are compared in part"}};
  const char* before = "; ";
  for (std::size_t i = 0; i < models_.size(); ++i) {
    if (models_[i] == 0) continue;
    text += before + counted(models_[i], of_models[i][0], of_models[i][1]);
    before = ", ";
  }
  if (failing_ != 0)
    text += "; " + counted(failing_, "control fails, as it must", "controls fail, as they must");
  if (idle_ != 0) text += "; " + counted(idle_, "control does not fail", "controls do not fail");
  if (cross_checked_) {
    text += fmt::format("; cvc5 agrees on {}", number_of(agreed_, "question", "questions"));
    if (undecided_ != 0) text += fmt::format(", cannot decide {}", undecided_);
    if (contradicted_ != 0) text += fmt::format(", says the contrary of {}", contradicted_);
  }
  return text;
}

}  // namespace synod::proof
