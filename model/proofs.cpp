#include "model/proofs.hpp"

#include "checker/proof/quorum.hpp"

namespace synod {

const std::vector<proof::TopicInfo>& proofs() {
  static const std::vector<proof::TopicInfo> all = {
      byzantine_topic(),
      byzantine_broadcast_topic(),
      chandy_lamport_topic(),
      crash_consensus_topic(),
      paxos_topic(),
      print_server_topic(),
      proof::quorum_topic(),
      raft_topic(),
      transaction_commit_topic(),
      two_generals_topic(),
      two_phase_commit_topic(),
  };
  return all;
}

}  // namespace synod
