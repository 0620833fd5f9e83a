"""What is asked of a population of communities, and what is said of it: numbers, cuts, and communities with their values."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from attrs import frozen

from smartrules.engines.columns.counts import Place
from smartrules.expr.nodes import Expr
from smartrules.outcome import Outcome
from smartrules.values import Number


@frozen
class Exact:
    """A number that is asked of every community, exactly.

    Attributes:
        name: by which the result calls it; two of one query have different names.
        node: the fact, measure or formula, or the name of a score.
        tier: whose score it is, None for what is no score.
    """

    name: str
    node: Expr
    tier: str | None = None


@frozen(order=True)
class Cut:
    """A place between values, next to one of them: what is less lies before it, and the value itself where that is said.

    Attributes:
        at: the value, in root units.
        after: whether the value itself lies before the cut, as with ``<= 9`` and ``> 9``; else behind it, as with ``>= 9``.
    """

    at: Number
    after: bool = False


@frozen
class Community:
    """A community of a frame.

    Attributes:
        place: where it stands in the order of the survey.
        row: its number as messages count rows.
        key: its id, None where no column has it.
    """

    place: int
    row: int
    key: Any = None


@frozen
class Near:
    """A community with its value of a number, in root units."""

    community: Community
    value: Fraction


@frozen
class Judged:
    """A community with its outcomes.

    Attributes:
        tier: the place of the highest tier reached with all below it, None for none; always None where not all are asked.
        outcomes: of each indicator of a tier, and of each tier, in the order of the standard.
        problems: what contradicts the declarations, None where nothing does.
    """

    community: Community
    tier: int | None
    outcomes: Mapping[Place, Outcome]
    problems: str | None


@frozen
class Alone:
    """How many communities one indicator alone keeps from a tier: every other mandatory indicator passes."""

    not_met: int = 0
    undetermined: int = 0
