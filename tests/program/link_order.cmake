# The program looks for std::filesystem in the standard library, not in libtorch's: PyTorch's packages
# show one that does not fit (supernet/cmake/find_torch.cmake). The loader searches in this order.
execute_process(COMMAND ${READELF} -d ${TENSORS} OUTPUT_VARIABLE needed RESULT_VARIABLE code)
string(FIND "${needed}" "libstdc++.so" standard)
string(FIND "${needed}" "libtorch_cpu.so" torch)
if(code OR standard EQUAL -1 OR torch EQUAL -1 OR torch LESS standard)
  message(FATAL_ERROR "libstdc++ does not stand before libtorch:\n${needed}")
endif()
