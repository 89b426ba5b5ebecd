// Sees at once when one of several processes that work together ends, and ends the others, too.
//
// Every rank keeps a connection to rank 0. The kernel closes it when its process dies, however it
// dies, and keepalive probes find out within eight seconds when a whole machine is gone; a process
// that is only slow or stopped is not taken for dead. The same connections carry a wish to stop
// from the rank that got a signal to all others.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "supernet/base/units.hpp"

namespace coppice {

/// One for the whole life of a group of ranks. When a rank is lost, a blocked main thread has two
/// seconds to end on its own; then the process prints one line and ends with exit code 1.
class RankWatch {
 public:
  /// REQUIRES 0 <= rank < size. Opens nothing but, at rank 0, a port of its own.
  RankWatch(int rank, int size);
  /// Without leave() before it, the others see this rank end.
  ~RankWatch();
  RankWatch(const RankWatch&) = delete;
  RankWatch& operator=(const RankWatch&) = delete;

  /// Rank 0's port, which the others have to be told; 0 elsewhere.
  [[nodiscard]] int port() const noexcept;

  /// Waits until every rank is there. `host` and `port` are rank 0's. Throws Error naming the
  /// missing ranks after `patience`, and Error(interrupted).
  void meet(const std::string& host, int port, Seconds patience);

  /// What the message about a lost rank ends with: how to go on.
  void set_advice(const std::string& advice);

  /// The message about a lost rank: its number, process and machine, and the advice. Waits up to
  /// `patience` for the news; empty when none comes.
  [[nodiscard]] std::string lost(Seconds patience) const;

  /// This rank has done its work: its end is no loss to the others.
  void leave();

 private:
  class Body;
  std::unique_ptr<Body> body_;
};

/// Whether a name or address of a machine can be resolved.
[[nodiscard]] bool is_known_host(const std::string& host);

/// Connects to a port of another process and closes again; false when nobody listens.
[[nodiscard]] bool is_listening(const std::string& host, int port);

/// Whether this process could listen at the port. 0 < port < 65536.
[[nodiscard]] bool is_free_port(int port);

}  // namespace coppice
