// Progress of long work: a bar with rate and time left on a terminal, plain lines elsewhere.
#pragma once

#include <cstdint>
#include <ostream>
#include <string>

#include "supernet/base/clock.hpp"

namespace coppice {

enum class ProgressStyle { none, lines, bar };

/// none when quiet, bar when stderr is a terminal, else lines.
[[nodiscard]] ProgressStyle progress_style(bool quiet);

/// Of one piece of work with a known number of steps. Not thread-safe.
class Progress {
 public:
  /// `label` is what the work is called: "train full". `unit` is what is counted: "images".
  /// `clock` and `out` must outlive this object.
  Progress(std::string label,
           std::string unit,
           std::int64_t total,
           ProgressStyle style,
           const Clock& clock,
           std::ostream& out);
  /// Ends the line of a bar.
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  /// `done` of `total` steps, counted from the start of the work; `note` stands behind: "loss
  /// 1.25". Cheap: draws a bar at most ten times a second, a line at most every five seconds, and
  /// always the last step. The rate counts only what was done since the first call, so that work
  /// which goes on from a checkpoint shows a true one.
  void update(std::int64_t done, const std::string& note = {});

  /// A line of its own, below the bar if one stands; nothing when the style is none.
  void say(const std::string& message);

 private:
  [[nodiscard]] std::string line(std::int64_t done, const std::string& note) const;

  std::string label_;
  std::string unit_;
  std::int64_t total_;
  ProgressStyle style_;
  const Clock& clock_;
  std::ostream& out_;
  std::int64_t first_ = -1;  // done at the first call
  Seconds start_;
  Seconds drawn_;
  std::size_t width_ = 0;  // of the bar that stands on the terminal
};

/// "47 s", "12 min 05 s", "3 h 20 min".
[[nodiscard]] std::string duration_text(Seconds duration);

}  // namespace coppice
