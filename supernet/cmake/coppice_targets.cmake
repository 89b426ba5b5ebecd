# How a layer becomes a library: one static library, its headers verified to compile alone.

# Warnings for our own code; third parties are SYSTEM and stay quiet.
add_library(coppice_warnings INTERFACE)
target_compile_options(coppice_warnings INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wnon-virtual-dtor -Woverloaded-virtual
  $<$<BOOL:${COPPICE_WARNINGS_AS_ERRORS}>:-Werror>)
# From version 13 on, g++ sees a vector<bool> of libtorch's inlined autograd templates as too short.
if(CMAKE_CXX_COMPILER_ID STREQUAL GNU AND CMAKE_CXX_COMPILER_VERSION VERSION_GREATER_EQUAL 13)
  target_compile_options(coppice_warnings INTERFACE -Wno-error=array-bounds)
endif()
if(COPPICE_SANITIZE)
  target_compile_options(coppice_warnings INTERFACE -fsanitize=${COPPICE_SANITIZE} -fno-omit-frame-pointer)
  target_link_options(coppice_warnings INTERFACE -fsanitize=${COPPICE_SANITIZE})
endif()

# coppice_layer(NAME SOURCES a.cpp ... HEADERS a.hpp ... PUBLIC lib ... PRIVATE lib ...)
# Makes coppice_NAME with the alias coppice::NAME. Without SOURCES it is header-only.
# Includes are spelled from the project's root: #include "supernet/base/error.hpp".
function(coppice_layer name)
  cmake_parse_arguments(PARSE_ARGV 1 layer "" "" "SOURCES;HEADERS;PUBLIC;PRIVATE")
  set(target coppice_${name})
  if(layer_SOURCES)
    add_library(${target} STATIC ${layer_SOURCES})
    set(scope PUBLIC)
    target_link_libraries(${target} PUBLIC ${layer_PUBLIC} PRIVATE ${layer_PRIVATE} coppice_warnings)
  else()
    add_library(${target} INTERFACE)
    set(scope INTERFACE)
    target_link_libraries(${target} INTERFACE ${layer_PUBLIC})
  endif()
  add_library(coppice::${name} ALIAS ${target})
  target_include_directories(${target} ${scope} ${PROJECT_SOURCE_DIR})
  target_sources(${target} ${scope}
    FILE_SET HEADERS BASE_DIRS ${PROJECT_SOURCE_DIR} FILES ${layer_HEADERS})
endfunction()
