"""Numbers of rules as ratios of sums of whole numbers, each way with what it takes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from fractions import Fraction
from itertools import pairwise
from typing import assert_never

from smartrules.analysis.gaps.goals import HOLDS, IDLE, Ask, Goal, Hold, Know, Lack, Members
from smartrules.analysis.gaps.items import STATED, facts_behind
from smartrules.analysis.gaps.reading import Reading, Sense, Way
from smartrules.analysis.gaps.stating import spread
from smartrules.analysis.gaps.sums import aggregated
from smartrules.analysis.solving.inequalities import at_most
from smartrules.analysis.solving.ratios import NOTHING, Linear, Ratio, Unsolved, product
from smartrules.engines.exact import evaluate
from smartrules.expr.nodes import (
    Aggregate,
    Arithmetic,
    Count,
    Expr,
    FirstOf,
    Interpolation,
    Literal,
    Name,
    Negation,
)


def values(reading: Reading, node: Expr, members: Members, sense: Sense = 0) -> list[Way]:
    """Return every way in which a number has a value.

    Args:
        sense: which end of the number decides where it is known within bounds alone: -1 for the greatest that it can be, 1
            for the least; 0 where it has to be known.

    Raises:
        Unsolved: for a number that is no ratio of sums.
    """
    known = reading.constant(node, members)
    if isinstance(known, Fraction):
        return [(Ratio(Linear(number=known)), ())]
    own = reading.standing(node, members, sense)
    return list(_values(reading, node, members, sense)) if own is None else list(own)


def _values(reading: Reading, node: Expr, members: Members, sense: Sense) -> Iterator[Way]:
    match node:
        case Literal():
            yield Ratio(Linear(number=Fraction(node.root))), ()
        case Name() if node.id in reading.edition.measure_by_id:
            yield from _measured(reading, node, members, sense)
        case Name():
            yield from _named(reading, node, members)
        case Count() if node.of.id in reading.edition.fact_by_id:
            path = reading.path(node.of.id, members)
            names = reading.items[path].names
            yield Ratio(Linear(dict.fromkeys(names, Fraction(1)))), (Know(path),)
        case Count():
            yield from aggregated(reading, Aggregate("count", node.of.id, None), members, values, sense)
        case Aggregate():
            yield from aggregated(reading, node, members, values, sense)
        case Negation():
            for inner, goals in values(reading, node.operand, members, other_end(sense)):
                yield Ratio(inner.above.times(Fraction(-1)), inner.below), goals
        case Arithmetic():
            first, second = _senses(reading, node, members, sense)
            for left, goals in values(reading, node.left, members, first):
                for right, more in values(reading, node.right, members, second):
                    yield from _reckoned(reading, node, left, right, (*goals, *more))
        case FirstOf():
            for band, value in enumerate((*node.values, node.otherwise)):
                before = tuple(Ask(part, IDLE, members) for part in node.conditions[:band])
                own = tuple(Ask(part, HOLDS, members) for part in node.conditions[band : band + 1])
                for ratio, goals in values(reading, value, members):
                    yield ratio, (*before, *own, *goals)
        case Interpolation():
            for place, goals in values(reading, node.of, members):
                yield from _interpolated(node, place, goals)
        case _:
            raise Unsolved(node)


def _named(reading: Reading, node: Name, members: Members) -> Iterator[Way]:
    declared = reading.edition.fact_by_id[node.id]
    if declared.derived is not None and reading.items.is_made(node.id):
        if reading.items.made[node.id] is None:
            reading.gives_up = True  # the number itself may be given while a member is open
        yield from values(reading, declared.derived, members)
        return
    path = reading.path(node.id, members)
    item = reading.items[path]
    if item.fixed and item.now is not None:
        yield Ratio(Linear(number=item.now[0] * item.step)), ()
    else:
        yield Ratio(Linear({path: item.step})), (Know(path),)


def _measured(reading: Reading, node: Name, members: Members, sense: Sense) -> Iterator[Way]:
    formula = reading.edition.measure_by_id[node.id].value
    if node.id in reading.facts.stated and evaluate(formula, reading.edition, reading.facts).result is None:
        path = f"{STATED}{node.id}"
        ratio = Ratio(Linear({path: reading.items[path].step}))
        lacking = _lacking(reading, formula)
        yield from ((ratio, (Lack(one),)) for one in lacking)
        if not lacking:  # of a collection nothing is known, or not all of its members
            yield ratio, ()
        if reading.items[path].fixed:
            for own, goals in values(reading, formula, members):
                yield own, (*goals, *_as_stated(reading, node.id, own))
            return
    yield from values(reading, formula, members, sense)


def _as_stated(reading: Reading, name: str, ratio: Ratio) -> Iterator[Goal]:
    """Yield what keeps the counts of a measure to its stated figure, within what that was rounded from."""
    fact = reading.facts.stated[name]
    assert isinstance(fact.value, int | Fraction)
    apart = spread(fact, reading.edition.measure_by_id[name])
    for sign in (1, -1):
        away = ratio.above.plus(ratio.below, -(fact.value - sign * apart)).times(Fraction(sign))
        yield _no_less(away, strictly=apart > 0)


def other_end(sense: Sense) -> Sense:
    """Return the other end."""
    return -sense


def _senses(reading: Reading, node: Arithmetic, members: Members, sense: Sense) -> tuple[Sense, Sense]:
    """Return which ends of both sides decide: of products and quotients only where one side is a number that is not negative."""
    if node.operator in ("+", "-"):
        return sense, sense if node.operator == "+" else other_end(sense)
    left, right = reading.constant(node.left, members), reading.constant(node.right, members)
    if isinstance(right, Fraction) and right > 0:
        return sense, 0
    return (0, sense) if isinstance(left, Fraction) and left > 0 and node.operator == "*" else (0, 0)


def _lacking(reading: Reading, formula: Expr) -> Sequence[str]:
    return [
        name
        for name in facts_behind(formula, reading.edition)
        if name not in reading.edition.collection_of_fact
        and not reading.items.is_known(name)
        and name not in reading.items.made
    ]


def _multiplied(reading: Reading, left: Linear, right: Linear, node: Expr) -> Iterator[tuple[Linear, tuple[Goal, ...]]]:
    """Yield a product; where neither side is a number, with one of them as it is today."""
    if left.constant or right.constant:
        yield product(left, right, node), ()
        return
    for one, other in ((left, right), (right, left)):
        with suppress(Unsolved):
            stays, goals = reading.pinned(node, one)
            yield product(stays, other, node), goals


def _reckoned(reading: Reading, node: Arithmetic, left: Ratio, right: Ratio, goals: tuple[Goal, ...]) -> Iterator[Way]:
    match node.operator:
        case "+" | "-":
            sign = 1 if node.operator == "+" else -1
            if left.below == right.below:
                yield Ratio(left.above.plus(right.above, sign), left.below), goals
                return
            for first, held in _multiplied(reading, left.above, right.below, node):
                for second, more in _multiplied(reading, right.above, left.below, node):
                    for below, most in _multiplied(reading, left.below, right.below, node):
                        yield Ratio(first.plus(second, sign), below), (*goals, *held, *more, *most)
        case "*":
            for above, held in _multiplied(reading, left.above, right.above, node):
                for below, more in _multiplied(reading, left.below, right.below, node):
                    yield Ratio(above, below), (*goals, *held, *more)
        case "/":
            for above, held in _multiplied(reading, left.above, right.below, node):
                for below, more in _multiplied(reading, left.below, right.above, node):
                    yield from _quotient(above, below, (*goals, *held, *more))
        case _:
            assert_never(node.operator)


def _quotient(above: Linear, below: Linear, goals: tuple[Goal, ...]) -> Iterator[Way]:
    if below.constant:
        if below.number:
            yield Ratio(above.times(1 / below.number)), goals
        return
    for sign in (1, -1):
        signed = below.times(Fraction(sign))
        yield Ratio(above.times(Fraction(sign)), signed), (*goals, _no_less(signed, strictly=True))


def _interpolated(node: Interpolation, place: Ratio, goals: tuple[Goal, ...]) -> Iterator[Way]:
    points = [(Fraction(x.root), Fraction(y.root)) for x, y in zip(node.places, node.values, strict=True)]

    def apart(point: Fraction) -> Linear:
        return place.above.plus(place.below, -point)

    yield Ratio(Linear(number=points[-1][1])), (*goals, _no_less(apart(points[-1][0])))
    yield Ratio(Linear(number=points[0][1])), (*goals, _no_less(apart(points[0][0]).times(Fraction(-1))))
    for (x0, y0), (x1, y1) in pairwise(points):
        slope = (y1 - y0) / (x1 - x0)
        between = (_no_less(apart(x0)), _no_less(apart(x1).times(Fraction(-1))))
        line = place.above.times(slope).plus(place.below, y0 - slope * x0)
        yield Ratio(line, place.below), (*goals, *between)


def _no_less(linear: Linear, *, strictly: bool = False) -> Hold:
    """Return that a sum is at least nothing, or more."""
    return Hold(at_most(NOTHING.plus(linear, -1).terms, linear.number, strictly=strictly))
