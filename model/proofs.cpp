#include "model/proofs.hpp"

namespace synod {

const std::vector<proof::TopicInfo>& proofs() {
  static const std::vector<proof::TopicInfo> all = {
      byzantine_topic(),
      crash_consensus_topic(),
      print_server_topic(),
      two_generals_topic(),
  };
  return all;
}

}  // namespace synod
