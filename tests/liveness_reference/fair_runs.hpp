// Whether some fair behaviour violates a formula, decided the slow way: states of the model times
// truth values of the formula's untils, taken apart into strong components.
#pragma once

#include <optional>
#include <set>

#include "tests/liveness_reference/graph.hpp"

namespace synod::reference {

/// A behaviour: labels[i] leads from states[i] to the next one, the last back to states[loop].
struct Run {
  static constexpr std::uint32_t stays = ~std::uint32_t{0};  ///< no step: the state stays

  std::vector<std::size_t> states;
  std::vector<std::uint32_t> labels;
  std::size_t loop = 0;
};

struct Question {
  const Graph& graph;
  Observer& observer;
  const std::vector<std::string>& fairness;
};

struct Answer {
  std::optional<Run> run;  ///< fair, and the formula does not hold of it
  /// States at which a bound cut off a step that is not finite, reached in a way after which the
  /// formula does not hold if nothing that it speaks of changes any more: whether that can be is
  /// not known.
  std::size_t open = 0;
  /// The same, but after which it does not hold if what it speaks of changes in whatever way.
  std::size_t perhaps_open = 0;
  /// Whether a bound cut off a step of an action that ceases: what holds does so within the bound.
  bool cut_what_ceases = false;
};

/// Looks for a fair run of which the formula does not hold.
Answer refute(const Question& question, const TreePtr& formula);

/// How many rounds a run can go of which each does all that a fair cycle on which the formula does
/// not hold would have to do, but does not come back to where it was. The first begins in a state
/// of at most the level `from`; each goes up two levels at most. Counted for states of at most the
/// three highest levels from there on: where that grows, there is a fair run that never goes round.
std::vector<std::size_t> rounds(const Question& question, const TreePtr& formula,
                                const std::vector<std::size_t>& level, std::size_t from);

/// Why a run is not a fair behaviour of the graph of which the formula does not hold; empty: it is.
std::string faults(const Question& question, const TreePtr& formula, const Run& run);

enum class Outcome : std::uint8_t { holds, violated, vacuous, incomplete };

struct Judged {
  /// What may be said. Where a bound cut off what may come, and all that is known is that the
  /// formula might not hold then, that may be said or not: a safety claim holds within its bounds.
  std::set<Outcome> outcomes;
  std::optional<Run> run;
  std::size_t perhaps_open = 0;  ///< none: a larger bound makes no difference

  std::string text() const;
};

Judged judge(const Question& question, const TreePtr& formula);

std::string name(Outcome outcome);

}  // namespace synod::reference
