# What the scripts that compare trainings share; they source it from the project's root and set $out.
# A training that is done is kept, one that was stopped goes on: so the scripts do.

coppice=${COPPICE:-build/release/coppice}
recipe=${RECIPE:-experiments/configs/quickstart.cfg}
# Supernets of the recipe that several comparisons start from or compare with, one a seed.
supernets=${SUPERNETS:-runs/standalone}

# The networks that comparisons look at, smallest to largest: all at 28 pixels, or in own-resolution
# from the smallest of the space, at 20, to its largest.
five=${NETWORKS:-experiments/configs/standalone}

# begin_with_five: those networks in one file, and a table to fill.
begin_with_five() {
  mkdir -p "$out"
  cat "$five"/[1-5].jsonl > "$out/five.jsonl"
  : > "$out/rows.txt"
}

# train FOLDER options..., finetune FOLDER options...: what it prints stays in FOLDER/trained.json.
train() { trained_by train "$@"; }
finetune() { trained_by finetune "$@"; }

trained_by() {
  local command=$1 folder=$2 resume=()
  shift 2
  [ -e "$folder/trained.json" ] && return
  echo "== $folder" >&2
  if [ -e "$folder/supernet.h5" ]; then resume=(--resume); fi
  mkdir -p "$folder"
  "$coppice" "$command" --out "$folder" "$@" "${resume[@]}" --json > "$folder/printed.json"
  mv "$folder/printed.json" "$folder/trained.json"
}

# supernet SEED: trained by the recipe, all of its phases.
supernet() { train "$supernets/supernet-$1" --config "$recipe" --seed "$1"; }

# networks RUN FILE: the networks of FILE, one a line, cut out of the supernet: RUN/NAME of FILE/LINE.
networks() {
  local folder
  folder=$1/$(basename "$2" .jsonl)
  [ -e "$folder/$(wc -l < "$2")/card.json" ] && return
  "$coppice" export --run "$1" --arch "$2" --formats onnx --out "$folder" --quiet > "$1/exported.txt"
}

# number FILE PATTERN: the one that follows the pattern, in what a command printed as JSON.
number() { grep -oE "$2[0-9.]+" "$1" | head -n 1 | grep -oE '[0-9.]+$'; }

# accuracy CARD: on the test set.
accuracy() { sed -n 's/.*"top1_percent": \([0-9.]*\).*/\1/p' "$1" | head -n 1; }

# spent FOLDER COLUMN [PHASE]: sum of a column of energy.csv in joules, of the training unless another
# phase is named. A model charges memory for the time that passes, waiting included, so the processor's
# part is what other work on the machine disturbs least.
spent() {
  awk -F, -v column="$2" -v phase="${3:-train}" '
    NR == 1 { for (i = 1; i <= NF; ++i) at[$i] = i; next }
    $at["phase"] == phase { sum += $at[column] }
    END { printf "%.1f", sum * 3.6e6 }' "$1/energy.csv"
}
joules() { spent "$1" energy_consumed "${2:-train}"; }
processor() { spent "$1" cpu_energy "${2:-train}"; }

# paired ROWS FIRST SECOND: a table of two ways. ROWS has the columns seed, network, accuracy of the
# first way, of the second. The error of the mean is that of the seeds' means.
paired() {
  awk -v first="$2" -v second="$3" '
    { d = $3 - $4; a[$2] += $3; b[$2] += $4; gap[$2] += d; square[$2] += d ^ 2; n[$2]++
      if ($2 > last) last = $2
      mean[$1] += d; rows[$1]++ }
    function error(sum, squares, n) {
      return n > 1 ? sprintf("%16.2f", sqrt((squares - sum ^ 2 / n) / (n - 1) / n)) : sprintf("%16s", "-")
    }
    END {
      printf "network %12s %12s   difference   standard error\n", first, second
      for (i = 1; i <= last; ++i) {
        if (!n[i]) continue
        printf "%7d %10.2f %% %10.2f %% %+12.2f %s\n", i, a[i] / n[i], b[i] / n[i], gap[i] / n[i],
               error(gap[i], square[i], n[i])
      }
      for (seed in mean) { m = mean[seed] / rows[seed]; all += m; squares += m ^ 2; seeds++ }
      printf "%7s %27s %+12.2f %s   (%d seeds)\n", "mean", "", all / seeds, error(all, squares, seeds), seeds
    }' "$1"
}
