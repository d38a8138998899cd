#include "checker/search/state_graph.hpp"

#include <algorithm>
#include <bit>

#include "checker/search/parallel.hpp"

namespace synod {

SetColumn::SetColumn(std::uint64_t members)
    : members_(members),
      side_by_side_(((members + (members & -members)) & members) == 0),
      width_(static_cast<unsigned>(std::popcount(members) + 7) / 8) {
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
  if (side_by_side_) {
    packed = members >> std::countr_zero(members_ | std::uint64_t{1} << 63);
  } else {
    unsigned position = 0;
    for (std::uint64_t left = members_; left != 0; left &= left - 1, ++position)
      if ((members & left & -left) != 0) packed |= std::uint64_t{1} << position;
  }
  for (unsigned i = 0; i < width_; ++i)
    bytes_[row * width_ + i] = static_cast<std::uint8_t>(packed >> (8 * i));
}

std::size_t StateGraph::bytes() const {
  return block_bytes_ + blocks_.capacity() * sizeof(Block) +
         first_edge_.capacity() * sizeof(first_edge_[0]) + holds_.bytes() + enabled_.bytes() +
         cut_.capacity() * sizeof(cut_[0]);
}

std::span<const StateGraph::PartialSteps::value_type> StateGraph::partial_steps(Index state) const {
  if (!cut(state)) return {};
  const PartialSteps& all = block_of(state).partial;
  const auto [first, last] =
      std::equal_range(all.begin(), all.end(), std::pair(state, Index{0}),
                       [](const auto& a, const auto& b) { return a.first < b.first; });
  return {first, last};
}

std::span<const std::uint8_t> StateGraph::marks(Index state) const {
  const Block& block = block_of(state);
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

GraphBuilder::GraphBuilder(std::shared_ptr<const StoredStates> states, const GraphRequest& request,
                           unsigned words, std::size_t batch)
    : request_(request), graph_(std::make_shared<StateGraph>()) {
  graph_->states_ = std::move(states);
  graph_->words_ = words;
  graph_->block_bits_ = static_cast<unsigned>(std::countr_zero(batch));
  graph_->holds_ = SetColumn(request.predicates);
  graph_->enabled_ = SetColumn(request.groups);
}

void GraphBuilder::next_level() {
  level_begin_ = graph_->size();
  resize(graph_->states_->size());
}

void GraphBuilder::resize(std::uint64_t size) {
  graph_->first_edge_.resize(size);
  graph_->cut_.resize(size);
  graph_->holds_.resize(size);
  graph_->enabled_.resize(size);
  graph_->blocks_.resize(((size - 1) >> graph_->block_bits_) + 1);
}

void GraphBuilder::add(std::uint64_t first, std::size_t count, const Expansion& expansion,
                       const std::vector<std::uint64_t>& targets) {
  StateGraph::Block& block = graph_->blocks_[first >> graph_->block_bits_];
  const std::size_t before = bytes_of(block);
  std::size_t edges = block.targets.size();
  const std::size_t most =
      edges + targets.size() -
      static_cast<std::size_t>(std::count(targets.begin(), targets.end(), StoredStates::absent));
  block.targets.reserve(most);
  block.targets.resize(most);
  if (!request_.marks.empty()) {
    block.marks.reserve(most);
    block.marks.resize(most);
  }
  for (std::size_t i = 0; i < count; ++i) add_state(first + i, i, expansion, targets, block, edges);
  block.targets.resize(edges);
  if (!request_.marks.empty()) block.marks.resize(edges);
  block_bytes_.fetch_add(bytes_of(block) - before, std::memory_order_relaxed);
}

void GraphBuilder::add_state(std::uint64_t index, std::size_t i, const Expansion& expansion,
                             const std::vector<std::uint64_t>& targets, StateGraph::Block& block,
                             std::size_t& edges) {
  const std::uint64_t* const from = graph_->states_->state(index);
  const std::size_t first_cut = i == 0 ? 0 : expansion.cut_ends[i - 1];
  const bool cut = expansion.cut_ends[i] > first_cut;
  StepGroups enabled = 0;
  graph_->first_edge_[index] = static_cast<std::uint16_t>(edges);
  for (std::size_t k = i == 0 ? 0 : expansion.ends[i - 1]; k < expansion.ends[i]; ++k) {
    if (targets[k] == StoredStates::absent) continue;
    const auto target = static_cast<StateGraph::Index>(targets[k]);
    const std::uint32_t label = expansion.labels[k];
    if (cut && is_cut(expansion, i, label)) {
      block.partial.emplace_back(static_cast<StateGraph::Index>(index), target);
      continue;
    }
    const StepGroups groups = request_.groups_of(from, label);
    enabled |= groups;
    if (!request_.marks.empty()) block.marks[edges] = mark_of(groups);
    block.targets[edges++] = target;
  }
  for (std::size_t k = first_cut; k < expansion.cut_ends[i]; ++k) {
    const StepGroups groups = request_.groups_of(from, expansion.cut_labels[k]);
    enabled |= groups;  // though no step of the graph
    const std::uint32_t without = ~std::uint32_t{mark_of(groups)};
    const std::uint32_t marks = (1U << request_.marks.size()) - 1;
    graph_->cut_[index] |= static_cast<std::uint16_t>(1U | (without & marks) << 1);
    block.cut = true;
  }
  graph_->holds_.set(index, expansion.holds[i] & request_.predicates);
  graph_->enabled_.set(index, enabled & request_.groups);
}

std::uint8_t GraphBuilder::mark_of(StepGroups groups) const {
  std::uint8_t mark = 0;
  for (std::size_t i = 0; i < request_.marks.size(); ++i)
    if ((groups & request_.marks[i]) != 0) mark |= static_cast<std::uint8_t>(1U << i);
  return mark;
}

void GraphBuilder::follow_moves() {
  const std::vector<StoredStates::Move>& moves = graph_->states_->moves();
  if (moves.empty()) return;
  // From the last state down to what is now the end.
  const std::uint64_t end = moves.back().from;
  std::vector<StateGraph::Index> now(moves.front().from - end + 1);
  for (const auto& [from, to] : moves) now[from - end] = static_cast<StateGraph::Index>(to);
  const auto follow = [&](StateGraph::Index& target) {
    if (target >= end) target = now[target - end];
  };
  for (std::size_t b = level_begin_ >> graph_->block_bits_; b < graph_->blocks_.size(); ++b) {
    for (StateGraph::Index& target : graph_->blocks_[b].targets) follow(target);
    for (auto& [from, to] : graph_->blocks_[b].partial) follow(to);
  }
}

void GraphBuilder::save(CheckpointWriter& writer) const {
  const StateGraph& graph = *graph_;
  writer.number(graph.size());
  writer.bytes(graph.first_edge_.data(), graph.size() * sizeof graph.first_edge_[0]);
  writer.bytes(graph.cut_.data(), graph.cut_.size() * sizeof graph.cut_[0]);
  graph.holds_.save(writer);
  graph.enabled_.save(writer);
  for (const StateGraph::Block& block : graph.blocks_) {
    writer.number(block.targets.size());
    writer.bytes(block.targets.data(), block.targets.size() * sizeof block.targets[0]);
    writer.bytes(block.marks.data(), block.marks.size());
    writer.number(block.partial.size());
    for (const auto& [from, to] : block.partial) {
      writer.number(from);
      writer.number(to);
    }
  }
}

void GraphBuilder::load(CheckpointReader& reader, std::uint64_t level_begin,
                        std::uint64_t level_end) {
  StateGraph& graph = *graph_;
  const std::uint64_t size = reader.count(sizeof graph.first_edge_[0]);
  // A level that has not begun is no part of the graph.
  const bool begun = size != level_begin;
  reader.require(
      size == (begun ? level_end : level_begin) && (begun || graph.states_->size() == level_end),
      "there are not as many states as elsewhere");
  level_begin_ = level_begin;
  if (size != 0) resize(size);
  reader.bytes(graph.first_edge_.data(), size * sizeof graph.first_edge_[0]);
  reader.bytes(graph.cut_.data(), size * sizeof graph.cut_[0]);
  graph.holds_.load(reader);
  graph.enabled_.load(reader);
  for (std::size_t b = 0; b < graph.blocks_.size(); ++b) {
    StateGraph::Block& block = graph.blocks_[b];
    block.targets.resize(reader.count(sizeof block.targets[0]));
    reader.bytes(block.targets.data(), block.targets.size() * sizeof block.targets[0]);
    if (!request_.marks.empty()) block.marks.resize(block.targets.size());
    reader.bytes(block.marks.data(), block.marks.size());
    block.partial.resize(reader.count(2 * sizeof(std::uint64_t)));
    for (auto& [from, to] : block.partial) {
      from = static_cast<StateGraph::Index>(reader.number());
      to = static_cast<StateGraph::Index>(reader.number());
    }
    check_loaded(reader, b);
    const std::size_t first = b << graph.block_bits_;
    for (std::size_t i = first; i < std::min(graph.size(), first + (1U << graph.block_bits_)); ++i)
      block.cut = block.cut || graph.cut_[i] != 0;
    block_bytes_.fetch_add(bytes_of(block), std::memory_order_relaxed);
  }
  if (!begun) next_level();
}

/// Throws unless the edges of a block's states are there and lead to states.
void GraphBuilder::check_loaded(const CheckpointReader& reader, std::size_t b) const {
  const StateGraph::Block& block = graph_->blocks_[b];
  const std::uint64_t begin = b << graph_->block_bits_;
  const std::uint64_t end =
      std::min<std::uint64_t>((b + 1) << graph_->block_bits_,
                              std::min<std::uint64_t>(graph_->size(), graph_->states_->taken()));
  const auto is_state = [&](StateGraph::Index index) { return index < graph_->states_->size(); };
  bool holds = std::all_of(block.targets.begin(), block.targets.end(), is_state);
  std::size_t edge = 0;
  for (std::uint64_t i = begin; i < end; ++i) {
    holds = holds && graph_->first_edge_[i] >= edge;
    edge = graph_->first_edge_[i];
  }
  holds = holds && edge <= block.targets.size();
  std::uint64_t source = begin;
  for (const auto& [from, to] : block.partial) {
    holds = holds && from >= source && from < end && graph_->cut_[from] != 0 && is_state(to);
    source = from;
  }
  reader.require(holds, "an edge is none");
}

std::shared_ptr<const StateGraph> GraphBuilder::finish(const std::vector<std::uint64_t>& initial) {
  for (const StateGraph::Block& block : graph_->blocks_) {
    graph_->edges_ += block.targets.size();
    graph_->any_cut_ = graph_->any_cut_ || block.cut;
  }
  graph_->block_bytes_ = block_bytes_.load(std::memory_order_relaxed);
  for (std::size_t i = 0; i < initial.size(); i += graph_->words_)
    graph_->initial_.push_back(graph_->find(initial.data() + i));
  return std::move(graph_);
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
