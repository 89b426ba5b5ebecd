# The whole job on a few hundred real images: train, measure, fit, search, export, verify, and the
# way back from an interruption. The images are Fashion-MNIST's; without them the test is skipped.
include(${CMAKE_CURRENT_LIST_DIR}/check.cmake)
set(data /usr/share/datasets/fashion-mnist)
if(NOT EXISTS ${data})
  message("skipped: ${data} is not there (Debian package dataset-fashion-mnist)")
  return()
endif()

set(space --space small --channels 1 --resolutions 16,20)
set(recipe --data ${data} --train-images 700 --held-out 200 --batch 50 --calibration 100
  --full.epochs 1 --full.warmup-epochs 0 --kernel.epochs 0.5 --kernel.warmup-epochs 0
  --depth1.epochs 0 --depth2.epochs 0.5 --depth2.warmup-epochs 0
  --expand1.epochs 0 --expand2.epochs 0.5 --expand2.warmup-epochs 0 --expand2.subnets 2)
set(train train ${space} ${recipe} --threads 1 --json --quiet)

run(0 ${train} --out a)
expect_json("${out}" completed stopped_because)
string(JSON largest GET "${out}" accuracy largest)
if(largest LESS 11)
  message(SEND_ERROR "the largest network guesses: ${largest} %")
endif()
run(0 ${train} --out b)
file(SHA256 ${FOLDER}/a/supernet.h5 first)
file(SHA256 ${FOLDER}/b/supernet.h5 second)
if(NOT first STREQUAL second)
  message(SEND_ERROR "the same seed and threads trained different weights")
endif()

# What exists is not overwritten, and only the same options go on.
fails(2 "a already holds a supernet; add --resume to go on with it, or choose another --out"
  ${train} --out a)
fails(2 "a/supernet.h5 was trained with other options: --seed was '1', now it is '2'; repeat those in a/experiment.cfg or choose another --out"
  ${train} --out a --resume --seed 2)

fails(2 "a/supernet.h5 holds a supernet of the space small, not of small-relu; repeat --space or choose another --out"
  train --space small-relu --channels 1 --resolutions 16,20 ${recipe} --threads 1 --quiet --out a --resume)

# Killed at some moment and resumed: the same bytes.
execute_process(COMMAND timeout -s KILL 4 ${COPPICE} ${train} --out c
  WORKING_DIRECTORY ${FOLDER} OUTPUT_QUIET ERROR_QUIET)
run(0 ${train} --out c --resume)
file(SHA256 ${FOLDER}/c/supernet.h5 resumed)
if(NOT first STREQUAL resumed)
  message(SEND_ERROR "kill -9 and --resume trained different weights")
endif()

# Other images under the same path are noticed before anything is trained on them.
set(swapped train ${space} --data pictures --train-images 300 --held-out 50 --batch 50
  --calibration 50 --full.epochs 0.5 --full.warmup-epochs 0 --kernel.epochs 0 --depth1.epochs 0
  --depth2.epochs 0 --expand1.epochs 0 --expand2.epochs 0 --threads 1 --json --quiet --out d)
file(COPY ${data}/ DESTINATION ${FOLDER}/pictures)
run(0 ${swapped})
foreach(kind images-idx3 labels-idx1)
  file(COPY_FILE ${data}/t10k-${kind}-ubyte.gz ${FOLDER}/pictures/train-${kind}-ubyte.gz)
endforeach()
fails(1 "pictures holds other images than when the training of d began; restore them or choose another --out"
  ${swapped} --resume)

fails(2 "--held-out-images = 201, but 200 images are held out in a"
  measure --run a --count 12 --held-out-images 201 --quiet)
run(0 measure --run a --count 12 --held-out-images 100 --repeats 4 --json --quiet)
expect_json("${out}" 12 count)
run(0 fit ${space} --measurements a/measurements.h5 --target accuracy --out a/predictors/accuracy.h5
  --json)
expect_json("${out}" 12 n)
run(0 fit ${space} --measurements a/measurements.h5 --target latency_ms
  --out a/predictors/latency_ms.h5)
expect_match("${out}" "\nmeasured with batch 1, device [^\n]*, runtime libtorch [^\n]*fp32[^\n]*, threads 1\n")
run(0 search ${space} --predictor a/predictors/accuracy.h5 --predictor a/predictors/latency_ms.h5
  --objectives accuracy,latency_ms --limit "macs<=1.5e6" --evaluations 2000 --json --quiet)
expect_json("${out}" 1 conditions latency_ms threads)
expect_json("${out}" 100 conditions accuracy images)
string(JSON best GET "${out}" best arch)
string(JSON macs GET "${out}" best macs)
if(macs GREATER 1500000)
  message(SEND_ERROR "the limit macs<=1.5e6 is violated: ${macs}")
endif()
string(REGEX REPLACE "[\n ]" "" best "${best}")
file(WRITE ${FOLDER}/best.jsonl "${best}\n")

run(0 export --run a --arch best.jsonl --formats onnx,torchscript --out e --json --quiet)
string(JSON exported GET "${out}" card macs)
if(NOT exported EQUAL macs)
  message(SEND_ERROR "${macs} multiply-accumulates were found, ${exported} exported")
endif()
string(JSON difference GET "${out}" largest_difference)
if(difference GREATER 0.0001)
  message(SEND_ERROR "an exported file differs by ${difference}")
endif()
run(0 verify e --json)
expect_json("${out}" ON ok)
file(WRITE ${FOLDER}/e/model.onnx "not a model")
run(1 verify e)
expect_match("${err}" "(^|\n)coppice: e/model.onnx ")

# Every format at once, counted on the test images; then fewer formats into the same folder.
run(0 export --run a --arch best.jsonl
  --formats onnx,onnx-int8,onnx-dynamic,onnx-mobile,torchscript --out e --json --quiet)
run(0 verify e --data ${data} --json --quiet)
expect_json("${out}" ON ok)
# Each float32 file is as accurate in each runtime as the card says, and in 8 bits at most a point worse.
string(JSON counts LENGTH "${out}" networks 0 test_images)
math(EXPR last "${counts} - 1")
foreach(i RANGE ${last})
  string(JSON counted GET "${out}" networks 0 test_images ${i} file)
  string(JSON right GET "${out}" networks 0 test_images ${i} correct)
  if(counted STREQUAL "model-int8.onnx")
    math(EXPR lost "${exact} - ${right}")
    if(lost GREATER 100)  # of 10,000 images
      message(SEND_ERROR "in 8 bits ${right} are right, ${exact} in float32")
    endif()
  else()
    set(exact ${right})
    expect_json("${out}" "${right}" networks 0 test_images ${i} expected)
  endif()
endforeach()
# Whatever comes first, files are compared with an exact one.
run(0 export --run a --arch best.jsonl --formats onnx-int8,onnx-dynamic --out order --quiet)
run(0 verify order --data ${data} --quiet)
run(0 export --run a --arch best.jsonl --formats torchscript --out e --json --quiet)
file(GLOB left RELATIVE ${FOLDER}/e ${FOLDER}/e/*)
if(NOT left STREQUAL "card.json;card.md;model.pt;reference.h5")
  message(SEND_ERROR "an export of TorchScript alone leaves ${left}")
endif()
run(0 export --supernet a/supernet.h5 --arch best.jsonl --out bare --quiet)
fails(1 "bare/card.json does not say how accurate the network is or how its images are prepared; export it from a run to count test images"
  verify bare --data ${data} --quiet)
fails(2 "--formats = onnx-int8 needs images to see how values range; give --run, or --calibrate DATA"
  export --supernet a/supernet.h5 --arch best.jsonl --formats onnx-int8 --out bare --quiet)

# Latency in another runtime becomes a target of its own beside what was measured before.
run(0 measure --run a --count 12 --held-out-images 100 --repeats 4 --what latency --runtime opencv
  --json --quiet)
expect_json("${out}" 12 count)
run(0 fit ${space} --measurements a/measurements.h5 --target latency_opencv_ms
  --out a/predictors/latency_opencv_ms.h5 --json)
expect_json("${out}" 12 n)
run(0 search ${space} --predictor a/predictors/accuracy.h5
  --predictor a/predictors/latency_opencv_ms.h5 --objectives accuracy,latency_opencv_ms
  --evaluations 500 --json --quiet)

run(0 carbon compare --run a --json)
expect_json("${out}" "this run" rows 0 method)

# Energy is a counter's or none; a profile is calibrated on what was timed; an inference has an SCI.
execute_process(COMMAND ${COPPICE} measure --run a --count 2 --what energy --quiet
  WORKING_DIRECTORY ${FOLDER} RESULT_VARIABLE code OUTPUT_QUIET ERROR_VARIABLE err)
if(code EQUAL 2)
  expect_match("${err}" "^coppice: --what = energy, but no energy counter can be read here .*; measure accuracy and latency, or read a wall or USB meter and see coppice device --help\n$")
elseif(NOT code EQUAL 0)
  message(SEND_ERROR "measure --what energy neither measures nor says why: ${err}")
endif()
get_filename_component(source ${CMAKE_CURRENT_LIST_DIR}/../.. ABSOLUTE)
set(server ${source}/experiments/devices/server-cpu.json)
run(0 device calibrate ${space} --measurements a/measurements.h5 --profile ${server}
  --latency latency_opencv_ms --out here.json --json)
expect_json("${out}" 12 n)
run(0 carbon deployment --card e/card.json --inferences 1e9 --profile ${server} --json)
string(JSON type TYPE "${out}" rows 0 sci_g_per_inference value)
expect_match("${type}" "^NUMBER$")
run(0 carbon deployment --card e/card.json --inferences 1e9 --json)
string(JSON type TYPE "${out}" rows 0 sci_g_per_inference)
expect_match("${type}" "^NULL$")

# Networks of one's own choice are measured as sampled ones are, in their order; what is known stays.
file(WRITE ${FOLDER}/mine.jsonl
  "{\"ks\":[3,3,3,3,3,3,3,3,3],\"e\":[2,2,2,2,2,2,2,2,2],\"d\":[2,2,2],\"r\":[16]}\n"
  "{\"ks\":[7,7,7,7,7,7,7,7,7],\"e\":[4,4,4,4,4,4,4,4,4],\"d\":[3,3,3],\"r\":[20]}\n")
set(mine measure --run a --arch mine.jsonl --held-out-images 100 --repeats 4 --quiet)
run(0 ${mine} --json)
expect_json("${out}" 13 count)  # the second is the largest, which was measured
expect_json("${out}" 16 networks 0 arch r 0)
expect_json("${out}" 20 networks 1 arch r 0)
string(JSON first GET "${out}" networks 0 accuracy)
string(JSON latency GET "${out}" networks 0 latency_ms)
run(0 ${mine} --json)
expect_json("${out}" ${first} networks 0 accuracy)
expect_json("${out}" ${latency} networks 0 latency_ms)
run(0 ${mine})
expect_match("${out}" "^ +accuracy +latency_ms  network\n +[0-9.]+ +[0-9.]+  {\"ks\":")
file(WRITE ${FOLDER}/mine.jsonl "{\"ks\":[3],\"e\":[2],\"d\":[2],\"r\":[16]}\n")
run(2 ${mine})
expect_match("${err}" "^coppice: mine.jsonl line 1[^\n]*\n$")

# An experiment in steps: what `run` leaves behind serves the single commands, and it goes on after
# its first step.
string(REPLACE ";" "\n" lines "space = small;channels = 1;resolutions = 16,20;data = ${data};train-images = 700;held-out = 200;batch = 50;calibration = 100;full.epochs = 0.5;full.warmup-epochs = 0;kernel.epochs = 0;kernel.warmup-epochs = 0;depth1.epochs = 0;depth2.epochs = 0;depth2.warmup-epochs = 0;expand1.epochs = 0;expand2.epochs = 0.5;expand2.warmup-epochs = 0")
file(WRITE ${FOLDER}/job.cfg "[train]\n${lines}\n[measure]\ncount = 10\nheld-out-images = 50\nrepeats = 4\n[search]\nevaluations = 500\nscenarios = job.scenarios\n[export]\nformats = onnx\n")
file(WRITE ${FOLDER}/job.scenarios "macs<=1.5e6\nmacs<=3e6\n")
run(0 run job.cfg --out job --steps train --threads 1 --quiet)
run(0 run job.cfg --out job --threads 1 --quiet)
run(0 measure --run job --count 10 --held-out-images 50 --repeats 4 --json --quiet)
expect_json("${out}" 10 count)
run(0 verify job/exports --json)
string(JSON networks LENGTH "${out}" networks)
if(NOT networks EQUAL 2)
  message(SEND_ERROR "two networks were exported, ${networks} verified")
endif()

# The same search, with measurements: chosen networks show what was measured beside what was predicted.
file(READ ${FOLDER}/job.cfg job)
string(REPLACE "[search]\n" "[search]\nmeasure = 2\nrounds = 1\n" job "${job}")
file(WRITE ${FOLDER}/measuring.cfg "${job}")
run(0 run measuring.cfg --out job --steps search,export --threads 1 --quiet)
run(0 report job)
expect_match("${out}" "measured [0-9.]+ %")
run(0 measure --run job --count 10 --held-out-images 50 --repeats 4 --json --quiet)
string(JSON count GET "${out}" count)
if(NOT count GREATER 10)
  message(SEND_ERROR "the search kept no measurements: ${count}")
endif()

# Measurements belong to the weights they were made with.
file(SHA256 ${FOLDER}/job/supernet.h5 weights)
file(COPY ${FOLDER}/a/supernet.h5 DESTINATION ${FOLDER}/job)
file(SHA256 ${FOLDER}/a/supernet.h5 other)
fails(1 "job/measurements.h5 was measured under other conditions: supernet_sha256 = ${weights} there, ${other} now; remove it to measure anew"
  measure --run job --count 12 --held-out-images 50 --repeats 4 --quiet)
