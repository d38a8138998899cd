// Bitstate search: with room for all, it finds what the exact search finds; with too little, less;
// and in neither case does it say that anything holds.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <boost/test/unit_test.hpp>

#include "checker/run/run.hpp"
#include "model/catalogue.hpp"
#include "tests/checker/random_model.hpp"
#include "tests/support/agreement.hpp"

namespace synod::test {
namespace {

constexpr std::size_t plenty = std::size_t{1} << 24;

/// What is larger is left to the exact search, and to TLC.
#ifdef SYNOD_SANITIZED
constexpr std::uint64_t most_states = 5'000;
#else
constexpr std::uint64_t most_states = 40'000;
#endif

/// What a search without a graph judges.
PropertySet safety(const ModelInstance& model) {
  PropertySet set = 0;
  for (std::size_t i = 0; i < model.properties().size(); ++i)
    if (is_searched(model.properties()[i].kind) &&
        model.properties()[i].kind != PropertyKind::always_possible)
      set |= PropertySet{1} << i;
  return set;
}

SearchOptions bitstate(const ModelInstance& model, std::size_t array, std::size_t threads = 1) {
  SearchOptions options;
  options.properties = safety(model);
  options.visited = Visited::bitstate;
  options.memory = array;
  options.threads = threads;
  return options;
}

/// What differs from the reference in the states found; verdicts are none of it.
std::string difference_in_states(const ReferenceResult& expected, const SearchResult& found) {
  std::string text;
  if (expected.distinct != found.distinct)
    text += fmt::format(" {} distinct, not {};", found.distinct, expected.distinct);
  if (expected.generated != found.generated)
    text += fmt::format(" {} generated, not {};", found.generated, expected.generated);
  if (expected.levels != found.levels) text += fmt::format(" levels {};", found.levels);
  for (std::size_t i = 0; i < expected.fired.size(); ++i)
    if (expected.fired[i] != found.actions[i].fired) text += fmt::format(" firings of {};", i);
  return text;
}

/// What it claims beyond what it can know.
std::string claims(const SearchResult& found, const std::vector<PropertyInfo>& properties) {
  std::string text;
  if (found.explored) text += " explored;";
  if (found.stop == Stop::exhausted) text += " exhausted;";
  if (!found.dead_actions.empty()) text += " dead actions;";
  for (std::size_t i = 0; i < properties.size(); ++i) {
    const PropertyVerdict verdict = found.properties[i].verdict;
    const bool witness = properties[i].kind == PropertyKind::reachable;
    if (verdict == PropertyVerdict::vacuous || (verdict == PropertyVerdict::holds && !witness) ||
        (verdict == PropertyVerdict::violated && witness))
      text += fmt::format(" {} {};", properties[i].name, verdict_name(verdict));
  }
  return text;
}

/// With room for all: as the reference; a counterexample in everything.
void check_agreement(const ModelInstance& model, const std::string& title) {
  SearchOptions wanted;
  wanted.properties = safety(model);
  const ReferenceResult expected = reference_check(model, wanted);
  for (const std::size_t threads : {1, 2}) {
    const SearchResult found = search(model, bitstate(model, plenty, threads));
    std::string differs;
    if (expected.stop == Stop::violation)
      differs = difference(model, expected, found);
    else
      differs = difference_in_states(expected, found) + claims(found, model.properties());
    if (found.visited != Visited::bitstate) differs += " kept otherwise;";
    BOOST_CHECK_MESSAGE(differs.empty(), title << ", " << threads << " threads:" << differs);
  }
}

}  // namespace

BOOST_AUTO_TEST_SUITE(bitstate_search)

BOOST_AUTO_TEST_CASE(quick_instances_are_found_whole_and_nothing_is_said_to_hold) {
  std::size_t instances = 0;
  for (const System& system : catalogue()) {
    for (const Instance& instance : system.instances) {
      if (instance.tier != Tier::quick || instance.expected.distinct > most_states) continue;
      const auto model = system.instantiate(parameters_of(system, instance.parameters), {});
      check_agreement(*model, system.name + " " + instance.name());
      ++instances;
    }
  }
  BOOST_TEST(instances >= 20U);
}

BOOST_AUTO_TEST_CASE(random_models) {
  std::size_t violated = 0;
  for (int seed = 0; seed < 200; ++seed) {
    const auto model =
        random_system().instantiate(random_parameters(seed, 2 + seed % 23, 1 + seed % 3), {});
    check_agreement(*model, fmt::format("seed {}", seed));
    if (search(*model, bitstate(*model, plenty)).stop == Stop::violation) ++violated;
  }
  BOOST_TEST(violated >= 40U);
  BOOST_TEST(violated <= 160U);
}

// The verdict of every run, as people see it. Runs that need a graph are refused.
BOOST_AUTO_TEST_CASE(no_run_holds) {
  for (const System& system : catalogue()) {
    for (const Instance& instance : system.instances) {
      if (instance.tier != Tier::quick || instance.expected.distinct > most_states) continue;
      for (const std::size_t array : {std::size_t{4096}, plenty}) {
        RunRequest request;
        request.system = &system;
        request.parameters = parameters_of(system, instance.parameters);
        request.search.visited = Visited::bitstate;
        request.search.memory = array;
        const RunReport report = run_check(request);
        BOOST_TEST((report.verdict == Verdict::incomplete), system.name << " " << instance.name());
        BOOST_TEST(claims(report.result, report.properties) == "");
      }
    }
  }
}

// An array that is far too small misses states, says so, and about how many.
BOOST_AUTO_TEST_CASE(too_small_an_array_finds_less) {
  const System& paxos = *std::find_if(catalogue().begin(), catalogue().end(),
                                      [](const System& system) { return system.name == "paxos"; });
  const auto model = paxos.instantiate(parameters_of(paxos, {}), {});
  std::uint64_t before = 0;
  for (const std::size_t array : {64, 512, 2048, 8192, 1 << 20}) {
    const SearchResult found = search(*model, bitstate(*model, array));
    BOOST_TEST((found.stop == Stop::partial));
    BOOST_TEST(claims(found, model->properties()) == "");
    BOOST_TEST(found.distinct > before);
    BOOST_TEST((array < (1 << 20)) == (found.distinct < 3'921U));
    BOOST_REQUIRE(found.bit_array.has_value());
    BOOST_TEST(found.bit_array->bits == 8 * array);
    BOOST_TEST((found.bit_array->omitted > 1) == (array < (1 << 20)));
    before = found.distinct;
    // With one thread it is the same again; with another seed other states are missed.
    BOOST_TEST(difference(found, search(*model, bitstate(*model, array))) == "");
    SearchOptions other = bitstate(*model, array);
    other.seed = 3;
    BOOST_TEST((search(*model, other).levels == found.levels) == (array == 1 << 20));
  }
}

// What it finds is real: the counterexample replays, or run_check() throws.
BOOST_AUTO_TEST_CASE(mutants_are_violated) {
  std::size_t refuted = 0;
  std::size_t missed = 0;
  for (const System& system : catalogue()) {
    for (const Mutant& mutant : system.mutants) {
      const auto model = system.instantiate(parameters_of(system, mutant.parameters), mutant.drops);
      for (std::size_t i = 0; i < model->properties().size(); ++i) {
        const PropertyInfo& info = model->properties()[i];
        if (info.name != mutant.violates || (safety(*model) >> i & 1) == 0) continue;
        for (const std::size_t array : {std::size_t{16384}, plenty}) {
          RunRequest request = mutant_request(system, mutant);
          request.search.visited = Visited::bitstate;
          request.search.memory = array;
          request.search.max_states = most_states;
          const RunReport report = run_check(request);
          // Large ones are left out: also where only the search that is to show the way is large.
          if (report.result.stop == Stop::max_states || report.result.untraced == Stop::max_states)
            continue;
          if (array != plenty && report.verdict == Verdict::incomplete) {
            ++missed;
            continue;
          }
          BOOST_TEST((report.verdict == Verdict::violated), system.name << " " << mutant.name);
          BOOST_REQUIRE(report.trace.has_value());
          BOOST_TEST(report.trace->property == mutant.violates);
          BOOST_TEST((array != plenty || report.trace->states.size() == mutant.length));
          ++refuted;
        }
      }
    }
  }
  BOOST_TEST(refuted >= 40U);
  BOOST_TEST(missed <= refuted / 4);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace synod::test
