# A signal before the tensor body is loaded is not lost: exit code 130 and a line that says so.
include(${CMAKE_CURRENT_LIST_DIR}/check.cmake)

file(WRITE ${FOLDER}/no-data "")
# Each command would fail with 1 or 2, so 130 is the signal's; the signal comes while the libraries
# of the tensor body are loaded (`exe` of the process has changed, no signal is caught yet).
file(WRITE ${FOLDER}/interrupt.sh [[
signal=$1
shift
"$@" &
child=$!
until readlink "/proc/$child/exe" | grep -q 'coppice-tensors$'; do
  kill -0 $child 2>/dev/null || exit 99
done
kill -"$signal" $child
wait $child
]])
foreach(command "train;--space;small;--data;no-data;--out;r" "measure;--run;none;--count;10"
    "export;--run;none;--arch;no-data;--out;e")
  foreach(signal INT TERM)
    execute_process(COMMAND bash interrupt.sh ${signal} ${COPPICE} ${command}
      WORKING_DIRECTORY ${FOLDER} RESULT_VARIABLE code OUTPUT_VARIABLE out ERROR_VARIABLE err)
    if(NOT code EQUAL 130 OR NOT err STREQUAL "coppice: interrupted before it began\n")
      message(SEND_ERROR "${command}: SIG${signal} ends with ${code} and '${err}'")
    endif()
  endforeach()
endforeach()
