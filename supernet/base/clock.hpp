// The only place that reads time. Whoever needs it is handed a Clock, so tests can move it.
#pragma once

#include "supernet/base/units.hpp"

namespace coppice {

class Clock {
 public:
  virtual ~Clock() = default;
  /// Time since an arbitrary fixed moment; never goes backwards.
  [[nodiscard]] virtual Seconds now() const = 0;
};

/// std::chrono::steady_clock.
class SteadyClock final : public Clock {
 public:
  [[nodiscard]] Seconds now() const override;
};

/// Stands still until a test moves it.
class FakeClock final : public Clock {
 public:
  [[nodiscard]] Seconds now() const override { return now_; }
  void advance(Seconds time) { now_ += time; }

 private:
  Seconds now_;
};

}  // namespace coppice
