#include "checker/search/checkpoint.hpp"

#define XXH_INLINE_ALL
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <xxhash.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <utility>

#include "checker/files/place.hpp"
#include "checker/search/sorted_run.hpp"

namespace synod {
namespace {

constexpr const char* partial_suffix = ".partial-";
constexpr std::string_view any_version = "synod checkpoint ";

const char* name_of(Section section) {
  constexpr std::array names = {"description", "progress", "visited states",
                                "level",       "graph",    "end"};
  return names[static_cast<std::size_t>(section)];
}

}  // namespace

std::uint64_t block_checksum(Section section, std::uint64_t number, std::string_view content) {
  return XXH3_64bits_withSeed(content.data(), content.size(),
                              number << 8 | static_cast<std::uint64_t>(section));
}

CheckpointWriter::CheckpointWriter(std::string file)
    : file_(std::move(file)), partial_(file_ + partial_suffix + std::to_string(getpid())) {
  descriptor_ = open(partial_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  if (descriptor_ < 0) fail(errno);
  block_.reserve(longest_block);
  try {
    if (!take_after(descriptor_, file_)) fail(errno);
    write_all(checkpoint_begins.data(), checkpoint_begins.size());
  } catch (const CheckpointError&) {
    close(descriptor_);
    unlink(partial_.c_str());
    throw;
  }
}

CheckpointWriter::~CheckpointWriter() {
  if (descriptor_ < 0) return;
  close(descriptor_);
  unlink(partial_.c_str());
}

void CheckpointWriter::fail(int reason) const {
  throw CheckpointError(file_ + ": the checkpoint cannot be written: " + std::strerror(reason));
}

void CheckpointWriter::write_all(const void* data, std::size_t count) {
  const char* from = static_cast<const char*>(data);
  while (count != 0) {
    const ssize_t written = write(descriptor_, from, count);
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) fail(written < 0 ? errno : ENOSPC);
    from += written;
    count -= static_cast<std::size_t>(written);
  }
}

void CheckpointWriter::end_block() {
  const BlockHead head{static_cast<std::uint32_t>(section_),
                       static_cast<std::uint32_t>(block_.size()),
                       block_checksum(section_, blocks_++, {block_.data(), block_.size()})};
  write_all(&head, sizeof head);
  write_all(block_.data(), block_.size());
  block_.clear();
}

void CheckpointWriter::begin(Section section) {
  if (!block_.empty()) end_block();
  section_ = section;
}

void CheckpointWriter::bytes(const void* data, std::size_t count) {
  const char* from = static_cast<const char*>(data);
  while (count != 0) {
    const std::size_t part = std::min(count, longest_block - block_.size());
    block_.insert(block_.end(), from, from + part);
    if (block_.size() == longest_block) end_block();
    from += part;
    count -= part;
  }
}

void CheckpointWriter::text(std::string_view text) {
  number(text.size());
  bytes(text.data(), text.size());
}

void CheckpointWriter::finish(bool replaces) {
  begin(Section::end);
  end_block();
  // To the disk before it takes the place of the one before, and then its name as well.
  if (fsync(descriptor_) != 0) fail(errno);
  const auto put_in_place = [&] {
    return renameat2(AT_FDCWD, partial_.c_str(), AT_FDCWD, file_.c_str(),
                     replaces ? 0 : RENAME_NOREPLACE);
  };
  if (close(std::exchange(descriptor_, -1)) != 0 || put_in_place() != 0) {
    const int reason = errno;
    unlink(partial_.c_str());
    fail(reason);
  }
  const std::string parent = std::filesystem::path(file_).parent_path().string();
  const int folder =
      open(parent.empty() ? "." : parent.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (folder < 0) return;
  fsync(folder);
  close(folder);
}

CheckpointReader::CheckpointReader(std::string file) : file_(std::move(file)) {
  descriptor_ = open(file_.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (descriptor_ < 0) fail(std::string("cannot be read: ") + std::strerror(errno));
  try {
    struct stat status{};
    if (fstat(descriptor_, &status) != 0 || !S_ISREG(status.st_mode)) fail("not a regular file");
    unread_ = static_cast<std::uint64_t>(status.st_size);
    std::array<char, checkpoint_begins.size()> begins{};
    const bool whole = read_all(begins.data(), std::min<std::uint64_t>(begins.size(), unread_));
    const std::string_view found(begins.data(), begins.size());
    if (!whole || !found.starts_with(any_version)) fail("not a checkpoint of Synod");
    if (found != checkpoint_begins)
      fail("a checkpoint of another format; this Synod reads format 2");
  } catch (const CheckpointError&) {
    close(descriptor_);
    throw;
  }
}

CheckpointReader::~CheckpointReader() { close(descriptor_); }

void CheckpointReader::fail(const std::string& what) const {
  throw CheckpointError(file_ + ": " + what);
}

void CheckpointReader::fail_for_memory(std::size_t needed) const {
  fail("the checkpoint needs more memory than there may be: at least --memory " +
       std::to_string((needed >> 20) + 1) + "M");
}

void CheckpointReader::require(bool holds, const char* what) const {
  if (!holds) fail(std::string("damaged: in its ") + name_of(section_) + ", " + what);
}

/// False where the file ends before.
bool CheckpointReader::read_all(void* data, std::size_t count) {
  char* to = static_cast<char*>(data);
  while (count != 0) {
    const ssize_t got = read(descriptor_, to, count);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) fail(std::string("cannot be read: ") + std::strerror(errno));
    if (got == 0) return false;
    const auto bytes = static_cast<std::size_t>(got);
    unread_ -= std::min<std::uint64_t>(unread_, bytes);
    to += bytes;
    count -= bytes;
  }
  return true;
}

void CheckpointReader::next_block() {
  BlockHead head{};
  const auto cut_short = [&] { fail(std::string("cut short in its ") + name_of(section_)); };
  if (unread_ < sizeof head || !read_all(&head, sizeof head)) cut_short();
  const bool known = head.section <= static_cast<std::uint32_t>(Section::end);
  if (known) section_ = static_cast<Section>(head.section);
  require(known && head.bytes <= longest_block, "no block begins where one should");
  if (head.bytes > unread_) cut_short();
  block_.resize(head.bytes);
  at_ = 0;
  if (!read_all(block_.data(), block_.size())) cut_short();
  require(head.checksum == block_checksum(section_, blocks_++, {block_.data(), block_.size()}),
          "a checksum is wrong");
}

void CheckpointReader::begin(Section section) {
  require(at_ == block_.size(), "there is more than should be");
  next_block();
  if (section_ != section)
    fail(std::string("damaged: ") + name_of(section_) + " where there should be " +
         name_of(section));
}

void CheckpointReader::bytes(void* data, std::size_t count) {
  char* to = static_cast<char*>(data);
  while (count != 0) {
    if (at_ == block_.size()) {
      const Section section = section_;
      next_block();
      if (section_ != section || block_.empty())
        fail(std::string("damaged: there is too little of its ") + name_of(section));
    }
    const std::size_t part = std::min(count, block_.size() - at_);
    std::memcpy(to, block_.data() + at_, part);
    at_ += part;
    to += part;
    count -= part;
  }
}

std::uint64_t CheckpointReader::number() {
  std::uint64_t value = 0;
  bytes(&value, sizeof value);
  return value;
}

std::uint64_t CheckpointReader::count(std::size_t bytes_each) {
  const std::uint64_t value = number();
  require(value <= left() / bytes_each, "more is announced than the file holds");
  return value;
}

std::string CheckpointReader::text() {
  std::string result(count(1), '\0');
  bytes(result.data(), result.size());
  return result;
}

void CheckpointReader::finish() {
  begin(Section::end);
  require(block_.empty() && unread_ == 0, "the file goes on");
}

bool looks_like_checkpoint(const std::string& file) {
  std::array<char, any_version.size()> begins{};
  std::ifstream stream(file, std::ios::binary);
  return stream.read(begins.data(), begins.size()) &&
         std::string_view(begins.data(), begins.size()) == any_version;
}

void remove_leftovers(const std::string& file) {
  namespace fs = std::filesystem;
  const fs::path parent = fs::path(file).parent_path();
  const std::string begins = fs::path(file).filename().string() + partial_suffix;
  std::error_code error;
  for (fs::directory_iterator entry(parent.empty() ? "." : parent, error), end;
       !error && entry != end; entry.increment(error)) {
    const std::string name = entry->path().filename().string();
    if (!name.starts_with(begins)) continue;
    const std::string digits = name.substr(begins.size());
    pid_t writer = 0;
    const auto [last, failed] =
        std::from_chars(digits.data(), digits.data() + digits.size(), writer);
    const bool is_number = failed == std::errc() && last == digits.data() + digits.size();
    if (is_number && writer > 0 && kill(writer, 0) != 0 && errno == ESRCH)
      unlink(entry->path().c_str());
  }
  // Which of its states a checkpoint needs is known once it is read.
  if (!fs::exists(file, error)) remove_state_files(states_of(file), {});
}

void remove_checkpoint(const std::string& file) {
  unlink(file.c_str());
  remove_state_files(states_of(file), {}, true);
}

std::uint64_t program_hash() {
  std::ifstream stream("/proc/self/exe", std::ios::binary);
  const std::string program{std::istreambuf_iterator<char>(stream), {}};
  if (program.empty()) throw CheckpointError("/proc/self/exe: cannot be read: this program itself");
  return XXH3_64bits(program.data(), program.size());
}

std::uint64_t model_hash(const TransitionSystem& system) {
  constexpr std::size_t most_states = 500;
  std::uint64_t hash = 0;
  const auto add = [&](const auto* values, std::size_t count) {
    hash = XXH3_64bits_withSeed(values, count * sizeof *values, hash);
  };
  const auto add_text = [&](const std::string& text) { add(text.data(), text.size()); };
  const std::vector<unsigned> bits = system.word_bits();
  const std::size_t labels = system.labels();
  add(bits.data(), bits.size());
  add(&labels, 1);
  for (const ActionSummary& action : system.actions())
    add_text(action.name + (action.applies ? "" : " -"));
  PropertySet judged = 0;
  for (std::size_t i = 0; i < system.properties().size(); ++i) {
    const PropertyInfo& info = system.properties()[i];
    add_text(info.name + (info.applies ? "" : " -"));
    add_text(info.from);
    add(&info.kind, 1);
    if (info.applies) judged |= PropertySet{1} << i;
  }
  // A breadth-first search of its own, which ends soon.
  const auto explorer = system.explorer();
  const std::size_t words = system.words();
  std::vector<std::uint64_t> found = explorer->initial();
  add(found.data(), found.size());
  std::set<std::vector<std::uint64_t>> known;
  for (std::size_t i = 0; i < found.size(); i += words)
    known.emplace(found.data() + i, found.data() + i + words);
  Expansion expansion;
  for (std::size_t i = 0; i < std::min(found.size(), most_states * words); i += words) {
    const std::vector<std::uint64_t> state(found.data() + i, found.data() + i + words);
    explorer->expand(state.data(), 1, judged, true, expansion);
    add(expansion.successors.data(), expansion.count() * words);
    add(expansion.labels.data(), expansion.count());
    add(expansion.holds.data(), expansion.holds.size());
    add(expansion.violated.data(), expansion.violated.size());
    for (std::size_t k = 0; k < expansion.count(); ++k) {
      const std::uint64_t* const to = expansion.successors.data() + k * words;
      if (found.size() < most_states * words && known.emplace(to, to + words).second)
        found.insert(found.end(), to, to + words);
    }
  }
  return hash;
}

}  // namespace synod
