#!/usr/bin/env bash
# Builds Coppice and runs its tests.
#
#   tests/run.sh          release build with warnings as errors, the default tests
#   tests/run.sh --all    and the slow tests, clang++, clang-tidy, sanitizers, header check
#
# Tests that use sample data take its folder from COPPICE_SHARED_DATA and are skipped without it.
set -euo pipefail
cd "$(dirname "$0")/.."

all=no
case "${1:-}" in
  "") ;;
  --all) all=yes ;;
  *)
    echo "usage: tests/run.sh [--all]" >&2
    exit 2
    ;;
esac

# build PRESET [targets...]
build() {
  local preset=$1
  shift
  echo "== build $preset"
  cmake --preset "$preset" >/dev/null
  cmake --build --preset "$preset" ${1:+--target "$@"}
}

# run_tests PRESET ctest-options...
run_tests() {
  local preset=$1
  shift
  echo "== test $preset"
  ctest --test-dir "build/$preset" --output-on-failure -j2 "$@"
}

# The folders and tests that link no torch: only those run under sanitizers.
light='predictors|search|supernet/(base|data|kernels|space)|experiments'
light="$light|supernet/(pickle|pytorch_file|zip_archive)"
heavy='experiments/tensors'
# These train a network for some 10^12 multiply-adds: minutes where every access is looked at.
minutes='NetworkOfOnceForAll|EveryKind.*ofa_mlp'
light_targets() {
  sed -n -E "s#^coppice_test\((($light)(/[^ )]*)?) .*#\1_test#p" tests/CMakeLists.txt |
    grep -v "^$heavy" | tr / _
}

if [ "$all" = no ]; then
  experiments/scripts/install_dependencies.sh
  build release
  run_tests release -LE slow
  exit 0
fi

experiments/scripts/install_dependencies.sh --ci
build release
run_tests release
build release all_verify_interface_header_sets
build clang
for preset in dev tsan; do
  mapfile -t targets < <(light_targets)
  build "$preset" "${targets[@]}"
  run_tests "$preset" -LE slow -R "^($light)(/[^:]*)?:" -E "^$heavy|$minutes"
done
