#!/usr/bin/env bash
# Does training in bf16 reach what fp32 does? The quick start's recipe with --precision bf16, and the
# same in fp32, for each seed; then five networks of each supernet, smallest to largest, on the test
# set, and the time of both.
# Running it again goes on where it stopped. Results: experiments/results/bf16.md.
#
#   experiments/scripts/bf16.sh [OUT]
#
# SEEDS="1 2 3" says which. The supernets in fp32 are those of standalone.sh, trained here if they are
# not there (SUPERNETS=runs/standalone). TIME_NOTE
set -euo pipefail
cd "$(dirname "$0")/../.."
out=${1:-runs/bf16}
. experiments/scripts/trainings.sh

mkdir -p "$out"
cat experiments/configs/standalone/[1-5].jsonl > "$out/five.jsonl"
: > "$out/rows.txt"
for seed in ${SEEDS:-1 2 3}; do
  fp32=$supernets/supernet-$seed
  bf16=$out/supernet-$seed
  supernet "$seed"
  train "$bf16" --config "$recipe" --seed "$seed" --precision bf16
  networks "$fp32" "$out/five.jsonl"
  networks "$bf16" "$out/five.jsonl"
  for i in 1 2 3 4 5; do
    echo "$seed $i $(accuracy "$bf16/five/$i/card.json") $(accuracy "$fp32/five/$i/card.json")" \
      "$(spent "$bf16" duration train) $(spent "$fp32" duration train)" \
      "$(joules "$bf16") $(joules "$fp32")" >> "$out/rows.txt"
  done
done

{
  paired "$out/rows.txt" bf16 fp32
  awk '{ s16[$1] = $5; s32[$1] = $6; j16[$1] = $7; j32[$1] = $8 }
    END { for (k in s16) printf "seed %d: bf16 %.0f s, %.1f kJ; fp32 %.0f s, %.1f kJ\n", k, s16[k], j16[k] / 1000, s32[k], j32[k] / 1000 }' \
    "$out/rows.txt" | sort
} | tee "$out/table.txt"
