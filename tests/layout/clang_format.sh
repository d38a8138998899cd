#!/usr/bin/env bash
#
# Fails when clang-format would change a C++ file. clang_format.sh ROOT
#
# 77 tells CTest that the test was skipped.

set -u -o pipefail

cd -- "$1" || exit 1
command -v clang-format-19 >/dev/null || exit 77

list_files() {
  git ls-files -z --cached --others --exclude-standard -- '*.cpp' '*.hpp' 2>/dev/null ||
    find checker model impl tests -name '*.[ch]pp' -print0 2>/dev/null
}

# A file that was removed may still be in Git's index.
mapfile -d '' -t files < <(list_files)
present=()
for file in "${files[@]}"; do
  [[ -f $file ]] && present+=("$file")
done
if ((${#present[@]} == 0)); then
  printf 'no C++ file was found\n' >&2
  exit 1
fi

printf '%s\0' "${present[@]}" | xargs -0 clang-format-19 --dry-run -Werror
