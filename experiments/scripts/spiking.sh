#!/usr/bin/env bash
# Spiking networks on Fashion-MNIST: train a supernet of ReLU networks, search it, convert its
# smallest choice. Numbers and times: experiments/results/spiking.md, where the four commands were
# run one by one.
#
#   experiments/scripts/spiking.sh [RUN]
#
# SEED says which (1); COMPARISONS=no leaves out the conversions without noise and without training.
set -euo pipefail
cd "$(dirname "$0")/../.."
run=${1:-runs/small-relu}
coppice=${COPPICE:-build/release/coppice}
seed=${SEED:-1}

"$coppice" run experiments/configs/small-relu.cfg --seed "$seed" --out "$run"
head -n 1 "$run/best.jsonl" > "$run/spiking.jsonl"
echo "== trained for few timesteps"
"$coppice" spike --run "$run" --arch "$run/spiking.jsonl" --timesteps 4,8,12,16,32,64 \
  --seed "$seed" --out "$run/spiking.nir"
if [ "${COMPARISONS:-yes}" != yes ]; then exit; fi
echo "== the same without noise"
"$coppice" spike --run "$run" --arch "$run/spiking.jsonl" --timesteps 4,8,12,16,32,64 \
  --seed "$seed" --noise 0
echo "== thresholds by percentile, no training"
"$coppice" spike --run "$run" --arch "$run/spiking.jsonl" --timesteps 4,8,12,16,32,64 \
  --seed "$seed" --finetune-epochs 0
