#!/usr/bin/env bash
#
# Runs clang-tidy over every translation unit of the project in a compile database.
# clang_tidy.sh ROOT BUILD_DIRECTORY
#
# 77 tells CTest that the test was skipped.

set -u -o pipefail

root=$(readlink -f -- "$1") || exit 1
build=$2
command -v clang-tidy-19 >/dev/null || exit 77
[[ -f $build/compile_commands.json ]] || exit 77

# One entry a line: CMake writes them so.
mapfile -t files < <(sed -n 's/^ *"file": "\(.*\)",\{0,1\}$/\1/p' "$build/compile_commands.json" |
  grep -F -- "$root/" | grep -vF -- "$build/" | sort -u)
if ((${#files[@]} == 0)); then
  printf 'no translation unit of %s is in the compile database\n' "$root" >&2
  exit 1
fi

printf '%s\0' "${files[@]}" |
  xargs -0 -P "$(nproc)" -n 1 clang-tidy-19 --quiet -p "$build" 2>/dev/null
