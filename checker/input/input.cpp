#include "checker/input/input.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <charconv>
#include <limits>
#include <set>

namespace synod {
namespace {

/// Levenshtein's distance, case ignored.
std::size_t distance(std::string_view a, std::string_view b) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t changed = diagonal + (lower(a[i - 1]) == lower(b[j - 1]) ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({row[j] + 1, row[j - 1] + 1, changed});
    }
  }
  return row[b.size()];
}

/// The bytes of the character that the text begins with; 0 when it is no printable UTF-8.
std::size_t printable_bytes(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  if (byte(0) < 0x80) return byte(0) >= 0x20 && byte(0) != 0x7f ? 1 : 0;
  const std::size_t length = byte(0) >= 0xf0 ? 4 : byte(0) >= 0xe0 ? 3 : 2;
  if (byte(0) < 0xc2 || byte(0) > 0xf4 || text.size() < length) return 0;
  std::uint32_t character = byte(0) & (0x7fU >> length);
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xc0) != 0x80) return 0;
    character = character << 6 | (byte(i) & 0x3fU);
  }
  // Two bytes can hold a control character, more can hold what fewer should.
  constexpr std::uint32_t least[] = {0, 0, 0xa0, 0x800, 0x10000};
  const bool line_break = character == 0x2028 || character == 0x2029;
  return character < least[length] || character > 0x10ffff || line_break ? 0 : length;
}

std::vector<std::string> part_names(Observer& observer) {
  std::vector<std::string> names;
  for (const NamedPart& part : named_parts(observer))
    if (part.kind != Part::Kind::bound) names.push_back(part.part.text());
  return names;
}

}  // namespace

std::string printable(std::string_view text) {
  std::string result;
  while (!text.empty()) {
    const std::size_t bytes = printable_bytes(text);
    if (bytes == 0) {
      result += fmt::format("\\x{:02x}", static_cast<unsigned char>(text[0]));
      text.remove_prefix(1);
    } else {
      result += text.substr(0, bytes);
      text.remove_prefix(bytes);
    }
  }
  return result;
}

std::string quote(std::string_view text) {
  constexpr std::size_t longest = 60;
  return "'" + printable(text.substr(0, longest)) + (text.size() > longest ? "...'" : "'");
}

std::string suggest(std::string_view name, const std::vector<std::string>& candidates) {
  if (candidates.empty()) return "; there are none";
  std::vector<std::pair<std::size_t, std::string>> near;
  if (name.size() <= 100) {
    for (const std::string& candidate : candidates) {
      const std::size_t far = distance(name, candidate);
      const bool begins = !name.empty() && candidate.starts_with(name);
      if (begins || far <= std::max<std::size_t>(2, candidate.size() / 3))
        near.emplace_back(begins ? 0 : far, candidate);
    }
  }
  std::stable_sort(near.begin(), near.end(),
                   [](const auto& a, const auto& b) { return a.first < b.first; });
  if (near.size() > 3) near.resize(3);
  if (near.empty()) return fmt::format("; there are {}", fmt::join(candidates, ", "));
  std::vector<std::string> names;
  for (auto& [far, candidate] : near) names.push_back(candidate);
  return fmt::format("; did you mean {}?", fmt::join(names, " or "));
}

std::int64_t parse_integer(std::string_view text, std::int64_t low, std::int64_t high,
                           const std::string& what) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || value < low || value > high) {
    // An end that is only that of numbers is of no interest unless it is passed.
    const bool open = high == std::numeric_limits<std::int64_t>::max();
    const bool too_large = error == std::errc::result_out_of_range && !text.starts_with('-');
    throw InputError(fmt::format("{}: {} is not a whole number {}", what, quote(text),
                                 open && !too_large ? fmt::format("of at least {}", low)
                                                    : fmt::format("in {}..{}", low, high)));
  }
  return value;
}

std::size_t parse_bytes(std::string_view text, const std::string& what) {
  std::string_view digits = text;
  for (const std::string_view suffix : {"iB", "B"})
    if (digits.ends_with(suffix)) {
      digits.remove_suffix(suffix.size());
      break;
    }
  unsigned shift = 0;
  const std::string_view units = "KMGT";
  if (!digits.empty()) {
    const char last = digits.back() >= 'a' ? static_cast<char>(digits.back() - 32) : digits.back();
    if (const auto unit = units.find(last); unit != std::string_view::npos) {
      shift = 10 * (static_cast<unsigned>(unit) + 1);
      digits.remove_suffix(1);
    }
  }
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  const bool number = end != digits.data() && end == digits.data() + digits.size();
  constexpr unsigned most = 62;  // as a power of 2
  if (number &&
      (error == std::errc::result_out_of_range || value > (std::uint64_t{1} << most >> shift)))
    throw InputError(fmt::format("{}: {} is too large; at most {}T can be said", what, quote(text),
                                 std::uint64_t{1} << (most - 40)));
  if (!number || error != std::errc() || value == 0)
    throw InputError(
        fmt::format("{}: {} is not a size; give bytes, or a number with K, M, G or T "
                    "such as 512M or 2G",
                    what, quote(text)));
  return static_cast<std::size_t>(value << shift);
}

std::pair<std::string, std::string> parse_assignment(std::string_view text) {
  const std::size_t equals = text.find('=');
  if (equals == 0 || equals == std::string_view::npos)
    throw InputError(quote(text) + " is not a parameter; parameters are NAME=VALUE");
  return {std::string(text.substr(0, equals)), std::string(text.substr(equals + 1))};
}

Assignments parse_assignments(const std::vector<std::string>& texts) {
  Assignments assignments;
  for (const std::string& text : texts) assignments.push_back(parse_assignment(text));
  return assignments;
}

namespace {

template <class Names>
void require_different(const Names& names, const std::string& what) {
  std::set<std::string> seen;
  for (const std::string& name : names)
    if (!seen.insert(name).second) throw ModelError(fmt::format("two {} {}", what, quote(name)));
}

void validate_claims(const std::vector<PropertyInfo>& properties) {
  std::vector<std::string> names;
  for (const PropertyInfo& info : properties) names.push_back(info.name);
  require_different(names, "properties");
  for (const PropertyInfo& info : properties)
    for (const std::string& witness : info.witnesses)
      if (properties[find_property(properties, witness)].kind != PropertyKind::reachable)
        throw ModelError(
            fmt::format("{}: its witness {} is not reachable(...)", info.name, witness));
}

void validate_names(const Observer& observer) {
  std::vector<std::string> variables;
  for (const VariableInfo& variable : observer.variables())
    variables.push_back(variable.name + (variable.message.empty() ? "" : "." + variable.message));
  require_different(variables, "variables");
  std::vector<std::string> actions;
  for (const ActionInfo& action : observer.actions()) actions.push_back(action.name);
  require_different(actions, "actions");
}

/// Runs body(): what it finds no name for is a mistake in the system's description.
template <class Body>
void look(const System& system, const std::string& at, Body&& body) {
  named_in_errors(system.name, [&] {
    try {
      body();
    } catch (const InputError& error) {
      throw ModelError(at + error.what());
    }
  });
}

}  // namespace

void validate(const System& system) {
  look(system, "", [&] {
    const auto model = system.instantiate(resolve_parameters(system, {}), {});
    const auto observer = model->observer();
    validate_claims(model->properties());
    validate_names(*observer);
    named_parts(*observer);
    for (const Instance& instance : system.instances)
      resolve_parameters(system, instance.parameters);
  });
}

void validate(const System& system, const Mutant& mutant) {
  look(system, fmt::format("mutant {} ({}): ", mutant.name, mutant.where), [&] {
    const auto mutated = system.instantiate(resolve_parameters(system, mutant.parameters), {});
    find_property(mutated->properties(), mutant.violates);
    for (const Drop& drop : mutant.drops) parse_drop(*mutated->observer(), drop.text());
  });
}

void validate(const System& system, const Scenario& scenario) {
  look(system, fmt::format("scenario {}: ", scenario.name), [&] {
    const auto played =
        system.instantiate(resolve_parameters(system, scenario.change.parameters), {});
    if (!scenario.property.empty()) find_property(played->properties(), scenario.property);
    for (const Drop& drop : scenario.change.drops) parse_drop(*played->observer(), drop.text());
    if (!scenario.refuser.empty()) parse_drop(*played->observer(), scenario.refuser);
  });
}

namespace {

/// Whether a name stands in a text as a word.
bool mentions(const std::string& text, const std::string& name) {
  const auto is_part = [&](std::size_t at) {
    return at < text.size() &&
           (std::isalnum(static_cast<unsigned char>(text[at])) != 0 || text[at] == '_');
  };
  for (std::size_t at = text.find(name); at != std::string::npos; at = text.find(name, at + 1))
    if (!is_part(at + name.size()) && (at == 0 || !is_part(at - 1))) return true;
  return false;
}

/// ", which is 1..min(n - 2, 2) with n=3" of a range that depends on other parameters.
std::string range_reason(const ParameterSpec& spec, const Parameters& before) {
  const std::string range = spec.low.text + ".." + spec.high.text;
  if (range == fmt::format("{}..{}", spec.low.value(before), spec.high.value(before))) return "";
  Assignments given;
  for (const auto& [name, value] : before.all())
    if (mentions(range, name)) given.emplace_back(name, std::to_string(value));
  return ", which is " + range + (given.empty() ? "" : " with " + join_assignments(given));
}

int parse_number(const ParameterSpec& spec, const std::string& text, const Parameters& before) {
  try {
    return static_cast<int>(
        parse_integer(text, spec.low.value(before), spec.high.value(before), spec.name));
  } catch (const InputError& error) {
    throw InputError(error.what() + range_reason(spec, before));
  }
}

int parse_value(const ParameterSpec& spec, const std::string& text, const Parameters& before) {
  if (spec.is_number()) return parse_number(spec, text, before);
  if (spec.is_set()) {
    if (const auto mask = spec.read_set(text, before)) return *mask;
    std::vector<std::string> words;
    for (const NamedSet& word : spec.words) words.push_back(word.name);
    const std::vector<std::string> members = spec.possible_members(before);
    throw InputError(fmt::format(
        "{}: {} is neither {} nor a list, such as {}, of some of {}", spec.name, quote(text),
        fmt::join(words, ", "),
        fmt::join(members.begin(),
                  members.begin() + std::min<std::ptrdiff_t>(2, std::ssize(members)), ","),
        fmt::join(members, ", ")));
  }
  const auto choice = std::find(spec.choices.begin(), spec.choices.end(), text);
  if (choice == spec.choices.end())
    throw InputError(fmt::format("{}: {} is not one of {}", spec.name, quote(text),
                                 fmt::join(spec.choices, ", ")));
  return static_cast<int>(choice - spec.choices.begin());
}

}  // namespace

Parameters resolve_parameters(const System& system, const Assignments& assignments) {
  std::set<std::string> seen;
  for (const auto& [name, value] : assignments) {
    const auto known = [&](const ParameterSpec& spec) { return spec.name == name; };
    if (std::none_of(system.parameters.begin(), system.parameters.end(), known)) {
      std::vector<std::string> names;
      for (const ParameterSpec& spec : system.parameters) names.push_back(spec.name);
      throw InputError(
          fmt::format("{} has no parameter {}{}", system.name, quote(name), suggest(name, names)));
    }
    if (!seen.insert(name).second)
      throw InputError(fmt::format("parameter {} is given twice", quote(name)));
  }
  Parameters parameters;
  for (const ParameterSpec& spec : system.parameters) {
    int value = spec.fallback.value(parameters);
    for (const auto& [name, text] : assignments) {
      if (name != spec.name) continue;
      value = parse_value(spec, text, parameters);
    }
    parameters.set(spec.name, value);
  }
  return parameters;
}

Assignments write_parameters(const System& system, const Parameters& parameters, bool all) {
  Assignments result;
  for (const ParameterSpec& spec : system.parameters) {
    const int value = parameters[spec.name];
    // The parameters that a plain number cannot do without say how large the system is.
    const bool says_size =
        spec.is_number() && spec.fallback.text == std::to_string(spec.fallback.value(parameters));
    if (all || (says_size && spec.matters(parameters)) || value != spec.fallback.value(parameters))
      result.emplace_back(spec.name, spec.text(value));
  }
  return result;
}

std::string join_assignments(const Assignments& assignments) {
  std::string text;
  for (const auto& [name, value] : assignments)
    text += fmt::format("{}{}={}", text.empty() ? "" : " ", name, value);
  return text;
}

const System& find_system(const std::vector<System>& systems, std::string_view name) {
  std::vector<std::string> names;
  for (const System& system : systems) {
    if (system.name == name) return system;
    names.push_back(system.name);
  }
  throw InputError(fmt::format("no protocol {}{}", quote(name), suggest(name, names)));
}

const Mutant& find_mutant(const System& system, std::string_view name) {
  std::vector<std::string> names;
  for (const Mutant& mutant : system.mutants) {
    if (mutant.name == name) return mutant;
    names.push_back(mutant.name);
  }
  throw InputError(
      fmt::format("{} has no mutant {}{}", system.name, quote(name), suggest(name, names)));
}

const Scenario& find_scenario(const System& system, std::string_view name) {
  std::vector<std::string> names;
  for (const Scenario& scenario : system.scenarios) {
    if (scenario.name == name) return scenario;
    names.push_back(scenario.name);
  }
  throw InputError(
      fmt::format("{} has no scenario {}{}", system.name, quote(name), suggest(name, names)));
}

std::size_t find_property(const std::vector<PropertyInfo>& properties, std::string_view name) {
  std::vector<std::string> names;
  for (std::size_t i = 0; i < properties.size(); ++i) {
    if (properties[i].name == name) return i;
    names.push_back(properties[i].name);
  }
  throw InputError(fmt::format("no property {}{}", quote(name), suggest(name, names)));
}

std::vector<std::string> properties_called(const std::vector<PropertyInfo>& properties,
                                           const std::string& name) {
  std::vector<std::string> names;
  for (const PropertyInfo& info : properties)
    if (!name.empty() && info.family == name) names.push_back(info.name);
  if (names.empty()) names.push_back(properties[find_property(properties, name)].name);
  return names;
}

std::vector<NamedPart> named_parts(Observer& observer) {
  std::vector<NamedPart> parts;
  for (const ActionInfo& action : observer.actions()) {
    if (action.labels == 0) continue;
    const std::size_t first = parts.size();
    for (std::uint32_t i = 0; i < action.labels; ++i) {
      for (const Part& part : observer.parts(action.first_label + i)) {
        const Drop name{action.name, part.name};
        if (std::none_of(parts.begin() + static_cast<std::ptrdiff_t>(first), parts.end(),
                         [&](const NamedPart& known) { return known.part == name; }))
          parts.push_back({name, part.kind, part.text});
      }
    }
  }
  return parts;
}

Drop parse_drop(Observer& observer, std::string_view text) {
  for (const NamedPart& named : named_parts(observer))
    if (named.kind != Part::Kind::bound && text == named.part.text()) return named.part;
  throw InputError(fmt::format("no conjunct or effect {} under these parameters{}", quote(text),
                               suggest(text, part_names(observer))));
}

std::vector<Drop> parse_drops(const System& system, const Parameters& parameters,
                              const std::vector<std::string>& texts) {
  std::vector<Drop> drops;
  if (texts.empty()) return drops;
  const auto observer = system.instantiate(parameters, {})->observer();
  for (const std::string& text : texts) {
    const Drop drop = parse_drop(*observer, text);
    if (std::find(drops.begin(), drops.end(), drop) != drops.end())
      throw InputError(fmt::format("--drop {} is given twice", text));
    drops.push_back(drop);
  }
  return drops;
}

}  // namespace synod
