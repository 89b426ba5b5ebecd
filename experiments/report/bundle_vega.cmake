# Vega's modules, which Debian ships one by one, as one script for the report.
#
#   cmake -D VEGA=/usr/share/javascript/vega -D OUTPUT=vega_bundle.js -P bundle_vega.cmake
#
# An empty VEGA gives an empty file: a program built without the package. Each module is written for
# an AMD loader; the five lines at the top are one. The interpreter evaluates Vega's expressions
# without `eval`, so the page can forbid that.
set(modules util time format loader dataflow statistics canvas scale scenegraph expression
  event-selector selection functions parser runtime transforms view-transforms encode label view
  interpreter)

if(NOT VEGA)
  file(WRITE ${OUTPUT} "")
  return()
endif()

file(READ ${CMAKE_CURRENT_LIST_DIR}/vega_licence.txt licence)
set(bundle "/*\n${licence}*/
var vegaModules = {};
function vegaDefine(name) {
  function define(needed, make) {
    var exported = vegaModules[name] = {};
    make.apply(null, needed.map(function (n) { return n === 'exports' ? exported : vegaModules[n]; }));
  }
  define.amd = true;
  return define;
}
")
foreach(module ${modules})
  file(READ ${VEGA}/vega-${module}.min.js code)
  string(REGEX REPLACE "//# sourceMappingURL=[^\n]*" "" code "${code}")
  # The module vega-selection is asked for by another name.
  string(REPLACE "\"vega-selections\"" "\"vega-selection\"" code "${code}")
  string(APPEND bundle "(function (define) {\n${code}\n}(vegaDefine('vega-${module}')));\n")
endforeach()
if(bundle MATCHES "</script|<!--")
  message(FATAL_ERROR "Vega's code cannot stand in a page: it holds </script or <!--")
endif()
file(WRITE ${OUTPUT} "${bundle}")
