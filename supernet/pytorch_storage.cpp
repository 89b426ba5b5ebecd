#include "supernet/pytorch_storage.hpp"

#include <cmath>
#include <cstdint>
#include <cstring>
#include <map>

namespace coppice {
namespace {

const std::map<std::string, ElementType>& types() {
  static const std::map<std::string, ElementType> all = {
      {"torch.FloatStorage", ElementType::float32},
      {"torch.DoubleStorage", ElementType::float64},
      {"torch.HalfStorage", ElementType::float16},
      {"torch.BFloat16Storage", ElementType::bfloat16},
      {"torch.LongStorage", ElementType::int64},
      {"torch.IntStorage", ElementType::int32},
      {"torch.ShortStorage", ElementType::int16},
      {"torch.CharStorage", ElementType::int8},
      {"torch.ByteStorage", ElementType::uint8},
      {"torch.BoolStorage", ElementType::uint8},
  };
  return all;
}

/// IEEE 754 binary16.
struct Half {
  std::uint16_t bits;
  explicit operator float() const {
    const int exponent = bits >> 10U & 0x1f;
    const auto fraction = static_cast<float>(bits & 0x3ffU);
    float value = 0;
    if (exponent == 31) {
      value = fraction == 0 ? INFINITY : NAN;
    } else if (exponent == 0) {
      value = std::ldexp(fraction, -24);
    } else {
      value = std::ldexp(fraction + 1024, exponent - 25);
    }
    return (bits & 0x8000U) != 0 ? -value : value;
  }
};

/// The upper half of a binary32.
struct BFloat16 {
  std::uint16_t bits;
  explicit operator float() const {
    const std::uint32_t wide = std::uint32_t{bits} << 16U;
    float value = 0;
    std::memcpy(&value, &wide, sizeof value);
    return value;
  }
};

/// Coppice runs on little-endian machines only, as its HDF5 files and PyTorch's do.
template <class T>
std::vector<float> convert(std::string_view bytes) {
  std::vector<float> values(bytes.size() / sizeof(T));
  for (std::size_t i = 0; i < values.size(); ++i) {
    T element;
    std::memcpy(&element, bytes.data() + i * sizeof(T), sizeof(T));
    values[i] = static_cast<float>(element);
  }
  return values;
}

}  // namespace

std::optional<ElementType> element_type(const std::string& name) {
  const auto found = types().find(name);
  if (found == types().end()) return std::nullopt;
  return found->second;
}

std::set<std::string> storage_names() {
  std::set<std::string> names;
  for (const auto& [name, type] : types()) names.insert(name);
  return names;
}

std::size_t bytes_of(ElementType type) {
  switch (type) {
    case ElementType::float64:
    case ElementType::int64:
      return 8;
    case ElementType::float32:
    case ElementType::int32:
      return 4;
    case ElementType::float16:
    case ElementType::bfloat16:
    case ElementType::int16:
      return 2;
    case ElementType::int8:
    case ElementType::uint8:
      break;
  }
  return 1;
}

std::vector<float> to_floats(std::string_view bytes, ElementType type) {
  switch (type) {
    case ElementType::float32:
      return convert<float>(bytes);
    case ElementType::float64:
      return convert<double>(bytes);
    case ElementType::float16:
      return convert<Half>(bytes);
    case ElementType::bfloat16:
      return convert<BFloat16>(bytes);
    case ElementType::int64:
      return convert<std::int64_t>(bytes);
    case ElementType::int32:
      return convert<std::int32_t>(bytes);
    case ElementType::int16:
      return convert<std::int16_t>(bytes);
    case ElementType::int8:
      return convert<std::int8_t>(bytes);
    case ElementType::uint8:
      break;
  }
  return convert<std::uint8_t>(bytes);
}

}  // namespace coppice
