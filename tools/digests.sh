#!/usr/bin/env bash
# Do builds agree about what happens in a run?   tools/digests.sh [SEEDS] [CONFIG...]
#
# Builds //tests/determinism:digest once for each configuration of .bazelrc (default:
# ci dbg sanitize clang), runs it twice, with random addresses and with fixed ones, and
# compares the lines. Exit 1: two of them differ, or one does not build or run.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit 1
readonly TARGET=//tests/determinism:digest
readonly SEEDS="${1:-20}"
shift
[ "$#" -gt 0 ] || set -- ci dbg sanitize clang
log="$(mktemp)"
trap 'rm -f "$log"' EXIT
wanted=""

# compare NAME COMMAND...: runs it; its line must be that of all others.
compare() {
  local name="$1" line
  shift
  line="$("$@" 2>"$log")" || {
    cat "$log"
    echo "digests: $name does not build or run"
    exit 1
  }
  wanted="${wanted:-$line}"
  printf '%-26s %s\n' "$name" "$line"
  [ "$line" = "$wanted" ] || {
    echo "digests: $name computes another run than the first"
    exit 1
  }
}

for config in "$@"; do
  compare "$config" ./bazelw run --config=ci --config="$config" "$TARGET" -- "$SEEDS"
  compare "$config, fixed addresses" ./bazelw run --config=ci --config="$config" \
    --run_under="setarch -R" "$TARGET" -- "$SEEDS"
done
