// Node.js where it is installed.
#pragma once

#include <cstdlib>

namespace coppice {

inline bool node_is_missing() { return std::system("node --version > /dev/null 2>&1") != 0; }

}  // namespace coppice
