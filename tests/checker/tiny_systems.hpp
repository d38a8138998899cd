// Small models, each made to show one thing, with what must be found and why.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "checker/search/search.hpp"
#include "checker/vocabulary/system.hpp"

namespace synod::test {

struct TinyCase {
  System system;
  Assignments parameters = {};
  std::vector<std::string> asked_for = {};  ///< properties; empty: all
  std::string because;                      ///< why this is what must be found

  Verdict verdict = Verdict::holds;
  Stop stop = Stop::exhausted;
  std::uint64_t distinct = 0;
  std::uint64_t generated = 0;
  std::uint64_t depth = 0;
  /// The properties that do not simply hold.
  std::vector<std::pair<std::string, PropertyVerdict>> unusual = {};
  std::vector<std::string> dead_actions = {};
  /// The counterexample: its property, its actions and its last state; empty: none.
  std::string shown = {};
  std::vector<std::string> actions = {};
  std::string last = {};
  std::string refused_action = {};
};

const std::vector<TinyCase>& tiny_cases();

/// Their systems, for reading traces.
const std::vector<System>& tiny_systems();

/// A system that must not be accepted, and what has to be said of it.
struct Malformed {
  System system;
  std::string why;
};
const std::vector<Malformed>& malformed_systems();

/// Its Init writes outside a declared range.
const System& system_with_a_bad_start();

/// It begins at n = 0, at n = 4, or at n = 0 once more: as many of these as its parameter `starts`
/// says. One of its scenarios begins at the first, one at 4, and one where it cannot.
const System& system_with_several_starts();

/// A model with every kind of variable; no parameters.
const System& kinds_system();

/// A model of `cells` cells of 5 bits, 12 of which fill a word, each written once with one of
/// `choices` patterns.
const System& wide_system();

}  // namespace synod::test
