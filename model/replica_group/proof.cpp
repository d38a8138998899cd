// What consensus takes when processes crash.
//
// [FL82] M. Fischer, N. Lynch, A Lower Bound for the Time to Assure Interactive Consistency,
// Information Processing Letters 14(4), 1982: k + 1 rounds in spite of k faults, here for crashes,
// as in [Lyn96] N. Lynch, Distributed Algorithms, 1996, sections 6.2 (FloodSet) and 6.7. All
// algorithms of few rounds at once, for small groups; the step to all groups is theirs, cited.
//
// [BT85] G. Bracha, S. Toueg, Asynchronous Consensus and Broadcast Protocols, JACM 32(4), 1985: n >
// 2f, where who is silent may be cut off as well as crashed. Arithmetic for all n and f, and all
// rules for small groups.
//
// Agreement: no two that decide, decide differently. Validity: if all propose the same, that is
// decided. Whoever has not crashed decides (the k + 1 rounds); whoever hears of n - f, himself
// included, decides (n > 2f).
#include <fmt/format.h>

#include <bit>
#include <utility>

#include "checker/proof/decision_rules.hpp"
#include "model/proofs.hpp"
#include "model/replica_group/crash_rounds.hpp"

namespace synod {
namespace replica_group {
namespace {

using proof::Assertion;
using proof::DecisionRules;
using proof::Obligation;
using proof::Query;
using proof::Status;

std::string count_of(int count, const std::string& what) {
  const char* const plural = what.ends_with('s') ? "es" : "s";
  return fmt::format("{} {}{}", count, what, count == 1 ? "" : plural);
}

// Rounds

struct AllExecutions {
  std::shared_ptr<DecisionRules> rules = std::make_shared<DecisionRules>("0", "1");
  std::vector<bool> least;  ///< of the inputs known, by view
  int count = 0;
};

AllExecutions all_executions(CrashRounds& rounds, int crashes) {
  AllExecutions all;
  std::map<int, int> numbers;  // by view: each is written down once
  const bool in_full = rounds.rounds() <= 2;
  const auto rule_of = [&](int view) {
    const auto [at, is_new] = numbers.emplace(view, 0);
    if (is_new) {
      at->second = all.rules->view(in_full ? rounds.text(view) : rounds.short_text(view));
      all.least.push_back(rounds.least(view) != 0);
    }
    return at->second;
  };
  const unsigned ones = (1U << rounds.processes()) - 1;
  rounds.each_execution(crashes, [&](const Execution& execution) {
    ++all.count;
    const auto described = [&] { return rounds.text(execution); };
    int before = -1;
    for (const int view : rounds.run(execution)) {
      if (view < 0) continue;
      const int rule = rule_of(view);
      if (execution.inputs == 0 || execution.inputs == ones)
        all.rules->decides(rule, execution.inputs != 0, "Validity", described);
      if (before >= 0) all.rules->alike(before, rule, "Agreement", described);
      before = rule;
    }
  });
  return all;
}

std::string scope_of(const CrashRounds& rounds, int crashes, const AllExecutions& all) {
  return fmt::format("n = {}, k = {}, {}, deterministic; {} executions, {} views",
                     rounds.processes(), crashes, count_of(rounds.rounds(), "synchronous round"),
                     all.count, all.rules->views());
}

Obligation no_algorithm(z3::context& context, int processes, int crashes) {
  CrashRounds rounds(processes, crashes);
  const AllExecutions all = all_executions(rounds, crashes);
  Obligation obligation{
      .name = fmt::format("no_consensus_in_{}_round{}", crashes, crashes == 1 ? "" : "s"),
      .sentence = fmt::format("No algorithm of {} solves consensus among {} when {} may crash.",
                              count_of(crashes, "round"), count_of(processes, "process"), crashes),
      .scope = scope_of(rounds, crashes, all)};
  proof::add_no_rule(obligation, context, all.rules);
  const AllExecutions fewer = all_executions(rounds, crashes - 1);
  obligation.controls.push_back(
      {"with a crash less",
       {fewer.rules->query(context, "the rest", Status::sat, fewer.rules->demands())}});
  return obligation;
}

/// That the rule to decide the least input that one knows satisfies everything.
Query least_input(z3::context& context, const AllExecutions& all, const std::string& name,
                  const std::string& text) {
  Query query = all.rules->query(context, name, Status::sat, all.rules->demands());
  for (int view = 0; view < all.rules->views(); ++view) {
    const z3::expr decision = all.rules->unknown(context, view);
    query.assertions.push_back({all.least[static_cast<std::size_t>(view)] ? decision : !decision,
                                fmt::format("least of view {}", view)});
  }
  query.explain = [text](const z3::model&) { return text; };
  return query;
}

Obligation some_algorithm(z3::context& context, int processes, int crashes) {
  CrashRounds rounds(processes, crashes + 1);
  const AllExecutions all = all_executions(rounds, crashes);
  Obligation obligation{
      .name = fmt::format("consensus_in_{}_rounds", crashes + 1),
      .sentence =
          fmt::format("An algorithm of {} solves consensus among {} when {} may crash: "
                      "FloodSet is one.",
                      count_of(crashes + 1, "round"), count_of(processes, "process"), crashes),
      .scope = scope_of(rounds, crashes, all)};
  obligation.queries = {least_input(
      context, all, "FloodSet",
      fmt::format(
          "In each round everybody tells everybody all inputs that it knows. After round {} "
          "each\ndecides the least that it knows. Agreement and Validity hold in all {} "
          "executions.\n",
          crashes + 1, all.count))};
  return obligation;
}

// Partitions

Obligation quorums(z3::context& context) {
  const z3::expr n = context.int_const("n");
  const z3::expr f = context.int_const("f");
  const z3::expr a = context.int_const("only_A");
  const z3::expr b = context.int_const("only_B");
  const z3::expr both = context.int_const("A_and_B");
  const z3::expr neither = context.int_const("neither");
  std::vector<Assertion> sets;
  for (const z3::expr& size : {a, b, both, neither, f})
    sets.push_back({size >= 0, size.to_string() + " is a size"});
  sets.push_back({a + b + both + neither == n, "n processes"});
  sets.push_back({a + both == n - f, "A has n - f of them"});
  sets.push_back({b + both == n - f, "B has n - f of them"});
  const auto ask = [&](const std::string& name, Status expected, const z3::expr& bound,
                       const z3::expr& met) {
    std::vector<Assertion> all = sets;
    all.push_back({bound, "n and f"});
    all.push_back({met, "what they have in common"});
    return Query{.name = name,
                 .assertions = std::move(all),
                 .expected = expected,
                 .logic = "QF_LIA",
                 .explain = [=](const z3::model& model) {
                   return fmt::format("n = {}, f = {}: A and B have {} in common\n",
                                      model.eval(n, true).to_string(),
                                      model.eval(f, true).to_string(),
                                      model.eval(both, true).to_string());
                 }};
  };
  Obligation obligation{
      .name = "majorities",
      .sentence =
          "Any two sets of n - f processes have one in common if n > 2f; if f <= n <= 2f, "
          "the first n - f and the last n - f have none.",
      .scope = "all n and f"};
  obligation.queries = {ask("n > 2f", Status::unsat, n > 2 * f, both == 0)};
  // The sets as terms in n and f: n - f alone on each side, the rest in neither. One of the sizes
  // is then negative, or they are such sets.
  std::vector<Assertion> chosen{{f >= 0 && n >= f && n <= 2 * f, "f <= n <= 2f"},
                                {a == n - f && b == n - f && both == 0, "A and B are apart"},
                                {neither == 2 * f - n, "the rest"}};
  z3::expr_vector wrong(context);
  for (const Assertion& assertion : sets) wrong.push_back(!assertion.formula);
  chosen.push_back({z3::mk_or(wrong), "they are no such sets"});
  obligation.queries.push_back({.name = "n <= 2f",
                                .assertions = std::move(chosen),
                                .expected = Status::unsat,
                                .logic = "QF_LIA"});
  obligation.controls = {
      {"with n >= 2f", {ask("n >= 2f", Status::sat, n >= 2 * f && f >= 1, both == 0)}}};
  return obligation;
}

/// A network that is in two from the beginning to the end. Each process hears of its own group
/// only, and cannot tell whether the others are cut off or have crashed.
AllExecutions partitions(int n, int f) {
  AllExecutions executions;
  DecisionRules& rules = *executions.rules;
  const unsigned all = (1U << n) - 1;
  const auto set = [n](unsigned group) {
    std::string text;
    for (int p = 0; p < n; ++p)
      if ((group >> p & 1U) != 0) text += fmt::format("{}{}", text.empty() ? "" : ",", p);
    return "{" + text + "}";
  };
  const auto inputs_of = [n](unsigned group, unsigned inputs) {
    std::string text;
    for (int p = 0; p < n; ++p)
      if ((group >> p & 1U) != 0)
        text += fmt::format("{}{}: {}", text.empty() ? "" : ", ", p, inputs >> p & 1U);
    return text;
  };
  // Everybody together, and then each way to be in two.
  for (unsigned group = all; group > all / 2; --group) {
    for (unsigned inputs = 0; inputs <= all; ++inputs) {
      const auto described = [&] {
        return "inputs " + inputs_of(all, inputs) +
               (group == all ? "" : fmt::format("; {} | {}", set(group), set(all & ~group)));
      };
      ++executions.count;
      int before = -1;
      for (int p = 0; p < n; ++p) {
        const unsigned own = (group >> p & 1U) != 0 ? group : all & ~group;
        if (std::popcount(own) < n - f) continue;
        const int view = rules.view(fmt::format("{} hears {}", p, inputs_of(own, inputs)));
        executions.least.resize(static_cast<std::size_t>(rules.views()));
        executions.least[static_cast<std::size_t>(view)] = (inputs & own) == own;
        if (inputs == 0 || inputs == all) rules.decides(view, inputs != 0, "Validity", described);
        if (before >= 0) rules.alike(view, before, "Agreement", described);
        before = view;
      }
    }
  }
  return executions;
}

Obligation partition(z3::context& context, int n, int f) {
  const AllExecutions all = partitions(n, f);
  const bool possible = n > 2 * f;
  Obligation obligation{
      .name = fmt::format("partition_of_{}_processes", n),
      .sentence = fmt::format("Among {} of which {} may crash, {} if they may be cut off from each "
                              "other instead.",
                              count_of(n, "process"), f,
                              possible ? "some rule solves consensus" : "no rule solves consensus"),
      .scope = fmt::format("n = {}, f = {}; the network is whole or in two all the time, and all "
                           "groups of n - f have to decide, however long they wait",
                           n, f)};
  if (!possible) {
    proof::add_no_rule(obligation, context, all.rules);
    return obligation;
  }
  obligation.queries = {least_input(
      context, all, "a rule",
      fmt::format(
          "Whoever hears of n - f = {} decides the least input of those that he hears of; at "
          "most one\ngroup is so large. Agreement and Validity hold in all {} executions.\n",
          n - f, all.count))};
  return obligation;
}

constexpr const char* words =
    "Each of n processes proposes 0 or 1, its input. Agreement: no two decide differently. "
    "Validity: if all inputs are the same, that is decided. Whoever has not crashed has to "
    "decide.\n"
    "Rounds: everybody tells everybody all that it knows. No algorithm is left out by that: "
    "whatever it has a process say follows from what it knows, so who knows it too can work it "
    "out. Who crashes in a round tells it to some only, or to nobody, and nothing later. An "
    "algorithm is then a decision for each thing that a process may know in the end; where it "
    "sees the same, it decides the same.\n"
    "\"inputs 1 0 0; 0 crashes in round 1, tells 2\": 0 proposes 1, the others 0, and so on. \"2 "
    "knows 0; 0: 1, 1: -\": its own input is 0; in round 1, 0 told it 1, and 1 told it nothing. "
    "Round 2 goes on behind another semicolon, what was known before it in parentheses.\n"
    "Partitions: \"{1} | {0}\" are two groups that do not hear each other. Who hears of n - f "
    "processes, itself included, has to decide, as the others may have crashed.\n"
    "Cited, not computed: k + 1 rounds for all n and k ([FL82], [Lyn96]); n > 2f for all n "
    "([BT85]).\n"
    "Processes that lie instead of crashing: synod prove byzantine.";

proof::Topic make(const Parameters&) {
  proof::Topic topic;
  topic.notes = words;
  z3::context& context = *topic.context;
  for (int crashes = 1; crashes <= 2; ++crashes) {
    topic.obligations.push_back(no_algorithm(context, crashes + 2, crashes));
    topic.obligations.push_back(some_algorithm(context, crashes + 2, crashes));
  }
  topic.obligations.push_back(quorums(context));
  for (const auto& [n, f] : {std::pair(2, 1), std::pair(3, 1), std::pair(4, 2), std::pair(5, 2)})
    topic.obligations.push_back(partition(context, n, f));
  return topic;
}

}  // namespace
}  // namespace replica_group

proof::TopicInfo crash_consensus_topic() {
  return {.name = "crash_consensus",
          .title =
              "consensus despite k crashes takes k + 1 rounds, and n > 2f if there are "
              "partitions",
          .sources = {"[FL82] M. Fischer, N. Lynch, A Lower Bound for the Time to Assure "
                      "Interactive Consistency, Information Processing Letters 14(4), 1982",
                      "[Lyn96] N. Lynch, Distributed Algorithms, 1996, sections 6.2 and 6.7",
                      "[BT85] G. Bracha, S. Toueg, Asynchronous Consensus and Broadcast Protocols, "
                      "JACM 32(4), 1985"},
          .make = replica_group::make};
}

}  // namespace synod
