#include "model/proofs.hpp"

namespace synod {

const std::vector<proof::TopicInfo>& proofs() {
  static const std::vector<proof::TopicInfo> all = {
      paxos_topic(),
      raft_topic(),
      transaction_commit_topic(),
  };
  return all;
}

}  // namespace synod
