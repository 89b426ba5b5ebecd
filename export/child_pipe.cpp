#include "export/child_pipe.hpp"

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>

#include "supernet/base/error.hpp"

namespace coppice {
namespace {

constexpr int kCannotStart = 127;

// What runs between fork and exec: system calls only.
[[noreturn]] void become(char* const* words, int socket, pid_t parent) {
  // In its own group: Ctrl-C on the terminal is for us, and the child ends with us.
  ::setpgid(0, 0);
  ::prctl(PR_SET_PDEATHSIG, SIGTERM);
  std::signal(SIGINT, SIG_DFL);
  std::signal(SIGTERM, SIG_DFL);
  const int nowhere = ::open("/dev/null", O_WRONLY | O_CLOEXEC);
  if (::getppid() == parent && ::dup2(socket, STDIN_FILENO) >= 0 &&
      ::dup2(socket, STDOUT_FILENO) >= 0 && ::dup2(nowhere, STDERR_FILENO) >= 0) {
    ::execvp(words[0], words);
  }
  ::_exit(kCannotStart);
}

std::string how_it_ended(int status) {
  if (WIFSIGNALED(status)) return text("it was ended by signal ", WTERMSIG(status));
  const int code = WIFEXITED(status) ? WEXITSTATUS(status) : 0;
  return code == kCannotStart ? "it is not installed" : text("it ended with exit code ", code);
}

}  // namespace

ChildPipe::ChildPipe(const std::vector<std::string>& words) : program_(words.front()) {
  std::vector<std::string> copies = words;
  std::vector<char*> pointers;
  for (std::string& word : copies) pointers.push_back(word.data());
  pointers.push_back(nullptr);

  std::array<int, 2> ends{};
  require(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) == 0,
          "cannot start ",
          program_,
          ": ",
          std::strerror(errno));
  const pid_t parent = ::getpid();
  child_ = ::fork();
  if (child_ == 0) become(pointers.data(), ends[1], parent);
  const int reason = errno;
  ::close(ends[1]);
  socket_ = ends[0];
  if (child_ < 0) ::close(socket_);
  require(child_ > 0, "cannot start ", program_, ": ", std::strerror(reason));
}

ChildPipe::~ChildPipe() {
  ::close(socket_);  // the child reads the end of its input
  if (child_ < 0) return;
  while (::waitpid(child_, nullptr, 0) < 0 && errno == EINTR) {
  }
}

void ChildPipe::fail() {
  int status = 0;
  ::shutdown(socket_, SHUT_RDWR);
  while (::waitpid(child_, &status, 0) < 0 && errno == EINTR) {
  }
  child_ = -1;
  throw Error(text(program_, " does not answer: ", how_it_ended(status)));
}

void ChildPipe::send(const void* bytes, std::size_t count) {
  const char* next = static_cast<const char*>(bytes);
  while (count > 0) {
    const ssize_t sent = ::send(socket_, next, count, MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) continue;
    if (sent <= 0) fail();
    next += sent;
    count -= static_cast<std::size_t>(sent);
  }
}

void ChildPipe::receive(void* bytes, std::size_t count) {
  char* next = static_cast<char*>(bytes);
  while (count > 0) {
    const ssize_t got = ::recv(socket_, next, count, 0);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) fail();
    next += got;
    count -= static_cast<std::size_t>(got);
  }
}

}  // namespace coppice
