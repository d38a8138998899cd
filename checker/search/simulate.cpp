#include "checker/search/simulate.hpp"

#define XXH_INLINE_ALL
#include <xxhash.h>

#include <algorithm>
#include <atomic>
#include <bit>
#include <cmath>
#include <deque>
#include <limits>
#include <map>
#include <stdexcept>

#include "checker/search/judged.hpp"
#include "checker/search/mixing.hpp"
#include "checker/search/parallel.hpp"
#include "checker/search/ticker.hpp"

namespace synod {
namespace {

/// Random numbers of a walk: splitmix64, begun at a mixture of seed and number.
class Random {
 public:
  Random(std::uint64_t seed, std::uint64_t number) : state_(mix(seed + golden) ^ mix(number)) {}

  /// From 0 to below `end`.
  std::uint64_t below(std::uint64_t end) {
    __extension__ using Wide = unsigned __int128;
    return static_cast<std::uint64_t>((Wide{mix(state_ += golden)} * end) >> 64);
  }

 private:
  static constexpr std::uint64_t golden = 0x9e3779b97f4a7c15;
  std::uint64_t state_;
};

/// How many different hashes were added, about: HyperLogLog [Flajolet, Fusy, Gandouet, Meunier
/// 2007]. Each hash chooses a register, which keeps the longest run of zeros seen. While many are
/// unused, their number says it better.
class DistinctEstimate {
 public:
  void add(std::uint64_t hash) {
    std::uint8_t& there = registers_[hash >> (64 - index_bits)];
    const std::uint64_t rest = hash << index_bits | std::uint64_t{1} << (index_bits - 1);
    there = std::max(there, static_cast<std::uint8_t>(std::countl_zero(rest) + 1));
  }
  std::uint64_t estimate() const {
    constexpr double m = size;
    double sum = 0;
    for (const std::uint8_t there : registers_) sum += std::ldexp(1, -there);
    const auto unused = static_cast<double>(std::count(registers_.begin(), registers_.end(), 0));
    const double estimate = 0.7213 / (1 + 1.079 / m) * m * m / sum;
    const bool small = estimate <= 2.5 * m && unused != 0;
    return static_cast<std::uint64_t>(std::llround(small ? m * std::log(m / unused) : estimate));
  }

 private:
  static constexpr unsigned index_bits = 16;
  static constexpr std::size_t size = std::size_t{1} << index_bits;
  std::vector<std::uint8_t> registers_ = std::vector<std::uint8_t>(size, 0);
};

/// What can be judged on the way.
PropertySet on_the_way(const Judged& judged) {
  return judged.always | judged.initially | judged.per_step | judged.reachable;
}

/// What one walk met.
struct Record {
  bool walked = false;
  bool ended = false;  ///< where nothing changes any more
  std::uint64_t steps = 0;
  std::uint64_t generated = 0;
  std::vector<std::uint64_t> hashes;  ///< of the states
  std::vector<std::uint64_t> fired;   ///< successors by action
  std::vector<std::uint64_t> taken;   ///< steps by action
  std::vector<Cut> cuts;
  std::uint64_t open_ends = 0;
  std::vector<std::pair<std::size_t, std::uint64_t>> reached;  ///< property, after so many steps
  PropertySet violated = 0;                                    ///< in the last state
};

/// One thread's walks.
class Walker {
 public:
  Walker(const TransitionSystem& system, const WalkOptions& options)
      : options_(options),
        words_(system.words()),
        actions_(system.actions().size()),
        explorer_(system.explorer()),
        initial_(explorer_->initial()),
        weights_(actions_),
        changing_(actions_),
        state_(words_) {}

  /// One walk, from its beginning until something is violated, nothing changes any more, it is
  /// long enough, or `stopped` says so. With `path`, its states are kept there.
  template <class Stopped>
  void walk(std::uint64_t number, const Judged& judged, Record& record, Stopped&& stopped,
            std::vector<PackedState>* path = nullptr) {
    record = {};
    record.walked = true;
    record.fired.resize(actions_);
    record.taken.resize(actions_);
    Random random = begin(number);
    PropertySet wanted = on_the_way(judged);
    while (true) {
      explorer_->expand(state_.data(), 1, wanted, false, expansion_);
      if (path != nullptr) path->push_back(state_);
      note_state(record);
      for (PropertySet left = expansion_.holds[0] & wanted & judged.reachable; left != 0;
           left &= left - 1)
        record.reached.emplace_back(std::countr_zero(left), record.steps);
      wanted &= ~(expansion_.holds[0] & judged.reachable);
      record.violated =
          (judged.in_states_at(record.steps + 1) & ~expansion_.holds[0]) | expansion_.violated[0];
      if (record.violated != 0 || record.steps == options_.steps || stopped()) return;
      const std::optional<std::size_t> action = choose_action(random);
      record.ended = !action;
      if (!action) return;
      take(*action, random.below(changing_[*action]));
      ++record.taken[*action];
      ++record.steps;
    }
  }

 private:
  Random begin(std::uint64_t number) {
    constexpr std::uint64_t strengths = 8;
    Random random(options_.seed, number);
    for (std::uint64_t& weight : weights_) weight = std::uint64_t{1} << random.below(strengths);
    const std::uint64_t first = random.below(initial_.size() / words_);
    copy_state(state_.data(), initial_.data() + first * words_, words_);
    return random;
  }

  void note_state(Record& record) const {
    record.hashes.push_back(XXH3_64bits(state_.data(), words_ * sizeof(std::uint64_t)));
    record.generated += expansion_.count();
    for (std::size_t i = 0; i < actions_; ++i) record.fired[i] += expansion_.fired[i];
    for (const Cut& cut : expansion_.cuts) add_cut(record.cuts, cut.bound, cut.steps);
    record.open_ends += expansion_.open_ends;
  }

  bool changes(std::size_t successor) const {
    return !same_state(state_.data(), expansion_.successors.data() + successor * words_, words_);
  }

  /// One that has a step that changes something, by the walk's weights; none if nothing does.
  std::optional<std::size_t> choose_action(Random& random) {
    std::uint64_t sum = 0;
    std::size_t successor = 0;
    for (std::size_t action = 0; action < actions_; ++action) {
      changing_[action] = 0;
      for (std::uint64_t i = 0; i < expansion_.fired[action]; ++i, ++successor)
        if (changes(successor)) ++changing_[action];
      if (changing_[action] != 0) sum += weights_[action];
    }
    if (sum == 0) return std::nullopt;
    std::uint64_t at = random.below(sum);
    for (std::size_t action = 0;; ++action) {
      if (changing_[action] == 0) continue;
      if (at < weights_[action]) return action;
      at -= weights_[action];
    }
  }

  /// Takes a step of the action: of those that change something, this.
  void take(std::size_t action, std::uint64_t which) {
    std::size_t successor = 0;
    for (std::size_t before = 0; before < action; ++before)
      successor += static_cast<std::size_t>(expansion_.fired[before]);
    for (;; ++successor)
      if (changes(successor) && which-- == 0) break;
    copy_state(state_.data(), expansion_.successors.data() + successor * words_, words_);
  }

  WalkOptions options_;
  unsigned words_;
  std::size_t actions_;
  std::unique_ptr<Explorer> explorer_;
  std::vector<std::uint64_t> initial_;
  std::vector<std::uint64_t> weights_;   ///< of actions in this walk
  std::vector<std::uint64_t> changing_;  ///< steps of each that change the state
  PackedState state_;
  Expansion expansion_;
};

/// The shortest way from the first to the last of these states through states among them.
Path shortest_among(const TransitionSystem& system, const std::vector<PackedState>& states) {
  struct Reached {
    const PackedState* from = nullptr;
    std::uint32_t label = 0;
    bool yes = false;
  };
  std::map<PackedState, Reached> among;
  for (const PackedState& state : states) among.try_emplace(state);
  const auto explorer = system.explorer();
  Expansion expansion;
  std::deque<const PackedState*> waiting{&among.find(states.front())->first};
  among[states.front()].yes = true;
  const Reached& end = among[states.back()];
  PackedState to(system.words());
  while (!end.yes) {
    if (waiting.empty()) throw std::logic_error("a step of the walk is none of the system's");
    const PackedState* const from = waiting.front();
    waiting.pop_front();
    explorer->expand(from->data(), 1, 0, true, expansion);
    for (std::size_t i = 0; i < expansion.count(); ++i) {
      copy_state(to.data(), expansion.successors.data() + i * to.size(), system.words());
      const auto found = among.find(to);
      if (found == among.end() || found->second.yes) continue;
      found->second = {from, expansion.labels[i], true};
      waiting.push_back(&found->first);
    }
  }
  Path path;
  for (auto at = among.find(states.back()); true; at = among.find(*at->second.from)) {
    path.states.push_back(at->first);
    if (at->second.from == nullptr) break;
    path.labels.push_back(at->second.label);
  }
  std::reverse(path.states.begin(), path.states.end());
  std::reverse(path.labels.begin(), path.labels.end());
  return path;
}

/// Extends the path by the first step that violates a step property.
void append_violating_step(const TransitionSystem& system, std::size_t property, Path& path) {
  const auto explorer = system.explorer();
  const PackedState from = path.states.back();
  Expansion expansion;
  explorer->expand(from.data(), 1, 0, true, expansion);
  for (std::size_t i = 0; i < expansion.count(); ++i) {
    const std::uint64_t* const to = expansion.successors.data() + i * from.size();
    if (explorer->violated(from.data(), to, bit(property)) == 0) continue;
    path.states.emplace_back(to, to + from.size());
    path.labels.push_back(expansion.labels[i]);
    return;
  }
  throw std::logic_error("no step of the last state violates what one was to violate");
}

class Swarm {
 public:
  Swarm(const TransitionSystem& system, const SearchOptions& options, const WalkOptions& walks)
      : system_(system),
        options_(options),
        walks_(walks),
        threads_(options.threads != 0 ? options.threads : default_workers()),
        judged_(system.properties(), options.properties) {
    for (std::size_t i = 0; i < threads_; ++i) walkers_.emplace_back(system, walks);
    // A thread has some walks to make before all wait for each other, but not so many that keeping
    // them takes much memory.
    constexpr std::uint64_t most_states = std::uint64_t{1} << 20;
    records_.resize(threads_ * std::clamp<std::uint64_t>(most_states / (walks.steps + 1), 1, 64));
    coverage_.options = walks;
    coverage_.taken.resize(system.actions().size());
    coverage_.reached.resize(system.properties().size());
    result_.properties.resize(system.properties().size());
    result_.actions.resize(system.actions().size());
  }

  Simulation run() {
    result_.threads = threads_;
    result_.stop = Stop::partial;
    {
      const Ticker ticker(options_.progress_interval_seconds,
                          walks_.progress ? [this] { tell_progress(); } : std::function<void()>());
      while (result_.stop == Stop::partial && coverage_.walks < walks_.walks) walk_some();
    }
    result_.depth = coverage_.longest + 1;
    result_.distinct = distinct_.estimate();
    std::sort(result_.cuts.begin(), result_.cuts.end(),
              [](const Cut& a, const Cut& b) { return a.bound < b.bound; });
    for (std::size_t i = 0; i < result_.properties.size(); ++i) conclude_property(i);
    show();
    result_.seconds = Stopwatch::since(began_);
    return {std::move(result_), std::move(coverage_)};
  }

 private:
  /// The next walks, by number.
  void walk_some() {
    const std::uint64_t first = coverage_.walks;
    const auto count = std::min<std::uint64_t>(records_.size(), walks_.walks - first);
    for (Record& record : records_) record.walked = false;
    std::atomic<std::uint64_t> next{0};
    std::atomic<std::uint64_t> violating{count};  // the first of them
    std::atomic<int> cut{-1};
    run_workers(std::min<std::uint64_t>(threads_, count), [&](std::size_t w) {
      for (std::uint64_t i; (i = next.fetch_add(1)) < violating.load();) {
        const auto stopped = [&] {
          if (const auto reason = reason_to_stop(options_, began_))
            cut.store(static_cast<int>(*reason));
          return cut.load() >= 0 || i > violating.load();
        };
        walkers_[w].walk(first + i, judged_, records_[i], stopped);
        walked_.fetch_add(1, std::memory_order_relaxed);
        steps_.fetch_add(records_[i].steps, std::memory_order_relaxed);
        std::uint64_t known = violating.load();
        while (records_[i].violated != 0 && i < known &&
               !violating.compare_exchange_weak(known, i));
        if (cut.load() >= 0) return;
      }
    });
    if (cut.load() >= 0) result_.stop = static_cast<Stop>(cut.load());
    for (std::uint64_t i = 0; i < count && result_.stop != Stop::violation; ++i)
      if (records_[i].walked) add(first + i, records_[i]);
  }

  void tell_progress() const {
    constexpr auto endless = std::numeric_limits<std::uint64_t>::max();
    WalkProgress progress;
    progress.walks = walked_.load(std::memory_order_relaxed);
    progress.steps = steps_.load(std::memory_order_relaxed);
    if (walks_.walks != endless) progress.of_walks = walks_.walks;
    progress.seconds = Stopwatch::since(began_);
    walks_.progress(progress);
  }

  void add(std::uint64_t number, const Record& record) {
    ++coverage_.walks;
    coverage_.steps += record.steps;
    coverage_.longest = std::max(coverage_.longest, record.steps);
    coverage_.ended += record.ended ? 1 : 0;
    result_.generated += record.generated;
    for (const std::uint64_t hash : record.hashes) distinct_.add(hash);
    for (std::size_t i = 0; i < coverage_.taken.size(); ++i) {
      coverage_.taken[i] += record.taken[i];
      result_.actions[i].fired += record.fired[i];
    }
    for (const Cut& more : record.cuts) add_cut(result_.cuts, more.bound, more.steps);
    for (std::size_t i = 0; i < result_.properties.size(); ++i)
      if (system_.properties()[i].kind == PropertyKind::deadlock_free)
        result_.properties[i].cut += record.open_ends;
    for (const auto& [property, steps] : record.reached)
      if (!coverage_.reached[property]) coverage_.reached[property] = {number, steps};
    if (record.violated == 0) return;
    result_.stop = Stop::violation;
    violated_ = record.violated;
    coverage_.violating_walk = number;
    coverage_.violating_step = record.steps;
  }

  void conclude_property(std::size_t i) {
    PropertyVerdict& verdict = result_.properties[i].verdict;
    const PropertyInfo& info = system_.properties()[i];
    if ((options_.properties & bit(i)) == 0)
      verdict = PropertyVerdict::not_checked;
    else if (!info.applies)
      verdict = PropertyVerdict::not_applicable;
    else if ((on_the_way(judged_) & bit(i)) == 0)
      verdict = PropertyVerdict::not_checked;
    else if ((violated_ & bit(i)) != 0)
      verdict = PropertyVerdict::violated;
    else if (coverage_.reached[i])
      verdict = PropertyVerdict::holds;
  }

  /// The way to the violation or, with none, to the witness that was asked for.
  void show() {
    if (violated_ != 0) {
      result_.shown = static_cast<std::size_t>(std::countr_zero(violated_));
      result_.path = path_to(coverage_.violating_walk, coverage_.violating_step);
      for (PropertySet left = violated_; left != 0; left &= left - 1) {
        const auto property = static_cast<std::size_t>(std::countr_zero(left));
        const bool is_step = system_.properties()[property].kind == PropertyKind::step;
        result_.properties[property].depth = result_.path.states.size() + (is_step ? 1 : 0);
      }
      if (system_.properties()[*result_.shown].kind == PropertyKind::step)
        append_violating_step(system_, *result_.shown, result_.path);
    } else if (options_.witness && coverage_.reached[*options_.witness]) {
      const WalkCoverage::Reached& reached = *coverage_.reached[*options_.witness];
      result_.shown = options_.witness;
      result_.path = path_to(reached.walk, reached.steps);
    }
  }

  Path path_to(std::uint64_t walk, std::uint64_t steps) const {
    WalkOptions no_longer = walks_;
    no_longer.steps = steps;
    return shortest_among(system_, states_of_walk(system_, no_longer, walk));
  }

  const TransitionSystem& system_;
  const SearchOptions& options_;
  const WalkOptions& walks_;
  std::size_t threads_;
  Judged judged_;
  Stopwatch::Clock::time_point began_ = Stopwatch::Clock::now();
  std::vector<Walker> walkers_;
  std::vector<Record> records_;
  DistinctEstimate distinct_;
  PropertySet violated_ = 0;
  WalkCoverage coverage_;
  std::atomic<std::uint64_t> walked_{0};  ///< for whoever watches
  std::atomic<std::uint64_t> steps_{0};
  SearchResult result_;
};

}  // namespace

Simulation simulate(const TransitionSystem& system, const SearchOptions& options,
                    const WalkOptions& walks) {
  return Swarm(system, options, walks).run();
}

std::vector<PackedState> states_of_walk(const TransitionSystem& system, const WalkOptions& walks,
                                        std::uint64_t number) {
  std::vector<PackedState> states;
  Record record;
  Walker(system, walks).walk(number, {}, record, [] { return false; }, &states);
  return states;
}

}  // namespace synod
