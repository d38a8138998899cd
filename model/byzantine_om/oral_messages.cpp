#include "model/byzantine_om/oral_messages.hpp"

#include <fmt/format.h>

#include <utility>
#include <vector>

namespace synod::byzantine_om {
namespace {

/// At least so many of these are true; a decision diagram, whose nodes the formulas share.
z3::expr at_least(z3::context& context, int count, const std::vector<z3::expr>& votes) {
  const int size = static_cast<int>(votes.size());
  // from[c]: at least c of the votes from here on.
  std::vector<z3::expr> from;
  for (int c = 0; c <= count; ++c) from.push_back(context.bool_val(c == 0));
  for (int i = size - 1; i >= 0; --i)
    for (int c = count; c > 0; --c)
      from[static_cast<std::size_t>(c)] =
          z3::ite(votes[static_cast<std::size_t>(i)], from[static_cast<std::size_t>(c - 1)],
                  from[static_cast<std::size_t>(c)])
              .simplify();
  return from.back();
}

const char* word(bool attacks) { return attacks ? "attack" : "retreat"; }

}  // namespace

OralMessages::OralMessages(z3::context& context, int generals, int m, std::uint64_t traitors,
                           Tie tie)
    : context_(context),
      n_(generals),
      traitors_(traitors),
      tie_(tie),
      messages_(integers("general", 0, generals - 1), 0, m) {}

z3::expr OralMessages::told(int message) const {
  return context_.bool_const(("told " + messages_.domain().label(message)).c_str());
}

/// OM(m) step (3): the majority of what the receiver was told and of what he uses for each relay;
/// see ByzantineOM::Use.
z3::expr OralMessages::used(int message) const {
  const std::vector<int>& relays = messages_.relays(message);
  if (relays.empty()) return told(message);
  std::vector<z3::expr> votes{told(message)};
  for (const int relay : relays) votes.push_back(used(relay));
  const int size = static_cast<int>(votes.size());
  z3::expr majority = at_least(context_, size / 2 + 1, votes);
  if (size % 2 != 0 || tie_ == Tie::retreat) return majority;
  return majority || (at_least(context_, size / 2, votes) && told(message));
}

proof::Query OralMessages::violation(std::string name, proof::Status expected) const {
  proof::Query query{.name = std::move(name), .expected = expected, .logic = "QF_UF"};
  for (const int e : messages_.domain()) {
    if (is_traitor(messages_.sender(e))) continue;
    const int source = messages_.source(e);
    query.assertions.push_back(
        {told(e) == (source == none ? order() : told(source)), messages_.domain().label(e)});
  }
  z3::expr_vector violated(context_);
  int before = 0;
  for (int i = 1; i < n_; ++i) {
    if (is_traitor(i)) continue;
    if (!is_traitor(0)) violated.push_back(obeys(i) != order());     // IC2
    if (before != 0) violated.push_back(obeys(i) != obeys(before));  // IC1
    before = i;
  }
  query.assertions.push_back({z3::mk_or(violated), "IC1 or IC2 fails"});
  query.explain = [self = *this](const z3::model& model) { return self.explain(model); };
  return query;
}

/// What a traitor says, in words; where there are long paths, by the names of the messages.
std::string OralMessages::said(int traitor, const z3::model& model) const {
  const auto says = [&](int message) { return model.eval(told(message), true).is_true(); };
  std::vector<int> messages;
  bool relays_relays = false;
  for (const int e : messages_.domain()) {
    if (messages_.sender(e) == traitor && !is_traitor(messages_.receiver(e))) messages.push_back(e);
    relays_relays = relays_relays || messages_.round(e) > 1;
  }
  std::string lines;
  if (relays_relays) {
    for (const bool attacks : {true, false}) {
      std::string names;
      for (const int e : messages)
        if (says(e) == attacks) names += (names.empty() ? "" : ", ") + messages_.domain().label(e);
      if (!names.empty())
        lines += fmt::format("traitor {} says {} in {}\n", traitor, word(attacks), names);
    }
    return lines;
  }
  for (const int e : messages)
    lines += fmt::format(
        "{}tells {} {}", lines.empty() ? "" : ", ", messages_.receiver(e),
        messages_.source(e) == none ? word(says(e)) : fmt::format("that 0 said {}", word(says(e))));
  return lines.empty() ? "" : fmt::format("traitor {} {}\n", traitor, lines);
}

/// Which of the two conditions the loyal lieutenants violate, and how.
std::string OralMessages::violated(const z3::model& model) const {
  const auto is = [&](const z3::expr& formula) { return model.eval(formula, true).is_true(); };
  int first = 0;
  for (int i = 1; i < n_; ++i) {
    if (is_traitor(i)) continue;
    if (!is_traitor(0) && is(obeys(i)) != is(order()))
      return fmt::format("IC2 is violated: 0 is loyal and orders {}, {} is loyal and obeys {}\n",
                         word(is(order())), i, word(is(obeys(i))));
    if (first == 0) first = i;
    if (is(obeys(i)) != is(obeys(first)))
      return fmt::format("IC1 is violated: {} and {} are loyal, {} obeys {} and {} obeys {}\n",
                         first, i, first, word(is(obeys(first))), i, word(is(obeys(i))));
  }
  return "";
}

std::string OralMessages::explain(const z3::model& model) const {
  const auto is = [&](const z3::expr& formula) { return model.eval(formula, true).is_true(); };
  std::string lines;
  if (!is_traitor(0)) lines += fmt::format("0 orders {}\n", word(is(order())));
  for (int g = 0; g < n_; ++g)
    if (is_traitor(g)) lines += said(g, model);
  for (int i = 1; i < n_; ++i) {
    if (is_traitor(i)) continue;
    std::string votes = fmt::format("{} from 0", word(is(told(i - 1))));
    int attacks = is(told(i - 1)) ? 1 : 0;
    for (const int relay : messages_.relays(i - 1)) {
      votes += fmt::format(", {} from {}", word(is(used(relay))), messages_.sender(relay));
      attacks += is(used(relay)) ? 1 : 0;
    }
    const bool is_tie = 2 * attacks == static_cast<int>(messages_.relays(i - 1).size()) + 1;
    lines += fmt::format("{} has {}: {}he obeys {}\n", i, votes, is_tie ? "a tie, " : "",
                         word(is(obeys(i))));
  }
  return lines + violated(model);
}

}  // namespace synod::byzantine_om
