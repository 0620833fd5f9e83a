"""Exact integers as columns: a constant factor, a column of integers, and the range in which its values lie.

The range comes from the data and the declarations, so it is known before anything is computed whether a product fits
into 64 bits, needs the wider integers of the backend, or cannot be exact there and is refused.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import gcd
from operator import add
from typing import Any

import narwhals as nw
from attrs import evolve, frozen

from smartrules.engines.columns.cells import Cell, Stages, balanced, made
from smartrules.engines.columns.truths import Truth, shown, surely

_LEAST, _MOST = -(2**63), 2**63 - 1


class TooLargeError(Exception):
    """A calculation whose exact value may be larger than the widest integers of a backend."""

    def __init__(self, value: int) -> None:
        super().__init__(value)
        self.value = value


@frozen
class Widest:
    """The widest integers of a backend.

    Attributes:
        kind: their type of column.
        most: the largest value that they hold.
    """

    kind: Any
    most: int


@frozen(eq=False)
class Whole:
    """An integer of every row: a constant, or a factor times a column.

    Attributes:
        factor: the constant, where there is no column.
        low: the least value that the column has, and ``high`` the greatest.
        wide: whether the column is of the widest kind.
        small: whether the column is of a kind of fewer than 64 bits, in which it only compares with a constant.
    """

    factor: int
    column: Cell | None = None
    low: int = 1
    high: int = 1
    wide: bool = False
    small: bool = False

    @property
    def least(self) -> int:
        """The least value."""
        return min(self.factor * self.low, self.factor * self.high)

    @property
    def most(self) -> int:
        """The greatest value."""
        return max(self.factor * self.low, self.factor * self.high)

    @property
    def open(self) -> bool:
        """Whether it may be null."""
        return self.column is not None and self.column.open


def constant(value: int) -> Whole:
    """Return a constant."""
    return Whole(value)


NULL = Whole(1, Cell(nw.lit(None, nw.Int64)), 0, 0)


@frozen
class Integers:
    """The arithmetic of integers on one backend."""

    widest: Widest
    stages: Stages

    def scaled(self, whole: Whole, by: int) -> Whole:
        """Return a whole times a constant."""
        return evolve(whole, factor=whole.factor * by)

    def times(self, a: Whole, b: Whole) -> Whole:
        """Return a product."""
        if a.column is None or b.column is None:
            constant_, other = (a, b) if a.column is None else (b, a)
            return self.scaled(other, constant_.factor)
        ends = [x * y for x in (a.low, a.high) for y in (b.low, b.high)]
        low, high = min(ends), max(ends)
        left, right, wide = self._fitting(evolve(a, factor=1), b, low, high)
        product = made(left * right, a.column, b.column)
        return Whole(a.factor * b.factor, product, low, high, wide)

    def plus(self, a: Whole, b: Whole) -> Whole:
        """Return a sum."""
        if a.column is None and b.column is None:
            return constant(a.factor + b.factor)
        if a.column is None and a.factor == 0:
            return b
        if b.column is None and b.factor == 0:
            return a
        common = gcd(a.factor, b.factor) or 1
        a, b = evolve(a, factor=a.factor // common), evolve(b, factor=b.factor // common)
        low, high = a.least + b.least, a.most + b.most
        left, right, wide = self._terms(a, b, low, high)
        cells = [whole.column for whole in (a, b) if whole.column is not None]
        return Whole(common, made(left + right, *cells), low, high, wide)

    def minus(self, a: Whole, b: Whole) -> Whole:
        """Return a difference."""
        return self.plus(a, self.scaled(b, -1))

    def remainder(self, a: Whole, b: Whole) -> Whole:
        """Return what is left of ``a``, which is not negative, after taking away ``b``, which is positive."""
        assert a.least >= 0
        low, high = 0, max(b.most - 1, 0)
        left, right, wide = self._terms(a, b, min(a.least, b.least), max(a.most, b.most))
        cells = [whole.column for whole in (a, b) if whole.column is not None]
        return Whole(1, made(left % right, *cells), low, high, wide)

    def compared(self, a: Whole, operator: str, b: Whole) -> Truth:
        """Return whether one whole stands to another as an operator says."""
        common = gcd(a.factor, b.factor)
        if common:
            a, b = evolve(a, factor=a.factor // common), evolve(b, factor=b.factor // common)
        if a.column is None and b.column is None:
            return bool(_COMPARE[operator](a.factor, b.factor))
        cells = [whole.column for whole in (a, b) if whole.column is not None]
        if a.small and a.factor == 1 and b.column is None and a.column is not None and 0 <= b.factor <= a.high:
            return made(_COMPARE[operator](a.column.expression, b.factor), *cells)
        left, right, _ = self._terms(a, b, min(a.least, b.least), max(a.most, b.most))
        return made(_COMPARE[operator](left, right), *cells)

    def choose(self, condition: Truth, then: Whole, otherwise: Whole | None) -> Whole:
        """Return a whole where a condition is known to hold, another elsewhere, or nothing."""
        if not isinstance(condition, Cell):
            return then if condition is True else (otherwise or NULL)
        if otherwise is None:
            wide = then.wide or _is_wide(then.least, then.most)
            cells = [condition, *([then.column] if then.column is not None else [])]
            chosen = made(nw.when(condition.expression).then(self.shown(then, wide)), *cells, open=True)
            return Whole(1, chosen, then.least, then.most, wide)
        if then.column is None and otherwise.column is None and then.factor == otherwise.factor:
            return then
        low, high = min(then.least, otherwise.least), max(then.most, otherwise.most)
        left, right, wide = self._terms(then, otherwise, low, high)
        cells = [cell for cell in (condition, then.column, otherwise.column) if cell is not None]
        chosen = made(
            nw.when(condition.expression).then(left).otherwise(right), *cells, open=then.open or otherwise.open
        )
        return Whole(1, chosen, low, high, wide)

    def is_known(self, whole: Whole) -> Truth:
        """Return whether a whole has a value, which is never open."""
        if whole.column is None or not whole.column.open:
            return True
        return made(~whole.column.expression.is_null(), whole.column, open=False)

    def counted(self, truth: Truth) -> Whole:
        """Return one where a truth is known to hold, else nothing."""
        if not isinstance(truth, Cell):
            return constant(int(truth is True))
        known = surely(truth)
        assert isinstance(known, Cell)
        return Whole(1, made(shown(known).cast(nw.Int64), known, open=False), 0, 1)

    def size_of(self, truths: Sequence[Cell]) -> Whole:
        """Return how many of some truths hold, null where one of them is open."""
        narrow = nw.Int8 if len(truths) < 2**7 else nw.Int16  # a sum of so few needs no more
        summed = balanced(add, [truth.expression.cast(narrow) for truth in truths])
        return Whole(1, made(summed, *truths), 0, len(truths), small=True)

    def kept(self, whole: Whole) -> Whole:
        """Return a whole that is asked more than once."""
        return whole if whole.column is None else evolve(whole, column=self.stages.keep(whole.column))

    def shown(self, whole: Whole, wide: bool | None = None) -> nw.Expr:
        """Return the expression of a whole."""
        wide = whole.wide or _is_wide(whole.least, whole.most) if wide is None else wide
        self._check(whole.least, whole.most)
        if whole.column is None:
            return self._literal(whole.factor, wide)
        column = whole.column.expression
        if wide and not whole.wide:
            column = column.cast(self.widest.kind)
        elif whole.small:
            column = column.cast(nw.Int64)
        if whole.factor == 1:
            return column
        return column * self._literal(whole.factor, wide)

    def _literal(self, value: int, wide: bool) -> nw.Expr:
        if not wide:
            return nw.lit(value, nw.Int64)  # a bare literal may be taken as one of 32 bits
        if abs(value) < 2**62:
            return nw.lit(value).cast(self.widest.kind)
        # Backends take literals of 64 bits at most.
        high, low = divmod(abs(value), 2**60)
        built = self._literal(high, True) * self._literal(2**60, True) + self._literal(low, True)
        return built if value > 0 else built * self._literal(-1, True)

    def _fitting(self, a: Whole, b: Whole, low: int, high: int) -> tuple[nw.Expr, nw.Expr, bool]:
        """Return the columns of two wholes, both of the kind that holds their product."""
        self._check(low, high)
        wide = a.wide or b.wide or _is_wide(low, high)
        assert b.column is not None
        return self.shown(a, wide), self.shown(evolve(b, factor=1), wide), wide

    def _terms(self, a: Whole, b: Whole, low: int, high: int) -> tuple[nw.Expr, nw.Expr, bool]:
        """Return two wholes, both of the kind that holds them and a range besides."""
        low, high = min(low, a.least, b.least), max(high, a.most, b.most)
        self._check(low, high)
        wide = a.wide or b.wide or _is_wide(low, high)
        return self.shown(a, wide), self.shown(b, wide), wide

    def is_wide(self, low: int, high: int) -> bool:
        """Return whether a range needs the widest integers, and fits into them."""
        self._check(low, high)
        return _is_wide(low, high)

    def _check(self, low: int, high: int) -> None:
        extreme = max(-low, high)
        if extreme > self.widest.most:
            raise TooLargeError(extreme)


def _is_wide(low: int, high: int) -> bool:
    return low < _LEAST or high > _MOST


_COMPARE: dict[str, Any] = {
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
    "=": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
}
