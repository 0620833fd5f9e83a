"""Reckoning for every community: two numbers joined, steps, lines, bands, and what is known where a number is not."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from functools import partial
from itertools import pairwise

from attrs import evolve

from smartrules.engines.solving.found import (
    NO_BOUNDS,
    Bounds,
    Judged,
    Reasons,
    Reckoned,
    Stepped,
    joined,
    joint,
    reckoned,
)
from smartrules.engines.solving.linear import NO_END, End, Quotient, chosen_end, chosen_number, number, stepped
from smartrules.engines.solving.truths import Truth, both, either, negated
from smartrules.expr.nodes import ArithmeticOperator, Interpolation, Rounding

_MINUS = Fraction(-1)


def reckon(operator: ArithmeticOperator, left: Reckoned, right: Reckoned) -> Reckoned:
    """Return a calculation with two numbers; a quotient by zero has no value."""
    by_zero: Truth = False
    if operator == "/" and right.known is not False:
        by_zero = both(right.known, right.value.compared("=", number(0)))
    known = both(left.known, right.known, negated(by_zero))
    open_ = both(negated(both(left.known, right.known)), negated(by_zero))
    reasons = joint((left, right), open_)
    never = left.never_comes
    if by_zero is not False and never is not False:
        # Where one is divided by zero, only what is not reported of the upper one is a cause beside that.
        reasons = joined((reasons, Reasons(not_reported=both(by_zero, never))))
    value = number(0) if known is False else _value(operator, left.value, right.value)
    bounds = None if open_ is False else partial(_bounds, operator, left, right, open_)
    return reckoned(value, known, reasons, bounds)


def negative(part: Reckoned) -> Reckoned:
    """Return a number with its sign turned."""
    return _made_of(part, part.value.scaled(_MINUS))


def rounded(node: Rounding, part: Reckoned) -> Reckoned:
    """Return a number taken to a whole multiple of a step; it is made where it is not only compared to a literal."""
    step = Fraction(node.step.root)
    as_stepped = Stepped(node.mode, part.value, step)
    reasons = joint((part,), negated(part.known))
    return Reckoned(lambda: stepped(node.mode, part.value, step), part.known, reasons, None, as_stepped)


def interpolated(node: Interpolation, place: Reckoned) -> Reckoned:
    """Return the value on the line between the two points round a place."""
    points = [(Fraction(p.root), Fraction(v.root)) for p, v in zip(node.places, node.values, strict=True)]
    found = number(points[-1][1])
    for (x0, y0), (x1, y1) in reversed(list(pairwise(points))):
        slope = (y1 - y0) / (x1 - x0)
        line = place.value.scaled(slope).plus(number(y0 - slope * x0))
        found = chosen_number(place.value.compared("<=", number(x1)), line, found)
    first_place, first = points[0]
    return _made_of(place, chosen_number(place.value.compared("<=", number(first_place)), number(first), found))


def _made_of(part: Reckoned, value: Quotient) -> Reckoned:
    return reckoned(value, part.known, joint((part,), negated(part.known)))


def first_of(conditions: Sequence[Judged], values: Sequence[Reckoned]) -> Reckoned:
    """Return the value of the first condition that holds, else the last; where one before it is open, so is the value."""
    found, known = values[-1].value, values[-1].known
    missing, not_reported = values[-1].reasons.missing, values[-1].reasons.not_reported
    for condition, value in zip(reversed(conditions), reversed(values[:-1]), strict=True):
        found = chosen_number(condition.met, value.value, found)
        goes_on = negated(either(condition.met, condition.undetermined))
        known = either(both(condition.met, value.known), both(goes_on, known))
        here, of_value = condition.reasons, value.reasons.causing(negated(value.known))
        missing = either(
            both(condition.undetermined, here.missing), both(condition.met, of_value.missing), both(goes_on, missing)
        )
        not_reported = either(
            both(condition.undetermined, here.not_reported),
            both(condition.met, of_value.not_reported),
            both(goes_on, not_reported),
        )
    below = joined([*(part.reasons for part in conditions), *(part.reasons for part in values)]).causing(False)
    if missing is False and not_reported is False:
        return reckoned(found, known, below)
    return reckoned(found, known, evolve(below, missing=missing, not_reported=not_reported))


def _value(operator: ArithmeticOperator, left: Quotient, right: Quotient) -> Quotient:
    match operator:
        case "+":
            return left.plus(right)
        case "-":
            return left.plus(right, _MINUS)
        case "*":
            return left.times(right)
        case "/":
            return left.divided(right)


def _bounds(operator: ArithmeticOperator, left: Reckoned, right: Reckoned, open_: Truth) -> Bounds:
    low, high, least, most = left.low, left.high, right.low, right.high
    if (low.there is False and high.there is False) or (least.there is False and most.there is False):
        return NO_BOUNDS
    there = both(open_, either(low.there, high.there), either(least.there, most.there))
    match operator:
        case "+":
            lower, upper = _plus(low, least, Fraction(1)), _plus(high, most, Fraction(1))
        case "-":
            lower, upper = _plus(low, most, _MINUS), _plus(high, least, _MINUS)
        case "*":
            there = both(there, _reaches(low, ">="), _reaches(least, ">="))
            lower, upper = _times(low, least), _times(high, most)
        case "/":
            there = both(there, _reaches(low, ">="), _reaches(least, ">"))
            over_most = (
                NO_END if most.there is False or low.there is False else End(True, low.value.divided(most.value))
            )
            lower = chosen_end(most.there, over_most, End(True, number(0)))
            both_there = both(high.there, least.there)
            upper = NO_END if both_there is False else End(both_there, high.value.divided(least.value))
    return Bounds(End(both(there, lower.there), lower.value), End(both(there, upper.there), upper.value), there)


def _plus(one: End, other: End, factor: Fraction) -> End:
    there = both(one.there, other.there)
    return NO_END if there is False else End(there, one.value.plus(other.value, factor))


def _times(one: End, other: End) -> End:
    there = both(one.there, other.there)
    return NO_END if there is False else End(there, one.value.times(other.value))


def _reaches(end: End, operator: str) -> Truth:
    if end.there is False:
        return False
    return both(end.there, end.value.compared(">=" if operator == ">=" else ">", number(0)))
