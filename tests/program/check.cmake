# What the tests of the program share. Each is run as
#   cmake -D COPPICE=<program> -D FOLDER=<folder of its own> -P <test>.cmake

file(REMOVE_RECURSE ${FOLDER})
file(MAKE_DIRECTORY ${FOLDER})

# run(EXPECTED_CODE arguments...) sets `out` and `err`.
macro(run expected)
  execute_process(COMMAND ${COPPICE} ${ARGN} WORKING_DIRECTORY ${FOLDER}
    RESULT_VARIABLE code OUTPUT_VARIABLE out ERROR_VARIABLE err)
  if(NOT code STREQUAL "${expected}")
    message(SEND_ERROR "coppice ${ARGN}: exit code ${code}, expected ${expected}\n${out}${err}")
  endif()
endmacro()

# fails(CODE MESSAGE arguments...): exactly the one line "coppice: MESSAGE" on stderr, no stdout.
macro(fails expected message)
  run(${expected} ${ARGN})
  if(NOT err STREQUAL "coppice: ${message}\n")
    message(SEND_ERROR "coppice ${ARGN}: stderr is '${err}', expected 'coppice: ${message}'")
  endif()
  if(NOT out STREQUAL "")
    message(SEND_ERROR "coppice ${ARGN}: fails but prints '${out}'")
  endif()
endmacro()

function(expect_match text pattern)
  if(NOT "${text}" MATCHES "${pattern}")
    message(SEND_ERROR "'${text}' does not match '${pattern}'")
  endif()
endfunction()

# expect_json(DOCUMENT VALUE key...)
function(expect_json document expected)
  string(JSON value ERROR_VARIABLE error GET "${document}" ${ARGN})
  if(error OR NOT value STREQUAL "${expected}")
    message(SEND_ERROR "${ARGN} is '${value}' (${error}), expected '${expected}'")
  endif()
endfunction()
