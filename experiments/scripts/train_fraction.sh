#!/usr/bin/env bash
# How much data does it need? The quick start's recipe on 5, 10, 25, 50 and 100 % of the training
# images (the held-out ones stay the same), each metered; then a table and a picture of accuracy
# against energy: the price of a point, the knee, what stopping at 85, 88 and 90 % would have saved.
# Running it again goes on where it stopped. Results: experiments/results/train-fraction.md.
#
#   experiments/scripts/train_fraction.sh [OUT [SCALE]]
#
# Small shares see their images more often, as anyone would do who has no more of them: 4, 3, 2, 1
# and 1 times the recipe's epochs. That is 2.5 times the quick start's training: ten minutes
# on two cores when it was timed with two evaluations a phase; EVALUATIONS says how many (6: where a curve
# crosses a target is known to a sixth of a phase, and looking takes five minutes more). SCALE multiplies all epochs (0.1: a try).
set -euo pipefail
cd "$(dirname "$0")/../.."
out=${1:-runs/train-fraction}
scale=${2:-1}
coppice=${COPPICE:-build/release/coppice}
recipe=experiments/configs/quickstart.cfg
phases=(full:2.75 kernel:0.5 depth1:0.25 depth2:0.5 expand1:0.25 expand2:0.75)

runs=()
for share in 5:4 10:3 25:2 50:1 100:1; do
  percent=${share%:*}
  run=$out/$percent
  epochs=()
  for phase in "${phases[@]}"; do
    epochs+=("--${phase%:*}.epochs=$(awk -v e="${phase#*:}" -v k="${share#*:}" -v s="$scale" \
      'BEGIN { printf "%.6g", e * k * s }')")
  done
  resume=()
  if [ -e "$run/supernet.h5" ]; then resume=(--resume); fi
  if [ ! -e "$run/done" ]; then
    echo "== $percent % of the training images"
    "$coppice" train --config "$recipe" --train-fraction "$percent" --evaluations "${EVALUATIONS:-6}" \
      "${epochs[@]}" --out "$run" "${resume[@]}"
    touch "$run/done"
  fi
  runs+=(--run "$run")
done
"$coppice" curves "${runs[@]}" --label '5%,10%,25%,50%,100%' --targets 85,88,90 \
  --out "$out/train-fraction.svg" | tee "$out/train-fraction.txt"
