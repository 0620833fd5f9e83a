"""Where the bars of a histogram stand: on round numbers, and never across a threshold."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from math import ceil, floor, isqrt

from attrs import frozen

from smartrules.engines.columns.surveyed import Cut
from smartrules.reports.overviews.measured import Measured
from smartrules.units import PERCENT

#: How many bars are wanted, of few communities and of many; more where round numbers ask for it, so that a threshold is
#: among them.
_LEAST, _FEWEST, _MOST, _MOST_ROUND = 5, 8, 20, 32
#: How many powers of ten are gone through: from numbers far below one to whole ones.
_POWERS = 60
#: The first digits of round numbers.
_DIGITS = (Fraction(1), Fraction(2), Fraction(5, 2), Fraction(5))


@frozen
class Scale:
    """The scale of a histogram.

    Attributes:
        low: where it begins, in the unit of the number, and ``high`` where it ends; the first bar holds what is less too,
            and the last one what is more.
        cuts: between the bars, in root units.
        step: between round numbers.
    """

    low: Fraction
    high: Fraction
    cuts: tuple[Cut, ...]
    step: Fraction


def scale(number: Measured, spread: tuple[float, float, float, float], known: int) -> Scale:
    """Return the scale for a number whose values lie about there: the least, some of the least, some of the most, the most.

    The few values that are far from all others stand in the outer bars. The fewer communities have a value, the fewer bars.
    """
    size = Fraction(number.unit.size)
    least, low, high, most = (Fraction(end) / size for end in spread)
    marks = [Fraction(one.at.root) / size for one in number.thresholds]
    low, high = min([low, *marks]), max([high, *marks])
    step = _step(low, high, marks, number.whole, min(_MOST, max(_FEWEST, 2 * isqrt(known))))
    start, end = floor(low / step) * step, ceil(high / step) * step
    if number.whole:
        end = (floor(high / step) + 1) * step  # a bar stands for the numbers from its edge up to the next
    share = number.unit == PERCENT and most <= 100
    if end in marks and not (share and end == 100 and 100 not in marks):
        end += step
    if start in marks and (start > 0 or least < 0):
        start -= step
    end = max(end, start + step)
    inner = {start + step * index for index in range(1, int((end - start) / step))}
    own = {cut for one in number.thresholds for cut in _cuts(one.cuts, number)}
    cuts = {Cut(value * size) for value in inner if value not in marks} | own
    return Scale(start, end, tuple(sorted(cuts)), step)


def _cuts(cuts: Sequence[Cut], number: Measured) -> Iterator[Cut]:
    """Yield the cuts of a threshold; after a whole number is before the next one."""
    size = number.unit.size
    yield from (Cut(cut.at + size) if cut.after and number.whole else cut for cut in cuts)


def _step(low: Fraction, high: Fraction, marks: Sequence[Fraction], whole: bool, wanted: int) -> Fraction:
    """Return the least round number of which few steps lead over a range, one that leads to every mark if there is one."""
    width = high - low or Fraction(1)
    least = round_step(width / _MOST_ROUND, whole=whole)
    steps = [step for step in _round_numbers(least) if step >= least and (not whole or step.denominator == 1)]
    through = [one for one in steps if width / one >= _LEAST and all((mark / one).denominator == 1 for mark in marks)]
    if through:
        return min(through, key=lambda step: abs(width / step - wanted))
    return next(step for step in steps if width / step <= wanted)


def round_step(least: Fraction, *, whole: bool = False) -> Fraction:
    """Return the least round number, 1, 2, 2.5 or 5 times a power of ten, that is not less than a number above zero."""
    return next(one for one in _round_numbers(least) if one >= least and (not whole or one.denominator == 1))


def _round_numbers(least: Fraction) -> Iterator[Fraction]:
    """Yield the round numbers from about a number on, over as many powers of ten as anything asks for."""
    power = -1
    if least >= 1:
        power = len(str(floor(least))) - 2
    else:
        while Fraction(10) ** power > least:
            power -= 1
    for exponent in range(power, power + _POWERS):
        yield from (digit * Fraction(10) ** exponent for digit in _DIGITS)
