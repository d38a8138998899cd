// What `synod prove` can prove.
#pragma once

#include <vector>

#include "checker/proof/obligation.hpp"

namespace synod {

proof::TopicInfo chandy_lamport_topic();
proof::TopicInfo paxos_topic();
proof::TopicInfo raft_topic();
proof::TopicInfo transaction_commit_topic();
proof::TopicInfo two_phase_commit_topic();

/// In alphabetical order.
const std::vector<proof::TopicInfo>& proofs();

}  // namespace synod
