#include "predictors/processor_time.hpp"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>

#include "supernet/base/clock.hpp"

namespace coppice {
namespace {

// Until this process and its children have worked for so long, or a minute has passed.
bool reaches(Seconds time) {
  const SteadyClock clock;
  const Seconds start = clock.now();
  while ((clock.now() - start).value() < 60) {
    if (process_cpu_time() >= time) return true;
    ::usleep(5000);
  }
  return false;
}

TEST(ProcessorTime, GrowsWithTheWorkOfThisProcess) {
  const Seconds start = process_cpu_time();
  volatile double work = 0;
  for (int i = 0; i < 20'000'000; ++i) work = work + 1;
  EXPECT_GT(process_cpu_time(), start);
}

TEST(ProcessorTime, CountsAChildThatRunsAndKeepsItsTimeWhenItHasEnded) {
  const Seconds start = process_cpu_time();
  const pid_t child = ::fork();
  if (child == 0) {
    for (volatile int i = 0;;) i = i + 1;
  }
  ASSERT_GT(child, 0);
  EXPECT_TRUE(reaches(start + Seconds(0.5)));
  ::kill(child, SIGKILL);
  ASSERT_EQ(::waitpid(child, nullptr, 0), child);
  EXPECT_GE(process_cpu_time(), start + Seconds(0.5 - 0.02));
}

}  // namespace
}  // namespace coppice
