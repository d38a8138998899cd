#include <algorithm>
#include <array>
#include <limits>
#include <memory>
#include <utility>
#include <vector>

#include "checker/input/input.hpp"
#include "model/catalogue.hpp"
#include "tests/fuzz/targets.hpp"
#include "tests/support/labels.hpp"

namespace synod::fuzz {
namespace {

/// A system under its default parameters, made once.
struct Prepared {
  const System* system;
  std::unique_ptr<ModelInstance> model;
  std::unique_ptr<Observer> observer;
  std::vector<std::string> parts;
};

const std::vector<Prepared>& prepared() {
  static const std::vector<Prepared> all = [] {
    std::vector<Prepared> result;
    for (const System& system : catalogue()) {
      Prepared one{&system, system.instantiate(resolve_parameters(system, {}), {}), nullptr, {}};
      one.observer = one.model->observer();
      for (const NamedPart& named : named_parts(*one.observer))
        one.parts.push_back(named.part.text());
      result.push_back(std::move(one));
    }
    return result;
  }();
  return all;
}

std::vector<std::string_view> split(std::string_view text) {
  std::vector<std::string_view> words;
  while (true) {
    const std::size_t end = text.find('\0');
    words.push_back(text.substr(0, end));
    if (end == std::string_view::npos) return words;
    text.remove_prefix(end + 1);
  }
}

/// Calls what may refuse its input; anything but these two exceptions is a finding.
template <class Call>
void allow_refusal(Call&& call) {
  try {
    call();
  } catch (const InputError& error) {
    require_one_line(error.what());
  } catch (const StateTooLarge& error) {
    require_one_line(error.what());
  }
}

void check_numbers(std::string_view word) {
  constexpr std::int64_t least = std::numeric_limits<std::int64_t>::min();
  constexpr std::int64_t most = std::numeric_limits<std::int64_t>::max();
  constexpr std::array<std::pair<std::int64_t, std::int64_t>, 5> ranges = {
      {{1, 7}, {0, 0}, {1, most}, {least, most}, {least, -1}}};
  for (const auto& range : ranges) {
    const std::int64_t low = range.first;
    const std::int64_t high = range.second;
    allow_refusal([&] {
      const std::int64_t value = parse_integer(word, low, high, "number");
      require(low <= value && value <= high, "a number out of range was accepted");
      require(parse_integer(std::to_string(value), low, high, "number") == value,
              "a number changed by being written and read");
    });
  }
  allow_refusal([&] {
    const std::size_t bytes = parse_bytes(word, "size");
    require(bytes > 0, "a size of nothing was accepted");
    require(parse_bytes(std::to_string(bytes), "size") == bytes,
            "a size changed by being written and read");
  });
}

void check_assignments(const System& system, const Assignments& assignments) {
  allow_refusal([&] {
    const Parameters parameters = resolve_parameters(system, assignments);
    for (const ParameterSpec& spec : system.parameters) {
      const int value = parameters[spec.name];
      require(spec.low.value(parameters) <= value && value <= spec.high.value(parameters),
              spec.name + " is out of its range");
      require_one_line(spec.text(value));
    }
    for (const bool all : {true, false})
      require(resolve_parameters(system, write_parameters(system, parameters, all)) == parameters,
              "parameters changed by being written and read");
    const auto model = system.instantiate(parameters, {});
    require(model->bits() <= model->words() * 64, "the state does not fit in its words");
  });
}

/// Slower than all the rest: the whole model is run, several times, to learn its names.
void check_drop(const Prepared& system, std::string_view word) {
  allow_refusal([&] {
    const Drop drop = parse_drop(*system.observer, word);
    require(drop.text() == word, "another conjunct was found");
  });
}

void check_names(const Prepared& system, std::string_view word) {
  allow_refusal([&] {
    const std::uint32_t label = test::parse_label(*system.observer, word);
    require(test::label_text(*system.observer, label) == word, "another action was found");
  });
  allow_refusal([&] {
    const auto& properties = system.model->properties();
    require(properties[find_property(properties, word)].name == word, "another property was found");
  });
  allow_refusal(
      [&] { require(find_mutant(*system.system, word).name == word, "another mutant was found"); });
  require_one_line(suggest(word, system.parts));
}

}  // namespace

void names_target(std::string_view text) {
  // More words would only make a run longer.
  constexpr std::size_t most_words = 10;
  std::vector<std::string_view> words = split(text);
  words.resize(std::min(words.size(), most_words));
  Assignments assignments;
  for (const std::string_view word : words) {
    require_one_line(quote(word));
    require(quote(word).size() <= 4 * 60 + 8, "a quotation is too long");
    require_one_line(suggest(word, {}));
    check_numbers(word);
    allow_refusal([&] {
      const auto assignment = parse_assignment(word);
      require(assignment.first + "=" + assignment.second == word, "an assignment changed");
      assignments.push_back(assignment);
    });
    allow_refusal(
        [&] { require(find_system(catalogue(), word).name == word, "another system was found"); });
  }
  for (const Prepared& system : prepared()) check_names(system, words.back());
  if (words.size() == 1 && text.find('.') != std::string_view::npos)
    check_drop(prepared()[text.size() % prepared().size()], text);
  for (const Prepared& one : prepared()) {
    check_assignments(*one.system, assignments);
    // One by one too: together, the first mistake hides the others.
    for (const auto& assignment : assignments) check_assignments(*one.system, {assignment});
  }
}

}  // namespace synod::fuzz
