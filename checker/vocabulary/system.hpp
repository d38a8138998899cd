// A system of the catalogue: everything about a protocol that people and the checker ask for.
#pragma once

#include <algorithm>
#include <functional>
#include <memory>
#include <optional>
#include <random>
#include <source_location>
#include <string>
#include <string_view>
#include <vector>

#include "checker/search/transition_system.hpp"
#include "checker/vocabulary/machine.hpp"
#include "checker/vocabulary/parameters.hpp"

namespace synod {

enum class Verdict : std::uint8_t { holds, violated, vacuous, incomplete };

/// What a run is expected to find. Counts are compared where they are not 0.
struct Expectation {
  Verdict verdict = Verdict::holds;
  std::uint64_t distinct = 0;
  std::uint64_t generated = 0;
  std::uint64_t depth = 0;
  /// Temporal claims that stay open because of what bounds cut off: then all else holds, and the
  /// verdict is "incomplete".
  std::vector<std::string> open = {};

  Expectation leaving_open(std::vector<std::string> claims) && {
    verdict = Verdict::incomplete;
    open = std::move(claims);
    return std::move(*this);
  }
};

enum class Tier : std::uint8_t { quick, thorough };

using Assignments = std::vector<std::pair<std::string, std::string>>;  ///< NAME=VALUE, as written

/// "a=1 b=2" as assignments.
inline Assignments assignments(std::string_view text) {
  Assignments result;
  while (!text.empty()) {
    const std::string_view word = text.substr(0, text.find(' '));
    text.remove_prefix(std::min(word.size() + 1, text.size()));
    const std::size_t equals = word.find('=');
    if (equals == std::string_view::npos) throw ModelError("not NAME=VALUE: " + std::string(word));
    result.emplace_back(word.substr(0, equals), word.substr(equals + 1));
  }
  return result;
}

/// A named choice of parameters with its pinned result.
struct Instance {
  Assignments parameters;  ///< the others have their defaults
  Tier tier = Tier::quick;
  Expectation expected;

  std::string name() const {
    std::string text;
    for (const auto& [key, value] : parameters)
      text += (text.empty() ? "" : " ") + key + "=" + value;
    return text.empty() ? "defaults" : text;
  }
};

inline Expectation holds(std::uint64_t distinct, std::uint64_t generated, std::uint64_t depth) {
  return {Verdict::holds, distinct, generated, depth, {}};
}
inline Instance quick(std::string_view parameters, Expectation expected) {
  return {assignments(parameters), Tier::quick, expected};
}
inline Instance thorough(std::string_view parameters, Expectation expected) {
  return {assignments(parameters), Tier::thorough, expected};
}

/// The protocol with something taken away, and the property that must then fail.
struct Mutant {
  std::string name;
  std::string lesson;  ///< what it teaches, with its source
  Assignments parameters;
  std::vector<Drop> drops;
  std::string violates;    ///< the property that refutes it
  std::uint64_t length;    ///< states of the shortest counterexample, or 0: not pinned yet
  std::string where = {};  ///< file:line of its declaration
};

/// What a mutant or scenario changes: under("a=1 b=2"), without("Action.conjunct"), or both:
/// under("a=1").without("Action.conjunct").
struct Change {
  Assignments parameters;
  std::vector<Drop> drops;

  Change without(std::string_view part) && {
    const auto drop = Drop::read(part);
    if (!drop) throw ModelError("not ACTION.PART: " + std::string(part));
    drops.push_back(*drop);
    return std::move(*this);
  }
};
inline Change under(std::string_view parameters) { return {assignments(parameters), {}}; }
inline Change without(std::string_view part) { return Change{}.without(part); }

/// "model/paxos/claims.cpp:12", wherever the sources lie.
inline std::string place_of(const std::source_location& where) {
  const std::string_view file = where.file_name();
  const std::size_t folder = file.rfind("model/");
  return std::string(file.substr(folder == std::string_view::npos ? 0 : folder)) + ":" +
         std::to_string(where.line());
}

struct Refutation {
  std::string property;
  std::uint64_t length;
};
inline Refutation violates(std::string property, std::uint64_t length) {
  return {std::move(property), length};
}
inline Mutant mutant(std::string name, std::string lesson, Change change, Refutation refutation,
                     const std::source_location& where = std::source_location::current()) {
  return {std::move(name),
          std::move(lesson),
          std::move(change.parameters),
          std::move(change.drops),
          std::move(refutation.property),
          refutation.length,
          place_of(where)};
}

using Steps = std::vector<std::string>;

/// A run that people tell each other, step by step. Each step names an action instance as a trace
/// does; one that ends in "..." is the only one that begins so.
struct Scenario {
  std::string name;
  std::string story;  ///< what it shows, with its source
  Change change;
  std::function<Steps(const Parameters&)> steps;
  std::vector<std::string> scales_with;  ///< parameters of which the steps take account
  std::string refuser;   ///< ACTION.CONJUNCT that refuses the last step; empty: all are allowed
  std::string property;  ///< reached or violated at the end; empty: none
  std::string start;     ///< a line of the initial state, "x = 0"; empty: the first there is

  Scenario starts_in(std::string line) && {
    start = std::move(line);
    return std::move(*this);
  }
  Scenario refused_by(std::string conjunct) && {
    refuser = std::move(conjunct);
    return std::move(*this);
  }
  Scenario ends_in(std::string name_of_property) && {
    property = std::move(name_of_property);
    return std::move(*this);
  }
};
/// Of one run, under the parameters of `change`.
inline Scenario scenario(std::string name, std::string story, Change change, Steps steps) {
  return {std::move(name),
          std::move(story),
          std::move(change),
          [steps = std::move(steps)](const Parameters&) { return steps; },
          {},
          {},
          {},
          {}};
}
/// Of a run for every value of some parameters: `steps` says how it goes.
inline Scenario scenario(std::string name, std::string story, Change change,
                         std::vector<std::string> scales_with,
                         std::function<Steps(const Parameters&)> steps) {
  return {std::move(name),
          std::move(story),
          std::move(change),
          std::move(steps),
          std::move(scales_with),
          {},
          {},
          {}};
}

/// A conjunct that no safety property needs, and why.
struct NotNeeded {
  Drop conjunct;
  std::string because;
};

/// Parameters as constants of a TLA+ module; `names` are CONSTANT=parameter. A choice is a string.
inline Assignments parameter_constants(const std::vector<ParameterSpec>& specs,
                                       const Parameters& parameters, std::string_view names) {
  Assignments constants;
  for (const auto& [constant, name] : assignments(names))
    for (const ParameterSpec& spec : specs) {
      if (spec.name != name) continue;
      const std::string text = spec.text(parameters[name]);
      constants.emplace_back(constant, spec.is_number() ? text : '"' + text + '"');
    }
  return constants;
}

/// A random element of one of these types.
inline std::uint64_t random_element(const std::vector<ElementType>& types, std::size_t type,
                                    std::mt19937_64& random) {
  std::vector<int> values;
  for (const Field& field : types[type].fields)
    values.push_back(field.domain.low +
                     static_cast<int>(random() % static_cast<unsigned>(field.domain.size())));
  return ElementLayout(types).pack(type, values.data());
}

/// A random state within the declared ranges, reachable or not.
inline Cells random_cells(const std::vector<VariableInfo>& variables, std::mt19937_64& random) {
  Cells cells;
  for (const VariableInfo& variable : variables) {
    const auto first = static_cast<std::ptrdiff_t>(cells.size());
    for (std::size_t i = 0; i < variable.cells; ++i) {
      std::uint64_t cell = 0;
      switch (variable.holds) {
        case Holds::value:
          cell = random() % static_cast<unsigned>(variable.content[0].domain.size());
          break;
        case Holds::set: cell = random() & low_bits(variable.bits); break;
        case Holds::record: cell = random_element(variable.elements, 0, random) >> 1; break;
        case Holds::sequence: {
          const unsigned width = ElementLayout(variable.elements).bits();
          const unsigned length = random() % static_cast<unsigned>(variable.capacity + 1);
          for (unsigned e = 0; e < length; ++e)
            cell |= random_element(variable.elements, random() % variable.elements.size(), random)
                    << (e * width);
          break;
        }
        case Holds::message:
          if (random() % 2 == 0)
            cell = random_element(variable.elements, random() % variable.elements.size(), random);
          break;
      }
      cells.push_back(cell);
    }
    // A network's messages are in descending order, the empty slots last.
    if (variable.holds == Holds::message)
      std::sort(cells.begin() + first, cells.end(), std::greater<>());
  }
  return cells;
}

/// What an action instance reads and writes, part by part.
struct PartFootprints {
  std::vector<Footprint> guards;  ///< of its conjuncts and bounds, in the order that they are met
  Footprint between;              ///< outside of all parts: its arguments, what it looks up itself
  Footprint whole;                ///< all of it, effects included
};

/// A model that runs one action at a time over unpacked states, and can say why. Slow and simple;
/// it shares the model's source with the search, but neither packing nor search.
class Observer {
 public:
  virtual ~Observer() = default;

  virtual const std::vector<VariableInfo>& variables() const = 0;
  virtual const std::vector<ActionInfo>& actions() const = 0;
  virtual const std::vector<PropertyInfo>& properties() const = 0;

  virtual std::vector<Cells> initial() = 0;

  /// The normal form of a state, also when the model explores states as they are; the state itself
  /// when the model has none.
  virtual Cells normal_form(const Cells& state) = 0;

  struct Attempt {
    bool enabled = false;
    Cells after;              ///< the successor, when enabled
    std::vector<Part> parts;  ///< conjuncts in order up to the first that fails; then effects
    Footprint between;        ///< what was read and written besides
    std::optional<RangeError> out_of_range;

    /// The conjunct or bound that is false; null when there is none.
    const Part* failed() const {
      const auto found =
          std::find_if(parts.begin(), parts.end(), [](const Part& part) { return !part.holds; });
      return found == parts.end() ? nullptr : &*found;
    }
  };
  /// Runs one action instance in a state.
  virtual Attempt attempt(const Cells& state, std::uint32_t label) = 0;

  /// The conjuncts and effects of an action instance, whether or not they hold, without
  /// footprints.
  virtual std::vector<Part> parts(std::uint32_t label) = 0;

  struct Successor {
    std::uint32_t label;
    Cells state;
  };
  /// What of a state's steps has no successor.
  struct Unfollowed {
    std::size_t range_errors = 0;  ///< that write outside a variable's range
    bool cut = false;              ///< whether a bound cut off one, or a part of one
  };
  /// All successors of a state, with the action instance of each.
  virtual std::vector<Successor> successors(const Cells& state, Unfollowed* left_out) = 0;

  struct Judgement {
    bool holds = true;
    std::string failed_conjunct;  ///< of the property, when it names its parts
    std::string failed_member;    ///< the first for which it is false, where it is about every one
    Footprint footprint;          ///< what was read to decide
  };
  /// Whether a state predicate (always, reachable, always_possible, proper end) holds in a state.
  /// Throws RangeError where it reads what is not there, which no reachable state makes it do.
  virtual Judgement judge(const Cells& state, std::size_t property) = 0;
  /// Whether a step property holds of a step.
  virtual Judgement judge_step(const Cells& from, const Cells& to, std::size_t property) = 0;

  /// What an action instance may read and write in any state: found by running it, its conjuncts
  /// forced, in `samples` random states of the declared ranges besides those given.
  virtual PartFootprints footprint(std::uint32_t label, const std::vector<Cells>& states,
                                   std::size_t samples, std::uint64_t seed) = 0;
};

/// What body() returns; a mistake that it finds in the model is told with the system's name.
template <class Body>
auto named_in_errors(const std::string& system, Body&& body) {
  const auto named = [&](const ModelError& error) {
    const std::string message = error.what();
    return message.starts_with(system + ": ") ? message : system + ": " + message;
  };
  try {
    return body();
  } catch (const VocabularyError& error) {
    throw VocabularyError(named(error));
  } catch (const ModelError& error) {
    throw ModelError(named(error));
  }
}

/// A claim that looks for what no state has: an index outside its domain.
class ClaimError : public ModelError {
 public:
  ClaimError(const std::string& message, std::vector<std::uint64_t> where)
      : ModelError(message), state(std::move(where)) {}
  std::vector<std::uint64_t> state;  ///< packed, that it was judged in
};

/// What was seen to be wrong with normal forms: claims that it concerns cannot be judged on them.
struct NormalFormFaults {
  PropertySet predicates = 0;  ///< that do not hold of both a state and its normal form
  /// Actions with a step that changes a state and not its normal form.
  std::vector<std::string> hidden_actions;
  /// Actions with a step that only one of the two can take.
  std::vector<std::string> different_actions;
};

/// A system under given parameters, with or without something dropped.
class ModelInstance : public TransitionSystem {
 public:
  virtual std::unique_ptr<Observer> observer() const = 0;
  /// An explorer that fills in Expansion::refusals; a little slower.
  virtual std::unique_ptr<Explorer> telling_explorer() const = 0;
  /// The same model over normal forms, in which behaviours that never end may come back to where
  /// they have been; null when it has none.
  virtual std::unique_ptr<ModelInstance> normalised() const = 0;
  /// Of a model over normal forms: what explorers have found wrong with them so far.
  virtual NormalFormFaults normal_form_faults() const { return {}; }
  virtual const std::vector<Place>& places() const = 0;  ///< of each cell in a packed state
  virtual const std::vector<unsigned>& cell_bits() const = 0;

  std::vector<std::uint64_t> pack(const Cells& cells) const {
    std::vector<std::uint64_t> state(words());
    for (std::size_t i = 0; i < cells.size(); ++i)
      state[places()[i].word] |= cells[i] << places()[i].shift;
    return state;
  }
  Cells unpack(const std::uint64_t* state) const {
    Cells cells(places().size());
    for (std::size_t i = 0; i < cells.size(); ++i)
      cells[i] = (state[places()[i].word] >> places()[i].shift) & low_bits(cell_bits()[i]);
    return cells;
  }
};

/// Of a model with Normalise(): what has to be known to rely on it.
struct NormalForm {
  std::string forgets;  ///< what it makes of states, in words
  /// The domain whose members are renumbered: fairness cannot tell them apart.
  std::string renumbers;
  std::string window;  ///< the parameter that says how many of them there are at a time
  /// Claims whose predicates it keeps, so that formulas may speak of them. Those declared as named
  /// and those of decisions it has to keep anyway.
  std::vector<std::string> keeps;
  /// ACTION.PART without which it would be wrong: then claims are judged on the model as it is.
  std::vector<std::string> rests_on;
};

struct System {
  std::string name;
  std::string title;
  std::string summary;
  std::vector<std::string> sources;
  std::string faults;  ///< network, crashes, timing: what the claims assume
  std::vector<ParameterSpec> parameters;
  std::vector<Instance> instances;
  std::vector<Mutant> mutants;
  std::vector<Scenario> scenarios;
  std::vector<NotNeeded> not_needed;
  NormalForm normal_form;
  /// What admissible runs are fair to, for the analysis of valence.
  std::vector<std::string> admissible;
  bool valence = false;  ///< every check of one instance reports the valence of configurations
  /// TLA+ constants of spec/<name>/<name>.tla for given parameters, as in a TLC configuration.
  std::function<Assignments(const Parameters&)> tla_constants;

  std::function<std::unique_ptr<ModelInstance>(const Parameters&, const std::vector<Drop>&)>
      instantiate;
};

}  // namespace synod
