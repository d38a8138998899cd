// Puts normal forms in the place of states, and finds out while it does so whether they serve.
//
// Temporal claims may be judged on normal forms if a state and its normal form can do the same: the
// predicates that formulas speak of hold of both or of neither; each step of the one is a step of
// the other by the same action, to the same normal form; and a step that changes the state changes
// its normal form. All three are compared for the states that the search makes normal forms of.
// That is a test and no proof: the tests of a model compare every reachable state of small
// instances.
//
// Thread safety: a Normaliser is one thread's, its audit is shared by all.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <utility>
#include <vector>

#include "checker/search/transition_system.hpp"
#include "checker/vocabulary/machine.hpp"

namespace synod {

/// What was seen to be wrong with normal forms. Sets only grow, so that they are the same for any
/// number of threads.
class NormalFormAudit {
 public:
  /// The first label of each action, and how many labels there are.
  NormalFormAudit(std::vector<std::uint32_t> first_labels, std::size_t labels)
      : first_labels_(std::move(first_labels)),
        labels_(labels),
        hidden_(first_labels_.size()),
        different_(first_labels_.size()) {}

  void note_predicates(PropertySet differing) {
    if (differing != 0) predicates_.fetch_or(differing, std::memory_order_relaxed);
  }
  void note_hidden(std::uint32_t action) { note(hidden_[action]); }
  void note_different(std::uint32_t action) { note(different_[action]); }

  std::uint32_t action_of(std::uint32_t label) const {
    const auto next = std::upper_bound(first_labels_.begin(), first_labels_.end(), label);
    return static_cast<std::uint32_t>(next - first_labels_.begin()) - 1;
  }
  std::size_t labels() const { return labels_; }
  std::size_t actions() const { return first_labels_.size(); }

  PropertySet predicates() const { return predicates_.load(std::memory_order_relaxed); }
  bool is_hidden(std::size_t action) const { return hidden_[action].load() != 0; }
  bool is_different(std::size_t action) const { return different_[action].load() != 0; }

 private:
  static void note(std::atomic<std::uint8_t>& flag) {
    if (flag.load(std::memory_order_relaxed) == 0) flag.store(1, std::memory_order_relaxed);
  }

  std::vector<std::uint32_t> first_labels_;
  std::size_t labels_;
  std::atomic<PropertySet> predicates_{0};
  std::vector<std::atomic<std::uint8_t>> hidden_;
  std::vector<std::atomic<std::uint8_t>> different_;
};

template <class Machine>
class Normaliser {
 public:
  Normaliser(const Parameters& parameters, const std::vector<Drop>& drops, NormalFormAudit& audit)
      : form_(parameters, drops),
        ahead_(parameters, drops),
        audit_(audit),
        words_(form_.memory().words()),
        normal_(words_),
        successors_(audit.labels() * words_),
        labels_(audit.labels()),
        fired_(audit.actions()) {}

  /// Replaces the successors of a state by their normal forms. `predicates` says of a machine which
  /// predicates hold in the state that it is in.
  template <class Predicates>
  void replace(const std::uint64_t* from, std::uint64_t* successors, const std::uint32_t* labels,
               std::size_t count, Predicates&& predicates) {
    for (std::size_t k = 0; k < count; ++k) {
      std::uint64_t* const to = successors + k * words_;
      form_.memory().load_state(to);
      const PropertySet before = predicates(form_);
      form_.Normalise();
      form_.memory().store_state(normal_.data());
      if (same_state(normal_.data(), to, words_)) continue;
      audit_.note_predicates(before ^ predicates(form_));
      if (same_state(normal_.data(), from, words_))
        audit_.note_hidden(audit_.action_of(labels[k]));
      else
        compare(to, normal_.data());
      copy_state(to, normal_.data(), words_);
    }
  }

 private:
  using State = std::vector<std::uint64_t>;
  /// An action, and the normal form that a step of it leads to.
  using Step = std::pair<std::uint32_t, State>;

  struct Steps {
    std::vector<Step> steps;         ///< in order, each once
    std::vector<std::uint32_t> cut;  ///< actions that a bound cut off
    bool known = true;               ///< false: one of them leaves its range
    bool has(const Step& step) const {
      return std::binary_search(steps.begin(), steps.end(), step);
    }
    bool is_cut(std::uint32_t action) const {
      return std::find(cut.begin(), cut.end(), action) != cut.end();
    }
  };

  /// Notes what a state can do and its normal form cannot, or the other way round. A normal form
  /// has more room than the state: it may do what a bound cuts off from the state.
  void compare(const std::uint64_t* state, const std::uint64_t* form) {
    const State normal(form, form + words_);
    const Steps of_state = steps_of(state, normal);
    const Steps of_form = steps_of(normal.data(), normal);
    if (!of_state.known || !of_form.known) return;
    for (const Step& step : of_state.steps)
      if (!of_form.has(step)) audit_.note_different(step.first);
    for (const Step& step : of_form.steps)
      if (!of_state.has(step) && !of_state.is_cut(step.first)) audit_.note_different(step.first);
  }

  Steps steps_of(const std::uint64_t* state, const State& form) {
    Steps result;
    cut_labels_.clear();
    ahead_.memory().load_state(state);
    const Emit emit{successors_.data(), labels_.data(), fired_.data(), &cut_labels_};
    ahead_.start(state, emit);
    ahead_.Next();
    result.known = !ahead_.left_ranges();
    ahead_.take_cuts();
    for (const std::uint32_t label : cut_labels_) result.cut.push_back(audit_.action_of(label));
    if (!result.known) return result;
    const auto count =
        static_cast<std::size_t>(ahead_.emitted().next - successors_.data()) / words_;
    for (std::size_t k = 0; k < count; ++k) {
      const std::uint64_t* const to = successors_.data() + k * words_;
      if (same_state(to, state, words_)) continue;
      const std::uint32_t action = audit_.action_of(labels_[k]);
      State next(words_);
      form_.memory().load_state(to);
      form_.Normalise();
      form_.memory().store_state(next.data());
      if (next == form)
        audit_.note_hidden(action);
      else
        result.steps.emplace_back(action, std::move(next));
    }
    std::sort(result.steps.begin(), result.steps.end());
    return result;
  }

  Machine form_;   // makes normal forms
  Machine ahead_;  // takes steps
  NormalFormAudit& audit_;
  unsigned words_;
  State normal_;
  State successors_;
  std::vector<std::uint32_t> labels_;
  std::vector<std::uint64_t> fired_;
  std::vector<std::uint32_t> cut_labels_;
};

}  // namespace synod
