#include "checker/partial_order/stubborn_set.hpp"

#include <bit>
#include <utility>

namespace synod {

void LabelSet::add(const LabelSet& others, std::vector<std::uint32_t>& added) {
  for (std::size_t i = 0; i < words_.size(); ++i) {
    std::uint64_t fresh = others.words_[i] & ~words_[i];
    words_[i] |= fresh;
    for (; fresh != 0; fresh &= fresh - 1)
      added.push_back(static_cast<std::uint32_t>(64 * i) +
                      static_cast<std::uint32_t>(std::countr_zero(fresh)));
  }
}

std::size_t LabelSet::common(const LabelSet& others) const {
  std::size_t count = 0;
  for (std::size_t i = 0; i < words_.size(); ++i)
    count += static_cast<std::size_t>(std::popcount(words_[i] & others.words_[i]));
  return count;
}

StubbornSets::StubbornSets(const Facts& facts, std::vector<std::size_t> actions)
    : actions_(std::move(actions)) {
  const auto& instances = facts.instances;
  const auto select = [&](const auto& wanted) {
    LabelSet set(instances.size());
    for (std::uint32_t i = 0; i < instances.size(); ++i)
      if (wanted(instances[i])) set.insert(i);
    return set;
  };
  const auto writers = [&](const Mask& reads) {
    return select([&](const InstanceFacts& other) { return meet(other.writes, reads); });
  };
  for (std::uint32_t i = 0; i < instances.size(); ++i) {
    const InstanceFacts& own = instances[i];
    Rows& rows = rows_.emplace_back();
    rows.dependent = select([&](const InstanceFacts& other) { return dependent(own, other); });
    rows.dependent.insert(i);
    rows.absent = writers(own.between);
    rows.disabled = writers(own.reads);
    for (const Mask& guard : own.guards) {
      rows.refused.push_back(writers(guard));
      rows.refused.back().add(rows.absent);
    }
  }
  for (const Mask& claim : facts.claims) claims_.push_back(writers(claim));
}

const LabelSet& StubbornSets::enablers(std::uint32_t label, std::uint8_t refusal) const {
  const Rows& rows = rows_[label];
  if (refusal == Expansion::no_refusal) return rows.absent;
  const bool known = refusal < most_passed && refusal < rows.refused.size();
  return known ? rows.refused[refusal] : rows.disabled;
}

const LabelSet& StubbornSets::choose(const State& state, const Questions& questions,
                                     Scratch& scratch) const {
  LabelSet& chosen = scratch.chosen;
  chosen.clear();
  scratch.added.clear();
  add_questions(state, questions, scratch);
  close(chosen, state, scratch.added);
  if (!questions.deadlocks || chosen.common(*state.enabled) != 0) return chosen;
  // Nothing that is asked for calls for a step: any will do.
  const LabelSet asked = chosen;
  std::size_t fewest = state.count + 1;
  for (std::size_t i = 0; i < state.count && fewest > 1; ++i) {
    scratch.trial = asked;
    scratch.trial.insert(state.labels[i]);
    scratch.added.assign(1, state.labels[i]);
    close(scratch.trial, state, scratch.added);
    const std::size_t enabled = scratch.trial.common(*state.enabled);
    if (enabled >= fewest) continue;
    fewest = enabled;
    std::swap(chosen, scratch.trial);
  }
  return chosen;
}

/// What has to be in the set for each question.
void StubbornSets::add_questions(const State& state, const Questions& questions,
                                 Scratch& scratch) const {
  for (PropertySet left = questions.claims; left != 0; left &= left - 1)
    scratch.chosen.add(claims_[static_cast<std::size_t>(std::countr_zero(left))], scratch.added);
  scratch.fires.assign(questions.not_fired.size(), false);
  for (std::size_t i = 0; i < state.count; ++i) scratch.fires[actions_[state.labels[i]]] = true;
  for (std::uint32_t label = 0; label < rows_.size(); ++label)
    if (questions.not_fired[actions_[label]] && !scratch.fires[actions_[label]])
      scratch.chosen.add(enablers(label, state.refusals[label]), scratch.added);
}

/// Adds what has to be in a set that has what was added to it.
void StubbornSets::close(LabelSet& set, const State& state,
                         std::vector<std::uint32_t>& added) const {
  while (!added.empty()) {
    const std::uint32_t label = added.back();
    added.pop_back();
    set.add(state.enabled->contains(label) ? rows_[label].dependent
                                           : enablers(label, state.refusals[label]),
            added);
  }
}

}  // namespace synod
