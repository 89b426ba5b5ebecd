#!/usr/bin/env bash
# Installs what building, testing and checking Coppice needs on Debian 12, and says what. Does
# nothing, and needs no network, when all of it is there.
#
#   experiments/scripts/install_dependencies.sh          to build and test
#   experiments/scripts/install_dependencies.sh --ci     and to check format and style
set -euo pipefail

# "package: what it is for"
wanted=(
  "g++: the compiler"
  "cmake: the build"
  "ninja-build: the build"
  "ccache: builds again in seconds"
  "git: knows which files are the project's"
  "pkg-config: finds libraries that have no CMake package"
  "libtorch-dev: tensors and automatic differentiation"
  "libgloo-dev: training in several processes exchanges tensors with it"
  "libopenblas-pthread-dev: libtorch computes with it; the reference BLAS is far slower"
  "libtbb-dev: parallel loops"
  "libboost-program-options-dev: command line and INI files"
  "libhdf5-dev: weights, measurements, predictors, searches"
  "libonnx-dev: ONNX files"
  "libprotobuf-dev: ONNX files are protocol buffers"
  "protobuf-compiler: libtorch's CMake package asks for it"
  "nlohmann-json3-dev: JSON"
  "libfmt-dev: tables and messages"
  "libspdlog-dev: the event log"
  "libopencv-dnn-dev: runs exported ONNX files, to verify them"
  "libopencv-imgcodecs-dev: decodes images"
  "libopencv-imgproc-dev: resizes images"
  "libeigen3-dev: linear algebra of the predictors"
  "zlib1g-dev: compressed data sets and PyTorch files"
  "libjs-vega: the charts of reports; without it they are still pictures"
  "libgtest-dev: tests"
  "libbenchmark-dev: benchmarks"
  "dataset-fashion-mnist: the quick start's images"
)
if [ "${1:-}" = --ci ]; then
  wanted+=(
    "chromium: opens reports and the browser example in the tests"
    "python3-h5py: reads NIR files in a test, independently of our code"
    "clang: the second compiler"
    "clang-format: checks the format"
    "clang-tidy: checks style and finds common mistakes"
  )
fi

# Debian has Node.js and npm as two packages, others put both into one.
if [ "${1:-}" = --ci ]; then
  command -v node >/dev/null || wanted+=("nodejs: runs ONNX Runtime, to verify exported networks")
  command -v npm >/dev/null || wanted+=("npm: installs ONNX Runtime")
fi

missing=()
reasons=()
for entry in "${wanted[@]}"; do
  package=${entry%%:*}
  state=$(dpkg-query -W -f '${db:Status-Abbrev}' "$package" 2>/dev/null || true)
  [ "${state:0:2}" = ii ] && continue
  missing+=("$package")
  reasons+=("  $entry")
done
if [ ${#missing[@]} -eq 0 ]; then exit 0; fi

echo "installing with apt-get:"
printf '%s\n' "${reasons[@]}"
as_root=()
if [ "$(id -u)" -ne 0 ]; then
  command -v sudo >/dev/null || {
    echo "cannot install: not root and no sudo; install the packages above by hand" >&2
    exit 1
  }
  as_root=(sudo)
fi
"${as_root[@]}" apt-get update -q
"${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
  apt-get install -q -y --no-install-recommends "${missing[@]}"
