#include "predictors/cpu_model.hpp"

#include <sched.h>

#include <algorithm>
#include <cmath>
#include <sstream>

#include "supernet/base/error.hpp"

namespace coppice {
namespace {

struct KnownChip {
  const char* name;  // a part of the "model name" of /proc/cpuinfo
  double tdp_watts;
  int threads;
};

// TDP: mlco2/codecarbon, data/hardware/cpu_power.csv (b05965e and 071eb77), which lists the
// makers' figures. It has no hardware threads. Ours were compared with published lists of the EPYC
// 7003 series and the Xeon 8480+; the others are common knowledge, not looked up. The 7B12 is made
// for one cloud and has no public data sheet.
constexpr KnownChip kKnownChips[] = {
    {"AMD EPYC 7742", 225, 128},
    {"AMD EPYC 7763", 280, 128},
    {"AMD EPYC 7713", 225, 128},
    {"AMD EPYC 7B12", 240, 128},
    {"AMD EPYC 7543", 225, 64},
    {"AMD EPYC 7601", 180, 64},
    {"E5-2690 v4", 135, 28},
    {"Xeon(R) Gold 6248 ", 150, 40},
    {"Xeon(R) Platinum 8480+", 350, 112},
    {"i9-13900K ", 125, 32},
};

// CodeCarbon 3.3.0, core/cpu.py: power of a hardware thread of an unknown processor.
constexpr double kUnknownThreadWatts = 4.0;

std::string trimmed(const std::string& value) {
  const auto first = value.find_first_not_of(" \t");
  if (first == std::string::npos) return {};
  return value.substr(first, value.find_last_not_of(" \t\r") - first + 1);
}

int memory_modules(double gigabytes) {
  if (gigabytes <= 2) return 1;
  if (gigabytes <= 16) return 2;
  if (gigabytes <= 64) return 4;
  if (gigabytes <= 128) return 8;
  double size = 4;
  for (const double candidate : {128.0, 64.0, 32.0, 16.0, 8.0}) {
    if (candidate <= gigabytes / 8) {
      size = candidate;
      break;
    }
  }
  return static_cast<int>(std::min(32.0, std::ceil(gigabytes / size)));
}

}  // namespace

CpuInfo parse_cpu_info(const std::string& cpuinfo) {
  CpuInfo cpu;
  cpu.processors = 0;
  std::istringstream lines(cpuinfo);
  for (std::string line; std::getline(lines, line);) {
    const auto colon = line.find(':');
    if (colon == std::string::npos) continue;
    const std::string key = trimmed(line.substr(0, colon));
    const std::string value = trimmed(line.substr(colon + 1));
    if (key == "processor") ++cpu.processors;
    if (key == "model name" && cpu.name.empty()) cpu.name = value;
    if (key == "CPU implementer") cpu.arm = true;
  }
  cpu.processors = std::max(1, cpu.processors);
  return cpu;
}

ThreadPower thread_power(const CpuInfo& cpu, double tdp_watts, int chip_threads) {
  require_usage(tdp_watts >= 0, "tdp_watts = ", tdp_watts, ", must be >= 0 (0: look it up)");
  require_usage(
      chip_threads >= 0, "chip_threads = ", chip_threads, ", must be >= 0 (0: look it up)");
  const std::string padded = cpu.name + " ";
  const auto* known =
      std::find_if(std::begin(kKnownChips), std::end(kKnownChips), [&](const KnownChip& chip) {
        return padded.find(chip.name) != std::string::npos;
      });
  const bool found = known != std::end(kKnownChips);
  const std::string name = cpu.name.empty() ? "unnamed" : cpu.name;
  if (tdp_watts > 0) {
    const int threads = chip_threads > 0 ? chip_threads : found ? known->threads : cpu.processors;
    return {Watts(tdp_watts / threads),
            text("'", name, "': ", tdp_watts, " W over ", threads, " hardware threads (as told)")};
  }
  if (found) {
    const int threads = chip_threads > 0 ? chip_threads : known->threads;
    return {Watts(known->tdp_watts / threads),
            text("'",
                 name,
                 "': ",
                 known->tdp_watts,
                 " W over ",
                 threads,
                 " hardware threads (built-in table)")};
  }
  return {Watts(kUnknownThreadWatts),
          text("'", name, "' is not in the table: 4 W a hardware thread (CodeCarbon's fallback)")};
}

Watts ram_power(double gigabytes, bool arm) {
  require(gigabytes > 0, "memory = ", gigabytes, " GB, must be > 0");
  const double module = arm ? 1.5 : 5.0;
  const int n = memory_modules(gigabytes);
  const double first = std::min(n, 4) * module;
  const double second = std::clamp(n - 4, 0, 4) * 0.9 * module;
  const double third = std::clamp(n - 8, 0, 8) * 0.8 * module;
  const double rest = std::max(n - 16, 0) * 0.7 * module;
  const double least = arm ? 3.0 : 2 * module;
  return Watts(std::max(least, first + second + third + rest));
}

double parse_ram_gb(const std::string& meminfo) {
  std::istringstream words(meminfo);
  for (std::string word; words >> word;) {
    double kilobytes = 0;
    if (word == "MemTotal:" && words >> kilobytes) return kilobytes / (1024.0 * 1024.0);
  }
  return 0;
}

int allowed_processors() {
  cpu_set_t set;
  CPU_ZERO(&set);
  if (::sched_getaffinity(0, sizeof set, &set) != 0) return 1;
  return std::max(1, CPU_COUNT(&set));
}

}  // namespace coppice
