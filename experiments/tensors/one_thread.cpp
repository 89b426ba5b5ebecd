#include "experiments/tensors/one_thread.hpp"

#include <ATen/Parallel.h>

#include <opencv2/core/utility.hpp>

namespace coppice {

OneThread::OneThread() : torch_(at::get_num_threads()), opencv_(cv::getNumThreads()) {
  at::set_num_threads(1);
  cv::setNumThreads(1);
}

OneThread::~OneThread() {
  at::set_num_threads(torch_);
  cv::setNumThreads(opencv_);
}

}  // namespace coppice
