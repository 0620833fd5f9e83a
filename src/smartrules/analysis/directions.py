"""In which direction a fact is good for a requirement: whether more of it, later, or yes can only help, or only harm.

A direction is safe, not complete: where it cannot be told from the rule, as under a range or a band, there is none. It is
said of facts that are all known; what is missing is another matter.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import IntEnum
from fractions import Fraction
from typing import assert_never

from smartrules.analysis.ranges import range_of
from smartrules.expr.nodes import (
    Advice,
    Aggregate,
    AllOf,
    AnyOf,
    Arithmetic,
    AtLeast,
    Comparison,
    Count,
    Day,
    Expr,
    FirstOf,
    Includes,
    Interpolation,
    Literal,
    Name,
    Negation,
    Not,
    OneOf,
    Quantified,
    Range,
    Reported,
    Rounding,
    Today,
    Unknown,
    When,
)
from smartrules.standard import Edition


class Direction(IntEnum):
    """What more of a fact does: a greater number, a later date, yes rather than no, further members of a set."""

    HARMS = -1
    DEPENDS = 0
    HELPS = 1


_Signed = Iterator[tuple[str, int]]


def directions(rule: Expr, edition: Edition) -> Mapping[str, Direction]:
    """Return the direction of each fact on which the whole rule of an indicator rests, those of members among them.

    A rule that is met or not applicable passes. Conditions, bands, equality, ranges, and denominators that may be zero
    give no direction.
    """
    found = dict[str, Direction]()
    for name, sign in _whole(rule, edition):
        direction = Direction(sign)
        found[name] = direction if found.get(name, direction) is direction else Direction.DEPENDS
    return found


def _whole(rule: Expr, edition: Edition) -> _Signed:
    """Yield the signs of a rule that passes where it does not apply: whatever keeps its condition from holding helps."""
    if isinstance(rule, When):
        yield from _whole(rule.requirement, edition)
        yield from _requirement(rule.condition, -1, edition)
    else:
        yield from _requirement(rule, 1, edition)


def _requirement(node: Expr, sign: int, edition: Edition) -> _Signed:
    match node:
        case Name() | Includes() | OneOf():
            yield from _statement(node, sign, edition)
        case Comparison():
            signs = {">": sign, ">=": sign, "<": -sign, "<=": -sign}
            own = signs.get(node.operator, 0)
            yield from _number(node.left, own, edition)
            yield from _number(node.right, -own, edition)
        case Range():
            yield from _number(node.value, 0, edition)
            yield from _number(node.low, -sign, edition)
            yield from _number(node.high, sign, edition)
        case AllOf() | AnyOf() | AtLeast():
            for part in node.parts:
                yield from _requirement(part, sign, edition)
        case Not():
            yield from _requirement(node.part, -sign, edition)
        case When():
            yield from _requirement(node.requirement, sign, edition)
            yield from _requirement(node.condition, 0, edition)
        case Quantified():
            yield from _requirement(node.part, sign, edition)
            if node.where is not None:
                yield from _requirement(node.where, 0, edition)
        case Unknown() | Advice() | Reported():
            return
        case (
            Literal()
            | Day()
            | Today()
            | Count()
            | Arithmetic()
            | Negation()
            | Rounding()
            | FirstOf()
            | Interpolation()
            | Aggregate()
        ):
            yield from _number(node, sign, edition)
        case _:
            assert_never(node)


def _statement(node: Name | Includes | OneOf, sign: int, edition: Edition) -> _Signed:
    match node:
        case Name():
            yield from _named(node.id, sign, edition)
        case Includes():
            yield from _named(node.set.id, sign, edition)
        case OneOf():  # a choice is no more of anything
            yield from _named(node.choice.id, 0, edition)
        case _:
            assert_never(node)


def _named(name: str, sign: int, edition: Edition) -> _Signed:
    """Yield the signs of a fact or measure: of what it is made of too."""
    if name in edition.measure_by_id:
        yield from _number(edition.measure_by_id[name].value, sign, edition)
        return
    yield name, sign
    derived = edition.fact_by_id[name].derived if name in edition.fact_by_id else None
    if derived is not None:
        yield from _requirement(derived, sign, edition)


def _number(node: Expr, sign: int, edition: Edition) -> _Signed:
    match node:
        case Name():
            yield from _named(node.id, sign, edition)
        case Literal() | Day() | Today():
            return
        case Count():
            if node.of.id in edition.fact_by_id:
                yield from _named(node.of.id, sign, edition)
        case Negation():
            yield from _number(node.operand, -sign, edition)
        case Rounding():
            yield from _number(node.value, sign, edition)
        case Arithmetic():
            yield from _arithmetic(node, sign, edition)
        case FirstOf():
            for condition in node.conditions:
                yield from _requirement(condition, 0, edition)
            for value in (*node.values, node.otherwise):
                yield from _number(value, sign, edition)
        case Interpolation():
            yield from _number(node.of, sign * _slope(node), edition)
        case Aggregate():
            # Of a count the members are chosen by what is asked of them; of the others, a choice changes which are asked.
            if node.where is not None:
                yield from _requirement(node.where, sign if node.function == "count" else 0, edition)
            if node.of is not None:
                part = _requirement if node.function == "share" else _number
                yield from part(node.of, sign, edition)
        case _:
            yield from _requirement(node, sign, edition)


def _arithmetic(node: Arithmetic, sign: int, edition: Edition) -> _Signed:
    left, right = (_sign_of(part, edition) for part in (node.left, node.right))
    match node.operator:
        case "+":
            yield from _number(node.left, sign, edition)
            yield from _number(node.right, sign, edition)
        case "-":
            yield from _number(node.left, sign, edition)
            yield from _number(node.right, -sign, edition)
        case "*":
            yield from _number(node.left, sign * (right or 0), edition)
            yield from _number(node.right, sign * (left or 0), edition)
        case "/":
            yield from _number(node.left, sign * (right or 0), edition)
            below = -sign * (left or 0) if _is_never_zero(node.right, edition) else 0  # zero leaves all of it open
            yield from _number(node.right, below, edition)
        case _:
            assert_never(node.operator)


def _sign_of(node: Expr, edition: Edition) -> int | None:
    """Return 1 for what is never less than nothing, -1 for what is never more; None where it may be either."""
    if edition.is_date(node):
        return None
    within = range_of(node, edition)
    if within.low is not None and within.low >= 0:
        return 1
    return -1 if within.high is not None and within.high <= 0 else None


def _is_never_zero(node: Expr, edition: Edition) -> bool:
    within = range_of(node, edition)
    return (within.low is not None and within.low > 0) or (within.high is not None and within.high < 0)


def _slope(node: Interpolation) -> int:
    values = [Fraction(value.root) for value in node.values]
    if values == sorted(values):
        return 1
    return -1 if values == sorted(values, reverse=True) else 0
