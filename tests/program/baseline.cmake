# Searches that train every candidate from scratch: what train-once is compared with. Real images of
# Fashion-MNIST; without them only what is refused is tested.
include(${CMAKE_CURRENT_LIST_DIR}/check.cmake)

file(WRITE ${FOLDER}/scenarios "macs<=1.2e6\nmacs<=4e6\n")
file(WRITE ${FOLDER}/late "latency_ms<=1\n")
set(data /usr/share/datasets/fashion-mnist)
file(WRITE ${FOLDER}/tiny.cfg "[train]\nspace = small\nclasses = 10\nchannels = 1\nresolutions = 16 20\n"
  "data = ${data}\ntrain-images = 300\nheld-out = 100\nbatch = 50\ncalibration = 50\n"
  "full.warmup-epochs = 0\n")
set(baseline baseline tiny.cfg --threads 1 --quiet)
fails(2 "--population = 4, must be 1 to --candidates = 3"
  ${baseline} --scenarios scenarios --out b --candidates 3)
fails(2 "--candidate-epochs = 0, must be above 0 and at most 100000"
  ${baseline} --scenarios scenarios --out b --candidate-epochs 0)
fails(2 "late = latency_ms, must be macs, params or peak_activation_bytes: a network is known to keep within a limit before it is trained"
  ${baseline} --scenarios late --out b)
if(EXISTS ${FOLDER}/b)
  message(SEND_ERROR "a refused command left a folder")
endif()
if(NOT EXISTS ${data})
  message("skipped: ${data} is not there (Debian package dataset-fashion-mnist)")
  return()
endif()

set(small ${baseline} --scenarios scenarios --candidates 3 --population 2 --candidate-epochs 0.5
  --final-epochs 1)
run(0 ${small} --out b --json)
set(first "${out}")
string(JSON count LENGTH "${first}" scenarios)
expect_match("${count}" "^2$")
foreach(scenario 0 1)
  string(JSON candidates LENGTH "${first}" scenarios ${scenario} candidates)
  expect_match("${candidates}" "^3$")
  foreach(i 0 1 2)
    string(JSON macs GET "${first}" scenarios ${scenario} candidates ${i} macs)
    if((scenario EQUAL 0 AND macs GREATER 1200000) OR macs GREATER 4000000)
      message(SEND_ERROR "a candidate of ${macs} MACs was trained")
    endif()
  endforeach()
  string(JSON joules GET "${first}" run spent ${scenario} energy_j)
  if(NOT joules GREATER 0)
    message(SEND_ERROR "the trainings of scenario ${scenario} were not metered: ${joules}")
  endif()
endforeach()
foreach(file scenario-1/candidate-001 scenario-2/candidate-003 scenario-2/chosen)
  if(NOT EXISTS ${FOLDER}/b/${file}/energy.csv)
    message(SEND_ERROR "${file} has no energy.csv")
  endif()
endforeach()

# Once more: everything is remembered, and what is missing is trained again to the same result.
run(0 ${small} --out b --json)
if(NOT out STREQUAL first)
  message(SEND_ERROR "a second call trained again:\n${first}\n${out}")
endif()
file(REMOVE_RECURSE ${FOLDER}/b/scenario-2/candidate-002)
run(0 ${small} --out b --json)
string(JSON again GET "${out}" scenarios)
string(JSON before GET "${first}" scenarios)
if(NOT again STREQUAL before)
  message(SEND_ERROR "a candidate that was trained again differs:\n${before}\n${again}")
endif()
fails(2 "b holds trainings with another recipe, seed, or number of epochs or candidates; repeat those or choose another --out"
  ${small} --out b --seed 2)

# The comparison takes them, and says the spread of what was carried out.
run(0 carbon compare --run b/scenario-1/chosen --per-model b --baseline ProxylessNAS --json)
expect_json("${out}" "one search for each model" rows 1 method)
string(JSON type TYPE "${out}" break_even_range "one search for each model" earliest)
expect_match("${type}" "^NUMBER$")
string(JSON type TYPE "${out}" savings "one search for each model")
expect_match("${type}" "^NUMBER$")
string(JSON count LENGTH "${out}" savings)
expect_match("${count}" "^1$")
run(0 carbon compare --run b/scenario-1/chosen --per-model b --baseline ProxylessNAS --scenarios 2)
expect_match("${out}" "this run took [0-9.]+ times the energy of one search for each model for 2 scenarios .break-even: [0-9]+ .[0-9]+ to [0-9]+.; 2 carried out.")
