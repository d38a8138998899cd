// Transition systems that are tables, and what their fair behaviours do, decided by enumeration.
//
// What is decided here shares with the checker the automaton of a formula and nothing else: no
// graph, no components, no taking apart. It is the yardstick of checker/liveness/fair_run.hpp.
#pragma once

#include <memory>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "checker/liveness/automaton.hpp"
#include "checker/liveness/fair_run.hpp"
#include "checker/search/state_graph.hpp"
#include "checker/search/transition_system.hpp"

namespace synod::test {

/// States are 0, 1, 2, ...; there is at most one step of each label from a state.
struct Table {
  struct Step {
    std::uint32_t label;
    std::size_t to;
  };
  std::uint32_t labels = 0;
  std::vector<std::size_t> initial;
  std::vector<std::vector<Step>> steps;         ///< by state, labels ascending
  std::vector<std::vector<std::uint32_t>> cut;  ///< what a bound cut off, wholly or in part
  std::vector<PropertySet> holds;               ///< the predicates that are true
  std::vector<std::vector<StepGroups>> groups;  ///< of a step, by state and label

  std::size_t size() const { return steps.size(); }
  bool is_cut(std::size_t state, std::uint32_t label) const;
  /// The steps that behaviours can take: they change the state, and no bound cut them off in part.
  std::vector<Step> real_steps(std::size_t state) const;
  StepGroups enabled(std::size_t state) const;
};

/// How a table is made up.
struct TableShape {
  std::size_t states = 6;
  std::uint32_t labels = 4;
  std::size_t least = 0;  ///< steps from each state
  std::size_t most = 3;
  bool ring = false;  ///< each state leads to the next one at least
  bool cuts = false;
  StepGroups groups = 0;       ///< the groups that steps may be in
  bool of_labels = true;       ///< whether a label alone says in which groups a step is
  std::size_t label_odds = 2;  ///< a label is in a group with a chance of one in so many
};
Table random_table(const TableShape& shape, std::mt19937_64& random);

/// One after the other, each led to by the one before; initial states are those of the first.
Table chain(const std::vector<Table>& tables);

/// A table as a system: states of two words, 64 named predicates p0..p63.
class TableSystem final : public TransitionSystem {
 public:
  explicit TableSystem(Table table);

  unsigned words() const override { return 2; }
  unsigned bits() const override { return 128; }
  std::vector<unsigned> word_bits() const override { return {64, 64}; }
  const std::vector<ActionSummary>& actions() const override { return actions_; }
  std::size_t labels() const override { return table_->labels; }
  const std::vector<PropertyInfo>& properties() const override { return properties_; }
  std::unique_ptr<Explorer> explorer() const override;

  const Table& table() const { return *table_; }
  GroupsOfStep groups_of() const;
  static std::size_t number(const std::uint64_t* state) { return state[1]; }

 private:
  std::shared_ptr<const Table> table_;
  std::vector<ActionSummary> actions_;
  std::vector<PropertyInfo> properties_;
};

/// What behaviours are fair to.
struct Assumed {
  StepGroups weak = 0;
  StepGroups strong = 0;
  StepGroups finite = 0;
  std::vector<StepGroups> finite_sets = {};  ///< of which `finite` is the union
};

struct TableTruth {
  bool exists = false;      ///< a fair behaviour that the automaton accepts
  bool by_staying = false;  ///< one that stays in a state for ever
  bool at_once = false;     ///< or one that goes through all of a strongly connected component
  std::uint64_t cut = 0;    ///< states at which what bounds cut off leaves it open
};

/// Is there a fair behaviour that the automaton accepts? Tries every set of strongly fair groups as
/// those that are enabled finitely often only. The bits of the automaton's letters are predicates.
TableTruth fair_behaviour(const Table& table, const Automaton& automaton, const Assumed& assumed);

/// The same by trying every set of steps as those that are taken for ever; nothing where some
/// component of the product has more than `most_edges`.
std::optional<bool> fair_behaviour_by_sets_of_edges(const Table& table, const Automaton& automaton,
                                                    const Assumed& assumed, std::size_t most_edges);

/// A behaviour over the states of a table.
struct TableLasso {
  std::vector<std::size_t> states;
  std::vector<std::uint32_t> labels;
  std::size_t loop = 0;
};

/// What keeps this from being a fair behaviour; empty: nothing.
std::string fault(const Table& table, const TableLasso& lasso, const Assumed& assumed);

/// A random walk until it comes back to a state; it may also end.
TableLasso random_lasso(const Table& table, std::mt19937_64& random);

/// All lassos of at most so many states.
std::vector<TableLasso> all_lassos(const Table& table, std::size_t most_states);

}  // namespace synod::test
