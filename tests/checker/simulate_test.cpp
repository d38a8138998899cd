// Random walks: each is a behaviour, what they find is real, what they count is what happened, and
// all of it depends on the seed alone. The walks are judged a second time by the observer, which
// shares neither packing nor expansion with them.
#include "checker/search/simulate.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <set>

#include "checker/input/input.hpp"
#include "checker/run/run.hpp"
#include "model/catalogue.hpp"
#include "tests/checker/random_model.hpp"
#include "tests/support/agreement.hpp"

namespace synod::test {
namespace {

RunRequest request_of(const std::string& name, const Assignments& assignments = {}) {
  RunRequest request;
  request.system = &find_system(catalogue(), name);
  request.parameters = parameters_of(*request.system, assignments);
  request.walks = WalkOptions{};
  return request;
}

std::unique_ptr<ModelInstance> model_of(const RunRequest& request) {
  return request.system->instantiate(request.parameters, request.drops);
}

/// Mutants that walks of seed 0 refute.
std::vector<RunRequest> refuted_mutants() {
  const std::vector<std::pair<const char*, const char*>> names = {
      {"byzantine_om", "three_generals"},
      {"byzantine_om", "six_generals"},
      {"chandy_lamport", "late_marker"},
      {"flp", "does_not_adopt"},
      {"paxos", "forgotten_promise"},
      {"paxos", "literal_accept"},
      {"raft", "two_votes"},
      {"raft", "half_is_enough"},
      {"transaction_commit", "early_commit"},
      {"transaction_commit", "change_of_mind"},
      {"two_phase_commit", "unlogged_vote"},
      {"two_phase_commit", "moved_workspace"},
      {"two_phase_commit", "sent_before_logged"}};
  std::vector<RunRequest> requests;
  for (const auto& [system, mutant] : names) {
    const System& found = find_system(catalogue(), system);
    requests.push_back(mutant_request(found, find_mutant(found, mutant)));
    requests.back().walks = WalkOptions{};
  }
  return requests;
}

/// What walks covered, as one by one and by the observer alone.
struct Recount {
  std::uint64_t steps = 0;
  std::uint64_t longest = 0;
  std::uint64_t ended = 0;
  std::uint64_t enabled = 0;
  std::set<Cells> states;
  std::vector<std::uint64_t> fired;
  std::vector<std::optional<std::pair<std::uint64_t, std::uint64_t>>> reached;
  /// The first state, by walk and step, in which a predicate that is always to hold does not.
  std::optional<std::pair<std::uint64_t, std::uint64_t>> violated;
  std::string wrong;
};

class Recounting {
 public:
  Recounting(const RunRequest& request, PropertySet always, std::uint64_t walks)
      : model_(model_of(request)), observer_(model_->observer()), always_(always) {
    result_.fired.resize(model_->actions().size());
    result_.reached.resize(model_->properties().size());
    for (std::uint64_t walk = 0; walk < walks && !result_.violated; ++walk)
      count(walk, states_of_walk(*model_, *request.walks, walk), request.walks->steps);
  }
  const Recount& result() const { return result_; }

 private:
  void count(std::uint64_t walk, const std::vector<PackedState>& packed, std::uint64_t most) {
    std::vector<Cells> states;
    for (const PackedState& state : packed) states.push_back(model_->unpack(state.data()));
    const std::vector<Cells> initial = observer_->initial();
    if (std::find(initial.begin(), initial.end(), states[0]) == initial.end())
      result_.wrong += fmt::format(" walk {} begins nowhere;", walk);
    for (std::uint64_t step = 0; step < states.size(); ++step) {
      const bool last = step + 1 == states.size();
      visit(walk, step, states[step], last ? nullptr : &states[step + 1]);
      result_.longest = std::max(result_.longest, step);
      if (result_.violated) return;
      if (!last) ++result_.steps;
      if (last && step < most) {
        ++result_.ended;
        if (changes_) result_.wrong += fmt::format(" walk {} ends for no reason;", walk);
      }
    }
  }

  void visit(std::uint64_t walk, std::uint64_t step, const Cells& state, const Cells* next) {
    result_.states.insert(state);
    bool found = next == nullptr;
    changes_ = false;
    for (const Observer::Successor& successor : observer_->successors(state, nullptr)) {
      ++result_.enabled;
      for (std::size_t i = 0; i < observer_->actions().size(); ++i)
        if (observer_->actions()[i].has(successor.label)) ++result_.fired[i];
      changes_ = changes_ || successor.state != state;
      found = found || (successor.state == *next && successor.state != state);
    }
    if (!found) result_.wrong += fmt::format(" step {} of walk {} is none;", step, walk);
    for (std::size_t i = 0; i < model_->properties().size(); ++i) {
      const PropertyInfo& info = model_->properties()[i];
      if (!info.applies) continue;
      if (info.kind == PropertyKind::reachable && !result_.reached[i] &&
          observer_->judge(state, i).holds)
        result_.reached[i] = {walk, step};
      if (info.kind == PropertyKind::always && (always_ >> i & 1) != 0 &&
          !observer_->judge(state, i).holds)
        result_.violated = {walk, step};
    }
  }

  std::unique_ptr<ModelInstance> model_;
  std::unique_ptr<Observer> observer_;
  PropertySet always_;
  Recount result_;
  bool changes_ = false;
};

/// How a simulation differs from the recount of its walks.
std::string difference(const Recount& expected, const RunReport& found) {
  const WalkCoverage& coverage = *found.coverage;
  std::string text = expected.wrong;
  const auto compare = [&](const std::string& what, const auto& wanted, const auto& got) {
    if (wanted != got) text += fmt::format("\n  {}: expected {}, found {}", what, wanted, got);
  };
  compare("steps", expected.steps, coverage.steps);
  compare("longest", expected.longest, coverage.longest);
  compare("ended", expected.ended, coverage.ended);
  compare("enabled", expected.enabled, found.result.generated);
  std::uint64_t taken = 0;
  for (std::size_t i = 0; i < expected.fired.size(); ++i) {
    compare("firings of " + found.actions[i].name, expected.fired[i],
            found.result.actions[i].fired);
    taken += coverage.taken[i];
    if (coverage.taken[i] > expected.fired[i]) text += "\n  more taken than enabled";
  }
  compare("taken", expected.steps, taken);
  for (std::size_t i = 0; i < expected.reached.size(); ++i) {
    const bool judged = found.result.properties[i].verdict != PropertyVerdict::not_checked;
    if (!judged) continue;
    compare("reached " + found.properties[i].name, expected.reached[i].has_value(),
            coverage.reached[i].has_value());
    if (!expected.reached[i] || !coverage.reached[i]) continue;
    compare("first walk", expected.reached[i]->first, coverage.reached[i]->walk);
    compare("first step", expected.reached[i]->second, coverage.reached[i]->steps);
  }
  // Five standard errors.
  const auto states = static_cast<double>(expected.states.size());
  if (std::abs(static_cast<double>(found.result.distinct) - states) >
      std::max(5 * WalkCoverage::error * states, 1.0))
    compare("distinct", expected.states.size(), found.result.distinct);
  return text;
}

/// All that does not depend on the clock or the number of threads.
std::string text_of(const RunReport& report) {
  const WalkCoverage& coverage = *report.coverage;
  std::string text =
      fmt::format("{} {} {} {} {} {} {} {}", coverage.walks, coverage.steps, coverage.longest,
                  coverage.ended, coverage.taken, coverage.violating_walk, coverage.violating_step,
                  verdict_name(report.verdict));
  for (const auto& reached : coverage.reached)
    text += reached ? fmt::format(" {}/{}", reached->walk, reached->steps) : " -";
  if (report.trace) text += fmt::format(" {}", report.trace->actions);
  return text;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(simulation)

BOOST_AUTO_TEST_CASE(walks_are_behaviours_and_are_counted_right) {
  for (const auto& [name, assignments] :
       std::vector<std::pair<std::string, Assignments>>{{"paxos", {}},
                                                        {"paxos", {{"crash", "yes"}}},
                                                        {"transaction_commit", {}},
                                                        {"two_phase_commit", {}},
                                                        {"chandy_lamport", {}},
                                                        {"flp", {}},
                                                        {"byzantine_om", {}},
                                                        {"raft", {}}}) {
    RunRequest request = request_of(name, assignments);
    request.walks->walks = 60;
    request.walks->steps = 70;
    const RunReport report = run_simulation(request);
    const Recounting recount(request, 0, report.coverage->walks);
    const std::string differs = difference(recount.result(), report);
    BOOST_CHECK_MESSAGE(differs.empty(), name << " " << join_assignments(assignments) << differs);
    BOOST_TEST(report.coverage->walks == 60U);
  }
}

// The violation is the first there is on the walks, in the order of their numbers.
BOOST_AUTO_TEST_CASE(the_first_violation_of_the_walks_is_reported) {
  std::size_t compared = 0;
  for (RunRequest request : refuted_mutants()) {
    const auto model = model_of(request);
    const std::size_t property = find_property(model->properties(), request.properties[0]);
    if (model->properties()[property].kind != PropertyKind::always) continue;
    const RunReport report = run_simulation(request);
    const Recounting recount(request, PropertySet{1} << property, report.coverage->walks);
    BOOST_REQUIRE(recount.result().violated.has_value());
    BOOST_TEST(recount.result().violated->first == report.coverage->violating_walk);
    BOOST_TEST(recount.result().violated->second == report.coverage->violating_step);
    const std::string differs = difference(recount.result(), report);
    BOOST_CHECK_MESSAGE(differs.empty(), request.mutant << differs);
    ++compared;
  }
  BOOST_TEST(compared >= 5U);
}

// run_simulation() throws unless the counterexample replays.
BOOST_AUTO_TEST_CASE(mutants_are_refuted_the_same_with_any_number_of_threads) {
  for (RunRequest request : refuted_mutants()) {
    BOOST_TEST_CONTEXT(request.system->name << " " << request.mutant) {
      std::set<std::string> results;
      for (const std::size_t threads : {1, 2, 3, 2}) {
        request.search.threads = threads;
        const RunReport report = run_simulation(request);
        BOOST_TEST((report.verdict == Verdict::violated));
        BOOST_TEST(report.as_expected);
        BOOST_REQUIRE(report.trace.has_value());
        BOOST_TEST(report.trace->property == request.properties[0]);
        // Shortened: loops are cut out, and detours.
        const Mutant& mutant = find_mutant(*request.system, request.mutant);
        BOOST_TEST(report.trace->states.size() <= report.coverage->violating_step + 2);
        BOOST_TEST(report.trace->states.size() >= mutant.length);
        results.insert(text_of(report));
      }
      BOOST_TEST(results.size() == 1U);
    }
  }
}

BOOST_AUTO_TEST_CASE(other_seeds_walk_elsewhere) {
  std::set<std::string> results;
  for (std::uint64_t seed = 0; seed < 5; ++seed) {
    RunRequest request = request_of("paxos");
    request.walks->walks = 50;
    request.walks->seed = seed;
    results.insert(text_of(run_simulation(request)));
  }
  BOOST_TEST(results.size() == 5U);
}

// Whatever walks find in what is correct, it is no proof of it.
BOOST_AUTO_TEST_CASE(nothing_is_said_to_hold) {
  for (const System& system : catalogue()) {
    for (const Instance& instance : system.instances) {
      if (instance.tier != Tier::quick) continue;
      RunRequest request = request_of(system.name, instance.parameters);
      request.walks->walks = 20;
      request.walks->steps = 50;
      const RunReport report = run_simulation(request);
      BOOST_TEST((report.verdict == Verdict::incomplete), system.name << " " << instance.name());
      BOOST_TEST((report.result.stop == Stop::partial));
      BOOST_TEST(!report.result.explored);
      for (std::size_t i = 0; i < report.properties.size(); ++i) {
        const PropertyVerdict verdict = report.result.properties[i].verdict;
        BOOST_TEST(
            (verdict != PropertyVerdict::violated && verdict != PropertyVerdict::vacuous &&
             (verdict != PropertyVerdict::holds || report.coverage->reached[i].has_value())));
      }
    }
  }
}

// Deadlocks, writes outside a range, forbidden states and steps: found only where there are any,
// no sooner than the shortest way to one, and mostly where there are.
BOOST_AUTO_TEST_CASE(random_models_agree_with_the_reference) {
  std::size_t there = 0;
  std::size_t found = 0;
  std::set<std::string> properties;
  for (int seed = 0; seed < 300; ++seed) {
    RunRequest request;
    request.system = &random_system();
    request.parameters = random_parameters(seed, 2 + seed % 23, 1 + seed % 3);
    request.walks = WalkOptions{.walks = 100, .steps = 50};
    const auto model = model_of(request);
    SearchOptions safety;
    safety.properties = without_graph(*model);
    const ReferenceResult truth = reference_check(*model, safety);
    const RunReport report = run_simulation(request);
    BOOST_TEST_CONTEXT("seed " << seed) {
      if (truth.stop == Stop::violation) ++there;
      if (report.verdict != Verdict::violated) continue;
      ++found;
      BOOST_REQUIRE((truth.stop == Stop::violation));
      BOOST_REQUIRE(report.trace.has_value());
      BOOST_TEST(report.trace->states.size() >= truth.levels.size());
      properties.insert(report.trace->property);
    }
  }
  BOOST_TEST(there >= 100U);
  BOOST_TEST(found * 100 >= there * 95);
  BOOST_TEST(properties.size() >= 5U);
}

BOOST_AUTO_TEST_CASE(a_witness_that_is_asked_for_is_shown) {
  RunRequest request = request_of("paxos");
  request.properties = {"DifferentVotes"};
  const RunReport report = run_simulation(request);
  BOOST_REQUIRE(report.trace.has_value());
  BOOST_TEST(report.trace->witness);
  BOOST_TEST(report.trace->property == "DifferentVotes");
  BOOST_TEST((report.verdict == Verdict::incomplete));
}

BOOST_AUTO_TEST_CASE(what_needs_all_that_may_follow_is_refused) {
  RunRequest request = request_of("transaction_commit");
  for (const char* const property : {"CanDecide", "Terminates"}) {
    request.properties = {property};
    BOOST_CHECK_THROW(run_simulation(request), InputError);
  }
}

BOOST_AUTO_TEST_CASE(the_clock_and_the_user_end_it) {
  const std::atomic<bool> interrupted{true};
  for (const bool by_user : {true, false}) {
    RunRequest request = request_of("raft");
    request.walks->walks = ~std::uint64_t{0};
    if (by_user)
      request.search.interrupted = &interrupted;
    else
      request.search.seconds = 0.05;
    const RunReport report = run_simulation(request);
    BOOST_TEST((report.result.stop == (by_user ? Stop::interrupted : Stop::time)));
    BOOST_TEST((report.verdict == Verdict::incomplete));
    BOOST_TEST(report.coverage->walks >= 1U);
    std::uint64_t taken = 0;
    for (const std::uint64_t one : report.coverage->taken) taken += one;
    BOOST_TEST(taken == report.coverage->steps);
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace synod::test
