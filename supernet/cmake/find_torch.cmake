# libtorch as coppice::torch, from Debian's package or from -DCMAKE_PREFIX_PATH=<libtorch 2.x>.
# Only supernet/, export/ and the tensor body of the program may link it.
find_package(Torch REQUIRED)

# Debian's libtorch computes with whatever libblas.so.3 is installed; the reference BLAS is tens of
# times slower than OpenBLAS, and nothing else would tell the user why.
execute_process(COMMAND sh -c "readlink -f /usr/lib/*/libblas.so.3" OUTPUT_VARIABLE blas_library)
if(Torch_DIR MATCHES "^/usr/lib/" AND NOT blas_library MATCHES "openblas")
  message(FATAL_ERROR "libblas.so.3 is '${blas_library}', not OpenBLAS: apt install libopenblas0-pthread")
endif()

add_library(coppice_torch INTERFACE)
add_library(coppice::torch ALIAS coppice_torch)
target_include_directories(coppice_torch SYSTEM INTERFACE ${TORCH_INCLUDE_DIRS})
# PyTorch's packages from 2.5 on show symbols of std::filesystem that do not fit this compiler's
# library: listing or removing a folder crashes when they are found first (pytorch/pytorch#133437).
# So the standard library stands before libtorch.
if(CMAKE_SYSTEM_NAME STREQUAL "Linux")
  target_link_libraries(coppice_torch INTERFACE
    "-Wl,--push-state,--no-as-needed,-lstdc++,--pop-state")
endif()
target_link_libraries(coppice_torch INTERFACE ${TORCH_LIBRARIES})
separate_arguments(torch_flags NATIVE_COMMAND "${TORCH_CXX_FLAGS}")
target_compile_options(coppice_torch INTERFACE ${torch_flags})

# What exchanges tensors between processes. libtorch's headers of its process groups include those
# of Gloo and NCCL, which binary packages of libtorch may lack; without them training and measuring
# run in one process.
find_path(GLOO_INCLUDE_DIR gloo/algorithm.h HINTS ${TORCH_INCLUDE_DIRS}
  DOC "Folder of Gloo's headers (Debian: libgloo-dev)")
add_library(coppice_c10d INTERFACE)
add_library(coppice::c10d ALIAS coppice_c10d)
target_link_libraries(coppice_c10d INTERFACE coppice::torch)
if(GLOO_INCLUDE_DIR)
  target_include_directories(coppice_c10d SYSTEM INTERFACE ${GLOO_INCLUDE_DIR})
  target_compile_definitions(coppice_c10d INTERFACE COPPICE_GLOO)
else()
  message(STATUS "No Gloo: training and measuring will run in one process. To have several install "
    "libgloo-dev and configure again.")
endif()
if(TORCH_CUDA_LIBRARIES)
  find_path(NCCL_INCLUDE_DIR nccl.h HINTS ${CUDAToolkit_INCLUDE_DIRS} ${CUDA_INCLUDE_DIRS}
    DOC "Folder of NCCL's headers; without them GPUs exchange through main memory")
  if(NCCL_INCLUDE_DIR)
    target_include_directories(coppice_c10d SYSTEM INTERFACE ${NCCL_INCLUDE_DIR})
    target_compile_definitions(coppice_c10d INTERFACE COPPICE_NCCL)
  endif()
endif()
