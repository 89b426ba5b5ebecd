#include "predictors/nvml.hpp"

#include <dlfcn.h>

#include <array>
#include <vector>

#include "supernet/base/error.hpp"

namespace coppice {
namespace {

// The part of nvml.h that is used; NVIDIA keeps it binary compatible.
using Device = void*;
constexpr int kSuccess = 0;
using InitFunction = int (*)();
using CountFunction = int (*)(unsigned*);
using HandleFunction = int (*)(unsigned, Device*);
using NameFunction = int (*)(Device, char*, unsigned);
using EnergyFunction = int (*)(Device, unsigned long long*);

constexpr double kJoulesPerMillijoule = 1e-3;

}  // namespace

struct NvmlReader::Driver {
  struct Gpu {
    Device device = nullptr;
    std::string name;
    unsigned long long last = 0;  // millijoules
    bool lost = false;
  };

  void* library = nullptr;
  InitFunction shutdown = nullptr;
  EnergyFunction energy = nullptr;
  std::vector<Gpu> gpus;
  double millijoules = 0;

  Driver() = default;
  Driver(const Driver&) = delete;
  Driver& operator=(const Driver&) = delete;
  ~Driver() {
    if (shutdown != nullptr) shutdown();
    if (library != nullptr) ::dlclose(library);
  }

  template <class Function>
  Function find(const char* name) const {
    return reinterpret_cast<Function>(::dlsym(library, name));
  }

  // Empty, or why not.
  std::string open(const std::string& name) {
    library = ::dlopen(name.c_str(), RTLD_NOW | RTLD_LOCAL);
    if (library == nullptr) return "no NVIDIA driver here (" + name + ")";
    const auto init = find<InitFunction>("nvmlInit_v2");
    const auto count = find<CountFunction>("nvmlDeviceGetCount_v2");
    const auto handle = find<HandleFunction>("nvmlDeviceGetHandleByIndex_v2");
    const auto name_of = find<NameFunction>("nvmlDeviceGetName");
    const auto end = find<InitFunction>("nvmlShutdown");
    energy = find<EnergyFunction>("nvmlDeviceGetTotalEnergyConsumption");
    if (!init || !count || !handle || !name_of || !end || !energy) {
      return name + " is too old: it has no energy counter";
    }
    if (init() != kSuccess) return name + " does not answer; is the driver loaded?";
    shutdown = end;
    unsigned found = 0;
    if (count(&found) != kSuccess || found == 0) return name + " sees no GPU";
    for (unsigned i = 0; i < found; ++i) {
      Gpu gpu;
      std::array<char, 128> text{};
      if (handle(i, &gpu.device) != kSuccess) continue;
      if (energy(gpu.device, &gpu.last) != kSuccess) continue;
      name_of(gpu.device, text.data(), static_cast<unsigned>(text.size() - 1));
      gpu.name = text.data();
      gpus.push_back(gpu);
    }
    return gpus.empty() ? name + ": no GPU has an energy counter (it needs Volta or newer)" : "";
  }
};

std::string NvmlReader::why_not(const std::string& library) { return Driver().open(library); }

NvmlReader::NvmlReader(const std::string& library) : driver_(std::make_unique<Driver>()) {
  const std::string reason = driver_->open(library);
  require(reason.empty(), reason);
}

NvmlReader::~NvmlReader() = default;

Joules NvmlReader::read() {
  for (auto& gpu : driver_->gpus) {
    unsigned long long now = 0;
    if (driver_->energy(gpu.device, &now) != kSuccess) {
      gpu.lost = true;
      continue;
    }
    // It starts again when the driver is loaded anew.
    if (now >= gpu.last) driver_->millijoules += static_cast<double>(now - gpu.last);
    gpu.last = now;
  }
  return Joules(driver_->millijoules * kJoulesPerMillijoule);
}

std::string NvmlReader::lost() const {
  std::string names;
  for (const auto& gpu : driver_->gpus) {
    if (gpu.lost) names += (names.empty() ? "" : ", ") + gpu.name;
  }
  return names;
}

std::vector<std::string> NvmlReader::names() const {
  std::vector<std::string> names;
  for (const auto& gpu : driver_->gpus) names.push_back(gpu.name);
  return names;
}

}  // namespace coppice
