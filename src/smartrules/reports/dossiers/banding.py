"""Bands: the value of the first condition that holds, where every condition asks one number, as zones of that number."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise

from attrs import evolve, frozen

from smartrules.analysis.audits.wording import both
from smartrules.expr.nodes import Comparison, Expr, FirstOf, Literal, Operator, Range, names
from smartrules.expr.text import phrase
from smartrules.reports.dossiers.plots import MIRRORED, Limit, Zone, accepted
from smartrules.standard import NO_TITLE, Edition, Title
from smartrules.units import Unit
from smartrules.values import Number, Quantity


@frozen
class Bands:
    """The bands of one number.

    Attributes:
        value: the number that every condition asks.
        index: its place among the parts of the first condition.
        unit: of the limits and zones.
        limits: the thresholds between the bands, ascending.
        zones: the bands, ascending, each with what it gives.
    """

    value: Expr
    index: int
    unit: Unit
    limits: tuple[Limit, ...]
    zones: tuple[Zone, ...]


def bands(node: FirstOf, edition: Edition) -> Bands | None:
    """Return the bands of a value; None where its conditions ask different things, or thresholds that are no literals."""
    asked = [_asked(condition) for condition in node.conditions]
    known = [one for one in asked if one is not None]
    if len(known) != len(asked) or any(one.value != known[0].value for one in known):
        return None
    measured = known[0].bounds[0][1].unit
    literals = {_in(measured, literal): literal for one in known for _, literal in one.bounds}
    at = sorted(literals)
    conditions = [one.zones(measured) for one in known]

    def given(number: Number) -> Expr:
        """Return what is given for a number: by the first condition that holds."""
        for zones, value in zip(conditions, node.values, strict=True):
            if any(zone.holds(number) for zone in zones):
                return value
        return node.otherwise

    def title(part: Expr) -> Title:
        return both(lambda language: phrase(part, edition, language))

    limits = tuple(Limit(">=", number, title(literals[number])) for number in at)
    found = _joined([(given(number), zone) for number, zone in _cells(at)])
    zones = tuple(evolve(zone, title=title(value)) for value, zone in found)
    return Bands(known[0].value, known[0].index, measured, limits, zones)


@frozen
class _Asked:
    """What one condition asks: a number, its place among the parts of the condition, and its bounds."""

    value: Expr
    index: int
    bounds: tuple[tuple[Operator, Literal], ...]

    def zones(self, measured: Unit) -> tuple[Zone, ...]:
        limits = [Limit(operator, _in(measured, literal), NO_TITLE) for operator, literal in self.bounds]
        return accepted(limits, each=True)


def _asked(condition: Expr) -> _Asked | None:
    match condition:
        case Comparison(left=value, right=Literal() as literal) if any(names(value)):
            return _Asked(value, 0, ((condition.operator, literal),))
        case Comparison(left=Literal() as literal, right=value) if any(names(value)):
            return _Asked(value, 1, ((MIRRORED[condition.operator], literal),))
        case Range(low=Literal() as low, value=value, high=Literal() as high) if any(names(value)):
            return _Asked(value, 1, ((MIRRORED[condition.low_operator], low), (condition.high_operator, high)))
        case _:
            return None


def _cells(at: Sequence[Number]) -> list[tuple[Number, Zone]]:
    """Return the limits and what lies between them, ascending, each with a number that lies there.

    Within each of them every condition holds everywhere or nowhere.
    """
    cells: list[tuple[Number, Zone]] = [(at[0] - 1, Zone(None, at[0]))]
    for low, high in pairwise((*at, None)):
        assert low is not None
        cells.append((low, Zone(low, low, with_low=True, with_high=True)))
        cells.append((low + 1 if high is None else low + Fraction(high - low) / 2, Zone(low, high)))
    return cells


def _joined(cells: Sequence[tuple[Expr, Zone]]) -> list[tuple[Expr, Zone]]:
    """Return neighbours of which the same is given as one zone."""
    found = [cells[0]]
    for value, zone in cells[1:]:
        last, before = found[-1]
        if value is last:
            found[-1] = (last, evolve(before, high=zone.high, with_high=zone.with_high))
        else:
            found.append((value, zone))
    return found


def _in(measured: Unit, literal: Literal) -> Number:
    return Quantity.in_unit(literal.root, measured).number
