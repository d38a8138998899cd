#include "tests/support/reference_checker.hpp"

#include <algorithm>
#include <map>
#include <memory>
#include <utility>

namespace synod::test {
namespace {

class ReferenceChecker {
 public:
  ReferenceChecker(const ModelInstance& model, const SearchOptions& options)
      : model_(model),
        options_(options),
        observer_(model.observer()),
        properties_(observer_->properties()) {
    result_.properties.resize(properties_.size());
    result_.fired.assign(observer_->actions().size(), 0);
    violators_.resize(properties_.size());
  }

  ReferenceResult run() {
    for (const Cells& state : observer_->initial()) index_of(state);
    result_.generated = result_.states.size();
    std::size_t begin = 0;
    while (begin < result_.states.size() && result_.stop == Stop::exhausted) {
      const std::size_t end = result_.states.size();
      result_.levels.push_back(end - begin);
      expand_level(begin, end);
      begin = end;
    }
    if (result_.stop == Stop::exhausted) judge_possible();
    conclude();
    return std::move(result_);
  }

 private:
  bool checked(std::size_t property) const {
    return properties_[property].applies && (options_.properties >> property & 1) != 0;
  }
  template <class Visit>
  void each_checked(PropertyKind kind, Visit&& visit) {
    for (std::size_t i = 0; i < properties_.size(); ++i)
      if (properties_[i].kind == kind && checked(i)) visit(i);
  }

  std::size_t index_of(const Cells& state) {
    const auto [found, inserted] = index_.try_emplace(state, result_.states.size());
    if (inserted) result_.states.push_back(state);
    return found->second;
  }

  std::size_t action_of(std::uint32_t label) const {
    const auto& actions = observer_->actions();
    for (std::size_t i = 0; i < actions.size(); ++i)
      if (label >= actions[i].first_label && label < actions[i].first_label + actions[i].labels)
        return i;
    throw ModelError("a label without action");
  }

  /// A violation stops the search, but only once its whole level has been looked at.
  void expand_level(std::size_t begin, std::size_t end) {
    std::uint64_t generated = 0;
    std::vector<std::uint64_t> fired(result_.fired.size(), 0);
    for (std::size_t i = begin; i < end; ++i) expand(i, generated, fired);

    const bool violated = std::any_of(violators_.begin(), violators_.end(),
                                      [](const auto& states) { return !states.empty(); });
    if (violated) return stop_at_violation();
    result_.generated += generated;
    for (std::size_t i = 0; i < fired.size(); ++i) result_.fired[i] += fired[i];
    const std::size_t fresh = result_.states.size() - end;
    if (fresh == 0) return;
    if (options_.max_depth && result_.levels.size() >= *options_.max_depth)
      result_.stop = Stop::max_depth;
    else if (options_.max_states && result_.states.size() > *options_.max_states)
      result_.stop = Stop::max_states;
    if (result_.stop != Stop::exhausted) result_.unexpanded = fresh;
  }

  void expand(std::size_t index, std::uint64_t& generated, std::vector<std::uint64_t>& fired) {
    const Cells state = result_.states[index];
    const auto holds = [&](std::size_t i) { return observer_->judge(state, i).holds; };
    each_checked(PropertyKind::always, [&](std::size_t i) {
      if (!holds(i)) violators_[i].push_back(index);
    });
    if (result_.levels.size() == 1)
      each_checked(PropertyKind::initially, [&](std::size_t i) {
        if (!holds(i)) violators_[i].push_back(index);
      });
    each_checked(PropertyKind::reachable, [&](std::size_t i) {
      if (!result_.properties[i].depth && holds(i))
        result_.properties[i].depth = result_.levels.size();
    });

    Observer::Unfollowed left_out;
    const auto successors = observer_->successors(state, &left_out);
    generated += successors.size();
    std::vector<Edge>& edges = result_.edges.emplace_back();
    for (const Observer::Successor& next : successors) {
      edges.push_back({next.label, index_of(next.state)});
      ++fired[action_of(next.label)];
    }
    each_checked(PropertyKind::step, [&](std::size_t i) {
      for (const Edge& edge : edges)
        if (breaks(index, edge, i)) return violators_[i].push_back(index);
    });
    if (left_out.range_errors != 0)
      each_checked(PropertyKind::type_ok, [&](std::size_t i) { violators_[i].push_back(index); });
    if (successors.empty() && left_out.range_errors == 0)
      each_checked(PropertyKind::deadlock_free, [&](std::size_t i) {
        if (holds(i)) return;
        if (left_out.cut)
          ++result_.properties[i].cut;
        else
          violators_[i].push_back(index);
      });
  }

  /// A step that changes nothing breaks no step property.
  bool breaks(std::size_t from, const Edge& edge, std::size_t property) {
    return edge.to != from &&
           !observer_->judge_step(result_.states[from], result_.states[edge.to], property).holds;
  }

  void stop_at_violation() {
    result_.stop = Stop::violation;
    for (std::size_t i = 0; i < properties_.size(); ++i) {
      if (violators_[i].empty()) continue;
      const bool is_step = properties_[i].kind == PropertyKind::step;
      result_.properties[i].depth = result_.levels.size() + (is_step ? 1 : 0);
      if (!result_.shown) show(i, smallest(violators_[i]));
    }
  }

  std::size_t smallest(const std::vector<std::size_t>& states) const {
    return *std::min_element(states.begin(), states.end(), [&](std::size_t a, std::size_t b) {
      return model_.pack(result_.states[a]) < model_.pack(result_.states[b]);
    });
  }

  std::size_t level_of(std::size_t index) const {
    std::size_t level = 0;
    for (std::size_t end = result_.levels[0]; index >= end; end += result_.levels[level]) ++level;
    return level;
  }

  /// The path to a state, backwards by the smallest predecessor in the level before; for a step
  /// property one step more, to the smallest state that breaks it.
  void show(std::size_t property, std::size_t last) {
    result_.shown = property;
    std::vector<std::size_t> path{last};
    std::size_t end = 0;
    for (std::size_t level = 0; level < level_of(last); ++level) end += result_.levels[level];
    for (std::size_t level = level_of(last); level > 0; --level) {
      const std::size_t begin = end - result_.levels[level - 1];
      std::vector<std::size_t> predecessors;
      for (std::size_t i = begin; i < end; ++i)
        for (const Edge& edge : result_.edges[i])
          if (edge.to == path.back()) predecessors.push_back(i);
      path.push_back(smallest(predecessors));
      end = begin;
    }
    std::reverse(path.begin(), path.end());
    if (properties_[property].kind == PropertyKind::step) {
      std::vector<std::size_t> broken;
      for (const Edge& edge : result_.edges[last])
        if (breaks(last, edge, property)) broken.push_back(edge.to);
      path.push_back(smallest(broken));
    }
    for (std::size_t i = 0; i < path.size(); ++i) {
      result_.path.push_back(result_.states[path[i]]);
      if (i > 0) result_.labels.push_back(first_label(path[i - 1], path[i]));
    }
  }

  std::uint32_t first_label(std::size_t from, std::size_t to) const {
    std::uint32_t first = ~std::uint32_t{0};
    for (const Edge& edge : result_.edges[from])
      if (edge.to == to) first = std::min(first, edge.label);
    return first;
  }

  /// The least fixpoint, naively: the states where the property holds, and again and again every
  /// state with a step to one of them, until no state is added.
  void judge_possible() {
    each_checked(PropertyKind::always_possible, [&](std::size_t property) {
      std::vector<bool> can(result_.states.size());
      for (std::size_t i = 0; i < can.size(); ++i)
        can[i] = observer_->judge(result_.states[i], property).holds;
      for (bool changed = true; changed;) {
        changed = false;
        for (std::size_t i = 0; i < can.size(); ++i) {
          for (const Edge& edge : result_.edges[i]) {
            if (can[i] || !can[edge.to]) continue;
            can[i] = true;
            changed = true;
          }
        }
      }
      // Elsewhere nothing is claimed.
      const auto from = std::find_if(
          properties_.begin(), properties_.end(),
          [&](const PropertyInfo& info) { return info.name == properties_[property].from; });
      for (std::size_t i = 0; i < can.size() && from != properties_.end(); ++i)
        if (!observer_->judge(result_.states[i], from - properties_.begin()).holds) can[i] = true;
      note_stuck(property, can);
    });
  }

  void note_stuck(std::size_t property, const std::vector<bool>& can) {
    const auto first = std::find(can.begin(), can.end(), false);
    if (first == can.end()) return;
    // States lie level by level, so the first stuck one is in the shallowest level that has any.
    const std::size_t level = level_of(static_cast<std::size_t>(first - can.begin()));
    std::vector<std::size_t>& stuck = violators_[property];
    for (std::size_t i = 0; i < can.size(); ++i)
      if (!can[i] && level_of(i) == level) stuck.push_back(i);
    result_.properties[property].depth = level + 1;
    if (!result_.shown) show(property, smallest(stuck));
  }

  void conclude() {
    result_.depth = result_.levels.size();
    for (const std::uint64_t states : result_.levels) result_.distinct += states;
    for (std::size_t i = 0; i < properties_.size(); ++i) result_.properties[i].verdict = verdict(i);
    for (std::size_t i = 0; i < properties_.size(); ++i)
      for (const std::string& witness : properties_[i].witnesses)
        if (result_.properties[i].verdict == PropertyVerdict::holds && unreachable(witness))
          result_.properties[i].verdict = PropertyVerdict::vacuous;
    if (result_.stop == Stop::exhausted)
      for (std::size_t i = 0; i < result_.fired.size(); ++i)
        if (result_.fired[i] == 0 && observer_->actions()[i].applies)
          result_.dead_actions.push_back(observer_->actions()[i].name);
    show_witness();
  }

  PropertyVerdict verdict(std::size_t i) const {
    const bool is_witness = properties_[i].kind == PropertyKind::reachable;
    if ((options_.properties >> i & 1) == 0 || !is_searched(properties_[i].kind))
      return PropertyVerdict::not_checked;
    if (!properties_[i].applies) return PropertyVerdict::not_applicable;
    if (!violators_[i].empty()) return PropertyVerdict::violated;
    if (is_witness && result_.properties[i].depth) return PropertyVerdict::holds;
    if (properties_[i].kind == PropertyKind::initially && result_.levels.size() > 1)
      return PropertyVerdict::holds;
    if (result_.stop != Stop::exhausted) return PropertyVerdict::incomplete;
    if (properties_[i].kind == PropertyKind::deadlock_free &&
        result_.properties[i].cut == result_.distinct)
      return PropertyVerdict::incomplete;
    return is_witness ? PropertyVerdict::violated : PropertyVerdict::holds;
  }

  bool unreachable(const std::string& witness) const {
    for (std::size_t i = 0; i < properties_.size(); ++i)
      if (properties_[i].name == witness &&
          result_.properties[i].verdict == PropertyVerdict::violated)
        return true;
    return false;
  }

  /// Nothing is violated: the way to the witness that was asked for.
  void show_witness() {
    if (result_.shown || !options_.witness || !checked(*options_.witness) ||
        !result_.properties[*options_.witness].depth)
      return;
    const std::size_t level = *result_.properties[*options_.witness].depth - 1;
    std::vector<std::size_t> witnesses;
    for (std::size_t i = 0; i < result_.distinct; ++i)
      if (level_of(i) == level && observer_->judge(result_.states[i], *options_.witness).holds)
        witnesses.push_back(i);
    show(*options_.witness, smallest(witnesses));
  }

  const ModelInstance& model_;
  const SearchOptions& options_;
  std::unique_ptr<Observer> observer_;
  const std::vector<PropertyInfo>& properties_;
  std::map<Cells, std::size_t> index_;
  std::vector<std::vector<std::size_t>> violators_;  ///< by property
  ReferenceResult result_;
};

}  // namespace

ReferenceResult reference_check(const ModelInstance& model, const SearchOptions& options) {
  return ReferenceChecker(model, options).run();
}

}  // namespace synod::test
