// What holds of every system, whichever it is.
#include <fmt/format.h>

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <set>

#include "checker/input/input.hpp"
#include "checker/run/run.hpp"
#include "model/catalogue.hpp"
#include "tests/support/agreement.hpp"

namespace synod::test {
namespace {

bool is_unique(std::vector<std::string> names) {
  return std::set<std::string>(names.begin(), names.end()).size() == names.size();
}

/// Looks a few levels into a system under these parameters: the model, its search and its observer
/// have to cope with any value that is documented.
void look_into(const System& system, const Assignments& assignments) {
  BOOST_TEST_CONTEXT(system.name << " " << join_assignments(assignments)) {
    const auto model = system.instantiate(resolve_parameters(system, assignments), {});
    SearchOptions options;
    options.max_depth = 3;
    options.max_states = 2000;
    const std::string differs = disagreement(*model, options, {2});
    BOOST_CHECK_MESSAGE(differs.empty(), differs);
    std::string text;
    for (const auto& [name, value] : system.tla_constants(resolve_parameters(system, assignments)))
      text += name + value;
    BOOST_TEST(!text.empty());
  }
}

}  // namespace

BOOST_AUTO_TEST_SUITE(catalogue_rules)

BOOST_AUTO_TEST_CASE(names_are_sorted_and_unique) {
  std::vector<std::string> systems;
  for (const System& system : catalogue()) {
    systems.push_back(system.name);
    std::vector<std::string> parameters;
    std::vector<std::string> instances;
    std::vector<std::string> mutants;
    for (const ParameterSpec& spec : system.parameters) parameters.push_back(spec.name);
    for (const Instance& instance : system.instances) instances.push_back(instance.name());
    for (const Mutant& mutant : system.mutants) mutants.push_back(mutant.name);
    BOOST_TEST(is_unique(parameters), system.name);
    BOOST_TEST(is_unique(instances), system.name);
    BOOST_TEST(is_unique(mutants), system.name);
    const auto observer = system.instantiate(resolve_parameters(system, {}), {})->observer();
    std::vector<std::string> properties;
    std::vector<std::string> actions;
    for (const PropertyInfo& property : observer->properties()) properties.push_back(property.name);
    for (const ActionInfo& action : observer->actions()) actions.push_back(action.name);
    BOOST_TEST(is_unique(properties), system.name);
    BOOST_TEST(is_unique(actions), system.name);
  }
  BOOST_TEST(std::is_sorted(systems.begin(), systems.end()));
  BOOST_TEST(is_unique(systems));
}

// A deadlock is looked for only where the claims say which states may end.
BOOST_AUTO_TEST_CASE(every_system_says_where_it_may_end) {
  for (const System& system : catalogue()) {
    const auto observer = system.instantiate(resolve_parameters(system, {}), {})->observer();
    const auto& properties = observer->properties();
    BOOST_TEST(std::count_if(properties.begin(), properties.end(),
                             [](const PropertyInfo& property) {
                               return property.kind == PropertyKind::deadlock_free;
                             }) == 1,
               system.name);
  }
}

BOOST_AUTO_TEST_CASE(every_claim_says_why) {
  for (const System& system : catalogue()) {
    const auto observer = system.instantiate(resolve_parameters(system, {}), {})->observer();
    for (const PropertyInfo& property : observer->properties())
      BOOST_TEST(!property.because.empty(), system.name << " " << property.name);
    for (const Mutant& mutant : system.mutants)
      BOOST_TEST(!mutant.lesson.empty(), system.name << " " << mutant.name);
  }
}

// Every value of every parameter, the others being at their defaults.
BOOST_AUTO_TEST_CASE(every_documented_value_works) {
  for (const System& system : catalogue()) {
    const Parameters defaults = resolve_parameters(system, {});
    for (const ParameterSpec& spec : system.parameters)
      for (int value = spec.low.value(defaults); value <= spec.high.value(defaults); ++value)
        look_into(system, {{spec.name, spec.text(value)}});
  }
}

// All parameters as small, and as large, as they may be.
BOOST_AUTO_TEST_CASE(the_extremes_work) {
  for (const System& system : catalogue()) {
    for (const bool largest : {false, true}) {
      Assignments assignments;
      Parameters parameters;
      for (const ParameterSpec& spec : system.parameters) {
        const int value = (largest ? spec.high : spec.low).value(parameters);
        parameters.set(spec.name, value);
        assignments.emplace_back(spec.name, spec.text(value));
      }
      look_into(system, assignments);
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace synod::test
