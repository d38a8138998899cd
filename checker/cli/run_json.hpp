// The report of a run for programs.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "checker/run/run.hpp"

namespace synod {

using Json = nlohmann::ordered_json;

/// The version of the form of all JSON that is printed: see checker/cli/synod.schema.json.
/// It grows with every change that a reader could notice, but for new members of objects.
inline constexpr int json_version = 1;

/// The beginning of every object that is printed by itself, which says what it is of.
Json json_of(const char* kind);
/// The same of a run of a model, with what it is a run of.
Json json_of(const char* kind, const RunRequest& request);

Json parameters_json(const System& system, const Parameters& parameters);
/// Some parameters, as they were assigned.
Json parameters_json(const System& system, const Assignments& assignments);
/// Null for an empty text.
Json text_or_null(const std::string& text);
Json drops_json(const std::vector<Drop>& drops);
/// What a trace shows, its length and its steps, and where it was written.
Json trace_json(const Trace& trace, const std::string& file);
Json report_json(const RunReport& report, const std::string& trace_file);
/// One object on a line. A file's name need not be UTF-8, JSON has to be.
void print_json(const Json& json);

}  // namespace synod
