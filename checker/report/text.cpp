#include "checker/report/text.hpp"

#include <fmt/format.h>

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

}  // namespace

std::string grouped(std::uint64_t number) {
  std::string text = std::to_string(number);
  for (std::size_t i = text.size(); i > 3; i -= 3) text.insert(i - 3, ",");
  return text;
}

std::string element_text(const VariableInfo& variable, std::size_t cell) {
  if (variable.index.empty() || !variable.message.empty()) return variable.name;
  std::vector<std::string> labels;
  const std::vector<int> tuple = index_tuple(variable, cell);
  for (std::size_t i = 0; i < tuple.size(); ++i)
    labels.push_back(variable.index[i].domain.label(tuple[i]));
  return fmt::format("{}[{}]", variable.name, fmt::join(labels, ", "));
}

std::string value_text(const VariableInfo& variable, std::uint64_t value) {
  if (variable.is_set)
    return fmt::format("{{{}}}", fmt::join(members_text(variable, 0, value), ", "));
  const Domain& domain = variable.content[0].domain;
  return domain.label(domain.low + static_cast<int>(value));
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
    if (variable.index.empty()) {
      if (variable.bits == 0 && variable.is_set) continue;  // switched off by a parameter
      lines.push_back(
          fmt::format("{} = {}", variable.name, value_text(variable, state[variable.first_cell])));
      continue;
    }
    for (std::size_t cell = 0; cell < variable.cells; ++cell) {
      std::string element = element_text(variable, cell);
      element = element.substr(variable.name.size() + 1);
      element.pop_back();
      if (variable.index.size() > 1) element = "(" + element + ")";
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
    for (std::size_t cell = 0; cell < variable.cells; ++cell) {
      const std::uint64_t old_value = before[variable.first_cell + cell];
      const std::uint64_t new_value = after[variable.first_cell + cell];
      if (old_value == new_value) continue;
      const std::string element = element_text(variable, cell);
      if (!variable.is_set) {
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
      if (!variable.is_set) {
        lines.push_back(fmt::format("{} = {}", element, value_text(variable, value)));
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
