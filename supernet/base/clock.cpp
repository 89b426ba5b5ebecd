#include "supernet/base/clock.hpp"

#include <chrono>

namespace coppice {

Seconds SteadyClock::now() const {
  const std::chrono::duration<double> since = std::chrono::steady_clock::now().time_since_epoch();
  return Seconds(since.count());
}

}  // namespace coppice
