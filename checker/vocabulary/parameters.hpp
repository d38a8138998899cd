// The parameters of a system: NAME=VALUE on the command line, integers in the model.
#pragma once

#include <algorithm>
#include <bit>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "checker/vocabulary/domain.hpp"

namespace synod {

/// A value for every parameter of a system, in the order of declaration.
class Parameters {
 public:
  int operator[](std::string_view name) const {
    for (const auto& [known, value] : values_)
      if (known == name) return value;
    std::string known_names;
    for (const auto& [known, value] : values_)
      known_names += (known_names.empty() ? "" : ", ") + known;
    throw ModelError("no parameter is named " + std::string(name) +
                     (known_names.empty() ? "; there are none" : "; there are " + known_names));
  }
  bool has(std::string_view name) const {
    for (const auto& [known, value] : values_)
      if (known == name) return true;
    return false;
  }
  void set(std::string_view name, int value) {
    for (auto& [known, current] : values_) {
      if (known == name) {
        current = value;
        return;
      }
    }
    values_.emplace_back(name, value);
  }
  const std::vector<std::pair<std::string, int>>& all() const { return values_; }
  bool operator==(const Parameters&) const = default;

 private:
  std::vector<std::pair<std::string, int>> values_;
};

/// A number that may depend on the parameters declared before it.
struct Dependent {
  std::string text;
  std::function<int(const Parameters&)> value;

  Dependent(int constant)  // implicit: a plain number is the usual case
      : text(std::to_string(constant)), value([constant](const Parameters&) { return constant; }) {}
  Dependent(std::string words, std::function<int(const Parameters&)> function)
      : text(std::move(words)), value(std::move(function)) {}
};

/// A set that has a name: "all".
struct NamedSet {
  std::string name;
  std::function<int(const Parameters&)> mask;
};

/// A parameter as the system declares it.
struct ParameterSpec {
  std::string name;
  std::string meaning;
  Dependent low;
  Dependent high;
  Dependent fallback;                     ///< the value when none is given
  std::vector<std::string> choices = {};  ///< the names of low, low + 1, ...; empty: plain integers
  bool bound = false;  ///< cuts off behaviour that the real protocol has (how many ballots, say)
  std::vector<std::string> members = {};  ///< of a set: member i is bit i of the value
  std::vector<NamedSet> words = {};       ///< of a set: those that can be called by a name
  /// Whether it means anything beside the others; empty: always.
  std::function<bool(const Parameters&)> condition = {};

  bool matters(const Parameters& parameters) const { return !condition || condition(parameters); }
  ParameterSpec only_if(std::function<bool(const Parameters&)> condition_of_use) && {
    condition = std::move(condition_of_use);
    return std::move(*this);
  }

  bool is_number() const { return choices.empty() && members.empty(); }
  bool is_set() const { return !members.empty(); }

  std::string text(int value) const {
    if (is_set()) return set_text(value);
    return choices.empty() ? std::to_string(value)
                           : choices[static_cast<std::size_t>(value - low.value({}))];
  }

  /// The members that a set may have under these parameters.
  std::vector<std::string> possible_members(const Parameters& parameters) const {
    const auto mask = static_cast<unsigned>(high.value(parameters));
    return {members.begin(), members.begin() + std::bit_width(mask)};
  }

  /// The set that is written as the name of one, or as "A,B,..." in any order; or none.
  std::optional<int> read_set(std::string_view written, const Parameters& parameters) const {
    for (const NamedSet& word : words)
      if (word.name == written) return word.mask(parameters);
    const std::vector<std::string> possible = possible_members(parameters);
    int mask = 0;
    while (true) {
      const std::string_view member = written.substr(0, written.find(','));
      const auto found = std::find(possible.begin(), possible.end(), member);
      if (found == possible.end()) return std::nullopt;
      const int bit = 1 << (found - possible.begin());
      if ((mask & bit) != 0) return std::nullopt;
      mask |= bit;
      if (member.size() == written.size()) return mask;
      written.remove_prefix(member.size() + 1);
    }
  }

 private:
  /// In alphabetical order.
  std::string set_text(int value) const {
    std::vector<std::string> names;
    for (std::size_t i = 0; i < members.size(); ++i)
      if ((value >> i & 1) != 0) names.push_back(members[i]);
    std::sort(names.begin(), names.end());
    std::string text;
    for (const std::string& name : names) text += (text.empty() ? "" : ",") + name;
    return text;
  }
};

/// An integer parameter in low..high.
inline ParameterSpec integer(std::string name, std::string meaning, Dependent low, Dependent high,
                             Dependent fallback) {
  return {.name = std::move(name),
          .meaning = std::move(meaning),
          .low = std::move(low),
          .high = std::move(high),
          .fallback = std::move(fallback)};
}

/// An integer parameter that bounds the search rather than describing the protocol.
inline ParameterSpec bound(std::string name, std::string meaning, Dependent low, Dependent high,
                           Dependent fallback) {
  ParameterSpec spec = integer(std::move(name), std::move(meaning), std::move(low), std::move(high),
                               std::move(fallback));
  spec.bound = true;
  return spec;
}

/// One of several named values, numbered 0, 1, ...; the first is the default.
inline ParameterSpec choice(std::string name, std::string meaning,
                            std::vector<std::string> choices) {
  const int high = static_cast<int>(choices.size()) - 1;
  ParameterSpec spec = integer(std::move(name), std::move(meaning), 0, high, 0);
  spec.choices = std::move(choices);
  return spec;
}

/// A set that is not empty, written as its members or as one of `words`, of which the first is the
/// default. Its members are the first `count` of `members`, at most 30; in the model it is a mask.
inline ParameterSpec subset(std::string name, std::string meaning, std::vector<std::string> members,
                            const std::function<int(const Parameters&)>& count,
                            std::vector<NamedSet> words) {
  const Dependent all("all", [count, name, known = members.size()](const Parameters& p) {
    const int members_now = count(p);
    if (members_now < 0 || members_now > 30 || members_now > static_cast<int>(known))
      throw ModelError("the set " + name + " has " + std::to_string(members_now) +
                       " members; it may have 0.." +
                       std::to_string(std::min<std::size_t>(known, 30)));
    return (1 << members_now) - 1;
  });
  const Dependent fallback(words.at(0).name, words.at(0).mask);
  ParameterSpec spec = integer(std::move(name), std::move(meaning), 1, all, fallback);
  spec.members = std::move(members);
  spec.words = std::move(words);
  return spec;
}

}  // namespace synod
