// Models with one mistake each.
#pragma once

#include <string>
#include <vector>

#include "checker/vocabulary/system.hpp"

namespace synod::test {

struct Broken {
  System system;
  std::vector<std::string> told;  ///< what the message has to name
};
const std::vector<Broken>& broken_systems();

}  // namespace synod::test
