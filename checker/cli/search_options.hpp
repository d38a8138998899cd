// From arguments to what is searched, and how.
#pragma once

#include <atomic>

#include "checker/cli/commands.hpp"
#include "checker/run/run.hpp"

namespace synod {

/// From now on Ctrl-C ends a run with what it has; returns the flag that it sets.
const std::atomic<bool>* catch_interrupts();
/// Whether it has.
bool is_interrupted();

/// All of these throw InputError.
SearchOptions search_options(const CheckArguments& arguments);
CheckpointOptions checkpoint_options(const CheckArguments& arguments);
/// Where states go that memory has no room for; empty: nowhere. Only a folder that was asked for is
/// tried out before the search.
std::string disk_folder(const CheckArguments& arguments, Visited visited);
/// The one run that the arguments describe.
RunRequest single_request(const CheckArguments& arguments, const System& system);

}  // namespace synod
