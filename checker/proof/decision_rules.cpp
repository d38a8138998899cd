#include "checker/proof/decision_rules.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <deque>
#include <utility>

namespace synod::proof {

int DecisionRules::view(const std::string& text) {
  const auto [at, is_new] = numbers_.emplace(text, views());
  if (is_new) views_.push_back(text);
  return at->second;
}

void DecisionRules::add(Demand demand, const Text& execution) {
  if (!made_.emplace(demand.rule, demand.view, demand.other, demand.value).second) return;
  demand.execution = execution();
  demands_.push_back(std::move(demand));
}

void DecisionRules::decides(int view, bool value, const std::string& rule, const Text& execution) {
  add({.rule = rule, .view = view, .value = value}, execution);
}

void DecisionRules::alike(int view, int other, const std::string& rule, const Text& execution) {
  if (view == other) return;
  add({.rule = rule, .view = std::min(view, other), .other = std::max(view, other)}, execution);
}

std::vector<Demand> DecisionRules::chain() const {
  // Nodes are the views and, behind them, "no" and "yes".
  const int no = views();
  const int yes = no + 1;
  struct Link {
    int to;
    int demand;
  };
  std::vector<std::vector<Link>> links(static_cast<std::size_t>(views()) + 2);
  for (int i = 0; i < static_cast<int>(demands_.size()); ++i) {
    const Demand& demand = demands_[static_cast<std::size_t>(i)];
    int other = demand.other;
    if (other < 0) other = demand.value ? yes : no;
    links[static_cast<std::size_t>(demand.view)].push_back({other, i});
    links[static_cast<std::size_t>(other)].push_back({demand.view, i});
  }
  std::vector<Link> back(links.size(), Link{-1, -1});  // towards "no"
  std::deque<int> queue{no};
  while (!queue.empty() && back[static_cast<std::size_t>(yes)].to < 0) {
    const int from = queue.front();
    queue.pop_front();
    for (const Link& link : links[static_cast<std::size_t>(from)]) {
      Link& seen = back[static_cast<std::size_t>(link.to)];
      if (link.to == no || seen.to >= 0) continue;
      seen = {from, link.demand};
      queue.push_back(link.to);
    }
  }
  std::vector<Demand> chain;
  for (int at = yes; back[static_cast<std::size_t>(at)].to >= 0;) {
    const Link& link = back[static_cast<std::size_t>(at)];
    chain.push_back(demands_[static_cast<std::size_t>(link.demand)]);
    at = link.to;
  }
  std::reverse(chain.begin(), chain.end());
  return chain;
}

/// What follows from each link: "2 sees the same as in line 1: retreat; [3 hears ...] too, by IC1".
std::string DecisionRules::chain_text(const std::vector<Demand>& chain) const {
  constexpr std::size_t longest_line = 94;
  const auto who = [&](int view) { return text(view).substr(0, text(view).find(' ')); };
  std::string lines;
  int known = -1;  // the view whose decision the links so far force
  for (std::size_t i = 0; i < chain.size(); ++i) {
    const Demand& demand = chain[i];
    const int before = known;
    known = demand.other < 0 || demand.view != before ? demand.view : demand.other;
    const std::string subject = "[" + text(known) + "]";
    std::string follows =
        fmt::format("{} decides {} by {}", subject, word(demand.value), demand.rule);
    if (i > 0) {
      follows = fmt::format("{} sees the same as in line {}: {}; ", who(before), i,
                            word(chain.front().value));
      follows += demand.other < 0
                     ? fmt::format("but {} by {}: a contradiction", word(demand.value), demand.rule)
                     : fmt::format("{} too, by {}", subject, demand.rule);
    }
    const std::string number = fmt::format("{:3}. ", i + 1);
    const bool fits = number.size() + demand.execution.size() + 2 + follows.size() <= longest_line;
    lines += number + demand.execution + (fits ? "; " : "\n     ") + follows + "\n";
  }
  return lines;
}

Query DecisionRules::query(z3::context& context, std::string name, Status expected,
                           const std::vector<Demand>& demands) const {
  Query query{.name = std::move(name), .expected = expected, .logic = "QF_UF"};
  for (const Demand& demand : demands) {
    const z3::expr decision = unknown(context, demand.view);
    const z3::expr asked =
        demand.other >= 0 ? unknown(context, demand.other) : context.bool_val(demand.value);
    query.assertions.push_back(
        {decision == asked, fmt::format("{} {}", demand.rule, query.assertions.size() + 1)});
  }
  return query;
}

std::vector<Demand> DecisionRules::without(const std::string& rule) const {
  std::vector<Demand> rest;
  for (const Demand& demand : demands_)
    if (demand.rule != rule) rest.push_back(demand);
  return rest;
}

std::string DecisionRules::rule_text(const z3::model& model) const {
  constexpr int most = 6;
  std::vector<std::string> deciding;
  int free = 0;
  for (int i = 0; i < views(); ++i) {
    const z3::expr value = model.eval(unknown(model.ctx(), i));
    if (value.is_true()) deciding.push_back(text(i));
    if (!value.is_true() && !value.is_false()) ++free;
  }
  const int count = static_cast<int>(deciding.size());
  std::string lines = fmt::format("{} of {} views decide {}", count, views(), word(true));
  if (free > 0) lines += fmt::format(", {} either", free);
  if (count > 0 && count <= most) {
    lines += ":";
    for (const std::string& view : deciding) lines += "\n  [" + view + "]";
  }
  return lines + "\n";
}

void add_no_rule(Obligation& obligation, z3::context& context,
                 const std::shared_ptr<const DecisionRules>& rules) {
  obligation.queries.push_back(
      rules->query(context, "all executions", Status::unsat, rules->demands()));
  const std::vector<Demand> chain = rules->chain();
  if (chain.empty()) return;  // then the query above fails
  obligation.queries.push_back(
      rules->query(context, "a chain of executions", Status::unsat, chain));
  obligation.queries.back().explain_core = [rules, chain](const std::vector<std::string>& core) {
    const std::string all = core.size() == chain.size() ? "" : "Not all of these are needed.\n";
    return rules->chain_text(chain) + all;
  };
  const auto has_model = [&](const std::string& name, const std::vector<Demand>& demands) {
    Query query = rules->query(context, "the rest", Status::sat, demands);
    query.explain = [rules](const z3::model& model) { return rules->rule_text(model); };
    obligation.controls.push_back({name, {std::move(query)}});
  };
  std::set<std::string> names;
  for (const Demand& demand : chain)
    if (names.insert(demand.rule).second)
      has_model("without " + demand.rule, rules->without(demand.rule));
  // That every link is needed is in the core; for a chain that is read, it is shown as well.
  constexpr std::size_t most_links = 10;
  for (std::size_t i = 0; i < chain.size() && chain.size() <= most_links; ++i) {
    std::vector<Demand> rest = chain;
    rest.erase(rest.begin() + static_cast<std::ptrdiff_t>(i));
    Query query = rules->query(context, "the other links", Status::sat, rest);
    obligation.controls.push_back(
        {fmt::format("the chain without execution {}", i + 1), {std::move(query)}});
  }
}

}  // namespace synod::proof
