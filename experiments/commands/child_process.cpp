#include "experiments/commands/child_process.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>

#include "supernet/base/error.hpp"
#include "supernet/base/interruption.hpp"

namespace coppice {
namespace {

constexpr int kPollMilliseconds = 100;
constexpr int kCannotStart = 127;

// What runs between fork and exec: system calls only.
[[noreturn]] void become(char* const* arguments, int output, pid_t parent) {
  // In its own group, so that Ctrl-C on the terminal reaches the child once, through us.
  ::setpgid(0, 0);
  ::prctl(PR_SET_PDEATHSIG, SIGTERM);
  if (::getppid() == parent && ::dup2(output, STDOUT_FILENO) >= 0) {
    ::execv("/proc/self/exe", arguments);
  }
  ::_exit(kCannotStart);
}

std::string read_all(int descriptor, pid_t child) {
  std::string output;
  bool passed_on = false;
  std::array<char, 65536> buffer{};
  for (;;) {
    if (interruption_requested() && !passed_on) {
      ::kill(child, SIGTERM);
      passed_on = true;
    }
    pollfd readable{descriptor, POLLIN, 0};
    const int ready = ::poll(&readable, 1, kPollMilliseconds);
    if (ready == 0 || (ready < 0 && errno == EINTR)) continue;
    const ssize_t length = ::read(descriptor, buffer.data(), buffer.size());
    if (length < 0 && errno == EINTR) continue;
    if (length <= 0) return output;
    output.append(buffer.data(), static_cast<std::size_t>(length));
  }
}

}  // namespace

ChildResult run_child(const Words& arguments) {
  std::string name = "coppice";
  Words words = arguments;
  std::vector<char*> pointers{name.data()};
  for (std::string& word : words) pointers.push_back(word.data());
  pointers.push_back(nullptr);

  std::array<int, 2> ends{};
  require(::pipe2(ends.data(), O_CLOEXEC) == 0, "cannot start a step: ", std::strerror(errno));
  const pid_t parent = ::getpid();
  // Inherited: a signal before the child watches for it waits there.
  hold_interruptions();
  const pid_t child = ::fork();
  if (child == 0) become(pointers.data(), ends[1], parent);
  const int reason = errno;
  watch_for_interruption();
  ::close(ends[1]);
  ChildResult result;
  if (child > 0) result.output = read_all(ends[0], child);
  ::close(ends[0]);
  require(child > 0, "cannot start a step: ", std::strerror(reason));

  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  if (WIFSIGNALED(status)) result.signal = WTERMSIG(status);
  if (WIFEXITED(status)) result.exit_code = WEXITSTATUS(status);
  require(result.exit_code != kCannotStart, "cannot start a step: this program cannot be executed");
  return result;
}

}  // namespace coppice
