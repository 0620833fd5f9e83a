"""Dates as days from the first, which is a whole number like any other."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from fractions import Fraction

from smartrules.engines.exact import evaluate
from smartrules.expr.nodes import Arithmetic, Day, Expr, Literal, Name, Today
from smartrules.facts import Facts
from smartrules.testing.declared import FIRST_DAY
from smartrules.testing.demands import DAYS, ON, Demand
from smartrules.testing.ratios import Linear, Unsolved, no_later
from smartrules.testing.searching import Search
from smartrules.units import unit

#: A day in root units.
DAY = Fraction(unit("day").size)


def dated(search: Search, node: Expr, demand: Demand) -> Iterator[tuple[Linear, Demand]]:
    """Yield a date as days from the first."""
    match node:
        case Day():
            yield Linear(number=Fraction((node.date - FIRST_DAY).days)), demand
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
        case Arithmetic() if not search.paths(node) and not any(
            isinstance(n, Today) for n in search.edition.walk(node)
        ):
            day = evaluate(node, search.edition, Facts(search.edition.name)).result
            if not isinstance(day, date):
                raise Unsolved(node)
            yield Linear(number=Fraction((day - FIRST_DAY).days)), demand
        case _:
            raise Unsolved(node)
