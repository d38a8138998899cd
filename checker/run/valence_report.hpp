// What an analysis of valence found, as runs that replay.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "checker/liveness/fair_run.hpp"
#include "checker/liveness/valence.hpp"
#include "checker/report/trace.hpp"
#include "checker/search/search.hpp"

namespace synod {

struct ValenceReport {
  std::vector<std::string> values;  ///< of decisions
  struct Configuration {
    Cells state;
    Values valence;
  };
  std::vector<Configuration> initial;
  std::map<Values, std::uint64_t> counts;  ///< configurations by valence

  std::uint64_t critical = 0;        ///< configurations
  std::optional<Trace> to_critical;  ///< the shortest way to one
  std::vector<std::pair<std::string, Values>> critical_steps;

  /// An admissible run in which nobody decides, and the valence of the configuration it ends or
  /// goes round in; bivalent for ever if there is such a run.
  std::optional<Trace> undecided;
  Values undecided_valence = 0;
  /// False: the system does not say which runs are admissible, or the search for one did not end.
  bool undecided_searched = false;

  /// Two runs that a process which is up cannot tell apart at their ends: in the first, of which
  /// the end is undecided, another has crashed; in the second that one is slow.
  struct Alike {
    std::string process;
    std::string crashed;
    Trace with_crash;
    Trace without;
  };
  std::optional<Alike> alike;
};

/// The predicates of decisions, in the order of their declaration, and what they decide.
struct Decisions {
  std::vector<PropertySet> predicates;
  std::vector<std::string> names;  ///< of the predicates
  std::vector<std::string> values;
};
Decisions decisions_of(const std::vector<PropertyInfo>& properties);

/// Asks for a fair run within some states; see TemporalClaims::fair_run_within.
using FindRun = std::function<FairRun(const std::vector<std::uint8_t>& within)>;

/// `blank` is a trace of this model without states; `find_run` may be empty.
ValenceReport analyse_valence(const ModelInstance& model, const StateGraph& graph,
                              const Trace& blank, const FindRun& find_run);

}  // namespace synod
