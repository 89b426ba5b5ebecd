# Bad data, checkpoints and architectures: one line each, nothing damaged.
include(${CMAKE_CURRENT_LIST_DIR}/check.cmake)

fails(1 "data folder nowhere does not exist" train --space small --data nowhere --out r)
file(MAKE_DIRECTORY ${FOLDER}/empty)
run(1 train --space small --data empty --out r)
expect_match("${err}" "^coppice: empty ")
file(WRITE ${FOLDER}/line.jsonl "{\"ks\":[3],\"e\":[2],\"d\":[1]}\n")
fails(1 "--run = no does not exist; give the folder that coppice train --out made"
  export --run no --arch line.jsonl --out e)
file(WRITE ${FOLDER}/text.h5 "this is no HDF5 file")
run(1 export --supernet text.h5 --arch line.jsonl --out e)
expect_match("${err}" "^coppice: .*text.h5")
file(WRITE ${FOLDER}/text.pth "this is no PyTorch file")
run(1 import --from ofa-checkpoint text.pth --out weights.h5)
expect_match("${err}" "^coppice: text.pth")
run(1 measure --run no)
if(EXISTS ${FOLDER}/no OR EXISTS ${FOLDER}/r OR EXISTS ${FOLDER}/e OR EXISTS ${FOLDER}/weights.h5)
  message(SEND_ERROR "a failed command left something behind")
endif()
# A configuration file that is none: its line is named; a byte order mark is no mistake.
file(WRITE ${FOLDER}/bad.cfg "# a comment\n[train]\nspace small\n")
fails(2 "bad.cfg line 3: 'space small' is neither KEY = VALUE nor a [section]"
  describe --config bad.cfg)
string(ASCII 239 187 191 mark)
file(WRITE ${FOLDER}/marked.cfg "${mark}space = small\n")
run(0 describe --config marked.cfg)

if(DEFINED ENV{COPPICE_SHARED_DATA})
  # A checkpoint of another space, and an architecture of another space.
  set(pth $ENV{COPPICE_SHARED_DATA}/ofa_reference_proxyless/checkpoint.pth)
  run(1 import --from ofa-checkpoint ${pth} --out w.h5 --space ofa-mobilenetv3 --width-mult 0.35 --classes 10)
  expect_match("${err}" "is this a checkpoint of this space|check --space, --width-mult and --classes")
  run(0 import --from ofa-checkpoint ${pth} --out w.h5 --space ofa-proxyless --width-mult 0.35 --classes 10)
  fails(2 "line.jsonl line 1: ks has 1 values, the space ofa-proxyless needs 21"
    export --supernet w.h5 --arch line.jsonl --out e)
  # The largest network of the other reference amplifies the rounding of noise; on pictures it agrees.
  # Exported twice it is the same to the bit.
  run(0 import --from ofa-checkpoint $ENV{COPPICE_SHARED_DATA}/ofa_reference_mbv3/checkpoint.pth
    --out m.h5 --space ofa-mobilenetv3 --width-mult 0.35 --classes 10)
  string(REPEAT "7," 19 kernels)
  string(REPEAT "6," 19 expansions)
  file(WRITE ${FOLDER}/largest.jsonl
    "{\"ks\":[${kernels}7],\"e\":[${expansions}6],\"d\":[4,4,4,4,4],\"r\":[160]}\n")
  foreach(i RANGE 1 2)
    run(0 export --supernet m.h5 --arch largest.jsonl --formats onnx --out largest-${i} --quiet)
    file(SHA256 ${FOLDER}/largest-${i}/reference.h5 reference${i})
  endforeach()
  expect_match("${reference1}" "^${reference2}$")
endif()
