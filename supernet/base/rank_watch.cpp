#include "supernet/base/rank_watch.hpp"

#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <cstring>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

#include "supernet/base/error.hpp"
#include "supernet/base/interruption.hpp"

namespace coppice {
namespace {

using SteadyTime = std::chrono::steady_clock::time_point;

constexpr int kPollMs = 100;
constexpr std::chrono::seconds kGrace{2};

enum class NoteKind : std::uint32_t { hello = 0xc0991ce, met, interrupted, lost, left };

// What goes over the connections. All ranks run the same program on machines of one kind.
struct Note {
  NoteKind kind = NoteKind::hello;
  std::int32_t rank = 0;
  std::array<char, 120> text{};
};

Note make_note(NoteKind kind, int rank, const std::string& text) {
  Note note;
  note.kind = kind;
  note.rank = rank;
  text.copy(note.text.data(), note.text.size() - 1);
  return note;
}

// A socket that closes itself.
class Socket {
 public:
  Socket() = default;
  explicit Socket(int descriptor) : descriptor_(descriptor) {}
  Socket(Socket&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}
  Socket& operator=(Socket&& other) noexcept {
    std::swap(descriptor_, other.descriptor_);
    return *this;
  }
  ~Socket() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }
  Socket(const Socket&) = delete;
  Socket& operator=(const Socket&) = delete;

  [[nodiscard]] int get() const noexcept { return descriptor_; }
  [[nodiscard]] bool open() const noexcept { return descriptor_ >= 0; }

 private:
  int descriptor_ = -1;
};

void set(const Socket& socket, int level, int name, int value) {
  ::setsockopt(socket.get(), level, name, &value, sizeof value);
}

// A machine that is gone answers no probe: three of them, every two seconds.
void keep_alive(const Socket& socket) {
  set(socket, SOL_SOCKET, SO_KEEPALIVE, 1);
  set(socket, IPPROTO_TCP, TCP_KEEPIDLE, 2);
  set(socket, IPPROTO_TCP, TCP_KEEPINTVL, 2);
  set(socket, IPPROTO_TCP, TCP_KEEPCNT, 3);
  set(socket, IPPROTO_TCP, TCP_USER_TIMEOUT, 8000);
  set(socket, IPPROTO_TCP, TCP_NODELAY, 1);
}

Socket bound_to(int port) {
  for (const int family : {AF_INET6, AF_INET}) {
    Socket socket(::socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0));
    if (!socket.open()) continue;
    set(socket, SOL_SOCKET, SO_REUSEADDR, 1);
    sockaddr_storage address{};
    socklen_t length = sizeof(sockaddr_in);
    if (family == AF_INET6) {
      auto* in6 = reinterpret_cast<sockaddr_in6*>(&address);
      in6->sin6_family = AF_INET6;
      in6->sin6_port = htons(static_cast<std::uint16_t>(port));
      length = sizeof(sockaddr_in6);
      set(socket, IPPROTO_IPV6, IPV6_V6ONLY, 0);
    } else {
      auto* in4 = reinterpret_cast<sockaddr_in*>(&address);
      in4->sin_family = AF_INET;
      in4->sin_port = htons(static_cast<std::uint16_t>(port));
    }
    if (::bind(socket.get(), reinterpret_cast<sockaddr*>(&address), length) == 0 &&
        ::listen(socket.get(), SOMAXCONN) == 0) {
      return socket;
    }
  }
  return {};
}

int port_of(const Socket& socket) {
  sockaddr_storage address{};
  socklen_t length = sizeof address;
  ::getsockname(socket.get(), reinterpret_cast<sockaddr*>(&address), &length);
  return ntohs(address.ss_family == AF_INET6
                   ? reinterpret_cast<const sockaddr_in6*>(&address)->sin6_port
                   : reinterpret_cast<const sockaddr_in*>(&address)->sin_port);
}

Socket connected_to(const std::string& host, int port) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  if (::getaddrinfo(host.c_str(), std::to_string(port).c_str(), &hints, &found) != 0) return {};
  Socket connected;
  for (const addrinfo* at = found; at != nullptr && !connected.open(); at = at->ai_next) {
    Socket socket(::socket(at->ai_family, SOCK_STREAM | SOCK_CLOEXEC, at->ai_protocol));
    if (socket.open() && ::connect(socket.get(), at->ai_addr, at->ai_addrlen) == 0) {
      connected = std::move(socket);
    }
  }
  ::freeaddrinfo(found);
  return connected;
}

bool is_readable(const Socket& socket, int wait_ms) {
  pollfd wanted{socket.get(), POLLIN, 0};
  return ::poll(&wanted, 1, wait_ms) > 0;
}

bool send_note(const Socket& socket, const Note& note) {
  return ::send(socket.get(), &note, sizeof note, MSG_NOSIGNAL) == sizeof note;
}

// Notes are written at once, so their bytes come together.
bool receive_note(const Socket& socket, Note& note) {
  return ::recv(socket.get(), &note, sizeof note, MSG_WAITALL) == sizeof note;
}

std::string this_process() {
  std::array<char, 64> host{};
  ::gethostname(host.data(), host.size() - 1);
  return text("process ", ::getpid(), " on ", host.data());
}

SteadyTime deadline_after(Seconds patience) {
  return std::chrono::steady_clock::now() +
         std::chrono::duration_cast<std::chrono::steady_clock::duration>(
             std::chrono::duration<double>(patience.value()));
}

[[noreturn]] void end_process(const std::string& message) {
  const std::string line = "coppice: " + message + "\n";
  static_cast<void>(!::write(STDERR_FILENO, line.data(), line.size()));
  ::_exit(static_cast<int>(Failure::run));
}

}  // namespace

class RankWatch::Body {
 public:
  Body(int rank, int size) : rank_(rank), peers_(rank == 0 ? static_cast<std::size_t>(size) : 1) {
    size_ = size;
    if (rank > 0) return;
    listener_ = bound_to(0);
    require(listener_.open(), "cannot listen for the other ranks: ", std::strerror(errno));
  }

  ~Body() {
    stop();
    for (Peer& peer : peers_) peer.socket = Socket();
  }

  [[nodiscard]] int port() const { return rank_ == 0 ? port_of(listener_) : 0; }

  void meet(const std::string& host, int port, Seconds patience) {
    const SteadyTime deadline = deadline_after(patience);
    if (rank_ == 0) {
      accept_all(deadline);
    } else {
      join(host, port, deadline);
    }
    thread_ = std::thread([this] { watch(); });
  }

  void set_advice(const std::string& advice) {
    const std::lock_guard<std::mutex> lock(mutex_);
    advice_ = advice;
  }

  [[nodiscard]] std::string lost(Seconds patience) {
    std::unique_lock<std::mutex> lock(mutex_);
    changed_.wait_until(lock, deadline_after(patience), [this] { return !lost_.empty(); });
    return lost_.empty() ? "" : lost_ + advice_;
  }

  void leave() {
    stop();
    for (const Peer& peer : peers_) {
      if (peer.socket.open()) send_note(peer.socket, make_note(NoteKind::left, rank_, ""));
    }
  }

 private:
  // Rank 0 has one for every rank, its own unused; the others have rank 0 alone.
  struct Peer {
    Socket socket;
    std::string who;
    bool left = false;
  };

  void accept_all(SteadyTime deadline) {
    for (int here = 1; here < size_;) {
      stop_if_interrupted("while waiting for the other ranks");
      require(std::chrono::steady_clock::now() < deadline, missing_text());
      if (is_readable(listener_, kPollMs) && accept_one()) ++here;
    }
    tell_all(make_note(NoteKind::met, 0, this_process()));
    listener_ = Socket();
  }

  // False for a visitor that is no rank.
  bool accept_one() {
    Socket socket(::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC));
    Note hello;
    const bool spoke = socket.open() && is_readable(socket, 2000) && receive_note(socket, hello);
    if (!spoke || hello.kind != NoteKind::hello) return false;
    require(hello.rank > 0 && hello.rank < size_,
            "a process says that it is rank ",
            hello.rank,
            " of ",
            size_,
            "; all need the same number of ranks");
    Peer& peer = peers_[static_cast<std::size_t>(hello.rank)];
    require(!peer.socket.open(), "two processes say that they are rank ", hello.rank);
    keep_alive(socket);
    peer.socket = std::move(socket);
    peer.who = hello.text.data();
    return true;
  }

  [[nodiscard]] std::string missing_text() const {
    std::string missing;
    for (int rank = 1; rank < size_; ++rank) {
      if (peers_[static_cast<std::size_t>(rank)].socket.open()) continue;
      missing += (missing.empty() ? "" : ", ") + std::to_string(rank);
    }
    return text("waited in vain for rank ",
                missing,
                " of ",
                size_,
                "; every rank has to be started, with the same environment but its own number");
  }

  void join(const std::string& host, int port, SteadyTime deadline) {
    Peer& leader = peers_.front();
    while (!leader.socket.open()) {
      stop_if_interrupted("while waiting for the other ranks");
      require(std::chrono::steady_clock::now() < deadline, "cannot reach rank 0 at ", host);
      leader.socket = connected_to(host, port);
      if (!leader.socket.open()) std::this_thread::sleep_for(std::chrono::milliseconds(kPollMs));
    }
    keep_alive(leader.socket);
    send_note(leader.socket, make_note(NoteKind::hello, rank_, this_process()));
    while (!is_readable(leader.socket, kPollMs)) {
      stop_if_interrupted("while waiting for the other ranks");
    }
    Note met;
    require(receive_note(leader.socket, met) && met.kind == NoteKind::met,
            "rank 0 has ended while waiting for the other ranks; it says why");
    leader.who = met.text.data();
  }

  void tell_all(const Note& note) {
    for (const Peer& peer : peers_) {
      if (peer.socket.open() && !peer.left) send_note(peer.socket, note);
    }
  }

  void watch() {
    bool told = false;
    while (!stopping()) {
      if (!told && interruption_requested()) {
        told = true;
        tell_all(make_note(NoteKind::interrupted, rank_, ""));
      }
      look_at_peers();
    }
  }

  void look_at_peers() {
    std::vector<pollfd> wanted;
    std::vector<std::size_t> whose;
    for (std::size_t i = 0; i < peers_.size(); ++i) {
      if (!peers_[i].socket.open()) continue;
      wanted.push_back({peers_[i].socket.get(), POLLIN, 0});
      whose.push_back(i);
    }
    ::poll(wanted.data(), wanted.size(), kPollMs);
    for (std::size_t i = 0; i < wanted.size(); ++i) {
      if (wanted[i].revents != 0) hear(whose[i]);
    }
  }

  void hear(std::size_t index) {
    Peer& peer = peers_[index];
    Note note;
    if (!receive_note(peer.socket, note)) {
      const bool expected = peer.left;
      peer.socket = Socket();
      if (!expected) lose(static_cast<int>(index), peer.who);
    } else if (note.kind == NoteKind::interrupted) {
      request_interruption();
    } else if (note.kind == NoteKind::lost) {
      lose(note.rank, note.text.data());
    } else if (note.kind == NoteKind::left) {
      peer.left = true;
    }
  }

  void lose(int rank, const std::string& who) {
    tell_all(make_note(NoteKind::lost, rank, who));
    std::unique_lock<std::mutex> lock(mutex_);
    if (lost_.empty()) lost_ = text("rank ", rank, " of ", size_, " (", who, ") has ended");
    changed_.notify_all();
    const bool ended = changed_.wait_for(lock, kGrace, [this] { return stop_; });
    if (!ended) end_process(lost_ + advice_);
  }

  [[nodiscard]] bool stopping() {
    const std::lock_guard<std::mutex> lock(mutex_);
    return stop_;
  }

  void stop() {
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      stop_ = true;
      changed_.notify_all();
    }
    if (thread_.joinable()) thread_.join();
  }

  int rank_;
  int size_;
  Socket listener_;
  std::vector<Peer> peers_;
  std::thread thread_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool stop_ = false;
  std::string lost_;
  std::string advice_;
};

RankWatch::RankWatch(int rank, int size) : body_(std::make_unique<Body>(rank, size)) {}
RankWatch::~RankWatch() = default;

int RankWatch::port() const noexcept { return body_->port(); }

void RankWatch::meet(const std::string& host, int port, Seconds patience) {
  body_->meet(host, port, patience);
}

void RankWatch::set_advice(const std::string& advice) { body_->set_advice(advice); }

std::string RankWatch::lost(Seconds patience) const { return body_->lost(patience); }

void RankWatch::leave() { body_->leave(); }

bool is_known_host(const std::string& host) {
  addrinfo* found = nullptr;
  if (::getaddrinfo(host.c_str(), nullptr, nullptr, &found) != 0) return false;
  ::freeaddrinfo(found);
  return true;
}

bool is_listening(const std::string& host, int port) { return connected_to(host, port).open(); }

bool is_free_port(int port) { return bound_to(port).open(); }

}  // namespace coppice
