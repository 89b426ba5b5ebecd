# A report tells what a run holds, writes page and picture, and says what is missing.
include(${CMAKE_CURRENT_LIST_DIR}/check.cmake)

fails(1 "none is no folder; give the folder of a run, as coppice train or coppice run wrote it with --out"
  report none)
fails(2 "--run is missing: folder of the run" report)
file(MAKE_DIRECTORY ${FOLDER}/empty)
run(1 report empty)
expect_match("${err}" "^coppice: empty holds no run: ")
if(EXISTS ${FOLDER}/empty/report.html)
  message(SEND_ERROR "a report of nothing was written")
endif()

# Searching costs needs no supernet; the report is the last step.
file(WRITE ${FOLDER}/costs.cfg
  "[train]\nspace = small\n[search]\nobjectives = macs,params\nlimit = macs>=5e6\nevaluations = 200\n")
run(0 run costs.cfg --out r --steps search,report --quiet --json)
expect_json("${out}" report steps 1 name)
foreach(file report.html front.svg)
  if(NOT EXISTS ${FOLDER}/r/${file})
    message(SEND_ERROR "the step report wrote no ${file}")
  endif()
endforeach()
file(READ ${FOLDER}/r/report.html page)
expect_match("${page}" "MACs &gt;= 5 million")
expect_match("${page}" "supernet.h5: the step train has not begun")
file(READ ${FOLDER}/r/front.svg picture)
expect_match("${picture}" "^<svg .*Pareto front .predicted.*</svg>\n$")

run(0 report r --out other/page.html --json)
expect_json("${out}" other/page.html file)
expect_json("${out}" 1 networks)
file(READ ${FOLDER}/other/page.html again)
if(NOT page STREQUAL again)
  message(SEND_ERROR "the same run gives another page")
endif()
run(0 report r)
expect_match("${out}" "MACs >= 5 million")
expect_match("${out}" "report in r/report.html\n")

# It replaces reports only, and touches nothing before all is checked.
set(refusal "exists and is not a report of Coppice; choose another name or remove it")
file(WRITE ${FOLDER}/notes.txt "months of notes\n")
fails(2 "--out = notes.txt, ${refusal}" report r --out notes.txt)
file(READ ${FOLDER}/notes.txt notes)
expect_match("${notes}" "^months of notes\n$")
fails(2 "--out = r/search.h5, ${refusal}" report r --out r/search.h5)
fails(2 "--out = r, ${refusal}" report r --out r)
fails(2 "--out = /dev/full, ${refusal}" report r --out /dev/full)
fails(2 "--out = r/front.svg, is the name of the picture beside the page; choose another name"
  report r --out r/front.svg)
file(WRITE ${FOLDER}/mine/front.svg "<svg/>\n")
fails(2 "the picture beside --out = mine/front.svg, exists and is not a picture of Coppice; choose another name or remove it"
  report r --out mine/page.html)
if(EXISTS ${FOLDER}/mine/page.html)
  message(SEND_ERROR "a page was written beside a picture that must stay")
endif()
run(0 report r --out other/page.html)
