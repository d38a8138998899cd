#!/bin/bash
# usage: readme_variables.sh SOURCE_DIR COMPILER
# The kinds of variable that README.md lists, with what it does with them, compile as they stand.
set -euo pipefail
source_dir=$1
compiler=$2
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

block=$(awk '/All kinds there are:/ { found = 1 } found && /```$/ { exit } inside { print }
             found && /```cpp/ { inside = 1 }' "$source_dir/README.md")
[ "$(wc -l <<< "$block")" -ge 30 ] || { echo "README.md has no list of variables"; exit 1; }
actions=$(sed -n 's,.*// \(ACTION([^:]*)\).*,\1;,p' <<< "$block" | sed 's/, and.*/;/')
[ "$(wc -l <<< "$actions")" -eq 4 ] || { echo "README.md has not four actions: $actions"; exit 1; }
cat > "$scratch/model.cpp" <<EOF
#include "checker/vocabulary/channels.hpp"
#include "checker/vocabulary/define.hpp"
#include "checker/vocabulary/network.hpp"
namespace synod::readme {
template <class Mode>
struct Model : Machine<Mode> {
  using Machine<Mode>::Machine;
  $block
  void Init() {}
  void Next() { $actions net.faults(*this); }
};
System model() { return define<Model>({}, claims()); }
}  // namespace synod::readme
EOF
"$compiler" -std=c++20 -Wall -Wextra -Werror -Wno-missing-field-initializers -I "$source_dir" \
  -fsyntax-only "$scratch/model.cpp"
