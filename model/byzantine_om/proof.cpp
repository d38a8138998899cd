// Why n generals agree in spite of k traitors if n > 3k, and not otherwise. [LSP82] is cited in
// byzantine_om.hpp.
//
// Three levels, each of which says for what it holds: quorums, for all n and k, by arithmetic;
// OM(k) for given n and k, all that traitors may say being unknown; and, for given n and k and
// number of rounds, all deterministic algorithms. That no number of rounds is enough for n <= 3k is
// the paper's theorem, cited in the notes and computed for some numbers of rounds.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <bit>
#include <utility>

#include "checker/proof/decision_rules.hpp"
#include "model/byzantine_om/full_information.hpp"
#include "model/byzantine_om/oral_messages.hpp"
#include "model/byzantine_om/quorum_arithmetic.hpp"
#include "model/byzantine_om/two_rounds.hpp"
#include "model/proofs.hpp"

namespace synod {
namespace byzantine_om {
namespace {

using proof::DecisionRules;
using proof::Obligation;
using proof::Query;
using proof::Status;
using proof::Topic;

std::string generals_of(int n) {
  constexpr std::array words{"no", "one", "two", "three", "four", "five", "six", "seven"};
  return std::string(words.at(static_cast<std::size_t>(n))) + " generals";
}

std::string count_of(int count, const std::string& what) {
  return fmt::format("{} {}{}", count, what, count == 1 ? "" : "s");
}

std::string set_text(std::uint64_t set) {
  std::string text;
  for (int g = 0; set >> g != 0; ++g)
    if ((set >> g & 1) != 0) text += fmt::format("{}{}", text.empty() ? "" : ", ", g);
  return "{" + text + "}";
}

// OM(m)

/// Sets of at most k traitors. Lieutenants are treated alike, so of sets that differ in names only
/// there is one, with the highest numbers, unless there are so few generals that all can be tried.
std::vector<std::uint64_t> traitor_sets(int n, int k) {
  std::vector<std::uint64_t> sets;
  for (int count = 0; count <= k; ++count) {
    for (std::uint64_t set = 0; set < std::uint64_t{1} << n; ++set) {
      if (std::popcount(set) != count) continue;
      const int lieutenants = std::popcount(set >> 1);
      const std::uint64_t last = ((std::uint64_t{1} << lieutenants) - 1) << (n - lieutenants);
      if (n > 4 && (set >> 1) << 1 != last) continue;
      sets.push_back(set);
    }
  }
  return sets;
}

Obligation om_is_right(z3::context& context, int n, int k) {
  Obligation obligation{
      .name = fmt::format("om_{}_generals_{}", n, k == 1 ? "1_traitor" : "2_traitors"),
      .sentence = fmt::format("OM({}) satisfies IC1 and IC2 among {} with at most {}, whoever "
                              "and whatever he says to whom.",
                              k, generals_of(n), count_of(k, "traitor")),
      .scope = fmt::format("n = {}, m = k = {}; every set of at most k traitors{}", n, k,
                           n > 4 ? ", up to the names of lieutenants" : "")};
  for (const std::uint64_t traitors : traitor_sets(n, k))
    obligation.queries.push_back(OralMessages(context, n, k, traitors, Tie::retreat)
                                     .violation("traitors " + set_text(traitors), Status::unsat));
  const auto broken = [&](const std::string& name, int generals, int m, std::uint64_t traitors) {
    obligation.controls.push_back(
        {name,
         {OralMessages(context, generals, m, traitors, Tie::retreat)
              .violation("traitors " + set_text(traitors), Status::sat)}});
  };
  const std::uint64_t last = ((std::uint64_t{1} << k) - 1) << (n - k);
  broken("with a traitor more", n, k, 1 | last);
  broken("with a round less", n, k - 1, 1 | (last & last << 1));
  if (n == 3 * k + 1)
    broken("with a general less", n - 1, k, ((std::uint64_t{1} << k) - 1) << (n - 1 - k));
  return obligation;
}

Obligation om_is_wrong(z3::context& context, int n, int k) {
  Obligation obligation{
      .name = fmt::format("om_{}_generals_{}", n, k == 1 ? "1_traitor" : "2_traitors"),
      .sentence = fmt::format("OM({}) fails among {} with at most {}, whether a tie is taken for "
                              "retreat or for what the commander said.",
                              k, generals_of(n), count_of(k, "traitor")),
      .scope = fmt::format("n = {}, m = k = {}, these two rules for ties", n, k)};
  const std::uint64_t last = ((std::uint64_t{1} << k) - 1) << (n - k);
  const std::uint64_t commander = 1 | ((std::uint64_t{1} << (k - 1)) - 1) << (n - k + 1);
  obligation.queries = {
      OralMessages(context, n, k, last, Tie::retreat)
          .violation("traitors " + set_text(last) + ", ties retreat", Status::sat),
      OralMessages(context, n, k, commander, Tie::commander)
          .violation("traitors " + set_text(commander) + ", ties to the commander", Status::sat)};
  return obligation;
}

// All algorithms

/// IC1 and IC2 in one execution, for the lieutenants' last views. What is seen and said in many
/// rounds is too long to be written down in full.
void demand(DecisionRules& rules, FullInformation& views, const Execution& execution,
            bool in_full = true) {
  const std::vector<int> seen = views.run(execution);
  std::vector<int> loyal;
  for (int i = 1; i < views.setting().generals; ++i)
    if (const int view = seen[static_cast<std::size_t>(i)]; view >= 0)
      loyal.push_back(rules.view(in_full ? views.text(view) : views.short_text(view)));
  const auto described = [&] {
    return in_full ? views.text(execution) : "traitors " + set_text(execution.traitors);
  };
  for (std::size_t i = 0; i < loyal.size(); ++i) {
    if (execution.order >= 0) rules.decides(loyal[i], execution.order == 1, "IC2", described);
    for (std::size_t j = i + 1; j < loyal.size(); ++j)
      rules.alike(loyal[i], loyal[j], "IC1", described);
  }
}

struct AllExecutions {
  std::shared_ptr<DecisionRules> rules = std::make_shared<DecisionRules>("retreat", "attack");
  int count = 0;
};

AllExecutions all_executions(FullInformation& views, int k) {
  AllExecutions all;
  views.each_execution(k, [&](const Execution& execution) {
    demand(*all.rules, views, execution);
    ++all.count;
  });
  return all;
}

std::string about(const Setting& setting, int k) {
  return fmt::format("n = {}, k = {}, {}, deterministic", setting.generals, k,
                     count_of(setting.rounds, "round"));
}

std::string about(const Setting& setting, int k, const AllExecutions& all) {
  return fmt::format("{}; {} executions, {} views", about(setting, k), all.count,
                     all.rules->views());
}

std::string named(const char* what, const Setting& setting) {
  return fmt::format("{}_{}_generals_{}_round{}", what, setting.generals, setting.rounds,
                     setting.rounds == 1 ? "" : "s");
}

Obligation no_algorithm(z3::context& context, const Setting& setting, int k) {
  FullInformation views(setting);
  const AllExecutions all = all_executions(views, k);
  Obligation obligation{
      .name = named("no_algorithm", setting),
      .sentence = fmt::format("No algorithm of {} satisfies IC1 and IC2 among {} with at most {}.",
                              count_of(setting.rounds, "round"), generals_of(setting.generals),
                              count_of(k, "traitor")),
      .scope = about(setting, k, all)};
  proof::add_no_rule(obligation, context, all.rules);
  const AllExecutions loyal = all_executions(views, 0);
  obligation.controls.push_back(
      {"without traitors",
       {loyal.rules->query(context, "all are loyal", Status::sat, loyal.rules->demands())}});
  return obligation;
}

constexpr int most_rounds = 10;  // in the ring

/// Generals that act together in the ring: "2", "0+1".
struct Camp {
  std::string name;
  bool is_one;
};

std::array<Camp, 3> camps_of(int n) {
  std::array<Camp, 3> camps;
  for (int g = 0; g < n; ++g) {
    Camp& camp = camps.at(static_cast<std::size_t>(g * 3 / n));
    camp.is_one = camp.name.empty();
    camp.name += (camp.is_one ? "" : "+") + std::to_string(g);
  }
  return camps;
}

/// The ring, and the three executions that neighbours in it cannot tell from it; see
/// ring_executions.
std::string ring_text(int n) {
  const std::array<Camp, 3> camps = camps_of(n);
  const auto camp = [&](int at) { return camps.at(static_cast<std::size_t>(at % 3)); };
  const auto place = [&](int at) { return camp(at).name + (at % 6 < 3 ? "" : "'"); };
  const auto does = [&](int at, const char* one, const char* many) {
    return place(at) + " " + (camp(at).is_one ? one : many);
  };
  std::string lines =
      n == 3 ? "Each general stands twice in a ring and hears his two neighbours only.\n"
             : "The generals, in three camps, stand twice in a ring and hear neighbours only.\n";
  lines += "All do what the algorithm says:\n ";
  const std::array<std::string, 6> orders{" (0 orders retreat)", "", "", " (0' orders attack)"};
  for (int at = 0; at < 6; ++at)
    lines += fmt::format(" {}{} --", place(at), orders.at(static_cast<std::size_t>(at)));
  lines +=
      " " + place(0) + " again\n" +
      "No algorithm is asked to work in a ring. But what neighbours hear in it, they hear in\n" +
      "an execution, too, in which traitors tell each of them what he hears in the ring:\n";
  const std::array<std::string, 3> follows{
      does(1, "obeys", "obey") + " retreat by IC2, as 0 is loyal and orders it",
      does(1, "hears", "hear") + " the same as in line 1: retreat; " + place(2) + " too, by IC1",
      does(2, "hears", "hear") +
          " the same as in line 2: retreat; but attack by IC2, as 0' orders it: " +
          "a contradiction"};
  for (int first = 0; first < 3; ++first) {
    const int next = first + 1;
    const Camp traitor = camp(first + 2);
    lines += fmt::format("{:3}. {} and {} are loyal; traitor{} {} {} {} what {}, and {} what {}\n",
                         next, place(first), place(next), traitor.is_one ? "" : "s", traitor.name,
                         traitor.is_one ? "tells" : "tell", place(first),
                         does(first + 5, "does", "do"), place(next), does(next + 1, "does", "do"));
    lines += fmt::format("     {}\n", follows.at(static_cast<std::size_t>(first)));
  }
  return lines + fmt::format(
                     "The same three do for every number of rounds; those of 1 to {} were "
                     "computed.\n",
                     most_rounds);
}

/// The paper's argument in so many words: three executions for each number of rounds.
Obligation no_algorithm_by_ring(z3::context& context, int n, int k) {
  Obligation obligation{
      .name = fmt::format("ring_of_{}_generals", 2 * n),
      .sentence = fmt::format("No algorithm of 1 to {} rounds satisfies IC1 and IC2 among {} with "
                              "at most {}.",
                              most_rounds, generals_of(n), count_of(k, "traitor")),
      .scope = fmt::format("n = {}, k = {}, each number of rounds from 1 to {}, deterministic; "
                           "three executions each",
                           n, k, most_rounds)};
  for (int rounds = 1; rounds <= most_rounds; ++rounds) {
    FullInformation views({.generals = n, .rounds = rounds, .repeats = true});
    auto rules = std::make_shared<DecisionRules>("retreat", "attack");
    for (const Execution& execution : ring_executions(views))
      demand(*rules, views, execution, false);
    obligation.queries.push_back(
        rules->query(context, count_of(rounds, "round"), Status::unsat, rules->demands()));
    if (rounds < most_rounds) continue;
    obligation.queries.back().explain_core = [n](const auto&) { return ring_text(n); };
    for (const char* rule : {"IC1", "IC2"})
      obligation.controls.push_back(
          {std::string("without ") + rule,
           {rules->query(context, count_of(rounds, "round"), Status::sat, rules->without(rule))}});
  }
  return obligation;
}

bool majority(int n, std::uint32_t orders) { return 2 * std::popcount(orders) > n - 1; }

/// What a model says of an algorithm of two rounds: -1 where either decision would do.
class FoundTable {
 public:
  FoundTable(FullInformation& views, const z3::model& model) : n_(views.setting().generals) {
    for (int i = 1; i < n_; ++i) {
      table_.emplace_back(std::size_t{1} << (n_ - 1), -1);
      for (const int view : views.possible(i, 2)) {
        const z3::expr decision =
            model.eval(model.ctx().bool_const(views.text(view).c_str()), false);
        std::uint32_t orders = 0;
        const std::vector<int> held = views.orders(view);
        for (std::size_t k = 0; k < held.size(); ++k)
          orders |= static_cast<std::uint32_t>(held[k]) << k;
        const int known = decision.is_true() ? 1 : 0;
        table_.back()[orders] = decision.is_true() || decision.is_false() ? known : -1;
      }
    }
  }

  int at(int lieutenant, std::uint32_t orders) const {
    return table_[static_cast<std::size_t>(lieutenant - 1)][orders];
  }

  bool is_majority() const {
    for (int i = 1; i < n_; ++i)
      for (std::uint32_t orders = 0; orders < 1U << (n_ - 1); ++orders)
        if (at(i, orders) >= 0 && (at(i, orders) == 1) != majority(n_, orders)) return false;
    return true;
  }

  /// Row by row, and lieutenant by lieutenant unless all have the same table.
  std::string text() const {
    const bool same =
        std::all_of(table_.begin(), table_.end(), [&](const auto& t) { return t == table_[0]; });
    std::string lines;
    for (int i = 1; i < (same ? 2 : n_); ++i) {
      if (!same) lines += fmt::format("  lieutenant {}:\n", i);
      lines += fmt::format("  {:8} {:{}} -> he obeys\n", "0 says", "others say", 9 * (n_ - 2) - 1);
      for (std::uint32_t orders = 0; orders < 1U << (n_ - 1); ++orders) lines += row(i, orders);
    }
    return lines;
  }

 private:
  std::string row(int lieutenant, std::uint32_t orders) const {
    const auto word = [](int order) {
      constexpr std::array words{"either", "retreat", "attack"};
      return words.at(static_cast<std::size_t>(order) + 1);
    };
    std::string held = fmt::format("{:8}", word(static_cast<int>(orders & 1)));
    for (int k = 1; k < n_ - 1; ++k)
      held += fmt::format(" {:8}", word(static_cast<int>(orders >> k & 1)));
    return fmt::format("  {} -> {}\n", held, word(at(lieutenant, orders)));
  }

  int n_;
  std::vector<std::vector<int>> table_;
};

/// What everybody does, so that one can play it.
std::string explain_protocol(int n, FullInformation& views, const z3::model& model) {
  const FoundTable found(views, model);
  std::string lines = fmt::format(
      "Round 1: commander 0 tells each lieutenant, 1 to {}, his order.\n"
      "Round 2: each lieutenant tells each other lieutenant what 0 told him.\n"
      "Whatever does not come, or is no order, is taken for retreat.\n"
      "Then a lieutenant has {} orders: one from 0, and {} that others say they had from 0.\n",
      n - 1, n - 1, n - 2);
  const bool is_majority = found.is_majority();
  if (is_majority)
    lines += fmt::format(
        "He obeys the majority: attack if at least {} of the {} are attack, "
        "otherwise retreat.\n",
        (n - 1) / 2 + 1, n - 1);
  constexpr int most_generals = 4;  // a table that can be taken in at a glance
  if (n <= most_generals || !is_majority) lines += found.text();
  const Tried tried = try_table(
      n, [&](int lieutenant, std::uint32_t orders) { return found.at(lieutenant, orders) == 1; });
  lines += fmt::format("Tried without the solver in all {} executions: {}.\n", tried.executions,
                       tried.failed.empty() ? "IC1 and IC2 hold" : "IT FAILS, " + tried.failed);
  if (is_majority)
    lines += fmt::format(
        "It is OM(1): synod check byzantine_om generals={} m=1 traitors=1 "
        "visits all its states.\n",
        n);
  return lines;
}

/// In every view of two rounds, the majority of the orders in it is obeyed.
z3::expr_vector majority_decisions(z3::context& context, FullInformation& views) {
  const int n = views.setting().generals;
  z3::expr_vector decisions(context);
  for (int i = 1; i < n; ++i) {
    for (const int view : views.possible(i, 2)) {
      const std::vector<int> held = views.orders(view);
      const bool attack = 2 * std::count(held.begin(), held.end(), 1) > n - 1;
      const z3::expr decision = context.bool_const(views.text(view).c_str());
      decisions.push_back(attack ? decision : !decision);
    }
  }
  return decisions;
}

Obligation some_algorithm(z3::context& context, int n) {
  auto views = std::make_shared<FullInformation>(Setting{.generals = n, .rounds = 2});
  const AllExecutions all = all_executions(*views, 1);
  Obligation obligation{
      .name = named("algorithm", views->setting()),
      .sentence = fmt::format("There is an algorithm of 2 rounds that satisfies IC1 and IC2 among "
                              "{} with at most 1 traitor.",
                              generals_of(n)),
      .scope = about(views->setting(), 1, all)};
  Query query = all.rules->query(context, "the protocol", Status::sat, all.rules->demands());
  query.smaller = {z3::mk_and(majority_decisions(context, *views))};
  query.explain = [n, views](const z3::model& model) { return explain_protocol(n, *views, model); };
  obligation.queries = {std::move(query)};
  return obligation;
}

/// With four generals the executions leave no choice.
Obligation only_majority(z3::context& context) {
  constexpr int n = 4;
  FullInformation views({.generals = n, .rounds = 2});
  const AllExecutions all = all_executions(views, 1);
  Obligation obligation{
      .name = "only_majority_4_generals_2_rounds",
      .sentence =
          "Every algorithm of 2 rounds that satisfies IC1 and IC2 among four generals with "
          "at most 1 traitor obeys the majority of the three orders that a lieutenant has: it is "
          "OM(1).",
      .scope = about(views.setting(), 1)};
  const z3::expr differs = !z3::mk_and(majority_decisions(context, views));
  const auto another = [&](const std::string& name, Status expected,
                           const std::vector<proof::Demand>& demands) {
    Query query = all.rules->query(context, name, expected, demands);
    query.assertions.push_back({differs, "not the majority"});
    query.explain = [rules = all.rules](const z3::model& model) { return rules->rule_text(model); };
    return query;
  };
  obligation.queries = {another("another algorithm", Status::unsat, all.rules->demands())};
  for (const std::string rule : {"IC1", "IC2"})
    obligation.controls.push_back(
        {"without " + rule, {another("another algorithm", Status::sat, all.rules->without(rule))}});
  return obligation;
}

/// What there is to say of n generals and k traitors: the protocol or what excludes one first.
void add(Topic& topic, int n, int k) {
  z3::context& context = *topic.context;
  if (n > 3 * k) {
    if (k == 1) topic.obligations.push_back(some_algorithm(context, n));
    if (n == 4) topic.obligations.push_back(only_majority(context));
    topic.obligations.push_back(om_is_right(context, n, k));
    for (int rounds = 1; rounds <= k; ++rounds)
      topic.obligations.push_back(no_algorithm(context, {.generals = n, .rounds = rounds}, k));
    return;
  }
  for (int rounds = 1; rounds <= 2; ++rounds)
    topic.obligations.push_back(no_algorithm(context, {.generals = n, .rounds = rounds}, k));
  if (n == 3)
    topic.obligations.push_back(
        no_algorithm(context, {.generals = n, .rounds = 3, .repeats = true}, k));
  topic.obligations.push_back(no_algorithm_by_ring(context, n, k));
  topic.obligations.push_back(om_is_wrong(context, n, k));
  topic.obligations.push_back(quorums_apart(context, n, k));
}

constexpr const char* words =
    "General 0, the commander, orders attack or retreat; the others, his lieutenants, tell each "
    "other what they are told. At most k of the n generals are traitors, who tell anybody "
    "anything. The others are loyal: they do what the algorithm says. It has to satisfy:\n"
    "IC1: all loyal lieutenants obey the same order.\n"
    "IC2: if the commander is loyal, every loyal lieutenant obeys the order that he gives.\n"
    "In each round everybody may tell everybody something; it arrives, unchanged, and one knows "
    "who said it. A loyal general tells all that he knows. No algorithm is left out by that: "
    "whatever it has him say follows from what he knows, so who knows it too can work it out. An "
    "algorithm is then an order to obey for each thing that a lieutenant may hear; where he hears "
    "the same, he obeys the same.\n"
    "\"1 hears 0: attack; 2: told retreat\": in round 1, 0 tells 1 attack; in round 2, 2 tells 1 "
    "that 0 told him retreat. What is told in round 3 is in parentheses: all that was heard in "
    "rounds 1 and 2; by the commander, the order that he gave and what he heard in round 2. Where "
    "there are just two rounds, the commander speaks in the first only: in "
    "the second, he has nothing to add.\n"
    "OM(m) of [LSP82]: the commander tells his order; in m rounds more, each lieutenant tells the "
    "others what he was told in the round before, and by whom; then he takes majorities, a tie "
    "being retreat.";

constexpr const char* paths =
    " 0:2:4->1 is the message in which 4 tells 1 that 2 told him that 0 said so.";

/// What is not computed, and whose it is.
constexpr const char* cited_impossible =
    "\nCited, not computed: if n <= 3k, no number of rounds is enough ([LSP82] section 2).";
constexpr const char* cited_possible =
    "\nCited, not computed: OM(k) is right for all n > 3k ([LSP82] section 3, theorem 1).";

Topic make(const Parameters& parameters) {
  const int n = parameters["n"];
  const int k = parameters["k"];
  Topic topic;
  topic.notes =
      std::string(words) + (k > 1 ? paths : "") + (n > 3 * k ? cited_possible : cited_impossible);
  add(topic, n, k);
  return topic;
}

/// The arithmetic for all n and k, the last n that is not enough for a traitor, and the first that
/// is.
Topic overview() {
  Topic topic;
  topic.notes = std::string(words) + cited_impossible + cited_possible;
  add_quorum_arithmetic(topic);
  add(topic, 3, 1);
  add(topic, 4, 1);
  return topic;
}

}  // namespace
}  // namespace byzantine_om

proof::TopicInfo byzantine_topic() {
  return {.name = "byzantine",
          .title = "n generals agree in spite of k traitors just when n > 3k",
          .sources = {"[LSP82] L. Lamport, R. Shostak, M. Pease, The Byzantine Generals Problem, "
                      "ACM TOPLAS 4(3), 1982, sections 2 and 3",
                      "[FLM86] M. Fischer, N. Lynch, M. Merritt, Easy Impossibility Proofs for "
                      "Distributed Consensus Problems, Distributed Computing 1, 1986"},
          .parameters = {integer("n", "generals, the commander included", 3, 7, 4),
                         integer("k", "traitors at most", 1,
                                 {"min(n - 2, 2)",
                                  [](const Parameters& p) { return std::min(p["n"] - 2, 2); }},
                                 1)},
          .make = byzantine_om::make,
          .overview = byzantine_om::overview};
}

}  // namespace synod
