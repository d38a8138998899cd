// Every system that Synod contains.
#pragma once

#include <vector>

#include "checker/vocabulary/system.hpp"

namespace synod {

/// All systems, by name. Built on first use; lives as long as the process.
const std::vector<System>& catalogue();

System byzantine_broadcast_system();
System byzantine_om_system();
System chandy_lamport_system();
System flp_system();
System paxos_system();
System raft_system();
System transaction_commit_system();
System two_phase_commit_system();

}  // namespace synod
