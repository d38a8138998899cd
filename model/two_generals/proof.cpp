// Two generals, A and B, attack together or not at all. A has the plan; they send each other r
// messages in turn, A first, each of which says all that its sender knows, and any of which may be
// lost. [Gra78] J. Gray, Notes on Data Base Operating Systems, LNCS 60, 1978.
//
// Agreement: both attack or both retreat. Validity: without the plan they retreat; with the plan,
// and all messages received, they attack. No rule is excluded: what a general decides is unknown
// for each thing that he may have seen. It is enough to look at executions in which the last
// messages are lost, for others only demand more. Then what A has seen is his plan and how many
// messages he has received, and likewise B.
#include <fmt/format.h>

#include <utility>

#include "checker/proof/decision_rules.hpp"
#include "model/proofs.hpp"

namespace synod {
namespace two_generals {
namespace {

using proof::DecisionRules;
using proof::Obligation;
using proof::Query;
using proof::Status;

/// What is seen when the first so many messages arrive. A receives the even ones, B the odd ones,
/// which tell him the plan.
int seen_by_a(DecisionRules& rules, bool plan, int arrived) {
  return rules.view(fmt::format("A has {}, gets {}", plan ? "the plan" : "no plan", arrived / 2));
}
int seen_by_b(DecisionRules& rules, bool plan, int arrived) {
  const int got = (arrived + 1) / 2;
  if (got == 0) return rules.view("B gets 0");
  return rules.view(fmt::format("B gets {}, {}", got, plan ? "the plan" : "no plan"));
}

/// Of r messages, at least so many arrive.
DecisionRules rules_of(int messages, int arriving) {
  DecisionRules rules("retreat", "attack");
  for (int arrived = messages; arrived >= arriving; --arrived) {
    for (const bool plan : {true, false}) {
      const auto execution = [=] {
        return fmt::format("{}, {} of {} arrive", plan ? "a plan" : "no plan", arrived, messages);
      };
      const int a = seen_by_a(rules, plan, arrived);
      const int b = seen_by_b(rules, plan, arrived);
      rules.alike(a, b, "Agreement", execution);
      if (plan && arrived < messages) continue;
      rules.decides(a, plan, "Validity", execution);
      rules.decides(b, plan, "Validity", execution);
    }
  }
  return rules;
}

proof::Topic make(const Parameters& parameters) {
  const int most = parameters["messages"];
  proof::Topic topic;
  topic.notes =
      "A has a plan to attack, or none. A and B send each other messages in turn, A first, each "
      "of which says all that its sender knows: no rule is left out, for whatever it has him say "
      "follows from that. Any message may be lost, and nobody is told. Then both decide.\n"
      "Agreement: both attack or both retreat. Validity: with no plan they retreat; with a plan "
      "and all messages received, they attack.\n"
      "\"a plan, 3 of 20 arrive\": the first 3 do, the others are lost. Then \"A has the plan, "
      "gets 1\" message, the second, and \"B gets 2, the plan\", the first and the third. A rule "
      "is a decision for each such thing seen; where a general sees the same, he decides the "
      "same. messages=2 makes the chain short.\n"
      "Cited, not computed: the same for every number of messages ([Gra78]).";
  z3::context& context = *topic.context;
  Obligation obligation{
      .name = "no_rule",
      .sentence = fmt::format("With 1 to {} messages, any of which may be lost, no rule by which "
                              "the generals decide satisfies Agreement and Validity.",
                              most),
      .scope = fmt::format("1 to {} messages, each number for itself", most)};
  for (int messages = 1; messages <= most; ++messages) {
    const DecisionRules rules = rules_of(messages, 0);
    obligation.queries.push_back(
        rules.query(context, fmt::format("{} message{}", messages, messages == 1 ? "" : "s"),
                    Status::unsat, rules.demands()));
  }
  const DecisionRules rules = rules_of(most, 0);
  obligation.queries.back().explain_core = [text = rules.chain_text(rules.chain())](const auto&) {
    return text;
  };
  const auto control = [&](const std::string& name, const DecisionRules& weaker,
                           const std::vector<proof::Demand>& demands) {
    Query query = weaker.query(context, "the rest", Status::sat, demands);
    query.explain = [weaker](const z3::model& model) { return weaker.rule_text(model); };
    obligation.controls.push_back({name, {std::move(query)}});
  };
  control("without Agreement", rules, rules.without("Agreement"));
  control("without Validity", rules, rules.without("Validity"));
  const DecisionRules first_arrives = rules_of(most, 1);
  control("where the first message always arrives", first_arrives, first_arrives.demands());
  topic.obligations.push_back(std::move(obligation));
  return topic;
}

}  // namespace
}  // namespace two_generals

proof::TopicInfo two_generals_topic() {
  return {.name = "two_generals",
          .title = "two generals whose messages may be lost have no rule by which to decide",
          .sources = {"[Gra78] J. Gray, Notes on Data Base Operating Systems, LNCS 60, 1978"},
          .parameters = {integer("messages", "messages at most", 1, 20, 20)},
          .make = two_generals::make};
}

}  // namespace synod
