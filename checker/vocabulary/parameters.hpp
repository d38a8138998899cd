// The parameters of a system: NAME=VALUE on the command line, integers in the model.
#pragma once

#include <functional>
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
    throw ModelError("no parameter named " + std::string(name));
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

/// A parameter as the system declares it.
struct ParameterSpec {
  std::string name;
  std::string meaning;
  Dependent low;
  Dependent high;
  Dependent fallback;                ///< the value when none is given
  std::vector<std::string> choices;  ///< the names of low, low + 1, ...; empty: plain integers
  bool bound = false;  ///< cuts off behaviour that the real protocol has (how many ballots, say)
  /// Whether it means anything beside the others; empty: always.
  std::function<bool(const Parameters&)> condition = {};

  bool matters(const Parameters& parameters) const { return !condition || condition(parameters); }
  ParameterSpec only_if(std::function<bool(const Parameters&)> condition_of_use) && {
    condition = std::move(condition_of_use);
    return std::move(*this);
  }

  std::string text(int value) const {
    return choices.empty() ? std::to_string(value)
                           : choices[static_cast<std::size_t>(value - low.value({}))];
  }
};

/// An integer parameter in low..high.
inline ParameterSpec integer(std::string name, std::string meaning, Dependent low, Dependent high,
                             Dependent fallback) {
  return {std::move(name),
          std::move(meaning),
          std::move(low),
          std::move(high),
          std::move(fallback),
          {},
          false,
          {}};
}

/// An integer parameter that bounds the search rather than describing the protocol.
inline ParameterSpec bound(std::string name, std::string meaning, Dependent low, Dependent high,
                           Dependent fallback) {
  return {std::move(name),
          std::move(meaning),
          std::move(low),
          std::move(high),
          std::move(fallback),
          {},
          true,
          {}};
}

/// One of several named values, numbered 0, 1, ...; the first is the default.
inline ParameterSpec choice(std::string name, std::string meaning,
                            std::vector<std::string> choices) {
  const int high = static_cast<int>(choices.size()) - 1;
  return {std::move(name), std::move(meaning), 0, high, 0, std::move(choices), false, {}};
}

}  // namespace synod
