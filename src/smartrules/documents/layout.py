"""YAML text → the same text laid out: lines, comments, the order of keys and the words are kept, the rest is made one.

The text is gone through piece by piece, a piece being a scalar, a bracket or a sign between them, with what stands
between two pieces: white space, line ends and comments. **Lines are the author's, what stands in a line is laid out**:
indentation, spaces and quotation marks. So block style and brackets stay as they were chosen, and nothing is wrapped.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from typing import Any

from attrs import field, frozen, mutable

from smartrules.documents.quoting import can_be_plain, looks_like_number, quoted, stands_for_itself
from smartrules.expr.spacing import spaced

STEP = 2

_BREAK = re.compile("\n|\x85|\u2028|\u2029")
_BLOCK_HEADER = re.compile(r"[|>](?:([1-9])([-+]?)|([-+]?)([1-9]?))[ \t]*(#.*)?")
_OPENING = {"FlowMappingStartToken": "{", "FlowSequenceStartToken": "["}
_CLOSING = {"FlowMappingEndToken": "}", "FlowSequenceEndToken": "]"}
_UNSEEN = frozenset(["DocumentStartToken", "DocumentEndToken", "DirectiveToken"])


@frozen
class Places:
    """Where the scalars stand that are more than texts, as offsets of their first characters.

    Attributes:
        expressions: those that are expressions; one behind `|` or `>` begins where its text does, in a line below.
        names: those that are texts even where they look like numbers, such as editions and clauses.
    """

    expressions: Collection[int] = ()
    names: Collection[int] = ()


def lay_out(text: str, places: Places) -> str:
    """Return a YAML text laid out.

    Args:
        text: one that `read_tree` reads without a fault as a mapping; its lines end with line feeds.
        places: which of its scalars are expressions or names.
    """
    from ruamel.yaml import YAML

    layout = _Layout(text, places)
    for token in YAML(typ="safe", pure=True).scan(text):
        layout.take(token)
    return layout.finish()


@frozen
class _Block:
    """An open mapping or list in block style: the column where it was, and where it is now.

    Attributes:
        implied: whether it is a list that stands no deeper than its key, whose end no token tells.
    """

    was: int
    now: int
    is_list: bool = False
    implied: bool = False

    @property
    def inside(self) -> int:
        """The column of what an item of the list holds, or of the mapping's keys."""
        return self.now + STEP if self.is_list else self.now


@frozen
class _Flow:
    """An open bracket: the column of a line that begins with its partner, and of one that begins within it."""

    outer: int
    inner: int


# Round the outermost mapping, so that it begins in column 0.
_DOCUMENT = _Block(-1, -STEP)


@mutable
class _Layout:
    """Takes the tokens of a document and writes its lines."""

    text: str
    places: Places
    lines: list[str] = field(factory=list)
    line: str | None = None
    blocks: list[_Block] = field(factory=lambda: [_DOCUMENT])
    flows: list[_Flow] = field(factory=list)
    end: int = 0
    last: str = ""
    is_key: bool = False
    #: Whether a comma is due, which is left out where only the closing bracket follows on its line.
    comma: bool = False
    blank: bool = False
    #: Where the line in hand begins, if brackets that open on it measure from there and not from their block.
    anchor: int | None = None
    #: The blocks that were open behind the last piece, to one of which a comment below it may belong.
    levels: list[_Block] = field(factory=list)

    def take(self, token: Any) -> None:
        """Write what a token stands for, and what stands before it."""
        kind, start, end = type(token).__name__, token.start_mark.index, token.end_mark.index
        if kind in ("BlockMappingStartToken", "BlockSequenceStartToken"):
            is_list = kind == "BlockSequenceStartToken"
            self.blocks.append(_Block(token.start_mark.column, self.blocks[-1].now + STEP, is_list))
        elif kind == "BlockEndToken":
            self._close_implied()
            self.blocks.pop()
        elif kind == "BlockEntryToken":
            above = self.blocks[-1]
            if not above.is_list:
                self.blocks.append(_Block(above.was, above.now + STEP, is_list=True, implied=True))
            self._piece("-", start, end, self.blocks[-1].now)
        elif kind == "KeyToken":
            if not self.flows:
                self._close_implied()
            if end > start:
                self._piece("?", start, end, self.blocks[-1].now)
            else:
                self.is_key = True
        elif kind == "ValueToken":
            if not self.flows:
                self._close_implied()
            self._piece(":", start, end, self.blocks[-1].now)
        elif kind == "FlowEntryToken":
            self._piece(",", start, end, self.blocks[-1].now)
        elif kind in _OPENING:
            self._piece(_OPENING[kind], start, end, self._of_value())
            outer = self.anchor if self.anchor is not None else self.blocks[-1].inside
            self.flows.append(_Flow(outer, outer + STEP))
        elif kind in _CLOSING:
            self._piece(_CLOSING[kind], start, end, self.flows[-1].outer)
            self.flows.pop()
        elif kind == "ScalarToken":
            self._scalar(token, start, end)
        elif kind in _UNSEEN:
            self._between(start, self.blocks[-1])
            self.end = end
        elif kind == "StreamEndToken":
            root = self.levels[1] if len(self.levels) > 1 else _DOCUMENT
            self._between(len(self.text), _Block(root.was, 0))

    def finish(self) -> str:
        """Return the text."""
        self._end_line()
        return "\n".join(self.lines) + "\n"

    # --- pieces ----------------------------------------------------------------------------------------------------

    def _of_value(self) -> int:
        """Return the column of a value that begins a line, or of a key where one comes next."""
        return self.blocks[-1].now + (0 if self.is_key else STEP)

    def _piece(self, written: str, start: int, end: int, column: int) -> None:
        """Write a piece: behind the last one, or at a column of a new line where it began one."""
        closes = written in _CLOSING.values()
        if self.comma and (not closes or _BREAK.search(self.text, self.end, start) is not None):
            self._add(",")
        self.comma = False
        level = self.blocks[-1] if column <= self.blocks[-1].now else _Block(self.blocks[-1].was + 1, column)
        is_value = written not in ("-", "?", ":") and not self.is_key
        if self._between(start, level) or self.line is None:
            if self.flows:
                column = self.flows[-1].outer if closes else self.flows[-1].inner
            self._begin_line(column)
            self.anchor = column if self.flows or is_value else None
        elif self._is_apart(written):
            self._add(" ")
        if written == "," and self.line is not None and self.line.strip():
            self.comma = True
        else:
            self._add(written)
        self.last, self.end, self.is_key = written, end, False
        self.levels = list(self.blocks)
        if written in ("-", ":") and not self.flows:
            self.levels.append(_Block(self.blocks[-1].was + 1, self.blocks[-1].now + STEP))

    def _is_apart(self, written: str) -> bool:
        """Return whether a space stands before a piece that follows the last one on its line."""
        if self.last in ("-", "?", ":"):
            return True  # `{a: }` and `{a: , b: 1}` too: without the space the colon belongs to the text
        if self.last in ("{", "[") or written in (":", ",", "}", "]"):
            return False
        return self.last == ","

    def _close_implied(self) -> None:
        if self.blocks[-1].implied:
            self.blocks.pop()

    # --- scalars ---------------------------------------------------------------------------------------------------

    def _scalar(self, token: Any, start: int, end: int) -> None:
        if token.style in ("|", ">"):
            self._block_scalar(start)
            return
        column = self._of_value()
        further = self.flows[-1].inner + STEP if self.flows else self.blocks[-1].now + STEP
        first, *rest = self._written(token, self.text[start:end])
        self._piece(first, start, end, column)
        self._add_lines(rest, further)
        self.last = "scalar"

    def _written(self, token: Any, source: str) -> list[str]:
        """Return the lines of a plain or quoted scalar."""
        start, inside = token.start_mark.index, bool(self.flows)
        is_expression = start in self.places.expressions
        if "\n" in source:
            lines = _trimmed(source, token.style)
            if not is_expression or "\\" in source:
                return lines
            text = "\n".join(lines)
            lines = [line.strip(" ") for line in spaced(text if token.style is None else text[1:-1]).split("\n")]
            plain = token.style is None and all(not line or can_be_plain(line, inside=inside) for line in lines)
            return lines if plain else ('"' + "\n".join(lines) + '"').split("\n")
        value = str(token.value)
        if is_expression:
            value = spaced(" ".join(value.split()))
        elif token.style is None:
            return [quoted(source) if start in self.places.names and looks_like_number(source) else source]
        elif not value.isprintable():
            return [source]  # its escapes say what no one could see
        plain = can_be_plain(value, inside=inside) and (token.style is None or stands_for_itself(value))
        return [value if plain else quoted(value)]

    def _block_scalar(self, start: int) -> None:
        """Write a text behind `|` or `>` with its lines indented as deep as the place asks."""
        stop = _line_end(self.text, start)
        header = _BLOCK_HEADER.match(self.text, start, stop)
        assert header is not None
        chomp, digit = header[2] or header[3] or "", header[1] or header[4]
        lines, end = _lines_of_block(self.text, stop, self.blocks[-1].was, digit, keep=chomp == "+")
        if end == len(self.text):
            chomp = "-"  # what ends without a line end gets one, which is none of its own
        below = self.text[stop:end]
        if stop + len(below) - len(below.lstrip()) in self.places.expressions:
            lines = spaced("\n".join(lines)).split("\n")
        first = next((line for line in lines if line), "")
        indicator = str(STEP) if first.startswith(" ") else ""
        self._piece(f"{self.text[start]}{indicator}{chomp}", start, end, self._of_value())
        if header[5]:
            self._add(f"  {header[5].rstrip()}")
        self._add_lines(lines, self.blocks[-1].now + STEP)
        self.last = "scalar"

    # --- lines -----------------------------------------------------------------------------------------------------

    def _between(self, start: int, level: _Block) -> bool:
        """Write the comments before a place, and return whether a line begins there.

        Args:
            level: of what stands there, which a comment belongs to unless it is indented like something above it.
        """
        behind, *rows = _BREAK.split(self.text[self.end : start])
        behind = behind.strip(" \t\ufeff").rstrip()
        if behind and self.line is not None:
            self._add(f"  {behind}")
        elif behind:
            self._comment(behind, 0)
        for row in rows[:-1] if start < len(self.text) else rows:
            comment = row.strip(" \t").rstrip()
            if not comment:
                self.blank = True
                continue
            was = len(row) - len(row.lstrip(" \t"))
            self._comment(comment, self.flows[-1].inner if self.flows else self._comment_column(was, level))
        return bool(rows)

    def _comment(self, comment: str, column: int) -> None:
        self._begin_line(column)
        self._add(comment)
        self._end_line()

    def _comment_column(self, was: int, level: _Block) -> int:
        if was <= level.was:
            return level.now
        above = [one.now for one in self.levels if one.now > level.now and one.was <= was]
        return max(above, default=level.now)

    def _add(self, written: str) -> None:
        self.line = (self.line or "") + written

    def _add_lines(self, lines: list[str], column: int) -> None:
        for line in lines:
            self._end_line()
            self.line = " " * column + line if line else ""

    def _begin_line(self, column: int) -> None:
        self._end_line()
        if self.blank and self.lines:
            self.lines.append("")
        self.blank = False
        self.line = " " * column

    def _end_line(self) -> None:
        if self.line is not None:
            self.lines.append(self.line)
        self.line = None


def _line_end(text: str, start: int) -> int:
    found = text.find("\n", start)
    return len(text) if found < 0 else found


def _trimmed(source: str, style: str | None) -> list[str]:
    """Return the lines of a scalar without the white space round each, which YAML folds away."""
    first, *rest = source.split("\n")
    return [_trim_end(line, style) for line in (first, *(line.lstrip(" \t") for line in rest))]


def _trim_end(line: str, style: str | None) -> str:
    trimmed = line.rstrip(" \t")
    escapes = len(trimmed) - len(trimmed.rstrip("\\"))
    # Behind a backslash the first space is part of the text.
    return line[: len(trimmed) + 1] if style == '"' and escapes % 2 else trimmed


def _lines_of_block(text: str, stop: int, was: int, digit: str | None, *, keep: bool) -> tuple[list[str], int]:
    """Return the lines of a block scalar without their indentation, and where the last one ends.

    Args:
        stop: where the line of its `|` or `>` ends.
        was: the column of the mapping or list that it stands in.
        digit: the indentation that its header gives, if it does.
        keep: whether the empty lines behind it are part of it.
    """
    indent = was + int(digit) if digit else _indentation(text, stop, max(was, 0) + 1)
    lines: list[str] = []
    kept, end = 0, stop
    for start, line in _lines_from(text, stop + 1):
        spaces = len(line) - len(line.lstrip(" "))
        if spaces < indent and spaces < len(line):
            break
        lines.append(line[indent:])
        if len(line) > indent or (keep and start + len(line) < len(text)):
            kept, end = len(lines), start + len(line)
    return lines[:kept], end


def _indentation(text: str, stop: int, least: int) -> int:
    """Return the indentation of a block scalar: of its first line that is not empty, or of an empty one beyond it."""
    most = least
    for _, line in _lines_from(text, stop + 1):
        spaces = len(line) - len(line.lstrip(" "))
        most = max(most, spaces)
        if spaces < len(line):
            break
    return most


def _lines_from(text: str, start: int) -> Iterator[tuple[int, str]]:
    while start < len(text):
        end = _line_end(text, start)
        yield start, text[start:end]
        start = end + 1
