"""What keeps files small, readable and portable."""

from rule import Hit, Rule, is_cpp, search

MAX_LINES = 400
CODE = (".h", ".cc", ".py", ".bzl", ".ts", ".tsx", ".sh")


def _length(source):
    lines = source.text.count("\n")
    if lines > MAX_LINES:
        yield Hit(0, f"{lines} lines, at most {MAX_LINES}: which second concept is in it?")


def _opening(source):
    if not source.text.startswith("//"):
        yield Hit(0, "begin with a // comment: what it is for, contract, units, errors")


RULES = [
    Rule("file-length", "a file is one concept", lambda path: path.endswith(CODE), _length),
    Rule("header-opening", "a header is read before its code", lambda p: p.endswith(".h"), _opening),
    Rule(
        "string-view",
        "Debian's absl::string_view is another type, without conversion",
        is_cpp,
        # The explicit conversion, for the lookup functions of std, is fine.
        search(
            r"\bstd::(?:basic_)?string_view\b(?!\([\w.>-]+\.data\(\))", "write absl::string_view"
        ),
    ),
]
