// The report of a run for programs.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "checker/run/run.hpp"

namespace synod {

using Json = nlohmann::ordered_json;

Json parameters_json(const RunRequest& request);
Json drops_json(const std::vector<Drop>& drops);
/// What a trace shows, its length and its steps, and where it was written.
Json trace_json(const Trace& trace, const std::string& file);
Json report_json(const RunReport& report, const std::string& trace_file);
/// One object a line. A file's name need not be UTF-8, JSON has to be.
void print_json(const Json& json);

}  // namespace synod
