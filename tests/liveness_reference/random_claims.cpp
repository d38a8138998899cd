#include "tests/liveness_reference/random_claims.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>

namespace synod::reference {
namespace {

bool chance(unsigned of_100, Random& random) { return random() % 100 < of_100; }

template <class Items>
const auto& one_of(const Items& items, Random& random) {
  return items[random() % items.size()];
}

/// How tightly an operator binds.
int level(const TreePtr& tree) {
  const std::string& op = tree->op;
  if (op == "<->") return 1;
  if (op == "->" || op == "~>") return 2;
  if (op == "||") return 3;
  if (op == "&&") return 4;
  if (op == "U" || op == "R" || op == "W") return 5;
  return tree->left == nullptr ? 7 : 6;
}

std::string spelled(const std::string& op, Random& random) {
  static const std::map<std::string, std::vector<std::string>> ways = {
      {"<->", {"<->", "<=>"}},      {"->", {"->", "=>"}},       {"||", {"||", "\\/", "or"}},
      {"&&", {"&&", "/\\", "and"}}, {"[]", {"[]", "G"}},        {"<>", {"<>", "F"}},
      {"!", {"!", "~", "not"}},     {"true", {"true", "TRUE"}}, {"false", {"false", "FALSE"}},
  };
  const auto known = ways.find(op);
  return known == ways.end() ? op : one_of(known->second, random);
}

/// The text as an operand that has to bind so tightly.
std::string text_at(const TreePtr& tree, int least, Random& random) {
  const int own = level(tree);
  std::string text;
  if (tree->op == "atom") {
    text = tree->name;
  } else if (own == 7) {
    text = spelled(tree->op, random);
  } else if (own == 6) {
    text = spelled(tree->op, random) + " " + text_at(tree->left, 6, random);
  } else {
    // What joins to the right: -> and ~> side by side are refused.
    const bool to_the_right = own == 2 || own == 5;
    const bool mixed = own == 2 && level(tree->right) == 2 && tree->right->op != tree->op;
    text = fmt::format("{} {} {}", text_at(tree->left, to_the_right ? own + 1 : own, random),
                       spelled(tree->op, random),
                       text_at(tree->right, to_the_right && !mixed ? own : own + 1, random));
  }
  return own < least || (own < 7 && chance(30, random)) ? "(" + text + ")" : text;
}

/// The names by which the instances of an action can be told apart.
std::vector<std::string> argument_names(const Observer& observer, const ActionInfo& action) {
  std::vector<std::string> names;
  for (std::size_t i = 0; i < action.domains.size(); ++i) {
    if (!action.networks[i]) {
      names.push_back(action.domains[i].name);
      continue;
    }
    for (const ElementType& type : observer.variables()[*action.networks[i]].elements)
      if (type.name == action.domains[i].name)
        for (const Field& field : type.fields) names.push_back(field.name);
  }
  return names;
}

/// Strong for weak fairness, and weak for strong.
std::string turned(const std::string& assumption) {
  const std::string kind = assumption.substr(0, 2);
  if (kind != "WF" && kind != "SF") return assumption;
  return (kind == "WF" ? "SF" : "WF") + assumption.substr(2);
}

std::string random_assumption(const Observer& observer, const std::vector<ActionInfo>& actions,
                              Random& random) {
  static const std::vector<std::string> kinds = {"WF", "WF", "WF", "SF", "SF", "FIN"};
  const std::string& kind = one_of(kinds, random);
  if (chance(8, random)) return kind + "(*)";
  std::vector<std::string> names{one_of(actions, random).name};
  const ActionInfo& first = *std::find_if(
      actions.begin(), actions.end(), [&](const auto& action) { return action.name == names[0]; });
  if (chance(25, random)) {
    // One that has the same arguments, so that both can be told apart by them.
    const ActionInfo& second = one_of(actions, random);
    if (second.name != first.name &&
        argument_names(observer, second) == argument_names(observer, first))
      names.push_back(second.name);
  }
  const std::vector<std::string> arguments = argument_names(observer, first);
  std::string by;
  if (!arguments.empty() && chance(50, random)) by = " by " + one_of(arguments, random);
  return fmt::format("{}({}{})", kind, fmt::join(names, ", "), by);
}

}  // namespace

std::vector<std::string> predicates(const Observer& observer, const NormalForm* normal_form) {
  std::vector<std::string> names;
  for (const PropertyInfo& info : observer.properties()) {
    const bool named = info.kind == PropertyKind::named;
    if (!info.applies ||
        (!named && info.kind != PropertyKind::always && info.kind != PropertyKind::reachable))
      continue;
    const bool kept = normal_form == nullptr || named || !info.decides.empty() ||
                      std::find(normal_form->keeps.begin(), normal_form->keeps.end(), info.name) !=
                          normal_form->keeps.end();
    if (kept) names.push_back(info.name);
  }
  return names;
}

TreePtr random_formula(const std::vector<std::string>& predicates, int depth, Random& random) {
  static const std::vector<std::string> unary = {"!", "[]", "[]", "<>", "<>"};
  static const std::vector<std::string> binary = {"&&", "||", "->", "<->", "~>",
                                                  "~>", "U",  "R",  "W"};
  if (depth == 0 || chance(12, random))
    return chance(4, random) ? leaf(chance(50, random) ? "true" : "false")
                             : leaf("atom", one_of(predicates, random));
  const auto inner = [&] { return random_formula(predicates, depth - 1, random); };
  if (chance(50, random)) return node(one_of(unary, random), inner());
  TreePtr left = inner();
  return node(one_of(binary, random), std::move(left), inner());
}

std::string random_text(const TreePtr& tree, Random& random) { return text_at(tree, 1, random); }

std::string plain_text(const TreePtr& tree) {
  if (tree->op == "atom") return tree->name;
  if (tree->left == nullptr) return tree->op;
  const auto operand = [](const TreePtr& part) {
    return part->left == nullptr ? plain_text(part) : "(" + plain_text(part) + ")";
  };
  if (tree->right == nullptr) return tree->op + " " + operand(tree->left);
  return operand(tree->left) + " " + tree->op + " " + operand(tree->right);
}

std::vector<std::string> random_fairness(const Observer& observer, Random& random) {
  std::vector<ActionInfo> actions;
  for (const ActionInfo& action : observer.actions())
    if (action.labels != 0) actions.push_back(action);
  std::vector<std::string> fairness;
  const unsigned way = random() % 100;
  if (way < 25) {
    // About what some claim of the model assumes.
    std::vector<const PropertyInfo*> temporal;
    for (const PropertyInfo& info : observer.properties())
      if (info.kind == PropertyKind::temporal && info.applies) temporal.push_back(&info);
    if (!temporal.empty())
      for (const std::string& assumption : one_of(temporal, random)->fairness)
        if (chance(85, random))
          fairness.push_back(chance(20, random) ? turned(assumption) : assumption);
  } else if (way < 45) {
    // Of most actions apart.
    for (const ActionInfo& action : actions)
      if (chance(80, random))
        fairness.push_back((chance(60, random) ? "WF(" : "SF(") + action.name + ")");
  }
  const std::size_t more = random() % 4;
  for (std::size_t i = 0; i < more; ++i)
    fairness.push_back(random_assumption(observer, actions, random));
  return fairness;
}

std::vector<Drop> random_drops(Observer& observer, Random& random) {
  std::vector<Drop> all;
  for (const ActionInfo& action : observer.actions()) {
    if (action.labels == 0) continue;
    for (const Part& part : observer.parts(action.first_label))
      if (part.kind != Part::Kind::bound) all.push_back({action.name, part.name});
  }
  std::vector<Drop> drops;
  const unsigned way = random() % 100;
  const std::size_t count = way < 35 ? 0 : way < 80 ? 1 : 2;
  while (drops.size() < count) {
    const Drop& drop = one_of(all, random);
    if (std::find(drops.begin(), drops.end(), drop) == drops.end()) drops.push_back(drop);
  }
  return drops;
}

}  // namespace synod::reference
