# Every way to ask wrongly ends with one line that says what to do, and with the right exit code.
include(${CMAKE_CURRENT_LIST_DIR}/check.cmake)

fails(2 "no command is given; see coppice --help")
fails(2 "unknown command serch; the nearest known one is search; see coppice --help" serch)
fails(2 "unknown option --epocs; the nearest known one is --full.epochs" train --epocs 3)
foreach(option --space --config)
  fails(2 "/bin/sh is no text file: it holds zero bytes; give a text file" describe ${option} /bin/sh)
endforeach()
fails(2 "unexpected argument 'extra'" describe --space small extra)
fails(2 "--space is missing: search space: ofa-mobilenetv3, ofa-proxyless, ofa-resnet50, small, small-relu, or a space file"
  describe)
fails(2 "space = smal, must be a space file or one of ofa-mobilenetv3, ofa-proxyless, ofa-resnet50, small, small-relu"
  describe --space smal)
fails(2 "--seed is given twice" describe --space small --seed 1 --seed 2)
fails(2 "--threads = x, must be a whole number" describe --space small --threads x)
fails(2 "--threads = -1, must be 1 to 4096, or 0 for all" describe --space small --threads -1)
fails(2 "--device = gpu, must be cpu, cuda or cuda:INDEX; a device profile is given with --profile"
  describe --space small --device gpu)
fails(2 "--classes = 0, must be at least 1" describe --space small --classes 0)
fails(2 "--resolutions = 64-28/4, must be FIRST-LAST/STEP with FIRST <= LAST <= 1000000 and STEP > 0"
  describe --space small --resolutions 64-28/4)
fails(2 "--full.epochs = -3, must be 0 to 100000"
  train --space small --data d --out r --full.epochs -3)
fails(2 "--teacher-mode = test, must be train or eval"
  train --space small --data d --out r --teacher_mode test)
fails(2 "--precision = fp16, must be fp32 or bf16"
  train --space small --data d --out r --precision fp16)
fails(2 "--repeats = 3, must be 4 to 100000" measure --run r --repeats 3)
fails(2 "--pue = 0.5, must be 1 (no data centre) to 10" measure --run r --pue 0.5)
fails(2 "--grid: region 'Germny' is not in the grid table; the nearest known one is DEU (Germany); use a three-letter ISO 3166 code, a country's name, a state like US-CA, a cloud region like gcp:europe-west1, or WLD for the world"
  measure --run r --grid Germny)
fails(2 "--pue = 1.5, charges the energy that a run records; name the run with --run, or leave it out"
  fit --space small --measurements a --target b --out c --pue 1.5)
fails(2 "unknown option --grid; the nearest known one is --run" carbon compare --grid FRA)
fails(2 "--limit = x<2, must be 'NAME<=VALUE' or 'NAME>=VALUE'"
  search --space small --objectives x --limit x<2)
fails(2 "--maximize and --minimize are both given; at most one of them says which direction is better"
  fit --space small --measurements a --target b --out c --maximize --minimize)
fails(2 "neither --run nor --supernet is given; exactly one of them says where the weights are"
  export --arch a --out b)
fails(2 "--card, --inferences and --years are for carbon deployment" carbon compare --inferences 1e9)
fails(2 "--run, --scenarios, --baseline, --per-model, --finetuned and --machine are for carbon compare"
  carbon deployment --card a.json --inferences 1 --scenarios 3)
# Methods that were not asked for stand neither in rows nor in curves.
run(0 carbon compare --baseline DARTS --json)
foreach(place rows "curve;energy_kwh")
  string(JSON methods LENGTH "${out}" ${place})
  if(NOT methods EQUAL 6)  # DARTS and the five that train once
    message(SEND_ERROR "carbon compare --baseline DARTS has ${methods} methods in ${place}")
  endif()
endforeach()
fails(2 "--action is missing: what to do: compare or deployment" carbon)
fails(2 "carbon total: the action must be compare or deployment" carbon total)
fails(2 "--from = ofa-chek, must be ofa-checkpoint, ofa-accuracy-predictor, ofa-latency-table or ofa-net-config"
  import --from ofa-chek a --out b)

# Files: what cannot be read is a failed run, what is wrong inside is usage.
fails(1 "cannot read no/space.ini: No such file or directory" describe --space no/space.ini)
fails(1 "cannot read no.cfg: No such file or directory" describe --config no.cfg)
file(WRITE ${FOLDER}/bad.ini "family = tree\n")
fails(2 "bad.ini: family = tree, must be mobile or resnet" describe --space bad.ini)

# Configuration: names may be written with '_', the command line wins, unknown keys are refused.
file(WRITE ${FOLDER}/good.cfg "space = small\nwidth_mult = 2\n[train]\nbatch = 3\n")
run(0 describe --config good.cfg --json)
expect_json("${out}" small space)
run(0 describe --config good.cfg --space ofa-proxyless --json)
expect_json("${out}" ofa-proxyless space)
file(WRITE ${FOLDER}/bad.cfg "spase = small\n")
fails(2 "bad.cfg: unknown key spase; the nearest known one is space" describe --config bad.cfg)
file(WRITE ${FOLDER}/twice.cfg "space = small\nspace = small\n")
fails(2 "twice.cfg: the key space stands there twice" describe --config twice.cfg)

file(WRITE ${FOLDER}/other.cfg "space = small\n[train]\nbtach = 1\n")
file(WRITE ${FOLDER}/section.cfg "[mesure]\ncount = 3\n")
fails(2 "section.cfg: unknown key mesure.count; the nearest known one is measure.count"
  describe --config section.cfg)
fails(2 "unknown option --foo, where a command is needed; see coppice --help" --foo)
fails(2 "other.cfg: unknown key train.btach; the nearest known one is batch"
  describe --config other.cfg)
file(WRITE ${FOLDER}/value.cfg "space = small\nclasses = foo\n")
fails(2 "value.cfg: classes = foo, must be a whole number" describe --config value.cfg)
file(WRITE ${FOLDER}/value.cfg "space = small\nclasses = 0\n")
fails(2 "value.cfg: classes = 0, must be at least 1" describe --config value.cfg)
fails(2 "--classes = -1, must be at least 1" describe --config value.cfg --classes -1)
string(ASCII 27 escape)
file(WRITE ${FOLDER}/value.cfg "space = small\nclasses = ${escape}[31m\n")
run(2 describe --config value.cfg)
expect_match("${err}" "^coppice: value.cfg: classes = .x1b.31m, must be a whole number\n$")
file(WRITE ${FOLDER}/switch.cfg "space = small\njson = true\n")
run(0 describe --config switch.cfg)
expect_json("${out}" small space)
fails(2 "--classes = 99999999999, is far too large; no number is read above 2147483647"
  describe --space small --classes 99999999999)

# A mistake in a later step of an experiment shows up before the first.
file(WRITE ${FOLDER}/late.cfg "[train]\nspace = small\ndata = d\n[measure]\ncuont = 3\n")
fails(2 "late.cfg: unknown key measure.cuont; the nearest known one is count"
  run late.cfg --out late)
if(EXISTS ${FOLDER}/late)
  message(SEND_ERROR "a mistake in a later section must be found before anything is written")
endif()

file(WRITE ${FOLDER}/late.cfg
  "[train]\nspace = small\ndata = d\n[search]\nscenarios = no/limits.txt\n")
fails(1 "late.cfg: [search] cannot read no/limits.txt: No such file or directory" run late.cfg --out late)
file(WRITE ${FOLDER}/late.cfg
  "[train]\nspace = small\ndata = d\n[export]\nprofile = no/board.json\n")
fails(1 "cannot read no/board.json: No such file or directory" run late.cfg --out late)
if(EXISTS ${FOLDER}/late)
  message(SEND_ERROR "a missing file of a later step must be found before anything is written")
endif()

# A limit that no network meets.
fails(3 "macs<=1 cannot be met; the smallest macs is 1602736"
  search --space small --objectives params --limit macs<=1 --quiet)
