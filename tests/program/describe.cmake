# The published sizes of the spaces and exact costs, as one JSON document.
include(${CMAKE_CURRENT_LIST_DIR}/check.cmake)

run(0 describe --space ofa-mobilenetv3 --json)
expect_json("${out}" 21758655492572485851 architectures)
expect_json("${out}" 566170656 largest macs)
expect_json("${out}" 7664760 largest params)
# One document and nothing else: a second one would be an error of the parser.
string(JSON type TYPE "${out}" smallest arch)
expect_match("${type}" "^OBJECT$")

run(0 describe --space ofa-resnet50 --json)
expect_json("${out}" 2458914796962 architectures)

run(0 describe --space ofa-mobilenetv3)
expect_match("${out}" "21,758,655,492,572,485,851.*smallest.*largest")

# One line of costs for each architecture, in order.
string(REPEAT "7," 19 sevens)
string(REPEAT "6," 19 sixes)
file(WRITE ${FOLDER}/nets.jsonl
  "{\"ks\":[${sevens}7],\"e\":[${sixes}6],\"d\":[4,4,4,4,4],\"r\":[224]}\n"
  "{\"ks\":[${sevens}7],\"e\":[${sixes}6],\"d\":[2,2,2,2,2],\"image_size\":128,\"wid\":null}\n")
run(0 describe --space ofa-mobilenetv3 --arch nets.jsonl --json)
string(JSON count LENGTH "${out}" costs)
expect_match("${count}" "^2$")
expect_json("${out}" 566170656 costs 0 macs)
expect_json("${out}" 6021120 costs 0 peak_activation_bytes)
fails(1 "cannot read missing.jsonl: No such file or directory"
  describe --space small --arch missing.jsonl)
