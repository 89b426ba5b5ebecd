# A few hundred real images: train a supernet of ReLU networks, convert one to spiking neurons.
include(${CMAKE_CURRENT_LIST_DIR}/check.cmake)
set(data /usr/share/datasets/fashion-mnist)
if(NOT EXISTS ${data})
  message("skipped: ${data} is not there (Debian package dataset-fashion-mnist)")
  return()
endif()

set(recipe --channels 1 --resolutions 16 --data ${data} --train-images 700 --held-out 200 --batch 50
  --calibration 100 --full.epochs 1 --full.warmup-epochs 0 --kernel.epochs 0 --depth1.epochs 0
  --depth2.epochs 0 --expand1.epochs 0 --expand2.epochs 0 --json --quiet)
run(0 train --space small-relu ${recipe} --out relu)
run(0 train --space small ${recipe} --out swish)
file(WRITE ${FOLDER}/net.jsonl
  "{\"ks\":[3,3,3,3,3,3,3,3,3],\"e\":[2,2,2,2,2,2,2,2,2],\"d\":[1,1,1],\"r\":[16]}\n")
file(READ ${FOLDER}/net.jsonl net)
file(WRITE ${FOLDER}/two.jsonl "${net}${net}")

set(spike spike --arch net.jsonl --images 100 --quiet)
run(0 ${spike} --run relu --finetune-epochs 0.2 --tuned-until 8 --timesteps 4,8,16 --json
  --out net.nir --threads 1)
set(first "${out}")
foreach(row 0 1 2)
  foreach(key timesteps accuracy spikes_per_synapse energy_ratio_ops energy_ratio_memory)
    string(JSON type ERROR_VARIABLE error TYPE "${out}" curve ${row} ${key})
    if(NOT type STREQUAL "NUMBER")
      message(SEND_ERROR "curve ${row} ${key} is ${type} ${error}")
    endif()
  endforeach()
endforeach()
expect_json("${out}" 16 curve 2 timesteps)
expect_json("${out}" training curve 1 thresholds)
expect_json("${out}" percentile curve 2 thresholds)
expect_json("${out}" net.nir run file)
string(JSON ann GET "${out}" ann_accuracy)
string(JSON lines LENGTH "${out}" run criticism)
if(lines LESS 2)
  message(SEND_ERROR "${lines} lines of criticism")
endif()
if(NOT EXISTS ${FOLDER}/net.nir)
  message(SEND_ERROR "no NIR file was written")
endif()

# export writes one with thresholds by percentile, verify runs it to the same spikes.
run(0 export --run relu --arch net.jsonl --formats nir,onnx --out e --json --quiet)
file(READ ${FOLDER}/e/card.json card)
expect_json("${card}" 64 spiking timesteps)
expect_json("${card}" 500 spiking accuracy images)
string(JSON ratio GET "${card}" spiking energy_ratio_memory)
if(NOT ratio GREATER 0.01)
  message(SEND_ERROR "the card's spiking network takes ${ratio} of the energy")
endif()
# Both files in a reader of their own, h5py and numpy alone.
get_filename_component(source ${CMAKE_CURRENT_LIST_DIR}/../.. ABSOLUTE)
execute_process(COMMAND /usr/bin/python3 -c "import h5py" RESULT_VARIABLE none OUTPUT_QUIET ERROR_QUIET)
if(none EQUAL 0)
  foreach(file net.nir e/model.nir)
    execute_process(COMMAND /usr/bin/python3 ${source}/tests/export/spiking/read_nir.py ${FOLDER}/${file}
      RESULT_VARIABLE code OUTPUT_VARIABLE said ERROR_VARIABLE said)
    if(NOT code EQUAL 0)
      message(SEND_ERROR "h5py and numpy do not come to the spikes of ${file}: ${said}")
    endif()
  endforeach()
else()
  message("not read by h5py: it is not there (Debian package python3-h5py)")
endif()
run(0 verify e --json)
expect_json("${out}" ON complete)
expect_json("${out}" "coppice (spiking)" networks 0 runtimes 0 runtime)
expect_json("${out}" 0.0 networks 0 runtimes 0 largest_difference)
expect_json("${out}" ON ok)
fails(2 "--formats = nir needs images to find thresholds on; give --run, or --calibrate DATA"
  export --supernet relu/supernet.h5 --arch net.jsonl --formats nir --out f --quiet)

# A bare supernet with its data is the same network, and the same command says the same.
run(0 ${spike} --run relu --finetune-epochs 0.2 --tuned-until 8 --timesteps 4,8,16 --json --threads 1)
foreach(key ann_accuracy tuned_ann_accuracy curve)
  string(JSON a GET "${first}" ${key})
  string(JSON b GET "${out}" ${key})
  if(NOT a STREQUAL b)
    message(SEND_ERROR "${key} differs between two equal runs")
  endif()
endforeach()
run(0 ${spike} --supernet relu/supernet.h5 --data ${data} --finetune-epochs 0 --timesteps 2)
expect_match("${out}" "ANN [0-9.]+ % of 100 images.*percentile.*(does NOT save energy|spikes a synapse)")

# What cannot spike is refused by name, or replaced.
fails(1 "the network cannot spike: stem: h_swish is no rate of spikes (and 8 more layers); train a space of ReLU without squeeze-excite (small-relu), or let coppice spike --replace put ReLU and fixed gates in their place and --finetune-epochs repair them"
  ${spike} --run swish --timesteps 2)
run(0 ${spike} --run swish --timesteps 2,4 --replace --finetune-epochs 0.2 --json)
expect_json("${out}" training curve 1 thresholds)

fails(2 "--arch = two.jsonl holds 2 architectures; spike converts one"
  spike --run relu --arch two.jsonl --quiet)
fails(2 "--data is missing: a bare supernet comes without images"
  spike --supernet relu/supernet.h5 --arch net.jsonl)
fails(2 "--timesteps = 0, must be 1 to 4096" ${spike} --run relu --timesteps 0,4)
fails(2 "--timesteps must ascend and name at least one" ${spike} --run relu --timesteps 8,4)
fails(2 "--replace needs --finetune-epochs > 0: without training the replaced layers cost most of the accuracy"
  ${spike} --run relu --replace --finetune-epochs 0)
fails(2 "--grouped says how a NIR file is written; give --out FILE, or leave it out"
  ${spike} --run relu --grouped)
fails(2 "--rate, --levels, --noise and --tuned-until are of the fine-tuning, and --finetune-epochs = 0; give it epochs, or leave them out"
  ${spike} --run relu --finetune-epochs 0 --levels 99)
# Only a NIR file is replaced: no supernet, and nobody's notes.
file(SHA256 ${FOLDER}/relu/supernet.h5 before)
fails(2 "--out = relu/supernet.h5, exists and is not a NIR file; choose another name or remove it"
  ${spike} --run relu --timesteps 2 --finetune-epochs 0 --out relu/supernet.h5)
file(SHA256 ${FOLDER}/relu/supernet.h5 after)
if(NOT before STREQUAL after)
  message(SEND_ERROR "spike --out touched the supernet")
endif()
run(0 ${spike} --run relu --timesteps 2 --finetune-epochs 0 --out net.nir --json)
fails(2 "--out = e/net.nir, lies in an export, whose card would not know it; choose another place, or export with --formats nir"
  ${spike} --run relu --timesteps 2 --finetune-epochs 0 --out e/net.nir)
fails(2 "--out = nowhere/a.nir: nowhere is no folder that can be written; make it, or choose another place"
  ${spike} --run relu --timesteps 2 --out nowhere/a.nir)
fails(2 "relu holds no export; make one with coppice export" verify relu)
fails(2 "nowhere is not there; verify checks the folder of an export, or a folder of such folders"
  verify nowhere)
fails(2 "--percentile = 10, must be 50 to 100" ${spike} --run relu --percentile 10)
