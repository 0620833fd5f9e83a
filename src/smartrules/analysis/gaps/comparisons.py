"""Two values compared: numbers as inequalities of whole numbers, dates as days."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import date, timedelta
from fractions import Fraction

from smartrules.analysis.gaps.goals import Goal, Hold, Know, Members
from smartrules.analysis.gaps.numbers import other_end, values
from smartrules.analysis.gaps.reading import Goals, Reading, Sense, either
from smartrules.analysis.ranges import range_of
from smartrules.analysis.solving.declared import FIRST_DAY
from smartrules.analysis.solving.demands import DAYS
from smartrules.analysis.solving.inequalities import at_most
from smartrules.analysis.solving.ratios import (
    Linear,
    Ratio,
    Unsolved,
    alternatives,
    difference,
    is_possible,
    unrounded,
)
from smartrules.engines.exact import evaluate
from smartrules.engines.reckoning import moved
from smartrules.expr.nodes import (
    Aggregate,
    AllOf,
    Arithmetic,
    Comparison,
    Day,
    Expr,
    Literal,
    Name,
    Operator,
    Rounding,
    Today,
)
from smartrules.units import unit

_FLIPPED: dict[Operator, Operator] = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "=": "=", "!=": "!="}
_SENSES: dict[Operator, Sense] = {"<": -1, "<=": -1, ">": 1, ">=": 1, "=": 0, "!=": 0}
_DAY = Fraction(unit("day").size)
_RANKED = ("min", "max", "percentile")


def compared(reading: Reading, node: Comparison, operator: Operator, members: Members) -> Goals:
    """Return what makes two values compare as an operator says.

    Raises:
        Unsolved: where a side is no ratio of sums.
    """
    if reading.edition.is_date(node.left):
        return _dates(reading, node, operator, members)
    left, right = _formula(reading, node.left), _formula(reading, node.right)
    for one, other, turned in ((left, node.right, operator), (right, node.left, _FLIPPED[operator])):
        limit = reading.constant(other, members)
        if isinstance(limit, Fraction):
            if isinstance(one, Aggregate) and one.function in _RANKED:
                return _ranked(reading, one, turned, limit, members)
            if isinstance(one, Rounding):
                return _rounded(reading, one, turned, limit, members)
    options, sense = list[Sequence[Goal]](), _SENSES[operator]
    for first, goals in values(reading, node.left, members, sense):
        for second, more in values(reading, node.right, members, other_end(sense)):
            for left_one, right_one, held in _comparable(reading, node, first, second):
                options += _ways(left_one, right_one, operator, node, (*goals, *more, *held))
    return either(options)


def _comparable(
    reading: Reading, node: Comparison, left: Ratio, right: Ratio
) -> Iterator[tuple[Ratio, Ratio, tuple[Goal, ...]]]:
    """Yield two ratios whose difference is a sum; where it is none, with one denominator as it is today."""
    try:
        difference(left, right, node)
    except Unsolved:
        for ratio, other, is_left in ((left, right, True), (right, left, False)):
            with suppress(Unsolved):
                below, goals = reading.pinned(node, ratio.below)
                above, more = (ratio.above, ()) if other.below.constant else reading.pinned(node, ratio.above)
                stays = Ratio(above.times(1 / below.number)) if below.number else None
                if stays is not None:
                    yield (stays, other, (*goals, *more)) if is_left else (other, stays, (*goals, *more))
        return
    yield left, right, ()


def _ways(left: Ratio, right: Ratio, operator: Operator, node: Comparison, goals: Sequence[Goal]) -> list[list[Goal]]:
    """Return how two ratios compare so; their denominators are above nothing, or constant."""
    apart = difference(left, right, node)
    return [
        [*goals, *(Hold(one) for one in inequalities if one.terms)]
        for inequalities in alternatives(apart, operator)
        if is_possible(inequalities)
    ]


def _formula(reading: Reading, node: Expr) -> Expr:
    """Return what a measure is, where no stated figure serves for it."""
    while isinstance(node, Name) and node.id in reading.edition.measure_by_id and node.id not in reading.facts.stated:
        node = reading.edition.measure_by_id[node.id].value
    return node


def _rounded(reading: Reading, node: Rounding, operator: Operator, limit: Fraction, members: Members) -> Goals:
    low = range_of(node.value, reading.edition).low
    if low is None or low < 0:  # below zero steps are taken the other way
        raise Unsolved(node)
    if operator in ("=", "!="):
        ends: list[tuple[Operator, ...]] = [("<=", ">=")] if operator == "=" else [("<",), (">",)]
    else:
        ends = [(operator,)]
    options = list[Sequence[Goal]]()
    for inner, goals in values(reading, node.value, members):
        for operators in ends:
            found: list[Goal] | None = list(goals)
            for one in operators:
                itself, bound = unrounded(node, one, limit)
                ways = _ways(inner, Ratio(Linear(number=bound)), itself, Comparison(one, node, node.step), ())
                found = None if found is None or not ways else [*found, *ways[0]]
            if found is not None:
                options.append(found)
    return either(options)


def _ranked(reading: Reading, node: Aggregate, operator: Operator, limit: Fraction, members: Members) -> Goals:
    """Return what makes the least, the greatest or a percentile compare so: how many members are at most the limit, or below."""
    assert node.of is not None
    if operator == "=":
        ends = [_ranked(reading, node, one, limit, members) for one in ("<=", ">=")]
        return None if None in ends else [goal for goals in ends for goal in goals or ()]
    if operator == "!=":
        both = [_ranked(reading, node, one, limit, members) for one in ("<", ">")]
        return either([goals for goals in both if goals is not None])
    measured = reading.edition.unit_of(node.of)
    bound = Literal(limit / Fraction(measured.size), measured)
    lower = operator in ("<", "<=")
    beside: Operator = "<=" if operator in ("<=", ">") else "<"
    asked = Comparison(beside, node.of, bound)
    where = asked if node.where is None else AllOf((node.where, asked))
    below = Aggregate("count", node.collection, where)
    every = Aggregate("count", node.collection, node.where)
    reading.keep(where, below, every)
    reading.places(reading.edition.collection(node.collection).id)
    rank = {"min": Fraction(0), "max": Fraction(1)}.get(node.function)
    if rank is None:
        rank = Fraction(1 if node.rank is None else node.rank.root)
    options = list[Sequence[Goal]]()
    for fewer, goals in values(reading, below, members):
        for all_, more in values(reading, every, members):
            share, own = fewer.above.plus(all_.above, -rank), [*goals, *more]
            if lower:  # the value of the rank is at most the limit: so many members are
                enough = [share, fewer.above.plus(Linear(number=Fraction(1)), -1)]
                options.append([*own, *(Hold(at_most(one.times(Fraction(-1)).terms, one.number)) for one in enough)])
                continue
            some = all_.above.plus(Linear(number=Fraction(1)), -1)
            more_than_none = Hold(at_most(some.times(Fraction(-1)).terms, some.number))
            few = Hold(at_most(share.terms, -share.number, strictly=True))
            none = Hold(at_most(fewer.above.terms, -fewer.above.number))
            options += [[*own, more_than_none, few], [*own, more_than_none, none]]
    return either(options)


# --- dates ---------------------------------------------------------------------------------------------------------


def _dates(reading: Reading, node: Comparison, operator: Operator, members: Members) -> Goals:
    left, right = _date(reading, node.left, members), _date(reading, node.right, members)
    if left is None or right is None:
        return None
    (first, first_span), (second, second_span) = left, right
    if first_span is not None and second_span is not None:
        raise Unsolved(node)
    if first_span is None and second_span is None:
        return either(
            [
                [*_known(first), *_known(second), *(Hold(one) for one in ways if one.terms)]
                for ways in alternatives(_days(first).plus(_days(second), -1), operator)
                if is_possible(ways)
            ]
        )
    # One side is moved by months: where the other is a day that nothing changes, the date itself has a first or last day.
    if first_span is None:
        first, first_span, second, operator = second, second_span, first, _FLIPPED[operator]
    if not isinstance(second, int) or isinstance(first, int):
        raise Unsolved(node)
    assert first_span is not None
    return _moved(first, first_span, operator, second)


def _known(day: str | int) -> list[Goal]:
    return [Know(day)] if isinstance(day, str) else []


def _days(day: str | int) -> Linear:
    return Linear(number=Fraction(day)) if isinstance(day, int) else Linear({day: Fraction(1)})


def _date(reading: Reading, node: Expr, members: Members) -> tuple[str | int, tuple[Literal, int] | None] | None:
    """Return a date as the path of its fact, or as its day, with the span by which it is moved; None where it can have none."""
    behind = [name for name in reading.edition.facts_behind(node) if name not in reading.edition.collection_by_id]
    items = [reading.items[reading.path(name, members)] for name in behind]
    if all(item.fixed and item.now is not None for item in items):
        day = evaluate(node, reading.edition, reading.seen(members)).result
        return ((day - FIRST_DAY).days, None) if isinstance(day, date) else None
    match node:
        case Name():
            return items[0].path, None
        case Arithmetic(left=Name(), right=Literal() as span, operator="+" | "-"):
            return items[0].path, (span, 1 if node.operator == "+" else -1)
        case Arithmetic(left=Literal() as span, right=Name(), operator="+"):
            return items[0].path, (span, 1)
        case Day() | Today():
            raise AssertionError("a day is no fact")
        case _:
            raise Unsolved(node)


def _moved(path: str, span: tuple[Literal, int], operator: Operator, other: int) -> Goals:
    """Return the days of a date that, moved, compare so with another: the later it is, the later it is moved to."""
    at_least_, beyond = _first(span, other), _first(span, other + 1)
    low, high = _calendar(span)
    if low > high:
        return None
    ends: list[tuple[int, int]] = {
        ">=": [(at_least_, high)],
        ">": [(beyond, high)],
        "<": [(low, at_least_ - 1)],
        "<=": [(low, beyond - 1)],
        "=": [(at_least_, beyond - 1)],
        "!=": [(low, at_least_ - 1), (beyond, high)],
    }[operator]
    return either(
        [
            [
                Know(path),
                Hold(at_most({path: Fraction(-1)}, Fraction(-max(first, low)))),
                Hold(at_most({path: Fraction(1)}, Fraction(min(last, high)))),
            ]
            for first, last in ends
            if max(first, low) <= min(last, high)
        ]
    )


def _there(day: int, span: tuple[Literal, int]) -> int | None:
    found = moved(FIRST_DAY + timedelta(days=day), *span)
    return None if found is None else (found - FIRST_DAY).days


def _calendar(span: tuple[Literal, int]) -> tuple[int, int]:
    """Return the first and the last day that can be moved at all."""
    low, high = DAYS
    return _border(low, high, span, first=True), _border(low, high, span, first=False)


def _border(low: int, high: int, span: tuple[Literal, int], *, first: bool) -> int:
    end, inside = (low, high) if first else (high, low)
    if _there(end, span) is not None:
        return end
    if _there(inside, span) is None:
        return high + 1 if first else low - 1
    while abs(end - inside) > 1:
        middle = (end + inside) // 2
        if _there(middle, span) is None:
            end = middle
        else:
            inside = middle
    return inside


def _first(span: tuple[Literal, int], wanted: int) -> int:
    """Return the first day that is moved to a day or a later one; one more than the last where none is."""
    low, high = _calendar(span)
    high += 1
    while low < high:
        middle = (low + high) // 2
        there = _there(middle, span)
        if there is not None and there >= wanted:
            high = middle
        else:
            low = middle + 1
    return low
