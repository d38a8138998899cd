#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <climits>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <memory>

#include "checker/input/input.hpp"
#include "checker/search/judged.hpp"
#include "checker/search/search.hpp"
#include "model/catalogue.hpp"
#include "tests/fuzz/seeds.hpp"
#include "tests/fuzz/targets.hpp"

namespace synod::fuzz {
namespace {

const ModelInstance& model() {
  static const auto instance = [] {
    const System& system = find_system(catalogue(), "transaction_commit");
    return system.instantiate(resolve_parameters(system, {{"participants", "2"}}), {});
  }();
  return *instance;
}

struct Kind {
  Visited visited;
  bool on_disk = false;
};
constexpr std::array kinds = {Kind{Visited::exact},   Kind{Visited::keys},
                              Kind{Visited::whole},   Kind{Visited::tree},
                              Kind{Visited::compact}, Kind{Visited::whole, true}};

/// With a graph where the kind is `exact`.
SearchOptions options_of(Kind kind) {
  SearchOptions options;
  options.threads = 1;
  options.memory = kind.on_disk ? 1 : std::size_t{1} << 26;
  options.disk = "/var/tmp";
  options.batch = 1;
  options.visited = kind.visited;
  if (kind.visited != Visited::exact)
    options.properties = ~of_kind(model().properties(), PropertyKind::always_possible);
  return options;
}

std::string read_all(const std::string& path) {
  std::string text(1 << 20, '\0');
  std::FILE* const file = std::fopen(path.c_str(), "rb");
  require(file != nullptr, "a file cannot be read");
  text.resize(std::fread(text.data(), 1, text.size(), file));
  std::fclose(file);
  return text;
}

void write_all(const std::string& path, std::string_view text) {
  std::FILE* const file = std::fopen(path.c_str(), "wb");
  require(file != nullptr && std::fwrite(text.data(), 1, text.size(), file) == text.size() &&
              std::fclose(file) == 0,
          "a file cannot be written");
}

/// A checkpoint of a search of this kind that has gone some way.
void write_checkpoint(const std::string& path, Kind kind) {
  SearchOptions options = options_of(kind);
  options.max_depth = 4;
  options.checkpoint.file = path;
  require(search(model(), options).checkpointed, "no checkpoint was written");
}

/// The names of files of states in a checkpoint, in their order.
std::vector<std::string> names_in(std::string_view text) {
  constexpr std::string_view begins = "states-";
  std::vector<std::string> names;
  for (std::size_t at = 0; (at = text.find(begins, at)) != std::string_view::npos;) {
    const std::size_t end = text.find_first_not_of("0123456789-", at + begins.size());
    names.emplace_back(text.substr(at, end - at));
    at += begins.size();
  }
  return names;
}

/// A checkpoint's place, with files of states for each name that it may have.
class Place {
 public:
  Place() {
    std::string pattern = (std::filesystem::temp_directory_path() / "synod-fuzz-XXXXXX").string();
    require(mkdtemp(pattern.data()) != nullptr, "no folder can be made");
    folder_ = pattern;
    write_checkpoint(path(), kinds.back());
    for (const std::string& name : names_in(read_all(path())))
      states_.push_back(read_all(states_of(path()) + "/" + name));
    remove_checkpoint(path());
  }
  ~Place() { std::filesystem::remove_all(folder_); }
  Place(const Place&) = delete;
  Place& operator=(const Place&) = delete;

  std::string path() const { return folder_ + "/file"; }
  void set(std::string_view text) const {
    std::filesystem::remove_all(states_of(path()));
    const std::vector<std::string> names = names_in(text);
    if (!names.empty()) mkdir(states_of(path()).c_str(), 0777);
    for (std::size_t i = 0; i < names.size(); ++i)
      if (names[i].size() < NAME_MAX)
        write_all(states_of(path()) + "/" + names[i], states_[i % states_.size()]);
    write_all(path(), text);
  }

 private:
  std::string folder_;
  std::vector<std::string> states_;
};

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
  static const Place place;
  static const std::atomic<bool> interrupted{true};  // before any state is expanded
  for (const std::string& content : {std::string(text), repaired(std::string(text))}) {
    place.set(content);
    for (const Kind kind : kinds) {
      SearchOptions options = options_of(kind);
      options.interrupted = &interrupted;
      options.checkpoint.resume = place.path();
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
  const std::string path =
      (std::filesystem::temp_directory_path() / ("synod-seed-" + std::to_string(getpid())))
          .string();
  for (const Kind kind : kinds) {
    write_checkpoint(path, kind);
    seeds.push_back(read_all(path));
    remove_checkpoint(path);
  }
  return seeds;
}

}  // namespace synod::fuzz
