// A client has a server print a text. The server prints it (P) and sends a completion message (M),
// in the one order or the other, and crashes (C) at any point; then it says that it has recovered,
// and has forgotten the request. The client issues the request again or does not, by whether it has
// received M; the second time nothing goes wrong. [TS07] A. Tanenbaum, M. van Steen, Distributed
// Systems, 2nd edition, 2007, section 8.3.2; the lecture's slides "Server Crashes".
//
// Both strategies are unknowns: the server's is one Boolean, the client's a decision for each thing
// that it can see. All eight pairs are tried at once.
#include <fmt/format.h>

#include <array>
#include <utility>

#include "model/proofs.hpp"

namespace synod {
namespace print_server {
namespace {

using proof::Obligation;
using proof::Query;
using proof::Status;

/// How far the server gets.
struct Crash {
  int events;  ///< of its two
  const char* when;
};
constexpr std::array<Crash, 3> crashes{
    {{2, "after both"}, {1, "between the two"}, {0, "before both"}}};

struct ServerOrder {
  bool message_first;
  std::array<const char*, 3> orderings;  ///< by crash; what does not happen is in parentheses

  bool acknowledged(const Crash& crash) const { return crash.events >= (message_first ? 1 : 2); }
  bool printed(const Crash& crash) const { return crash.events >= (message_first ? 2 : 1); }
};
const std::array<ServerOrder, 2> orders{
    {{true, {"MPC", "MC(P)", "C(MP)"}}, {false, {"PMC", "PC(M)", "C(PM)"}}}};

struct Strategies {
  explicit Strategies(z3::context& context)
      : message_first(context.bool_const("server sends M first")),
        when_acknowledged(context.bool_const("client reissues if acknowledged")),
        when_not(context.bool_const("client reissues if not acknowledged")) {}

  /// How often the text is printed, once at most before and once at most after the crash.
  z3::expr reissued(const ServerOrder& order, const Crash& crash) const {
    return order.acknowledged(crash) ? when_acknowledged : when_not;
  }
  std::string text(const z3::model& model) const {
    const auto is = [&](const z3::expr& unknown) { return model.eval(unknown, true).is_true(); };
    return fmt::format("server: {}; client reissues if acknowledged: {}, if not: {}\n",
                       is(message_first) ? "M first" : "P first",
                       is(when_acknowledged) ? "yes" : "no", is(when_not) ? "yes" : "no");
  }

  z3::expr message_first, when_acknowledged, when_not;
};

/// What is asked of the number of times that the text is printed.
enum class Wanted : std::uint8_t { exactly_once, at_least_once, at_most_once };

z3::expr holds(Wanted wanted, bool printed, const z3::expr& reissued) {
  const z3::expr least = reissued.ctx().bool_val(printed) || reissued;
  const z3::expr most = !(reissued.ctx().bool_val(printed) && reissued);
  if (wanted == Wanted::at_least_once) return least.simplify();
  if (wanted == Wanted::at_most_once) return most.simplify();
  return (least && most).simplify();
}

/// [TS07] Figure 8-8: for each pair, what comes of each crash.
std::string table() {
  std::string lines = fmt::format("{:28}{:8}{:8}{:8}  {:8}{:8}{}\n", "client reissues", "MPC",
                                  "MC(P)", "C(MP)", "PMC", "PC(M)", "C(PM)");
  constexpr std::array<std::pair<bool, bool>, 4> clients{
      {{true, true}, {false, false}, {true, false}, {false, true}}};
  constexpr std::array names{"always", "never", "only when acknowledged",
                             "only when not acknowledged"};
  for (std::size_t c = 0; c < clients.size(); ++c) {
    std::string line = fmt::format("{:28}", names.at(c));
    for (const ServerOrder& order : orders) {
      for (const Crash& crash : crashes) {
        const auto [if_acknowledged, if_not] = clients.at(c);
        const bool reissued = order.acknowledged(crash) ? if_acknowledged : if_not;
        const int prints = (order.printed(crash) ? 1 : 0) + (reissued ? 1 : 0);
        constexpr std::array words{"ZERO", "OK", "DUP"};
        line += fmt::format("{:8}", words.at(static_cast<std::size_t>(prints)));
      }
      if (order.message_first) line += "  ";
    }
    lines += line.substr(0, line.find_last_not_of(' ') + 1) + "\n";
  }
  return lines +
         "OK: printed once; DUP: twice; ZERO: not at all. A server that sends M first has the "
         "left\n"
         "three columns, one that prints first the right three. No row is OK in all its three.\n";
}

/// Whether any strategies are right at every crash but those that are left out.
Query question(z3::context& context, const std::string& name, Status expected, Wanted wanted,
               const std::string& left_out = "") {
  const Strategies strategies(context);
  Query query{.name = name, .expected = expected, .logic = "QF_UF"};
  for (const ServerOrder& order : orders) {
    const z3::expr taken =
        order.message_first ? strategies.message_first : !strategies.message_first;
    for (std::size_t c = 0; c < crashes.size(); ++c) {
      if (crashes.at(c).when == left_out) continue;
      query.assertions.push_back(
          {z3::implies(taken, holds(wanted, order.printed(crashes.at(c)),
                                    strategies.reissued(order, crashes.at(c)))),
           order.orderings.at(c)});
    }
  }
  query.explain = [strategies](const z3::model& model) { return strategies.text(model); };
  query.explain_core = [](const auto&) { return table(); };
  return query;
}

proof::Topic make(const Parameters&) {
  proof::Topic topic;
  topic.notes =
      "A client has a server print a text once. The server prints (P) and sends the client a "
      "completion message (M), in the one order or the other, and crashes (C) at some point: PC(M) "
      "is: it printed, crashed, and M was never sent. It recovers, having forgotten the request. "
      "The client learns that it crashed, and issues the request again, or does not, by whether it "
      "has received M; it is then printed without a crash.";
  z3::context& context = *topic.context;
  Obligation obligation{
      .name = "never_exactly_once",
      .sentence =
          "Whatever the server does first, and however the client decides whether to issue "
          "the request again, there is a point at which a crash makes the text be printed "
          "twice or not at all.",
      .scope = "one crash; two strategies of the server, all four of the client"};
  obligation.queries = {question(context, "any strategies", Status::unsat, Wanted::exactly_once)};
  for (const char* left_out : {"after both", "between the two", "before both"})
    obligation.controls.push_back(
        {fmt::format("with no crash {}", left_out),
         {question(context, "any strategies", Status::sat, Wanted::exactly_once, left_out)}});
  obligation.controls.push_back(
      {"at least once is enough",
       {question(context, "any strategies", Status::sat, Wanted::at_least_once)}});
  obligation.controls.push_back(
      {"at most once is enough",
       {question(context, "any strategies", Status::sat, Wanted::at_most_once)}});
  topic.obligations.push_back(std::move(obligation));
  return topic;
}

}  // namespace
}  // namespace print_server

proof::TopicInfo print_server_topic() {
  return {.name = "print_server",
          .title = "no strategies of server and client print exactly once whenever it crashes",
          .sources = {"[TS07] A. Tanenbaum, M. van Steen, Distributed Systems, 2nd edition, 2007, "
                      "section 8.3.2, figure 8-8",
                      "the lecture, Server Crashes (3) to (6)"},
          .make = print_server::make};
}

}  // namespace synod
