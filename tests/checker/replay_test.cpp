// Counterexamples as files, and the replayer that every one of them has to convince.
#include "checker/replay/replay.hpp"

#include <fmt/format.h>

#include <boost/test/unit_test.hpp>
#include <random>
#include <set>

#include "checker/input/input.hpp"
#include "checker/run/run.hpp"
#include "model/catalogue.hpp"
#include "tests/checker/tiny_systems.hpp"
#include "tests/support/agreement.hpp"
#include "tests/support/labels.hpp"

namespace synod::test {
namespace {

/// A trace and the model that it is a behaviour of.
struct Example {
  const System* system;
  Parameters parameters;
  Trace trace;

  std::unique_ptr<Observer> observer() const {
    const auto model = system->instantiate(parameters, trace.drops);
    return trace.normalised ? model->normalised()->observer() : model->observer();
  }
  std::string name() const {
    std::string text = trace.protocol + " " + trace.mutant;
    for (const Drop& drop : trace.drops) text += " without " + drop.text();
    return text + ": " + trace.property;
  }
};

void add_example(std::vector<Example>& examples, RunRequest request) {
  // A counterexample from a large space is no other kind of example.
  request.search.max_states = 20'000;
  const RunReport report = run_check(request);
  if (report.trace) examples.push_back({request.system, request.parameters, *report.trace});
}

RunRequest drop_request(const System& system, const Assignments& assignments,
                        std::vector<Drop> drops) {
  RunRequest request;
  request.system = &system;
  request.parameters = resolve_parameters(system, assignments);
  request.drops = std::move(drops);
  return request;
}

/// The counterexamples of mutants, of dropped parts and of tiny models that a small search finds.
const std::vector<Example>& examples() {
  static const std::vector<Example> all = [] {
    std::vector<Example> found;
    for (const System& system : catalogue()) {
      for (const Mutant& mutant : system.mutants)
        add_example(found, mutant_request(system, mutant));
      Assignments small = system.instances.front().parameters;
      for (const ParameterSpec& spec : system.parameters)
        if (spec.name == "crash") small.emplace_back("crash", spec.choices.back());
      for (const NamedDrop& part : all_drops(system, resolve_parameters(system, small)))
        add_example(found, drop_request(system, small, {part.drop}));
    }
    for (const TinyCase& tiny : tiny_cases()) {
      RunRequest request = drop_request(tiny.system, tiny.parameters, {});
      request.properties = tiny.asked_for;
      add_example(found, request);
    }
    return found;
  }();
  return all;
}

std::vector<System> all_systems() {
  std::vector<System> systems = catalogue();
  systems.insert(systems.end(), tiny_systems().begin(), tiny_systems().end());
  return systems;
}

std::string verdict(const Replay& replay) {
  return replay.valid ? "valid" : fmt::format("invalid at {}", replay.step);
}

std::string invalid_at(std::size_t step) { return fmt::format("invalid at {}", step); }

/// A cell set to another value that it can hold; nothing when it can hold only one.
std::optional<Cells> with_another_value(const Observer& observer, Cells state, std::size_t cell) {
  for (const VariableInfo& variable : observer.variables()) {
    if (cell < variable.first_cell || cell >= variable.first_cell + variable.cells) continue;
    // Sets differ in a bit; other variables by what some random state holds there.
    if (variable.bits == 0) return std::nullopt;
    if (variable.holds == Holds::set) {
      state[cell] ^= std::uint64_t{1} << (variable.bits - 1);
      return state;
    }
    std::mt19937_64 random(cell);
    for (int attempt = 0; attempt < 1000; ++attempt) {
      const std::uint64_t other = random_cells({variable}, random)[cell - variable.first_cell];
      if (other == state[cell]) continue;
      state[cell] = other;
      return state;
    }
    return std::nullopt;
  }
  throw ModelError("no such cell");
}

}  // namespace

BOOST_AUTO_TEST_SUITE(traces)

BOOST_AUTO_TEST_CASE(there_are_examples_of_every_kind_of_property) {
  std::set<PropertyKind> kinds;
  for (const Example& example : examples()) {
    const auto observer = example.observer();
    const auto& properties = observer->properties();
    kinds.insert(properties[find_property(properties, example.trace.property)].kind);
  }
  BOOST_TEST(kinds.size() == 7U);
  BOOST_TEST(examples().size() >= 50U);
}

BOOST_AUTO_TEST_CASE(every_example_is_written_read_back_and_replayed) {
  const std::vector<System> systems = all_systems();
  for (const Example& example : examples()) {
    BOOST_TEST_CONTEXT(example.name()) {
      const auto observer = example.observer();
      const std::string text = write_itf(example.trace, observer->variables());
      const LoadedTrace loaded = read_itf(text, "trace", systems);
      BOOST_TEST(loaded.system->name == example.system->name);
      BOOST_TEST(loaded.trace.protocol == example.trace.protocol);
      BOOST_TEST((loaded.trace.parameters == example.trace.parameters));
      BOOST_TEST(loaded.trace.mutant == example.trace.mutant);
      BOOST_TEST((loaded.trace.drops == example.trace.drops));
      BOOST_TEST(loaded.trace.property == example.trace.property);
      BOOST_TEST(loaded.trace.witness == example.trace.witness);
      BOOST_TEST((loaded.trace.states == example.trace.states));
      BOOST_TEST((loaded.trace.actions == example.trace.actions));
      BOOST_TEST((loaded.trace.refused_action == example.trace.refused_action));
      BOOST_TEST(write_itf(loaded.trace, loaded.model->observer()->variables()) == text);
      BOOST_TEST(verdict(replay(*loaded.model->observer(), loaded.trace)) == "valid");
    }
  }
}

// States that no behaviour has: every kind of variable at random values.
BOOST_AUTO_TEST_CASE(random_states_are_read_back_equal) {
  std::mt19937_64 random(5);
  const std::vector<System> systems = {kinds_system(), wide_system(), catalogue()[0],
                                       catalogue()[1]};
  for (const System& system : systems) {
    const auto observer = system.instantiate(resolve_parameters(system, {}), {})->observer();
    Trace trace;
    trace.protocol = system.name;
    trace.property = "TypeOK";
    for (int i = 0; i < 50; ++i) {
      Cells state = observer->initial().front();
      for (std::size_t cell = 0; cell < state.size(); ++cell)
        for (std::uint64_t times = random() % 8; times > 0; --times)
          state = with_another_value(*observer, state, cell).value_or(state);
      trace.states.push_back(state);
      if (i > 0) trace.actions.emplace_back("Any");
    }
    const LoadedTrace loaded = read_itf(write_itf(trace, observer->variables()), "trace", systems);
    BOOST_TEST((loaded.trace.states == trace.states), system.name);
  }
}

BOOST_AUTO_TEST_SUITE_END()

// A trace that was tampered with, and the state where the replay has to notice.
BOOST_AUTO_TEST_SUITE(replay_rejects)

BOOST_AUTO_TEST_CASE(a_changed_value_in_any_state) {
  for (const Example& example : examples()) {
    const auto observer = example.observer();
    const std::size_t cells = example.trace.states[0].size();
    // Every cell of a small model, some of a large one.
    for (std::size_t i = 0; i < example.trace.states.size(); ++i) {
      for (std::size_t cell = i % 3; cell < cells; cell += cells > 20 ? 7 : 1) {
        Trace tampered = example.trace;
        const auto other = with_another_value(*observer, tampered.states[i], cell);
        if (!other) continue;
        tampered.states[i] = *other;
        BOOST_TEST(verdict(replay(*observer, tampered)) == invalid_at(i),
                   example.name() << ", state " << i << ", cell " << cell);
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(a_wrong_initial_state) {
  for (const Example& example : examples()) {
    if (example.trace.states.size() < 2) continue;
    Trace tampered = example.trace;
    tampered.states.erase(tampered.states.begin());
    tampered.actions.erase(tampered.actions.begin());
    BOOST_TEST(verdict(replay(*example.observer(), tampered)) == invalid_at(0), example.name());
  }
}

// A counterexample is a shortest path, so no action leads past the removed state; and without its
// last state it ends too early to show anything.
BOOST_AUTO_TEST_CASE(a_removed_state) {
  for (const Example& example : examples()) {
    if (example.trace.loop) continue;  // other states than the removed one are out of place then
    const std::size_t last = example.trace.states.size() - 1;
    for (std::size_t i = 1; i <= last; ++i) {
      Trace tampered = example.trace;
      tampered.states.erase(tampered.states.begin() + static_cast<std::ptrdiff_t>(i));
      tampered.actions.erase(tampered.actions.begin() + static_cast<std::ptrdiff_t>(i - 1));
      BOOST_TEST(
          verdict(replay(*example.observer(), tampered)) == invalid_at(i == last ? last - 1 : i),
          example.name() << ", state " << i);
    }
  }
}

BOOST_AUTO_TEST_CASE(two_swapped_actions) {
  for (const Example& example : examples()) {
    for (std::size_t i = 1; i < example.trace.actions.size(); ++i) {
      Trace tampered = example.trace;
      if (tampered.actions[i - 1] == tampered.actions[i]) continue;
      std::swap(tampered.actions[i - 1], tampered.actions[i]);
      BOOST_TEST(verdict(replay(*example.observer(), tampered)) == invalid_at(i),
                 example.name() << ", step " << i);
    }
  }
}

BOOST_AUTO_TEST_CASE(two_swapped_states) {
  for (const Example& example : examples()) {
    for (std::size_t i = 2; i < example.trace.states.size(); ++i) {
      Trace tampered = example.trace;
      if (tampered.states[i - 1] == tampered.states[i]) continue;
      std::swap(tampered.states[i - 1], tampered.states[i]);
      BOOST_TEST(verdict(replay(*example.observer(), tampered)) == invalid_at(i - 1),
                 example.name() << ", state " << i);
    }
  }
}

BOOST_AUTO_TEST_CASE(an_action_that_does_not_exist) {
  for (const Example& example : examples()) {
    for (std::size_t i = 0; i < example.trace.actions.size(); ++i) {
      for (const std::string& name :
           {std::string("NoSuchAction"), std::string(), example.trace.actions[i] + "x",
            example.trace.actions[i] + "(1)", std::string("Phase1a(9)")}) {
        Trace tampered = example.trace;
        tampered.actions[i] = name;
        BOOST_TEST(verdict(replay(*example.observer(), tampered)) == invalid_at(i + 1),
                   example.name() << ", action " << name);
      }
    }
  }
}

// Every other property of the model that holds along the path: the trace does not show that it
// fails.
BOOST_AUTO_TEST_CASE(a_property_that_does_not_fail_at_the_end) {
  std::set<PropertyKind> kinds;
  for (const Example& example : examples()) {
    const auto observer = example.observer();
    const Cells& last = example.trace.states.back();
    const std::size_t end = example.trace.states.size() - 1;
    for (std::size_t i = 0; i < observer->properties().size(); ++i) {
      const PropertyInfo& info = observer->properties()[i];
      if (info.name == example.trace.property || !info.applies) continue;
      bool fails = false;
      switch (info.kind) {
        case PropertyKind::initially: fails = false; break;  // no initial state is tampered with
        case PropertyKind::constraint: continue;
        case PropertyKind::always: fails = !observer->judge(last, i).holds; break;
        case PropertyKind::reachable: fails = observer->judge(last, i).holds; break;
        case PropertyKind::step:
          fails = end > 0 && !observer->judge_step(example.trace.states[end - 1], last, i).holds;
          break;
        case PropertyKind::deadlock_free:
          fails = observer->successors(last, nullptr).empty();
          break;
        case PropertyKind::always_possible: continue;  // needs the whole space; see below
        case PropertyKind::named:
        case PropertyKind::temporal: continue;  // no matter of an end
        case PropertyKind::type_ok: break;
      }
      if (fails) continue;
      kinds.insert(info.kind);
      Trace tampered = example.trace;
      tampered.property = info.name;
      tampered.witness = info.kind == PropertyKind::reachable;
      tampered.refused_action.reset();
      BOOST_TEST(verdict(replay(*observer, tampered)) == invalid_at(end),
                 example.name() << " claims " << info.name);
    }
  }
  BOOST_TEST(kinds.size() == 5U);
}

// The goal of an always_possible property is reachable from every state of the path but the last.
BOOST_AUTO_TEST_CASE(a_state_that_is_not_stuck) {
  std::size_t tried = 0;
  for (const Example& example : examples()) {
    const auto observer = example.observer();
    const std::size_t property = find_property(observer->properties(), example.trace.property);
    if (observer->properties()[property].kind != PropertyKind::always_possible) continue;
    Trace tampered = example.trace;
    while (tampered.states.size() > 1) {
      tampered.states.pop_back();
      tampered.actions.pop_back();
      BOOST_TEST(verdict(replay(*observer, tampered)) == invalid_at(tampered.states.size() - 1),
                 example.name());
      ++tried;
    }
  }
  BOOST_TEST(tried >= 4U);
}

// What TypeOK refuses has to leave a range when it is tried.
BOOST_AUTO_TEST_CASE(a_refused_action_that_stays_in_range) {
  std::size_t tried = 0;
  for (const Example& example : examples()) {
    if (!example.trace.refused_action) continue;
    const auto observer = example.observer();
    const std::size_t end = example.trace.states.size() - 1;
    Trace tampered = example.trace;
    tampered.refused_action.reset();
    BOOST_TEST(verdict(replay(*observer, tampered)) == invalid_at(end));
    for (const ActionInfo& action : observer->actions()) {
      for (std::uint32_t i = 0; i < action.labels; ++i) {
        if (observer->attempt(example.trace.states[end], action.first_label + i).out_of_range)
          continue;
        tampered.refused_action = label_text(*observer, action.first_label + i);
        BOOST_TEST(verdict(replay(*observer, tampered)) == invalid_at(end));
        ++tried;
      }
    }
  }
  BOOST_TEST(tried >= 2U);
}

// A witness is reached and never violated; everything else the other way round.
BOOST_AUTO_TEST_CASE(a_verdict_that_the_property_cannot_have) {
  for (const Example& example : examples()) {
    Trace tampered = example.trace;
    tampered.witness = !tampered.witness;
    BOOST_TEST(verdict(replay(*example.observer(), tampered)) ==
                   invalid_at(example.trace.states.size() - 1),
               example.name());
  }
}

BOOST_AUTO_TEST_CASE(no_state_at_all) {
  Trace empty = examples()[0].trace;
  empty.states.clear();
  empty.actions.clear();
  BOOST_TEST(verdict(replay(*examples()[0].observer(), empty)) == invalid_at(0));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace synod::test
