// Checkpoints: a search that goes on from one ends as one that was never stopped, and no file that
// is not as it was written is taken for a checkpoint.
#include <boost/test/unit_test.hpp>

#include "checker/input/input.hpp"
#include "checker/run/run.hpp"
#include "model/catalogue.hpp"
#include "tests/checker/scratch.hpp"
#include "tests/checker/watched.hpp"
#include "tests/support/agreement.hpp"

namespace synod::test {
namespace {

#ifdef SYNOD_SANITIZED
constexpr std::uint64_t quick_states = 1'000;  // ten times slower
constexpr std::uint64_t mutant_states = 300;
#else
constexpr std::uint64_t quick_states = 5'000;
constexpr std::uint64_t mutant_states = 1'000;
#endif

std::string cuts_text(const SearchResult& result) {
  std::string text;
  for (const Cut& cut : result.cuts) text += cut.bound + " " + std::to_string(cut.steps) + "\n";
  return text;
}

/// How a search differs from one that was not stopped.
std::string fault(const SearchResult& whole, const SearchResult& resumed) {
  std::string text = difference(whole, resumed);
  if (cuts_text(whole) != cuts_text(resumed)) text += "\n  cuts: " + cuts_text(resumed);
  if (whole.visited != resumed.visited) text += "\n  visited in another way";
  return text;
}

SearchOptions with_visited(Visited visited) {
  SearchOptions options;
  options.threads = 1;
  options.visited = visited;
  options.memory = std::size_t{1} << 28;
  return options;
}

/// Searches level by level, each by a search of its own that goes on from a file, with one thread
/// and two by turns.
SearchResult search_in_pieces(const TransitionSystem& system, SearchOptions options,
                              std::size_t* pieces = nullptr) {
  const Scratch scratch;
  options.checkpoint.file = scratch.file();
  options.checkpoint.warn = [](const std::string& why) { BOOST_ERROR(why); };
  for (std::uint64_t depth = 1;; ++depth) {
    options.max_depth = depth;
    options.threads = 1 + depth % 2;
    SearchResult result = search(system, options);
    if (pieces != nullptr) ++*pieces;
    if (result.stop != Stop::max_depth) return result;
    BOOST_REQUIRE(result.checkpointed);
    BOOST_REQUIRE(scratch.files() == 1);
    options.checkpoint.resume = scratch.file();
  }
}

/// A model under test, with the kinds of graph and of visited states that it is searched with.
void check_in_pieces(const ModelInstance& model, const std::string& name,
                     std::uint64_t most_states) {
  SearchOptions sizing = with_visited(Visited::whole);
  sizing.properties = without_graph(model);
  sizing.max_states = most_states;
  if (search(model, sizing).stop == Stop::max_states) return;
  const auto check = [&](SearchOptions options, const char* how) {
    const SearchResult whole = search(model, options);
    const std::string differs = fault(whole, search_in_pieces(model, options));
    BOOST_CHECK_MESSAGE(differs.empty(), name << ", " << how << ":" << differs);
  };
  check(with_visited(Visited::exact), "exact");
  for (const Visited visited : {Visited::whole, Visited::tree, Visited::compact}) {
    SearchOptions options = with_visited(visited);
    options.properties = without_graph(model);
    check(options, "no graph");
  }
}

std::unique_ptr<ModelInstance> transaction_commit(const std::string& participants) {
  return make_model("transaction_commit", {{"participants", participants}});
}

/// Interrupts a search at every so manieth call, and goes on.
void check_interruptions(const ModelInstance& model, SearchOptions options, std::uint64_t step) {
  const SearchResult whole = search(model, options);
  const Scratch scratch;
  options.checkpoint.file = scratch.file();
  const Watched counted(model, [](std::uint64_t) {});
  search(counted, options);
  std::size_t interrupted = 0;
  for (std::uint64_t call = 1; call <= counted.calls(); call += step) {
    options.threads = 1 + call % 2;
    options.checkpoint.resume.clear();
    const SearchResult cut = interrupted_at(model, options, call);
    if (!cut.checkpointed) {  // too late, or in a second search, for the way to a violation
      BOOST_REQUIRE(cut.stop != Stop::interrupted);
      continue;
    }
    ++interrupted;
    options.threads = 1 + call / 2 % 2;
    options.checkpoint.resume = scratch.file();
    const std::string differs = fault(whole, search(model, options));
    BOOST_CHECK_MESSAGE(differs.empty(), "call " << call << ":" << differs);
  }
  BOOST_TEST(interrupted > 5U);
}

/// A small checkpoint, of the search with these options up to a depth.
std::string checkpoint_of(const ModelInstance& model, SearchOptions options,
                          const Scratch& scratch) {
  options.checkpoint.file = scratch.file();
  options.max_depth = 4;
  BOOST_REQUIRE(search(model, options).checkpointed);
  return scratch.read();
}

}  // namespace

BOOST_AUTO_TEST_SUITE(checkpoints)

BOOST_AUTO_TEST_CASE(every_quick_instance_in_pieces) {
  for (const System& system : catalogue())
    for (const Instance& instance : system.instances)
      if (instance.tier == Tier::quick && instance.expected.distinct <= quick_states)
        check_in_pieces(*system.instantiate(parameters_of(system, instance.parameters), {}),
                        system.name + " " + instance.name(), quick_states);
}

BOOST_AUTO_TEST_CASE(every_mutant_in_pieces) {
  for (const System& system : catalogue())
    for (const Mutant& mutant : system.mutants)
      check_in_pieces(*system.instantiate(parameters_of(system, mutant.parameters), mutant.drops),
                      system.name + " " + mutant.name, mutant_states);
}

// Tables have grown by then, and files have many blocks.
BOOST_AUTO_TEST_CASE(a_larger_instance_in_pieces) {
  std::size_t pieces = 0;
  const auto model = make_model("paxos", {{"ballots", "3"}});
  for (const Visited visited : {Visited::exact, Visited::tree, Visited::compact}) {
    SearchOptions options = with_visited(visited);
    if (visited != Visited::exact) options.properties = without_graph(*model);
    const SearchResult whole = search(*model, options);
    BOOST_TEST(whole.distinct > 100'000U);
    BOOST_TEST(fault(whole, search_in_pieces(*model, options, &pieces)) == "");
  }
  BOOST_TEST(pieces > 60U);
}

// The level of a violation is finished, so that the counterexample is the smallest one.
BOOST_AUTO_TEST_CASE(interrupted_in_the_level_of_a_violation) {
  const auto model =
      make_model("transaction_commit", {{"participants", "5"}}, {{"RMChooseToAbort", "working"}});
  for (const Visited visited : {Visited::whole, Visited::compact}) {
    SearchOptions options = with_visited(visited);
    options.properties = without_graph(*model);
    check_interruptions(*model, options, 17);
  }
}

// What follows the search of the states can be long: it has a checkpoint to begin at.
BOOST_AUTO_TEST_CASE(written_when_all_states_are_found) {
  const auto model = transaction_commit("4");
  for (const bool violated : {false, true}) {
    SearchOptions options = with_visited(violated ? Visited::compact : Visited::exact);
    const auto broken =
        make_model("transaction_commit", {{"participants", "4"}}, {{"RMChooseToAbort", "working"}});
    const ModelInstance& searched = violated ? *broken : *model;
    if (violated) options.properties = without_graph(searched);
    const SearchResult whole = search(searched, options);
    const Scratch scratch;
    options.checkpoint.file = scratch.file();
    options.checkpoint.every_seconds = 1e6;
    const SearchResult saving = search(searched, options);
    BOOST_TEST(saving.checkpointed);
    BOOST_TEST(fault(whole, saving) == "");
    options.checkpoint.resume = scratch.file();
    BOOST_TEST(fault(whole, search(searched, options)) == "");
  }
}

// A violation that is in a checkpoint is reported whatever limits there are now.
BOOST_AUTO_TEST_CASE(a_violation_is_not_lost_to_a_limit) {
  const auto model = make_model("paxos", {{"ballots", "2"}}, {{"Phase2b", "not_outdated"}});
  SearchOptions options = with_visited(Visited::whole);
  options.properties = PropertySet{1} << find_property(model->properties(), "Agreement");
  const SearchResult whole = search(*model, options);
  const Scratch scratch;
  options.checkpoint.file = scratch.file();
  const Watched counted(*model, [](std::uint64_t) {});
  search(counted, options);
  std::size_t cut_in_its_level = 0;
  for (std::uint64_t call = counted.calls(); call != 0 && cut_in_its_level < 3; --call) {
    options.checkpoint.resume.clear();
    const SearchResult cut = interrupted_at(*model, options, call);
    if (cut.stop != Stop::violation || !cut.level_cut) continue;
    ++cut_in_its_level;
    options.checkpoint.resume = scratch.file();
    SearchOptions limited = options;
    limited.max_states = 1;
    limited.max_depth = 1;
    BOOST_TEST(fault(whole, search(*model, limited)) == "");
  }
  BOOST_TEST(cut_in_its_level > 0U);
}

// A file that somebody else has put there meanwhile.
BOOST_AUTO_TEST_CASE(what_others_wrote_is_not_replaced) {
  const auto model = transaction_commit("4");
  SearchOptions options = with_visited(Visited::exact);
  const Scratch scratch;
  scratch.write("precious");
  std::vector<std::string> warnings;
  options.checkpoint.file = scratch.file();
  options.checkpoint.every_seconds = 0;
  options.checkpoint.replaces = false;
  options.checkpoint.warn = [&](const std::string& why) { warnings.push_back(why); };
  BOOST_TEST(!search(*model, options).checkpointed);
  BOOST_TEST(scratch.read() == "precious");
  BOOST_TEST(scratch.files() == 1U);
  BOOST_REQUIRE(!warnings.empty());
  BOOST_TEST(warnings[0] == scratch.file() + ": the checkpoint cannot be written: File exists");
}

BOOST_AUTO_TEST_CASE(the_same_limit_stops_at_the_same_place) {
  const auto model = transaction_commit("4");
  SearchOptions options = with_visited(Visited::exact);
  options.max_states = 300;
  const SearchResult stopped = search(*model, options);
  const Scratch scratch;
  options.checkpoint.file = scratch.file();
  BOOST_TEST(fault(stopped, search(*model, options)) == "");
  options.checkpoint.resume = scratch.file();
  BOOST_TEST(fault(stopped, search(*model, options)) == "");
  options.max_states.reset();
  BOOST_TEST(fault(search(*model, with_visited(Visited::exact)), search(*model, options)) == "");
}

BOOST_AUTO_TEST_CASE(a_file_with_any_byte_changed_is_refused) {
  const auto model = transaction_commit("2");
  for (const Visited visited : {Visited::exact, Visited::whole, Visited::tree}) {
    SearchOptions options = with_visited(visited);
    if (visited != Visited::exact) options.properties = without_graph(*model);
    const Scratch scratch;
    const std::string whole = checkpoint_of(*model, options, scratch);
    options.checkpoint.resume = scratch.file();
    BOOST_TEST(refusal(*model, options) == "none");
    std::size_t accepted = 0;
    for (std::size_t i = 0; i < whole.size(); ++i) {
      std::string text = whole;
      text[i] = static_cast<char>(text[i] ^ (1 << i % 8));
      scratch.write(text);
      accepted += refusal(*model, options).starts_with(scratch.file() + ": ") ? 0 : 1;
    }
    BOOST_TEST(accepted == 0U);
  }
}

BOOST_AUTO_TEST_CASE(a_file_of_any_other_length_is_refused) {
  const auto model = transaction_commit("2");
  SearchOptions options = with_visited(Visited::exact);
  const Scratch scratch;
  const std::string whole = checkpoint_of(*model, options, scratch);
  options.checkpoint.resume = scratch.file();
  std::size_t accepted = 0;
  for (std::size_t length = 0; length < whole.size(); ++length) {
    scratch.write(whole.substr(0, length));
    accepted += refusal(*model, options).starts_with(scratch.file() + ": ") ? 0 : 1;
  }
  BOOST_TEST(accepted == 0U);
  scratch.write(whole + '\0');
  BOOST_TEST(refusal(*model, options) ==
             scratch.file() + ": damaged: in its end, the file goes on");
}

/// A system in which, when the way to a state is looked for, no step leads there.
class Forgetful : public ForwardingSystem {
 public:
  using ForwardingSystem::ForwardingSystem;
  std::unique_ptr<synod::Explorer> explorer() const override {
    return std::make_unique<Explorer>(inner_.explorer());
  }

 private:
  struct Explorer : ForwardingExplorer {
    using ForwardingExplorer::ForwardingExplorer;
    void expand(const std::uint64_t* states, std::size_t count, PropertySet wanted,
                bool with_labels, Expansion& out) override {
      inner_->expand(states, count, wanted, with_labels, out);
      if (wanted == 0) std::fill(out.successors.begin(), out.successors.end(), 0);
    }
  };
};

// A checkpoint is called damaged for what shows that it is, and for no fault of a model.
BOOST_AUTO_TEST_CASE(only_a_checkpoint_is_called_damaged) {
  const System& system = find_system(catalogue(), "transaction_commit");
  const auto model = system.instantiate(resolve_parameters(system, {{"participants", "3"}}),
                                        {*Drop::read("TMCommit.all_prepared")});
  SearchOptions options = with_visited(Visited::whole);
  for (std::size_t i = 0; i < model->properties().size(); ++i)
    if (model->properties()[i].name == "TCConsistent") options.properties = PropertySet{1} << i;
  const Scratch scratch;
  SearchOptions first = options;
  first.max_depth = 2;
  first.checkpoint.file = scratch.file();
  BOOST_REQUIRE(search(*model, first).checkpointed);
  options.checkpoint.resume = scratch.file();
  BOOST_TEST((search(*model, options).stop == Stop::violation));

  BOOST_TEST(refusal(Forgetful(*model), options) ==
             scratch.file() +
                 ": damaged: it is of no search of this model: a state of the "
                 "counterexample has no predecessor");
  const Watched senseless(*model, [](std::uint64_t) { throw ModelError("no such member"); });
  BOOST_CHECK_THROW(search(senseless, options), ModelError);
  const Watched faulty(*model, [](std::uint64_t) { throw std::length_error("too long"); });
  BOOST_CHECK_THROW(search(faulty, options), std::length_error);
  // The search itself is at fault where there is no checkpoint.
  options.checkpoint.resume.clear();
  BOOST_CHECK_THROW(search(Forgetful(*model), options), std::logic_error);
}

// What differs is named.
BOOST_AUTO_TEST_CASE(a_checkpoint_of_another_search_is_refused) {
  const auto model = transaction_commit("3");
  SearchOptions options = with_visited(Visited::exact);
  options.checkpoint.traits = {"participants=3"};
  const Scratch scratch;
  checkpoint_of(*model, options, scratch);
  options.checkpoint.resume = scratch.file();
  BOOST_TEST(refusal(*model, options) == "none");
  const auto says = [&](const TransitionSystem& system, const SearchOptions& other) {
    return refusal(system, other).substr(scratch.file().size());
  };
  SearchOptions other = options;
  other.checkpoint.traits = {"participants=4"};
  BOOST_TEST(says(*model, other) == ": was made with participants=3, not participants=4");
  other = options;
  other.properties = without_graph(*model);
  BOOST_TEST(says(*model, other) == ": was made with CanDecide checked, not CanDecide left out");
  other = options;
  other.seed = 1;
  BOOST_TEST(says(*model, other) == ": was made with --seed 0, not --seed 1");
  // The same but for a conjunct, which is no trait here: the model itself tells.
  const auto changed =
      make_model("transaction_commit", {{"participants", "3"}}, {{"TMCommit", "undecided"}});
  BOOST_TEST(says(*changed, options).starts_with(": was made with the model of hash "));
  options.checkpoint.resume = scratch.file() + ".none";
  BOOST_TEST(refusal(*model, options) ==
             scratch.file() + ".none: cannot be read: No such file or directory");
}

BOOST_AUTO_TEST_CASE(without_the_memory_for_it_a_checkpoint_is_refused) {
  const auto model = make_model("paxos", {{"ballots", "3"}});
  SearchOptions options = with_visited(Visited::whole);
  options.properties = without_graph(*model);
  const Scratch scratch;
  options.checkpoint.file = scratch.file();
  options.checkpoint.every_seconds = 0;
  search(*model, options);
  options.checkpoint.resume = scratch.file();
  options.memory = std::size_t{1} << 21;
  BOOST_TEST(refusal(*model, options).find("needs more memory") != std::string::npos);
}

// The search goes on, and what was there stays.
BOOST_AUTO_TEST_CASE(a_checkpoint_that_cannot_be_written) {
  const auto model = transaction_commit("4");
  SearchOptions options = with_visited(Visited::exact);
  const SearchResult whole = search(*model, options);
  const Scratch scratch;
  const std::string before = checkpoint_of(*model, options, scratch);
  std::vector<std::string> warnings;
  options.checkpoint.file = scratch.file();
  options.checkpoint.every_seconds = 0;
  options.checkpoint.warn = [&](const std::string& why) { warnings.push_back(why); };
  SearchResult found;
  {
    const FullDisk disk(before.size() + 100);
    found = search(*model, options);
  }
  BOOST_TEST(fault(whole, found) == "");
  BOOST_TEST(warnings.size() > 5U);
  for (const std::string& warning : warnings)
    BOOST_TEST(warning == scratch.file() + ": the checkpoint cannot be written: File too large");
  BOOST_TEST(scratch.files() == 1U);
  options.checkpoint.resume = scratch.file();
  BOOST_TEST(fault(whole, search(*model, options)) == "");
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(checkpoints_in_parallel)

BOOST_AUTO_TEST_CASE(interrupted_within_levels) {
  for (const Visited visited : {Visited::exact, Visited::whole, Visited::tree, Visited::compact}) {
    BOOST_TEST_CONTEXT("visited " << static_cast<int>(visited)) {
      const auto model = transaction_commit("4");
      SearchOptions options = with_visited(visited);
      if (visited != Visited::exact) options.properties = without_graph(*model);
      check_interruptions(*model, options, 3);
    }
  }
}

// Every checkpoint that a search writes on its way, also within levels, leads to the same end.
BOOST_AUTO_TEST_CASE(written_all_the_time) {
  const auto model = transaction_commit("5");
  for (const double every_seconds : {0.0, 1e-9}) {
    SearchOptions options = with_visited(Visited::exact);
    options.threads = 2;
    const SearchResult whole = search(*model, options);
    const Scratch scratch;
    options.checkpoint.file = scratch.file();
    options.checkpoint.every_seconds = every_seconds;
    BOOST_TEST(fault(whole, search(*model, options)) == "");
    // The last one that was written stays, for the caller to remove.
    options.checkpoint.resume = scratch.file();
    BOOST_TEST(fault(whole, search(*model, options)) == "");
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace synod::test
