#!/usr/bin/env bash
# The claim that matters: do subnets that were never retrained match networks trained alone? Trains
# the supernet once and five networks, smallest to largest, alone for the same total epochs, for each
# seed; then a table of test accuracies, their differences and the energy of both ways.
# Running it again goes on where it stopped. Results: experiments/results/standalone.md.
#
#   experiments/scripts/standalone.sh [OUT]          with the quick start's recipe
#   RECIPE=experiments/configs/fashion-mnist.cfg ALONE=experiments/configs/fashion-mnist-standalone.cfg \
#     experiments/scripts/standalone.sh OUT          with the full recipe: 94 min of one core a seed
#   RECIPE=experiments/configs/fashion-mnist-six.cfg ALONE=experiments/configs/fashion-mnist-standalone.cfg \
#     NETWORKS=experiments/configs/standalone/own-resolution experiments/scripts/standalone.sh OUT
#                                                    the closest: 107 min of one core a seed
#
# SEEDS="1 2 3" says which.
set -euo pipefail
cd "$(dirname "$0")/../.."
out=${1:-runs/standalone}
SUPERNETS=$out
. experiments/scripts/trainings.sh
# The quick start's recipe has no file of its own for single networks: the same but for the phases.
alone=${ALONE:-$recipe}
epochs=()
if [ "$alone" = "$recipe" ]; then epochs=(--full.epochs 5); fi

begin_with_five
for seed in ${SEEDS:-1 2 3}; do
  once=$out/supernet-$seed
  supernet "$seed"
  networks "$once" "$out/five.jsonl"
  for i in 1 2 3 4 5; do
    own=$out/alone-$i-$seed
    train "$own" --config "$alone" --only "$five/$i.jsonl" --seed "$seed" "${epochs[@]}"
    echo "$seed $i $(accuracy "$once/five/$i/card.json")" \
      "$(sed 's/.*"accuracy":{[^}]*"largest":\([0-9.]*\).*/\1/' "$own/trained.json")" \
      "$(joules "$once") $(joules "$own") $(processor "$once") $(processor "$own")" >> "$out/rows.txt"
  done
done

{
  paired "$out/rows.txt" supernet alone
  # Columns 5 to 8: joules of the supernet and of the network alone; the processor's part of both.
  awk '
    { once[$1] = $5; alone += $6; once_cpu[$1] = $7; alone_cpu += $8 }
    END {
      for (seed in once) { joules += once[seed]; cpu += once_cpu[seed]; seeds++ }
      kilo = 1000 * seeds
      printf "training energy, modelled unless energy.csv says otherwise:\n"
      printf "  five networks alone %.2f kJ, one supernet %.2f kJ, ratio %.2f\n", alone / kilo, joules / kilo, alone / joules
      printf "  the processor'"'"'s part: %.2f kJ, %.2f kJ, ratio %.2f\n", alone_cpu / kilo, cpu / kilo, alone_cpu / cpu
    }' "$out/rows.txt"
} | tee "$out/table.txt"
