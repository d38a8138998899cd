#include "model/catalogue.hpp"

#include "tests/tutorial/broken.hpp"

namespace synod {

System at_most_once_system();

const std::vector<System>& catalogue() {
  static const std::vector<System> all = [] {
    std::vector<System> systems{at_most_once_system()};
    for (const test::Broken& broken : test::broken_systems()) systems.push_back(broken.system);
    return systems;
  }();
  return all;
}

}  // namespace synod
