// The counts and verdicts of models of published modules are those that TLC finds for the modules
// themselves.
#include <boost/test/unit_test.hpp>

#include "checker/input/input.hpp"
#include "checker/run/run.hpp"
#include "tests/foreign/foreign.hpp"
#include "tests/support/protocol_checks.hpp"

namespace synod::test {
namespace {

/// TLC 2026.04.29 (rev cc6b616), one worker, with the constants of the instance. The models have
/// all the invariants and properties of the modules' own configurations, which TLC finds to hold.
struct Published {
  System system;
  std::vector<PinnedCount> tlc;
};

std::vector<Published> published() {
  return {
      // Init, Next and the properties of bcastFolklore.cfg, T=1.
      {bcast_folklore_system(), {{"N=3 F=1", 3700, 36224, 7}}},
      {chang_roberts_system(), {{"N=3", 137, 227, 10}, {"N=4", 823, 1791, 15}}},
      {ewd998_system(),
       {{"N=2 counter=3 q=9", 6876, 33664, 28}, {"N=3 counter=1 q=2", 19474, 125367, 25}}},
      {lamport_mutex_system(),
       {{"N=2 maxClock=6", 1043, 2001, 40}, {"N=3 maxClock=3", 10209, 41533, 31}}},
      // With -continue, past the violation of Solution that is the solution.
      {missionaries_and_cannibals_system(), {{"missionaries=3 cannibals=3", 64, 283, 13}}},
      {readers_writers_system(), {{"NumActors=2", 390, 935, 9}, {"NumActors=3", 21527, 59674, 13}}},
      {simple_allocator_system(), {{"clients=3 resources=2", 400, 1633, 6}}},
      {spanning_tree_system(), {{"nodes=4 MaxCardinality=5", 3984, 21784, 4}}},
  };
}

}  // namespace

BOOST_AUTO_TEST_SUITE(foreign)

// TLC counts a step that a CONSTRAINT cuts off as generated; here it is counted apart.
BOOST_AUTO_TEST_CASE(counts_and_verdicts_are_tlc_s) {
  for (const Published& one : published()) {
    BOOST_TEST(one.system.instances.size() == one.tlc.size());
    for (const PinnedCount& tlc : one.tlc)
      BOOST_TEST_CONTEXT(one.system.name << " " << tlc.instance) {
        RunRequest request;
        request.system = &one.system;
        request.parameters = resolve_parameters(one.system, assignments(tlc.instance));
        const RunReport report = run_check(request);
        std::uint64_t generated = report.result.generated;
        for (const Cut& cut : report.result.cuts) generated += cut.steps;
        BOOST_CHECK(report.verdict == Verdict::holds);
        BOOST_TEST(report.unexpected == "");
        BOOST_TEST(report.result.distinct == tlc.distinct);
        BOOST_TEST(generated == tlc.generated);
        BOOST_TEST(report.result.depth == tlc.depth);
      }
  }
}

BOOST_AUTO_TEST_CASE(claims_can_fail_and_are_not_vacuous) {
  for (const Published& one : published()) {
    BOOST_TEST(mutant_faults(one.system) == "");
    BOOST_TEST(witness_faults(one.system) == "");
    BOOST_TEST(assumption_faults(one.system) == "");
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace synod::test
