#!/usr/bin/env bash
# How much faster is what a search finds than what scaling by hand gives, at equal accuracy, in ONNX
# Runtime? Both are cut from the same supernet (the quick start's recipe unless RUN is trained).
#
#   scaled    the networks whose blocks are all alike: one kernel, one expansion, one depth, at every
#             resolution: 3 x 3 x 3 x 3 = 81, all measured
#   searched  a search for accuracy and latency in ONNX Runtime that measures both as it goes; then,
#             from all networks measured by then, a second one that takes latency from a predictor
#             fitted to 300 networks timed at once, and measures accuracy
#
# Both fronts are chosen by accuracy on held-out images and by the latency measured then. What is
# compared chose nothing: accuracies on the test set, and latencies of all members of both fronts
# timed anew, together, TIMES times. Running it again goes on where it stopped.
# Results: experiments/results/searched-against-scaled.md.
#
#   experiments/scripts/searched_against_scaled.sh [RUN [OUT]]
#
# Needs ONNX Runtime: npm ci --ignore-scripts --prefix experiments/deploy/node
# On a busy machine TIMER="chrt -r 1" lets nothing else run on the processor while latencies are timed
# (not those that the search measures as it goes); `taskset -c 1 experiments/scripts/...` chooses it.
# Smaller, to try it: SAMPLED=20 MEASURE=4 ROUNDS=2 TIMED=20 IMAGES=500 TIMES=2
set -euo pipefail
cd "$(dirname "$0")/../.."
run=${1:-runs/quickstart}
out=${2:-runs/searched-against-scaled}
coppice=${COPPICE:-build/release/coppice}
recipe=${RECIPE:-experiments/configs/quickstart.cfg}
seed=${SEED:-1}
latency=latency_onnxruntime_ms
measured=(--runtime onnxruntime --held-out-images "${IMAGES:-0}" --threads 1 --seed "$seed" --json)
read -ra timer <<< "${TIMER:-env}"

if [ ! -e "$run/supernet.h5" ]; then "$coppice" train --config "$recipe" --out "$run"; fi

# folder NAME: the trained run again, with measurements of its own.
folder() {
  mkdir -p "$out/$1"
  for file in supernet.h5 experiment.cfg; do
    [ -e "$out/$1/$file" ] || cp "$run/$file" "$out/$1/"
  done
}

# once FILE command...: its result on stdout, unless it is there.
once() {
  local file=$1
  shift
  [ -e "$file" ] && return
  "$@" > "$file.part"
  mv "$file.part" "$file"
}

echo "== scaled by hand"
folder scaled
for r in 20 24 28; do for d in 1 2 3; do for e in 2 3 4; do for k in 3 5 7; do
  echo "{\"ks\":[$k,$k,$k,$k,$k,$k,$k,$k,$k],\"e\":[$e,$e,$e,$e,$e,$e,$e,$e,$e],\"d\":[$d,$d,$d],\"r\":[$r]}"
done; done; done; done > "$out/scaled.jsonl"
once "$out/scaled-accuracy.json" "$coppice" measure --run "$out/scaled" --arch "$out/scaled.jsonl" \
  --what accuracy "${measured[@]}"
once "$out/scaled.json" "${timer[@]}" "$coppice" measure --run "$out/scaled" \
  --arch "$out/scaled.jsonl" --what latency "${measured[@]}"

# search NAME options...: goes on where it stopped.
search() {
  local name=$1 resume=()
  shift
  if [ -e "$out/searched/$name.h5" ]; then resume=(--resume); fi
  once "$out/$name.json" "$coppice" search --run "$out/searched" --threads 1 \
    --objectives "accuracy,$latency" --measure "${MEASURE:-20}" \
    --out "$out/searched/$name.h5" "${resume[@]}" --json "$@"
}

echo "== searched: accuracy and latency measured"
folder searched
once "$out/sampled.json" "$coppice" measure --run "$out/searched" --count "${SAMPLED:-60}" \
  "${measured[@]}"
search search-1 --seed "$seed" --rounds "${ROUNDS:-6}"

echo "== searched further: accuracy measured, latency predicted from networks that were timed together"
folder timed
once "$out/timed.json" "${timer[@]}" "$coppice" measure --run "$out/timed" \
  --count "${TIMED:-300}" --what latency "${measured[@]}"
predictor=$out/timed/predictors/$latency.h5
if [ ! -e "$predictor" ]; then
  mkdir -p "$out/timed/predictors"
  "$coppice" fit --space small --channels 1 --resolutions 20,24,28 --target "$latency" \
    --measurements "$out/timed/measurements.h5" --out "$predictor" | tee "$out/fit.txt"
fi
search search-2 --seed "$((seed + 1))" --rounds "$((${ROUNDS:-6} * 2 / 3))" --what accuracy --predictor "$predictor"

# values < JSON: of each network a line: accuracy, latency, architecture.
values() {
  grep -o '{"arch":{[^}]*}[^}]*' |
    sed "s/{\"arch\":\({[^}]*}\).*\"accuracy\":\([0-9.e+-]*\),\"$latency\":\([0-9.e+-]*\).*/\2 \3 \1/"
}

# of_front FILE: the front in the JSON of a search.
of_front() { sed 's/.*"front":\[\(.*\)\],"hypervolume".*/\1/' "$1" | values; }

# front NAME < lines as of values: those that no other one beats, by latency, with the name before.
front() {
  awk -v name="$1" '
    { a[NR] = $1; l[NR] = $2; line[NR] = $0 }
    END {
      for (i = 1; i <= NR; ++i) {
        beaten = 0
        for (j = 1; j <= NR; ++j)
          if (a[j] >= a[i] && l[j] <= l[i] && (a[j] > a[i] || l[j] < l[i])) beaten = 1
        if (!beaten) print name, line[i]
      }
    }' | sort -k 3,3g
}

values < "$out/scaled.json" | front scaled > "$out/scaled.txt"
of_front "$out/search-2.json" | front searched > "$out/searched.txt"

# By latency, so that what is timed together holds members of both.
sort -s -k 3,3g "$out/scaled.txt" "$out/searched.txt" > "$out/both.txt"
awk '{ print $4 }' "$out/both.txt" > "$out/both.jsonl"

echo "== the test set"
if [ ! -e "$out/exports/1/card.json" ]; then
  "$coppice" export --run "$out/searched" --arch "$out/both.jsonl" --formats onnx --threads 1 \
    --out "$out/exports" --quiet > "$out/exports.txt"
fi

echo "== timed anew, together"
for time in $(seq "${TIMES:-5}"); do
  folder "timed-$time"
  once "$out/timed-$time.json" "${timer[@]}" "$coppice" measure --run "$out/timed-$time" \
    --arch "$out/both.jsonl" --what latency --runtime onnxruntime --threads 1 --seed "$time" --json
  grep -o "\"$latency\":[0-9.e+-]*" "$out/timed-$time.json" | cut -d: -f2 > "$out/timed-$time.txt"
done

# A line a network: front, accuracy, images, times.
for i in $(seq "$(wc -l < "$out/both.txt")"); do
  sed -n 's/.*"\(top1_percent\|images\)": \([0-9.]*\).*/\2/p' "$out/exports/$i/card.json" |
    head -n 2 | paste -s -d ' '
done > "$out/tested.txt"
paste -d ' ' <(cut -d ' ' -f 1 "$out/both.txt") "$out/tested.txt" "$out"/timed-*.txt > "$out/table.txt"

ratio=(awk -f experiments/scripts/front_ratio.awk -v first=scaled -v second=searched)
{
  "${ratio[@]}" -v picture="$out/fronts.svg" "$out/table.txt"
  echo "above 86 %:"
  "${ratio[@]}" -v from=86 "$out/table.txt" | tail -n 2
  echo "by the held-out images that chose them, all and above 86 %:"
  paste -d ' ' <(awk '{ print $1, $2, 5000 }' "$out/both.txt") \
    <(cut -d ' ' -f 4- "$out/table.txt") > "$out/table-held-out.txt"
  "${ratio[@]}" "$out/table-held-out.txt" | grep mean
  "${ratio[@]}" -v from=86 "$out/table-held-out.txt" | grep mean
  paste -d ' ' <(awk '{ print $1, $2 }' "$out/both.txt") "$out/tested.txt" |
    awk '{ lost[$1] += $2 - $3; n[$1]++ }
         END { printf "points lost from held-out to test images, mean: scaled %.2f, searched %.2f\n",
                 lost["scaled"] / n["scaled"], lost["searched"] / n["searched"] }'
} | tee "$out/ratio.txt"

echo "== what the predictors promise, which overrate what is chosen by them (no interval: no images)"
space=(--space small --channels 1 --resolutions "20,24,28" --threads 1)
"$coppice" fit "${space[@]}" --measurements "$out/searched/measurements.h5" --target accuracy \
  --out "$out/accuracy.h5" > "$out/fit-accuracy.txt"
predictors=(--predictor "$out/accuracy.h5" --predictor "$predictor")
"$coppice" search "${space[@]}" "${predictors[@]}" --objectives "accuracy,$latency" \
  --json --quiet > "$out/promised.json"
"$coppice" predict "${space[@]}" "${predictors[@]}" --arch "$out/scaled.jsonl" --json --quiet |
  grep -o "\"\(accuracy\|$latency\)\":{\"value\":[0-9.e+-]*" > "$out/promised-scaled.txt"
paste -d ' ' <(sed -n 's/"accuracy".*://p' "$out/promised-scaled.txt") \
  <(sed -n "s/\"$latency\".*://p" "$out/promised-scaled.txt") "$out/scaled.jsonl" |
  front scaled > "$out/promised.txt"
of_front "$out/promised.json" | front searched >> "$out/promised.txt"
awk '{ print $1, $2, 5000, $3 }' "$out/promised.txt" > "$out/promised-table.txt"
{
  "${ratio[@]}" "$out/promised-table.txt" | grep mean
  "${ratio[@]}" -v from=86 "$out/promised-table.txt" | grep mean
} | sed 's/, 95 .*//' | tee "$out/promised-ratio.txt"
