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

struct CheckArguments {
  std::string protocol;  ///< empty: all
  std::vector<std::string> parameters;
  std::string mutant;
  std::vector<std::string> drops;
  std::vector<std::string> properties;
  std::string expect;
  std::string tier;
  std::string threads;
  std::string max_states;
  std::string max_depth;
  std::string memory;
  std::string seconds;
  std::string trace_file;
  bool json = false;
};
int check(const CheckArguments& arguments);

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
  std::string explain;  ///< empty: no; "true": the property; else an action or an instance of it
  std::string at;       ///< in this state; empty: the last
};
int trace_show(const TraceArguments& arguments);
int trace_replay(const std::string& file);

struct SpecCheckArguments {
  std::string protocol;  ///< empty: all
  std::string tlc;       ///< the jar
  std::string java = "java";
  std::string specs;  ///< the folder; empty: this installation's
  std::string tier = "quick";
  bool record = false;
};
int spec_check(const SpecCheckArguments& arguments);

}  // namespace synod
