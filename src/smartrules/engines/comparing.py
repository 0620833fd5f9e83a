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
from smartrules.outcome import NOT_APPLICABLE, Outcome, truth
from smartrules.standard import Edition
from smartrules.units import Unit, unit
from smartrules.values import Number, Quantity, quotient


def compared(operator: Operator, left: Derivation, right: Derivation) -> Outcome:
    """Return the outcome of a comparison; undetermined where `holds` does not know."""
    return truth(holds(operator, left, right))


def holds(operator: Operator, left: Derivation, right: Derivation) -> bool | None:
    """Return whether a comparison holds; None where an operand is not known and its bounds do not decide it."""
    if left.result is not None and right.result is not None:
        return _holds(operator, left, right)
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


def _holds(operator: Operator, left: Derivation, right: Derivation) -> bool:
    a, b = _ordered(left), _ordered(right)
    match operator:
        case ">=":
            return a >= b
        case ">":
            return a > b
        case "<=":
            return a <= b
        case "<":
            return a < b
        case "=":
            return a == b
        case "!=":
            return a != b
        case _:
            assert_never(operator)


def _ordered(derivation: Derivation) -> Number:
    """Return a number, or a date as the number of its day, so that both compare alike."""
    result = derivation.result
    if isinstance(result, date):
        return result.toordinal()
    assert isinstance(result, (int, Fraction))
    return result


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


def margin_of(operator: Operator, left: Derivation, right: Derivation, measured: Unit) -> Quantity | None:
    """Return how far a comparison is from its threshold, positive on the side that is required; None where it is open."""
    if left.result is None or right.result is None or operator == "!=":
        return None
    above, below = (right, left) if operator in ("<", "<=") else (left, right)
    (a, b), (c, d) = _ordered(above).as_integer_ratio(), _ordered(below).as_integer_ratio()
    difference = a * d - c * b
    if operator == "=":
        difference = -abs(difference)
    # One fraction is made of it all: reducing is what takes the time.
    one, part = (1, 1) if isinstance(left.result, date) else measured.size.as_integer_ratio()
    return Quantity(quotient(difference * part, b * d * one), measured)


def turned(margin: Quantity | None) -> Quantity | None:
    """Return the margin of what must not hold."""
    return None if margin is None else Quantity(-Fraction(margin.number), margin.unit)


def kth_part(parts: tuple[Derivation, ...], k: int) -> Quantity | None:
    """Return the margin that decides "at least k of these parts", those that apply."""
    applicable = [part.margin for part in parts if part.result is not NOT_APPLICABLE]
    return kth(applicable, min(k, len(applicable)))


def kth(margins: Sequence[Quantity | None], k: int) -> Quantity | None:
    """Return the margin that decides "at least k of these": the k-th largest, where all can be compared."""
    known = [margin for margin in margins if margin is not None]
    if not known or len(known) != len(margins):
        return None
    first = known[0].unit
    if all(margin.unit is first for margin in known):
        return sorted(known, key=_NUMBER, reverse=True)[k - 1]
    if any(margin.unit.dimension != first.dimension for margin in known):
        return None
    return sorted(known, key=_ROOT, reverse=True)[k - 1]


_NUMBER, _ROOT = attrgetter("number"), attrgetter("root")
