// What a processor and its memory draw where no counter can be read: data-sheet figures and shares.
//
// A process is charged (its CPU time) x (the chip's thermal design power / its hardware threads).
// For a virtual machine on a known chip that is its share of the chip, not the whole of it.
#pragma once

#include <string>

#include "supernet/base/units.hpp"

namespace coppice {

/// The processor as Linux describes it.
struct CpuInfo {
  std::string name;    ///< "AMD EPYC 7763 64-Core Processor"; empty when /proc/cpuinfo has none
  int processors = 1;  ///< online hardware threads that this machine (or virtual machine) shows
  bool arm = false;
};

/// Reads the text of /proc/cpuinfo.
[[nodiscard]] CpuInfo parse_cpu_info(const std::string& cpuinfo);

/// Power of one busy hardware thread and where the figure comes from.
struct ThreadPower {
  Watts watts;
  std::string source;  ///< "'AMD EPYC 7763': 280 W over 128 hardware threads (...)"
};

/// `tdp_watts` and `chip_threads` from the user win (0: not given); then the table of known
/// processors; an unknown one is charged 4 W a hardware thread, CodeCarbon's fallback.
[[nodiscard]] ThreadPower thread_power(const CpuInfo& cpu, double tdp_watts, int chip_threads);

/// Power of `gigabytes` of memory: a guess at the number of modules, 5 W each (x86) or 1.5 W
/// (ARM), less for many. The rule of CodeCarbon 3 (external/ram.py): 8 GB 10 W, 32 GB 20 W,
/// 128 GB 38 W.
[[nodiscard]] Watts ram_power(double gigabytes, bool arm);

/// MemTotal of the text of /proc/meminfo, in gigabytes of 2^30 bytes; 0 when it is not there.
[[nodiscard]] double parse_ram_gb(const std::string& meminfo);

/// The processors this process may run on.
[[nodiscard]] int allowed_processors();

}  // namespace coppice
