// What Paxos promises. The sources are cited in paxos.hpp.
#include "checker/vocabulary/define.hpp"
#include "model/catalogue.hpp"
#include "model/paxos/paxos.hpp"

namespace synod {
namespace {

using namespace paxos;

bool no_crash(const Parameters& p) { return p["crash"] == 0; }

auto paxos_claims() {
  return claims(
      always("Agreement",
             "[L01] section 2.1: only a single value is chosen. Any quorum that chose v shares an "
             "acceptor with any later info quorum, so every later proposal is v (P2c).",
             [](const auto& s) { return s.Value.count([&](int v) { return s.Chosen(v); }) <= 1; })
          .witness("FirstValueChosen")
          .witness("SecondValueChosen"),
      always("Validity",
             "[L01] section 2.1: only a proposed value is chosen. An acceptor votes for nothing "
             "that the ballot's leader has not proposed.",
             [](const auto& s) {
               for (const int a : s.Acceptor)
                 for (const int b : s.Ballot)
                   for (const int v : s.Value)
                     if (s.msg2b.sent(a, b, v) && !s.msg2a.sent(b, v)) return false;
               return true;
             })
          .witness("FirstValueChosen"),
      always("OneValuePerBallot", "[L01] section 2.2: a ballot is one proposal, with one value.",
             FOR_EVERY(Ballot),
             [](const auto& s, int b) {
               return s.Value.count([&](int v) { return s.msg2a.sent(b, v); }) <= 1;
             })
          .witness("SecondValueChosen"),
      always("PromisesKept",
             "[L01] section 2.2, P1a: an acceptor that has answered ballot b with its vote in mbal "
             "votes in no ballot between the two.",
             [](const auto& s) {
               bool kept = true;
               for (const int a : s.Acceptor)
                 for (const int b : s.Ballot)
                   s.msg1b.each(a, b, [&](int mbal, int mval) {
                     const bool cast = mbal == none || s.msg2b.sent(a, mbal, mval);
                     kept = kept && s.conjunct("the vote that it reports was cast", cast);
                     for (int between = mbal + 1; between < b; ++between)
                       kept = kept && s.conjunct("it has not voted in between",
                                                 s.msg2b.never_sent(a, between));
                   });
               return kept;
             })
          .witness("LaterBallotFollows"),
      step("BallotsGrow",
           "[L01] section 2.2: what an acceptor has promised only grows, over crashes too.",
           FOR_EVERY(Acceptor),
           [](const auto& before, const auto& after, int a) {
             return after.maxBal[a] >= before.maxBal[a];
           })
          .witness("FirstValueChosen"),
      step("DownMeansSilent", "A crashed acceptor keeps still until it restarts.",
           FOR_EVERY(Acceptor),
           [](const auto& before, const auto& after, int a) {
             if (!before.down.contains(a) || !after.down.contains(a)) return true;
             return after.maxBal[a] == before.maxBal[a] && after.maxVBal[a] == before.maxVBal[a];
           })
          .if_parameters([](const Parameters& p) { return p["crash"] != 0; })
          .witness("ChosenWhileOneIsDown"),
      reachable("FirstValueChosen", "Non-triviality: v1 can be chosen.",
                [](const auto& s) { return s.Chosen(0); })
          .decides("v1"),
      reachable("SecondValueChosen", "Non-triviality: v2 can be chosen as well.",
                [](const auto& s) { return s.Chosen(1); })
          .decides("v2")
          .if_parameters([](const Parameters& p) { return p["values"] >= 2; }),
      reachable("TwoRoundsSucceed", "\"Can two rounds both succeed?\" Yes, with the same value.",
                [](const auto& s) {
                  return s.Ballot.count([&](int b) {
                    return s.Value.any([&](int v) { return s.ChosenIn(b, v); });
                  }) >= 2;
                })
          .if_parameters([](const Parameters& p) { return p["ballots"] >= 2; }),
      reachable("DifferentVotes",
                "\"Can they accept different values?\" Yes: an acceptor may hold another value "
                "than the one that is chosen.",
                [](const auto& s) { return s.Chosen(0) && s.maxVal.any(1); })
          .if_parameters([](const Parameters& p) {
            return p["values"] >= 2 && p["ballots"] >= 2 && p["info_quorum"] < p["acceptors"] &&
                   p["accept_quorum"] < p["acceptors"];
          }),
      reachable("LaterBallotFollows",
                "A later ballot proposes the value of an earlier vote because it was reported.",
                [](const auto& s) {
                  bool follows = false;
                  for (const int a : s.Acceptor)
                    for (const int b : s.Ballot)
                      s.msg1b.each(a, b, [&](int mbal, int mval) {
                        follows = follows || (mbal != none && s.msg2a.sent(b, mval));
                      });
                  return follows;
                })
          .if_parameters([](const Parameters& p) { return p["ballots"] >= 2; }),
      reachable("ChosenWhileOneIsDown", "A minority's crash does not stop the others.",
                [](const auto& s) { return s.down.size() > 0 && s.Chosen(0); })
          .if_parameters([](const Parameters& p) { return p["crash"] != 0; }),
      named("ThirdValueChosen", "v3 is chosen.", [](const auto& s) { return s.Chosen(2); })
          .decides("v3")
          .if_parameters([](const Parameters& p) { return p["values"] >= 3; }),
      named("FourthValueChosen", "v4 is chosen.", [](const auto& s) { return s.Chosen(3); })
          .decides("v4")
          .if_parameters([](const Parameters& p) { return p["values"] >= 4; }),
      named("Started", "Some leader has started a ballot.",
            [](const auto& s) { return s.Ballot.any([&](int b) { return s.msg1a.sent(b); }); }),
      named("Decided", "Some value is chosen.",
            [](const auto& s) { return s.Value.any([&](int v) { return s.Chosen(v); }); }),
      temporal("OneLeaderDecides",
               "[L01] section 2.4: a single distinguished proposer makes progress. From some time "
               "on nobody starts another ballot; the acceptors and the leaders answer what they "
               "receive.",
               "Started ~> Decided")
          .assuming("FIN(Phase1a)")
          .assuming("WF(Phase1b by acceptor)")
          .assuming("WF(Phase2a)")
          .assuming("WF(Phase2b by acceptor)")
          .if_parameters(no_crash),
      temporal("EventuallyDecides",
               "[L01] section 2.4: two proposers that go on starting ballots with ever higher "
               "numbers outdate each other's proposals for ever, though everybody answers: the "
               "even ballots are one's, the odd ones the other's.",
               "Started ~> Decided")
          .assuming("WF(Phase1b by acceptor)")
          .assuming("WF(Phase2a)")
          .assuming("WF(Phase2b by acceptor)")
          .if_parameters([](const Parameters& p) { return no_crash(p) && p["ballots"] >= 2; })
          .refuted_always(),
      always_possible(
          "CanChoose",
          "From every state a value can still be chosen: the highest ballot is never "
          "outdated.",
          [](const auto& s) { return s.Value.any([&](int v) { return s.Chosen(v); }); }),
      proper_end("A leader may always repeat its 1a, so no state is without successor.",
                 [](const auto&) { return false; }));
}

int majority(const Parameters& parameters) { return parameters["acceptors"] / 2 + 1; }
int all_acceptors(const Parameters& parameters) { return parameters["acceptors"]; }

}  // namespace

System paxos_system() {
  System system;
  system.name = "paxos";
  system.title = "Single-decree Paxos, the synod";
  system.summary =
      "Acceptors choose one value by majority, whatever messages are lost and whichever leaders "
      "compete. The lecture's Collect, Last, Begin, Accept are the messages 1a, 1b, 2a, 2b.";
  system.sources = {
      "[L01] L. Lamport, Paxos Made Simple, ACM SIGACT News 32(4), 2001, sections 2.2, 2.3 and 2.5",
      "[L98] L. Lamport, The Part-Time Parliament, ACM TOCS 16(2), 1998"};
  system.faults =
      "Asynchronous; messages may be lost, duplicated and reordered (the message set never shrinks "
      "and nobody has to read it). With crash=yes, acceptors stop and restart; `durable` says what "
      "they find again. Leaders may stop at any time: none has to take a step.";
  system.parameters = {
      integer("acceptors", "acceptors", 1, 7, 3),
      integer("values", "values that may be proposed", 1, 4, 2),
      bound("ballots", "ballots, numbered from 0", 1, 8, 2),
      integer("info_quorum", "acceptors that must promise before a value is proposed", 1,
              {"acceptors", all_acceptors}, {"majority of acceptors", majority}),
      integer("accept_quorum", "acceptors that must vote for a value to be chosen", 1,
              {"acceptors", all_acceptors}, {"majority of acceptors", majority}),
      choice("crash", "acceptors may crash and restart", {"no", "yes"}),
      choice("durable",
             "what an acceptor finds again after a crash: everything; its last vote but "
             "not its promise; nothing",
             {"all", "votes", "none"}),
  };
  system.instances = {
      quick("acceptors=3 values=2 ballots=2", holds(3'921, 22'995, 17)),
      quick("acceptors=3 values=2 ballots=2 crash=yes", holds(31'368, 221'417, 20)),
      quick("acceptors=3 values=3 ballots=2", holds(6'801, 40'243, 17)),
      quick("acceptors=3 values=1 ballots=3", holds(68'921, 482'656, 25)),
      quick("acceptors=4 values=2 ballots=2", holds(20'609, 140'473, 21)),
      // Flexible Paxos: quorums need only meet across the phases.
      quick("acceptors=4 values=2 ballots=2 info_quorum=2", holds(97'793, 738'001, 21)),
      thorough("acceptors=3 values=2 ballots=3", holds(185'369, 1'316'584, 25)),
      thorough("acceptors=3 values=2 ballots=4", holds(8'220'065, 67'903'141, 33)),
  };
  system.mutants = {
      mutant("no_intersection",
             "Info quorums of one acceptor need not meet the accept quorum of an earlier ballot.",
             under("info_quorum=1"), violates("Agreement", 11)),
      mutant("forgotten_promise",
             "[L01] section 2.5: an acceptor must remember its promise over a crash.",
             under("crash=yes durable=votes"), violates("Agreement", 15)),
      mutant("forgotten_vote",
             "[L01] section 2.5: an acceptor must remember its vote over a crash.",
             under("crash=yes durable=none"), violates("Agreement", 15)),
      mutant("literal_accept",
             "The lecture's step 4 at its word: \"receiving the message, accepts the proposed "
             "value\", without comparing rounds.",
             without("Phase2b.not_outdated"), violates("Agreement", 13)),
      mutant("duelling_leaders",
             "[L01] section 2.4: leaders that outdate each other's ballots in turn decide nothing, "
             "for ever: that there is one leader at last is an assumption, not a detail.",
             under(""), violates("EventuallyDecides", 9)),
      mutant("unasked_promise",
             "An acceptor that promises what nobody asked for is waiting for a leader who never "
             "comes.",
             under("values=1 ballots=3").without("Phase1b.requested"),
             violates("OneLeaderDecides", 8)),
  };
  system.not_needed = {
      {{"Phase1b", "requested"},
       "A promise that nobody asked for binds its acceptor all the same, and a leader that uses it "
       "has what it would have asked for."},
      {{"Crash", "up"}, "To crash again while down changes nothing."},
      {{"Restart", "stopped"}, "To restart while up changes nothing."},
  };
  system.admissible = {"WF(Phase1b by acceptor)", "WF(Phase2a)", "WF(Phase2b by acceptor)"};
  system.normal_form = {
      .forgets =
          "ballots are renumbered in order, without those below all promises that no vote and no "
          "choice is about and whose leader has nothing to propose",
      .renumbers = "ballot",
      .window = "ballots",
      .keeps = {},
      // Without these an acceptor may still take part in a ballot below its promise.
      .rests_on = {"Phase1b.newer", "Phase2b.not_outdated", "Phase2a.safe"},
  };
  system.tla_constants = [](const Parameters& p) -> Assignments {
    const char* const durable[] = {"\"all\"", "\"votes\"", "\"none\""};
    return {
        {"Acceptor", interchangeable("acceptor", "a", p["acceptors"]).text()},
        {"Value", interchangeable("value", "v", p["values"]).text()},
        {"None", "None"},
        {"Ballots", std::to_string(p["ballots"])},
        {"InfoQuorum", std::to_string(p["info_quorum"])},
        {"AcceptQuorum", std::to_string(p["accept_quorum"])},
        {"MayCrash", p["crash"] != 0 ? "TRUE" : "FALSE"},
        {"Durable", durable[p["durable"]]},
    };
  };
  return define<Paxos>(std::move(system), paxos_claims());
}

}  // namespace synod
