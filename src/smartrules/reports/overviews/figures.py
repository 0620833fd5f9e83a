"""What is drawn of a distribution, and the same in figures."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from math import ceil
from typing import Any

from smartrules.engines.columns.surveyed import Cut
from smartrules.reports.overviews.bars import round_step
from smartrules.reports.overviews.drawing import Bar, Word, histogram
from smartrules.reports.overviews.measured import Measured
from smartrules.reports.overviews.overview import Distribution
from smartrules.units import PERCENT
from smartrules.values import Quantity, show_number

#: How the operators are written to readers.
SIGNS = {">=": "≥", ">": ">", "<=": "≤", "<": "<", "=": "=", "!=": "≠"}
#: How many numbers a scale shows, about.
_TICKS = 7


def _edges(one: Distribution) -> list[Fraction]:
    """Return where the bars of a histogram begin and end, in the unit of its number."""
    assert one.scale is not None
    size = Fraction(one.number.unit.size)
    return [one.scale.low, *(Fraction(cut.at) / size for cut in one.scale.cuts), one.scale.high]


def drawn(one: Distribution) -> str:
    """Return the histogram of a distribution as SVG; some community has a value."""
    edges = _edges(one)
    bars = [
        Bar(low, high, count, _colour(one.number, (low + high) / 2))
        for low, high, count in zip(edges, edges[1:], one.bars, strict=False)
    ]
    size = Fraction(one.number.unit.size)
    marks: dict[Fraction, str] = {}
    for threshold in one.number.thresholds:
        # Whole numbers stand between their edge and the next one, so what is after one is at the next.
        after = 1 if one.number.whole and threshold.cuts[0].after else 0
        at = Fraction(threshold.at.root) / size
        marks[at + after] = f"{SIGNS[threshold.operator]} {show_number(at)}{_sign(one.number)}"
    return histogram(bars, [Word(at, text) for at, text in marks.items()], list(_ticks(one)))


def _sign(number: Measured) -> str:
    return " %" if number.unit == PERCENT else ""


def _ticks(one: Distribution) -> Iterator[Word]:
    """Yield a few round numbers of the scale; that of a whole number stands in the middle of its bar."""
    assert one.scale is not None
    low, high = one.scale.low, one.scale.high
    alone = one.number.whole and one.scale.step == 1
    each = round_step((high - low) / _TICKS, whole=one.number.whole)
    value = ceil(low / each) * each
    while value <= high - (1 if alone else 0):
        yield Word(value + (Fraction(1, 2) if alone else 0), show_number(value))
        value += each


def _colour(number: Measured, at: Fraction) -> str:
    """Return the colour of the side of the thresholds on which a bar is."""
    asked = [one for one in number.thresholds if not one.applies]
    if not asked:
        return "plain"
    size = Fraction(number.unit.size)
    holds = [_HOLDS[one.operator](at * size, one.at.root) for one in asked]
    return "good" if all(holds) else "bad" if not any(holds) else "between"


_HOLDS: dict[str, Callable[[Any, Any], bool]] = {
    ">=": lambda a, b: a >= b,
    ">": lambda a, b: a > b,
    "<=": lambda a, b: a <= b,
    "<": lambda a, b: a < b,
    "=": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
}


def figures(one: Distribution) -> Iterator[dict[str, Any]]:
    """Yield what each bar stands for, and how many communities."""
    if one.scale is None:
        return
    ends = [None, *one.scale.cuts, None]
    for low, high, count in zip(ends, ends[1:], one.bars, strict=False):
        yield {"range": _between(low, high, one.number), "count": f"{count:,}"}


def _between(low: Cut | None, high: Cut | None, number: Measured) -> str:
    """Return which values lie between two cuts."""
    at = [None if cut is None else show_number(Quantity.in_unit(cut.at, number.unit).number) for cut in (low, high)]
    if (
        low is not None
        and high is not None
        and (low.at == high.at or (number.whole and high.at - low.at == number.unit.size))
    ):
        return str(at[0])
    ends = []
    if low is not None:
        ends.append(f"{'>' if low.after else '≥'} {at[0]}")
    if high is not None:
        ends.append(f"{'≤' if high.after else '<'} {at[1]}")
    return ", ".join(ends)
