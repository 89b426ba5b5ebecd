// A value that may be unknown, with the reason why.
#pragma once

#include <optional>
#include <string>
#include <utility>

namespace coppice {

/// A value, or the reason why there is none. A card never leaves a gap unexplained.
template <class T>
struct Known {
  std::optional<T> value;
  std::string reason = "not determined";

  Known() = default;
  Known(T known) : value(std::move(known)) {}  // NOLINT(google-explicit-constructor)
  [[nodiscard]] static Known unknown(const std::string& why) {
    Known none;
    none.reason = why;
    return none;
  }
};

}  // namespace coppice
