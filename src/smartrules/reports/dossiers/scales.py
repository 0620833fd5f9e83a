"""The scale of a plot: from where to where it reaches, so that its limits stand well apart and its values beside them.

Everything is exact; only who draws makes a float of a place, and decides nothing by it.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import ceil, floor

from attrs import frozen

from smartrules.values import Number, simplest

#: A value further from the start than this many times the greatest limit stands beyond the scale.
_FAR = 5
#: How much a scale goes on behind its greatest limit where nothing says where it ends.
_ROOM = Fraction(5, 4)
_ROUND = tuple(Fraction(step) for step in ("1", "1.2", "1.5", "2", "2.5", "3", "4", "5", "6", "8", "10"))
#: With more whole numbers than these the eye does not count.
_MOST_STEPS = 24


@frozen
class Scale:
    """A straight scale.

    Attributes:
        low: the number at its start.
        high: the number at its end, always above ``low``.
        steps: the numbers between them that are worth a stroke.
    """

    low: Number
    high: Number
    steps: tuple[Number, ...] = ()

    def place(self, number: Number) -> Fraction:
        """Return where a number stands: 0 at the start, 1 at the end, less or more beyond them."""
        return Fraction(number - self.low) / (self.high - self.low)

    def holds(self, number: Number) -> bool:
        """Return whether a number stands on the scale and not beyond it."""
        return self.low <= number <= self.high


def scale_of(
    limits: Sequence[Number], values: Sequence[Number], low: Number | None, high: Number | None, *, whole: bool
) -> Scale:
    """Return a scale for some limits, on which values that are not far away have their place too.

    Args:
        limits: the thresholds, in the unit of the scale.
        values: what is held against them.
        low: the least that there can be; None where nothing is known.
        high: the greatest that there can be.
        whole: whether only whole numbers have a meaning, so that strokes stand at them alone.
    """
    anchors = sorted(limits) or sorted(values) or [number for number in (low, high) if number is not None] or [1]
    start = _start(anchors, low)
    reach = anchors[-1] - start
    if high is not None and high > start and (reach <= 0 or high - start <= max(4 * reach, whole * _MOST_STEPS)):
        end = high
    else:
        near = [value for value in values if 0 < value - start <= max(_FAR * reach, 12 if whole else 0)]
        wanted: Number = max(reach * _ROOM, max((value - start for value in near), default=0) * Fraction(21, 20))
        end = start + (_rounded(wanted, whole=whole) if wanted > 0 else 1)
        end = end if high is None or high <= start else min(end, high)
    return Scale(simplest(start), simplest(end), _steps(start, end, whole=whole))


def scale_of_days(limits: Sequence[int], values: Sequence[int]) -> Scale:
    """Return a scale of days, each given by its number, with room on both sides."""
    days = sorted((*limits, *values)) or [1]
    room = max(30, (days[-1] - days[0]) // 4)
    return Scale(days[0] - room, days[-1] + room)


def _start(anchors: Sequence[Number], low: Number | None) -> Number:
    """Return where a scale starts: at nothing, or near its limits where they are close together and far from it."""
    first, last = anchors[0], anchors[-1]
    least = low if low is not None else 0 if first >= 0 else None
    apart = last - first
    if least is None:
        return first - _rounded(apart or -first, whole=False)
    if apart and first - least > 3 * apart:
        return max(least, first - _rounded(apart, whole=False))
    if least < 0:
        return min(least, first)
    return 0 if 4 * least <= last or least >= first else least


def _rounded(number: Number, *, whole: bool) -> Number:
    """Return the next round number that is not less than a number above nothing."""
    power = Fraction(1)
    while power * 10 <= number:
        power *= 10
    while power > number:
        power /= 10
    found = next(step * power for step in _ROUND if step * power >= number)
    return ceil(found) if whole else found


def _steps(low: Number, high: Number, *, whole: bool) -> tuple[Number, ...]:
    if whole and high - low <= _MOST_STEPS:
        return tuple(range(floor(low) + 1, ceil(high)))
    return tuple(simplest(low + Fraction(high - low) * quarter / 4) for quarter in (1, 2, 3))
