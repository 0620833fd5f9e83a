"""What a frame gives of each fact, as cells of one shape on every backend; see `intake` for how they come about."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import narwhals as nw
from attrs import Factory, define, frozen

from smartrules.engines.columns.cells import PREFIX, Cell
from smartrules.engines.columns.numbers import Bounded
from smartrules.engines.columns.truths import Truth, Verdict
from smartrules.engines.columns.wholes import Whole, constant
from smartrules.engines.reckoning import moved
from smartrules.expr.nodes import Literal

#: A day is a whole: its number in Python's calendar, as `date.toordinal`.
_FIRST, _LAST = date.min.toordinal(), date.max.toordinal()


@frozen
class Step:
    """A move in the calendar: whole months, then whole days."""

    months: int = 0
    days: int = 0


@frozen(eq=False)
class Day:
    """A date of every row, by the column it stands in and how it is moved; or one date for all rows."""

    source: str | date | None
    steps: tuple[Step, ...] = ()
    open: bool = True

    def moved(self, by: Literal, direction: int) -> Day:
        """Return the date moved by a span of time, as `reckoning.moved`."""
        if self.source is None or isinstance(self.source, date):
            there = None if self.source is None else moved(self.source, by, direction)
            return Day(there, open=there is None)
        amount = direction * int(by.number)
        match str(by.unit):
            case "day":
                step = Step(days=amount)
            case "week":
                step = Step(days=7 * amount)
            case "year":
                step = Step(months=12 * amount)
            case _:
                step = Step(months=amount)
        return Day(self.source, (*self.steps, step))


@define
class Calendar:
    """The days that the rules ask for, each a column that the backend makes before anything else is computed."""

    asked: dict[str, tuple[str, tuple[Step, ...]]] = Factory(dict)
    prefix: str = "d"

    def number(self, day: Day) -> Whole:
        """Return the number of a day."""
        match day.source:
            case None:
                return Whole(1, Cell(nw.lit(None, nw.Int64)), 0, 0)
            case date():
                return constant(day.source.toordinal())
            case str():
                key = (day.source, day.steps)
                name = next((name for name, one in self.asked.items() if one == key), None)
                if name is None:
                    name = f"{PREFIX}{self.prefix}{len(self.asked)}"
                    self.asked[name] = key
                return Whole(1, Cell(nw.col(name), open=day.open or bool(day.steps)), _FIRST, _LAST)


#: What a fact is: a number, a flag, a set by its members, a choice by its members, a day.
Given = Bounded | Verdict | Mapping[str, Truth] | Day
