#include "checker/search/search.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <chrono>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <functional>
#include <memory>
#include <mutex>
#include <utility>

#include <malloc.h>
#include <unistd.h>

#include "checker/search/checkpoint.hpp"
#include "checker/search/external_states.hpp"
#include "checker/search/judged.hpp"
#include "checker/search/level_estimate.hpp"
#include "checker/search/parallel.hpp"
#include "checker/search/state_bits.hpp"
#include "checker/search/state_keys.hpp"
#include "checker/search/stored_states.hpp"
#include "checker/search/ticker.hpp"

namespace synod {
namespace {

using Clock = std::chrono::steady_clock;

/// What was searched turns out to be of no search of this system: a fault of the search, or of the
/// checkpoint that it went on from.
class NoSuchSearch : public std::logic_error {
 public:
  using std::logic_error::logic_error;
};

/// The smallest state seen, compared word by word.
class Smallest {
 public:
  void offer(const std::uint64_t* state, unsigned words) {
    if (state_.empty() ||
        std::lexicographical_compare(state, state + words, state_.begin(), state_.end()))
      state_.assign(state, state + words);
  }
  void offer(const Smallest& other) {
    if (!other.state_.empty())
      offer(other.state_.data(), static_cast<unsigned>(other.state_.size()));
  }
  const PackedState& state() const { return state_; }
  bool empty() const { return state_.empty(); }

 private:
  PackedState state_;
};

void add_cuts(std::vector<Cut>& sum, const std::vector<Cut>& more) {
  for (const Cut& cut : more) add_cut(sum, cut.bound, cut.steps);
}

/// Announces successors to the visited set as they are made; a step that changes nothing needs no
/// look-up.
class Announcer final : public Listener {
 public:
  Announcer(VisitedSet& visited, VisitedSet::Cursor& cursor) : visited_(visited), cursor_(cursor) {}
  void expanded(const std::uint64_t* state, std::uint64_t* successors, std::size_t count) override {
    visited_.announce(successors, count, state, cursor_);
  }

 private:
  VisitedSet& visited_;
  VisitedSet::Cursor& cursor_;
};

/// What one thread owns.
struct Worker {
  std::unique_ptr<Explorer> explorer;
  Expansion expansion;
  std::uint64_t generated = 0;
  std::vector<std::uint64_t> fired;
  std::vector<Cut> cuts;
  std::uint64_t open_ends = 0;
  PropertySet reached = 0;
  PropertySet violated = 0;
  std::vector<Smallest> violators;  ///< by property

  // Of a profile: where its time went, in seconds
  Stopwatch stopwatch;
  double expanding = 0;
  double inserting = 0;
  double graph = 0;
  std::size_t batches = 0;
  double measured = 0;   ///< of the time expanding, in batches that were measured
  ExpansionTimes times;  ///< in these

  void forget_level() {
    generated = 0;
    std::fill(fired.begin(), fired.end(), 0);
    cuts.clear();
    open_ends = 0;
    reached = 0;
    violated = 0;
    violators.assign(violators.size(), {});
  }
};

class BreadthFirst {
  /// One batch of so many is measured for a profile.
  static constexpr std::size_t measured_of = 8;

 public:
  BreadthFirst(const TransitionSystem& system, const SearchOptions& options)
      : system_(system),
        options_(options),
        words_(system.words()),
        word_bits_(system.word_bits()),
        threads_(options.threads != 0 ? options.threads : default_workers()),
        memory_(options.memory.value_or(default_memory_bytes())),
        cursors_(threads_),
        judged_(system.properties(), options.properties) {
    const std::size_t bytes_each = std::max<std::size_t>(system.labels(), 1) * words_ * 8;
    batch_ = std::bit_floor(std::clamp<std::size_t>(
        std::min((std::size_t{1} << 20) / bytes_each,
                 GraphBuilder::most_edges / std::max<std::size_t>(system.labels(), 1)),
        1, 64));
    if (options.batch != 0) batch_ = std::min(batch_, std::bit_floor(options.batch));
    headroom_ = threads_ * (batch_ * system.labels() + 1);
    make_visited_set();
    for (std::size_t i = 0; i < threads_; ++i) {
      Worker& worker = workers_.emplace_back();
      worker.explorer = system.explorer();
      worker.fired.resize(system.actions().size());
      worker.violators.resize(system.properties().size());
      worker.times.actions.resize(system.actions().size());
      worker.times.properties.resize(system.properties().size());
    }
    fired_.resize(system.actions().size());
  }

  SearchResult run() {
    const auto began = Clock::now();
    began_ = last_saved_ = began;
    if (!options_.checkpoint.file.empty() || !options_.checkpoint.resume.empty())
      traits_ = traits();
    result_.threads = threads_;
    result_.properties.resize(system_.properties().size());
    {
      const Ticker ticker(options_.progress_interval_seconds, options_.progress
                                                                  ? [this] { tell_progress(); }
                                                                  : std::function<void()>());
      if (options_.checkpoint.resume.empty() ? start() : resume()) explore();
      if (result_.stop == Stop::exhausted && bits_) result_.stop = Stop::partial;
      if (options_.profile) make_profile(Stopwatch::since(began));
      result_.explored = result_.stop == Stop::exhausted;
      if (result_.explored && wants_graph()) {
        if (graph_)
          result_.graph = graph_->finish(workers_[0].explorer->initial());
        else
          stop_early(Stop::memory, 0);
      }
      if (result_.graph) judge_possible();
    }
    conclude();
    result_.seconds = seconds_so_far();
    return std::move(result_);
  }

 private:
  /// The least memory that serves: whole states only where a graph or a path may be wanted.
  void make_visited_set() {
    const bool graph = wants_graph();
    // Moving states to the disk takes some memory as well.
    const std::size_t memory = options_.disk.empty() ? memory_ : memory_ - memory_ / 16;
    const StateKeys::Shape shape{word_bits_, batch_, memory, threads_};
    const bool keys = !graph && !options_.witness && memory_ >= StateKeys::least_memory;
    if (options_.visited == Visited::compact && !graph) {
      visited_ = std::make_unique<StateKeys>(shape, StateKeys::Kind::fingerprint, options_.seed);
      result_.visited = Visited::compact;
    } else if (options_.visited == Visited::bitstate && !graph) {
      const std::size_t array = options_.memory.value_or(StateBits::default_bytes);
      const auto bits = std::make_shared<StateBits>(
          StateBits::Shape{word_bits_, batch_, array, std::max(default_memory_bytes(), array)},
          options_.seed);
      visited_ = bits;
      bits_ = bits;
      result_.visited = Visited::bitstate;
    } else if (keys && options_.visited != Visited::whole &&
               StateKeys::fit_exactly(shape.word_bits)) {
      visited_ = std::make_unique<StateKeys>(shape);
      result_.visited = Visited::keys;
    } else if (keys && options_.visited == Visited::tree) {
      visited_ = std::make_unique<StateKeys>(shape, StateKeys::Kind::tree);
      result_.visited = Visited::tree;
    } else {
      const auto stored =
          std::make_shared<StoredStates>(StoredStates::Shape{words_, memory, batch_, threads_});
      visited_ = stored;
      stored_ = stored;
      result_.visited = Visited::whole;
    }
    if (!graph) return;
    GraphRequest request = options_.graph.value_or(GraphRequest{});
    request.predicates |= judged_.possible;
    graph_predicates_ = request.predicates;
    graph_ = std::make_unique<GraphBuilder>(stored_, request, words_, batch_);
    for (VisitedSet::Cursor& cursor : cursors_) cursor.wants_indices = true;
  }

  bool wants_graph() const { return options_.graph || judged_.possible != 0; }

  /// What the search alone decides, it can go on with.
  void give_graph_up() {
    graph_.reset();
    graph_bytes_ = 0;
    for (VisitedSet::Cursor& cursor : cursors_) cursor.wants_indices = false;
    malloc_trim(0);  // its many blocks are to be the system's again
  }

  /// Goes on with states on disk; why not, where that is so. What was found stays in any case.
  std::optional<Stop> move_to_disk() {
    const bool can = keeps_states(result_.visited) && !graph_ && !external_;
    if (options_.disk.empty() || !can) return Stop::memory;
    const auto external = std::make_shared<ExternalStates>(shape_on_disk());
    visited_->settle(cursors_);
    try {
      visited_->move_to(*external, ends_);
    } catch (const ExternalStates::Stopped&) {
      return static_cast<Stop>(cut_.load());
    }
    use(external, visited_->size(), stored_ != nullptr);
    return std::nullopt;
  }

  /// Where a checkpoint is wanted, states are beside it, as it needs them.
  ExternalStates::Shape shape_on_disk() {
    const CheckpointOptions& checkpoint = options_.checkpoint;
    ExternalStates::Shape shape{word_bits_, batch_, headroom_, memory_, threads_, options_.disk};
    shape.named = !checkpoint.file.empty();
    if (shape.named) shape.folder = states_of(checkpoint.file);
    if (!checkpoint.resume.empty()) shape.loaded_from = states_of(checkpoint.resume);
    std::error_code none;
    if (shape.named && std::filesystem::equivalent(shape.folder, shape.loaded_from, none))
      shape.loaded_from = shape.folder;
    shape.stopped = [this] { return stop_requested(); };
    return shape;
  }

  /// From now on, states are on disk.
  void use(const std::shared_ptr<ExternalStates>& external, std::uint64_t moved,
           bool levels_apart) {
    result_.on_disk = {external->folder(), moved, 0};
    levels_apart_ = levels_apart;
    stored_.reset();
    {
      const std::lock_guard lock(watching_);
      visited_ = external_ = external;
    }
    cursors_ = std::vector<VisitedSet::Cursor>(threads_);
    malloc_trim(0);
  }

  bool start() {
    // A batch of one state may have more successors than the machine has room for.
    const std::size_t room = default_memory_bytes() / (words_ * sizeof(std::uint64_t));
    if (batch_ == 1 && threads_ * system_.labels() > room) {
      result_.stop = Stop::memory;
      return false;
    }
    const std::vector<std::uint64_t> initial = workers_[0].explorer->initial();
    const std::size_t count = initial.size() / words_;
    add_cuts(cuts_, workers_[0].explorer->left_out_initially());
    while (visited_->room() < count + headroom_) {
      if (visited_->grow(cursors_, {})) continue;
      if (graph_)
        give_graph_up();
      else if (const std::optional<Stop> cut =
                   unless_disk_fails([this] { return move_to_disk(); })) {
        result_.stop = *cut;
        return false;
      }
    }
    visited_->insert(initial.data(), count, cursors_[0]);
    cursors_[0].indices.clear();
    const std::optional<Stop> cut = unless_disk_fails([this] { return next_level(); });
    if (cut) result_.stop = *cut;
    generated_ = cut ? 0 : count;
    return !cut;
  }

  /// What a search has to have in common with the one that it goes on from, a phrase each.
  std::vector<std::string> traits() const {
    std::vector<std::string> result = options_.checkpoint.traits;
    const auto& properties = system_.properties();
    for (std::size_t i = 0; i < properties.size(); ++i)
      result.push_back(properties[i].name +
                       ((options_.properties & bit(i)) != 0 ? " checked" : " left out"));
    constexpr std::array kinds = {"exact", "exact keys",   "whole states",
                                  "trees", "fingerprints", "bits of an array"};
    result.push_back(std::string("states kept as ") +
                     kinds[static_cast<std::size_t>(result_.visited)]);
    result.push_back("--seed " + std::to_string(options_.seed));
    result.push_back(wants_graph() ? "a graph of all states" : "no graph of all states");
    result.push_back("states of " + std::to_string(system_.bits()) + " bits");
    result.push_back("the model of hash " + std::to_string(model_hash(system_)));
    return result;
  }

  double seconds_so_far() const { return result_.seconds_before + Stopwatch::since(began_); }

  /// Writes what resume() reads. `ends` include that of the level that is to be expanded, or is
  /// partly.
  void save(const std::vector<std::uint64_t>& ends) {
    const CheckpointOptions& wanted = options_.checkpoint;
    if (wanted.file.empty() || refused()) return;
    const Clock::time_point began = Clock::now();
    visited_->settle(cursors_);
    if (graph_) graph_->follow_moves();
    try {
      CheckpointWriter writer(wanted.file);
      writer.begin(Section::traits);
      writer.number(traits_.size());
      for (const std::string& trait : traits_) writer.text(trait);
      writer.begin(Section::progress);
      save_progress(writer, ends);
      visited_->save(writer);
      writer.begin(Section::graph);
      writer.number(graph_ ? 1 : 0);
      if (graph_) graph_->save(writer);
      writer.finish(wanted.replaces || result_.checkpointed);
      if (external_) external_->saved();
      result_.checkpointed = true;
    } catch (const std::runtime_error& error) {  // of the checkpoint, or of the states' disk
      if (wanted.warn) wanted.warn(error.what());
    }
    last_saved_ = Clock::now();
    saving_ = Stopwatch::seconds(began, last_saved_);
  }

  void save_progress(CheckpointWriter& writer, const std::vector<std::uint64_t>& ends) {
    writer.number(ends.size());
    writer.words(ends.data(), ends.size());
    writer.number(generated_);
    writer.words(fired_.data(), fired_.size());
    save_cuts(writer, cuts_);
    writer.number(open_ends_);
    writer.number(reached_);
    for (PropertySet left = reached_; left != 0; left &= left - 1)
      writer.number(*result_.properties[static_cast<std::size_t>(std::countr_zero(left))].depth);
    writer.number(static_cast<std::uint64_t>(1e6 * seconds_so_far()));
    writer.number(external_ ? 1 : 0);
    writer.number(external_ && levels_apart_ ? 1 : 0);
    writer.number(external_ ? result_.on_disk->moved : 0);
    // What the level has brought so far.
    Worker sum;
    sum.fired.resize(fired_.size());
    sum.violators.resize(system_.properties().size());
    for (const Worker& worker : workers_) {
      sum.generated += worker.generated;
      for (std::size_t i = 0; i < fired_.size(); ++i) sum.fired[i] += worker.fired[i];
      add_cuts(sum.cuts, worker.cuts);
      sum.open_ends += worker.open_ends;
      sum.reached |= worker.reached;
      sum.violated |= worker.violated;
      for (std::size_t i = 0; i < sum.violators.size(); ++i)
        sum.violators[i].offer(worker.violators[i]);
    }
    writer.number(sum.generated);
    writer.words(sum.fired.data(), sum.fired.size());
    save_cuts(writer, sum.cuts);
    writer.number(sum.open_ends);
    writer.number(sum.reached);
    writer.number(sum.violated);
    for (PropertySet left = sum.violated; left != 0; left &= left - 1)
      writer.words(sum.violators[static_cast<std::size_t>(std::countr_zero(left))].state().data(),
                   words_);
  }

  static void save_cuts(CheckpointWriter& writer, const std::vector<Cut>& cuts) {
    writer.number(cuts.size());
    for (const Cut& cut : cuts) {
      writer.text(cut.bound);
      writer.number(cut.steps);
    }
  }
  static std::vector<Cut> load_cuts(CheckpointReader& reader) {
    std::vector<Cut> cuts(reader.count(2 * sizeof(std::uint64_t)));
    for (Cut& cut : cuts) {
      cut.bound = reader.text();
      cut.steps = reader.number();
    }
    return cuts;
  }

  /// Goes back to where a checkpoint was written; false where a limit has been passed by then.
  bool resume() {
    CheckpointReader reader(options_.checkpoint.resume);
    reader.begin(Section::traits);
    const std::uint64_t count = reader.count(sizeof(std::uint64_t));
    for (std::size_t i = 0; i < std::min<std::uint64_t>(count, traits_.size()); ++i)
      if (const std::string theirs = reader.text(); theirs != traits_[i])
        reader.fail("was made with " + theirs + ", not " + traits_[i]);
    if (count != traits_.size()) reader.fail("was made of another search");
    reader.begin(Section::progress);
    load_progress(reader);
    visited_->load(reader);
    check_states(reader);
    reader.begin(Section::graph);
    const bool has_graph = reader.number() != 0;
    if (has_graph) {
      reader.require(graph_ != nullptr, "there is one");
      graph_->load(reader, level_begin(), ends_.back());
    } else if (graph_) {
      give_graph_up();  // as there was no room for it
    }
    reader.finish();
    std::error_code none;
    const CheckpointOptions& checkpoint = options_.checkpoint;
    if (!external_ && std::filesystem::equivalent(checkpoint.file, checkpoint.resume, none))
      remove_state_files(states_of(checkpoint.file), {});
    require_initial_states(reader);
    resumed_ = true;
    depth_ = ends_.size();
    expanded_ = level_begin();
    const std::uint64_t level = ends_.back() - level_begin();
    const std::optional<Stop> limit =
        ends_.size() < 2 ? std::nullopt : limit_passed(ends_.size() - 1, ends_.back());
    // A level that is known to have a violation is finished in any case.
    if (!limit || workers_[0].violated != 0) return true;
    save(ends_);
    ends_.pop_back();
    depth_ = ends_.size();
    stop_early(*limit, level);
    return false;
  }

  void load_progress(CheckpointReader& reader) {
    ends_.resize(reader.count(sizeof(std::uint64_t)));
    reader.words(ends_.data(), ends_.size());
    reader.require(
        !ends_.empty() && ends_[0] != 0 &&
            std::adjacent_find(ends_.begin(), ends_.end(), std::greater_equal<>()) == ends_.end(),
        "the levels are not such");
    generated_ = reader.number();
    reader.words(fired_.data(), fired_.size());
    cuts_ = load_cuts(reader);
    open_ends_ = reader.number();
    reached_ = reader.number();
    reader.require((reached_ & ~judged_.reachable) == 0, "what was reached is none of the claims");
    for (PropertySet left = reached_; left != 0; left &= left - 1) {
      const std::uint64_t depth = reader.number();
      reader.require(depth >= 1 && depth <= ends_.size(), "a depth is none of the levels");
      result_.properties[static_cast<std::size_t>(std::countr_zero(left))].depth = depth;
    }
    result_.seconds_before = 1e-6 * static_cast<double>(reader.number());
    const bool on_disk = reader.number() != 0;
    const bool levels_apart = reader.number() != 0;
    const std::uint64_t moved = reader.number();
    if (on_disk) {
      if (options_.disk.empty()) reader.fail("its states are on disk: --disk none does not serve");
      reader.require(keeps_states(result_.visited) && (!levels_apart || stored_),
                     "states are on disk that are in none");
      if (graph_) give_graph_up();
      use(std::make_shared<ExternalStates>(shape_on_disk()), moved, levels_apart);
    }
    Worker& worker = workers_[0];
    worker.generated = reader.number();
    reader.words(worker.fired.data(), worker.fired.size());
    worker.cuts = load_cuts(reader);
    worker.open_ends = reader.number();
    // What is asked of the rest of a level does not depend on what was reached in it.
    worker.reached = reader.number();
    reader.require((worker.reached & ~judged_.reachable) == 0,
                   "what was reached is none of the claims");
    worker.violated = reader.number();
    reader.require(
        (worker.violated & ~(judged_.in_states_at(ends_.size()) | judged_.per_step)) == 0,
        "what was violated is none of the claims");
    PackedState state(words_);
    for (PropertySet left = worker.violated; left != 0; left &= left - 1) {
      const auto property = static_cast<std::size_t>(std::countr_zero(left));
      reader.words(state.data(), words_);
      require_state(reader, state.data());
      worker.explorer->expand(state.data(), 1, bit(property), false, worker.expansion);
      const PropertySet broken = (judged_.in_states_at(ends_.size()) & ~worker.expansion.holds[0]) |
                                 worker.expansion.violated[0];
      reader.require((broken & bit(property)) != 0, "what was violated is not");
      worker.violators[property].offer(state.data(), words_);
    }
  }

  void check_states(const CheckpointReader& reader) const {
    reader.require(visited_->size() >= ends_.back(), "there are fewer states than the levels have");
    if (external_) return check_states_on_disk(reader);
    if (!stored_) return;
    for (std::uint64_t i = 0; i < stored_->size(); ++i) require_state(reader, stored_->state(i));
    for (const Smallest& violator : workers_[0].violators) {
      const std::uint64_t at =
          violator.empty() ? level_begin() : stored_->find(violator.state().data());
      reader.require(at >= level_begin() && at < ends_.back(), "what was violated is not there");
    }
  }

  void require_initial_states(const CheckpointReader& reader) {
    if (external_) return;  // what is on disk is known at the end of a level only
    const std::vector<std::uint64_t> initial = workers_[0].explorer->initial();
    const std::size_t added =
        visited_->insert(initial.data(), initial.size() / words_, cursors_[0]);
    cursors_[0].indices.clear();
    reader.require(added == 0, "the initial states are not there");
  }

  void check_states_on_disk(const CheckpointReader& reader) const {
    reader.require(external_->known_states() == ends_.back(), "states are in none of the levels");
    if (!levels_apart_) return;
    reader.require(external_->levels() == ends_.size(), "there are not as many levels on disk");
    for (std::size_t i = 0; i < ends_.size(); ++i)
      reader.require(external_->level_states(i) == ends_[i] - (i == 0 ? 0 : ends_[i - 1]),
                     "a level is of another size");
  }

  void require_state(const CheckpointReader& reader, const std::uint64_t* state) const {
    for (unsigned i = 0; i < words_; ++i)
      reader.require(word_bits_[i] >= 64 || state[i] >> word_bits_[i] == 0,
                     "there is what is no state");
  }

  /// Of the last level in ends_.
  std::uint64_t level_begin() const { return ends_.size() < 2 ? 0 : ends_[ends_.size() - 2]; }

  /// Whether it is time for another checkpoint: where writing takes long, not so often that it
  /// would take a large part of the time.
  bool save_is_due() const {
    const CheckpointOptions& wanted = options_.checkpoint;
    if (wanted.file.empty()) return false;
    return wanted.every_seconds == 0 ||
           Stopwatch::since(last_saved_) >= std::max(wanted.every_seconds, 10 * saving_);
  }

  /// The limit that a search is past with levels of this depth expanded and so many states found.
  std::optional<Stop> limit_passed(std::uint64_t depth, std::uint64_t states) const {
    if (options_.max_depth && depth >= *options_.max_depth) return Stop::max_depth;
    if (options_.max_states && states > *options_.max_states) return Stop::max_states;
    return std::nullopt;
  }

  /// Expands level after level until nothing is new or something stops the search.
  void explore() {
    std::uint64_t begin = resumed_ ? level_begin() : 0;
    while (begin < visited_->size()) {
      const bool resumed = std::exchange(resumed_, false);
      if (!resumed) ends_.push_back(visited_->size());
      const std::uint64_t end = ends_.back();
      depth_ = ends_.size();
      expected_ = expected_states(ends_).value_or(0);
      if (graph_ && !resumed) graph_->next_level();
      system_.begin_level(fired_);
      std::optional<Stop> cut = unless_disk_fails([&] { return expand_level(end - begin); });
      PropertySet violated = 0;
      for (const Worker& worker : workers_) violated |= worker.violated;
      // What follows the search of the states, the way to a violation or what the graph decides,
      // may take long as well.
      const bool more_to_do = violated != 0 ? !stored_ : graph_ && visited_->size() == end;
      if (!cut && more_to_do)
        unless_disk_fails([&] {
          save(ends_);
          return std::optional<Stop>();
        });
      // With a violation, what comes next is of no use.
      if (!cut && !(external_ && violated != 0))
        cut = unless_disk_fails([this] { return next_level(); });
      if (cut) cut = unless_disk_fails([&] { return save_what_is_whole(*cut, violated); });
      const bool more = visited_->size() > end;
      result_.level_cut = violated != 0 && cut.has_value();
      if (violated != 0) return stop_at_violation(violated);
      note_reached();
      if (cut) return stop_early(*cut, end - begin);
      for (Worker& worker : workers_) {
        generated_ += worker.generated;
        for (std::size_t i = 0; i < fired_.size(); ++i) fired_[i] += worker.fired[i];
        add_cuts(cuts_, worker.cuts);
        open_ends_ += worker.open_ends;
        worker.forget_level();
      }
      begin = end;
      if (!more) return;
      const std::optional<Stop> limit = limit_passed(depth_, visited_->size());
      if (limit || save_is_due()) {
        std::vector<std::uint64_t> ends = ends_;
        ends.push_back(visited_->size());
        save(ends);
      }
      if (limit) return stop_early(*limit, visited_->size() - end);
    }
  }

  /// What body() returns, unless the disk fails.
  template <class Body>
  std::optional<Stop> unless_disk_fails(Body&& body) {
    try {
      return body();
    } catch (const DiskError& error) {
      result_.disk_error = error.what();
      return Stop::disk;
    }
  }

  /// Saves the level as far as it has come, unless the disk has lost some of it: then its
  /// beginning.
  std::optional<Stop> save_what_is_whole(Stop cut, PropertySet violated) {
    if (external_ && cut == Stop::disk) {
      if (violated != 0 || !external_->begin_level_again(cursors_)) return cut;
      PropertySet reached = 0;
      for (Worker& worker : workers_) {
        reached |= worker.reached;
        worker.forget_level();
      }
      save(ends_);
      workers_[0].reached = reached;  // that much is certain
      return cut;
    }
    save(ends_);
    return cut;
  }

  /// What was found becomes the level; says what stopped that, if anything.
  std::optional<Stop> next_level() {
    if (external_) cut_.store(-1);
    const Clock::time_point began = Clock::now();
    const bool ended = visited_->next_level(cursors_);
    if (external_) growing_ += Stopwatch::since(began);
    if (graph_) graph_->follow_moves();
    return ended ? std::nullopt : std::optional(static_cast<Stop>(cut_.load()));
  }

  /// Expands the level, of so many states; says what stopped it before the end, if anything.
  std::optional<Stop> expand_level(std::uint64_t states) {
    const PropertySet wanted = judged_.in_states_at(ends_.size()) | judged_.per_step |
                               (judged_.reachable & ~reached_) | graph_predicates_;
    const std::uint64_t batches = (states + batch_ - 1) / batch_;
    const auto useful = static_cast<std::size_t>(std::min<std::uint64_t>(threads_, batches));
    while (true) {
      std::atomic<bool> full{false};
      std::atomic<bool> no_graph{false};
      std::atomic<bool> due{false};
      cut_.store(-1);
      run_workers(batches < 4 ? 1 : useful, [&](std::size_t w) {
        while (!stop_requested()) {
          if (visited_->room() < headroom_) {
            full.store(true);
            return;
          }
          // Where levels are long, a checkpoint does not wait for the end of one.
          if (due.load(std::memory_order_relaxed) ||
              (options_.checkpoint.every_seconds > 0 && save_is_due())) {
            due.store(true, std::memory_order_relaxed);
            return;
          }
          const std::span<const std::uint64_t> batch = visited_->take(cursors_[w]);
          if (batch.empty()) return;
          expand_batch(workers_[w], cursors_[w], batch, wanted);
          expanded_.fetch_add(batch.size() / words_, std::memory_order_relaxed);
          if (graph_ && graph_->bytes() + visited_->bytes() > memory_) {
            no_graph.store(true);
            return;
          }
        }
      });
      if (cut_.load() >= 0) return static_cast<Stop>(cut_.load());
      if (no_graph.load()) {
        give_graph_up();
        continue;
      }
      if (due.load()) {
        save(ends_);
        continue;
      }
      if (!full.load()) return std::nullopt;
      const Clock::time_point began = Clock::now();
      const bool grown =
          visited_->grow(cursors_, {expected_states(ends_), graph_ ? graph_->bytes() : 0});
      if (graph_) graph_->follow_moves();
      growing_ += Stopwatch::since(began);
      if (grown) continue;
      if (graph_)
        give_graph_up();
      else if (const std::optional<Stop> cut = move_to_disk())
        return cut;
    }
  }

  /// Looks at the clock and at the user; records the reason once.
  bool stop_requested() {
    if (cut_.load(std::memory_order_relaxed) >= 0) return true;
    if (refused())
      cut_.store(static_cast<int>(Stop::interrupted));
    else if (const auto reason = reason_to_stop(options_, began_))
      cut_.store(static_cast<int>(*reason));
    return cut_.load(std::memory_order_relaxed) >= 0;
  }

  bool refused() const {
    return options_.refused != nullptr && options_.refused->load(std::memory_order_relaxed);
  }

  void expand_batch(Worker& worker, VisitedSet::Cursor& cursor,
                    std::span<const std::uint64_t> batch, PropertySet wanted) {
    Expansion& expansion = worker.expansion;
    const std::uint64_t* const states = batch.data();
    const std::size_t count = batch.size() / words_;
    Announcer announcer(*visited_, cursor);
    expansion.listener = &announcer;
    const bool measured = options_.profile && worker.batches++ % measured_of == 0;
    expansion.times = measured ? &worker.times : nullptr;
    const double before = worker.expanding;
    const auto lap = [&](double& account) {
      if (options_.profile) worker.stopwatch.lap(account);
    };
    if (options_.profile) worker.stopwatch.restart();
    worker.explorer->expand(states, count, wanted, graph_ != nullptr, expansion);
    lap(worker.expanding);
    if (measured) worker.measured += worker.expanding - before;
    expansion.listener = nullptr;
    expansion.times = nullptr;
    for (std::size_t i = 0; i < worker.fired.size(); ++i) worker.fired[i] += expansion.fired[i];
    add_cuts(worker.cuts, expansion.cuts);
    worker.open_ends += expansion.open_ends;
    worker.generated += expansion.count();

    for (std::size_t i = 0; i < count; ++i) {
      worker.reached |= expansion.holds[i] & judged_.reachable;
      const PropertySet broken =
          (judged_.in_states_at(ends_.size()) & ~expansion.holds[i]) | expansion.violated[i];
      if (broken != 0) note_violation(worker, broken, states + i * words_);
    }
    visited_->insert(cursor);
    lap(worker.inserting);
    if (!graph_) return;
    graph_->add(stored_->index_of(states), count, expansion, cursor.indices);
    cursor.indices.clear();
    graph_bytes_.store(graph_->bytes(), std::memory_order_relaxed);
    lap(worker.graph);
  }

  void note_violation(Worker& worker, PropertySet broken, const std::uint64_t* state) const {
    worker.violated |= broken;
    for (PropertySet left = broken; left != 0; left &= left - 1)
      worker.violators[static_cast<std::size_t>(std::countr_zero(left))].offer(state, words_);
  }

  void note_reached() {
    for (const Worker& worker : workers_) {
      for (PropertySet left = worker.reached & ~reached_; left != 0; left &= left - 1) {
        const auto property = static_cast<std::size_t>(std::countr_zero(left));
        reached_ |= bit(property);
        result_.properties[property].depth = depth_;
      }
    }
  }

  void stop_early(Stop stop, std::uint64_t unexpanded) {
    result_.stop = stop;
    result_.unexpanded = unexpanded;
  }

  void stop_at_violation(PropertySet violated) {
    note_reached();
    result_.stop = Stop::violation;
    violated_ = violated;
    const auto shown = static_cast<std::size_t>(std::countr_zero(violated));
    Smallest violator;
    for (const Worker& worker : workers_) violator.offer(worker.violators[shown]);
    for (PropertySet left = violated; left != 0; left &= left - 1) {
      const auto property = static_cast<std::size_t>(std::countr_zero(left));
      const bool is_step = system_.properties()[property].kind == PropertyKind::step;
      result_.properties[property].depth = depth_ + (is_step ? 1 : 0);
    }
    result_.shown = shown;
    trace([&] {
      result_.path = path_to(violator.state(), depth_);
      if (system_.properties()[shown].kind == PropertyKind::step) append_violating_step(shown);
    });
  }

  /// Why there is no path.
  struct Untraced {
    Stop stop;
  };
  /// Runs body(), which makes the path, where there are levels to go back through.
  template <class Body>
  void trace(Body&& body) {
    if (!stored_ && !(external_ && levels_apart_)) return;
    const auto give_up = [&](Stop why) {
      result_.untraced = why;
      result_.shown.reset();
      result_.path = {};
    };
    try {
      body();
    } catch (const Untraced& why) {
      give_up(why.stop);
    } catch (const DiskError& error) {
      result_.disk_error = error.what();
      give_up(Stop::disk);
    }
  }

  /// Extends the path by the smallest successor that violates a step property.
  void append_violating_step(std::size_t property) {
    Explorer& explorer = *workers_[0].explorer;
    const PackedState from = result_.path.states.back();
    Expansion expansion;
    explorer.expand(from.data(), 1, 0, false, expansion);
    Smallest to;
    for (std::size_t i = 0; i < expansion.count(); ++i) {
      const std::uint64_t* const successor = expansion.successors.data() + i * words_;
      if (explorer.violated(from.data(), successor, bit(property)) != 0)
        to.offer(successor, words_);
    }
    result_.path.states.push_back(to.state());
    result_.path.labels.push_back(label_of(from, to.state()));
  }

  /// The first action instance that leads from one state to the other.
  std::uint32_t label_of(const PackedState& from, const PackedState& to) {
    Expansion expansion;
    workers_[0].explorer->expand(from.data(), 1, 0, true, expansion);
    for (std::size_t i = 0; i < expansion.count(); ++i)
      if (same_state(to.data(), expansion.successors.data() + i * words_, words_))
        return expansion.labels[i];
    throw NoSuchSearch("a step of the counterexample has no action");
  }

  /// The path to a state of a level. No state remembers its parent: at each level, all states are
  /// expanded again, and the smallest of those that lead on is taken.
  Path path_to(const PackedState& target, std::uint64_t depth) {
    Path path;
    path.states.assign(depth, {});
    path.states[depth - 1] = target;
    for (std::uint64_t level = depth - 1; level > 0; --level)
      path.states[level - 1] = predecessor(path.states[level], level);
    for (std::uint64_t level = 1; level < depth; ++level)
      path.labels.push_back(label_of(path.states[level - 1], path.states[level]));
    return path;
  }

  PackedState predecessor(const PackedState& target, std::uint64_t level) {
    std::vector<Smallest> found(threads_);
    for_each_batch(level, [&](std::size_t w, const std::uint64_t* states, std::size_t count) {
      Expansion& expansion = workers_[w].expansion;
      workers_[w].explorer->expand(states, count, 0, false, expansion);
      std::size_t successor = 0;
      for (std::size_t i = 0; i < count; ++i) {
        for (; successor < expansion.ends[i]; ++successor) {
          const std::uint64_t* const to = expansion.successors.data() + successor * words_;
          if (same_state(target.data(), to, words_)) found[w].offer(states + i * words_, words_);
        }
      }
    });
    Smallest smallest;
    for (const Smallest& one : found) smallest.offer(one);
    if (smallest.empty()) throw NoSuchSearch("a state of the counterexample has no predecessor");
    return smallest.state();
  }

  /// Runs body(worker, states, count) over the states of a level in batches, in parallel.
  template <class Body>
  void for_each_batch(std::uint64_t level, Body&& body) {
    const std::uint64_t begin = level == 1 ? 0 : ends_[level - 2];
    const std::uint64_t end = ends_[level - 1];
    if (external_) return for_each_batch_on_disk(level, body);
    std::atomic<std::uint64_t> next{begin};
    const std::uint64_t batches = (end - begin + batch_ - 1) / batch_;
    run_workers(batches < 4 ? 1 : threads_, [&](std::size_t w) {
      for (std::uint64_t first; (first = next.fetch_add(batch_)) < end;)
        body(w, stored_->state(first),
             static_cast<std::size_t>(std::min<std::uint64_t>(batch_, end - first)));
    });
  }
  template <class Body>
  void for_each_batch_on_disk(std::uint64_t level, Body&& body) {
    external_->take_level(level - 1);
    for (VisitedSet::Cursor& cursor : cursors_) cursor.block.reset();
    cut_.store(-1);
    run_workers(threads_, [&](std::size_t w) {
      while (!stop_requested()) {
        const std::span<const std::uint64_t> states = external_->take(cursors_[w]);
        if (states.empty()) return;
        body(w, states.data(), states.size() / words_);
      }
    });
    if (cut_.load() >= 0) throw Untraced{static_cast<Stop>(cut_.load())};
  }

  /// Decides the always_possible properties on the whole reachable space.
  void judge_possible() {
    for (PropertySet left = judged_.possible; left != 0; left &= left - 1) {
      const auto property = static_cast<std::size_t>(std::countr_zero(left));
      note_stuck(property, can_reach(*result_.graph, bit(property), threads_));
    }
  }

  /// The property of this name, as a set; none for an empty name.
  PropertySet bit_of(const std::string& name) const {
    const auto& properties = system_.properties();
    for (std::size_t i = 0; i < properties.size(); ++i)
      if (properties[i].name == name) return bit(i);
    return 0;
  }

  bool holds(std::uint64_t index, PropertySet property) {
    return workers_[0].explorer->holds(stored_->state(index), property) != 0;
  }

  /// If some state is unmarked, the shallowest and of those the smallest is the counterexample.
  void note_stuck(std::size_t property, const std::vector<std::atomic<std::uint8_t>>& marked) {
    const PropertySet from = bit_of(system_.properties()[property].from);
    for (std::size_t level = 1; level <= ends_.size(); ++level) {
      Smallest stuck;
      for (std::uint64_t i = level == 1 ? 0 : ends_[level - 2]; i < ends_[level - 1]; ++i)
        if (marked[i].load(std::memory_order_relaxed) == 0 && (from == 0 || holds(i, from)))
          stuck.offer(stored_->state(i), words_);
      if (stuck.empty()) continue;
      violated_ |= bit(property);
      result_.properties[property].depth = level;
      if (!result_.shown) {
        result_.shown = property;
        result_.path = path_to(stuck.state(), level);
      }
      return;
    }
  }

  /// Of what has taken so many seconds.
  void make_profile(double seconds) {
    Profile profile;
    profile.actions.resize(system_.actions().size());
    profile.properties.resize(system_.properties().size());
    for (const Worker& worker : workers_) {
      // What was measured took longer for that. Of the others it says the proportions.
      const double scale = worker.measured > 0 ? worker.expanding / worker.measured : 0;
      double told = 0;
      const auto add = [&](std::vector<double>& sums, const std::vector<double>& times) {
        for (std::size_t i = 0; i < sums.size(); ++i) {
          sums[i] += times[i] * scale;
          told += times[i] * scale;
        }
      };
      add(profile.actions, worker.times.actions);
      add(profile.properties, worker.times.properties);
      profile.announcing += std::max(worker.expanding - told, 0.0);
      profile.inserting += worker.inserting;
      profile.graph += worker.graph;
      profile.waiting -= worker.expanding + worker.inserting + worker.graph;
    }
    profile.growing = growing_ * static_cast<double>(threads_);
    profile.waiting += seconds * static_cast<double>(threads_) - profile.growing;
    profile.waiting = std::max(profile.waiting, 0.0);
    result_.profile = std::move(profile);
  }

  void conclude() {
    if (external_) result_.on_disk->bytes = external_->bytes_on_disk();
    result_.table_load = visited_->load();
    if (result_.visited == Visited::compact)
      result_.missed_probability = StateKeys::missed_probability(visited_->size());
    if (bits_) {
      result_.missed_probability = -std::expm1(-bits_->expected_omissions());
      result_.bit_array = {bits_->bits(), bits_->load(), bits_->expected_omissions(),
                           static_cast<double>(bits_->bits()) /
                               static_cast<double>(std::max<std::uint64_t>(bits_->size(), 1))};
    }
    result_.depth = ends_.size();
    result_.distinct = ends_.empty() ? 0 : ends_.back();
    result_.generated = generated_;
    for (std::size_t i = 0; i < ends_.size(); ++i)
      result_.levels.push_back(ends_[i] - (i == 0 ? 0 : ends_[i - 1]));
    result_.cuts = cuts_;
    std::sort(result_.cuts.begin(), result_.cuts.end(),
              [](const Cut& a, const Cut& b) { return a.bound < b.bound; });
    const bool exhausted = result_.explored;
    for (std::size_t i = 0; i < fired_.size(); ++i) {
      result_.actions.push_back({fired_[i]});
      if (exhausted && fired_[i] == 0 && system_.actions()[i].applies)
        result_.dead_actions.push_back(system_.actions()[i].name);
    }
    const auto& properties = system_.properties();
    for (std::size_t i = 0; i < properties.size(); ++i) conclude_property(i, exhausted);
    for (std::size_t i = 0; i < properties.size(); ++i)
      if (result_.properties[i].verdict == PropertyVerdict::holds && !witnessed(properties[i]))
        result_.properties[i].verdict = PropertyVerdict::vacuous;
    show_witness();
  }

  void conclude_property(std::size_t i, bool exhausted) {
    PropertyVerdict& verdict = result_.properties[i].verdict;
    const PropertyInfo& info = system_.properties()[i];
    if (info.kind == PropertyKind::deadlock_free) result_.properties[i].cut = open_ends_;
    if ((options_.properties & bit(i)) == 0 || !is_searched(info.kind)) {
      verdict = PropertyVerdict::not_checked;
    } else if (!info.applies) {
      verdict = PropertyVerdict::not_applicable;
    } else if ((violated_ & bit(i)) != 0) {
      verdict = PropertyVerdict::violated;
    } else if ((info.kind == PropertyKind::reachable && (reached_ & bit(i)) != 0) ||
               (info.kind == PropertyKind::initially && ends_.size() > 1)) {
      verdict = PropertyVerdict::holds;
    } else if (!exhausted ||
               (info.kind == PropertyKind::always_possible && result_.stop != Stop::exhausted)) {
      verdict = PropertyVerdict::incomplete;
    } else if (info.kind == PropertyKind::deadlock_free && open_ends_ == result_.distinct) {
      verdict = PropertyVerdict::incomplete;  // every state is left open
    } else {
      verdict =
          info.kind == PropertyKind::reachable ? PropertyVerdict::violated : PropertyVerdict::holds;
    }
  }

  /// True unless some applicable witness of the property was looked for and not reached.
  bool witnessed(const PropertyInfo& info) const {
    const auto& properties = system_.properties();
    for (const std::string& name : info.witnesses)
      for (std::size_t i = 0; i < properties.size(); ++i)
        if (properties[i].name == name &&
            result_.properties[i].verdict == PropertyVerdict::violated)
          return false;
    return true;
  }

  /// With nothing violated, the path to the witness that was asked for.
  void show_witness() {
    if (result_.shown || !options_.witness || (reached_ & bit(*options_.witness)) == 0) return;
    const std::size_t property = *options_.witness;
    const std::uint64_t level = *result_.properties[property].depth;
    result_.shown = property;
    trace([&] { result_.path = path_to(smallest_witness(property, level), level); });
  }

  PackedState smallest_witness(std::size_t property, std::uint64_t level) {
    std::vector<Smallest> found(threads_);
    for_each_batch(level, [&](std::size_t w, const std::uint64_t* states, std::size_t count) {
      for (std::size_t i = 0; i < count; ++i)
        if (workers_[w].explorer->holds(states + i * words_, bit(property)) != 0)
          found[w].offer(states + i * words_, words_);
    });
    Smallest witness;
    for (const Smallest& one : found) witness.offer(one);
    return witness.state();
  }

  void tell_progress() {
    const std::lock_guard lock(watching_);
    Progress progress;
    progress.on_disk = external_ != nullptr;
    progress.distinct = visited_->size();
    progress.generated = generated_;
    progress.depth = depth_;
    progress.queue =
        progress.distinct - std::min(progress.distinct, expanded_.load(std::memory_order_relaxed));
    if (const std::uint64_t expected = expected_; expected > progress.distinct)
      progress.expected = expected;
    progress.bytes = visited_->bytes() + graph_bytes_.load(std::memory_order_relaxed);
    progress.table_load = visited_->load();
    progress.seconds = seconds_so_far();
    options_.progress(progress);
  }

  const TransitionSystem& system_;
  const SearchOptions& options_;
  unsigned words_;
  std::vector<unsigned> word_bits_;
  std::size_t threads_;
  std::size_t batch_ = 1;       ///< states expanded at a time
  std::uint64_t headroom_ = 0;  ///< states that all workers together may insert in one batch each
  std::size_t memory_;
  std::shared_ptr<VisitedSet> visited_;
  std::shared_ptr<const StoredStates> stored_;  ///< the same, where whole states are kept
  std::shared_ptr<const StateBits> bits_;       ///< or where bits are
  std::shared_ptr<ExternalStates> external_;    ///< or where states are on disk,
  bool levels_apart_ = false;                   ///< with each level by itself
  std::mutex watching_;  ///< for whoever looks at visited_ while it might be replaced
  std::vector<VisitedSet::Cursor> cursors_;
  std::vector<Worker> workers_;
  Clock::time_point began_;
  std::vector<std::string> traits_;
  Clock::time_point last_saved_;  ///< a checkpoint, or the beginning
  double saving_ = 0;             ///< seconds that the last one took
  bool resumed_ = false;  ///< the next level is in ends_ already, and may be expanded partly

  std::unique_ptr<GraphBuilder> graph_;  ///< where one is wanted, as long as there is room
  PropertySet graph_predicates_ = 0;
  std::atomic<std::size_t> graph_bytes_{0};  ///< for whoever watches

  Judged judged_;
  PropertySet reached_ = 0;
  PropertySet violated_ = 0;

  std::vector<std::uint64_t> ends_;  ///< one past the last state of each level
  alignas(64) std::atomic<std::uint64_t> expanded_{0};
  std::atomic<std::uint64_t> depth_{0};
  std::atomic<std::uint64_t> generated_{0};  ///< of completed levels
  std::atomic<std::uint64_t> expected_{0};   ///< states in the end; 0: nobody can tell
  double growing_ = 0;                       ///< seconds
  std::atomic<int> cut_{-1};                 ///< a Stop, once one is called for
  std::vector<std::uint64_t> fired_;
  std::vector<Cut> cuts_;
  std::uint64_t open_ends_ = 0;
  SearchResult result_;
};

SearchResult search_and_trace(const TransitionSystem& system, const SearchOptions& options) {
  SearchResult result = BreadthFirst(system, options).run();
  if (!result.shown || !result.path.states.empty()) return result;
  // Keys do not tell the states behind them. A second search that keeps the states, no deeper than
  // what is to be shown, finds it again, and the way to it.
  const std::uint64_t depth =
      result.stop == Stop::violation ? result.depth : *result.properties[*result.shown].depth;
  SearchOptions again = options;
  again.visited = Visited::whole;
  if (result.bit_array) again.memory.reset();  // it was the array's size
  again.max_depth = depth;
  again.checkpoint = {};
  if (options.seconds)
    again.seconds = std::max(*options.seconds - (result.seconds - result.seconds_before), 0.0);
  SearchResult second = BreadthFirst(system, again).run();
  result.seconds = second.seconds += result.seconds;
  second.seconds_before = result.seconds_before;
  second.checkpointed = result.checkpointed;
  if (result.on_disk) second.on_disk = result.on_disk;
  if (second.stop == Stop::violation && !second.level_cut) {
    second.visited = result.visited;
    second.profile = std::move(result.profile);
    second.table_load = result.table_load;
    second.bit_array = result.bit_array;
    second.missed_probability = result.missed_probability;
    return second;
  }
  // What the first search decided stands, also where a limit cut the second short.
  if (second.shown == result.shown) {
    result.path = std::move(second.path);
    result.level_cut = result.level_cut || second.level_cut;
  } else if (second.stop == Stop::max_depth || second.stop == Stop::exhausted) {
    throw NoSuchSearch("what was found by keys is not there");
  } else {
    result.untraced = second.stop;
    result.disk_error = second.disk_error;
    result.shown = std::nullopt;
  }
  return result;
}

}  // namespace

SearchResult search(const TransitionSystem& system, const SearchOptions& options) {
  const std::string& resumed = options.checkpoint.resume;
  try {
    SearchResult result = search_and_trace(system, options);
    const bool refused = options.refused != nullptr && options.refused->load();
    if (refused && result.checkpointed) remove_checkpoint(options.checkpoint.file);
    return result;
  } catch (const NoSuchSearch& error) {
    // Its checksums are right, and yet it leads to what no search comes to.
    if (resumed.empty()) throw;
    throw CheckpointError(resumed + ": damaged: it is of no search of this model: " + error.what());
  }
}

std::optional<Stop> reason_to_stop(const SearchOptions& options, Clock::time_point began) {
  if (options.interrupted != nullptr && options.interrupted->load(std::memory_order_relaxed))
    return Stop::interrupted;
  if (options.seconds && Stopwatch::since(began) > *options.seconds) return Stop::time;
  return std::nullopt;
}

std::size_t default_memory_bytes() {
  const long pages = sysconf(_SC_PHYS_PAGES);
  const long page = sysconf(_SC_PAGE_SIZE);
  std::size_t bytes = std::size_t{1} << 32;
  if (pages > 0 && page > 0)
    bytes = static_cast<std::size_t>(pages) * static_cast<std::size_t>(page);
  // Inside a container, the control group's limit is the machine.
  std::ifstream limit("/sys/fs/cgroup/memory.max");
  std::size_t group = 0;
  if (limit >> group) bytes = std::min(bytes, group);
  return bytes / 4 * 3;
}

}  // namespace synod
