#include "predictors/poller.hpp"

#include <utility>

namespace coppice {

Poller::Poller(std::function<void()> work, std::chrono::milliseconds period)
    : work_(std::move(work)), thread_([this, period] { run(period); }) {}

Poller::~Poller() {
  {
    const std::lock_guard lock(mutex_);
    stop_ = true;
  }
  wake_.notify_all();
  thread_.join();
}

void Poller::run(std::chrono::milliseconds period) {
  std::unique_lock lock(mutex_);
  while (!wake_.wait_for(lock, period, [this] { return stop_; })) work_();
}

}  // namespace coppice
