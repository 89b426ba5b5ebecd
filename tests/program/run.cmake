# An experiment runs its steps in order, keeps what is finished, and says what it asked for.
include(${CMAKE_CURRENT_LIST_DIR}/check.cmake)

file(WRITE ${FOLDER}/costs.cfg
  "seed = 7\n[train]\nspace = small\n[search]\nobjectives = macs,params\nevaluations = 200\n")
fails(2 "--steps = serch, is no step; the nearest is search" run costs.cfg --out r --steps serch)

# Searching costs needs no predictor; [fit] measured none.
file(APPEND ${FOLDER}/costs.cfg "[carbon]\nscenarios = 10\n")
run(0 run costs.cfg --out r --steps search --quiet --json)
expect_json("${out}" search steps 0 name)
expect_json("${out}" 200 steps 0 result evaluations)
foreach(file experiment.cfg steps.json best.jsonl search.h5)
  if(NOT EXISTS ${FOLDER}/r/${file})
    message(SEND_ERROR "the run wrote no ${file}")
  endif()
endforeach()
set(first "${out}")

run(0 run costs.cfg --out r --steps search --quiet --json)
expect_json("${out}" search run skipped 0)
string(JSON first GET "${first}" steps)
string(JSON again GET "${out}" steps)
if(NOT first STREQUAL again)
  message(SEND_ERROR "a kept step tells something else:\n${first}\n${again}")
endif()

# Steps that need no tensors spend energy, too.
file(READ ${FOLDER}/r/energy.csv energy)
expect_match("${energy}" ",phase,method,basis,[^\n]*\n[^\n]*,search,[a-z-]+[^\n]*\n$")

# What the energy is charged with reaches the steps, and stays when the run is asked for again.
run(0 run costs.cfg --out charged --steps search --quiet --grid FRA --pue 1.5)
run(0 run charged/experiment.cfg --out charged-again --steps search --quiet)
foreach(folder charged charged-again)
  file(READ ${FOLDER}/${folder}/energy.csv energy)
  expect_match("${energy}" "\n[^\n]*,France,FRA,[^\n]*,1.5,,search,")
endforeach()

# What was asked for can be asked for again.
run(0 run r/experiment.cfg --out r2 --steps search --quiet --json)
string(JSON again GET "${out}" steps)
if(NOT first STREQUAL again)
  message(SEND_ERROR "experiment.cfg gives another result:\n${first}\n${again}")
endif()
