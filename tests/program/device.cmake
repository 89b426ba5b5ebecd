# A device profile is calibrated on measured networks: latency alone, or latency and energy; joules
# are never invented.
include(${CMAKE_CURRENT_LIST_DIR}/check.cmake)

get_filename_component(source ${CMAKE_CURRENT_LIST_DIR}/../.. ABSOLUTE)
set(base ${source}/experiments/devices/raspberry-pi-4.json)
set(calibrate device calibrate --space small --profile ${base})

# Twelve networks of different sizes with times and energies that grow with them.
set(latencies "ks,e,d,r,latency_ms\n")
set(energies "ks,e,d,r,latency_ms,energy_mj\n")
foreach(i RANGE 11)
  math(EXPR kernel "3 + 2 * (${i} % 3)")
  math(EXPR expand "2 + ${i} / 4")
  math(EXPR depth "1 + ${i} % 3")
  math(EXPR pixels "28 + 4 * (${i} % 5)")
  math(EXPR time "2 + ${depth} * ${expand} * ${pixels} / 28")
  math(EXPR joules "3 * ${time} + ${depth}")
  string(REPEAT "${kernel} " 9 kernels)
  string(REPEAT "${expand} " 9 expands)
  set(row "${kernels},${expands},${depth} ${depth} ${depth},${pixels},${time}.25")
  string(APPEND latencies "${row}\n")
  string(APPEND energies "${row},${joules}.5\n")
endforeach()
file(WRITE ${FOLDER}/latencies.csv "${latencies}")
file(WRITE ${FOLDER}/energies.csv "${energies}")

# Without energies only the latency is calibrated, and it says so.
run(0 ${calibrate} --measurements latencies.csv --out pi.json --json)
expect_json("${out}" 12 n)
expect_json("${out}" "" energy)
expect_json("${out}" "latency calibrated, energy uncalibrated" confidence)
expect_match("${out}" "latencies.csv has no energy_mj, so latency is calibrated and joules stay those of the base")
file(READ ${FOLDER}/pi.json profile)
expect_json("${profile}" none calibration method)
expect_json("${profile}" 12.0 calibration latency_n)
string(JSON static GET "${profile}" power static_W)
expect_match("${static}" "^2\\.(3|2999)")
expect_json("${profile}" pi id)

# With energies the joules are those of the device.
fails(2 "--meter is missing: say what read energy_mj of energies.csv: rapl, nvml, ina3221, usb or wall"
  ${calibrate} --measurements energies.csv --out metered.json)
run(0 ${calibrate} --measurements energies.csv --meter usb --out metered.json --name "my board")
expect_match("${out}" "written to metered.json: calibrated on 12 subnets \\(usb, [0-9-]+, error [0-9.]+ %\\)")
expect_match("${out}" "note: 12 networks are few: measure 20 or more, of all sizes")
file(READ ${FOLDER}/metered.json profile)
expect_json("${profile}" nnls calibration method)
expect_json("${profile}" "my board" name)
string(JSON error GET "${profile}" calibration mape)
if(error GREATER 10)
  message(SEND_ERROR "energies that follow time and size are predicted ${error} % wrong")
endif()

# The profile serves: a search asks it, and it can be calibrated again.
run(0 search --space small --profile metered.json --objectives energy_mj --limit macs>=3e6
  --evaluations 300 --json --quiet)
string(JSON type TYPE "${out}" best energy_mj)
expect_match("${type}" "^NUMBER$")
run(0 device calibrate --space small --profile metered.json --measurements energies.csv --meter usb
  --out again.json)
fails(2 "--out = metered.json, is also given with --profile; choose another name"
  device calibrate --space small --profile metered.json --measurements energies.csv --meter usb
  --out metered.json)

# Only a profile is replaced, and bad input damages nothing.
file(WRITE ${FOLDER}/notes.txt "months of notes\n")
fails(2 "--out = notes.txt, exists and is not a device profile; choose another name or remove it"
  ${calibrate} --measurements latencies.csv --out notes.txt)
fails(2 "--out = latencies.csv, is also given with --measurements; choose another name"
  ${calibrate} --measurements latencies.csv --out latencies.csv)
file(WRITE ${FOLDER}/few.csv "arch,latency_ms\n")
foreach(i RANGE 6)
  math(EXPR pixels "28 + 4 * ${i}")
  file(APPEND ${FOLDER}/few.csv "\"{\"\"ks\"\":[3,3,3,3,3,3,3,3,3],\"\"e\"\":[2,2,2,2,2,2,2,2,2],\"\"d\"\":[1,1,1],\"\"r\"\":[${pixels}]}\",${i}.5\n")
endforeach()
fails(1 "7 different networks are measured; a calibration needs at least 8, better 20, of all sizes"
  ${calibrate} --measurements few.csv --out pi.json)
file(WRITE ${FOLDER}/energy_only.csv "arch,energy_mj\n")
fails(1 "energy_only.csv has no latency_ms; a calibration needs the latency of every network beside its energy (--latency NAME names another column)"
  ${calibrate} --measurements energy_only.csv --out pi.json)
fails(2 "device measure: the action must be calibrate"
  device measure --space small --profile a --measurements b --out c)
fails(2 "--meter = guess, must be rapl, nvml, ina3221, usb or wall: what read the energies"
  ${calibrate} --measurements energies.csv --meter guess --out pi.json)
fails(2 "--numbers = bf16, must be fp32, fp16 or int8"
  ${calibrate} --measurements energies.csv --numbers bf16 --out pi.json)
