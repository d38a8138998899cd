// What users type: names, parameters, sizes. Every mistake is one line that says what is wrong and
// what is accepted.
#pragma once

#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "checker/vocabulary/system.hpp"

namespace synod {

/// The text with control characters and what is not UTF-8 escaped: one line of plain text.
std::string printable(std::string_view text);

/// A mistake in what the user gave: arguments, a file. The message is one line.
class InputError : public std::runtime_error {
 public:
  explicit InputError(std::string_view message) : std::runtime_error(printable(message)) {}
};

/// What was typed, fit to be part of a one-line message: quoted, control characters escaped, cut
/// when long.
std::string quote(std::string_view text);

/// "; did you mean A or B?" for the candidates nearest to `name`, or "; there are A, B, C".
std::string suggest(std::string_view name, const std::vector<std::string>& candidates);

/// A whole number in low..high. `what` names it in the message.
std::int64_t parse_integer(std::string_view text, std::int64_t low, std::int64_t high,
                           const std::string& what);

/// A number of bytes: 512M, 2GiB, 1000000. Units K, M, G, T are powers of 1024.
std::size_t parse_bytes(std::string_view text, const std::string& what);

/// NAME=VALUE in two.
std::pair<std::string, std::string> parse_assignment(std::string_view text);
Assignments parse_assignments(const std::vector<std::string>& texts);

/// Throws ModelError when a system's description contradicts itself or its model: a witness, part,
/// parameter or name that does not exist or exists twice, a conjunct after an effect. Mutants and
/// scenarios are looked at each by itself: one that names what a changed model has no more is no
/// reason not to check the model.
void validate(const System& system);
void validate(const System& system, const Mutant& mutant);
void validate(const System& system, const Scenario& scenario);

/// A value for every parameter: the assignments, and defaults for the others.
Parameters resolve_parameters(const System& system, const Assignments& assignments);

/// All parameters as NAME=VALUE; with `all` false only those that differ from their defaults and
/// those that bound the search.
Assignments write_parameters(const System& system, const Parameters& parameters, bool all);
std::string join_assignments(const Assignments& assignments);

const System& find_system(const std::vector<System>& systems, std::string_view name);
const Mutant& find_mutant(const System& system, std::string_view name);
const Scenario& find_scenario(const System& system, std::string_view name);
std::size_t find_property(const std::vector<PropertyInfo>& properties, std::string_view name);
/// The property of this name, or those about the members apart of whom a claim of this name is.
std::vector<std::string> properties_called(const std::vector<PropertyInfo>& properties,
                                           const std::string& name);

/// Every conjunct and effect of the applicable actions, as ACTION.PART.
struct NamedPart {
  Drop part;
  Part::Kind kind;
  std::string text;  ///< its source
};
std::vector<NamedPart> named_parts(Observer& observer);

/// ACTION.CONJUNCT or ACTION.EFFECT of the model.
Drop parse_drop(Observer& observer, std::string_view text);
std::vector<Drop> parse_drops(const System& system, const Parameters& parameters,
                              const std::vector<std::string>& texts);

}  // namespace synod
