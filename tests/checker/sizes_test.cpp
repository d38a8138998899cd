// Sizes that would overflow a number are refused, whatever they are sizes of; those just below are
// not.
#include <boost/test/unit_test.hpp>

#include <limits>

#include "checker/input/input.hpp"
#include "checker/vocabulary/define.hpp"
#include "checker/vocabulary/network.hpp"
#include "checker/vocabulary/rounds.hpp"
#include "checker/vocabulary/sequence.hpp"
#include "tests/support/agreement.hpp"

namespace synod::test {
namespace {

constexpr int least = std::numeric_limits<int>::min();
constexpr int most = std::numeric_limits<int>::max();

auto says(const std::string& part) {
  return [part](const ModelError& error) {
    BOOST_TEST_MESSAGE(error.what());
    return std::string(error.what()).find(part) != std::string::npos;
  };
}

/// Declares one variable, which is made from the machine.
template <class Make>
void declare(const Make& make) {
  Machine<Search> packed(Parameters{});
  make(packed);
  Machine<Observe> plain(Parameters{});
  make(plain);
}
#define CHECK_REFUSED(part, ...) \
  BOOST_CHECK_EXCEPTION(declare([](auto& machine) { __VA_ARGS__; }), ModelError, says(part))

template <class M>
struct ModeOf;
template <class Mode>
struct ModeOf<Machine<Mode>> {
  using type = Mode;
};
template <class M>
using mode_of = typename ModeOf<std::remove_cvref_t<M>>::type;

/// At both ends of what a number holds.
template <class Mode>
struct Ends : Machine<Mode> {
  using Machine<Mode>::Machine;
  const Domain Low = integers("low", -most + 1, -most + 3);
  const Domain High = integers("high", most - 3, most - 1);
  Map<Mode> low{*this, "low", High, Low};
  Scalar<Mode> wide{*this, "wide", integers("wide", 0, most - 2)};
  void Init() {
    low.fill(-most + 1);
    wide = most - 3;
  }
  void Up(int h) {
    WHEN(below, low[h] < -most + 3);
    THEN(add, low[h] = low[h] + 1);
    THEN(widen, wide = most - 2);
  }
  void Next() { ACTION(Up, High); }
};

/// `arguments` of 2048 members each.
template <class Mode>
struct Instances : Machine<Mode> {
  using Machine<Mode>::Machine;
  const Domain Number = integers("number", 0, 2047);
  Scalar<Mode, bool> b{*this, "b", boolean()};
  void Init() {}
  void Act(int, int, int) { THEN(set, b = true); }
  void Next() { ACTION(Act, Number, Number, Number); }
};

auto nothing() {
  return claims(always("Nothing", "", [](const auto&) { return true; }));
}
System named_system(const char* name) {
  System system;
  system.name = name;
  return system;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(sizes)

BOOST_AUTO_TEST_CASE(of_domains) {
  BOOST_CHECK_EXCEPTION(integers("value", least, most), ModelError,
                        says("value: -2147483648..2147483647 is too large"));
  for (const auto& [low, high] : {std::pair{least, 0}, {0, most}, {-1, most - 1}, {-most, 0}})
    BOOST_CHECK_EXCEPTION(integers("value", low, high), ModelError, says("too large"));
  BOOST_TEST(integers("value", 0, most - 2).size() == most - 1);
  BOOST_CHECK_EXCEPTION(integers("value", 5, 3), ModelError, says("ends before it begins"));
  BOOST_TEST(integers("value", 5, 4).size() == 0);
  BOOST_CHECK_EXCEPTION(optional(integers("value", 0, most - 2)), ModelError, says("too large"));
  BOOST_CHECK_EXCEPTION(interchangeable("p", "p", -1), ModelError, says("p: -1 members"));
  BOOST_CHECK_EXCEPTION(interchangeable("p", "p", most), ModelError, says("members"));
}

BOOST_AUTO_TEST_CASE(of_variables) {
  CHECK_REFUSED("more than 64 members",
                Set<mode_of<decltype(machine)>> x(machine, "x", integers("n", 0, most - 2)));
  CHECK_REFUSED("more than 64 members",
                Message<mode_of<decltype(machine)>> x(
                    machine, "x", "M",
                    {{"a", integers("a", 0, most - 2)}, {"b", integers("b", 0, most - 2)}}));
  CHECK_REFUSED("more than 64 members",
                Message<mode_of<decltype(machine)>> x(
                    machine, "x", "M", {{"a", integers("a", 0, most - 2)}},
                    [](const std::vector<int>& values) { return values[0] == 0; }));
  // 2^64 of them are none, for a number of 64 bits.
  CHECK_REFUSED(
      "more than 65536 indices",
      Map<mode_of<decltype(machine)>> x(
          machine, "x", std::vector<Domain>(4, integers("n", 0, 65535)), integers("one", 0, 0)));
  CHECK_REFUSED("its range, nothing, is empty",
                Scalar<mode_of<decltype(machine)>> x(machine, "x", integers("nothing", 0, -1)));
  CHECK_REFUSED("a capacity of -1", Sequence<mode_of<decltype(machine)>> x(
                                        machine, "x", {}, {{"n", integers("n", 0, 1)}}, -1));
  // 2 bits each: 2^32 bits are none, for a number of 32.
  BOOST_CHECK_THROW(declare([](auto& machine) {
                      Sequence<mode_of<decltype(machine)>> x(machine, "x", {},
                                                             {{"n", integers("n", 0, 1)}}, most);
                    }),
                    StateTooLarge);
}

BOOST_AUTO_TEST_CASE(of_sets_of_processes) {
  BOOST_CHECK_EXCEPTION(Subsets(interchangeable("p", "p", 64), 2), ModelError, says("64 members"));
  BOOST_CHECK_EXCEPTION(
      FaultySets(interchangeable("p", "p", 70), 1, [](std::uint64_t) { return true; }), ModelError,
      says("70 members"));
  const ParameterSpec many =
      subset("who", "", std::vector<std::string>(40, "x"), [](const Parameters&) { return 31; },
             {{"all", [](const Parameters&) { return 1; }}});
  BOOST_CHECK_EXCEPTION(many.high.value({}), ModelError, says("who has 31 members"));
}

BOOST_AUTO_TEST_CASE(of_actions) {
  const System system = define<Instances>(named_system("instances"), nothing());
  BOOST_CHECK_EXCEPTION(system.instantiate({}, {}), ModelError,
                        says("instances: Act: the actions have more than"));
}

BOOST_AUTO_TEST_CASE(just_below_the_limits_are_sizes_like_others) {
  const System system = define<Ends>(named_system("ends"), nothing());
  const auto model = system.instantiate({}, {});
  BOOST_TEST(model->bits() == 3U * 2 + 31);
  const std::string differs = disagreement(*model);
  BOOST_CHECK_MESSAGE(differs.empty(), differs);
  // Each of three goes up twice; `wide` changes with the first step.
  BOOST_TEST(search(*model, {}).distinct == 27U);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace synod::test
