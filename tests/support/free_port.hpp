#pragma once

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

namespace coppice {

/// A port of this machine that nobody listens at.
[[nodiscard]] inline int free_port() {
  const int socket = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t length = sizeof address;
  static_cast<void>(::bind(socket, reinterpret_cast<sockaddr*>(&address), length));
  ::getsockname(socket, reinterpret_cast<sockaddr*>(&address), &length);
  ::close(socket);
  return ntohs(address.sin_port);
}

}  // namespace coppice
