// Where the time of a search went, for people and as JSON.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "checker/run/run.hpp"

namespace synod {

/// Of a report with a profile: actions, properties and the rest by what they took, and how many
/// states each depth has.
std::string profile_text(const RunReport& report);
nlohmann::ordered_json profile_json(const RunReport& report);

}  // namespace synod
