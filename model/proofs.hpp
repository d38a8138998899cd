// What `synod prove` can prove.
#pragma once

#include <vector>

#include "checker/proof/obligation.hpp"

namespace synod {

/// Quorums of n - k; OM(k); all algorithms of few rounds.
proof::TopicInfo byzantine_topic();
proof::TopicInfo byzantine_broadcast_topic();
proof::TopicInfo chandy_lamport_topic();
/// k + 1 rounds, for small groups; and n > 2f where the network may be partitioned.
proof::TopicInfo crash_consensus_topic();
proof::TopicInfo paxos_topic();
/// Two strategies of the server, four of the client, three points at which the server crashes.
proof::TopicInfo print_server_topic();
proof::TopicInfo raft_topic();
proof::TopicInfo transaction_commit_topic();
/// For each number of messages: there is no rule by which to decide.
proof::TopicInfo two_generals_topic();
proof::TopicInfo two_phase_commit_topic();

/// In alphabetical order.
const std::vector<proof::TopicInfo>& proofs();

}  // namespace synod
