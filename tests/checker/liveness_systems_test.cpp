// What small models do in the long run, as a user would ask; and files of behaviours without end
// that say what is not so.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <atomic>
#include <boost/test/unit_test.hpp>
#include <chrono>
#include <thread>

#include "checker/input/input.hpp"
#include "checker/replay/replay.hpp"
#include "checker/report/text.hpp"
#include "checker/run/run.hpp"
#include "tests/checker/liveness_systems.hpp"

namespace synod::test {
namespace {

RunReport run(const LivenessCase& one, const SearchOptions& options) {
  RunRequest request;
  request.system = &one.system;
  request.parameters = resolve_parameters(one.system, one.parameters);
  request.ltl = one.formula;
  request.fairness = one.fairness;
  request.unfair = one.unfair;
  request.search = options;
  return run_check(request);
}

RunReport run(const LivenessCase& one, std::size_t threads) {
  SearchOptions options;
  options.threads = threads;
  return run(one, options);
}

std::string name(const LivenessCase& one) {
  return fmt::format("{} {} {} assuming {} but {}", one.system.name,
                     join_assignments(one.parameters), one.formula, one.fairness, one.unfair);
}

/// "A(0) B(0) | C(0)": what leads to the loop, and the loop.
std::string behaviour(const Trace& trace, bool shortened) {
  std::string text = shortened ? "... " : "";
  for (std::size_t i = 0; i < trace.actions.size(); ++i) {
    if (i == *trace.loop) text += "| ";
    if (i >= *trace.loop || !shortened) text += trace.actions[i] + " ";
  }
  if (*trace.loop == trace.actions.size()) text += "| ";
  text += trace.loop_action.value_or("");
  while (text.ends_with(' ')) text.pop_back();
  return text;
}

/// The temporal property that a case is about.
PropertyResult judged(const LivenessCase& one, const RunReport& report) {
  for (std::size_t i = 0; i < report.properties.size(); ++i)
    if (report.properties[i].kind == PropertyKind::temporal &&
        (one.formula.empty() || report.properties[i].name == Trace::ad_hoc))
      return report.result.properties[i];
  throw ModelError("no temporal property");
}

void check_case(const LivenessCase& one, std::size_t threads) {
  BOOST_TEST_CONTEXT(name(one) << ", " << threads << " threads: " << one.because) {
    const RunReport report = run(one, threads);
    BOOST_TEST(verdict_name(report.verdict) == verdict_name(one.verdict));
    BOOST_TEST(judged(one, report).cut == one.cut);
    BOOST_TEST(report.trace.has_value() == !one.behaviour.empty());
    if (report.trace && !one.behaviour.empty())
      BOOST_TEST(behaviour(*report.trace, one.behaviour.starts_with("...")) == one.behaviour);
  }
}

/// A behaviour without end that a case shows, and the model that it is of.
struct Example {
  const LivenessCase* from;
  Trace trace;

  std::unique_ptr<Observer> observer() const {
    return from->system.instantiate(resolve_parameters(from->system, from->parameters), {})
        ->observer();
  }
  std::string text() const { return write_itf(trace, observer()->variables()); }
};

/// The short ones.
const std::vector<Example>& examples() {
  static const std::vector<Example> all = [] {
    std::vector<Example> found;
    for (const LivenessCase& one : liveness_cases())
      if (!one.behaviour.empty() && one.system.name != "ring")
        found.push_back({&one, *run(one, 1).trace});
    return found;
  }();
  return all;
}

std::string verdict(const Example& example, const Trace& trace) {
  const Replay replayed = replay(*example.observer(), trace);
  return replayed.valid ? "valid" : replayed.reason;
}

const Example& example(const std::string& drawing, const std::string& behaviour) {
  for (const Example& each : examples())
    if (each.from->parameters.size() == 1 && each.from->parameters[0].second == drawing &&
        each.from->behaviour == behaviour)
      return each;
  throw ModelError("no such example");
}

}  // namespace

BOOST_AUTO_TEST_SUITE(liveness)

BOOST_AUTO_TEST_CASE(each_shows_what_it_was_made_for) {
  for (const LivenessCase& one : liveness_cases()) {
    check_case(one, 1);
    check_case(one, 2);
    if (one.system.name == "ring") check_case(one, 4);
  }
}

// The ring is large enough for several workers to take part.
BOOST_AUTO_TEST_CASE(the_same_behaviour_with_any_number_of_threads) {
  for (const LivenessCase& one : liveness_cases()) {
    if (one.behaviour.empty()) continue;
    const RunReport alone = run(one, 1);
    const RunReport together = run(one, 4);
    BOOST_REQUIRE((alone.trace && together.trace));
    BOOST_TEST((alone.trace->states == together.trace->states), name(one));
    BOOST_TEST((alone.trace->actions == together.trace->actions), name(one));
    BOOST_TEST((alone.trace->loop == together.trace->loop), name(one));
    BOOST_TEST((alone.trace->loop_action == together.trace->loop_action), name(one));
    if (one.system.name == "ring") BOOST_TEST(alone.result.distinct >= 22'858U);
  }
}

const LivenessCase& ring(Verdict verdict) {
  for (const LivenessCase& one : liveness_cases())
    if (one.system.name == "ring" && one.verdict == verdict) return one;
  throw ModelError("no such case");
}

// Room for the states, but not for their graph, or for questions about it; or not even for them.
BOOST_AUTO_TEST_CASE(without_memory_nothing_is_known) {
  for (const Verdict verdict : {Verdict::holds, Verdict::violated}) {
    const LivenessCase& one = ring(verdict);
    std::size_t no_answer = 0;
    std::size_t enough = 0;
    for (std::size_t memory = 400'000; memory <= 4'000'000; memory += 200'000) {
      for (const std::size_t threads : {1, 2}) {
        SearchOptions options;
        options.threads = threads;
        options.memory = memory;
        const RunReport report = run(one, options);
        if (report.result.stop == Stop::exhausted && !report.temporal_stop) {
          BOOST_TEST((report.verdict == verdict));
          ++enough;
          continue;
        }
        BOOST_TEST((report.temporal_stop.value_or(report.result.stop) == Stop::memory));
        BOOST_TEST((report.verdict == Verdict::incomplete));
        BOOST_TEST((judged(one, report).verdict == PropertyVerdict::incomplete));
        no_answer += report.result.explored ? 1 : 0;
      }
    }
    BOOST_TEST(no_answer >= 2U);
    BOOST_TEST(enough >= 2U);
  }
}

// Whenever that is.
BOOST_AUTO_TEST_CASE(interrupted_nothing_is_known) {
  std::size_t incomplete = 0;
  for (const Verdict verdict : {Verdict::holds, Verdict::violated}) {
    const LivenessCase& one = ring(verdict);
    const RunReport whole = run(one, 2);
    for (int attempt = 0; attempt < 12; ++attempt) {
      std::atomic<bool> interrupted{attempt == 0};
      SearchOptions options;
      options.threads = 2;
      options.interrupted = &interrupted;
      std::thread user([&] {
        std::this_thread::sleep_for(std::chrono::duration<double>(whole.result.seconds) * attempt /
                                    12);
        interrupted.store(true);
      });
      const RunReport report = run(one, options);
      user.join();
      if (report.verdict == Verdict::incomplete) {
        BOOST_TEST((judged(one, report).verdict == PropertyVerdict::incomplete));
        BOOST_TEST(!report.trace.has_value());
        ++incomplete;
        continue;
      }
      BOOST_TEST((report.verdict == verdict));
      BOOST_TEST(report.trace.has_value() == whole.trace.has_value());
      if (report.trace) BOOST_TEST((report.trace->states == whole.trace->states));
    }
  }
  BOOST_TEST(incomplete >= 2U);
}

// What is always possible is so by way of all steps that the search takes, also those that a bound
// cuts off in part.
BOOST_AUTO_TEST_CASE(always_possible_by_a_step_that_is_cut_off_in_part) {
  for (const char* const room : {"1", "2"}) {
    RunRequest request;
    request.system = &outbox_system();
    request.parameters = resolve_parameters(outbox_system(), {{"in_flight", room}});
    BOOST_TEST(verdict_name(run_check(request).verdict) == "holds");
  }
}

BOOST_AUTO_TEST_CASE(every_behaviour_is_written_read_back_and_replayed) {
  const std::vector<System> systems = liveness_systems();
  BOOST_TEST(examples().size() >= 20U);
  for (const Example& example : examples()) {
    BOOST_TEST_CONTEXT(name(*example.from)) {
      const std::string text = example.text();
      const LoadedTrace loaded = read_itf(text, "trace", systems);
      BOOST_TEST(loaded.trace.formula == example.trace.formula);
      BOOST_TEST((loaded.trace.fairness == example.trace.fairness));
      BOOST_TEST((loaded.trace.states == example.trace.states));
      BOOST_TEST((loaded.trace.actions == example.trace.actions));
      BOOST_TEST((loaded.trace.loop == example.trace.loop));
      BOOST_TEST((loaded.trace.loop_action == example.trace.loop_action));
      BOOST_TEST(write_itf(loaded.trace, loaded.model->observer()->variables()) == text);
      BOOST_TEST(verdict(example, loaded.trace) == "valid");
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()

// A behaviour that was tampered with.
BOOST_AUTO_TEST_SUITE(replay_rejects_loops)

BOOST_AUTO_TEST_CASE(that_go_back_to_another_state) {
  std::size_t tried = 0;
  for (const Example& example : examples()) {
    if (!example.trace.loop_action) continue;
    for (std::size_t loop = 0; loop < example.trace.states.size(); ++loop) {
      if (loop == *example.trace.loop) continue;
      Trace tampered = example.trace;
      tampered.loop = loop;
      BOOST_TEST(verdict(example, tampered) != "valid", name(*example.from));
      ++tried;
    }
  }
  BOOST_TEST(tried >= 10U);
}

BOOST_AUTO_TEST_CASE(that_go_back_by_another_action) {
  for (const Example& example : examples()) {
    if (!example.trace.loop_action) continue;
    for (const char* const action : {"", "Nothing", "A", "A(2)", "B(1)", "C(1)", "Step(p3)"}) {
      Trace tampered = example.trace;
      tampered.loop_action = action;
      BOOST_TEST(verdict(example, tampered) != "valid", name(*example.from) << action);
    }
  }
}

// Where it stays, no step leads on; where it goes round, it may not stay instead.
BOOST_AUTO_TEST_CASE(that_stay_where_they_have_to_go_on) {
  for (const Example& example : examples()) {
    Trace tampered = example.trace;
    if (example.trace.loop_action) {
      if (example.trace.fairness.empty()) continue;
      tampered.loop = tampered.states.size() - 1;
      tampered.loop_action.reset();
      const std::string found = verdict(example, tampered);
      BOOST_TEST(found.find("not fair") != std::string::npos, name(*example.from) << found);
    } else {
      for (const char* const action : {"A(0)", "B(0)", "C(0)", "Step(p1)", "Wait", "GiveUp"}) {
        tampered.loop_action = action;
        BOOST_TEST(verdict(example, tampered) != "valid", name(*example.from) << action);
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(that_end_in_another_state) {
  for (const Example& example : examples()) {
    for (std::uint64_t value = 0; value < 4; ++value) {
      Trace tampered = example.trace;
      if (tampered.states.back()[0] == value) continue;
      tampered.states.back()[0] = value;
      BOOST_TEST(verdict(example, tampered) != "valid", name(*example.from));
    }
    if (example.trace.states.size() == 1) continue;
    Trace tampered = example.trace;
    tampered.states.pop_back();
    tampered.actions.pop_back();
    if (tampered.loop == tampered.states.size()) tampered.loop = tampered.states.size() - 1;
    BOOST_TEST(verdict(example, tampered) != "valid", name(*example.from));
  }
}

BOOST_AUTO_TEST_CASE(that_are_not_fair_in_this_way) {
  struct Row {
    const char* drawing;
    const char* behaviour;
    const char* fairness;
    const char* says;
  };
  const std::vector<Row> rows = {
      {"way_out", "| B(0) C(0)", "SF(A)", "SF(A) does not hold"},
      {"way_out", "| B(0) C(0)", "SF(A by which)", "SF(A by which=0) does not hold"},
      {"way_out", "| B(0) C(0)", "FIN(C)", "FIN(C) does not hold"},
      {"way_out", "B(0) |", "WF(C)", "WF(C) does not hold"},
      {"way_out", "B(0) |", "WF(*)", "WF(*) does not hold"},
      {"way_out", "B(0) |", "SF(B, C)", "SF(B, C) does not hold"},
      {"two_ways_on", "| A(0) C(0)", "FIN(A)", "FIN(A) does not hold"},
      {"round", "| A(0) B(0)", "FIN(A, C)", "FIN(A, C) does not hold"},
      // These are no more than it does.
      {"way_out", "| B(0) C(0)", "WF(*)", "valid"},
      {"way_out", "| B(0) C(0)", "SF(B by which)", "valid"},
      {"way_out", "| B(0) C(0)", "FIN(A)", "valid"},
      {"way_out", "B(0) |", "FIN(*)", "valid"},
  };
  for (const Row& row : rows) {
    const Example& example = test::example(row.drawing, row.behaviour);
    Trace tampered = example.trace;
    tampered.fairness.emplace_back(row.fairness);
    BOOST_TEST(verdict(example, tampered).find(row.says) != std::string::npos,
               row.fairness << ": " << verdict(example, tampered));
  }
}

BOOST_AUTO_TEST_CASE(that_satisfy_the_formula) {
  for (const Example& example : examples()) {
    Trace tampered = example.trace;
    tampered.formula = "! (" + example.trace.formula + ")";
    const std::string found = verdict(example, tampered);
    BOOST_TEST(found.find("the run satisfies") != std::string::npos, name(*example.from) << found);
    tampered.formula = "TRUE";
    BOOST_TEST(verdict(example, tampered) == "the run satisfies TRUE");
  }
}

// What cannot be read at all.
BOOST_AUTO_TEST_CASE(that_no_file_can_hold) {
  struct Row {
    const char* from;
    const char* to;
    std::vector<std::string> says;
  };
  // A(0) B(0) back to 0.
  const std::vector<Row> rows = {
      {"\"loop\": 0", "\"loop\": 2", {"/loop", "the number of a state"}},
      {"\"loop\": 0", "\"loop\": -1", {"/loop", "the number of a state", "'-1'"}},
      {"\"loop\": 0", "\"loop\": 0.0", {"/loop", "the number of a state"}},
      {"\"loop\": 0", "\"loop\": \"0\"", {"/loop", "the number of a state"}},
      {"\"loop\": 0", "\"loop\": null", {"'--ltl'"}},
      {"\"loop\": 0", "\"loop\": 18446744073709551615", {"/loop", "the number of a state"}},
      {"\"loop_action\":\"B(0)\"", "\"loop_action\":7", {"/#meta/loop_action", "string"}},
      {"\"loop_action\":\"B(0)\"", "\"loop_action\":null", {"/#meta/loop_action", "string"}},
      {"\"loop_action\":\"B(0)\"",
       "\"loop_action\":\"B(0)\\n\"",
       {"/#meta/loop_action", "printable"}},
      {",\"loop_action\":\"B(0)\"", "", {"/#meta", "loop_action", "state 0"}},
      {"\"fairness\":[\"WF(A)\",\"WF(C)\"]",
       "\"fairness\":\"WF(A)\"",
       {"/#meta/fairness", "array"}},
      {"\"fairness\":[\"WF(A)\"", "\"fairness\":[3", {"/#meta/fairness", "strings such as WF"}},
      {"\"fairness\":[\"WF(A)\",\"WF(C)\"],", "", {"/#meta/fairness"}},
      {"\"formula\":\"<> P\"", "\"formula\":[]", {"/#meta/formula", "string"}},
      {"\"formula\":\"<> P\",", "", {"/#meta/formula"}},
      {"\"formula\":\"<> P\"", "\"formula\":\"<> (P\"", {"'<> (P'", "character"}},
      {"\"formula\":\"<> P\"", "\"formula\":\"<> Pp\"", {"'Pp'", "did you mean P"}},
      {"\"fairness\":[\"WF(A)\"", "\"fairness\":[\"WF(D)\"", {"'WF(D)'", "'D'"}},
      {"\"fairness\":[\"WF(A)\"", "\"fairness\":[\"UF(A)\"", {"'UF(A)'", "WF(Action)"}},
      {"\"fairness\":[\"WF(A)\"", "\"fairness\":[\"WF(A by who)\"", {"'who'", "which"}},
      {"\"normalised\":false",
       "\"normalised\":false,\"refused_action\":\"A(0)\"",
       {"/#meta", "refused_action", "not TypeOK"}},
      {"\"normalised\":false", "\"normalised\":0", {"/#meta/normalised", "true or false"}},
      {"\"normalised\":false", "\"normalised\":true", {"/#meta", "normal form"}},
      {"\"property\":\"--ltl\"", "\"property\":\"P\"", {"P is no temporal property"}},
      {"\"property\":\"--ltl\"", "\"property\":\"Pp\"", {"'Pp'"}},
      {",\n \"loop\": 0", "", {"'--ltl'"}},
  };
  const std::vector<System> systems = liveness_systems();
  const std::string whole = example("round", "| A(0) B(0)").text();
  for (const Row& row : rows) {
    BOOST_TEST_CONTEXT(row.from << " becomes " << row.to) {
      std::string text = whole;
      const std::size_t at = text.find(row.from);
      BOOST_REQUIRE(at != std::string::npos);
      text.replace(at, std::string_view(row.from).size(), row.to);
      std::string said = "accepted";
      try {
        read_itf(text, "file", systems);
      } catch (const InputError& error) {
        said = error.what();
      }
      BOOST_TEST(said.starts_with("file: at /"), said);
      BOOST_TEST(said.find('\n') == std::string::npos, said);
      for (const std::string& part : row.says)
        BOOST_TEST(said.find(part) != std::string::npos, said);
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace synod::test
