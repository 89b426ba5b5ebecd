#!/usr/bin/env bash
# From a fresh clone to an exported network: installs what is missing, builds, and runs the quick
# start (train, measure, fit, search, export, compare) into runs/quickstart. Running it again goes
# on where it stopped.
set -euo pipefail
cd "$(dirname "$0")/.."

experiments/scripts/install_dependencies.sh
cmake --preset release
cmake --build --preset release --target coppice benchmarks
build/release/coppice run experiments/configs/quickstart.cfg --out runs/quickstart
build/release/coppice report runs/quickstart
