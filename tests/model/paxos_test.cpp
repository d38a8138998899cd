// Paxos: its tables, and what [L01] says of it.
// [L01] L. Lamport, "Paxos Made Simple", ACM SIGACT News 32(4), 2001.
#include <fmt/format.h>

#include <boost/test/unit_test.hpp>
#include <optional>

#include "checker/input/input.hpp"
#include "checker/report/trace.hpp"
#include "checker/run/run.hpp"
#include "model/catalogue.hpp"
#include "tests/support/agreement.hpp"
#include "tests/support/normal_form.hpp"
#include "tests/support/protocol_checks.hpp"
#include "tests/support/state_space.hpp"

namespace synod::test {
namespace {

const System& synod_protocol() {
  static const System system = paxos_system();
  return system;
}

const std::vector<PinnedCount> quick_counts = {
    {"acceptors=3 values=2 ballots=2", 3'921, 22'995, 17},
    {"acceptors=3 values=2 ballots=2 crash=yes", 31'368, 221'417, 20},
    {"acceptors=3 values=3 ballots=2", 6'801, 40'243, 17},
    {"acceptors=3 values=1 ballots=3", 68'921, 482'656, 25},
    {"acceptors=4 values=2 ballots=2", 20'609, 140'473, 21},
    {"acceptors=4 values=2 ballots=2 info_quorum=2", 97'793, 738'001, 21},
};
const std::vector<PinnedCount> thorough_counts = {
    {"acceptors=3 values=2 ballots=3", 185'369, 1'316'584, 25},
    {"acceptors=3 values=2 ballots=4", 8'220'065, 67'903'141, 33},
};

const std::vector<NeededConjunct> needed = {
    {"Phase1b.up", "acceptors=3 values=2 ballots=2 crash=yes", "DownMeansSilent", 4},
    {"Phase1b.newer", "acceptors=3 values=2 ballots=2", "BallotsGrow", 5},
    {"Phase2a.not_proposed", "acceptors=3 values=2 ballots=2", "OneValuePerBallot", 6},
    {"Phase2a.safe", "acceptors=3 values=2 ballots=2", "Agreement", 7},
    {"Phase2b.proposed", "acceptors=3 values=2 ballots=2", "Validity", 2},
    {"Phase2b.up", "acceptors=3 values=2 ballots=2 crash=yes", "DownMeansSilent", 7},
    {"Phase2b.not_outdated", "acceptors=3 values=2 ballots=2", "BallotsGrow", 8},
};

const std::vector<Breaker> breakers = {
    {"Agreement", "", {"Phase2a.safe"}},
    {"Validity", "", {"Phase2b.proposed"}},
    {"OneValuePerBallot", "", {"Phase2a.not_proposed"}},
    {"PromisesKept", "", {"Phase1b.promise"}},
    {"BallotsGrow", "", {"Phase2b.not_outdated"}},
    {"DownMeansSilent", "crash=yes", {"Phase2b.up"}},
    {"FirstValueChosen", "", {"Phase2b.accept"}},
    {"SecondValueChosen", "", {"Phase2a.begin"}},
    {"TwoRoundsSucceed", "", {"Phase1b.last"}},
    {"DifferentVotes", "", {"Phase2b.vote"}},
    {"LaterBallotFollows", "", {"Phase2b.vote"}},
    {"ChosenWhileOneIsDown", "crash=yes", {"Crash.stop"}},
    {"OneLeaderDecides", "", {"Phase1b.last"}},
    {"EventuallyDecides", "", {}},
    {"CanChoose", "crash=yes", {"Restart.start"}},
};

// Phase1a has no conjunct, so every state has a successor. Every value that an action writes is in
// the range of its variable, whatever guard is left out.
const std::vector<std::string> unbroken = {"NoDeadlock", "TypeOK"};

constexpr int acceptors = 3;
constexpr int values = 2;
constexpr int majority = 2;
constexpr int most_ballots = 8;

/// All reachable states and steps of an instance of three acceptors and two values.
struct Space : StateSpace {
  Space(const std::string& text, int ballots)
      : StateSpace(synod_protocol(), text), ballots(ballots) {}
  int ballots;
};

const Space& space() {
  static const Space two_ballots("acceptors=3 values=2 ballots=2", 2);
  return two_ballots;
}

const Space& space_with_crashes() {
  static const Space crashes("acceptors=3 values=2 ballots=2 crash=yes", 2);
  return crashes;
}

bool proposed(const StateReader& state, int b, int v) { return state.sent("2a", {b, v}); }
bool accepted(const StateReader& state, int a, int b, int v) { return state.sent("2b", {a, b, v}); }

/// "Chosen" as [L01] section 2.1 has it: accepted by a large enough set of acceptors.
bool chosen(const StateReader& state, int b, int v) {
  int votes = 0;
  for (int a = 0; a < acceptors; ++a) votes += accepted(state, a, b, v) ? 1 : 0;
  return votes >= majority;
}

/// The highest-numbered proposal below ballot b that an acceptor has accepted: ballot and value.
std::optional<std::pair<int, int>> last_vote(const StateReader& state, int a, int b) {
  for (int lower = b - 1; lower >= 0; --lower)
    for (int v = 0; v < values; ++v)
      if (accepted(state, a, lower, v)) return std::pair(lower, v);
  return std::nullopt;
}

/// Calls visit(b, v, later, w) for all pairs of a proposal and a higher-numbered one.
template <class Visit>
bool all_later(Visit&& visit) {
  for (int b = 0; b < space().ballots; ++b)
    for (int later = b + 1; later < space().ballots; ++later)
      for (int v = 0; v < values; ++v)
        for (int w = 0; w < values; ++w)
          if (!visit(b, v, later, w)) return false;
  return true;
}

/// Normal forms of an instance with so many ballots; how far a state has counted is the highest
/// ballot that anybody has started.
NormalForms normal_forms(int acceptors, const std::string& more, int ballots,
                         const std::vector<Drop>& drops = {}) {
  return {synod_protocol(), fmt::format("acceptors={} {} ballots={}", acceptors, more, ballots),
          [acceptors](const StateReader& state) {
            int highest = none;
            for (int a = 0; a < acceptors; ++a)
              highest = std::max(highest, state.value("maxBal", {a}));
            for (int b = 0; b < most_ballots; ++b)
              if (state.sent("1a", {b})) highest = std::max(highest, b);
            return highest;
          },
          ballots - 1, drops};
}

/// Whatever is left out, what normal forms cannot do the search of them finds out, and judges the
/// claim on states; else they do what states do.
void check_that_normal_forms_are_not_used_where_they_differ(int ballots) {
  const std::string instance = fmt::format("acceptors=2 values=1 ballots={}", ballots);
  const Parameters parameters = resolve_parameters(synod_protocol(), assignments(instance));
  std::size_t refused = 0;
  std::size_t used = 0;
  for (const NamedDrop& each : all_drops(synod_protocol(), parameters)) {
    RunRequest request;
    request.system = &synod_protocol();
    request.parameters = parameters;
    request.drops = {each.drop};
    request.ltl = "Started ~> Decided";
    request.fairness = {"WF(Phase1b by acceptor)", "WF(Phase2a)", "WF(Phase2b by acceptor)"};
    const RunReport report = run_check(request);
    if (!report.normalised) {
      ++refused;
      continue;
    }
    ++used;
    const NormalForms forms = normal_forms(2, "values=1", ballots, {each.drop});
    BOOST_TEST(forms.difference() == "", each.drop.text() << forms.difference());
    const std::set<std::string> forgotten = forms.forgotten_actions();
    BOOST_TEST((forgotten.empty() || forgotten == std::set<std::string>{"Phase1a"}),
               fmt::format("{}: {}", each.drop.text(), fmt::join(forgotten, ", ")));
    const std::set<std::string> differ = forms.predicates_that_differ();
    BOOST_TEST((!differ.contains("Started") && !differ.contains("Decided")), each.drop.text());
  }
  BOOST_TEST(refused > 0U);
  BOOST_TEST(used > refused);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(paxos)

BOOST_AUTO_TEST_CASE(counts) {
  BOOST_TEST(count_faults(synod_protocol(), Tier::quick, quick_counts) == "");
}

BOOST_AUTO_TEST_CASE(counts_are_those_of_tlc) {
  const std::string record = read_file(SYNOD_SOURCE_DIR "/spec/paxos/tlc.txt");
  BOOST_TEST(record_faults(synod_protocol(), Tier::quick, record) == "");
}

BOOST_AUTO_TEST_CASE(mutants) { BOOST_TEST(mutant_faults(synod_protocol()) == ""); }

BOOST_AUTO_TEST_CASE(every_conjunct_is_needed_or_excused) {
  BOOST_TEST(conjunct_faults(synod_protocol(), needed) == "");
}

BOOST_AUTO_TEST_CASE(every_property_can_be_broken) {
  BOOST_TEST(breaker_faults(synod_protocol(), breakers, unbroken, "acceptors=2 crash=yes") == "");
}

BOOST_AUTO_TEST_CASE(every_assumption_is_needed) {
  BOOST_TEST(assumption_faults(synod_protocol()) == "");
}

BOOST_AUTO_TEST_CASE(every_property_has_a_witness) {
  BOOST_TEST(witness_faults(synod_protocol()) == "");
}

// [L01] section 2.2: two majorities have a member in common, and that is all that is asked of
// quorums: an info quorum has to meet every accept quorum. With a single value, or a single ballot,
// nothing can go wrong.
BOOST_AUTO_TEST_CASE(quorums_have_to_meet) {
  for (int n = 1; n <= 3; ++n)
    for (int info = 1; info <= n; ++info)
      for (int accept = 1; accept <= n; ++accept)
        for (const int values : {1, 2})
          for (const int ballots : {1, 2}) {
            const std::string parameters =
                fmt::format("acceptors={} values={} ballots={} info_quorum={} accept_quorum={}", n,
                            values, ballots, info, accept);
            RunRequest request;
            request.system = &synod_protocol();
            request.parameters = resolve_parameters(synod_protocol(), assignments(parameters));
            const RunReport report = run_check(request);
            const bool safe = info + accept > n || values == 1 || ballots == 1;
            BOOST_TEST(verdict_name(report.verdict) == (safe ? "holds" : "violated"), parameters);
            BOOST_TEST((safe || report.trace->property == "Agreement"), parameters);
          }
}

// [L01] section 2.1: "Only a value that has been proposed may be chosen."
BOOST_AUTO_TEST_CASE(only_a_proposed_value_is_chosen) {
  BOOST_TEST(space().exceptions([](const StateReader& state) {
    for (int b = 0; b < space().ballots; ++b)
      for (int v = 0; v < values; ++v)
        if (chosen(state, b, v) && !proposed(state, b, v)) return false;
    return true;
  }) == 0U);
}

// [L01] section 2.1: "Only a single value is chosen."
BOOST_AUTO_TEST_CASE(only_a_single_value_is_chosen) {
  BOOST_TEST(space().exceptions([](const StateReader& state) {
    bool first = false;
    bool second = false;
    for (int b = 0; b < space().ballots; ++b) {
      first = first || chosen(state, b, 0);
      second = second || chosen(state, b, 1);
    }
    return !(first && second);
  }) == 0U);
}

// [L01] section 2.2, P1: "An acceptor must accept the first proposal that it receives." One that
// has neither promised nor accepted can accept every proposal that was made.
BOOST_AUTO_TEST_CASE(p1_the_first_proposal_can_be_accepted) {
  std::size_t could = 0;
  space().each_step_of("Phase2b",
                       [&](const StateReader& before, const StateReader&, const auto& abv) {
                         could += before.value("maxBal", {abv[0]}) == none ? 1 : 0;
                       });
  std::size_t should = 0;
  space().exceptions([&](const StateReader& state) {
    for (int a = 0; a < acceptors; ++a)
      for (int b = 0; b < space().ballots; ++b)
        for (int v = 0; v < values; ++v)
          should += state.value("maxBal", {a}) == none && proposed(state, b, v) ? 1 : 0;
    return true;
  });
  BOOST_TEST(should > 0U);
  BOOST_TEST(could == should);
}

// [L01] section 2.2, P1a: "An acceptor can accept a proposal numbered n iff it has not responded to
// a prepare request having a number greater than n." The model's acceptor keeps its last vote only,
// so a vote in a higher ballot binds it as a response does.
BOOST_AUTO_TEST_CASE(p1a_a_response_binds) {
  const auto bound = [](const StateReader& state, int a, int b) {
    for (int higher = b + 1; higher < space().ballots; ++higher) {
      for (int v = 0; v < values; ++v)
        if (accepted(state, a, higher, v)) return true;
      for (int mbal = none; mbal < space().ballots; ++mbal)
        for (int mval = none; mval < values; ++mval)
          if (state.sent("1b", {a, higher, mbal, mval})) return true;
    }
    return false;
  };
  std::size_t accepts = 0;
  space().each_step_of("Phase2b",
                       [&](const StateReader& before, const StateReader&, const auto& abv) {
                         ++accepts;
                         BOOST_REQUIRE(!bound(before, abv[0], abv[1]));
                       });
  std::size_t free = 0;
  space().exceptions([&](const StateReader& state) {
    for (int a = 0; a < acceptors; ++a)
      for (int b = 0; b < space().ballots; ++b)
        for (int v = 0; v < values; ++v)
          free += proposed(state, b, v) && !bound(state, a, b) ? 1 : 0;
    return true;
  });
  BOOST_TEST(accepts == free);
}

// [L01] section 2.2, P2: "If a proposal with value v is chosen, then every higher-numbered proposal
// that is chosen has value v."
BOOST_AUTO_TEST_CASE(p2_higher_chosen_proposals_have_the_value) {
  BOOST_TEST(space().exceptions([](const StateReader& state) {
    return all_later([&](int b, int v, int later, int w) {
      return !chosen(state, b, v) || !chosen(state, later, w) || v == w;
    });
  }) == 0U);
}

// P2a: "... every higher-numbered proposal accepted by any acceptor has value v."
BOOST_AUTO_TEST_CASE(p2a_higher_accepted_proposals_have_the_value) {
  BOOST_TEST(space().exceptions([](const StateReader& state) {
    return all_later([&](int b, int v, int later, int w) {
      for (int a = 0; a < acceptors; ++a)
        if (chosen(state, b, v) && accepted(state, a, later, w) && v != w) return false;
      return true;
    });
  }) == 0U);
}

// P2b: "... every higher-numbered proposal issued by any proposer has value v."
BOOST_AUTO_TEST_CASE(p2b_higher_issued_proposals_have_the_value) {
  BOOST_TEST(space().exceptions([](const StateReader& state) {
    return all_later([&](int b, int v, int later, int w) {
      return !chosen(state, b, v) || !proposed(state, later, w) || v == w;
    });
  }) == 0U);
}

// P2c: "For any v and n, if a proposal with value v and number n is issued, then there is a set S
// consisting of a majority of acceptors such that either (a) no acceptor in S has accepted any
// proposal numbered less than n, or (b) v is the value of the highest-numbered proposal among all
// proposals numbered less than n accepted by the acceptors in S."
BOOST_AUTO_TEST_CASE(p2c_a_majority_vouches_for_every_proposal) {
  const auto vouches = [](const StateReader& state, int mask, int n, int v) {
    std::optional<std::pair<int, int>> highest;
    for (int a = 0; a < acceptors; ++a)
      if ((mask >> a & 1) != 0) highest = std::max(highest, last_vote(state, a, n));
    return !highest || highest->second == v;
  };
  std::size_t issued = 0;
  BOOST_TEST(space().exceptions([&](const StateReader& state) {
    for (int n = 0; n < space().ballots; ++n) {
      for (int v = 0; v < values; ++v) {
        if (!proposed(state, n, v)) continue;
        ++issued;
        bool found = false;
        for (const int mask : {0b011, 0b101, 0b110, 0b111})
          found = found || vouches(state, mask, n, v);
        if (!found) return false;
      }
    }
    return true;
  }) == 0U);
  BOOST_TEST(issued > 0U);
}

// [L01] section 2.2, Phase 1(b): an acceptor answers a request numbered n "greater than that of any
// prepare request to which it has already responded", and with "the highest-numbered proposal (if
// any) that it has accepted".
BOOST_AUTO_TEST_CASE(phase_1b_reports_the_last_vote) {
  std::size_t answers = 0;
  space().each_step_of("Phase1b", [&](const StateReader& before, const StateReader& after,
                                      const std::vector<int>& arguments) {
    const int a = arguments[0];
    const int n = arguments[1];
    ++answers;
    BOOST_REQUIRE(before.sent("1a", {n}));
    const auto vote = last_vote(before, a, space().ballots);
    BOOST_REQUIRE(after.sent("1b", {a, n, vote ? vote->first : none, vote ? vote->second : none}));
    for (int other = n; other < space().ballots; ++other)
      for (int mbal = none; mbal < space().ballots; ++mbal)
        for (int mval = none; mval < values; ++mval)
          BOOST_REQUIRE(!before.sent("1b", {a, other, mbal, mval}));
  });
  BOOST_TEST(answers > 0U);
}

// [L01] section 2.2, Phase 2(a): with answers from a majority, the proposer asks to accept "v,
// where v is the value of the highest-numbered proposal among the responses, or is any value if the
// responses reported no proposals".
BOOST_AUTO_TEST_CASE(phase_2a_proposes_what_the_answers_allow) {
  std::size_t forced = 0;
  std::size_t proposals = 0;
  space().each_step_of("Phase2a", [&](const StateReader& before, const StateReader&,
                                      const std::vector<int>& arguments) {
    const int n = arguments[0];
    const int v = arguments[1];
    ++proposals;
    std::vector<std::pair<int, int>> answers;  // the vote that each answer reports
    for (int a = 0; a < acceptors; ++a)
      for (int mbal = none; mbal < space().ballots; ++mbal)
        for (int mval = none; mval < values; ++mval)
          if (before.sent("1b", {a, n, mbal, mval})) answers.emplace_back(mbal, mval);
    BOOST_REQUIRE(answers.size() >= majority);
    // With more answers than a majority, the proposer may have waited for some of them only.
    bool allowed = false;
    for (std::size_t i = 0; i < answers.size(); ++i)
      for (std::size_t j = i + 1; j < answers.size(); ++j) {
        const auto highest = std::max(answers[i], answers[j]);
        allowed = allowed || highest.first == none || highest.second == v;
        forced += highest.first != none ? 1 : 0;
      }
    BOOST_REQUIRE(allowed);
  });
  BOOST_TEST(proposals > 0U);
  BOOST_TEST(forced > 0U);
}

// [L01] section 2.2, Phase 2(b), and that "different proposals have different numbers": what is
// accepted in a ballot is what was proposed in it, one value.
BOOST_AUTO_TEST_CASE(a_number_is_one_proposal) {
  BOOST_TEST(space().exceptions([](const StateReader& state) {
    for (int b = 0; b < space().ballots; ++b) {
      if (proposed(state, b, 0) && proposed(state, b, 1)) return false;
      for (int a = 0; a < acceptors; ++a)
        for (int v = 0; v < values; ++v)
          if (accepted(state, a, b, v) && !proposed(state, b, v)) return false;
    }
    return true;
  }) == 0U);
}

// [L01] section 2.5: an acceptor "must remember" across failures; the mutants forgotten_promise and
// forgotten_vote show why. Here a crash takes nothing away, and a crashed acceptor takes no step.
BOOST_AUTO_TEST_CASE(an_acceptor_remembers_over_a_crash) {
  std::size_t crashes = 0;
  space_with_crashes().each_step_of(
      "Crash",
      [&](const StateReader& before, const StateReader& after, const std::vector<int>& arguments) {
        ++crashes;
        for (const char* const kept : {"maxBal", "maxVBal", "maxVal"})
          BOOST_REQUIRE(after.value(kept, {arguments[0]}) == before.value(kept, {arguments[0]}));
        BOOST_REQUIRE(after.contains("down", arguments[0]));
      });
  BOOST_TEST(crashes > 0U);
  for (const char* const action : {"Phase1b", "Phase2b"})
    space_with_crashes().each_step_of(
        action, [&](const StateReader& before, const StateReader&, const auto& arguments) {
          BOOST_REQUIRE(!before.contains("down", arguments[0]));
        });
}

// The lecture: "Can two rounds both succeed?" Yes, and whenever they do, with the same value.
BOOST_AUTO_TEST_CASE(two_rounds_can_both_succeed) {
  std::size_t both = 0;
  BOOST_TEST(space().exceptions([&](const StateReader& state) {
    for (int v = 0; v < values; ++v)
      for (int w = 0; w < values; ++w) {
        if (!chosen(state, 0, v) || !chosen(state, 1, w)) continue;
        ++both;
        if (v != w) return false;
      }
    return true;
  }) == 0U);
  BOOST_TEST(both > 0U);
}

// The lecture: "Can they accept different values?" Yes, as long as at most one is chosen.
BOOST_AUTO_TEST_CASE(acceptors_can_accept_different_values) {
  std::size_t different = 0;
  std::size_t besides_a_choice = 0;
  space().exceptions([&](const StateReader& state) {
    bool v1 = false;
    bool v2 = false;
    for (int a = 0; a < acceptors; ++a)
      for (int b = 0; b < space().ballots; ++b) {
        v1 = v1 || accepted(state, a, b, 0);
        v2 = v2 || accepted(state, a, b, 1);
      }
    different += v1 && v2 ? 1 : 0;
    besides_a_choice += v1 && v2 && (chosen(state, 0, 0) || chosen(state, 1, 0)) ? 1 : 0;
    return true;
  });
  BOOST_TEST(different > 0U);
  BOOST_TEST(besides_a_choice > 0U);
}

// Renumbered ballots are the ballots of longer runs. On normal forms and with so many ballots, the
// model reaches what the model itself reaches with that many, or with more, in normal form: with
// more, by way of states whose normal forms make do with that many. With fewer it reaches less.
BOOST_AUTO_TEST_CASE(normal_forms_are_what_more_ballots_reach) {
  for (const auto& [acceptors, more, window] :
       {std::tuple(3, "values=2", 2), {2, "values=2", 3}, {2, "values=2 crash=yes", 2}}) {
    const std::set<std::string> reached = normal_forms(acceptors, more, window).reached();
    const auto within_window = [&, acceptors = acceptors, more = more](int ballots) {
      return normal_forms(acceptors, more, ballots).reached_within(window - 1);
    };
    const std::set<std::string> fewer = within_window(window - 1);
    BOOST_TEST((fewer.size() < reached.size() && std::ranges::includes(reached, fewer)));
    BOOST_TEST((within_window(window) == reached));
    BOOST_TEST((within_window(window + 1) == reached));
  }
}

// A state and its normal form do the same, but that a leader asks for promises when its ballot is
// outdated. What formulas ask of a state holds of both; some other properties ask for votes that
// have been forgotten.
BOOST_AUTO_TEST_CASE(normal_forms_can_do_the_same) {
  for (const auto& [acceptors, more, ballots] :
       {std::tuple(2, "values=2", 3), {2, "values=2 crash=yes", 2}, {3, "values=1", 2}}) {
    const NormalForms forms = normal_forms(acceptors, more, ballots);
    BOOST_TEST(forms.difference() == "");
    const std::set<std::string> forgotten = forms.forgotten_actions();
    BOOST_TEST((forgotten == std::set<std::string>{"Phase1a"}));
    const std::set<std::string> differ = forms.predicates_that_differ();
    for (const std::string predicate :
         {"Started", "Decided", "FirstValueChosen", "SecondValueChosen", "ThirdValueChosen",
          "FourthValueChosen"})
      BOOST_TEST(!differ.contains(predicate), predicate);
  }
}

BOOST_AUTO_TEST_CASE(normal_forms_are_not_used_where_they_differ) {
  check_that_normal_forms_are_not_used_where_they_differ(2);
}

// The duel of two leaders, which is a cycle on normal forms, goes on for ever on ever higher
// ballots.
BOOST_AUTO_TEST_CASE(the_duel_goes_on_with_higher_ballots) {
  RunRequest request;
  request.system = &synod_protocol();
  request.parameters = resolve_parameters(synod_protocol(), assignments("acceptors=3 ballots=2"));
  request.properties = {"EventuallyDecides"};
  const RunReport report = run_check(request);
  BOOST_REQUIRE(report.trace.has_value());
  const std::vector<int> heights = normal_forms(3, "values=2", most_ballots)
                                       .follow(normal_forms(3, "values=2", 2), *report.trace, 3);
  BOOST_REQUIRE(heights.size() == 4U);
  for (std::size_t i = 1; i < heights.size(); ++i) BOOST_TEST(heights[i] > heights[i - 1]);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(paxos_thorough)

BOOST_AUTO_TEST_CASE(normal_forms_are_not_used_where_they_differ) {
  check_that_normal_forms_are_not_used_where_they_differ(3);
}

BOOST_AUTO_TEST_CASE(counts) {
  BOOST_TEST(count_faults(synod_protocol(), Tier::thorough, thorough_counts) == "");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace synod::test
