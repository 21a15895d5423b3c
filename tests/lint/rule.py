"""What a rule is, and the parts of the tree that rules speak of."""

import re
from typing import Callable, Iterable, NamedTuple


class Hit(NamedTuple):
    offset: int
    what: str  # the offending text, and what to write instead


class Rule(NamedTuple):
    name: str
    why: str
    applies: Callable  # path -> bool
    find: Callable  # Source -> iterable of Hit


CPP = (".h", ".cc")
TEST = re.compile(r"_(?:test|benchmark|fuzzer)\.cc$")
# Decides which runs there are, on how many processes and for how long; never what is
# in one.
AROUND_THE_RUN = ("scenarios/command/",)


def is_cpp(path):
    return path.endswith(CPP)


def is_test(path):
    return path.startswith("tests/") or TEST.search(path) is not None


def is_deterministic(path):
    """Code whose every step must follow from (build, scenario, seed, pins)."""
    if not is_cpp(path) or is_test(path) or path.startswith(AROUND_THE_RUN):
        return False
    return path.startswith(("sim/", "systems/", "faults/", "scenarios/"))


def search(pattern, what) -> Callable[..., Iterable[Hit]]:
    """A finder of a regular expression in the code of a source."""
    compiled = re.compile(pattern, re.MULTILINE)

    def find(source):
        for match in compiled.finditer(source.code):
            yield Hit(match.start(), f"{match.group().strip()}: {what}")

    return find
