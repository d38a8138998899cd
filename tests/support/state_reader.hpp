// Reading a state of a model by the names of its variables: paper tests are written with it, apart
// from the model's own definitions.
#pragma once

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "checker/vocabulary/system.hpp"

namespace synod::test {

class StateReader {
 public:
  StateReader(const std::vector<VariableInfo>& variables, const Cells& state)
      : variables_(variables), state_(state) {}

  /// The value of a scalar, or of a map's element.
  int value(const std::string& name, const std::vector<int>& index = {}) const {
    const VariableInfo& variable = find(name);
    return variable.content[0].domain.low + static_cast<int>(cell(variable, index));
  }

  /// Whether a set has a member.
  bool contains(const std::string& name, int member, const std::vector<int>& index = {}) const {
    const VariableInfo& variable = find(name);
    return holds(variable, cell(variable, index), {member});
  }

  /// The elements of a sequence, each as the values of its fields.
  std::vector<std::vector<int>> elements(const std::string& name,
                                         const std::vector<int>& index = {}) const {
    const VariableInfo& variable = find(name);
    std::vector<std::vector<int>> all;
    for (const std::uint64_t element : elements_of(variable.elements, cell(variable, index)))
      all.push_back(decode(variable.elements, element).values);
    return all;
  }

  /// The elements of a sequence, each by its first field.
  std::vector<int> sequence(const std::string& name, const std::vector<int>& index = {}) const {
    std::vector<int> firsts;
    for (const std::vector<int>& element : elements(name, index)) firsts.push_back(element[0]);
    return firsts;
  }

  /// The messages of a type that are on their way, each as the values of its fields.
  std::vector<std::vector<int>> on_their_way(const std::string& network,
                                             const std::string& type) const {
    std::vector<std::vector<int>> all;
    for (std::size_t slot = 0; slot < find(network).cells; ++slot)
      if (const auto message = message_in(network, slot); message && message->first == type)
        all.push_back(message->second);
    return all;
  }

  /// The message in a slot of a network: its type and the values of its fields.
  std::optional<std::pair<std::string, std::vector<int>>> message_in(const std::string& network,
                                                                     std::size_t slot) const {
    const VariableInfo& variable = find(network);
    const std::uint64_t element = state_[variable.first_cell + slot];
    if (element == 0) return std::nullopt;
    const DecodedElement message = decode(variable.elements, element);
    return std::pair(message.type.name, message.values);
  }

  /// Whether a message of this type, with these fields, has been sent.
  bool sent(const std::string& type, const std::vector<int>& fields) const {
    const VariableInfo& variable = find(type);
    const auto split = fields.begin() + static_cast<std::ptrdiff_t>(variable.index.size());
    return holds(variable, cell(variable, {fields.begin(), split}), {split, fields.end()});
  }

 private:
  const VariableInfo& find(const std::string& name) const {
    for (const VariableInfo& variable : variables_)
      if ((variable.message.empty() ? variable.name : variable.message) == name) return variable;
    throw ModelError("no variable or message " + name);
  }

  std::uint64_t cell(const VariableInfo& variable, const std::vector<int>& index) const {
    if (index.size() != variable.index.size()) throw ModelError(variable.name + ": indices");
    std::size_t position = 0;
    for (std::size_t i = 0; i < index.size(); ++i) {
      const Domain& domain = variable.index[i].domain;
      if (!domain.contains(index[i])) throw ModelError(variable.name + ": index out of range");
      position = position * static_cast<std::size_t>(domain.size()) +
                 static_cast<std::size_t>(index[i] - domain.low);
    }
    return state_[variable.first_cell + position];
  }

  static bool holds(const VariableInfo& variable, std::uint64_t set,
                    const std::vector<int>& member) {
    const auto found = std::find(variable.members.begin(), variable.members.end(), member);
    if (found == variable.members.end()) return false;
    return (set >> (found - variable.members.begin()) & 1) != 0;
  }

  const std::vector<VariableInfo>& variables_;
  const Cells& state_;
};

}  // namespace synod::test
