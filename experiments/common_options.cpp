#include "experiments/common_options.hpp"

#include <sched.h>

#include <algorithm>
#include <cctype>
#include <thread>

#include "supernet/base/error.hpp"
#include "supernet/base/launcher.hpp"

namespace coppice {
namespace {

bool is_device(const std::string& device) {
  if (device == "cpu" || device == "cuda") return true;
  const std::string index = device.rfind("cuda:", 0) == 0 ? device.substr(5) : "";
  return !index.empty() && index.size() <= 3 &&
         std::all_of(index.begin(), index.end(), [](unsigned char c) { return std::isdigit(c); });
}

}  // namespace

void bind(CommonOptions& common, OptionSet& options) {
  options.set_common(true);
  options
      .add("config",
           common.config,
           "FILE",
           "INI file with more options; the command line wins over it")
      .as_config();
  options.add("threads", common.threads, "N", "processors to use; 0: all")
      .shows("all this process may use, or its rank's part of the machine");
  options.add("seed", common.seed, "S", "where randomness starts");
  options.add("device", common.device, "DEVICE", "where tensors live: cpu, cuda or cuda:INDEX");
  options.add("json", common.json, "", "print exactly one JSON document on stdout").not_recorded();
  options.add("quiet", common.quiet, "", "no progress, no warnings").not_recorded();
  options.set_common(false);
}

void validate(const CommonOptions& common) {
  require_usage(common.threads >= 0 && common.threads <= 4096,
                "--threads = ",
                common.threads,
                ", must be 1 to 4096, or 0 for all");
  require_usage(is_device(common.device),
                "--device = ",
                common.device,
                ", must be cpu, cuda or cuda:INDEX; a device profile is given with --profile");
}

int available_processors() {
  cpu_set_t set;
  CPU_ZERO(&set);
  if (::sched_getaffinity(0, sizeof set, &set) == 0) return std::max(1, CPU_COUNT(&set));
  return std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
}

int default_threads() {
  const int processors = available_processors();
  const bool whole_machine = processors >= static_cast<int>(std::thread::hardware_concurrency());
  if (!whole_machine) return processors;
  try {
    return std::max(1, processors / std::max(1, launched_rank().local_size));
  } catch (const Error&) {
    return processors;  // commands that run in several processes tell what is wrong
  }
}

}  // namespace coppice
