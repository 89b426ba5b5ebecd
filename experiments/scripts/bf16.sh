#!/usr/bin/env bash
# Does training in bf16 reach what fp32 does? The quick start's recipe with --precision bf16, and the
# same in fp32, for each seed; then five networks of each supernet, smallest to largest, on the test
# set, and the energy of both.
# Running it again goes on where it stopped. Results, of one seed so far: experiments/results/train-step.md.
#
#   experiments/scripts/bf16.sh [OUT]
#
# SEEDS="1 2 3" says which. The supernets in fp32 are those of standalone.sh, trained here if they are
# not there (SUPERNETS=runs/standalone).
set -euo pipefail
cd "$(dirname "$0")/../.."
out=${1:-runs/bf16}
. experiments/scripts/trainings.sh

begin_with_five
for seed in ${SEEDS:-1 2 3}; do
  fp32=$supernets/supernet-$seed
  bf16=$out/supernet-$seed
  supernet "$seed"
  train "$bf16" --config "$recipe" --seed "$seed" --precision bf16
  networks "$fp32" "$out/five.jsonl"
  networks "$bf16" "$out/five.jsonl"
  for i in 1 2 3 4 5; do
    echo "$seed $i $(accuracy "$bf16/five/$i/card.json") $(accuracy "$fp32/five/$i/card.json")" \
      "$(joules "$bf16") $(joules "$fp32") $(processor "$bf16") $(processor "$fp32")" >> "$out/rows.txt"
  done
done

{
  paired "$out/rows.txt" bf16 fp32
  awk '{ a[$1] = $5; b[$1] = $6; c[$1] = $7; d[$1] = $8 }
    END {
      for (k in a) printf "seed %d: bf16 %.2f kJ, fp32 %.2f kJ, ratio %.2f; the processor'"'"'s part %.2f, %.2f, %.2f\n", k,
                          a[k] / 1000, b[k] / 1000, a[k] / b[k], c[k] / 1000, d[k] / 1000, c[k] / d[k]
    }' "$out/rows.txt" | sort
} | tee "$out/table.txt"
