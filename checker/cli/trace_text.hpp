// A trace as people read it.
#pragma once

#include <string>

#include "checker/report/trace.hpp"

namespace synod {

/// Numbered, named steps, each with what it changed; with `full`, each state whole.
std::string trace_text(const Trace& trace, Observer& observer, bool full);

/// What a temporal property says, and of which behaviours.
std::string claim_text(const std::string& name, const std::string& formula,
                       const std::vector<std::string>& fairness);

/// That states are normal forms, and what these are.
std::string normal_form_text(const System& system);

/// A run on normal forms as one of the model itself, three times round; nothing for other runs.
std::string unrolled_text(const System& system, const Trace& trace);

/// Why the property fails (or holds) at the end of the trace: the conjunct and the values read.
std::string explain_property(const Trace& trace, Observer& observer);

/// Why the action, or each of its instances, is enabled or disabled in a state of the trace.
std::string explain_action(const Trace& trace, Observer& observer, const std::string& action,
                           std::size_t at);

}  // namespace synod
