"""Lifetimes of coroutines, and expressions that g++ 12 compiles wrongly.

tests/compiler records what this compiler does with each pattern.
"""

import re

from rule import Hit, Rule, is_cpp

CO = re.compile(r"\bco_(?:await|return|yield)\b")
TASK = re.compile(r"(?<!\w)(?:sim::)?Task<")


def _is_bug_collection(path):
    return path.startswith("tests/compiler/")


def _applies(path):
    return is_cpp(path) and not _is_bug_collection(path)


def _dangling(params):
    """The first kind of parameter that may dangle in `params`, or None."""
    flat = params
    while True:
        shorter = re.sub(r"<[^<>]*>|\([^()]*\)", "", flat)
        if shorter == flat:
            break
        flat = shorter
    for pattern, name in [
        (r"\bstring_view\b", "string_view"),
        (r"\bSpan\b|\bstd::span\b", "Span"),
        (r"\binitializer_list\b", "initializer_list"),
        (r"&&", "&&"),
        (r"\bconst\b[^,]*&|\bconst\s*&", "const &"),
    ]:
        if re.search(pattern, flat):
            return name
    return None


def _parameters(source):
    code = source.code
    for match in TASK.finditer(code):
        after = source.close_angle(match.end() - 1)
        if after < 0:
            continue
        name = re.compile(r"\s+((?:\w+(?:<[^<>;{}()]*>)?::)*\w+)\s*\(").match(code, after)
        if not name:
            continue
        end = source.close(name.end() - 1)
        member = re.escape(name.group(1).split("::")[-1])
        if re.search(rf"::{member}\s*\([^;{{}}]*\{{", source.companion):
            continue  # judged by its definition
        body = re.compile(r"[\s\w]*\{").match(code, end)
        if body and not CO.search(source.own_code(body.end() - 1, source.close(body.end() - 1))):
            continue  # returns a task, is none
        kind = _dangling(code[name.end() : end - 1])
        if kind:
            yield Hit(match.start(), f"{name.group(1)}: {kind}: take it by value")
    for inner in source.lambdas:
        kind = _dangling(inner.params)
        if kind and CO.search(source.own_code(inner.body, inner.end)):
            yield Hit(inner.start, f"lambda: {kind}: take it by value")


def _capturing(source):
    for inner in source.lambdas:
        if inner.captures and CO.search(source.own_code(inner.body, inner.end)):
            yield Hit(inner.start, f"[{inner.captures}]: write a member function, or parameters")


TRIVIAL = r"(?<!\bint)(?<!_t)(?<!\bbool)(?<!\bNull)"
BRACES = re.compile(rf"[\w>]{TRIVIAL}\s*\{{|\(\s*\{{|,\s*\{{(?!\s*(?:\}}|\.timeout\b))")


def _braces(source):
    for offset, statement in source.statements:
        match = BRACES.search(statement)
        if match and "co_await" in statement:
            yield Hit(offset + match.start(), "name the value in a statement of its own")


def _ternary(source):
    for offset, statement in source.statements:
        if "?" in statement and "co_await" in statement:
            yield Hit(offset + statement.index("?"), "write if, or await into a name first")


def _owning_lambda(source):
    for offset, statement in source.statements:
        if "co_await" not in statement:
            continue
        for inner in source.lambdas:
            owns = not re.fullmatch(r"(?:(?:&\w*|this)\s*,?\s*)*", inner.captures)
            if offset <= inner.start < offset + len(statement) and owns:
                yield Hit(inner.start, f"[{inner.captures}]: name the lambda first, then move it")


RULES = [
    Rule(
        "task-parameter",
        "a coroutine outlives the expression that called it",
        _applies,
        _parameters,
    ),
    Rule(
        "capturing-coroutine",
        "the frame refers to the lambda's captures, which die first",
        _applies,
        _capturing,
    ),
    Rule("await-braces", "g++ 12 destroys aggregates beside co_await twice", _applies, _braces),
    Rule("await-ternary", "g++ 12 destroys the operands of ?: beside co_await twice", _applies, _ternary),
    Rule("await-lambda", "g++ 12 destroys captures beside co_await twice", _applies, _owning_lambda),
]
