// One thread for what must come out the same whatever --threads says: timings, and logits that are
// written down to the last bit.
#pragma once

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

}  // namespace coppice
