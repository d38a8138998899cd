// Temporal claims, what they assume, and valence, as users meet them.
#include "tests/cli/support.hpp"

using namespace synod::test;

BOOST_AUTO_TEST_SUITE(temporal)

// What is taken away is an assumption, not a spelling of it.
BOOST_AUTO_TEST_CASE(an_assumption_is_taken_away_however_it_is_written) {
  for (const char* const assumption : {"WF(TMCommit, TMAbort)", "WF( TMAbort,TMCommit )"}) {
    BOOST_TEST_CONTEXT(assumption) {
      const Json report =
          check_json({"transaction_commit", "--property", "Terminates", "--unfair", assumption},
                     not_as_expected);
      BOOST_TEST(verdict_of(report, "Terminates") == "violated");
    }
  }
  const Json by = check_json(
      {"paxos", "--property", "OneLeaderDecides", "--unfair", "WF(Phase2b  by  acceptor)"},
      not_as_expected);
  BOOST_TEST(verdict_of(by, "OneLeaderDecides") == "violated");
}

BOOST_AUTO_TEST_SUITE_END()
