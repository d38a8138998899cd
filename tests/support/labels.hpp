// Action instances by name, for models whose actions are about no message on its way.
#pragma once

#include <string>

#include "checker/report/text.hpp"

namespace synod::test {

inline std::string label_text(Observer& observer, std::uint32_t label) {
  return step_text(observer, observer.initial()[0], label);
}

inline std::uint32_t parse_label(Observer& observer, std::string_view text) {
  return parse_step(observer, observer.initial()[0], text);
}

}  // namespace synod::test
