// The verbs of the command line. Each returns the process's exit code.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace synod {

/// Exit codes. 4 is the launcher's: set-up failed.
inline constexpr int exit_as_expected = 0;
inline constexpr int exit_not_as_expected = 1;
inline constexpr int exit_bad_input = 2;
inline constexpr int exit_incomplete = 3;
inline constexpr int exit_internal_error = 70;

/// What was typed; an option that was not given is empty, one given as '' is not.
using Option = std::optional<std::string>;

struct CheckArguments {
  Option protocol;  ///< none: all
  std::vector<std::string> parameters;
  Option mutant;
  Option scenario;
  std::vector<std::string> drops;
  std::vector<std::string> properties;
  std::vector<std::string> invariants;
  std::vector<std::string> reach;
  Option ltl;
  std::vector<std::string> fairness;
  std::vector<std::string> unfair;
  bool no_normal_form = false;
  bool valence = false;
  Option engine;       ///< explicit or z3
  bool go_on = false;  ///< after a violation
  Option expect;
  Option tier;
  Option threads;
  Option max_states;
  Option max_depth;
  Option memory;
  Option disk;
  Option seconds;
  bool symmetry = false;
  bool partial_order = false;
  Option visited;
  Option seed;
  Option progress;
  Option checkpoint;
  Option checkpoint_every;
  Option resume;
  bool profile = false;
  Option trace_file;
  bool json = false;
};
int check(const CheckArguments& arguments);
/// By bounded checking and induction.
int check_by_solver(const CheckArguments& arguments);

struct SimulateArguments {
  CheckArguments run;  ///< what both verbs have; `protocol` is there
  Option walks;
  Option depth;
  Option seed;
};
int simulate(const SimulateArguments& arguments);

struct ProveArguments {
  Option topic;                    ///< none: all
  std::vector<std::string> words;  ///< names of obligations, NAME=VALUE
  Option smt2;                     ///< the folder
  bool cross_check = false;
  bool controls = false;
  Option seconds;
  Option progress;
  bool json = false;
  // Quorums of one's own
  Option sizes;
  std::vector<std::string> assumptions;
  Option overlap;
  Option sets;  ///< a file
  Option faulty;
  std::vector<std::string> intersect;
};
int prove(const ProveArguments& arguments);
/// What can be proved, a line each, with its parameters: "  byzantine  n=3..7 k=1..min(n - 2, 2)".
std::string provable();

int list(bool json);

struct ShowArguments {
  std::string protocol;
  std::vector<std::string> parameters;
  bool independence = false;
  bool json = false;
};
int show(const ShowArguments& arguments);

struct TraceArguments {
  std::string file;
  bool full = false;
  Option explain;  ///< none: no; "true": the property; else an action or an instance of it
  Option at;       ///< in this state; none: the last
  bool json = false;
};
int trace_show(const TraceArguments& arguments);
int trace_replay(const TraceArguments& arguments);

struct SpecCheckArguments {
  Option protocol;  ///< none: all
  std::string tlc;  ///< the jar
  std::string java = "java";
  std::string specs;  ///< the folder; empty: this installation's
  Option tier;
  bool record = false;
  bool json = false;
};
int spec_check(const SpecCheckArguments& arguments);

struct CompletionArguments {
  Option shell;  ///< none: bash
  Option line;   ///< complete this instead: a command line up to the cursor
  /// The verbs with their options, as the command line declares them.
  struct Verb {
    std::string name;
    std::vector<std::string> options;
    std::vector<std::string> options_with_a_value;  ///< of them
  };
  std::vector<Verb> verbs = {};
};
int completion(const CompletionArguments& arguments);

}  // namespace synod
