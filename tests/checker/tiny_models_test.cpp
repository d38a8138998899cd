// The search on models that are small enough to be checked by hand.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <boost/test/unit_test.hpp>

#include <map>

#include "checker/input/input.hpp"
#include "checker/report/text.hpp"
#include "checker/run/run.hpp"
#include "tests/checker/tiny_systems.hpp"
#include "tests/support/agreement.hpp"

namespace synod::test {
namespace {

RunReport run(const TinyCase& tiny, std::size_t threads) {
  RunRequest request;
  request.system = &tiny.system;
  request.parameters = resolve_parameters(tiny.system, tiny.parameters);
  request.properties = tiny.asked_for;
  request.search.threads = threads;
  return run_check(request);
}

void check_trace(const TinyCase& tiny, const RunReport& report) {
  BOOST_REQUIRE(report.trace.has_value() == !tiny.shown.empty());
  if (!report.trace) return;
  const Trace& trace = *report.trace;
  BOOST_TEST(trace.property == tiny.shown);
  BOOST_TEST(trace.actions == tiny.actions, boost::test_tools::per_element());
  const auto observer = tiny.system.instantiate(report.request.parameters, {})->observer();
  const auto lines = state_lines(observer->variables(), trace.states.back());
  BOOST_TEST(fmt::format("{}", fmt::join(lines, "; ")) == tiny.last);
  BOOST_TEST(trace.refused_action.value_or("") == tiny.refused_action);
}

void check_tiny(const TinyCase& tiny, std::size_t threads) {
  BOOST_TEST_CONTEXT(tiny.system.name << " " << join_assignments(tiny.parameters) << ", " << threads
                                      << " threads: " << tiny.because) {
    const RunReport report = run(tiny, threads);
    BOOST_TEST(verdict_name(report.verdict) == verdict_name(tiny.verdict));
    BOOST_TEST((report.result.stop == tiny.stop));
    BOOST_TEST(report.result.distinct == tiny.distinct);
    BOOST_TEST(report.result.generated == tiny.generated);
    BOOST_TEST(report.result.depth == tiny.depth);
    BOOST_TEST(report.result.dead_actions == tiny.dead_actions, boost::test_tools::per_element());
    const std::map<std::string, PropertyVerdict> unusual(tiny.unusual.begin(), tiny.unusual.end());
    for (std::size_t i = 0; i < report.properties.size(); ++i) {
      const auto found = unusual.find(report.properties[i].name);
      const PropertyVerdict wanted =
          found == unusual.end() ? PropertyVerdict::holds : found->second;
      BOOST_TEST(report.properties[i].name + " " +
                     verdict_name(report.result.properties[i].verdict) ==
                 report.properties[i].name + " " + verdict_name(wanted));
    }
    check_trace(tiny, report);
  }
}

}  // namespace

BOOST_AUTO_TEST_SUITE(tiny_models)

BOOST_AUTO_TEST_CASE(each_shows_what_it_was_made_for) {
  for (const TinyCase& tiny : tiny_cases())
    for (const std::size_t threads : {1, 2, 3}) check_tiny(tiny, threads);
}

BOOST_AUTO_TEST_CASE(the_reference_agrees) {
  for (const TinyCase& tiny : tiny_cases()) {
    const auto model =
        tiny.system.instantiate(resolve_parameters(tiny.system, tiny.parameters), {});
    const std::string differs = disagreement(*model);
    BOOST_CHECK_MESSAGE(differs.empty(), tiny.system.name << ":" << differs);
  }
}

BOOST_AUTO_TEST_CASE(the_reference_agrees_when_a_part_is_dropped) {
  for (const TinyCase& tiny : tiny_cases()) {
    if (tiny.distinct > 10) continue;  // where a guard is dropped, the larger ones explode
    const Parameters parameters = resolve_parameters(tiny.system, tiny.parameters);
    for (const NamedDrop& part : all_drops(tiny.system, parameters)) {
      const auto model = tiny.system.instantiate(parameters, {part.drop});
      const std::string differs = disagreement(*model, {}, {1, 2});
      BOOST_CHECK_MESSAGE(differs.empty(),
                          tiny.system.name << " without " << part.drop.text() << ":" << differs);
    }
  }
}

// What is not asked for is not checked, and does not stop the search. TypeOK is always asked for,
// as run_check does.
BOOST_AUTO_TEST_CASE(only_the_properties_that_are_asked_for) {
  for (const TinyCase& tiny : tiny_cases()) {
    if (tiny.distinct > 100) continue;
    const auto model =
        tiny.system.instantiate(resolve_parameters(tiny.system, tiny.parameters), {});
    const PropertySet type_ok = PropertySet{1} << find_property(model->properties(), "TypeOK");
    for (std::size_t i = 0; i < model->properties().size(); ++i) {
      SearchOptions options;
      options.properties = PropertySet{1} << i | type_ok;
      const std::string differs = disagreement(*model, options, {1, 2});
      BOOST_CHECK_MESSAGE(differs.empty(),
                          tiny.system.name << " " << model->properties()[i].name << ":" << differs);
    }
  }
}

// The way to each witness, where nothing is violated.
BOOST_AUTO_TEST_CASE(the_way_to_a_witness) {
  std::size_t shown = 0;
  for (const TinyCase& tiny : tiny_cases()) {
    const auto model =
        tiny.system.instantiate(resolve_parameters(tiny.system, tiny.parameters), {});
    for (std::size_t i = 0; i < model->properties().size(); ++i) {
      if (model->properties()[i].kind != PropertyKind::reachable) continue;
      SearchOptions options;
      options.witness = i;
      const std::string differs = disagreement(*model, options, {1, 3});
      BOOST_CHECK_MESSAGE(differs.empty(),
                          tiny.system.name << " " << model->properties()[i].name << ":" << differs);
      shown += search(*model, options).shown == i ? 1 : 0;
    }
  }
  BOOST_TEST(shown >= 8U);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace synod::test
