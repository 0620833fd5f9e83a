"""Dates as days from the first, which is a whole number like any other."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator
from datetime import date, timedelta
from fractions import Fraction
from itertools import groupby

from smartrules.analysis.solving.declared import FIRST_DAY
from smartrules.analysis.solving.demands import DAYS, ON, Demand
from smartrules.analysis.solving.inequalities import at_most
from smartrules.analysis.solving.ratios import Linear, Unsolved, no_later
from smartrules.analysis.solving.searching import Search
from smartrules.engines.exact import evaluate
from smartrules.engines.reckoning import moved as moved_in_calendar
from smartrules.expr.nodes import Arithmetic, Day, Expr, Literal, Name, Today, walk
from smartrules.facts import Facts
from smartrules.units import unit

#: A day in root units.
DAY = Fraction(unit("day").size)


def dated(search: Search, node: Expr, demand: Demand) -> Iterator[tuple[Linear, Demand]]:
    """Yield a date as days from the first."""
    match node:
        case Day():
            yield _constant(node.date), demand
        case Name():
            path = search.path(node.id)
            given = demand.give(path)
            if given is not None:
                yield Linear({path: Fraction(1)}), given
        case Today():
            given = demand.give_day()
            if given is not None:
                yield Linear({ON: Fraction(1)}), given
        case Arithmetic(right=Literal() as span, operator="+" | "-") if (span.root / DAY).denominator == 1 and not (
            {name for name, _ in span.unit.factors} & {"month", "year"}
        ):
            sign = 1 if node.operator == "+" else -1
            for start, found in dated(search, node.left, demand):
                moved = start.plus(Linear(number=span.root / DAY), sign)
                within = [*no_later(moved, DAYS[1]), *no_later(moved.times(Fraction(-1)), -DAYS[0])]
                held = found.hold(within)
                if held is not None:
                    yield moved, held
        case Arithmetic(left=Literal() as span, operator="+"):
            yield from dated(search, Arithmetic("+", node.right, span), demand)
        case Arithmetic() if not search.paths(node) and not any(
            isinstance(n, Today) for n in search.edition.walk(node)
        ):
            day = evaluate(node, search.edition, Facts(search.edition.name)).result
            if not isinstance(day, date):
                raise Unsolved(node)
            yield _constant(day), demand
        case Arithmetic(right=Literal() as span, operator="+" | "-"):
            for start, found in dated(search, node.left, demand):
                yield from _runs(search, start, span, -1 if node.operator == "-" else 1, found)
        case _:
            raise Unsolved(node)


def _runs(
    search: Search, start: Linear, span: Literal, direction: int, demand: Demand
) -> Iterator[tuple[Linear, Demand]]:
    """Yield days that are moved by months as one, by the same number of days; at the end of a month that may be a single one."""
    if start.constant:
        there = moved_in_calendar(_day(int(start.number)), span, direction)
        if there is not None:
            yield _constant(there), demand
        return
    ((name, _),) = start.terms.items()
    low, high = (bound + int(start.number) for bound in demand.spans[name])
    if low > DAYS[1] or high < DAYS[0]:
        return
    for first in search.choose(_months(search, span, direction, max(low, DAYS[0]), min(high, DAYS[1]))):
        days = range(first, first + monthrange(_day(first).year, _day(first).month)[1])
        known = [(day, there) for day in days if (there := moved_in_calendar(_day(day), span, direction)) is not None]
        for _, together in groupby(known, key=lambda pair: _number(pair[1]) - pair[0]):
            search.spend()
            run = list(together)
            (earliest, there), latest = run[0], run[-1][0]
            within = [
                at_most({name: Fraction(-1)}, start.number - earliest),
                at_most({name: Fraction(1)}, latest - start.number),
            ]
            held = demand.hold(within)
            if held is not None:
                yield start.plus(Linear(number=Fraction(_number(there) - earliest))), held


def _months(search: Search, span: Literal, direction: int, low: int, high: int) -> list[int]:
    """Return the first days of months worth trying: near the first day of all, the bounds, and each day that a rule names."""
    named = {
        node.date
        for tier in search.edition.tiers
        for rule in search.edition.rules(tier.id).values()
        for node in walk(rule)
        if isinstance(node, Day)
    }
    near = [FIRST_DAY, *sorted(named)]
    near += [there for day in near if (there := moved_in_calendar(day, span, -direction)) is not None]
    days = [min(max(_number(day), low), high) for day in near] + [low, high]
    around = [day + beside for day in days for beside in (0, 31, -31)]
    firsts = [_number(_day(day).replace(day=1)) for day in around if DAYS[0] <= day <= DAYS[1]]
    return list(dict.fromkeys(firsts))


def _number(day: date) -> int:
    return (day - FIRST_DAY).days


def _day(number: int) -> date:
    return FIRST_DAY + timedelta(days=number)


def _constant(day: date) -> Linear:
    return Linear(number=Fraction(_number(day)))
