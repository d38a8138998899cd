// A trace as people read it.
#pragma once

#include <string>

#include "checker/report/trace.hpp"

namespace synod {

/// Numbered, named steps, each with what it changed; with `full`, each state whole.
std::string trace_text(const Trace& trace, Observer& observer, bool full);

/// Why the property fails (or holds) at the end of the trace: the conjunct and the values read.
std::string explain_property(const Trace& trace, Observer& observer);

/// Why the action, or each of its instances, is enabled or disabled in a state of the trace.
std::string explain_action(const Trace& trace, Observer& observer, const std::string& action,
                           std::size_t at);

}  // namespace synod
