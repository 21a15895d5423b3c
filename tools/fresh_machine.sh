#!/usr/bin/env bash
# Does the README work on a machine that has nothing?   sudo tools/fresh_machine.sh [DIR]
#
# Makes an empty Debian 12 tree in DIR (default: a temporary folder, removed at the
# end), clones HEAD into it and runs the README's commands there, in a chroot, with
# this machine's own package sources. Prints what each took. Needs root and debootstrap.
set -euo pipefail
root="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
readonly RELEASE=bookworm
# The README's two commands: run the main job, run all tests.
mapfile -t commands < <(grep -oE '^\./bazelw (run|test) .*' "$root/README.md" | awk '!seen[$2]++')
[ "${#commands[@]}" -eq 2 ] || {
  echo "fresh_machine: README.md should show one './bazelw run' and one './bazelw test' line" >&2
  exit 2
}
[ "$(id -u)" -eq 0 ] || { echo "fresh_machine: chroot needs root" >&2; exit 2; }
command -v debootstrap >/dev/null || apt-get -qq -y install debootstrap
# Mounts in a namespace of their own: they end with this process.
[ -n "${FRESH_MACHINE_MOUNTS:-}" ] ||
  FRESH_MACHINE_MOUNTS=private exec unshare --mount --propagation private "$0" "$@"

keep="${1:-}"
machine="${1:-$(mktemp -d "${TMPDIR:-/tmp}/fresh-machine.XXXXXX")}"
mkdir -p "$machine"
leave() {
  inside 'bazel shutdown' >/dev/null 2>&1 || true
  umount -l "$machine/proc" "$machine/dev" 2>/dev/null || true
  [ -n "$keep" ] || rm -rf --one-file-system "$machine"
}
inside() {
  chroot "$machine" /usr/bin/env -i HOME=/root PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8 \
    ${http_proxy:+http_proxy="$http_proxy"} bash -c "cd /settle 2>/dev/null || cd /; $1"
}
timed() {
  local name="$1" start="$SECONDS"
  shift
  echo "=== $name"
  "$@"
  echo "=== $name: $((SECONDS - start)) s"
}
trap leave EXIT

# This machine's package sources are the mirror; where it is, is this machine's affair.
mirror="$(apt-get indextargets --format '$(SITE)' "Codename: $RELEASE" "Created-By: Packages" |
  head -1)"
timed "debootstrap" debootstrap --variant=minbase --include=ca-certificates,debian-archive-keyring \
  "$RELEASE" "$machine" "$mirror" >"$machine.log" 2>&1 || { tail -20 "$machine.log" >&2; exit 1; }
rm -f "$machine.log" "$machine/etc/apt/sources.list"
cp -a /etc/apt/sources.list.d/. "$machine/etc/apt/sources.list.d/"
cp -a /etc/apt/apt.conf.d/. "$machine/etc/apt/apt.conf.d/"
cp -L /etc/resolv.conf /etc/hosts "$machine/etc/"
mount -t proc proc "$machine/proc"
mount --bind /dev "$machine/dev"
git clone -q --no-local "$root" "$machine/settle"

for command in "${commands[@]}"; do timed "$command" inside "$command"; done
