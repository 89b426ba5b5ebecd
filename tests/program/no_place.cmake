# Where nothing can be written: a full disk, a folder of somebody else. One line says so, and what
# existed stays.
include(${CMAKE_CURRENT_LIST_DIR}/check.cmake)
set(search search --space small --objectives macs,params --quiet)

# fails_in(SHELL MESSAGE arguments...): the program behind what prepares its surroundings, "$@".
function(fails_in shell message)
  execute_process(COMMAND ${shell} sh ${COPPICE} ${ARGN} WORKING_DIRECTORY ${FOLDER}
    RESULT_VARIABLE code OUTPUT_VARIABLE out ERROR_VARIABLE err)
  if(NOT code STREQUAL 1 OR NOT err STREQUAL "coppice: ${message}\n")
    message(SEND_ERROR "coppice ${ARGN}: exit code ${code}, '${err}', expected 'coppice: ${message}'")
  endif()
endfunction()

# A disk of 64 KB with a search on it, in a mount namespace that ends with the program.
run(0 ${search} --evaluations 300 --out small.h5)
file(MAKE_DIRECTORY ${FOLDER}/disk)
set(on_disk unshare -rm sh -c "mount -t tmpfs -o size=64k none disk && cp small.h5 disk/s.h5 || exit 99
  \"$@\"
  code=$?
  cmp small.h5 disk/s.h5 && test \"$(ls disk)\" = s.h5 && exit $code")
execute_process(COMMAND ${on_disk} sh true WORKING_DIRECTORY ${FOLDER} RESULT_VARIABLE code
  OUTPUT_QUIET ERROR_QUIET)
if(code STREQUAL 0)
  fails_in("${on_disk}" "cannot write disk/s.h5: No space left on device"
    ${search} --evaluations 20000 --algorithm nsga2 --out disk/s.h5)
else()
  message("skipped: no small disk can be mounted here")
endif()

# Root may write anywhere: then as nobody.
file(MAKE_DIRECTORY ${FOLDER}/theirs)
file(CHMOD ${FOLDER}/theirs DIRECTORY_PERMISSIONS OWNER_READ OWNER_EXECUTE WORLD_READ WORLD_EXECUTE)
set(as_nobody sh -c "exec \"$@\"")
execute_process(COMMAND id -u OUTPUT_VARIABLE user OUTPUT_STRIP_TRAILING_WHITESPACE)
if(user STREQUAL 0)
  set(as_nobody setpriv --reuid=65534 --regid=65534 --clear-groups sh -c "exec \"$@\"")
endif()
execute_process(COMMAND ${as_nobody} sh ${COPPICE} --version WORKING_DIRECTORY ${FOLDER}
  RESULT_VARIABLE code OUTPUT_QUIET ERROR_QUIET)
if(code STREQUAL 0)
  fails_in("${as_nobody}" "--out = theirs/s.h5: cannot write in theirs: Permission denied"
    ${search} --evaluations 300 --out theirs/s.h5)
  fails_in("${as_nobody}" "cannot create the folder theirs/runs: Permission denied"
    ${search} --evaluations 300 --out theirs/runs/s.h5)
else()
  message("skipped: the program cannot be run as another user here")
endif()
