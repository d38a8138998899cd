// Components by several threads against Tarjan's.
#include "checker/liveness/parallel_components.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <boost/test/unit_test.hpp>
#include <random>
#include <string>
#include <thread>
#include <vector>

namespace synod::test {
namespace {

#ifdef SYNOD_SANITIZED
constexpr std::size_t share = 10;  // of the graphs, one in so many
#else
constexpr std::size_t share = 1;
#endif

using Node = std::uint32_t;
using Random = std::mt19937_64;

struct Graph {
  std::vector<std::vector<Node>> edges;

  explicit Graph(std::size_t nodes) : edges(nodes) {}
  Node size() const { return static_cast<Node>(edges.size()); }
  void add(std::size_t from, std::size_t to) { edges[from].push_back(static_cast<Node>(to)); }
  std::size_t degree(Node node) const { return edges[node].size(); }
  Node successor(Node node, std::size_t k) const { return edges[node][k]; }
};

constexpr std::array<const char*, 10> kinds = {
    "no edges", "self-loops", "acyclic",    "sparse",    "dense",
    "one ring", "many rings", "long rings", "one giant", "a path with ways back"};

Graph random_graph(const std::string& kind, std::size_t nodes, Random& random) {
  Graph graph(nodes);
  const auto any = [&] { return random() % nodes; };
  const auto rings = [&](std::size_t length) {
    for (std::size_t i = 0; i < nodes; ++i) {
      const std::size_t first = i / length * length;
      graph.add(i, first + (i - first + 1) % std::min(length, nodes - first));
    }
  };
  const auto edges = [&](std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) graph.add(any(), any());
  };
  if (kind == "self-loops") {
    for (std::size_t i = 0; i < nodes; ++i)
      if (random() % 2 == 0) graph.add(i, i);
    edges(nodes / 2);
  }
  if (kind == "acyclic")
    for (std::size_t i = 0; i < 3 * nodes; ++i) {
      const auto [from, to] = std::minmax({any(), any()});
      if (from != to) graph.add(from, to);
    }
  if (kind == "sparse") edges(nodes + random() % nodes);
  if (kind == "dense") edges(8 * nodes);
  if (kind == "one ring") rings(nodes);
  if (kind == "many rings") {
    const std::size_t length = 1 + random() % 6;
    rings(length);
    for (std::size_t i = 0; i < nodes; ++i) {
      const std::size_t from = any();
      const std::size_t to = any();
      // Only forwards from ring to ring, with few exceptions.
      if (from / length < to / length || random() % nodes == 0) graph.add(from, to);
    }
  }
  if (kind == "long rings") {
    rings(std::max<std::size_t>(1, nodes / 4));
    edges(3);
  }
  if (kind == "one giant") {
    rings(nodes);
    edges(3 * nodes);
  }
  if (kind == "a path with ways back") {
    for (std::size_t i = 0; i + 1 < nodes; ++i) graph.add(i, i + 1);
    for (std::size_t i = 0; i < nodes / 3; ++i) {
      const std::size_t from = any();
      graph.add(from, from - random() % std::min<std::size_t>(from + 1, 20));
    }
  }
  // Other numbers, edges in another order, and some that lead nowhere.
  std::vector<Node> name(nodes);
  for (std::size_t i = 0; i < nodes; ++i) name[i] = static_cast<Node>(i);
  if (random() % 2 == 0) std::shuffle(name.begin(), name.end(), random);
  Graph renamed(nodes);
  for (std::size_t i = 0; i < nodes; ++i) {
    std::vector<Node>& list = renamed.edges[name[i]];
    for (const Node to : graph.edges[i]) list.push_back(name[to]);
    if (random() % 8 == 0) list.push_back(Components::no_node);
    std::shuffle(list.begin(), list.end(), random);
  }
  return renamed;
}

/// Tarjan's components, numbered by their smallest nodes.
Components expected(const Graph& graph) {
  const Components found = components(
      graph.size(), [&](Node node) { return graph.degree(node); },
      [&](Node node, std::size_t k) { return graph.successor(node, k); });
  std::vector<Node> number(found.sizes.size(), Components::no_node);
  Components result;
  for (Node node = 0; node < graph.size(); ++node) {
    Node& here = number[found.of[node]];
    if (here == Components::no_node) {
      here = static_cast<Node>(result.sizes.size());
      result.sizes.push_back(found.sizes[found.of[node]]);
    }
    result.of.push_back(here);
  }
  return result;
}

bool same(const Components& a, const Components& b) { return a.of == b.of && a.sizes == b.sizes; }

/// With several threads on few processors, who comes to which node when depends on where they are
/// made to give way.
std::optional<Components> found(
    const Graph& graph, std::size_t threads, std::uint64_t seed = 0,
    std::size_t memory = std::size_t{1} << 40,
    const std::function<bool()>& stopped = [] { return false; }) {
  std::atomic<std::uint64_t> calls{0};
  return parallel_components(
      graph.size(), [&](Node node) { return graph.degree(node); },
      [&](Node node, std::size_t k) {
        if (seed != 0 &&
            (calls.fetch_add(1, std::memory_order_relaxed) * 0x9e3779b97f4a7c15U ^ seed) >> 57 == 0)
          std::this_thread::yield();
        return graph.successor(node, k);
      },
      threads, memory, stopped);
}

/// The same search, step by step in one thread: which worker takes the next one is random.
Components interleaved(const Graph& graph, std::size_t workers, Random& random) {
  const auto degree = [&](Node node) { return graph.degree(node); };
  const auto successor = [&](Node node, std::size_t k) { return graph.successor(node, k); };
  SharedSets sets(graph.size());
  std::vector<ComponentSearch<decltype(degree), decltype(successor)>> searches;
  for (std::size_t worker = 0; worker < workers; ++worker)
    searches.emplace_back(sets, worker, degree, successor);
  Node next = 0;
  const std::size_t most = 1 + random() % 40;  // steps that one takes in a row
  while (true) {
    auto& search = searches[random() % workers];
    for (std::size_t steps = 1 + random() % most; steps > 0; --steps) {
      if (!search.has_ended())
        search.step();
      else if (next < graph.size())
        search.begin(next++);
    }
    if (next == graph.size() && std::all_of(searches.begin(), searches.end(),
                                            [](const auto& one) { return one.has_ended(); }))
      return sets.components();
  }
}

}  // namespace

BOOST_AUTO_TEST_SUITE(parallel_components)

BOOST_AUTO_TEST_CASE(interleaved_steps) {
  Random random(41);
  for (std::size_t round = 0; round < 60'000 / share; ++round) {
    const std::string kind = kinds[round % kinds.size()];
    const Graph graph = random_graph(kind, 1 + random() % 40, random);
    const std::size_t workers = round % 50 == 0 ? SharedSets::max_workers : 1 + random() % 5;
    BOOST_TEST(
        same(interleaved(graph, workers, random), expected(graph)),
        kind << ", " << graph.size() << " nodes, " << workers << " workers, round " << round);
  }
}

BOOST_AUTO_TEST_CASE(small_graphs) {
  Random random(42);
  for (std::size_t round = 0; round < 400 / share; ++round) {
    const std::string kind = kinds[round % kinds.size()];
    const Graph graph = random_graph(kind, 1 + random() % 60, random);
    const Components wanted = expected(graph);
    for (const std::size_t threads : {1, 2, 3, 4})
      BOOST_TEST(
          same(*found(graph, threads, random() | 1), wanted),
          kind << ", " << graph.size() << " nodes, " << threads << " threads, round " << round);
  }
  BOOST_TEST(same(*found(Graph(0), 2), Components{}));
}

BOOST_AUTO_TEST_CASE(larger_graphs) {
  Random random(43);
  for (std::size_t round = 0; round < 50 / share; ++round) {
    const std::string kind = kinds[round % kinds.size()];
    const Graph graph = random_graph(kind, 2000 + random() % 8000, random);
    const Components wanted = expected(graph);
    for (const std::size_t threads : {1, 2, 3, 4})
      for (const bool gives_way : {false, true})
        BOOST_TEST(
            same(*found(graph, threads, gives_way ? random() | 1 : 0), wanted),
            kind << ", " << graph.size() << " nodes, " << threads << " threads, round " << round);
  }
}

// All threads unite the same nodes in the same order, so that they meet at every set. Then each set
// has one ring, with all its nodes on it.
BOOST_AUTO_TEST_CASE(contention) {
  Random random(46);
  for (std::size_t round = 0; round < 60 / share; ++round) {
    constexpr Node nodes = share == 1 ? 60'000 : 20'000;
    SharedSets sets(nodes);
    std::vector<std::pair<Node, Node>> pairs(nodes);
    const Node groups = 1 + static_cast<Node>(random() % 5);
    for (auto& [a, b] : pairs) {
      a = static_cast<Node>(random() % nodes);
      b = static_cast<Node>(random() % (nodes / groups)) * groups + a % groups;
      b = std::min(b, nodes - groups + a % groups);
    }
    run_workers(2 + round % 3, [&](std::size_t) {
      for (const auto& [a, b] : pairs) sets.unite(a, b);
    });
    for (const auto& [a, b] : pairs) BOOST_REQUIRE(sets.same(a, b));
    const Components result = sets.components();
    std::vector<bool> seen(nodes);
    for (Node node = 0; node < nodes; ++node) {
      Node left = 0;
      for (Node next; (next = sets.unfinished(node)) != Components::no_node; ++left) {
        BOOST_REQUIRE(result.of[next] == result.of[node]);
        sets.finish(next);
      }
      BOOST_REQUIRE(left == (seen[sets.root(node)] ? 0 : result.sizes[result.of[node]]));
      seen[sets.root(node)] = true;
    }
  }
}

// More threads than a root has bits for.
BOOST_AUTO_TEST_CASE(many_threads) {
  Random random(44);
  const Graph graph = random_graph("sparse", 5000, random);
  BOOST_TEST(same(*found(graph, 100, 1), expected(graph)));
}

// No recursion.
BOOST_AUTO_TEST_CASE(a_long_path) {
  for (const bool closed : {false, true}) {
    Graph graph(1'000'000 / share);
    for (std::size_t i = 0; i + 1 < graph.size(); ++i) graph.add(i, i + 1);
    if (closed) graph.add(graph.size() - 1, 0);
    BOOST_TEST(found(graph, 2)->sizes.size() == (closed ? 1U : graph.size()));
  }
}

BOOST_AUTO_TEST_CASE(stopped_or_without_memory) {
  Random random(45);
  const Graph graph = random_graph("one ring", 40'000, random);
  const Components wanted = expected(graph);
  for (const std::size_t threads : {1, 2, 4}) {
    std::size_t stops = 0;
    for (std::size_t most = 0;; ++most) {
      std::atomic<std::size_t> calls{0};
      const auto result = found(graph, threads, 0, std::size_t{1} << 40,
                                [&] { return calls.fetch_add(1) >= most; });
      if (result) BOOST_TEST(same(*result, wanted));
      if (calls.load() <= most) break;
      stops += result ? 0 : 1;
    }
    BOOST_TEST(stops >= 10U);
    BOOST_CHECK_THROW(found(graph, threads, 0, 0), GraphTooLarge);
    BOOST_CHECK_THROW(found(graph, threads, 0, 20 * graph.size() + 100'000), GraphTooLarge);
    BOOST_TEST(same(*found(graph, threads, 0, (20 + 32 * threads) * graph.size()), wanted));
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace synod::test
