// One thread for what must come out the same whatever --threads says: timings, and logits that are
// written down to the last bit.
#pragma once

#include <cstddef>
#include <functional>

namespace coppice {

/// libtorch and OpenCV compute on one thread while this lives.
class OneThread {
 public:
  OneThread();
  ~OneThread();
  OneThread(const OneThread&) = delete;
  OneThread& operator=(const OneThread&) = delete;

 private:
  int torch_;
  int opencv_;
};

/// Calls `work` once for each number below `count`, in any order, on as many threads as TBB may
/// use; within a call libtorch computes on that thread alone, without gradients.
void one_thread_each(std::size_t count, const std::function<void(std::size_t)>& work);

}  // namespace coppice
