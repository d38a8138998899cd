// What behaviours are assumed to be fair to.
//
//   WF(Enter)                    weak fairness: Enter, whichever instance, is not enabled for ever
//                                from some time on without being taken again and again
//   SF(Enter)                    strong fairness: if enabled again and again, also taken so
//   WF(Enter, Ask)               of the two actions together: one of them is taken
//   WF(Enter by participant)     for each participant apart
//   WF(Ask by participant participant)   for each pair: the first two arguments of this domain
//   SF(AcceptEntries by to)      for each value of the message's field `to`
//   WF(*)                        of all actions together: something happens if anything can
//   FIN(Crash)                   Crash is taken only finitely often: from some time on, never again
//   WF(Enter(p1))                of one member;  WF(Pass(*, p1))  of one of the second argument
//   WF(Pass by node where node # n1)     of the steps for which that is so: an argument or field,
//                                = or #, and a member or another argument; several joined by commas
//   WF(Pass where node # node)   the first argument of this domain is not the second
//
// Only steps that change the state count, as in TLA+'s <<A>>_vars.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "checker/input/input.hpp"
#include "checker/search/state_graph.hpp"

namespace synod {

/// There are more groups of steps than can be told apart at a time.
struct TooManyGroups : InputError {
  using InputError::InputError;
};
/// Normal forms do not keep what a claim speaks of: the states as they are do.
struct NotOfNormalForms : InputError {
  using InputError::InputError;
};

/// Whether two texts make the same assumption: spaces and the order of names do not matter. One
/// that cannot be read is like no other.
bool same_assumption(const std::string& a, const std::string& b);

/// Those of the assumptions that are about an action of the model that applies. Where parameters
/// switch off all that one is about, it asks nothing of behaviours.
std::vector<std::string> applicable(const std::vector<std::string>& assumptions,
                                    const Observer& observer);

/// What a claim assumes under the model's parameters; all that it says where it does not apply.
std::vector<std::string> assumed_by(const PropertyInfo& claim, const Observer& observer);

/// Whether an assumption asks for steps of an action: WF or SF of it.
bool asks_for(const std::string& assumption, const std::string& action, const Observer& observer);

struct GroupedBy;   // what a word after "by" or "where" stands for in an action
struct Assumption;  // taken apart

/// The groups of steps that some assumptions are about, at most 64 together.
class Fairness {
 public:
  struct Group {
    std::string text;  ///< "WF(Enter by participant=p1)"
    std::size_t assumption;
  };

  /// Throws InputError: an assumption that cannot be read, or not made of this model.
  /// Members of the domain `renumbered`, if any, cannot be told apart.
  Fairness(const std::vector<std::string>& assumptions, const Observer& observer,
           const std::string& renumbered = "");

  const std::vector<Group>& groups() const { return groups_; }
  /// Those that have to be weakly fair, strongly fair, or finite.
  StepGroups weak() const { return weak_; }
  StepGroups strong() const { return strong_; }
  StepGroups finite() const { return finite_; }
  StepGroups of_assumption(std::size_t assumption) const;

  /// The groups that a step of the model is in, from a state that is packed or not.
  StepGroups of(const ModelInstance& model, const std::uint64_t* state, std::uint32_t label) const;
  StepGroups of(const Cells& state, std::uint32_t label) const;
  /// By label: the groups of its steps, where they are the same in every state.
  std::vector<std::optional<StepGroups>> of_labels() const;

 private:
  /// A part of a group's number that the message says which the step is about.
  struct InMessage {
    std::size_t cell;  ///< of the network's slot
    ElementLayout layout;
    std::size_t field;
    int low;
    unsigned stride;
  };
  /// What an assumption wants of a message: that a field is, or is not, a value or another field.
  struct Wanted {
    InMessage one;
    std::optional<InMessage> other;
    int value;
    bool equal;
  };
  /// In which group of an assumption an action instance is.
  struct Rule {
    unsigned group;
    std::vector<InMessage> in_message;
    std::vector<Wanted> wanted;
  };

  template <class CellAt>
  StepGroups groups_of(std::uint32_t label, CellAt&& cell_at) const;
  void add(const std::string& text, std::size_t assumption, const Observer& observer);
  /// A condition on the arguments of an action.
  struct Limit;
  std::vector<Limit> limits_of(const Assumption& assumption, std::size_t nth,
                               const std::vector<const ActionInfo*>& actions,
                               const Observer& observer, const std::string& text) const;
  void require_told_apart(const Domain& domain, const std::string& text) const;
  void add_rules(const ActionInfo& action, const std::vector<GroupedBy>& components,
                 const std::vector<Limit>& limits, const Observer& observer);

  std::string renumbered_;
  std::vector<Group> groups_;
  StepGroups weak_ = 0;
  StepGroups strong_ = 0;
  StepGroups finite_ = 0;
  // By label: the groups of its steps in every state, and what tells those that depend on one.
  std::vector<StepGroups> always_in_;
  std::vector<std::vector<Rule>> rules_;
};

}  // namespace synod
