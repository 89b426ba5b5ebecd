#include "supernet/base/interruption.hpp"

#include <atomic>
#include <csignal>
#include <cstdint>
#include <ctime>

#include "supernet/base/error.hpp"

namespace coppice {
namespace {

std::atomic<bool> requested{false};
static_assert(std::atomic<bool>::is_always_lock_free, "the signal handler writes it");

/// `timeout` and some shells send one wish twice, to the process and to its group.
constexpr std::int64_t kOneWishMs = 500;

std::atomic<std::int64_t> asked_at_ms{0};
static_assert(std::atomic<std::int64_t>::is_always_lock_free, "the signal handler writes it");

std::int64_t now_ms() {
  timespec now{};
  ::clock_gettime(CLOCK_MONOTONIC, &now);
  return std::int64_t{now.tv_sec} * 1000 + now.tv_nsec / 1'000'000;
}

void on_signal(int signal_number) {
  if (!requested.exchange(true)) {
    asked_at_ms.store(now_ms());
  } else if (now_ms() - asked_at_ms.load() > kOneWishMs) {
    std::signal(signal_number, SIG_DFL);
    std::raise(signal_number);
  }
}

// SIG_BLOCK or SIG_UNBLOCK; what threads that run already do with signals stays as it is.
void mask_interruptions(int how) {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  ::pthread_sigmask(how, &signals, nullptr);
}

}  // namespace

void watch_for_interruption() {
  std::signal(SIGINT, on_signal);
  std::signal(SIGTERM, on_signal);
  mask_interruptions(SIG_UNBLOCK);
}

void hold_interruptions() { mask_interruptions(SIG_BLOCK); }

bool interruption_requested() noexcept { return requested.load(std::memory_order_relaxed); }

void stop_if_interrupted(const std::string& when) {
  if (interruption_requested()) throw Error("interrupted " + when, Failure::interrupted);
}

void request_interruption(bool value) noexcept { requested.store(value); }

}  // namespace coppice
