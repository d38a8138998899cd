// The version that `synod --version` and trace files name.
#pragma once

namespace synod {

inline constexpr const char* version = "0.1.0";

}  // namespace synod
