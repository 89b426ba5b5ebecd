#!/usr/bin/env bash
# How much faster two ranks train than one, one thread each, on the quick start's space and recipe
# (its full phase, batches of 64). One rank and two take turns; printed are, of every turn and as
# medians, the steps a second and the processor time of a step in its busier rank, which other work on
# the machine disturbs little. Numbers: experiments/results/distributed.md.
#
#   experiments/scripts/distributed_scaling.sh [ROUNDS [SECONDS]]    default 5 and 20; 75 s a round
set -euo pipefail
cd "$(dirname "$0")/../.."
rounds=${1:-5}
seconds=${2:-20}
coppice=${COPPICE:-build/release/coppice}
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

# cpu PID: processor time of a process so far, in hundredths of a second.
cpu() { awk '{print $14 + $15}' "/proc/$1/stat"; }

# step: the last one that rank 0 has told of.
step() { grep -o '[0-9]*/[0-9]* steps' "$scratch/err.0" | tail -n 1 | cut -d / -f 1; }

# turn RANKS STATISTICS: trains for a while; prints the steps a second and the milliseconds of
# processor time that the busier rank spends on a step.
turn() {
  local ranks=$1 statistics=$2 port=$((20000 + RANDOM % 10000)) rank pid most=0
  local pids=() begin=()
  rm -rf "$scratch/run"
  for ((rank = 0; rank < ranks; ++rank)); do
    RANK=$rank WORLD_SIZE=$ranks MASTER_ADDR=127.0.0.1 MASTER_PORT=$port \
      "$coppice" train --config experiments/configs/quickstart.cfg --out "$scratch/run" \
      --threads 1 --norm-statistics "$statistics" --full.epochs 1000 --checkpoint-minutes 1000 \
      >"$scratch/out.$rank" 2>"$scratch/err.$rank" &
    pids+=($!)
  done
  until grep -q steps/s "$scratch/err.0"; do
    kill -0 "${pids[0]}"
    sleep 0.1
  done
  local first spent
  first=$(step)
  for pid in "${pids[@]}"; do begin+=("$(cpu "$pid")"); done
  local now=$first
  local until=$((SECONDS + seconds))
  while [ "$SECONDS" -lt "$until" ] || [ "$(step)" = "$now" ]; do
    [ "$SECONDS" -lt "$until" ] && now=$(step)
    sleep 0.05
  done
  for ((rank = 0; rank < ranks; ++rank)); do
    spent=$(($(cpu "${pids[rank]}") - begin[rank]))
    [ "$spent" -gt "$most" ] && most=$spent
  done
  local last
  last=$(step)
  kill -INT "${pids[0]}"
  wait || true
  echo "$(grep -o '[0-9.]* steps/s' "$scratch/err.0" | tail -n 1 | cut -d ' ' -f 1)" \
    "$(awk "BEGIN {printf \"%.1f\", 10 * $most / ($last - $first)}")"
}

median() { sort -n | awk '{v[NR] = $1} END {print (v[int((NR + 1) / 2)] + v[int(NR / 2) + 1]) / 2}'; }

cases=("1 synchronized" "2 synchronized" "2 local")
for ((round = 1; round <= rounds; ++round)); do
  for case in "${cases[@]}"; do
    read -r ranks statistics <<<"$case"
    read -r rate work <<<"$(turn "$ranks" "$statistics")"
    echo "round $round: $ranks rank(s), $statistics: $rate steps/s, $work ms"
    echo "$rate" >>"$scratch/rate.$ranks.$statistics"
    echo "$work" >>"$scratch/work.$ranks.$statistics"
  done
done
for case in "${cases[@]}"; do
  read -r ranks statistics <<<"$case"
  echo "median: $ranks rank(s), $statistics: $(median <"$scratch/rate.$ranks.$statistics") steps/s," \
    "$(median <"$scratch/work.$ranks.$statistics") ms"
done
