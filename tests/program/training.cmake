# What training offers besides its usual course, on a few hundred real images: previews, schedules,
# one network alone, another start, fine-tuning. Without Fashion-MNIST the test is skipped.
include(${CMAKE_CURRENT_LIST_DIR}/check.cmake)
set(data /usr/share/datasets/fashion-mnist)
if(NOT EXISTS ${data})
  message("skipped: ${data} is not there (Debian package dataset-fashion-mnist)")
  return()
endif()

set(space --space small --channels 1 --resolutions 16,20)
set(images --data ${data} --train-images 700 --held-out 200 --batch 50 --calibration 100
  --threads 1 --json --quiet)
set(none --kernel.epochs 0 --depth1.epochs 0 --depth2.epochs 0 --expand1.epochs 0 --expand2.epochs 0)

# At least `least` and at most `most`.
function(expect_between value least most what)
  if(value LESS least OR value GREATER most)
    message(SEND_ERROR "${what} is ${value}, expected ${least} to ${most}")
  endif()
endfunction()

# A forecast and a rate cost a little and leave nothing.
run(0 train ${space} ${images} ${none} --full.epochs 3 --full.warmup-epochs 1 --dry-run)
expect_json("${out}" full phases 0 name)
expect_json("${out}" 40 phases 0 steps)
string(JSON seconds GET "${out}" run forecast seconds)
expect_between(${seconds} 0.5 600 "the forecast of 40 steps in seconds")
string(JSON memory GET "${out}" run forecast peak_memory_mb)
expect_between(${memory} 50 4000 "the peak memory in MB")
run(0 train ${space} ${images} --find-rate)
string(JSON rate GET "${out}" rate)
expect_between(${rate} 0.001 1 "the learning rate found")
file(GLOB left ${FOLDER}/*)
if(left)
  message(SEND_ERROR "a preview left ${left}")
endif()
fails(2 "--train-images = 100000, but there are 60000 training images"
  train ${space} --data ${data} --train-images 100000 --out x)
fails(2 "--out is missing: folder of the run" train ${space} ${images})
fails(2 "both --dry-run and --find-rate are given; one at a time"
  train ${space} ${images} --dry-run --find-rate)

# The other schedules train, and to the same bits each time.
foreach(schedule sandwich compound delayed)
  set(train train ${space} ${images} --schedule ${schedule} --full.epochs 0.5 --full.warmup-epochs 0
    --kernel.epochs 0 --${schedule}.epochs 0.5 --${schedule}.warmup-epochs 0)
  run(0 ${train} --out ${schedule})
  expect_json("${out}" completed stopped_because)
  run(0 ${train} --out ${schedule}-2)
  file(SHA256 ${FOLDER}/${schedule}/supernet.h5 first)
  file(SHA256 ${FOLDER}/${schedule}-2/supernet.h5 second)
  if(NOT first STREQUAL second)
    message(SEND_ERROR "${schedule} trained different weights the second time")
  endif()
endforeach()
fails(2 "--schedule = sandwhich, must be progressive, sandwich, attentive, compound or delayed"
  train ${space} ${images} --schedule sandwhich --out x)
fails(2 "--schedule = attentive, which samples by predicted accuracy, needs --attentive-predictor FILE"
  train ${space} ${images} --schedule attentive --out x)
run(0 measure --run sandwich --count 10 --what accuracy --held-out-images 100 --json --quiet)
run(0 fit ${space} --measurements sandwich/measurements.h5 --target accuracy --out accuracy.h5 --json)
run(0 train ${space} ${images} --schedule attentive --attentive-predictor accuracy.h5
  --attentive.epochs 0.5 --attentive.warmup-epochs 0 --out attentive)
expect_json("${out}" completed stopped_because)

# One network alone.
run(0 describe ${space} --json)
string(JSON smallest GET "${out}" smallest arch)
string(REGEX REPLACE "[\n ]" "" smallest "${smallest}")
string(REPLACE "\"r\":[16]" "\"r\":[20]" smallest "${smallest}")
file(WRITE ${FOLDER}/smallest.jsonl "${smallest}\n")
file(WRITE ${FOLDER}/two.jsonl "${smallest}\n${smallest}\n")
set(alone train ${space} ${images} ${none} --full.epochs 1 --full.warmup-epochs 0)
run(0 ${alone} --only smallest.jsonl --out alone)
string(JSON small GET "${out}" accuracy smallest)
string(JSON large GET "${out}" accuracy largest)
if(NOT small STREQUAL large)
  message(SEND_ERROR "one network has two accuracies: ${small} and ${large}")
endif()
fails(2 "two.jsonl holds 2 architectures; one is trained alone, so one line is needed"
  ${alone} --only two.jsonl --out x)
fails(2 "alone holds one trained network; there are no others to measure" measure --run alone)

# Another start: more data, then fine-tuning of what came of it.
run(0 train ${space} ${images} --train-fraction 50 --full.epochs 2 --full.warmup-epochs 0
  --kernel.epochs 0 --depth1.epochs 0 --depth2.epochs 0 --expand1.epochs 0 --expand2.epochs 1
  --expand2.warmup-epochs 0 --expand2.subnets 2 --out half)
run(0 train ${space} ${images} --init half --full.epochs 0 --kernel.epochs 0 --depth1.epochs 0
  --depth2.epochs 0 --expand1.epochs 0 --expand2.epochs 0.5 --expand2.warmup-epochs 0
  --expand2.subnets 2 --out more)
expect_json("${out}" expand2 history 0 phase)
string(JSON accuracy GET "${out}" accuracy largest)
expect_between(${accuracy} 15 100 "the accuracy after more data")

set(tune finetune --run more --arch smallest.jsonl --data ${data} --batch 50 --calibration 100
  --epochs 2 --rate 0.02 --threads 1 --json --quiet)
run(0 ${tune} --out tuned)
set(before_kill "${out}")
string(JSON before GET "${out}" accuracy_before)
string(JSON after GET "${out}" accuracy_after)
string(JSON joules GET "${out}" run energy_j)
if(NOT after GREATER before OR NOT joules GREATER 0)
  message(SEND_ERROR "fine-tuning went from ${before} to ${after} % for ${joules} J")
endif()
# What training can tell before it begins and may be asked for, fine-tuning can, too.
run(0 ${tune} --dry-run)
expect_json("${out}" finetune phases 0 name)
expect_json("${out}" 20 phases 0 steps)
run(0 ${tune} --find-rate)
string(JSON rate GET "${out}" rate)
expect_between(${rate} 0.0001 1 "the learning rate found for fine-tuning")
if(EXISTS ${FOLDER}/network.jsonl)
  message(SEND_ERROR "a preview of fine-tuning left network.jsonl")
endif()
fails(2 "--out is missing: folder of the run" ${tune})
run(0 ${tune} --out near --target-accuracy 1)
expect_json("${out}" "target accuracy reached" stopped_because)
expect_json("${out}" 1.0 epochs)
# With another target it goes on, to what a training that never stopped has come to.
run(0 ${tune} --out near --target-accuracy 0 --resume)
expect_json("${out}" completed stopped_because)
expect_json("${out}" ${after} accuracy_after)
fails(2 "--dry-run looks at a training from its beginning; leave out --resume"
  ${tune} --out near --resume --dry-run)
run(0 ${tune} --out halves --precision bf16)
file(SHA256 ${FOLDER}/halves/supernet.h5 first)
file(SHA256 ${FOLDER}/tuned/supernet.h5 second)
if(first STREQUAL second)
  message(SEND_ERROR "--precision bf16 fine-tuned to the bits of fp32")
endif()
execute_process(COMMAND timeout -s KILL 3 ${COPPICE} ${tune} --out killed
  --checkpoint-minutes 0.001 WORKING_DIRECTORY ${FOLDER} OUTPUT_QUIET ERROR_QUIET)
run(0 ${tune} --out killed --resume)
file(SHA256 ${FOLDER}/tuned/supernet.h5 first)
file(SHA256 ${FOLDER}/killed/supernet.h5 second)
if(NOT first STREQUAL second)
  message(SEND_ERROR "kill -9 and --resume fine-tuned to different weights")
endif()

# The tuned network is exported as any other, and has the accuracy that was told.
run(0 export --run tuned --arch tuned/network.jsonl --formats onnx --out e --json --quiet)
string(JSON exported GET "${out}" card accuracy top1_percent)
if(NOT exported EQUAL after)
  message(SEND_ERROR "fine-tuned to ${after} %, exported with ${exported} %")
endif()
run(0 verify e --json)
expect_json("${out}" ON ok)
# What it cost to make is its supernet's training and its own.
file(READ ${FOLDER}/e/card.json card)
expect_json("${card}" "pre-training and fine-tuning" run training kind)
foreach(part pretraining fine_tuning)
  string(JSON joules GET "${card}" run training ${part} energy_j value)
  if(NOT joules GREATER 0)
    message(SEND_ERROR "the card has ${joules} J of ${part}")
  endif()
endforeach()
file(WRITE ${FOLDER}/largest.jsonl "{\"ks\":[7,7,7,7,7,7,7,7,7],\"e\":[4,4,4,4,4,4,4,4,4],\"d\":[3,3,3],\"r\":[20]}\n")
run(2 export --run tuned --arch largest.jsonl --formats onnx --out x --quiet)
expect_match("${err}" "^coppice: tuned/supernet.h5 holds one trained network, .*; it cannot give ")
