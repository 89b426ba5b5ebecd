# libonnx as coppice::onnx. Debian ships no CMake package for it. Its headers need the two macros;
# it shares protobuf 3.21 with libtorch, so both fit into one process.
find_path(ONNX_INCLUDE_DIR onnx/onnx_pb.h REQUIRED)
find_library(ONNX_LIBRARY onnx REQUIRED)
find_library(ONNX_PROTO_LIBRARY onnx_proto REQUIRED)
add_library(coppice_onnx INTERFACE)
add_library(coppice::onnx ALIAS coppice_onnx)
target_include_directories(coppice_onnx SYSTEM INTERFACE ${ONNX_INCLUDE_DIR})
target_compile_definitions(coppice_onnx INTERFACE ONNX_ML=1 ONNX_NAMESPACE=onnx)
target_link_libraries(coppice_onnx INTERFACE ${ONNX_LIBRARY} ${ONNX_PROTO_LIBRARY} protobuf::libprotobuf)
