#!/usr/bin/env bash
# Spiking networks on Fashion-MNIST: train a supernet of ReLU networks, search it, convert its
# smallest choice. Numbers and times: experiments/results/spiking.md, where the four commands were
# run one by one.
#
#   experiments/scripts/spiking.sh [RUN]
set -euo pipefail
cd "$(dirname "$0")/../.."
run=${1:-runs/small-relu}
coppice=build/release/coppice

"$coppice" run experiments/configs/small-relu.cfg --out "$run"
head -n 1 "$run/best.jsonl" > "$run/spiking.jsonl"
echo "== trained for few timesteps"
"$coppice" spike --run "$run" --arch "$run/spiking.jsonl" --timesteps 4,8,12,16,32,64 \
  --out "$run/spiking.nir"
echo "== the same without noise"
"$coppice" spike --run "$run" --arch "$run/spiking.jsonl" --timesteps 4,8,12,16,32,64 --noise 0
echo "== thresholds by percentile, no training"
"$coppice" spike --run "$run" --arch "$run/spiking.jsonl" --timesteps 4,8,12,16,32,64 \
  --finetune-epochs 0
