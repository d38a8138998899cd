// What the program of this folder has in place of the models of the catalogue.
#include "tests/tutorial/broken.hpp"

namespace synod {

System at_most_once_system();

/// Stands in for catalogue() in the program that is built here: support.cmake renames it.
const std::vector<System>& tutorial_catalogue() {
  static const std::vector<System> all = [] {
    std::vector<System> systems{at_most_once_system()};
    for (const test::Broken& broken : test::broken_systems()) systems.push_back(broken.system);
    return systems;
  }();
  return all;
}

}  // namespace synod
