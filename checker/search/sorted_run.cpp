#include "checker/search/sorted_run.hpp"

#define XXH_INLINE_ALL
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <xxhash.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <optional>
#include <utility>

namespace synod {
namespace {

constexpr std::string_view name_begins = "states-";

/// The process that wrote a file of this name; nothing where it is none of ours.
std::optional<pid_t> writer_of(const std::string& name) {
  if (!name.starts_with(name_begins)) return std::nullopt;
  const char* const end = name.data() + name.size();
  pid_t writer = 0;
  const auto [dash, failed] = std::from_chars(name.data() + name_begins.size(), end, writer);
  if (failed != std::errc() || writer <= 0 || dash == end || *dash != '-') return std::nullopt;
  unsigned number = 0;
  const auto [last, no_number] = std::from_chars(dash + 1, end, number);
  return no_number == std::errc() && last == end ? std::optional(writer) : std::nullopt;
}

}  // namespace

bool StateFile::is_name(const std::string& name) { return writer_of(name).has_value(); }

std::shared_ptr<StateFile> StateFile::named(const std::string& folder) {
  static std::atomic<unsigned> next{0};
  if (mkdir(folder.c_str(), 0777) != 0 && errno != EEXIST)
    throw DiskError(folder + ": cannot be made: " + std::strerror(errno));
  std::string name;
  do name = std::string(name_begins) + std::to_string(getpid()) + "-" + std::to_string(next++);
  while (access((folder + "/" + name).c_str(), F_OK) == 0);  // of another that had this number
  return std::make_shared<StateFile>(folder, name);
}

StateFile::StateFile(std::string folder) : folder_(std::move(folder)) {
  descriptor_ = open(folder_.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
  if (descriptor_ >= 0) return;
  // Some file systems have no files without names: there it gives its name up at once.
  if (errno != EOPNOTSUPP && errno != EISDIR) fail(std::strerror(errno));
  std::string pattern = folder_ + "/synod-XXXXXX";
  descriptor_ = mkostemp(pattern.data(), O_CLOEXEC);
  if (descriptor_ < 0) fail(std::strerror(errno));
  unlink(pattern.c_str());
}

StateFile::StateFile(std::string folder, std::string name)
    : folder_(std::move(folder)), name_(std::move(name)) {
  descriptor_ = open(path().c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
  if (descriptor_ < 0) fail(std::strerror(errno));
}

StateFile::StateFile(std::string folder, const Existing& file)
    : folder_(std::move(folder)), name_(file.name), kept_(true), end_(file.bytes) {
  descriptor_ = open(path().c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (descriptor_ < 0) throw DiskError(path() + ": cannot be read: " + std::strerror(errno));
  struct stat status{};
  const bool regular = fstat(descriptor_, &status) == 0 && S_ISREG(status.st_mode);
  if (regular && static_cast<std::uint64_t>(status.st_size) >= file.bytes) return;
  close(descriptor_);
  throw DiskError(path() + (regular ? ": cut short" : ": not a regular file"));
}

StateFile::~StateFile() {
  close(descriptor_);
  if (!name_.empty() && !kept_) unlink(path().c_str());
}

void StateFile::fail(const std::string& what) const {
  throw DiskError(folder_ + ": states cannot be kept on this disk: " + what);
}

void StateFile::fail_as_damaged() const {
  if (name_.empty()) fail("what is read is not what was written");
  throw DiskError(path() + ": damaged: what is in it is not as it was written");
}

std::uint64_t StateFile::sync() const {
  struct stat status{};
  if (fsync(descriptor_) != 0 || fstat(descriptor_, &status) != 0) fail(std::strerror(errno));
  const int folder = open(folder_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (folder >= 0) {
    fsync(folder);  // its name
    close(folder);
  }
  return static_cast<std::uint64_t>(status.st_size);
}

std::uint64_t StateFile::append(std::span<const std::uint8_t> data) {
  const std::uint64_t begin = end_.fetch_add(data.size(), std::memory_order_relaxed);
  for (std::uint64_t at = begin; !data.empty();) {
    const ssize_t written = pwrite(descriptor_, data.data(), data.size(), static_cast<off_t>(at));
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) fail(std::strerror(written < 0 ? errno : ENOSPC));
    at += static_cast<std::uint64_t>(written);
    data = data.subspan(static_cast<std::size_t>(written));
  }
  return begin;
}

void StateFile::read(std::uint64_t offset, std::span<std::uint8_t> data) const {
  while (!data.empty()) {
    const ssize_t got = pread(descriptor_, data.data(), data.size(), static_cast<off_t>(offset));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) fail(std::strerror(errno));
    if (got == 0) fail_as_damaged();
    offset += static_cast<std::uint64_t>(got);
    data = data.subspan(static_cast<std::size_t>(got));
  }
}

void Run::append(const Run& next) {
  firsts_.insert(firsts_.end(), next.firsts_.begin(), next.firsts_.end());
  blocks_.insert(blocks_.end(), next.blocks_.begin(), next.blocks_.end());
  states_ += next.states_;
}

std::size_t Run::blocks_up_to(const std::uint64_t* state) const {
  std::size_t begin = 0;
  for (std::size_t count = blocks(); count != 0;) {
    const std::size_t half = count / 2;
    if (state_before(state, first(begin + half), words_)) {
      count = half;
    } else {
      begin += half + 1;
      count -= half + 1;
    }
  }
  return begin;
}

RunWriter::RunWriter(std::shared_ptr<StateFile> file, unsigned words, std::size_t block_bytes)
    : file_(std::move(file)),
      words_(words),
      block_bytes_(block_bytes),
      coded_(block_bytes + words * WordCode::most_bytes),
      last_(words),
      run_(file_, words) {}

void RunWriter::end_block() {
  const std::span data(coded_.data(), bytes_);
  run_.add(first_.data(), {file_->append(data), XXH3_64bits(data.data(), data.size()),
                           static_cast<std::uint32_t>(bytes_), states_});
  bytes_ = 0;
  states_ = 0;
  std::fill(last_.begin(), last_.end(), 0);
}

Run RunWriter::finish() {
  if (states_ != 0) end_block();
  return std::move(run_);
}

void BlockReader::open(const StateFile& file, const Block& block, unsigned words) {
  coded_.resize(block.bytes);
  file.read(block.offset, coded_);
  if (XXH3_64bits(coded_.data(), coded_.size()) != block.checksum) file.fail_as_damaged();
  at_ = 0;
  left_ = block.states;
  state_.assign(words, 0);
}

bool BlockReader::is_sound(const std::vector<unsigned>& word_bits, const std::uint64_t* first,
                           const std::uint64_t* limit) const {
  const auto words = static_cast<unsigned>(word_bits.size());
  std::vector<std::uint64_t> state(words);
  std::vector<std::uint64_t> before;
  std::size_t at = 0;
  for (std::uint32_t count = 0; count < left_; ++count) {
    before = state;
    for (unsigned i = 0; i < words; ++i) {
      if (at == coded_.size() || coded_.size() - at < WordCode::length(coded_[at])) return false;
      const std::uint8_t* from = coded_.data() + at;
      state[i] ^= WordCode::decode(from);
      at = static_cast<std::size_t>(from - coded_.data());
      if (word_bits[i] < 64 && state[i] >> word_bits[i] != 0) return false;
    }
    if (count != 0 && !state_before(before.data(), state.data(), words)) return false;
    if (count == 0 && first != nullptr && !same_state(state.data(), first, words)) return false;
  }
  return left_ != 0 && at == coded_.size() &&
         (limit == nullptr || state_before(state.data(), limit, words));
}

void remove_state_files(const std::string& folder, const std::vector<std::string>& but,
                        bool of_anybody) {
  namespace fs = std::filesystem;
  std::error_code error;
  std::vector<fs::path> old;
  for (fs::directory_iterator entry(folder, error), end; !error && entry != end;
       entry.increment(error)) {
    const std::string name = entry->path().filename().string();
    const std::optional<pid_t> writer = writer_of(name);
    if (!writer || std::find(but.begin(), but.end(), name) != but.end()) continue;
    if (of_anybody || *writer == getpid() || (kill(*writer, 0) != 0 && errno == ESRCH))
      old.push_back(entry->path());
  }
  for (const fs::path& path : old) fs::remove(path, error);
  rmdir(folder.c_str());
}

std::size_t subtract(const Run& run, std::uint64_t* states, std::size_t count, unsigned words,
                     BlockReader& reader) {
  std::size_t kept = 0;
  const auto keep = [&](std::size_t i) {
    if (kept != i) copy_state(states + kept * words, states + i * words, words);
    ++kept;
  };
  for (std::size_t i = 0; i < count;) {
    const std::size_t up_to = run.blocks_up_to(states + i * words);
    const std::uint64_t* const limit = up_to < run.blocks() ? run.first(up_to) : nullptr;
    const auto in_block = [&] {
      return i < count && (limit == nullptr || state_before(states + i * words, limit, words));
    };
    if (up_to == 0) {  // before all states of the run
      while (in_block()) keep(i++);
      continue;
    }
    reader.open(run.file(), run.block(up_to - 1), words);
    const std::uint64_t* known = reader.next();
    while (in_block()) {
      const std::uint64_t* const state = states + i * words;
      while (reader.left() != 0 && state_before(known, state, words)) known = reader.next();
      if (!same_state(known, state, words)) keep(i);
      ++i;
    }
  }
  return kept;
}

void read_range(const Run& run, const std::uint64_t* begin, const std::uint64_t* end,
                unsigned words, BlockReader& reader, std::vector<std::uint64_t>& states) {
  const std::size_t up_to = begin == nullptr ? 0 : run.blocks_up_to(begin);
  for (std::size_t i = up_to == 0 ? 0 : up_to - 1; i < run.blocks(); ++i) {
    if (end != nullptr && !state_before(run.first(i), end, words)) return;
    reader.open(run.file(), run.block(i), words);
    while (reader.left() != 0) {
      const std::uint64_t* const state = reader.next();
      if (begin != nullptr && state_before(state, begin, words)) continue;
      if (end != nullptr && !state_before(state, end, words)) return;
      states.insert(states.end(), state, state + words);
    }
  }
}

}  // namespace synod
