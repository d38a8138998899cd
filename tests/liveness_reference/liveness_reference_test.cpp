// Temporal verdicts against a second implementation that shares nothing with the first: random
// formulas, fairness and drops over real models. SYNOD_SEED=7 tries others than usual.
#include <boost/test/unit_test.hpp>
#include <cstdlib>

#include "checker/input/input.hpp"
#include "model/catalogue.hpp"
#include "tests/liveness_reference/comparison.hpp"

namespace synod::reference {
namespace {

struct Source {
  const char* system;
  const char* parameters;
  bool normal_form;
};

// Small enough for a few hundred claims each in a minute or so.
const std::vector<Source> as_they_are = {
    {"transaction_commit", "participants=1", false},
    {"transaction_commit", "participants=2", false},
    {"transaction_commit", "participants=3", false},
    {"two_phase_commit", "participants=2", false},
    {"two_phase_commit", "participants=2 crash=coordinator", false},
    {"two_phase_commit", "participants=2 crash=coordinator recover=none", false},
    {"two_phase_commit", "participants=2 crash=participants recover=none", false},
    {"two_phase_commit", "participants=2 termination=none log=after", false},
    {"paxos", "acceptors=1 values=1 ballots=2", false},
    {"paxos", "acceptors=1 values=2 ballots=2", false},
    {"paxos", "acceptors=2 values=1 ballots=2", false},
    {"paxos", "acceptors=2 values=2 ballots=1", false},
    {"paxos", "acceptors=1 values=1 ballots=2 crash=yes", false},
    {"raft", "servers=2 terms=1 in_flight=1", false},
    {"raft", "servers=2 terms=2 in_flight=1", false},
    {"raft", "servers=2 terms=1 in_flight=1 crash=recovery", false},
};
const std::vector<Source> on_normal_forms = {
    {"paxos", "acceptors=1 values=1 ballots=1", true},
    {"paxos", "acceptors=1 values=1 ballots=2", true},
    {"paxos", "acceptors=1 values=1 ballots=3", true},
    {"paxos", "acceptors=1 values=2 ballots=2", true},
    {"paxos", "acceptors=2 values=1 ballots=1", true},
    {"paxos", "acceptors=2 values=1 ballots=2", true},
    {"paxos", "acceptors=2 values=2 ballots=2 info_quorum=1 accept_quorum=1", true},
    {"paxos", "acceptors=1 values=1 ballots=2 crash=yes", true},
    {"raft", "servers=2 terms=1 in_flight=1", true},
    {"raft", "servers=2 terms=2 in_flight=1", true},
    {"raft", "servers=2 terms=1 in_flight=1 crash=stop", true},
};

/// Claims about the model and about random drops of it, so many of each.
void compare(const Source& source, std::size_t drops, std::size_t claims, Random& random,
             Tally& tally) {
  constexpr std::size_t most_states = 2500;
  const System& system = find_system(catalogue(), source.system);
  for (std::size_t i = 0; i < drops;) {
    Subject subject{&system, assignments(source.parameters), {}, source.normal_form};
    const auto whole =
        system.instantiate(resolve_parameters(system, subject.parameters), {})->observer();
    if (i != 0) subject.drops = random_drops(*whole, random);
    // What the network has no room for, the reference does not see.
    if (std::any_of(subject.drops.begin(), subject.drops.end(),
                    [](const Drop& drop) { return drop.part == "receive"; }))
      continue;
    const auto compared = Compared::make(subject, most_states);
    if (!compared) continue;
    if (i == 0) compare_own_claims(*compared, tally);
    compare_random_claims(*compared, claims, random, tally);
    ++i;
  }
}

std::uint64_t seed(std::uint64_t usual) {
  const char* const other = std::getenv("SYNOD_SEED");
  const std::uint64_t seed = other == nullptr ? usual : std::stoull(other);
  BOOST_TEST_MESSAGE("seed " << seed);
  return seed;
}

Tally compare_all(const std::vector<Source>& sources, std::size_t drops, std::size_t claims,
                  std::uint64_t seed) {
  Tally sum;
  for (const Source& source : sources) {
    Random random(seed++);
    Tally tally;
    compare(source, drops, claims, random, tally);
    BOOST_TEST_MESSAGE(source.system << " " << source.parameters
                                     << (source.normal_form ? " (normal form)" : "") << ": "
                                     << tally.text());
    sum.add(tally);
  }
  return sum;
}

}  // namespace
}  // namespace synod::reference

// Claims that were judged wrongly on normal forms, and how they are.
BOOST_AUTO_TEST_SUITE(claims_on_normal_forms)

BOOST_AUTO_TEST_CASE(known_by_other_means) {
  using namespace synod;
  using namespace synod::reference;
  struct Known {
    const char* parameters;
    std::vector<const char*> drops;
    Claim claim;
  };
  const std::vector<Known> all = {
      // A late 2a is a step, though nothing comes of it: that makes a run fair in which nobody
      // decides.
      {"acceptors=1 values=1 ballots=3",
       {},
       {"Started ~> Decided",
        {"WF(Phase1b by acceptor)", "WF(Phase2a)", "SF(Phase2b by acceptor)"}}},
      // Messages are never taken back.
      {"acceptors=2 values=2 info_quorum=1 accept_quorum=1 ballots=3",
       {},
       {"[](SecondValueChosen -> []SecondValueChosen)", {}}},
      {"acceptors=2 values=1 ballots=2", {"Phase1b.requested"}, {"[](Started -> []Started)", {}}},
  };
  for (const Known& known : all) {
    Subject subject{&find_system(catalogue(), "paxos"), assignments(known.parameters), {}, true};
    for (const char* const drop : known.drops) subject.drops.push_back(*Drop::read(drop));
    const auto compared = Compared::make(subject, 20'000);
    const Compared::Comparison comparison = compared->compare(known.claim);
    const std::string asked = command(subject, known.claim);
    BOOST_TEST(comparison.difference == "", asked << ": " << comparison.difference);
    BOOST_TEST_MESSAGE(asked << ": " << comparison.said);
  }
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(random_claims)

BOOST_AUTO_TEST_CASE(about_models_as_they_are) {
  using namespace synod::reference;
  const Tally tally = compare_all(as_they_are, 2, 20, 1);
  BOOST_TEST_MESSAGE("all: " << tally.text());
  BOOST_TEST(tally.disagreements.empty(), tally.text());
  BOOST_TEST(tally.counts.at("violated") >= 100, tally.text());
  BOOST_TEST(tally.counts.at("holds") >= 100, tally.text());
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(random_claims_on_normal_forms)

BOOST_AUTO_TEST_CASE(are_judged_as_on_the_models) {
  using namespace synod::reference;
  const Tally tally = compare_all(on_normal_forms, 2, 10, 1);
  BOOST_TEST_MESSAGE("all: " << tally.text());
  BOOST_TEST(tally.disagreements.empty(), tally.text());
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(many_random_claims)

BOOST_AUTO_TEST_CASE(about_models_as_they_are_and_on_normal_forms) {
  using namespace synod::reference;
  const std::uint64_t first = seed(1000);
  Tally tally = compare_all(as_they_are, 10, 60, first);
  tally.add(compare_all(on_normal_forms, 8, 40, first + 1000));
  BOOST_TEST_MESSAGE("all: " << tally.text());
  BOOST_TEST(tally.disagreements.empty(), tally.text());
  BOOST_TEST(tally.cases() >= 10'000, tally.text());
  BOOST_TEST(tally.counts.at("violated") >= 2'000, tally.text());
  BOOST_TEST(tally.counts.at("holds") >= 2'000, tally.text());
}

BOOST_AUTO_TEST_SUITE_END()
