"""Reckoning with exact values: steps, lines between points, the calendar. Each function is of values alone."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable
from datetime import date, timedelta
from fractions import Fraction
from itertools import pairwise
from math import ceil, floor
from operator import add, mul, sub, truediv
from typing import Any, assert_never

from smartrules.expr.nodes import ArithmeticOperator, Interpolation, Literal, RoundingMode
from smartrules.values import Number, Quantity

#: The least and the greatest value; None is no bound.
Bounds = tuple[Number | None, Number | None]


def rounded_to(mode: RoundingMode, value: Number | None, step: Number | None) -> Number | None:
    """Return a value taken to a whole multiple of a step; None where one of the two is not known."""
    if value is None or step is None:
        return None
    steps = abs(Fraction(value) / step)
    match mode:
        case "truncate":
            whole = floor(steps)
        case "round":
            whole = floor(steps + Fraction(1, 2))
        case "round_up":
            whole = ceil(steps)
        case _:
            assert_never(mode)
    return whole * step if value >= 0 else -whole * Fraction(step)


def bounded(operator: ArithmeticOperator, left: Bounds, right: Bounds) -> Bounds | None:
    """Return the least and greatest value of a calculation with numbers of which only that is known.

    None where nothing can be said: of products and quotients below zero, and where a denominator may be zero.
    """
    (low, high), (least, most) = left, right
    match operator:
        case "+":
            return _each(add, low, least), _each(add, high, most)
        case "-":
            return _each(sub, low, most), _each(sub, high, least)
        case "*" if low is not None and least is not None and low >= 0 and least >= 0:
            return low * least, _each(mul, high, most)
        case "/" if low is not None and least is not None and low >= 0 and least > 0:
            return (Fraction(0) if most is None else Fraction(low) / most), _each(truediv, high, Fraction(least))
        case _:
            return None


def _each(operation: Callable[[Any, Any], Number], left: Number | None, right: Number | None) -> Number | None:
    return None if left is None or right is None else operation(left, right)


def interpolated(node: Interpolation, place: Number | None) -> Number | None:
    """Return the value on the line between the two points round a place; beyond the ends, the end's value."""
    if place is None:
        return None
    points = [
        (Quantity(p.number, p.unit).root, Quantity(v.number, v.unit).root)
        for p, v in zip(node.places, node.values, strict=True)
    ]
    if place <= points[0][0]:
        return points[0][1]
    for (x0, y0), (x1, y1) in pairwise(points):
        if place <= x1:
            return y0 + Fraction(y1 - y0) * (place - x0) / (x1 - x0)
    return points[-1][1]


def moved(day: date, by: Literal, direction: int) -> date | None:
    """Return a date moved in the calendar, None where the calendar has no such date.

    A month later is the same day, or the month's last where it has none.
    """
    amount = direction * int(by.number)
    try:
        match str(by.unit):
            case "day":
                return day + timedelta(days=amount)
            case "week":
                return day + timedelta(weeks=amount)
            case measured:
                months = day.year * 12 + day.month - 1 + amount * (12 if measured == "year" else 1)
                year, month = divmod(months, 12)
                return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
    except (OverflowError, ValueError):
        return None
