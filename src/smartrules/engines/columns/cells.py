"""A column that is still to be computed: its expression, at which stage it can be, and what is known of it beforehand.

Expressions that are asked more than once are kept as columns of their own, stage after stage, so that no backend computes
them twice and no expression grows without bound.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import narwhals as nw
from attrs import Factory, define, frozen

#: How many operations an expression may have before it is kept where it is asked more than once.
_SMALL = 2

#: Columns that the engine makes have names that begin so; no id of a ruleset does.
PREFIX = "~"


@frozen(eq=False)
class Cell:
    """A column that is still to be computed.

    Attributes:
        expression: over the columns of its stage.
        stage: how many rounds of kept columns come before it.
        open: whether it may be null.
        size: how many operations it is made of; none for a column as it stands.
    """

    expression: nw.Expr
    stage: int = 0
    open: bool = True
    size: int = 0


def made(expression: nw.Expr, *of: Cell, open: bool | None = None) -> Cell:
    """Return the cell of an expression over others; it may be null where one of them may be, unless that is said."""
    stage = max((cell.stage for cell in of), default=0)
    size = 1 + sum(cell.size for cell in of)
    return Cell(expression, stage, any(cell.open for cell in of) if open is None else open, size)


@define
class Stages:
    """The columns that are kept, by the stage at which each can be computed."""

    rounds: list[list[nw.Expr]] = Factory(list)
    _count: int = 0

    def keep(self, cell: Cell) -> Cell:
        """Return a cell as a column of its own, itself where it is one already or costs next to nothing."""
        return cell if cell.size <= _SMALL else self.put(cell)

    def put(self, cell: Cell) -> Cell:
        """Return a cell as a column of its own."""
        name = f"{PREFIX}k{self._count}"
        self._count += 1
        while len(self.rounds) <= cell.stage:
            self.rounds.append([])
        self.rounds[cell.stage].append(cell.expression.alias(name))
        return Cell(nw.col(name), cell.stage + 1, cell.open)

    def laid(self, frame: nw.LazyFrame[Any], upto: int | None = None) -> nw.LazyFrame[Any]:
        """Return a frame with the columns that are kept, those of the first ``upto`` rounds or all."""
        for kept in self.rounds[:upto]:
            if kept:
                frame = frame.with_columns(*kept)
        return frame


def latest(cells: Iterable[Cell]) -> int:
    """Return the stage at which all of some cells can be computed."""
    return max((cell.stage for cell in cells), default=0)


def balanced(join: Callable[[nw.Expr, nw.Expr], nw.Expr], parts: Sequence[nw.Expr]) -> nw.Expr:
    """Return many expressions joined in a tree of little depth, since backends take long over a deep one."""
    joined = list(parts)
    while len(joined) > 1:
        pairs = [join(a, b) for a, b in zip(joined[::2], joined[1::2], strict=False)]
        joined = pairs + joined[len(pairs) * 2 :]
    return joined[0]
