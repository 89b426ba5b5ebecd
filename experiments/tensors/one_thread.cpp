#include "experiments/tensors/one_thread.hpp"

#include <ATen/Parallel.h>
#include <ATen/core/grad_mode.h>

#include <opencv2/core/utility.hpp>

#include "supernet/base/parallel.hpp"

namespace coppice {

OneThread::OneThread() : torch_(at::get_num_threads()), opencv_(cv::getNumThreads()) {
  at::set_num_threads(1);
  cv::setNumThreads(1);
}

OneThread::~OneThread() {
  at::set_num_threads(torch_);
  cv::setNumThreads(opencv_);
}

void one_thread_each(std::size_t count, const std::function<void(std::size_t)>& work) {
  const OneThread restored_afterwards;
  for_each_index(count, [&work](std::size_t i) {
    at::set_num_threads(1);  // OpenMP keeps the number for each thread
    const at::NoGradGuard no_grad;
    work(i);
  });
}

}  // namespace coppice
