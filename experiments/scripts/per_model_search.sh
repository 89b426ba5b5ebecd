#!/usr/bin/env bash
# What training once is compared with, really carried out on Fashion-MNIST: for each of two devices
# an evolutionary search of its own that trains every candidate from scratch (the quick start's
# recipe, one epoch each, twelve candidates), then the chosen network for 5 epochs, as many passes
# as the quick start's supernet gets. Every training is metered into an energy.csv of its own.
# Then the comparison with the quick start's run, extrapolated to N devices.
# Running it again goes on where it stopped. Results: experiments/results/per-model-search.md.
#
#   experiments/scripts/per_model_search.sh [RUN [OUT]]
#
# About 20 minutes on two quiet cores after the quick start (6 minutes). Smaller, to try it:
#   CANDIDATES=2 CANDIDATE_EPOCHS=0.05 FINAL_EPOCHS=0.1 experiments/scripts/per_model_search.sh
set -euo pipefail
cd "$(dirname "$0")/../.."
run=${1:-runs/quickstart}
out=${2:-runs/per-model}
coppice=build/release/coppice
recipe=experiments/configs/quickstart.cfg

"$coppice" run "$recipe" --out "$run"
"$coppice" baseline "$recipe" --scenarios experiments/configs/per-model.scenarios --out "$out" \
  --candidates "${CANDIDATES:-12}" --population 4 \
  --candidate-epochs "${CANDIDATE_EPOCHS:-1}" --final-epochs "${FINAL_EPOCHS:-5}"
for scenarios in 1 2 3 40; do
  "$coppice" carbon compare --run "$run" --per-model "$out" --baseline ProxylessNAS \
    --machine experiments/devices/server-cpu.json --scenarios "$scenarios" |
    sed '/^claim/,$d'
done
"$coppice" carbon compare --run "$run" --per-model "$out" --json > "$out/comparison.json"
