// Runs the checker as its users do: as a process of its own, from a folder of its own, with what
// it printed and how it ended caught.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace synod::test {

/// Where one of a process's output streams goes.
struct Sink {
  enum class Kind : std::uint8_t {
    captured,  ///< a pipe that is read to its end
    terminal,  ///< a pseudo-terminal, read to its end
    closed,    ///< nowhere: the descriptor is closed
    broken,    ///< a pipe that nobody reads
    file       ///< a file, such as /dev/full
  };
  Kind kind = Kind::captured;
  std::string path = {};        ///< of Kind::file
  unsigned short columns = 80;  ///< of Kind::terminal
};

struct RunOptions {
  std::filesystem::path program = {};  ///< empty: the one under test
  std::filesystem::path folder = {};   ///< where to run; empty: where this process is
  Sink out = {};
  Sink err = {};
  /// Set besides this process's environment.
  std::vector<std::pair<std::string, std::string>> environment = {};
  /// Started with SIGPIPE ignored, as Python and many services start their children.
  bool ignore_broken_pipe = false;
  std::size_t address_space_bytes = 0;  ///< the most it may use; 0: no limit
  std::size_t file_bytes = 0;           ///< the longest file that it may write; 0: no limit
  /// Sent once the process catches this signal, unless none can, has printed
  /// `signal_after_output`, and has run for `signal_after_seconds` more.
  std::optional<int> signal = {};
  std::string signal_after_output = {};
  double signal_after_seconds = 0.3;
};

struct Outcome {
  int code = -1;   ///< the exit code, or -1 when a signal ended the process
  int signal = 0;  ///< the signal that ended it, or 0
  bool timed_out = false;
  double seconds_after_signal = 0;  ///< from RunOptions::signal to the end
  std::string out;
  std::string err;
};

/// For a failed test: how the process ended and what it printed.
std::string describe(const Outcome& outcome);

/// Runs the program under test with these arguments; ends it when it takes longer than any test
/// should.
Outcome run(const std::vector<std::string>& arguments, const RunOptions& options = {});

/// A folder that is removed with all it holds.
class TemporaryFolder {
 public:
  TemporaryFolder();
  ~TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  const std::filesystem::path& path() const { return path_; }
  /// Writes a file into the folder; returns its whole path.
  std::string write(const std::string& name, const std::string& text) const;
  /// Names, kinds and contents of all that is in the folder, to see whether a run changed it.
  std::vector<std::string> listing() const;

 private:
  std::filesystem::path path_;
};

std::string read_text(const std::filesystem::path& file);

}  // namespace synod::test
