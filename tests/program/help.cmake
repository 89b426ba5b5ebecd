# Help and version answer at once, from a program that links no tensors.
include(${CMAKE_CURRENT_LIST_DIR}/check.cmake)

run(0 --version)
expect_match("${out}" "^coppice [0-9]+\\.[0-9]+\\.[0-9]+\n$")

run(0 --help)
string(REGEX MATCHALL "\n  [a-z]+ " rows "${out}")
list(LENGTH rows count)
if(count LESS 12)
  message(SEND_ERROR "--help lists only ${count} commands")
endif()
foreach(row IN LISTS rows)
  string(STRIP "${row}" command)
  # The limit is generous, and the quickest of five counts: machines that run tests are busy.
  # Loading tensors alone takes longer.
  foreach(attempt RANGE 4)
    string(TIMESTAMP begin "%s%f")
    run(0 ${command} --help)
    string(TIMESTAMP end "%s%f")
    math(EXPR milliseconds "(${end} - ${begin}) / 1000")
    if(milliseconds LESS_EQUAL 300)
      break()
    endif()
  endforeach()
  expect_match("${out}" "^coppice ${command}: .*usage: coppice ${command}.*--threads N")
  if(milliseconds GREATER 300)
    message(SEND_ERROR "coppice ${command} --help takes ${milliseconds} ms")
  endif()
endforeach()

execute_process(COMMAND ldd ${COPPICE} OUTPUT_VARIABLE libraries)
expect_match("${libraries}" "libc\\.so")
if(libraries MATCHES "lib(torch|c10|opencv)")  # addresses are hexadecimal, too
  message(SEND_ERROR "coppice links tensors:\n${libraries}")
endif()
