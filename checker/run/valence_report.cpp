#include "checker/run/valence_report.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "checker/input/input.hpp"
#include "checker/replay/replay.hpp"
#include "checker/report/text.hpp"
#include "checker/run/run_trace.hpp"

namespace synod {
namespace {

using Index = StateGraph::Index;

/// Where an instance of the action Crash says who has crashed.
struct CrashAction {
  const ActionInfo* action = nullptr;

  explicit CrashAction(const Observer& observer) {
    for (const ActionInfo& info : observer.actions())
      if (info.name == "Crash" && info.labels != 0 && info.domains.size() == 1) action = &info;
  }
  bool takes(std::uint32_t label) const { return action != nullptr && action->has(label); }
  int who(std::uint32_t label) const { return action->arguments(label)[0]; }
  const Domain& processes() const { return action->domains[0]; }
};

/// The cells that a process sees: of the variables that have one for each process, its own.
std::vector<std::size_t> cells_of(const Observer& observer, const Domain& processes, int process) {
  std::vector<std::size_t> cells;
  for (const VariableInfo& variable : observer.variables()) {
    if (variable.index.empty() || variable.index[0].domain.name != processes.name) continue;
    const std::size_t each = variable.cells / static_cast<std::size_t>(processes.size());
    const std::size_t first =
        variable.first_cell + each * static_cast<std::size_t>(process - processes.low);
    for (std::size_t i = 0; i < each; ++i) cells.push_back(first + i);
  }
  return cells;
}

class Analysis {
 public:
  Analysis(const ModelInstance& model, const StateGraph& graph, const Trace& blank)
      : model_(model),
        graph_(graph),
        blank_(blank),
        observer_(model.observer()),
        explorer_(model.explorer()),
        decisions_(decisions_of(model.properties())),
        valence_(graph, decisions_.predicates),
        crash_(*observer_) {
    for (const PropertySet predicate : decisions_.predicates) any_decision_ |= predicate;
  }

  ValenceReport run(const FindRun& find_run) {
    report_.values = decisions_.values;
    report_.admissible = blank_.fairness;
    report_.counts = valence_.counts();
    for (const Index state : graph_.initial())
      report_.initial.push_back({cells(state), valence_[state]});
    find_critical();
    if (find_run) find_undecided(find_run);
    find_alike();
    return std::move(report_);
  }

 private:
  Cells cells(Index state) const { return model_.unpack(graph_.state(state)); }
  bool decided(Index state) const { return (graph_.holds(state) & any_decision_) != 0; }

  Trace trace_of(const std::vector<Index>& states, const std::vector<std::uint32_t>& labels) const {
    Trace trace = blank_;
    std::vector<Cells> all;
    for (const Index state : states) all.push_back(cells(state));
    add_steps(trace, std::move(all), labels, *observer_);
    return trace;
  }
  const Trace& replayed(const Trace& trace) const {
    const Replay result = replay(*observer_, trace);
    if (!result.valid)
      throw std::logic_error(
          fmt::format("a run of the valence report does not replay at state {}: {}", result.step,
                      result.reason));
    return trace;
  }

  void find_critical() {
    for (Index state = 0; state < graph_.size(); ++state)
      report_.critical += valence_.critical(graph_, state) ? 1 : 0;
    if (report_.critical == 0) return;
    const GraphPath path = shortest_path(
        graph_, *explorer_, [&](Index state) { return valence_.critical(graph_, state); });
    report_.to_critical = replayed(trace_of(path.states, path.labels));
    const Index critical = path.states.back();
    std::vector<std::uint32_t> labels;
    graph_.labels(*explorer_, critical, labels);
    for (std::size_t i = 0; i < labels.size(); ++i)
      report_.critical_steps.emplace_back(step_text(*observer_, cells(critical), labels[i]),
                                          valence_[graph_.successors(critical)[i]]);
  }

  void find_undecided(const FindRun& find_run) {
    std::vector<std::uint8_t> within(graph_.size());
    for (Index state = 0; state < graph_.size(); ++state)
      within[state] = valence_.bivalent(state) && !decided(state) ? 1 : 0;
    FairRun run = find_run(within);
    if (run.decided && !run.lasso) {
      for (Index state = 0; state < graph_.size(); ++state) within[state] = decided(state) ? 0 : 1;
      run = find_run(within);
    }
    if (!run.lasso) {
      report_.search =
          run.decided ? ValenceReport::Search::none : ValenceReport::Search::not_finished;
      report_.undecided_cut = run.cut;
      return;
    }
    report_.search = ValenceReport::Search::found;
    Trace trace = blank_;
    trace.property = Trace::undecided;
    add_lasso(trace, *run.lasso, graph_, model_, *observer_);
    report_.undecided_valence = valence_[run.lasso->states[run.lasso->loop]];
    report_.undecided = replayed(trace);
    undecided_ = std::move(run.lasso);
  }

  // Runs that are alike to one process

  /// How a breadth-first search came to a state.
  struct Visit {
    Index state;
    std::size_t from;
    std::uint32_t label = 0;
    std::uint32_t crash = 0;  ///< the step that was a crash, if `crashed`
    bool crashed = false;
  };

  /// The first run that ends as wanted; with crashes or without.
  template <class Wanted>
  std::vector<Visit> find(bool with_crashes, Wanted&& wanted) const {
    constexpr std::size_t none = ~std::size_t{0};
    std::vector<bool> seen(graph_.size());
    std::vector<Visit> queue;
    for (const Index state : graph_.initial()) {
      if (!seen[state]) queue.push_back({state, none});
      seen[state] = true;
    }
    std::vector<std::uint32_t> labels;
    for (std::size_t i = 0; i < queue.size(); ++i) {
      if (wanted(queue[i])) {
        std::vector<Visit> path;
        for (std::size_t at = i; at != none; at = queue[at].from) path.push_back(queue[at]);
        std::reverse(path.begin(), path.end());
        return path;
      }
      const auto successors = graph_.successors(queue[i].state);
      graph_.labels(*explorer_, queue[i].state, labels);
      for (std::size_t edge = 0; edge < successors.size(); ++edge) {
        const bool crash = crash_.takes(labels[edge]);
        if (seen[successors[edge]] || (crash && !with_crashes)) continue;
        seen[successors[edge]] = true;
        queue.push_back({successors[edge], i, labels[edge], crash ? labels[edge] : queue[i].crash,
                         crash || queue[i].crashed});
      }
    }
    return {};
  }

  Trace trace_of(const std::vector<Visit>& path) const {
    std::vector<Index> states;
    std::vector<std::uint32_t> labels;
    for (const Visit& visit : path) {
      states.push_back(visit.state);
      if (states.size() > 1) labels.push_back(visit.label);
    }
    return trace_of(states, labels);
  }

  /// The run with a crash: the undecided one if it has a crash, or the shortest in which the others
  /// decide.
  std::vector<Visit> run_with_crash() const {
    std::vector<Visit> path;
    if (undecided_)
      for (std::size_t i = 0; i < undecided_->states.size(); ++i) {
        Visit visit{undecided_->states[i], 0};
        if (i > 0) {
          const std::uint32_t label = undecided_->labels[i - 1];
          const bool crash = crash_.takes(label);
          visit.label = label;
          visit.crash = crash ? label : path.back().crash;
          visit.crashed = crash || path.back().crashed;
        }
        path.push_back(visit);
      }
    if (!path.empty() && path.back().crashed) return path;
    return find(true, [&](const Visit& visit) { return visit.crashed && decided(visit.state); });
  }

  void find_alike() {
    if (crash_.action == nullptr) return;
    const std::vector<Visit> crashed = run_with_crash();
    if (crashed.empty()) return;
    const Domain& processes = crash_.processes();
    const int dead = crash_.who(crashed.back().crash);
    const Cells end = cells(crashed.back().state);
    for (int p = processes.low; p <= processes.high; ++p) {
      const std::vector<std::size_t> view = cells_of(*observer_, processes, p);
      if (p == dead || view.empty()) continue;
      const std::vector<Visit> slow = find(false, [&](const Visit& visit) {
        const Cells here = cells(visit.state);
        return std::all_of(view.begin(), view.end(),
                           [&](std::size_t cell) { return here[cell] == end[cell]; });
      });
      if (slow.empty()) continue;
      report_.alike = {processes.label(p), processes.label(dead), replayed(trace_of(crashed)),
                       replayed(trace_of(slow))};
      return;
    }
  }

  const ModelInstance& model_;
  const StateGraph& graph_;
  const Trace& blank_;
  std::unique_ptr<Observer> observer_;
  std::unique_ptr<Explorer> explorer_;
  Decisions decisions_;
  PropertySet any_decision_ = 0;
  Valence valence_;
  CrashAction crash_;
  std::optional<Lasso> undecided_;
  ValenceReport report_;
};

}  // namespace

Decisions decisions_of(const std::vector<PropertyInfo>& properties) {
  Decisions decisions;
  for (std::size_t i = 0; i < properties.size(); ++i) {
    if (properties[i].decides.empty() || !properties[i].applies) continue;
    decisions.predicates.push_back(PropertySet{1} << i);
    decisions.names.push_back(properties[i].name);
    decisions.values.push_back(properties[i].decides);
  }
  if (decisions.values.size() > max_decision_values)
    throw ModelError("too many decision values for an analysis of valence");
  return decisions;
}

ValenceReport analyse_valence(const ModelInstance& model, const StateGraph& graph,
                              const Trace& blank, const FindRun& find_run) {
  return Analysis(model, graph, blank).run(find_run);
}

}  // namespace synod
