// States on disk: a search that memory cannot hold ends as one that has all the memory it wants.
#include "checker/search/external_states.hpp"

#include <atomic>
#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <fstream>
#include <random>
#include <set>

#include "checker/input/input.hpp"
#include "checker/run/run.hpp"
#include "checker/search/state_keys.hpp"
#include "model/catalogue.hpp"
#include "tests/checker/scratch.hpp"
#include "tests/checker/watched.hpp"
#include "tests/support/agreement.hpp"

namespace synod::test {
namespace {

namespace fs = std::filesystem;

#ifdef SYNOD_SANITIZED
constexpr bool slow = true;  // ten times
#else
constexpr bool slow = false;
#endif

using States = std::set<PackedState>;

std::string folder() { return fs::temp_directory_path().string(); }

/// States of so many words, much alike, without duplicates.
States random_states(std::size_t count, unsigned words, std::mt19937_64& random) {
  States states;
  while (states.size() < count) {
    PackedState state(words);
    for (std::uint64_t& word : state)
      word = random() % 3 == 0 ? random() % (8 * count) << random() % 40 : random() % 3;
    states.insert(state);
  }
  return states;
}

PackedState flat(const States& states) {
  PackedState all;
  for (const PackedState& state : states) all.insert(all.end(), state.begin(), state.end());
  return all;
}

Run written(const States& states, unsigned words, std::size_t block_bytes) {
  RunWriter writer(std::make_shared<StateFile>(folder()), words, block_bytes);
  for (const PackedState& state : states) writer.push(state.data());
  return writer.finish();
}

/// A part of some states.
States some_of(const States& states, std::mt19937_64& random) {
  States some;
  const std::uint64_t of = 1 + random() % 5;
  for (const PackedState& state : states)
    if (random() % of == 0) some.insert(state);
  return some;
}

std::unique_ptr<ModelInstance> transaction_commit(const std::string& participants,
                                                  const std::vector<Drop>& drops = {}) {
  return make_model("transaction_commit", {{"participants", participants}}, drops);
}

/// Options of a search that has so much memory, and a disk.
SearchOptions with_memory(const TransitionSystem& system, std::size_t memory) {
  SearchOptions options;
  options.threads = 1;
  options.memory = memory;
  options.disk = folder();
  options.batch = 4;
  options.properties = without_graph(system);
  return options;
}

SearchResult in_memory(const TransitionSystem& system, SearchOptions options) {
  options.memory.reset();
  options.disk.clear();
  return search(system, options);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(states_on_disk)

BOOST_AUTO_TEST_CASE(rows_are_sorted_and_merged) {
  std::mt19937_64 random(1);
  for (unsigned words = 1; words <= 6; ++words) {
    States all;
    PackedState rows;
    std::vector<std::size_t> ends;
    for (int part = 0; part < 7; ++part) {
      const States states = random_states(200 + part, words, random);
      all.insert(states.begin(), states.end());
      PackedState shuffled;
      std::vector<PackedState> order(states.begin(), states.end());
      std::shuffle(order.begin(), order.end(), random);
      for (const PackedState& state : order)
        shuffled.insert(shuffled.end(), state.begin(), state.end());
      sort_states(shuffled.data(), states.size(), words);
      BOOST_TEST(shuffled == flat(states));
      rows.insert(rows.end(), shuffled.begin(), shuffled.end());
      ends.push_back(rows.size() / words);
    }
    std::vector<std::uint64_t> spare;
    merge_parts(rows, ends, spare, words);
    BOOST_REQUIRE(ends.size() == 1U);
    rows.resize(ends[0] * words);
    BOOST_TEST(rows == flat(all));
  }
}

BOOST_AUTO_TEST_CASE(runs_are_read_as_they_were_written) {
  std::mt19937_64 random(2);
  for (unsigned words = 1; words <= 4; ++words) {
    for (const std::size_t block_bytes : {1, 40, 1000}) {
      const States states = random_states(500, words, random);
      const Run run = written(states, words, block_bytes);
      BOOST_TEST(run.states() == states.size());
      BOOST_TEST((block_bytes != 1 || run.blocks() == states.size()));
      BlockReader reader;
      PackedState all;
      read_range(run, nullptr, nullptr, words, reader, all);
      BOOST_TEST(all == flat(states));
      // A range between two states of it, or others.
      for (int i = 0; i < 50; ++i) {
        const States two = random_states(2, words, random);
        const PackedState begin = i % 2 == 0 ? *two.begin() : *std::next(states.begin(), 5 * i);
        const PackedState end = std::max(*two.rbegin(), *std::next(states.begin(), 6 * i));
        PackedState part;
        read_range(run, begin.data(), end.data(), words, reader, part);
        BOOST_TEST(part == (begin < end ? flat({states.lower_bound(begin), states.lower_bound(end)})
                                        : PackedState{}));
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(what_a_run_has_is_subtracted) {
  std::mt19937_64 random(3);
  for (int i = 0; i < 400; ++i) {
    const auto words = static_cast<unsigned>(1 + random() % 3);
    const States pool = random_states(1 + random() % 300, words, random);
    const States known = some_of(pool, random);
    const States candidates = some_of(pool, random);
    const Run run = written(known, words, 1 + random() % 100);
    BlockReader reader;
    PackedState left = flat(candidates);
    left.resize(words * subtract(run, left.data(), candidates.size(), words, reader));
    States expected;
    std::set_difference(candidates.begin(), candidates.end(), known.begin(), known.end(),
                        std::inserter(expected, expected.end()));
    BOOST_TEST(left == flat(expected));
  }
}

namespace {

PackedState take_all(VisitedSet& set, VisitedSet::Cursor& cursor) {
  PackedState all;
  for (auto states = set.take(cursor); !states.empty(); states = set.take(cursor))
    all.insert(all.end(), states.begin(), states.end());
  return all;
}

States as_set(const PackedState& rows, unsigned words) {
  States states;
  for (std::size_t i = 0; i < rows.size(); i += words)
    states.emplace(rows.begin() + static_cast<std::ptrdiff_t>(i),
                   rows.begin() + static_cast<std::ptrdiff_t>(i + words));
  BOOST_TEST(states.size() * words == rows.size());
  return states;
}

/// Levels of states, the last of which has been taken in part, move: what was left is still there.
void check_moving(VisitedSet& set, const std::vector<unsigned>& word_bits) {
  std::mt19937_64 random(4);
  const auto words = static_cast<unsigned>(word_bits.size());
  States pool;
  while (pool.size() < 4000) {
    PackedState state;
    for (const unsigned bits : word_bits)
      state.push_back(random() & (random() % 4 == 0 ? ~std::uint64_t{0} : 0xff) &
                      (~std::uint64_t{0} >> (64 - bits)));
    pool.insert(state);
  }
  std::vector<VisitedSet::Cursor> cursors(1);
  std::vector<std::uint64_t> ends;
  auto next = pool.begin();
  const auto insert = [&](std::size_t count) {
    States inserted(next, std::next(next, static_cast<std::ptrdiff_t>(count)));
    std::advance(next, count);
    const PackedState rows = flat(inserted);
    while (set.room() < count) BOOST_REQUIRE(set.grow(cursors, {}));
    set.insert(rows.data(), count, cursors[0]);
    return inserted;
  };
  for (int level = 0; level < 2; ++level) {
    take_all(set, cursors[0]);
    insert(1000);
    set.next_level(cursors);
    ends.push_back(set.size());
  }
  const States level(std::next(pool.begin(), 1000), next);
  PackedState taken;
  for (int i = 0; i < 20; ++i) {
    const auto states = set.take(cursors[0]);
    taken.insert(taken.end(), states.begin(), states.end());
  }
  const States found = insert(1000);
  set.settle(cursors);

  ExternalStates external({word_bits, 8, 64, 1 << 12, 2, folder()});
  set.move_to(external, ends);
  BOOST_TEST(external.known_states() == 2000U);
  BOOST_TEST(external.size() == 3000U);
  std::vector<VisitedSet::Cursor> fresh(2);
  States left = as_set(take_all(external, fresh[0]), words);
  left.merge(as_set(taken, words));
  BOOST_TEST((left == level));
  // All of the pool is offered: only what is new is in the next level, with what was found.
  const PackedState rows = flat(pool);
  for (std::size_t i = 0; i < pool.size(); i += 50) {
    if (external.room() < 64) BOOST_REQUIRE(external.grow(fresh, {}));
    external.insert(rows.data() + i * words, 50, fresh[i / 50 % 2]);
  }
  BOOST_REQUIRE(external.next_level(fresh));
  BOOST_TEST(external.known_states() == 4000U);
  States expected = found;
  expected.insert(next, pool.end());
  BOOST_TEST((as_set(take_all(external, fresh[1]), words) == expected));
  BOOST_REQUIRE(external.next_level(fresh));
  BOOST_TEST(external.take(fresh[0]).empty());
}

}  // namespace

BOOST_AUTO_TEST_CASE(any_exact_set_moves) {
  const auto keys = [](const std::vector<unsigned>& word_bits) {
    return StateKeys::Shape{word_bits, 8, std::size_t{1} << 26, 1};
  };
  for (const std::vector<unsigned>& word_bits :
       {std::vector{64U}, {40U}, {64U, 16U}, {20U, 60U}, {40U, 40U}}) {
    StateKeys set(keys(word_bits));
    check_moving(set, word_bits);
  }
  for (const std::vector<unsigned>& word_bits :
       {std::vector{64U, 64U}, {64U, 20U, 64U}, {40U, 64U, 12U, 33U}, {64U, 64U, 64U, 64U, 64U}}) {
    StateKeys tree(keys(word_bits), StateKeys::Kind::tree);
    check_moving(tree, word_bits);
    StoredStates stored({static_cast<unsigned>(word_bits.size()), std::size_t{1} << 24, 8, 1});
    check_moving(stored, word_bits);
  }
}

// Memory runs out at any place: within levels, between them, before the first.
BOOST_AUTO_TEST_CASE(memory_runs_out_anywhere) {
  const auto model = transaction_commit("6");
  const SearchResult whole = in_memory(*model, with_memory(*model, 1));
  std::size_t within = 0;
  const std::size_t step = slow ? 250'000 : 60'000;
  for (std::size_t memory = 1; memory < 800'000; memory += memory < 370'000 ? 190'000 : step) {
    for (const std::size_t threads : {1, 2}) {
      SearchOptions options = with_memory(*model, memory);
      options.threads = threads;
      const SearchResult found = search(*model, options);
      BOOST_TEST(difference(whole, found) == "", memory << " bytes");
      BOOST_TEST(found.on_disk.has_value());
      if (found.on_disk) within += found.on_disk->moved > 100 ? 1 : 0;
    }
  }
  BOOST_TEST(within > (slow ? 1U : 6U));
}

// The keys of 8 bytes, which take 16 MiB at least.
BOOST_AUTO_TEST_CASE(keys_move_within_a_level) {
  const auto model = transaction_commit(slow ? "7" : "8");
  // Where it would take long, too little for keys.
  SearchOptions options = with_memory(*model, slow ? 1 << 20 : 1 << 24);
  options.batch = 0;
  options.threads = 2;
  const SearchResult whole = in_memory(*model, options);
  const SearchResult found = search(*model, options);
  BOOST_TEST(difference(whole, found) == "");
  BOOST_TEST(found.on_disk.has_value());
}

// The counterexample too, which a second search finds, level by level on disk.
BOOST_AUTO_TEST_CASE(counterexamples_and_witnesses) {
  const auto broken = transaction_commit("5", {{"RMChooseToAbort", "working"}});
  for (const std::size_t memory : {std::size_t{1}, std::size_t{400'000}}) {
    for (const std::size_t threads : {1, 2}) {
      SearchOptions options = with_memory(*broken, memory);
      options.threads = threads;
      const SearchResult found = search(*broken, options);
      BOOST_TEST((found.stop == Stop::violation));
      BOOST_TEST(difference(in_memory(*broken, options), found) == "");
      if (slow && threads == 1) continue;
      const auto model = make_model("paxos", {});
      for (std::size_t i = 0; i < model->properties().size(); ++i) {
        if (model->properties()[i].kind != PropertyKind::reachable) continue;
        SearchOptions witness = with_memory(*model, memory);
        witness.threads = threads;
        witness.witness = i;
        BOOST_TEST(difference(in_memory(*model, witness), search(*model, witness)) == "");
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(interrupted_anywhere) {
  const auto model = transaction_commit("4");
  const SearchResult whole = in_memory(*model, with_memory(*model, 1));
  std::size_t cut = 0;
  for (std::uint64_t call = 1; call < 300; call += 7) {
    SearchOptions options = with_memory(*model, 1);
    options.threads = 1 + call % 2;
    const SearchResult found = interrupted_at(*model, options, call);
    if (found.stop == Stop::exhausted) continue;
    ++cut;
    BOOST_TEST((found.stop == Stop::interrupted));
    BOOST_REQUIRE(found.levels.size() <= whole.levels.size());
    for (std::size_t i = 0; i < found.levels.size(); ++i)
      BOOST_TEST(found.levels[i] == whole.levels[i]);
  }
  BOOST_TEST(cut > 20U);
}

// Asked to stop at any look at the flag, merging included: never more than "incomplete".
BOOST_AUTO_TEST_CASE(no_time_while_merging) {
  const auto model = transaction_commit("6");
  for (const double seconds : {0.0, 0.005, 0.02, 0.05}) {
    SearchOptions options = with_memory(*model, 1);
    options.seconds = seconds;
    const SearchResult found = search(*model, options);
    BOOST_TEST((found.stop == Stop::time || found.stop == Stop::exhausted));
    BOOST_TEST(found.explored == (found.stop == Stop::exhausted));
  }
}

BOOST_AUTO_TEST_CASE(a_full_disk) {
  const auto model = transaction_commit("6");
  const SearchResult whole = in_memory(*model, with_memory(*model, 1));
  std::size_t full = 0;
  for (rlim_t bytes = 0; bytes < 200'000; bytes += bytes < 2'000 ? 200 : slow ? 70'000 : 20'000) {
    SearchOptions options = with_memory(*model, bytes % 3 == 0 ? 1 : 500'000);
    options.threads = 1 + bytes / 200 % 2;
    SearchResult found;
    {
      const FullDisk disk(bytes);
      found = search(*model, options);
    }
    if (found.stop == Stop::exhausted) continue;
    ++full;
    BOOST_TEST((found.stop == Stop::disk));
    BOOST_TEST(!found.explored);
    BOOST_TEST(found.disk_error ==
               folder() + ": states cannot be kept on this disk: File too large");
    BOOST_REQUIRE(found.levels.size() <= whole.levels.size());
    for (std::size_t i = 0; i < found.levels.size(); ++i)
      BOOST_TEST(found.levels[i] == whole.levels[i]);
  }
  BOOST_TEST(full > 10U);
}

BOOST_AUTO_TEST_CASE(no_such_folder) {
  const auto model = transaction_commit("4");
  SearchOptions options = with_memory(*model, 1);
  options.disk = folder() + "/synod-is-not-there";
  const SearchResult found = search(*model, options);
  BOOST_TEST((found.stop == Stop::disk));
  BOOST_TEST(found.disk_error ==
             options.disk + ": states cannot be kept on this disk: No such file or directory");
}

namespace {

/// How a search differs from one that was not stopped.
std::string fault(const SearchResult& whole, const SearchResult& found) {
  return difference(whole, found) + (found.on_disk ? "" : " not on disk");
}

/// Searches level by level, each by a search of its own that goes on from the one before.
SearchResult search_in_pieces(const TransitionSystem& system, SearchOptions options,
                              const Scratch& scratch) {
  options.checkpoint.warn = [](const std::string& why) { BOOST_ERROR(why); };
  for (std::uint64_t depth = 1;; ++depth) {
    options.max_depth = depth;
    options.threads = 1 + depth % 2;
    // Beside another checkpoint now and then.
    const std::string file = scratch.file(depth % 5 < 2 ? "one" : "two");
    options.checkpoint.file = file;
    SearchResult result = search(system, options);
    if (result.stop != Stop::max_depth) return result;
    BOOST_REQUIRE(result.checkpointed);
    if (!options.checkpoint.resume.empty() && options.checkpoint.resume != file)
      remove_checkpoint(options.checkpoint.resume);
    BOOST_TEST(scratch.files() == (result.on_disk ? 2U : 1U));
    options.checkpoint.resume = file;
  }
}

}  // namespace

BOOST_AUTO_TEST_CASE(in_pieces) {
  const auto model = transaction_commit("5");
  const auto broken = transaction_commit("5", {{"RMChooseToAbort", "working"}});
  for (const ModelInstance* const system : {model.get(), broken.get()}) {
    for (const std::size_t memory : {std::size_t{1}, std::size_t{385'000}}) {
      const Scratch scratch;
      const SearchOptions options = with_memory(*system, memory);
      const SearchResult whole = in_memory(*system, options);
      BOOST_TEST(difference(whole, search_in_pieces(*system, options, scratch)) == "");
      remove_checkpoint(scratch.file("one"));
      remove_checkpoint(scratch.file("two"));
      BOOST_TEST(scratch.files() == 0U);
    }
  }
}

BOOST_AUTO_TEST_CASE(interrupted_and_resumed) {
  const auto model = transaction_commit("4");
  const auto broken = transaction_commit("4", {{"RMChooseToAbort", "working"}});
  std::size_t resumed = 0;
  for (const ModelInstance* const system : {model.get(), broken.get()}) {
    SearchOptions options = with_memory(*system, 1);
    options.checkpoint.warn = [](const std::string& why) { BOOST_ERROR(why); };
    const SearchResult whole = in_memory(*system, options);
    const Watched counted(*system, [](std::uint64_t) {});
    {
      const Scratch scratch;
      options.checkpoint.file = scratch.file();
      search(counted, options);
    }
    for (std::uint64_t call = 1; call <= counted.calls(); call += slow ? 71 : 23) {
      const Scratch scratch;
      options.checkpoint.file = scratch.file();
      options.checkpoint.resume.clear();
      options.threads = 1 + call % 2;
      const SearchResult cut = interrupted_at(*system, options, call);
      if (!cut.checkpointed) continue;
      ++resumed;
      options.threads = 1 + call / 2 % 2;
      // What is resumed stays as it is, unless it is to be written.
      options.checkpoint.resume = std::exchange(options.checkpoint.file, "");
      const std::size_t files = Scratch::count(scratch.file() + ".states");
      BOOST_TEST(fault(whole, search(*system, options)) == "");
      BOOST_TEST(Scratch::count(scratch.file() + ".states") == files);
      options.checkpoint.file = options.checkpoint.resume;
      BOOST_TEST(fault(whole, search(*system, options)) == "");
      remove_checkpoint(scratch.file());
      BOOST_TEST(scratch.files() == 0U);
    }
  }
  BOOST_TEST(resumed > (slow ? 6U : 20U));
}

// Every checkpoint on the way, also within levels, leads to the same end.
BOOST_AUTO_TEST_CASE(written_all_the_time) {
  const auto model = transaction_commit("4");
  for (const double every_seconds : {0.0, 1e-9}) {
    SearchOptions options = with_memory(*model, 1);
    options.threads = 2;
    const SearchResult whole = in_memory(*model, options);
    const Scratch scratch;
    options.checkpoint.file = scratch.file();
    options.checkpoint.every_seconds = every_seconds;
    BOOST_TEST(fault(whole, search(*model, options)) == "");
    options.checkpoint.resume = scratch.file();
    BOOST_TEST(fault(whole, search(*model, options)) == "");
  }
}

// What was found before is kept, and leads to the same end once there is room.
BOOST_AUTO_TEST_CASE(resumed_after_a_full_disk) {
  const auto model = transaction_commit("5");
  SearchOptions options = with_memory(*model, 1);
  const SearchResult whole = in_memory(*model, options);
  std::size_t resumed = 0;
  for (rlim_t bytes = 1'000; bytes < 20'000; bytes += 2'000) {
    const Scratch scratch;
    options.checkpoint.file = scratch.file();
    options.checkpoint.resume.clear();
    SearchResult found;
    {
      const FullDisk disk(bytes);
      found = search(*model, options);
    }
    if (!found.checkpointed) continue;
    BOOST_TEST((found.stop == Stop::disk));
    ++resumed;
    options.checkpoint.resume = scratch.file();
    BOOST_TEST(fault(whole, search(*model, options)) == "");
  }
  BOOST_TEST(resumed > 3U);
}

BOOST_AUTO_TEST_CASE(states_that_are_not_as_they_were_written_are_refused) {
  const auto model = transaction_commit("3");
  SearchOptions options = with_memory(*model, 1);
  const SearchResult whole = in_memory(*model, options);
  const Scratch scratch;
  options.checkpoint.file = scratch.file();
  options.max_depth = 5;
  BOOST_REQUIRE(search(*model, options).checkpointed);
  options.max_depth.reset();
  options.checkpoint.resume = std::exchange(options.checkpoint.file, "");
  BOOST_TEST(fault(whole, search(*model, options)) == "");
  const std::string states = scratch.file() + ".states";
  std::vector<fs::path> paths;
  for (const auto& entry : fs::directory_iterator(states)) paths.push_back(entry.path());
  for (const fs::path& path : paths) {
    if (fs::file_size(path) == 0) continue;
    std::string text(fs::file_size(path), '\0');
    std::ifstream(path, std::ios::binary)
        .read(text.data(), static_cast<std::streamsize>(text.size()));
    const auto refused = [&](const std::string& changed) {
      std::ofstream(path, std::ios::binary | std::ios::trunc) << changed;
      return refusal(*model, options);
    };
    for (std::size_t i = 0; i < text.size(); ++i) {
      std::string changed = text;
      changed[i] = static_cast<char>(changed[i] ^ (1 << i % 8));
      BOOST_TEST(refused(changed) ==
                 path.string() + ": damaged: what is in it is not as it was written");
    }
    BOOST_TEST(refused(text.substr(1)) == path.string() + ": cut short");
    // What comes behind was written after the checkpoint.
    BOOST_TEST(refused(text + "more") == "none");
    fs::remove(path);
    BOOST_TEST(refusal(*model, options) ==
               path.string() + ": cannot be read: No such file or directory");
    std::ofstream(path, std::ios::binary) << text;
  }
  BOOST_TEST(refusal(*model, options) == "none");
  options.disk.clear();
  BOOST_TEST(refusal(*model, options) ==
             scratch.file() + ": its states are on disk: --disk none does not serve");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace synod::test
