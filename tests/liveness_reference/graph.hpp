// The states of a model, one by one, and what behaviours are assumed to be fair to. Of the product
// only the model's Observer is used.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "checker/vocabulary/system.hpp"
#include "tests/liveness_reference/formula.hpp"

namespace synod::reference {

struct Edge {
  std::uint32_t label;
  std::size_t to;
};

struct Graph {
  std::vector<Cells> states;
  std::vector<std::vector<Edge>> edges;          ///< steps that change the state
  std::vector<std::vector<std::uint32_t>> cuts;  ///< action instances that a bound cut off
  std::vector<std::size_t> initial;
  std::map<Cells, std::size_t> index;

  std::size_t size() const { return states.size(); }
};

/// All reachable states; nothing where there are more than `most`, or where some step writes
/// outside of a variable's range.
std::optional<Graph> explore(Observer& observer, std::size_t most);

/// The action instances that a bound may cut off, and those of them that it does in a state.
std::vector<std::uint32_t> bounded(Observer& observer);
std::vector<std::uint32_t> cut_off(Observer& observer, const Cells& state,
                                   const std::vector<std::uint32_t>& bounded);

/// An assumption of fairness, and the groups of steps that it is about.
struct Assumption {
  std::string text;
  std::string kind;  ///< WF, SF or FIN
  std::vector<std::string> actions;
  std::vector<std::string> by;

  explicit Assumption(const std::string& text);
};

/// A set of groups, one bit each.
using Groups = std::uint64_t;

class Groupings {
 public:
  Groupings(const std::vector<std::string>& assumptions, const Observer& observer);

  /// The groups of a step by an action instance from a state.
  Groups of(const Cells& state, std::uint32_t label);
  Groups weak() const { return weak_; }
  Groups strong() const { return strong_; }
  Groups finite() const { return finite_; }

 private:
  std::vector<std::string> arguments(const ActionInfo& action, const std::vector<std::string>& by,
                                     const Cells& state, std::uint32_t label) const;

  const Observer& observer_;
  std::vector<Assumption> assumptions_;
  std::map<std::string, Groups> known_;  ///< by assumption and the values of its "by"
  Groups weak_ = 0;
  Groups strong_ = 0;
  Groups finite_ = 0;
};

/// The highest member of a domain that a state mentions, counted from 1; 0 where it mentions none.
std::size_t highest_mentioned(const std::vector<VariableInfo>& variables, const Cells& state,
                              const std::string& domain);

/// Which of the atoms hold in a state.
Letter letter_of(Observer& observer, const Cells& state, const std::vector<std::string>& atoms);

}  // namespace synod::reference
