// Files from which a search goes on that was stopped, or killed at any moment.
//
// A file is a line that says what it is, then blocks. Each block says of which section it is, how
// long it is, and the checksum of all that and of its place; an empty block ends the file. Nothing
// is believed that no checksum covers, and nothing allocated that the rest of the file cannot fill.
// A file is written beside its place, brought to the disk and renamed: there is always a whole one.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "checker/search/transition_system.hpp"

namespace synod {

/// What is wrong with a checkpoint, in one line that begins with the file's name.
class CheckpointError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

struct CheckpointOptions {
  std::string file;           ///< to be written; empty: none
  std::string resume;         ///< to go on from; empty: none
  double every_seconds = 60;  ///< 0: after each level
  /// Whether a file that is there, and that this search has not written, may be replaced.
  bool replaces = true;
  /// What the search is about, besides what it knows itself, a phrase each: "participants=5". Two
  /// searches of the same protocol have as many.
  std::vector<std::string> traits;
  std::function<void(const std::string&)> warn;  ///< told why a checkpoint was not written
};

enum class Section : std::uint32_t { traits, progress, visited, level, graph, end };

/// Of a block of a section, the so manieth of its file.
std::uint64_t block_checksum(Section section, std::uint64_t number, std::string_view content);

/// What a block begins with.
struct BlockHead {
  std::uint32_t section;
  std::uint32_t bytes;  ///< that follow
  std::uint64_t checksum;
};
inline constexpr std::size_t longest_block = std::size_t{1} << 20;
inline constexpr std::string_view checkpoint_begins = "synod checkpoint 2\n";

/// Throws CheckpointError wherever something cannot be written; then the file is as it was.
class CheckpointWriter {
 public:
  explicit CheckpointWriter(std::string file);
  ~CheckpointWriter();
  CheckpointWriter(const CheckpointWriter&) = delete;
  CheckpointWriter& operator=(const CheckpointWriter&) = delete;

  void begin(Section section);
  void bytes(const void* data, std::size_t count);
  void number(std::uint64_t value) { bytes(&value, sizeof value); }
  void words(const std::uint64_t* data, std::size_t count) { bytes(data, count * sizeof *data); }
  void text(std::string_view text);
  /// Puts the file into its place; where another is, only if that may be replaced.
  void finish(bool replaces = true);

 private:
  [[noreturn]] void fail(int reason) const;
  void write_all(const void* data, std::size_t count);
  void end_block();

  std::string file_;
  std::string partial_;
  int descriptor_ = -1;
  Section section_ = Section::traits;
  std::uint64_t blocks_ = 0;
  std::vector<char> block_;
};

/// Throws CheckpointError wherever the file is not what was written.
class CheckpointReader {
 public:
  explicit CheckpointReader(std::string file);
  ~CheckpointReader();
  CheckpointReader(const CheckpointReader&) = delete;
  CheckpointReader& operator=(const CheckpointReader&) = delete;

  void begin(Section section);
  void bytes(void* data, std::size_t count);
  std::uint64_t number();
  void words(std::uint64_t* data, std::size_t count) { bytes(data, count * sizeof *data); }
  std::string text();
  /// How many things follow, of at least so many bytes each.
  std::uint64_t count(std::size_t bytes_each);
  void finish();

  /// Throws unless it holds: what is wrong with the contents where it does not.
  void require(bool holds, const char* what) const;
  [[noreturn]] void fail(const std::string& what) const;
  /// The checkpoint is larger than the memory that may be used.
  [[noreturn]] void fail_for_memory(std::size_t needed) const;

 private:
  bool read_all(void* data, std::size_t count);
  void next_block();
  std::uint64_t left() const { return unread_ + (block_.size() - at_); }

  std::string file_;
  int descriptor_ = -1;
  std::uint64_t unread_ = 0;  ///< bytes of the file behind the present block
  Section section_ = Section::traits;
  std::uint64_t blocks_ = 0;
  std::vector<char> block_;
  std::size_t at_ = 0;
};

/// Whether such a file begins as checkpoints do, of any version.
bool looks_like_checkpoint(const std::string& file);

/// The folder beside a checkpoint for the states that it only names, where there are any.
inline std::string states_of(const std::string& checkpoint) { return checkpoint + ".states"; }

/// Removes what writers of this file left that were killed.
void remove_leftovers(const std::string& file);

/// Removes a checkpoint with its states.
void remove_checkpoint(const std::string& file);

/// Changes with the model as far as its first states show: a hash over actions, properties, initial
/// states, and what the first states lead to and which predicates hold there.
std::uint64_t model_hash(const TransitionSystem& system);

/// Changes with whatever this program was made of. Throws CheckpointError where it cannot be read.
std::uint64_t program_hash();

}  // namespace synod
