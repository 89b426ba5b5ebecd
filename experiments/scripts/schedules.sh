#!/usr/bin/env bash
# Which schedule gives the best front for the same training energy? The five schedules on the quick
# start's data, each for about as many joules as the quick start's progressive shrinking takes; then
# the same 24 networks of each on the test set: 12 whose expansions follow their depths, which is all
# that the compound schedule trains, and 12 others, small to large.
# Running it again goes on where it stopped. All were run with seed 2, three of them with seed 1.
#
#   experiments/scripts/schedules.sh [OUT]
#
# Epochs were chosen with train --dry-run; joules are of the training alone. The attentive schedule
# samples by a predictor, which needs a trained supernet, the progressive one's, and networks of it
# measured: what both cost stands in a line of its own. SEEDS="1" and SCHEDULES="progressive sandwich
# ..." say which. Progressive supernets are those of standalone.sh, trained here if they are not there
# (SUPERNETS=runs/standalone).
set -euo pipefail
cd "$(dirname "$0")/../.."
out=${1:-runs/schedules}
. experiments/scripts/trainings.sh
read -ra schedules <<< "${SCHEDULES:-progressive sandwich compound delayed attentive}"
declare -A epochs=(
  [sandwich]="--sandwich.epochs 2.7 --sandwich.warmup-epochs 0.1 --sandwich.rate 0.0125"
  [attentive]="--attentive.epochs 2.7 --attentive.warmup-epochs 0.1 --attentive.rate 0.0125"
  [compound]="--compound.epochs 1.5 --compound.warmup-epochs 0 --compound.rate 0.012 --compound.subnets 2"
  [delayed]="--full.epochs 2.25 --delayed.epochs 1.8 --delayed.rate 0.05"
)
list=experiments/configs/schedules.jsonl
space=(--space small --channels 1 --resolutions 20,24,28)

# predictor SEED: of accuracy, from networks of the progressive supernet.
predictor() {
  local run=$out/measured-$1
  [ -e "$run/predictors/accuracy.h5" ] && return
  mkdir -p "$run"
  cp "$supernets/supernet-$1/supernet.h5" "$supernets/supernet-$1/experiment.cfg" "$run"
  "$coppice" measure --config "$recipe" --run "$run" --what accuracy --quiet > /dev/null
  "$coppice" fit "${space[@]}" --run "$run" --target accuracy --quiet \
    --measurements "$run/measurements.h5" --out "$run/predictors/accuracy.h5" > /dev/null
}

mkdir -p "$out"
"$coppice" describe "${space[@]}" --arch $list |
  awk '$1 == "line" { print $2, $3 }' > "$out/macs.txt"
: > "$out/rows.txt"
for seed in ${SEEDS:-1}; do
  for schedule in "${schedules[@]}"; do
    run=$out/$schedule-$seed
    options=()
    if [ "$schedule" = attentive ]; then
      predictor "$seed"
      options=(--attentive-predictor "$out/measured-$seed/predictors/accuracy.h5")
    fi
    if [ "$schedule" = progressive ]; then
      run=$supernets/supernet-$seed
      supernet "$seed"
    else
      read -ra lengths <<< "${epochs[$schedule]}"
      train "$run" --config "$recipe" --seed "$seed" --schedule "$schedule" "${lengths[@]}" "${options[@]}"
    fi
    networks "$run" $list
    while read -r i macs; do
      echo "$schedule $seed $i $macs $(accuracy "$run/schedules/$i/card.json")" \
        "$(joules "$run") $(processor "$run")"
    done < "$out/macs.txt" >> "$out/rows.txt"
  done
done

# Columns: schedule, seed, network, millions of MACs, accuracy, joules, the processor's part. The front's height is
# the best accuracy of the networks up to so many MACs, averaged over 1 to 10 million.
awk -v order="${schedules[*]}" '
  function best(schedule, seed, limit,   i, top) {
    for (i = 1; i <= 24; ++i) {
      if (schedule == "compound" && i > 12) break
      if (macs[i] <= limit && acc[schedule, seed, i] > top) top = acc[schedule, seed, i]
    }
    return top
  }
  { seeds[$2]; macs[$3] = $4; acc[$1, $2, $3] = $5; energy[$1, $2] = $6; cpu[$1, $2] = $7 }
  END {
    printf "%-12s %9s %9s %12s %12s %9s %9s %9s %8s\n", "schedule", "energy", "processor",
           "mean of 12", "of 12 others", "<= 2.5 M", "<= 5 M", "<= 10 M", "front"
    n = split(order, names, " ")
    for (s in seeds) count++
    for (k = 1; k <= n; ++k) {
      name = names[k]
      j = t = coupled = others = low = mid = high = height = 0
      for (s in seeds) {
        j += energy[name, s]; t += cpu[name, s]
        for (i = 1; i <= 12; ++i) { coupled += acc[name, s, i] / 12; others += acc[name, s, i + 12] / 12 }
        low += best(name, s, 2.5); mid += best(name, s, 5); high += best(name, s, 10)
        for (m = 1; m < 10; m += 0.05) height += best(name, s, m) / 180
      }
      printf "%-12s %6.2f kJ %6.2f kJ %10.2f %% %10.2f %% %7.2f %% %7.2f %% %7.2f %% %6.2f %%\n",
             name, j / count / 1000, t / count / 1000, coupled / count, others / count, low / count, mid / count,
             high / count, height / count
    }
  }' "$out/rows.txt" | tee "$out/table.txt"
for run in "$out"/measured-*; do
  [ -e "$run" ] || continue
  echo "before the attentive one, seed ${run##*-}: networks measured for its predictor $(joules "$run" measure) J," \
    "the supernet that they were cut from $(joules "$supernets/supernet-${run##*-}") J"
done | tee -a "$out/table.txt"
