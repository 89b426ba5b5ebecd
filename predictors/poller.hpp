// A thread that does something small again and again, for as long as it exists.
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>

namespace coppice {

class Poller {
 public:
  /// Calls `work` from a thread of its own every `period`. `work` must not throw.
  Poller(std::function<void()> work, std::chrono::milliseconds period);
  /// Returns when the thread has ended; whatever `work` uses must live until then.
  ~Poller();
  Poller(const Poller&) = delete;
  Poller& operator=(const Poller&) = delete;

 private:
  void run(std::chrono::milliseconds period);

  std::function<void()> work_;
  std::mutex mutex_;
  std::condition_variable wake_;
  bool stop_ = false;
  std::thread thread_;  // last: it uses all of the above
};

}  // namespace coppice
