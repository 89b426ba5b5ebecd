# OpenCV's parts as opencv_core, opencv_imgproc, opencv_imgcodecs and opencv_dnn. Debian's CMake
# package lives in libopencv-dev, which draws in a gigabyte; the small -dev packages have none.
find_package(OpenCV QUIET COMPONENTS core imgproc imgcodecs dnn)
if(NOT OpenCV_FOUND)
  find_path(OPENCV_INCLUDE_DIR opencv2/core.hpp PATH_SUFFIXES opencv4 REQUIRED)
  foreach(part core imgproc imgcodecs dnn)
    find_library(OPENCV_${part}_LIBRARY opencv_${part} REQUIRED)
    add_library(opencv_${part} INTERFACE)
    target_include_directories(opencv_${part} SYSTEM INTERFACE ${OPENCV_INCLUDE_DIR})
    target_link_libraries(opencv_${part} INTERFACE ${OPENCV_${part}_LIBRARY})
  endforeach()
endif()
