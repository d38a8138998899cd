// Bounded checking and induction through the solver: verdicts and lengths are those of the search.
#include "checker/proof/bounded.hpp"

#include <algorithm>
#include <boost/test/unit_test.hpp>

#include "checker/input/input.hpp"
#include "checker/proof/correspondence.hpp"
#include "checker/proof/prove.hpp"
#include "checker/run/run.hpp"
#include "model/catalogue.hpp"
#include "model/proofs.hpp"
#include "tests/proof/asking.hpp"

namespace synod::test {
namespace {

/// Both engines on a claim; whether it is violated.
bool compare(proof::BoundedCheck& bounded, const RunRequest& asked, const std::string& claim) {
  RunRequest request = asked;
  request.properties = {claim};
  const RunReport report = run_check(request);
  const proof::BoundedResult found = bounded.check({claim})[0];
  const Assignments parameters = write_parameters(*request.system, request.parameters, true);
  BOOST_TEST_CONTEXT(request.system->name << " " << join_assignments(parameters) << " "
                                          << request.mutant << " " << claim) {
    BOOST_TEST_MESSAGE("k " << found.k << ", lemmas " << bounded.lemmas());
    BOOST_TEST((found.verdict != Verdict::incomplete), found.reason);
    BOOST_TEST((found.verdict == Verdict::violated) == (report.verdict == Verdict::violated));
    BOOST_TEST(found.trace.has_value() == report.trace.has_value());
    if (found.trace && report.trace)
      BOOST_TEST(found.trace->states.size() == report.trace->states.size());
  }
  return found.verdict == Verdict::violated;
}

/// On each claim that the proof has; how many are violated.
std::size_t compare(const System& system, const Parameters& parameters,
                    const std::vector<Drop>& drops) {
  proof::BoundedCheck bounded(*modelled(system.name), system, parameters, drops);
  RunRequest request;
  request.system = &system;
  request.parameters = parameters;
  request.drops = drops;
  std::size_t violated = 0;
  for (const std::string& claim : bounded.claims())
    violated += compare(bounded, request, claim) ? 1 : 0;
  return violated;
}

std::size_t compare(const std::string& name, const std::string& parameters,
                    const std::vector<Drop>& drops) {
  const System& system = find_system(catalogue(), name);
  return compare(system, resolve_parameters(system, assignments(parameters)), drops);
}

/// The systems whose claims are judged so.
std::vector<const System*> systems() {
  std::vector<const System*> all;
  for (const proof::TopicInfo& info : proofs())
    if (info.modelled && info.modelled()->bounded)
      all.push_back(&find_system(catalogue(), info.name));
  return all;
}

const proof::Relation& relation(const proof::Protocol& protocol, const std::string& name) {
  for (const proof::Relation& each : protocol.relations())
    if (each.name() == name) return each;
  throw ModelError("no relation " + name);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(bounded)

BOOST_AUTO_TEST_CASE(instances_agree_with_the_search) {
  BOOST_TEST(systems().size() >= 2);
  for (const System* const system : systems()) {
    std::size_t compared = 0;
    for (const Instance& instance : system->instances) {
      const Parameters parameters = resolve_parameters(*system, instance.parameters);
      if (instance.tier != Tier::quick || !modelled(system->name)->covers(parameters)) continue;
      BOOST_TEST(compare(*system, parameters, {}) == 0);
      ++compared;
    }
    BOOST_TEST(compared > 0);
  }
}

BOOST_AUTO_TEST_CASE(mutants_agree_with_the_search) {
  std::size_t compared = 0;
  for (const System* const system : systems()) {
    for (const Mutant& mutant : system->mutants) {
      const RunRequest request = mutant_request(*system, mutant);
      proof::BoundedCheck bounded(*modelled(system->name), *system, request.parameters,
                                  request.drops);
      const std::vector<std::string>& claims = bounded.claims();
      if (std::find(claims.begin(), claims.end(), mutant.violates) == claims.end()) continue;
      BOOST_TEST(compare(bounded, request, mutant.violates), mutant.name);
      ++compared;
    }
  }
  BOOST_TEST(compared > 6U);
}

BOOST_AUTO_TEST_CASE(violations_are_as_short_as_those_of_the_search) {
  for (const char* const part : {"TMCommit.all_prepared", "RMChooseToAbort.working"})
    BOOST_TEST(compare("transaction_commit", "participants=3", {*Drop::read(part)}) == 1, part);
  for (const char* const part : {"DecideCommit.all_yes", "SendVoteCommit.log"})
    BOOST_TEST(compare("two_phase_commit", "participants=2", {*Drop::read(part)}) > 0, part);
  // Said twice, it is left out all the same.
  const Drop twice = *Drop::read("TMCommit.all_prepared");
  BOOST_TEST(compare("transaction_commit", "participants=3", {twice, twice}) == 1U);
}

// The model has the last word on a counterexample.
BOOST_AUTO_TEST_CASE(what_the_model_does_not_call_violated_is_an_error) {
  const System& system = find_system(catalogue(), "transaction_commit");
  const Parameters parameters = resolve_parameters(system, {});
  const std::string claim = "CommitNeedsAllPrepared";
  for (const bool at_first : {true, false}) {
    const auto right = modelled(system.name);  // of which states are read
    proof::Modelled wrong = *right;
    const auto protocol = std::make_shared<proof::Protocol>(*wrong.protocol);
    const proof::Relation& committed = relation(*protocol, "tm_committed");
    protocol->claim(claim, at_first ? protocol->context().bool_val(false) : !committed());
    wrong.protocol = protocol;
    proof::BoundedCheck bounded(wrong, system, parameters, {});
    BOOST_CHECK_EXCEPTION(bounded.check({claim}), ModelError, [&](const ModelError& error) {
      const std::string text = error.what();
      return text.starts_with("proof and model differ") && text.find(claim) != std::string::npos;
    });
  }
}

// Nothing that was left out counts as good.
BOOST_AUTO_TEST_CASE(interrupted_nothing_is_known) {
  const std::atomic<bool> interrupted{true};
  const System& system = find_system(catalogue(), "transaction_commit");
  const Parameters parameters = resolve_parameters(system, {});
  const auto proof = modelled(system.name);
  proof::BoundedCheck bounded(*proof, system, parameters, {}, {.interrupted = &interrupted});
  BOOST_TEST(bounded.lemmas() == 0U);
  const proof::BoundedResult result = bounded.check({"TCConsistent"})[0];
  BOOST_TEST((result.verdict == Verdict::incomplete));
  BOOST_TEST(result.reason.ends_with("interrupted"), result.reason);

  const proof::Correspondence compared =
      proof::compare(*proof, system, parameters, {.interrupted = &interrupted});
  BOOST_TEST((compared.interrupted && !compared.complete));

  const proof::Topic topic = transaction_commit_topic().make({});
  for (const proof::Obligation& obligation : topic.obligations) {
    proof::ProveOptions options;
    options.interrupted = &interrupted;
    const proof::ObligationReport report =
        proof::prove(*topic.context, system.name, obligation, options);
    BOOST_TEST((report.outcome == proof::Outcome::unknown));
    BOOST_TEST((report.interrupted && !report.success() && !report.failure()));
  }
}

/// AC1 takes long without this part, and LoggedFirst is violated at once.
const char* const hard = "SendVoteRequest.log";

std::vector<proof::BoundedResult> without_hard(const std::vector<std::string>& claims,
                                               double seconds) {
  const System& system = find_system(catalogue(), "two_phase_commit");
  const proof::BoundedCheck bounded(
      *modelled(system.name), system,
      resolve_parameters(system, assignments("participants=2 crash=all")), {*Drop::read(hard)},
      {.seconds = seconds});
  return bounded.check(claims);
}

BOOST_AUTO_TEST_CASE(a_hard_claim_leaves_time_to_the_others) {
  const auto results = without_hard({"AC1", "AC3", "LoggedFirst"}, 3 * share);
  if (results[0].verdict == Verdict::incomplete)
    BOOST_TEST(results[0].reason.ends_with("; time is up"), results[0].reason);
  BOOST_TEST((results[2].verdict == Verdict::violated));
  BOOST_REQUIRE(results[2].trace);
  BOOST_TEST(results[2].trace->states.size() == 2U);
}

BOOST_AUTO_TEST_CASE(why_the_solver_gives_up_is_told) {
  z3::set_param("smt.max_conflicts", 1);
  const auto results = without_hard({"AC1"}, 60);
  z3::reset_params();
  BOOST_TEST((results[0].verdict == Verdict::incomplete));
  BOOST_TEST((results[0].reason.find("; Z3 says: ") != std::string::npos), results[0].reason);
  BOOST_TEST(results[0].reason.ends_with("max-conflicts-reached"), results[0].reason);
}

// There nothing holds, for the proof was not compared with the model.
BOOST_AUTO_TEST_CASE(what_the_proof_is_not_about_is_only_refuted) {
  const System& system = find_system(catalogue(), "two_phase_commit");
  const auto proof = modelled(system.name);
  for (const char* const words :
       {"participants=2 crash=coordinator log=after", "participants=2 init_answer=literal"}) {
    const Parameters parameters = resolve_parameters(system, assignments(words));
    const proof::BoundedCheck bounded(*proof, system, parameters, {}, {.seconds = 2});
    BOOST_TEST(!bounded.limitation().empty());
    for (const proof::BoundedResult& result : bounded.check(bounded.claims())) {
      BOOST_TEST((result.verdict != Verdict::holds));
      BOOST_TEST((result.trace.has_value() == (result.verdict == Verdict::violated)));
    }
  }

  proof::Modelled about_nothing = *proof;
  about_nothing.covers = [](const Parameters&) { return false; };
  BOOST_CHECK_THROW(proof::BoundedCheck(about_nothing, system, resolve_parameters(system, {}), {}),
                    InputError);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace synod::test
