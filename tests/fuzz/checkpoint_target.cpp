#include <sys/mman.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <memory>

#include "checker/input/input.hpp"
#include "checker/search/search.hpp"
#include "model/catalogue.hpp"
#include "tests/fuzz/seeds.hpp"
#include "tests/fuzz/targets.hpp"

namespace synod::fuzz {
namespace {

/// A file in memory.
class MemoryFile {
 public:
  MemoryFile() : descriptor_(memfd_create("checkpoint", 0)) {
    require(descriptor_ >= 0, "no file in memory");
  }
  ~MemoryFile() { close(descriptor_); }
  MemoryFile(const MemoryFile&) = delete;
  MemoryFile& operator=(const MemoryFile&) = delete;

  void set(std::string_view text) const {
    require(ftruncate(descriptor_, 0) == 0 && pwrite(descriptor_, text.data(), text.size(), 0) ==
                                                  static_cast<ssize_t>(text.size()),
            "a file in memory cannot be written");
  }
  std::string path() const { return "/proc/self/fd/" + std::to_string(descriptor_); }

 private:
  int descriptor_;
};

const ModelInstance& model() {
  static const auto instance = [] {
    const System& system = find_system(catalogue(), "transaction_commit");
    return system.instantiate(resolve_parameters(system, {{"participants", "2"}}), {});
  }();
  return *instance;
}

constexpr std::array kinds = {Visited::exact, Visited::keys, Visited::whole, Visited::tree,
                              Visited::compact};

/// With a graph where the kind is `exact`.
SearchOptions options_of(Visited visited) {
  SearchOptions options;
  options.threads = 1;
  options.memory = std::size_t{1} << 26;
  options.visited = visited;
  for (std::size_t i = 0; i < model().properties().size(); ++i)
    if (visited != Visited::exact && model().properties()[i].kind == PropertyKind::always_possible)
      options.properties &= ~(PropertySet{1} << i);
  return options;
}

/// With each block's checksum as its content needs it, as far as there are blocks.
std::string repaired(std::string text) {
  std::size_t at = checkpoint_begins.size();
  BlockHead head{};
  for (std::uint64_t number = 0; at + sizeof head <= text.size(); ++number) {
    std::memcpy(&head, text.data() + at, sizeof head);
    if (head.bytes > text.size() - at - sizeof head) break;
    head.checksum = block_checksum(static_cast<Section>(head.section), number,
                                   std::string_view(text).substr(at + sizeof head, head.bytes));
    std::memcpy(text.data() + at, &head, sizeof head);
    at += sizeof head + head.bytes;
  }
  return text;
}

}  // namespace

void checkpoint_target(std::string_view text) {
  static const MemoryFile file;
  static const std::atomic<bool> interrupted{true};  // before any state is expanded
  for (const std::string& content : {std::string(text), repaired(std::string(text))}) {
    file.set(content);
    for (const Visited visited : kinds) {
      SearchOptions options = options_of(visited);
      options.interrupted = &interrupted;
      options.checkpoint.resume = file.path();
      try {
        const SearchResult result = search(model(), options);
        require(result.stop != Stop::exhausted, "more was done than should be");
      } catch (const CheckpointError& error) {
        require_one_line(InputError(error.what()).what());
      }
    }
  }
}

std::vector<std::string> checkpoint_seeds() {
  std::vector<std::string> seeds;
  for (const Visited visited : kinds) {
    SearchOptions options = options_of(visited);
    options.max_depth = 4;
    const std::string path =
        (std::filesystem::temp_directory_path() / ("synod-seed-" + std::to_string(getpid())))
            .string();
    options.checkpoint.file = path;
    require(search(model(), options).checkpointed, "no checkpoint was written");
    std::string text(1 << 20, '\0');
    std::FILE* const written = std::fopen(path.c_str(), "rb");
    require(written != nullptr, "no checkpoint can be read");
    text.resize(std::fread(text.data(), 1, text.size(), written));
    std::fclose(written);
    unlink(path.c_str());
    seeds.push_back(std::move(text));
  }
  return seeds;
}

}  // namespace synod::fuzz
