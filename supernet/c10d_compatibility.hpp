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
#include <type_traits>

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

// Newer stores ask for libuv by default, without which some libtorch are built. The old way is in
// all.
template <class Options, class = void>
struct AsksForLibuv : std::false_type {};
template <class Options>
struct AsksForLibuv<Options, std::void_t<decltype(Options::useLibUV)>> : std::true_type {};

template <class Options>
void without_libuv(Options& options) {
  if constexpr (AsksForLibuv<Options>::value) options.useLibUV = false;
}

}  // namespace coppice
