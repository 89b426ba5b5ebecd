// Memory of a task, not initialised.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>

namespace coppice {

template <class Value>
class Scratch {
 public:
  explicit Scratch(std::int64_t count)
      : values_(new Value[static_cast<std::size_t>(count > 0 ? count : 1)]) {}
  [[nodiscard]] Value* get() const noexcept { return values_.get(); }

 private:
  std::unique_ptr<Value[]> values_;
};

}  // namespace coppice
