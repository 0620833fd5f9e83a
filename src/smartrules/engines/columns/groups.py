"""Members of a second frame: rows with the key of their community, summed by grouping them."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import narwhals as nw
from attrs import Factory, define

from smartrules.diagnostics import Fault
from smartrules.engines.columns.cells import PREFIX, Cell, made
from smartrules.engines.columns.members import Seat, Tally
from smartrules.engines.columns.numbers import Ratio, Rationals
from smartrules.engines.columns.truths import Truth
from smartrules.engines.columns.wholes import Integers, Whole
from smartrules.expr.nodes import Aggregate, Expr
from smartrules.expr.text import source
from smartrules.values import Quantity


@define
class Sums:
    """What is made of the members of each community, by the name of its column.

    Attributes:
        key: the column of the members' community.
        rows: more members than any community has.
    """

    collection: str
    key: str
    rows: int
    columns: dict[str, nw.Expr] = Factory(dict)
    made: dict[str, nw.Expr] = Factory(dict)

    def put(self, expression: nw.Expr, function: str) -> str:
        """Return the name of the column that a function over the members makes."""
        name = f"{PREFIX}{self.collection}{len(self.columns)}"
        self.columns[name] = expression.alias(name)
        self.made[name] = getattr(nw.col(name), function)().alias(name)
        return name

    def grouped(self, members: nw.LazyFrame[Any]) -> nw.LazyFrame[Any]:
        """Return one row a community, from the members with all that is kept of them."""
        return members.select(nw.col(self.key), *self.columns.values()).group_by(self.key).agg(*self.made.values())


class GroupTally(Tally):
    """The functions over the members of a second frame."""

    def __init__(self, rationals: Rationals, seat: Seat, known: Truth, sums: Sums) -> None:
        super().__init__(rationals, [seat], known)
        self.sums = sums

    @property
    def _inner(self) -> Integers:
        return self.seats[0].reader.integers

    def total(self, numbers: Sequence[Ratio], node: Expr) -> Ratio:
        """Return the sum of a number over the members."""
        (number,) = numbers
        whole = self._alone(number, node).numerator
        if whole.column is None:
            whole = Whole(1, Cell(self._inner.shown(whole), open=False), whole.factor, whole.factor)
        rows = self.sums.rows
        low, high = min(0, whole.low * rows), max(0, whole.high * rows)
        # A sum is as wide as its terms, which must therefore be wide enough for it.
        bare = Whole(1, whole.column, whole.low, whole.high, whole.wide)
        wide = whole.wide or self._inner.is_wide(low, high)
        name = self.sums.put(self._inner.shown(bare, wide), "sum")
        kind = self.integers.widest.kind if wide else nw.Int64
        summed = Cell(nw.col(name).cast(kind).fill_null(0), open=False, size=1)
        return Ratio(Whole(whole.factor, summed, low, high, wide), number.denominator)

    def least(self, numbers: Sequence[Ratio], node: Expr) -> Ratio:
        """Return the least of a number over the members."""
        return self._extreme(numbers[0], "min", node)

    def most(self, numbers: Sequence[Ratio], node: Expr) -> Ratio:
        """Return the greatest of a number over the members."""
        return self._extreme(numbers[0], "max", node)

    def ranked(self, numbers: Sequence[Ratio], asked: Sequence[Truth], unbounded_first: bool, node: Aggregate) -> Ratio:
        """Return the percentile of a number over the members that are asked, by their ranks in each community."""
        assert node.rank is not None
        share = Fraction(Quantity(node.rank.number, node.rank.unit).root)
        whole = self._alone(numbers[0], node).numerator
        wide = whole.wide or self._inner.is_wide(whole.least, whole.most)
        stages, counted = self._inner.stages, self._inner.counted(asked[0])
        value = stages.put(Cell(self._inner.shown(whole, wide), whole.column.stage if whole.column else 0, size=1))
        one = stages.put(Cell(self._inner.shown(counted), counted.column.stage if counted.column else 0, open=False))
        known = (~value.expression.is_null()).cast(nw.Int64)
        place = stages.put(made(value.expression.rank("ordinal").over(self.sums.key).cast(nw.Int64), value, one))
        ahead = (one.expression - known) if unbounded_first else nw.lit(0, nw.Int64)
        before = stages.put(made(ahead, value, one))
        of_all = stages.put(made(one.expression.sum().over(self.sums.key), one))
        first = stages.put(made(before.expression.sum().over(self.sums.key), before))
        rank = place.expression + first.expression
        reached = share.denominator * rank >= share.numerator * of_all.expression
        earlier = (share.denominator * (rank - 1) >= share.numerator * of_all.expression) & (rank > 1)
        chosen = nw.when(reached & ~earlier).then(value.expression)
        at = stages.put(made(chosen, value, place, of_all, first))
        name = self.sums.put(at.expression, "max")
        return Ratio(Whole(1, Cell(nw.col(name)), whole.least, whole.most, wide), numbers[0].denominator)

    def _extreme(self, number: Ratio, function: str, node: Expr) -> Ratio:
        whole = self._alone(number, node).numerator
        name = self.sums.put(self._inner.shown(whole), function)
        wide = whole.wide or self._inner.is_wide(whole.least, whole.most)
        return Ratio(Whole(1, Cell(nw.col(name)), whole.least, whole.most, wide), number.denominator)

    def _alone(self, number: Ratio, node: Expr) -> Ratio:
        if number.denominator.column is not None:
            assert isinstance(node, Aggregate)
            raise Fault(
                "SR704",
                f"`{source(node)}` is over a quotient of each member, which frames cannot add up exactly",
                "assess these communities one by one, or let the members give the figure as a fact",
            )
        return number
