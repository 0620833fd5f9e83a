"""The declared facts of an edition as whole numbers, and whole numbers as the values of a facts document.

A number is so many steps of its fact; a date so many days from another; a flag, and each member of a set or choice, is 0
or 1. The unknowns are named by the fact, or by the member's place in its collection: ``scenarios.childcare``,
``buildings.2.storeys``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from fractions import Fraction
from math import ceil, floor
from typing import Any

from smartrules.analysis.solving.inequalities import Inequality, at_most
from smartrules.documents.given import written_number
from smartrules.expr.nodes import Aggregate, Count, Expr, Quantified
from smartrules.standard import Edition, FactDeclaration
from smartrules.unit_table import COUNTING, DERIVED, MEASURING
from smartrules.units import Unit, root_unit, unit
from smartrules.values import Kind, Number, Quantity, decimal_places, quotient

#: The day from which dates are counted, so that the simplest one is a day of our time.
FIRST_DAY = date(2024, 1, 1)
#: How far a number without a bound goes, in steps; further where a rule asks for it.
REACHES = (10**4, 10**7, 10**12)
_FEW = 10
_MOST_PLACES = 6


def step_of(declared: FactDeclaration) -> Fraction:
    """Return the resolution of a number in root units: its step, one thing, or a hundredth of the unit, finer in narrow bounds.

    It is a multiple of the declared step where that does not end as a decimal in the declared unit.
    """
    assert declared.unit is not None
    if declared.step is None and declared.kind is Kind.COUNT:
        return _written(Fraction(1), declared.unit)
    if declared.step is not None:
        return _written(Fraction(declared.step), declared.unit)
    step = Fraction(declared.unit.size) / 100
    if declared.minimum is not None and declared.maximum is not None:
        while 0 < declared.maximum - declared.minimum < _FEW * step:
            step /= 10
    return step


def _written(step: Fraction, measured: Unit) -> Fraction:
    rest = Fraction(quotient(step, measured.size)).denominator
    for factor in (2, 5):
        while rest % factor == 0:
            rest //= factor
    return step * rest


def span_of(declared: FactDeclaration, reach: int) -> tuple[int, int]:
    """Return the least and greatest whole number that a fact can be; ``reach`` is how far one without a bound goes."""
    if declared.kind is Kind.DATE:
        return (date.min - FIRST_DAY).days, (date.max - FIRST_DAY).days
    if not declared.kind.is_number:
        return 0, 1
    step = step_of(declared)
    low = None if declared.minimum is None else ceil(Fraction(declared.minimum) / step)
    high = None if declared.maximum is None else floor(Fraction(declared.maximum) / step)
    if low is None:
        low = -reach if high is None else min(high, 0) - reach
    return low, max(low, 0) + reach if high is None else high


def unknowns(declared: FactDeclaration, path: str) -> list[str]:
    """Return the names of the whole numbers that make a fact."""
    if declared.kind in (Kind.SET, Kind.CHOICE):
        return [f"{path}.{member}" for member in declared.member_ids]
    return [path]


def inherent(declared: FactDeclaration, path: str) -> Iterator[Inequality]:
    """Yield what holds of a fact alone: a choice is exactly one of its members."""
    if declared.kind is Kind.CHOICE:
        one = dict.fromkeys(unknowns(declared, path), Fraction(1))
        yield at_most(one, Fraction(1))
        yield at_most(dict.fromkeys(one, Fraction(-1)), Fraction(-1))


def part_of_whole(part: FactDeclaration, path: str, whole: FactDeclaration, whole_path: str) -> Inequality:
    """Return that a part is at most its whole."""
    return at_most({path: step_of(part), whole_path: -step_of(whole)}, Fraction(0))


def written_value(declared: FactDeclaration, path: str, found: Mapping[str, int]) -> Any:
    """Return what a facts document says where the unknowns of a fact have these values."""
    match declared.kind:
        case Kind.FLAG:
            return bool(found[path])
        case Kind.DATE:
            return FIRST_DAY + timedelta(days=found[path])
        case Kind.SET:
            return [member for member in declared.member_ids if found[f"{path}.{member}"]]
        case Kind.CHOICE:
            return next(member for member in declared.member_ids if found[f"{path}.{member}"])
        case _:
            assert declared.unit is not None
            return written_number(found[path] * step_of(declared), declared.unit, bare=declared.kind is Kind.COUNT)


def convertible(root: Number, measured: Unit) -> list[str]:
    """Return a number of root units in its root unit and every unit of the table in which it has a few digits."""
    return [written_number(root, other) for other in convertible_units(root, measured)]


def convertible_units(root: Number, measured: Unit) -> list[Unit]:
    """Return the other units in which a number has a few digits: its root unit, and those of the table."""
    found = list[Unit]()
    for other in (root_unit(measured.dimension), *(unit(row[0]) for row in (*COUNTING, *DERIVED, *MEASURING))):
        if other.dimension == measured.dimension and other != measured and other.factors:
            places = decimal_places(Quantity.in_unit(root, other).number.denominator)
            if places is not None and places <= _MOST_PLACES:
                found.append(other)
    return found


def derived_collections(declared: FactDeclaration, edition: Edition) -> Iterable[str]:
    """Return the ids of the collections that a fact is made of."""
    return () if declared.derived is None else collections_behind(declared.derived, edition)


def collections_behind(expression: Expr, edition: Edition) -> Iterator[str]:
    """Yield the ids of the collections whose members an expression asks."""
    for node in edition.walk(expression):
        if isinstance(node, Aggregate | Quantified):
            yield edition.collection(node.collection).id
        elif isinstance(node, Count) and node.of.id not in edition.fact_by_id:
            yield edition.collection(node.of.id).id
