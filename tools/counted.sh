#!/usr/bin/env bash
# Has a change made Settle slower?   tools/counted.sh [--update]
#
# Counts the instructions of W2 and of one typical seed (tests/bench/counted.cc) with
# callgrind, which gives the same number however busy the machine is, and compares them
# with tests/bench/counted.txt. A change above 5 % is reported in a line that begins
# with "=== INSTRUCTIONS"; it is no failure, since a slower program can be the right
# one: then the same commit brings the new numbers (--update). With another compiler,
# library or processor than the file's the numbers mean little, and that is said.
# Exit 1: nothing could be counted.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
readonly FILE=tests/bench/counted.txt
readonly PERCENT=5

# What the numbers depend on besides our code.
machine() {
  local versions
  versions="$(dpkg-query -W -f='${Package}=${Version} ' \
    g++-12 libc6 libsqlite3-0 libprotobuf32 valgrind 2>/dev/null | tr '\n' ' ')"
  echo "$versions$(sed -n 's/^model name\s*: //p' /proc/cpuinfo | head -n 1)"
}

count() {
  valgrind --tool=callgrind --callgrind-out-file=/dev/null --toggle-collect=Counted \
    bazel-bin/tests/bench/counted "$1" 2>&1 | sed -n 's/.*Collected : //p'
}

./bazelw --settle-install valgrind
./bazelw build --config=ci //tests/bench:counted
counted=""
for what in W2 seed; do
  number="$(count "$what")"
  [ -n "$number" ] || { echo "counted.sh: callgrind counts nothing for $what" >&2; exit 1; }
  counted+="$what $number"$'\n'
done

if [ "${1:-}" = --update ]; then
  {
    echo "# Instructions of W2 and of one typical seed: written by tools/counted.sh --update."
    echo "# $(machine)"
    printf '%s' "$counted"
  } >"$FILE"
fi

[ "$(sed -n '2s/^# //p' "$FILE")" = "$(machine)" ] ||
  echo "=== INSTRUCTIONS: counted on another machine than $FILE was; compare with care"
while read -r what number; do
  before="$(sed -n "s/^$what //p" "$FILE")"
  awk -v what="$what" -v now="$number" -v before="$before" -v percent="$PERCENT" 'BEGIN {
    change = 100 * (now - before) / before
    printf "%-5s %12d instructions, %12d before: %+.1f %%\n", what, now, before, change
    if (change > percent || change < -percent)
      printf "=== INSTRUCTIONS of %s changed by %+.1f %%, more than %d %%\n", what, change, percent
  }'
done <<<"${counted%$'\n'}"
