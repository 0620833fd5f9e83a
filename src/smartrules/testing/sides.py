"""Every side of every threshold of a ruleset, and whether facts are found there."""

from __future__ import annotations

from enum import StrEnum
from typing import cast

from attrs import field, frozen

from smartrules.analysis.ranges import always
from smartrules.diagnostics import Diagnostic, RulesetError, shorten
from smartrules.expr.nodes import Comparison, Expr, Operator
from smartrules.expr.text import source
from smartrules.ruleset import Ruleset
from smartrules.testing.boundaries import Threshold, thresholds_of
from smartrules.testing.coverage import Side


class Standing(StrEnum):
    """Whether facts lie on a side of a threshold: some are found, none can, or that is not solved."""

    FOUND = "found"
    IMPOSSIBLE = "impossible"
    NOT_SOLVED = "not solved"


@frozen
class ThresholdSide:
    """One side of a threshold.

    Attributes:
        of: what the threshold decides: ``basic.greenery``, ``points of greenery`` or the tier ``good``.
        threshold: the comparison, as the rule says it, with what is compared on the left.
        side: below, at or above.
        standing: whether facts are found there; ``impossible`` only where the declared bounds prove that nobody can be.
        part: the part of the rule that is not solved; None on any other side.
    """

    of: str
    threshold: str
    side: Side
    standing: Standing
    part: str | None = None
    placed: Threshold = field(repr=False, eq=False, kw_only=True)


def thresholds(ruleset: Ruleset, *, tier: str | None = None, indicator: str | None = None) -> list[ThresholdSide]:
    """Return every side of every threshold: in requirements, conditions and advice, in bands, points and rules of tiers.

    A threshold that a higher tier inherits counts once, at the lowest tier that is asked for. Those in the bands of scores
    are none of them.

    Args:
        ruleset: whose thresholds they are.
        tier: at which alone; by default at all.
        indicator: whose alone, its id or number; by default all, and the rules of tiers.

    Raises:
        NotFoundError: SR603 for a tier or indicator that the ruleset does not have.
    """
    return [_standing(side) for side in thresholds_of(ruleset, tier, indicator)]


def drawable(ruleset: Ruleset, tier: str | None, indicator: str | None) -> list[Threshold]:
    """Return the sides on which facts are found.

    Raises:
        NotFoundError: as `thresholds`.
        RulesetError: SR617 where there is none.
    """
    known = thresholds(ruleset, tier=tier, indicator=indicator)
    found = [side.placed for side in known if side.standing is Standing.FOUND]
    if found:
        return found
    faults = {(side.of, side.threshold): side for side in known if side.part is not None}
    if faults:
        raise RulesetError([_unsolved(side) for side in faults.values()])
    what = ruleset.name if indicator is None else ruleset.indicator(indicator).id
    raise RulesetError.of("SR617", f"`{what}` has no threshold that facts can lie beside", "name another one")


def _standing(placed: Threshold) -> ThresholdSide:
    unsolved = list[Expr]()
    standing, part = Standing.FOUND, None
    if not _can_be(placed):
        standing = Standing.IMPOSSIBLE
    elif placed.found(lambda known: known, unsolved) is None:
        standing = Standing.NOT_SOLVED
        part = source(unsolved[0] if unsolved else placed.comparison)
    return ThresholdSide(placed.of, source(placed.comparison), placed.side, standing, part, placed=placed)


def _can_be(placed: Threshold) -> bool:
    sign = cast("Operator", {Side.BELOW: "<", Side.AT: "=", Side.ABOVE: ">"}[placed.side])
    edition = placed.ruleset.edition if placed.indicator is not None else placed.ruleset.edition.graded
    asked = Comparison(sign, placed.comparison.left, placed.comparison.right)
    return edition.is_date(asked.left) or always(asked, edition) is not False


def _unsolved(side: ThresholdSide) -> Diagnostic:
    what = f"no facts are found beside `{shorten(side.threshold, 80)}`"
    return Diagnostic(
        "SR617", f"{what}: `{shorten(side.part or '', 80)}` is not solved for its facts", "name another indicator"
    )
