"""A run is a pure function of (build, scenario, seed, pins): see docs/determinism.md.

What a regular expression cannot see (state at namespace scope, signedness of char)
is covered there by a check at run time.
"""

import re

from rule import Hit, Rule, is_deterministic, search

DRAW = "write instead: a choice at a named point (Env::Draw, Choices)"
TIME = "write instead: simulated time (Env::clock, Simulation::now)"
NAMES = [
    (
        "process-hash",
        "differs between two processes",
        r"\bstd::hash\b|\babsl::Hash(?:Of)?\b",
        "write instead: a function of sim/core/hash.h",
    ),
    (
        "randomness",
        "not a function of seed and pins",
        r"\babsl::(?:Insecure)?BitGen\b"
        r"|\bstd::(?:random_device|mt19937\w*|minstd_rand\w*|ranlux\w+|knuth_b|\w+_engine|rand)\b"
        r"|\bstd::(?:\w+_distribution|shuffle|sample)\b|(?<![\w.>:])(?:s?rand|random|drand48)\s*\(",
        DRAW,
    ),
    (
        "floating-point",
        "rounds differently under another compiler or processor",
        r"\b(?:float|double)\b",
        "write instead: integers (minor units, nanoseconds, one_in)",
    ),
    (
        "host-time",
        "the run has a time of its own",
        r"\bchrono::\w+_clock\b|\babsl::(?:Now|GetCurrentTimeNanos)\b|\bstd::(?:time|clock)\b"
        r"|(?<![\w.>:])time\s*\(\s*(?:NULL|nullptr|0|&)"
        r"|(?:[=(,!+*/-]|\breturn)\s*(?:::)?(?:clock\s*\(\s*\)(?!\s*[.-])|time\s*\(\s*\w+\s*\))"
        r"|\b(?:clock_gettime|gettimeofday|CLOCKS_PER_SEC)\b",
        TIME,
    ),
    (
        "host-environment",
        "a run must not depend on where it runs",
        r"\b(?:secure_)?getenv\b|\bgetpid\b|\babsl::(?:LocalTimeZone|LoadTimeZone)\b",
        "write instead: a switch or a zone of the scenario",
    ),
    (
        "thread",
        "a run is one thread; processes scale",
        r"\bstd::(?:jthread|thread|this_thread|async|(?:\w+_)?mutex|condition_variable\w*)\b"
        r"|\bstd::(?:promise|future|latch|barrier|\w+_semaphore|call_once)\b|\babsl::Mutex\b"
        r"|\bpthread_\w+|\bthread_local\b",
        "write instead: a Task",
    ),
    (
        "address",
        "addresses differ between two processes",
        r"\bu?intptr_t\b"
        r"|\b(?:std::(?:multi)?(?:map|set)|absl::btree_(?:multi)?(?:map|set))"
        r"<\s*(?:const\s+)?(?:[\w:]+\s*(?:const\s*)?\*\s*(?:const\s*)?[,>]"
        r"|std::(?:pair|tuple)<[^<>;]*\*)",
        "write instead: a name or an id",
    ),
    (
        "unstable-sort",
        "equal elements come in an order of the library's choice",
        r"\b(?:std::(?:ranges::)?|absl::c_)(?:sort|partial_sort|nth_element)\b"
        r"|(?<![\w.>])qsort(?:_r)?\s*\(",
        "write instead: std::stable_sort",
    ),
]

HASHED = re.compile(r"\b(?:absl::(?:flat|node)_hash_(?:map|set)|std::unordered_\w+)\b")


def _hashed(source):
    for match in HASHED.finditer(source.code):
        yield Hit(match.start(), f"{match.group()}: write instead: std::map or absl::btree_map")


def _hashed_names(code):
    for match in HASHED.finditer(code):
        name = re.compile(r"<[^;{}()]*>[&\s]*(\w+)\s*(?:;|=|\{|,|\)|ABSL)").match(code, match.end())
        if name:
            yield name.group(1)


def _iterated(source):
    for name in sorted({*_hashed_names(source.code), *_hashed_names(source.companion)}):
        owner = r"(?:\w+(?:\.|->))*"
        yield from search(
            rf"\bfor\s*\([^;()]*:\s*\*?{owner}{name}\s*\)|\b{name}\.c?begin\(",
            "keep the order elsewhere, or use std::map",
        )(source)


def _map_fields(source):
    for match in re.finditer(r"\bmap\s*<", source.code):
        yield Hit(match.start(), "write instead: repeated pairs")


STATIC = re.compile(
    r"(?:^|\s)(?:static|inline\s+static|static\s+inline)\s+"
    r"(?!const\b|constexpr\b|constinit\s+const\b)[\w:<>,\s*&]+?(?:\[\w*\]\s*)?(?:=|\{|$)"
)
A_DRAW = re.compile(r"(?:\.|->)(?:Draw|Noise|Fault|Outcome)\s*\(|(?<![\w.>:~])(?:Draw|Noise)\s*\(")


def _static_state(source):
    for offset, statement in source.statements:
        match = STATIC.search(statement.rstrip())
        if match:
            where = offset + match.start() + len(match.group()) - len(match.group().lstrip())
            yield Hit(where, "make it constexpr, or a member of what lives as long as the run")


def _draws(source):
    for offset, statement in source.statements:
        draws = list(A_DRAW.finditer(statement))
        if len(draws) > 1:
            yield Hit(offset + draws[1].start(), "give each draw a statement and a name")


RULES = [
    *(
        Rule(name, why, is_deterministic, search(pattern, instead))
        for name, why, pattern, instead in NAMES
    ),
    Rule("hash-container", "its order differs between processes", is_deterministic, _hashed),
    Rule("hash-iteration", "its order differs between processes", is_deterministic, _iterated),
    Rule("static-state", "it survives the run that set it", is_deterministic, _static_state),
    Rule(
        "two-draws",
        "g++ evaluates arguments from right to left, clang from left to right",
        is_deterministic,
        _draws,
    ),
    Rule(
        "map-field",
        "protobuf writes maps in no defined order",
        lambda path: path.endswith(".proto"),
        _map_fields,
    ),
]
