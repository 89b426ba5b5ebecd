// Element types of PyTorch's storages and their conversion to float. Internal to pytorch_file.cpp.
#pragma once

#include <cstddef>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace coppice {

enum class ElementType { float32, float64, float16, bfloat16, int64, int32, int16, int8, uint8 };

/// The type of "torch.FloatStorage" and its like; empty when `name` is none of them.
[[nodiscard]] std::optional<ElementType> element_type(const std::string& name);

/// The names that element_type knows.
[[nodiscard]] std::set<std::string> storage_names();

[[nodiscard]] std::size_t bytes_of(ElementType type);

/// Little-endian elements as floats. REQUIRES bytes.size() to be a multiple of bytes_of(type).
[[nodiscard]] std::vector<float> to_floats(std::string_view bytes, ElementType type);

}  // namespace coppice
