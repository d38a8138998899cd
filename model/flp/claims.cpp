// The system as the catalogue has it: parameters, instances, mutants, scenarios. What it promises
// is in claims.hpp.
#include "model/flp/claims.hpp"

#include <fmt/format.h>

#include "checker/vocabulary/define.hpp"
#include "model/catalogue.hpp"

namespace synod {

System flp_system() {
  using namespace flp;
  System system;
  system.name = "flp";
  system.title = "Asynchronous consensus with one faulty process";
  system.summary =
      "Each process has an input, 0 or 1; all are to decide on one and the same. Four protocols "
      "try: one may go on for ever, two are blocked by a crash, and one that always decides does "
      "not always agree. That no protocol does better is the theorem; here are its instances.";
  system.sources = {
      "[FLP85] M. Fischer, N. Lynch, M. Paterson, Impossibility of Distributed Consensus with One "
      "Faulty Process, JACM 32(2), 1985",
      "[BO83] M. Ben-Or, Another Advantage of Free Choice: Completely Asynchronous Agreement "
      "Protocols, PODC 1983"};
  system.faults =
      "Asynchronous; messages arrive in any order, each once, none is lost. At most `crashes` "
      "processes stop for good, at any time between two steps; nobody can tell them from slow "
      "ones.";
  system.parameters = {
      choice("candidate",
             "the protocol: goes in rounds, n - 1 messages a phase; waits for all inputs; for all "
             "inputs but one; for the leader's",
             {"rounds", "all", "all_but_one", "leader"}),
      integer("processes", "processes", 2, 4, 3),
      integer("crashes", "processes that may stop for good", 0, 1, 1),
      integer("decide_by", "equal proposals on which a process decides", 1,
              {"processes", [](const Parameters& p) { return p["processes"]; }}, 2)
          .only_if(in_rounds),
      bound("lead", "rounds that the fastest may be ahead of the slowest", 1, 3, 1)
          .only_if(in_rounds),
      choice("claim", "what is claimed: what the candidate keeps; all that consensus asks for",
             {"kept", "consensus"}),
  };
  system.instances = {
      quick("candidate=rounds", holds(18'430, 65'048, 26).leaving_open({"UnanimousDecide"})),
      quick("candidate=rounds crashes=0",
            holds(5'182, 17'174, 25).leaving_open({"UnanimousDecide"})),
      quick("candidate=rounds lead=2",
            holds(30'670, 112'580, 28).leaving_open({"UnanimousDecide"})),
      quick("candidate=rounds processes=2", holds(214, 340, 15)),
      quick("candidate=all", holds(1'696, 5'648, 11)),
      quick("candidate=all crashes=0", holds(640, 1'808, 10)),
      quick("candidate=all processes=4", holds(144'272, 1'011'088, 18)),
      quick("candidate=all_but_one", holds(888, 2'204, 8)),
      quick("candidate=all_but_one processes=2", holds(48, 68, 4)),
      quick("candidate=all_but_one processes=4", holds(48'300, 302'208, 14)),
      quick("candidate=leader", holds(592, 1'400, 7)),
      quick("candidate=leader crashes=0", holds(168, 336, 6)),
      thorough("candidate=rounds lead=3",
               holds(42'658, 158'768, 32).leaving_open({"UnanimousDecide"})),
      thorough("candidate=rounds processes=4",
               holds(10'068'912, 65'277'632, 63).leaving_open({"UnanimousDecide"})),
  };
  system.mutants = {
      mutant("all_but_one",
             "Who does without one of the inputs decides though one is down; but two who each do "
             "without one need not have heard the same.",
             under("candidate=all_but_one claim=consensus"), violates("Agreement", 6)),
      mutant("waits_for_all", "Who waits for all waits for ever when one is down.",
             under("candidate=all claim=consensus"), violates("CanDecide", 2)),
      mutant("waits_for_the_leader", "One process decides for all, until it is down.",
             under("candidate=leader claim=consensus"), violates("CanDecide", 2)),
      mutant("one_proposal_decides", "[BO83]: a single proposal need not be heard by the others.",
             under("decide_by=1"), violates("Agreement", 13)),
      mutant("does_not_adopt", "[BO83]: a value that was proposed may have been decided.",
             without("ReceiveProposal.adopt"), violates("Agreement", 17)),
      mutant("keeps_its_own",
             "Without a coin, or what stands for it, two who are left over with different values "
             "tell each other so for ever.",
             without("ReceiveReport.turn"), violates("CanDecide", 2)),
      mutant("decides_again", "Who has decided goes on listening, and decides anew.",
             under("candidate=all_but_one").without("ReceiveInput.waiting"),
             violates("Irrevocable", 5)),
      mutant("comes_back_empty",
             "A process that stops and begins again has lost its input: that is another fault than "
             "[FLP85]'s.",
             under("candidate=all").without("Start.ready"), violates("Validity", 7)),
      mutant(
          "starts_again",
          "[BO83]: a process reports one value a round. One that begins again in the middle of a "
          "round reports another.",
          under("crashes=0").without("Start.ready"), violates("OneValueARound", 8)),
      mutant("heard_while_down", "Who is down receives a message all the same, and decides.",
             under("candidate=all").without("ReceiveInput.waiting"),
             violates("DownMeansSilent", 6)),
      mutant("two_crash", "[BO83] asks for n > 2f: of three, one may stop.",
             without("Crash.at_most"), violates("NoDeadlock", 4)),
  };
  const auto without_end = [](const std::string& name, const std::string& lesson,
                              const std::string& parameters, std::uint64_t length) {
    return mutant(name, lesson, under(parameters), violates("Termination", length));
  };
  system.mutants.push_back(without_end(
      "bivalent_for_ever",
      "[FLP85] Theorem 1: the safe candidate has an admissible run, here with no crash at all, in "
      "which nobody ever decides.",
      "crashes=0", 9));
  system.mutants.push_back(without_end("waits_in_vain",
                                       "[FLP85]: who waits for all is stuck when one crashes.",
                                       "candidate=all", 6));
  system.mutants.push_back(without_end("leaderless", "The leader's crash leaves the others stuck.",
                                       "candidate=leader", 6));
  system.mutants.push_back(mutant("deaf",
                                  "Who does not listen does not decide, whatever the others say.",
                                  under("candidate=all_but_one").without("ReceiveInput.decide"),
                                  violates("UnanimousDecide", 6)));
  system.admissible = fair_to;
  system.valence = true;
  system.scenarios = {
      scenario("for_ever",
               "[FLP85] section 3: nobody crashes, every message is received, some too late to be "
               "of use, and after one round all is as it was when all had reported: p1 has seen no "
               "majority and is left with 0, p2 has seen two of 1 and proposes 1, p3 hears of it. "
               "So it can go on for ever, and either value can still be decided at any time.",
               under("crashes=0"),
               {"Start(p1)", "Start(p2)", "Start(p3)", "ReceiveReport(p1, p2)",
                "ReceiveReport(p2, p3)", "ReceiveReport(p3, p1)", "ReceiveProposal(p1, p3)",
                "ReceiveProposal(p2, p1)", "ReceiveProposal(p3, p2)"})
          .starts_in("x = [p1: 0, p2: 1, p3: 1]"),
      scenario(
          "two_left",
          "Once one is down, the others have to hear each other and decide alike: what keeps "
          "`rounds` from deciding is not a crash but that one has to be allowed for.",
          under("crashes=1"),
          {"Start(p1)", "Start(p2)", "Crash(p3)", "ReceiveReport(p1, p2)", "ReceiveReport(p2, p1)",
           "ReceiveProposal(p1, p2)", "ReceiveProposal(p2, p1)", "ReceiveReport(p1, p2)",
           "ReceiveReport(p2, p1)", "ReceiveProposal(p1, p2)", "ReceiveProposal(p2, p1)"})
          .starts_in("x = [p1: 0, p2: 1, p3: 1]")
          .ends_in("AllDecided"),
      scenario("blocked",
               "The last is down before its first step, and its input is waited for for ever.",
               under("candidate=all"), {"processes"},
               [](const Parameters& p) {
                 const int last = p["processes"];
                 Steps steps;
                 for (int i = 1; i < last; ++i) steps.push_back(fmt::format("Start(p{})", i));
                 steps.push_back(fmt::format("Crash(p{})", last));
                 for (int i = 1; i < last; ++i)
                   for (int j = 1; j < last; ++j)
                     if (i != j) steps.push_back(fmt::format("ReceiveInput(p{}, p{})", i, j));
                 return steps;
               })
          .ends_in("Blocked"),
      scenario(
          "disagreement", "p1 does not wait for p3, nor p2 for p1.", under("candidate=all_but_one"),
          {"Start(p1)", "Start(p2)", "Start(p3)", "ReceiveInput(p1, p2)", "ReceiveInput(p2, p3)"})
          .starts_in("x = [p1: 0, p2: 1, p3: 1]")
          .ends_in("Disagreement"),
  };
  system.not_needed = {
      {{"ReceiveReport", "on_its_way"},
       "To go on without having heard from anybody is to be unsure, which is always safe."},
      {{"Crash", "up"}, "To crash again while down changes nothing."},
  };
  system.tla_constants = [specs = system.parameters](const Parameters& p) -> Assignments {
    Assignments constants = parameter_constants(
        specs, p, "Candidate=candidate Crashes=crashes DecideBy=decide_by Lead=lead");
    constants.emplace_back("N", std::to_string(p["processes"]));
    constants.emplace_back("None", "None");
    constants.emplace_back("Unsure", "Unsure");
    return constants;
  };
  return define<Flp>(std::move(system), flp_claims());
}

}  // namespace synod
