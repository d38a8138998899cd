// Limits: whatever ends a search before its time, the verdict is "incomplete" and the counts are
// those of the levels that were finished.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <atomic>
#include <boost/test/unit_test.hpp>
#include <chrono>
#include <functional>
#include <thread>

#include "checker/run/run.hpp"
#include "model/catalogue.hpp"
#include "tests/checker/watched.hpp"
#include "tests/support/agreement.hpp"

namespace synod::test {
namespace {

std::unique_ptr<ModelInstance> two_phase_commit(const std::string& participants,
                                                const std::vector<Drop>& drops = {}) {
  return make_model("transaction_commit", {{"participants", participants}}, drops);
}

std::unique_ptr<ModelInstance> paxos() {
  return make_model("paxos", {{"acceptors", "2"}, {"values", "2"}, {"ballots", "2"}});
}

/// The successors of the states of the first levels, and the initial state.
std::uint64_t generated_by(const ReferenceResult& whole, std::size_t levels) {
  std::size_t states = 0;
  for (std::size_t i = 0; i < levels; ++i) states += whole.levels[i];
  std::uint64_t generated = 1;
  for (std::size_t i = 0; i < states; ++i) generated += whole.edges[i].size();
  return generated;
}

/// What is wrong with a search that was cut short, given the whole search of a system in which
/// everything holds.
std::string cut_faults(const ReferenceResult& whole, const SearchResult& cut, Stop why,
                       const std::vector<PropertyInfo>& properties) {
  std::string text;
  if (cut.stop != why) text += " another reason to stop;";
  const std::vector<std::uint64_t> prefix(
      whole.levels.begin(), whole.levels.begin() + static_cast<std::ptrdiff_t>(std::min(
                                                       cut.levels.size(), whole.levels.size())));
  if (cut.levels != prefix) text += fmt::format(" levels {};", cut.levels);
  std::uint64_t distinct = 0;
  for (const std::uint64_t states : prefix) distinct += states;
  if (cut.distinct != distinct) text += fmt::format(" {} distinct of {};", cut.distinct, distinct);
  if (cut.depth != prefix.size()) text += fmt::format(" depth {};", cut.depth);
  const std::uint64_t generated = prefix.empty() ? 0 : generated_by(whole, prefix.size() - 1);
  std::uint64_t fired = prefix.empty() ? 0 : 1;
  for (const ActionResult& action : cut.actions) fired += action.fired;
  // The last level counts as expanded only when a whole search ended with it.
  const bool all_expanded =
      cut.generated == whole.generated && prefix.size() == whole.levels.size();
  if (cut.generated != generated && !all_expanded)
    text += fmt::format(" {} generated of {};", cut.generated, generated);
  if (fired != cut.generated) text += fmt::format(" {} fired of {};", fired, cut.generated);
  for (std::size_t i = 0; i < properties.size(); ++i) {
    if (!is_searched(properties[i].kind)) continue;
    const PropertyResult& found = cut.properties[i];
    const PropertyResult& wanted = whole.properties[i];
    const bool reached = properties[i].kind == PropertyKind::reachable &&
                         found.verdict == PropertyVerdict::holds && found.depth == wanted.depth;
    // Once every state was checked, only what is always possible is still open.
    const bool decided = cut.explored && found.verdict == wanted.verdict &&
                         properties[i].kind != PropertyKind::always_possible;
    if (found.verdict != PropertyVerdict::incomplete && !reached && !decided &&
        properties[i].applies)
      text += fmt::format(" {} {};", properties[i].name, verdict_name(found.verdict));
  }
  if (!cut.dead_actions.empty()) text += " names dead actions;";
  return text;
}

SearchResult interrupted_at(const ModelInstance& model, std::uint64_t call, std::size_t threads) {
  SearchOptions options;
  options.threads = threads;
  options.memory = std::size_t{1} << 24;
  return test::interrupted_at(model, options, call);
}

std::uint64_t calls_of(const ModelInstance& model) {
  const Watched watched(model, [](std::uint64_t) {});
  SearchOptions options;
  options.threads = 1;
  search(watched, options);
  return watched.calls();
}

}  // namespace

BOOST_AUTO_TEST_SUITE(limits)

BOOST_AUTO_TEST_CASE(every_maximal_depth) {
  for (const auto& model : {two_phase_commit("3"), paxos()}) {
    const ReferenceResult whole = reference_check(*model);
    for (std::uint64_t depth = 1; depth <= whole.depth + 1; ++depth) {
      SearchOptions options;
      options.max_depth = depth;
      const std::string differs = disagreement(*model, options);
      BOOST_CHECK_MESSAGE(differs.empty(), "max_depth " << depth << differs);
      const SearchResult found = search(*model, options);
      // As deep as the system is, or deeper, is no limit at all.
      BOOST_TEST((found.stop == (depth < whole.depth ? Stop::max_depth : Stop::exhausted)));
    }
  }
}

BOOST_AUTO_TEST_CASE(every_maximal_number_of_states) {
  const auto model = two_phase_commit("3");
  const ReferenceResult whole = reference_check(*model);
  for (std::uint64_t states = 0; states <= whole.distinct + 1; states += states < 40 ? 1 : 31) {
    SearchOptions options;
    options.max_states = states;
    const std::string differs = disagreement(*model, options, {1, 2});
    BOOST_CHECK_MESSAGE(differs.empty(), "max_states " << states << differs);
  }
  SearchOptions exact;
  exact.max_states = whole.distinct;
  BOOST_TEST((search(*model, exact).stop == Stop::exhausted));
}

// A violation as deep as the limit is found; one step deeper it is not.
BOOST_AUTO_TEST_CASE(a_violation_before_the_limit_is_reported) {
  for (const Drop& drop : {Drop{"TMCommit", "all_prepared"}, Drop{"RMPrepare", "working"},
                           Drop{"TMAbort", "announce"}, Drop{"TMCommit", "undecided"}}) {
    const auto model = two_phase_commit("3", {drop});
    const ReferenceResult whole = reference_check(*model);
    BOOST_REQUIRE((whole.stop == Stop::violation));
    for (std::uint64_t depth = 1; depth <= whole.depth + 1; ++depth) {
      SearchOptions options;
      options.max_depth = depth;
      const std::string differs = disagreement(*model, options, {1, 2});
      BOOST_CHECK_MESSAGE(differs.empty(), drop.text() << " max_depth " << depth << differs);
      const SearchResult found = search(*model, options);
      BOOST_TEST((found.stop == (depth < whole.depth ? Stop::max_depth : Stop::violation)));
      BOOST_TEST(found.path.states.empty() == (depth < whole.depth));
    }
    SearchOptions states;
    states.max_states = whole.distinct - 1;
    const std::string differs = disagreement(*model, states, {1, 2});
    BOOST_CHECK_MESSAGE(differs.empty(), drop.text() << " max_states" << differs);
  }
}

BOOST_AUTO_TEST_CASE(interrupted_before_the_start) {
  const auto model = two_phase_commit("3");
  const ReferenceResult whole = reference_check(*model);
  const std::atomic<bool> interrupted{true};
  for (const std::size_t threads : {1, 2, 3}) {
    SearchOptions options;
    options.threads = threads;
    options.interrupted = &interrupted;
    const SearchResult cut = search(*model, options);
    BOOST_TEST(cut_faults(whole, cut, Stop::interrupted, model->properties()) == "");
    BOOST_TEST(cut.distinct == 1U);
    BOOST_TEST(cut.unexpanded == 1U);
  }
}

BOOST_AUTO_TEST_CASE(no_time_at_all) {
  const auto model = two_phase_commit("3");
  const ReferenceResult whole = reference_check(*model);
  for (const std::size_t threads : {1, 2, 3}) {
    SearchOptions options;
    options.threads = threads;
    options.seconds = 0;
    const SearchResult cut = search(*model, options);
    BOOST_TEST(cut_faults(whole, cut, Stop::time, model->properties()) == "");
  }
}

BOOST_AUTO_TEST_CASE(time_runs_out_on_the_way) {
  const auto model = two_phase_commit("4");
  const ReferenceResult whole = reference_check(*model);
  for (const double seconds : {0.001, 0.01, 0.03}) {
    const Watched slow(
        *model, [](std::uint64_t) { std::this_thread::sleep_for(std::chrono::milliseconds(2)); });
    SearchOptions options;
    options.threads = 2;
    options.seconds = seconds;
    const SearchResult cut = search(slow, options);
    BOOST_TEST(cut_faults(whole, cut, Stop::time, model->properties()) == "");
  }
}

// At every call of an explorer, also those that decide what is always possible: by then the whole
// space is counted, but nothing is decided.
BOOST_AUTO_TEST_CASE(interrupted_at_every_point) {
  for (const auto& model : {two_phase_commit("3"), two_phase_commit("4")}) {
    const ReferenceResult whole = reference_check(*model);
    const std::uint64_t calls = calls_of(*model);
    std::size_t complete = 0;
    for (std::uint64_t call = 1; call <= calls; call += call < 60 ? 1 : 37) {
      for (const std::size_t threads : {1, 2}) {
        const SearchResult cut = interrupted_at(*model, call, threads);
        // The flag may come too late to stop anything: after the last look at it.
        if (cut.stop == Stop::exhausted) {
          BOOST_TEST(difference(*model, whole, cut) == "");
          ++complete;
          continue;
        }
        BOOST_CHECK_MESSAGE(cut_faults(whole, cut, Stop::interrupted, model->properties()).empty(),
                            "call "
                                << call << " threads " << threads << ":"
                                << cut_faults(whole, cut, Stop::interrupted, model->properties()));
      }
    }
    BOOST_TEST(complete <= 4U);
  }
}

// What was violated before the interruption stays violated, with a counterexample that is true.
BOOST_AUTO_TEST_CASE(interrupted_in_a_system_with_a_violation) {
  const auto model = two_phase_commit("4", {{"RMChooseToAbort", "working"}});
  const ReferenceResult whole = reference_check(*model);
  const std::uint64_t calls = calls_of(*model);
  std::size_t reported = 0;
  for (std::uint64_t call = 1; call <= calls; ++call) {
    const SearchResult cut = interrupted_at(*model, call, 2);
    BOOST_REQUIRE((cut.stop == Stop::interrupted || cut.stop == Stop::violation));
    BOOST_TEST(cut.path.states.empty() == (cut.stop == Stop::interrupted));
    BOOST_TEST(cut.levels.size() <= whole.levels.size());
    for (std::size_t i = 0; i < cut.levels.size(); ++i)
      BOOST_REQUIRE(cut.levels[i] == whole.levels[i]);
    if (cut.stop != Stop::violation) continue;
    ++reported;
    BOOST_TEST(cut.path.states.size() == whole.path.size());
    BOOST_TEST((whole.properties[*cut.shown].verdict == PropertyVerdict::violated));
    // Unless it says otherwise, it has seen the whole level.
    if (!cut.level_cut) BOOST_TEST(difference(*model, whole, cut) == "");
  }
  BOOST_TEST(reported >= 1U);
}

// Of states kept as keys, a violation that is found stands also where the second search, which is
// to show the way to it, is interrupted at any point.
BOOST_AUTO_TEST_CASE(interrupted_on_the_way_back_to_a_violation) {
  const auto model = two_phase_commit("4", {{"RMChooseToAbort", "working"}});
  const auto search_until = [&](std::uint64_t call, std::uint64_t* calls) {
    std::atomic<bool> interrupted{false};
    const Watched watched(*model, [&](std::uint64_t number) {
      if (number >= call) interrupted.store(true);
    });
    SearchOptions options;
    options.threads = 1;
    options.visited = Visited::compact;
    options.properties = without_graph(*model);
    options.interrupted = &interrupted;
    SearchResult result = search(watched, options);
    if (calls != nullptr) *calls = watched.calls();
    return result;
  };
  std::uint64_t calls = 0;
  const SearchResult whole = search_until(~std::uint64_t{0}, &calls);
  BOOST_REQUIRE(whole.shown.has_value());
  std::size_t untraced = 0;
  for (std::uint64_t call = 1; call < calls; ++call) {
    const SearchResult cut = search_until(call, nullptr);
    if (!cut.untraced) continue;
    ++untraced;
    BOOST_TEST((*cut.untraced == Stop::interrupted));
    BOOST_TEST((cut.stop == Stop::violation));
    BOOST_TEST((cut.properties[*whole.shown].verdict == PropertyVerdict::violated));
    BOOST_TEST(cut.distinct == whole.distinct);
    BOOST_TEST(!cut.shown.has_value());
    BOOST_TEST(cut.path.states.empty());
  }
  BOOST_TEST(untraced > 3U);
}

// The callback runs in a thread of its own while the search goes on; the search waits for it here
// so that it comes in time on any machine.
BOOST_AUTO_TEST_CASE(interrupted_from_the_progress_callback) {
  const auto model = two_phase_commit("4");
  const ReferenceResult whole = reference_check(*model);
  std::atomic<bool> interrupted{false};
  const Watched watched(*model, [&](std::uint64_t call) {
    for (int i = 0; call >= 5 && !interrupted.load() && i < 10'000; ++i)
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
  });
  Progress last;
  SearchOptions options;
  options.threads = 2;
  options.interrupted = &interrupted;
  options.progress_interval_seconds = 0.002;
  options.progress = [&](const Progress& progress) {
    last = progress;
    if (progress.depth >= 4) interrupted.store(true);
  };
  const SearchResult cut = search(watched, options);
  BOOST_TEST(cut_faults(whole, cut, Stop::interrupted, model->properties()) == "");
  BOOST_TEST(last.depth >= 4U);
  BOOST_TEST(last.distinct >= whole.levels[0] + whole.levels[1] + whole.levels[2]);
  BOOST_TEST(last.generated >= generated_by(whole, 2));
  BOOST_TEST(last.bytes > 0U);
  BOOST_TEST(last.seconds > 0.0);
}

// Progress is told while the search runs and the numbers only grow.
BOOST_AUTO_TEST_CASE(progress_grows) {
  const auto model = two_phase_commit("5");
  std::vector<Progress> told;
  const Watched slow(*model, [](std::uint64_t call) {
    if (call % 8 == 0) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  });
  SearchOptions options;
  options.threads = 2;
  options.progress_interval_seconds = 0.001;
  options.progress = [&](const Progress& progress) { told.push_back(progress); };
  const SearchResult result = search(slow, options);
  BOOST_TEST(told.size() >= 3U);
  for (std::size_t i = 1; i < told.size(); ++i) {
    BOOST_TEST(told[i - 1].depth <= told[i].depth);
    BOOST_TEST(told[i - 1].generated <= told[i].generated);
    BOOST_TEST(told[i - 1].seconds <= told[i].seconds);
    BOOST_TEST(told[i].queue <= told[i].distinct);
    BOOST_TEST(told[i].generated <= result.generated);
  }
}

BOOST_AUTO_TEST_CASE(no_memory) {
  const auto model = two_phase_commit("5");
  const ReferenceResult whole = reference_check(*model);
  std::vector<std::size_t> distinct;
  // The last has room for most of the states.
  for (const std::size_t memory : {std::size_t{1}, std::size_t{1} << 14, std::size_t{600'000}}) {
    for (const std::size_t threads : {1, 2}) {
      SearchOptions options;
      options.threads = threads;
      options.memory = memory;
      const SearchResult cut = search(*model, options);
      BOOST_TEST(cut_faults(whole, cut, Stop::memory, model->properties()) == "");
      distinct.push_back(cut.distinct);
    }
  }
  BOOST_TEST(distinct.back() > distinct.front());
  SearchOptions enough;
  enough.memory = std::size_t{1} << 24;
  BOOST_TEST(difference(*model, whole, search(*model, enough)) == "");
}

// The states would fit, but not beside a larger table.
BOOST_AUTO_TEST_CASE(no_memory_to_grow) {
  const auto model = two_phase_commit("7");
  const SearchResult whole = search(*model, {});
  BOOST_REQUIRE(whole.distinct == 296'448U);
  for (const std::size_t threads : {1, 2}) {
    SearchOptions options;
    options.threads = threads;
    options.memory = (std::size_t{1} << 18) * 16 / 3 + 300'000 * sizeof(std::uint64_t);
    const SearchResult cut = search(*model, options);
    BOOST_TEST((cut.stop == Stop::memory));
    BOOST_TEST(cut.levels.size() > 5U);
    BOOST_TEST(cut.levels.size() <= whole.levels.size());
    for (std::size_t i = 0; i < cut.levels.size(); ++i)
      BOOST_TEST(cut.levels[i] == whole.levels[i]);
    for (std::size_t i = 0; i < cut.properties.size(); ++i)
      BOOST_TEST((cut.properties[i].verdict == PropertyVerdict::incomplete ||
                  model->properties()[i].kind == PropertyKind::reachable ||
                  !is_searched(model->properties()[i].kind)));
  }
}

// The run as a whole, as people and scripts see it.
BOOST_AUTO_TEST_CASE(the_verdict_of_a_run_is_incomplete) {
  for (const System& system : catalogue()) {
    RunRequest request;
    request.system = &system;
    request.parameters = parameters_of(system, {});
    request.search.max_depth = 3;
    BOOST_TEST((run_check(request).verdict == Verdict::incomplete));
    request.search = {};
    request.search.seconds = 0;
    BOOST_TEST((run_check(request).verdict == Verdict::incomplete));
    request.search = {};
    request.search.memory = 1;
    BOOST_TEST((run_check(request).verdict == Verdict::incomplete));
    request.search = {};
    const RunReport report = run_check(request);
    BOOST_TEST((report.verdict == Verdict::holds || !left_open(report).empty()));
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace synod::test
