// The README's tutorial does what it says, and what a beginner gets wrong in a model is told as a
// mistake of the model.
#include <boost/test/unit_test.hpp>

#include "checker/run/run.hpp"
#include "tests/cli/process.hpp"
#include "tests/support/protocol_checks.hpp"
#include "tests/tutorial/broken.hpp"

namespace synod {
System at_most_once_system();
}

namespace synod::test {
namespace {

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(tutorial)

BOOST_AUTO_TEST_CASE(the_instances_and_mutants_are_as_the_readme_pins_them) {
  const System system = at_most_once_system();
  BOOST_TEST(count_faults(system, Tier::quick, {{"requests=2", 9, 19, 5}}) == "");
  BOOST_TEST(mutant_faults(system) == "");
}

BOOST_AUTO_TEST_CASE(each_conjunct_is_refuted_by_a_named_property_or_listed) {
  const System system = at_most_once_system();
  BOOST_TEST(conjunct_faults(system, {{"Execute.called", "requests=2", "OnlyWhatWasCalled", 2},
                                      {"Execute.fresh", "requests=2", "AtMostOnce", 4}}) == "");
  BOOST_TEST(witness_faults(system) == "");
}

BOOST_AUTO_TEST_CASE(its_commands_run) {
  const Outcome checked = run({"check", "at_most_once"});
  BOOST_CHECK_MESSAGE(checked.code == 0 && contains(checked.out, "9"), describe(checked));
  const Outcome dropped = run({"check", "at_most_once", "--drop", "Execute.fresh"});
  BOOST_CHECK_MESSAGE(dropped.code == 0 && contains(dropped.out, "AtMostOnce"), describe(dropped));
  const Outcome shown = run({"show", "at_most_once"});
  BOOST_CHECK_MESSAGE(shown.code == 0 && contains(shown.out, "Execute"), describe(shown));
}

// A write that leaves its range hides none of the other steps, whose order depends on names.
BOOST_AUTO_TEST_CASE(a_write_that_leaves_its_range_is_not_taken_for_a_lack_of_symmetry) {
  for (const std::vector<std::string>& more :
       {std::vector<std::string>{}, {"--symmetry"}, {"--partial-order"}}) {
    std::vector<std::string> arguments{"check", "at_most_once", "--mutant", "forgetful"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    const Outcome outcome = run(arguments);
    BOOST_CHECK_MESSAGE(outcome.code == 0 && contains(outcome.out, "AtMostOnce"),
                        describe(outcome));
  }
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(model_errors)

BOOST_AUTO_TEST_CASE(a_mistake_in_a_model_is_told_as_one) {
  for (const Broken& broken : broken_systems()) {
    const std::string& name = broken.system.name;
    const Outcome outcome = run({"check", name});
    BOOST_CHECK_MESSAGE(outcome.code == 2, name << describe(outcome));
    BOOST_CHECK_MESSAGE(outcome.err.starts_with("synod: model error: " + name + ": "),
                        name << describe(outcome));
    for (const std::string& part : broken.told)
      BOOST_CHECK_MESSAGE(contains(outcome.err, part), name << " " << part << describe(outcome));
  }
}

BOOST_AUTO_TEST_CASE(a_system_without_constants_has_no_module_to_check) {
  const TemporaryFolder folder;
  const std::string jar = folder.write("tla2tools.jar", "");
  const Outcome outcome = run({"spec-check", "far_claim", "--tlc", jar});
  BOOST_CHECK_MESSAGE(outcome.code == 2 && contains(outcome.err, "tla_constants"),
                      describe(outcome));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace synod::test
