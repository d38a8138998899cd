// The parallel search against the reference checker, on the protocols of the catalogue: verdicts,
// counts, levels, firings and the whole counterexample.
#include <fmt/format.h>

#include <boost/test/unit_test.hpp>

#include "checker/run/run.hpp"
#include "model/catalogue.hpp"
#include "tests/support/agreement.hpp"

namespace synod::test {
namespace {

/// The reference keeps every state and edge: what is larger is left to the slow suite, and what is
/// larger still to the counts of TLC.
#ifdef SYNOD_SANITIZED
constexpr std::uint64_t quick_states = 5'000;  // ten times slower
#else
constexpr std::uint64_t quick_states = 20'000;
#endif
constexpr std::uint64_t most_states = 300'000;

/// Small parameters under which every action of the system applies.
const std::vector<std::pair<std::string, Assignments>> small = {
    {"paxos", {{"acceptors", "3"}, {"values", "2"}, {"ballots", "2"}}},
    {"paxos",
     {{"acceptors", "2"},
      {"values", "2"},
      {"ballots", "2"},
      {"crash", "yes"},
      {"durable", "none"}}},
    {"transaction_commit", {{"participants", "3"}}},
};

const System& system_named(const std::string& name) {
  for (const System& system : catalogue())
    if (system.name == name) return system;
  throw ModelError("no system " + name);
}

void check_agreement(const System& system, const Assignments& assignments,
                     const std::vector<Drop>& drops, const std::string& title) {
  const auto model = system.instantiate(parameters_of(system, assignments), drops);
  const std::string differs = disagreement(*model);
  BOOST_CHECK_MESSAGE(differs.empty(), system.name << " " << title << ":" << differs);
}

/// The states that the search finds in a mutant, if not more than `most_states`; no mutant pins
/// its count.
std::uint64_t states_of(const System& system, const Mutant& mutant) {
  const auto model = system.instantiate(parameters_of(system, mutant.parameters), mutant.drops);
  SearchOptions options;
  options.max_states = most_states;
  const SearchResult result = search(*model, options);
  return result.stop == Stop::max_states ? most_states + 1 : result.distinct;
}

/// Every instance and mutant with more than `above` and at most `limit` states.
void check_catalogue(std::uint64_t above, std::uint64_t limit) {
  const auto is_wanted = [&](std::uint64_t states) { return states > above && states <= limit; };
  for (const System& system : catalogue()) {
    for (const Instance& instance : system.instances)
      if (is_wanted(instance.expected.distinct))
        check_agreement(system, instance.parameters, {}, instance.name());
    for (const Mutant& mutant : system.mutants)
      if (is_wanted(states_of(system, mutant)))
        check_agreement(system, mutant.parameters, mutant.drops, "mutant " + mutant.name);
  }
}

}  // namespace

BOOST_AUTO_TEST_SUITE(agreement)

// By itself because it is quick and finds most: planted bugs are looked for with it.
BOOST_AUTO_TEST_CASE(small_instances) {
  for (const auto& [name, assignments] : small)
    check_agreement(system_named(name), assignments, {}, "");
}

BOOST_AUTO_TEST_CASE(instances_and_mutants) { check_catalogue(0, quick_states); }

// A mutant is checked for one property; what is not asked for must not stop the search.
BOOST_AUTO_TEST_CASE(one_property_of_a_mutant) {
  for (const System& system : catalogue()) {
    for (const Mutant& mutant : system.mutants) {
      if (states_of(system, mutant) > quick_states) continue;
      const auto model = system.instantiate(parameters_of(system, mutant.parameters), mutant.drops);
      SearchOptions options;
      options.properties = 0;
      for (std::size_t i = 0; i < model->properties().size(); ++i)
        if (model->properties()[i].name == mutant.violates ||
            model->properties()[i].kind == PropertyKind::type_ok)
          options.properties |= PropertySet{1} << i;
      const std::string differs = disagreement(*model, options);
      BOOST_CHECK_MESSAGE(differs.empty(), system.name << " " << mutant.name << ":" << differs);
    }
  }
}

BOOST_AUTO_TEST_CASE(every_drop_under_small_parameters) {
  for (const auto& [name, assignments] : small) {
    const System& system = system_named(name);
    for (const NamedDrop& part : all_drops(system, parameters_of(system, assignments)))
      check_agreement(system, assignments, {part.drop}, "without " + part.drop.text());
  }
}

// Dropping nothing that exists compiles to the same model with the parts looked up at run time.
BOOST_AUTO_TEST_CASE(dropping_nothing_changes_nothing) {
  for (const auto& [name, assignments] : small) {
    const System& system = system_named(name);
    const Parameters parameters = parameters_of(system, assignments);
    const auto plain = system.instantiate(parameters, {});
    const auto dropped = system.instantiate(parameters, {{"NoAction", "no_part"}});
    BOOST_TEST(difference(search(*plain, {}), search(*dropped, {})) == "");
  }
}

// attempt() and successors() are two ways to run an action; replay uses one, the reference the
// other.
BOOST_AUTO_TEST_CASE(one_action_at_a_time_leads_to_the_same_successors) {
  for (const auto& [name, assignments] : small) {
    const System& system = system_named(name);
    const auto model = system.instantiate(parameters_of(system, assignments), {});
    const auto observer = model->observer();
    const ReferenceResult graph = reference_check(*model);
    std::size_t different = 0;
    for (std::size_t i = 0; i < graph.edges.size(); i += 7) {
      std::vector<std::pair<std::uint32_t, Cells>> one_by_one;
      for (std::uint32_t label = 0; label < model->labels(); ++label) {
        Observer::Attempt attempt = observer->attempt(graph.states[i], label);
        if (attempt.enabled) one_by_one.emplace_back(label, std::move(attempt.after));
      }
      std::vector<std::pair<std::uint32_t, Cells>> together;
      for (const Edge& edge : graph.edges[i])
        together.emplace_back(edge.label, graph.states[edge.to]);
      if (one_by_one != together) ++different;
    }
    BOOST_TEST(different == 0U);
  }
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(agreement_large)
BOOST_AUTO_TEST_CASE(large_instances_and_mutants) { check_catalogue(quick_states, most_states); }
BOOST_AUTO_TEST_SUITE_END()

}  // namespace synod::test
