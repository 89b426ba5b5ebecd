// How many processors the parallel loops of a command use.
#pragma once

#include <memory>

namespace coppice {

/// Holds while it lives.
class ThreadLimit {
 public:
  /// REQUIRES threads >= 1.
  explicit ThreadLimit(int threads);
  ~ThreadLimit();
  ThreadLimit(const ThreadLimit&) = delete;
  ThreadLimit& operator=(const ThreadLimit&) = delete;

 private:
  struct Control;
  std::unique_ptr<Control> control_;
};

}  // namespace coppice
