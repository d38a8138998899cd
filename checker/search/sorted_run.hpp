// States on disk: sorted runs of them, in blocks that can be read apart from each other.
//
// A block is coded: of each word what differs from the state before, the first of a block from
// zeros. Where the blocks of a run lie, with which state each begins and what its checksum is, is
// kept in memory: a few bytes for thousands of states. So whoever looks for some states reads those
// blocks only in which they can lie, and no block is believed that is not as it was written.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

#include "checker/search/state_rows.hpp"
#include "checker/search/transition_system.hpp"
#include "checker/search/word_code.hpp"

namespace synod {

/// Why states cannot be written to the disk or read from it, in one line that begins with where.
class DiskError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// A file that only grows. Thread safety: any call in any threads at once, but for keep().
class StateFile {
 public:
  /// A file without a name in a folder: whatever ends the process, nothing of it stays. Throws
  /// DiskError, as do all calls.
  explicit StateFile(std::string folder);
  /// A new file of this name.
  StateFile(std::string folder, std::string name);
  /// A new one in a folder for those that checkpoints need, which is made where it is not there;
  /// the name tells of which process it is.
  static std::shared_ptr<StateFile> named(const std::string& folder);
  static bool is_name(const std::string& name);
  /// One that is there, of so many bytes or more, to be read.
  struct Existing {
    std::string name;
    std::uint64_t bytes;
  };
  StateFile(std::string folder, const Existing& file);
  /// Removes it, unless a checkpoint needs it.
  ~StateFile();
  StateFile(const StateFile&) = delete;
  StateFile& operator=(const StateFile&) = delete;

  /// Returns where it was written.
  std::uint64_t append(std::span<const std::uint8_t> data);
  void read(std::uint64_t offset, std::span<std::uint8_t> data) const;
  std::uint64_t bytes() const { return end_.load(std::memory_order_relaxed); }

  const std::string& name() const { return name_; }
  /// Whether a checkpoint needs it.
  void keep(bool needed) const { kept_ = needed; }
  /// Brings it to the disk; returns its length there.
  std::uint64_t sync() const;

  [[noreturn]] void fail(const std::string& what) const;
  [[noreturn]] void fail_as_damaged() const;

 private:
  std::string path() const { return folder_ + "/" + name_; }

  std::string folder_;
  std::string name_;  ///< empty: none
  int descriptor_ = -1;
  mutable bool kept_ = false;
  std::atomic<std::uint64_t> end_{0};
};

struct Block {
  std::uint64_t offset;
  std::uint64_t checksum;
  std::uint32_t bytes;
  std::uint32_t states;
};

/// Sorted states without duplicates.
class Run {
 public:
  Run() = default;
  Run(std::shared_ptr<const StateFile> file, unsigned words)
      : file_(std::move(file)), words_(words) {}

  void add(const std::uint64_t* first, const Block& block) {
    firsts_.insert(firsts_.end(), first, first + words_);
    blocks_.push_back(block);
    states_ += block.states;
  }
  /// A run of the same file whose states all come after these.
  void append(const Run& next);

  const StateFile& file() const { return *file_; }
  const std::shared_ptr<const StateFile>& shared_file() const { return file_; }
  std::uint64_t states() const { return states_; }
  std::size_t blocks() const { return blocks_.size(); }
  const Block& block(std::size_t i) const { return blocks_[i]; }
  const std::uint64_t* first(std::size_t i) const { return firsts_.data() + i * words_; }
  /// How many blocks begin with states up to this one, which lies in the last of them if anywhere.
  std::size_t blocks_up_to(const std::uint64_t* state) const;
  std::size_t bytes_in_memory() const {
    return blocks_.capacity() * sizeof(Block) + firsts_.capacity() * sizeof(std::uint64_t);
  }

 private:
  std::shared_ptr<const StateFile> file_;
  unsigned words_ = 0;
  std::vector<std::uint64_t> firsts_;  ///< of each block the first state
  std::vector<Block> blocks_;
  std::uint64_t states_ = 0;
};

/// Writes states, which have to come sorted, as a run.
class RunWriter {
 public:
  RunWriter(std::shared_ptr<StateFile> file, unsigned words, std::size_t block_bytes);

  void push(const std::uint64_t* state) {
    if (states_ == 0) first_.assign(state, state + words_);
    std::uint8_t* to = coded_.data() + bytes_;
    for (unsigned i = 0; i < words_; ++i) {
      to = WordCode::encode(state[i] ^ last_[i], to);
      last_[i] = state[i];
    }
    bytes_ = static_cast<std::size_t>(to - coded_.data());
    ++states_;
    if (bytes_ >= block_bytes_) end_block();
  }
  Run finish();

 private:
  void end_block();

  std::shared_ptr<StateFile> file_;
  unsigned words_;
  std::size_t block_bytes_;
  std::vector<std::uint8_t> coded_;  ///< with room for one state more than a block has to have
  std::size_t bytes_ = 0;
  std::uint32_t states_ = 0;
  std::vector<std::uint64_t> first_;
  std::vector<std::uint64_t> last_;
  Run run_;
};

/// The states of one block after the other.
class BlockReader {
 public:
  void open(const StateFile& file, const Block& block, unsigned words);
  std::uint32_t left() const { return left_; }
  /// The next state, while there are some left; valid until the next call.
  /// Whether the block that was opened is coded as RunWriter does, of states with so many low bits
  /// in use of each word, the first of them `first` and all before `limit`, where these are not
  /// null.
  bool is_sound(const std::vector<unsigned>& word_bits, const std::uint64_t* first,
                const std::uint64_t* limit) const;
  const std::uint64_t* next() {
    const std::uint8_t* from = coded_.data() + at_;
    for (std::uint64_t& word : state_) word ^= WordCode::decode(from);
    at_ = static_cast<std::size_t>(from - coded_.data());
    --left_;
    return state_.data();
  }

 private:
  std::vector<std::uint8_t> coded_;
  std::size_t at_ = 0;
  std::uint32_t left_ = 0;
  std::vector<std::uint64_t> state_;
};

/// Removes from a folder what named() left there, but for files of these names and, unless it is
/// done with those of anybody, of other processes that still run; then the folder, if nothing is
/// left in it.
void remove_state_files(const std::string& folder, const std::vector<std::string>& but,
                        bool of_anybody = false);

/// Leaves out of the sorted `states` those of the run; returns how many are left, side by side.
std::size_t subtract(const Run& run, std::uint64_t* states, std::size_t count, unsigned words,
                     BlockReader& reader);

/// Appends the states of the run that are not before `begin` nor from `end` on; null: no limit.
void read_range(const Run& run, const std::uint64_t* begin, const std::uint64_t* end,
                unsigned words, BlockReader& reader, std::vector<std::uint64_t>& states);

}  // namespace synod
