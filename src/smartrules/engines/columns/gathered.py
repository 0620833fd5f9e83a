"""The facts of many communities that were read one by one, as the frame and the files that a ruleset takes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from pathlib import Path

import polars as pl

from smartrules.diagnostics import Diagnostic, Fault, FrameError, shorten
from smartrules.engines.columns import files
from smartrules.engines.columns.communities import frame_of, members_of
from smartrules.facts import Fact, Facts
from smartrules.standard import Edition
from smartrules.units import Unit
from smartrules.values import decimal_places, quotient, write_number

#: The columns of the communities' ids and names; no fact has a name like them.
KEY, NAME = "community", "community.name"
#: The whole numbers of 64 bits, in which frames are exact.
_MOST = 2**63 - 1
#: The digits that a sheet of Excel keeps of a number.
_DIGITS_OF_A_SHEET = 15


def unheld(edition: Edition, facts: Facts) -> Iterator[Fault]:
    """Yield the numbers of a community that a frame cannot hold exactly."""
    for fact, unit in _numbers(edition, facts):
        assert isinstance(fact.value, int | Fraction)
        own = quotient(fact.value, unit.size)
        places = decimal_places(own.denominator)
        if places is None or abs(own * 10**places) > _MOST:
            what = f"`{fact.id}` is {write_number(own)}, which a column of numbers cannot hold exactly"
            yield Fault("SR703", what, "give it as it was measured, with fewer digits")


def _numbers(edition: Edition, facts: Facts) -> Iterator[tuple[Fact, Unit]]:
    given = [*facts.facts.values()]
    given += [fact for records in facts.collections.values() for one in records for fact in one.facts.values()]
    for fact in given:
        declared = edition.fact_by_id[fact.id]
        if declared.kind.is_number and declared.unit is not None:
            yield fact, declared.unit
    for fact in facts.stated.values():
        yield fact, edition.measure_by_id[fact.id].unit


def frames(edition: Edition, communities: Sequence[Facts]) -> tuple[pl.DataFrame, dict[str, pl.DataFrame]]:
    """Return one row a community, and of each collection one row a member, with the key of its community.

    Args:
        communities: each with an id of its own, and no number that is `unheld`.
    """
    assert all(facts.community is not None for facts in communities)
    known = [facts.community for facts in communities if facts.community is not None]
    keys = [one.id for one in known]
    frame = frame_of(edition, communities, KEY, keys)
    names = pl.Series(NAME, [one.name for one in known], dtype=pl.String)
    frame.insert_column(1, names)
    return frame, members_of(edition, communities, KEY, keys)


def unread(faults: Sequence[tuple[str, Diagnostic]]) -> pl.DataFrame:
    """Return what is wrong with forms as a table, one row a fault."""
    rows = [
        {
            "file": name,
            "place": "" if one.at is None else one.at.place,
            "code": one.code,
            "message": one.message,
            "help": one.help,
        }
        for name, one in faults
    ]
    columns = ("file", "place", "code", "message", "help")
    return pl.DataFrame(rows, schema=dict.fromkeys(columns, pl.String))


def beside(path: Path, collection: str) -> Path:
    """Return the file of the members of a collection, beside that of the communities: ``facts.buildings.parquet``."""
    return path.with_name(f"{path.stem}.{collection}{path.suffix}")


def write(frame: pl.DataFrame, path: Path, *, sources: Sequence[Path] = ()) -> None:
    """Write a frame into a file by its ending, all of it or nothing.

    Raises:
        FrameError: SR606 where it cannot be written, and as `check_content`.
        MissingExtraError: where the package to write Excel with is not installed.
    """
    check_content(frame, path)
    files.write(frame.lazy(), path, sources=sources)


def check_writable(paths: Mapping[str, Path] | Sequence[Path], sources: Sequence[Path]) -> None:
    """Check, before anything is read, that files could be written.

    Raises:
        FrameError: SR606.
    """
    for path in paths.values() if isinstance(paths, Mapping) else paths:
        files.check_writable(path, sources)


def check_content(frame: pl.DataFrame, path: Path) -> None:
    """Check that a file of its ending can hold a frame as it is.

    Raises:
        FrameError: SR703 for numbers that a sheet of Excel would cut, SR541 for texts that an office program would run as
            formulas.
    """
    match path.suffix.lower():
        case ".xlsx":
            _check_sheet(frame, path)
        case ".csv" | ".tsv":
            _check_formulas(frame, path)


def _check_formulas(frame: pl.DataFrame, path: Path) -> None:
    """Check that no text of strangers becomes a formula when an office program opens the file."""
    for name, kind in frame.schema.items():
        if kind == pl.String:
            found = frame[name].filter(frame[name].str.contains("^[=+\\-@\t\r]"))
            if found.len():
                what = f"`{name}` holds `{shorten(found[0])}`, which an office program would run as a formula"
                hint = "write Parquet, JSON lines or .xlsx, where it stays a text"
                raise FrameError.of("SR541", what, hint, file=str(path))


def _check_sheet(frame: pl.DataFrame, path: Path) -> None:
    for name, kind in frame.schema.items():
        if kind.is_numeric():
            digits = (
                frame[name].cast(pl.String).str.replace_all("[^0-9]", "").str.strip_chars_start("0").str.len_chars()
            )
            longest = digits.max()
            if isinstance(longest, int) and longest > _DIGITS_OF_A_SHEET:
                what = f"`{name}` has numbers of {longest} digits, and a sheet of Excel keeps {_DIGITS_OF_A_SHEET}"
                raise FrameError.of("SR703", what, "write Parquet, CSV or JSON lines", file=str(path))
