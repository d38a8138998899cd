// An analysis of valence for people and for programs.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "checker/run/valence_report.hpp"

namespace synod {

std::string valence_text(const ValenceReport& report, Observer& observer);

nlohmann::ordered_json valence_json(const ValenceReport& report, const Observer& observer);

}  // namespace synod
