// What is fuzzed: the functions that read what users give. Each target takes any bytes and throws
// when the code under test does something that no input may make it do. The same targets run under
// libFuzzer and, over the seeds and fixed mutations of them, in every build.
#pragma once

#include <stdexcept>
#include <string>
#include <string_view>

namespace synod::fuzz {

/// The code under test broke a promise.
class Finding : public std::logic_error {
 public:
  using std::logic_error::logic_error;
};

/// A trace file. What is refused is refused with one line; what is accepted survives being written
/// and read again, and can be replayed, shown and explained.
void trace_target(std::string_view text);

/// Arguments of the command line, separated by zero bytes: parameters, sizes, numbers, names. What
/// is refused is refused with one line; what is accepted is in range and survives being written.
void names_target(std::string_view text);

/// A condition, or a formula whose atoms are conditions, on the variables of each system. What is
/// refused is refused with one line and at a place in the text; what is accepted has one meaning,
/// whether it is walked or compiled, and survives being written.
void conditions_target(std::string_view text);

/// A checkpoint of one of a few small searches, as it is and with its checksums made right. What is
/// refused is refused with one line; nothing is crashed, or expanded, by what is accepted.
void checkpoint_target(std::string_view text);

/// Throws a Finding unless the message is one line without control characters.
void require_one_line(std::string_view message);
void require(bool holds, const std::string& what);

}  // namespace synod::fuzz
