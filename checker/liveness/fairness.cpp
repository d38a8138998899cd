#include "checker/liveness/fairness.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

namespace synod {

/// A name in an assumption; empty where one is missing.
struct Word {
  std::string text;
  std::size_t at;  ///< the byte of the assumption, from 0

  auto operator<=>(const Word& other) const { return text <=> other.text; }
  bool operator==(const Word& other) const { return text == other.text; }
};

/// An assumption taken apart.
struct Assumption {
  struct Condition {
    Word left;
    bool equal = true;
    Word right;

    auto operator<=>(const Condition&) const = default;
  };
  struct Named {
    Word name;
    std::vector<Word> arguments = {};  ///< that are given, "*" for any; empty: none are

    auto operator<=>(const Named&) const = default;
  };

  std::string kind;  ///< WF, SF or FIN
  std::vector<Named> actions;
  std::vector<Word> by;
  std::vector<Condition> where;

  bool operator==(const Assumption&) const = default;
};

/// What one word after "by" stands for in an action: an argument, or a field of a message that is
/// one.
struct GroupedBy {
  std::size_t argument;
  std::optional<std::size_t> field;  ///< of the message
  Domain domain;
  std::optional<std::size_t> part = {};  ///< of a pair

  int value(const ActionInfo& action, const std::vector<int>& arguments) const {
    const int whole = arguments[argument];
    return part ? action.domains[argument].parts(whole)[*part] : whole;
  }
};

namespace {

constexpr std::size_t most_groups = 64;

/// What is wrong at a place of an assumption, and what is accepted.
InputError assumption_error(const std::string& text, std::size_t at, const std::string& what) {
  return InputError(fmt::format("{}, character {}: {}", quote(text), at + 1, what));
}

class AssumptionParser {
 public:
  explicit AssumptionParser(const std::string& text) : text_(text) {}

  Assumption parse() {
    Assumption result;
    const Word kind = word();
    if (kind.text != "WF" && kind.text != "SF" && kind.text != "FIN")
      fail(kind.at, "WF, SF or FIN is wanted");
    result.kind = kind.text;
    if (!take('(')) fail(at_, "\"(\" is wanted");
    do {
      result.actions.push_back(action());
    } while (take(','));
    if (take_word("by")) {
      do {
        result.by.push_back(word());
      } while (next() != ')' && !at_word("where") && !result.by.back().text.empty());
    }
    if (take_word("where")) {
      do {
        result.where.push_back(condition());
      } while (take(','));
    }
    if (!take(')'))
      fail(at_, !result.where.empty() ? "\",\" or \")\" is wanted"
                : result.by.empty()   ? "\",\", \"by\", \"where\" or \")\" is wanted"
                                      : "\"where\" or \")\" is wanted");
    next();
    if (at_ != text_.size()) fail(at_, "nothing is wanted after \")\"");
    return result;
  }

 private:
  [[noreturn]] void fail(std::size_t at, const std::string& wanted) const {
    throw assumption_error(
        text_, at,
        wanted +
            "; fairness assumptions are WF(Action), SF(Action), FIN(Action), also as in WF(One, "
            "Another), WF(Action by argument), WF(Action(member)) and WF(Action where argument # "
            "member)");
  }

  /// The next character that is no space; 0 at the end.
  char next() {
    while (at_ < text_.size() && text_[at_] == ' ') ++at_;
    return at_ < text_.size() ? text_[at_] : '\0';
  }
  bool take(char wanted) {
    if (next() != wanted) return false;
    ++at_;
    return true;
  }
  Word word() {
    next();
    const std::size_t begin = at_;
    at_ = std::min(text_.find_first_of(" ,()", begin), text_.size());
    return {text_.substr(begin, at_ - begin), begin};
  }
  bool take_word(std::string_view wanted) {
    const Word found = word();
    if (found.text != wanted) at_ = found.at;
    return found.text == wanted;
  }
  bool at_word(std::string_view wanted) {
    const std::size_t begin = at_;
    const bool there = take_word(wanted);
    at_ = begin;
    return there;
  }
  Assumption::Named action() {
    next();
    if (at_word("by") || at_word("where")) return {{"", at_}};
    Assumption::Named result{word()};
    if (result.name.text.empty() || !take('(')) return result;
    do {
      result.arguments.push_back(member());
    } while (take(','));
    if (!take(')')) fail(at_, "\",\" or \")\" is wanted");
    return result;
  }
  /// Names of members may have any characters but these.
  Word member() {
    Word result = word();
    if (result.text.empty()) fail(result.at, "a member is wanted, or * for any");
    return result;
  }
  Assumption::Condition condition() {
    Assumption::Condition result;
    next();
    const std::size_t begin = at_;
    at_ = std::min(text_.find_first_of(" ,()=#!/", begin), text_.size());
    result.left = {text_.substr(begin, at_ - begin), begin};
    if (result.left.text.empty()) fail(begin, "an argument is wanted");
    next();
    for (const auto& [symbol, equal] : {std::pair<std::string_view, bool>{"==", true},
                                        {"=", true},
                                        {"#", false},
                                        {"!=", false},
                                        {"/=", false}}) {
      if (text_.compare(at_, symbol.size(), symbol) != 0) continue;
      at_ += symbol.size();
      result.equal = equal;
      result.right = member();
      return result;
    }
    fail(at_, "= or # is wanted");
  }

  const std::string& text_;
  std::size_t at_ = 0;
};

Assumption parse_assumption(const std::string& text) { return AssumptionParser(text).parse(); }

/// As a text that says what the values after "by" are, if there are any.
std::string group_text(const Assumption& assumption, const std::string& values) {
  std::vector<std::string> actions;
  for (const Assumption::Named& action : assumption.actions) {
    std::vector<std::string> arguments;
    for (const Word& argument : action.arguments) arguments.push_back(argument.text);
    actions.push_back(arguments.empty()
                          ? action.name.text
                          : fmt::format("{}({})", action.name.text, fmt::join(arguments, ", ")));
  }
  std::string where;
  for (const Assumption::Condition& one : assumption.where)
    where += fmt::format("{}{} {} {}", where.empty() ? " where " : ", ", one.left.text,
                         one.equal ? "=" : "#", one.right.text);
  return fmt::format("{}({}{}{}{})", assumption.kind, fmt::join(actions, ", "),
                     values.empty() ? "" : " by", values, where);
}

/// The arguments as they are written, a pair as two.
std::vector<GroupedBy> arguments_of(const ActionInfo& action) {
  std::vector<GroupedBy> result;
  for (std::size_t i = 0; i < action.domains.size(); ++i) {
    const Domain& domain = action.domains[i];
    if (domain.made != Made::pairs)
      result.push_back({i, std::nullopt, domain});
    else
      for (const std::size_t part : {0, 1}) result.push_back({i, std::nullopt, *domain.of, part});
  }
  return result;
}

std::optional<GroupedBy> find_component(const ActionInfo& action, const std::string& name,
                                        std::size_t nth, const Observer& observer) {
  for (std::size_t i = 0; i < action.domains.size(); ++i) {
    if (!action.networks[i]) {
      const Domain& domain = action.domains[i];
      if (domain.made == Made::pairs) {
        for (const std::size_t part : {0, 1})
          if (domain.of->name == name && nth-- == 0)
            return GroupedBy{i, std::nullopt, *domain.of, part};
      } else if (domain.name == name && nth-- == 0) {
        return GroupedBy{i, std::nullopt, domain};
      }
      continue;
    }
    const std::vector<ElementType>& types = observer.variables()[*action.networks[i]].elements;
    for (std::size_t type = 0; type < types.size(); ++type) {
      if (types[type].name != action.domains[i].name) continue;
      const std::vector<Field>& fields = types[type].fields;
      for (std::size_t field = 0; field < fields.size(); ++field)
        if (fields[field].name == name && nth-- == 0)
          return GroupedBy{i, field, fields[field].domain};
    }
  }
  return std::nullopt;
}

std::vector<std::string> argument_names(const ActionInfo& action, const Observer& observer) {
  std::vector<std::string> names;
  for (std::size_t i = 0; i < action.domains.size(); ++i) {
    if (!action.networks[i]) {
      const Domain& domain = action.domains[i];
      if (domain.made == Made::pairs)
        names.insert(names.end(), 2, domain.of->name);
      else
        names.push_back(domain.name);
      continue;
    }
    for (const ElementType& type : observer.variables()[*action.networks[i]].elements)
      if (type.name == action.domains[i].name)
        for (const Field& field : type.fields) names.push_back(field.name);
  }
  return names;
}

/// The actions that an assumption is about.
std::vector<const ActionInfo*> actions_of(const Assumption& assumption, const Observer& observer,
                                          const std::string& text) {
  std::vector<const ActionInfo*> all;
  std::vector<std::string> names;
  for (const ActionInfo& action : observer.actions()) {
    all.push_back(&action);
    names.push_back(action.name);
  }
  if (assumption.actions.size() == 1 && assumption.actions[0].name.text == "*") return all;
  std::vector<const ActionInfo*> result;
  for (const auto& [word, arguments] : assumption.actions) {
    if (word.text.empty())
      throw assumption_error(text, word.at,
                             fmt::format("an action is wanted; there are {}, and * for all of them",
                                         fmt::join(names, ", ")));
    if (word.text == "*")
      throw assumption_error(text, word.at, "* is all actions, and stands by itself");
    const auto known = std::find(names.begin(), names.end(), word.text);
    if (known == names.end())
      throw assumption_error(
          text, word.at,
          fmt::format("no action {}{}", quote(word.text), suggest(word.text, names)));
    result.push_back(all[static_cast<std::size_t>(known - names.begin())]);
  }
  return result;
}

/// The names that may stand after "by": those that all these actions have.
std::string accepted_arguments(const std::vector<const ActionInfo*>& actions,
                               const std::string& name, const Observer& observer) {
  std::vector<std::string> common = argument_names(*actions[0], observer);
  for (const ActionInfo* const action : actions) {
    std::vector<std::string> own = argument_names(*action, observer);
    std::erase_if(common, [&](const std::string& argument) {
      const auto known = std::find(own.begin(), own.end(), argument);
      if (known == own.end()) return true;
      own.erase(known);
      return false;
    });
  }
  const bool one = actions.size() == 1;
  if (one && !name.empty()) return suggest(name, common);
  if (common.empty()) return one ? "; there are none" : "; the actions have none in common";
  return fmt::format("; {} {}", one ? "there are" : "all of the actions have",
                     fmt::join(common, ", "));
}

/// What the k-th word after "by" stands for in one of the actions.
GroupedBy component_of(const ActionInfo& action, const Assumption& assumption, std::size_t k,
                       const std::vector<const ActionInfo*>& actions, const Observer& observer,
                       const std::string& text) {
  const Word& word = assumption.by[k];
  const auto begin = assumption.by.begin();
  const auto before =
      static_cast<std::size_t>(std::count(begin, begin + static_cast<std::ptrdiff_t>(k), word));
  if (const auto component = find_component(action, word.text, before, observer)) return *component;
  const std::string accepted = accepted_arguments(actions, before == 0 ? word.text : "", observer);
  if (word.text.empty()) throw assumption_error(text, word.at, "an argument is wanted" + accepted);
  throw assumption_error(
      text, word.at,
      before == 0 ? fmt::format("{} has no argument {}{}", action.name, quote(word.text), accepted)
                  : fmt::format("{} has {} argument{} {}, not {}{}", action.name, before,
                                before == 1 ? "" : "s", quote(word.text), before + 1, accepted));
}

/// With its names in alphabetical order.
Assumption sorted_assumption(const std::string& text) {
  Assumption assumption = parse_assumption(text);
  std::sort(assumption.actions.begin(), assumption.actions.end());
  std::sort(assumption.by.begin(), assumption.by.end());
  std::sort(assumption.where.begin(), assumption.where.end());
  return assumption;
}

}  // namespace

bool same_assumption(const std::string& a, const std::string& b) {
  try {
    return sorted_assumption(a) == sorted_assumption(b);
  } catch (const InputError&) {
    return false;
  }
}

std::vector<std::string> applicable(const std::vector<std::string>& assumptions,
                                    const Observer& observer) {
  std::vector<std::string> result = assumptions;
  std::erase_if(result, [&](const std::string& text) {
    const auto actions = actions_of(parse_assumption(text), observer, text);
    return std::none_of(actions.begin(), actions.end(),
                        [](const ActionInfo* action) { return action->applies; });
  });
  return result;
}

bool asks_for(const std::string& assumption, const std::string& action, const Observer& observer) {
  const Assumption parsed = parse_assumption(assumption);
  if (parsed.kind == "FIN") return false;
  const auto actions = actions_of(parsed, observer, assumption);
  return std::any_of(actions.begin(), actions.end(),
                     [&](const ActionInfo* asked) { return asked->name == action; });
}

std::vector<std::string> assumed_by(const PropertyInfo& claim, const Observer& observer) {
  return claim.applies ? applicable(claim.fairness, observer) : claim.fairness;
}

Fairness::Fairness(const std::vector<std::string>& assumptions, const Observer& observer,
                   const std::string& renumbered)
    : renumbered_(renumbered) {
  std::size_t labels = 0;
  for (const ActionInfo& action : observer.actions()) labels += action.labels;
  rules_.resize(labels);
  always_in_.resize(labels);
  for (std::size_t i = 0; i < assumptions.size(); ++i) add(assumptions[i], i, observer);
}

void Fairness::require_told_apart(const Domain& domain, const std::string& text) const {
  if (!renumbered_.empty() && domain.name == renumbered_)
    throw NotOfNormalForms(
        fmt::format("they renumber each {}, which {} tells apart", renumbered_, text));
}

struct Fairness::Limit {
  GroupedBy one;
  std::optional<GroupedBy> other;
  int value = 0;  ///< where there is no other
  bool equal = true;
};

void Fairness::add(const std::string& text, std::size_t assumption, const Observer& observer) {
  const Assumption parsed = parse_assumption(text);
  const std::vector<const ActionInfo*> actions = actions_of(parsed, observer, text);

  // The values of what the groups are told apart by, from the first action.
  std::vector<std::vector<std::string>> values;
  std::size_t count = 1;
  for (std::size_t k = 0; k < parsed.by.size(); ++k) {
    const Domain domain = component_of(*actions[0], parsed, k, actions, observer, text).domain;
    require_told_apart(domain, text);
    std::vector<std::string>& labels = values.emplace_back();
    for (int value = domain.low; value <= domain.high; ++value)
      labels.push_back(domain.label(value));
    count *= labels.size();
  }
  if (groups_.size() + count > most_groups)
    throw TooManyGroups(fmt::format(
        "{}: a claim can assume fairness to at most {} groups of steps, and under these "
        "parameters this one has more",
        quote(text), most_groups));
  std::vector<std::size_t> sizes;
  for (const std::vector<std::string>& labels : values) sizes.push_back(labels.size());
  for (std::size_t nth = 0; nth < actions.size(); ++nth) {
    const ActionInfo* const action = actions[nth];
    std::vector<GroupedBy> components;
    for (std::size_t k = 0; k < parsed.by.size(); ++k) {
      components.push_back(component_of(*action, parsed, k, actions, observer, text));
      if (static_cast<std::size_t>(components[k].domain.size()) != sizes[k])
        throw assumption_error(text, parsed.by[k].at,
                               fmt::format("{} has other values of {} than {}", action->name,
                                           quote(parsed.by[k].text), actions[0]->name));
    }
    add_rules(*action, components, limits_of(parsed, nth, actions, observer, text), observer);
  }
  for (std::size_t g = 0; g < count; ++g) {
    std::string which;
    std::size_t rest = g;
    for (std::size_t k = values.size(); k-- > 0; rest /= sizes[k])
      which = fmt::format(" {}={}", parsed.by[k].text, values[k][rest % sizes[k]]) + which;
    StepGroups& kind = parsed.kind == "FIN" ? finite_ : parsed.kind == "SF" ? strong_ : weak_;
    kind |= StepGroups{1} << groups_.size();
    groups_.push_back({group_text(parsed, which), assumption});
  }
}

/// What the assumption wants of the arguments of the nth of its actions.
std::vector<Fairness::Limit> Fairness::limits_of(const Assumption& assumption, std::size_t nth,
                                                 const std::vector<const ActionInfo*>& actions,
                                                 const Observer& observer,
                                                 const std::string& text) const {
  const ActionInfo& action = *actions[nth];
  const auto value_of = [&](const GroupedBy& component, const Word& word) {
    std::vector<std::string> labels;
    for (int value = component.domain.low; value <= component.domain.high; ++value) {
      labels.push_back(component.domain.label(value));
      if (labels.back() == word.text) return value;
    }
    throw assumption_error(text, word.at,
                           fmt::format("{} is no member of {}{}", quote(word.text),
                                       component.domain.text(), suggest(word.text, labels)));
  };
  std::vector<Limit> limits;
  const bool all = assumption.actions[0].name.text == "*";
  const std::vector<Word>& given = assumption.actions[all ? 0 : nth].arguments;
  const std::vector<GroupedBy> arguments = arguments_of(action);
  if (!given.empty() && given.size() != arguments.size())
    throw assumption_error(text, given[0].at,
                           fmt::format("{} has {} argument{}", action.name, arguments.size(),
                                       arguments.size() == 1 ? "" : "s"));
  for (std::size_t i = 0; i < given.size(); ++i) {
    if (given[i].text == "*") continue;
    const GroupedBy& component = arguments[i];
    if (action.networks[component.argument])
      throw assumption_error(text, given[i].at, "of a message, say its fields after \"where\"");
    require_told_apart(component.domain, text);
    limits.push_back({component, std::nullopt, value_of(component, given[i]), true});
  }
  for (const auto& [left, equal, right] : assumption.where) {
    const auto one = find_component(action, left.text, 0, observer);
    if (!one)
      throw assumption_error(text, left.at,
                             fmt::format("{} has no argument {}{}", action.name, quote(left.text),
                                         accepted_arguments(actions, left.text, observer)));
    require_told_apart(one->domain, text);
    const auto other =
        find_component(action, right.text, left.text == right.text ? 1 : 0, observer);
    if (other)
      limits.push_back({*one, other, 0, equal});
    else
      limits.push_back({*one, std::nullopt, value_of(*one, right), equal});
  }
  return limits;
}

void Fairness::add_rules(const ActionInfo& action, const std::vector<GroupedBy>& components,
                         const std::vector<Limit>& limits, const Observer& observer) {
  for (std::uint32_t label = action.first_label; label < action.first_label + action.labels;
       ++label) {
    const std::vector<int> arguments = action.arguments(label);
    const auto in_message = [&](const GroupedBy& component, unsigned stride) {
      const std::size_t argument = component.argument;
      const VariableInfo& network = observer.variables()[*action.networks[argument]];
      const auto slot =
          static_cast<std::size_t>(arguments[argument] - action.domains[argument].low);
      return InMessage{network.first_cell + slot, ElementLayout(network.elements), *component.field,
                       component.domain.low, stride};
    };
    Rule rule{static_cast<unsigned>(groups_.size()), {}, {}};
    unsigned stride = 1;
    for (std::size_t k = components.size(); k-- > 0;) {
      const GroupedBy& component = components[k];
      if (!component.field)
        rule.group += stride * static_cast<unsigned>(component.value(action, arguments) -
                                                     component.domain.low);
      else
        rule.in_message.push_back(in_message(component, stride));
      stride *= static_cast<unsigned>(component.domain.size());
    }
    bool never = false;
    for (Limit limit : limits) {
      if (!limit.one.field && limit.other && limit.other->field) std::swap(limit.one, *limit.other);
      if (limit.other && !limit.other->field) {
        limit.value = limit.other->value(action, arguments);
        limit.other.reset();
      }
      if (limit.one.field)
        rule.wanted.push_back(
            {in_message(limit.one, 1),
             limit.other ? std::optional(in_message(*limit.other, 1)) : std::nullopt, limit.value,
             limit.equal});
      else
        never = never || (limit.one.value(action, arguments) == limit.value) != limit.equal;
    }
    if (never) continue;
    if (rule.in_message.empty() && rule.wanted.empty())
      always_in_[label] |= StepGroups{1} << rule.group;
    else
      rules_[label].push_back(std::move(rule));
  }
}

StepGroups Fairness::of_assumption(std::size_t assumption) const {
  StepGroups result = 0;
  for (std::size_t g = 0; g < groups_.size(); ++g)
    if (groups_[g].assumption == assumption) result |= StepGroups{1} << g;
  return result;
}

template <class CellAt>
StepGroups Fairness::groups_of(std::uint32_t label, CellAt&& cell_at) const {
  StepGroups result = always_in_[label];
  const auto value_of = [&](const InMessage& part) {
    return part.layout.value(cell_at(part.cell), part.field);
  };
  for (const Rule& rule : rules_[label]) {
    if (std::any_of(rule.wanted.begin(), rule.wanted.end(), [&](const Wanted& wanted) {
          const int right = wanted.other ? value_of(*wanted.other) : wanted.value;
          return (value_of(wanted.one) == right) != wanted.equal;
        }))
      continue;
    unsigned group = rule.group;
    for (const InMessage& part : rule.in_message) {
      group += part.stride * static_cast<unsigned>(value_of(part) - part.low);
    }
    result |= StepGroups{1} << group;
  }
  return result;
}

StepGroups Fairness::of(const ModelInstance& model, const std::uint64_t* state,
                        std::uint32_t label) const {
  return groups_of(label, [&](std::size_t cell) {
    const Place place = model.places()[cell];
    return state[place.word] >> place.shift & low_bits(model.cell_bits()[cell]);
  });
}

std::vector<std::optional<StepGroups>> Fairness::of_labels() const {
  std::vector<std::optional<StepGroups>> groups(always_in_.size());
  for (std::size_t label = 0; label < groups.size(); ++label)
    if (rules_[label].empty()) groups[label] = always_in_[label];
  return groups;
}

StepGroups Fairness::of(const Cells& state, std::uint32_t label) const {
  return groups_of(label, [&](std::size_t cell) { return state[cell]; });
}

}  // namespace synod
