// Another program, spoken to over one socket that is its stdin and stdout.
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <string>
#include <vector>

namespace coppice {

/// Not for use from two threads at once.
class ChildPipe {
 public:
  /// Starts the program `words[0]`, looked up in PATH, with the other words as its arguments. What
  /// it writes to stderr is dropped. It ends when this object does, or when this process dies.
  /// Throws Error naming the program when it cannot be started; a program that does not exist is
  /// found out by the first `receive`.
  explicit ChildPipe(const std::vector<std::string>& words);
  ~ChildPipe();
  ChildPipe(const ChildPipe&) = delete;
  ChildPipe& operator=(const ChildPipe&) = delete;

  /// Writes all bytes; blocks while the other side does not read. Throws Error when it has ended.
  void send(const void* bytes, std::size_t count);
  /// Waits for exactly `count` bytes. Throws Error saying how the program ended when it did.
  void receive(void* bytes, std::size_t count);

 private:
  [[noreturn]] void fail();

  std::string program_;
  int socket_ = -1;
  pid_t child_ = -1;
};

}  // namespace coppice
