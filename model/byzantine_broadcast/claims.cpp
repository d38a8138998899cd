// What Byzantine reliable broadcast promises. [B87] is cited in byzantine_broadcast.hpp.
#include "checker/vocabulary/define.hpp"
#include "model/byzantine_broadcast/byzantine_broadcast.hpp"
#include "model/catalogue.hpp"

namespace synod {
namespace {

using namespace byzantine_broadcast;

bool sender_is_correct(const Parameters& p) {
  return p["sender"] == static_cast<int>(Sender::correct);
}
bool sender_is_traitor(const Parameters& p) { return !sender_is_correct(p); }
bool two_values(const Parameters& p) { return p["values"] >= 2; }

template <class Model>
bool all_accept(const Model& s) {
  return s.Correct.all([&](int p) { return s.accepted[p] != none; });
}

/// How many values have a correct process of which this holds.
template <class Model, class Holds>
int values_with(const Model& s, Holds&& holds) {
  return s.Value.count([&](int v) { return s.Correct.any([&](int p) { return holds(p, v); }); });
}

auto byzantine_broadcast_claims() {
  return claims(
      always("Agreement",
             "[B87] no two correct processes accept different values. Readies of correct processes "
             "are for one value, and among those that make a process accept is one of these.",
             [](const auto& s) {
               return values_with(s, [&](int p, int v) { return s.accepted[p] == v; }) <= 1;
             })
          .witness("FirstValueAccepted"),
      always("Validity",
             "[B87] if the sender is correct, nothing but the value that it broadcast is accepted. "
             "Traitors are too few to make anybody echo anything else.",
             [](const auto& s) {
               return s.Correct.all(
                   [&](int p) { return s.accepted[p] == none || s.initial.sent(s.accepted[p]); });
             })
          .if_parameters(sender_is_correct)
          .witness("FirstValueAccepted"),
      always("OneValueIsReady",
             "[B87] correct processes send ready for one value only. The first who does so has "
             "more than (n + t)/2 echoes; two such sets have a correct process in common, which "
             "echoes once.",
             [](const auto& s) {
               return values_with(s, [&](int p, int v) { return s.ready.sent(p, v); }) <= 1;
             })
          .witness("FirstValueAccepted"),
      always("AcceptedIsSupported",
             "[B87] when a correct process accepts v, at least t + 1 correct ones have sent "
             "(ready, v): enough for all the others to send it too, whatever the traitors do.",
             FOR_EVERY(Correct),
             [](const auto& s, int p) {
               return s.accepted[p] == none || s.Readies(s.accepted[p]) >= s.support;
             })
          .witness("FirstValueAccepted"),
      step("Irrevocable", "[B87] each process accepts once.", FOR_EVERY(Correct),
           [](const auto& before, const auto& after, int p) {
             return before.accepted[p] == none || before.accepted[p] == after.accepted[p];
           })
          .witness("FirstValueAccepted"),
      reachable(
          "FirstValueAccepted", "All correct processes can accept v1.",
          [](const auto& s) { return s.Correct.all([&](int p) { return s.accepted[p] == 0; }); }),
      reachable(
          "SecondValueAccepted", "All correct processes can accept v2 as well.",
          [](const auto& s) { return s.Correct.all([&](int p) { return s.accepted[p] == 1; }); })
          .if_parameters(two_values),
      reachable("AcceptedThoughSplit",
                "A traitor tells correct processes different values, and all accept one of them.",
                [](const auto& s) {
                  return all_accept(s) &&
                         values_with(s, [&](int p, int v) { return s.echo.sent(p, v); }) >= 2;
                })
          .if_parameters([](const Parameters& p) {
            return sender_is_traitor(p) && two_values(p) && p["echo_quorum"] < p["processes"];
          }),
      named("SomeAccepted", "Some correct process has accepted a value.",
            [](const auto& s) {
              return s.Correct.any([&](int p) { return s.accepted[p] != none; });
            }),
      named("AllAccepted", "Every correct process has accepted a value.",
            [](const auto& s) { return all_accept(s); }),
      temporal("Totality",
               "[B87] if a correct process accepts, every correct process does. The traitors may "
               "keep silent from then on: what correct processes have sent is enough, and arrives.",
               "SomeAccepted ~> AllAccepted")
          .assuming("WF(SendEcho by process)")
          .assuming("WF(SendReady by process)")
          .assuming("WF(Accept by process)"),
      temporal("EventuallyAccepted",
               "[B87] the value of a correct sender is accepted by all, even if no traitor ever "
               "says anything: the correct ones are more than (n + t)/2, and at least 2t + 1. A "
               "traitor as the sender can leave all waiting.",
               "<> AllAccepted")
          .assuming("WF(Broadcast)")
          .assuming("WF(SendEcho by process)")
          .assuming("WF(SendReady by process)")
          .assuming("WF(Accept by process)")
          .refuted_if(sender_is_traitor),
      proper_end("All correct processes have accepted, or the sender is a traitor and none has.",
                 [](const auto& s) {
                   return all_accept(s) ||
                          (s.sender == Sender::traitor &&
                           s.Correct.all([&](int p) { return s.accepted[p] == none; }));
                 }));
}

int most_traitors(const Parameters& p) { return p["processes"] - 1; }
int fewest_traitors(const Parameters& p) { return sender_is_traitor(p) ? 1 : 0; }
int usual_traitors(const Parameters& p) {
  return std::clamp(p["t"], fewest_traitors(p), most_traitors(p));
}
int more_than_half(const Parameters& p) {
  return std::min((p["processes"] + p["t"]) / 2 + 1, p["processes"]);
}
int t_plus_1(const Parameters& p) { return std::min(p["t"] + 1, p["processes"]); }
int two_t_plus_1(const Parameters& p) { return std::min(2 * p["t"] + 1, p["processes"]); }
int all_processes(const Parameters& p) { return p["processes"]; }

/// Fewer processes or messages than the paper asks for, and what each step is for.
std::vector<Mutant> byzantine_broadcast_mutants() {
  return {
      mutant("three_processes",
             "n = 3t, and a silent traitor: two echoes are not more than (n + t)/2, so that what "
             "a correct sender broadcasts is never accepted.",
             under("processes=3"), violates("EventuallyAccepted", 4)),
      mutant("three_processes_sender_traitor",
             "n = 3t: a process accepts with the help of the traitor, who then is silent. Readies "
             "of all three are needed, so that the other never accepts.",
             under("processes=3 sender=traitor"), violates("Totality", 6)),
      mutant("three_processes_that_do_not_wait",
             "n = 3t, and nobody waits for more than the n - t that must answer: a traitor says to "
             "each what it wants to hear.",
             under("processes=3 sender=traitor echo_quorum=2 ready_quorum=2"),
             violates("Agreement", 7)),
      mutant("two_traitors", "Four processes are enough against one traitor, not against two.",
             under("traitors=2 sender=traitor"), violates("Agreement", 7)),
      mutant("half_of_the_echoes",
             "Ready after (n + t)/2 echoes and not after more: two such sets of five processes "
             "have one in common, and it may be the traitor.",
             under("processes=5 sender=traitor echo_quorum=3"), violates("Agreement", 11)),
      mutant("too_few_echoes",
             "The same with four processes: two values are ready. They are too few to accept both.",
             under("sender=traitor echo_quorum=2"), violates("OneValueIsReady", 5)),
      mutant("no_amplification",
             "Without sending ready because t + 1 others have, as many readies as make a process "
             "accept can be there for one, with a traitor's among them, and never for the others.",
             under("sender=traitor support=3"), violates("Totality", 6)),
      mutant("accept_on_t_plus_1",
             "Accepted after t + 1 readies: one of them may be the only correct process that ever "
             "sends it.",
             under("sender=traitor ready_quorum=2"), violates("Totality", 5)),
      mutant("accept_unsupported", "The same, seen sooner: t + 1 readies have one correct process.",
             under("ready_quorum=2"), violates("AcceptedIsSupported", 6)),
      mutant("ready_on_t",
             "Ready after t readies: what traitors alone say is accepted in a correct sender's "
             "name.",
             under("support=1"), violates("Validity", 6)),
      mutant("second_thoughts", "A process that accepts again changes its mind.",
             under("processes=5 sender=traitor echo_quorum=3").without("MisledAccept.once"),
             violates("Irrevocable", 11)),
      mutant("echoes_everything",
             "A process that echoes each value that it hears of supports them all.",
             under("sender=traitor").without("MisledEcho.once"), violates("OneValueIsReady", 7)),
      mutant("deaf_process", "A process that does not echo is never ready.",
             without("SendEcho.send"), violates("EventuallyAccepted", 2)),
  };
}

}  // namespace

System byzantine_broadcast_system() {
  System system;
  system.name = "byzantine_broadcast";
  system.title = "Bracha's reliable broadcast among Byzantine processes";
  system.summary =
      "A sender broadcasts a value; processes echo it, say that they are ready, and accept it. "
      "With "
      "n > 3t processes, t traitors, the sender perhaps among them, neither make two correct ones "
      "accept different values nor one alone accept any.";
  system.sources = {
      "[B87] G. Bracha, Asynchronous Byzantine Agreement Protocols, Information and Computation "
      "75(2), 1987"};
  system.faults =
      "Asynchronous; messages of correct processes arrive in the end, in any order, and senders "
      "are "
      "known. Traitors say anything to anyone at any time, or nothing. Which processes are "
      "traitors "
      "is fixed; the sender may be one.";
  system.parameters = {
      integer("processes", "processes, traitors included", 2, 10, 4),
      integer("t", "traitors that the numbers of messages are meant for", 0, 3, 1),
      choice("sender", "whether the sender keeps to the protocol", {"correct", "traitor"}),
      integer("traitors", "traitors that there are",
              {"0, or 1 with sender=traitor", fewest_traitors}, {"processes - 1", most_traitors},
              {"t", usual_traitors}),
      integer("values", "values that may be broadcast", 1, 3, 2),
      integer("echo_quorum", "echoes after which a process sends echo and ready", 1,
              {"processes", all_processes}, {"more than (processes + t)/2", more_than_half}),
      integer("support", "readies after which a process sends echo and ready", 1,
              {"processes", all_processes}, {"t + 1", t_plus_1}),
      integer("ready_quorum", "readies after which a process accepts", 1,
              {"processes", all_processes}, {"2t + 1", two_t_plus_1}),
  };
  system.instances = {
      quick("processes=4 t=1", holds(99, 327, 11)),
      quick("processes=4 t=1 sender=traitor", holds(247, 769, 10)),
      quick("processes=4 t=1 traitors=0", holds(261, 651, 14)),
      quick("processes=4 t=1 sender=traitor values=3", holds(601, 1'891, 10)),
      quick("processes=5 t=1 sender=traitor", holds(1'025, 4'929, 13)),
      quick("processes=7 t=2", holds(1'339, 6'863, 17)),
      quick("processes=7 t=2 sender=traitor", holds(10'047, 50'841, 16)),
      thorough("processes=10 t=3", holds(19'371, 139'149, 23)),
      thorough("processes=10 t=3 sender=traitor", holds(443'695, 3'217'439, 22)),
  };
  system.mutants = byzantine_broadcast_mutants();
  system.not_needed = {
      {{"Broadcast", "once"},
       "Correct processes echo once all the same, so that two values are not accepted."},
      {{"SendEcho", "once"},
       "Without traitors' messages there is one value to echo, or it is the one that is ready."},
      {{"SendReady", "echoed"},
       "What makes a process ready makes it echo as well. The steps are in the paper's order."},
      {{"SendReady", "once"}, "There is only one value to be ready for."},
      {{"MisledReady", "echoed"}, "As for SendReady."},
      {{"MisledReady", "once"}, "As for SendReady."},
      {{"Accept", "is_ready"}, "What makes a process accept makes it ready as well."},
      {{"Accept", "once"}, "There is only one value to accept."},
      {{"MisledAccept", "is_ready"}, "As for Accept."},
      {{"MisledAccept", "once"}, "As for Accept."},
  };
  system.tla_constants = [](const Parameters& p) -> Assignments {
    return {
        {"Correct", interchangeable("process", "p", p["processes"] - p["traitors"]).text()},
        {"Value", interchangeable("value", "v", p["values"]).text()},
        {"None", "None"},
        {"Traitors", std::to_string(p["traitors"])},
        {"SenderIsCorrect", sender_is_correct(p) ? "TRUE" : "FALSE"},
        {"EchoQuorum", std::to_string(p["echo_quorum"])},
        {"Support", std::to_string(p["support"])},
        {"ReadyQuorum", std::to_string(p["ready_quorum"])},
    };
  };
  return define<ByzantineBroadcast>(std::move(system), byzantine_broadcast_claims());
}

}  // namespace synod
