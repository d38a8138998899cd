// Work that is no search of states is linear in what there is, and heeds limits and the user.
#include <boost/test/unit_test.hpp>

#include <atomic>

#include "checker/input/input.hpp"
#include "checker/partial_order/reduced_search.hpp"
#include "checker/run/run.hpp"
#include "checker/vocabulary/define.hpp"

namespace synod::test {
namespace {

/// `starts` initial states, and as many instances of an action that leaves the declared range where
/// its argument is the last one and the state the first.
template <class Mode>
struct Many : Machine<Mode> {
  using Machine<Mode>::Machine;
  const int starts = this->parameter("starts");
  const Domain Number = integers("number", 0, starts - 1);
  Scalar<Mode> n{*this, "n", Number};
  void Init() { n = choose(Number); }
  void Add(int m) {
    WHEN(last, n == 0 && m == starts - 1);
    THEN(add, n = m + 1);
  }
  void Next() { ACTION(Add, Number); }
};

System many() {
  System system;
  system.name = "many";
  system.parameters = {integer("starts", "", 1, 1 << 24, 1 << 10)};
  return define<Many>(std::move(system),
                      claims(named("Any", "", [](const auto& s) { return s.n >= 0; })));
}

RunRequest request_of(const System& system, const char* starts) {
  RunRequest request;
  request.system = &system;
  request.parameters = resolve_parameters(system, {{"starts", starts}});
  return request;
}

void check_stopped(const RunRequest& request, Stop why) {
  const RunReport report = run_check(request);
  BOOST_TEST((report.result.stop == why));
  BOOST_TEST(verdict_name(report.verdict) == "incomplete");
  BOOST_TEST(report.result.distinct == 0U);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(work_limits)

// Two hundred thousand, in seconds: each compared with all before would take many minutes.
BOOST_AUTO_TEST_CASE(initial_states_are_told_apart_in_linear_time) {
  const System system = many();
  const auto model = system.instantiate(request_of(system, "200000").parameters, {});
  BOOST_TEST(model->explorer()->initial().size() == 200000U);
  BOOST_TEST(model->observer()->initial().size() == 200000U);
}

// The same for action instances: to find the one that leaves its range, all are attempted.
BOOST_AUTO_TEST_CASE(an_instance_is_attempted_without_a_walk_through_all) {
  const System system = many();
  const auto model = system.instantiate(request_of(system, "200000").parameters, {});
  const auto observer = model->observer();
  const Cells first{0};
  std::size_t enabled = 0;
  for (std::uint32_t label = 0; label < 200000; ++label) {
    const Observer::Attempt attempt = observer->attempt(first, label);
    enabled += attempt.enabled ? 1 : 0;
    if (label + 1 == 200000) BOOST_TEST(attempt.out_of_range.has_value());
  }
  BOOST_TEST(enabled == 1U);
}

BOOST_AUTO_TEST_CASE(the_user_stops_what_comes_before_a_search) {
  const System system = many();
  const std::atomic<bool> interrupted{true};
  RunRequest request = request_of(system, "100000");
  request.search.interrupted = &interrupted;
  check_stopped(request, Stop::interrupted);
  request.symmetry = false;
  request.partial_order = true;
  check_stopped(request, Stop::interrupted);
  request.partial_order = false;
  request.walks = WalkOptions{};
  const RunReport walked = run_simulation(request);
  BOOST_TEST((walked.result.stop == Stop::interrupted));
  BOOST_TEST(walked.coverage.has_value());
}

BOOST_AUTO_TEST_CASE(limits_stop_the_making_of_initial_states) {
  const System system = many();
  RunRequest request = request_of(system, "16000000");
  request.search.seconds = 0;
  check_stopped(request, Stop::time);
  request.search.seconds.reset();
  request.search.max_states = 1000;
  check_stopped(request, Stop::max_states);
  request.search.max_states.reset();
  request.search.memory = std::size_t{1} << 20;
  check_stopped(request, Stop::memory);
}

// All instances, each in hundreds of states, would take hours.
BOOST_AUTO_TEST_CASE(limits_stop_the_look_for_what_instances_read_and_write) {
  const System system = many();
  RunRequest request = request_of(system, "1000000");
  request.partial_order = true;
  request.search.seconds = 1;
  check_stopped(request, Stop::time);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace synod::test
