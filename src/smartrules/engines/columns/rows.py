"""Members that stand in the row itself: the indicators of a tier, one seat each."""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce

from smartrules.diagnostics import Fault
from smartrules.engines.columns.members import Tally
from smartrules.engines.columns.numbers import NOTHING, Ratio
from smartrules.engines.columns.truths import Truth, either, negated, surely
from smartrules.expr.nodes import Aggregate, Expr, Operator
from smartrules.expr.text import source


class RowTally(Tally):
    """The functions over members that stand in the row."""

    def total(self, numbers: Sequence[Ratio], node: Expr) -> Ratio:
        """Return the sum of a number of each seat."""
        return self.rationals.total(numbers)

    def least(self, numbers: Sequence[Ratio], node: Expr) -> Ratio:
        """Return the least of a number of each seat."""
        return reduce(lambda a, b: self._better(a, b, "<"), numbers, NOTHING)

    def most(self, numbers: Sequence[Ratio], node: Expr) -> Ratio:
        """Return the greatest of a number of each seat."""
        return reduce(lambda a, b: self._better(a, b, ">"), numbers, NOTHING)

    def ranked(self, numbers: Sequence[Ratio], asked: Sequence[Truth], unbounded_first: bool, node: Aggregate) -> Ratio:
        """Refuse it: a percentile of indicators would need to sort them in every row."""
        raise Fault(
            "SR704",
            f"`{source(node)}` is a percentile of indicators, which frames cannot decide",
            "assess these communities one by one",
        )

    def _better(self, a: Ratio, b: Ratio, operator: Operator) -> Ratio:
        q = self.rationals
        a, b = q.kept(a), q.kept(b)
        wins = either(negated(q.is_known(b)), surely(q.compared(a, operator, b)))
        return q.kept(q.choose(wins, a, b))
