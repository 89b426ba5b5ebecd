// What differs between libtorch 1.13 and 2.x in the process groups, and which of them are here.
// For distributed.cpp only: these headers are large.
//
// COPPICE_GLOO and COPPICE_NCCL say that the build found the headers of Gloo and NCCL
// (supernet/cmake/find_torch.cmake), USE_C10D_GLOO and USE_C10D_NCCL that libtorch was built with
// them.
#pragma once

#include <torch/version.h>

#include <torch/csrc/distributed/c10d/PrefixStore.hpp>
#include <torch/csrc/distributed/c10d/TCPStore.hpp>

#if defined(COPPICE_GLOO) && !defined(USE_C10D_GLOO)
#undef COPPICE_GLOO
#endif
#if defined(COPPICE_NCCL) && !defined(USE_C10D_NCCL)
#undef COPPICE_NCCL
#endif

#ifdef COPPICE_GLOO
#include <torch/csrc/distributed/c10d/ProcessGroupGloo.hpp>
#endif
#ifdef COPPICE_NCCL
#include <torch/csrc/distributed/c10d/ProcessGroupNCCL.hpp>
#endif

#if TORCH_VERSION_MAJOR >= 2
#include <torch/csrc/distributed/c10d/Backend.hpp>
#else
#include <torch/csrc/distributed/c10d/ProcessGroup.hpp>
#endif

namespace coppice {

// What Gloo's and NCCL's groups derive from, with allreduce and broadcast.
#if TORCH_VERSION_MAJOR >= 2
using C10dGroup = c10d::Backend;
#else
using C10dGroup = c10d::ProcessGroup;
#endif

}  // namespace coppice
