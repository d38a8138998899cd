// Which options go together. One table says it for every verb: an option that would have no effect
// in this kind of run is refused.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace synod {

/// What was given, by name and in order, each time it was given: {"--time", "3"}; of a flag,
/// "true". A positional argument has its own name: {"protocol", "paxos"}.
using Given = std::vector<std::pair<std::string, std::string>>;

/// What a rule is about, a word each:
///   --time              the option was given
///   --visited=compact   with this value, once at least
///   --disk!=none        with another value
///   protocol            the positional argument was given
struct Rule {
  enum class Kind : std::uint8_t {
    excludes,  ///< none of `options` goes with any of `others`
    needs,     ///< each of `options` needs one of `others`
  };
  std::string_view verb;
  std::string_view options;
  Kind kind;
  std::string_view others;
  std::string_view because;
};

const std::vector<Rule>& rules();

/// The words of a rule's `options` or `others`.
std::vector<std::string_view> words_of(std::string_view text);

/// Throws InputError at the first rule that is broken: one line, with all the options that break
/// it.
void require_no_conflict(std::string_view verb, const Given& given);

}  // namespace synod
