#include "experiments/tensors/ranks.hpp"

#include <gtest/gtest.h>

#include "tests/supernet/base/temporary_folder.hpp"

namespace coppice {
namespace {

TEST(CheckDevice, AGpuThatIsThereAndTheProcessorPass) {
  EXPECT_NO_THROW(check_device("cpu", "cpu", 0));
  EXPECT_NO_THROW(check_device("cuda", "cuda", 1));
  EXPECT_NO_THROW(check_device("cuda", "cuda:3", 4));
}

TEST(CheckDevice, WithoutAGpuTheProcessorIsNamed) {
  EXPECT_EQ(message_of([] { check_device("cuda", "cuda", 0); }),
            "--device = cuda, but this libtorch has no CUDA, or sees no GPU; use cpu");
}

TEST(CheckDevice, AGpuThatIsNotThereIsRefusedWithThoseThatAre) {
  EXPECT_EQ(message_of([] { check_device("cuda:2", "cuda:2", 2); }),
            "--device = cuda:2, but libtorch sees 2 GPUs here, cuda:0 to cuda:1");
}

TEST(CheckDevice, MoreRanksThanGpusAreToldHowToShareOne) {
  EXPECT_EQ(message_of([] { check_device("cuda", "cuda:1", 1); }),
            "--device = cuda, which is cuda:1 for this rank (LOCAL_RANK), but libtorch sees 1 GPU "
            "here, cuda:0; start a rank for each, or share one: --device cuda:0");
}

}  // namespace
}  // namespace coppice
