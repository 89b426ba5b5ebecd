# An export is the same for any number of threads: its JSON but for `run`, and every byte of its files
# but for what the cards say under `run`. The images are Fashion-MNIST's.
include(${CMAKE_CURRENT_LIST_DIR}/check.cmake)
set(data /usr/share/datasets/fashion-mnist)
if(NOT EXISTS ${data})
  message("skipped: ${data} is not there (Debian package dataset-fashion-mnist)")
  return()
endif()

run(0 train --space small --channels 1 --resolutions 20,28 --data ${data} --train-images 1200
  --held-out 200 --batch 50 --calibration 500 --full.epochs 1 --full.warmup-epochs 0 --kernel.epochs 0
  --depth1.epochs 0 --depth2.epochs 0 --expand1.epochs 0 --expand2.epochs 0 --out r --quiet)
set(small "{\"ks\":[3,3,3,3,3,3,3,3,3],\"e\":[2,2,2,2,2,2,2,2,2],\"d\":[1,1,1],\"r\":[20]}")
set(large "{\"ks\":[7,7,7,7,7,7,7,7,7],\"e\":[4,4,4,4,4,4,4,4,4],\"d\":[3,3,3],\"r\":[28]}")
file(WRITE ${FOLDER}/nets.jsonl "${small}\n${large}\n")
run(0 measure --run r --count 12 --held-out-images 50 --repeats 4 --what latency --quiet)
run(0 fit --space small --channels 1 --resolutions 20,28 --measurements r/measurements.h5
  --target latency_ms --out r/predictors/latency_ms.h5 --quiet)

# with_threads(N): exports to e, keeps it as e<N>, and sets json_<N> to the document without `run`.
macro(with_threads count)
  run(0 export --run r --arch nets.jsonl --formats onnx,onnx-int8,onnx-dynamic,torchscript --out e
    --threads ${count} --json --quiet)
  string(JSON json_${count} REMOVE "${out}" run)
  string(JSON verified ERROR_VARIABLE none GET "${out}" run card 1 inference energy_mj value)
  if(none)
    message(SEND_ERROR "run has no card of the second network: ${none}")
  endif()
  file(REMOVE_RECURSE ${FOLDER}/e${count})
  file(COPY ${FOLDER}/e/ DESTINATION ${FOLDER}/e${count})
  run(0 verify e --threads ${count} --json --quiet)
  string(JSON checked_${count} REMOVE "${out}" run)
endmacro()
with_threads(1)
with_threads(2)
if(NOT json_1 STREQUAL json_2)
  message(SEND_ERROR "one thread says\n${json_1}\ntwo say\n${json_2}")
endif()
if(json_1 MATCHES "\"run\"")
  message(SEND_ERROR "a second key `run` is left in ${json_1}")
endif()
if(NOT checked_1 STREQUAL checked_2)
  message(SEND_ERROR "verify on one thread says\n${checked_1}\non two\n${checked_2}")
endif()
# One damaged network does not hide the other.
file(COPY ${FOLDER}/e1/ DESTINATION ${FOLDER}/half)
file(APPEND ${FOLDER}/half/2/card.json " ")
run(1 verify half --json)
expect_json("${out}" ON networks 0 ok)
expect_json("${out}" OFF networks 1 ok)
expect_json("${out}" "half/2/card.json was edited after the export: its text has another SHA-256 than it says; export again"
  networks 1 error)
file(WRITE ${FOLDER}/half/stray.nir "")
fails(1 "half/stray.nir belongs to none of the exports in half; move it away" verify half --quiet)

foreach(net 1 2)
  foreach(name model.onnx model-int8.onnx model-dynamic.onnx model.pt reference.h5)
    file(SHA256 ${FOLDER}/e1/${net}/${name} one)
    file(SHA256 ${FOLDER}/e2/${net}/${name} two)
    if(NOT one STREQUAL two)
      message(SEND_ERROR "${net}/${name} differs between one thread and two")
    endif()
  endforeach()
  foreach(count 1 2)
    file(READ ${FOLDER}/e${count}/${net}/card.json card)
    string(JSON card_${count} REMOVE "${card}" run)
  endforeach()
  if(NOT card_1 STREQUAL card_2)
    message(SEND_ERROR "cards say\n${card_1}\nand\n${card_2}")
  endif()
endforeach()

# Where everything comes from, by its hash.
file(READ ${FOLDER}/e/1/card.json card)
foreach(place 0 1 2)
  string(JSON name GET "${card}" inputs ${place} name)
  list(APPEND names ${name})
endforeach()
if(NOT names STREQUAL "supernet.h5;nets.jsonl;fashion-mnist/t10k-images-idx3-ubyte.gz")
  message(SEND_ERROR "the card's inputs begin with ${names}")
endif()
file(SHA256 ${data}/t10k-images-idx3-ubyte.gz hash)
expect_json("${card}" ${hash} inputs 2 sha256)
# A prediction belongs to the machine that its predictor was fitted for.
string(JSON predicted GET "${card}" latency_predicted device)
string(JSON measured GET "${card}" run latency_measured device)
if(NOT predicted STREQUAL measured)
  message(SEND_ERROR "predicted for ${predicted}, measured on ${measured}")
endif()

# Latencies are those of the run's own time, in the runtime that the run was timed in, and say so.
expect_match("${card}" "quantiles of 30 samples; scaled by [0-9.]+ to what the run's first network took")
string(JSON elsewhere GET "${card}" run latency_elsewhere 0 interval)
if(NOT elsewhere STREQUAL "10 % and 90 % quantiles of 30 samples")
  message(SEND_ERROR "the run was not timed in OpenCV, but its card says ${elsewhere}")
endif()

expect_json("${card}" "pre-training" run training kind)
# The profile that energy was modelled from is named by its hash, the program's own too.
get_filename_component(source ${CMAKE_CURRENT_LIST_DIR}/../.. ABSOLUTE)
file(SHA256 ${source}/experiments/devices/server-cpu.json hash)
expect_json("${card}" ${hash} run inference profile sha256)
expect_json("${card}" server-cpu.json run inputs 0 name)
expect_match("${card}" "\"pue\": 1.56")

# The training's machine and grid are those it was recorded on, wherever the export runs; the folder of
# a fine-tuned network records its fine-tuning.
file(READ ${FOLDER}/r/energy.csv energy)
string(REPLACE "${measured}" "Another processor" elsewhere "${energy}")
string(REPLACE "World,WLD" "Germany,DEU" elsewhere "${elsewhere}")
string(REPLACE "WLD,World" "DEU,Germany" elsewhere "${elsewhere}")  # grid_code, grid_name
string(REPLACE ",train," ",finetune," elsewhere "${elsewhere}")
file(WRITE ${FOLDER}/r/energy.csv "${elsewhere}")
run(0 export --run r --arch nets.jsonl --formats onnx --out moved --quiet)
file(READ ${FOLDER}/moved/1/card.json card)
expect_json("${card}" "Another processor" run training device)
expect_json("${card}" "Germany" run training region)
expect_json("${card}" "fine-tuning" run training kind)
string(JSON grid GET "${card}" run training grid)
expect_match("${grid}" "\\(Germany, ")
expect_json("${card}" "${measured}" run latency_measured device)
file(WRITE ${FOLDER}/r/energy.csv "${energy}")

# Names of the classes: the user's, as many as there are.
file(WRITE ${FOLDER}/nine.txt "a\nb\nc\nd\ne\nf\ng\nh\ni\n")
fails(2 "--class-names = nine.txt has 9 names, the network knows 10 classes; give one a line"
  export --run r --arch nets.jsonl --class-names nine.txt --out named --quiet)
file(APPEND ${FOLDER}/nine.txt "T-shirt <top>\r\n")
run(0 export --supernet r/supernet.h5 --arch nets.jsonl --class-names nine.txt --out named --quiet)
file(READ ${FOLDER}/named/2/card.json card)
expect_json("${card}" "T-shirt <top>" class_names 9)
