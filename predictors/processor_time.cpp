#include "predictors/processor_time.hpp"

#include <sys/resource.h>
#include <unistd.h>

#include <ctime>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

namespace coppice {
namespace {

namespace fs = std::filesystem;

double seconds_of(const timeval& time) {
  return static_cast<double>(time.tv_sec) + 1e-6 * static_cast<double>(time.tv_usec);
}

double own_seconds() {
  timespec time{};
  ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
}

double ended_children_seconds() {
  rusage usage{};
  ::getrusage(RUSAGE_CHILDREN, &usage);
  return seconds_of(usage.ru_utime) + seconds_of(usage.ru_stime);
}

// utime, stime, cutime and cstime of proc(5), behind the name in brackets, which may hold anything.
// 0 for a child that has just ended.
double child_seconds(const std::string& pid) {
  std::string line;
  std::getline(std::ifstream("/proc/" + pid + "/stat"), line);
  const auto name_end = line.rfind(')');
  if (name_end == std::string::npos) return 0;
  std::istringstream fields(line.substr(name_end + 1));
  std::string skipped;
  for (int i = 3; i < 14; ++i) fields >> skipped;
  double ticks = 0;
  for (int i = 14; i <= 17; ++i) {
    double part = 0;
    fields >> part;
    ticks += part;
  }
  return ticks / static_cast<double>(::sysconf(_SC_CLK_TCK));
}

// Of every thread: the kernel lists a child with the one that started it.
double running_children_seconds() {
  double sum = 0;
  std::error_code gone;  // a thread may end while it is looked at
  for (const auto& thread : fs::directory_iterator("/proc/self/task", gone)) {
    std::ifstream children(thread.path() / "children");
    for (std::string pid; children >> pid;) sum += child_seconds(pid);
  }
  return sum;
}

}  // namespace

Seconds process_cpu_time() {
  return Seconds(own_seconds() + ended_children_seconds() + running_children_seconds());
}

}  // namespace coppice
