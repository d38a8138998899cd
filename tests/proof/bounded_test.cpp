// Bounded checking and induction through the solver: verdicts and lengths are those of the search.
#include "checker/proof/bounded.hpp"

#include <boost/test/unit_test.hpp>

#include "checker/input/input.hpp"
#include "checker/run/run.hpp"
#include "model/catalogue.hpp"
#include "model/proofs.hpp"

namespace synod::test {
namespace {

std::shared_ptr<const proof::Modelled> modelled(const std::string& name) {
  for (const proof::TopicInfo& info : proofs())
    if (info.name == name) return info.modelled();
  throw ModelError("no proof of " + name);
}

/// Both engines on each claim that the proof has; how many are violated.
std::size_t compare(const std::string& name, const std::string& parameters_text,
                    const std::vector<Drop>& drops) {
  const System& system = find_system(catalogue(), name);
  const auto proof = modelled(name);
  std::size_t violated = 0;
  const Parameters parameters = resolve_parameters(system, assignments(parameters_text));
  const auto model = system.instantiate(parameters, drops);
  for (const auto& claim : proof->protocol->claims()) {
    if (!model->properties()[find_property(model->properties(), claim.name)].applies) continue;
    RunRequest request;
    request.system = &system;
    request.parameters = parameters;
    request.drops = drops;
    request.properties = {claim.name};
    const RunReport report = run_check(request);
    const proof::BoundedResult found =
        proof::check_bounded(*proof, system, request.parameters, drops, claim.name);
    BOOST_TEST_MESSAGE(name << " " << parameters_text << (drops.empty() ? "" : drops[0].text())
                            << " " << claim.name << ": k " << found.k << ", lemmas "
                            << found.lemmas);
    BOOST_TEST_CONTEXT(name << " " << parameters_text << " " << claim.name << " "
                            << (drops.empty() ? "" : drops[0].text())) {
      BOOST_TEST((found.verdict != Verdict::incomplete), found.reason);
      BOOST_TEST((found.verdict == Verdict::violated) == (report.verdict == Verdict::violated));
      if (found.trace && report.trace)
        BOOST_TEST(found.trace->states.size() == report.trace->states.size());
    }
    violated += found.verdict == Verdict::violated ? 1 : 0;
  }
  return violated;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(bounded)

BOOST_AUTO_TEST_CASE(instances_agree_with_the_search) {
  BOOST_TEST(compare("transaction_commit", "participants=3", {}) == 0);
  BOOST_TEST(compare("two_phase_commit", "participants=2 crash=all", {}) == 0);
  BOOST_TEST(compare("two_phase_commit", "participants=2 crash=coordinator recover=none log=after",
                     {}) == 0);
}

BOOST_AUTO_TEST_CASE(violations_are_as_short_as_those_of_the_search) {
  for (const char* const part : {"TMCommit.all_prepared", "RMChooseToAbort.working"})
    BOOST_TEST(compare("transaction_commit", "participants=3", {*Drop::read(part)}) == 1, part);
  for (const char* const part : {"DecideCommit.all_yes", "SendVoteCommit.log"})
    BOOST_TEST(compare("two_phase_commit", "participants=2", {*Drop::read(part)}) > 0, part);
}

BOOST_AUTO_TEST_CASE(what_the_proof_does_not_cover_is_refused) {
  BOOST_CHECK_THROW(compare("two_phase_commit", "participants=2 crash=coordinator log=after", {}),
                    ModelError);
  BOOST_CHECK_THROW(compare("two_phase_commit", "participants=2 init_answer=literal", {}),
                    ModelError);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace synod::test
