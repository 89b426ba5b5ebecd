# Fit, predict and search on exact costs: the same document from any number of threads and after
# going on.
include(${CMAKE_CURRENT_LIST_DIR}/check.cmake)
get_filename_component(source ${CMAKE_CURRENT_LIST_DIR}/../.. ABSOLUTE)

# expect_same(A B): equal but for what stands under `run`.
function(expect_same a b)
  string(JSON a REMOVE "${a}" run)
  string(JSON b REMOVE "${b}" run)
  if(NOT a STREQUAL b)
    message(SEND_ERROR "documents differ:\n${a}\n${b}")
  endif()
endfunction()

set(search search --space small --objectives macs,params --limit macs>=5e6 --json --quiet)
run(0 ${search} --evaluations 600 --threads 1)
set(first "${out}")
run(0 ${search} --evaluations 600 --threads 2 --out kept/search.h5)
expect_same("${first}" "${out}")
run(0 ${search} --evaluations 600 --out kept/search.h5 --resume)
expect_same("${first}" "${out}")
expect_json("${out}" 600 evaluations)
expect_json("${out}" evaluations stopped_because)

# Twelve measured networks are enough to fit; the names come back in the predictions.
set(table "ks,e,d,r,seconds\n")
set(nets "")
foreach(i RANGE 11)
  math(EXPR kernel "3 + 2 * (${i} % 3)")
  math(EXPR expand "2 + ${i} / 4")
  math(EXPR depth "1 + ${i} % 3")
  math(EXPR pixels "28 + 4 * (${i} % 5)")
  string(APPEND table "${kernel} ${kernel} ${kernel} ${kernel} ${kernel} ${kernel} ${kernel} ${kernel} ${kernel},")
  string(APPEND table "${expand} ${expand} ${expand} ${expand} ${expand} ${expand} ${expand} ${expand} ${expand},")
  string(APPEND table "${depth} ${depth} ${depth},${pixels},${i}.5\n")
endforeach()
file(WRITE ${FOLDER}/measured.csv "${table}")
run(0 fit --space small --measurements measured.csv --target seconds --out p/seconds.h5 --json)
expect_json("${out}" 12 n)
expect_json("${out}" OFF maximize)
file(WRITE ${FOLDER}/net.jsonl
  "{\"ks\":[3,3,3,3,3,3,3,3,3],\"e\":[2,2,2,2,2,2,2,2,2],\"d\":[1,1,1],\"r\":[28]}\n")
run(0 predict --predictor p/seconds.h5 --arch net.jsonl --json)
string(JSON type TYPE "${out}" predictions 0 seconds value)
expect_match("${type}" "^NUMBER$")
fails(1 "measured.csv has no column accuracy; its columns are: ks, e, d, r, seconds"
  fit --space small --measurements measured.csv --target accuracy --out p/accuracy.h5)

# Measurements that cannot be fitted are named with their place, and nothing is written.
set(columns "ks,e,d,r,seconds\n3 3 3 3 3 3 3 3 3,2 2 2 2 2 2 2 2 2,1 1 1,28,")
foreach(number nan inf -inf 1e999 twelve)
  file(WRITE ${FOLDER}/bad.csv "${columns}${number}\n")
  run(1 fit --space small --measurements bad.csv --target seconds --out p/bad.h5)
  expect_match("${err}" "^coppice: bad.csv line 2: seconds = '${number}'(, must be a finite number| is not a number)\n$")
endforeach()
file(WRITE ${FOLDER}/bad.csv "${columns}1\n")
fails(1 "fitting seconds needs measurements of at least 10 different architectures, found 1"
  fit --space small --measurements bad.csv --target seconds --out p/bad.h5)
fails(2 "--kinds: kind of predictor 'forest' is not known; there are ridge-physical, ridge-stages, ridge-choices, ridge-hybrid, ridge-groups, process-groups, gaussian-process, ofa-mlp"
  fit --space small --measurements measured.csv --target seconds --kinds forest --out p/bad.h5)
fails(2 "--plot = net.jsonl, exists and is not a picture of Coppice; choose another name or remove it"
  fit --space small --measurements measured.csv --target seconds --out p/bad.h5 --plot net.jsonl)
if(EXISTS ${FOLDER}/p/bad.h5)
  message(SEND_ERROR "a failed fit left a predictor behind")
endif()

# Held-out predictions as a picture; kinds by name.
run(0 fit --space small --measurements measured.csv --target seconds --out p/drawn.h5
  --kinds ridge-physical,ridge-groups --plot p/drawn.svg)
expect_match("${out}" "ridge-.*, drawn in p/drawn.svg")
file(READ ${FOLDER}/p/drawn.svg picture)
expect_match("${picture}" "drawn by Coppice.*networks held out of the fit")
run(0 fit --space small --measurements measured.csv --target seconds --out p/drawn.h5 --plot p/drawn.svg
  --quiet)
fails(2 "--target: target 'x<=3': a name has letters, digits, '_', '-' and '.' only"
  fit --space small --measurements measured.csv --target "x<=3" --out p/bad.h5)
fails(2 "--target = macs, is counted exactly (coppice describe); there is nothing to fit"
  fit --space small --measurements measured.csv --target macs --out p/bad.h5)
fails(2 "--plot and --out are the same file"
  fit --space small --measurements measured.csv --target seconds --out p/bad.h5 --plot p/../p/bad.h5)
file(WRITE ${FOLDER}/large.jsonl
  "{\"ks\":[3,3,3,3,3,3,3,3,3],\"e\":[2,2,2,2,2,2,2,2,2],\"d\":[1,1,1],\"r\":[64]}\n")
run(0 predict --predictor p/seconds.h5 --arch large.jsonl)
expect_match("${err}" "1 of 1 networks have a resolution at which seconds was never measured")
run(0 predict --predictor p/seconds.h5 --arch large.jsonl --json --quiet)
string(JSON type TYPE "${out}" predictions 0 seconds high)
expect_match("${type}" "^NULL$")
fails(2 "--region = DEU, needs --profile FILE: the device whose carbon it decides"
  search --objectives seconds --predictor p/seconds.h5 --region DEU)

# The space is the predictor's own unless another is named.
run(0 search --objectives seconds --predictor p/seconds.h5 --evaluations 300 --json --quiet)
expect_json("${out}" small space)
run(0 search --objectives seconds --predictor p/seconds.h5 --evaluations 300 --quiet)
expect_match("${out}" "^space small, resolutions 28, 32, 36, 40, 44 pixels\n")
fails(2 "--width-mult needs --space: without it the space is the predictors' own"
  predict --predictor p/seconds.h5 --arch net.jsonl --width-mult 2)
fails(2 "--predictor p/seconds.h5 and p/drawn.h5 both predict seconds; give one of them, or one a name of its own: NAME=FILE"
  search --space small --objectives seconds --predictor p/seconds.h5 p/drawn.h5)
fails(2 "--predictor p/seconds.h5 and p/drawn.h5 both predict seconds; give one of them, or one a name of its own: NAME=FILE"
  predict --predictor p/seconds.h5 p/drawn.h5 --arch net.jsonl)

# Two devices: one predictor answers for a name of its own, in objectives and in limits.
run(0 search --space small --objectives seconds,other_s --limit "other_s<=1e9" --evaluations 300
  --predictor p/seconds.h5 other_s=p/drawn.h5 --json --quiet)
expect_match("${out}" "\"seconds\":[0-9.e-]+,\"other_s\":[0-9.e-]+|\"other_s\":[0-9.e-]+,\"seconds\":")
string(JSON half GET "${out}" interval90 other_s)
expect_match("${half}" "^[0-9.e-]+$")
run(0 predict --predictor p/seconds.h5 other_s=p/drawn.h5 --arch net.jsonl)
expect_match("${out}" "seconds +other_s")

# What a set of limits finds does not depend on those before it.
file(WRITE ${FOLDER}/alone.txt "params<=300000\n")
file(WRITE ${FOLDER}/second.txt "seconds<=1e-30\nparams<=300000\n")
set(two_goals search --objectives seconds,params --predictor p/seconds.h5 --evaluations 400 --json --quiet)
run(0 ${two_goals} --scenarios alone.txt)
string(JSON alone GET "${out}" scenarios 0 hypervolume)
run(3 ${two_goals} --scenarios second.txt)
string(JSON second GET "${out}" scenarios 1 hypervolume)
expect_match("${second}" "^${alone}$")

# A predictor of another space, or one that is damaged.
fails(1 "p/seconds.h5 is a predictor for the space small, not for ofa-mobilenetv3"
  search --space ofa-mobilenetv3 --objectives seconds --predictor p/seconds.h5)
execute_process(COMMAND head -c 3000 ${FOLDER}/p/seconds.h5 OUTPUT_FILE ${FOLDER}/p/cut.h5)
run(1 search --space small --objectives seconds --predictor p/cut.h5)
expect_match("${err}" "^coppice: [^\n]*p/cut.h5[^\n]*\n$")
run(1 predict --predictor p/cut.h5 --arch net.jsonl)
expect_match("${err}" "^coppice: [^\n]*p/cut.h5[^\n]*\n$")
run(1 fit --space small --measurements p/cut.h5 --target seconds --out p/bad.h5)
expect_match("${err}" "^coppice: [^\n]*p/cut.h5[^\n]*\n$")

# A result replaces only one of its own kind, and never what it is made of.
fails(2 "--out = p/seconds.h5, exists and is not a search; choose another name or remove it"
  search --space small --objectives macs --out p/seconds.h5)
fails(2 "--out = kept/search.h5, exists and is not a predictor; choose another name or remove it"
  fit --space small --measurements measured.csv --target seconds --out kept/search.h5)
fails(2 "--out = ./measured.csv, is also given with --measurements; choose another name"
  fit --space small --measurements measured.csv --target seconds --out ./measured.csv)
fails(2 "--out = p/seconds.h5, is also given with --predictor; choose another name"
  search --space small --objectives seconds --predictor p/seconds.h5 --out p/seconds.h5)
run(0 fit --space small --measurements measured.csv --target seconds --out p/seconds.h5 --quiet)

# One search for each set of limits.
file(WRITE ${FOLDER}/limits.txt "# two devices\nmacs<=6e6\nmacs <= 4e6, params<=3e5\n")
run(0 search --space small --objectives params --scenarios limits.txt --evaluations 200 --json --quiet)
string(JSON count LENGTH "${out}" best)
expect_match("${count}" "^2$")
string(JSON params GET "${out}" best 1 params)
expect_match("${params}" "^[0-9]+$")

# One set of limits that cannot be met takes nothing from the others.
file(WRITE ${FOLDER}/one-unreachable.txt "macs<=6e6\nmacs<=10\nmacs<=4e6\n")
execute_process(
  COMMAND ${COPPICE} search --space small --objectives params --scenarios one-unreachable.txt
    --evaluations 200 --json --quiet --best unmet.jsonl
  WORKING_DIRECTORY ${FOLDER} RESULT_VARIABLE code OUTPUT_VARIABLE out ERROR_VARIABLE err)
expect_match("${code}" "^3$")
expect_match("${err}" "^coppice: scenario 2 of 3: macs<=10 cannot be met; the smallest macs is [0-9]+\n$")
string(JSON type TYPE "${out}" best 1)
expect_match("${type}" "^NULL$")
string(JSON type TYPE "${out}" best 2)
expect_match("${type}" "^OBJECT$")
string(JSON why GET "${out}" scenarios 1 unreachable)
expect_match("${why}" "^macs<=10 cannot be met")
run(3 search --space small --objectives params --scenarios one-unreachable.txt --evaluations 200
  --best unmet.jsonl)
expect_match("${err}" "coppice: warning: --best = unmet.jsonl was not written: it has one network for each set of limits, and one set has none\n")
if(EXISTS ${FOLDER}/unmet.jsonl)
  message(FATAL_ERROR "a list of networks was written although one is missing")
endif()

# Every algorithm gives the same document from any number of threads and after going on.
foreach(algorithm local evolution ageing random)
  set(search search --space small --objectives params --limit macs>=5e6 --algorithm ${algorithm}
    --evaluations 1500 --json --quiet)
  run(0 ${search} --threads 1)
  set(first "${out}")
  run(0 ${search} --threads 2 --out kept/${algorithm}.h5)
  expect_same("${first}" "${out}")
  run(0 ${search} --threads 16 --out kept/${algorithm}.h5 --resume)
  expect_same("${first}" "${out}")
endforeach()
# What a search finds, the exact algorithm computes.
run(0 search --space small --objectives params --limit macs>=5e6 --evaluations 1500 --json --quiet)
string(JSON found GET "${out}" best params)
run(0 search --space small --objectives params --limit macs>=5e6 --algorithm exact --json --quiet)
string(JSON computed GET "${out}" best params)
expect_match("${found}" "^${computed}$")
string(JSON reason GET "${out}" stopped_because)
expect_match("${reason}" "^solved$")
fails(2 "--algorithm exact computes sums over blocks; peak_activation_bytes is none here (macs, params and latency tables are, in spaces without elastic widths); use --algorithm local"
  search --space small --objectives peak_activation_bytes --algorithm exact --quiet)
fails(2 "--algorithm exact takes at most one limit, there are 2; use --algorithm local"
  search --space small --objectives params --limit macs>=5e6 --limit params>=1e5 --algorithm exact
  --quiet)
fails(1 "--algorithm exact has to keep more than 4000000 partial networks here; use --algorithm local"
  search --space ofa-mobilenetv3 --objectives macs --limit macs>=3e8 --algorithm exact --quiet)
fails(2 "--out = one.h5, is also given with --best; choose another name"
  search --space small --objectives macs --out one.h5 --best ./one.h5 --quiet)
fails(2 "--best = /dev/full, is no file; choose another name"
  search --space small --objectives macs --best /dev/full --quiet)
fails(1 "/dev/zero is a device; a file is needed" describe --space small --arch /dev/zero)
fails(2 "--algorithm = pso, must be one of local, nsga2, evolution, ageing, random, exact"
  search --space small --objectives macs --algorithm pso)
fails(2 "--algorithm local takes one objective, 2 were named; make the others limits, or take nsga2"
  search --space small --objectives macs,params --algorithm local)
fails(2 "cannot resume kept/random.h5: its algorithm was 'random', now it is 'ageing'; repeat the earlier options or write to another file"
  search --space small --objectives params --limit macs>=5e6 --algorithm ageing --out kept/random.h5
  --resume --quiet)

# A network of a finished front by preference, without searching again.
set(search search --space small --objectives macs,params --evaluations 600 --json --quiet
  --out kept/front.h5)
run(0 ${search})
string(JSON first GET "${out}" best)
run(0 ${search} --resume --prefer "params#1")
string(JSON best GET "${out}" best params)
string(JSON count LENGTH "${out}" front)
math(EXPR last "${count} - 1")
string(JSON least GET "${out}" front ${last} params)
expect_match("${best}" "^${least}$")
run(0 ${search} --resume --prefer "macs#1+params#999999999")
string(JSON best GET "${out}" best)
expect_match("${best}" "macs")
fails(2 "--prefer = 'macs', must be NAME#VALUE, or several of them joined by '+'"
  search --space small --objectives macs,params --prefer macs)
fails(2 "--prefer names accuracy, which is no objective; the objectives are macs, params"
  search --space small --objectives macs,params --prefer "accuracy#80" --evaluations 200 --quiet)

# Limits that nothing meets.
fails(3 "macs<=1000000 cannot be met together with macs>=2000000; they exclude each other"
  search --space small --objectives params --limit macs<=1e6 --limit macs>=2e6 --quiet)

# People read counts in full, as programs do.
run(0 search --space small --objectives params --limit macs>=5e6 --evaluations 600 --quiet)
expect_match("${out}" " [0-9][0-9][0-9][0-9][0-9][0-9][0-9]")
if(out MATCHES "e\\+")
  message(SEND_ERROR "a count is abbreviated: ${out}")
endif()

# A file that is damaged is told so and stays as it is.
file(WRITE ${FOLDER}/kept/cut.h5 "no search at all")
run(1 search --space small --objectives macs,params --out kept/cut.h5 --resume --quiet)
run(2 search --space small --objectives macs,params --out kept/cut.h5 --quiet)
expect_match("${err}" "kept/cut.h5")

# The best of each set, ready for export; nothing else is replaced by them.
run(0 search --space small --objectives params --scenarios limits.txt --evaluations 200 --quiet
  --best b/best.jsonl)
run(0 describe --space small --arch b/best.jsonl --json)
string(JSON count LENGTH "${out}" costs)
expect_match("${count}" "^2$")
expect_json("${out}" ${params} costs 1 params)
fails(2 "--best = limits.txt, exists and cannot be read as networks of the space small (limits.txt line 1: not a JSON object of the form {\"ks\":[...],\"e\":[...],\"d\":[...],\"r\":[...]}); choose another name or remove it"
  search --space small --objectives params --best limits.txt)

# Names that nobody answers for.
fails(2 "--objectives = secnds, is not known; known are seconds, macs, params, peak_activation_bytes; the nearest is seconds"
  search --space small --objectives secnds --predictor p/seconds.h5)
fails(2 "--limit = mac, is not known; known are macs, params, peak_activation_bytes; the nearest is macs"
  search --space small --objectives macs --limit mac<=1)
run(0 search --space small --objectives energy_mj,co2e_g --profile ${source}/experiments/devices/phone-cpu.json --evaluations 200
  --quiet)
expect_match("${out}" "energy_mj: latency by roofline, modelled for phone-cpu, profile uncalibrated [^\n]*range x0.5 to x2\n")
expect_match("${out}" "co2e_g: PUE [^\n]*grid 472.94 g CO2e/kWh [^\n]*range x")
fails(2 "--objectives = energy_mj, needs the device that spends it: give --profile FILE"
  search --space small --objectives energy_mj)

# As steps of a run they leave what they spent; two sets of limits are two phases.
fails(1 "--run = r does not exist; give the folder that coppice train --out made"
  fit --space small --measurements measured.csv --target seconds --out p/again.h5 --run r)
file(MAKE_DIRECTORY ${FOLDER}/r)
run(0 fit --space small --measurements measured.csv --target seconds --out p/again.h5 --run r --quiet)
run(0 search --space small --objectives params --scenarios limits.txt --evaluations 200 --run r --quiet)
file(STRINGS ${FOLDER}/r/energy.csv rows)
list(LENGTH rows count)
expect_match("${count}" "^4$")
foreach(phase "fit seconds" "search 1" "search 2")
  list(POP_FRONT rows)
  list(GET rows 0 row)
  expect_match("${row}" ",${phase},")
endforeach()
run(0 carbon compare --run r --json)
expect_json("${out}" "this run" rows 0 method)

run(0 carbon compare --region SWE --json)
string(JSON rows LENGTH "${out}" rows)
expect_match("${rows}" "^15$")  # another grid, the same table
run(0 carbon compare --region SWE)
expect_match("${out}" "MobileNetV3-Large [^\n]* 1800 x ")
expect_match("${out}" "basis: as reported")
run(0 carbon compare --run r)
expect_match("${out}" "this run is about [^\n]* smartphone charges")
run(0 carbon compare --scenarios 40 --json)
expect_json("${out}" 1240.0 rows 10 gpu_hours)
expect_json("${out}" 1 break_even NASNet-A)

# Trainings that were done for one model each, and what networks cost over all their inferences.
file(MAKE_DIRECTORY ${FOLDER}/each/scenario-1/candidate-1 ${FOLDER}/each/scenario-2)
file(COPY ${FOLDER}/r/energy.csv DESTINATION ${FOLDER}/each/scenario-1/candidate-1)
file(COPY ${FOLDER}/r/energy.csv DESTINATION ${FOLDER}/each/scenario-2)
run(0 carbon compare --run r --per-model each --baseline MnasNet --region US-CA --json)
expect_json("${out}" "one search for each model" rows 1 method)
expect_json("${out}" MnasNet rows 2 method)
file(WRITE ${FOLDER}/hours.csv "time,gCO2e_per_kWh\n2026-11-24T00:00,300\n2026-11-24T03:00,120\n")
run(0 carbon compare --run r --hourly hours.csv --when 2026-11-24T02:00)
expect_match("${out}" "300 g CO2e/kWh .hour 2026-11-24T00:00, 2026, hours.csv; cleanest hour there: 2026-11-24T03:00 with 120 g.")
fails(2 "--hourly and --when belong together: a file of hours, and one of them"
  carbon compare --when 2026-11-24)
fails(1 "r holds no searches: there is no scenario-1 with an energy.csv of a training in it"
  carbon compare --run r --per-model r)
fails(2 "--per-model is given without --run: searches of this machine are compared with a run of this machine, not with papers"
  carbon compare --per-model r)
fails(2 "--machine is given without --run: papers do not say what machines they used"
  carbon compare --machine m.json)
fails(2 "--finetuned is given without --run: the run whose networks were trained further"
  carbon compare --finetuned r)
fails(2 "--profile is for carbon deployment; carbon compare takes --machine"
  carbon compare --profile p.json)

# A machine's profile: wall correction and PUE in the joules, embodied carbon and SCI beside them.
set(machine ${source}/experiments/devices/server-cpu.json)
run(0 carbon compare --run r --json --scenarios 1)
string(JSON bare GET "${out}" rows 0 energy_kwh)
string(JSON type TYPE "${out}" rows 0 embodied_kg)
expect_match("${type}" "^NULL$")
run(0 carbon compare --run r --per-model each --machine ${machine} --finetuned r --json --scenarios 1)
string(JSON wall GET "${out}" rows 0 energy_kwh)
# x1.2 and PUE 1.56: 1.872. CMake calculates in whole numbers, so the quotient is not asked for.
if(NOT wall GREATER bare)
  message(SEND_ERROR "wall correction and PUE change nothing: ${bare} ${wall}")
endif()
string(JSON type TYPE "${out}" rows 0 embodied_kg value)
expect_match("${type}" "^NUMBER$")
string(JSON type TYPE "${out}" rows 0 sci_kg_per_network high)
expect_match("${type}" "^NUMBER$")
string(JSON type TYPE "${out}" rows 2 embodied_kg)
expect_match("${type}" "^NULL$")
expect_match("${out}" "metered joules stand with x1.2, PUE 1.56 of server-cpu")
expect_json("${out}" "this run, networks fine-tuned" finetuned row method)
run(0 carbon compare --run r --per-model each --machine ${machine})
expect_match("${out}" "this run: embodied .* kg .*; SCI .* kg a network")
fails(2 "carbon deployment: --card is missing: card.json of each network" carbon deployment)
fails(2 "--inferences = 0, must be > 0" carbon deployment --card a.json)
