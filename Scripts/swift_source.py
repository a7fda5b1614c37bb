"""Reads Swift sources for the checks beside this file: code without comments and strings, and where functions are."""

import pathlib
import re
from typing import Iterator, NamedTuple


def swift_files(folder: pathlib.Path) -> list[pathlib.Path]:
    """All Swift files below `folder`, in a steady order, without build products."""
    return sorted(path for path in folder.rglob("*.swift") if ".build" not in path.parts)


def code_only(source: str) -> str:
    """`source` with comments and the text of string literals blanked, line by line in the same place.

    Code inside string interpolations stays, since it runs.
    """
    return "".join(_Blanking(source).run())


class Function(NamedTuple):
    name: str
    first_line: int
    lines: int


_DECLARATION = re.compile(r"\b(?:func\s+(?P<name>\w+|[^\s\w(<]+)|(?P<init>init)[?!]?\s*(?=[(<])|(?P<deinit>deinit)\b)")


def functions(source: str) -> Iterator[Function]:
    """The functions of `source` that have a body, with the lines from declaration to closing brace."""
    code = code_only(source)
    for match in _DECLARATION.finditer(code):
        if code[: match.start()].endswith("."):
            continue  # a call such as `self.init(…)`
        opening = _body_start(code, match.end())
        if opening is None:
            continue
        closing = _closing_brace(code, opening)
        first_line = code.count("\n", 0, match.start()) + 1
        name = match["name"] or match["init"] or match["deinit"]
        yield Function(name, first_line, code.count("\n", match.start(), closing) + 1)


def _body_start(code: str, position: int) -> int | None:
    """The brace that opens the body, or nothing for a requirement of a protocol."""
    depth = 0
    for index in range(position, len(code)):
        character = code[index]
        if character in "([":
            depth += 1
        elif character in ")]":
            depth -= 1
            if depth < 0:
                return None
        elif depth == 0 and character == "{":
            return index
        elif depth == 0 and character in "};":
            return None
        elif depth == 0 and character == "\n":
            if not _goes_on(code, index):
                return None
    return None


def _goes_on(code: str, newline: int) -> bool:
    """Whether a declaration's head continues on the next line."""
    before, after = code[:newline].rstrip(), code[newline:].lstrip()
    return before.endswith(("->", ",", "where", "throws", "async", "&")) or after.startswith(
        ("{", "->", "throws", "async", "where", "rethrows")
    )


def _closing_brace(code: str, opening: int) -> int:
    depth = 0
    for index in range(opening, len(code)):
        if code[index] == "{":
            depth += 1
        elif code[index] == "}":
            depth -= 1
            if depth == 0:
                return index
    return len(code)


class _Blanking:
    """One pass over a source. Strings may hold code that holds strings, so the pass calls itself."""

    def __init__(self, source: str):
        self.source = source
        self.position = 0
        self.output: list[str] = []

    def run(self) -> list[str]:
        while self.position < len(self.source):
            self._code(until=None)
        return self.output

    def _keep(self, count: int = 1) -> None:
        self.output.append(self.source[self.position : self.position + count])
        self.position += count

    def _blank(self, count: int = 1) -> None:
        for character in self.source[self.position : self.position + count]:
            self.output.append("\n" if character == "\n" else " ")
        self.position += count

    def _at(self, text: str) -> bool:
        return self.source.startswith(text, self.position)

    def _code(self, until: str | None) -> None:
        depth = 0
        while self.position < len(self.source):
            string = re.compile(r'(#*)("""|")').match(self.source, self.position)
            if until and depth == 0 and self._at(until):
                return
            if self._at("//"):
                end = self.source.find("\n", self.position)
                self._blank((end if end >= 0 else len(self.source)) - self.position)
            elif self._at("/*"):
                self._block_comment()
            elif string:
                self._string(hashes=string[1], quotes=string[2])
            else:
                depth += {"(": 1, ")": -1}.get(self.source[self.position], 0)
                self._keep()

    def _block_comment(self) -> None:
        depth = 0
        while self.position < len(self.source):
            if self._at("/*"):
                depth += 1
                self._blank(2)
            elif self._at("*/"):
                depth -= 1
                self._blank(2)
                if depth == 0:
                    return
            else:
                self._blank()

    def _string(self, hashes: str, quotes: str) -> None:
        self._keep(len(hashes) + len(quotes))
        while self.position < len(self.source):
            if self._at(quotes + hashes):
                self._keep(len(quotes) + len(hashes))
                return
            if self._at("\\" + hashes + "("):
                self._keep(len(hashes) + 2)
                self._code(until=")")
                self._keep()
            elif self._at("\\" + hashes):
                self._blank(len(hashes) + 2)
            elif self._at("\n") and quotes == '"':
                return
            else:
                self._blank()
