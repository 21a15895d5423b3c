"""The rules of this tree that a compiler does not check.   usage: lint.py ROOT

First the rules prove themselves: fixtures/RULE.txt holds snippets under lines
`=== red PATH` and `=== green PATH`; `x9` behind it repeats the snippet. The lines that
end in `// red` must be rejected, and no other. Then every source of the tree is checked. An
exception is a line `RULE PATH REASON` of allowed.txt; one that excuses nothing is
an error too. Needs only Debian's python3-minimal.
"""

import os
import re
import sys
from typing import NamedTuple

import coroutines
import determinism
import layering
import style
from source import Source

RULES = layering.RULES + determinism.RULES + coroutines.RULES + style.RULES
FOLDERS = ["sim", "systems", "faults", "reports", "scenarios", "tests", "tools", "third_party"]
SUFFIXES = (".h", ".cc", ".proto", ".py", ".bzl", ".ts", ".tsx", ".sh", "BUILD")
RED = re.compile(r"(?://|#) red$", re.MULTILINE)
HERE = os.path.dirname(os.path.realpath(__file__))


class Finding(NamedTuple):
    path: str
    line: int
    rule: str
    text: str

    def __str__(self):
        return f"{self.path}:{self.line}: error: {self.rule}: {self.text}"


def check(source):
    for rule in RULES:
        if rule.applies(source.path):
            for hit in rule.find(source):
                yield Finding(
                    source.path, source.line(hit.offset), rule.name, f"{rule.why}; {hit.what}"
                )


def with_companions(texts):
    """A Source for each of {path: text}; x.h and x.cc know each other."""
    for path, text in texts.items():
        stem, _, suffix = path.rpartition(".")
        other = {"h": ".cc", "cc": ".h"}.get(suffix, "")
        yield Source(path, text, texts.get(stem + other, "") if other else "")


def prove(rule):
    """Errors in how `rule` treats its fixtures."""
    fixture = f"tests/lint/fixtures/{rule.name}.txt"
    file = os.path.join(HERE, "fixtures", f"{rule.name}.txt")
    if not os.path.exists(file):
        yield f"{fixture}:1: error: rule {rule.name} has no fixture"
        return
    with open(file, encoding="utf-8") as f:
        parts = re.split(r"^=== (red|green) (\S+)(?: x(\d+))?\n", f.read(), flags=re.MULTILINE)
    texts, wanted = {}, {}
    for colour, path, times, text in zip(parts[1::4], parts[2::4], parts[3::4], parts[4::4]):
        texts[path] = text * int(times or 1)
        wanted[path] = {text.count("\n", 0, m.start()) + 1 for m in RED.finditer(text)}
        if not rule.applies(path):
            yield f"{fixture}:1: error: {rule.name} does not apply to {path}"
        if (colour == "red") != bool(wanted[path]):
            yield f"{fixture}:1: error: {path} is {colour}: does a line end in `// red`?"
    if set(parts[1::4]) != {"red", "green"}:
        yield f"{fixture}:1: error: needs a red and a green snippet"
    for source in with_companions(texts):
        found = {f.line for f in check(source) if f.rule == rule.name}
        for line in sorted(found ^ wanted[source.path]):
            verb = "rejects" if line in found else "accepts"
            yield f"{fixture}:1: error: {rule.name} {verb} line {line} of {source.path}"


def tree(root):
    texts = {}
    for folder in FOLDERS:
        for parent, folders, files in os.walk(os.path.join(root, folder)):
            folders[:] = sorted(d for d in folders if d not in ("node_modules", "dist", "fixtures"))
            for name in sorted(files):
                if name.endswith(SUFFIXES):
                    path = os.path.relpath(os.path.join(parent, name), root)
                    with open(os.path.join(root, path), encoding="utf-8") as f:
                        texts[path] = f.read()
    return texts


def exceptions():
    with open(os.path.join(HERE, "allowed.txt"), encoding="utf-8") as f:
        for n, line in enumerate(f, 1):
            words = line.split(None, 2)
            if words and not line.startswith("#"):
                yield n, tuple(words[:2]), words[2:]


def main():
    root = os.path.realpath(sys.argv[1])
    errors = [error for rule in RULES for error in prove(rule)]
    allowed = {}
    for n, key, reason in exceptions():
        allowed[key] = n
        if not reason:
            errors.append(f"tests/lint/allowed.txt:{n}: error: RULE PATH REASON: no reason")
    used, count = set(), 0
    for source in with_companions(tree(root)):
        count += 1
        for finding in check(source):
            key = (finding.rule, finding.path)
            if key in allowed:
                used.add(key)
            else:
                errors.append(str(finding))
    for key, n in allowed.items():
        if key not in used:
            errors.append(f"tests/lint/allowed.txt:{n}: error: excuses nothing; delete the line")
    for error in errors:
        print(error)
    print(f"{count} files, {len(RULES)} rules, {len(used)} exceptions, {len(errors)} errors")
    return 1 if errors or count == 0 else 0


if __name__ == "__main__":
    sys.exit(main())
