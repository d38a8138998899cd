#include "tests/cli/process.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <sstream>
#include <stdexcept>

namespace synod::test {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

/// Longer than any run of these tests takes, even with sanitizers on a busy machine.
constexpr double longest_run_seconds = 240;

double seconds_since(Clock::time_point begin) {
  return std::chrono::duration<double>(Clock::now() - begin).count();
}

[[noreturn]] void fail(const std::string& what) {
  throw std::runtime_error(what + ": " + std::strerror(errno));
}

/// The two ends of one output stream of the child.
struct Stream {
  int child = -1;    ///< what the child gets; -1: nothing
  int reading = -1;  ///< what this process reads; -1: nothing
};

Stream open_stream(const Sink& sink) {
  Stream stream;
  switch (sink.kind) {
    case Sink::Kind::closed: break;
    case Sink::Kind::file:
      stream.child = open(sink.path.c_str(), O_WRONLY | O_CLOEXEC);
      if (stream.child < 0) fail(sink.path);
      break;
    case Sink::Kind::captured:
    case Sink::Kind::broken: {
      std::array<int, 2> ends{};
      if (pipe2(ends.data(), O_CLOEXEC) != 0) fail("pipe2");
      stream = {ends[1], ends[0]};
      if (sink.kind == Sink::Kind::broken) {
        close(stream.reading);
        stream.reading = -1;
      }
      break;
    }
    case Sink::Kind::terminal: {
      stream.reading = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
      if (stream.reading < 0 || grantpt(stream.reading) != 0 || unlockpt(stream.reading) != 0)
        fail("posix_openpt");
      stream.child = open(ptsname(stream.reading), O_RDWR | O_NOCTTY | O_CLOEXEC);
      if (stream.child < 0) fail("a pseudo-terminal");
      const winsize size{.ws_row = 24, .ws_col = sink.columns};
      if (ioctl(stream.child, TIOCSWINSZ, &size) != 0) fail("a pseudo-terminal's size");
      break;
    }
  }
  return stream;
}

/// In the child, between fork and exec.
[[noreturn]] void become_program(const std::vector<std::string>& arguments,
                                 const RunOptions& options, const Stream& out, const Stream& err) {
  const int null = open("/dev/null", O_RDONLY);
  if (null < 0) _exit(127);
  dup2(null, STDIN_FILENO);
  for (const auto& [stream, number] :
       {std::pair{out, STDOUT_FILENO}, std::pair{err, STDERR_FILENO}})
    if (stream.child < 0)
      close(number);
    else
      dup2(stream.child, number);
  std::signal(SIGPIPE, options.ignore_broken_pipe ? SIG_IGN : SIG_DFL);
  if (options.address_space_bytes != 0) {
    const rlimit limit{options.address_space_bytes, options.address_space_bytes};
    setrlimit(RLIMIT_AS, &limit);
  }
  if (options.file_bytes != 0) {
    const rlimit limit{options.file_bytes, options.file_bytes};
    setrlimit(RLIMIT_FSIZE, &limit);
  }
  // By default a sanitizer's exit code is one that the program uses itself.
  for (const char* const name : {"ASAN_OPTIONS", "UBSAN_OPTIONS"}) {
    const char* const set = std::getenv(name);
    setenv(name, (std::string(set == nullptr ? "" : set) + ":exitcode=99").c_str(), 1);
  }
  for (const auto& [name, value] : options.environment) setenv(name.c_str(), value.c_str(), 1);
  if (!options.folder.empty() && chdir(options.folder.c_str()) != 0) _exit(127);
  std::vector<char*> argv;
  std::string program = options.program.empty() ? SYNOD_PROGRAM : options.program.string();
  argv.push_back(program.data());
  std::vector<std::string> words = arguments;
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  execv(program.c_str(), argv.data());
  _exit(127);
}

/// True when the process has a handler for the signal: only then does sending it say something.
bool catches(pid_t process, int signal) {
  std::ifstream status("/proc/" + std::to_string(process) + "/status");
  for (std::string line; std::getline(status, line);)
    if (line.starts_with("SigCgt:"))
      return (std::stoull(line.substr(7), nullptr, 16) >> (signal - 1) & 1) != 0;
  return false;
}

/// Appends what is there to read; false at the end of the stream.
bool read_some(int descriptor, std::string& text) {
  std::array<char, 1 << 16> buffer{};
  const ssize_t count = read(descriptor, buffer.data(), buffer.size());
  // A pseudo-terminal whose other end is closed reports EIO, a pipe the end of the file.
  if (count <= 0) return count < 0 && errno == EINTR;
  text.append(buffer.data(), static_cast<std::size_t>(count));
  return true;
}

/// Reads both streams until they end, and sends the signal on the way.
void watch(pid_t process, const RunOptions& options, Stream out, Stream err, Outcome& outcome) {
  const Clock::time_point began = Clock::now();
  std::optional<Clock::time_point> awaited_since;
  std::optional<Clock::time_point> sent_at;
  bool ended = false;
  while (true) {
    std::array<pollfd, 2> polled{pollfd{out.reading, POLLIN, 0}, pollfd{err.reading, POLLIN, 0}};
    if (out.reading >= 0 || err.reading >= 0)
      poll(polled.data(), polled.size(), 20);
    else
      usleep(5'000);
    if (polled[0].revents != 0 && !read_some(out.reading, outcome.out)) {
      close(out.reading);
      out.reading = -1;
    }
    if (polled[1].revents != 0 && !read_some(err.reading, outcome.err)) {
      close(err.reading);
      err.reading = -1;
    }
    int status = 0;
    if (!ended && waitpid(process, &status, WNOHANG) == process) {
      ended = true;
      outcome.code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
      outcome.signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
      if (sent_at) outcome.seconds_after_signal = seconds_since(*sent_at);
    }
    if (ended && out.reading < 0 && err.reading < 0) return;
    if (ended) continue;
    if (options.signal && !sent_at) {
      if (!awaited_since && outcome.out.find(options.signal_after_output) != std::string::npos &&
          (*options.signal == SIGKILL || catches(process, *options.signal)))
        awaited_since = Clock::now();
      if (awaited_since && seconds_since(*awaited_since) > options.signal_after_seconds) {
        kill(process, *options.signal);
        sent_at = Clock::now();
      }
    }
    if (seconds_since(began) > longest_run_seconds && !outcome.timed_out) {
      outcome.timed_out = true;
      kill(process, SIGKILL);
    }
  }
}

}  // namespace

std::string describe(const Outcome& outcome) {
  const auto shortened = [](const std::string& text) {
    constexpr std::size_t longest = 1'500;
    return text.size() <= longest ? text : text.substr(0, longest) + "...\n";
  };
  std::ostringstream text;
  text << "exit code " << outcome.code;
  if (outcome.signal != 0) text << ", ended by signal " << outcome.signal;
  if (outcome.timed_out) text << ", took too long";
  text << "\n--- standard output\n"
       << shortened(outcome.out) << "--- standard error\n"
       << shortened(outcome.err) << "---";
  return text.str();
}

Outcome run(const std::vector<std::string>& arguments, const RunOptions& options) {
  const Stream out = open_stream(options.out);
  const Stream err = open_stream(options.err);
  const pid_t process = fork();
  if (process < 0) fail("fork");
  if (process == 0) become_program(arguments, options, out, err);
  for (const Stream& stream : {out, err})
    if (stream.child >= 0) close(stream.child);
  Outcome outcome;
  watch(process, options, out, err, outcome);
  return outcome;
}

TemporaryFolder::TemporaryFolder() {
  std::string pattern = (fs::temp_directory_path() / "synod-test-XXXXXX").string();
  if (mkdtemp(pattern.data()) == nullptr) fail(pattern);
  path_ = pattern;
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;
  fs::remove_all(path_, ignored);
}

std::string TemporaryFolder::write(const std::string& name, const std::string& text) const {
  const fs::path file = path_ / name;
  std::ofstream(file, std::ios::binary) << text;
  return file.string();
}

std::vector<std::string> TemporaryFolder::listing() const {
  std::vector<std::string> lines;
  for (const fs::directory_entry& entry : fs::recursive_directory_iterator(path_)) {
    const fs::file_status status = entry.symlink_status();
    std::string line = entry.path().lexically_relative(path_).string() + ", kind " +
                       std::to_string(static_cast<int>(status.type()));
    if (fs::is_regular_file(status)) line += ": " + read_text(entry.path());
    lines.push_back(std::move(line));
  }
  std::sort(lines.begin(), lines.end());
  return lines;
}

std::string read_text(const std::filesystem::path& file) {
  std::ifstream stream(file, std::ios::binary);
  if (!stream) throw std::runtime_error(file.string() + ": cannot be read");
  std::ostringstream text;
  text << stream.rdbuf();
  return text.str();
}

}  // namespace synod::test
