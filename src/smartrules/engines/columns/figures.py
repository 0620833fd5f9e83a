"""Measures, scores and margins as floats: for a reader, and never compared.

A float is computed from the exact numerator and denominator, so zero and the sign are exact.
"""

from __future__ import annotations

from collections.abc import Iterator

import narwhals as nw
from attrs import frozen

from smartrules.engines.columns.cells import Cell, made
from smartrules.engines.columns.numbers import Ratio, Rationals
from smartrules.engines.columns.rules import Reader
from smartrules.engines.columns.truths import Truth, both, either, negated, shown
from smartrules.engines.columns.wholes import Whole, constant
from smartrules.engines.comparing import threshold_unit
from smartrules.expr.nodes import AllOf, AnyOf, AtLeast, Comparison, Expr, Not, Operator, Range, When
from smartrules.units import Unit


def as_float(value: Ratio, unit: Unit, rationals: Rationals) -> Cell:
    """Return a number in a unit as a float."""
    in_unit = rationals.times(value, Ratio(constant(unit.size.denominator), constant(unit.size.numerator)))
    above, below = (
        rationals.integers.shown(part).cast(nw.Float64) for part in (in_unit.numerator, in_unit.denominator)
    )
    return made(above / below, *cells_of(in_unit.numerator, in_unit.denominator))


def only_where(condition: Truth, number: Cell) -> Cell:
    """Return a float where a condition holds, null elsewhere."""
    if condition is True:
        return number
    cells = [number, *([condition] if isinstance(condition, Cell) else [])]
    return made(nw.when(shown(condition)).then(number.expression), *cells, open=True)


def cells_of(*wholes: Whole) -> list[Cell]:
    """Return the columns of some wholes."""
    return [whole.column for whole in wholes if whole.column is not None]


@frozen
class Margins:
    """How far from their thresholds rules are, over what a `Reader` reads; as `comparing.margin_of` and its kin."""

    reader: Reader

    def of(self, rule: Expr) -> Cell | None:
        """Return the margin of a rule in the unit of its first threshold, null where there is none.

        None for a rule without thresholds, one whose thresholds are in several dimensions, or one that asks some of
        several parts but neither one nor all of them.
        """
        units = list(self._units(rule))
        if not units or len({unit.dimension for unit in units}) > 1:
            return None
        return self._of(rule, units[0])

    def _units(self, node: Expr) -> Iterator[Unit]:
        match node:
            case Comparison() if node.operator != "!=":
                yield threshold_unit(node.right, node.left, self.reader.edition)
            case Range():
                yield threshold_unit(node.low, node.value, self.reader.edition)
                yield threshold_unit(node.high, node.value, self.reader.edition)
            case AllOf() | AnyOf() | AtLeast():
                for part in node.parts:
                    yield from self._units(part)
            case Not():
                yield from self._units(node.part)
            case When():
                yield from self._units(node.requirement)
            case _:
                return

    def _of(self, node: Expr, unit: Unit) -> Cell | None:
        match node:
            case Comparison():
                return self._compared(node.operator, node.left, node.right, unit)
            case Range():
                ends = (
                    self._compared(node.low_operator, node.low, node.value, unit),
                    self._compared(node.high_operator, node.value, node.high, unit),
                )
                return self._extreme([(end, False) for end in ends], greatest=False)
            case AllOf() | AnyOf() | AtLeast():
                k = node.k if isinstance(node, AtLeast) else len(node.parts) if isinstance(node, AllOf) else 1
                if 1 < k < len(node.parts):
                    return None
                parts = [(self._of(part, unit), self.reader.verdict(part).out) for part in node.parts]
                return self._extreme(parts, greatest=k == 1 and len(parts) > 1)
            case Not():
                part = self._of(node.part, unit)
                return None if part is None else made(-part.expression, part)
            case When():
                asked = self._of(node.requirement, unit)
                condition = self.reader.verdict(node.condition)
                return None if asked is None else only_where(either(condition.met, condition.undetermined), asked)
            case _:
                return None

    def _compared(self, operator: Operator, left: Expr, right: Expr, unit: Unit) -> Cell | None:
        if operator == "!=":
            return None
        reader = self.reader
        if reader.edition.is_date(left):
            days = reader.integers.minus(reader.day(left), reader.day(right))
            number = made(reader.integers.shown(days).cast(nw.Float64), *cells_of(days))
        else:
            difference = reader.rationals.minus(reader.value(left), reader.value(right))
            number = as_float(difference, unit, reader.rationals)
        if operator in ("<", "<="):
            return made(0 - number.expression, number)
        return made(0 - number.expression.abs(), number) if operator == "=" else number

    def _extreme(self, parts: list[tuple[Cell | None, Truth]], *, greatest: bool) -> Cell | None:
        """Return the least or greatest margin of the parts that apply, null where one of those has none."""
        with_margin = [(margin, out) for margin, out in parts if margin is not None]
        if not with_margin:
            return None
        counting = [only_where(negated(out), margin) for margin, out in with_margin]
        complete = both(
            *(either(out, made(~margin.expression.is_null(), margin, open=False)) for margin, out in with_margin),
            *(out for margin, out in parts if margin is None),
        )
        together = nw.max_horizontal if greatest else nw.min_horizontal
        found = made(together(*(one.expression for one in counting)), *counting)
        return only_where(complete, found)
