// The facts that partial-order reduction would rest on, audited on every reachable state.
#include "checker/report/independence.hpp"

#include <fmt/format.h>

#include <boost/test/unit_test.hpp>

#include "checker/input/input.hpp"
#include "model/catalogue.hpp"
#include "tests/checker/tiny_systems.hpp"
#include "tests/support/agreement.hpp"
#include "tests/support/labels.hpp"

namespace synod::test {
namespace {

struct Audited {
  const System* system;
  Assignments parameters;
};

const std::vector<Audited>& audited() {
  static const std::vector<Audited> all = {
      {&find_system(catalogue(), "transaction_commit"), {{"participants", "3"}}},
      {&find_system(catalogue(), "paxos"),
       {{"acceptors", "2"}, {"values", "2"}, {"ballots", "2"}, {"crash", "yes"}}},
      {&find_system(catalogue(), "paxos"),
       {{"acceptors", "3"}, {"values", "2"}, {"ballots", "2"}, {"info_quorum", "2"}}},
      {&kinds_system(), {}},
  };
  return all;
}

/// A model with its reachable states, of which at most `most` are looked at, evenly spread.
struct Space {
  explicit Space(const Audited& of, std::size_t most = 1500)
      : model(of.system->instantiate(parameters_of(*of.system, of.parameters), {})),
        observer(model->observer()) {
    const ReferenceResult graph = reference_check(*model);
    const std::size_t stride = graph.states.size() / most + 1;
    for (std::size_t i = 0; i < graph.states.size(); i += stride) states.push_back(graph.states[i]);
  }
  std::unique_ptr<ModelInstance> model;
  std::unique_ptr<Observer> observer;
  std::vector<Cells> states;
};

bool covers(const Footprint& whole, const Footprint& part) {
  for (std::size_t i = 0; i < part.reads.size(); ++i)
    if ((part.reads[i] & ~whole.reads[i]) != 0) return false;
  for (std::size_t i = 0; i < part.writes.size(); ++i)
    if ((part.writes[i] & ~whole.writes[i]) != 0) return false;
  return true;
}

/// The first action instance that reads or writes, somewhere, what its footprint does not have.
std::string uncovered(const Space& space, const std::vector<Footprint>& facts) {
  for (std::uint32_t label = 0; label < facts.size(); ++label)
    for (const Cells& state : space.states)
      for (const Part& part : space.observer->attempt(state, label).parts)
        if (!covers(facts[label], part.footprint))
          return label_text(*space.observer, label) + " " + part.name;
  return "";
}

/// What one action instance leads to, if it is enabled.
std::optional<Cells> after(Observer& observer, const Cells& state, std::uint32_t label) {
  Observer::Attempt attempt = observer.attempt(state, label);
  if (!attempt.enabled || attempt.out_of_range) return std::nullopt;
  return std::move(attempt.after);
}

struct Commutation {
  std::string broken;     ///< the first two that do not commute, or empty
  std::size_t pairs = 0;  ///< how often two independent instances were enabled together
};

/// Whether any two instances that the footprints call independent leave each other enabled and lead
/// to the same state in either order.
Commutation commutation(const Space& space, const std::vector<Footprint>& facts) {
  Commutation result;
  for (const Cells& state : space.states) {
    std::vector<std::pair<std::uint32_t, Cells>> enabled;
    for (std::uint32_t label = 0; label < facts.size(); ++label)
      if (auto next = after(*space.observer, state, label)) enabled.emplace_back(label, *next);
    for (std::size_t i = 0; i < enabled.size(); ++i) {
      for (std::size_t j = i + 1; j < enabled.size(); ++j) {
        const auto& [a, after_a] = enabled[i];
        const auto& [b, after_b] = enabled[j];
        if (dependent(facts[a], facts[b])) continue;
        ++result.pairs;
        const auto ab = after(*space.observer, after_a, b);
        const auto ba = after(*space.observer, after_b, a);
        if (ab && ba && *ab == *ba) continue;
        result.broken = label_text(*space.observer, a) + " and " + label_text(*space.observer, b);
        return result;
      }
    }
  }
  return result;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(independence)

// From the initial state and random ones alone, as `synod show --independence` computes them.
BOOST_AUTO_TEST_CASE(footprints_cover_every_read_and_write) {
  for (const Audited& one : audited()) {
    const Space space(one);
    const auto facts = footprints(*space.observer, space.observer->initial());
    BOOST_REQUIRE(facts.size() == space.model->labels());
    BOOST_TEST(uncovered(space, facts) == "", one.system->name);
  }
}

BOOST_AUTO_TEST_CASE(independent_actions_commute) {
  for (const Audited& one : audited()) {
    const Space space(one, 400);
    const Commutation found =
        commutation(space, footprints(*space.observer, space.observer->initial()));
    BOOST_TEST(found.broken == "", one.system->name);
    BOOST_TEST(found.pairs > 100U);  // or nothing was looked at
  }
}

// The audit has to notice facts that are wrong.
BOOST_AUTO_TEST_CASE(wrong_facts_are_noticed) {
  const Audited two_phase_commit{&find_system(catalogue(), "transaction_commit"),
                                 {{"participants", "3"}}};
  const Space space(two_phase_commit);
  const auto right = footprints(*space.observer, space.observer->initial());
  const std::uint32_t abort = parse_label(*space.observer, "RMChooseToAbort(rm2)");
  const std::uint32_t prepare = parse_label(*space.observer, "RMPrepare(rm2)");
  BOOST_TEST(dependent(right[abort], right[prepare]));

  auto wrong = right;
  std::fill(wrong[abort].writes.begin(), wrong[abort].writes.end(), 0);
  std::fill(wrong[abort].reads.begin(), wrong[abort].reads.end(), 0);
  BOOST_TEST(!dependent(wrong[abort], wrong[prepare]));
  BOOST_TEST(commutation(space, wrong).broken == "RMPrepare(rm2) and RMChooseToAbort(rm2)");
  BOOST_TEST(uncovered(space, wrong) == "RMChooseToAbort(rm2) working");

  wrong = right;
  std::fill(wrong[abort].writes.begin(), wrong[abort].writes.end(), 0);
  BOOST_TEST(uncovered(space, wrong) == "RMChooseToAbort(rm2) abort");
}

// A hand-made truth table: a read needs no order with a read, everything else in one bit does.
BOOST_AUTO_TEST_CASE(dependence_is_about_bits) {
  const auto footprint = [](std::uint64_t reads, std::uint64_t writes) {
    return Footprint{{reads}, {writes}};
  };
  const struct {
    Footprint a, b;
    bool expected;
  } rows[] = {
      {footprint(1, 0), footprint(1, 0), false},  // both read
      {footprint(1, 0), footprint(0, 1), true},   // one reads what the other writes
      {footprint(0, 1), footprint(1, 0), true},   //
      {footprint(0, 1), footprint(0, 1), true},   // both write
      {footprint(1, 2), footprint(4, 8), false},  // different bits of a cell
      {footprint(0, 0), footprint(9, 9), false},  // one does nothing
  };
  for (const auto& row : rows) {
    BOOST_TEST(dependent(row.a, row.b) == row.expected);
    BOOST_TEST(dependent(row.b, row.a) == row.expected);
  }
}

BOOST_AUTO_TEST_CASE(touched_names_the_variables) {
  const auto model = kinds_system().instantiate(resolve_parameters(kinds_system(), {}), {});
  const auto observer = model->observer();
  const auto facts = footprints(*observer, observer->initial());
  const auto writes = [&](const std::string& action) {
    return touched(observer->variables(), facts[parse_label(*observer, action)].writes);
  };
  const auto is = [](const char* name) { return std::vector<std::string>{name}; };
  BOOST_TEST(writes("Switch") == is("lamp"), boost::test_tools::per_element());
  BOOST_TEST(writes("Pass(p2)") == is("present"), boost::test_tools::per_element());
  BOOST_TEST(writes("Write(p1)") == is("note"), boost::test_tools::per_element());
  BOOST_TEST(writes("Ring") == is("bell"), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace synod::test
