#include "checker/report/text.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "checker/input/input.hpp"

namespace synod {
namespace {

std::vector<int> index_tuple(const VariableInfo& variable, std::size_t cell) {
  std::vector<int> tuple(variable.index.size());
  for (std::size_t i = variable.index.size(); i-- > 0;) {
    const auto size = static_cast<std::size_t>(variable.index[i].domain.size());
    tuple[i] = variable.index[i].domain.low + static_cast<int>(cell % size);
    cell /= size;
  }
  return tuple;
}

/// A message as its type and fields: 1b(acc a1, bal 0, mbal -1, mval None); else the bare members.
std::string member_text(const VariableInfo& variable, const std::vector<int>& index,
                        const std::vector<int>& member) {
  std::vector<std::string> fields;
  const auto add = [&](const std::vector<Field>& from, const std::vector<int>& values) {
    for (std::size_t i = 0; i < from.size(); ++i) {
      const std::string label = from[i].domain.label(values[i]);
      fields.push_back(variable.message.empty() ? label : from[i].name + " " + label);
    }
  };
  if (!variable.message.empty()) add(variable.index, index);
  add(variable.content, member);
  if (variable.message.empty()) return fmt::format("{}", fmt::join(fields, ", "));
  return fields.empty() ? variable.message
                        : fmt::format("{}({})", variable.message, fmt::join(fields, ", "));
}

std::vector<std::string> members_text(const VariableInfo& variable, std::size_t cell,
                                      std::uint64_t set) {
  std::vector<std::string> members;
  for (std::size_t i = 0; i < variable.members.size(); ++i)
    if ((set >> i & 1) != 0)
      members.push_back(member_text(variable, index_tuple(variable, cell), variable.members[i]));
  return members;
}

/// An element of a sequence or network: "2", "(term 1, value v1)", "Vote(s1 -> s2, term 1)".
std::string record_text(const std::vector<ElementType>& types, std::uint64_t element) {
  const DecodedElement decoded = decode(types, element);
  const ElementType& type = decoded.type;
  const auto label = [&](std::size_t i) { return type.fields[i].domain.label(decoded.values[i]); };
  if (type.name.empty() && type.fields.size() == 1) return label(0);
  std::vector<std::string> fields;
  for (std::size_t i = 0; i < type.fields.size(); ++i) {
    if (i == 0 && type.fields.size() > 1 && type.fields[0].name == "from" &&
        type.fields[1].name == "to") {
      fields.push_back(label(0) + " -> " + label(1));
      ++i;
    } else {
      fields.push_back(type.fields[i].name + " " + label(i));
    }
  }
  return fmt::format("{}({})", type.name, fmt::join(fields, ", "));
}

std::vector<std::string> sequence_text(const VariableInfo& variable, std::uint64_t sequence) {
  std::vector<std::string> elements;
  for (const std::uint64_t element : elements_of(variable.elements, sequence))
    elements.push_back(record_text(variable.elements, element));
  return elements;
}

/// The messages in a network's slots.
std::vector<std::uint64_t> messages_in(const VariableInfo& variable, const Cells& state) {
  std::vector<std::uint64_t> messages;
  for (std::size_t i = 0; i < variable.cells; ++i)
    if (state[variable.first_cell + i] != 0) messages.push_back(state[variable.first_cell + i]);
  return messages;
}

/// What is in `from` more often than in `without`.
std::vector<std::uint64_t> difference(std::vector<std::uint64_t> from,
                                      std::vector<std::uint64_t> without) {
  std::vector<std::uint64_t> result;
  for (const std::uint64_t message : from) {
    const auto found = std::find(without.begin(), without.end(), message);
    if (found == without.end())
      result.push_back(message);
    else
      without.erase(found);
  }
  return result;
}

}  // namespace

const char* part_word(Part::Kind kind) {
  switch (kind) {
    case Part::Kind::conjunct: return "when";
    case Part::Kind::bound: return "within";
    case Part::Kind::effect: return "then";
  }
  return "";
}

const char* guard_word(Part::Kind kind) { return kind == Part::Kind::bound ? "bound" : "conjunct"; }

std::string message_text(const VariableInfo& variable, std::uint64_t message) {
  return message == 0 ? "no message" : record_text(variable.elements, message);
}

std::string grouped(std::uint64_t number) {
  std::string text = std::to_string(number);
  for (std::size_t i = text.size(); i > 3; i -= 3) text.insert(i - 3, ",");
  return text;
}

std::string counted(std::uint64_t number, std::string_view what) {
  return fmt::format("{} {}{}", grouped(number), what, number == 1 ? "" : "s");
}

std::string element_text(const VariableInfo& variable, std::size_t cell) {
  if (variable.index.empty() || !variable.message.empty() || variable.holds == Holds::message)
    return variable.name;
  std::vector<std::string> labels;
  const std::vector<int> tuple = index_tuple(variable, cell);
  for (std::size_t i = 0; i < tuple.size(); ++i)
    labels.push_back(variable.index[i].domain.argument_label(tuple[i]));
  return fmt::format("{}[{}]", variable.name, fmt::join(labels, ", "));
}

std::string value_text(const VariableInfo& variable, std::uint64_t value) {
  if (variable.holds == Holds::set)
    return fmt::format("{{{}}}", fmt::join(members_text(variable, 0, value), ", "));
  if (variable.holds == Holds::record) return record_text(variable.elements, value << 1 | 1);
  if (variable.holds == Holds::sequence)
    return fmt::format("<{}>", fmt::join(sequence_text(variable, value), ", "));
  if (variable.holds == Holds::message) return message_text(variable, value);
  const Domain& domain = variable.content[0].domain;
  return domain.label(domain.low + static_cast<int>(value));
}

std::string step_text(const Observer& observer, const Cells& state, std::uint32_t label) {
  for (const ActionInfo& action : observer.actions()) {
    if (!action.has(label)) continue;
    std::vector<std::string> names;
    const std::vector<int> values = action.arguments(label);
    for (std::size_t i = 0; i < values.size(); ++i) {
      if (!action.networks[i]) {
        names.push_back(action.domains[i].argument_label(values[i]));
        continue;
      }
      const VariableInfo& network = observer.variables()[*action.networks[i]];
      const auto slot = static_cast<std::size_t>(values[i] - action.domains[i].low);
      const std::uint64_t message = state[network.first_cell + slot];
      const std::string& type = action.domains[i].name;  // or "message", for any
      const bool fits = message != 0 &&
                        (type == "message" || type == decode(network.elements, message).type.name);
      names.push_back(message_text(network, fits ? message : 0));
    }
    return names.empty() ? action.name : fmt::format("{}({})", action.name, fmt::join(names, ", "));
  }
  throw ModelError("no action instance " + std::to_string(label));
}

std::uint32_t parse_step(const Observer& observer, const Cells& state, std::string_view text) {
  const std::string_view name = text.substr(0, text.find_first_of("(."));
  const bool beginning = text.ends_with("...");
  const std::string_view wanted = beginning ? text.substr(0, text.size() - 3) : text;
  std::vector<std::string> names;
  for (const ActionInfo& action : observer.actions()) {
    if (action.labels != 0) names.push_back(action.name);
    if (action.name != name) continue;
    if (action.labels == 0)
      throw InputError(fmt::format("action {} does not apply under these parameters", action.name));
    std::vector<std::string> found;
    std::vector<std::string> examples;
    std::uint32_t label_found = 0;
    for (std::uint32_t i = 0; i < action.labels; ++i) {
      const std::uint32_t label = action.first_label + i;
      const std::string instance = step_text(observer, state, label);
      if (instance.find("(no message") != std::string::npos) continue;
      examples.push_back(instance);
      if (beginning ? !instance.starts_with(wanted) : instance != wanted) continue;
      // Copies of a message are one.
      if (std::find(found.begin(), found.end(), instance) != found.end()) continue;
      found.push_back(instance);
      label_found = label;
    }
    if (found.size() == 1) return label_found;
    if (found.size() > 1)
      throw InputError(fmt::format("{} could be {} or {}", quote(text), found[0], found[1]));
    throw InputError(fmt::format(
        "{} is no instance of {} here; {}", quote(text), action.name,
        examples.empty() ? "no message for it is on its way" : "one is " + examples.front()));
  }
  throw InputError(fmt::format("no action {}{}", quote(text), suggest(name, names)));
}

std::vector<std::string> state_lines(const std::vector<VariableInfo>& variables,
                                     const Cells& state) {
  std::vector<std::string> lines;
  for (std::size_t v = 0; v < variables.size();) {
    const VariableInfo& variable = variables[v];
    std::vector<std::string> values;
    if (!variable.message.empty()) {
      // One set of messages of several types, declared one after another.
      for (; v < variables.size() && variables[v].name == variable.name; ++v)
        for (std::size_t cell = 0; cell < variables[v].cells; ++cell)
          for (std::string& member :
               members_text(variables[v], cell, state[variables[v].first_cell + cell]))
            values.push_back(std::move(member));
      lines.push_back(fmt::format("{} = {{{}}}", variable.name, fmt::join(values, ", ")));
      continue;
    }
    ++v;
    if (variable.holds == Holds::message) {
      for (const std::uint64_t message : messages_in(variable, state))
        values.push_back(message_text(variable, message));
      lines.push_back(fmt::format("{} = {{{}}}", variable.name, fmt::join(values, ", ")));
      continue;
    }
    if (variable.index.empty()) {
      if (variable.bits == 0 && variable.holds != Holds::value)
        continue;  // switched off by a parameter
      lines.push_back(
          fmt::format("{} = {}", variable.name, value_text(variable, state[variable.first_cell])));
      continue;
    }
    for (std::size_t cell = 0; cell < variable.cells; ++cell) {
      std::string element = element_text(variable, cell);
      element = element.substr(variable.name.size() + 1);
      element.pop_back();
      const bool several =
          variable.index.size() > 1 || variable.index[0].domain.made == Made::pairs;
      if (several) element = "(" + element + ")";
      values.push_back(element + ": " + value_text(variable, state[variable.first_cell + cell]));
    }
    lines.push_back(fmt::format("{} = [{}]", variable.name, fmt::join(values, ", ")));
  }
  return lines;
}

std::vector<std::string> change_lines(const std::vector<VariableInfo>& variables,
                                      const Cells& before, const Cells& after) {
  std::vector<std::string> lines;
  for (const VariableInfo& variable : variables) {
    if (variable.holds == Holds::message) {
      const auto was = messages_in(variable, before);
      const auto is = messages_in(variable, after);
      for (const std::uint64_t message : difference(was, is))
        lines.push_back(fmt::format("{}: - {}", variable.name, message_text(variable, message)));
      for (const std::uint64_t message : difference(is, was))
        lines.push_back(fmt::format("{}: + {}", variable.name, message_text(variable, message)));
      continue;
    }
    for (std::size_t cell = 0; cell < variable.cells; ++cell) {
      const std::uint64_t old_value = before[variable.first_cell + cell];
      const std::uint64_t new_value = after[variable.first_cell + cell];
      if (old_value == new_value) continue;
      const std::string element = element_text(variable, cell);
      if (variable.holds != Holds::set) {
        lines.push_back(fmt::format("{}: {} -> {}", element, value_text(variable, old_value),
                                    value_text(variable, new_value)));
        continue;
      }
      for (const std::string& member : members_text(variable, cell, new_value & ~old_value))
        lines.push_back(fmt::format("{}: + {}", element, member));
      for (const std::string& member : members_text(variable, cell, old_value & ~new_value))
        lines.push_back(fmt::format("{}: - {}", element, member));
    }
  }
  return lines;
}

std::vector<std::string> read_lines(const std::vector<VariableInfo>& variables,
                                    const Footprint& footprint, const Cells& state) {
  std::vector<std::string> lines;
  for (const VariableInfo& variable : variables) {
    for (std::size_t cell = 0; cell < variable.cells; ++cell) {
      const std::size_t position = variable.first_cell + cell;
      const std::uint64_t read = footprint.reads[position];
      if (read == 0) continue;
      const std::string element = element_text(variable, cell);
      const std::uint64_t value = state[position];
      if (variable.holds != Holds::set) {
        if (variable.holds == Holds::message && value == 0) continue;
        lines.push_back(fmt::format("{}{}{}", element,
                                    variable.holds == Holds::message ? " has " : " = ",
                                    value_text(variable, value)));
        continue;
      }
      const auto present = members_text(variable, cell, value & read);
      const auto absent = members_text(variable, cell, read & ~value);
      if (!present.empty())
        lines.push_back(fmt::format("{} has {}", element, fmt::join(present, ", ")));
      else if (absent.size() <= 3)
        lines.push_back(fmt::format("{} has no {}", element, fmt::join(absent, ", no ")));
      else
        lines.push_back(fmt::format("{} has none of {}, {}, ... ({} in all)", element, absent[0],
                                    absent[1], absent.size()));
    }
  }
  return lines;
}

}  // namespace synod
