# An interrupted experiment ends its step, says how to go on, and leaves what was found and spent.
include(${CMAKE_CURRENT_LIST_DIR}/check.cmake)

# Longer than anyone waits.
file(WRITE ${FOLDER}/long.cfg
  "[train]\nspace = ofa-mobilenetv3\n[search]\nalgorithm = random\nobjectives = macs,params\nevaluations = 1000000000\n")

# Interrupts once the step runs and has asked for signals (bit 14 of those caught is SIGTERM); the
# step's number is left in `child`.
file(WRITE ${FOLDER}/interrupt.sh [[
"$1" run long.cfg --out r --steps search --quiet &
run=$!
until child=$(cat /proc/$run/task/$run/children 2>/dev/null) && child=${child% } &&
  [ -n "$child" ] && tr '\0' ' ' <"/proc/$child/cmdline" | grep -q '^coppice search' &&
  [ $((0x$(sed -n 's/^SigCgt:\s*//p' "/proc/$child/status") & 0x4000)) -ne 0 ]
do
  kill -0 $run || exit 99
done
echo "$child" >child
kill -TERM $run
wait $run
]])
execute_process(COMMAND sh interrupt.sh ${COPPICE} WORKING_DIRECTORY ${FOLDER}
  RESULT_VARIABLE code OUTPUT_VARIABLE out ERROR_VARIABLE err)
if(NOT code EQUAL 130)
  message(SEND_ERROR "an interrupted run ends with ${code}, expected 130\n${err}")
endif()
if(NOT err STREQUAL
   "coppice: interrupted; the same command with --resume goes on from r/search.h5\n")
  message(SEND_ERROR "an interrupted run says '${err}'")
endif()
expect_match("${out}" "^$")

file(STRINGS ${FOLDER}/child child)
if(EXISTS /proc/${child})
  message(SEND_ERROR "the step outlives the run")
endif()
if(NOT EXISTS ${FOLDER}/r/search.h5)
  message(SEND_ERROR "the interrupted search kept nothing")
endif()
file(READ ${FOLDER}/r/energy.csv energy)
expect_match("${energy}" ",search,")
file(READ ${FOLDER}/r/steps.json steps)
expect_json("${steps}" search steps 0 name)
expect_json("${steps}" OFF steps 0 done)
