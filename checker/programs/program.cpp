#include "checker/programs/program.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstring>
#include <system_error>
#include <thread>

#include "checker/input/input.hpp"

namespace synod {

TemporaryFolder::TemporaryFolder() {
  std::string pattern = (std::filesystem::temp_directory_path() / "synod-XXXXXX").string();
  if (mkdtemp(pattern.data()) == nullptr)
    throw InputError(fmt::format("{}: {}", pattern, std::strerror(errno)));
  path_ = pattern;
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

namespace {

/// Waits for a child; ends it when patience is at its end.
int wait_for(pid_t child, const Patience& patience) {
  constexpr std::chrono::milliseconds pause{5};
  const auto begin = std::chrono::steady_clock::now();
  const auto goes_on = [&] {
    const std::chrono::duration<double> waited = std::chrono::steady_clock::now() - begin;
    return waited.count() < patience.seconds &&
           (patience.interrupted == nullptr || !patience.interrupted->load());
  };
  int status = 0;
  while (goes_on()) {
    if (waitpid(child, &status, WNOHANG) != 0) return status;
    std::this_thread::sleep_for(pause);
  }
  kill(child, SIGKILL);
  waitpid(child, &status, 0);
  return status;
}

}  // namespace

int run_program(const std::vector<std::string>& command, const std::filesystem::path& output,
                const Patience& patience) {
  std::vector<char*> argv;
  for (const std::string& word : command) argv.push_back(const_cast<char*>(word.c_str()));
  argv.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, output.c_str(),
                                   O_WRONLY | O_CREAT | O_TRUNC, 0644);
  posix_spawn_file_actions_adddup2(&actions, STDOUT_FILENO, STDERR_FILENO);
  posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  pid_t child = 0;
  const int error = posix_spawnp(&child, argv[0], &actions, nullptr, argv.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  if (error != 0) throw std::system_error(error, std::generic_category(), command[0]);
  const int status = wait_for(child, patience);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

}  // namespace synod
