// Models of modules of tlaplus/Examples that others have published: what a user of the vocabulary
// would write.
#pragma once

#include "checker/vocabulary/system.hpp"

namespace synod {

System bcast_folklore_system();
System chang_roberts_system();
System ewd998_system();
System lamport_mutex_system();
System missionaries_and_cannibals_system();
System readers_writers_system();
System simple_allocator_system();
System spanning_tree_system();

}  // namespace synod
