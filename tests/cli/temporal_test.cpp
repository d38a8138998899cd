// Temporal claims, what they assume, and valence, as users meet them.
#include "tests/cli/support.hpp"

using namespace synod::test;

BOOST_AUTO_TEST_SUITE(temporal)

// What takes minutes to judge is not called "not applicable", and judged when asked for.
BOOST_AUTO_TEST_CASE(a_costly_claim_is_called_costly_and_runs_when_asked_for) {
  const Arguments few = {"raft", "terms=1", "--max-states", "10"};
  const Json all = check_json(few, incomplete);
  for (const char* const name : {"OneCandidateWins", "EntriesAreCommitted"}) {
    BOOST_TEST(verdict_of(all, name) == "not checked", name);
    Arguments one = few;
    one.insert(one.end(), {"--property", name});
    BOOST_TEST(verdict_of(check_json(one, incomplete), name) == "incomplete", name);
  }
  Arguments text = few;
  text.insert(text.begin(), "check");
  const Outcome outcome = run(text);
  CHECK_RUN(outcome, contains(outcome.out, "Costly, and checked when asked for by name: "));
  const Outcome shown = run({"show", "raft"});
  CHECK_RUN(shown, contains(shown.out, "costly under these parameters: checked when asked for"));
  // Where the graph is small they are judged with all others; bounds leave this one open.
  const Json small =
      check_json({"raft", "servers=2", "terms=2", "network=short_lived"}, incomplete);
  BOOST_TEST(verdict_of(small, "OneCandidateWins") == "incomplete");
}

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

// Processes in rounds receive reports and proposals, never an input by itself.
BOOST_AUTO_TEST_CASE(nothing_is_assumed_of_actions_that_a_parameter_switches_off) {
  const std::string off = "WF(ReceiveInput by process process)";
  const Outcome checked = run({"check", "flp", "--property", "UnanimousDecide", "--valence"});
  CHECK_RUN(checked, contains(checked.out, "WF(ReceiveReport by"));
  CHECK_RUN(checked, !contains(checked.out, "WF(ReceiveInput"));
  const Outcome shown = run({"show", "flp"});
  CHECK_RUN(shown, contains(shown.out, "WF(ReceiveReport by"));
  CHECK_RUN(shown, !contains(shown.out, "WF(ReceiveInput"));

  const auto fairness = [](const Json& claims) {
    for (const Json& claim : claims.at("properties"))
      if (claim.at("name") == "UnanimousDecide") return claim.at("fairness");
    return Json();
  };
  const Json in_rounds = check_json({"flp", "--property", "UnanimousDecide"}, incomplete);
  BOOST_TEST(fairness(in_rounds).size() == 3U);
  BOOST_TEST(!contains(fairness(in_rounds).dump(), off));
  BOOST_TEST(fairness(Json::parse(run({"show", "flp", "--json"}).out)) == fairness(in_rounds));
  const Json for_all =
      check_json({"flp", "candidate=all_but_one", "--property", "UnanimousDecide"}, as_expected);
  BOOST_TEST(contains(fairness(for_all).dump(), off));
}

// What is marked may stand in a formula, and nothing else may.
BOOST_AUTO_TEST_CASE(show_marks_the_names_that_formulas_may_speak_of) {
  for (const char* const protocol : {"paxos", "transaction_commit"}) {
    const Outcome shown = run({"show", protocol});
    std::size_t marked = 0;
    const Json description = Json::parse(run({"show", protocol, "--json"}).out);
    for (const Json& claim : description.at("properties")) {
      const std::string name = claim.at("name");
      BOOST_TEST_CONTEXT(protocol << " " << name) {
        const bool in_formulas = claim.at("in_formulas");
        marked += in_formulas ? 1 : 0;
        const Json& every = claim.at("every");
        const std::string heading =
            "\n  " + name + ", " + claim.at("kind").get<std::string>() +
            (every.is_null() ? "" : " for every " + every.get<std::string>()) +
            "  may stand in formulas\n";
        CHECK_RUN(shown, contains(shown.out, heading) == in_formulas);
        const Outcome used = run(
            {"check", protocol, "--ltl", "[] " + name + " || <> !" + name, "--expect", "violated"});
        CHECK_RUN(used, (used.code != bad_input) == in_formulas);
      }
    }
    BOOST_TEST(marked >= 3U);
  }
}

// What `check` says of a run, the file says as well: what is assumed, that ballots are renumbered,
// and the run under their own numbers.
BOOST_AUTO_TEST_CASE(a_trace_says_what_the_run_is_fair_to_and_what_was_renumbered) {
  const TemporaryFolder folder;
  const std::string file = (folder.path() / "run.itf.json").string();
  const Outcome checked =
      run({"check", "paxos", "--property", "EventuallyDecides", "--trace", file});
  CHECK_RUN(checked, checked.code == as_expected);
  const Outcome shown = run({"trace", "show", file});
  CHECK_RUN(shown, shown.code == as_expected);
  const std::size_t assumes = checked.out.find("EventuallyDecides: Started ~> Decided, assuming");
  const std::size_t again =
      checked.out.find("\nThe same run with each ballot under its own number");
  BOOST_REQUIRE_MESSAGE(assumes != std::string::npos && again != std::string::npos,
                        describe(checked));
  const std::string unrolled =
      checked.out.substr(again, checked.out.find("\n\nThe trace is in") - again);
  CHECK_RUN(shown, contains(shown.out,
                            "\nEventuallyDecides: Started ~> Decided, assuming WF(Phase1b "
                            "by acceptor), WF(Phase2a)"));
  CHECK_RUN(shown, contains(shown.out, "\nStates are normal forms: ballots are renumbered"));
  CHECK_RUN(shown, contains(shown.out, unrolled + "\n"));
}

BOOST_AUTO_TEST_CASE(a_trace_says_what_the_claim_assumes_and_the_run_does_not) {
  const TemporaryFolder folder;
  const std::string file = (folder.path() / "run.itf.json").string();
  run({"check", "transaction_commit", "--property", "Terminates", "--unfair",
       "WF(TMCommit, TMAbort)", "--trace", file});
  const Outcome shown = run({"trace", "show", file});
  CHECK_RUN(shown, contains(shown.out, "assuming WF(RMRcvCommitMsg, RMRcvAbortMsg by rm)\n"));
  CHECK_RUN(shown,
            contains(shown.out, "\nnot assumed, though the claim does: WF(TMCommit, TMAbort).\n"));
}

BOOST_AUTO_TEST_CASE(valence_for_machines) {
  const Json valence = check_json({"flp"}, incomplete).at("valence");
  BOOST_TEST(valence.at("admissible") ==
             Json({"WF(Start by process)", "WF(ReceiveReport by process process)",
                   "WF(ReceiveProposal by process process)"}));
  BOOST_TEST(valence.at("bounds") == Json({{{"name", "lead"}, {"steps_cut", 3'084}}}));
  BOOST_TEST(valence.at("undecided_search") == "found");
  // A run begins in an initial configuration, from which what it shows can be.
  const auto begins_bivalent = [&](const Json& number) {
    return valence.at("initial").at(number.get<std::size_t>()).at("valence") == "bivalent";
  };
  BOOST_TEST(begins_bivalent(valence.at("to_critical_from")));
  BOOST_TEST(begins_bivalent(valence.at("undecided").at("from")));
  BOOST_TEST(valence.at("alike").at("with_crash_from").is_number());
  BOOST_TEST(valence.at("alike").at("without_from").is_number());
}

// No undecided run: there is none, none but where a bound cut it short, or nobody looked.
BOOST_AUTO_TEST_CASE(why_no_run_stays_undecided) {
  const Json none = check_json({"transaction_commit", "--valence"}, as_expected);
  BOOST_TEST(none.at("no_valence").is_null());
  BOOST_TEST(none.at("valence").at("undecided").is_null());
  BOOST_TEST(none.at("valence").at("undecided_search") == "none");
  BOOST_TEST(none.at("valence").at("undecided_states_cut") == 0);
  BOOST_TEST(none.at("valence").at("bounds").empty());

  const Arguments eager = {"paxos",  "--valence",
                           "--fair", "WF(Phase1a)",
                           "--fair", "WF(Phase1b by acceptor)",
                           "--fair", "WF(Phase2a)",
                           "--fair", "WF(Phase2b by acceptor)"};
  const Json cut = check_json(eager, as_expected).at("valence");
  BOOST_TEST(cut.at("undecided_search") == "none");
  BOOST_TEST(cut.at("undecided_states_cut").get<int>() > 0);
  BOOST_TEST(cut.at("bounds").at(0).at("name") == "ballots");
  BOOST_TEST(cut.at("admissible").at(0) == "WF(Phase1a)");
  Arguments shown = eager;
  shown.insert(shown.begin(), "check");
  const Outcome text = run(shown);
  CHECK_RUN(text, contains(text.out, "In every admissible run that no bound cuts short somebody"));

  const Json stopped = check_json({"transaction_commit", "participants=6", "--property",
                                   "TCConsistent", "--valence", "--memory", "2M"},
                                  as_expected);
  BOOST_TEST(stopped.at("valence").is_null());
  BOOST_TEST(contains(stopped.at("no_valence").get<std::string>(), "--memory"));
  const Json not_asked = check_json({"transaction_commit"}, as_expected);
  BOOST_TEST(not_asked.at("valence").is_null());
  BOOST_TEST(not_asked.at("no_valence").is_null());
}

// Normal forms are for temporal claims; valence is that of the configurations themselves.
BOOST_AUTO_TEST_CASE(valence_beside_a_claim_on_normal_forms) {
  const Json beside =
      check_json({"paxos", "--property", "OneLeaderDecides", "--valence"}, as_expected);
  BOOST_TEST(beside.at("normalised") == true);
  BOOST_TEST(beside.at("valence") == check_json({"paxos", "--valence"}, as_expected).at("valence"));
}

// The run that valence shows can be kept, shown and executed again, unless a counterexample or
// witness comes first.
BOOST_AUTO_TEST_CASE(an_undecided_run_is_a_trace) {
  const TemporaryFolder folder;
  const std::string file = (folder.path() / "undecided.itf.json").string();
  const Json report = check_json({"flp", "--trace", file}, incomplete);
  BOOST_TEST(report.at("trace").is_null());
  const Json& undecided = report.at("valence").at("undecided");
  BOOST_TEST(undecided.at("file") == file);
  const Outcome replayed = run({"trace", "replay", file});
  CHECK_RUN(replayed, replayed.code == as_expected);
  const Outcome shown = run({"trace", "show", file});
  CHECK_RUN(shown, contains(shown.out, undecided.at("loop_action").get<std::string>()));
  CHECK_RUN(shown, contains(shown.out, "assuming WF(Start by process), WF(ReceiveReport by"));
  const Outcome said = run({"check", "paxos", "--valence", "--trace", file});
  CHECK_RUN(said, contains(said.out, "\nThe run in which nobody ever decides is in " + file));
  CHECK_RUN(said, !contains(said.out, "no trace"));
}

BOOST_AUTO_TEST_CASE(no_undecided_run_to_write) {
  const TemporaryFolder folder;
  const std::string file = (folder.path() / "none.itf.json").string();
  const Outcome outcome = run({"check", "transaction_commit", "--valence", "--trace", file});
  CHECK_RUN(outcome, outcome.code == as_expected);
  CHECK_RUN(outcome, contains(outcome.out, "\nThere is no trace to write to " + file));
  BOOST_TEST(folder.listing().empty());
  const Json witness = check_json(
      {"paxos", "--property", "FirstValueChosen", "--valence", "--trace", file}, as_expected);
  BOOST_TEST(witness.at("trace").at("file") == file);
  BOOST_TEST(witness.at("valence").at("undecided").at("file").is_null());
}

// Nobody decides in a run in which nothing happens, which is a result only where that is
// admissible.
BOOST_AUTO_TEST_CASE(why_a_run_that_ends_is_admissible) {
  const Outcome idle = run({"check", "paxos", "--valence"});
  CHECK_RUN(idle, contains(idle.out,
                           "\n    it may stay where it ends: no assumption makes Phase1a "
                           "happen (see --fair)\n"));
  const Outcome blocked = run({"check", "flp", "candidate=all"});
  CHECK_RUN(blocked,
            contains(blocked.out, "\n    it stays where it ends: nothing can happen there\n"));
  const Outcome goes_round = run({"check", "flp"});
  CHECK_RUN(goes_round, !contains(goes_round.out, "stay where it ends"));
}

// A late 2a is a step, though no acceptor takes part in its ballot any more: a leader that sends
// each of its proposals too late is fair, and nothing is chosen.
BOOST_AUTO_TEST_CASE(steps_of_outdated_ballots_count_for_fairness) {
  for (const Arguments& instance :
       std::vector<Arguments>{{"acceptors=1", "values=1", "ballots=8"}, {"ballots=2"}}) {
    Arguments arguments{"paxos",
                        "--ltl",
                        "Started ~> Decided",
                        "--fair",
                        "WF(Phase1b by acceptor)",
                        "--fair",
                        "WF(Phase2a)",
                        "--fair",
                        "SF(Phase2b by acceptor)"};
    arguments.insert(arguments.begin() + 1, instance.begin(), instance.end());
    const Json report = check_json(arguments, not_as_expected);
    BOOST_TEST(report.at("verdict") == "violated");
    BOOST_TEST(report.at("normalised") == true);
  }
}

#ifndef SYNOD_SANITIZED  // minutes

// What a formula speaks of is the same in a state and in its normal form, or the claim is judged on
// states. The lengths and verdicts are those of the states enumerated without normal forms.
BOOST_AUTO_TEST_CASE(normal_forms_keep_what_formulas_speak_of) {
  const Json four = check_json(
      {"paxos", "acceptors=2", "values=4", "ballots=4", "info_quorum=1", "accept_quorum=1", "--ltl",
       "[]!(FirstValueChosen && SecondValueChosen && ThirdValueChosen && FourthValueChosen)"},
      not_as_expected);
  BOOST_TEST(verdict_of(four, "--ltl") == "violated");
  BOOST_TEST(four.at("trace").at("states") == 17);
  const Json kept =
      check_json({"paxos", "acceptors=2", "values=2", "info_quorum=1", "accept_quorum=1",
                  "ballots=3", "--ltl", "[](SecondValueChosen -> []SecondValueChosen)"},
                 as_expected);
  BOOST_TEST(verdict_of(kept, "--ltl") == "holds");
  const Json started = check_json({"paxos", "--drop", "Phase1b.requested", "--expect", "holds",
                                   "--ltl", "[](Started -> []Started)"},
                                  as_expected);
  BOOST_TEST(verdict_of(started, "--ltl") == "holds");
}

// Where normal forms do not serve, the report says why, and the states are what is judged.
BOOST_AUTO_TEST_CASE(claims_that_normal_forms_do_not_serve_are_judged_on_states) {
  const auto reason = [](const Json& report) {
    BOOST_TEST(report.at("normalised") == false);
    BOOST_TEST(report.at("on_normal_forms").is_null());
    const Json& refused = report.at("not_on_normal_forms");
    BOOST_REQUIRE(refused.size() == 1U);
    BOOST_TEST(refused[0].at("property") == "--ltl");
    return refused[0].at("reason").get<std::string>();
  };
  const Json hidden =
      check_json({"paxos", "--ltl", "Started ~> Decided", "--fair", "WF(Phase1a)"}, incomplete);
  BOOST_TEST(contains(reason(hidden), "they forget steps of Phase1a, which WF(Phase1a) asks for"));
  const Json apart = check_json(
      {"paxos", "--ltl", "Started ~> Decided", "--fair", "WF(Phase1b by ballot)"}, not_as_expected);
  BOOST_TEST(contains(reason(apart), "they renumber each ballot, which WF(Phase1b by ballot)"));
  const Json forgotten =
      check_json({"paxos", "--ltl", "[](DifferentVotes -> Decided)"}, as_expected);
  BOOST_TEST(reason(forgotten) == "they do not keep DifferentVotes");
  const Json different = check_json(
      {"paxos", "--drop", "Phase1b.newer", "--expect", "holds", "--ltl", "[](Decided -> Started)"},
      as_expected);
  BOOST_TEST(different.at("normalised") == false);
  const Json asked =
      check_json({"paxos", "--property", "OneLeaderDecides", "--no-normal-form"}, as_expected);
  BOOST_TEST(asked.at("normalised") == false);
  BOOST_TEST(asked.at("not_on_normal_forms").empty());
}

#endif

// "Holds" is said only where no step that a bound cut off could have led to a violation, unless it
// is of an action that ceases. Each of these is violated under a larger bound, or without crashes
// counted; and one that need not cease is named with the number of states.
BOOST_AUTO_TEST_CASE(what_a_bound_cut_off_leaves_a_claim_open) {
  for (const Arguments& arguments : std::vector<Arguments>{
           {"paxos", "--property", "EventuallyDecides", "--drop", "Phase2a.safe"},
           {"raft", "crash=stop", "terms=1", "in_flight=1", "--property",
            "EventuallyElectsALeader"},
           {"raft", "terms=2", "in_flight=1", "--property", "OneCandidateWins"},
           {"raft", "terms=2", "in_flight=1", "servers=2", "crash=recovery", "--unfair",
            "FIN(Crash)", "--property", "OneCandidateWins"}}) {
    const Json report = check_json(arguments, incomplete);
    BOOST_TEST_CONTEXT(report.at("parameters").dump()) {
      BOOST_TEST(report.at("verdict") == "incomplete");
      for (const Json& property : report.at("properties"))
        if (property.at("verdict") == "incomplete") BOOST_TEST(property.at("states_cut") > 0);
    }
  }
  const Outcome text = run({"check", "raft", "terms=2", "in_flight=1"});
  CHECK_RUN(text, text.code == incomplete);
  CHECK_RUN(text, contains(text.out, ", which leave OneCandidateWins, EntriesAreCommitted open."));
  const Json finite = check_json({"paxos", "--property", "OneLeaderDecides"}, as_expected);
  BOOST_TEST(verdict_of(finite, "OneLeaderDecides") == "holds");
  const Json forever = check_json({"raft", "terms=1", "in_flight=1", "crash=uncounted", "--unfair",
                                   "FIN(Crash)", "--property", "OneCandidateWins"},
                                  not_as_expected);
  BOOST_TEST(forever.at("trace").at("states") == 9);
}

// More groups of steps than one graph tells apart, and claims on states beside claims on normal
// forms: each claim is judged on a graph that serves it.
BOOST_AUTO_TEST_CASE(claims_that_no_one_graph_serves_are_judged_one_after_the_other) {
  const Json two = check_json(
      {"paxos", "--property", "OneLeaderDecides", "--ltl", "[](DifferentVotes -> Decided)"},
      as_expected);
  BOOST_TEST(verdict_of(two, "OneLeaderDecides") == "holds");
  BOOST_TEST(verdict_of(two, "--ltl") == "holds");
  BOOST_TEST(two.at("not_on_normal_forms").size() == 1U);
  const Arguments many{"raft",       "servers=5",        "terms=1",    "in_flight=1",
                       "--property", "OneCandidateWins", "--property", "EntriesAreCommitted"};
  for (const bool too_many : {false, true}) {
    Arguments arguments = many;
    for (const char* const more : {"--max-states", "1000", "--ltl", "<> LeaderElected", "--fair",
                                   "WF(SendRequestVote by server server)"})
      arguments.emplace_back(more);
    if (too_many)
      for (const char* const more : {"--fair", "WF(SendAppendEntries by server server)", "--fair",
                                     "SF(SendRequestVote by server server)"})
        arguments.emplace_back(more);
    arguments.insert(arguments.begin(), "check");
    const Outcome outcome = run(arguments);
    CHECK_RUN(outcome, outcome.code == (too_many ? bad_input : incomplete));
    if (too_many)
      CHECK_RUN(outcome, contains(outcome.err,
                                  "fairness to at most 64 groups of steps, and under "
                                  "these parameters this one has more"));
  }
}

BOOST_AUTO_TEST_SUITE_END()
