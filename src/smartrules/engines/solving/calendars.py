"""The calendar of all communities: dates as the numbers of their days, and moved by days, months and years."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

from smartrules.engines.solving.found import Dated, joined
from smartrules.engines.solving.library import z3
from smartrules.engines.solving.linear import ONE, Sum, chosen_sum, constant, holds, of_term
from smartrules.engines.solving.truths import Truth, both
from smartrules.expr.nodes import Literal

FIRST, LAST = date.min.toordinal(), date.max.toordinal()
_MONTHS = 12
_LENGTHS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def dated(day: date) -> Dated:
    """Return a date that is the same for every community."""
    return Dated(constant(day.toordinal()))


def moved(day: Dated, by: Literal, direction: int) -> Dated:
    """Return a date moved in the calendar as `smartrules.engines.reckoning.moved` does; beyond the calendar there is none."""
    amount = direction * int(by.number)
    match str(by.unit):
        case "day" | "week" as measured:
            number = day.number.plus(constant(amount * (7 if measured == "week" else 1)))
            known = both(
                day.known, holds(">=", number.plus(constant(-FIRST))), holds("<=", number.plus(constant(-LAST)))
            )
            return Dated(number, known, day.reasons)
        case measured:
            month, of_month = _fields(day)
            month = month.plus(constant(amount * (_MONTHS if measured == "year" else 1)))
            first, length = _month(month)
            late = holds(">", of_month.plus(length, Fraction(-1)))
            own = chosen_sum(late, length, of_month)
            known = both(
                day.known,
                holds(">=", month.plus(constant(-_MONTHS))),
                holds("<", month.plus(constant(-_MONTHS * (date.max.year + 1)))),
            )
            return Dated(first.plus(own).plus(constant(-1)), known, day.reasons, month, own)


def between(later: Dated, earlier: Dated) -> tuple[Sum, Truth]:
    """Return how many days lie between two dates, and whether both are known."""
    return later.number.plus(earlier.number, Fraction(-1)), both(later.known, earlier.known)


def within_calendar(number: Sum) -> Truth:
    """Return whether a number is that of a day."""
    return both(holds(">=", number.plus(constant(-FIRST))), holds("<=", number.plus(constant(-LAST))))


def _fields(day: Dated) -> tuple[Sum, Sum]:
    """Return the month of a date, counted from the year 0, and its day in that month."""
    if day.month is not None and day.day is not None:
        return day.month, day.day
    if day.number.constant:
        known = date.fromordinal(int(day.number.number))
        return constant(known.year * _MONTHS + known.month - 1), constant(known.day)
    # The year is found from the number of the day by whole divisions alone; years begin in March here, so that a leap day
    # ends one.
    term, _ = day.number.plus(constant(305)).whole()  # the 1st of March of the year 0 is day 0
    era, of_era = term / 146097, term % 146097
    year = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365
    of_year = of_era - (365 * year + year / 4 - year / 100)
    shifted = (5 * of_year + 2) / 153
    of_month = of_year - (153 * shifted + 2) / 5 + 1
    month = (year + era * 400) * _MONTHS + shifted + 2
    return of_term(month), of_term(of_month)


def _month(month: Sum) -> tuple[Sum, Sum]:
    """Return the number of the first day of a month that is counted from the year 0, and how many days it has."""
    if month.constant:
        year, of_year = divmod(int(month.number), _MONTHS)
        if not 1 <= year <= date.max.year:
            return ONE, ONE  # the calendar has no such month
        first = date(year, of_year + 1, 1).toordinal()
        last = (
            LAST
            if (year, of_year) == (date.max.year, _MONTHS - 1)
            else date(year + (of_year + 1) // _MONTHS, (of_year + 1) % _MONTHS + 1, 1).toordinal() - 1
        )
        return constant(first), constant(last - first + 1)
    term, _ = month.whole()
    year, of_year = term / _MONTHS, term % _MONTHS
    before = year - 1
    leap = z3.And(year % 4 == 0, z3.Or(year % 100 != 0, year % 400 == 0))
    extra = z3.If(leap, 1, 0)
    ahead: object = z3.IntVal(0)
    length: object = z3.IntVal(31)
    total = sum(_LENGTHS)
    for number in range(_MONTHS - 1, -1, -1):
        total -= _LENGTHS[number]
        own = _LENGTHS[number] + (extra if number == 1 else 0)
        ahead = z3.If(of_year == number, total + (extra if number > 1 else 0), ahead)
        length = z3.If(of_year == number, own, length)
    first = 365 * before + before / 4 - before / 100 + before / 400 + ahead + 1
    return of_term(first), of_term(length)


def together(parts: tuple[Dated, ...], open_: Truth) -> Dated:
    """Return a date that there is none of, for the reasons of its parts."""
    return Dated(ONE, False, joined(part.reasons for part in parts).causing(open_))
