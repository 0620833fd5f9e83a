"""Three-valued truth and the four outcomes, as columns.

A truth is known, or open (None), or a column of booleans in which null is open; every backend joins those by Kleene's
logic. An outcome is a truth with the rows in which nothing is asked; in those the truth says nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from operator import add, and_, or_

import narwhals as nw
from attrs import frozen

from smartrules.engines.columns.cells import Cell, Stages, balanced, made

#: A truth of every row.
Truth = bool | Cell | None

_UNKNOWN = nw.lit(None, nw.Boolean)


def shown(truth: Truth) -> nw.Expr:
    """Return the expression of a truth."""
    match truth:
        case Cell():
            return truth.expression
        case None:
            return _UNKNOWN
        case _:
            return nw.lit(truth)


def both(*truths: Truth) -> Truth:
    """Return whether all of some truths hold."""
    if any(truth is False for truth in truths):
        return False
    return _joined([truth for truth in truths if truth is not True], True)


def either(*truths: Truth) -> Truth:
    """Return whether one of some truths holds."""
    if any(truth is True for truth in truths):
        return True
    return _joined([truth for truth in truths if truth is not False], False)


def _joined(truths: Sequence[Truth], neutral: bool) -> Truth:
    cells = [truth for truth in truths if isinstance(truth, Cell)]
    unknown = len(cells) < len(truths)
    if not cells:
        return None if unknown else neutral
    if len(cells) == 1 and not unknown:
        return cells[0]
    parts = [cell.expression for cell in cells] + ([_UNKNOWN] if unknown else [])
    joined = balanced(and_ if neutral else or_, parts)
    return made(joined, *cells, open=unknown or any(cell.open for cell in cells))


def negated(truth: Truth) -> Truth:
    """Return whether a truth does not hold; open where it is."""
    if isinstance(truth, Cell):
        return made(~truth.expression, truth)
    return None if truth is None else not truth


def surely(truth: Truth) -> Truth:
    """Return whether a truth is known to hold, which is never open."""
    if isinstance(truth, Cell):
        return made(truth.expression.fill_null(False), truth, open=False) if truth.open else truth
    return truth is True


def surely_not(truth: Truth) -> Truth:
    """Return whether a truth is known not to hold, which is never open."""
    return surely(negated(truth))


def is_open(truth: Truth) -> Truth:
    """Return whether a truth is open."""
    if isinstance(truth, Cell):
        return made(truth.expression.is_null(), truth, open=False) if truth.open else False
    return truth is None


def where(condition: Truth, then: Truth, otherwise: Truth) -> Truth:
    """Return one truth where a condition is known to hold, and another elsewhere."""
    if not isinstance(condition, Cell):
        return then if condition is True else otherwise
    if then is otherwise:
        return then
    if then is True and otherwise is False:
        return surely(condition)
    cells = [cell for cell in (condition, then, otherwise) if isinstance(cell, Cell)]
    chosen = nw.when(condition.expression).then(shown(then)).otherwise(shown(otherwise))
    return made(chosen, *cells, open=any(_may_be_open(truth) for truth in (then, otherwise)))


def _may_be_open(truth: Truth) -> bool:
    return truth.open if isinstance(truth, Cell) else truth is None


def kept(truth: Truth, stages: Stages) -> Truth:
    """Return a truth that is asked more than once."""
    return stages.keep(truth) if isinstance(truth, Cell) else truth


def counted(truth: Truth) -> Cell | int:
    """Return one where a truth is known to hold, else nothing."""
    if not isinstance(truth, Cell):
        return int(truth is True)
    known = surely(truth)
    assert isinstance(known, Cell)
    return made(known.expression.cast(nw.Int16), known, open=False)


# --- outcomes ------------------------------------------------------------------------------------------------------


@frozen(eq=False)
class Verdict:
    """An outcome of every row.

    Attributes:
        holds: met, not met, or open; nothing where nothing is asked.
        out: whether it is not applicable, which is never open.
    """

    holds: Truth
    out: Truth = False

    @property
    def met(self) -> Truth:
        """Whether it is met, never open."""
        return both(surely(self.holds), negated(self.out))

    @property
    def failed(self) -> Truth:
        """Whether it is not met, never open."""
        return both(surely_not(self.holds), negated(self.out))

    @property
    def undetermined(self) -> Truth:
        """Whether it is undetermined, never open."""
        return both(is_open(self.holds), negated(self.out))

    def kept(self, stages: Stages) -> Verdict:
        """Return the verdict for being asked more than once."""
        return Verdict(kept(self.holds, stages), kept(self.out, stages))


def all_of(parts: Sequence[Verdict]) -> Verdict:
    """Return "all of these", as `outcome.all_of`."""
    return Verdict(both(*(either(part.holds, part.out) for part in parts)), both(*(part.out for part in parts)))


def any_of(parts: Sequence[Verdict]) -> Verdict:
    """Return "any of these", as `outcome.any_of`."""
    return Verdict(
        either(*(both(part.holds, negated(part.out)) for part in parts)), both(*(part.out for part in parts))
    )


def at_least(k: int, parts: Sequence[Verdict], stages: Stages) -> Verdict:
    """Return "at least ``k`` of these", as `outcome.at_least`."""
    if k <= 1:
        return any_of(parts)
    if k >= len(parts):
        return all_of(parts)
    parts = [part.kept(stages) for part in parts]
    met = total([counted(part.met) for part in parts])
    not_failed = total([counted(either(part.met, part.undetermined)) for part in parts])
    asked = total([counted(negated(part.out)) for part in parts])
    # With fewer asked than wanted, all of those asked are wanted.
    enough = either(at_most(k, met), at_most(asked, met))
    too_few = negated(either(at_most(k, not_failed), at_most(asked, not_failed)))
    return Verdict(where(enough, True, where(too_few, False, None)), both(*(part.out for part in parts)))


def negation(part: Verdict) -> Verdict:
    """Return "not this", as `outcome.negation`."""
    return Verdict(negated(part.holds), part.out)


def when(condition: Verdict, asked: Verdict, stages: Stages) -> Verdict:
    """Return what is asked only where a condition holds, as `outcome.when`."""
    condition = condition.kept(stages)
    out = either(asked.out, condition.out, surely_not(condition.holds))
    return Verdict(where(condition.holds, asked.holds, None), out)


def applicability(condition: Verdict, asked: Verdict, stages: Stages) -> Verdict:
    """Return a whole indicator where a condition says whether it applies, as `outcome.applicability`."""
    condition, asked = condition.kept(stages), asked.kept(stages)
    guarded = when(condition, asked, stages)
    return Verdict(where(both(condition.undetermined, asked.met), True, guarded.holds), guarded.out)


def tier(parts: Sequence[Verdict]) -> Verdict:
    """Return the outcome of a tier, as `outcome.tier`."""
    joined = all_of(parts)
    return Verdict(either(joined.holds, joined.out))


# --- small counts --------------------------------------------------------------------------------------------------


def total(counts: Sequence[Cell | int]) -> Cell | int:
    """Return the sum of small counts, none of them open."""
    cells = [count for count in counts if isinstance(count, Cell)]
    constant = sum(count for count in counts if isinstance(count, int))
    if not cells:
        return constant
    summed = balanced(add, [cell.expression for cell in cells])
    return made(summed + constant if constant else summed, *cells, open=False)


def at_most(least: Cell | int, count: Cell | int) -> Truth:
    """Return whether one count is at most another."""
    if isinstance(least, int) and isinstance(count, int):
        return least <= count
    cells = [cell for cell in (least, count) if isinstance(cell, Cell)]
    low = least.expression if isinstance(least, Cell) else nw.lit(least)
    high = count.expression if isinstance(count, Cell) else nw.lit(count)
    return made(low <= high, *cells, open=False)
