#include "tests/cli/support.hpp"

#include <algorithm>

namespace synod::test {

std::string text_of(const Arguments& arguments) {
  std::string text = "synod";
  for (const std::string& argument : arguments) {
    constexpr std::size_t longest = 80;
    text += " '" + argument.substr(0, longest) + (argument.size() > longest ? "...'" : "'");
  }
  return text;
}

Json check_json(Arguments arguments, int code, const RunOptions& options) {
  arguments.insert(arguments.begin(), "check");
  arguments.emplace_back("--json");
  const Outcome outcome = run(arguments, options);
  CHECK_RUN(outcome, outcome.code == code);
  CHECK_RUN(outcome, outcome.err.empty());
  BOOST_REQUIRE_MESSAGE(line_count(outcome.out) == 1 && Json::accept(outcome.out),
                        text_of(arguments) << " printed no JSON object: " << describe(outcome));
  return Json::parse(outcome.out);
}

std::string verdict_of(const Json& report, const std::string& property) {
  for (const Json& one : report.at("properties"))
    if (one.at("name") == property) return one.at("verdict").get<std::string>();
  return "absent";
}

bool contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

std::size_t line_count(std::string_view text) {
  return static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
}

std::string write_counterexample(const TemporaryFolder& folder) {
  const std::string file = (folder.path() / "counterexample.itf.json").string();
  const Outcome outcome = run({"check", "paxos", "--mutant", "literal_accept", "--trace", file});
  BOOST_REQUIRE_MESSAGE(outcome.code == as_expected && std::filesystem::exists(file),
                        describe(outcome));
  return file;
}

}  // namespace synod::test
