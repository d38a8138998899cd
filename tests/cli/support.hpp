// What the suites share: a check that shows what the program printed, and reports as JSON.
#pragma once

#include <boost/test/unit_test.hpp>

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "tests/cli/process.hpp"

/// BOOST_CHECK, and what the program printed when it fails.
#define CHECK_RUN(outcome, condition) \
  BOOST_CHECK_MESSAGE((condition), #condition << " is false: " << synod::test::describe(outcome))

namespace synod::test {

using Json = nlohmann::json;
using Arguments = std::vector<std::string>;

/// As a shell would show them.
std::string text_of(const Arguments& arguments);

/// Exit codes, as `synod --help` lists them.
inline constexpr int as_expected = 0;
inline constexpr int not_as_expected = 1;
inline constexpr int bad_input = 2;
inline constexpr int incomplete = 3;

/// Runs `check ... --json`, requires this exit code, nothing on standard error and one object on
/// one line, and returns it.
Json check_json(Arguments arguments, int code, const RunOptions& options = {});

/// The verdict of a property in a report; "absent" when it is not there.
std::string verdict_of(const Json& report, const std::string& property);

bool contains(std::string_view text, std::string_view part);
std::size_t line_count(std::string_view text);

/// A counterexample of `paxos --mutant literal_accept`, written into the folder by the program.
std::string write_counterexample(const TemporaryFolder& folder);

}  // namespace synod::test
