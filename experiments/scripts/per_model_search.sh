#!/usr/bin/env bash
# What training once is compared with, really carried out on Fashion-MNIST: for each of two devices
# an evolutionary search of its own that trains every candidate from scratch (the quick start's
# recipe, one epoch each, twelve candidates), then the chosen network for 5 epochs, about as many
# passes as the quick start's supernet gets. Two networks of the supernet are also trained further
# for an epoch each: what fine-tuning changes. Every training is metered into an energy.csv of its
# own. Then the comparison with the quick start's run, extrapolated to N devices.
# Running it again goes on where it stopped. Results: experiments/results/per-model-search.md.
#
#   experiments/scripts/per_model_search.sh [RUN [OUT]]
#
# Ten minutes on two cores after the quick start, when it was timed. Run it on a quiet
# machine: where energy is modelled, memory is charged for the time that passes, waiting included;
# the last table leaves memory out. Smaller, to try it:
#   CANDIDATES=4 CANDIDATE_EPOCHS=0.05 FINAL_EPOCHS=0.1 TUNE_EPOCHS=0.05 \
#     experiments/scripts/per_model_search.sh
set -euo pipefail
cd "$(dirname "$0")/../.."
run=${1:-runs/quickstart}
out=${2:-runs/per-model}
coppice=${COPPICE:-build/release/coppice}
recipe=${RECIPE:-experiments/configs/quickstart.cfg}

"$coppice" run "$recipe" --out "$run"
"$coppice" baseline "$recipe" --scenarios experiments/configs/per-model.scenarios --out "$out" \
  --candidates "${CANDIDATES:-12}" --population 4 \
  --candidate-epochs "${CANDIDATE_EPOCHS:-1}" --final-epochs "${FINAL_EPOCHS:-5}"

tuned=()
for line in 1 3; do
  folder=$out/finetuned-$line
  if [ ! -e "$folder/done" ]; then
    mkdir -p "$folder"
    sed -n "${line}p" "$run/best.jsonl" > "$folder/arch.jsonl"
    resume=()
    if [ -e "$folder/supernet.h5" ]; then resume=(--resume); fi
    "$coppice" finetune --run "$run" --arch "$folder/arch.jsonl" --out "$folder" \
      --data /usr/share/datasets/fashion-mnist --held-out "${HELD_OUT:-5000}" --augment none --weight-decay 2e-4 \
      --calibration 1000 --epochs "${TUNE_EPOCHS:-1}" "${resume[@]}"
    touch "$folder/done"
  fi
  tuned+=(--finetuned "$folder")
done

for devices in 1 2 3 40; do
  "$coppice" carbon compare --run "$run" --per-model "$out" "${tuned[@]}" --baseline ProxylessNAS \
    --scenarios "$devices" | sed '/^claim/,$d'
done
"$coppice" carbon compare --run "$run" --per-model "$out" "${tuned[@]}" \
  --machine experiments/devices/server-cpu.json --json > "$out/comparison.json"
"$coppice" report "$run" --per-model "$out"

# Columns by their names; what stands in quotes comes behind them.
sum() {
  awk -F, 'FNR == 1 { for (i = 1; i <= NF; ++i) place[$i] = i; next }
    { joules += $place["cpu_energy"] * 3.6e6; seconds += $place["duration"] }
    END { printf "%.0f J in %.0f s\n", joules, seconds }' "$@"
}
echo "  the run:     $(sum "$run/energy.csv")"
for scenario in "$out"/scenario-*; do
  mapfile -d '' -t files < <(find "$scenario" -name energy.csv -print0)
  echo "  $(basename "$scenario"): $(sum "${files[@]}")"
done
