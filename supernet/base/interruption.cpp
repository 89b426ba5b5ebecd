#include "supernet/base/interruption.hpp"

#include <atomic>
#include <csignal>

namespace coppice {
namespace {

std::atomic<bool> requested{false};
static_assert(std::atomic<bool>::is_always_lock_free, "the signal handler writes it");

void on_signal(int signal_number) {
  requested.store(true);
  std::signal(signal_number, SIG_DFL);
}

}  // namespace

void watch_for_interruption() {
  std::signal(SIGINT, on_signal);
  std::signal(SIGTERM, on_signal);
}

bool interruption_requested() noexcept { return requested.load(std::memory_order_relaxed); }

void request_interruption(bool value) noexcept { requested.store(value); }

}  // namespace coppice
