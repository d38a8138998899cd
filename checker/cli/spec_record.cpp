#include "checker/cli/spec_record.hpp"

#include <regex>
#include <sstream>

namespace synod {
namespace {

const std::regex version_line("TLC2 Version .*");
const std::regex verdict_line("Model checking completed\\. No error has been found\\..*|Error: .*");
const std::regex counts_line(
    "([0-9]+) states generated, ([0-9]+) distinct states found, 0 states left on queue\\.");
const std::regex depth_line("The depth of the complete state graph search is ([0-9]+)\\.");

/// The number in a group of the last line that matches; 0 when none does.
std::uint64_t number(const TlcSummary& summary, const std::regex& pattern, std::size_t group) {
  std::uint64_t found = 0;
  for (const std::string& line : summary.lines)
    if (std::smatch match; std::regex_match(line, match, pattern))
      found = std::stoull(match[group].str());
  return found;
}

}  // namespace

bool TlcSummary::complete() const { return distinct() != 0 && generated() != 0 && depth() != 0; }

bool TlcSummary::no_error() const {
  for (const std::string& line : lines)
    if (line.starts_with("Error")) return false;
  for (const std::string& line : lines)
    if (line.starts_with("Model checking completed. No error")) return true;
  return false;
}

std::uint64_t TlcSummary::generated() const { return number(*this, counts_line, 1); }
std::uint64_t TlcSummary::distinct() const { return number(*this, counts_line, 2); }
std::uint64_t TlcSummary::depth() const { return number(*this, depth_line, 1); }

TlcSummary tlc_summary(std::string_view output) {
  TlcSummary summary;
  std::istringstream lines{std::string(output)};
  for (std::string line; std::getline(lines, line);)
    for (const std::regex* pattern : {&version_line, &verdict_line, &counts_line, &depth_line})
      if (std::regex_match(line, *pattern)) summary.lines.push_back(line);
  return summary;
}

std::string SpecRecord::text() const {
  std::string text =
      "# Written by `synod spec-check --record`: what TLC printed, line by line. Not for "
      "editing.\n";
  for (const Entry& entry : entries) {
    text += "\n[" + entry.instance + "]\n";
    for (const std::string& line : entry.summary.lines) text += line + "\n";
  }
  return text;
}

SpecRecord SpecRecord::parse(std::string_view text) {
  SpecRecord record;
  std::istringstream lines{std::string(text)};
  for (std::string line; std::getline(lines, line);) {
    if (line.empty() || line[0] == '#') continue;
    if (line[0] == '[' && line.back() == ']')
      record.entries.push_back({line.substr(1, line.size() - 2), {}});
    else if (!record.entries.empty())
      record.entries.back().summary.lines.push_back(line);
  }
  return record;
}

}  // namespace synod
