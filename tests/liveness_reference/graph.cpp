#include "tests/liveness_reference/graph.hpp"

#include <algorithm>
#include <sstream>
#include <stdexcept>

namespace synod::reference {
namespace {

const ActionInfo& action_of(const Observer& observer, std::uint32_t label) {
  for (const ActionInfo& action : observer.actions())
    if (action.has(label)) return action;
  throw std::runtime_error("an action instance of no action");
}

bool has_bound(Observer& observer, const ActionInfo& action) {
  const std::vector<Part> parts = observer.parts(action.first_label);
  return std::any_of(parts.begin(), parts.end(),
                     [](const Part& part) { return part.kind == Part::Kind::bound; });
}

bool contains(const std::vector<std::string>& all, const std::string& one) {
  return std::find(all.begin(), all.end(), one) != all.end();
}

}  // namespace

std::vector<std::uint32_t> bounded(Observer& observer) {
  std::vector<std::uint32_t> result;
  for (const ActionInfo& action : observer.actions())
    for (std::uint32_t i = 0; i < action.labels && has_bound(observer, action); ++i)
      result.push_back(action.first_label + i);
  return result;
}

std::vector<std::uint32_t> cut_off(Observer& observer, const Cells& state,
                                   const std::vector<std::uint32_t>& bounded) {
  std::vector<std::uint32_t> result;
  for (const std::uint32_t label : bounded) {
    const Observer::Attempt attempt = observer.attempt(state, label);
    const Part* const failed = attempt.failed();
    if (failed != nullptr && failed->kind == Part::Kind::bound) result.push_back(label);
  }
  return result;
}

std::optional<Graph> explore(Observer& observer, std::size_t most) {
  Graph graph;
  const auto index_of = [&](const Cells& state) {
    const auto [at, is_new] = graph.index.try_emplace(state, graph.states.size());
    if (is_new) graph.states.push_back(state);
    return at->second;
  };
  const std::vector<std::uint32_t> may_be_cut = bounded(observer);
  for (const Cells& state : observer.initial()) graph.initial.push_back(index_of(state));
  for (std::size_t i = 0; i < graph.states.size(); ++i) {
    if (graph.states.size() > most) return std::nullopt;
    const Cells state = graph.states[i];
    Observer::Unfollowed left_out;
    std::vector<Edge>& edges = graph.edges.emplace_back();
    for (const Observer::Successor& next : observer.successors(state, &left_out))
      if (next.state != state) edges.push_back({next.label, index_of(next.state)});
    if (left_out.range_errors != 0) return std::nullopt;
    graph.cuts.push_back(cut_off(observer, state, may_be_cut));
  }
  return graph;
}

Assumption::Assumption(const std::string& whole) : text(whole) {
  std::string spaced;
  for (const char c : whole) {
    if (c == '(' || c == ')' || c == ',')
      spaced += ' ';
    else
      spaced += c;
  }
  std::istringstream words(spaced);
  words >> kind;
  bool after_by = false;
  for (std::string word; words >> word;) {
    if (word == "by")
      after_by = true;
    else
      (after_by ? by : actions).push_back(word);
  }
  if ((kind != "WF" && kind != "SF" && kind != "FIN") || actions.empty())
    throw std::runtime_error("no assumption: " + whole);
}

Groupings::Groupings(const std::vector<std::string>& assumptions, const Observer& observer)
    : observer_(observer) {
  for (const std::string& text : assumptions) assumptions_.emplace_back(text);
}

std::vector<std::string> Groupings::arguments(const ActionInfo& action,
                                              const std::vector<std::string>& by,
                                              const Cells& state, std::uint32_t label) const {
  // All that the instance says, by name: its arguments, and the fields of messages.
  std::vector<std::pair<std::string, std::string>> said;
  const std::vector<int> values = action.arguments(label);
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (!action.networks[i]) {
      said.emplace_back(action.domains[i].name, action.domains[i].label(values[i]));
      continue;
    }
    const VariableInfo& network = observer_.variables()[*action.networks[i]];
    const auto slot = static_cast<std::size_t>(values[i] - action.domains[i].low);
    const DecodedElement message = decode(network.elements, state[network.first_cell + slot]);
    for (std::size_t f = 0; f < message.values.size(); ++f)
      said.emplace_back(message.type.fields[f].name,
                        message.type.fields[f].domain.label(message.values[f]));
  }
  // A name that is given twice stands for two arguments.
  std::vector<std::string> result;
  for (const std::string& name : by) {
    const auto found =
        std::find_if(said.begin(), said.end(), [&](const auto& one) { return one.first == name; });
    if (found == said.end()) throw std::runtime_error(action.name + " has no argument " + name);
    result.push_back(found->second);
    said.erase(found);
  }
  return result;
}

Groups Groupings::of(const Cells& state, std::uint32_t label) {
  const ActionInfo& action = action_of(observer_, label);
  Groups groups = 0;
  for (std::size_t i = 0; i < assumptions_.size(); ++i) {
    const Assumption& assumption = assumptions_[i];
    if (!contains(assumption.actions, "*") && !contains(assumption.actions, action.name)) continue;
    std::string key = std::to_string(i);
    for (const std::string& value : arguments(action, assumption.by, state, label))
      key += "|" + value;
    if (known_.size() == 64 && !known_.contains(key)) throw std::runtime_error("too many groups");
    const auto [at, is_new] = known_.try_emplace(key, Groups{1} << (known_.size() % 64));
    if (is_new)
      (assumption.kind == "WF" ? weak_ : assumption.kind == "SF" ? strong_ : finite_) |= at->second;
    groups |= at->second;
  }
  return groups;
}

std::size_t highest_mentioned(const std::vector<VariableInfo>& variables, const Cells& state,
                              const std::string& domain) {
  std::size_t highest = 0;
  const auto note = [&](const std::vector<Field>& fields, const std::vector<int>& values) {
    for (std::size_t i = 0; i < values.size(); ++i)
      if (fields[i].domain.name == domain && fields[i].domain.contains(values[i]))
        highest = std::max(highest, static_cast<std::size_t>(values[i] + 1));
  };
  for (const VariableInfo& variable : variables) {
    std::size_t cell = variable.first_cell;
    if (variable.cells == 0) continue;
    for_each_tuple(variable.index, [&](const std::vector<int>& index) {
      const std::uint64_t content = state[cell++];
      if (content == 0) return;
      note(variable.index, index);
      if (variable.holds == Holds::value)
        note(variable.content, {variable.content[0].domain.low + static_cast<int>(content)});
      if (variable.holds == Holds::set)
        for (std::size_t m = 0; m < variable.members.size(); ++m)
          if ((content >> m & 1) != 0) note(variable.content, variable.members[m]);
      if (variable.holds == Holds::sequence || variable.holds == Holds::message)
        for (const std::uint64_t element : elements_of(variable.elements, content)) {
          const DecodedElement decoded = decode(variable.elements, element);
          note(decoded.type.fields, decoded.values);
        }
    });
  }
  return highest;
}

Letter letter_of(Observer& observer, const Cells& state, const std::vector<std::string>& atoms) {
  Letter letter = 0;
  const std::vector<PropertyInfo>& properties = observer.properties();
  for (std::size_t i = 0; i < atoms.size(); ++i)
    for (std::size_t p = 0; p < properties.size(); ++p)
      if (properties[p].name == atoms[i] && observer.judge(state, p).holds)
        letter |= Letter{1} << i;
  return letter;
}

}  // namespace synod::reference
