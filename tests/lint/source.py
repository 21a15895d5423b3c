"""A C++ source as the rules see it: comments and literals blanked, lambdas found.

Offsets never move: what is blanked becomes spaces, so that an offset of any view
is an offset of the file. This is no parser; it knows brackets, not types.
"""

import functools
import re
from typing import NamedTuple

LITERAL = re.compile(
    r"""(?P<comment>//[^\n]*|/\*.*?\*/)
      | (?P<raw>R"(?P<mark>[^()\\\s]{0,16})\(.*?\)(?P=mark)")
      | (?P<string>"(?:\\.|[^"\\\n])*")
      | (?P<char>(?<![0-9A-Fa-f])'(?:\\.|[^'\\\n])+')""",
    re.VERBOSE | re.DOTALL,
)
PREPROCESSOR = re.compile(r"^[ \t]*#(?:\\\n|[^\n])*", re.MULTILINE)
OPEN, CLOSE = "([{", ")]}"


def _spaces(match):
    return re.sub(r"[^\n]", " ", match.group())


class Lambda(NamedTuple):
    start: int  # of the [
    captures: str
    params: str
    result: str  # what follows ->
    body: int  # of the {
    end: int  # behind the }


class Source:
    def __init__(self, path, text, companion=""):
        self.path = path
        self.text = text
        self.companion = LITERAL.sub(_spaces, companion)  # the .h of this .cc, or the reverse
        self.uncommented = LITERAL.sub(lambda m: _spaces(m) if m["comment"] else m.group(), text)
        self.code = LITERAL.sub(_spaces, text)
        self.lambdas = list(self._find_lambdas())

    def line(self, offset):
        return self.text.count("\n", 0, offset) + 1

    def close(self, offset):
        """The offset behind the bracket that closes the one at `offset`."""
        depth = 0
        for i in range(offset, len(self.code)):
            if self.code[i] in OPEN:
                depth += 1
            elif self.code[i] in CLOSE:
                depth -= 1
                if depth == 0:
                    return i + 1
        return len(self.code)

    def close_angle(self, offset):
        """The offset behind the > that closes the < at `offset`, or -1."""
        depth = 0
        for i in range(offset, len(self.code)):
            c = self.code[i]
            if c == "<":
                depth += 1
            elif c == ">" and self.code[i - 1] != "-":
                depth -= 1
                if depth == 0:
                    return i + 1
            elif c in ";{":
                break
        return -1

    def own_code(self, start, end, code=None):
        """The code of [start, end) without the bodies of lambdas inside it, which
        are other functions; blank before `start`."""
        view = [" "] * start + list((code or self.code)[start:end])
        for inner in self.lambdas:
            if start <= inner.start and inner.end <= end and inner.body > start:
                for i in range(inner.body, inner.end):
                    view[i] = "\n" if self.code[i] == "\n" else " "
        return "".join(view)

    @functools.cached_property
    def statements(self):
        """(offset, text) of every statement; the bodies of lambdas are their own."""
        found = []
        code = PREPROCESSOR.sub(_spaces, self.code)
        regions = [(0, len(self.code))]
        regions += [(inner.body + 1, inner.end - 1) for inner in self.lambdas]
        for start, end in regions:
            found += _split(self.own_code(start, end, code), start, end)
        return found

    def _find_lambdas(self):
        for match in re.finditer(r"(?<![\w\])\[])\s*(\[)(?!\[)", self.code):
            start = match.start(1)
            before = self.code[max(0, start - 80) : start].rstrip()
            if re.search(r"[\w\])]$", before) and not re.search(r"(?:return|await)$", before):
                continue  # a subscript
            at = self.close(start)
            captures = self.code[start + 1 : at - 1].strip()
            params = ""
            head = re.compile(r"\s*").match(self.code, at).end()
            if self.code[head : head + 1] == "(":
                at = self.close(head)
                params = self.code[head + 1 : at - 1]
            tail = re.compile(r"(?:\s|mutable|noexcept)*(?:->([\w\s:<>,*&]+?))?\s*\{").match(
                self.code, at
            )
            if tail:
                body = tail.end() - 1
                yield Lambda(start, captures, params, tail.group(1) or "", body, self.close(body))


BLOCK_HEAD = re.compile(r"^\s*(?:class|struct|union|enum|namespace|extern|template|public|private)\b")
BLOCK_TAIL = re.compile(r"\b(?:else|do|try|const|noexcept|override|final|mutable)$")


def _is_initializer(statement):
    """Whether a brace behind `statement` opens a value, not a block."""
    head = statement.rstrip()
    if not head or BLOCK_HEAD.match(head) or BLOCK_TAIL.search(head):
        return False
    return re.search(r"[\w>=]$", head) is not None


def _split(view, start, end):
    begin, depth = start, 0
    for match in re.finditer(r"[()\[\]{};]", view[start:end]):
        i, c = start + match.start(), match.group()
        if c in "([" or (c == "{" and (depth > 0 or _is_initializer(view[begin:i]))):
            depth += 1
        elif c in ")]" or (c == "}" and depth > 0):
            depth = max(0, depth - 1)
        elif c in "{}" or depth == 0:
            if view[begin:i].strip():
                yield begin, view[begin:i]
            begin = i + 1
    if view[begin:end].strip():
        yield begin, view[begin:end]
