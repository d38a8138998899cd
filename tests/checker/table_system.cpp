#include "tests/checker/table_system.hpp"

#include <fmt/format.h>
#include <utility>

#include <algorithm>
#include <map>
#include <set>

namespace synod::test {

bool Table::is_cut(std::size_t state, std::uint32_t label) const {
  return std::find(cut[state].begin(), cut[state].end(), label) != cut[state].end();
}

std::vector<Table::Step> Table::real_steps(std::size_t state) const {
  std::vector<Step> result;
  for (const Step& step : steps[state])
    if (step.to != state && !is_cut(state, step.label)) result.push_back(step);
  return result;
}

StepGroups Table::enabled(std::size_t state) const {
  StepGroups result = 0;
  for (const Step& step : real_steps(state)) result |= groups[state][step.label];
  for (const std::uint32_t label : cut[state]) result |= groups[state][label];
  return result;
}

Table random_table(const TableShape& shape, std::mt19937_64& random) {
  const auto below = [&](std::size_t bound) { return static_cast<std::size_t>(random() % bound); };
  Table table;
  table.labels = shape.labels;
  const std::size_t initial = 1 + below(std::min<std::size_t>(shape.states, 3));
  for (std::size_t i = 0; i < initial; ++i) {
    const std::size_t state = below(shape.states);
    if (std::find(table.initial.begin(), table.initial.end(), state) == table.initial.end())
      table.initial.push_back(state);
  }
  std::vector<StepGroups> of_label(shape.labels);
  const auto some_groups = [&] {
    StepGroups groups = 0;
    for (StepGroups left = shape.groups; left != 0; left &= left - 1)
      if (below(shape.label_odds) == 0) groups |= left & -left;
    return groups;
  };
  for (StepGroups& groups : of_label) groups = some_groups();
  for (std::size_t state = 0; state < shape.states; ++state) {
    std::map<std::uint32_t, std::size_t> steps;
    const auto some_label = [&] { return static_cast<std::uint32_t>(below(shape.labels)); };
    if (shape.ring) steps[some_label()] = (state + 1) % shape.states;
    for (std::size_t more = std::max(below(4), shape.least); more > 0 && steps.size() < shape.most;
         --more)
      steps.emplace(some_label(), below(shape.states));
    table.steps.emplace_back();
    for (const auto& [label, to] : steps) table.steps.back().push_back({label, to});
    table.cut.emplace_back();
    if (shape.cuts && below(5) == 0) table.cut.back().push_back(some_label());
    table.holds.push_back(random());
    table.groups.push_back(of_label);
    if (!shape.of_labels)
      for (StepGroups& groups : table.groups.back()) groups = some_groups();
  }
  return table;
}

Table chain(const std::vector<Table>& tables) {
  Table all;
  // One label more than any of them has, for what leads from one to the next.
  for (const Table& table : tables) all.labels = std::max(all.labels, table.labels + 1);
  for (std::size_t i = 0; i < tables.size(); ++i) {
    const Table& table = tables[i];
    const std::size_t first = all.size();
    if (i == 0) all.initial = table.initial;
    for (std::size_t state = 0; state < table.size(); ++state) {
      all.steps.emplace_back();
      for (const Table::Step& step : table.steps[state])
        all.steps.back().push_back({step.label, first + step.to});
      if (i + 1 < tables.size())
        all.steps.back().push_back(
            {all.labels - 1, first + table.size() + tables[i + 1].initial.front()});
      all.cut.push_back(table.cut[state]);
      all.holds.push_back(table.holds[state]);
      all.groups.push_back(table.groups[state]);
      all.groups.back().resize(all.labels);
    }
  }
  return all;
}

namespace {

class TableExplorer final : public Explorer {
 public:
  explicit TableExplorer(const Table& table) : table_(table) {}

  std::vector<std::uint64_t> initial() override {
    std::vector<std::uint64_t> words;
    for (const std::size_t state : table_.initial) put(state, words);
    return words;
  }

  void expand(const std::uint64_t* states, std::size_t count, PropertySet wanted, bool with_labels,
              Expansion& out) override {
    Listener* const listener = std::exchange(out, {}).listener;
    out.listener = listener;
    out.fired.assign(1, 0);
    for (std::size_t i = 0; i < count; ++i) {
      const std::size_t state = TableSystem::number(states + 2 * i);
      for (const Table::Step& step : table_.steps[state]) {
        put(step.to, out.successors);
        if (with_labels) out.labels.push_back(step.label);
      }
      out.fired[0] += table_.steps[state].size();
      out.holds.push_back(table_.holds[state] & wanted);
      out.violated.push_back(0);
      if (!table_.cut[state].empty()) add_cut(out.cuts, "bound", table_.cut[state].size());
      if (with_labels)
        out.cut_labels.insert(out.cut_labels.end(), table_.cut[state].begin(),
                              table_.cut[state].end());
      out.cut_ends.push_back(out.cut_labels.size());
    }
    // Now that the successors stay where they are.
    for (std::size_t i = 0; i < count; ++i)
      out.end_state(states + 2 * i, table_.steps[TableSystem::number(states + 2 * i)].size(), 2);
  }

  PropertySet holds(const std::uint64_t* state, PropertySet wanted) override {
    return table_.holds[TableSystem::number(state)] & wanted;
  }
  PropertySet violated(const std::uint64_t*, const std::uint64_t*, PropertySet) override {
    return 0;
  }

 private:
  static void put(std::size_t state, std::vector<std::uint64_t>& words) {
    words.push_back(state % 3);
    words.push_back(state);
  }

  const Table& table_;
};

}  // namespace

TableSystem::TableSystem(Table table) : table_(std::make_shared<const Table>(std::move(table))) {
  actions_.push_back({"Step"});
  for (std::size_t i = 0; i < max_properties; ++i)
    properties_.push_back({fmt::format("p{}", i), PropertyKind::named, "", {}});
}

std::unique_ptr<Explorer> TableSystem::explorer() const {
  return std::make_unique<TableExplorer>(*table_);
}

GroupsOfStep TableSystem::groups_of() const {
  return {[table = table_](const std::uint64_t* state, std::uint32_t label) {
    return table->groups[number(state)][label];
  }};
}

namespace {

using Bits = std::vector<bool>;

/// The product of a table and an automaton. A behaviour may stay anywhere for any time: that is a
/// step like any other here, in no group. So the automaton sees stuttering as it comes.
class Product {
 public:
  struct Edge {
    std::size_t from;
    std::size_t to;
    StepGroups groups;
    bool stays;
  };

  Product(const Table& table, const Automaton& automaton) : states_(table.size()) {
    const std::size_t size = automaton.states.size() * states_;
    const auto number = [&](std::size_t reader, std::size_t state) {
      return reader * states_ + state;
    };
    const auto reads = [&](std::size_t reader, std::size_t state) {
      return automaton.states[reader].reads(table.holds[state]);
    };
    accepting.resize(size);
    enabled.resize(size);
    reached.resize(size);
    out_.resize(size);
    std::vector<std::size_t> stack;
    const auto reach = [&](std::size_t node) {
      if (!reached[node]) stack.push_back(node);
      reached[node] = true;
    };
    for (const std::size_t state : table.initial)
      for (const std::size_t reader : automaton.initial)
        if (reads(reader, state)) reach(number(reader, state));
    while (!stack.empty()) {
      const std::size_t node = stack.back();
      stack.pop_back();
      const std::size_t state = state_of(node);
      accepting[node] = automaton.states[node / states_].accepting;
      enabled[node] = table.enabled(state);
      const auto add = [&](std::size_t to, StepGroups groups, bool stays) {
        for (const std::size_t reader : automaton.states[node / states_].successors) {
          if (!reads(reader, to)) continue;
          out_[node].push_back(edges.size());
          edges.push_back({node, number(reader, to), groups, stays});
          reach(number(reader, to));
        }
      };
      add(state, 0, true);
      for (const Table::Step& step : table.real_steps(state))
        add(step.to, table.groups[state][step.label], false);
    }
  }

  std::size_t size() const { return reached.size(); }
  std::size_t state_of(std::size_t node) const { return node % states_; }

  /// The strongly connected components of the nodes and edges that are allowed, as the lists of
  /// their edges; S. R. Kosaraju's two walks, the second one backwards.
  std::vector<std::vector<std::size_t>> components(const Bits& nodes, const Bits& allowed) const {
    std::vector<std::vector<std::size_t>> in(size());
    for (std::size_t e = 0; e < edges.size(); ++e)
      if (is_inside(e, nodes, allowed)) in[edges[e].to].push_back(e);
    std::vector<std::size_t> finished;
    Bits seen(size());
    for (std::size_t root = 0; root < size(); ++root) {
      if (!nodes[root] || seen[root]) continue;
      std::vector<std::pair<std::size_t, std::size_t>> path{{root, 0}};
      seen[root] = true;
      while (!path.empty()) {
        auto& [node, next] = path.back();
        if (next == out_[node].size()) {
          finished.push_back(node);
          path.pop_back();
          continue;
        }
        const std::size_t e = out_[node][next++];
        if (!is_inside(e, nodes, allowed) || seen[edges[e].to]) continue;
        seen[edges[e].to] = true;
        path.emplace_back(edges[e].to, 0);
      }
    }
    std::vector<std::size_t> component(size(), size());
    for (std::size_t i = finished.size(); i-- > 0;) {
      if (component[finished[i]] != size()) continue;
      std::vector<std::size_t> stack{finished[i]};
      component[finished[i]] = i;
      while (!stack.empty()) {
        const std::size_t node = stack.back();
        stack.pop_back();
        for (const std::size_t e : in[node]) {
          if (component[edges[e].from] != size()) continue;
          component[edges[e].from] = i;
          stack.push_back(edges[e].from);
        }
      }
    }
    std::map<std::size_t, std::vector<std::size_t>> inside;
    for (std::size_t e = 0; e < edges.size(); ++e)
      if (is_inside(e, nodes, allowed) && component[edges[e].from] == component[edges[e].to])
        inside[component[edges[e].from]].push_back(e);
    std::vector<std::vector<std::size_t>> result;
    for (auto& [ignored, list] : inside) result.push_back(std::move(list));
    return result;
  }

  /// Whether a loop of exactly these edges accepts and is fair, by the definitions.
  bool is_fair_loop(const std::vector<std::size_t>& loop, std::uint64_t acceptance,
                    const Assumed& assumed) const {
    std::uint64_t accepted = 0;
    StepGroups taken = 0;
    StepGroups once_enabled = 0;
    StepGroups always_enabled = ~StepGroups{0};
    for (const std::size_t e : loop) {
      accepted |= accepting[edges[e].from];
      taken |= edges[e].groups;
      once_enabled |= enabled[edges[e].from];
      always_enabled &= enabled[edges[e].from];
    }
    if ((accepted & acceptance) != acceptance) return false;
    for (unsigned g = 0; g < 64; ++g) {
      const auto has = [g](StepGroups set) { return (set >> g & 1) != 0; };
      if (has(assumed.weak) && has(always_enabled) && !has(taken)) return false;
      if (has(assumed.strong) && has(once_enabled) && !has(taken)) return false;
      if (has(assumed.finite) && has(taken)) return false;
    }
    return true;
  }

  std::vector<Edge> edges;
  std::vector<std::uint64_t> accepting;
  std::vector<StepGroups> enabled;
  Bits reached;

 private:
  bool is_inside(std::size_t e, const Bits& nodes, const Bits& allowed) const {
    return allowed[e] && nodes[edges[e].from] && nodes[edges[e].to];
  }

  std::size_t states_;
  std::vector<std::vector<std::size_t>> out_;
};

std::uint64_t all_sets(const Automaton& automaton) {
  std::uint64_t all = 0;
  for (unsigned i = 0; i < automaton.acceptance_sets; ++i) all |= std::uint64_t{1} << i;
  return all;
}

/// Groups that no step and no state of the table tells apart, as one set each.
std::vector<StepGroups> kinds_of_groups(const Table& table, StepGroups groups) {
  std::map<Bits, StepGroups> kinds;
  for (StepGroups left = groups; left != 0; left &= left - 1) {
    const StepGroups group = left & -left;
    Bits where;
    for (const std::vector<StepGroups>& of_state : table.groups)
      for (const StepGroups of_step : of_state) where.push_back((of_step & group) != 0);
    kinds[where] |= group;
  }
  std::vector<StepGroups> result;
  for (const auto& [ignored, kind] : kinds) result.push_back(kind);
  return result;
}

}  // namespace

namespace {

/// The readers that are on some accepting cycle of the automaton, whatever it reads.
Bits on_accepting_cycles(const Automaton& automaton) {
  const std::size_t size = automaton.states.size();
  std::vector<Bits> leads(size, Bits(size));
  for (std::size_t q = 0; q < size; ++q)
    for (const std::uint32_t to : automaton.states[q].successors) leads[q][to] = true;
  for (std::size_t by = 0; by < size; ++by)
    for (std::size_t q = 0; q < size; ++q)
      for (std::size_t to = 0; leads[q][by] && to < size; ++to)
        if (leads[by][to]) leads[q][to] = true;
  Bits result(size);
  for (std::size_t q = 0; q < size; ++q) {
    if (!leads[q][q]) continue;
    std::uint64_t accepting = 0;
    for (std::size_t r = 0; r < size; ++r)
      if (leads[q][r] && leads[r][q]) accepting |= automaton.states[r].accepting;
    result[q] = (accepting & all_sets(automaton)) == all_sets(automaton);
  }
  return result;
}

/// Whether bounds cut off steps from a state that need not cease: for each of the sets of groups
/// that are finite, one that is in none of it.
bool is_open(const Table& table, std::size_t state, const std::vector<StepGroups>& finite) {
  const std::vector<std::uint32_t>& cut = table.cut[state];
  return !cut.empty() && std::all_of(finite.begin(), finite.end(), [&](StepGroups groups) {
    return std::any_of(cut.begin(), cut.end(), [&](std::uint32_t label) {
      return (table.groups[state][label] & groups) == 0;
    });
  });
}

/// The states at which what bounds cut off leaves it open whether the automaton accepts: one of its
/// runs comes there by steps, and may go round, perhaps after it has stayed there.
std::uint64_t count_open(const Table& table, const Automaton& automaton, const Assumed& assumed) {
  const Bits goes_round = on_accepting_cycles(automaton);
  using Node = std::pair<std::size_t, std::size_t>;  // reader, state
  const auto closed = [&](std::set<Node> nodes, bool stays) {
    std::vector<Node> left(nodes.begin(), nodes.end());
    while (!left.empty()) {
      const auto [reader, state] = left.back();
      left.pop_back();
      std::vector<std::size_t> states;
      if (stays) states.push_back(state);
      if (!stays)
        for (const Table::Step& step : table.real_steps(state)) states.push_back(step.to);
      for (const std::size_t to : states)
        for (const std::size_t next : automaton.states[reader].successors)
          if (automaton.states[next].reads(table.holds[to]) && nodes.insert({next, to}).second)
            left.emplace_back(next, to);
    }
    return nodes;
  };
  std::set<Node> first;
  for (const std::size_t state : table.initial)
    for (const std::size_t reader : automaton.initial)
      if (automaton.states[reader].reads(table.holds[state])) first.insert({reader, state});
  std::set<std::size_t> open;
  for (const auto& [reader, state] : closed(closed(first, false), true))
    if (goes_round[reader] && is_open(table, state, assumed.finite_sets)) open.insert(state);
  return open.size();
}

}  // namespace

TableTruth fair_behaviour(const Table& table, const Automaton& automaton, const Assumed& assumed) {
  const Product product(table, automaton);
  TableTruth truth;
  truth.cut = count_open(table, automaton, assumed);

  Bits usable(product.edges.size());
  for (std::size_t e = 0; e < usable.size(); ++e)
    usable[e] = (product.edges[e].groups & assumed.finite) == 0;
  const std::uint64_t acceptance = all_sets(automaton);
  const std::vector<StepGroups> kinds = kinds_of_groups(table, assumed.strong);
  for (std::size_t choice = 0; choice < std::size_t{1} << kinds.size(); ++choice) {
    StepGroups avoided = 0;
    for (std::size_t k = 0; k < kinds.size(); ++k)
      if ((choice >> k & 1) != 0) avoided |= kinds[k];
    Bits nodes = product.reached;
    for (std::size_t node = 0; node < product.size(); ++node)
      if ((product.enabled[node] & avoided) != 0) nodes[node] = false;
    for (const std::vector<std::size_t>& loop : product.components(nodes, usable)) {
      if (!product.is_fair_loop(loop, acceptance, assumed)) continue;
      truth.exists = true;
      truth.at_once = truth.at_once || choice == 0;
    }
    if (truth.exists) break;
  }
  Bits staying(product.edges.size());
  for (std::size_t e = 0; e < staying.size(); ++e) staying[e] = product.edges[e].stays;
  for (const std::vector<std::size_t>& loop : product.components(product.reached, staying))
    truth.by_staying = truth.by_staying || product.is_fair_loop(loop, acceptance, assumed);
  return truth;
}

std::optional<bool> fair_behaviour_by_sets_of_edges(const Table& table, const Automaton& automaton,
                                                    const Assumed& assumed,
                                                    std::size_t most_edges) {
  const Product product(table, automaton);
  const std::uint64_t acceptance = all_sets(automaton);
  const auto components = product.components(product.reached, Bits(product.edges.size(), true));
  for (const std::vector<std::size_t>& component : components)
    if (component.size() > most_edges) return std::nullopt;
  for (const std::vector<std::size_t>& component : components) {
    for (std::size_t choice = 1; choice < std::size_t{1} << component.size(); ++choice) {
      Bits chosen(product.edges.size());
      std::vector<std::size_t> loop;
      for (std::size_t k = 0; k < component.size(); ++k) {
        if ((choice >> k & 1) == 0) continue;
        chosen[component[k]] = true;
        loop.push_back(component[k]);
      }
      if (!product.is_fair_loop(loop, acceptance, assumed)) continue;
      // A behaviour can take exactly these for ever if they hang together.
      const auto parts = product.components(product.reached, chosen);
      if (parts.size() == 1 && parts[0].size() == loop.size()) return true;
    }
  }
  return false;
}

std::string fault(const Table& table, const TableLasso& lasso, const Assumed& assumed) {
  const bool stays = lasso.labels.size() < lasso.states.size();
  if (lasso.states.empty()) return "no state";
  if (lasso.labels.size() + (stays ? 1 : 0) != lasso.states.size()) return "number of labels";
  if (lasso.loop >= lasso.states.size()) return "loop";
  if (stays && lasso.loop + 1 != lasso.states.size()) return "stays in another state than the last";
  if (std::find(table.initial.begin(), table.initial.end(), lasso.states[0]) == table.initial.end())
    return "not an initial state";
  StepGroups taken = 0;
  for (std::size_t i = 0; i < lasso.labels.size(); ++i) {
    const std::size_t from = lasso.states[i];
    const std::size_t to = lasso.states[i + 1 < lasso.states.size() ? i + 1 : lasso.loop];
    bool found = false;
    for (const Table::Step& step : table.real_steps(from))
      found = found || (step.label == lasso.labels[i] && step.to == to);
    if (!found) return fmt::format("no step {} from {} to {}", lasso.labels[i], from, to);
    if (i >= lasso.loop) taken |= table.groups[from][lasso.labels[i]];
  }
  for (unsigned g = 0; g < 64; ++g) {
    const auto has = [g](StepGroups set) { return (set >> g & 1) != 0; };
    bool once = false;
    bool always = true;
    for (std::size_t i = lasso.loop; i < lasso.states.size(); ++i) {
      once = once || has(table.enabled(lasso.states[i]));
      always = always && has(table.enabled(lasso.states[i]));
    }
    if (has(assumed.weak) && always && !has(taken)) return fmt::format("not weakly fair to {}", g);
    if (has(assumed.strong) && once && !has(taken))
      return fmt::format("not strongly fair to {}", g);
    if (has(assumed.finite) && has(taken)) return fmt::format("takes {} for ever", g);
  }
  return "";
}

TableLasso random_lasso(const Table& table, std::mt19937_64& random) {
  TableLasso lasso;
  lasso.states.push_back(table.initial[random() % table.initial.size()]);
  while (true) {
    const std::vector<Table::Step> steps = table.real_steps(lasso.states.back());
    if (steps.empty() || random() % 16 == 0) break;
    const Table::Step& step = steps[random() % steps.size()];
    lasso.labels.push_back(step.label);
    const auto before = std::find(lasso.states.begin(), lasso.states.end(), step.to);
    if (before != lasso.states.end() && (random() % 2 == 0 || lasso.states.size() > 20)) {
      lasso.loop = static_cast<std::size_t>(before - lasso.states.begin());
      return lasso;
    }
    lasso.states.push_back(step.to);
  }
  lasso.loop = lasso.states.size() - 1;
  return lasso;
}

namespace {

void extend(const Table& table, std::size_t most_states, TableLasso& lasso,
            std::vector<TableLasso>& all) {
  lasso.loop = lasso.states.size() - 1;
  all.push_back(lasso);
  for (const Table::Step& step : table.real_steps(lasso.states.back())) {
    lasso.labels.push_back(step.label);
    for (std::size_t loop = 0; loop < lasso.states.size(); ++loop) {
      if (lasso.states[loop] != step.to) continue;
      lasso.loop = loop;
      all.push_back(lasso);
    }
    if (lasso.states.size() < most_states) {
      lasso.states.push_back(step.to);
      extend(table, most_states, lasso, all);
      lasso.states.pop_back();
    }
    lasso.labels.pop_back();
  }
}

}  // namespace

std::vector<TableLasso> all_lassos(const Table& table, std::size_t most_states) {
  std::vector<TableLasso> all;
  for (const std::size_t state : table.initial) {
    TableLasso lasso{{state}, {}, 0};
    extend(table, most_states, lasso, all);
  }
  return all;
}

}  // namespace synod::test
