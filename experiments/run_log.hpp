// What happened in a run, line by line.
//
// Apart from all that includes libtorch: newer ones bring an fmt of their own, which the logger's
// headers must not meet.
#pragma once

#include <filesystem>
#include <memory>
#include <string>

namespace spdlog {
class logger;
}

namespace coppice {

/// RUN/log.jsonl: one event a line, each with the time it was written. Goes on below what is there;
/// a line that its writer did not finish is ended first.
class RunLog {
 public:
  /// Throws Error when the file cannot be written.
  explicit RunLog(const std::filesystem::path& run);

  /// `fields` is a JSON object; its members stand behind the time and the event.
  void write(const std::string& event, const std::string& fields);

 private:
  std::shared_ptr<spdlog::logger> log_;
};

}  // namespace coppice
