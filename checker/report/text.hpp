// States, steps and numbers as people read them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "checker/vocabulary/system.hpp"

namespace synod {

/// 1234567 as 1,234,567.
std::string grouped(std::uint64_t number);
/// "1 state", "1,745 states". How long a run is, is counted in states everywhere, its first one
/// included, as depth is.
std::string counted(std::uint64_t number, std::string_view what);

/// How a part of an action is introduced: when, within, then.
const char* part_word(Part::Kind kind);

/// What a part of a guard is: conjunct, bound.
const char* guard_word(Part::Kind kind);

/// One element of a variable: maxBal[a1], msgs.1b(acc a1, bal 0).
std::string element_text(const VariableInfo& variable, std::size_t cell);

/// A message on its way in a network: "Vote(s1 -> s2, term 1)".
std::string message_text(const VariableInfo& variable, std::uint64_t message);

/// The value of one cell of a variable.
std::string value_text(const VariableInfo& variable, std::uint64_t value);

/// An action instance in a state, with the message that it is about: "Receive(Vote(s1 -> s2))".
std::string step_text(const Observer& observer, const Cells& state, std::uint32_t label);

/// The action instance that `text` names in a state. Where it ends in "...", the one that begins
/// so. Throws InputError when there is none, or more than one.
std::uint32_t parse_step(const Observer& observer, const Cells& state, std::string_view text);

/// A state in full, one line a variable: "maxBal = [a1: -1, a2: 0]".
std::vector<std::string> state_lines(const std::vector<VariableInfo>& variables,
                                     const Cells& state);

/// What a step changed, one line an element: "maxBal[a1]: -1 -> 0", "msgs: + 1a(bal 0)".
std::vector<std::string> change_lines(const std::vector<VariableInfo>& variables,
                                      const Cells& before, const Cells& after);

/// The values of the cells that a footprint read: "maxBal[a1] = 1, msgs has no 2a(bal 0)".
std::vector<std::string> read_lines(const std::vector<VariableInfo>& variables,
                                    const Footprint& footprint, const Cells& state);

}  // namespace synod
