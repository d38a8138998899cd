# What the comparisons with other programs share; sourced by them.
#
# They set `work`, a temporary directory in which each program NAME leaves its
# last output in NAME.out and a line for each run in NAME.times (seconds),
# NAME.kilobytes (peak resident memory, 0 when unknown) and NAME.others (how
# many cores were busy with something else, - when unknown or too short to say).

time_program=$(type -P time || true)

# busy: what all cores have worked since the start of the machine, in seconds.
busy() {
  [[ -r /proc/stat ]] || return 0
  awk -v tick="$(getconf CLK_TCK)" \
    '$1 == "cpu" { print ($2 + $3 + $4 + $7 + $8 + $9) / tick }' /proc/stat
}

# measure NAME COMMAND...: runs it, keeps what it prints and appends the figures.
measure() {
  local name=$1 began ended busy_before busy_after
  local -a usage=()
  shift
  [[ -n $time_program ]] && usage=("$time_program" -o "$work/$name.usage" -f '%M %U %S')
  : >"$work/$name.usage"
  busy_before=$(busy)
  began=$(date +%s%N)
  "${usage[@]}" "$@" >"$work/$name.out" 2>&1 || true
  ended=$(date +%s%N)
  busy_after=$(busy)
  awk -v t=$((ended - began)) 'BEGIN { printf "%.3f\n", t / 1e9 }' >>"$work/$name.times"
  tail -n 1 "$work/$name.usage" | awk '{ k = $1 } END { print k + 0 }' >>"$work/$name.kilobytes"
  tail -n 1 "$work/$name.usage" |
    awk -v before="$busy_before" -v after="$busy_after" -v t=$((ended - began)) '
      NF == 3 { own = $2 + $3; known = before != "" && t > 5e8 }
      END {
        others = (after - before - own) / (t / 1e9)
        if (known) printf "%.1f\n", (others > 0 ? others : 0); else print "-"
      }' >>"$work/$name.others"
}

median() { sort -n "$1" | awk '{ t[NR] = $1 } END { print t[int((NR + 1) / 2)] }'; }

# ratio A B: how many times B is A, to one place.
ratio() { awk -v a="$1" -v b="$2" 'BEGIN { if (b > 0) printf "%.1f", a / b; else print "-" }'; }

# tla_set NAME COUNT: {name1, name2, ...}
tla_set() {
  local i list=$1'1'
  for ((i = 2; i <= $2; ++i)); do list+=", $1$i"; done
  printf '{%s}' "$list"
}
