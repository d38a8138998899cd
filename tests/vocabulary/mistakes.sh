#!/bin/bash
# usage: mistakes.sh SOURCE_DIR COMPILER FILE
# Compiles the mistakes of a file, each in a model of its own, and compares what is said.
set -euo pipefail
source_dir=$1
compiler=$2
file=$3
most_lines=25
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

faults=0
fault() {
  echo "$1"
  faults=$((faults + 1))
}

# name, sentences, body and claims of one mistake
check() {
  [ -n "$name" ] || return 0
  local init='void Init() {}'
  [[ $body == *'Init('* ]] && init=''
  cat > "$scratch/model.cpp" <<EOF
#include "checker/vocabulary/define.hpp"
namespace synod::mistaken {
template <class Mode>
struct Model : Machine<Mode> {
  using Machine<Mode>::Machine;
  const Domain Process = interchangeable("process", "p", 2);
  Scalar<Mode> n{*this, "n", integers("count", 0, 3)};
  Map<Mode> clock{*this, "clock", Process, integers("count", 0, 3)};
  $init
  $body
  void Next() { ACTION(Up); }
};
System model() { return define<Model>({}, claims($claims)); }
}  // namespace synod::mistaken
EOF
  local said wanted=0
  said=$("$compiler" -std=c++20 -I "$source_dir" -fsyntax-only "$scratch/model.cpp" 2>&1) || true
  while IFS= read -r sentence; do
    [ -n "$sentence" ] || continue
    wanted=$((wanted + 1))
    grep -qF -- "$sentence" <<< "$said" || fault "$name: not said: $sentence"
  done <<< "$sentences"
  local errors
  errors=$(grep -c 'error:' <<< "$said" || true)
  [ "$errors" = "$wanted" ] || fault "$name: $errors errors, not $wanted: $said"
  [ "$(wc -l <<< "$said")" -le "$most_lines" ] ||
    fault "$name: more than $most_lines lines: $said"
}

name=
sentences=
body=
claims=
while IFS= read -r line; do
  case $line in
    '# '*) ;;
    '### '*)
      check
      name=${line#'### '} sentences='' body='' claims=''
      ;;
    '>>> '*) sentences+="${line#'>>> '}"$'\n' ;;
    'claims: '*) claims=${line#'claims: '} ;;
    *) body+=$line$'\n' ;;
  esac
done < "$file"
check
[ "$faults" -eq 0 ]
