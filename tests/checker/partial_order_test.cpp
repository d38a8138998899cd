// Search by partial-order reduction against the search of all states, and facts that are wrong.
#include "checker/partial_order/reduced_search.hpp"

#include <fmt/format.h>

#include <bit>
#include <boost/test/unit_test.hpp>

#include "checker/input/input.hpp"
#include "checker/search/judged.hpp"
#include "model/catalogue.hpp"
#include "tests/checker/partial_order_systems.hpp"
#include "tests/support/agreement.hpp"
#include "tests/support/catalogue_cases.hpp"
#include "tests/support/labels.hpp"

namespace synod::test {
namespace {

#ifdef SYNOD_SANITIZED
constexpr std::uint64_t most_states = 1'500;
constexpr int seeds = 60;
#else
constexpr std::uint64_t most_states = 3'000;
constexpr int seeds = 300;
#endif

/// In how many states the facts are put to the test, each time.
constexpr std::size_t audited = 50;

/// All that needs no graph, and TypeOK.
SearchOptions safety(const ModelInstance& model) {
  SearchOptions options;
  options.threads = 1;
  options.properties = without_graph(model);
  return options;
}

bool same_counts(const SearchResult& a, const SearchResult& b) {
  return a.distinct == b.distinct && a.generated == b.generated && a.levels == b.levels;
}

bool left_its_range(const ModelInstance& model, const SearchResult& result) {
  return result.properties[model.properties().size() - 1].verdict == PropertyVerdict::violated;
}

/// What random models have shown, so that one that shows only one kind of result is noticed.
struct Seen {
  std::vector<std::size_t> decided;  ///< by property: violated, or reached
  std::size_t deadlocks = 0;
  std::size_t searches = 0;
  std::size_t smaller = 0;  ///< of them, how many found fewer states
  std::size_t dead = 0;     ///< or an action that never fires
  std::size_t tamed = 0;    ///< or steps that a constraint cut off
};

std::unique_ptr<ModelInstance> loose(int seed) {
  const auto text = [](int number) { return std::to_string(number); };
  const System& system = loose_system();
  return system.instantiate(parameters_of(system, {{"seed", text(seed)},
                                                   {"variables", text(2 + seed % 5)},
                                                   {"instances", text(1 + seed % 3)},
                                                   {"bound", text(seed / 2 % 2)},
                                                   {"leaves", text(seed % 7 == 0 ? 1 : 0)},
                                                   {"constrained", text(seed / 4 % 2)}}),
                            {});
}

/// Some properties of a loose model; audited, and with two threads, where they are many.
void check_loose(int seed, const ModelInstance& model, const Facts& facts, PropertySet properties,
                 Seen& seen) {
  SearchOptions options = safety(model);
  options.memory = std::size_t{1} << 21;
  options.properties &= properties | bit(model.properties().size() - 1);
  const bool many = std::popcount(properties) > 2;
  const SearchResult all = search(model, options);
  const SearchResult reduced =
      search_by_partial_order(model, options, facts, many ? audited : 0).result;
  if (left_its_range(model, all)) return;  // which need not have been met
  const std::string differ = differences_by_partial_order(model, all, reduced);
  BOOST_CHECK_MESSAGE(differ.empty(),
                      "seed " << seed << ", properties " << properties << ":" << differ);
  ++seen.searches;
  seen.smaller += reduced.distinct < all.distinct ? 1 : 0;
  seen.dead += all.dead_actions.empty() ? 0 : 1;
  for (const Cut& cut : all.cuts) seen.tamed += cut.bound == "Tame" && cut.steps != 0 ? 1 : 0;
  for (std::size_t i = 0; i < seen.decided.size(); ++i)
    seen.decided[i] += all.properties[i].depth ? 1 : 0;
  if (!many) return;
  options.threads = 2;
  BOOST_CHECK_MESSAGE(
      same_counts(reduced, search_by_partial_order(model, options, facts, 0).result),
      "seed " << seed << ": other counts with two threads");
}

/// All properties, each alone, and each with the next.
void check_loose(int seed, Seen& seen) {
  const auto model = loose(seed);
  const Facts facts = find_facts(*model);
  const std::size_t count = model->properties().size();
  seen.decided.resize(count);
  check_loose(seed, *model, facts, ~PropertySet{0}, seen);
  for (std::size_t i = 0; i < count; ++i) {
    check_loose(seed, *model, facts, bit(i), seen);
    if (i + 1 < count) check_loose(seed, *model, facts, bit(i) | bit(i + 1), seen);
  }
}

std::unique_ptr<ModelInstance> independent(int processes, int steps) {
  const System& system = independent_system();
  return system.instantiate(parameters_of(system, {{"processes", std::to_string(processes)},
                                                   {"steps", std::to_string(steps)}}),
                            {});
}

}  // namespace

BOOST_AUTO_TEST_SUITE(partial_order)

// With all that is asked for, each question alone, and two at a time.
BOOST_AUTO_TEST_CASE(random_models_agree) {
  Seen seen;
  for (int seed = 0; seed < seeds; ++seed) check_loose(seed, seen);
  // But for the last two, a constraint and TypeOK.
  for (std::size_t i = 0; i + 2 < seen.decided.size(); ++i)
    BOOST_TEST(seen.decided[i] > static_cast<std::size_t>(seeds) / 20, "property " << i);
  BOOST_TEST(seen.smaller > seen.searches / 10);
  BOOST_TEST(seen.dead > 10U);
  BOOST_TEST(seen.tamed > seen.searches / 10);
}

BOOST_AUTO_TEST_CASE(the_catalogue_agrees) {
  std::size_t violated = 0;
  std::size_t cases = 0;
  for_each_case(most_states, false, [&](const CatalogueCase& each) {
    ++cases;
    SearchOptions options = safety(*each.model);
    const Facts facts = find_facts(*each.model);
    const ReducedResult one = search_by_partial_order(*each.model, options, facts, audited);
    const std::string differ = differences_by_partial_order(*each.model, each.all, one.result);
    BOOST_CHECK_MESSAGE(differ.empty(), each.name << ":" << differ);
    BOOST_TEST(one.audited > 0U);
    violated += one.result.path.states.empty() ? 0 : 1;
    options.threads = 2;
    options.visited = Visited::whole;
    BOOST_CHECK_MESSAGE(
        same_counts(one.result, search_by_partial_order(*each.model, options, facts, 0).result),
        each.name << ": other counts with two threads");
  });
  BOOST_TEST(cases > 30U);
  BOOST_TEST(violated > 20U);
}

// Of processes that share nothing one after another is enough; what is asked about one of them
// takes no step of another.
BOOST_AUTO_TEST_CASE(what_is_independent_is_not_interleaved) {
  const auto model = independent(10, 2);
  const auto found = [&](PropertySet properties) {
    SearchOptions options;
    options.threads = 2;
    options.properties = properties;
    return search_by_partial_order(*model, options).result;
  };
  const PropertySet not_both = bit(0), first_ends = bit(1), by_one = bit(2), deadlock = bit(3);
  BOOST_TEST(found(deadlock).distinct == 21U);  // of 3^10
  BOOST_TEST(found(by_one).distinct == 3U);
  BOOST_TEST(found(first_ends).distinct == 3U);
  BOOST_TEST(found(first_ends | deadlock).distinct == 21U);
  const SearchResult both = found(not_both);
  BOOST_TEST(both.distinct == 891U);  // what reads two members may read any
  BOOST_TEST(*both.properties[0].depth == 5U);
  BOOST_TEST(path_faults(*model, both) == "");
}

// Of all states, and of those that one question leaves. With all claims at once none is left out.
BOOST_AUTO_TEST_CASE(counts_of_the_catalogue) {
  const struct {
    const char* system;
    const char* parameters;
    const char* property;  ///< empty: all
    std::uint64_t all;
    std::uint64_t reduced;
  } rows[] = {
      {"byzantine_om", "generals=4 m=1 traitors=1", "", 238, 238},
      {"byzantine_om", "generals=4 m=1 traitors=1", "NoDeadlock", 238, 238},
      {"chandy_lamport", "processes=2 markers=one_by_one", "", 582, 582},
      {"chandy_lamport", "processes=2 markers=one_by_one", "NoDeadlock", 582, 564},
      {"chandy_lamport", "processes=2 markers=one_by_one", "SnapshotComplete", 582, 142},
      {"flp", "candidate=leader crashes=0", "", 168, 168},
      {"flp", "candidate=leader crashes=0", "NoDeadlock", 168, 168},
      {"paxos", "acceptors=3 values=2 ballots=2", "", 3921, 3921},
      {"paxos", "acceptors=3 values=2 ballots=2", "NoDeadlock", 3921, 2177},
      {"raft", "servers=2 terms=2 in_flight=1 crash=recovery", "", 2398, 2398},
      {"raft", "servers=2 terms=2 in_flight=1 crash=recovery", "LeaderElected", 2398, 954},
      {"transaction_commit", "participants=3", "", 288, 288},
      {"transaction_commit", "participants=3", "NoDeadlock", 288, 172},
      {"transaction_commit", "participants=3", "AllAbort", 288, 147},
      {"two_phase_commit", "participants=2 crash=all termination=none", "", 1784, 1784},
      {"two_phase_commit", "participants=2 crash=all termination=none", "AllAbort", 1784, 949},
  };
  for (const auto& row : rows) {
    const auto model = make_model(row.system, assignments(row.parameters));
    SearchOptions options = safety(*model);
    if (*row.property != '\0')
      options.properties = bit(find_property(model->properties(), row.property));
    BOOST_TEST_CONTEXT(row.system << " " << row.property) {
      BOOST_TEST(search(*model, options).distinct == row.all);
      const Facts facts = find_facts(*model);
      BOOST_TEST(search_by_partial_order(*model, options, facts, audited).result.distinct ==
                 row.reduced);
    }
  }
}

#ifndef SYNOD_SANITIZED
// What a claim reads of a member only where all before it are as it asks, no small sample shows.
BOOST_AUTO_TEST_CASE(claims_about_all_of_many) {
  for (const char* const parameters : {"participants=6", "participants=7"}) {
    const auto model = make_model("transaction_commit", assignments(parameters));
    for (const char* const claim : {"AllCommit", "AllAbort"}) {
      SearchOptions options = safety(*model);
      options.properties = bit(find_property(model->properties(), claim));
      const SearchResult all = search(*model, options);
      const SearchResult reduced = search_by_partial_order(*model, options).result;
      const std::size_t index = find_property(model->properties(), claim);
      BOOST_TEST((reduced.properties[index].verdict == PropertyVerdict::holds), claim);
      BOOST_TEST((reduced.properties[index].depth == all.properties[index].depth), claim);
    }
  }
}
#endif

// Whatever states are kept as.
BOOST_AUTO_TEST_CASE(all_ways_to_keep_states_agree) {
  const auto model = independent(4, 3);
  SearchOptions options;
  options.properties = bit(1) | bit(3);
  const SearchResult exact = search_by_partial_order(*model, options).result;
  BOOST_TEST(exact.distinct < 256U);
  for (const Visited visited : {Visited::whole, Visited::tree, Visited::compact}) {
    options.visited = visited;
    BOOST_TEST(same_counts(exact, search_by_partial_order(*model, options).result));
  }
}

// Facts with something left out are refused, with the name of who reads or writes it.
BOOST_AUTO_TEST_CASE(wrong_facts_are_refused) {
  const System& system = find_system(catalogue(), "transaction_commit");
  const auto model = system.instantiate(parameters_of(system, {{"participants", "3"}}), {});
  const Facts right = find_facts(*model);
  BOOST_TEST(search_by_partial_order(*model, safety(*model), right).audited == 288U);
  const std::uint32_t prepare = parse_label(*model->observer(), "RMPrepare(rm1)");
  const std::size_t consistent = find_property(model->properties(), "TCConsistent");
  const Mask nothing(model->words());
  const auto refused = [&](const auto& spoil, const std::string& what) {
    Facts wrong = right;
    spoil(wrong);
    for (const std::size_t first : {std::size_t{0}, std::size_t{1024}}) {
      const auto search_with = [&] {
        search_by_partial_order(*model, safety(*model), wrong, first);
      };
      // Without audits of states, writes are seen anyway.
      if (first == 0 && what.find("writes") == std::string::npos) continue;
      BOOST_CHECK_EXCEPTION(search_with(), WrongFact, [&](const WrongFact& error) {
        BOOST_TEST_MESSAGE(error.what());
        return std::string(error.what()).find(what) != std::string::npos;
      });
    }
  };
  refused([&](Facts& wrong) { wrong.instances[prepare].writes = nothing; },
          "RMPrepare writes rmState");
  refused([&](Facts& wrong) { wrong.instances[prepare].reads = nothing; },
          "RMPrepare reads rmState");
  refused([&](Facts& wrong) { wrong.instances[prepare].guards[0] = nothing; },
          "RMPrepare reads rmState");
  refused([&](Facts& wrong) { wrong.claims[consistent] = nothing; }, "TCConsistent reads rmState");
}

// A claim about steps that one which changes nothing violates says too little about which matter.
BOOST_AUTO_TEST_CASE(a_claim_that_steps_change_something_is_refused) {
  const auto model = restless_system().instantiate(parameters_of(restless_system(), {}), {});
  BOOST_CHECK_EXCEPTION(search_by_partial_order(*model, {}), WrongFact, [](const auto& error) {
    return std::string(error.what())
               .find("AlwaysOnward is violated by steps that change nothing") != std::string::npos;
  });
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace synod::test
