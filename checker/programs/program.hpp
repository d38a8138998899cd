// Other programs: TLC, cvc5. Run without a shell, so that names of files may be anything.
#pragma once

#include <atomic>
#include <filesystem>
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

/// Runs a command with its output and errors in a file; returns its exit status, or -1. Ends it
/// once `interrupted` is set; null: it never is. Throws std::system_error where it cannot be
/// started.
int run_program(const std::vector<std::string>& command, const std::filesystem::path& output,
                const std::atomic<bool>* interrupted = nullptr);

}  // namespace synod
