"""What the peers said, as the tables of `docs/boundaries.md`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from .corpus import Row, files, thresholds
from .record import Record
from .running import Result

PEERS = ("peer", "how a fact reaches it, and its numbers")
COUNTS = ("peer", "agrees", "says otherwise", "cannot be asked", "because")
DISAGREEMENTS = ("corpus", "exactly", "who says otherwise", "rows")


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    return "\n".join(f"| {' | '.join(cells)} |" for cells in (heads, ["---"] * len(heads), *rows))


def given(results: Iterable[Result]) -> str:
    """Return how each peer is asked."""
    return table(PEERS, [(one.name, one.given) for one in results])


def counts(results: Iterable[Result]) -> str:
    """Return how many rows each peer decides, and how."""
    return table(
        COUNTS,
        [
            (
                one.name,
                f"{one.agrees:,}",
                f"{len(one.disagrees):,}",
                f"{sum(one.cannot.values()):,}",
                "; ".join(f"{why}: {count}" for why, count in one.cannot.items()),
            )
            for one in results
        ],
    )


def disagreements(results: Iterable[Result]) -> str:
    """Return every row that a peer decides otherwise, rows of the same file and peers together."""
    otherwise: dict[str, list[str]] = defaultdict(list)
    for one in results:
        for row in one.disagrees:
            otherwise[row].append(one.name)
    together: dict[tuple[str, str, tuple[str, ...]], list[str]] = defaultdict(list)
    for stem, row in _with_files():
        if row.id in otherwise:
            together[stem, row.expect.replace("_", " "), tuple(otherwise[row.id])].append(row.id)
    lines = (
        (stem, expect, "; ".join(names), " ".join(f"`{row}`" for row in rows))
        for (stem, expect, names), rows in together.items()
    )
    return table(DISAGREEMENTS, lines)


def in_page(page: str, record: Record) -> str:
    """Return a page with its tables written again: each stands where one with its heads does.

    Raises:
        ValueError: where the page has no such table.
    """
    for made in (given(record.results), counts(record.results), disagreements(record.results)):
        heads = made.partition("\n")[0]
        lines = page.split("\n")
        begin = lines.index(heads)
        end = next(number for number in range(begin, len(lines)) if not lines[number].startswith("|"))
        page = "\n".join([*lines[:begin], made, *lines[end:]])
    return page


def _with_files() -> list[tuple[str, Row]]:
    return [(path.stem, row) for path in files() for _, rows in thresholds(path) for row in rows]
