#include "checker/search/external_states.hpp"

#include <unistd.h>

#include <algorithm>
#include <tuple>
#include <utility>

#include "checker/search/parallel.hpp"

namespace synod {

void VisitedSet::move_to(ExternalStates&, const std::vector<std::uint64_t>&) const {
  throw std::logic_error("these states cannot be told");
}

/// Three quarters of the memory, or what one look at room() needs.
StoredStates::Shape ExternalStates::buffer_shape(const Shape& shape) {
  constexpr std::size_t slot_bytes = 6;
  constexpr std::size_t most_first_slots = std::size_t{1} << 16;
  const auto words = static_cast<unsigned>(shape.word_bits.size());
  const std::size_t state_bytes = words * sizeof(std::uint64_t) + 1;
  const std::size_t least_states = 2 * shape.headroom + 32 * shape.workers + 64;
  const std::size_t least_slots = least_states / 4 * 5;
  StoredStates::Shape buffer{words, 0, shape.batch, shape.workers};
  buffer.memory =
      std::max(shape.memory / 4 * 3, 2 * (least_slots * slot_bytes + least_states * state_bytes));
  buffer.first_slots =
      std::max(least_slots, std::min(most_first_slots, buffer.memory / (4 * slot_bytes)));
  return buffer;
}

ExternalStates::Folder::~Folder() {
  if (!name.empty()) rmdir(name.c_str());
}

ExternalStates::ExternalStates(Shape shape)
    : shape_(std::move(shape)),
      own_folder_{shape_.named ? shape_.folder : ""},
      words_(static_cast<unsigned>(shape_.word_bits.size())),
      buffer_(buffer_shape(shape_)),
      // Blocks that are read whole where one state of them is asked for.
      block_bytes_(std::clamp<std::size_t>(shape_.memory >> 10, 1 << 8, 1 << 14)),
      merging_(shape_.workers),
      known_file_(new_file()),
      found_file_(new_file()),
      moving_level_file_(new_file()),
      moving_known_file_(new_file()) {
  set_piece_memory(shape_.memory / 64);  // as long as there is another set in memory
}

/// What the pieces that are being merged at a time may take together.
void ExternalStates::set_piece_memory(std::size_t bytes) {
  // More gains nothing, and who stops the search would wait.
  constexpr std::size_t most = std::size_t{1} << 21;
  const std::size_t state_bytes = words_ * sizeof(std::uint64_t);
  // Each is there twice, and some are larger than others.
  piece_states_ = std::clamp<std::size_t>(bytes / 3 / (shape_.workers * state_bytes), 64, most);
}

void ExternalStates::write_moving() {
  if (moving_.empty()) {
    moving_.reserve(std::max<std::size_t>(shape_.memory / 64 / sizeof(std::uint64_t), 512) +
                    words_);
    return;
  }
  std::shared_ptr<StateFile> file = moving_level_file_;
  if (moving_to_ == &found_) file = found_file_;
  if (moving_to_ == &moving_known_) file = moving_known_file_;
  if (!write(moving_, *moving_to_, file)) throw Stopped();
  moving_.clear();
}

void ExternalStates::end_level() {
  write_moving();
  std::optional<Run> level = merge(moving_known_, {}, found_, known_file_);
  if (!level) throw Stopped();
  moving_known_.clear();
  if (level->states() != 0) add_level(*std::move(level));
}

void ExternalStates::end_moving() {
  set_level(moving_level_);
  moving_level_.clear();
  moving_level_file_.reset();
  begin();
}

/// With all the memory.
void ExternalStates::begin() {
  count_found();
  moving_ = {};
  moving_known_file_.reset();
  merging_ = std::vector<Merging>(shape_.workers);
  set_piece_memory(shape_.memory / 8);
}

/// Sorts states where they are, part by part; nothing where it was stopped.
std::optional<std::vector<ExternalStates::Part>> ExternalStates::sort_parts(
    std::span<std::uint64_t> states) const {
  // So long that few are to be merged, and so short that whoever stops does not wait for one.
  constexpr std::size_t most = std::size_t{1} << 19;
  constexpr std::size_t least = std::size_t{1} << 10;
  const std::size_t count = states.size() / words_;
  const std::size_t each =
      std::clamp<std::size_t>((count + shape_.workers - 1) / shape_.workers, least, most);
  std::vector<Part> parts;
  for (std::size_t begin = 0; begin < count; begin += each)
    parts.push_back({states.data() + begin * words_, std::min(each, count - begin)});
  std::atomic<std::size_t> next{0};
  std::atomic<bool> ended{false};
  run_workers(std::min(shape_.workers, parts.size()), [&](std::size_t) {
    for (std::size_t i; (i = next.fetch_add(1)) < parts.size();) {
      if (stopped()) return ended.store(true);
      sort_states(parts[i].states, parts[i].count, words_);
    }
  });
  if (ended.load()) return std::nullopt;
  return parts;
}

/// Writes states as a run, which it changes the order of; false where it was stopped.
bool ExternalStates::write(std::span<std::uint64_t> states, Runs& runs,
                           const std::shared_ptr<StateFile>& file) {
  const std::optional<std::vector<Part>> parts = sort_parts(states);
  if (!parts) return false;
  std::optional<Run> run = merge({}, *parts, {}, file);
  if (!run) return false;
  if (run->states() != 0) runs.push_back(*std::move(run));
  return true;
}

/// Writes what is in the buffer, and empties it; false where it was stopped.
bool ExternalStates::flush(std::vector<Cursor>& cursors) {
  if (!write(buffer_.give_up(cursors), found_, found_file_)) return false;
  buffer_.clear(cursors);
  if (found_.size() > most_runs) {
    const auto file = new_file();
    if (std::optional<Run> merged = merge(found_, {}, {}, file)) {
      found_ = {*std::move(merged)};
      found_file_ = file;
    }
  }
  count_found();
  return true;
}

void ExternalStates::count_found() {
  std::uint64_t waiting = 0;
  for (const Run& run : found_) waiting += run.states();
  waiting_.store(waiting, std::memory_order_relaxed);
  found_bytes_.store(found_file_->bytes(), std::memory_order_relaxed);
}

bool ExternalStates::grow(std::vector<Cursor>& cursors, const Outlook&) {
  // Where it is stopped, nobody inserts any more.
  return buffer_.grow(cursors, {}) || !flush(cursors) || room() >= shape_.headroom;
}

/// States that cut what is to be merged into pieces.
std::vector<const std::uint64_t*> ExternalStates::limits(const Runs& runs,
                                                         const std::vector<Part>& parts) const {
  struct Sample {
    const std::uint64_t* state;
    std::size_t states;  ///< about as many come until the next of its run or part
  };
  std::vector<Sample> samples;
  std::size_t total = 0;
  for (const Run& run : runs)
    for (std::size_t i = 0; i < run.blocks(); ++i)
      samples.push_back({run.first(i), run.block(i).states});
  const std::size_t stride = std::max<std::size_t>(piece_states_ / 32, 1);
  for (const Part& part : parts)
    for (std::size_t i = 0; i < part.count; i += stride)
      samples.push_back({part.states + i * words_, std::min(stride, part.count - i)});
  for (const Sample& sample : samples) total += sample.states;
  std::sort(samples.begin(), samples.end(), [&](const Sample& a, const Sample& b) {
    return state_before(a.state, b.state, words_);
  });
  // Several for each thread, unless they are next to nothing.
  constexpr std::size_t small = 1 << 12;
  const std::size_t wanted = std::clamp<std::size_t>(total / (4 * shape_.workers),
                                                     std::min(small, piece_states_), piece_states_);
  std::vector<const std::uint64_t*> result;
  std::size_t states = 0;
  for (const Sample& sample : samples) {
    const std::uint64_t* const last = result.empty() ? samples.front().state : result.back();
    if (states >= wanted && state_before(last, sample.state, words_)) {
      result.push_back(sample.state);
      states = 0;
    }
    states += sample.states;
  }
  return result;
}

/// The states of a piece, sorted, without duplicates.
void ExternalStates::gather(const Runs& runs, const std::vector<Part>& parts,
                            const std::uint64_t* begin, const std::uint64_t* end,
                            Merging& merging) const {
  const unsigned words = words_;
  merging.states.clear();
  merging.ends.clear();
  const auto end_part = [&] {
    const std::size_t at = merging.states.size() / words;
    if (at != (merging.ends.empty() ? 0 : merging.ends.back())) merging.ends.push_back(at);
  };
  for (const Part& part : parts) {
    const auto place = [&](const std::uint64_t* limit, std::size_t otherwise) {
      return limit == nullptr ? otherwise : states_before(part.states, part.count, limit, words);
    };
    merging.states.insert(merging.states.end(), part.states + place(begin, 0) * words,
                          part.states + place(end, part.count) * words);
    end_part();
  }
  for (const Run& run : runs) {
    read_range(run, begin, end, words, merging.reader, merging.states);
    end_part();
  }
  merge_parts(merging.states, merging.ends, merging.spare, words);
}

/// All states of `runs` and `parts` as one run of a file, but for those of `without`; nothing where
/// it was stopped.
std::optional<Run> ExternalStates::merge(const Runs& runs, const std::vector<Part>& parts,
                                         const Runs& without,
                                         const std::shared_ptr<StateFile>& file) {
  const std::vector<const std::uint64_t*> limits = this->limits(runs, parts);
  std::vector<Run> pieces(limits.size() + 1);
  std::atomic<std::size_t> next{0};
  std::atomic<bool> ended{false};
  run_workers(std::min(shape_.workers, pieces.size()), [&](std::size_t worker) {
    Merging& merging = merging_[worker];
    merging.states.reserve(piece_states_ * words_ * 3 / 2);
    merging.spare.reserve(merging.states.capacity());
    for (std::size_t i; (i = next.fetch_add(1)) < pieces.size();) {
      if (stopped()) return ended.store(true);
      gather(runs, parts, i == 0 ? nullptr : limits[i - 1], i < limits.size() ? limits[i] : nullptr,
             merging);
      std::size_t count = merging.ends.empty() ? 0 : merging.ends.back();
      for (const Run& known : without) {
        if (count == 0) break;
        if (stopped()) return ended.store(true);
        count = subtract(known, merging.states.data(), count, words_, merging.reader);
      }
      RunWriter writer(file, words_, block_bytes_);
      for (std::size_t k = 0; k < count; ++k) writer.push(merging.states.data() + k * words_);
      pieces[i] = writer.finish();
    }
  });
  if (ended.load()) return std::nullopt;
  Run merged = std::move(pieces.front());
  for (std::size_t i = 1; i < pieces.size(); ++i) merged.append(pieces[i]);
  return merged;
}

void ExternalStates::add_level(Run level) {
  known_.fetch_add(level.states(), std::memory_order_relaxed);
  index_bytes_.fetch_add(level.bytes_in_memory(), std::memory_order_relaxed);
  levels_.push_back(std::move(level));
}

void ExternalStates::set_level(std::span<const Run> runs) {
  level_.clear();
  for (const Run& run : runs)
    for (std::size_t i = 0; i < run.blocks(); ++i)
      level_.push_back({run.shared_file(), run.block(i), 0});
  next_block_.store(0, std::memory_order_relaxed);
}

void ExternalStates::take_level(std::size_t level) { set_level({&levels_[level], 1}); }

bool ExternalStates::next_level(std::vector<Cursor>& cursors) {
  must_end_ = levels_.empty();  // initial states are few, and where every search begins
  const std::optional<std::vector<Part>> parts = sort_parts(buffer_.give_up(cursors));
  if (!parts) return false;
  std::optional<Run> level = merge(found_, *parts, levels_, known_file_);
  if (!level) return false;
  buffer_.clear(cursors);
  if (!found_.empty()) {
    found_.clear();
    found_file_ = new_file();
  }
  count_found();
  add_level(*std::move(level));
  take_level(levels_.size() - 1);
  level_is_a_run_ = true;
  must_end_ = false;
  return true;
}

bool ExternalStates::begin_level_again(std::vector<Cursor>& cursors) {
  if (!level_is_a_run_) return false;
  take_level(levels_.size() - 1);
  found_.clear();
  found_file_ = new_file();  // the room of the old one may be needed
  buffer_.give_up(cursors);
  buffer_.clear(cursors);
  for (Cursor& cursor : cursors) cursor.block.reset();
  count_found();
  return true;
}

std::span<const std::uint64_t> ExternalStates::take(Cursor& cursor) {
  if (!cursor.block) cursor.block = std::make_shared<BlockReader>();
  BlockReader& reader = *cursor.block;
  if (reader.left() == 0) {
    const std::size_t at = next_block_.fetch_add(1, std::memory_order_relaxed);
    if (at >= level_.size()) return {};
    reader.open(*level_[at].file, level_[at].block, words_);
    for (std::uint32_t i = 0; i < level_[at].taken; ++i) reader.next();
    cursor.block_at = at;
  }
  const std::size_t count = std::min<std::size_t>(reader.left(), shape_.batch);
  cursor.taken.clear();
  for (std::size_t i = 0; i < count; ++i) {
    const std::uint64_t* const state = reader.next();
    cursor.taken.insert(cursor.taken.end(), state, state + words_);
  }
  return cursor.taken;
}

/// What is found goes to the disk, and blocks that have been taken in part are to be taken.
void ExternalStates::settle(std::vector<Cursor>& cursors) {
  const std::size_t at = std::min(next_block_.load(std::memory_order_relaxed), level_.size());
  std::vector<Rest> rest(level_.begin() + static_cast<std::ptrdiff_t>(at), level_.end());
  for (Cursor& cursor : cursors) {
    if (cursor.block && cursor.block->left() != 0) {
      rest.push_back(level_[cursor.block_at]);
      rest.back().taken = rest.back().block.states - cursor.block->left();
    }
    cursor.block.reset();
  }
  level_ = std::move(rest);
  next_block_.store(0, std::memory_order_relaxed);
  must_end_ = true;
  flush(cursors);
  must_end_ = false;
}

ExternalStates::Files ExternalStates::files() const {
  Files files;
  const auto add = [&](const std::shared_ptr<const StateFile>& file) {
    if (std::find(files.begin(), files.end(), file) == files.end()) files.push_back(file);
  };
  for (const Run& run : levels_) add(run.shared_file());
  for (const Rest& rest : level_) add(rest.file);
  for (const Run& run : found_) add(run.shared_file());
  return files;
}

void ExternalStates::save_block(CheckpointWriter& writer, const Files& files,
                                const std::shared_ptr<const StateFile>& file,
                                const Block& block) const {
  writer.number(
      static_cast<std::uint64_t>(std::find(files.begin(), files.end(), file) - files.begin()));
  writer.number(block.offset);
  writer.number(block.checksum);
  writer.number(std::uint64_t{block.bytes} << 32 | block.states);
}

void ExternalStates::save_runs(CheckpointWriter& writer, const Files& files,
                               const Runs& runs) const {
  writer.number(runs.size());
  for (const Run& run : runs) {
    writer.number(run.blocks());
    for (std::size_t i = 0; i < run.blocks(); ++i) {
      save_block(writer, files, run.shared_file(), run.block(i));
      writer.words(run.first(i), words_);
    }
  }
}

/// The states themselves are in files, which are brought to the disk first.
void ExternalStates::save(CheckpointWriter& writer) const {
  saving_ = files();
  writer.begin(Section::visited);
  writer.number(saving_.size());
  for (const auto& file : saving_) {
    const std::uint64_t length = file->sync();
    writer.text(file->name());
    writer.number(length);
  }
  save_runs(writer, saving_, levels_);
  writer.begin(Section::level);
  writer.number(level_.size());
  for (const Rest& rest : level_) {
    save_block(writer, saving_, rest.file, rest.block);
    writer.number(rest.taken);
  }
  save_runs(writer, saving_, found_);
}

void ExternalStates::saved() {
  for (const auto& file : kept_) file->keep(false);
  for (const auto& file : saving_) file->keep(true);
  kept_ = std::exchange(saving_, {});
}

void ExternalStates::load(CheckpointReader& reader) {
  reader.begin(Section::visited);
  Files files(reader.count(2 * sizeof(std::uint64_t)));
  try {
    for (auto& file : files) {
      std::string name = reader.text();
      reader.require(StateFile::is_name(name), "a file of states has a name that is none");
      const std::uint64_t bytes = reader.number();
      file = std::make_shared<StateFile>(shape_.loaded_from, StateFile::Existing{name, bytes});
    }
    for (Run& level : load_runs(reader, files)) add_level(std::move(level));
    reader.begin(Section::level);
    level_.resize(reader.count(5 * sizeof(std::uint64_t)));
    for (Rest& rest : level_) {
      std::tie(rest.file, rest.block) = load_block(reader, files);
      const std::uint64_t taken = reader.number();
      reader.require(taken < rest.block.states, "more of a block was taken than it has");
      rest.taken = static_cast<std::uint32_t>(taken);
      BlockReader block;
      block.open(*rest.file, rest.block, words_);
      reader.require(block.is_sound(shape_.word_bits, nullptr, nullptr), "a block is not such");
    }
    found_ = load_runs(reader, files);
  } catch (const DiskError& error) {
    throw CheckpointError(error.what());
  }
  if (shape_.named && shape_.loaded_from != shape_.folder) copy_files();
  if (shape_.loaded_from == shape_.folder) {
    kept_ = files;
    std::vector<std::string> names;
    for (const auto& file : files) names.push_back(file->name());
    for (const auto& file : {known_file_, found_file_, moving_level_file_, moving_known_file_})
      names.push_back(file->name());
    remove_state_files(shape_.folder, names);
  }
  begin();
}

/// What was loaded from beside another checkpoint comes beside the one that is to be written.
void ExternalStates::copy_files() {
  std::vector<std::uint8_t> coded;
  const auto copy = [&](const StateFile& from, Block block, const auto& to) {
    coded.resize(block.bytes);
    from.read(block.offset, coded);
    block.offset = to->append(coded);
    return block;
  };
  const auto copy_run = [&](Run& run, const auto& to) {
    Run copied(to, words_);
    for (std::size_t i = 0; i < run.blocks(); ++i)
      copied.add(run.first(i), copy(run.file(), run.block(i), to));
    run = std::move(copied);
  };
  for (Run& run : levels_) copy_run(run, known_file_);
  for (Run& run : found_) copy_run(run, found_file_);
  for (Rest& rest : level_) {
    rest.block = copy(*rest.file, rest.block, known_file_);
    rest.file = known_file_;
  }
}

std::pair<std::shared_ptr<const StateFile>, Block> ExternalStates::load_block(
    CheckpointReader& reader, const Files& files) const {
  const std::uint64_t file = reader.number();
  Block block{};
  block.offset = reader.number();
  block.checksum = reader.number();
  const std::uint64_t lengths = reader.number();
  block.bytes = static_cast<std::uint32_t>(lengths >> 32);
  block.states = static_cast<std::uint32_t>(lengths);
  reader.require(file < files.size() && block.offset <= files[file]->bytes() &&
                     block.bytes <= files[file]->bytes() - block.offset && block.states != 0,
                 "a block is none of its files");
  return {files[file], block};
}

ExternalStates::Runs ExternalStates::load_runs(CheckpointReader& reader, const Files& files) const {
  Runs runs(reader.count(sizeof(std::uint64_t)));
  std::vector<std::uint64_t> first(words_);
  for (Run& run : runs) {
    for (std::uint64_t left = reader.count((4 + words_) * sizeof(std::uint64_t)); left != 0;
         --left) {
      const auto [file, block] = load_block(reader, files);
      reader.words(first.data(), words_);
      if (run.blocks() == 0) run = Run(file, words_);
      reader.require(file == run.shared_file(), "a run is in two files");
      run.add(first.data(), block);
    }
    check(reader, run);
  }
  return runs;
}

/// Reads all of a run, and throws unless it is one.
void ExternalStates::check(CheckpointReader& reader, const Run& run) const {
  std::atomic<std::size_t> next{0};
  run_workers(shape_.workers, [&](std::size_t) {
    BlockReader block;
    for (std::size_t i; (i = next.fetch_add(1)) < run.blocks();) {
      block.open(run.file(), run.block(i), words_);
      reader.require(block.is_sound(shape_.word_bits, run.first(i),
                                    i + 1 < run.blocks() ? run.first(i + 1) : nullptr),
                     "a run of states is not sorted, or is of no states");
    }
  });
}

}  // namespace synod
