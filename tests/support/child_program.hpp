// Programs that a test starts beside itself, and their ends.
#pragma once

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <string>
#include <thread>
#include <vector>

namespace coppice {

struct ChildProgram {
  std::vector<std::string> words;                  ///< the program and its arguments
  std::map<std::string, std::string> environment;  ///< beside the test's own
  std::filesystem::path out;                       ///< what it prints goes here
  std::filesystem::path err;                       ///< the same file for both is allowed
};

/// Its process id; whoever starts it waits for it.
[[nodiscard]] inline pid_t start_program(const ChildProgram& program) {
  std::vector<std::string> words = program.words;
  std::vector<char*> arguments;
  for (std::string& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  const pid_t child = ::fork();
  if (child != 0) return child;
  const int out = ::open(program.out.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0644);
  const int err = program.out == program.err
                      ? ::dup(out)
                      : ::open(program.err.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0644);
  ::dup2(out, STDOUT_FILENO);
  ::dup2(err, STDERR_FILENO);
  for (const auto& [name, value] : program.environment) {
    ::setenv(name.c_str(), value.c_str(), /*overwrite=*/1);
  }
  ::execv(arguments.front(), arguments.data());
  ::_exit(127);
}

/// Its exit code, or minus the number of the signal that ended it. One that has not ended after
/// `seconds` is killed.
[[nodiscard]] inline int wait_for_end(pid_t child, double seconds) {
  const auto deadline = std::chrono::steady_clock::now() +
                        std::chrono::milliseconds(static_cast<int>(1000 * seconds));
  int status = 0;
  while (::waitpid(child, &status, WNOHANG) == 0) {
    if (std::chrono::steady_clock::now() > deadline) {
      ::kill(child, SIGKILL);
      ::waitpid(child, &status, 0);
      break;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

}  // namespace coppice
