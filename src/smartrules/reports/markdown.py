"""Markdown of what is answered: headings, lists, tables and documents, with nothing in a text taken for markup."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

# What begins or ends markup anywhere in a line; and what does so at its beginning.
_ANYWHERE = re.compile(r"([\\`*_\[\]<>|~$&#])")
_FIRST = re.compile(r"^([ \t]*)([+\-=]|\d+[.)])")
_BLANKS = re.compile(r"\s+")


def escaped(text: str) -> str:
    """Return a text on one line in which no character is markup."""
    line = _ANYWHERE.sub(r"\\\1", _BLANKS.sub(" ", text).strip())
    found = _FIRST.match(line)
    if found is None:
        return line
    sign = found.group(2)
    return f"{sign[:-1]}\\{sign[-1]}{line[found.end() :]}"


def heading(level: int, text: str) -> str:
    """Return a heading of a level, 1 for the document's own."""
    return f"{'#' * level} {escaped(text)}"


def bulleted(texts: Iterable[str], *, depth: int = 0) -> list[str]:
    """Return texts as the lines of a list; a deeper one stands under a line of the one above."""
    return [f"{'  ' * depth}- {escaped(text)}" for text in texts]


def table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    """Return a table; every row has a cell for each heading."""
    lines = [_row(headings), "|" + " --- |" * len(headings)]
    for row in rows:
        assert len(row) == len(headings)
        lines.append(_row(row))
    return lines


def _row(cells: Iterable[str]) -> str:
    return "| " + " | ".join(escaped(cell) for cell in cells) + " |"


def fenced(text: str, language: str = "") -> list[str]:
    """Return a text of several lines as it is, between fences that it does not hold itself."""
    longest = max((len(run) for run in re.findall(r"`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    return [f"{fence}{language}", *text.rstrip("\n").splitlines(), fence]


def joined(blocks: Iterable[Iterable[str]]) -> str:
    """Return blocks of lines as a document, an empty line between them."""
    return "\n\n".join("\n".join(block) for block in map(list, blocks) if block) + "\n"
