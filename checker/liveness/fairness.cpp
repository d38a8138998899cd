#include "checker/liveness/fairness.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

namespace synod {
namespace {

constexpr std::size_t most_groups = 64;

std::vector<std::string> words(std::string_view text, char separator) {
  std::vector<std::string> result;
  while (true) {
    const std::size_t end = std::min(text.find(separator), text.size());
    std::string_view word = text.substr(0, end);
    while (word.starts_with(' ')) word.remove_prefix(1);
    while (word.ends_with(' ')) word.remove_suffix(1);
    if (separator != ' ' || !word.empty()) result.emplace_back(word);
    if (end == text.size()) return result;
    text.remove_prefix(end + 1);
  }
}

/// An assumption taken apart.
struct Assumption {
  char kind;  ///< W, S or F
  std::vector<std::string> actions;
  std::vector<std::string> by;

  bool operator==(const Assumption&) const = default;
};

Assumption parse_assumption(const std::string& text) {
  const std::size_t open = text.find('(');
  const std::string kind = text.substr(0, open);
  if ((kind != "WF" && kind != "SF" && kind != "FIN") || !text.ends_with(')'))
    throw InputError(fmt::format(
        "{} is no fairness assumption; those are WF(Action), SF(Action), FIN(Action), also as in "
        "WF(One, Another) and WF(Action by argument)",
        quote(text)));
  Assumption result{kind[0], {}, {}};
  std::string_view inside = std::string_view(text).substr(open + 1, text.size() - open - 2);
  const std::size_t by = inside.find(" by ");
  if (by != std::string_view::npos) {
    result.by = words(inside.substr(by + 4), ' ');
    if (result.by.empty())
      throw InputError(
          fmt::format("{}: nothing after \"by\"; an argument's name is wanted", quote(text)));
    inside = inside.substr(0, by);
  }
  result.actions = words(inside, ',');
  return result;
}

/// What one word after "by" stands for in an action: an argument, or a field of a message that is
/// one.
struct Component {
  std::size_t argument;
  std::optional<std::size_t> field;  ///< of the message
  Domain domain;
};

std::optional<Component> find_component(const ActionInfo& action, const std::string& name,
                                        std::size_t nth, const Observer& observer) {
  for (std::size_t i = 0; i < action.domains.size(); ++i) {
    if (!action.networks[i]) {
      if (action.domains[i].name == name && nth-- == 0)
        return Component{i, std::nullopt, action.domains[i]};
      continue;
    }
    const std::vector<ElementType>& types = observer.variables()[*action.networks[i]].elements;
    for (std::size_t type = 0; type < types.size(); ++type) {
      if (types[type].name != action.domains[i].name) continue;
      const std::vector<Field>& fields = types[type].fields;
      for (std::size_t field = 0; field < fields.size(); ++field)
        if (fields[field].name == name && nth-- == 0)
          return Component{i, field, fields[field].domain};
    }
  }
  return std::nullopt;
}

std::vector<std::string> argument_names(const ActionInfo& action, const Observer& observer) {
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

const ActionInfo& find_action(const Observer& observer, const std::string& name,
                              const std::string& text) {
  std::vector<std::string> names;
  for (const ActionInfo& action : observer.actions()) {
    if (action.name == name) return action;
    names.push_back(action.name);
  }
  throw InputError(
      fmt::format("{}: no action {}{}", quote(text), quote(name), suggest(name, names)));
}

/// With its names in alphabetical order.
Assumption sorted_assumption(const std::string& text) {
  Assumption assumption = parse_assumption(text);
  std::sort(assumption.actions.begin(), assumption.actions.end());
  std::sort(assumption.by.begin(), assumption.by.end());
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

Fairness::Fairness(const std::vector<std::string>& assumptions, const Observer& observer,
                   const std::string& renumbered)
    : renumbered_(renumbered) {
  std::size_t labels = 0;
  for (const ActionInfo& action : observer.actions()) labels += action.labels;
  rules_.resize(labels);
  for (std::size_t i = 0; i < assumptions.size(); ++i) add(assumptions[i], i, observer);
}

void Fairness::add(const std::string& text, std::size_t assumption, const Observer& observer) {
  const Assumption parsed = parse_assumption(text);
  std::vector<const ActionInfo*> actions;
  if (parsed.actions == std::vector<std::string>{"*"})
    for (const ActionInfo& action : observer.actions()) actions.push_back(&action);
  else
    for (const std::string& name : parsed.actions)
      actions.push_back(&find_action(observer, name, text));

  // The values of what the groups are told apart by, from the first action.
  std::vector<std::vector<std::string>> values;
  std::size_t count = 1;
  for (std::size_t k = 0; k < parsed.by.size(); ++k) {
    const auto nth = static_cast<std::size_t>(std::count(
        parsed.by.begin(), parsed.by.begin() + static_cast<std::ptrdiff_t>(k), parsed.by[k]));
    const auto component = find_component(*actions[0], parsed.by[k], nth, observer);
    if (!component)
      throw InputError(fmt::format("{}: {} has no argument {}{}", quote(text), actions[0]->name,
                                   quote(parsed.by[k]),
                                   suggest(parsed.by[k], argument_names(*actions[0], observer))));
    if (!renumbered_.empty() && component->domain.name == renumbered_)
      throw InputError(fmt::format(
          "{}: in normal forms each {} is renumbered, so that none can be told from the others",
          quote(text), renumbered_));
    std::vector<std::string>& labels = values.emplace_back();
    for (int value = component->domain.low; value <= component->domain.high; ++value)
      labels.push_back(component->domain.label(value));
    count *= labels.size();
  }
  if (groups_.size() + count > most_groups)
    throw InputError(fmt::format("{}: fairness to more than {} groups of steps; tell fewer apart",
                                 quote(text), most_groups));
  for (const ActionInfo* const action : actions)
    add_rules(*action, parsed.by, values, observer, text);
  for (std::size_t g = 0; g < count; ++g) {
    std::string name = text;
    std::string which;
    std::size_t rest = g;
    for (std::size_t k = values.size(); k-- > 0; rest /= values[k].size())
      which = fmt::format(" {}={}", parsed.by[k], values[k][rest % values[k].size()]) + which;
    if (!which.empty()) {
      const std::size_t by = name.find(" by ");
      name = name.substr(0, by + 3) + which + ")";
    }
    StepGroups& kind = parsed.kind == 'F' ? finite_ : parsed.kind == 'S' ? strong_ : weak_;
    kind |= StepGroups{1} << groups_.size();
    groups_.push_back({name, assumption});
  }
}

void Fairness::add_rules(const ActionInfo& action, const std::vector<std::string>& by,
                         const std::vector<std::vector<std::string>>& values,
                         const Observer& observer, const std::string& text) {
  std::vector<Component> components;
  for (std::size_t k = 0; k < by.size(); ++k) {
    const auto nth = static_cast<std::size_t>(
        std::count(by.begin(), by.begin() + static_cast<std::ptrdiff_t>(k), by[k]));
    const auto component = find_component(action, by[k], nth, observer);
    if (!component || static_cast<std::size_t>(component->domain.size()) != values[k].size())
      throw InputError(fmt::format("{}: {} has no argument {} with the same values", quote(text),
                                   action.name, quote(by[k])));
    components.push_back(*component);
  }
  for (std::uint32_t label = action.first_label; label < action.first_label + action.labels;
       ++label) {
    const std::vector<int> arguments = action.arguments(label);
    Rule rule{static_cast<unsigned>(groups_.size()), {}};
    unsigned stride = 1;
    for (std::size_t k = components.size(); k-- > 0;) {
      const Component& component = components[k];
      if (!component.field) {
        rule.group +=
            stride * static_cast<unsigned>(arguments[component.argument] - component.domain.low);
      } else {
        const std::size_t argument = component.argument;
        const VariableInfo& network = observer.variables()[*action.networks[argument]];
        const auto slot =
            static_cast<std::size_t>(arguments[argument] - action.domains[argument].low);
        rule.in_message.push_back({network.first_cell + slot, ElementLayout(network.elements),
                                   *component.field, component.domain.low, stride});
      }
      stride *= static_cast<unsigned>(values[k].size());
    }
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
  StepGroups result = 0;
  for (const Rule& rule : rules_[label]) {
    unsigned group = rule.group;
    for (const InMessage& part : rule.in_message) {
      const int value = part.layout.value(cell_at(part.cell), part.field);
      group += part.stride * static_cast<unsigned>(value - part.low);
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

StepGroups Fairness::of(const Cells& state, std::uint32_t label) const {
  return groups_of(label, [&](std::size_t cell) { return state[cell]; });
}

}  // namespace synod
