"""A population surveyed: one query decides every community, and its small result is asked again and again.

The result holds of each community the codes of its outcomes and the numbers that are asked, each an exact quotient of two
whole numbers; about 400 bytes for a standard of 22 indicators. It is a frame of Polars whatever the communities came as, so
that every kind of frame gets the same answers. Floats say where values roughly lie, for a drawing; nothing is counted,
compared or put in order by them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from functools import cached_property
from typing import Any

import narwhals as nw
import polars as pl
from attrs import field, frozen

from smartrules.engines.columns.assessing import OUTCOMES, PARTS, PROBLEMS, TIER, Wanted, decided
from smartrules.engines.columns.backends import KEY, ROW, PolarsLazy
from smartrules.engines.columns.checking import CheckedFrame
from smartrules.engines.columns.counting import Counter, places
from smartrules.engines.columns.counts import Counts, Place, column
from smartrules.engines.columns.partitions import Dask, of_each
from smartrules.engines.columns.surveyed import Alone, Community, Cut, Exact, Judged, Near
from smartrules.outcome import NOT_APPLICABLE, NOT_MET, UNDETERMINED, Outcome

#: What the integers of Polars hold at most, with a bit to spare.
_MOST = 2**126


def survey(checked: CheckedFrame, asked: Sequence[Exact]) -> Survey:
    """Return a population, decided, with some numbers of every community.

    A number that the integers of the frame cannot hold is left out; `Survey.has` says so.

    Raises:
        FrameError: for a rule that the frame cannot decide exactly.
    """
    wanted = Wanted(codes=True, exact=tuple(asked))
    if isinstance(checked.communities.backend, Dask):
        frame = _in_a_row(of_each([checked], lambda part: _digest(part[0], wanted)))
    else:
        frame = _digest(checked, wanted)
    if KEY in frame.columns:
        frame = frame.sort(KEY, ROW, nulls_last=True)
    return Survey(checked, frame)


def _digest(checked: CheckedFrame, wanted: Wanted) -> pl.DataFrame:
    """Return what is kept of every community: its number, its key, codes, problems, and the parts of its numbers."""
    source = checked.communities
    frame, outputs = decided(checked, wanted)
    frame, number = source.backend.numbered(frame, ROW)
    shown = [*number]
    if checked.key is not None:
        shown.append(source.opened.key(checked.key))
    of_polars = isinstance(source.backend, PolarsLazy)
    # Wide integers of other backends come as decimals or worse, unless they come as text.
    shown += [
        nw.col(one.at).cast(nw.String).alias(one.name)
        if not of_polars and one.name.startswith(PARTS)
        else nw.col(one.at).alias(one.name)
        for one in outputs
    ]
    chosen = frame.select(*shown)
    found: pl.DataFrame
    if of_polars:
        found = chosen.to_native().collect(engine="streaming")
    else:
        found = chosen.collect(backend="polars").to_native()
    numbers = [name for name, kind in found.schema.items() if name.startswith(PARTS) and kind == pl.String]
    codes = [column(place) for place in places(checked)]
    codes += [TIER] if TIER in found.columns else []
    found = found.with_columns(
        pl.col(numbers).cast(pl.Int128), pl.col(codes).cast(pl.Int8), pl.col(PROBLEMS).cast(pl.String)
    )
    return found if ROW in found.columns else found.with_row_index(ROW)


def _in_a_row(parts: Iterable[pl.DataFrame]) -> pl.DataFrame:
    """Return the parts of a frame as one, the rows numbered through."""
    numbered, before = list[pl.DataFrame](), 0
    for part in parts:
        numbered.append(part.with_columns(pl.col(ROW).cast(pl.Int64) + before))
        before += part.height
    return pl.concat(numbered, how="vertical_relaxed")


@frozen(eq=False)
class Survey:
    """A population that was decided, to be asked; in the order of its keys where it has them, else of its rows."""

    checked: CheckedFrame = field(repr=False)
    _frame: pl.DataFrame = field(repr=False)

    @property
    def rows(self) -> int:
        """How many communities there are."""
        return self._frame.height

    @cached_property
    def counts(self) -> Counts:
        """How many communities have which outcome."""
        counter = Counter(self.checked)
        counter.run(self._frame.lazy())
        return counter.counts

    # --- what keeps communities from a tier ------------------------------------------------------------------------

    def alone(self, tier: str) -> Mapping[str, Alone]:
        """Return of each mandatory indicator how many communities it alone keeps from a tier without a rule."""
        names = list(self.checked.edition.mandatory(tier))
        if not names:
            return {}
        codes = {name: pl.col(column((tier, name))) for name in names}
        lacking = pl.sum_horizontal([_is(code, NOT_MET, UNDETERMINED).cast(pl.Int32) for code in codes.values()])
        asked = [
            (_is(code, outcome) & (lacking == 1) & self._sound).sum().alias(f"{name} {outcome.value}")
            for name, code in codes.items()
            for outcome in (NOT_MET, UNDETERMINED)
        ]
        found = self._frame.select(asked).row(0, named=True)
        return {name: Alone(found[f"{name} {NOT_MET.value}"], found[f"{name} {UNDETERMINED.value}"]) for name in names}

    @property
    def _sound(self) -> pl.Expr:
        """Whether nothing contradicts the declarations."""
        return pl.col(PROBLEMS).is_null()

    # --- numbers ---------------------------------------------------------------------------------------------------

    def has(self, name: str) -> bool:
        """Return whether a number was computed."""
        return PARTS[0] + name in self._frame.columns

    def known(self, name: str) -> int:
        """Return how many communities have a value of a number."""
        return self._with(name).height

    def spread(self, name: str, part: float = 0.005) -> tuple[float, float, float, float] | None:
        """Return about where the values of a number lie: the least, that of a part of them, of all but such a part, the most.

        They are floats, for choosing what a drawing shows; None where no community has a value.
        """
        found = self._with(name)
        if found.height == 0:
            return None
        value = pl.col(_VALUES[0]).cast(pl.Float64) / pl.col(_VALUES[1]).cast(pl.Float64)
        ends = [value.min(), value.quantile(part), value.quantile(1 - part), value.max()]
        low, some, most, high = found.select(end.alias(str(n)) for n, end in enumerate(ends)).row(0)
        return low, some, most, high

    def before(self, name: str, cuts: Sequence[Cut]) -> list[int]:
        """Return how many communities have a value before each of some cuts."""
        with_value = self._with(name)
        top, bottom = (_largest(with_value, one) for one in _VALUES)
        ends = [Fraction(cut.at) for cut in cuts]
        if not cuts:
            return []
        if all(top * end.denominator < _MOST and bottom * abs(end.numerator) < _MOST for end in ends):
            asked = [
                _before(end, after=cut.after).sum().alias(str(index))
                for index, (cut, end) in enumerate(zip(cuts, ends, strict=True))
            ]
            return [int(count) for count in with_value.select(asked).row(0)]
        pairs = with_value.group_by(_VALUES).len().iter_rows()
        values = [(Fraction(above, below), count) for above, below, count in pairs]
        return [
            sum(count for value, count in values if value < cut.at or (cut.after and value == cut.at)) for cut in cuts
        ]

    def nearest(self, name: str, cut: Cut, asked: Sequence[Place], count: int, *, behind: bool) -> list[Near]:
        """Return the communities whose values are nearest to a cut, the nearest first, by their order where they are equal.

        Args:
            name: of the number.
            cut: the threshold.
            asked: the indicators that ask it; communities to which all of them do not apply are left out. None for all.
            count: how many at most.
            behind: whether those behind the cut are wanted, else those before it.
        """
        frame = self._with(name, *(column(place) for place in asked))
        if asked:
            applies = [~_is(pl.col(column(place)), NOT_APPLICABLE) for place in asked]
            frame = frame.filter(pl.any_horizontal(applies))
        top, bottom = (_largest(frame, one) for one in _VALUES)
        end = Fraction(cut.at)
        if top * end.denominator >= _MOST or bottom * abs(end.numerator) >= _MOST:
            return []
        before = _before(end, after=cut.after)
        frame = frame.filter(~before if behind else before)
        # The floor of the value times a power of ten keeps the order of values, but for those that are nearly equal.
        scale = 1
        while top * scale * 10 < _MOST and scale < 10**30:
            scale *= 10
        floor = (pl.col(_VALUES[0]) * pl.lit(scale, pl.Int128)) // pl.col(_VALUES[1])
        frame = frame.with_columns(floor.alias(_FLOOR))
        last = frame.select(_FLOOR).sort(_FLOOR, descending=not behind).head(count).to_series()
        if last.len() == 0:
            return []
        within = pl.col(_FLOOR) <= last[-1] if behind else pl.col(_FLOOR) >= last[-1]
        frame = frame.filter(within)
        # Which of the values that are left are nearest is settled exactly; of equal ones the first communities are shown.
        values = frame.select(_VALUES).unique().iter_rows()
        by_value = dict[Fraction, list[tuple[int, int]]]()
        for above, below in values:
            by_value.setdefault(Fraction(above, below), []).append((above, below))
        found: list[Near] = []
        for value in sorted(by_value, reverse=not behind):
            pairs = pl.DataFrame(by_value[value], schema=dict.fromkeys(_VALUES, pl.Int128), orient="row")
            same = frame.join(pairs, on=list(_VALUES), how="semi").sort(_PLACE).head(count - len(found))
            found += [Near(one, value) for one in _communities(same)]
            if len(found) == count:
                break
        return found

    def _with(self, name: str, *besides: str) -> pl.DataFrame:
        """Return the communities that have a value of a number, its numerator and denominator under names of their own."""
        frame = self._numbered
        named = [one for one in (_PLACE, ROW, KEY) if one in frame.columns]
        pairs = zip(PARTS, _VALUES, strict=True)
        renamed = (pl.col(part + name).cast(pl.Int128).alias(value) for part, value in pairs)
        return frame.select(*named, *besides, *renamed).filter(~pl.any_horizontal(pl.col(_VALUES).is_null()))

    @cached_property
    def _numbered(self) -> pl.DataFrame:
        return self._frame.with_row_index(_PLACE)

    # --- communities -----------------------------------------------------------------------------------------------

    def contradictory(self, count: int) -> list[tuple[Community, str]]:
        """Return the first communities that contradict the declarations, with what is wrong."""
        frame = self._numbered.filter(~self._sound).head(count)
        return list(zip(_communities(frame), frame.get_column(PROBLEMS).to_list(), strict=True))

    def judged(self, count: int, besides: Iterable[Community] = ()) -> list[Judged]:
        """Return the first communities, and others besides, in the order of the survey."""
        more = [one.place for one in besides if one.place >= count]
        frame = self._numbered.filter((pl.col(_PLACE) < count) | pl.col(_PLACE).is_in(more))
        known = list(places(self.checked))
        return [
            Judged(
                community,
                row.get(TIER),
                {place: OUTCOMES[row[column(place)]] for place in known},
                row[PROBLEMS],
            )
            for community, row in zip(_communities(frame), frame.iter_rows(named=True), strict=True)
        ]


_VALUES = ("~value above", "~value below")
_PLACE, _FLOOR = "~place", "~floor"


def _communities(frame: pl.DataFrame) -> Iterator[Community]:
    keys: Iterable[Any] = frame.get_column(KEY) if KEY in frame.columns else [None] * frame.height
    for place, row, key in zip(frame.get_column(_PLACE), frame.get_column(ROW), keys, strict=True):
        yield Community(int(place), int(row), key)


def _is(code: pl.Expr, *outcomes: Outcome) -> pl.Expr:
    return code.is_in([OUTCOMES.index(outcome) for outcome in outcomes])


def _largest(frame: pl.DataFrame, name: str) -> int:
    """Return the largest size of a column's values, at least one."""
    ends = frame.select(pl.col(name).min().alias("low"), pl.col(name).max().alias("high")).row(0)
    return max(1, *(abs(int(end)) for end in ends if end is not None)) if ends[0] is not None else 1


def _before(end: Fraction, *, after: bool) -> pl.Expr:
    """Return whether a value is before a cut; denominators are positive, so both sides may be multiplied by them."""
    left = pl.col(_VALUES[0]) * pl.lit(end.denominator, pl.Int128)
    right = pl.col(_VALUES[1]) * pl.lit(end.numerator, pl.Int128)
    return left <= right if after else left < right
