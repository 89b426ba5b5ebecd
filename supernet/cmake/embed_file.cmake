# Files of the project inside the program, so that an installed program needs no data folder.
#
#   include(embed_file)
#   coppice_embed(coppice_carbon data/grid_intensity.csv grid_intensity_csv)
#
# gives the target a source that defines the function below, returning the file's bytes. Whoever
# uses it declares it: namespace coppice { std::string_view grid_intensity_csv(); }
# Call it in the folder that creates the target. A changed file is embedded anew by the next build.
#
# This file is both the module with the function and the script the build runs.

if(CMAKE_SCRIPT_MODE_FILE STREQUAL CMAKE_CURRENT_LIST_FILE)
  # As numbers: a string literal would have a length limit and quoting rules.
  file(READ ${INPUT} bytes HEX)
  string(REGEX REPLACE "(................................)" "\\1\n" bytes "${bytes}")
  string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," bytes "${bytes}")
  file(WRITE ${OUTPUT} "#include <string_view>
namespace coppice {
std::string_view ${SYMBOL}();
std::string_view ${SYMBOL}() {  // NOLINT(readability-function-size)
  static const unsigned char bytes[] = {
${bytes}
0x00};
  return {reinterpret_cast<const char*>(bytes), sizeof bytes - 1};
}
}  // namespace coppice
")
  return()
endif()

include_guard()
set(COPPICE_EMBED_SCRIPT ${CMAKE_CURRENT_LIST_FILE})

# coppice_embed(TARGET FILE SYMBOL): FILE is relative to the calling folder.
function(coppice_embed target file symbol)
  get_filename_component(input ${file} ABSOLUTE)
  set(output ${CMAKE_CURRENT_BINARY_DIR}/embedded/${symbol}.cpp)
  add_custom_command(OUTPUT ${output}
    COMMAND ${CMAKE_COMMAND} -D INPUT=${input} -D OUTPUT=${output} -D SYMBOL=${symbol}
            -P ${COPPICE_EMBED_SCRIPT}
    DEPENDS ${input} ${COPPICE_EMBED_SCRIPT}
    COMMENT "Embedding ${file}"
    VERBATIM)
  target_sources(${target} PRIVATE ${output})
endfunction()
