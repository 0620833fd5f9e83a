"""What must not be among the values of a frame: each as an expression that holds in the rows that have it."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from math import ceil, floor
from operator import or_

import narwhals as nw
from attrs import frozen

from smartrules.diagnostics import one_of
from smartrules.engines.columns.cells import balanced
from smartrules.engines.columns.intake import (
    GIVE_DAYS,
    MOST_DECIMALS,
    Column,
    Intake,
    is_finer,
    is_number,
    places_of,
    scaled,
)
from smartrules.expr.nodes import Arithmetic, Name
from smartrules.standard import Edition, FactDeclaration, Measure
from smartrules.units import Unit
from smartrules.values import Kind, Number, Quantity


@frozen
class Violation:
    """Rows of a column that must not be.

    Attributes:
        column: the name of the column, as the host knows it.
        bad: holds in those rows, and is null or false in the others.
        code: of the diagnostic.
        says: what is wrong, after the name of the column.
        help: the remedy.
        at: the column as it stands in the frame that is computed with.
    """

    column: str
    bad: nw.Expr
    code: str
    says: str
    help: str
    at: str


def violations(intake: Intake) -> Iterator[Violation]:
    """Yield what may be wrong with the values of single columns, as far as the first pass does not rule it out."""
    for index, (declared, column) in enumerate(intake.each()):
        at = nw.col(column.at)
        if declared is None:
            continue
        if is_number(declared):
            assert declared.unit is not None
            yield from _of_number(intake, declared, declared.unit, column, index)
        elif isinstance(declared, FactDeclaration) and declared.kind is Kind.CHOICE:
            chosen = balanced(or_, [at.cast(nw.String) == member for member in declared.member_ids])
            yield _of_members(declared, column, ~chosen)
        elif isinstance(declared, FactDeclaration) and declared.kind is Kind.SET and column.name == declared.id:
            held = [at.list.contains(member).cast(nw.Int64) for member in declared.member_ids]
            yield _of_members(declared, column, at.list.len().cast(nw.Int64) != sum(held[1:], held[0]))
    for _, column in intake.each():
        if isinstance(column.kind, nw.Datetime):
            yield Violation(
                column.name,
                nw.col(column.at).dt.truncate("1d") != nw.col(column.at),
                "SR502",
                "has a time of day",
                GIVE_DAYS,
                column.at,
            )


def _of_members(declared: FactDeclaration, column: Column, bad: nw.Expr) -> Violation:
    says = (
        "is none of its members" if declared.kind is Kind.CHOICE else "names what is none of its members, or one twice"
    )
    return Violation(column.name, bad, "SR510", says, f"its members are {one_of(declared.member_ids)}", column.at)


def _of_number(
    intake: Intake, declared: FactDeclaration | Measure, unit: Unit, column: Column, index: int
) -> Iterator[Violation]:
    at = nw.col(column.at)
    if column.kind == nw.Float64 and intake.seen[f"infinite{index}"]:
        yield Violation(
            column.name,
            ~at.is_finite(),
            "SR507",
            "is NaN or infinite",
            "make it null where it is not known",
            column.at,
        )
    if column.digits and intake.seen[f"lost{index}"] > column.nulls:
        yield Violation(
            column.name,
            nw.col(column.digits).is_null() & ~at.is_null(),
            "SR703",
            "has more digits than frames of this kind keep exactly",
            "give it with fewer decimals, as it was measured",
            column.at,
        )
    if column.low is not None:
        yield from _out_of_range(intake, declared, unit, column)
    if column.decimals is None:
        yield from _too_fine(declared, unit, column)
    elif isinstance(declared, FactDeclaration):
        step = Fraction(1) if declared.kind is Kind.COUNT else None
        step = step if declared.step is None else Fraction(declared.step) / Fraction(unit.size)
        if step is not None:
            every = step * 10**column.decimals  # how many of the column's last decimals are one step
            if every.denominator != 1 or every.numerator != 1:
                left = (scaled(column) * every.denominator) % every.numerator
                yield _of_step(declared, unit, column, left != 0)


def _of_step(declared: FactDeclaration, unit: Unit, column: Column, bad: nw.Expr) -> Violation:
    if declared.kind is Kind.COUNT:
        return Violation(column.name, bad, "SR509", "is not whole", "count whole things", column.at)
    assert declared.step is not None
    shown = Quantity.in_unit(declared.step, unit)
    says = f"is finer than its step of {shown}"
    return Violation(column.name, bad, "SR508", says, "give what was measured, in whole steps", column.at)


def _too_fine(declared: FactDeclaration | Measure, unit: Unit, column: Column) -> Iterator[Violation]:
    at, places = nw.col(column.at), places_of(declared)
    if places is not None and isinstance(declared, FactDeclaration):
        yield _of_step(declared, unit, column, is_finer(at, places))
        return
    yield Violation(
        column.name,
        is_finer(at, MOST_DECIMALS),
        "SR703",
        f"cannot be taken exactly, being no decimal of {MOST_DECIMALS} places or fewer,",
        "give a column of decimals, rounded to what was measured",
        column.at,
    )


def _out_of_range(
    intake: Intake, declared: FactDeclaration | Measure, unit: Unit, column: Column
) -> Iterator[Violation]:
    at = nw.col(column.digits or column.at)
    low, high = _bounds(declared, intake.edition)
    hint = "check the numbers and their unit; the bound stands in the ruleset"
    for bound, seen, is_below in ((low, column.low, True), (high, column.high, False)):
        if bound is None or seen is None:
            continue
        limit = Fraction(bound) / Fraction(unit.size)
        if (seen < limit) if is_below else (seen > limit):
            shown = Quantity.in_unit(bound, unit)
            says = f"is below its least value {shown}" if is_below else f"is above its greatest value {shown}"
            edge = _edge(limit, column, is_below)
            bad = at < edge if is_below else at > edge
            bad = bad & at.is_finite() if column.kind == nw.Float64 else bad
            yield Violation(column.name, bad, "SR506", says, hint, column.at)


def _bounds(declared: FactDeclaration | Measure, edition: Edition) -> tuple[Number | None, Number | None]:
    """Return the least and greatest value in root units; a measure that is a share of a whole is within it."""
    if isinstance(declared, FactDeclaration):
        return declared.minimum, declared.maximum
    match declared.value:
        case Arithmetic(operator="/", left=Name(id=part), right=Name(id=whole)):
            fact = edition.fact_by_id.get(part)
            return (0, 1) if fact is not None and fact.at_most == whole else (None, None)
        case _:
            return None, None


def _edge(limit: Fraction, column: Column, is_below: bool) -> int | float:
    """Return a bound as a value that a column compares with: the last whole one inside, for integers."""
    if column.kind == nw.Float64:
        return float(limit)
    last: int = 10 ** (column.decimals or 0)
    scaled = limit * last
    return ceil(scaled) if is_below else floor(scaled)
