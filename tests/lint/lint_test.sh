#!/usr/bin/env bash
# Goal: what reviewers would have to look for in every change holds in the whole tree.
# Method: see lint.py. The tree is found behind the runfiles' links, so that new files
# are seen without being listed anywhere; the test is therefore local and never cached.
set -euo pipefail
here="$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")"
exec /usr/bin/python3 -B "$here/lint.py" "$here/../.."
