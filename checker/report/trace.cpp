#include "checker/report/trace.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <functional>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "checker/files/place.hpp"
#include "checker/input/input.hpp"
#include "checker/liveness/fairness.hpp"
#include "checker/liveness/temporal.hpp"
#include "checker/report/text.hpp"
#include "checker/version.hpp"

namespace synod {
namespace {

using Json = nlohmann::ordered_json;

constexpr const char* format_description = "https://apalache-mc.org/docs/adr/015adr-trace.html";

// Writing

/// The format has whole numbers as text: a number of JSON is a double to many readers.
Json write_number(std::int64_t number) { return {{"#bigint", std::to_string(number)}}; }

Json write_member(const Domain& domain, int member) {
  if (domain.boolean) return member != 0;
  if (domain.is_integer()) return write_number(member);
  if (domain.made != Made::simple) {
    Json parts = Json::array();
    for (const int part : domain.parts(member)) parts.push_back(write_member(*domain.of, part));
    return {{domain.made == Made::pairs ? "#tup" : "#set", parts}};
  }
  if (!domain.is_set(member)) return domain.label(member);
  Json elements = Json::array();
  for (const int element : *domain.of)
    if (domain.has(member, element)) elements.push_back(write_member(*domain.of, element));
  return {{"#set", elements}};
}

Json write_tuple(const std::vector<Field>& fields, const std::vector<int>& values) {
  if (fields.size() == 1) return write_member(fields[0].domain, values[0]);
  Json parts = Json::array();
  for (std::size_t i = 0; i < fields.size(); ++i)
    parts.push_back(write_member(fields[i].domain, values[i]));
  return Json{{"#tup", parts}};
}

void append_messages(Json& set, const VariableInfo& variable, const Cells& state) {
  std::size_t cell = variable.first_cell;
  for_each_tuple(variable.index, [&](const std::vector<int>& key) {
    for (std::size_t i = 0; i < variable.members.size(); ++i) {
      if ((state[cell] >> i & 1) == 0) continue;
      Json record{{"type", variable.message}};
      for (std::size_t f = 0; f < key.size(); ++f)
        record[variable.index[f].name] = write_member(variable.index[f].domain, key[f]);
      for (std::size_t f = 0; f < variable.content.size(); ++f)
        record[variable.content[f].name] =
            write_member(variable.content[f].domain, variable.members[i][f]);
      set.push_back(std::move(record));
    }
    ++cell;
  });
}

/// An element of a sequence or network: a bare member, or a record with its type, if it has one.
Json write_element(const std::vector<ElementType>& types, std::uint64_t element) {
  const auto [type, values] = decode(types, element);
  if (type.name.empty() && type.fields.size() == 1)
    return write_member(type.fields[0].domain, values[0]);
  Json record = Json::object();
  if (!type.name.empty()) record["type"] = type.name;
  for (std::size_t i = 0; i < type.fields.size(); ++i)
    record[type.fields[i].name] = write_member(type.fields[i].domain, values[i]);
  return record;
}

Json write_sequence(const VariableInfo& variable, std::uint64_t value) {
  Json list = Json::array();
  for (const std::uint64_t element : elements_of(variable.elements, value))
    list.push_back(write_element(variable.elements, element));
  return list;
}

/// A bag, how often each message is on its way; or a list, where the order of sending matters.
Json write_network(const VariableInfo& variable, const Cells& state) {
  Json list = Json::array();
  std::map<std::uint64_t, int, std::greater<>> copies;
  for (std::size_t i = 0; i < variable.cells; ++i) {
    const std::uint64_t message = state[variable.first_cell + i];
    if (message == 0) continue;
    ++copies[message];
    list.push_back(write_element(variable.elements, message));
  }
  if (variable.in_order) return list;
  Json pairs = Json::array();
  for (const auto& [message, count] : copies)
    pairs.push_back(Json::array({write_element(variable.elements, message), write_number(count)}));
  return {{"#map", pairs}};
}

Json write_cell(const VariableInfo& variable, std::uint64_t value) {
  if (variable.holds == Holds::sequence) return write_sequence(variable, value);
  if (variable.holds == Holds::record) return write_element(variable.elements, value << 1 | 1);
  if (variable.holds == Holds::value) {
    const Domain& domain = variable.content[0].domain;
    return write_member(domain, domain.low + static_cast<int>(value));
  }
  Json members = Json::array();
  for (std::size_t i = 0; i < variable.members.size(); ++i)
    if ((value >> i & 1) != 0)
      members.push_back(write_tuple(variable.content, variable.members[i]));
  return Json{{"#set", members}};
}

Json write_state(const std::vector<VariableInfo>& variables, const Cells& state) {
  Json result = Json::object();
  for (const VariableInfo& variable : variables) {
    if (!variable.message.empty()) {
      if (!result.contains(variable.name)) result[variable.name] = {{"#set", Json::array()}};
      append_messages(result[variable.name]["#set"], variable, state);
    } else if (variable.holds == Holds::message) {
      result[variable.name] = write_network(variable, state);
    } else if (variable.index.empty()) {
      result[variable.name] = write_cell(variable, state[variable.first_cell]);
    } else {
      Json pairs = Json::array();
      std::size_t cell = variable.first_cell;
      for_each_tuple(variable.index, [&](const std::vector<int>& key) {
        pairs.push_back(
            Json::array({write_tuple(variable.index, key), write_cell(variable, state[cell++])}));
      });
      result[variable.name] = {{"#map", pairs}};
    }
  }
  return result;
}

Json variable_names(const std::vector<VariableInfo>& variables) {
  Json names = Json::array();
  for (const VariableInfo& variable : variables)
    if (std::find(names.begin(), names.end(), variable.name) == names.end())
      names.push_back(variable.name);
  return names;
}

std::vector<Json> write_states(const std::vector<VariableInfo>& variables,
                               const std::vector<Cells>& states,
                               const std::vector<std::string>& actions) {
  std::vector<Json> result;
  for (std::size_t i = 0; i < states.size(); ++i) {
    Json state{{"#meta", {{"index", i}}}};
    if (i > 0) state["#meta"]["action"] = actions[i - 1];
    state.update(write_state(variables, states[i]));
    result.push_back(std::move(state));
  }
  return result;
}

// Reading

/// Where the reader is in the file, for messages: a JSON pointer.
class Reader {
 public:
  explicit Reader(std::string name) : name_(std::move(name)) {}

  [[noreturn]] void fail(const std::string& at, const std::string& expected,
                         const Json* found = nullptr) const {
    std::string what = found == nullptr ? "" : ", not " + describe(*found);
    throw InputError(
        fmt::format("{}: at {}: expected {}{}", name_, at.empty() ? "/" : at, expected, what));
  }

  const Json& member(const Json& object, const std::string& at, const std::string& key,
                     const std::string& expected) const {
    if (!object.is_object()) fail(at, "an object", &object);
    const auto found = object.find(key);
    if (found == object.end()) fail(at + "/" + key, expected);
    return *found;
  }

  std::string string(const Json& value, const std::string& at, const std::string& expected) const {
    if (!value.is_string()) fail(at, expected, &value);
    return value.get<std::string>();
  }

  /// The array that an object has under a key.
  const Json& array(const Json& object, const std::string& at, const std::string& key,
                    const std::string& expected) const {
    const Json& value = member(object, at, key, expected);
    if (!value.is_array()) fail(at + "/" + key, "an array", &value);
    return value;
  }

  /// A whole number as the format writes it, {"#bigint": "-1"}, or as JSON does; nothing for what
  /// is neither, or beyond all domains.
  static std::optional<std::int64_t> number(const Json& value) {
    if (value.is_number_unsigned() && value.get<std::uint64_t>() >> 62 != 0) return std::nullopt;
    if (value.is_number_integer()) return value.get<std::int64_t>();
    if (!value.is_object() || value.size() != 1 || !value.contains("#bigint")) return std::nullopt;
    const Json& digits = value["#bigint"];
    if (!digits.is_string()) return std::nullopt;
    const auto& text = digits.get_ref<const std::string&>();
    std::int64_t result = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), result);
    if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return result;
  }

  int member_of(const Domain& domain, const Json& value, const std::string& at) const {
    if (domain.boolean && value.is_boolean()) return value.get<bool>() ? 1 : 0;
    if (const auto read = number(value); read && domain.is_integer())
      if (*read >= domain.low && *read <= domain.high) return static_cast<int>(*read);
    if (!domain.sets.empty() && value.is_object()) {
      std::uint64_t set = 0;
      const Json& elements = array(value, at, "#set", "a set");
      for (std::size_t i = 0; i < elements.size(); ++i)
        set |= std::uint64_t{1} << (member_of(*domain.of, elements[i],
                                              fmt::format("{}/#set/{}", at, i)) -
                                    domain.of->low);
      const auto found = std::find(domain.sets.begin(), domain.sets.end(), set);
      if (found != domain.sets.end()) return static_cast<int>(found - domain.sets.begin());
    }
    if (domain.made != Made::simple) return made_of(domain, value, at);
    if (!domain.labels.empty() && value.is_string()) {
      const auto label = std::find(domain.labels.begin(), domain.labels.end(),
                                   value.get_ref<const std::string&>());
      if (label != domain.labels.end())
        return domain.low + static_cast<int>(label - domain.labels.begin());
    }
    fail(at, fmt::format("a member of {}", domain.text()), &value);
  }

  /// A pair or a subset, each member once.
  int made_of(const Domain& domain, const Json& value, const std::string& at) const {
    const bool pairs = domain.made == Made::pairs;
    const char* const key = pairs ? "#tup" : "#set";
    const Json& parts = array(value, at, key, pairs ? "a pair" : "a set");
    if (pairs && parts.size() != 2) fail(at, "a pair", &value);
    std::vector<int> members;
    for (std::size_t i = 0; i < parts.size(); ++i) {
      const std::string here = fmt::format("{}/{}/{}", at, key, i);
      const int member = member_of(*domain.of, parts[i], here);
      if (std::find(members.begin(), members.end(), member) != members.end())
        fail(here, "each member once", &parts[i]);
      members.push_back(member);
    }
    return domain.made_of(members);
  }

  std::vector<int> tuple(const std::vector<Field>& fields, const Json& value,
                         const std::string& at) const {
    if (fields.size() == 1) return {member_of(fields[0].domain, value, at)};
    const Json& parts = array(value, at, "#tup", "a tuple");
    if (parts.size() != fields.size())
      fail(at, fmt::format("a tuple of {} components", fields.size()));
    std::vector<int> result;
    for (std::size_t i = 0; i < fields.size(); ++i)
      result.push_back(member_of(fields[i].domain, parts[i], fmt::format("{}/#tup/{}", at, i)));
    return result;
  }

 private:
  static std::string describe(const Json& value) {
    // Not dump(): it throws on text that is not UTF-8.
    return quote(value.dump(-1, ' ', false, Json::error_handler_t::replace));
  }

  std::string name_;
};

std::size_t cell_of(const VariableInfo& variable, const std::vector<int>& key) {
  std::size_t position = 0;
  for (std::size_t i = 0; i < key.size(); ++i)
    position = position * static_cast<std::size_t>(variable.index[i].domain.size()) +
               static_cast<std::size_t>(key[i] - variable.index[i].domain.low);
  return variable.first_cell + position;
}

std::optional<std::size_t> member_bit(const VariableInfo& variable, const std::vector<int>& tuple) {
  const auto found = std::find(variable.members.begin(), variable.members.end(), tuple);
  if (found == variable.members.end()) return std::nullopt;
  return static_cast<std::size_t>(found - variable.members.begin());
}

/// The element that a file describes.
std::uint64_t read_element(const Reader& reader, const std::vector<ElementType>& types,
                           const Json& value, const std::string& at) {
  std::size_t type = 0;
  if (!types[0].name.empty()) {
    const std::string name =
        reader.string(reader.member(value, at, "type", "a message type"), at + "/type", "a string");
    std::vector<std::string> names;
    for (const ElementType& each : types) names.push_back(each.name);
    type = static_cast<std::size_t>(std::find(names.begin(), names.end(), name) - names.begin());
    if (type == names.size())
      reader.fail(at + "/type", fmt::format("one of {}", fmt::join(names, ", ")), &value["type"]);
  }
  const std::vector<Field>& fields = types[type].fields;
  std::vector<int> values;
  if (types[type].name.empty() && fields.size() == 1) {
    values.push_back(reader.member_of(fields[0].domain, value, at));
  } else {
    for (const Field& field : fields)
      values.push_back(reader.member_of(
          field.domain, reader.member(value, at, field.name, "the field " + field.name),
          at + "/" + field.name));
    if (value.size() != fields.size() + (types[type].name.empty() ? 0 : 1))
      reader.fail(at, "these fields and no others");
  }
  return ElementLayout(types).pack(type, values.data());
}

std::uint64_t read_sequence(const Reader& reader, const VariableInfo& variable, const Json& value,
                            const std::string& at) {
  if (!value.is_array()) reader.fail(at, "a sequence", &value);
  if (value.size() > static_cast<std::size_t>(variable.capacity))
    reader.fail(at, fmt::format("at most {} elements", variable.capacity));
  const unsigned width = ElementLayout(variable.elements).bits();
  std::uint64_t sequence = 0;
  for (std::size_t i = 0; i < value.size(); ++i)
    sequence |= read_element(reader, variable.elements, value[i], fmt::format("{}/{}", at, i))
                << (static_cast<unsigned>(i) * width);
  return sequence;
}

void read_network(const Reader& reader, const VariableInfo& variable, const Json& value,
                  const std::string& at, Cells& state) {
  const auto begin = state.begin() + static_cast<std::ptrdiff_t>(variable.first_cell);
  auto slot = begin;
  const auto add = [&](std::uint64_t message, int copies) {
    slot = std::fill_n(slot, copies, message);
  };
  const auto room = [&] {
    return static_cast<int>(variable.cells) - static_cast<int>(slot - begin);
  };
  if (variable.in_order && value.is_array()) {
    if (value.size() > variable.cells)
      reader.fail(at, fmt::format("at most {} messages", variable.cells));
    for (std::size_t i = 0; i < value.size(); ++i)
      add(read_element(reader, variable.elements, value[i], fmt::format("{}/{}", at, i)), 1);
    return;
  }
  const Json& pairs = reader.array(value, at, "#map", "a bag of messages");
  for (std::size_t i = 0; i < pairs.size(); ++i) {
    const std::string here = fmt::format("{}/#map/{}", at, i);
    if (!pairs[i].is_array() || pairs[i].size() != 2) reader.fail(here, "[message, count]");
    const std::uint64_t message = read_element(reader, variable.elements, pairs[i][0], here + "/0");
    // Lists used to be written as bags in which a message may come again.
    if (!variable.in_order && std::find(begin, slot, message) != slot)
      reader.fail(here + "/0", "each message once");
    add(message, reader.member_of(integers("count", 1, room()), pairs[i][1], here + "/1"));
  }
  // The same bag is the same state, whatever the order in the file.
  if (!variable.in_order) std::sort(begin, slot, std::greater<>());
}

std::uint64_t read_cell(const Reader& reader, const VariableInfo& variable, const Json& value,
                        const std::string& at) {
  if (variable.holds == Holds::sequence) return read_sequence(reader, variable, value, at);
  if (variable.holds == Holds::record)
    return read_element(reader, variable.elements, value, at) >> 1;
  if (variable.holds == Holds::value) {
    const Domain& domain = variable.content[0].domain;
    return static_cast<std::uint64_t>(reader.member_of(domain, value, at) - domain.low);
  }
  std::uint64_t bits = 0;
  const Json& members = reader.array(value, at, "#set", "a set");
  for (std::size_t i = 0; i < members.size(); ++i) {
    const std::string here = fmt::format("{}/#set/{}", at, i);
    const auto bit = member_bit(variable, reader.tuple(variable.content, members[i], here));
    if (!bit) reader.fail(here, "a possible member");
    bits |= std::uint64_t{1} << *bit;
  }
  return bits;
}

void read_message(const Reader& reader, const std::vector<const VariableInfo*>& types,
                  const Json& record, const std::string& at, Cells& state) {
  const std::string type =
      reader.string(reader.member(record, at, "type", "a message type"), at + "/type", "a string");
  for (const VariableInfo* variable : types) {
    if (variable->message != type) continue;
    if (record.size() != 1 + variable->index.size() + variable->content.size())
      reader.fail(at, fmt::format("the fields of a {} message and no others", type));
    const auto read = [&](const std::vector<Field>& fields) {
      std::vector<int> values;
      for (const Field& field : fields)
        values.push_back(reader.member_of(
            field.domain, reader.member(record, at, field.name, "a field of " + type),
            at + "/" + field.name));
      return values;
    };
    const std::size_t cell = cell_of(*variable, read(variable->index));
    const auto bit = member_bit(*variable, read(variable->content));
    if (!bit) reader.fail(at, "a possible content of " + type);
    state[cell] |= std::uint64_t{1} << *bit;
    return;
  }
  std::vector<std::string> names;
  for (const VariableInfo* variable : types) names.push_back(variable->message);
  reader.fail(at + "/type", fmt::format("one of {}", fmt::join(names, ", ")), &record["type"]);
}

Cells read_state(const Reader& reader, const std::vector<VariableInfo>& variables,
                 const Json& value, const std::string& at) {
  std::size_t cells = 0;
  std::map<std::string, std::vector<const VariableInfo*>> by_name;
  for (const VariableInfo& variable : variables) {
    cells += variable.cells;
    by_name[variable.name].push_back(&variable);
  }
  if (!value.is_object()) reader.fail(at, "a state, an object", &value);
  for (const auto& [key, ignored] : value.items())
    if (key != "#meta" && !by_name.contains(key)) reader.fail(at + "/" + key, "no such variable");

  Cells state(cells, 0);
  for (const auto& [name, declared] : by_name) {
    const std::string here = at + "/" + name;
    const Json& content = reader.member(value, at, name, "the variable " + name);
    const VariableInfo& variable = *declared.front();
    if (!variable.message.empty()) {
      const Json& records = reader.array(content, here, "#set", "a set of messages");
      for (std::size_t i = 0; i < records.size(); ++i)
        read_message(reader, declared, records[i], fmt::format("{}/#set/{}", here, i), state);
    } else if (variable.holds == Holds::message) {
      read_network(reader, variable, content, here, state);
    } else if (variable.index.empty()) {
      state[variable.first_cell] = read_cell(reader, variable, content, here);
    } else {
      const Json& pairs = reader.array(content, here, "#map", "a function");
      if (pairs.size() != variable.cells)
        reader.fail(here, fmt::format("{} entries", variable.cells));
      std::vector<bool> seen(cells);
      for (std::size_t i = 0; i < pairs.size(); ++i) {
        const std::string entry = fmt::format("{}/#map/{}", here, i);
        if (!pairs[i].is_array() || pairs[i].size() != 2) reader.fail(entry, "[key, value]");
        const std::size_t cell =
            cell_of(variable, reader.tuple(variable.index, pairs[i][0], entry + "/0"));
        if (seen[cell]) reader.fail(entry + "/0", "each key once");
        seen[cell] = true;
        state[cell] = read_cell(reader, variable, pairs[i][1], entry + "/1");
      }
    }
  }
  return state;
}

/// Refuses a state that says that it stands somewhere else.
void require_index(const Reader& reader, const Json& state, std::size_t i, const std::string& at) {
  if (!state.contains("#meta") || !state["#meta"].contains("index")) return;
  const Json& index = state["#meta"]["index"];
  if (Reader::number(index) != static_cast<std::int64_t>(i))
    reader.fail(at + "/#meta/index", std::to_string(i), &index);
}

/// The action that led to the last of the states read. Other tools, when they write a trace again,
/// leave it out: then it is the first action of the model that leads there.
std::string read_action(const Reader& reader, const Json& state, const std::string& at,
                        Observer& observer, const std::vector<Cells>& states) {
  if (state.contains("#meta") && state["#meta"].contains("action")) {
    const std::string here = at + "/#meta/action";
    std::string action = reader.string(state["#meta"]["action"], here, "a string");
    if (printable(action) != action) reader.fail(here, "printable text");
    return action;
  }
  const Cells& before = states[states.size() - 2];
  for (const Observer::Successor& next : observer.successors(before, nullptr))
    if (next.state == states.back()) return step_text(observer, before, next.label);
  reader.fail(at + "/#meta/action",
              "the action that led here, as none of the model leads from the state before to this");
}

/// Refuses other variables than the model's; their order is of no account.
void require_variables(const Reader& reader, const Json& file, const Observer& observer) {
  if (!file.contains("vars")) return;
  Json found = reader.array(file, "", "vars", "the names of variables");
  Json names = variable_names(observer.variables());
  std::sort(found.begin(), found.end());
  std::sort(names.begin(), names.end());
  if (found != names)
    reader.fail("/vars", "the variables " + variable_names(observer.variables()).dump(),
                &file["vars"]);
}

/// The states of an object, and the actions that lead from one to the next.
void read_states(const Reader& reader, const Json& holder, const std::string& at,
                 Observer& observer, std::vector<Cells>& states,
                 std::vector<std::string>& actions) {
  const Json& all = reader.array(holder, at, "states", "an array of states");
  if (all.empty()) reader.fail(at + "/states", "at least one state");
  for (std::size_t i = 0; i < all.size(); ++i) {
    const std::string here = fmt::format("{}/states/{}", at, i);
    states.push_back(read_state(reader, observer.variables(), all[i], here));
    require_index(reader, all[i], i, here);
    if (i > 0) actions.push_back(read_action(reader, all[i], here, observer, states));
  }
}

Assignments read_parameters(const Reader& reader, const Json& given, const std::string& at) {
  if (!given.is_object()) reader.fail(at, "an object", &given);
  Assignments parameters;
  for (const auto& [name, value] : given.items())
    parameters.emplace_back(name, reader.string(value, at + "/" + name, "a string"));
  return parameters;
}

/// Line and column of a byte, both from 1.
std::string position(std::string_view text, std::size_t byte) {
  byte = std::min(byte, text.size());
  const auto lines = static_cast<std::size_t>(
      std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(byte), '\n'));
  const std::size_t start = text.substr(0, byte).rfind('\n');
  return fmt::format("{}:{}", lines + 1, byte - (start == std::string_view::npos ? 0 : start + 1));
}

/// Looks at a file while it is parsed: nothing nested too deep, no key twice in an object. The
/// parser itself would keep the last of several, other readers the first.
class Parsing {
 public:
  explicit Parsing(const std::string& name) : name_(name) {}

  void see(int depth, Json::parse_event_t event, const Json& parsed) {
    using Event = Json::parse_event_t;
    constexpr int deepest = 32;  // a trace needs 6
    if (depth > deepest)
      throw InputError(fmt::format("{}: nested more than {} deep; not a trace", name_, deepest));
    if (event == Event::key) {
      Level& object = open_.back();
      object.here = parsed.get<std::string>();
      if (!object.keys.insert(object.here).second)
        throw InputError(fmt::format("{}: at {}: expected each key once", name_, pointer()));
    } else if (event == Event::object_end || event == Event::array_end) {
      open_.pop_back();
    } else {
      if (!open_.empty() && open_.back().is_array)
        open_.back().here = std::to_string(open_.back().elements++);
      if (event != Event::value) open_.push_back({.is_array = event == Event::array_start});
    }
  }

 private:
  /// An object or array that is being read.
  struct Level {
    bool is_array = false;
    std::size_t elements = 0;
    std::set<std::string> keys = {};
    std::string here = {};  ///< the key or number of the element that is being read
  };

  std::string pointer() const {
    std::string text;
    for (const Level& level : open_) text += "/" + level.here;
    return text;
  }

  const std::string& name_;
  std::vector<Level> open_;
};

Json parse_json(std::string_view text, const std::string& name) {
  Parsing parsing(name);
  const auto see = [&](int depth, Json::parse_event_t event, const Json& parsed) {
    parsing.see(depth, event, parsed);
    return true;
  };
  const auto fail = [&](std::size_t byte, const char* what) {
    throw InputError(fmt::format("{}:{}: {}; expected a trace in the Informal Trace Format (JSON)",
                                 name, position(text, byte), what));
  };
  try {
    Json json = Json::parse(text, see);
    // The parser takes a zero byte for the end of the text.
    const std::size_t zero = text.find('\0');
    if (zero != std::string_view::npos) fail(zero + 1, "not valid JSON here");
    return json;
  } catch (const Json::parse_error& error) {
    fail(error.byte, error.byte > text.size() ? "the file ends too early" : "not valid JSON here");
  } catch (const Json::out_of_range& error) {
    // A number too large to be read; the message quotes it.
    const std::string_view message = error.what();
    const std::size_t open = message.find('\'') + 1;
    const std::size_t close = std::max(open, message.rfind('\''));
    fail(std::min(text.find(message.substr(open, close - open)), text.size()) + 1,
         "a number that is too large");
  }
  return {};
}

/// To which state a run without end comes back: of a run of normal forms, a part of #meta says so.
/// Once it stood where other runs have it.
void read_loop(const Reader& reader, const Json& file, const Json& meta, Trace& trace) {
  const bool lasso = meta.contains("lasso");
  const bool round = lasso || (file.contains("loop") && !file["loop"].is_null());
  if (round || meta.contains("normalised")) {
    const Json& normalised = reader.member(meta, "/#meta", "normalised", "true or false");
    if (!normalised.is_boolean()) reader.fail("/#meta/normalised", "true or false", &normalised);
    trace.normalised = normalised.get<bool>();
  }
  if (!round) return;
  if (lasso && !trace.normalised) reader.fail("/#meta/normalised", "true where there is a lasso");
  const std::string at = lasso ? "/#meta/lasso" : "";
  const Json& loop = reader.member(lasso ? meta["lasso"] : file, at, "loop", "a number");
  const auto number = Reader::number(loop);
  if (!number || *number < 0) reader.fail(at + "/loop", "the number of a state", &loop);
  trace.loop = static_cast<std::size_t>(*number);
}

Trace read_meta(const Reader& reader, const Json& file) {
  const Json& meta = reader.member(file, "", "#meta", "the #meta object of a trace by Synod");
  const std::string at = "/#meta";
  const auto text = [&](const char* key) {
    return reader.string(reader.member(meta, at, key, "a string; is this a trace by Synod?"),
                         at + "/" + key, "a string");
  };
  // Shown as it is.
  const auto action = [&](const char* key) {
    std::string name = text(key);
    if (printable(name) != name) reader.fail(at + "/" + key, "printable text");
    return name;
  };
  if (text("format") != "ITF") reader.fail("/#meta/format", "\"ITF\"");
  Trace trace;
  trace.protocol = text("protocol");
  trace.mutant = text("mutant");
  trace.property = text("property");
  const std::string verdict = text("verdict");
  const bool about_steps = verdict == "allowed" || verdict == "refused";
  if (verdict != "violated" && verdict != "reached" && !about_steps)
    reader.fail("/#meta/verdict", "\"violated\", \"reached\", \"allowed\" or \"refused\"");
  if (about_steps != trace.property.empty())
    reader.fail("/#meta/property", about_steps ? "no property where the verdict is about the steps"
                                               : "the property that is " + verdict);
  if (verdict == "refused") trace.refused_step = action("refused_step");
  trace.witness = verdict == "reached";
  if (meta.contains("condition")) trace.condition = text("condition");
  if (!trace.condition.empty() &&
      trace.condition != (trace.witness ? Trace::reach : Trace::invariant))
    reader.fail("/#meta/condition", "\"invariant\" that is violated, or \"reach\" that is reached");
  if (meta.contains("scenario")) trace.scenario = text("scenario");
  trace.parameters = read_parameters(reader, reader.member(meta, at, "parameters", "an object"),
                                     "/#meta/parameters");
  for (const Json& drop : reader.array(meta, at, "dropped", "an array")) {
    const std::string part =
        reader.string(drop, "/#meta/dropped", "strings ACTION.CONJUNCT, each once");
    const auto read = Drop::read(part);
    if (!read || std::find(trace.drops.begin(), trace.drops.end(), *read) != trace.drops.end())
      reader.fail("/#meta/dropped", "strings ACTION.CONJUNCT, each once", &drop);
    trace.drops.push_back(*read);
  }
  if (meta.contains("refused_action")) trace.refused_action = action("refused_action");
  read_loop(reader, file, meta, trace);
  if (!trace.loop) return trace;
  trace.formula = text("formula");
  for (const Json& assumption : reader.array(meta, at, "fairness", "an array"))
    trace.fairness.push_back(
        reader.string(assumption, "/#meta/fairness", "strings such as WF(Action)"));
  if (meta.contains("loop_action")) trace.loop_action = action("loop_action");
  return trace;
}

/// Throws InputError when the property, or what is said of it, is not the model's.
void check_property(const Trace& trace, const System& system, const Observer& observer) {
  if (trace.refused_action && trace.property != "TypeOK")
    throw InputError("a refused_action, but the property is not TypeOK");
  if (trace.loop) {
    const NormalForm* const normal_form = trace.normalised ? &system.normal_form : nullptr;
    parse_claim(trace.formula, observer, normal_form);
    const Fairness readable(trace.fairness, observer,
                            normal_form != nullptr ? normal_form->renumbers : "");
  }
  if (trace.property.empty() || (trace.loop && trace.has_no_name())) return;
  const PropertyInfo& info =
      observer.properties()[find_property(observer.properties(), trace.property)];
  if ((info.kind == PropertyKind::temporal) != trace.loop.has_value())
    throw InputError(fmt::format("{} is {} temporal property, and the trace has {} loop", info.name,
                                 trace.loop ? "no" : "a", trace.loop ? "a" : "no"));
  if (!trace.loop) return;
  if (info.formula != trace.formula)
    throw InputError(fmt::format("{} is {}, not {}", info.name, info.formula, trace.formula));
}

}  // namespace

std::string shown_text(const Trace& trace) {
  if (trace.refused_step) return fmt::format("the next step, {}, is refused", *trace.refused_step);
  if (trace.property.empty()) return "the steps are allowed";
  if (trace.has_no_name()) return fmt::format("{} is violated", trace.formula);
  return fmt::format("{} is {}", trace.property, trace.witness ? "reached" : "violated");
}

Questions questions_of(const Trace& trace) {
  Questions questions;
  if (trace.condition == Trace::invariant) questions.invariants.push_back(trace.property);
  if (trace.condition == Trace::reach) questions.reach.push_back(trace.property);
  if (trace.loop) questions.ltl = trace.formula;
  return questions;
}

std::string write_itf(const Trace& trace, const std::vector<VariableInfo>& variables) {
  Json meta{{"format", "ITF"},
            {"format-description", format_description},
            {"generator", std::string("synod ") + version},
            {"protocol", trace.protocol},
            {"parameters", Json::object()},
            {"mutant", trace.mutant},
            {"dropped", Json::array()},
            {"property", trace.property},
            {"verdict", trace.refused_step       ? "refused"
                        : trace.property.empty() ? "allowed"
                        : trace.witness          ? "reached"
                                                 : "violated"}};
  if (!trace.condition.empty()) meta["condition"] = trace.condition;
  if (trace.refused_step) meta["refused_step"] = *trace.refused_step;
  if (!trace.scenario.empty()) meta["scenario"] = trace.scenario;
  for (const auto& [name, value] : trace.parameters) meta["parameters"][name] = value;
  for (const Drop& drop : trace.drops) meta["dropped"].push_back(drop.text());
  if (trace.refused_action) meta["refused_action"] = *trace.refused_action;
  // A round of normal forms leads back to where it began; on the model itself it need not.
  if (trace.loop || trace.normalised) meta["normalised"] = trace.normalised;
  if (trace.loop) {
    meta["formula"] = trace.formula;
    meta["fairness"] = trace.fairness;
    if (trace.loop_action) meta["loop_action"] = *trace.loop_action;
    if (trace.normalised) meta["lasso"] = {{"loop", *trace.loop}};
    if (trace.unrolled) {
      for (const auto& [name, value] : trace.unrolled->parameters) meta["unrolled"][name] = value;
      meta["lasso"]["states"] = write_states(variables, trace.states, trace.actions);
    }
  }
  const std::vector<Json> states =
      trace.unrolled
          ? write_states(trace.unrolled->variables, trace.unrolled->states, trace.unrolled->actions)
          : write_states(variables, trace.states, trace.actions);
  std::optional<std::size_t> loop;
  if (trace.loop && !trace.normalised) loop = trace.loop;
  if (trace.unrolled && !trace.loop_action) loop = states.size() - 1;

  const Json names = variable_names(variables);
  // One state a line: a trace can be read, compared and reviewed in any editor.
  std::string text =
      fmt::format("{{\"#meta\": {},\n \"vars\": {},\n \"states\": [", meta.dump(), names.dump());
  for (std::size_t i = 0; i < states.size(); ++i)
    text += (i == 0 ? "\n  " : ",\n  ") + states[i].dump();
  text += "\n]";
  if (loop) text += fmt::format(",\n \"loop\": {}", *loop);
  return text + "}\n";
}

namespace {

/// The system, and the model that the trace is about. Throws InputError.
void find_model(LoadedTrace& loaded) {
  const Trace& trace = loaded.trace;
  const System& system = *loaded.system;
  const Parameters parameters = resolve_parameters(system, trace.parameters);
  const auto instantiate = [&](const std::vector<Drop>& drops) {
    return with_conditions(system.instantiate(parameters, drops), questions_of(trace));
  };
  const auto model = instantiate({});
  const auto plain = model->observer();
  for (const Drop& drop : trace.drops) parse_drop(*plain, drop.text());
  check_property(trace, system, *plain);
  if (!trace.scenario.empty()) find_scenario(system, trace.scenario);
  if (!trace.mutant.empty()) {
    const Mutant& mutant = find_mutant(system, trace.mutant);
    for (const Drop& drop : mutant.drops)
      if (std::find(trace.drops.begin(), trace.drops.end(), drop) == trace.drops.end())
        throw InputError(
            fmt::format("mutant {} drops {}, the trace does not", mutant.name, drop.text()));
    const Assignments given = write_parameters(system, parameters, true);
    for (const auto& [parameter, value] : mutant.parameters)
      if (std::find(given.begin(), given.end(), std::pair(parameter, value)) == given.end())
        throw InputError(
            fmt::format("mutant {} has {}={}, the trace does not", mutant.name, parameter, value));
  }
  loaded.model = instantiate(trace.drops);
  if (trace.normalised) loaded.model = loaded.model->normalised();
  if (!loaded.model) throw InputError("normalised, but the model has no normal form");
}

/// Of the run of the model itself that a run of normal forms comes with, all but the states.
std::unique_ptr<ModelInstance> find_unrolled(const Reader& reader, const Json& given,
                                             LoadedTrace& loaded) {
  UnrolledRun& run = loaded.trace.unrolled.emplace();
  run.parameters = read_parameters(reader, given, "/#meta/unrolled");
  const System& system = *loaded.system;
  const Parameters parameters = resolve_parameters(system, run.parameters);
  const Parameters own = resolve_parameters(system, loaded.trace.parameters);
  for (const auto& [name, value] : own.all())
    if (name != system.normal_form.window && parameters[name] != value)
      throw InputError(fmt::format("unrolled under another {} than the trace", name));
  auto model = system.instantiate(parameters, loaded.trace.drops);
  run.variables = model->observer()->variables();
  return model;
}

}  // namespace

LoadedTrace read_itf(std::string_view text, const std::string& name,
                     const std::vector<System>& systems) {
  const Json file = parse_json(text, name);
  const Reader reader(name);
  LoadedTrace loaded;
  loaded.trace = read_meta(reader, file);
  std::unique_ptr<ModelInstance> unrolled;
  const Json& meta = file["#meta"];
  try {
    loaded.system = &find_system(systems, loaded.trace.protocol);
    find_model(loaded);
    if (loaded.trace.normalised && meta.contains("unrolled"))
      unrolled = find_unrolled(reader, meta["unrolled"], loaded);
  } catch (const InputError& error) {
    throw InputError(fmt::format("{}: at /#meta: {}", name, error.what()));
  } catch (const StateTooLarge& error) {
    throw InputError(fmt::format("{}: at /#meta/parameters: {}", name, error.what()));
  }
  Trace& trace = loaded.trace;
  const auto observer = loaded.model->observer();
  require_variables(reader, file, *observer);
  if (!unrolled) {
    read_states(reader, file, "", *observer, trace.states, trace.actions);
  } else {
    read_states(reader, meta["lasso"], "/#meta/lasso", *observer, trace.states, trace.actions);
    read_states(reader, file, "", *unrolled->observer(), trace.unrolled->states,
                trace.unrolled->actions);
  }
  if (trace.loop && *trace.loop >= trace.states.size())
    reader.fail(trace.normalised ? "/#meta/lasso/loop" : "/loop", "the number of a state");
  if (trace.loop && !trace.loop_action && *trace.loop + 1 != trace.states.size())
    reader.fail("/#meta", "the loop_action that leads from the last state to state " +
                              std::to_string(*trace.loop));
  return loaded;
}

std::string read_file(const std::string& path) {
  constexpr std::size_t largest = std::size_t{1} << 28;
  std::error_code error;
  if (std::filesystem::is_directory(path, error))
    throw InputError(path + ": is a directory; expected a file");
  std::ifstream file(path, std::ios::binary);
  if (!file) throw InputError(fmt::format("{}: {}", path, std::strerror(errno)));
  std::string text;
  std::vector<char> block(std::size_t{1} << 20);
  while (file.read(block.data(), static_cast<std::streamsize>(block.size())), file.gcount() > 0) {
    text.append(block.data(), static_cast<std::size_t>(file.gcount()));
    if (text.size() > largest) throw InputError(path + ": larger than 256 MiB; not a trace");
  }
  if (file.bad()) throw InputError(path + ": cannot be read");
  return text;
}

namespace {

/// Where a file is written before it takes its place.
std::string temporary_of(const std::string& file) {
  return fmt::format("{}.{}.tmp", file, getpid());
}

[[noreturn]] void fail_to_write(const std::string& path, const std::string& why) {
  throw InputError(fmt::format("{}: cannot be written: {}", path, why));
}

/// The file that a name leads to, if one can be written there as far as can be told without.
std::string place_of(const std::string& path) {
  if (path.empty()) throw InputError("--trace: '' is no file name");
  if (const std::string why = why_no_file(path); !why.empty()) fail_to_write(path, why);
  return behind_links(path);
}

}  // namespace

void require_writable(const std::string& path) {
  // What else there may be against the name, such as its length, shows when it is used.
  const std::string temporary = temporary_of(place_of(path));
  std::FILE* const trial = std::fopen(temporary.c_str(), "wb");
  if (trial == nullptr) fail_to_write(path, std::strerror(errno));
  std::fclose(trial);
  std::error_code ignored;
  std::filesystem::remove(temporary, ignored);
}

void write_file(const std::string& path, std::string_view text) {
  const std::string place = place_of(path);
  const std::string temporary = temporary_of(place);
  std::error_code ignored;
  const auto fail = [&](int reason) {
    std::filesystem::remove(temporary, ignored);
    fail_to_write(path, std::strerror(reason));
  };
  errno = 0;
  std::FILE* const file = std::fopen(temporary.c_str(), "wb");
  if (file == nullptr) fail(errno);
  // Before anything is in it that others may not read.
  const bool written = take_after(fileno(file), place) &&
                       std::fwrite(text.data(), 1, text.size(), file) == text.size();
  const int reason = errno;
  if (std::fclose(file) != 0 || !written) fail(written ? errno : reason);
  std::error_code error;
  std::filesystem::rename(temporary, place, error);
  if (error) fail(error.value());
}

}  // namespace synod
