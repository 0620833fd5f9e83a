"""Comparing numbers and dates that are known, or known within bounds, and how far they are from a threshold."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from fractions import Fraction
from operator import attrgetter
from typing import assert_never

from smartrules.derivation import Derivation
from smartrules.engines.reckoning import Bounds
from smartrules.expr.nodes import Expr, Literal, Operator
from smartrules.outcome import MET, NOT_APPLICABLE, NOT_MET, Outcome, truth
from smartrules.standard import Edition
from smartrules.units import Unit, unit
from smartrules.values import Number, Quantity, quantity, ratio


def compare(operator: Operator, left: Derivation, right: Derivation, measured: Unit) -> tuple[Outcome, Quantity | None]:
    """Return the outcome of a comparison, and how far it is from its threshold: positive on the side that is required.

    Without a margin where an operand is not known, and where two values must only differ; undetermined where an operand
    is not known and its bounds do not decide.
    """
    one, other = left.result, right.result
    if one is None or other is None:
        return truth(_holds_within_bounds(operator, left, right)), None
    if isinstance(one, (int, Fraction)) and isinstance(other, (int, Fraction)):
        (a, b), (c, d) = one.as_integer_ratio(), other.as_integer_ratio()
        root, size = measured.size.as_integer_ratio()
    else:
        assert isinstance(one, date)
        assert isinstance(other, date)
        (a, b), (c, d) = (one.toordinal(), 1), (other.toordinal(), 1)
        root, size = 1, 1  # a difference in days already
    above = a * d - c * b  # how far the left one is above the right one, in parts of b * d
    match operator:
        case ">=":
            holds, distance = above >= 0, above
        case ">":
            holds, distance = above > 0, above
        case "<=":
            holds, distance = above <= 0, -above
        case "<":
            holds, distance = above < 0, -above
        case "=":
            holds, distance = above == 0, -abs(above)
        case "!=":
            return truth(above != 0), None
        case _:
            assert_never(operator)
    return MET if holds else NOT_MET, quantity(ratio(distance * size, b * d * root), measured)


def _holds_within_bounds(operator: Operator, left: Derivation, right: Derivation) -> bool | None:
    (low, high), (low_bound, high_bound) = bounds_of(left), bounds_of(right)
    if operator in ("<", "<="):
        (low, high), (low_bound, high_bound) = (low_bound, high_bound), (low, high)
    surely_above = (
        low is not None and high_bound is not None and (low > high_bound or (low == high_bound and "=" in operator))
    )
    surely_below = (
        high is not None and low_bound is not None and (high < low_bound or (high == low_bound and "=" not in operator))
    )
    if operator in ("=", "!="):
        apart = (low is not None and high_bound is not None and low > high_bound) or (
            high is not None and low_bound is not None and high < low_bound
        )
        return (operator == "!=") if apart else None
    return True if surely_above else False if surely_below else None


def bounds_of(derivation: Derivation) -> Bounds:
    """Return the least and greatest value of a number, both of them the number itself where it is known."""
    if derivation.result is not None:
        value = _ordered(derivation)
        return value, value
    return derivation.bounds or (None, None)


def _ordered(derivation: Derivation) -> Number:
    """Return a number, or a date as the number of its day, so that both compare alike."""
    result = derivation.result
    if isinstance(result, (int, Fraction)):
        return result
    assert isinstance(result, date)
    return result.toordinal()


# --- margins -------------------------------------------------------------------------------------------------------


def threshold_unit(bound: Expr, other: Expr, edition: Edition) -> Unit:
    """Return the unit in which a threshold speaks: its own where it is a literal, else that of what it bounds."""
    if isinstance(bound, Literal):
        return bound.unit
    if isinstance(other, Literal):
        return other.unit
    if edition.is_date(bound):
        return unit("day")
    return edition.unit_of(other)


def turned(margin: Quantity | None) -> Quantity | None:
    """Return the margin of what must not hold."""
    return None if margin is None else Quantity(-Fraction(margin.number), margin.unit)


def kth_part(parts: tuple[Derivation, ...], k: int) -> Quantity | None:
    """Return the margin that decides "at least k of these parts", those that apply."""
    margins = list[Quantity | None]()
    for part in parts:
        if part.result is not NOT_APPLICABLE:
            if part.margin is None:
                return None
            margins.append(part.margin)
    return kth(margins, min(k, len(margins)))


def kth(margins: Sequence[Quantity | None], k: int) -> Quantity | None:
    """Return the margin that decides "at least k of these": the k-th largest, where all can be compared."""
    known = [margin for margin in margins if margin is not None]
    if not known or len(known) != len(margins):
        return None
    units = [margin.unit for margin in known]
    if units.count(units[0]) == len(units):
        return sorted(known, key=_NUMBER, reverse=True)[k - 1]
    if any(one.dimension != units[0].dimension for one in units):
        return None
    return sorted(known, key=_ROOT, reverse=True)[k - 1]


_NUMBER, _ROOT = attrgetter("number"), attrgetter("root")
