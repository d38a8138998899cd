// What the program of this folder has in place of the models of the catalogue.
#include "tests/foreign/foreign.hpp"

namespace synod {

/// Stands in for catalogue() in the program that is built here: support.cmake renames it.
const std::vector<System>& foreign_catalogue() {
  static const std::vector<System> all{bcast_folklore_system(),
                                       chang_roberts_system(),
                                       ewd998_system(),
                                       lamport_mutex_system(),
                                       missionaries_and_cannibals_system(),
                                       readers_writers_system(),
                                       simple_allocator_system(),
                                       spanning_tree_system()};
  return all;
}

}  // namespace synod
