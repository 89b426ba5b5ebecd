#include "experiments/progress.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>

namespace coppice {
namespace {

constexpr Seconds kBarInterval(0.1);
constexpr Seconds kLineInterval(5.0);
constexpr int kBarWidth = 24;

std::string rate_text(double rate) {
  return rate < 10 ? fmt::format("{:.2f}", rate) : fmt::format("{:.0f}", rate);
}

}  // namespace

ProgressStyle progress_style(bool quiet) {
  if (quiet) return ProgressStyle::none;
  return ::isatty(STDERR_FILENO) == 1 ? ProgressStyle::bar : ProgressStyle::lines;
}

Progress::Progress(std::string label,
                   std::string unit,
                   std::int64_t total,
                   ProgressStyle style,
                   const Clock& clock,
                   std::ostream& out)
    : label_(std::move(label)),
      unit_(std::move(unit)),
      total_(total),
      style_(style),
      clock_(clock),
      out_(out),
      start_(clock.now()),
      drawn_(start_) {}

Progress::~Progress() {
  if (width_ > 0) out_ << '\n' << std::flush;
}

void Progress::say(const std::string& message) {
  if (style_ == ProgressStyle::none) return;
  if (width_ > 0) out_ << '\n';
  width_ = 0;
  out_ << message << '\n' << std::flush;
}

void Progress::update(std::int64_t done, const std::string& note) {
  if (style_ == ProgressStyle::none) return;
  const Seconds now = clock_.now();
  if (first_ < 0) {
    first_ = done;
    start_ = now;
  }
  const Seconds interval = style_ == ProgressStyle::bar ? kBarInterval : kLineInterval;
  if (done < total_ && now - drawn_ < interval) return;
  drawn_ = now;
  const std::string text = line(done, note);
  if (style_ == ProgressStyle::lines) {
    out_ << text << '\n' << std::flush;
    return;
  }
  // Blanks cover what is left of a longer line before.
  const std::string blanks(width_ > text.size() ? width_ - text.size() : 0, ' ');
  out_ << '\r' << text << blanks << std::flush;
  width_ = text.size();
}

std::string Progress::line(std::int64_t done, const std::string& note) const {
  const double share =
      total_ > 0 ? std::clamp(static_cast<double>(done) / static_cast<double>(total_), 0.0, 1.0)
                 : 1.0;
  std::string out = label_ + " ";
  if (style_ == ProgressStyle::bar) {
    const auto filled = static_cast<std::size_t>(std::lround(share * kBarWidth));
    out += "[" + std::string(filled, '#') + std::string(kBarWidth - filled, '.') + "] ";
  }
  out += fmt::format("{:.0f} % {}/{} {}", std::floor(share * 100), done, total_, unit_);
  const Seconds elapsed = clock_.now() - start_;
  if (done > first_ && elapsed > Seconds(0)) {
    const double rate = static_cast<double>(done - first_) / elapsed.value();
    out += ", " + rate_text(rate) + " " + unit_ + "/s";
    if (done < total_) {
      const Seconds left(static_cast<double>(total_ - done) / rate);
      out += ", " + duration_text(left) + " left";
    }
  }
  return note.empty() ? out : out + ", " + note;
}

std::string duration_text(Seconds duration) {
  const auto seconds = static_cast<std::int64_t>(std::llround(std::max(0.0, duration.value())));
  if (seconds < 60) return fmt::format("{} s", seconds);
  if (seconds < 3600) return fmt::format("{} min {:02} s", seconds / 60, seconds % 60);
  return fmt::format("{} h {:02} min", seconds / 3600, seconds % 3600 / 60);
}

}  // namespace coppice
