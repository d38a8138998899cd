// A scenario, played and told.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "checker/cli/commands.hpp"
#include "checker/run/scenario.hpp"

namespace synod {

int play_scenario(const CheckArguments& arguments);

/// Whether the run is allowed, and what it shows.
std::string performance_text(const Performance& performance);
nlohmann::ordered_json performance_json(const System& system, const Performance& performance,
                                        const std::string& trace_file);

}  // namespace synod
