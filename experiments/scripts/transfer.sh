#!/usr/bin/env bash
# What is a supernet of other pictures worth? The largest network of the space small on a few hundred
# photographs: from random weights, and from the quick start's Fashion-MNIST supernet (train --init:
# other classes, three channels for one, higher resolutions), until its accuracy is TARGET percent with
# 95 % certainty; epochs and energy of both, for each seed.
# Running it again goes on where it stopped. Results: experiments/results/transfer.md.
#
#   experiments/scripts/transfer.sh DATA [OUT]
#
# DATA is a folder with train/CLASS/*.JPEG and val/CLASS/*.JPEG. TARGET=35 and SEEDS="1 2 3" say which.
# The Fashion-MNIST supernet is that of standalone.sh, seed 1, trained here if it is not there
# (SUPERNETS=runs/standalone).
set -euo pipefail
cd "$(dirname "$0")/../.."
data=${1:?a folder of photographs, train/CLASS/*.JPEG and val/CLASS/*.JPEG}
out=${2:-runs/transfer}
. experiments/scripts/trainings.sh
target=${TARGET:-35}
options=(--space small --data "$data" --resolutions 48,56,64 --held-out 200 --batch 32
  --calibration 500 --weight-decay 2e-4 --target-accuracy "$target"
  --full.epochs "${EPOCHS:-60}" --full.warmup-epochs 1
  --kernel.epochs 0 --depth1.epochs 0 --depth2.epochs 0 --expand1.epochs 0 --expand2.epochs 0)

mkdir -p "$out"
supernet 1
for seed in ${SEEDS:-1 2 3}; do
  train "$out/scratch-$seed" "${options[@]}" --seed "$seed" --full.rate 0.05
  train "$out/transferred-$seed" "${options[@]}" --seed "$seed" --full.rate 0.05 \
    --init "$supernets/supernet-1"
done
for seed in ${SEEDS:-1 2 3}; do
  for way in scratch transferred; do
    run=$out/$way-$seed
    echo "$seed $way $(sed 's/.*"epochs":\([0-9.]*\),"stopped_because":"\([^"]*\)".*"held_out_accuracy":{[^}]*"largest":\([0-9.]*\).*/\1 epochs, \3 % held-out, \2,/' "$run/trained.json")" \
      "$(joules "$run") J"
  done
done | tee "$out/table.txt"
