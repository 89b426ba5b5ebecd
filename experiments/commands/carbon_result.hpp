// What `coppice carbon compare` found, as JSON and for people.
#pragma once

#include <optional>
#include <string>

#include "export/comparison.hpp"

namespace coppice {

/// A comparison, and the same for networks that are trained further.
struct Compared {
  Comparison plain;
  std::optional<Comparison> finetuned;
};

[[nodiscard]] std::string as_json(const Compared& compared);
[[nodiscard]] std::string as_table(const Compared& compared);

}  // namespace coppice
