# experiments/scripts/front_ratio.awk: how much faster one front is than another at equal accuracy.
include(${CMAKE_CURRENT_LIST_DIR}/check.cmake)
set(script ${CMAKE_CURRENT_LIST_DIR}/../../experiments/scripts/front_ratio.awk)

# ratio(CODE TABLE options...) sets `out`.
macro(ratio expected table)
  file(WRITE ${FOLDER}/table.txt "${table}")
  execute_process(COMMAND awk -f ${script} -v first=slow -v second=fast ${ARGN} table.txt
    WORKING_DIRECTORY ${FOLDER} RESULT_VARIABLE code OUTPUT_VARIABLE out ERROR_VARIABLE err)
  if(NOT code STREQUAL "${expected}")
    message(SEND_ERROR "exit code ${code}, expected ${expected}\n${out}${err}")
  endif()
endmacro()

# Everywhere twice as fast, timed twice; the second time all was slower.
set(table "slow 80 10000 0.2 0.3\nslow 84 10000 0.4 0.6\nslow 88 10000 0.8 1.2\n")
string(APPEND table "fast 88 10000 0.4 0.6\nfast 80 10000 0.1 0.15\nfast 84 10000 0.2 0.3\n")
ratio(0 "${table}" -v draws=100 -v picture=fronts.svg)
expect_match("${out}" "slow +3 members, 80.00 to 88.00 %, 0.2449 to 0.9798 ms\n")
expect_match("${out}" "geometric mean of slow / fast: 2.000, 95 % interval [0-9.]+ to [0-9.]+ of [0-9]+ draws\n")
expect_match("${out}" "to the next member up instead of in between: 2.000\n")
file(READ ${FOLDER}/fronts.svg picture)
expect_match("${picture}" "^<svg .*slow.*fast.*</svg>\n$")
set(once "${out}")
ratio(0 "${table}" -v draws=100)
if(NOT out STREQUAL once)
  message(SEND_ERROR "the same table and seed give another answer")
endif()

# Only the accuracies that both reach count; a member that is slower and worse shares the mean of both.
ratio(0 "slow 80 100 1\nslow 84 100 2\nslow 88 100 4\nfast 84 100 0.5\nfast 87 100 1\nfast 85 100 1.2\nfast 90 100 2\n" -v draws=10)
expect_match("${out}" "shared     84.00 to 88.00 %\n")
expect_match("${out}" "   86.00 %  3.0000 ms  1.0000 ms    3.000\n")

ratio(1 "slow 80 100 1\nslow 84 100 2\nfast 85 100 1\nfast 88 100 2\n")
expect_match("${out}" "^the fronts share no accuracy\n$")
ratio(1 "slow 80 100 1\n")
expect_match("${out}" "^no network of fast\n$")
ratio(1 "slow 80 100 1\nfast 80 100 1 2\n")
expect_match("${out}" "^line 2 has 2 times\n$")
