#include "model/catalogue.hpp"

namespace synod {

const std::vector<System>& catalogue() {
  static const std::vector<System> systems = {
      byzantine_broadcast_system(),
      byzantine_om_system(),
      chandy_lamport_system(),
      flp_system(),
      paxos_system(),
      raft_system(),
      transaction_commit_system(),
      two_phase_commit_system(),
  };
  return systems;
}

}  // namespace synod
