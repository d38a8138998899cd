// A trace: a behaviour of a model from an initial state, and the file that keeps it.
//
// Files are in the Informal Trace Format (ITF), JSON, as defined by Apalache's ADR-015. Readable
// by other tools; the `#meta` object adds what Synod needs to execute the trace again: protocol,
// parameters, what was dropped, the property, and the action that led to each state.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "checker/condition/conditioned_model.hpp"
#include "checker/vocabulary/system.hpp"

namespace synod {

/// A run of the model itself, whose states have the normal forms of a trace.
struct UnrolledRun {
  Assignments parameters;  ///< all, with room for more of what normal forms renumber
  std::vector<VariableInfo> variables;
  std::vector<Cells> states;
  std::vector<std::string> actions;
};

struct Trace {
  // In place of a property's name, where a formula has none: asked for; that somebody decides.
  static constexpr const char* ad_hoc = "--ltl";
  static constexpr const char* undecided = "--valence";
  static constexpr const char* invariant = "invariant";
  static constexpr const char* reach = "reach";

  std::string protocol;
  Assignments parameters;               ///< all of them
  std::string mutant;                   ///< its name, or empty
  std::vector<Drop> drops;              ///< what was left out, the mutant's own drops included
  std::string scenario;                 ///< its name, or empty
  std::string property;                 ///< what it shows; empty: which steps are allowed
  std::string condition;                ///< invariant or reach: the property is one; else empty
  bool witness = false;                 ///< it shows that the property is reached, not violated
  std::string formula;                  ///< of a temporal property, which may have no name
  std::vector<std::string> fairness;    ///< of a temporal property: what the behaviour is fair to
  bool normalised = false;              ///< the states are normal forms
  std::optional<UnrolledRun> unrolled;  ///< of these, where there was room
  std::vector<Cells> states;
  std::vector<std::string> actions;  ///< actions[i] leads from states[i] to states[i + 1]
  /// Of a behaviour without end: the state that follows the last one.
  std::optional<std::size_t> loop;
  /// What leads there; nothing when the behaviour stays in its last state.
  std::optional<std::string> loop_action;
  /// For TypeOK: the action that would leave the declared ranges in the last state.
  std::optional<std::string> refused_action;
  /// Of a scenario that the protocol refuses: the step that it refuses in the last state.
  std::optional<std::string> refused_step;

  bool has_no_name() const { return property == ad_hoc || property == undecided; }
};

/// What a trace shows: "Agreement is violated", "FirstValueChosen is reached", "the steps are
/// allowed", "the next step, Phase1a(0), is refused".
std::string shown_text(const Trace& trace);

/// The conditions that a trace is about.
Questions questions_of(const Trace& trace);

/// A trace and the model that it is about.
struct LoadedTrace {
  Trace trace;
  const System* system = nullptr;
  std::unique_ptr<ModelInstance> model;
};

std::string write_itf(const Trace& trace, const std::vector<VariableInfo>& variables);

/// Throws InputError: `name: position: what, and what is expected`.
LoadedTrace read_itf(std::string_view text, const std::string& name,
                     const std::vector<System>& systems);

/// The whole text of a file; throws InputError.
std::string read_file(const std::string& path);

/// Throws InputError unless a file can be written there: better before a long search than after.
void require_writable(const std::string& path);

/// Writes the file whole or not at all; throws InputError. Symbolic links stay, and what they lead
/// to keeps its mode.
void write_file(const std::string& path, std::string_view text);

}  // namespace synod
