#include "checker/partial_order/facts.hpp"

#include <algorithm>
#include <random>

namespace synod {
namespace {

/// The initial states, and those of random runs.
std::vector<Cells> reachable_samples(Observer& observer, int runs, std::mt19937_64& random) {
  constexpr int steps = 24;
  const std::vector<Cells> begins = observer.initial();
  std::vector<Cells> states = begins;
  for (int run = 0; run < runs; ++run) {
    Cells state = begins[random() % begins.size()];
    for (int step = 0; step < steps; ++step) {
      auto next = observer.successors(state, nullptr);
      if (next.empty()) break;
      state = std::move(next[random() % next.size()].state);
      states.push_back(state);
    }
  }
  return states;
}

/// States that were reached, and states in which some variables are as in one of these and the
/// others as in another or in a random one.
std::vector<Cells> mixed_samples(const std::vector<VariableInfo>& variables,
                                 const std::vector<Cells>& reached, int count,
                                 std::mt19937_64& random) {
  std::vector<Cells> mixed = reached;
  for (int i = 0; i < count; ++i) {
    Cells state = reached[random() % reached.size()];
    const Cells other =
        i % 2 == 0 ? reached[random() % reached.size()] : random_cells(variables, random);
    for (const VariableInfo& variable : variables) {
      if (random() % 3 != 0) continue;
      const auto first = static_cast<std::ptrdiff_t>(variable.first_cell);
      std::copy_n(other.begin() + first, variable.cells, state.begin() + first);
    }
    mixed.push_back(std::move(state));
  }
  return mixed;
}

/// What judging reads; nothing of a random state of which it can make no sense.
template <class Judge>
Footprint footprint_of(const Judge& judge) {
  try {
    return judge().footprint;
  } catch (const RangeError&) {
    return {};
  }
}

/// What a claim's predicate reads to judge a state or, of a step, the two at its ends.
Footprint claim_footprint(Observer& observer, const std::vector<Cells>& states, std::size_t claim) {
  Footprint sum;
  const PropertyKind kind = observer.properties()[claim].kind;
  const auto add = [&](const auto& judge) { sum.merge(footprint_of(judge)); };
  for (std::size_t i = 0; i < states.size(); ++i) {
    if (is_state_predicate(kind)) add([&] { return observer.judge(states[i], claim); });
    if (kind != PropertyKind::step) continue;
    add([&] { return observer.judge_step(states[i], states[i], claim); });
    add([&] { return observer.judge_step(states[i], states[(i + 1) % states.size()], claim); });
  }
  return sum;
}

}  // namespace

Mask packed_mask(const ModelInstance& model, const std::vector<std::uint64_t>& cells) {
  Mask mask(model.words());
  for (std::size_t i = 0; i < cells.size(); ++i)
    mask[model.places()[i].word] |= (cells[i] & low_bits(model.cell_bits()[i]))
                                    << model.places()[i].shift;
  return mask;
}

Facts find_facts(const ModelInstance& model) {
  constexpr std::size_t random_states = 100;
  const auto observer = model.observer();
  std::mt19937_64 random(1);
  const std::vector<VariableInfo>& variables = observer->variables();
  std::vector<Cells> states =
      mixed_samples(variables, reachable_samples(*observer, 6, random), 300, random);
  Facts facts;
  for (const ActionInfo& action : observer->actions())
    for (std::uint32_t i = 0; i < action.labels; ++i) {
      const PartFootprints found =
          observer->footprint(action.first_label + i, states, random_states, 1);
      InstanceFacts& instance = facts.instances.emplace_back();
      for (const Footprint& guard : found.guards)
        instance.guards.push_back(packed_mask(model, guard.reads));
      instance.between = packed_mask(model, found.between.reads);
      instance.reads = packed_mask(model, found.whole.reads);
      instance.writes = packed_mask(model, found.whole.writes);
    }
  // Claims look at more, and are quick to judge.
  states = mixed_samples(variables, reachable_samples(*observer, 40, random), 4000, random);
  for (std::size_t claim = 0; claim < observer->properties().size(); ++claim)
    facts.claims.push_back(packed_mask(model, claim_footprint(*observer, states, claim).reads));
  return facts;
}

}  // namespace synod
