# What Once-For-All published, imported and used: a network of known accuracy and latency.
include(${CMAKE_CURRENT_LIST_DIR}/check.cmake)

# Messages need no data.
file(WRITE ${FOLDER}/net.config "{}")
fails(1 "net.config is no net.config: a JSON object with a name and blocks is needed"
  import --from ofa-net-config net.config --out n.jsonl)
fails(1 ". holds no file <resolution>_lookup_table.yaml"
  import --from ofa-latency-table . --out t.h5)
fails(2 "--from = ofa-table, must be ofa-checkpoint, ofa-accuracy-predictor, ofa-latency-table or ofa-net-config"
  import --from ofa-table . --out t.h5)
file(WRITE ${FOLDER}/notes.txt "mine\n")
fails(2 "--out = notes.txt, exists and is not a predictor; choose another name or remove it"
  import --from ofa-latency-table . --out notes.txt)

set(data $ENV{COPPICE_SHARED_DATA})
if(NOT IS_DIRECTORY "${data}/ofa_acc_predictor")
  message(STATUS "skipped: COPPICE_SHARED_DATA does not name the folder of reference files")
  return()
endif()
run(0 import --from ofa-accuracy-predictor ${data}/ofa_acc_predictor/acc_predictor.pth --out a.h5 --json)
expect_json("${out}" ofa-accuracy-predictor imported)
run(0 import --from ofa-latency-table ${data}/ofa_note10_latency_table --out l.h5 --json)
expect_json("${out}" ofa-latency-table imported)
expect_json("${out}" 1.2 width_mult)
file(WRITE ${FOLDER}/best.jsonl
  "{\"ks\":[3,3,3,3,5,5,3,3,3,3,3,3,3,3,3,3,3,3,3,3],\"e\":[4,3,3,3,4,4,3,3,4,4,3,3,4,3,4,4,6,6,6,3],\"d\":[2,3,4,4,4],\"r\":[192]}\n")
run(0 predict --predictor a.h5 l.h5 --arch best.jsonl --json)
string(JSON accuracy GET "${out}" predictions 0 accuracy value)
string(JSON latency GET "${out}" predictions 0 latency_ms value)
expect_match("${accuracy}" "^82.200[0-9]*$")
expect_match("${latency}" "^24.99[23][0-9]*$")

# A search takes the width of the table and the resolutions of both.
set(note10 search --space ofa-mobilenetv3 --predictor a.h5 l.h5 --objectives accuracy --evaluations 2000 --quiet --json)
run(0 ${note10} --limit latency_ms<=25)
string(JSON resolutions GET "${out}" resolutions)
string(REGEX REPLACE "[ \n]" "" resolutions "${resolutions}")
expect_match("${resolutions}" "^.160,176,192,208,224.$")

# Drafted with rounded numbers, where the processor has them: what is found is evaluated in fp32, and
# the same on any number of threads.
set(drafted ${note10} --limit latency_ms<=25 --precision bf16)
run(0 ${drafted} --threads 1)
string(JSON best GET "${out}" best)
string(JSON one GET "${out}" front)
string(JSON arch GET "${best}" arch)
string(JSON found GET "${best}" accuracy)
string(REGEX REPLACE "[ \n]" "" arch "${arch}")
file(WRITE ${FOLDER}/drafted.jsonl "${arch}\n")
run(0 predict --predictor a.h5 --arch drafted.jsonl --json)
string(JSON exact GET "${out}" predictions 0 accuracy value)
if(NOT found STREQUAL exact)
  message(SEND_ERROR "a drafted search reports ${found}, the predictor says ${exact}")
endif()
run(0 ${drafted} --threads 2)
string(JSON two GET "${out}" front)
if(NOT one STREQUAL two)
  message(SEND_ERROR "one thread finds\n${one}\ntwo find\n${two}")
endif()
fails(2 "--precision = bf16, is for the algorithms local and nsga2, not for random"
  ${drafted} --algorithm random)
fails(2 "--precision = bf16, needs --evaluations = 1000 or more"
  search --predictor a.h5 l.h5 --objectives accuracy --evaluations 500 --precision bf16)
fails(2 "--precision = bf16, leaves a fifth of --evaluations = 2000 for fp32, and that must be at least --population = 500"
  search --predictor a.h5 l.h5 --objectives accuracy,latency_ms --evaluations 2000 --population 500 --precision bf16)
fails(2 "--precision = int8, must be fp32 or bf16"
  search --predictor a.h5 l.h5 --objectives accuracy --precision int8)
run(3 ${note10} --limit latency_ms<=1)
