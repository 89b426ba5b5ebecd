#include "experiments/run_log.hpp"

#include <spdlog/logger.h>
#include <spdlog/sinks/basic_file_sink.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <utility>

#include "experiments/metering.hpp"
#include "experiments/run_folder.hpp"
#include "supernet/base/error.hpp"

namespace coppice {

RunLog::RunLog(const std::filesystem::path& run) {
  const auto path = run / kRunLogFile;
  std::ifstream before(path, std::ios::binary | std::ios::ate);
  const bool any = before.good() && before.tellg() > 0;
  const bool cut = any && before.seekg(-1, std::ios::end).get() != '\n';
  try {
    auto sink = std::make_shared<spdlog::sinks::basic_file_sink_st>(path.string());
    log_ = std::make_shared<spdlog::logger>("run", std::move(sink));
  } catch (const spdlog::spdlog_ex& error) {
    throw Error(text("cannot write ", path.string(), ": ", error.what()));
  }
  log_->set_pattern("%v");
  log_->flush_on(spdlog::level::info);
  if (cut) log_->info("");
}

void RunLog::write(const std::string& event, const std::string& fields) {
  nlohmann::ordered_json line{{"time", utc_now()}, {"event", event}};
  line.update(nlohmann::ordered_json::parse(fields));
  log_->info(line.dump());
}

}  // namespace coppice
