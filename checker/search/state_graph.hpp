// The reachable states of a model as a graph, for questions that one state cannot answer.
//
// An edge is 4 bytes. Edges keep the order in which the model makes successors, so that the action
// instance of an edge need not be stored: expanding its source again tells it. Steps that change
// nothing are left out, as a behaviour may stay where it is at any time; so are the steps that a
// bound cut off in part, which no unbounded behaviour takes.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "checker/search/checkpoint.hpp"
#include "checker/search/stored_states.hpp"
#include "checker/search/transition_system.hpp"

namespace synod {

/// A set of groups of steps, one bit each.
using StepGroups = std::uint64_t;

/// The groups that a step from a state by an action instance is in; none, where nobody says.
class GroupsOfStep {
 public:
  using OfState = std::function<StepGroups(const std::uint64_t* state, std::uint32_t label)>;

  GroupsOfStep() = default;
  /// `of_label` has those of the action instances whose steps are in the same groups everywhere, so
  /// that nobody need be asked.
  GroupsOfStep(OfState of_state, std::vector<std::optional<StepGroups>> of_label = {})
      : of_state_(std::move(of_state)), of_label_(std::move(of_label)) {}

  explicit operator bool() const { return of_state_ != nullptr; }
  StepGroups operator()(const std::uint64_t* state, std::uint32_t label) const {
    if (label < of_label_.size() && of_label_[label]) return *of_label_[label];
    return of_state_ ? of_state_(state, label) : 0;
  }

 private:
  OfState of_state_;
  std::vector<std::optional<StepGroups>> of_label_;
};

/// Sets of up to 64 members for each state, in as few bytes as the members need.
class SetColumn {
 public:
  SetColumn() = default;
  explicit SetColumn(std::uint64_t members);

  void resize(std::size_t rows) { bytes_.resize(rows * width_); }
  void save(CheckpointWriter& writer) const { writer.bytes(bytes_.data(), bytes_.size()); }
  void load(CheckpointReader& reader) { reader.bytes(bytes_.data(), bytes_.size()); }

  std::uint64_t operator[](std::size_t row) const {
    std::uint64_t members = 0;
    for (unsigned i = 0; i < width_; ++i) members |= spread_[256 * i + bytes_[row * width_ + i]];
    return members;
  }
  void set(std::size_t row, std::uint64_t members);
  std::size_t bytes() const { return bytes_.capacity(); }

 private:
  std::uint64_t members_ = 0;
  bool side_by_side_ = true;
  unsigned width_ = 0;
  std::vector<std::uint64_t> spread_;  // the members that each value of each byte stands for
  std::vector<std::uint8_t> bytes_;
};

class StateGraph {
 public:
  using Index = std::uint32_t;

  std::size_t size() const { return first_edge_.size(); }
  std::uint64_t edges() const { return edges_; }
  /// Of the graph itself; the states are the search's.
  std::size_t bytes() const;
  std::size_t state_bytes() const { return states_->bytes(); }

  std::span<const Index> successors(Index state) const {
    const Block& block = block_of(state);
    return std::span(block.targets).subspan(first_edge_[state], degree(state, block));
  }
  /// Steps that a bound cut off in part. No behaviour takes them, but the search does.
  using PartialSteps = std::vector<std::pair<Index, Index>>;  ///< from, to; in order
  std::span<const PartialSteps::value_type> partial_steps(Index state) const;
  const std::uint64_t* state(Index state) const { return states_->state(state); }
  unsigned words() const { return words_; }
  Index find(const std::uint64_t* state) const { return static_cast<Index>(states_->find(state)); }

  /// The state predicates that hold, of those asked for.
  PropertySet holds(Index state) const { return holds_[state]; }
  /// The groups with a step from here that changes the state or that a bound cut off.
  StepGroups enabled(Index state) const { return enabled_[state]; }
  /// For each edge of a state, the groups that it is in of those asked for edge by edge; empty when
  /// none were.
  std::span<const std::uint8_t> marks(Index state) const;
  /// Whether a bound cut off a step from here.
  bool cut(Index state) const { return cut_[state] != 0; }
  /// Whether bounds cut off, for each of these marks, a step from here without it; without marks,
  /// any step.
  bool cut_without(Index state, std::uint8_t marks) const {
    const std::uint32_t wanted = marks == 0 ? 1U : std::uint32_t{marks} << 1;
    return (cut_[state] & wanted) == wanted;
  }
  bool any_cut() const { return any_cut_; }

  /// The initial states, in the model's order.
  const std::vector<Index>& initial() const { return initial_; }

  /// The action instances of a state's edges, in their order. Not for two threads with the same
  /// explorer.
  void labels(Explorer& explorer, Index state, std::vector<std::uint32_t>& out) const;

 private:
  friend class GraphBuilder;

  /// States expanded together, with consecutive indices from a multiple of the block's size on.
  struct Block {
    std::vector<Index> targets;
    std::vector<std::uint8_t> marks;
    PartialSteps partial;
    bool cut = false;
  };

  const Block& block_of(Index state) const { return blocks_[state >> block_bits_]; }
  std::size_t degree(Index state, const Block& block) const {
    const bool last = ((state + 1) & ((Index{1} << block_bits_) - 1)) == 0 || state + 1 == size();
    return (last ? block.targets.size() : first_edge_[state + 1]) - first_edge_[state];
  }

  std::shared_ptr<const StoredStates> states_;
  unsigned words_ = 0;
  unsigned block_bits_ = 0;
  std::vector<Block> blocks_;
  std::vector<std::uint16_t> first_edge_;  // within its block
  std::uint64_t edges_ = 0;
  std::size_t block_bytes_ = 0;  // of what the blocks point to
  SetColumn holds_;
  SetColumn enabled_;
  /// Bit 0: whether a bound cut off a step; bit i + 1: one without mark i.
  std::vector<std::uint16_t> cut_;
  bool any_cut_ = false;
  std::vector<Index> initial_;
};

struct GraphRequest {
  PropertySet predicates = 0;  ///< whose truth in each state is kept
  StepGroups groups = 0;       ///< whose enabledness in each state is kept
  GroupsOfStep groups_of;
  /// Groups that each edge is to say whether it is in: bit i of its mark is marks[i]. At most 8.
  std::vector<StepGroups> marks;
};

/// Thrown where there is no room for an answer about a graph.
struct GraphTooLarge {};

/// Makes the graph while a search expands the states. add() may run in many threads at once, each
/// for states of its own; all else needs that nothing runs meanwhile.
class GraphBuilder {
 public:
  /// Batches are of a power of two states; no batch of two or more has more edges than this.
  static constexpr std::size_t most_edges = 0xffff;
  GraphBuilder(std::shared_ptr<const StoredStates> states, const GraphRequest& request,
               unsigned words, std::size_t batch);

  /// The states that are new since the last call are about to be expanded.
  void next_level();
  /// The expansion, with labels, of so many states from index `first` on, and where its successors
  /// are: StoredStates::absent for a step that changes nothing.
  void add(std::uint64_t first, std::size_t count, const Expansion& expansion,
           const std::vector<std::uint64_t>& targets);
  /// The set of states has just moved some, which no level before the present one leads to.
  void follow_moves();
  void save(CheckpointWriter& writer) const;
  /// What was saved, into a new graph of the states of the same checkpoint, of which the level to
  /// be expanded begins and ends here.
  void load(CheckpointReader& reader, std::uint64_t level_begin, std::uint64_t level_end);
  std::shared_ptr<const StateGraph> finish(const std::vector<std::uint64_t>& initial);

  /// So far; may be asked while add() runs.
  std::size_t bytes() const {
    return graph_->bytes() + block_bytes_.load(std::memory_order_relaxed);
  }

 private:
  void resize(std::uint64_t size);
  void check_loaded(const CheckpointReader& reader, std::size_t block) const;
  /// `edges` counts those of the block.
  void add_state(std::uint64_t index, std::size_t i, const Expansion& expansion,
                 const std::vector<std::uint64_t>& targets, StateGraph::Block& block,
                 std::size_t& edges);
  std::uint8_t mark_of(StepGroups groups) const;
  static std::size_t bytes_of(const StateGraph::Block& block) {
    return block.targets.capacity() * sizeof(StateGraph::Index) + block.marks.capacity() +
           block.partial.capacity() * sizeof(StateGraph::PartialSteps::value_type);
  }

  GraphRequest request_;
  std::shared_ptr<StateGraph> graph_;
  std::uint64_t level_begin_ = 0;
  std::atomic<std::size_t> block_bytes_{0};
};

/// The states from which the search reaches one with this predicate, itself included: one byte
/// each.
std::vector<std::atomic<std::uint8_t>> can_reach(const StateGraph& graph, PropertySet predicate,
                                                 std::size_t threads);

}  // namespace synod
