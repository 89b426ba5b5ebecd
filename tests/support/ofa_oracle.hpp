// The reference implementation's own answers: supernets it wrote with random weights, two images
// at two resolutions, and its logits for eight architectures each. They lie outside the project, in
// the folder that COPPICE_SHARED_DATA names.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "supernet/base/error.hpp"
#include "supernet/base/files.hpp"
#include "supernet/space/architecture_text.hpp"

namespace coppice {

struct OracleCase {
  Architecture architecture;
  std::vector<float> images;   ///< [2, 3, r, r]
  std::vector<double> logits;  ///< [2, 10]
};

struct OfaOracle {
  std::filesystem::path folder;
  SearchSpace space;

  [[nodiscard]] bool present() const { return std::filesystem::exists(folder); }
  [[nodiscard]] std::filesystem::path checkpoint() const { return folder / "checkpoint.pth"; }

  [[nodiscard]] std::vector<OracleCase> cases() const {
    const auto document = nlohmann::json::parse(read_text_file(folder / "cases.json"));
    std::vector<OracleCase> all;
    for (const auto& entry : document.at("cases")) {
      const int r = entry.at("resolution");
      OracleCase one{architecture_of(entry.at("arch"), r), read_images(r), {}};
      for (const auto& row : entry.at("logits")) {
        for (const double logit : row) one.logits.push_back(logit);
      }
      all.push_back(std::move(one));
    }
    return all;
  }

 private:
  // In full, or as "min" or "max".
  [[nodiscard]] Architecture architecture_of(nlohmann::json arch, int resolution) const {
    if (arch == "max") return space.with_resolution(space.largest(), resolution);
    if (arch == "min") return space.with_resolution(space.smallest(), resolution);
    arch["r"] = {resolution};
    return parse_architecture(space, arch.dump(), "case");
  }

  [[nodiscard]] std::vector<float> read_images(int resolution) const {
    const auto r = static_cast<std::size_t>(resolution);
    std::vector<float> images(2 * 3 * r * r);
    std::ifstream in(folder / ("input_" + std::to_string(resolution) + ".f32"), std::ios::binary);
    in.read(reinterpret_cast<char*>(images.data()),
            static_cast<std::streamsize>(images.size() * sizeof(float)));
    if (!in.good()) throw Error("the oracle's images are missing");
    return images;
  }
};

/// `name` is the folder: "ofa_reference_mbv3".
[[nodiscard]] inline OfaOracle ofa_oracle(const std::string& name, const std::string& space) {
  const char* shared = std::getenv("COPPICE_SHARED_DATA");
  SpaceParameters parameters;
  parameters.width_mult = 0.35;
  parameters.classes = 10;
  return {shared == nullptr ? "" : std::filesystem::path(shared) / name,
          builtin_space(space, parameters)};
}

}  // namespace coppice
