"""JSON lines → columns of text: one object a line, every number in the digits in which it was written.

The lines are read once, piece by piece, into Parquet files in a folder of their own, so that what is not in memory need
not be read again.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO

import polars as pl

from smartrules.diagnostics import Diagnostic, Fault, Span, shorten
from smartrules.engines.columns.backends import ROW

#: How many lines become one piece.
_PIECE = 10_000
_EXAMPLE = 'write one object a line, `{"households": 3461}`'
#: A community on one line is short; a longer line is no such file.
_LONGEST_LINE = 1_000_000
#: So many lines that cannot be read are shown before the rest is not looked for.
_MOST_FAULTS = 50


def read_lines(path: Path, folder: Path) -> tuple[pl.LazyFrame, list[Diagnostic]]:
    """Return the objects of a file of JSON lines as columns of text, and the faults of its lines, rows of nulls.

    A list becomes its members with semicolons between, a flag ``true`` or ``false``, null stays null.

    Args:
        path: the file.
        folder: an empty folder for the pieces, which are needed as long as the frame is.

    Returns:
        The columns, with the number of each line as `ROW`, and the faults.

    Raises:
        Fault: SR103 where there is no line.
        OSError: where the file cannot be read.
    """
    faults: list[Diagnostic] = []
    pieces: list[pl.LazyFrame] = []
    with path.open("rb") as file:
        numbered = _lines(file)
        while piece := list(islice(numbered, _PIECE)):
            rows = list(_rows(piece, str(path), faults))
            names = dict.fromkeys(name for row in rows for name in row)
            columns = [pl.Series(name, [row.get(name) for row in rows], dtype=pl.String) for name in names]
            numbers = pl.Series(ROW, [number for number, _ in piece], dtype=pl.UInt32)
            place = folder / f"{len(pieces):06}.parquet"
            pl.DataFrame([numbers, *columns]).write_parquet(place, compression="lz4")
            pieces.append(pl.scan_parquet(place, glob=False))
            if len(faults) > _MOST_FAULTS:
                more = f"there are more than {_MOST_FAULTS} faults, and the rest is not shown"
                faults = [*faults[:_MOST_FAULTS], Diagnostic("SR115", more, "correct these first", str(path))]
                break
    if not pieces:
        raise Fault("SR103", "the file is empty", _EXAMPLE)
    return pl.concat(pieces, how="diagonal"), faults


def _lines(file: BinaryIO) -> Iterator[tuple[int, bytes]]:
    """Yield the lines with their numbers, without blank ones at the end."""
    blank: list[tuple[int, bytes]] = []
    for number, line in enumerate(iter(lambda: file.readline(_LONGEST_LINE + 1), b""), 1):
        if line.isspace():
            blank.append((number, line))
            if len(blank) > _PIECE:
                yield from blank
                blank.clear()
            continue
        yield from blank
        blank.clear()
        yield number, line


def _rows(lines: Iterable[tuple[int, bytes]], file: str, faults: list[Diagnostic]) -> Iterator[dict[str, str | None]]:
    for number, line in lines:
        try:
            yield _row(line)
        except Fault as fault:
            faults.append(Diagnostic(fault.code, fault.message, fault.help, file, Span(number, 1)))
            yield {}


def _row(line: bytes) -> dict[str, str | None]:
    if len(line) > _LONGEST_LINE:
        raise Fault("SR108", "the line is longer than any community", "write one object a line")
    try:
        plain = json.loads(
            line.decode("utf-8-sig"),
            parse_float=str,
            parse_int=str,
            parse_constant=str,
            object_pairs_hook=_object,
        )
    except UnicodeDecodeError:
        raise Fault("SR102", "the line is not UTF-8 text", "save the file in UTF-8") from None
    except (ValueError, RecursionError) as error:
        if isinstance(error, Fault):
            raise
        what = "a blank line" if not line.strip() else "no JSON"
        raise Fault("SR111", f"this is {what}", _EXAMPLE) from None
    if not isinstance(plain, dict):
        raise Fault("SR111", "this is no object", _EXAMPLE)
    return {name: value if value.__class__ is str else _text(value) for name, value in plain.items()}


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise Fault("SR104", f"the key `{shorten(twice)}` stands twice", "keep one of them")
    return found


def _text(value: Any) -> str | None:
    match value:
        case None:
            return None
        case bool():
            return "true" if value else "false"
        case list() if all(isinstance(one, str) for one in value):
            return ";".join(value) if value else "[]"
        case _:
            return json.dumps(value, ensure_ascii=False)
