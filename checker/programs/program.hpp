// Other programs: TLC, cvc5. Run without a shell, so that names of files may be anything.
#pragma once

#include <atomic>
#include <filesystem>
#include <limits>
#include <string>
#include <vector>

namespace synod {

/// A folder of its own that is removed at the end. Throws InputError where none can be made.
class TemporaryFolder {
 public:
  TemporaryFolder();
  ~TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

/// When another program is no longer waited for.
struct Patience {
  double seconds = std::numeric_limits<double>::infinity();
  const std::atomic<bool>* interrupted = nullptr;  ///< once it is set; null: it never is
};

/// Runs a command with its output and errors in a file; returns its exit status, or -1 if a signal
/// ended it, which is what becomes of it when patience is at its end. Throws std::system_error
/// where it cannot be started.
int run_program(const std::vector<std::string>& command, const std::filesystem::path& output,
                const Patience& patience = {});

}  // namespace synod
