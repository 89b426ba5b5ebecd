#!/usr/bin/env bash
# The best network within a latency on a Samsung Note10: Once-For-All's accuracy predictor and latency
# tables, 25 and 20 ms, ten seeds each, then a front of accuracy and latency under 25 ms. Prints a table
# of what was found and how long the whole process took. Results: experiments/results/search.md.
#
#   experiments/scripts/note10.sh ACC_PREDICTOR.pth NOTE10-FOLDER [OUT]
#
# ACC_PREDICTOR.pth is acc_predictor.pth of the once-for-all project, the folder holds its tables
# 160_lookup_table.yaml to 224_lookup_table.yaml. SEEDS="1 2 ..." says which; EXTRA="--threads 1" adds options.
set -euo pipefail
cd "$(dirname "$0")/../.."
predictor=$1
tables=$2
out=${3:-runs/note10}
coppice=${COPPICE:-build/release/coppice}
read -ra extra <<< "${EXTRA:-}"

mkdir -p "$out"
"$coppice" import --from ofa-accuracy-predictor "$predictor" --out "$out/acc.h5" --quiet > /dev/null
"$coppice" import --from ofa-latency-table "$tables" --out "$out/lat.h5" --quiet > /dev/null
: > "$out/rows.txt"

# search NAME OBJECTIVES LIMIT SEED: a row of name, seed, best accuracy, latency, seconds of the clock.
search() {
  local begin end
  begin=$(date +%s.%N)
  "$coppice" search --space ofa-mobilenetv3 --width-mult 1.2 --predictor "$out/acc.h5" "$out/lat.h5" \
    --objectives "$2" --limit "latency_ms<=$3" --seed "$4" "${extra[@]}" --json --quiet > "$out/found.json"
  end=$(date +%s.%N)
  # The front's first network is the one of the highest accuracy.
  awk -v name="$1" -v seed="$4" -v seconds="$(echo "$end $begin" | awk '{ print $1 - $2 }')" '
    function value(key, text) { match($0, "\"" key "\":[-0-9.e+]+"); return substr($0, RSTART + length(key) + 3, RLENGTH - length(key) - 3) }
    { sub(/.*"front":/, ""); print name, seed, value("accuracy"), value("latency_ms"), seconds }' \
    "$out/found.json" >> "$out/rows.txt"
}

for seed in ${SEEDS:-1 2 3 4 5 6 7 8 9 10}; do
  search 25ms accuracy 25 "$seed"
  search 20ms accuracy 20 "$seed"
  search front-25ms accuracy,latency_ms 25 "$seed"
done

# Known before (see search.md): 82.200 at 25 ms, 80.789 at 20 ms.
awk '
  function sorted(list, n,   i, j, t) {
    for (i = 2; i <= n; i++) for (j = i; j > 1 && list[j - 1] > list[j]; j--) {
      t = list[j]; list[j] = list[j - 1]; list[j - 1] = t
    }
  }
  function median(list, n) { return n % 2 ? list[(n + 1) / 2] : (list[n / 2] + list[n / 2 + 1]) / 2 }
  BEGIN { known["25ms"] = 82.200; known["20ms"] = 80.789 }
  {
    if (!($1 in n)) names[++kinds] = $1
    n[$1]++; accuracy[$1, n[$1]] = $3; seconds[$1, n[$1]] = $5
    if ($1 in known && $3 > known[$1] - 0.0005) reached[$1]++
  }
  END {
    printf "%-11s %6s %8s %8s %8s %8s %22s\n", "search", "seeds", "worst", "median", "best", "known", "seconds (fastest to slowest)"
    for (k = 1; k <= kinds; k++) {
      name = names[k]
      for (i = 1; i <= n[name]; i++) { a[i] = accuracy[name, i] + 0; s[i] = seconds[name, i] + 0 }
      sorted(a, n[name]); sorted(s, n[name])
      printf "%-11s %6d %8.3f %8.3f %8.3f %8s %10.2f (%.2f to %.2f)\n", name, n[name], a[1], median(a, n[name]), a[n[name]], name in known ? reached[name] + 0 : "-", median(s, n[name]), s[1], s[n[name]]
      delete a; delete s
    }
  }' "$out/rows.txt" | tee "$out/table.txt"
