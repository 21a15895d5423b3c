"""Includes go one way: sim <- systems; sim <- faults <- reports; scenarios binds
all four; tests sees all. The same holds for proto imports and BUILD labels."""

import re

from rule import Hit, Rule, is_cpp, is_test

SEES = {
    "sim": {"sim"},
    "systems": {"sim", "systems"},
    "faults": {"sim", "faults"},
    "reports": {"sim", "faults", "reports"},
    "scenarios": {"sim", "systems", "faults", "reports", "scenarios"},
    "tests": {"sim", "systems", "faults", "reports", "scenarios", "tests"},
}
INCLUDE = re.compile(r'^\s*(?:#\s*include|import(?: public)?)\s+"(([^"/]+)/[^"]+)"', re.MULTILINE)
LABEL = re.compile(r'"//((\w+)/?[\w/]*)(?::(?!__)[\w./]+)?"')


def _outer(source):
    layer = source.path.split("/")[0]
    pattern = LABEL if source.path.endswith("BUILD") else INCLUDE
    for match in pattern.finditer(source.uncommented):
        target = match.group(2)
        if target in SEES and target not in SEES[layer]:
            yield Hit(
                match.start(1),
                f"{layer}/ may use only {', '.join(sorted(SEES[layer]))}, not {match.group(1)}",
            )


# Inside sim, lower ranks know nothing of higher ones. core/ has two storeys: what
# choices and trace stand on, and the run itself, which stands on them.
CORE_RUN = re.compile(r"^sim/core/(?:simulation|waiter|task_scope|signal|gather)\.")
RANKS = {"choice": 1, "trace": 2, "net": 4, "storage": 4, "world": 5, "testing": 6}


def _rank(path):
    if path.startswith("sim/core/"):
        return 3 if CORE_RUN.match(path) else 0
    return RANKS.get(path.split("/")[1], 6)


def _inner(source):
    for match in INCLUDE.finditer(source.uncommented):
        target = match.group(1)
        if not target.startswith("sim/"):
            continue
        same_folder = target.split("/")[1] == source.path.split("/")[1]
        mine, its = _rank(source.path), _rank(target)
        if its > mine or (its == mine and not same_folder):
            yield Hit(match.start(1), f"{target} does not stand below {source.path}")


def _generated(source):
    for match in re.finditer(r'#\s*include\s+"[^"]+\.pb\.h"', source.uncommented):
        yield Hit(match.start(), "forward declare the message and include its header in the .cc")


RULES = [
    Rule(
        "layer",
        "includes go one way: sim <- systems; sim <- faults <- reports; scenarios above all four",
        lambda path: path.endswith((".h", ".cc", ".proto", "BUILD")) and path.split("/")[0] in SEES,
        _outer,
    ),
    Rule(
        "kernel-layer",
        "inside sim: core < choice < trace < the run of core < net, storage < world < testing",
        lambda path: is_cpp(path) and path.startswith("sim/") and not is_test(path),
        _inner,
    ),
    Rule(
        "generated-header",
        "a pb.h costs every includer about a second",
        lambda path: path.startswith("sim/") and path.endswith(".h"),
        _generated,
    ),
]
