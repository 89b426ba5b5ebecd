// The one exception of the project and the helpers that build its messages.
//
// A message says what was asked, what was found and what is allowed, in one line:
// "learning_rate = -0.1, must be > 0". It is caught once, in main.
#pragma once

#include <sstream>
#include <stdexcept>
#include <string>

namespace coppice {

/// Why a call failed. The values are the program's exit codes (see its contract).
enum class Failure : int {
  run = 1,           ///< unreadable file, wrong data, no disk space ...
  usage = 2,         ///< bad option, bad value, bad configuration
  unreachable = 3,   ///< no architecture satisfies the limits
  interrupted = 130  ///< stopped by a signal; state was saved
};

/// Thrown by every part of Coppice. `what()` is one line without a trailing newline.
class Error : public std::runtime_error {
 public:
  explicit Error(const std::string& message, Failure failure = Failure::run)
      : std::runtime_error(message), failure_(failure) {}
  [[nodiscard]] Failure failure() const noexcept { return failure_; }

 private:
  Failure failure_;
};

/// Joins the parts as `operator<<` prints them: text("kernel ", 4, " is not offered").
template <class... Parts>
[[nodiscard]] std::string text(const Parts&... parts) {
  std::ostringstream out;
  (out << ... << parts);
  return out.str();
}

/// Throws Error(Failure::run) with the joined parts unless `condition` holds.
template <class... Parts>
void require(bool condition, const Parts&... parts) {
  if (!condition) throw Error(text(parts...));
}

/// Like require, for what the user typed: throws Error(Failure::usage).
template <class... Parts>
void require_usage(bool condition, const Parts&... parts) {
  if (!condition) throw Error(text(parts...), Failure::usage);
}

}  // namespace coppice
