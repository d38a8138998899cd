// Visited states on disk, for searches that memory cannot hold: whole states, exact.
//
// What is found goes into a buffer in memory, which knows most of what is found twice. A full
// buffer is sorted and written as a run. At the end of a level these runs and the buffer are
// merged, and all that earlier levels have is left out, each of which is a sorted run as well: what
// remains is the next level, one more run, which take() reads block by block. The order of states
// is that of their packed words. After R. E. Korf, "Best-First Frontier Search with Delayed
// Duplicate Detection", AAAI 2004; U. Stern, D. L. Dill, "Using Magnetic Disk Instead of Main
// Memory in the Murphi Verifier", CAV 1998.
//
// Merging is cut into pieces by some of the states, so that each piece is of much the same size and
// fits into memory: threads merge different pieces, which do not meet, and read of every run only
// those blocks in which states of the piece can lie.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <string>

#include "checker/search/sorted_run.hpp"
#include "checker/search/stored_states.hpp"
#include "checker/search/visited_set.hpp"

namespace synod {

class ExternalStates final : public VisitedSet {
 public:
  struct Shape {
    std::vector<unsigned> word_bits;  ///< the low bits in use of each word of a state
    std::size_t batch;                ///< states that take() hands out at once
    std::uint64_t headroom;           ///< states that are inserted between two looks at room()
    std::size_t memory;   ///< bytes it may use; a little more where that is next to nothing
    std::size_t workers;  ///< threads for merging
    std::string folder;   ///< for files,
    bool named = false;   ///< which have names there, for checkpoints
    std::string loaded_from = {};  ///< the folder of those files that load() reads
    /// Asked while merging, by any thread; merging ends when it is true.
    std::function<bool()> stopped = {};
  };
  /// Calls, those of VisitedSet too, throw DiskError where the disk is full or fails.
  explicit ExternalStates(Shape shape);

  /// Moving was stopped.
  struct Stopped {};
  /// Before anything else, a set that has no more memory moves in: what of its level is to be
  /// taken, what was found for the next, and then what is known, each in any order, level by level
  /// or all at once. What was found may be told among what is known. Throws Stopped.
  void to_take(const std::uint64_t* state) { move_in(moving_level_, state); }
  void found(const std::uint64_t* state) { move_in(found_, state); }
  void known(const std::uint64_t* state) { move_in(moving_known_, state); }
  /// What is known so far is one level, or all of them together.
  void end_level();
  void end_moving();

  using VisitedSet::insert;
  void announce(const std::uint64_t* states, std::size_t count, const std::uint64_t* but_for,
                Cursor& cursor) override {
    buffer_.announce(states, count, but_for, cursor);
  }
  std::size_t insert(Cursor& cursor) override { return buffer_.insert(cursor); }
  bool next_level(std::vector<Cursor>& cursors) override;
  std::span<const std::uint64_t> take(Cursor& cursor) override;
  bool grow(std::vector<Cursor>& cursors, const Outlook& outlook) override;
  void settle(std::vector<Cursor>& cursors) override;
  void save(CheckpointWriter& writer) const override;
  void load(CheckpointReader& reader) override;
  /// Back to where next_level() ended, after the disk has failed; false where that is not known.
  bool begin_level_again(std::vector<Cursor>& cursors);
  /// The checkpoint that was saved last is in its place: files that only the one before needed go.
  void saved();
  std::uint64_t room() const override { return buffer_.room(); }
  /// Within a level, with what was found for the next, of which some may be known or be there
  /// twice.
  std::uint64_t size() const override {
    return known_states() + waiting_.load(std::memory_order_relaxed) + buffer_.size();
  }
  std::size_t bytes() const override {
    return buffer_.bytes() + index_bytes_.load(std::memory_order_relaxed);
  }
  double load() const override { return buffer_.load(); }

  std::uint64_t known_states() const { return known_.load(std::memory_order_relaxed); }
  std::uint64_t bytes_on_disk() const {
    return known_file_->bytes() + found_bytes_.load(std::memory_order_relaxed);
  }
  /// How many levels there are, the first of them perhaps several together.
  std::size_t levels() const { return levels_.size(); }
  std::uint64_t level_states(std::size_t level) const { return levels_[level].states(); }
  const std::string& folder() const { return shape_.folder; }
  /// A level is handed out by take() from now on. Nothing else may run.
  void take_level(std::size_t level);

 private:
  using Runs = std::vector<Run>;
  /// Of what was found: more are merged into one, so that pieces are not made of crumbs.
  static constexpr std::size_t most_runs = 64;

  /// Sorted states that follow each other in memory.
  struct Part {
    std::uint64_t* states;
    std::size_t count;
  };

  /// What one thread merges with, kept from piece to piece.
  struct Merging {
    std::vector<std::uint64_t> states;
    std::vector<std::uint64_t> spare;
    std::vector<std::size_t> ends;
    BlockReader reader;
  };

  /// A block that is to be taken, but for its first states.
  struct Rest {
    std::shared_ptr<const StateFile> file;
    Block block;
    std::uint32_t taken = 0;
  };

  /// Files by the numbers that a checkpoint gives them.
  using Files = std::vector<std::shared_ptr<const StateFile>>;
  Files files() const;
  void save_block(CheckpointWriter& writer, const Files& files,
                  const std::shared_ptr<const StateFile>& file, const Block& block) const;
  void save_runs(CheckpointWriter& writer, const Files& files, const Runs& runs) const;
  std::pair<std::shared_ptr<const StateFile>, Block> load_block(CheckpointReader& reader,
                                                                const Files& files) const;
  Runs load_runs(CheckpointReader& reader, const Files& files) const;
  void check(CheckpointReader& reader, const Run& run) const;
  void copy_files();

  static StoredStates::Shape buffer_shape(const Shape& shape);
  void set_piece_memory(std::size_t bytes);
  bool stopped() const { return !must_end_ && shape_.stopped && shape_.stopped(); }
  std::shared_ptr<StateFile> new_file() const {
    return shape_.named ? StateFile::named(shape_.folder)
                        : std::make_shared<StateFile>(shape_.folder);
  }

  void move_in(Runs& runs, const std::uint64_t* state) {
    if (moving_to_ != &runs || moving_.size() + words_ > moving_.capacity()) write_moving();
    moving_to_ = &runs;
    moving_.insert(moving_.end(), state, state + words_);
  }
  void write_moving();
  void begin();

  std::optional<std::vector<Part>> sort_parts(std::span<std::uint64_t> states) const;
  bool write(std::span<std::uint64_t> states, Runs& runs, const std::shared_ptr<StateFile>& file);
  bool flush(std::vector<Cursor>& cursors);
  void count_found();

  std::vector<const std::uint64_t*> limits(const Runs& runs, const std::vector<Part>& parts) const;
  void gather(const Runs& runs, const std::vector<Part>& parts, const std::uint64_t* begin,
              const std::uint64_t* end, Merging& merging) const;
  std::optional<Run> merge(const Runs& runs, const std::vector<Part>& parts, const Runs& without,
                           const std::shared_ptr<StateFile>& file);
  void add_level(Run level);
  void set_level(std::span<const Run> runs);

  /// Goes when all files have, if it is empty.
  struct Folder {
    std::string name;  ///< empty: it is not ours
    ~Folder();
  };

  Shape shape_;
  Folder own_folder_;
  unsigned words_;
  StoredStates buffer_;
  std::size_t block_bytes_;
  std::size_t piece_states_ = 0;
  bool level_is_a_run_ = false;   ///< it began as the last of levels_, and with nothing found
  bool must_end_ = false;         ///< whatever stopped() says
  std::vector<Merging> merging_;  ///< by worker

  std::shared_ptr<StateFile> known_file_;
  Runs levels_;
  std::shared_ptr<StateFile> found_file_;
  Runs found_;  ///< for the next level, each run by itself sorted

  std::vector<Rest> level_;  ///< that take() hands out

  // While another set moves in
  std::vector<std::uint64_t> moving_;
  Runs* moving_to_ = nullptr;
  Runs moving_level_;
  Runs moving_known_;
  std::shared_ptr<StateFile> moving_level_file_;
  std::shared_ptr<StateFile> moving_known_file_;

  mutable Files kept_;    ///< that the last checkpoint needs
  mutable Files saving_;  ///< that the one needs which is being written

  std::atomic<std::uint64_t> known_{0};    ///< states of levels_
  std::atomic<std::uint64_t> waiting_{0};  ///< states of found_
  std::atomic<std::size_t> index_bytes_{0};
  std::atomic<std::uint64_t> found_bytes_{0};
  alignas(64) std::atomic<std::size_t> next_block_{0};  ///< of level_
};

}  // namespace synod
