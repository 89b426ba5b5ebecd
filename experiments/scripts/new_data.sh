#!/usr/bin/env bash
# More data of the same kind has come: does updating a supernet do what training anew does, for less?
# The quick start's recipe on the first 30,000 images; then, from there, only its last phase on all
# 60,000; and, to compare with, all phases anew on all of them. For each seed, on the test set. Then
# what follows an update: measuring 60 networks of it and fitting predictors to them.
# Running it again goes on where it stopped. Results, of one seed so far: experiments/results/new-data.md.
#
#   experiments/scripts/new_data.sh [OUT]
#
# SEEDS="1 2 3" says which. The supernets trained anew are those of standalone.sh, trained here if they
# are not there (SUPERNETS=runs/standalone).
set -euo pipefail
cd "$(dirname "$0")/../.."
out=${1:-runs/new-data}
. experiments/scripts/trainings.sh
update=(--full.epochs 0 --kernel.epochs 0 --depth1.epochs 0 --depth2.epochs 0 --expand1.epochs 0)

begin_with_five
for seed in ${SEEDS:-1 2 3}; do
  half=$out/half-$seed
  updated=$out/updated-$seed
  anew=$supernets/supernet-$seed
  train "$half" --config "$recipe" --seed "$seed" --train-images 30000
  train "$updated" --config "$recipe" --seed "$seed" --init "$half" "${update[@]}"
  supernet "$seed"
  for run in "$half" "$updated" "$anew"; do networks "$run" "$out/five.jsonl"; done
  for i in 1 2 3 4 5; do
    echo "$seed $i $(accuracy "$updated/five/$i/card.json") $(accuracy "$anew/five/$i/card.json")" \
      "$(accuracy "$half/five/$i/card.json")" \
      "$(joules "$half") $(joules "$updated") $(joules "$anew")" \
      "$(processor "$updated") $(processor "$anew")" >> "$out/rows.txt"
  done
  if [ ! -e "$updated/fitted" ]; then
    "$coppice" measure --config "$recipe" --run "$updated" --quiet > /dev/null
    for target in accuracy latency_ms; do
      "$coppice" fit --space small --channels 1 --resolutions 20,24,28 --run "$updated" --target $target \
        --measurements "$updated/measurements.h5" --out "$updated/predictors/$target.h5" --quiet
    done | tee "$updated/fits.txt"
    mv "$updated/fits.txt" "$updated/fitted"
  fi
done

{
  echo "updated against trained on the half"
  awk '{ print $1, $2, $3, $5 }' "$out/rows.txt" > "$out/half.txt"
  paired "$out/half.txt" updated half
  echo "updated against trained anew"
  paired "$out/rows.txt" updated anew
  awk '{ half[$1] = $6; more[$1] = $7; anew[$1] = $8; share[$1] = $9 / $10 }
    END {
      for (k in more) printf "seed %d: half %.2f kJ, update %.2f kJ, anew %.2f kJ: the update takes %.2f of "\
                             "training anew, of the processor'"'"'s part %.2f\n",
                             k, half[k] / 1000, more[k] / 1000, anew[k] / 1000, more[k] / anew[k], share[k]
    }' "$out/rows.txt" | sort
  for seed in ${SEEDS:-1 2 3}; do
    echo "seed $seed: measuring $(joules "$out/updated-$seed" measure) J," \
      "fitting $(joules "$out/updated-$seed" "fit accuracy") and $(joules "$out/updated-$seed" "fit latency_ms") J"
  done
} | tee "$out/table.txt"
