#include "checker/liveness/fair_run.hpp"

#include <algorithm>
#include <bit>
#include <map>
#include <numeric>
#include <unordered_map>

#include "checker/liveness/components.hpp"
#include "checker/liveness/parallel_components.hpp"
#include "checker/search/parallel.hpp"
#include "checker/vocabulary/memory.hpp"

namespace synod {
namespace {

using Index = StateGraph::Index;
using Marks = std::vector<std::atomic<std::uint8_t>>;

/// A state of the automaton and a state of the model, read together.
struct Node {
  std::uint32_t reader;
  Index state;
};

class Emptiness {
 public:
  Emptiness(const TransitionSystem& system, const StateGraph& graph, const FairRunRequest& request)
      : system_(system),
        graph_(graph),
        request_(request),
        automaton_(request.automaton),
        acceptance_(low_bits(automaton_.acceptance_sets)),
        fair_(request.weakly | request.strongly) {
    find_cyclic_readers();
  }

  /// Throws GraphTooLarge when it needs more memory than it may use.
  FairRun run() {
    FairRun result;
    take_memory(2 * nodes());
    targets_ = Marks(nodes());
    // Where a run may begin with any reader, hardly a node is out of reach, and whether one is
    // matters only for what is found.
    if (automaton_.initial.size() != automaton_.states.size() || graph_.any_cut()) {
      if (!reach()) return result;
      result.cut = count_cut();
    }
    const bool found = (mark_ends() && reaches_target()) || (!request_.stopped() && mark_cycles());
    if (request_.stopped()) return result;
    if (!found) {
      result.decided = true;
      return result;
    }
    result.lasso = lasso();
    result.decided = true;
    return result;
  }

 private:
  /// For what is allocated next, until the end.
  void take_memory(std::size_t bytes) {
    need_memory(bytes);
    used_ += bytes;
  }
  /// For what is allocated next and given back soon.
  void need_memory(std::size_t bytes) const {
    if (bytes > memory_left()) throw GraphTooLarge{};
  }
  std::size_t memory_left() const { return request_.memory - used_; }

  // The product of the automaton and the graph. A node's number is reader * graph_.size() + state.

  std::size_t nodes() const { return automaton_.states.size() * graph_.size(); }
  std::size_t number(Node node) const { return node.reader * graph_.size() + node.state; }
  Node node(std::size_t number) const {
    return {static_cast<std::uint32_t>(number / graph_.size()),
            static_cast<Index>(number % graph_.size())};
  }
  bool reads(std::uint32_t reader, Index state) const {
    return (request_.within == nullptr || (*request_.within)[state] != 0) &&
           reads(reader, graph_.holds(state));
  }
  bool reads(std::uint32_t reader, PropertySet holds) const {
    const Automaton::State& q = automaton_.states[reader];
    return (holds & q.needs) == q.needs && (holds & q.excludes) == 0;
  }
  const std::vector<std::uint32_t>& next_readers(std::uint32_t reader) const {
    return automaton_.states[reader].successors;
  }

  /// The automaton as it is left to readers that may read.
  struct Readers {
    Components parts;
    std::vector<bool> accepting;  ///< of a component: whether some cycle in it accepts
  };

  template <class MayRead>
  Readers readers_that(MayRead&& may_read) const {
    const auto size = static_cast<std::uint32_t>(automaton_.states.size());
    Readers result;
    result.parts = components(
        size, [&](std::uint32_t q) { return may_read(q) ? next_readers(q).size() : 0; },
        [&](std::uint32_t q, std::size_t k) {
          const std::uint32_t to = next_readers(q)[k];
          return may_read(to) ? to : Components::no_node;
        });
    const std::vector<std::uint32_t>& part = result.parts.of;
    std::vector<std::uint64_t> visited(result.parts.sizes.size());
    for (std::uint32_t q = 0; q < size; ++q) visited[part[q]] |= automaton_.states[q].accepting;
    result.accepting.resize(visited.size());
    for (std::uint32_t q = 0; q < size; ++q) {
      if (!may_read(q) || (visited[part[q]] & acceptance_) != acceptance_) continue;
      for (const std::uint32_t to : next_readers(q))
        if (may_read(to) && part[to] == part[q]) result.accepting[part[q]] = true;
    }
    return result;
  }

  /// Components of the automaton in which some cycle may accept: all that a lasso's loop can use.
  void find_cyclic_readers() {
    Readers all = readers_that([](std::uint32_t) { return true; });
    part_ = std::move(all.parts.of);
    for (const std::uint32_t part : part_) loops_.push_back(all.accepting[part]);
  }

  /// Runs body(worker, first, end) over 0..count-1 in parallel.
  template <class Body>
  void for_each_batch(std::size_t count, Body&& body) const {
    constexpr std::size_t batch = 1024;
    std::atomic<std::size_t> next{0};
    run_workers(count < 4 * batch ? 1 : request_.threads, [&](std::size_t worker) {
      for (std::size_t first; (first = next.fetch_add(batch)) < count;) {
        if (request_.stopped()) return;
        body(worker, first, std::min(first + batch, count));
      }
    });
  }

  /// Whether a run reaches one of the nodes that are marked. If none does, they are so no longer,
  /// and all that runs reach is known. Also false when stopped.
  bool reaches_target() {
    if (!reached_.empty()) return true;  // all that is marked is
    bool found = false;
    if (!reach(&found) || found) return found;
    for (std::atomic<std::uint8_t>& target : targets_) target.store(0, std::memory_order_relaxed);
    return false;
  }

  bool reached(std::size_t number, Node at) const {
    return reached_.empty() ? reads(at.reader, at.state)
                            : reached_[number].load(std::memory_order_relaxed) != 0;
  }

  /// Marks the nodes that some run reaches; up to the first target only, where that is asked for.
  /// False when stopped. Formulas cannot tell whether a behaviour stays in a state for a while, so
  /// only its end has to be looked at: mark_ends().
  bool reach(bool* target = nullptr) {
    reached_ = Marks(nodes());
    std::vector<std::size_t> frontier;
    for (const Index state : graph_.initial())
      for (const std::uint32_t reader : automaton_.initial)
        if (reads(reader, state) && reached_[number({reader, state})].exchange(1) == 0)
          frontier.push_back(number({reader, state}));
    while (!frontier.empty()) {
      if (target != nullptr && std::any_of(frontier.begin(), frontier.end(),
                                           [&](std::size_t i) { return is_target(i); })) {
        *target = true;
        return true;
      }
      std::vector<std::vector<std::size_t>> found(request_.threads);
      for_each_batch(frontier.size(), [&](std::size_t worker, std::size_t first, std::size_t end) {
        for (std::size_t i = first; i < end; ++i) add_unreached(node(frontier[i]), found[worker]);
      });
      if (request_.stopped()) return false;
      std::size_t count = 0;
      for (const std::vector<std::size_t>& part : found) count += part.size();
      need_memory(2 * count * sizeof(frontier[0]));
      frontier.clear();
      for (const std::vector<std::size_t>& part : found)
        frontier.insert(frontier.end(), part.begin(), part.end());
    }
    return true;
  }

  void add_unreached(Node from, std::vector<std::size_t>& found) {
    const auto add = [&](std::uint32_t reader, Index state) {
      const std::size_t to = number({reader, state});
      if (reached_[to].load(std::memory_order_relaxed) == 0 && reads(reader, state) &&
          reached_[to].exchange(1, std::memory_order_relaxed) == 0)
        found.push_back(to);
    };
    for (const std::uint32_t reader : next_readers(from.reader))
      for (const Index to : graph_.successors(from.state)) add(reader, to);
  }

  /// The states at which a bound cut off a step that may happen again and again, and a reader that
  /// may go round, or may once it has stayed there: what would have come of it is not known.
  std::uint64_t count_cut() const {
    std::map<PropertySet, std::vector<bool>> known;
    std::uint64_t count = 0;
    for (Index state = 0; state < graph_.size(); ++state) {
      if (!graph_.cut_without(state, request_.finite)) continue;
      auto at = known.find(graph_.holds(state));
      if (at == known.end())
        at = known.emplace(graph_.holds(state), lead_to_loops(graph_.holds(state))).first;
      for (std::uint32_t reader = 0; reader < automaton_.states.size(); ++reader) {
        if (!at->second[reader] ||
            reached_[number({reader, state})].load(std::memory_order_relaxed) == 0)
          continue;
        ++count;
        break;
      }
    }
    return count;
  }

  /// The readers that may go round, or may after reading this some more times.
  std::vector<bool> lead_to_loops(PropertySet holds) const {
    const auto size = static_cast<std::uint32_t>(automaton_.states.size());
    std::vector<bool> result(size);
    for (std::uint32_t q = 0; q < size; ++q) result[q] = loops_[q] && reads(q, holds);
    for (bool changed = true; changed;) {
      changed = false;
      for (std::uint32_t q = 0; q < size; ++q)
        for (const std::uint32_t to : next_readers(q)) {
          if (result[q] || !result[to] || !reads(q, holds)) continue;
          result[q] = true;
          changed = true;
        }
    }
    return result;
  }

  /// The readers that accept when a state in which this holds is read for ever.
  std::vector<bool> accept_for_ever(PropertySet holds) const {
    const auto size = static_cast<std::uint32_t>(automaton_.states.size());
    const auto may_read = [&](std::uint32_t q) { return reads(q, holds); };
    Readers readers = readers_that(may_read);
    const std::vector<std::uint32_t>& part = readers.parts.of;
    std::vector<bool>& good = readers.accepting;  // and from here on: or one that leads there
    // Edges lead to components of the same or a smaller number: of those it is known by then.
    std::vector<std::uint32_t> order(size);
    std::iota(order.begin(), order.end(), 0);
    std::sort(order.begin(), order.end(),
              [&](std::uint32_t a, std::uint32_t b) { return part[a] < part[b]; });
    for (const std::uint32_t q : order)
      for (const std::uint32_t to : next_readers(q))
        if (may_read(q) && may_read(to) && good[part[to]]) good[part[q]] = true;
    std::vector<bool> result(size);
    for (std::uint32_t q = 0; q < size; ++q) result[q] = may_read(q) && good[part[q]];
    return result;
  }

  /// Marks the nodes at which a run may end: no fair action is enabled, so that the run may stay,
  /// and the automaton accepts if it does. True when there is one.
  bool mark_ends() {
    std::vector<std::map<PropertySet, std::vector<bool>>> known(request_.threads);
    std::atomic<bool> any{false};
    for_each_batch(graph_.size(), [&](std::size_t worker, std::size_t first, std::size_t end) {
      for (std::size_t i = first; i < end; ++i) {
        const auto state = static_cast<Index>(i);
        if ((graph_.enabled(state) & fair_) != 0) continue;
        const PropertySet holds = graph_.holds(state);
        auto at = known[worker].find(holds);
        if (at == known[worker].end())
          at = known[worker].emplace(holds, accept_for_ever(holds)).first;
        for (std::uint32_t reader = 0; reader < automaton_.states.size(); ++reader) {
          const std::size_t here = number({reader, state});
          if (!at->second[reader] || !reached(here, {reader, state})) continue;
          targets_[here].store(1, std::memory_order_relaxed);
          any.store(true, std::memory_order_relaxed);
        }
      }
    });
    return any.load();
  }

  /// Marks the nodes of components with a fair accepting cycle. True when there is one.
  bool mark_cycles() {
    take_memory(nodes() * (sizeof(alive_[0]) + sizeof(place_[0])));
    alive_ = Marks(nodes());
    for_each_batch(nodes(), [&](std::size_t, std::size_t first, std::size_t end) {
      for (std::size_t i = first; i < end; ++i)
        if (loops_[node(i).reader] && reached(i, node(i)))
          alive_[i].store(1, std::memory_order_relaxed);
    });
    while (!request_.stopped()) {
      trim();
      if (!collect_alive() || !find_components()) return false;
      if (!mark_fair(parts_)) continue;
      if (reaches_target()) return true;
      // No run comes by what was found. What is left is judged where runs do.
      for (const std::size_t i : list_)
        if (!reached(i, node(i))) alive_[i].store(0, std::memory_order_relaxed);
    }
    return false;
  }

  /// Of the nodes that are alive. Their numbers depend on the number of threads, which nothing else
  /// may. False when stopped.
  bool find_components() {
    const auto size = static_cast<std::uint32_t>(list_.size());
    const auto degree = [&](std::uint32_t i) {
      return graph_.successors(node(list_[i]).state).size() *
             next_readers(node(list_[i]).reader).size();
    };
    const auto successor = [&](std::uint32_t i, std::size_t k) {
      return alive_successor(node(list_[i]), k);
    };
    parts_ = {};
    if (request_.threads == 1 || size < request_.parallel_from) {
      need_memory(size * component_bytes);
      parts_ = components(size, degree, successor);
      return true;
    }
    auto parts = parallel_components(size, degree, successor, request_.threads, memory_left(),
                                     request_.stopped);
    if (parts) parts_ = std::move(*parts);
    return parts.has_value();
  }

  bool is_alive(std::size_t number) const {
    return alive_[number].load(std::memory_order_relaxed) != 0;
  }

  /// Removes nodes from which no step leads to one that is left, as long as that pays: on no cycle
  /// is any of them. What it leaves, components() sorts out.
  void trim() {
    constexpr int most_sweeps = 16;
    const std::size_t count = nodes();
    for (int sweep = 0; sweep < most_sweeps; ++sweep) {
      std::atomic<std::size_t> removed{0};
      for_each_batch(count, [&](std::size_t, std::size_t first, std::size_t end) {
        std::size_t here = 0;
        // States are in breadth-first order: successors mostly come later.
        for (std::size_t i = first; i < end; ++i) {
          const std::size_t at = count - 1 - i;
          if (!is_alive(at) || leads_on(node(at))) continue;
          alive_[at].store(0, std::memory_order_relaxed);
          ++here;
        }
        removed.fetch_add(here, std::memory_order_relaxed);
      });
      if (removed.load() * 64 < count) return;
    }
  }

  bool leads_on(Node from) const {
    const std::span<const Index> successors = graph_.successors(from.state);
    for (const std::uint32_t reader : next_readers(from.reader)) {
      if (part_[reader] != part_[from.reader]) continue;
      for (std::size_t edge = 0; edge < successors.size(); ++edge)
        if (is_alive(number({reader, successors[edge]})) && may_repeat(from.state, edge))
          return true;
    }
    return false;
  }

  /// Whether a cycle may take this edge.
  bool may_repeat(Index state, std::size_t edge) const {
    return request_.finite == 0 || (graph_.marks(state)[edge] & request_.finite) == 0;
  }

  /// Numbers the nodes that are alive; false when none is.
  bool collect_alive() {
    std::size_t count = 0;
    for (std::size_t i = 0; i < nodes(); ++i) count += is_alive(i) ? 1 : 0;
    if (count >= Components::no_node) throw GraphTooLarge{};
    list_.clear();
    // They become ever less.
    if (list_.capacity() == 0) take_memory(count * sizeof(list_[0]));
    list_.reserve(count);
    place_.assign(nodes(), Components::no_node);
    for (std::size_t i = 0; i < nodes(); ++i) {
      if (!is_alive(i)) continue;
      place_[i] = static_cast<std::uint32_t>(list_.size());
      list_.push_back(i);
    }
    return !list_.empty();
  }

  std::uint32_t alive_successor(Node from, std::size_t k) const {
    const std::vector<std::uint32_t>& readers = next_readers(from.reader);
    const std::uint32_t reader = readers[k % readers.size()];
    if (part_[reader] != part_[from.reader] || !may_repeat(from.state, k / readers.size()))
      return Components::no_node;
    return place_[number({reader, graph_.successors(from.state)[k / readers.size()]})];
  }

  /// What a component's cycle could visit.
  struct Visits {
    std::uint64_t accepting = 0;
    StepGroups enabled = 0;
    StepGroups disabled = 0;
  };

  /// Judges each component. Marks those with a fair accepting cycle; of the others, what cannot be
  /// on one is no longer alive.
  bool mark_fair(const Components& parts) {
    need_memory(list_.size() * sizeof(parts.of[0]) +
                parts.sizes.size() *
                    (sizeof(parts.sizes[0]) + sizeof(Visits) + 2 * sizeof(StepGroups)));
    std::vector<Visits> visits(parts.sizes.size());
    for (std::uint32_t i = 0; i < list_.size(); ++i) {
      Visits& part = visits[parts.of[i]];
      const StepGroups enabled = graph_.enabled(node(list_[i]).state);
      part.accepting |= automaton_.states[node(list_[i]).reader].accepting;
      part.enabled |= enabled;
      part.disabled |= ~enabled;
    }
    const auto is_possible = [&](std::size_t p) {
      return parts.sizes[p] > 1 && (visits[p].accepting & acceptance_) == acceptance_;
    };
    // The groups that have to be taken for a cycle through all of the component to be fair.
    std::vector<StepGroups> wanted(parts.sizes.size());
    for (std::size_t p = 0; p < visits.size(); ++p)
      if (is_possible(p))
        wanted[p] =
            (request_.weakly & ~visits[p].disabled) | (request_.strongly & visits[p].enabled);
    const std::vector<std::atomic<StepGroups>> taken = take(parts, wanted);

    bool found = false;
    for (std::uint32_t i = 0; i < list_.size(); ++i) {
      const std::uint32_t p = parts.of[i];
      const StepGroups missing = wanted[p] & ~taken[p].load(std::memory_order_relaxed);
      const bool possible = is_possible(p);
      if (possible && missing == 0) {
        targets_[list_[i]].store(1, std::memory_order_relaxed);
        found = true;
        continue;
      }
      // A group that is never disabled here is taken on no cycle here, so none is fair to it. One
      // that is only strongly fair may be avoided: where it is enabled, no fair cycle comes by.
      const StepGroups avoid = missing & ~(request_.weakly & ~visits[p].disabled);
      if (!possible || avoid != missing || (graph_.enabled(node(list_[i]).state) & avoid) != 0)
        alive_[list_[i]].store(0, std::memory_order_relaxed);
    }
    return found;
  }

  /// The groups that are taken inside each component, as far as they are wanted.
  std::vector<std::atomic<StepGroups>> take(const Components& parts,
                                            const std::vector<StepGroups>& wanted) {
    std::vector<std::atomic<StepGroups>> taken(parts.sizes.size());
    if (!request_.groups_of) return taken;
    std::vector<std::unique_ptr<Explorer>> explorers(request_.threads);
    for_each_batch(list_.size(), [&](std::size_t worker, std::size_t first, std::size_t end) {
      if (!explorers[worker]) explorers[worker] = system_.explorer();
      std::vector<std::uint32_t> labels;
      for (std::size_t i = first; i < end; ++i) {
        std::atomic<StepGroups>& all = taken[parts.of[i]];
        const StepGroups want = wanted[parts.of[i]];
        if ((want & ~all.load(std::memory_order_relaxed)) == 0) continue;
        const Node from = node(list_[i]);
        graph_.labels(*explorers[worker], from.state, labels);
        StepGroups groups = 0;
        for_each_inner_edge(parts, i, [&](std::size_t edge) {
          groups |= request_.groups_of(graph_.state(from.state), labels[edge]);
        });
        all.fetch_or(groups & want, std::memory_order_relaxed);
      }
    });
    return taken;
  }

  /// Visits the edges of the graph that lead from a node to another of its component.
  template <class Visit>
  void for_each_inner_edge(const Components& parts, std::size_t i, Visit&& visit) const {
    const Node from = node(list_[i]);
    const std::size_t readers = next_readers(from.reader).size();
    const std::size_t edges = graph_.successors(from.state).size();
    for (std::size_t edge = 0; edge < edges; ++edge)
      for (std::size_t k = 0; k < readers; ++k) {
        const std::uint32_t to = alive_successor(from, edge * readers + k);
        if (to == Components::no_node || parts.of[to] != parts.of[i]) continue;
        visit(edge);
        break;
      }
  }

  // The counterexample. Breadth-first searches on one thread, in the order of initial states and
  // edges, which depends on the model only.

  static constexpr std::size_t nowhere = ~std::size_t{0};

  /// A node of the product on the way, and how it was reached.
  struct Found {
    std::size_t node;
    std::size_t from;  ///< index of the one before, or nowhere
    std::size_t edge;  ///< of that one's state
    std::uint64_t done = 0;
  };

  bool is_target(std::size_t number) const {
    return targets_[number].load(std::memory_order_relaxed) != 0;
  }

  const std::vector<std::uint32_t>& labels_of(Index state) {
    const auto known = labels_.find(state);
    if (known != labels_.end()) return known->second;
    std::vector<std::uint32_t>& labels = labels_[state];
    graph_.labels(*explorer_, state, labels);
    return labels;
  }

  Lasso lasso() {
    explorer_ = system_.explorer();
    Lasso result;
    const Node entry = stem(result);
    result.loop = result.states.size() - 1;
    // The targets are all ends, or all on cycles.
    if (alive_.empty()) return result;
    close(entry, result);
    return result;
  }

  /// Appends the way to the last of those found, without its first state.
  void append_way(const std::vector<Found>& found, Lasso& result) {
    std::vector<std::size_t> way;
    for (std::size_t i = found.size() - 1; found[i].from != nowhere; i = found[i].from)
      way.push_back(i);
    std::reverse(way.begin(), way.end());
    for (const std::size_t i : way) {
      result.labels.push_back(labels_of(node(found[found[i].from].node).state)[found[i].edge]);
      result.states.push_back(node(found[i].node).state);
    }
  }

  /// The shortest way from an initial state to a target.
  Node stem(Lasso& result) {
    std::vector<Found> found;
    std::vector<bool> seen(nodes());
    const auto add = [&](std::size_t to, std::size_t from, std::size_t edge) {
      if (seen[to]) return false;
      seen[to] = true;
      found.push_back({to, from, edge});
      return is_target(to);
    };
    const auto search = [&] {
      for (const Index state : graph_.initial())
        for (const std::uint32_t reader : automaton_.initial)
          if (reads(reader, state) && add(number({reader, state}), nowhere, nowhere)) return;
      for (std::size_t i = 0; i < found.size(); ++i) {
        const Node from = node(found[i].node);
        const std::span<const Index> successors = graph_.successors(from.state);
        for (std::size_t edge = 0; edge < successors.size(); ++edge)
          for (const std::uint32_t reader : next_readers(from.reader))
            if (reads(reader, successors[edge]) && add(number({reader, successors[edge]}), i, edge))
              return;
      }
      throw std::logic_error("no run leads to the cycle that was found");
    };
    search();
    std::size_t first = found.size() - 1;
    while (found[first].from != nowhere) first = found[first].from;
    result.states.push_back(node(found[first].node).state);
    append_way(found, result);
    return node(found.back().node);
  }

  // What a cycle has done so far, as bits: acceptance sets visited; weakly fair groups satisfied;
  // strongly fair groups enabled, and taken.

  struct Duties {
    std::vector<std::uint64_t> acceptance;
    std::vector<StepGroups> weak;
    std::vector<StepGroups> strong;
    std::size_t bits() const { return acceptance.size() + weak.size() + 2 * strong.size(); }
  };

  static std::vector<std::uint64_t> single_bits(std::uint64_t set) {
    std::vector<std::uint64_t> bits;
    for (; set != 0; set &= set - 1) bits.push_back(set & -set);
    return bits;
  }

  std::uint64_t done_at(const Duties& duties, Node here) const {
    std::uint64_t done = 0;
    unsigned bit = 0;
    const StepGroups enabled = graph_.enabled(here.state);
    for (const std::uint64_t set : duties.acceptance)
      done |= std::uint64_t{(automaton_.states[here.reader].accepting & set) != 0} << bit++;
    for (const StepGroups group : duties.weak)
      done |= std::uint64_t{(enabled & group) == 0} << bit++;
    for (const StepGroups group : duties.strong) {
      done |= std::uint64_t{(enabled & group) != 0} << bit;
      bit += 2;
    }
    return done;
  }
  std::uint64_t done_by(const Duties& duties, StepGroups taken) const {
    std::uint64_t done = 0;
    auto bit = static_cast<unsigned>(duties.acceptance.size());
    for (const StepGroups group : duties.weak) done |= std::uint64_t{(taken & group) != 0} << bit++;
    for (const StepGroups group : duties.strong) {
      done |= std::uint64_t{(taken & group) != 0} << (bit + 1);
      bit += 2;
    }
    return done;
  }
  static bool complete(const Duties& duties, std::uint64_t done) {
    const auto simple = static_cast<unsigned>(duties.acceptance.size() + duties.weak.size());
    if ((done & low_bits(simple)) != low_bits(simple)) return false;
    for (unsigned bit = simple; bit < duties.bits(); bit += 2)
      if ((done >> bit & 3) == 1) return false;  // enabled and not taken
    return true;
  }

  /// From the entry of a fair component back to it, by way of all that makes the cycle fair and
  /// accepting: the shortest way, or one that does the nearest duty first where that is too much
  /// to search.
  void close(Node entry, Lasso& result) {
    Duties duties{single_bits(acceptance_), single_bits(request_.weakly),
                  single_bits(request_.strongly)};
    if (duties.bits() > 64 || !go_round(duties, entry, result))
      go_round_step_by_step(entry, result);
    result.states.pop_back();  // the entry again
  }

  /// Steps inside the component of the entry.
  template <class Visit>
  void for_each_step(Node from, Visit&& visit) {
    const std::span<const Index> successors = graph_.successors(from.state);
    for (std::size_t edge = 0; edge < successors.size(); ++edge)
      for (const std::uint32_t reader : next_readers(from.reader)) {
        const std::size_t to = number({reader, successors[edge]});
        if (!may_repeat(from.state, edge) || part_[reader] != part_[from.reader] ||
            place_[to] == Components::no_node ||
            parts_.of[place_[to]] != parts_.of[place_[number(from)]])
          continue;
        if (visit(to, edge)) return;
      }
  }

  StepGroups groups_of(Index state, std::size_t edge) {
    if (fair_ == 0) return 0;
    return request_.groups_of(graph_.state(state), labels_of(state)[edge]) & fair_;
  }

  bool go_round(const Duties& duties, Node entry, Lasso& result) {
    constexpr std::size_t most = 1'000'000;
    std::vector<Found> found{{number(entry), nowhere, nowhere, done_at(duties, entry)}};
    std::map<std::pair<std::size_t, std::uint64_t>, bool> seen;
    seen[{found[0].node, found[0].done}] = true;
    for (std::size_t i = 0; i < found.size(); ++i) {
      const Node from = node(found[i].node);
      const std::uint64_t before = found[i].done;
      bool home = false;
      for_each_step(from, [&](std::size_t to, std::size_t edge) {
        const std::uint64_t done =
            before | done_at(duties, node(to)) | done_by(duties, groups_of(from.state, edge));
        home = to == number(entry) && complete(duties, done);
        if (home || seen.emplace(std::pair{to, done}, true).second)
          found.push_back({to, i, edge, done});
        return home;
      });
      if (home) {
        append_way(found, result);
        return true;
      }
      if (found.size() > most) return false;
    }
    throw std::logic_error("a fair component has no fair cycle");
  }

  void go_round_step_by_step(Node entry, Lasso& result) {
    StepGroups weak = request_.weakly;
    std::uint64_t accepting = acceptance_;
    StepGroups enabled = 0;
    StepGroups taken = 0;
    const auto visit = [&](Node at) {
      accepting &= ~automaton_.states[at.reader].accepting;
      weak &= graph_.enabled(at.state);
      enabled |= graph_.enabled(at.state) & request_.strongly;
    };
    visit(entry);
    Node here = entry;
    // Each way takes a step at least, so that the last leads back to the entry also when nothing
    // was to be done.
    while (true) {
      const bool going_home = accepting == 0 && weak == 0 && (enabled & ~taken) == 0;
      std::vector<Found> found{{number(here), nowhere, nowhere}};
      std::vector<bool> seen(nodes());
      bool there = false;
      for (std::size_t i = 0; i < found.size() && !there; ++i) {
        const Node from = node(found[i].node);
        for_each_step(from, [&](std::size_t to, std::size_t edge) {
          const Node at = node(to);
          const StepGroups groups = groups_of(from.state, edge);
          const bool useful = (automaton_.states[at.reader].accepting & accepting) != 0 ||
                              (groups & weak) != 0 || (weak & ~graph_.enabled(at.state)) != 0 ||
                              (groups & enabled & ~taken) != 0;
          there = going_home ? to == number(entry) : useful;
          if (there || !seen[to]) found.push_back({to, i, edge});
          seen[to] = true;
          return there;
        });
      }
      if (!there) throw std::logic_error("a fair component has no fair cycle");
      const std::size_t first = result.labels.size();
      append_way(found, result);
      for (std::size_t i = first; i < result.labels.size(); ++i) {
        const StepGroups groups =
            request_.groups_of(graph_.state(result.states[i]), result.labels[i]);
        weak &= ~groups;
        taken |= groups;
      }
      for (const Node at : nodes_on(found)) visit(at);
      here = node(found.back().node);
      if (going_home && accepting == 0 && weak == 0 && (enabled & ~taken) == 0) return;
    }
  }

  std::vector<Node> nodes_on(const std::vector<Found>& found) const {
    std::vector<Node> way;
    for (std::size_t i = found.size() - 1; i != nowhere; i = found[i].from)
      way.push_back(node(found[i].node));
    return way;
  }

  const TransitionSystem& system_;
  const StateGraph& graph_;
  const FairRunRequest& request_;
  const Automaton& automaton_;
  std::uint64_t acceptance_;
  StepGroups fair_;
  std::size_t used_ = 0;  // of the memory

  std::vector<std::uint32_t> part_;  // the component of each reader
  std::vector<bool> loops_;          // whether a loop may be in it

  Marks reached_;
  Marks targets_;                     // where a fair accepting behaviour can end, or go round
  Marks alive_;                       // what a fair accepting cycle may still visit
  std::vector<std::size_t> list_;     // the nodes alive
  std::vector<std::uint32_t> place_;  // of each in the list
  Components parts_;

  std::unique_ptr<Explorer> explorer_;
  std::unordered_map<Index, std::vector<std::uint32_t>> labels_;
};

}  // namespace

FairRun find_fair_run(const TransitionSystem& system, const StateGraph& graph,
                      const FairRunRequest& request) {
  try {
    return Emptiness(system, graph, request).run();
  } catch (const GraphTooLarge&) {
    return {.out_of_memory = true};
  }
}

}  // namespace synod
