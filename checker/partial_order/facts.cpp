#include "checker/partial_order/facts.hpp"

#include <algorithm>
#include <bit>
#include <random>
#include <span>

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

/// A state in which all members of a variable are alike: where that is asked, the answer is rarely
/// yes in other random states.
Cells uniform_cells(const std::vector<VariableInfo>& variables, std::mt19937_64& random) {
  Cells cells = random_cells(variables, random);
  for (const VariableInfo& variable : variables)
    if (variable.holds != Holds::message)
      std::fill_n(cells.begin() + static_cast<std::ptrdiff_t>(variable.first_cell), variable.cells,
                  cells[variable.first_cell]);
  return cells;
}

/// States that were reached, and states in which some variables are as in one of these and the
/// others as in another, in a random or in a uniform one.
std::vector<Cells> mixed_samples(const std::vector<VariableInfo>& variables,
                                 const std::vector<Cells>& reached, int count,
                                 std::mt19937_64& random) {
  std::vector<Cells> mixed = reached;
  for (int i = 0; i < count; ++i) {
    Cells state = reached[random() % reached.size()];
    const Cells other = i % 3 == 0   ? reached[random() % reached.size()]
                        : i % 3 == 1 ? random_cells(variables, random)
                                     : uniform_cells(variables, random);
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
    WorkLimits::heed();
    add([&] { return observer.judge_step(states[i], states[(i + 1) % states.size()], claim); });
  }
  return sum;
}

/// What is looked at in several places of a variable is looked at one after the other, until it is
/// decided: elsewhere it may be any of them.
std::vector<std::uint64_t> widened(std::vector<std::uint64_t> cells,
                                   const std::vector<VariableInfo>& variables) {
  if (cells.empty()) return cells;  // nothing was read
  for (const VariableInfo& variable : variables) {
    const auto first = cells.begin() + static_cast<std::ptrdiff_t>(variable.first_cell);
    const std::span places(first, variable.cells);
    std::uint64_t any = 0;
    std::size_t touched = 0;
    for (const std::uint64_t place : places) {
      any |= place;
      touched += place != 0 ? 1 : 0;
    }
    if (touched == 0) continue;
    const bool one_member = variable.holds == Holds::set && std::popcount(any) == 1;
    const std::uint64_t each = one_member ? any : low_bits(variable.bits);
    for (std::uint64_t& place : places)
      if (touched > 1 || place != 0) place |= each;
  }
  return cells;
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
  const auto reads = [&](const Footprint& found) {
    return packed_mask(model, widened(found.reads, variables));
  };
  for (const ActionInfo& action : observer->actions())
    for (std::uint32_t i = 0; i < action.labels; ++i) {
      const PartFootprints found =
          observer->footprint(action.first_label + i, states, random_states, 1);
      InstanceFacts& instance = facts.instances.emplace_back();
      for (const Footprint& guard : found.guards) instance.guards.push_back(reads(guard));
      instance.between = reads(found.between);
      instance.reads = reads(found.whole);
      instance.writes = packed_mask(model, found.whole.writes);
    }
  // Claims look at more, and are quick to judge.
  states = mixed_samples(variables, reachable_samples(*observer, 40, random), 4000, random);
  for (std::size_t claim = 0; claim < observer->properties().size(); ++claim)
    facts.claims.push_back(reads(claim_footprint(*observer, states, claim)));
  return facts;
}

}  // namespace synod
