#!/usr/bin/env bash
# What is a supernet of other pictures worth? The largest network of the space small on a few hundred
# photographs: from random weights, and from the quick start's Fashion-MNIST supernet (train --init:
# other classes, three channels for one, higher resolutions), until its accuracy is TARGET percent with
# 95 % certainty; epochs and energy of both, for each seed. Then the same for one network of medium size
# at its own 28 pixels: train --only against finetune of what was cut out of the supernet.
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
one=experiments/configs/standalone/3.jsonl
of_one=(--data "$data" --held-out 200 --batch 32 --calibration 500 --weight-decay 2e-4
  --target-accuracy "$target")

mkdir -p "$out"
supernet 1
for seed in ${SEEDS:-1 2 3}; do
  train "$out/scratch-$seed" "${options[@]}" --seed "$seed" --full.rate 0.05
  train "$out/transferred-$seed" "${options[@]}" --seed "$seed" --full.rate 0.05 \
    --init "$supernets/supernet-1"
  train "$out/one-scratch-$seed" "${of_one[@]}" --seed "$seed" --space small --resolutions 20,24,28 --only $one \
    --full.epochs "${EPOCHS:-60}" --full.warmup-epochs 1 --full.rate 0.05
  finetune "$out/one-finetuned-$seed" "${of_one[@]}" --seed "$seed" --run "$supernets/supernet-1" --arch $one \
    --epochs "${EPOCHS:-60}" --warmup-epochs 1 --rate 0.05
done
for seed in ${SEEDS:-1 2 3}; do
  for way in scratch transferred one-scratch one-finetuned; do
    run=$out/$way-$seed
    phase=train
    if [ $way = one-finetuned ]; then phase=finetune; fi
    echo "$seed $way $(number "$run/trained.json" '"epochs":') epochs," \
      "$(number "$run/trained.json" '"held_out_accuracy":\{[^}]*"(largest|after)":') % held-out," \
      "$(joules "$run" $phase) J, the processor's $(processor "$run" $phase) J"
  done
done | tee "$out/table.txt"
