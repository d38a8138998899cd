// What tests of checkpoints and of states on disk need of the disk.
#pragma once

#include <sys/resource.h>

#include <boost/test/unit_test.hpp>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

#include "checker/search/search.hpp"

namespace synod::test {

/// A folder with checkpoints in it, removed with it.
class Scratch {
 public:
  Scratch() {
    std::string pattern = (std::filesystem::temp_directory_path() / "synod-test-XXXXXX").string();
    BOOST_REQUIRE(mkdtemp(pattern.data()) != nullptr);
    folder_ = pattern;
  }
  ~Scratch() { std::filesystem::remove_all(folder_); }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;

  std::string file(const std::string& name = "checkpoint") const {
    return (folder_ / name).string();
  }
  std::size_t files() const { return count(folder_); }
  static std::size_t count(const std::filesystem::path& in) {
    return static_cast<std::size_t>(std::distance(std::filesystem::directory_iterator(in),
                                                  std::filesystem::directory_iterator()));
  }
  std::string read() const {
    std::ostringstream text;
    text << std::ifstream(file(), std::ios::binary).rdbuf();
    return text.str();
  }
  void write(const std::string& text) const {
    std::ofstream(file(), std::ios::binary | std::ios::trunc) << text;
  }

 private:
  std::filesystem::path folder_;
};

/// While it lives, files of this process may have so many bytes and no more: a full disk, as far as
/// a process can have one to itself.
class FullDisk {
 public:
  explicit FullDisk(rlim_t bytes) : handler_(std::signal(SIGXFSZ, SIG_IGN)) {
    getrlimit(RLIMIT_FSIZE, &old_);
    const rlimit full{bytes, old_.rlim_max};
    setrlimit(RLIMIT_FSIZE, &full);
  }
  ~FullDisk() {
    setrlimit(RLIMIT_FSIZE, &old_);
    std::signal(SIGXFSZ, handler_);
  }
  FullDisk(const FullDisk&) = delete;
  FullDisk& operator=(const FullDisk&) = delete;

 private:
  void (*handler_)(int);
  rlimit old_{};
};

/// Why the checkpoint to go on from was refused, or "none".
inline std::string refusal(const TransitionSystem& system, const SearchOptions& options) {
  try {
    search(system, options);
    return "none";
  } catch (const CheckpointError& error) {
    return error.what();
  }
}

}  // namespace synod::test
