# The commit that a build was made from, inside the program: model cards name it.
#
#   include(built_from_commit)
#   coppice_built_from_commit(coppice_tensor_commands)
#
# gives the target namespace coppice { std::string built_from_commit(); }: the commit's first twelve
# digits, with "-modified" when files differ from it, and nothing outside a repository. Every build
# asks git again; the source changes only when the answer does.
#
# This file is both the module with the function and the script the build runs.

if(CMAKE_SCRIPT_MODE_FILE STREQUAL CMAKE_CURRENT_LIST_FILE)
  cmake_minimum_required(VERSION 3.25)  # else its quotes are read the old way, with a warning
  execute_process(COMMAND git describe --always --exclude=* --abbrev=12 --dirty=-modified
    WORKING_DIRECTORY ${SOURCE_DIR} OUTPUT_VARIABLE commit OUTPUT_STRIP_TRAILING_WHITESPACE
    ERROR_QUIET)
  file(CONFIGURE OUTPUT ${OUTPUT} @ONLY CONTENT "#include <string>
namespace coppice {
std::string built_from_commit();
std::string built_from_commit() { return \"@commit@\"; }
}  // namespace coppice
")
  return()
endif()

include_guard()
set(COPPICE_COMMIT_SCRIPT ${CMAKE_CURRENT_LIST_FILE})

function(coppice_built_from_commit target)
  set(output ${CMAKE_CURRENT_BINARY_DIR}/built_from_commit.cpp)
  add_custom_target(${target}_commit
    COMMAND ${CMAKE_COMMAND} -D SOURCE_DIR=${PROJECT_SOURCE_DIR} -D OUTPUT=${output}
            -P ${COPPICE_COMMIT_SCRIPT}
    BYPRODUCTS ${output})
  target_sources(${target} PRIVATE ${output})
  add_dependencies(${target} ${target}_commit)
endfunction()
