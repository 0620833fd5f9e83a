"""The range of values that an expression can have, from the declared bounds of its facts.

A range is safe, not tight: every possible value lies in it. It tells thresholds that no community can be above, and
requirements that always or never hold.
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from typing import assert_never

from attrs import frozen

from smartrules.engines.reckoning import rounded_to
from smartrules.expr.nodes import (
    Aggregate,
    Arithmetic,
    Comparison,
    Count,
    Expr,
    FirstOf,
    Interpolation,
    Literal,
    Name,
    Negation,
    Range,
    Rounding,
)
from smartrules.standard import Edition
from smartrules.values import Number


@frozen
class Interval:
    """The numbers from ``low`` to ``high``, both included, in root units; None is no bound."""

    low: Number | None = None
    high: Number | None = None


ANY = Interval()


def range_of(node: Expr, edition: Edition) -> Interval:
    """Return the range of an expression that is a number; no bounds where nothing is known of it."""
    match node:
        case Literal():
            value = Fraction(node.number) * node.unit.size
            return Interval(value, value)
        case Name():
            return _named(node.id, edition)
        case Count():
            declared = edition.fact_by_id.get(node.of.id)
            return Interval(0, len(declared.members)) if declared is not None else Interval(0)
        case Negation():
            inner = range_of(node.operand, edition)
            return Interval(_negated(inner.high), _negated(inner.low))
        case Aggregate(function="share"):
            return Interval(0, 1)
        case Aggregate(function="count"):
            return Interval(0)
        case Aggregate(function="min" | "max" | "mean" | "percentile", of=of) if of is not None:
            return range_of(of, edition)
        case Aggregate(function="sum", of=of) if of is not None and _is_never_negative(of, edition):
            return Interval(0)
        case Rounding():
            inner, step = range_of(node.value, edition), Fraction(node.step.number) * node.step.unit.size
            return Interval(rounded_to(node.mode, inner.low, step), rounded_to(node.mode, inner.high, step))
        case FirstOf():
            return _either(range_of(part, edition) for part in (*node.values, node.otherwise))
        case Interpolation():
            return _either(range_of(part, edition) for part in node.values)
        case Arithmetic(operator="/", left=Name(id=part), right=Name(id=whole)) if _is_part(part, whole, edition):
            return Interval(0, 1)
        case Arithmetic(operator="/", left=Aggregate() as part, right=Aggregate() as whole) if _sums_a_part(
            part, whole, edition
        ):
            return Interval(0, 1)
        case Arithmetic():
            return _combined(node, range_of(node.left, edition), range_of(node.right, edition))
        case _:
            return ANY


def always(node: Comparison | Range, edition: Edition) -> bool | None:
    """Return whether a comparison or range of numbers holds for every value its operands can have, or for none; else None."""
    if isinstance(node, Range):
        return _always_between(node, edition)
    left, right = range_of(node.left, edition), range_of(node.right, edition)
    match node.operator:
        case ">=":
            return _at_least(left, right)
        case "<=":
            return _at_least(right, left)
        case ">":
            return _turned(_at_least(right, left))
        case "<":
            return _turned(_at_least(left, right))
        case "=" | "!=":
            apart = _below(left.high, right.low) or _below(right.high, left.low)
            return (node.operator == "!=") if apart else None
        case _:
            assert_never(node.operator)


def _always_between(node: Range, edition: Edition) -> bool | None:
    above = always(Comparison(node.low_operator, node.low, node.value), edition)
    below = always(Comparison(node.high_operator, node.value, node.high), edition)
    exclusive = "<" in (node.low_operator, node.high_operator)
    empty = always(Comparison("<" if exclusive else "<=", node.low, node.high), edition) is False
    if empty or above is False or below is False:
        return False
    return True if above and below else None


def _either(ranges: Iterable[Interval]) -> Interval:
    known = list(ranges)
    lows = [one.low for one in known if one.low is not None]
    highs = [one.high for one in known if one.high is not None]
    return Interval(min(lows) if len(lows) == len(known) else None, max(highs) if len(highs) == len(known) else None)


def _named(name: str, edition: Edition) -> Interval:
    fact = edition.fact_by_id.get(name)
    if fact is None:
        return range_of(edition.measure_by_id[name].value, edition)
    if not fact.kind.is_number:
        return ANY
    high = fact.maximum
    if high is None and fact.at_most is not None:
        high = edition.fact_by_id[fact.at_most].maximum
    return Interval(fact.minimum, high)


def _is_never_negative(node: Expr, edition: Edition) -> bool:
    low = range_of(node, edition).low
    return low is not None and low >= 0


def _is_part(part: str, whole: str, edition: Edition) -> bool:
    fact = edition.fact_by_id.get(part)
    return fact is not None and fact.at_most == whole


def _sums_a_part(part: Aggregate, whole: Aggregate, edition: Edition) -> bool:
    """Return whether the parts of some members are summed over their wholes: points over full points."""
    chosen = (part.function, part.collection, part.where) == ("sum", whole.collection, whole.where)
    names = isinstance(part.of, Name) and isinstance(whole.of, Name) and _is_part(part.of.id, whole.of.id, edition)
    return chosen and whole.function == "sum" and names


def _combined(node: Arithmetic, left: Interval, right: Interval) -> Interval:
    match node.operator:
        case "+":
            return Interval(_sum(left.low, right.low), _sum(left.high, right.high))
        case "-":
            return Interval(_sum(left.low, _negated(right.high)), _sum(left.high, _negated(right.low)))
        case "*":
            if (left.low or 0) < 0 or (right.low or 0) < 0 or left.low is None or right.low is None:
                return ANY
            return Interval(left.low * right.low, _product(left.high, right.high))
        case "/":
            if left.low is None or left.low < 0 or right.low is None or right.low < 0:
                return ANY
            low = Fraction(left.low) / right.high if right.high else 0
            high = Fraction(left.high) / right.low if left.high is not None and right.low else None
            return Interval(low, high)
        case _:
            assert_never(node.operator)


def _sum(left: Number | None, right: Number | None) -> Number | None:
    return None if left is None or right is None else left + right


def _product(left: Number | None, right: Number | None) -> Number | None:
    return None if left is None or right is None else left * right


def _negated(number: Number | None) -> Number | None:
    return None if number is None else -Fraction(number)


def _at_least(left: Interval, right: Interval) -> bool | None:
    """Return whether every number of one range is at least every number of the other, or none is; else None."""
    if left.low is not None and right.high is not None and left.low >= right.high:
        return True
    return False if _below(left.high, right.low) else None


def _below(high: Number | None, low: Number | None) -> bool:
    return high is not None and low is not None and high < low


def _turned(known: bool | None) -> bool | None:
    return None if known is None else not known
