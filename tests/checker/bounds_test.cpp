// What a bound cuts off is neither forgotten nor taken for the end of a behaviour.
#include <boost/test/unit_test.hpp>

#include "checker/input/input.hpp"
#include "checker/partial_order/reduced_search.hpp"
#include "checker/replay/replay.hpp"
#include "checker/run/run.hpp"
#include "checker/symmetry/symmetric_search.hpp"
#include "checker/vocabulary/define.hpp"
#include "checker/vocabulary/faults.hpp"
#include "checker/vocabulary/network.hpp"
#include "tests/support/agreement.hpp"

namespace synod::test {
namespace {

System with_parameters(std::vector<ParameterSpec> parameters) {
  System system;
  system.name = "clocks";
  system.parameters = std::move(parameters);
  return system;
}

/// Two clocks, each of which goes as far as a bound lets it, unless it stops before for good.
template <class Mode>
struct Clocks : Machine<Mode> {
  using Machine<Mode>::Machine;
  const int most = this->parameter("most");
  const int stop = this->has_parameter("stop") ? this->parameter("stop") : 9;
  const Domain Clock = interchangeable("clock", "c", 2);
  Map<Mode> time{*this, "time", Clock, integers("time", 0, 9)};
  void Init() { time.fill(0); }
  void Tick(int c) {
    WHEN(going, time[c] != stop);
    WITHIN(most, time[c] < most);
    THEN(tick, time[c] = time[c] + 1);
  }
  void Next() { ACTION(Tick, Clock); }
};

auto clocks_claims() {
  return claims(proper_end("A clock never stops.", [](const auto&) { return false; }));
}
auto nothing() {
  return claims(always("Nothing", "", [](const auto&) { return true; }));
}
System clocks(std::vector<ParameterSpec> parameters) {
  return define<Clocks>(with_parameters(std::move(parameters)), clocks_claims());
}

/// Its only bound is one of an action that never applies.
template <class Mode>
struct Idle : Machine<Mode> {
  using Machine<Mode>::Machine;
  Scalar<Mode, bool> on{*this, "on", boolean()};
  void Init() {}
  void Never() {
    WITHIN(patience, on);
    THEN(set, on = true);
  }
  void Next() { ACTION_IF(false, Never); }
};

/// It names a bound by other means than WITHIN.
template <class Mode>
struct Handmade : Machine<Mode> {
  using Machine<Mode>::Machine;
  Scalar<Mode> n{*this, "n", integers("count", 0, 3)};
  void Init() {}
  void Up() {
    if (!this->within("length", "n < 2", [&] { return n < 2; })) return;
    THEN(add, n = n + 1);
  }
  void Next() { ACTION(Up); }
};

struct Ping {
  int number;
};
template <class Mode>
struct Pings : Machine<Mode> {
  using Machine<Mode>::Machine;
  Network<Mode, Ping> msgs{*this, "msgs", {{"Ping", {{"number", integers("number", 0, 1)}}}}};
  void Init() {}
  void Next() { msgs.faults(*this); }
};

template <class Mode>
struct Crashing : Machine<Mode> {
  using Machine<Mode>::Machine;
  const Domain Process = interchangeable("process", "p", 2);
  Crashes<Mode> crashes{*this, Process};
  void Init() {}
  void Next() {
    crashes.actions(*this, [](int) {});
  }
};

/// Tells the bound that is none.
auto refuses(const std::string& bound) {
  return [bound](const VocabularyError& error) {
    return std::string(error.what()).starts_with("clocks: " + bound + " cuts off steps");
  };
}
void require_refused(const System& system, const std::string& bound) {
  BOOST_TEST_CONTEXT(bound) {
    BOOST_CHECK_EXCEPTION(system.instantiate(resolve_parameters(system, {}), {}), VocabularyError,
                          refuses(bound));
  }
}

RunReport report_on(const System& system, const Assignments& parameters,
                    const std::function<void(RunRequest&)>& change = {}) {
  RunRequest request;
  request.system = &system;
  request.parameters = resolve_parameters(system, parameters);
  if (change) change(request);
  return request.walks ? run_simulation(request) : run_check(request);
}

const PropertyResult& no_deadlock(const RunReport& report) {
  return report.result.properties[find_property(report.properties, "NoDeadlock")];
}

}  // namespace

BOOST_AUTO_TEST_SUITE(bounds)

BOOST_AUTO_TEST_CASE(what_cuts_off_steps_has_to_be_declared_as_a_bound) {
  require_refused(clocks({integer("most", "", 0, 9, 3)}), "most");
  require_refused(define<Idle>(with_parameters({bound("patiense", "", 0, 9, 3)}), nothing()),
                  "patience");
  require_refused(define<Pings>(with_parameters({choice("network", "", {"lossy"}),
                                                 integer("in_flight", "", 1, 4, 2)}),
                                nothing()),
                  "in_flight");
  require_refused(
      define<Crashing>(with_parameters({crash_parameter(), integer("crashes", "", 0, 6, 1)}),
                       nothing()),
      "crashes");
  const System sound = define<Crashing>(with_parameters({crash_parameter()}), nothing());
  BOOST_CHECK_NO_THROW(sound.instantiate(resolve_parameters(sound, {}), {}));
}

BOOST_AUTO_TEST_CASE(a_bound_that_only_its_cut_makes_known_is_refused_there) {
  const System system = define<Handmade>(with_parameters({}), nothing());
  BOOST_CHECK_EXCEPTION(report_on(system, {}), VocabularyError, refuses("length"));
}

BOOST_AUTO_TEST_CASE(a_bound_said_not_to_matter_is_listed_where_it_cuts) {
  const System system =
      clocks({bound("most", "", 0, 9, 3).only_if([](const Parameters&) { return false; })});
  const RunReport report = report_on(system, {});
  BOOST_REQUIRE(bounds_of(report).size() == 1U);
  BOOST_TEST(bounds_of(report)[0]->name == "most");
  // 3 for one of the clocks in 4 states, for the other in 4.
  BOOST_TEST(steps_cut(report, "most").value_or(0) == 8U);
}

BOOST_AUTO_TEST_CASE(a_state_whose_steps_were_cut_off_is_no_deadlock) {
  const System system = clocks({bound("most", "", 0, 9, 3)});
  const auto by = [&](const std::function<void(RunRequest&)>& change) {
    const RunReport report = report_on(system, {}, change);
    BOOST_TEST(verdict_name(no_deadlock(report).verdict) == "holds");
    BOOST_TEST(no_deadlock(report).cut == 1U);  // both clocks at 3
    BOOST_TEST(!report.trace.has_value());
    return report.result.distinct;
  };
  BOOST_TEST(by({}) == 16U);
  BOOST_TEST(by([](RunRequest& request) { request.symmetry = true; }) == 10U);
  BOOST_TEST(by([](RunRequest& request) { request.partial_order = true; }) <= 16U);
  BOOST_TEST(by([](RunRequest& request) { request.search.visited = Visited::tree; }) == 16U);
}

BOOST_AUTO_TEST_CASE(a_walk_that_a_bound_ends_finds_no_deadlock) {
  const System system = clocks({bound("most", "", 0, 9, 3)});
  const RunReport report = report_on(system, {}, [](RunRequest& request) {
    request.walks = WalkOptions{};
    request.walks->walks = 10;
  });
  BOOST_TEST((report.result.stop == Stop::partial));
  BOOST_TEST(no_deadlock(report).cut == 10U);
}

BOOST_AUTO_TEST_CASE(a_deadlock_beside_steps_that_were_cut_off_is_one) {
  // Both stop at 2, before the bound; or at 3, where it is not asked any more.
  const System system = clocks({bound("most", "", 0, 9, 3), integer("stop", "", 0, 9, 2)});
  for (const char* stop : {"2", "3"}) {
    const RunReport report = report_on(system, {{"stop", stop}});
    BOOST_TEST(verdict_name(no_deadlock(report).verdict) == "violated");
    BOOST_TEST(report.trace.has_value());
  }
}

BOOST_AUTO_TEST_CASE(no_deadlock_is_open_where_every_state_is) {
  const System system = clocks({bound("most", "", 0, 9, 3)});
  const RunReport report = report_on(system, {{"most", "0"}});
  BOOST_TEST(verdict_name(no_deadlock(report).verdict) == "incomplete");
  BOOST_TEST(verdict_name(report.verdict) == "incomplete");
}

BOOST_AUTO_TEST_CASE(the_reference_agrees_on_what_is_left_open) {
  const System system = clocks({bound("most", "", 0, 9, 3), integer("stop", "", 0, 9, 2)});
  for (const char* most : {"0", "1", "4"})
    for (const char* stop : {"2", "4", "9"}) {
      const auto model =
          system.instantiate(resolve_parameters(system, {{"most", most}, {"stop", stop}}), {});
      const std::string differs = disagreement(*model);
      BOOST_CHECK_MESSAGE(differs.empty(), most << " " << stop << ":" << differs);
    }
}

BOOST_AUTO_TEST_CASE(a_trace_to_where_steps_were_cut_off_is_no_counterexample) {
  const System system = clocks({bound("most", "", 0, 9, 1), integer("stop", "", 0, 9, 1)});
  Trace trace = *report_on(system, {}).trace;  // the clocks stop at 1
  const auto replayed = [&](const char* stop) {
    const auto model = system.instantiate(resolve_parameters(system, {{"stop", stop}}), {});
    return replay(*model->observer(), trace);
  };
  BOOST_TEST(replayed("1").valid);
  BOOST_TEST(!replayed("9").valid);
  BOOST_TEST(replayed("9").reason.find("a bound cut off steps") != std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace synod::test
