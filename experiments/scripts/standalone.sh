#!/usr/bin/env bash
# The claim that matters: do subnets that were never retrained match networks trained alone? Trains
# the supernet once and five networks, smallest to largest, alone for the same total epochs, for each
# seed; then a table of test accuracies, their differences and the energy of both ways.
# Running it again goes on where it stopped.
#
#   experiments/scripts/standalone.sh [OUT]          with the quick start's recipe
#   RECIPE=experiments/configs/fashion-mnist.cfg ALONE=experiments/configs/fashion-mnist-standalone.cfg \
#     experiments/scripts/standalone.sh OUT          with the full recipe: in pieces
#
# SEEDS="1 2 3" says which. Not run to its end yet: no result of it is published.
set -euo pipefail
cd "$(dirname "$0")/../.."
out=${1:-runs/standalone}
coppice=build/release/coppice
recipe=${RECIPE:-experiments/configs/quickstart.cfg}
# The quick start's recipe has no file of its own for single networks: the same but for the phases.
alone=${ALONE:-$recipe}
epochs=()
if [ "$alone" = "$recipe" ]; then epochs=(--full.epochs 5); fi

# train FOLDER options...: once, and on from where it stopped.
train() {
  local folder=$1 resume=()
  shift
  [ -e "$folder/trained.json" ] && return
  if [ -e "$folder/supernet.h5" ]; then resume=(--resume); fi
  "$coppice" train --out "$folder" "$@" "${resume[@]}" --json > "$folder.json"
  mv "$folder.json" "$folder/trained.json"
}

# joules FOLDER: of the training, from energy.csv (kWh).
joules() {
  awk -F, 'NR == 1 { for (i = 1; i <= NF; ++i) { at[$i] = i } next }
           $at["phase"] == "train" { sum += $at["energy_consumed"] }
           END { printf "%.0f", sum * 3.6e6 }' "$1/energy.csv"
}

mkdir -p "$out"
networks=experiments/configs/standalone
cat $networks/[1-5].jsonl > "$out/five.jsonl"
rows=$out/rows.txt
: > "$rows"
for seed in ${SEEDS:-1 2 3}; do
  once=$out/supernet-$seed
  echo "== supernet, seed $seed"
  train "$once" --config "$recipe" --seed "$seed"
  if [ ! -e "$once/five/5/card.json" ]; then
    "$coppice" export --run "$once" --arch "$out/five.jsonl" --formats onnx --out "$once/five" --quiet
  fi
  for i in 1 2 3 4 5; do
    echo "== network $i alone, seed $seed"
    train "$out/alone-$i-$seed" --config "$alone" --only "$networks/$i.jsonl" --seed "$seed" \
      "${epochs[@]}"
    shared=$(sed -n 's/.*"top1_percent": \([0-9.]*\).*/\1/p' "$once/five/$i/card.json" | head -n 1)
    own=$(sed 's/.*"accuracy":{[^}]*"largest":\([0-9.]*\).*/\1/' "$out/alone-$i-$seed/trained.json")
    echo "$seed $i $shared $own $(joules "$once") $(joules "$out/alone-$i-$seed")" >> "$rows"
  done
done

# Columns: seed, network, accuracy in the supernet, alone, joules of the supernet, alone.
awk '
  { gap[$2] += $3 - $4; square[$2] += ($3 - $4) ^ 2; shared[$2] += $3; own[$2] += $4; n[$2]++
    once[$1] = $5; alone += $6; all += $3 - $4; count++ }
  END {
    printf "network   supernet      alone   difference   standard error\n"
    for (i = 1; i <= 5; ++i) {
      mean = gap[i] / n[i]
      error = n[i] > 1 ? sqrt((square[i] - n[i] * mean ^ 2) / (n[i] - 1) / n[i]) : 0
      printf "%7d %9.2f %% %8.2f %% %+12.2f %16.2f\n", i, shared[i] / n[i], own[i] / n[i], mean, error
    }
    for (seed in once) { joules += once[seed]; seeds++ }
    printf "mean difference %+.2f points over %d networks and %d seeds\n", all / count, 5, seeds
    printf "training energy, modelled unless energy.csv says otherwise: five networks alone %.1f kJ, "\
           "one supernet %.1f kJ, ratio %.2f\n",
           alone / seeds / 1000, joules / seeds / 1000, alone / joules
  }' "$rows" | tee "$out/table.txt"
