// What OM(m) promises. [LSP82] is cited in byzantine_om.hpp.
#include "checker/vocabulary/define.hpp"
#include "model/byzantine_om/byzantine_om.hpp"
#include "model/catalogue.hpp"

namespace synod {
namespace {

using namespace byzantine_om;

/// All loyal lieutenants have decided, and obey this order of a loyal commander.
template <class Model>
bool all_obey(const Model& s, int order) {
  return s.Decided() && s.order == order &&
         s.Lieutenant.all([&](int i) { return s.IsTraitor(i) || s.obeys[i] == order; });
}

auto byzantine_om_claims() {
  return claims(
      always("IC1",
             "[LSP82] section 1: all loyal lieutenants obey the same order. If the commander is a "
             "traitor, m - 1 traitors are left for OM(m - 1), and all get the same vector of it.",
             [](const auto& s) {
               int obeyed = none;
               for (const int i : s.Lieutenant) {
                 if (s.obeys[i] == none) continue;  // a traitor, or not decided yet
                 if (obeyed != none && s.obeys[i] != obeyed) return false;
                 obeyed = s.obeys[i];
               }
               return true;
             })
          .witness("AttackObeyed")
          .witness("TraitorCommanderSplits"),
      always("IC2",
             "[LSP82] section 1: if the commander is loyal, every loyal lieutenant obeys the order "
             "he sends. Lemma 1: with n > 2k + m the loyal ones outvote k traitors.",
             [](const auto& s) { return s.order == none || !s.Decided() || all_obey(s, s.order); })
          .witness("AttackObeyed")
          .witness("RetreatObeyed")
          .witness("TraitorLieutenantLies"),
      reachable("AttackObeyed", "A loyal commander orders an attack, and gets it.",
                [](const auto& s) { return all_obey(s, attack); }),
      reachable("RetreatObeyed", "A loyal commander orders a retreat, and gets it.",
                [](const auto& s) { return all_obey(s, retreat); }),
      reachable("TraitorCommanderSplits",
                "A traitor commander gives two loyal lieutenants different orders, and they obey "
                "the same one.",
                [](const auto& s) {
                  if (!s.Decided() || !s.IsTraitor(s.commander)) return false;
                  for (const int i : s.Lieutenant)
                    for (const int j : s.Lieutenant)
                      if (!s.IsTraitor(i) && !s.IsTraitor(j) && s.obeys[i] == s.obeys[j] &&
                          s.told[s.FromCommander(i)] != s.told[s.FromCommander(j)])
                        return true;
                  return false;
                })
          .if_parameters([](const Parameters& p) { return p["traitors"] > 0; }),
      reachable("TraitorLieutenantLies",
                "A traitor lieutenant passes on another order than he was given, and is outvoted.",
                [](const auto& s) {
                  return s.order != none && all_obey(s, s.order) && s.Message.any([&](int e) {
                    return s.IsTraitor(s.messages.sender(e)) && s.told[e] != s.order;
                  });
                })
          .if_parameters([](const Parameters& p) { return p["traitors"] > 0 && p["m"] > 0; }),
      always_possible("CanDecide",
                      "[LSP82] section 3, A3: no traitor prevents a decision by keeping silent.",
                      [](const auto& s) { return s.Decided(); }),
      proper_end("The lieutenants have decided.", [](const auto& s) { return s.Decided(); }));
}

int all_but_two(const Parameters& parameters) { return parameters["generals"] - 2; }
int rounds_with_somebody_to_tell(const Parameters& parameters) {
  return std::min(parameters["generals"] - 2, 3);
}

/// Fewer generals or rounds than the theorem asks for, another tie rule, each assumption dropped.
std::vector<Mutant> byzantine_om_mutants() {
  return {
      mutant("three_generals",
             "[LSP82] section 2, figure 1: a traitor lieutenant says \"he said retreat\". That no "
             "algorithm helps n = 3k generals against k traitors, section 2 shows by simulation; "
             "here is only what becomes of OM(m).",
             under("generals=3"), violates("IC2", 7)),
      mutant("three_generals_tie_commander",
             "[LSP82] section 2, figure 2: a traitor commander. Lieutenants who believe their "
             "commander when in doubt are safe with a loyal one, and split by a traitor.",
             under("generals=3 tie=commander"), violates("IC1", 7)),
      mutant("five_generals_tie_commander",
             "[LSP82] section 3 makes majority a function of the values alone, the same for all. "
             "Four votes can tie, and then each lieutenant's own word of a traitor commander "
             "decides, though five generals are enough.",
             under("generals=5 tie=commander"), violates("IC1", 19)),
      mutant("six_generals", "[LSP82] section 2: n = 3k for k = 2.",
             under("generals=6 m=2 traitors=2 reduction=yes"), violates("IC2", 88)),
      mutant("no_relay", "OM(0) believes the commander, whoever he is.", under("m=0"),
             violates("IC1", 6)),
      mutant("one_round_fewer", "Seven generals outvote two traitors in OM(2), but not in OM(1).",
             under("generals=7 m=1 traitors=2 reduction=yes"), violates("IC1", 39)),
      mutant("one_round_more",
             "[LSP82] Lemma 1 asks for n > 2k + m: a round too many, with generals too few to "
             "outvote the traitor in it, does harm.",
             under("m=2"), violates("IC2", 18)),
      mutant("lost_message", "[LSP82] section 3, A1: every message that is sent is delivered.",
             without("Silence.A1"), violates("IC2", 12)),
      mutant("unknown_sender",
             "[LSP82] section 3, A2: the receiver of a message knows who sent it; otherwise a "
             "traitor speaks for others.",
             without("TraitorSend.A2"), violates("IC2", 12)),
      mutant("unnoticed_silence",
             "[LSP82] section 3, A3: the absence of a message can be detected. Otherwise a silent "
             "traitor prevents a decision. IC1 and IC2 do not need it: whatever a receiver reads "
             "instead, a traitor might have said.",
             without("Silence.A3"), violates("CanDecide", 3)),
  };
}

}  // namespace

System byzantine_om_system() {
  System system;
  system.name = "byzantine_om";
  system.title = "The Byzantine generals' oral message algorithm OM(m)";
  system.summary =
      "A commander gives an order to lieutenants, who tell each other what they were told for m "
      "rounds more; with n > 3m generals, m traitors neither split the loyal ones nor turn them "
      "against a loyal commander.";
  system.sources = {
      "[LSP82] L. Lamport, R. Shostak, M. Pease, The Byzantine Generals Problem, ACM TOPLAS 4(3), "
      "1982, sections 2 and 3"};
  system.faults =
      "Synchronous rounds. Traitors, the commander included, say anything to anyone, or nothing, "
      "knowing all that was said before. Messages of loyal generals arrive (A1), senders are known "
      "(A2), absence is noticed (A3); each is a conjunct that can be dropped.";
  system.parameters = {
      integer("generals", "generals, the commander included", 3, 7, 4),
      integer("m", "the depth of OM(m): messages are relayed for m rounds after the first", 0,
              {"generals - 2, at most 3", rounds_with_somebody_to_tell}, 1),
      integer("traitors", "generals that may be traitors", 0, {"generals - 2", all_but_two}, 1),
      choice("tie", "what a tie falls to: RETREAT, as in the paper, or the commander's word",
             {"retreat", "commander"}),
      choice("reduction", "leave out what cannot matter, as the model explains", {"no", "yes"}),
  };
  system.instances = {
      quick("generals=4 m=1 traitors=1", holds(238, 263, 12)),
      quick("generals=3 m=0 traitors=0", holds(9, 9, 5)),
      quick("generals=3 m=1 traitors=0", holds(13, 13, 7)),
      quick("generals=4 m=1 traitors=1 tie=commander", holds(238, 263, 12)),
      quick("generals=4 m=1 traitors=1 reduction=yes", holds(120, 131, 12)),
      quick("generals=5 m=1 traitors=1", holds(816, 887, 19)),
      quick("generals=5 m=2 traitors=1", holds(50'784, 54'887, 43)),
      quick("generals=5 m=2 traitors=1 reduction=yes", holds(1'276, 1'417, 43)),
      thorough("generals=7 m=2 traitors=1 reduction=yes", holds(20'664, 22'773, 159)),
      thorough("generals=7 m=2 traitors=2 reduction=yes", holds(2'018'889, 3'088'579, 159)),
  };
  system.mutants = byzantine_om_mutants();
  system.scenarios = {
      scenario("figure_1",
               "[LSP82] Figure 1, a lieutenant a traitor: 1 hears attack from the commander and "
               "retreat from 2, and has to obey the commander.",
               under("generals=3"),
               {"Begin({2}, attack)", "LoyalSend(0->1, attack)", "LoyalSend(0->2, attack)",
                "LoyalSend(0:1->2, attack)", "TraitorSend(2, 0:2->1, retreat)", "Obey"})
          .ends_in("IC2"),
      scenario("figure_2",
               "[LSP82] Figure 2, the commander a traitor: 1 hears just what it heard in Figure 1. "
               "If it obeys the commander here too, the lieutenants disagree.",
               under("generals=3 tie=commander"),
               {"Begin({0}, None)", "TraitorSend(0, 0->1, attack)", "TraitorSend(0, 0->2, retreat)",
                "LoyalSend(0:1->2, attack)", "LoyalSend(0:2->1, retreat)", "Obey"})
          .ends_in("IC1"),
      scenario("figure_3",
               "[LSP82] Figure 3, four generals and a lieutenant a traitor: the loyal lieutenants "
               "have a majority for what the commander said.",
               under("generals=4"),
               {"Begin({3}, attack)", "LoyalSend(0->1, attack)", "LoyalSend(0->2, attack)",
                "LoyalSend(0->3, attack)", "LoyalSend(0:1->2, attack)", "LoyalSend(0:1->3, attack)",
                "LoyalSend(0:2->1, attack)", "LoyalSend(0:2->3, attack)",
                "TraitorSend(3, 0:3->1, retreat)", "TraitorSend(3, 0:3->2, retreat)", "Obey"}),
  };
  system.not_needed = {
      {{"TraitorSend", "of_account"},
       "It is the reduction: it restricts the traitors, and where it bites nobody hears them."},
      {{"Obey", "undecided"}, "To decide again changes nothing."},
  };
  system.tla_constants = [](const Parameters& p) -> Assignments {
    return {
        {"N", std::to_string(p["generals"])},
        {"M", std::to_string(p["m"])},
        {"MaxTraitors", std::to_string(p["traitors"])},
        {"Tie", p["tie"] == 0 ? "\"retreat\"" : "\"commander\""},
        {"Reduction", p["reduction"] != 0 ? "TRUE" : "FALSE"},
        {"None", "None"},
    };
  };
  return define<ByzantineOM>(std::move(system), byzantine_om_claims());
}

}  // namespace synod
