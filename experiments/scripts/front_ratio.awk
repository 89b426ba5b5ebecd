# How much faster one front of networks is than another at equal accuracy.
#
#   awk -f front_ratio.awk -v first=scaled -v second=searched [-v draws=2000] [-v seed=1]
#     [-v from=PERCENT] [-v picture=FRONTS.svg] TABLE
#
# A line of TABLE is a network: its front, its accuracy in percent, the images it was counted on, and
# one latency for each time all networks were timed. Prints the geometric mean of
# latency(first) / latency(second) over the accuracies that both fronts reach (from PERCENT on, where
# given), with a 95 % interval.
#
# Latency at an accuracy: the members by latency (geometric mean of the times), their accuracies by
# isotonic regression (a slower member that counted fewer right ones shares the mean of both), linear
# in between; `step` is what the next member up takes instead. Nothing is selected by these numbers.
# Interval: each draw takes other members of both fronts, other times (the same for all networks) and
# accuracies with binomial noise, and goes the whole way again; 2.5 % and 97.5 % of the draws in which
# the fronts share accuracies. Images that all networks share make their errors alike, so the true
# interval is rather narrower.

# A generator of its own: the same numbers in every awk (Park and Miller's, 2^31 - 1).
function uniform() { state = (state * 16807) % 2147483647; return state / 2147483647 }
function normal() { return sqrt(-2 * log(uniform())) * cos(6.283185307179586 * uniform()) }

# The front's members are lat[1..n], acc[1..n]: leaves X[front, 1..N[front]], Y: latency and accuracy,
# both rising.
function shape(front, n, lat, acc,    i, j, t, top, sum, weight) {
  for (i = 2; i <= n; ++i)
    for (j = i; j > 1 && lat[j] < lat[j - 1]; --j) {
      t = lat[j]; lat[j] = lat[j - 1]; lat[j - 1] = t
      t = acc[j]; acc[j] = acc[j - 1]; acc[j - 1] = t
    }
  top = 0
  for (i = 1; i <= n; ++i) {
    ++top
    X[front, top] = lat[i]; sum[top] = acc[i]; weight[top] = 1
    while (top > 1 && sum[top - 1] / weight[top - 1] >= sum[top] / weight[top]) {
      sum[top - 1] += sum[top]; weight[top - 1] += weight[top]; --top
    }
  }
  for (i = 1; i <= top; ++i) Y[front, i] = sum[i] / weight[i]
  N[front] = top
}

# REQUIRES an accuracy that the front reaches. at[front]: where the last one was found.
function log_latency(front, accuracy,    i, part) {
  i = at[front]
  while (i < N[front] && Y[front, i] < accuracy) ++i
  at[front] = i
  if (i == 1 || step) return log(X[front, i])
  part = (accuracy - Y[front, i - 1]) / (Y[front, i] - Y[front, i - 1])
  return log(X[front, i - 1] + part * (X[front, i] - X[front, i - 1]))
}

# The mean logarithm of the ratio; "none" when no accuracy is shared. Sets low and high.
function mean_log_ratio(    k, a, sum, grid) {
  low = Y[1, 1] > Y[2, 1] ? Y[1, 1] : Y[2, 1]
  if (low < from) low = from
  high = Y[1, N[1]] < Y[2, N[2]] ? Y[1, N[1]] : Y[2, N[2]]
  if (low >= high) return "none"
  at[1] = at[2] = 1
  grid = 200
  for (k = 0; k < grid; ++k) {
    a = low + (high - low) * (k + 0.5) / grid
    sum += log_latency(1, a) - log_latency(2, a)
  }
  return sum / grid
}

# Shapes both fronts from all lines; with `draw` from a draw of them.
function shape_both(draw,    f, i, k, c, n, lat, acc, a) {
  for (k = 1; k <= times; ++k) chosen[k] = draw ? 1 + int(uniform() * times) : k
  for (f = 1; f <= 2; ++f) {
    n = members[f]
    for (i = 1; i <= n; ++i) {
      c = draw ? 1 + int(uniform() * n) : i
      lat[i] = 0
      for (k = 1; k <= times; ++k) lat[i] += logs[f, c, chosen[k]] / times
      lat[i] = exp(lat[i])
      a = accuracy[f, c]
      acc[i] = draw ? a + normal() * sqrt(a * (100 - a) / images[f, c]) : a
    }
    shape(f, n, lat, acc)
  }
}

# Ticks of a round distance; `text` is printf's.
function grid_lines(from, to, distance, text, upright,    v, p) {
  for (v = int(from / distance + 0.999) * distance; v <= to + 1e-9; v += distance) {
    p = upright ? across(v) : up(v)
    printf upright ? "<line x1='%.1f' y1='40' x2='%.1f' y2='344' class='grid'/>\n" \
                   : "<line x1='72' y1='%.1f' x2='736' y2='%.1f' class='grid'/>\n", p, p > picture
    printf upright ? "<text x='%.1f' y='362' class='middle'>" : "<text x='64' y='%.1f' class='end'>",
      upright ? p : p + 4 > picture
    printf text "</text>\n", v > picture
  }
}
function across(latency) { return 72 + 664 * (latency - left) / (right - left) }
function up(percent) { return 344 - 304 * (percent - bottom) / (top - bottom) }
# 1, 2 or 5 times a power of ten, at most eight in the extent.
function round_distance(extent,    power) {
  power = 1e-4
  while (extent / (10 * power) > 8) power *= 10
  if (extent / (2 * power) <= 8) return 2 * power
  return extent / (5 * power) <= 8 ? 5 * power : 10 * power
}

# Members as dots, the fitted fronts as lines.
function draw(    f, i, k, l, name) {
  left = bottom = 1e9
  right = top = 0
  for (f = 1; f <= 2; ++f)
    for (i = 1; i <= members[f]; ++i) {
      l = 0
      for (k = 1; k <= times; ++k) l += logs[f, i, k] / times
      l = middle[f, i] = exp(l)
      if (l < left) left = l
      if (l > right) right = l
      if (accuracy[f, i] < bottom) bottom = accuracy[f, i]
      if (accuracy[f, i] > top) top = accuracy[f, i]
    }
  l = 0.05 * (right - left); left -= l; right += l
  l = 0.05 * (top - bottom); bottom -= l; top += l
  print "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 760 400' width='760' height='400' role='img' aria-label='Accuracy and latency of two fronts'>\n<style>\n" \
    "text { font: 12.5px system-ui, sans-serif; fill: #60666d; } .middle { text-anchor: middle; } .end { text-anchor: end; }\n" \
    ".grid { stroke: #e3e6ea; } polyline { fill: none; stroke-width: 2; }\n" \
    ".line1 { stroke: #9aa3ad; } .fill1 { fill: #9aa3ad; } .line2 { stroke: #0b6bcb; } .fill2 { fill: #0b6bcb; }\n" \
    "</style>\n<rect width='760' height='400' fill='#ffffff'/>" > picture
  grid_lines(left, right, round_distance(right - left), "%.2f", 1)
  grid_lines(bottom, top, round_distance(top - bottom), "%.1f", 0)
  print "<text x='404' y='384' class='middle'>latency [ms]</text>\n" \
    "<text x='18' y='192' class='middle' transform='rotate(-90 18 192)'>accuracy on the test set [%]</text>" > picture
  for (f = 1; f <= 2; ++f) {
    name = f == 1 ? first : second
    printf "<polyline class='line%d' points='", f > picture
    for (i = 1; i <= N[f]; ++i) printf "%.1f,%.1f ", across(X[f, i]), up(Y[f, i]) > picture
    print "'/>" > picture
    for (i = 1; i <= members[f]; ++i)
      printf "<circle class='fill%d' cx='%.1f' cy='%.1f' r='3'><title>%s: %.4f ms, %.2f %%</title></circle>\n",
        f, across(middle[f, i]), up(accuracy[f, i]), name, middle[f, i], accuracy[f, i] > picture
    printf "<circle class='fill%d' cx='%d' cy='24' r='4'/><text x='%d' y='28'>%s</text>\n", f, 90 + 130 * (f - 1),
      100 + 130 * (f - 1), name > picture
  }
  print "</svg>" > picture
  close(picture)
}

BEGIN {
  if (!draws) draws = 2000
  state = seed ? seed : 1
  step = 0
}

$1 == first || $1 == second {
  f = $1 == first ? 1 : 2
  i = ++members[f]
  accuracy[f, i] = $2
  images[f, i] = $3
  if (NF < 4 || (times && NF - 3 != times)) { print "line " NR " has " NF - 3 " times"; bad = 1; exit 1 }
  times = NF - 3
  for (k = 1; k <= times; ++k) logs[f, i, k] = log($(k + 3))
}

END {
  if (bad) exit 1
  if (!members[1] || !members[2]) { print "no network of " (members[1] ? second : first); exit 1 }
  shape_both(0)
  mean = mean_log_ratio()
  if (mean == "none") { print "the fronts share no accuracy"; exit 1 }
  for (f = 1; f <= 2; ++f)
    printf "%-10s %3d members, %.2f to %.2f %%, %.4f to %.4f ms\n", f == 1 ? first : second,
      members[f], Y[f, 1], Y[f, N[f]], X[f, 1], X[f, N[f]]
  printf "shared     %.2f to %.2f %%\n", low, high
  printf "%-10s %10s %10s %8s\n", "accuracy", first, second, "ratio"
  at[1] = at[2] = 1
  for (k = 0; k <= 8; ++k) {
    a = low + (high - low) * k / 8
    one = log_latency(1, a); two = log_latency(2, a)
    printf "%8.2f %% %7.4f ms %7.4f ms %8.3f\n", a, exp(one), exp(two), exp(one - two)
  }
  if (picture) draw()
  step = 1
  stepwise = mean_log_ratio()
  step = 0
  kept = 0
  for (d = 1; d <= draws; ++d) {
    shape_both(1)
    r = mean_log_ratio()
    if (r != "none") drawn[++kept] = r
  }
  for (gap = int(kept / 2); gap > 0; gap = int(gap / 2))
    for (i = gap + 1; i <= kept; ++i) {
      t = drawn[i]
      for (j = i; j > gap && drawn[j - gap] > t; j -= gap) drawn[j] = drawn[j - gap]
      drawn[j] = t
    }
  printf "geometric mean of %s / %s: %.3f, 95 %% interval %.3f to %.3f of %d draws\n", first, second,
    exp(mean), exp(drawn[int(0.025 * kept) + 1]), exp(drawn[int(0.975 * kept + 0.999)]), kept
  printf "to the next member up instead of in between: %.3f\n", exp(stepwise)
}
