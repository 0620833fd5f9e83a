"""How often each outcome comes about over the rows of a frame, and how often it is another one between editions."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import reduce
from threading import Lock
from typing import Any

import narwhals as nw
import polars as pl
from attrs import evolve

from smartrules.engines.columns.assessing import OUTCOMES, PROBLEMS, TIER, Wanted, decided
from smartrules.engines.columns.backends import KEY, ROW, Opened, only_row
from smartrules.engines.columns.cells import PREFIX
from smartrules.engines.columns.checking import CheckedFrame
from smartrules.engines.columns.counts import Changes, Counts, Example, Place, column
from smartrules.engines.columns.partitions import Dask, of_each
from smartrules.outcome import Outcome
from smartrules.standard import Edition


def places(checked: CheckedFrame) -> Iterator[Place]:
    """Yield what outcomes a frame gets: each tier after its indicators."""
    for tier in checked.tiers:
        for indicator in checked.edition.rules(tier):
            yield tier, indicator
        yield tier, None


class Counter:
    """Counts the outcomes of a lazy Polars frame while its rows go by.

    Args:
        checked: what was assessed.
        seen: is told how many rows went by so far.
    """

    def __init__(self, checked: CheckedFrame, seen: Callable[[int], None] | None = None) -> None:
        self._edition = checked.edition
        self._places = list(places(checked))
        self._all = len(checked.tiers) == len(checked.edition.tiers)
        self._seen = seen
        self._sums: dict[str, int] = {}
        self._lock = Lock()

    def over(self, frame: pl.LazyFrame) -> pl.LazyFrame:
        """Return an assessed frame that is counted as it is computed."""
        return frame.map_batches(self._count, streamable=True)

    def run(self, frame: pl.LazyFrame) -> None:
        """Count an assessed frame, of which nothing else is wanted."""
        names = [PROBLEMS, *([TIER] if self._all else []), *(column(place) for place in self._places)]
        self.over(frame.select(names)).select(pl.len()).collect(engine="streaming")

    def _count(self, batch: pl.DataFrame) -> pl.DataFrame:
        asked = [pl.len().alias("rows"), pl.col(PROBLEMS).is_not_null().sum().alias("problems")]
        for index, place in enumerate(self._places):
            codes = pl.col(column(place)).to_physical()
            asked += [(codes == code).sum().alias(f"{index} {code}") for code in range(len(OUTCOMES))]
        if self._all:
            reached = pl.col(TIER).to_physical()
            asked += [(reached == code).sum().alias(f"tier {code}") for code in range(len(self._edition.tiers))]
        found = batch.select(asked).row(0, named=True)
        with self._lock:
            for name, number in found.items():
                self._sums[name] = self._sums.get(name, 0) + number
            if self._seen is not None:
                self._seen(self._sums["rows"])
        return batch

    @property
    def counts(self) -> Counts:
        """What was counted so far."""
        of = self._sums.get
        rows = of("rows", 0)
        outcomes = {
            place: {outcome: of(f"{index} {code}", 0) for code, outcome in enumerate(OUTCOMES)}
            for index, place in enumerate(self._places)
        }
        reached: dict[str | None, int] = {}
        if self._all:
            reached = {tier.id: of(f"tier {code}", 0) for code, tier in enumerate(self._edition.tiers)}
            reached = {None: rows - sum(reached.values()), **reached}
        return Counts(rows, of("problems", 0), outcomes, reached)


# --- between editions ----------------------------------------------------------------------------------------------


def with_edition(checked: CheckedFrame, edition: Edition) -> CheckedFrame:
    """Return a checked frame for an edition that asks the same of it, only by other thresholds."""
    sources = {
        name: evolve(source, intake=evolve(source.intake, edition=edition, canonical={}))
        for name, source in {"": checked.communities, **checked.members}.items()
    }
    return evolve(checked, edition=edition, communities=sources.pop(""), members=sources)


def compare(
    frames: Sequence[CheckedFrame], compared: Sequence[Place], *, reached: bool, examples: int = 0
) -> list[Changes]:
    """Return how the outcomes of one frame differ between the first edition it was checked for and each other one.

    All of them are decided and counted in one query; another one finds the examples, where they are asked.

    Args:
        frames: the same frame, checked for one edition after another.
        compared: the indicators and tiers that are compared, which all editions have.
        reached: whether the highest tiers reached are compared; then all editions have the same tiers.
        examples: how many communities are shown of each other edition.

    Raises:
        FrameError: for a rule that the frame cannot decide exactly.
    """
    if isinstance(frames[0].communities.backend, Dask):
        parts = of_each(frames, lambda part: compare(part, compared, reached=reached, examples=examples))
        return [_joined(one, examples) for one in zip(*parts, strict=True)]
    first = frames[0]
    frame, columns = _side_by_side(frames, [column(place) for place in compared], reached)
    count = len(first.edition.tiers)
    before = columns[0]
    totals = [
        nw.len().alias("rows"),
        *(_total(~nw.col(one[PROBLEMS]).is_null(), f"problems{n}") for n, one in enumerate(columns)),
    ]
    differs = {}
    for n, after in enumerate(columns[1:], 1):
        pairs = [name for name in after if name != PROBLEMS]
        parts = [nw.col(before[name]) != nw.col(after[name]) for name in pairs]
        differs[n] = reduce(lambda a, b: a | b, parts, nw.lit(False))
        totals.append(_total(differs[n], f"changed{n}"))
        for index, name in enumerate(pairs):
            kinds = range(-1, count) if name == TIER else range(len(OUTCOMES))
            for old in kinds:
                for new in kinds:
                    same = (nw.col(before[name]) == old) & (nw.col(after[name]) == new)
                    totals.append(_total(same, f"{n} {index} {old} {new}"))
    found = only_row(frame.select(*totals))
    result = []
    for n, after in enumerate(columns[1:], 1):
        pairs = [name for name in after if name != PROBLEMS]

        def moves(index: int, kinds: Iterable[tuple[int, Any]], n: int = n) -> dict[tuple[Any, Any], int]:
            known = list(kinds)
            return {
                (old, new): number
                for at, old in known
                for to, new in known
                if (number := int(found[f"{n} {index} {at} {to}"] or 0))
            }

        tiers = [(-1, None), *enumerate(tier.id for tier in first.edition.tiers)]
        result.append(
            Changes(
                rows=int(found["rows"]),
                problems=(int(found["problems0"] or 0), int(found[f"problems{n}"] or 0)),
                changed=int(found[f"changed{n}"] or 0),
                outcomes={place: moves(pairs.index(column(place)), enumerate(OUTCOMES)) for place in compared},
                reached=moves(pairs.index(TIER), tiers) if reached else {},
                examples=tuple(_examples(first, frame, differs[n], before, after, compared, examples))
                if examples
                else (),
            )
        )
    return result


def _joined(parts: Sequence[Changes], examples: int) -> Changes:
    """Return the changes in a frame from those in its parts, which follow each other."""
    outcomes: dict[Place, dict[tuple[Outcome, Outcome], int]] = {}
    reached: dict[tuple[str | None, str | None], int] = {}
    shown: list[Example] = []
    rows = 0
    for part in parts:
        for place, moves in part.outcomes.items():
            _add(outcomes.setdefault(place, {}), moves)
        _add(reached, part.reached)
        shown += [evolve(one, row=None if one.row is None else one.row + rows) for one in part.examples]
        rows += part.rows
    return Changes(
        rows,
        (sum(part.problems[0] for part in parts), sum(part.problems[1] for part in parts)),
        sum(part.changed for part in parts),
        outcomes,
        reached,
        tuple(shown[:examples]),
    )


def _add(sums: dict[Any, int], more: Mapping[Any, int]) -> None:
    for name, number in more.items():
        sums[name] = sums.get(name, 0) + number


def _total(holds: nw.Expr, name: str) -> nw.Expr:
    return holds.cast(nw.Int64).sum().alias(name)


def _side_by_side(
    frames: Sequence[CheckedFrame], names: Sequence[str], reached: bool
) -> tuple[nw.LazyFrame[Any], list[dict[str, str]]]:
    """Return a frame with the codes of the outcomes by each edition, and the columns of each by their names.

    A tier that is not reached is -1, so that no code is null.
    """
    held: list[str] = []
    columns: list[dict[str, str]] = []
    frame = frames[0].communities.opened.frame
    for n, checked in enumerate(frames):
        source = checked.communities
        step = evolve(checked, communities=evolve(source, opened=Opened(frame, source.opened.names)))
        made, outputs = decided(step, Wanted(codes=True))
        kept = {one.name: one.at for one in outputs if one.name in (*names, PROBLEMS) or (reached and one.name == TIER)}
        own = {name: f"{PREFIX}was{n}_{index}" for index, name in enumerate(kept)}
        codes = [
            (nw.col(at).fill_null(-1) if name == TIER else nw.col(at)).alias(own[name]) for name, at in kept.items()
        ]
        frame = made.select(*(nw.col(at) for at in source.opened.names.values()), *(nw.col(at) for at in held), *codes)
        held += own.values()
        columns.append(own)
    return frame, columns


def _examples(
    checked: CheckedFrame,
    frame: nw.LazyFrame[Any],
    differs: nw.Expr,
    before: Mapping[str, str],
    after: Mapping[str, str],
    compared: Sequence[Place],
    count: int,
) -> Iterator[Example]:
    """Yield the first communities for which something differs."""
    source = checked.communities
    shown = [nw.col(at) for name in after if name != PROBLEMS for at in (before[name], after[name])]
    frame, number = source.backend.numbered(frame, ROW)
    shown += number
    if checked.key is not None:
        shown.append(nw.col(source.opened.names[checked.key]).alias(KEY))
    tiers = [tier.id for tier in checked.edition.tiers]
    for row in frame.filter(differs).select(*shown).head(count).collect().rows(named=True):
        outcomes = {
            place: (OUTCOMES[old], OUTCOMES[new])
            for place in compared
            if (old := row[before[column(place)]]) != (new := row[after[column(place)]])
        }
        tier = None
        if TIER in after and row[before[TIER]] != row[after[TIER]]:
            was, now = (None if row[at] < 0 else tiers[row[at]] for at in (before[TIER], after[TIER]))
            tier = (was, now)
        yield Example(row.get(ROW), row.get(KEY), tier, outcomes)
