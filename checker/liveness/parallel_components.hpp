// Strongly connected components of a directed graph, by several threads at once.
// V. Bloemen, A. Laarman, J. van de Pol, "Multi-Core On-The-Fly SCC Decomposition", PPoPP 2016.
//
// Each worker searches depth-first, from nodes of its own. Nodes found to lie on one cycle are
// united into a set that all workers share, so that each profits from the cycles and from the
// explored edges of all. Only successors are needed.
//
// Invariants:
//   - A set is strongly connected: sets are united only by a worker that has found a cycle through
//     both. It has: if a root has the bit of a worker, the set is on that worker's path.
//   - A node is finished once each of its successors is in its set or in a complete one.
//   - A set is complete once all its nodes are finished: then no edge leads out of it, but to
//     complete sets, and it is a component. So two sets that lie on a common cycle both have an
//     unfinished node until they are united.
//   - The parent of a node has a smaller number. So parents form no cycle, and the root of a set is
//     its smallest node, whatever the order of events.
//   - The nodes of a set that are not finished lie on one ring, which `next` leads round; finished
//     ones are on it, or lead to it, until somebody passes and takes a short cut. From a finished
//     node to the next one there is no unfinished node that is passed over.
//
// Thread safety: everything may run in many threads at once. What a root says (that it is one,
// whose path its set is on, whether it is complete) is one word, and changes by compare-and-swap:
// whoever changes it knows that it still is a root. The rings of two sets are joined by the one
// thread whose compare-and-swap made the one root the child of the other. Before, it has locked an
// unfinished node in each: a locked node is not passed over, so that no ring looks finished before
// it is joined, and only the holder of the lock writes its `next`. A thread that does not get both
// locks gives back what it has and begins again: nobody waits while it has a lock, and whoever has
// one needs a few instructions more.
//
// Memory orders: links are read and changed in one order for all threads (sequentially consistent;
// a load costs no more for that on x86), as same() compares two of them. But for the short cuts of
// root(), which replace a true ancestor by another. With marks and `next`, acquire and release:
// whoever sees that a node is finished, or no longer locked, or that a short cut leads past it,
// also sees what was done before: the sets united, the rings joined.
#pragma once

#include <algorithm>
#include <atomic>
#include <functional>
#include <optional>
#include <thread>

#include "checker/liveness/components.hpp"
#include "checker/search/parallel.hpp"
#include "checker/search/state_graph.hpp"

namespace synod {

/// The sets into which several workers put the nodes 0..nodes-1 of a graph.
class SharedSets {
 public:
  static constexpr std::size_t max_workers = 62;
  enum class Set : std::uint8_t {
    fresh,     ///< is on the worker's path from now on
    on_path,   ///< was on its path already
    complete,  ///< is a component
  };

  explicit SharedSets(std::uint32_t nodes)
      : pages_(bytes(std::max(nodes, 1U))),
        nodes_(static_cast<Node*>(pages_.data())),
        size_(nodes) {
    for (std::uint32_t i = 0; i < nodes; ++i) nodes_[i].next.store(i, std::memory_order_relaxed);
  }
  static std::size_t bytes(std::size_t nodes) { return nodes * sizeof(Node); }

  /// The smallest node of its set.
  std::uint32_t root(std::uint32_t node) {
    std::uint64_t link = nodes_[node].link.load();
    while ((link & child) != 0) {
      const std::uint32_t parent = parent_of(link);
      const std::uint64_t above = nodes_[parent].link.load();
      if ((above & child) == 0) return parent;
      nodes_[node].link.store(above, std::memory_order_release);  // half as far the next time
      node = parent_of(above);
      link = nodes_[node].link.load();
    }
    return node;
  }

  /// Whether two nodes are in one set: if not, they were not at some moment during the call.
  bool same(std::uint32_t a, std::uint32_t b) {
    while (true) {
      const std::uint32_t of_a = root(a);
      if (root(b) == of_a) return true;
      // A root all the while, the other one's was another then.
      if (is_root(of_a)) return false;
    }
  }

  /// Puts the set of a node on a worker's path.
  Set enter(std::uint32_t node, std::size_t worker) {
    const std::uint64_t bit = std::uint64_t{1} << worker;
    while (true) {
      std::atomic<std::uint64_t>& link = nodes_[root(node)].link;
      std::uint64_t word = link.load();
      if ((word & child) != 0) continue;
      if ((word & complete) != 0) return Set::complete;
      if ((word & bit) != 0) return Set::on_path;
      if (link.compare_exchange_weak(word, word | bit)) return Set::fresh;
    }
  }

  /// Unites the sets of two nodes that lie on a common cycle.
  void unite(std::uint32_t a, std::uint32_t b) {
    while (true) {
      const auto [low, high] = std::minmax({root(a), root(b)});
      if (low == high || try_unite(a, b, low, high)) return;
      std::this_thread::yield();
    }
  }

  bool is_finished(std::uint32_t node) const {
    return (nodes_[node].marks.load(std::memory_order_acquire) & finished) != 0;
  }
  void finish(std::uint32_t node) {
    nodes_[node].marks.fetch_or(finished, std::memory_order_acq_rel);
  }

  /// The next node of its set that is not finished; no_node when the set is complete.
  std::uint32_t unfinished(std::uint32_t node) {
    while (is_passed_over(node)) {
      const std::uint32_t next = nodes_[node].next.load(std::memory_order_acquire);
      if (next == node) return Components::no_node;
      if (!is_passed_over(next)) return next;
      const std::uint32_t after = nodes_[next].next.load(std::memory_order_acquire);
      nodes_[node].next.store(after, std::memory_order_release);
      node = after;
    }
    return node;
  }

  void set_complete(std::uint32_t node) { nodes_[root(node)].link.fetch_or(complete); }

  /// The sets, numbered by their smallest nodes, once all workers have ended.
  Components components() {
    Components result;
    result.of.reserve(size_);
    for (std::uint32_t i = 0; i < size_; ++i) {
      const std::uint32_t first = root(i);
      result.of.push_back(first == i ? static_cast<std::uint32_t>(result.sizes.size())
                                     : result.of[first]);
      if (first == i) result.sizes.push_back(0);
      ++result.sizes[result.of[i]];
    }
    return result;
  }

 private:
  // Of a child, `link` has its parent; of a root, the bits of workers.
  static constexpr std::uint64_t child = std::uint64_t{1} << 63;
  static constexpr std::uint64_t complete = std::uint64_t{1} << 62;
  static constexpr std::uint32_t finished = 1;
  static constexpr std::uint32_t locked = 2;

  struct Node {
    std::atomic<std::uint64_t> link{0};
    std::atomic<std::uint32_t> next{0};
    std::atomic<std::uint32_t> marks{0};
  };

  static std::uint32_t parent_of(std::uint64_t link) { return static_cast<std::uint32_t>(link); }

  bool is_root(std::uint32_t node) const { return (nodes_[node].link.load() & child) == 0; }
  bool is_passed_over(std::uint32_t node) const {
    return nodes_[node].marks.load(std::memory_order_acquire) == finished;
  }
  bool try_lock(std::uint32_t node) {
    std::uint32_t free = 0;
    return node != Components::no_node &&
           nodes_[node].marks.compare_exchange_strong(free, locked, std::memory_order_acq_rel);
  }
  void unlock(std::uint32_t node) {
    nodes_[node].marks.fetch_and(~locked, std::memory_order_acq_rel);
  }

  bool try_unite(std::uint32_t a, std::uint32_t b, std::uint32_t low, std::uint32_t high) {
    a = unfinished(a);
    b = unfinished(b);
    if (!try_lock(a)) return false;
    if (!try_lock(b)) {
      unlock(a);
      return false;
    }
    std::uint64_t word = nodes_[high].link.load();
    const bool mine =
        (word & child) == 0 && nodes_[high].link.compare_exchange_strong(word, child | low);
    if (mine) {
      add_workers(low, word);
      const std::uint32_t next = nodes_[a].next.load(std::memory_order_relaxed);
      nodes_[a].next.store(nodes_[b].next.load(std::memory_order_relaxed),
                           std::memory_order_relaxed);
      nodes_[b].next.store(next, std::memory_order_relaxed);
    }
    unlock(a);
    unlock(b);
    return mine;
  }

  void add_workers(std::uint32_t node, std::uint64_t workers) {
    while (true) {
      std::atomic<std::uint64_t>& link = nodes_[root(node)].link;
      std::uint64_t word = link.load();
      if ((word & child) != 0) continue;
      if ((word & workers) == workers || link.compare_exchange_weak(word, word | workers)) return;
    }
  }

  Pages pages_;
  Node* nodes_;
  std::uint32_t size_;
};

/// What one worker does: Tarjan's search, as H. Gabow puts it ("Path-Based Depth-First Search for
/// Strong and Biconnected Components", Information Processing Letters 74, 2000), on sets that
/// others change as well.
template <class Degree, class Successor>
class ComponentSearch {
 public:
  ComponentSearch(SharedSets& sets, std::size_t worker, const Degree& degree,
                  const Successor& successor)
      : sets_(sets), worker_(worker), degree_(degree), successor_(successor) {}

  /// Sets out to complete the set of a node, and all sets that it leads to: step by step, until it
  /// has ended.
  void begin(std::uint32_t start) {
    if (sets_.enter(start, worker_) == SharedSets::Set::fresh) begin_set(start);
  }
  bool has_ended() const { return path_.empty(); }
  void step() {
    Frame& top = path_.back();
    const std::uint32_t node = top.node;
    const auto degree = static_cast<std::uint32_t>(degree_(node));
    if (top.edges < degree && !sets_.is_finished(node))
      explore(node, successor_(node, edge(node, top.edges++, degree)));
    else
      leave(node);
  }

  std::size_t bytes() const {
    return path_.capacity() * sizeof(Frame) + first_.capacity() * sizeof(first_[0]);
  }

 private:
  struct Frame {
    std::uint32_t node;
    std::uint32_t edges;  ///< that have been explored
  };

  void begin_set(std::uint32_t node) {
    first_.push_back(static_cast<std::uint32_t>(path_.size()));
    path_.push_back({node, 0});
  }

  /// Workers begin with different edges, so that they go different ways.
  std::uint32_t edge(std::uint32_t node, std::uint32_t k, std::uint32_t degree) const {
    const std::uint32_t random =
        (node + static_cast<std::uint32_t>(worker_) * 0x85ebca6bU) * 0x9e3779b9U;
    const auto first = static_cast<std::uint32_t>(std::uint64_t{random} * degree >> 32);
    return k < degree - first ? first + k : first + k - degree;
  }

  void explore(std::uint32_t node, std::uint32_t to) {
    if (to == Components::no_node || to == node) return;
    switch (sets_.enter(to, worker_)) {
      case SharedSets::Set::complete: break;
      case SharedSets::Set::fresh: begin_set(to); break;
      case SharedSets::Set::on_path:
        // A cycle: through all sets of the path from that one on.
        while (!sets_.same(node, to)) {
          sets_.unite(path_[first_.back() - 1].node, node);
          first_.pop_back();
        }
    }
  }

  /// All edges of a node have been explored.
  void leave(std::uint32_t node) {
    sets_.finish(node);
    path_.pop_back();
    const std::uint32_t next = sets_.unfinished(node);
    if (path_.size() > first_.back()) return;
    // Other nodes of the set are on the paths of others, who may be slow, or not there yet.
    if (next != Components::no_node) {
      path_.push_back({next, 0});
      return;
    }
    sets_.set_complete(node);
    first_.pop_back();
  }

  SharedSets& sets_;
  std::size_t worker_;
  const Degree& degree_;
  const Successor& successor_;
  std::vector<Frame> path_;
  std::vector<std::uint32_t> first_;  ///< of each set on the path, the index of its first frame
};

/// As components(), which is simpler, and faster on one thread, but numbered otherwise: by their
/// smallest nodes, so that the result is the same for any number of threads. Beyond the 16 bytes
/// that a node takes, each thread needs up to 12 a node for its path. Throws GraphTooLarge when all
/// that is more than `memory`; nothing when `stopped` says so.
template <class Degree, class Successor>
std::optional<Components> parallel_components(std::uint32_t nodes, const Degree& degree,
                                              const Successor& successor, std::size_t threads,
                                              std::size_t memory,
                                              const std::function<bool()>& stopped) {
  constexpr unsigned steps_between_looks = 4096;
  threads = std::min(threads, SharedSets::max_workers);
  const auto batch = std::clamp<std::size_t>(nodes / (threads * 16), 1, 256);
  const std::size_t fixed = SharedSets::bytes(nodes) + nodes * sizeof(Components().of[0]);
  if (fixed > memory) throw GraphTooLarge{};
  SharedSets sets(nodes);
  std::atomic<std::size_t> next{0};
  std::atomic<std::size_t> path_bytes{0};
  std::atomic<bool> full{false};
  std::atomic<bool> ended{false};
  run_workers(threads, [&](std::size_t worker) {
    ComponentSearch search(sets, worker, degree, successor);
    unsigned steps = 0;
    std::size_t bytes = 0;
    const auto look = [&] {
      const std::size_t more = search.bytes() - bytes;
      bytes += more;
      if (path_bytes.fetch_add(more) + more > memory - fixed) full.store(true);
      if (full.load() || stopped()) ended.store(true);
    };
    for (std::size_t first; !ended.load() && (first = next.fetch_add(batch)) < nodes;)
      for (std::size_t i = first; i < std::min<std::size_t>(first + batch, nodes); ++i)
        for (search.begin(static_cast<std::uint32_t>(i)); !search.has_ended(); search.step()) {
          if (++steps % steps_between_looks == 0) look();
          if (ended.load(std::memory_order_relaxed)) return;
        }
  });
  if (full.load()) throw GraphTooLarge{};
  if (ended.load()) return std::nullopt;
  return sets.components();
}

}  // namespace synod
