#include "checker/search/state_graph.hpp"

#include <algorithm>
#include <bit>
#include <limits>

#include "checker/search/parallel.hpp"

namespace synod {

SetColumn::SetColumn(std::size_t rows, std::uint64_t members)
    : members_(members),
      width_(static_cast<unsigned>(std::popcount(members) + 7) / 8),
      bytes_(rows * width_) {
  for (unsigned i = 0; i < width_; ++i)
    for (unsigned byte = 0; byte < 256; ++byte) {
      std::uint64_t spread = 0;
      unsigned position = 0;
      for (std::uint64_t left = members_; left != 0; left &= left - 1, ++position)
        if (position / 8 == i && (byte >> position % 8 & 1) != 0) spread |= left & -left;
      spread_.push_back(spread);
    }
}

void SetColumn::set(std::size_t row, std::uint64_t members) {
  std::uint64_t packed = 0;
  unsigned position = 0;
  for (std::uint64_t left = members_; left != 0; left &= left - 1, ++position)
    if ((members & left & -left) != 0) packed |= std::uint64_t{1} << position;
  for (unsigned i = 0; i < width_; ++i)
    bytes_[row * width_ + i] = static_cast<std::uint8_t>(packed >> (8 * i));
}

std::size_t StateGraph::bytes() const {
  return edges_ * sizeof(Index) + first_edge_.size() * sizeof(first_edge_[0]) + holds_.bytes() +
         enabled_.bytes() + cut_.size() + blocks_.size() * sizeof(Block) + (marked_ ? edges_ : 0) +
         partial_ * sizeof(PartialSteps::value_type);
}

std::span<const StateGraph::PartialSteps::value_type> StateGraph::partial_steps(Index state) const {
  if (!cut(state)) return {};
  const PartialSteps& all = blocks_[state / block_states].partial;
  const auto [first, last] =
      std::equal_range(all.begin(), all.end(), std::pair(state, Index{0}),
                       [](const auto& a, const auto& b) { return a.first < b.first; });
  return {first, last};
}

std::span<const std::uint8_t> StateGraph::marks(Index state) const {
  const Block& block = blocks_[state / block_states];
  if (block.marks.empty()) return {};
  return std::span(block.marks).subspan(first_edge_[state], degree(state, block));
}

namespace {

bool is_cut(const Expansion& expansion, std::size_t i, std::uint32_t label) {
  const auto first = expansion.cut_labels.begin();
  const auto begin = first + static_cast<std::ptrdiff_t>(i == 0 ? 0 : expansion.cut_ends[i - 1]);
  const auto end = first + static_cast<std::ptrdiff_t>(expansion.cut_ends[i]);
  return std::find(begin, end, label) != end;
}

}  // namespace

void StateGraph::labels(Explorer& explorer, Index state, std::vector<std::uint32_t>& out) const {
  Expansion expansion;
  const std::uint64_t* const from = states_->state(state);
  explorer.expand(from, 1, 0, true, expansion);
  out.clear();
  for (std::size_t i = 0; i < expansion.count(); ++i)
    if (!same_state(expansion.successors.data() + i * words_, from, words_) &&
        !is_cut(expansion, 0, expansion.labels[i]))
      out.push_back(expansion.labels[i]);
}

class GraphBuilder {
 public:
  GraphBuilder(const TransitionSystem& system, std::shared_ptr<const StoredStates> states,
               const GraphRequest& request, std::size_t threads, std::size_t memory,
               const std::function<bool()>& stopped)
      : system_(system),
        request_(request),
        threads_(threads),
        memory_(memory),
        stopped_(stopped),
        words_(system.words()),
        graph_(std::make_shared<StateGraph>()) {
    graph_->states_ = std::move(states);
    graph_->words_ = words_;
  }

  std::shared_ptr<const StateGraph> build() {
    const std::uint64_t size = graph_->states_->size();
    if (size >= std::numeric_limits<StateGraph::Index>::max()) throw GraphTooLarge{};
    if (size * (sizeof(graph_->first_edge_[0]) + 1) > memory_) throw GraphTooLarge{};
    graph_->first_edge_.resize(size);
    graph_->cut_.resize(size);
    graph_->holds_ = SetColumn(size, request_.predicates);
    graph_->enabled_ = SetColumn(size, request_.groups);
    graph_->blocks_.resize((size + StateGraph::block_states - 1) / StateGraph::block_states);
    graph_->marked_ = !request_.marks.empty();
    used_ = graph_->bytes();

    std::atomic<std::size_t> next{0};
    std::atomic<bool> full{false};
    std::atomic<std::uint64_t> edges{0};
    std::atomic<std::uint64_t> partial{0};
    run_workers(std::min(threads_, graph_->blocks_.size()), [&](std::size_t) {
      const std::unique_ptr<Explorer> explorer = system_.explorer();
      Expansion expansion;
      StoredStates::Finder finder(*graph_->states_);
      expansion.listener = &finder;
      StateGraph::Block scratch;
      for (std::size_t b; (b = next.fetch_add(1)) < graph_->blocks_.size();) {
        if (full.load() || stopped_()) return;
        build_block(*explorer, expansion, finder, scratch, b);
        edges += scratch.targets.size();
        partial += scratch.partial.size();
        const std::size_t bytes =
            scratch.targets.size() * (sizeof(StateGraph::Index) + (graph_->marked_ ? 1 : 0)) +
            scratch.partial.size() * sizeof(StateGraph::PartialSteps::value_type);
        if (used_.fetch_add(bytes) + bytes > memory_) full.store(true);
      }
    });
    if (full.load()) throw GraphTooLarge{};
    if (stopped_()) return nullptr;
    graph_->edges_ = edges.load();
    graph_->partial_ = partial.load();
    const std::vector<std::uint64_t> initial = system_.explorer()->initial();
    for (std::size_t i = 0; i < initial.size(); i += words_)
      graph_->initial_.push_back(graph_->find(initial.data() + i));
    return graph_;
  }

 private:
  void build_block(Explorer& explorer, Expansion& expansion, StoredStates::Finder& finder,
                   StateGraph::Block& scratch, std::size_t block) {
    constexpr std::size_t batch = 64;
    const std::size_t begin = block * StateGraph::block_states;
    const std::size_t end = std::min(begin + StateGraph::block_states, graph_->size());
    scratch.targets.clear();
    scratch.marks.clear();
    scratch.partial.clear();
    for (std::size_t first = begin; first < end; first += batch) {
      const std::size_t count = std::min(batch, end - first);
      const std::uint64_t* const states = graph_->states_->state(first);
      finder.forget();
      explorer.expand(states, count, request_.predicates, true, expansion);
      std::size_t successor = 0;
      for (std::size_t i = 0; i < count; ++i) {
        graph_->first_edge_[first + i] = static_cast<std::uint32_t>(scratch.targets.size());
        add_state(expansion, finder, first + i, i, states + i * words_, successor, scratch);
        successor = expansion.ends[i];
      }
    }
    StateGraph::Block& made = graph_->blocks_[block];
    made.targets.assign(scratch.targets.begin(), scratch.targets.end());
    made.marks.assign(scratch.marks.begin(), scratch.marks.end());
    made.partial.assign(scratch.partial.begin(), scratch.partial.end());
  }

  void add_state(const Expansion& expansion, StoredStates::Finder& finder, std::size_t index,
                 std::size_t i, const std::uint64_t* from, std::size_t successor,
                 StateGraph::Block& scratch) {
    StepGroups enabled = 0;
    const std::size_t first_cut = i == 0 ? 0 : expansion.cut_ends[i - 1];
    const bool cut = expansion.cut_ends[i] > first_cut;
    for (; successor < expansion.ends[i]; ++successor) {
      const std::uint64_t* const to = expansion.successors.data() + successor * words_;
      const std::uint32_t label = expansion.labels[successor];
      if (same_state(from, to, words_)) continue;
      if (cut && is_cut(expansion, i, label)) {
        scratch.partial.emplace_back(static_cast<StateGraph::Index>(index),
                                     target_of(finder, successor));
        continue;
      }
      const StepGroups groups = request_.groups_of ? request_.groups_of(from, label) : 0;
      enabled |= groups;
      if (graph_->marked_) scratch.marks.push_back(mark_of(groups));
      scratch.targets.push_back(target_of(finder, successor));
    }
    for (std::size_t k = first_cut; k < expansion.cut_ends[i]; ++k)
      if (request_.groups_of) enabled |= request_.groups_of(from, expansion.cut_labels[k]);
    graph_->cut_[index] = cut ? 1 : 0;
    graph_->holds_.set(index, expansion.holds[i] & request_.predicates);
    graph_->enabled_.set(index, enabled & request_.groups);
  }

  static StateGraph::Index target_of(StoredStates::Finder& finder, std::size_t successor) {
    const std::uint64_t target = finder.find(successor);
    if (target == StoredStates::absent)
      throw std::logic_error("a step leaves the set of reachable states");
    return static_cast<StateGraph::Index>(target);
  }

  std::uint8_t mark_of(StepGroups groups) const {
    std::uint8_t mark = 0;
    for (std::size_t i = 0; i < request_.marks.size(); ++i)
      if ((groups & request_.marks[i]) != 0) mark |= static_cast<std::uint8_t>(1U << i);
    return mark;
  }

  const TransitionSystem& system_;
  const GraphRequest& request_;
  std::size_t threads_;
  std::size_t memory_;
  const std::function<bool()>& stopped_;
  unsigned words_;
  std::atomic<std::size_t> used_{0};
  std::shared_ptr<StateGraph> graph_;
};

std::shared_ptr<const StateGraph> build_graph(const TransitionSystem& system,
                                              std::shared_ptr<const StoredStates> states,
                                              const GraphRequest& request, std::size_t threads,
                                              std::size_t memory,
                                              const std::function<bool()>& stopped) {
  return GraphBuilder(system, std::move(states), request, threads, memory, stopped).build();
}

std::vector<std::atomic<std::uint8_t>> can_reach(const StateGraph& graph, PropertySet predicate,
                                                 std::size_t threads) {
  std::vector<std::atomic<std::uint8_t>> marked(graph.size());
  constexpr std::size_t batch = 1024;
  const std::size_t batches = (graph.size() + batch - 1) / batch;
  // Only successors are stored, so marks are pulled. States are in breadth-first order: a sweep
  // from the last to the first carries a mark against all steps that lead to deeper levels, one the
  // other way those that lead back.
  for (bool changed = true, upwards = true; changed; upwards = !upwards) {
    std::atomic<std::size_t> next{0};
    std::atomic<bool> any{false};
    run_workers(batches < 4 ? 1 : threads, [&](std::size_t) {
      for (std::size_t b; (b = next.fetch_add(1)) < batches;) {
        const std::size_t at = upwards ? batches - 1 - b : b;
        const std::size_t begin = at * batch;
        const std::size_t end = std::min(begin + batch, graph.size());
        for (std::size_t k = begin; k < end; ++k) {
          const auto i = static_cast<StateGraph::Index>(upwards ? end - 1 - (k - begin) : k);
          if (marked[i].load(std::memory_order_relaxed) != 0) continue;
          bool mark = (graph.holds(i) & predicate) != 0;
          for (const StateGraph::Index to : graph.successors(i))
            mark = mark || marked[to].load(std::memory_order_relaxed) != 0;
          for (const auto& [from, to] : graph.partial_steps(i))
            mark = mark || marked[to].load(std::memory_order_relaxed) != 0;
          if (!mark) continue;
          marked[i].store(1, std::memory_order_relaxed);
          any.store(true, std::memory_order_relaxed);
        }
      }
    });
    changed = any.load();
  }
  return marked;
}

}  // namespace synod
